"""Undoing an import as a whole, while nothing was built on it.

What the import wrote is found in the histories, by its date, its reason and its account. Nothing is removed from a
history: undoing adds to it. A later import that was itself undone is no obstacle.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone
from simple_history.models import HistoricalChanges

from .. import clock
from ..access.busy import importing
from ..audit import trail
from ..registries import bulk_history
from ..registries.history_kinds import HistoryKind
from .importer import REASON, Importer, history_reason
from .models import ImportJob, ImportState
from .preview import LISTED

NAMED = 10  # rows that a message names


class Provider(Protocol):
    """Says in Chinese why an import of that instant must stay, or returns None.

    :param kind: which registry was imported (`Importer.kind`).
    :param lock: an import is about to be undone: block dependent writes until that is written.
    """

    def __call__(self, kind: str, since: datetime.datetime, *, lock: bool) -> str | None: ...


_providers: list[Provider] = []


def builds_on(provider: Provider) -> Provider:
    """Register what may keep an import from being undone."""
    _providers.append(provider)
    return provider


class CannotUndo(Exception):
    """There is an obstacle: nothing was undone. `obstacles` says what, in Chinese sentences."""

    def __init__(self, obstacles: Sequence[str]):
        super().__init__("".join(obstacles))
        self.obstacles = tuple(obstacles)


@dataclass(frozen=True)
class Share:
    """How many rows of one model the import wrote: created, changed, deleted."""

    label: str
    created: int = 0
    changed: int = 0
    deleted: int = 0

    def __str__(self) -> str:
        steps = (self.created, "去掉新增的"), (self.changed, "恢复更改的"), (self.deleted, "补回去掉的")
        return f"{self.label}：" + "，".join(f"{step} {count} 条" for count, step in steps if count)


@dataclass(frozen=True)
class Prospect:
    """What undoing an import would take back, and what prevents it.

    :param first: the later imports that prevent it, the newest first; none where something else does too.
    """

    shares: tuple[Share, ...] = ()
    obstacles: tuple[str, ...] = ()
    first: tuple[ImportJob, ...] = ()


def undo(importer: Importer, job: ImportJob, *, actor: AbstractBaseUser, reason: str) -> Prospect:
    """Take back all that an import wrote, in one transaction and a constant number of statements.

    :raises CannotUndo: if the import was not applied, is undone already, or anything was built on it since.
    """
    with ExitStack() as signs, transaction.atomic():
        # Pages say so meanwhile, instead of waiting; until here it is this page that waits, or is told.
        signs.enter_context(importing())
        return _undo(importer, job, actor, reason)


def _undo(importer: Importer, job: ImportJob, actor: AbstractBaseUser, reason: str) -> Prospect:
    job = _locked(importer, job)
    prospect = examine(importer, job, lock=True)
    if prospect.obstacles:
        raise CannotUndo(prospect.obstacles)
    traces = [_Trace(importer, model, job) for model in importer.written]
    keys = traces[0].keys(traces[0].rows.order_by("history_id"), LISTED)
    at = clock.now()
    stamp = {"actor": actor, "reason": f"{reason}（撤销导入 {job.filename}）"[:REASON], "at": at}
    try:
        with transaction.atomic():
            for trace in reversed(traces):
                bulk_history.revert(trace.model, trace.rows, **stamp)
            bulk_history.check_references()
    except IntegrityError:
        raise CannotUndo(["撤销时有人登记了与这次导入有关的内容，请刷新页面再看。"]) from None
    job.state, job.undone_at, job.undone_by, job.undone_why = ImportState.UNDONE, at, actor, reason
    job.save(update_fields=["state", "undone_at", "undone_by", "undone_why"])
    counts = {
        share.label: {"created": share.created, "changed": share.changed, "deleted": share.deleted}
        for share in prospect.shares
    }
    trail.record(
        actor,
        f"撤销导入{importer.label}",
        job.filename,
        {"reason": reason, "undone": counts, "sha256": job.sha256, "keys": keys},
    )
    return prospect


def _locked(importer: Importer, job: ImportJob) -> ImportJob:
    """Let nobody else undo the job, nor write what it wrote or what may refer to that, and read it again."""
    # By itself: next to a row that was waited for, PostgreSQL would show the joined ones as they were before.
    ImportJob.objects.select_for_update().only("pk").get(pk=job.pk)
    users = {user for model in importer.written for user, _ in _references(model) if _is_registry(user)}
    for model in (
        *importer.written,
        *sorted(users.difference(importer.written), key=lambda user: user._meta.label),
    ):
        trail.lock_table(model)
    return ImportJob.objects.select_related("owner", "undone_by").defer("content", "staged").get(pk=job.pk)


def _references(model: type[models.Model]) -> Iterator[tuple[type[models.Model], models.Field]]:
    """Yield the models that refer to this one, with the field that does; histories refer without a constraint."""
    for relation in model._meta.get_fields(include_hidden=True):
        refers = (relation.one_to_many or relation.one_to_one) and not relation.concrete
        if refers and relation.field.db_constraint:
            yield relation.related_model, relation.field


def _is_registry(model: type[models.Model]) -> bool:
    """Say whether the model's rows are for those who import to see: not which units were drawn or inspected."""
    return hasattr(model, "history")


