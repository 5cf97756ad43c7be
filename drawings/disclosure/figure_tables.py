"""Tables of public figures: columns with their definitions, lines with their numbers, as pages and files show them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from ..statistics.published import DEFINITIONS, Definition, Share
from .objects import REHEARSAL

ALL = "合计"
NARROW = 3  # columns of numbers that leave room for a picture beside them


@dataclass(frozen=True)
class Cell:
    """A number in its place: what it counts, its share of another one, and where its rows are."""

    definition: Definition
    count: int
    share: Share | None
    url: str  # empty: the rows stand nowhere by themselves


@dataclass(frozen=True)
class Line:
    """What one class, township and the like comes to.

    :param key: as an address names it; of all together empty.
    :param period: code of the period that it counts, where that is not the table's.
    :param is_rehearsal: a draw with the machine's own numbers is in it.
    """

    key: str
    label: str
    counts: Mapping[str, int]
    period: str = ""
    is_rehearsal: bool = False

    def share(self, definition: Definition) -> Share | None:
        """Return what the figure is a share of in this line; None where the line does not count that."""
        if definition.share_of not in self.counts:
            return None
        return Share(self.counts.get(definition.code, 0), self.counts[definition.share_of])


@dataclass(frozen=True)
class Table:
    """A table of figures.

    :param code: names it in the address of its file.
    :param by: what its lines are: 类别, 乡镇（街道）; the header of the first column.
    :param narrows: the name by which an address narrows rows to those of one line; empty: it cannot.
    :param linked: codes of the figures that have a page of rows.
    """

    code: str
    title: str
    by: str
    period: str
    columns: tuple[Definition, ...]
    lines: tuple[Line, ...]
    total: Line | None = None
    narrows: str = ""
    linked: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_narrow(self) -> bool:
        """Whether a wide screen has room for its picture beside it."""
        return len(self.columns) <= NARROW

    @property
    def rows(self) -> Iterator[tuple[Line, tuple[Cell, ...]]]:
        for line in (*self.lines, *((self.total,) if self.total else ())):
            yield line, tuple(self._cell(line, column) for column in self.columns)

    @property
    def cells(self) -> Iterator[list[str | int | float | None]]:
        """The table as a file has it, its header first: after each count its share in percent, where it is one."""
        header: list[str | int | float | None] = [self.by]
        for column in self.columns:
            header.append(f"{column.title}（{column.unit}）")
            if any(line.share(column) for line in self.lines):
                header.append(f"{column.title}占{DEFINITIONS[column.share_of].title}（%）")
        yield header
        for line, cells in self.rows:
            found: list[str | int | float | None] = [f"{line.label}{REHEARSAL if line.is_rehearsal else ''}"]
            for cell in cells:
                found.append(cell.count)
                if cell.share:
                    found.append(cell.share.percent)
            yield found

    def _cell(self, line: Line, column: Definition) -> Cell:
        count = line.counts.get(column.code, 0)
        url = ""
        if count and column.code in self.linked and (not line.key or self.narrows or line.period):
            url = rows_url(line.period or self.period, column.code, self.narrows, line.key)
        return Cell(column, count, line.share(column), url)


def rows_url(period: str, figure: str, narrows: str = "", key: str = "") -> str:
    """Return where the rows of a figure are, of those alone that an address narrows them to."""
    return _rows_address(period, figure) + (f"?{urlencode({narrows: key})}" if narrows and key else "")


@lru_cache(maxsize=2000)
def _rows_address(period: str, figure: str) -> str:
    return reverse("disclosure:statistics_rows", args=[period, figure])


def columns(*codes: str) -> tuple[Definition, ...]:
    return tuple(DEFINITIONS[code] for code in codes)


def added(lines: tuple[Line, ...], label: str = ALL) -> Line:
    """Return the sum of lines that share nothing."""
    counts: dict[str, int] = {}
    for line in lines:
        for code, number in line.counts.items():
            counts[code] = counts.get(code, 0) + number
    return Line("", label, counts)
