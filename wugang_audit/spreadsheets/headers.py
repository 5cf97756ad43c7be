"""Finding the header of a list: the row, or the two or three rows, in which most of the known columns are named."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

from .cell_text import clean, word
from .lines import CellValue, Sheet
from .recognition import Vocabulary

HEADER_WITHIN = 60  # rows in which the header is looked for
DEEP = 3  # rows that a header may have
MAX_COLUMNS = 300
LONGEST_HEADER = 100  # characters of a text whose key is remembered
_BESIDE = re.compile(r"[*:_]|\((?:必填|选填|可选)[^)]*\)")
NOTHING = Vocabulary({})
ENOUGH = 2  # known columns beside those that are required, by which another table on a sheet is told
SERIAL = frozenset(("序号", "编号", "no", "no.", "№"))


@dataclass
class Header:
    """A header: its (last) row, the positions (from 1) of known columns by attribute, and its other texts.

    :param likely: {position: {attribute: rank}} of unknown columns that may be meant, if their cells fit.
    :param unlike: {position: attribute} of unknown columns that are called so, but hold something else.
    :param second: {position: attribute} of unknown columns that mean the same as one that is read, but less plainly.
    :param ticked: {position: (attribute, word for a tick, word for 否)} of columns in which one of several is ticked.
    :param beside: {attribute: position} of each further table to the right of the first.
    :param absent: there is no header: `row` is the one above the first row of data.
    :param fields: how many cells of a sheet without a header are filled.
    :param forgotten: columns that are left out as it was once said of their headings.
    """

    row: int = 0
    found: dict[str, list[int]] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)  # by the clerk's own choice
    texts: dict[int, str] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    likely: dict[int, dict[str, int]] = field(default_factory=dict)
    unlike: dict[int, str] = field(default_factory=dict)
    second: dict[int, str] = field(default_factory=dict)
    forgotten: dict[int, str] = field(default_factory=dict)
    ticked: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    beside: list[dict[str, int]] = field(default_factory=list)
    absent: bool = False
    fields: int = 0

    def add(self, position: int, text: str, key: str, names: Vocabulary) -> None:
        self.texts[position], self.keys[position] = text[:30], key
        attribute = names.attribute(key)
        if attribute:
            self.found.setdefault(attribute, []).append(position)
        elif attribute == "":
            self.forgotten[position] = self.texts[position]
        elif key not in SERIAL:
            self.unknown[position] = self.texts[position]
            if likely := names.likely(key):
                self.likely[position] = likely
            if tick := names.tick(key):
                self.ticked[position] = tick

    @property
    def shown_row(self) -> int:
        """Its row as a clerk says it: 0 if there is none."""
        return 0 if self.absent else self.row

    @property
    def titles_until(self) -> int:
        """The row above which titles stand; of a list of one column its header may be one."""
        return self.row + 1 if self.absent or len(self.texts) == 1 else self.row

    @property
    def weight(self) -> int:
        """How many columns it names, or seems to name."""
        likely = {name for each in self.likely.values() for name in list(each)[:1]}
        ticks = set(self.ticked.values())
        return len(self.found.keys() | likely) + (len(ticks) if len(ticks) > 1 else 0)

    def move(self, position: int, attribute: str | None) -> None:
        """Read a column as something else, or not at all."""
        for name, positions in list(self.found.items()):
            if position in positions:
                positions.remove(position)
                if not positions:
                    del self.found[name]
        self.unknown.pop(position, None)
        if attribute:
            self.found.setdefault(attribute, []).append(position)
        else:
            self.unknown[position] = self.texts.get(position, "")


def attribute_of(key: str, names: Mapping[str, str]) -> str | None:
    """Return what a header is read as: by all of it, else by what is left without the remarks in its brackets."""
    return Vocabulary(names).attribute(key)


def header_key(value: object) -> str:
    """Return a header without spaces, line breaks, ``*``, colons and remarks such as (必填), in one width and case."""
    text = "" if value is None else str(value)
    return _known_key(text) if len(text) <= LONGEST_HEADER else _key(text)


def _key(text: str) -> str:
    return _BESIDE.sub("", word(clean(text)))


_known_key = lru_cache(maxsize=4096)(
    _key
)  # the first rows of a sheet are read as headers of one, two and three rows


def find_header(sheet: Sheet, names: Vocabulary) -> Header:
    """Return the best header of a sheet; several rows count only if together they name more columns than fewer do."""
    rows = {line.number: line.values for line in sheet.lines(1, HEADER_WITHIN + DEEP - 1, MAX_COLUMNS)}
    best = Header()
    for depth in range(1, DEEP + 1):
        for number in rows:
            if number - depth < HEADER_WITHIN and (header := _of_rows(number, rows, depth, names)):
                best = _better(best, header)
    return best


def first_of_several(sheet: Sheet, best: Header, names: Vocabulary, required: Set[str]) -> Header:
    """Return the header of the first table of a sheet, if others of fewer columns stand above the best one."""
    rows = list(sheet.lines(1, best.row, MAX_COLUMNS))
    if not rows or one_row(best.row, rows[-1].values, names).found != best.found:
        return best  # a header of two rows
    for line in rows[:-1]:
        header = one_row(line.number, line.values, names)
        filled = (
            sum(value not in (None, "") for value in each.values)
            for each in rows[:-1]
            if each.number > line.number
        )
        if (
            required <= header.found.keys()
            and len(header.found) >= len(required) + ENOUGH
            and max(filled, default=0) > 1
        ):
            return header
    return best


def header_at(sheet: Sheet, number: int, names: Vocabulary) -> Header:
    """Return the header whose last row is this one, whether it names anything or not."""
    rows = {line.number: line.values for line in sheet.lines(max(number - DEEP + 1, 1), number, MAX_COLUMNS)}
    best = one_row(number, rows.get(number, []), names)
    for depth in range(2, DEEP + 1):
        if header := _of_rows(number, rows, depth, names):
            best = _better(best, header)
    return best


def likely_header(sheet: Sheet) -> Header:
    """Return the row that looks most like a header where no name is known: the first with the most texts."""
    best = Header(1)
    for line in sheet.lines(1, HEADER_WITHIN, MAX_COLUMNS):
        header = one_row(
            line.number, [each if isinstance(each, str) else None for each in line.values], NOTHING
        )
        if len(header.texts) > len(best.texts):
            best = header
    return best


def no_header(sheet: Sheet) -> Header:
    """Return what stands for the header of a list that has none: it begins with its first row that is no title."""
    lines = list(sheet.lines(1, HEADER_WITHIN, MAX_COLUMNS))
    filled = {line.number: len(_filled(line.values)) for line in lines}
    widest = max(filled.values(), default=0)
    first = next((number for number, count in filled.items() if count > min(1, widest - 1)), 1)
    return Header(first - 1, absent=True, fields=widest)


def _filled(values: Sequence[CellValue | None]) -> list[CellValue]:
    return [
        value for value in values if value is not None and not (isinstance(value, str) and not clean(value))
    ]


def _better(best: Header, other: Header) -> Header:
    # 姓名 below 执法人员名单: the title of a list of one column is called like the column.
    titled = other.row == best.row + 1 and len(best.texts) == len(other.texts) == 1
    more = other.weight >= best.weight if titled and best.found else other.weight > best.weight
    return other if more else best


def one_row(number: int, values: Sequence[CellValue | None], names: Vocabulary) -> Header:
    """Read one row as a header."""
    header = Header(number)
    for position, value in enumerate(values, 1):
        if key := header_key(value):
            header.add(position, clean(str(value)), key, names)
    return header


def _of_rows(
    number: int, rows: Mapping[int, Sequence[CellValue | None]], depth: int, names: Vocabulary
) -> Header | None:
    """Read so many rows as one header, this being the last: a cell may stand over several of the row below.

    None if they are not all there, or if a lower one is data.
    """
    wanted = [rows.get(at) for at in range(number - depth + 1, number + 1)]
    if depth == 1:
        return one_row(number, rows[number], names)
    if any(row is None for row in wanted):
        return None
    header = Header(number)
    for position, texts in enumerate(_chains([row for row in wanted if row is not None]), 1):
        if not texts:
            continue
        *above, (text, _) = texts
        joined = above[-1][0] + text if above else text
        key = header_key(joined)
        if above and (names.attribute(key) or names.likely(key)):
            text = f"{above[-1][0]}·{text}"
        else:
            key = header_key(text)
            is_name = any(own and names.attribute(header_key(over)) for over, own in above)
            if is_name and not names.attribute(key) and not names.tick(key):
                return None
        if key:
            header.add(position, text, key, names)
    return header


def _chains(rows: Sequence[Sequence[CellValue | None]]) -> Iterator[list[tuple[str, bool]]]:
    """Yield for each column the texts that stand over one another, and whether each stands in the column itself."""
    over = [""] * len(rows)
    for values in zip(*rows, strict=False):
        own = [clean(str(each)) if each is not None else "" for each in values]
        for level, text in enumerate(own):
            if text:
                over[level:] = [text] + [""] * (len(rows) - level - 1)
            elif not any(own[level + 1 :]):
                over[level] = ""
        yield [(text, bool(own[level])) for level, text in enumerate(over) if text] if any(own) else []


def lone_text(values: Sequence[CellValue | None]) -> str:
    """Return the one text of a row that holds nothing else, as a title does; else the empty text."""
    found: CellValue | None = None
    for value in values:
        if value is None or (isinstance(value, str) and not clean(value)):
            continue
        if found is not None:
            return ""
        found = value
    return clean(found) if isinstance(found, str) else ""


def titles_above(sheet: Sheet, header_row: int) -> list[str]:
    """Return the titles above a header, the nearest first, and the sheet's own behind them."""
    lines = sheet.lines(1, header_row - 1, MAX_COLUMNS)
    titles = [text for line in lines if (text := lone_text(line.values))]
    return [*reversed(titles), sheet.title]
