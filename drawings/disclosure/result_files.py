"""The published results as files for everybody: CSV and XLSX, streamed as they are read (`exports`)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from wugang_audit.remembered import remembered
from wugang_audit.spreadsheets import cell_types, csv_writer, export
from wugang_audit.spreadsheets.table import Column as SheetColumn
from wugang_audit.spreadsheets.xlsx import MEDIA_TYPE as XLSX_TYPE
from wugang_audit.spreadsheets.xlsx.text import LONGEST

from ..models import PublishedResult
from ..models.published_results import PublishedResultQuerySet
from .exports import Export
from .periods import Period
from .result_lists import Order
from .result_rows import COLUMNS, FOR_EVER, lines

KINDS = {"csv": csv_writer.MEDIA_TYPE, "xlsx": XLSX_TYPE}
_WIDTHS = {
    "draw": 9, "year": 6, "quarter": 6, "number": 13, "name": 24, "stratum": 13, "township": 12, "industry": 7,
    "industry_name": 15, "speciality": 10, "item": 12, "visited_on": 12, "outcome": 11, "is_faulty": 9, "measures": 16,
    "summary": 34, "corrections": 16, "published_on": 12, "rehearsal": 6, "page": 17,
}  # fmt: skip
SHEET = [
    SheetColumn(
        column.attribute,
        column.header,
        cell_types.date if column.is_day else cell_types.text(LONGEST),
        width=_WIDTHS[column.attribute],
    )
    for column in COLUMNS
]


@dataclass(frozen=True)
class PeriodFile:
    """A year or a quarter with published results, and how many there are."""

    period: Period
    count: int


@remembered
def counted_periods() -> tuple[PeriodFile, ...]:
    """Return the years and quarters that have published results, the latest first, each year before its quarters."""
    by_quarter = PublishedResult.objects.order_by("-year", "-quarter").values_list("year", "quarter")
    found: list[PeriodFile] = []
    rows = list(by_quarter.annotate(count=Count("pk")))
    for year in dict.fromkeys(year for year, *_ in rows):
        mine = [PeriodFile(Period(year, quarter), count) for of, quarter, count in rows if of == year]
        found += [PeriodFile(Period(year), sum(each.count for each in mine)), *mine]
    return tuple(found)


def pieces(
    kind: str, rows: PublishedResultQuerySet, site: str, licence: str, order: Order = FOR_EVER
) -> Iterator[bytes]:
    """Yield a file of the rows.

    :param kind: one of KINDS.
    """
    if kind == "csv":
        yield from csv_writer.csv_file(_with_header(rows, site, order))
    else:
        # A workbook carries its dictionary along; in a CSV file a line that is no row would break every program.
        words = [(column.header, f"{column.meaning}类型：{column.typed}。") for column in COLUMNS]
        beside = export.Notes("数据说明", [("使用", licence), *words])
        yield from export.export(SHEET, lines(rows, site, order), title="检查结果", notes=beside)


def _with_header(rows: PublishedResultQuerySet, site: str, order: Order) -> Iterator[list]:
    yield [column.header for column in COLUMNS]
    yield from lines(rows, site, order)


def file_of(
    kind: str,
    rows: PublishedResultQuerySet,
    *,
    name: str,
    site: str,
    licence: str,
    asked: str = "",
    order: Order = FOR_EVER,
) -> Export:
    """Return the file of the rows as it can be made.

    :param kind: one of KINDS.
    :param asked: the question that found the rows, and asked for their order, in one form.
    """
    return Export(
        name=name,
        content_type=KINDS[kind],
        pieces=lambda: pieces(kind, rows, site, licence, order),
        asked=asked,
    )
