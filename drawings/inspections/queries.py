"""What the pages of inspections read, and what waits for their people on the desk."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from sources import doubles
from sources.models import OutletKind, PermitCondition, PollutionSource
from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.staff.desk import Todo, todo

from ..models import (
    Draw,
    Finding,
    Inspection,
    RecusalRequest,
    Selection,
    Substitution,
    SubstitutionPlace,
    TeamMember,
)
from ..models.draw import OPEN_PLACE, TEAM_SIZE, DrawQuerySet
from ..models.inspection import InspectionQuerySet
from ..models.seal import sealed_now
from ..states import WITH_OFFICERS, DrawState, InspectionState


def readable(user: User) -> InspectionQuerySet:
    """Inspections that the person may read, with all that a list shows of them."""
    return (
        Inspection.objects.of(user)
        .select_related("selection__draw", "selection__source")
        .prefetch_related("selection__team__officer")
    )


def listed(user: User) -> InspectionQuerySet:
    return readable(user).order_by("-selection__draw__year", "-selection__draw__quarter", "selection")


def tasks(user: User) -> InspectionQuerySet:
    """The officer's own inspections, even where other roles let the officer read more."""
    # Through the current team: a plain join would also find those who were replaced.
    return listed(user).filter(
        selection__in=TeamMember.objects.filter(officer__user=user).values("selection")
    )


@dataclass(frozen=True)
class May:
    """What the person may do with an inspection as it stands."""

    fill: bool
    approve: bool
    send_back: bool
    publish: bool
    correct: bool
    redact: bool  # ask that a published text be hidden by law


def what_may(user: User, inspection: Inspection) -> May:
    state, on_team = inspection.state, inspection.is_on_team(user)
    took_part = user.has_role(Role.REVIEWER, Role.HEAD) and inspection.took_part(user)
    reviews = user.has_role(Role.REVIEWER) and not took_part
    heads = user.has_role(Role.HEAD)
    publishes = heads and not kept_from_publishing(user, [inspection.pk])
    submitted, approved = state == InspectionState.SUBMITTED, state == InspectionState.APPROVED
    return May(
        fill=on_team and user.has_role(Role.OFFICER) and state in WITH_OFFICERS,
        approve=reviews and submitted,
        send_back=(reviews and (submitted or approved)) or (heads and approved and not took_part),
        publish=publishes and approved,
        correct=(reviews or heads) and not took_part and state == InspectionState.PUBLISHED,
        redact=reviews and state == InspectionState.PUBLISHED,
    )


def kept_from_publishing(user: User, inspections: Iterable[int]) -> dict[int, str]:
    """Return {primary key: why} of those inspections that this person may not publish, whatever his roles.

    Team, reviewer and publisher of one visit are different people: of the team also those who were replaced, of the
    reviewers also those of an earlier round.
    """
    some = Inspection.objects.filter(pk__in=inspections)
    approved = dict.fromkeys(some.approved_by(user).values_list("pk", flat=True), "这份结果是您审核通过的")
    return approved | dict.fromkeys(some.with_part_of(user).values_list("pk", flat=True), "您参加过这次检查")


def awaited(inspection: Inspection) -> str:
    """Say in words which declaration of a substitute has to be settled first; empty where none is pending.

    Whoever steps in hands in the report, and a unit that was found closed stays closed until its substitute is known.
    Why an officer is not to go, his partner does not read here.
    """
    rows = Substitution.objects.pending().filter(places__selection=inspection.selection_id).order_by("pk")
    return "；".join(
        f"{row.get_reason_display() if row.is_unit else '有执法人员不能去'}，{row.awaited}" for row in rows
    )


def recusals_asked() -> QuerySet[RecusalRequest]:
    """Requests to be recused that nobody has decided on, of those who belong to the team.

    Who asks for himself must not go (《行政处罚法》第四十三条), so what he hands in does not count until it is decided. What
    somebody asked who has been replaced meanwhile counts no more.
    """
    on_team = TeamMember.objects.filter(
        selection__inspection=OuterRef("inspection"), officer=OuterRef("officer")
    )
    return RecusalRequest.objects.waiting().filter(Exists(on_team))


