"""Pairs rows and objects that a name or a code alone cannot tell apart: by all else that they have in common."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..spreadsheets.table import Row

MOST_PAIRS = 250_000  # beyond these, what shares one name is no list; nothing is paired


def pairs(rows: Sequence[Row], objects: Sequence[tuple[Any, Mapping[str, Any]]]) -> Iterator[tuple[Row, Any]]:
    """Yield rows with the objects that they mean, the best pair first, each row and each object once.

    :param objects: each with its values by field.
    """
    if len(rows) * len(objects) > MOST_PAIRS:
        return
    ranked = sorted(
        (-_likeness(row, values), at, row.number, number)
        for number, row in enumerate(rows)
        for at, (_, values) in enumerate(objects)
    )
    rows_left, objects_left = set(range(len(rows))), set(range(len(objects)))
    for _, at, _, number in ranked:
        if number in rows_left and at in objects_left:
            rows_left.discard(number)
            objects_left.discard(at)
            yield rows[number], objects[at][0]


def _likeness(row: Row, values: Mapping[str, Any]) -> int:
    return sum(row.values.get(name) == value for name, value in values.items() if name in row.values)
