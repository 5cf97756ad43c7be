"""Pages of public lists: some rows and whether there are more, never a count."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Page:
    """Some rows and whether there are more: the rows are never counted."""

    rows: tuple[Any, ...]
    number: int
    has_next: bool

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1


def cut(rows: QuerySet, number: int, size: int = 0) -> tuple[list[dict[str, Any]], bool]:
    """Return the rows of one page and whether more follow, without counting."""
    size = size or PAGE
    start = (number - 1) * size
    rows = list(rows[start : start + size + 1])
    return rows[:size], len(rows) > size


def grouped(rows: Iterable[dict[str, Any]], key: str) -> dict[int, list[dict[str, Any]]]:
    groups: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


PAGE = 50
