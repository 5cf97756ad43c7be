"""A list that was uploaded under the wrong registry: told by its headings, whatever stands above them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ..spreadsheets.detector import known_headers, named_headers
from ..spreadsheets.table import Column, Fault, Table

MARGIN = (
    1  # columns that the registry of the upload may know fewer than another, whose the list is not for that
)


class Registry(Protocol):
    kind: str
    label: str
    columns: Sequence[Column]


def suspect(table: Table, own: Registry, registries: Mapping[str, type[Registry]], *, chosen: bool) -> None:
    """Note of a file that it is rather another registry's; nothing of it is read until somebody says that it is not.

    :param registries: all of them, by their kinds.
    :param chosen: somebody said what its columns are: it is read, and the note stays.
    """
    counts = {kind: _told(table, each.columns) for kind, each in registries.items()}
    said = counts.pop(own.kind)
    # Of two that know as much it is the one of more columns: a list of names and codes tells of no class or recusal.
    best = max(counts, key=lambda kind: (counts[kind], len(registries[kind].columns)), default="")
    if not best:
        return
    plainly = _is_named(table, registries[best].columns) and not _is_named(table, own.columns)
    if counts[best] <= said + (0 if plainly else MARGIN):
        return
    table.rather = best
    if chosen:
        return
    other = registries[best].label
    table.rows.clear()
    table.unmatched = True
    fix = f"请到“{other}”里上传；确实是{own.label}的，请逐列指定"
    table.faults = [Fault(f"这个文件更像“{other}”，不像“{own.label}”", fix, table.sheet)]


def _told(table: Table, columns: Sequence[Column]) -> int:
    return max((known_headers(texts, columns) for texts in table.header_texts), default=0)


def _is_named(table: Table, columns: Sequence[Column]) -> bool:
    """Say whether the columns that a registry requires stand there by their names, not only by what these are made of."""
    needed = [column for column in columns if column.required]
    return any(named_headers(texts, needed) == len(needed) for texts in table.header_texts)
