"""Keeps what was read from a workbook as bytes, so that the confirmation need not read the file a second time.

Column by column, since a column's values are of one kind: the kind is kept once, and JSON does the rest.
"""

import datetime
import json
import zlib
from collections.abc import Iterable, Iterator, Set
from dataclasses import fields
from decimal import Decimal
from typing import Any

from ..spreadsheets.coordinates import TwoDegrees
from ..spreadsheets.periods import TwoDays
from ..spreadsheets.table import Applied, Column, Fault, Row, Table

PIECE = 256 * 1024  # bytes
_KEPT = (
    "sheet", "header_row", "letters", "beside", "below", "headers", "notes", "rivals", "unlisted", "unmatched", "rather", "elsewhere",
)  # fmt: skip
_EVERY = "*"  # every row lacks the value
_PAIRS = {"degrees": TwoDegrees, "days": TwoDays}
_PLAIN = (str, bool, int, float, type(None))  # the values of choices are texts too


def dumps(table: Table) -> bytes:
    """Return a table as bytes, as it was read: before any rule across cells changed it."""
    head = {name: getattr(table, name) for name in _KEPT} | {
        "columns": list(table.columns),
        "numbers": [row.number for row in table.rows],
        "wrong": {at: sorted(row.wrong) for at, row in enumerate(table.rows) if row.wrong},
        "cells": {at: row.cells for at, row in enumerate(table.rows) if row.cells},
        "faults": [vars(fault) for fault in table.faults],
        "separate": [at for at, row in enumerate(table.rows) if row.separate],
        "applied": {at: vars(used) for at, used in table.applied.items()},
    }
    # A line for each column, packed one by one: together they would take as much memory as the rows themselves.
    press = zlib.compressobj(1)
    packed = [press.compress(_line(head))]
    packed += [press.compress(_line(_column(attribute, table.rows))) for attribute in table.columns]
    return b"".join([*packed, press.flush()])


def _line(value: object) -> bytes:
    return (
        json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
    )


def _lines(staged: bytes) -> Iterator[Any]:
    release, rest = zlib.decompressobj(), b""
    for start in range(0, len(staged), PIECE):
        *lines, rest = (rest + release.decompress(staged[start : start + PIECE])).split(b"\n")
        yield from (json.loads(line.decode("utf-8", "surrogatepass")) for line in lines)


def loads(staged: bytes, columns: Iterable[Column]) -> Table | None:
    """Return the table, or None if the file must be read again: the columns or the form of a fault changed since."""
    lines = _lines(staged)
    head = next(lines)
    known = {column.attribute: column for column in columns}
    parts = {each.name for each in fields(Fault)}
    if not {*_KEPT, "applied"} <= head.keys():  # kept before a table held these
        return None
    if not set(head["columns"]) <= known.keys() or not all(fault.keys() <= parts for fault in head["faults"]):
        return None
    table = Table(**{name: head[name] for name in _KEPT})
    table.columns = {attribute: known[attribute] for attribute in head["columns"]}
    table.faults = [Fault(**fault) for fault in head["faults"]]
    table.applied = {at: Applied(**used) for at, used in head["applied"].items()}
    series, absent = [], {}
    for attribute, (kind, values, lacking) in zip(table.columns, lines, strict=True):
        series.append(_restored(kind, values))
        if lacking:
            absent[attribute] = range(len(values)) if lacking == _EVERY else lacking
    rows = zip(*series, strict=True) if series else iter(())
    for at, (number, values) in enumerate(zip(head["numbers"], rows, strict=True)):
        row = Row(number, dict(zip(table.columns, values, strict=True)))
        if bad := head["wrong"].get(str(at)):
            row.wrong = set(bad)
            row.values = {name: value for name, value in row.values.items() if name not in row.wrong}
        if raw := head["cells"].get(str(at)):
            row.cells = raw
        table.rows.append(row)
    for at in head.get("separate", ()):
        table.rows[at].separate = True
    for attribute, rows_without in absent.items():
        for at in rows_without:
            table.rows[at].values.pop(attribute, None)
    return table


def some_rows(staged: bytes, numbers: Set[int]) -> dict[int, dict[str, Any]]:
    """Return what the rows of these numbers say, by attribute; of a long table only one column is held at a time."""
    lines = _lines(staged)
    head = next(lines)
    places = {number: at for at, number in enumerate(head["numbers"]) if number in numbers}
    found: dict[int, dict[str, Any]] = {number: {} for number in places}
    for attribute, (kind, values, _) in zip(head["columns"], lines, strict=True):
        picked = _restored(kind, [values[at] for at in places.values()])
        for number, value in zip(places, picked, strict=True):
            if value is not None:
                found[number][attribute] = value
    return found


def _column(attribute: str, rows: list[Row]) -> tuple[str, list, list | str]:
    """Return the kind of a column's values, the values, and which rows say nothing there."""
    held = [row.values.get(attribute) for row in rows]
    empty = [at for at, value in enumerate(held) if value is None]
    absent = [at for at in empty if attribute not in rows[at].values and attribute not in rows[at].wrong]
    kind, values = _packed(attribute, held)
    return kind, values, _EVERY if absent and len(absent) == len(rows) else absent


def _packed(attribute: str, values: list) -> tuple[str, list]:
    kinds = {value.__class__ for value in values}
    if all(issubclass(kind, _PLAIN) for kind in kinds):
        return "", values
    if kinds <= {datetime.date, type(None)}:
        return "date", [value and value.toordinal() for value in values]
    if kinds <= {Decimal, type(None)}:
        return "decimal", [value if value is None else str(value) for value in values]
    if kinds <= {tuple, type(None)}:
        return "tuple", values
    if kinds <= {list, tuple, type(None)}:
        return "list", values
    return "mixed", [_tagged(attribute, value) for value in values]


def _tagged(attribute: str, value: object) -> list:
    """Return a value of a column that holds several kinds, with what it is: a cell may hold both coordinates."""
    if isinstance(value, _PLAIN):
        return ["", value]
    if value.__class__ in _PAIRS.values():
        name = next(name for name, kind in _PAIRS.items() if kind is value.__class__)
        return [name, [_tagged(attribute, each) for each in value]]
    if isinstance(value, datetime.date):
        return ["date", value.toordinal()]
    if isinstance(value, Decimal):
        return ["decimal", str(value)]
    raise TypeError(f"{attribute}: {value.__class__}")


def _untagged(tag: str, value: Any) -> Any:
    if tag in _PAIRS:
        return _PAIRS[tag](*(_untagged(*each) for each in value))
    if tag == "date":
        return datetime.date.fromordinal(value)
    return Decimal(value) if tag == "decimal" else value


def _restored(kind: str, values: list) -> list:
    if kind == "date":
        days = {day: datetime.date.fromordinal(day) for day in set(values) if day}
        return [days.get(day) for day in values]
    if kind == "decimal":
        return [value if value is None else Decimal(value) for value in values]
    if kind == "mixed":
        return [_untagged(*each) for each in values]
    if kind in ("tuple", "list"):
        made = tuple if kind == "tuple" else list
        return [value if value is None else made(value) for value in values]
    return values
