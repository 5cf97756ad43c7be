"""The objections and corrections that were answered in public as one CSV file, and what each of its columns means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wugang_audit.spreadsheets import csv_writer

from ..models import Objection as ObjectionRow
from ..models.redactions import HIDDEN
from .exports import Export
from .objections import Objection, answered
from .result_rows import A_DAY, THAT_DAY, Cell
from .unit_names import Unit, open_draws, units_of

NAME = "objections.csv"
BATCH = 500


@dataclass(frozen=True)
class Line:
    """One answer, and the unit as its page calls it."""

    said: Objection
    unit: Unit
    site: str

    @property
    def page(self) -> str:
        return f"{self.site}/units/{self.unit.row['number']}/#{self.said.code or 'said'}"


@dataclass(frozen=True)
class Column:
    """A column of the file, as the data dictionary has it; `values`: (as it is written, what it means)."""

    attribute: str
    header: str
    meaning: str
    source: str
    write: Callable[[Line], Cell]
    values: tuple[tuple[str, str], ...] = ()
    kind: str = "文字"  # what stands in a cell
    example: str = ""
    is_day: bool = False


_ANSWER, _SITE = "公开的答复", "本网站"
_KINDS = (
    (ObjectionRow.Kind.OBJECTION.short, "被检查单位提出"),
    (ObjectionRow.Kind.MISTAKE.short, "任何人提出"),
)
COLUMNS = (
    Column("said_kind", "类型", "是异议还是纠错。", _ANSWER, lambda line: line.said.kind, _KINDS),
    Column("said_number", "污染源编码", "单位在名录里的编码，和检查结果的文件对照用它。", "污染源名录", lambda line: line.unit.row["number"], example="410481-9001"),
    Column("said_name", "单位名称", "现在的名称，和单位的网页一样；检查结果的文件里是抽签时名称。", "污染源名录", lambda line: line.unit.name),
    Column("said_draw", "抽查编号", "说的是哪次抽签的检查结果；说的是单位情况的，为空。", _ANSWER, lambda line: line.said.code, kind="文字（年度、Q、季度）", example="2025Q4"),
    Column("said_received", "收到日期", "本局收到的那一天。", _ANSWER, lambda line: line.said.received_on, is_day=True, kind=A_DAY, example=THAT_DAY),
    Column(
        "said_text", "公开的异议内容", f"由审核人概括，不是提出人的原话；谁提出的不公开。依法隐去的写“{HIDDEN}”，或者写明何时、依据什么隐去。",
        _ANSWER, lambda line: line.said.text,
    ),
    Column("said_answer", "答复", "本局的答复原文。依法隐去的为空。", _ANSWER, lambda line: line.said.answer),
    Column("said_answered", "答复日期", "答复公开的那一天。", _ANSWER, lambda line: line.said.answered_on, is_day=True, kind=A_DAY, example=THAT_DAY),
    Column("said_page", "网页", "这家单位的网页。", _SITE, lambda line: line.page, kind="网址"),
)  # fmt: skip


def lines(site: str) -> Iterator[list[Cell]]:
    """Yield the header and a row for each answer, the earliest first; none of a unit that has no public page.

    :param site: the address of the site, as ``https://example.org``.
    """
    yield [column.header for column in COLUMNS]
    codes = open_draws()
    rows = answered(codes)
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        units = units_of(sorted({unit for unit, _ in batch}), codes)
        for key, said in batch:
            if units[key].has_page:
                line = Line(said, units[key], site)
                yield [column.write(line) for column in COLUMNS]


def file_of(site: str) -> Export:
    return Export(NAME, csv_writer.MEDIA_TYPE, lambda: csv_writer.csv_file(lines(site)))
