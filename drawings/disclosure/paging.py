"""Pages of public lists: some rows and whether there are more, never a count."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import get_script_prefix, get_urlconf, reverse


@dataclass(frozen=True)
class Page:
    """Some rows and whether there are more: the rows are never counted."""

    rows: tuple[Any, ...]
    number: int
    has_next: bool
    last: int = 0  # of one that is not there, because the list ends before it: the number of the last that is

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1


_ANY = {"unit": "-", "draw": "2026Q1"}


def around(name: str) -> tuple[str, str]:
    """Return what stands before and after the number of a unit, or the code of a draw, in the addresses of a page.

    It is the same in all of them, and to ask for each address takes longer than the rest of its row.
    """
    return _around(name, get_script_prefix(), get_urlconf())


@lru_cache
def _around(name: str, _prefix: str, _urlconf: Any) -> tuple[str, str]:
    before, _, after = reverse(f"disclosure:{name}", args=[_ANY[name]]).rpartition(_ANY[name])
    return before, after


def last_before(number: int, count: int, size: int = 0) -> int:
    """Return the number of the last page of so many rows for a page behind it; 0 for one that is there, or is the first."""
    last = max(1, -(-count // (size or PAGE)))
    return last if number > last else 0


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
