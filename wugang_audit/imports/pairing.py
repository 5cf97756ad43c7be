"""Pairs rows and objects that a name or a code alone cannot tell apart: by all else that they have in common."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import groupby
from typing import Any

from ..spreadsheets.table import Row

MOST_PAIRS = 250_000  # that are compared; beyond these, only what agrees in everything is paired
Values = Mapping[str, Any]  # by field


def pairs(
    rows: Sequence[Row],
    objects: Sequence[tuple[Any, Values]],
    fits: Callable[[Row, Any], bool] = lambda row, key: True,
    *,
    only_agreeing: bool = False,
) -> Iterator[tuple[Row, Any]]:
    """Yield rows with the keys of the objects that they mean, each row and each object once.

    What agrees in all that the row says comes first, then the most alike; rows at fault get what is left. The order of the
    rows makes no difference.

    :param objects: each key with its values.
    :param fits: whether a row may mean an object at all.
    :param only_agreeing: pair nothing that differs.
    """
    rows = sorted(rows, key=lambda row: (repr(sorted(row.values.items())), row.number))
    left = dict(enumerate(objects))
    for group in ([row for row in rows if not row.faulty], [row for row in rows if row.faulty]):
        for row, at in _paired(group, left, fits, only_agreeing):
            yield row, left.pop(at)[0]


def _paired(
    rows: Sequence[Row],
    left: Mapping[int, tuple[Any, Values]],
    fits: Callable[[Row, Any], bool],
    only_agreeing: bool,
) -> Iterator[tuple[Row, int]]:
    """Yield rows with places in `left`, from which each is taken as it is yielded."""
    fields = {name for row in rows for name in row.values} & {
        name for _, held in left.values() for name in held
    }
    unpaired = []
    for row, at in _agreeing(rows, left, fields, fits):
        if at is None:
            unpaired.append(row)
        else:
            yield row, at
    if only_agreeing or len(unpaired) * len(left) > MOST_PAIRS:
        return
    ranked = sorted(
        (*_unlikeness(row, values), at, number)
        for number, row in enumerate(unpaired)
        for at, (key, values) in left.items()
        if fits(row, key)
    )
    open_rows = set(range(len(unpaired)))
    for *_, at, number in ranked:
        if number in open_rows and at in left:
            open_rows.discard(number)
            yield unpaired[number], at


def _agreeing(
    rows: Sequence[Row],
    objects: Mapping[int, tuple[Any, Values]],
    fields: set[str],
    fits: Callable[[Row, Any], bool],
) -> Iterator[tuple[Row, int | None]]:
    """Yield each row with an object that holds all that it says, or None. Who says the most chooses first."""

    def said(row: Row) -> list[str]:
        return sorted(fields & row.values.keys())

    used: set[int] = set()
    for names, group in groupby(sorted(rows, key=lambda row: (-len(said(row)), said(row))), key=said):
        alike: dict[str, list[int]] = defaultdict(list)
        # Of several, the one that holds the least besides: it may have come from this very row.
        silent = fields.difference(names)
        for at, (_, held) in sorted(
            objects.items(), key=lambda pair: (sum(map(bool, _of(pair[1][1], silent))), pair[0])
        ):
            if at not in used:
                alike[repr(_of(held, names))].append(at)
        for row in group:
            offered = alike[repr(_of(row.values, names))]
            at = next((at for at in offered if _may(row, objects[at]) and fits(row, objects[at][0])), None)
            if at is not None:
                offered.remove(at)
                used.add(at)
            yield row, at


def _of(values: Values, names: Sequence[str] | set[str]) -> list[Any]:
    """Return some values as the database gives them: a row may hold a member of an enumeration."""
    held = (values.get(name) for name in names)
    return [value.value if isinstance(value, Enum) else value for value in held]


def _may(row: Row, found: tuple[Any, Values]) -> bool:
    """Say whether a row may mean an object that agrees: what was taken off the registry only if the row says so."""
    return found[1].get("is_active", True) or row.values.get("is_active") is False


def _unlikeness(row: Row, values: Values) -> tuple[bool, int]:
    """Return the rank of a pair: what is in the registry first, then what has most in common."""
    common = sum(row.values.get(name) == value for name, value in values.items() if name in row.values)
    return not _may(row, (None, values)), -common
