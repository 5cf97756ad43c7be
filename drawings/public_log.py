"""The public log (``log.tsv`` of draw/1): chained, append-only, one for the whole site."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from wugang_audit.audit.trail import lock_table

from .models.log import LogEntry
from .protocol import verify

START = "0" * 64


def lock() -> str:
    """Let nobody else append until this transaction ends, and return the log's head (64 zeros at the start)."""
    lock_table(LogEntry)
    return head()


def head() -> str:
    """Return the chain value of the last row."""
    return LogEntry.objects.order_by("-index").values_list("chain", flat=True).first() or START


@transaction.atomic
def append(kind: str, subject: str, digest: str) -> LogEntry:
    """Append one row to the log.

    :param kind: a `LogKind`, or its word in draw/1, such as ``commit``.
    :param subject: what it is about, such as ``2026Q4`` or ``2026Q4/dice10``; no TAB.
    :param digest: SHA-256 of the document, 64 lower-case hex digits.
    """
    lock_table(LogEntry)
    kind = str(kind)
    last = LogEntry.objects.order_by("-index").first()
    index = last.index + 1 if last else 1
    time = timezone.localtime().isoformat(timespec="seconds")
    if last:
        time = max(time, last.time)  # times do not descend, whatever the machine's clock does
    chain = verify.chain(last.chain if last else START, index, time, kind, subject, digest)
    return LogEntry.objects.create(
        index=index, time=time, kind=kind, subject=subject, digest=digest, chain=chain
    )


def text() -> str:
    """Return the whole log as the file ``log.tsv``."""
    rows = LogEntry.objects.values_list("index", "time", "kind", "subject", "digest", "chain")
    return "log/1\n" + "".join("\t".join(map(str, row)) + "\n" for row in rows.iterator())


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
