"""One unit for the staff: where it was drawn, what the visits found and what followed, and every change of its rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Model, Prefetch, Q, QuerySet

from enforcers.models import Recusal
from sources.doubles import joined_units
from sources.models import CreditClass, PermitCondition, PollutionSource
from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.registries.changes import changes_of, field_names
from wugang_audit.registries.history_kinds import HistoryKind

from ..models import Finding, Inspection, InspectionMove, Selection
from ..models.checklists import names_of
from ..models.seal import sealed_now
from ..states import DrawState

NAMED = 3  # of the rows that one import made or changed at once


@dataclass(frozen=True)
class FieldChange:
    """What a field was and became, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """One change: who, when, why, and what it was and became.

    ``about`` names the rows that are not the unit's own: its permit's conditions and the recusals for it.
    """

    at: datetime
    who: str
    kind: str
    why: str
    changes: tuple[FieldChange, ...] = ()
    about: str = ""


def family(source: PollutionSource) -> list[int]:
    """Return the keys of a unit and of all that were joined into it."""
    return [source.pk, *(unit.pk for unit in joined_units(source))]


def versions(source: PollutionSource) -> list[Version]:
    """Every change of the unit, of its permit and of its recusals, newest first, in one query for each kind of row.

    What was joined into it counts as its own, and is told by its old number.
    """
    keys = family(source)
    own = PollutionSource.history.filter(id__in=keys).select_related(
        "history_user", "speciality", "joined_into"
    )
    conditions = PermitCondition.history.filter(source_id__in=keys).select_related("history_user")
    recusals = Recusal.history.filter(source_id__in=keys).select_related("history_user", "officer")
    found = [
        version if row.id == source.pk else replace(version, about=f"并入的 {row.number}")
        for version, row in _versions(PollutionSource, own)
    ]
    found += _beside(PermitCondition, conditions, lambda row: f"{row.outlet_code} {row.pollutant}")
    rated = CreditClass.history.filter(source_id__in=keys).select_related("history_user")
    found += _beside(CreditClass, rated, lambda row: f"{row.date:%Y-%m-%d} 的环保信用等级")
    found += _beside(Recusal, recusals, lambda row: row.officer.name)
    return sorted(found, key=lambda version: version.at, reverse=True)


def _versions(model: type[Model], rows: QuerySet) -> Iterable[tuple[Version, Model]]:
    """Yield each version, newest first, with its row."""
    names = [name for name in field_names(model) if name not in ("source", "officer", "code")]
    found, before = [], None
    for row in rows.order_by("id", "history_date", "history_id"):
        if before is not None and before.id != row.id:
            before = None
        changed = changes_of(before, row, names) if before is not None else {}
        changes = tuple(FieldChange(label, *values) for label, values in changed.items())
        who = row.history_user.full_name if row.history_user else "系统"
        kind, why = HistoryKind(row.history_type).label, row.history_change_reason or ""
        found.append((Version(row.history_date, who, kind, why, changes), row))
        before = row
    return found[::-1]


def _beside(model: type[Model], rows: QuerySet, name: Callable[[Model], str]) -> list[Version]:
    """One version for all rows that were made or changed at once: a permit brings dozens of conditions."""
    at_once: dict[tuple, list[tuple[Version, str]]] = {}
    for version, row in _versions(model, rows):
        key = version.at, version.who, version.kind, version.why
        at_once.setdefault(key, []).append((version, name(row)))
    label = model._meta.verbose_name
    found = []
    for key, made in at_once.items():
        names = "、".join(sorted(said for _, said in made)[:NAMED])
        about = f"{label}：{names}" if len(made) <= NAMED else f"{label} {len(made)} 条：{names}等"
        changes = made[0][0].changes if len(made) == 1 else ()
        found.append(Version(*key, changes, about))
    return found


@dataclass(frozen=True)
class UnitDraw:
    """A draw that the unit stands in, and its inspection there where this person may read that."""

    selection: Selection
    inspection: Inspection | None

    @property
    def failed(self) -> list[tuple[str, str]]:
        """(name of the point, note) of each that failed."""
        found = self.inspection.failed if self.inspection else []
        names = names_of(row.point for row in found)
        return [(names[row.point_id], row.note) for row in found]


def draws(user: User, source: PollutionSource) -> list[UnitDraw]:
    """The draws that the unit stands in, the latest first.

    An inspection comes with the points that failed (``failed``), its steps and corrections. That a unit stands in a
    sealed draw is shown only to those who may read its inspection there.
    """
    keys = family(source)
    failed = Finding.objects.filter(verdict=Finding.Verdict.FAIL).select_related("point__version__checklist")
    mine = {
        each.selection_id: each
        for each in Inspection.objects.of(user)
        .filter(selection__source__in=keys)
        .prefetch_related(
            "redactions",
            "corrections__redactions",
            Prefetch("findings", failed, "failed"),
            Prefetch("moves", InspectionMove.objects.select_related("by")),
        )
    }
    shown = Q(draw__state=DrawState.PUBLISHED) | Q(
        draw__state=DrawState.VOID, draw__published_at__isnull=False
    )
    rows = (
        Selection.objects.filter(shown, source__in=keys)
        .exclude(sealed_now("draw__") & ~Q(pk__in=mine))
        .select_related("draw", "replaces", "source")
        .prefetch_related("team", "draw__entropy")
        .order_by("-draw__year", "-draw__quarter", "-draw")
    )
    return [UnitDraw(row, mine.get(row.pk)) for row in rows]


@dataclass(frozen=True)
class Held:
    """A recusal, and whether it holds today."""

    recusal: Recusal
    now: bool


def recusals(source: PollutionSource) -> list[Held]:
    """The recusals for the unit, those that hold today first."""
    today = clock.today()
    rows = source.recusals.select_related("officer").order_by("-since", "pk")
    held = [Held(row, row.since <= today and (row.until is None or row.until >= today)) for row in rows]
    return sorted(held, key=lambda each: not each.now)
