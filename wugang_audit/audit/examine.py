"""What `manage.py verify_audit` and the auditor's page say: the trail recomputed, and held against what others keep of it.

The chain alone does not show that the last rows were cut off: what is left hangs together. So the trail's head is published
now and then (an anchor), and each anchor must still be found. The base knows no app: who keeps anchors registers here.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from . import append_only, trail
from .models import AuditEntry


class Anchor(NamedTuple):
    """A head of the trail that is kept elsewhere. where: in Chinese; index: None where it cannot be read."""

    where: str
    index: int | None
    chain: str


Provider = Callable[[], Iterable[Anchor]]
Check = Callable[[], Iterator[tuple[bool, str]]]
_providers: list[Provider] = []
_checks: list[Check] = []
_SHOWN = 5  # of anchors that differ: when the trail was rewritten, all later ones do
_BATCH = 500


def anchored(provider: Provider) -> Provider:
    """Register what yields the anchors that an app keeps, oldest first."""
    _providers.append(provider)
    return provider


def also(check: Check) -> Check:
    """Register a check that holds tables of another room against the trail; it yields lines as `examine` does."""
    _checks.append(check)
    return check


def examine() -> Iterator[tuple[bool, str]]:
    """Check the triggers, the whole chain, all anchors, and what else is registered: one (holds, line in Chinese) after the other.

    Entries are read in constant memory.
    """
    yield from append_only.examine()
    yield _chain()
    yield from _anchors()
    for check in _checks:
        yield from check()


def _chain() -> tuple[bool, str]:
    last, count = None, 0
    for entry in AuditEntry.objects.order_by("index").iterator(chunk_size=2000):
        if reason := trail.why_broken(last, entry):
            return False, f"审计记录：第 {count + 1} 条起不能再信（前 {count} 条前后相连）：{reason}"
        last, count = entry, count + 1
    return True, f"审计记录：全部 {count} 条前后相连"


def _anchors() -> Iterator[tuple[bool, str]]:
    count, failed, newest = 0, 0, 0
    for anchor, chain in _found():
        count += 1
        if chain == anchor.chain:
            newest = max(newest, anchor.index or 0)
            continue
        failed += 1
        if failed <= _SHOWN:
            yield False, f"{anchor.where}记下的审计链头：{_why(anchor, chain)}"
    if failed > _SHOWN:
        yield False, f"另有 {failed - _SHOWN} 个记下的审计链头也对不上"
    if not failed:
        since = AuditEntry.objects.filter(index__gt=newest).count()
        yield True, f"记下的 {count} 个审计链头都还在；最近一个之后又有 {since} 条，还没有记下"


def _found() -> Iterator[tuple[Anchor, str | None]]:
    """Yield each anchor with the chain value that the trail has there today, None where it has no such row."""
    for provider in _providers:
        anchors = iter(provider())
        while batch := list(islice(anchors, _BATCH)):
            rows = AuditEntry.objects.filter(index__in=[each.index for each in batch if each.index])
            chains = dict(rows.values_list("index", "chain"))
            yield from ((each, chains.get(each.index)) for each in batch)


def _why(anchor: Anchor, chain: str | None) -> str:
    if anchor.index is None:
        return "写的不是审计记录的序号"
    if chain is None:
        return f"审计记录里没有第 {anchor.index} 条了，末尾可能被截去"
    return f"审计记录第 {anchor.index} 条的链值与它不同，记录被改过"
