"""Writes the canonical text of a published thing, as a `Record` of `public_fields` lists it."""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from django.db import models
from django.utils import timezone

from ..public_fields import Line, Record, Written

WRITERS: dict[Written, Callable[[Any], str]] = {
    Written.AS_IT_IS: str,
    Written.DAY: lambda moment: timezone.localdate(moment).isoformat(),
    Written.ONE_LINE: lambda text: text.replace("\\", "\\\\").replace("\r\n", "\n").replace("\n", "\\n"),
}


def canonical_text(record: Record, row: models.Model, points: Iterable[tuple[str, ...]]) -> str:
    """Return the text; its digest is what the log holds.

    :param row: the object whose columns the lines say, as it is in memory: it may not be stored yet.
    :param points: the values of the columns of ``record.points``, one tuple for each point.
    """
    lines = [
        record.form,
        *(_written(line, (_value(row, column) for column in line.columns)) for line in record.lines),
        *(_written(record.points, values) for values in sorted(points)),
    ]
    return "".join(line + "\n" for line in lines)


def _value(row: models.Model, column: str) -> Any:
    """Return what a column such as ``selection__draw__code`` holds."""
    return reduce(getattr, column.split("__"), row)


def _written(line: Line, values: Iterable[Any]) -> str:
    write = WRITERS[line.written]
    return " ".join([line.word, *map(write, values)])
