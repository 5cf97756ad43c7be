"""Rows of one workbook that claim the same key."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from ..spreadsheets.table import Row, Table

OTHERS = 5  # rows that a fault names besides its own
SHOWN = 4  # columns in which duplicate rows differ that are named


def others_of(row: Row, group: Sequence[Row]) -> tuple[list[Row], str]:
    """Return the first other rows of a group, and what to add in Chinese if there are more."""
    # One code may stand in every row of a long workbook.
    some = list(islice((other for other in group if other is not row), OTHERS))
    return some, f"等 {len(group) - 1} 行" if len(group) - 1 > OTHERS else ""


def differing_columns(rows: list[Row], table: Table) -> str:
    """Return, in Chinese, the columns in which rows of one key differ, as letters and headers; empty if there are none."""
    names = [name for name in table.columns if any(row.get(name) != rows[0].get(name) for row in rows)]
    # What a title says has no letter, and comes first.
    letters = {name: table.letters.get(name, "") for name in names}
    names.sort(key=lambda name: (len(letters[name]), letters[name]))
    more = f"等 {len(names)} 列" if len(names) > SHOWN else ""
    listed = "、".join(map(table.column_name, names[:SHOWN]))
    return f"（{listed}{more}）" if listed else ""


def duplicates(rows: Iterable[Row], key: Callable[[Row], object]) -> list[list[Row]]:
    """Return the groups of two or more rows with the same key; a key of None counts for nothing."""
    keyed = [(value, row) for row in rows if (value := key(row)) is not None]
    often = {value for value, count in Counter(value for value, _ in keyed).items() if count > 1}
    groups: dict[object, list[Row]] = {}
    for value, row in keyed:
        if value in often:
            groups.setdefault(value, []).append(row)
    return list(groups.values())
