"""Charts of public figures: where each bar and point of a picture stands. The templates write the SVG, beside the table itself.

A picture is 640 wide whatever the screen; its words stand above the bars, so that a phone may show them larger.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..statistics.published import FEW, Share
from .figure_tables import Line, Table

WIDTH = 640
# Of a bar: the height of its row, where its words stand, its own height, and what one more line of words adds.
ROW, TOP, BAR, LINE = 76, 42, 18, 40
SHOWN = 12  # bars of a picture; its table has all
LABEL = 12  # characters of a line of a label: it fits on a phone in large print too
BESIDE = 7  # those of a last line that leave room for the number beside them
GROUP_HEIGHT, FLOOR = 240, 280  # of bars side by side: the tallest one, and the line that they stand on
GAP = 24  # between groups
SERIES = ("drawn", "visited", "faulty")
# The red hatch says problems and nothing else, on every picture.
PROBLEMS, HATCH, BLUE = frozenset({"faulty", "failed"}), "hatch", "blue"
NEUTRAL = ("white", BLUE, "grey")  # of all other bars of a group, in order


@dataclass(frozen=True)
class Bar:
    """A share as a bar."""

    label: tuple[str, ...]  # its lines
    words: str
    y: int
    width: float

    @property
    def height(self) -> int:
        return ROW + LINE * (len(self.label) - 1)

    @property
    def lines(self) -> tuple[tuple[int, str], ...]:
        """Each line of the label and where it stands."""
        return tuple((self.y + TOP - 8 + LINE * at, text) for at, text in enumerate(self.label))

    @property
    def words_y(self) -> int:
        """Where the numbers stand: at the end of the last line."""
        return self.lines[-1][0]

    @property
    def bar_y(self) -> int:
        return self.y + self.height - ROW + TOP


@dataclass(frozen=True)
class Bars:
    """Bars below one another, each from 0 to 100%."""

    code: str
    title: str
    about: str
    bars: tuple[Bar, ...]
    left_out: int  # lines of the table without a bar
    is_cut: bool  # some of them for want of room
    style: str = BLUE  # or HATCH
    few: int = FEW
    width: int = WIDTH
    bar: int = BAR
    template: str = "disclosure/_chart_bars.html"

    @property
    def height(self) -> int:
        return sum(bar.height for bar in self.bars)


@dataclass(frozen=True)
class Column:
    """One upright bar: what it counts, its number, where it stands."""

    style: str  # HATCH or one of NEUTRAL
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
    legend: tuple[tuple[str, str], ...]  # (style, its name)
    groups: tuple[tuple[str, float, tuple[Column, ...]], ...]  # label, its middle, its bars
    width: int = WIDTH
    height: int = FLOOR + 46
    floor: int = FLOOR
    template: str = "disclosure/_chart_columns.html"


def bars(table: Table, code: str) -> Bars | None:
    """Draw the share of a figure line by line, of few alone none; None where nothing is left to draw."""
    column = next(each for each in table.columns if each.code == code)
    lines = [line for line in table.lines if line.counts.get(column.share_of, 0) >= FEW]
    if not lines:
        return None
    shown = [(line, Share(line.counts.get(code, 0), line.counts[column.share_of])) for line in lines[:SHOWN]]
    whole = next(each.title for each in table.columns if each.code == column.share_of)
    return Bars(
        code=table.code,
        title=f"{table.title}：{column.title}占{whole}的比例",
        about="，".join(f"{line.label} {_words(share)}" for line, share in shown) + "。",
        bars=_bars(shown),
        left_out=len(table.lines) - len(shown),
        is_cut=len(lines) > len(shown),
        style=HATCH if code in PROBLEMS else BLUE,
    )


def _words(share: Share) -> str:
    return f"{share.part}/{share.whole}，{share.words}"


def _parts(label: str) -> list[str]:
    """Split the name of a point from that of its section before it."""
    first, *rest = label.split(" · ")
    return [f"{first} ·", *rest] if rest else [first]


def _bars(shown: Sequence[tuple[Line, Share]]) -> tuple[Bar, ...]:
    """Put the bars below one another; a label takes as many lines as it needs."""
    found: list[Bar] = []
    y = 0
    for line, share in shown:
        label = tuple(
            part[at : at + LABEL] for part in _parts(line.label) for at in range(0, len(part), LABEL)
        )
        if len(label[-1]) > BESIDE:
            label += ("",)
        found.append(Bar(label, _words(share), y, round(share.part / share.whole * WIDTH, 1)))
        y += found[-1].height
    return tuple(found)


def columns(table: Table, series: Sequence[str]) -> Columns | None:
    """Draw some figures of each line side by side; None where none of them counts anything."""
    named = {each.code: each for each in table.columns}
    highest = max((line.counts.get(code, 0) for line in table.lines for code in series), default=0)
    if not highest:
        return None
    each = WIDTH / len(table.lines)
    width = min((each - GAP) / len(series), 64)
    styles = _styles(series)
    groups = []
    for place, line in enumerate(table.lines):
        middle = round((place + 0.5) * each, 1)
        start = middle - width * len(series) / 2
        groups.append((line.label.rpartition("年")[2], middle, tuple(
            _column(styles[at], line.counts.get(code, 0), round(start + at * width, 1), round(width - 2, 1), highest)
            for at, code in enumerate(series)
        )))  # fmt: skip
    about = "；".join(
        f"{line.label} "
        + "，".join(f"{named[code].title} {line.counts.get(code, 0)} {named[code].unit}" for code in series)
        for line in table.lines
    )
    legend = tuple((style, named[code].title) for style, code in zip(styles, series, strict=True))
    title = f"{table.title}：{'、'.join(name for _, name in legend)}"
    return Columns(table.code, title, f"{about}。", legend, tuple(groups))


def _styles(series: Sequence[str]) -> list[str]:
    neutral = iter(NEUTRAL)
    return [HATCH if code in PROBLEMS else next(neutral) for code in series]


def _column(style: str, count: int, x: float, width: float, highest: int) -> Column:
    height = round(GROUP_HEIGHT * count / highest, 1)
    return Column(style, count, x, round(FLOOR - height, 1), width, height)