def examine(importer: Importer, job: ImportJob, *, lock: bool = False) -> Prospect:
    """Say what undoing the import would take back and what prevents it; writes nothing."""
    if job.applied_at is None:
        return Prospect(obstacles=("这次上传没有导入名录，没有什么可撤销。",))
    if job.undone_at is not None:
        who, when = job.undone_by.full_name, _moment(job.undone_at)
        return Prospect(obstacles=(f"这次导入已于 {when} 由{who}撤销。",))
    traces = [_Trace(importer, model, job) for model in importer.written]
    shares = tuple(trace.share for trace in traces if any(trace.counts.values()))
    said = _refused(importer, job, traces, lock)
    if said:
        return Prospect(shares, tuple(said))
    undone = ImportJob.objects.filter(registry=importer.kind, undone_at__gt=job.applied_at)
    instants = {moment for pair in undone.values_list("applied_at", "undone_at") for moment in pair}
    # Of all registries: a later import of another one may refer to a new row of this one.
    standing = ImportJob.objects.filter(applied_at__gt=job.applied_at, undone_at=None)
    later = set(standing.values_list("applied_at", flat=True))
    obstacles = tuple(_obstacles(traces, instants, later))
    return Prospect(shares, obstacles, _to_undo_first(traces, instants, later) if obstacles and later else ())


def _to_undo_first(
    traces: list["_Trace"], undone: set[datetime.datetime], later: set[datetime.datetime]
) -> tuple[ImportJob, ...]:
    built = {moment for trace in traces for moment in trace.built_on(undone, later)}
    if built - later:  # by hand, or by what stands in no list of imports
        return ()
    jobs = ImportJob.objects.filter(applied_at__in=built, undone_at=None).order_by("-applied_at", "-pk")
    named = ("filename", "registry", "applied_at", "owner__full_name")
    return tuple(jobs.select_related("owner").only(*named))


def _refused(importer: Importer, job: ImportJob, traces: list["_Trace"], lock: bool) -> list[str]:
    """Say why the import cannot be undone whatever its rows are like."""
    if not any(any(trace.counts.values()) for trace in traces):
        return ["这次导入没有改动任何登记，没有什么可撤销。"]
    if traces[0].counts.get(HistoryKind.CREATED, 0) != job.stored_preview.new:
        return ["历史记录与导入时的记载不符，不能整批撤销。请逐条核对改回。"]
    # Nothing more is said then: which rows were used may be secret.
    return [said for provider in _providers if (said := provider(importer.kind, job.applied_at, lock=lock))]


def _obstacles(
    traces: list["_Trace"], undone: set[datetime.datetime], later: set[datetime.datetime]
) -> list[str]:
    found = []
    for trace in traces:
        found += [*trace.touched(undone), *trace.without_past(), *trace.registered_again(later)]
        found += trace.referred_to(traces, later)
    return found