def with_recusals(inspections: InspectionQuerySet) -> InspectionQuerySet:
    """Add ``recusal_asked``: somebody of the team asks to be recused, as long as nobody has decided on it; and
    ``substitute_awaited``: somebody of the team is not to go, and it is not known yet who steps in."""
    asked = recusals_asked().filter(inspection=OuterRef("pk"))
    left = places_left().filter(selection=OuterRef("selection"))
    return inspections.annotate(recusal_asked=Exists(asked), substitute_awaited=Exists(left))


def places_left() -> QuerySet[SubstitutionPlace]:
    """Places of officers who are declared not to go, as long as it is not known who steps in."""
    pending = Substitution.objects.pending().filter(kind=Substitution.Kind.OFFICER)
    return SubstitutionPlace.objects.filter(substitution__in=pending)


def awaited_substitutes(user: User, inspections: Iterable[int]) -> dict[int, str]:
    """Return {primary key: who of the team is not to go} where it is not known yet who steps in, as this person reads it.

    Who is not to go must know it at once, from the organiser's decision on. Why he is not, his partner does not read here.
    """
    rows = places_left().filter(selection__inspection__in=inspections).order_by("pk")
    rows = rows.values_list(
        "selection__inspection",
        "substitution__officer__user",
        "substitution__officer__name",
        "substitution__recusal_request",
    )
    found: dict[int, list[str]] = {}
    for inspection, who, name, request in rows:
        if who != user.pk:
            said = f"{name}不去这家单位，正在定替补，请等替补定下来再去检查"
        elif request:
            said = "您的回避申请已同意，正在定替补，请不要去检查"
        else:
            said = "已申报您不能去这家单位，正在定替补，请不要去检查"
        found.setdefault(inspection, []).append(said)
    return {inspection: "；".join(said) for inspection, said in found.items()}


def undecided_recusals(inspections: Iterable[int]) -> dict[int, str]:
    """Return {primary key: who of the team asks to be recused and that the organiser decides} where nobody has decided yet.

    Why he asks, nobody reads here.
    """
    rows = recusals_asked().filter(inspection__in=inspections)
    names: dict[int, list[str]] = {}
    for inspection, name in rows.values_list("inspection", "officer__name"):
        names.setdefault(inspection, []).append(name)
    return {key: f"{'、'.join(found)}申请了回避，等抽查组织者决定" for key, found in names.items()}


def why_not_yet(inspection: Inspection) -> str:
    """Say why a report cannot be handed in as things stand: the team may still change; empty where it can."""
    if what := undecided_recusals([inspection.pk]).get(inspection.pk):
        return f"{what}。决定以后才能提交，现在可以保存草稿。"
    if what := awaited(inspection):
        return f"这家单位的替补还没有定：{what}。定下来以后才能提交，现在可以保存草稿。"
    return ""


def open_places(inspection: Inspection) -> list[str]:
    """Return the word for each place of the team that nobody was left for."""
    return [OPEN_PLACE] * (TEAM_SIZE - len(inspection.selection.team.all()))


class Law(NamedTuple):
    """The law that an inspection rests on, and the day that counts."""

    day: datetime.date
    bases: list[str]


def law_of(inspection: Inspection) -> Law:
    """Return what was cited and in force when the officers were there; before the visit, what is now.

    The visit counts, not the publication: what is added to the item between the two, nobody went there under.
    """
    moment = inspection.visited_at or clock.now()
    return Law(timezone.localdate(moment), inspection.item.law_at(moment))


@dataclass(frozen=True)
class Standard:
    """A discharge standard, and the pollutants it holds for; none where it holds for all of the outlet."""

    name: str
    pollutants: tuple[str, ...]


