"""What one draw is compared with: its rows of the public log, its entries of the audit trail, its frozen files."""

import datetime
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

from wugang_audit.audit.models import AuditEntry
from wugang_audit.privacy import masked

from ..models.draw import Draw, DrawFile
from ..models.log import HIDDEN_PHOTO, LogEntry, LogKind
from ..models.names import DrawNames
from ..protocol import verify

# A verb writes down its moment and then appends to the log, after it may have waited for another writer.
DELAY = datetime.timedelta(minutes=2)


@dataclass(frozen=True)
class Part:
    """One subject of the comparison: what it is about, how many things were compared, and what does not fit."""

    what: str
    checked: int
    faults: tuple[str, ...] = ()


class Row(NamedTuple):
    """A row of the log that nothing has claimed yet."""

    index: int
    time: datetime.datetime


class Step(NamedTuple):
    """An entry of the audit trail about a draw; the index orders them."""

    index: int
    time: datetime.datetime
    action: str
    actor: int | None
    changes: dict[str, Any]
    clock_behind: bool

    def unlike(self, at: datetime.datetime | None) -> str | None:
        """Say how a moment in a table differs from the entry's; None: not at all.

        While the machine's clock stood behind the entry before, this one has that one's time: it tells nothing then.
        """
        if self.clock_behind and at is not None:
            return None
        return unlike(at, self.time, f"审计记录第 {self.index} 条")


def unlike_step(word: str, at: datetime.datetime | None, actor: int | None, step: Step | None) -> list[str]:
    """Say how what a table tells of a step, when and by whom, differs from its entry in the trail.

    :param word: the step in Chinese.
    :param step: the entry; None: there is none, which is right where nothing was done.
    """
    if step is None:
        return [f"{word}：审计记录里没有这一步"] if at or actor else []
    fault = step.unlike(at)
    faults = [f"{word}：{fault}"] if fault else []
    return faults + ([f"{word}人和审计记录第 {step.index} 条不一致"] if actor != step.actor else [])


def unknown(word: str, code: str) -> str:
    """Say of a code in a table that the program knows none such: what it says is compared with nothing.

    :param word: what the column is, in Chinese.
    """
    return f"{word}：登记的代码“{code}”认不出来"


Key = tuple[str, str, str]  # kind, subject, digest


class Rows:
    """Rows of the log, each to be claimed by what stands in a table; those that are left have lost their document."""

    def __init__(self, rows: models.QuerySet):
        self.rows: dict[Key, deque[Row]] = defaultdict(deque)
        for index, time, *key in rows.order_by("index").values_list(
            "index", "time", "kind", "subject", "digest"
        ):
            self.rows[tuple(key)].append(Row(index, datetime.datetime.fromisoformat(time)))

    def claim(self, kind: str, subject: str, digest: str, at: datetime.datetime | None) -> str | None:
        """Take the row of a document away, and say what does not fit; None: the log says the same.

        :param at: when it happened, as the table says.
        """
        found = self.rows.get((str(kind), subject, digest))
        if not found:
            return "日志里没有这份内容"
        row = found.popleft()
        return unlike(at, row.time, f"日志第 {row.index} 条")

    def left(self, *kinds: str, hidden_photos: bool = False) -> list[str]:
        """Say of each row of the kinds that nothing has claimed what it is.

        :param hidden_photos: of those about photos that were hidden, and of no others; else of all others.
        """
        lost = sorted(
            (row.index, kind, subject)
            for (kind, subject, _), rows in self.rows.items()
            if kind in kinds and subject.endswith(HIDDEN_PHOTO) == hidden_photos
            for row in rows
        )
        return [
            f"日志第 {index} 条（{LogKind.label_of(kind, subject)}，{subject}）：站上没有和它相符的内容"
            for index, kind, subject in lost
        ]


def unlike(at: datetime.datetime | None, known: datetime.datetime, where: str) -> str | None:
    """Say how a moment in a table differs from the one that is known to be right; None: not at all."""
    if at is None:
        return f"没有时间，{where}是 {timezone.localtime(known):%Y-%m-%d %H:%M:%S}"
    if -datetime.timedelta(seconds=1) < known - at <= DELAY:
        return None
    local = timezone.localtime
    return f"时间是 {local(at):%Y-%m-%d %H:%M:%S}，{where}是 {local(known):%Y-%m-%d %H:%M:%S}"


class Excerpt(list[verify.LogRow]):
    """The rows of one draw with the one before its commit, to be read as if the whole log were there."""

    def __getitem__(self, number: Any) -> Any:
        """Return the row at a place of the whole log, counted from 0."""
        return next(row for row in self if row.index == number + 1)


