"""The public log (``log.tsv`` of draw/2): chained, append-only, one for the whole site."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.audit import trail
from wugang_audit.audit.examine import Anchor, anchored
from wugang_audit.audit.models import AuditEntry

from .models.log import ANCHOR, LogEntry, LogKind
from .protocol import verify
from .states import Refused

START = "0" * 64
CLOCK_TOLERANCE = timedelta(seconds=5)
_IS_ANCHOR = re.compile(rf"{ANCHOR}([1-9][0-9]{{0,17}})").fullmatch


def lock() -> str:
    """Let nobody else append until this transaction ends, and return the log's head (64 zeros at the start)."""
    trail.lock_table(LogEntry)
    return head()


def head() -> str:
    """Return the chain value of the last row."""
    return LogEntry.objects.order_by("-index").values_list("chain", flat=True).first() or START


def require_clock(last: LogEntry | None = None) -> None:
    """Refuse a step while the machine's clock is behind the last row of the log or the last entry of the trail.

    Its time would be a lie in the public log, where times do not descend. A few seconds are let pass (`CLOCK_TOLERANCE`):
    time servers correct by less, and such a row carries the time of the one before it. Where the clock once ran far ahead
    by mistake, no honest time is left: then ALLOW_CLOCK_BEHIND lets the steps go on, and the trail marks each entry.

    :param last: the log's last row, where the caller has read it.
    :raises Refused: by how much it is behind, in Chinese.
    """
    if settings.ALLOW_CLOCK_BEHIND:
        return
    last = last or LogEntry.objects.order_by("-index").first()
    times = [trail.last_time(), datetime.fromisoformat(last.time) if last else None]
    newest = max((time for time in times if time), default=None)
    behind = newest - clock.now() if newest else timedelta()
    if behind > CLOCK_TOLERANCE:
        raise Refused(
            f"服务器时钟比上一条记录慢{_in_words(behind)}（上一条：{timezone.localtime(newest):%Y-%m-%d %H:%M:%S}），"
            "这一步没有做。请先校准服务器时间，再重新操作。"
        )


def _in_words(span: timedelta) -> str:
    """Write 125 s as `` 2 分 5 秒``, the two largest units at most."""
    seconds = int(span.total_seconds())
    units = (
        ("天", seconds // 86400),
        ("小时", seconds // 3600 % 24),
        ("分", seconds // 60 % 60),
        ("秒", seconds % 60),
    )
    return "".join([f" {number} {unit}" for unit, number in units if number][:2]) + " "


def next_time() -> str:
    """Return the time that the next row bears, for a document that names its own; nobody else appends meanwhile (`lock`).

    Times do not descend, whatever the machine's clock does.
    """
    return _time_after(LogEntry.objects.order_by("-index").first())


def _time_after(last: LogEntry | None) -> str:
    now = clock.local_now().isoformat(timespec="seconds")
    return max(now, last.time) if last else now


@transaction.atomic
def append(kind: str, subject: str, digest: str, *, time: str = "") -> LogEntry:
    """Append one row to the log.

    :param kind: a `LogKind`, or its word in draw/2, such as ``commit``.
    :param subject: what it is about, such as ``2026Q4`` or ``2026Q4/dice10``: a name of draw/2.
    :param digest: SHA-256 of the document, 64 lower-case hex digits.
    :param time: as `next_time` gave it in this transaction; empty: now.
    :raises Refused: the machine's clock is behind (see `require_clock`).
    """
    trail.lock_table(LogEntry)
    kind = str(kind)
    last = LogEntry.objects.order_by("-index").first()
    require_clock(last)
    index = last.index + 1 if last else 1
    time = time or _time_after(last)
    chain = verify.chain(last.chain if last else START, index, time, kind, subject, digest)
    return LogEntry.objects.create(
        index=index, time=time, kind=kind, subject=subject, digest=digest, chain=chain
    )


@transaction.atomic
def anchor() -> LogEntry | None:
    """Append the chain value of the audit trail's last entry: the public then holds the trail as it stood here.

    A step calls it last, after its own rows in log and trail, so that the entry of that very step is held. Whoever locks
    both tables locks the log first: two steps would else wait for each other.

    :returns: None where the log has this entry already, or the trail is empty.
    """
    lock()
    trail.lock_table(AuditEntry)
    entry = AuditEntry.objects.order_by("-index").only("index", "chain").first()
    last = LogEntry.objects.filter(kind=LogKind.AUDIT, subject__startswith=ANCHOR).order_by("-index").first()
    if entry is None or (last and last.subject == f"{ANCHOR}{entry.index}"):
        return None
    return append(LogKind.AUDIT, f"{ANCHOR}{entry.index}", entry.chain)


@anchored
def anchors() -> Iterator[Anchor]:
    """Yield the heads of the audit trail that stand in the log, oldest first."""
    rows = LogEntry.objects.filter(kind=LogKind.AUDIT, subject__startswith=ANCHOR).order_by("index")
    for index, subject, digest in rows.values_list("index", "subject", "digest").iterator():
        number = _IS_ANCHOR(subject)
        yield Anchor(f"公开日志第 {index} 条", int(number[1]) if number else None, digest)


def text() -> str:
    """Return the whole log as the file ``log.tsv``."""
    rows = LogEntry.objects.values_list("index", "time", "kind", "subject", "digest", "chain")
    return "log/2\n" + "".join("\t".join(map(str, row)) + "\n" for row in rows.iterator(chunk_size=5000))


@dataclass(frozen=True)
class Chain:
    """What recomputing the log gave: how many rows hold, and the index of the first that does not."""

    count: int
    broken: int | None


def recompute() -> Chain:
    """Follow the chain from its first row, in constant memory however long the log is."""
    previous, count, last = START, 0, ""
    rows = LogEntry.objects.order_by("index").values_list(
        "index", "time", "kind", "subject", "digest", "chain"
    )
    for index, time, kind, subject, digest, chain in rows.iterator(chunk_size=2000):
        follows = chain == verify.chain(previous, index, time, kind, subject, digest)
        if index != count + 1 or time < last or not follows:
            return Chain(count, count + 1)
        previous, count, last = chain, index, time
    return Chain(count, None)