@dataclass(frozen=True)
class Outlet:
    """One outlet of a unit with what its permit sets there for each pollutant, in the permit's order."""

    code: str
    kind: str
    rows: tuple[PermitCondition, ...]

    @property
    def name(self) -> str:
        return next((row.outlet_name for row in self.rows if row.outlet_name), "")

    @property
    def facilities(self) -> list[str]:
        """The treatment facilities, as "TA001 布袋除尘器（袋式除尘）", each once."""
        return _each_once(
            f"{row.facility_code} {row.facility_name}".strip() + (f"（{row.process}）" if row.process else "")
            for row in self.rows
        )

    @property
    def standards(self) -> list[Standard]:
        """The standards, each with its pollutants; where one holds for all, without."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            found.setdefault(row.standard, []).append(row.pollutant)
        if len(found) == 1:
            return [Standard(name, ()) for name in found if name]
        return [Standard(name, tuple(pollutants)) for name, pollutants in found.items() if name]

    @property
    def monitored(self) -> list[str]:
        """The pollutants that are monitored automatically."""
        return [row.pollutant for row in self.rows if row.monitored]

    @property
    def has_tons(self) -> bool:
        return any(row.annual_limit is not None for row in self.rows)


def _each_once(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]


def outlets(source: PollutionSource, at: datetime.datetime | None = None) -> list[Outlet]:
    """Return the outlets of a unit with the conditions of its permit that are in use, in one query.

    :param at: the conditions as they stood then: a finding is judged by what the officer had before him.
    """
    found: dict[tuple[str, str], list[PermitCondition]] = {}
    rows = source.conditions.all() if at is None else PermitCondition.history.as_of(at).filter(source=source)
    for row in rows.filter(is_active=True).order_by("outlet_code", "id"):
        found.setdefault((row.get_outlet_kind_display(), row.outlet_code), []).append(row)
    outlets = (Outlet(code, kind, tuple(rows)) for (kind, code), rows in found.items())
    return sorted(outlets, key=lambda outlet: OutletKind.labels.index(outlet.kind))


@dataclass(frozen=True)
class Conditions:
    """What a unit is held to; ``moved_to`` is the unit that it was joined into, where nothing stands under its own name."""

    outlets: list[Outlet]
    moved_to: PollutionSource | None


def conditions(source: PollutionSource, at: datetime.datetime | None = None) -> Conditions:
    """Return the outlets of a unit (`outlets`); of one that was joined and has none left, those of the unit that stays."""
    return Conditions(*doubles.held_to(source, lambda unit: outlets(unit, at)))


@dataclass(frozen=True)
class Earlier:
    """Another draw that the unit stood in, and whether the person may open its inspection there."""

    selection: Selection
    may_open: bool


def earlier(user: User, inspection: Inspection) -> list[Earlier]:
    """Return the unit's other published draws, newest first.

    That a unit stands in a sealed draw is shown only to those who may read its inspection there.
    """
    unit = inspection.selection.source_id
    mine = set(Inspection.objects.of(user).filter(selection__source=unit).values_list("selection", flat=True))
    draws = (
        Selection.objects.filter(source=unit, draw__state=DrawState.PUBLISHED)
        .exclude(sealed_now("draw__") & ~Q(pk__in=mine))
        .exclude(pk=inspection.selection_id)
        .select_related("draw", "inspection")
        .order_by("-draw__year", "-draw__quarter")
    )
    return [Earlier(selection, selection.pk in mine) for selection in draws]


def to_confirm(user: User, draw: Draw) -> InspectionQuerySet:
    """Approved inspections of a draw, with the number of points that were not in order; those due first, as in the list."""
    failed = Count("findings", filter=Q(findings__verdict=Finding.Verdict.FAIL))
    return (
        readable(user)
        .filter(selection__draw=draw, state=InspectionState.APPROVED)
        .select_related("reviewed_by")
        .annotate(failed=failed)
        .order_by(F("publish_by").asc(nulls_last=True), "reviewed_at", "pk")
    )


def draws_to_confirm() -> DrawQuerySet:
    """Published draws that have approved inspections, each with their number as ``approved``."""
    approved = Q(selections__inspection__state=InspectionState.APPROVED)
    return Draw.objects.published().filter(approved).annotate(approved=Count("selections"))


@todo(Role.REVIEWER)
def _reviewer_todos(user: User) -> list[Todo]:
    waiting = Inspection.objects.of(user).filter(state=InspectionState.SUBMITTED)
    count = waiting.exclude(pk__in=waiting.with_part_of(user).values("pk")).count()
    url = reverse("inspections:waiting")
    return counted(Todo("检查结果待审核", url, count, "自己参加的检查由别的审核人审核"))


@todo(Role.HEAD)
def _head_todos(user: User) -> list[Todo]:
    waiting = Inspection.objects.of(user).filter(state=InspectionState.APPROVED)
    own = Q(pk__in=waiting.with_part_of(user).values("pk")) | Q(pk__in=waiting.approved_by(user).values("pk"))
    count = waiting.exclude(own).count()
    url = reverse("inspections:waiting")
    return counted(Todo("检查结果待确认公开", url, count, "确认后向社会公开"))


def counted(*lines: Todo) -> list[Todo]:
    """Leave out the lines that count nothing."""
    return [line for line in lines if line.count]
