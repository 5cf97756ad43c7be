"""Taking a join back: the unit that went stands for itself again, and what the join took from it goes back.

What the join wrote stands in the histories, under its date and the beginning of its reason. What was changed since is left as it
is, and said by name. Nothing is removed from a history.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from simple_history.models import HistoricalChanges

from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.registries import bulk_history
from wugang_audit.registries.changes import changes_of

from .companions import Companion, companions
from .doubles import CHOICES, Choice, survivor
from .joining import REASON, mark
from .models import PollutionSource

NAMED = 10  # rows that a sentence names
CHANGED, DELETED, THERE = "合并后改过", "合并后已删除", "恢复的单位已另有"


@dataclass(frozen=True)
class Write:
    """Rows of one table, and the values that they had before the join."""

    model: type[Model]
    keys: list[int]
    rows: list[dict[str, Any]]


@dataclass
class Prospect:
    """What taking a join back does.

    :param returned: the names of the rows that go back, by the label of their table.
    :param revived: of those that had stayed behind and no longer applied, and apply again.
    :param restored: the labels of what the unit that stays had taken, and loses again.
    :param left: in Chinese, what was changed since and stays as it is, and why.
    """

    stays: PollutionSource
    goes: PollutionSource
    returned: dict[str, list[str]] = field(default_factory=dict)
    revived: dict[str, list[str]] = field(default_factory=dict)
    restored: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    changes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        """What is said before it is done, and after."""
        stays, goes = (f"“{unit.name}”（{unit.number}）" for unit in (self.stays, self.goes))
        said = [f"{goes}与{stays}的合并撤回，以后又各算一家。"]
        for what, rows in ("转回", self.returned), ("恢复适用", self.revived):
            if rows:
                listed = (_listed(label, names) for label, names in rows.items())
                said.append(f"{what}：{'；'.join(listed)}。")
        if self.restored:
            said.append(f"{stays}恢复合并前的{'、'.join(self.restored)}。")
        if self.left:
            said.append(f"以下几项不改回，请自行核对：{'；'.join(self.left)}。")
        return said


def _listed(label: str, names: list[str]) -> str:
    more = "等" if len(names) > NAMED else ""
    return f"{label} {len(names)} 条（{'、'.join(names[:NAMED])}{more}）"


@dataclass(frozen=True)
class _Join:
    """When a unit was joined, and by whom, as its history says."""

    goes: PollutionSource
    version: HistoricalChanges
    before: HistoricalChanges | None

    def written(self, model: type[Model]) -> QuerySet:
        """The versions that the join wrote of a table's rows."""
        found = model.history.filter(
            history_user=self.version.history_user_id,
            history_date__lte=self.version.history_date,
            history_change_reason__startswith=mark(self.version.name, self.version.number),
        )
        # A join that was taken back before, and made again, has versions of the same kind.
        return found.filter(history_date__gte=self.before.history_date) if self.before else found


def joined(units: QuerySet[PollutionSource]) -> QuerySet[PollutionSource]:
    """Those that another unit goes on for, the latest first."""
    return units.filter(is_active=False, joined_into__isnull=False).order_by("-updated_at", "pk")


def examine(goes: PollutionSource) -> Prospect | None:
    """Say what reactivating a joined unit would take back; None of a unit that is not joined. Writes nothing."""
    if not goes.is_joined:
        return None
    prospect = Prospect(PollutionSource.objects.get(pk=goes.joined_into_id), goes)
    if join := _found(goes):
        _fields(prospect, join)
        for companion in companions():
            _rows(prospect, join, companion)
    return prospect


@transaction.atomic
def undo(goes: PollutionSource, *, actor: User, reason: str) -> Prospect | None:
    """Put back what a join took from a unit. The caller reactivates the unit itself, in the same transaction."""
    rows = PollutionSource.objects.select_for_update().order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[goes.pk, goes.joined_into_id])}
    prospect = examine(found[goes.pk])
    if prospect is None:
        return None
    said = f"撤回与“{goes.name}”（{goes.number}）的合并：{reason}"[:REASON]
    for write in prospect.writes:
        bulk_history.update(
            write.model, list(write.rows[0]), write.keys, write.rows, actor=actor, reason=said
        )
    details = {"恢复的编码": goes.number, "恢复的名称": goes.name, "reason": reason} | prospect.changes
    details |= {label: "、".join(names) for label, names in prospect.returned.items()}
    details |= {f"恢复适用的{label}": "、".join(names) for label, names in prospect.revived.items()}
    if prospect.left:
        details["没有改回"] = prospect.left
    trail.record(actor, "撤回合并污染源", prospect.stays, details)
    return prospect


