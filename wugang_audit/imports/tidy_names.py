"""Names as lists write them, brought to the form in which a registry keeps them; each change is told."""

from collections.abc import Sequence, Set
from typing import Any

from django.db import models

from ..spreadsheets.table import Row, Table
from ..spreadsheets.written_names import WrittenName, read_name, serial_of
from .importer import BATCH

TIDIED = "前后的序号、符号、书名号、括号里的状态和字间的空格已去掉，改成规范写法"
STARRED = "名称带有“{marks}”：多半是名单里的一种标记，请看名单的说明；标记不留在名称里"


def tidy_names(
    table: Table, model: type[models.Model], states: Set[str] = frozenset()
) -> dict[int, WrittenName]:
    """Strip what stands around the names; return {row number: how the name was written} of the rows that changed.

    What the registry holds under just such a name stays as it is, so that its own export comes in as unchanged.

    :param states: see `read_name`.
    """
    serial = _is_numbered(table)
    found: dict[int, tuple[Row, WrittenName]] = {}
    for row in table.rows:
        if isinstance(text := row.get("name"), str):
            written = read_name(text, states, serial=serial)
            if written.name != text:
                found[row.number] = row, written
    known = _registered(model, [row.values["name"] for row, _ in found.values()])
    changed = {}
    for number, (row, written) in found.items():
        if row.values["name"] in known:
            continue
        row.cells.setdefault("name", row.values["name"])
        row.values["name"] = written.name
        table.note(f"{table.column_name('name', row)}{TIDIED}", row)
        if written.marks:
            table.note(STARRED.format(marks=written.marks[0]), row)
        changed[number] = written
    return changed


def _is_numbered(table: Table) -> bool:
    """Say whether names begin with serials that count: different ones, before half of the names at least."""
    names = [text for row in table.rows if isinstance(text := row.get("name"), str)]
    serials = [serial for text in names if (serial := serial_of(text)) is not None]
    return len(set(serials)) > 1 and len(serials) * 2 >= len(names)


def _registered(model: type[models.Model], names: Sequence[str]) -> set[Any]:
    """Return which of these names an object of the registry has."""
    found: set[Any] = set()
    for start in range(0, len(names), BATCH):
        some = model._default_manager.filter(name__in=names[start : start + BATCH])
        found.update(some.values_list("name", flat=True))
    return found
