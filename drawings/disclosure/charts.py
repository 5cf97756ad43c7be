"""Charts of public figures: where each bar and point of a picture stands. The templates write the SVG, beside the table itself.

A picture is 640 wide whatever the screen; its words stand above the bars, so that a phone may show them larger.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..statistics.published import FEW, Share
from .figure_tables import Line, Table

WIDTH = 640
ROW, TOP, BAR = 56, 24, 18  # of a bar: the height of its row, where its words stand, and its own height
SHOWN = 12  # bars of a picture; its table has all
LABEL = 15  # characters of a label that fit beside its number on a phone
GROUP_HEIGHT, FLOOR = 240, 280  # of bars side by side: the tallest one, and the line that they stand on
GAP = 24  # between groups
SERIES = ("drawn", "visited", "faulty")


@dataclass(frozen=True)
class Bar:
    """A share as a bar."""

    label: str
    words: str
    y: int
    width: float

    @property
    def words_y(self) -> int:
        return self.y + TOP - 8

    @property
    def bar_y(self) -> int:
        return self.y + TOP


@dataclass(frozen=True)
class Bars:
    """Bars below one another, each from 0 to 100%."""

    code: str
    title: str
    about: str
    bars: tuple[Bar, ...]
    left_out: int  # lines of the table without a bar
    is_cut: bool  # some of them for want of room
    few: int = FEW
    width: int = WIDTH
    bar: int = BAR
    template: str = "disclosure/_chart_bars.html"

    @property
    def height(self) -> int:
        return ROW * len(self.bars)


@dataclass(frozen=True)
class Column:
    """One upright bar: what it counts, its number, where it stands."""

    series: str
    count: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Columns:
    """Upright bars side by side, a group for each quarter."""

    code: str
    title: str
    about: str
    legend: tuple[tuple[str, str], ...]  # (series, its name)
    groups: tuple[tuple[str, float, tuple[Column, ...]], ...]  # label, its middle, its bars
    width: int = WIDTH
    height: int = FLOOR + 40
    floor: int = FLOOR
    template: str = "disclosure/_chart_columns.html"


def bars(table: Table) -> Bars | None:
    """Draw the share in the last column of a table, line by line, of few alone none; None where nothing is left to draw."""
    column = table.columns[-1]
    lines = [line for line in table.lines if line.counts.get(column.share_of, 0) >= FEW]
    if not lines:
        return None
    shown = lines[:SHOWN]
    return Bars(
        code=table.code,
        title=f"{table.title}：{column.title}占{_whole(table)}的比例",
        about="，".join(f"{line.label} {_words(_share(line, table))}" for line in shown) + "。",
        bars=tuple(_bar(place, line, table) for place, line in enumerate(shown)),
        left_out=len(table.lines) - len(shown),
        is_cut=len(lines) > len(shown),
    )


def _whole(table: Table) -> str:
    return next(each.title for each in table.columns if each.code == table.columns[-1].share_of)


def _share(line: Line, table: Table) -> Share:
    column = table.columns[-1]
    return Share(line.counts.get(column.code, 0), line.counts.get(column.share_of, 0))


def _words(share: Share) -> str:
    return f"{share.part}/{share.whole}，{share.words}"


def _bar(place: int, line: Line, table: Table) -> Bar:
    share = _share(line, table)
    label = line.label if len(line.label) <= LABEL else f"{line.label[: LABEL - 1]}…"
    return Bar(label, _words(share), place * ROW, round(share.part / share.whole * WIDTH, 1))


def columns(table: Table, series: Sequence[str] = SERIES) -> Columns | None:
    """Draw some figures of each line side by side; None where none of them counts anything."""
    named = {each.code: each.title for each in table.columns}
    highest = max((line.counts.get(code, 0) for line in table.lines for code in series), default=0)
    if not highest:
        return None
    each = WIDTH / len(table.lines)
    width = min((each - GAP) / len(series), 64)
    groups = []
    for place, line in enumerate(table.lines):
        middle = round((place + 0.5) * each, 1)
        start = middle - width * len(series) / 2
        groups.append((line.label.rpartition("年")[2], middle, tuple(
            _column(code, line.counts.get(code, 0), round(start + at * width, 1), round(width - 2, 1), highest)
            for at, code in enumerate(series)
        )))  # fmt: skip
    about = "；".join(
        f"{line.label} " + "，".join(f"{named[code]} {line.counts.get(code, 0)} 家" for code in series)
        for line in table.lines
    )
    legend = tuple((code, named[code]) for code in series)
    return Columns(table.code, f"{table.title}：抽中、检查、发现问题", f"{about}。", legend, tuple(groups))


def _column(series: str, count: int, x: float, width: float, highest: int) -> Column:
    height = round(GROUP_HEIGHT * count / highest, 1)
    return Column(series, count, x, round(FLOOR - height, 1), width, height)
