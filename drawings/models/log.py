"""The public log (``log.tsv`` of draw/1): chained, append-only, one for the whole site."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models, transaction
from django.utils import timezone

from wugang_audit.audit.trail import lock_table

from ..protocol import verify
from ..states import DrawState, InspectionState
from . import replay
from .aftermath import Substitution
from .draw import Draw, DrawFile
from .inspection import Inspection

START = "0" * 64


class LogEntry(models.Model):
    """A row of ``log.tsv``; written by `append` alone, the database refuses any change."""

    index = models.PositiveBigIntegerField(unique=True)
    time = models.CharField(max_length=25)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=140)
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    class Meta:
        ordering = ["index"]
        default_permissions = ()

    def __str__(self):
        return f"{self.index} {self.kind} {self.subject}"


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

    :param kind: one of the kinds of draw/1, such as ``commit``.
    :param subject: what it is about, such as ``2026Q4`` or ``2026Q4/dice10``; no TAB.
    :param digest: SHA-256 of the document, 64 lower-case hex digits.
    """
    lock_table(LogEntry)
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


# --- recomputing --------------------------------------------------------------------------------------------
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


def examine() -> Iterator[tuple[bool, str]]:
    """Recompute all that was ever published, one (holds, line in Chinese) after the other.

    The chain; then of every draw its frozen files against their digests, the commit and the log; and of every drawn
    one the whole check of `verify`, and the stored units and teams against ``result.tsv`` and the substitutions, which
    are computed again.
    """
    chain = recompute()
    if chain.broken:
        yield False, f"公开日志：第 {chain.broken} 条对不上（前 {chain.count} 条前后相连）"
    else:
        yield True, f"公开日志：全部 {chain.count} 条前后相连"
    commits = dict(LogEntry.objects.filter(kind="commit").values_list("subject", "digest"))
    whole = text().encode()
    draws = {draw.code: draw for draw in Draw.objects.visible().order_by("pk")}
    for code in sorted(commits.keys() - draws.keys()):
        yield False, f"{code}：日志里有它的承诺，站上却没有这次抽签"
    for code, draw in draws.items():
        files = {
            name: (content, digest)
            for name, content, digest in DrawFile.objects.filter(draw=draw).values_list(
                "name", "content", "digest"
            )
        }
        wrong = [name for name, (content, digest) in files.items() if verify.digest(content) != digest]
        yield (
            not wrong,
            f"{code}："
            + (f"文件与摘要不符：{'、'.join(wrong)}" if wrong else f"{len(files)} 个文件与摘要相符"),
        )
        found = files.get("commit.txt", ("", ""))[0]
        committed = {verify.digest(found), draw.commit_digest, commits.get(code)}
        yield (
            len(committed) == 1,
            f"{code}：承诺文件、承诺值和日志" + ("一致" if len(committed) == 1 else "不一致"),
        )
        if draw.drawn_at is None and draw.state in (DrawState.FROZEN, DrawState.VOID):
            continue
        bundle = {name: content.encode() for name, (content, _) in files.items()} | {"log.tsv": whole}
        failed = [line for line in verify.check(bundle) if not line.ok]
        yield not failed, f"{code}：" + ("重新计算与结果一致" if not failed else "复算不通过")
        yield from ((False, f"{code}：{line.what}：{line.detail}") for line in failed)
        lost = _unlogged(draw)
        yield (
            not lost,
            f"{code}："
            + (
                f"{lost} 份公开的检查结果或替补记载在日志里找不到"
                if lost
                else "公开的检查结果和替补记载与日志相符"
            ),
        )
        contents = {name: content for name, (content, _) in files.items()}
        same = replay.stored(draw) == replay.recomputed(draw, contents)
        yield same, f"{code}：任务里的单位和检查组与结果" + ("一致" if same else "不一致")


def _unlogged(draw: Draw) -> int:
    """Count published findings and substitutions whose text, as it stands now, has no row in the log."""
    logged = set(LogEntry.objects.filter(subject__startswith=f"{draw.code}/").values_list("kind", "digest"))
    findings = Inspection.objects.filter(selection__draw=draw, state=InspectionState.PUBLISHED)
    known = findings.select_related("selection__draw", "selection__source").iterator(chunk_size=500)
    texts = [("finding", inspection.public_record()) for inspection in known]
    confirmed = Substitution.objects.filter(selection__draw=draw, confirmed_at__isnull=False)
    texts += [
        (f"substitute-{kind}", document) for kind, document in confirmed.values_list("kind", "document")
    ]
    return sum((kind, verify.digest(document)) not in logged for kind, document in texts)