def _found(goes: PollutionSource) -> _Join | None:
    """Find the version by which the unit was joined: the first of those at the end that say so."""
    found = None
    for version in goes.history.order_by("-history_id"):
        if version.is_active or version.joined_into_id != goes.joined_into_id:
            return _Join(goes, found, version) if found else None
        found = version
    return _Join(goes, found, None) if found else None


def _versions(written: QuerySet) -> list[tuple[HistoricalChanges, HistoricalChanges]]:
    """Return what a join wrote of each row, with the version before it."""
    last = {version.id: version for version in written.order_by("history_id")}
    earlier: dict[int, HistoricalChanges] = {}
    for version in written.model.objects.filter(id__in=last).order_by("history_id"):
        if version.history_id < last[version.id].history_id:
            earlier[version.id] = version
    return [(version, earlier[key]) for key, version in last.items() if key in earlier]


def _fields(prospect: Prospect, join: _Join) -> None:
    """What the unit that stays took from the other. What belongs together goes back together."""
    stays = prospect.stays
    for version, before in _versions(join.written(PollutionSource).filter(id=stays.pk)):
        taken = [each for each in CHOICES if _differ(before, version, each)]
        back = [each for each in taken if not _differ(version, stays, each)]
        if not _consistent(stays, before, back):
            back = [each for each in back if each.key not in ("credit_code", "permit")]
        prospect.left += [
            f"{stays.name}（{stays.number}）的{each.label}（{CHANGED}）"
            for each in taken
            if each not in back and _differ(before, stays, each)
        ]
        prospect.restored = [each.label for each in back]
        values = {each.name: getattr(before, each.attname) for each in _model_fields(back)}
        if values:
            prospect.writes.append(Write(PollutionSource, [stays.pk], [values]))
            prospect.changes = changes_of(stays, before, values)


def _model_fields(choices: Iterable[Choice]) -> list:
    return [PollutionSource._meta.get_field(name) for choice in choices for name in choice.fields]


def _differ(one: Any, other: Any, choice: Choice) -> bool:
    """Say whether a unit or version of it has other values in the fields that go together."""
    return any(getattr(one, each.attname) != getattr(other, each.attname) for each in _model_fields([choice]))


def _consistent(stays: PollutionSource, before: HistoricalChanges, back: list[Choice]) -> bool:
    """Say whether the credit code and the number of the permit would agree: one may have been changed since."""
    keys = {each.key for each in back}
    credit = before.credit_code if "credit_code" in keys else stays.credit_code
    permit = before.permit_number if "permit" in keys else stays.permit_number
    return not (credit and permit) or permit.startswith(credit)


def _rows(prospect: Prospect, join: _Join, companion: Companion) -> None:
    """What moved with the unit, and what stayed behind and no longer applied."""
    pairs = _versions(join.written(companion.model))
    rows = companion.model._default_manager.select_related(*companion.related).in_bulk(
        [version.id for version, _ in pairs]
    )
    there = {companion.key(row): row.pk for row in companion.of(prospect.goes)}
    end = survivor(prospect.stays)  # where a row went on since, with the unit that it was moved to
    ends = {prospect.stays.pk, end.pk if end else None}
    back, revived = [], []
    for version, before in pairs:
        row = rows.get(version.id)
        if row is not None and row.source_id == prospect.goes.pk:
            if version.source_id == before.source_id and _as_written(row, version, companion):
                revived.append((row, {name: getattr(before, name) for name in companion.left_behind}))
        elif why := _why_left(row, companion, ends, there):
            row = row or version.instance
            prospect.left.append(f"{companion.label} {companion.name(row)}（{why}）")
        else:
            back.append((row, companion.values(row, prospect.goes)))
    for found, names in ((back, prospect.returned), (revived, prospect.revived)):
        if found:
            names[companion.label] = [companion.name(row) for row, _ in found]
            keys, values = [row.pk for row, _ in found], [values for _, values in found]
            prospect.writes.append(Write(companion.model, keys, values))


def _as_written(row: Any, version: HistoricalChanges, companion: Companion) -> bool:
    return all(getattr(row, name) == getattr(version, name) for name in companion.left_behind)


def _why_left(
    row: Any, companion: Companion, ends: set[int | None], there: dict[Hashable, int]
) -> str | None:
    if row is None:
        return DELETED
    if row.source_id not in ends:
        return CHANGED
    return THERE if companion.key(row) in there else None
