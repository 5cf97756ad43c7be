"""What the clerk is told of the columns of a file: which are not read and why, and which are read as once said."""

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter

from .detector import ColumnMapping
from .headers import SERIAL, Header
from .table import Column, Table

NAMED = 20  # columns that a notice names


def note_columns(header: Header, columns: Sequence[Column], choice: ColumnMapping, table: Table) -> None:
    """Add the notices on the columns of a sheet; `table` holds those that are read."""
    proper = {column.attribute: column.header for column in columns}
    unlike = {
        at: f"{_named(at, header.unknown[at])}不像“{proper[name]}”"
        for at, name in header.unlike.items()
        if header.unknown.get(at)
    }
    second = {
        at: f"{_named(at, header.unknown[at])}（“{proper[name]}”已读“{table.headers.get(name, proper[name])}”）"
        for at, name in sorted(header.second.items())
        if header.unknown.get(at) and at not in unlike
    }
    unknown = {at: text for at, text in header.unknown.items() if at not in unlike and at not in second}
    left_out = {at: text for at, text in header.left_out.items() if header.keys.get(at) not in SERIAL}
    _note(table, "没有认出来的列没有读取", _all_named(unknown))
    _note(table, "内容和表头对不上的列没有读取", list(unlike.values()))
    _note(table, "意思相近的列只读一列，没有读取", list(second.values()))
    _note(table, "按记住的叫法没有读取", _all_named(header.forgotten))
    _note(table, "没有选作任何一列、没有读取的", _all_named(left_out))
    remembered = [
        f"“{table.headers[attribute]}”当作“{column.header}”"
        for attribute, column in table.columns.items()
        if choice.synonyms.get(header.keys.get(header.found[attribute][0], "")) == attribute
    ]
    if remembered and not choice.columns:
        table.note(f"按以前的选择，列{'、'.join(remembered)}读取")


def _named(position: int, text: str) -> str:
    return f"{get_column_letter(position)}列“{text}”"


def _all_named(columns: Mapping[int, str]) -> list[str]:
    return [_named(at, text) for at, text in columns.items() if text]


def _note(table: Table, notice: str, columns: Sequence[str]) -> None:
    if columns:
        table.note(f"{notice}：{'、'.join(columns[:NAMED])}")
