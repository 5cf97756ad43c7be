"""What divides a sheet: titles above the list and within it, and further tables below with a header of their own."""

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter

from .detector import ColumnMapping, vocabulary
from .headers import ENOUGH, Header, one_row
from .lines import Line
from .recognition import Vocabulary
from .table import Column, Row, Table

FOUND = "下面另有一张表，表头不同，按它自己的表头读取"


class FurtherHeaders:
    """Finds rows that begin another table on the same sheet, with its columns in other places."""

    def __init__(self, columns: Sequence[Column], choice: ColumnMapping, first: Header):
        self.columns = {column.attribute: column for column in columns}
        read = {first.keys.get(at, ""): name for name, positions in first.found.items() for at in positions}
        left = {first.keys[at]: "" for at in first.unlike}
        known = vocabulary(columns, choice)
        self.names = Vocabulary({**known.names, **left, **read})
        self.by_hand = bool(choice.columns)
        # Most rows are told from headers by this alone: their cells are compared as they are.
        texts = {name for column in columns for name in (column.header, *column.aliases)}
        self.telling = texts | set(first.texts.values())
        self.keys = dict(first.keys)
        self.required = {column.attribute for column in columns if column.required}

    def at(self, line: Line, places: Mapping[str, int], table: Table) -> dict[str, int] | None:
        """Return {attribute: position from 0} if the row is the header of another table; its columns join the table's."""
        if self.telling.isdisjoint(line.values):
            return None
        header = one_row(line.number, line.values, self.names)
        found = {name: positions[0] - 1 for name, positions in header.found.items()}
        if (
            not self.required <= found.keys()
            or len(found) < len(self.required) + ENOUGH
            or found == dict(places)
            or (self.by_hand and self.keys == header.keys)  # again the header that the clerk explained
        ):
            return None
        for attribute, place in found.items():
            if attribute not in table.columns:
                table.columns[attribute] = self.columns[attribute]
                table.headers[attribute] = header.texts[place + 1]
                table.letters[attribute] = ""  # the first table has none
        own = {attribute: get_column_letter(place + 1) for attribute, place in found.items()}
        table.below.append((line.number, table.letters | own))
        table.note(FOUND, Row(line.number))
        return found