class _Trace:
    """What an import wrote into one model, by its history."""

    def __init__(self, importer: Importer, model: type[models.Model], job: ImportJob):
        self.model, self.history = model, model.history.model
        self.rows = self.history._base_manager.filter(
            history_date=job.applied_at,
            history_change_reason=history_reason(job.filename, job.reason),
            history_user=job.owner_id,
        )
        self.label = str(model._meta.verbose_name)
        self.pk = model._meta.pk.attname
        owners = (each.name for each in model._meta.fields if each.related_model is importer.model)
        # By which people know a row: its own key, or that of the row of the registry to which it belongs.
        key = importer.key_path or importer.key
        self.key = key if model is importer.model else f"{next(owners)}__{key}"

    @cached_property
    def counts(self) -> dict[str, int]:
        return dict(self.rows.order_by().values_list("history_type").annotate(Count("pk")))

    @property
    def share(self) -> Share:
        return Share(self.label, *(self.counts.get(kind, 0) for kind in HistoryKind))

    def keys_of(self, kind: HistoryKind) -> models.QuerySet:
        return self.rows.filter(history_type=kind).values(self.pk)

    def keys(self, rows: models.QuerySet, limit: int, path: str = "") -> list[str]:
        return list(rows.values_list(path or self.key, flat=True)[:limit])

    def touched(self, undone: set[datetime.datetime]) -> list[str]:
        """Say which rows were written again since, by whom and when; what was itself undone does not count."""
        later = self.history._base_manager.filter(
            **{self.pk: OuterRef(self.pk)}, history_id__gt=OuterRef("history_id")
        ).exclude(history_date__in=undone)
        rows = self.rows.filter(Exists(later)).order_by("history_id")
        first = Subquery(later.order_by("history_id").values("history_id")[:1])
        found = dict(rows.annotate(first=first).values_list("first", self.key)[: NAMED + 1])
        if not found:
            return []
        since = self.history._base_manager.filter(pk__in=found).select_related("history_user")
        groups: dict[str, list[str]] = {}
        for version in since.order_by("history_id")[:NAMED]:
            groups.setdefault(_who(version), []).append(found[version.pk] or "（已去掉）")
        said = "；".join(f"{'、'.join(keys)}（{who}）" for who, keys in groups.items())
        return [f"导入以后又改动过的{self.label}：{said}{'等' if len(found) > NAMED else ''}。"]

    def built_on(
        self, undone: set[datetime.datetime], later: set[datetime.datetime]
    ) -> set[datetime.datetime]:
        """Return when rows were written again since, or registered again; and in `later`, when new ones were referred to."""
        same = {self.pk: OuterRef(self.pk)}
        own = Exists(self.rows.filter(**same, history_id__lt=OuterRef("history_id")))
        versions = self.history._base_manager.exclude(history_date__in=undone)
        # A row may have been written twice by this import itself.
        found = [versions.filter(own).exclude(pk__in=self.rows.values("pk"))]
        for constraint in self.model._meta.total_unique_constraints:
            same = {name: OuterRef(name) for name in constraint.fields}
            gone = Exists(self.rows.filter(**same, history_type=HistoryKind.DELETED))
            found.append(versions.filter(gone, history_type=HistoryKind.CREATED, history_date__in=later))
        for user, reference in _references(self.model):
            if _is_registry(user):
                used = {f"{reference.name}__in": self.keys_of(HistoryKind.CREATED), "history_date__in": later}
                found.append(user.history.model._base_manager.filter(**used))
        dates = (each.order_by().values_list("history_date", flat=True).distinct() for each in found)
        return {date for each in dates for date in each}

    def without_past(self) -> list[str]:
        """Say which changed rows have no version from before the import."""
        earlier = self.history._base_manager.filter(
            **{self.pk: OuterRef(self.pk)}, history_id__lt=OuterRef("history_id")
        )
        rows = self.rows.filter(~Exists(earlier), history_type=HistoryKind.CHANGED).order_by("history_id")
        found = self.keys(rows, NAMED + 1)
        return [f"没有留下导入以前内容的{self.label}：{_listed(found)}。"] if found else []

    def registered_again(self, later: set[datetime.datetime]) -> list[str]:
        """Say which rows that the import deleted stand in the registry again, under another primary key.

        :param later: the instants of later imports that stand. What one of them registered again counts even if it
            is gone by now: to undo what took it away would have no place left for it.
        """
        found: list[str] = []
        if self.counts.get(HistoryKind.DELETED):
            for constraint in self.model._meta.total_unique_constraints:
                same = {name: OuterRef(name) for name in constraint.fields}
                again = self.model._base_manager.filter(**same).exclude(
                    pk__in=self.keys_of(HistoryKind.CREATED)
                )
                once = self.history._base_manager.filter(
                    **same, history_type=HistoryKind.CREATED, history_date__in=later
                )
                rows = self.rows.filter(Exists(again) | Exists(once), history_type=HistoryKind.DELETED)
                found += self.keys(rows, NAMED + 1)
        return [f"导入时去掉、后来又登记的{self.label}：{_listed(found)}。"] if found else []

    def referred_to(self, traces: Iterable["_Trace"], later: set[datetime.datetime]) -> list[str]:
        """Say which rows that the import created are used by rows that it did not create.

        :param later: the instants of later imports that stand; what they used counts even if it is gone by now, since
            to undo what took it away would put it back.
        """
        if not self.counts.get(HistoryKind.CREATED):
            return []
        own = {trace.model: trace for trace in traces}
        said = []
        for user, reference in _references(self.model):
            name, label = reference.name, user._meta.verbose_name
            used = {f"{name}__in": self.keys_of(HistoryKind.CREATED)}
            rows = user._base_manager.filter(**used)
            if user in own:
                rows = rows.exclude(pk__in=own[user].keys_of(HistoryKind.CREATED))
            if not _is_registry(user):
                said += [f"{label}里已经用到这次新增的{self.label}。"] if rows.exists() else []
                continue
            once = user.history.model._base_manager.filter(**used, history_date__in=later)
            path = f"{name}__{self.key}"
            listed = (self.keys(each.order_by(path).distinct(), NAMED + 1, path) for each in (rows, once))
            found = sorted({key for keys in listed for key in keys})
            said += [f"{label}里已经用到这次新增的{self.label}：{_listed(found)}。"] if found else []
        return said


def _listed(names: list[str]) -> str:
    return "、".join(names[:NAMED]) + ("等" if len(names) > NAMED else "")


def _who(version: HistoricalChanges) -> str:
    user = version.history_user
    return "，".join(
        part
        for part in (
            user.full_name if user else "系统",
            _moment(version.history_date),
            version.history_change_reason,
        )
        if part
    )


def _moment(time: datetime.datetime) -> str:
    return f"{timezone.localtime(time):%Y-%m-%d %H:%M}"
