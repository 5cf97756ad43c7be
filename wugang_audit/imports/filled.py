"""What else a file says of the new objects that a preview lists, for who wants to see the whole row before it comes in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..registries.display import Words
from ..spreadsheets.table import Table
from .diff import EMPTY, Difference
from .importer import Importer
from .preview import LISTED
from .table_bytes import some_rows

Filled = tuple[tuple[str, str], ...]


def with_filled(differences: Sequence[Difference], table: Table, importer: Importer) -> list[Difference]:
    """Return the differences, each new one among the first `LISTED` with what its row fills in.

    :param table: what was examined. The later ones are left as they are, see `filled_later`.
    """
    first = differences[:LISTED]
    wanted = {each.row for each in first if each.new}
    if not wanted:
        return list(differences)
    rows = {row.number: row.values for row in table.rows if row.number in wanted}
    in_words = _in_words(importer, (*table.columns, *importer.derived()))
    return [
        *(replace(each, filled=in_words(rows.get(each.row, {}))) if each.new else each for each in first),
        *differences[LISTED:],
    ]


def filled_later(differences: Sequence[Difference], staged: bytes, importer: Importer) -> list[Difference]:
    """Return a page of differences, each new one that was left bare with what its row says, as it was read.

    What nobody may ask for is not worked out for each of 100,000 rows before it is asked for.

    :param staged: the table as the job keeps it; empty once the file was imported.
    """
    bare = {each.row for each in differences if each.new and not each.filled}
    if not bare or not staged:
        return list(differences)
    rows = some_rows(staged, bare)
    model = importer.model._meta
    names = dict.fromkeys(name for values in rows.values() for name in values)
    # What an object refers to is found only when a table is examined, and is no object yet in what was read.
    own = {field.name for field in model.concrete_fields if not field.is_relation}
    in_words = _in_words(importer, [name for name in names if name in own])
    said = {row: {name: _one(value) for name, value in values.items()} for row, values in rows.items()}
    return [
        replace(each, filled=in_words(said[each.row])) if each.row in said else each for each in differences
    ]


def _one(value: Any) -> Any:
    """Return a value; both of a cell that holds two, of which only the rules across cells make two values."""
    return "、".join(map(str, value)) if isinstance(value, tuple) else value


def _in_words(importer: Importer, attributes: Iterable[str]) -> Callable[[Mapping[str, Any]], Filled]:
    """Return a function that says what a row fills in, as (label, words), in the order of the attributes."""
    left_out = {importer.key, importer.name_field, *importer.non_model_columns}
    names = [each for each in dict.fromkeys(attributes) if each not in left_out]
    fields = {name: importer.model._meta.get_field(name).verbose_name for name in names}
    words = Words(importer.model)

    def filled(values: Mapping[str, Any]) -> Filled:
        held = [(label, name, values.get(name)) for name, label in fields.items()]
        return tuple((label, words(name, value)) for label, name, value in held if value not in EMPTY)

    return filled