class EntriesBeside:
    """The entries of the trail about the rows of one table, read in one query: each row takes its own, what is left is of none."""

    def __init__(self, model: type[models.Model], *actions: str):
        """Read them all; with actions, those alone."""
        key = f"{model._meta.label_lower}:"
        entries = AuditEntry.objects.filter(target_key__startswith=key).order_by("index")
        if actions:
            entries = entries.filter(action__in=actions)
        self._steps: dict[int, list[Step]] = defaultdict(list)
        for target, *step in entries.values_list("target_key", *Step._fields).iterator(chunk_size=2000):
            self._steps[int(target.removeprefix(key))].append(Step(*step))

    def take(self, pk: int) -> list[Step]:
        return self._steps.pop(pk, [])

    def left(self, what: str) -> list[str]:
        """Say of each entry that no row has taken that there is none, with the name of such rows."""
        lost = sorted(step.index for steps in self._steps.values() for step in steps)
        return [f"审计记录第 {index} 条：站上没有它说的{what}" for index in lost]


class Evidence:
    """All that is read about one draw once, by the modules that compare its tables with it."""

    def __init__(self, draw: Draw):
        self.draw = draw
        self.is_secret = draw.is_sealed
        self.files = {
            name: (content, digest)
            for name, content, digest in DrawFile.objects.filter(draw=draw).values_list(
                "name", "content", "digest"
            )
        }
        self.log = Rows(rows_of(draw.code))
        entries = AuditEntry.objects.filter(target_key=f"{Draw._meta.label_lower}:{draw.pk}")
        self.steps = [Step(*row) for row in entries.order_by("index").values_list(*Step._fields)]

    @cached_property
    def texts(self) -> dict[str, str]:
        """The files of the protocol that the draw has, its names as they stand today among them."""
        texts = {name: content for name, (content, _) in self.files.items()}
        names = DrawNames.objects.filter(draw=self.draw).values_list("content", flat=True)
        return texts | {verify.NAMES: content for content in names}  # noqa: B035 - one at most

    @cached_property
    def commit(self) -> verify.Commit | None:
        """The parsed commit; None where there is none, or none that can be read."""
        try:
            return verify.parse_commit(self.texts["commit.txt"])
        except (KeyError, verify.Invalid):
            return None

    def of(self, *actions: str) -> list[Step]:
        """Return the entries of these actions, in their order."""
        return [step for step in self.steps if step.action in actions]

    def excerpt(self) -> Excerpt:
        """Return the draw's own rows of the log, and the row before the commit."""
        fields = ("index", "time", "kind", "subject", "digest", "chain")
        about = (
            LogKind.COMMIT,
            LogKind.ENTROPY,
            LogKind.RESULT,
            LogKind.VOID,
            LogKind.DECLARE,
            LogKind.SUBSTITUTE,
            LogKind.WITHDRAW,
        )
        rows = rows_of(self.draw.code).filter(kind__in=about).order_by("index")
        own = [verify.LogRow(*row) for row in rows.values_list(*fields)]
        first = next((row.index for row in own if row.kind == LogKind.COMMIT), 0)
        before = LogEntry.objects.filter(index=first - 1).values_list(*fields)
        return Excerpt([verify.LogRow(*row) for row in before] + own)

    def unit(self, number: str, pk: int) -> str:
        """Name an inspection in a line: of a sealed draw not by its unit, since such lines are mailed and printed."""
        return f"检查 {pk}" if self.is_secret else number


def rows_of(code: str) -> models.QuerySet:
    """Return all rows of the log about a draw, its findings too."""
    return LogEntry.objects.filter(models.Q(subject=code) | models.Q(subject__startswith=f"{code}/"))


def of_steps(what: str, steps: list[Step], rows: list[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    """Compare rows of a table with the entries that made them, both in their order.

    :param rows: (name for a line, the values that the entry must say the same); of them ``actor`` and ``at`` are
        the entry's own, the others stand in its changes. An entry of an older site that lacks one is not asked for it.
    """
    for step, row in zip(steps, rows, strict=False):
        name, values = row
        for word, value in values.items():
            if word == "at":
                if fault := step.unlike(value):
                    yield f"{name}：{fault}"
            elif word == "actor":
                if value != step.actor:
                    yield f"{name}：操作人和审计记录第 {step.index} 条不一致"
            elif word in step.changes and not same(step.changes[word], value):
                yield f"{name}：{FIELDS.get(word, word)}和审计记录第 {step.index} 条不一致"
    for name, _ in rows[len(steps) :]:
        yield f"{name}：审计记录里没有这一步"
    for step in steps[len(rows) :]:
        yield f"审计记录第 {step.index} 条（{step.action}）：{what}里没有和它相符的内容"


def same(told: Any, value: Any) -> bool:
    """Say whether an entry tells a value: of a text it lacks what looks like personal data, or an older one has it whole."""
    if isinstance(told, str) and isinstance(value, str):
        return masked(told) == masked(value)
    return bool(told == value)


FIELDS = {
    "reason": "原因",
    "evidence": "事实和证据",
    "kind": "方式",
    "where": "存放处",
    "digest": "文件",
    "bytes": "文件大小",
    "fingerprint": "核对的内容",
    "because": "解除理由",
    "state": "状态",
    "said": "内容",
    "signed": "内容",
    "record": "内容",
    "record_number": "第几份",
    "supplement": "第几次",
    "count": "个数",
    "total": "总数",
}
