"""Columns in which one of several is ticked, or answered by 是 and 否: together they are one column of fixed words."""

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter

from .cell_reader import is_blank
from .cell_text import shown, word
from .cell_types import Wrong, flag
from .column_content import Samples
from .headers import Header
from .lines import CellValue
from .recognition import Vocabulary
from .table import Column, Table

_TICKS = frozenset("√✓✔☑●★■◆▲○◎☆")
CellValues = Sequence[CellValue | None]


def answer(value: CellValue | None) -> bool | None:
    """Return what a cell says: yes, no, or nothing.

    :raises Wrong: if it is neither.
    """
    if is_blank(value):
        return None
    if word(shown(value)) in _TICKS:
        return True
    answered = flag(shown(value))
    return bool(answered)


def _is_answer(text: str) -> bool:
    try:
        answer(text)
    except Wrong:
        return False
    return True


def keep_ticked(header: Header, held: Samples) -> None:
    """Keep of the columns that may be ticked those that are, unless a column of its own says what they say."""
    for position, (attribute, *_) in list(header.ticked.items()):
        texts = held.get(position, ())
        own = any(at in held for at in header.found.get(attribute, ()))
        if not texts or not all(map(_is_answer, texts)) or own or position not in header.unknown:
            del header.ticked[position]
        else:
            header.likely.pop(position, None)
            header.unknown.pop(position)
    for attribute in {attribute for attribute, *_ in header.ticked.values()}:
        for position in list(header.found.get(attribute, ())):
            header.move(position, None)


class Ticks:
    """Reads the ticked columns of a sheet as the cells of the columns that they stand for."""

    def __init__(self, header: Header, columns: Sequence[Column], names: Vocabulary, table: Table):
        self.places: dict[str, dict[int, tuple[str, str]]] = {}
        for position, (attribute, yes, no) in sorted(header.ticked.items()):
            if attribute not in header.found:
                self.places.setdefault(attribute, {})[position - 1] = (yes, no)
        self.unticked = {attribute: names.ways[attribute].unticked for attribute in self.places}
        for column in columns:
            if column.attribute not in self.places:
                continue
            places = self.places[column.attribute]
            table.columns[column.attribute] = column
            table.letters[column.attribute] = get_column_letter(min(places) + 1)
            table.headers[column.attribute] = "、".join(header.texts[at + 1] for at in places)
            said = "、".join(f"{get_column_letter(at + 1)}列“{header.texts[at + 1]}”" for at in places)
            meant = "、".join(dict.fromkeys(yes for yes, _ in places.values()))
            denied = "、".join(dict.fromkeys(no for _, no in places.values() if no))
            otherwise = f"，填“否”的是“{denied}”" if denied else ""
            unticked = self.unticked[column.attribute]
            if unticked and len({yes for yes, _ in places.values()}) > 1:
                otherwise += f"，这几列都填“否”的是“{unticked}”"
            table.note(f"{said}打勾或填“是”的，按“{column.header}”是“{meant}”读取{otherwise}")

    @property
    def last(self) -> int:
        """The position, from 0, of the last such column."""
        return max((at for places in self.places.values() for at in places), default=-1)

    def cells(self, values: CellValues) -> Mapping[str, CellValue | None]:
        """Return {attribute: words} of a row; a cell that is neither a tick nor an answer is kept, to be refused."""
        return {
            attribute: self._said(values, places, self.unticked[attribute])
            for attribute, places in self.places.items()
        }

    def _said(
        self, values: CellValues, places: Mapping[int, tuple[str, str]], unticked: str
    ) -> CellValue | None:
        said, denied = [], 0
        for at, (yes, no) in places.items():
            value = values[at] if at < len(values) else None
            try:
                answered = answer(value)
            except Wrong:
                return value
            if answered:
                said.append(yes)
            elif answered is False:
                denied += 1
                said += [no] if no else []
        if not said and denied and len({yes for yes, _ in places.values()}) > 1:
            return unticked or None
        return "、".join(dict.fromkeys(said)) or None
