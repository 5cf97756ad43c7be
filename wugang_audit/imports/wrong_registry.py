"""A list that was uploaded under the wrong registry: told by its headings, whatever stands above them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ..spreadsheets.detector import HeadersTold, known_headers
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
    told = {kind: _told(table, each.columns) for kind, each in registries.items()}
    own_told = told.pop(own.kind)
    # Of two that know as much it is the one of more columns: a list of names and codes tells of no class or recusal.
    best = max(told, key=lambda kind: (told[kind].known, len(registries[kind].columns)), default="")
    if not best or not _is_rather(told[best], own_told):
        return
    table.rather = best
    if chosen:
        return
    other = registries[best].label
    table.rows.clear()
    table.unmatched = True
    fix = f"请到“{other}”里上传；确实是{own.label}的，请逐列指定"
    table.faults = [Fault(f"这个文件更像“{other}”，不像“{own.label}”", fix, table.sheet)]


def _is_rather(other: HeadersTold, own: HeadersTold) -> bool:
    """Say whether a list is rather another registry's: by all that tells of either, by plain names, or by the only one."""
    if other.known <= own.known:
        return False
    clearly = other.known > own.known + MARGIN or other.named > own.named + MARGIN
    return clearly or (other.complete and not own.known)


def _told(table: Table, columns: Sequence[Column]) -> HeadersTold:
    return max((known_headers(texts, columns) for texts in table.header_texts), default=HeadersTold())
