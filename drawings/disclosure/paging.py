"""Pages of public lists: some rows and whether there are more, never a count."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """Some rows and whether there are more: the rows are never counted."""

    rows: tuple
    number: int
    has_next: bool

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1


def cut(rows, number: int, size: int = 0) -> tuple[list, bool]:
    """Return the rows of one page and whether more follow, without counting."""
    size = size or PAGE
    start = (number - 1) * size
    rows = list(rows[start : start + size + 1])
    return rows[:size], len(rows) > size


def grouped(rows, key: str) -> dict[int, list[dict]]:
    groups = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


PAGE = 50
