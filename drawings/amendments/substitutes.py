"""Substitutes: declared by an organiser, confirmed by a second person, and then computed from the draw's own seed.

Nobody is picked by hand (draw/1, Substitutes). A unit may only be declared closed or untraced when its two officers
have reported so; an officer may only be replaced before his report is handed in. Who is eligible, and in which order:
`protocol.verify`, `substitute_units` and `substitute_officer`.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from .. import public_log
from ..models import Draw, Inspection, LogKind, Selection, Substitution, TeamMember
from ..models.declarations import one_line
from ..models.inspection import InspectionQuerySet, Outcome
from ..models.powers import SUBSTITUTE_SECONDS
from ..protocol import verify
from ..states import WITH_OFFICERS, DrawState, Refused

REASON_OF = {Outcome.CLOSED: Substitution.Reason.CLOSED, Outcome.UNTRACED: Substitution.Reason.UNTRACED}
REPLACED_BEFORE = "此前已由他人替补"


class Frozen:
    """The frozen files of a draw and its seed: all that a substitute follows from."""

    def __init__(self, draw: Draw):
        files = dict(draw.files.values_list("name", "content"))
        self.pool = verify.parse_pool(files["pool.tsv"]).units
        self.officers = verify.parse_officers(files["officers.tsv"]).officers
        self.key = verify.seed(files["entropy.txt"], draw.salt)

    @cached_property
    def units(self) -> dict[str, verify.Unit]:
        return {unit.unit: unit for unit in self.pool}

    @cached_property
    def names(self) -> dict[str, str]:
        return roster(self.officers)


def roster(officers: Iterable[verify.Officer]) -> dict[str, str]:
    """Return {certificate number: name} of the frozen officers."""
    return {officer.officer: officer.name for officer in officers}


def replaceable() -> InspectionQuerySet:
    """Inspections whose officers reported that there was nothing to inspect, and for which nobody stepped in yet."""
    settled = Substitution.objects.filter(kind=Substitution.Kind.UNIT, refused_at__isnull=True)
    handed_in = Inspection.objects.released().exclude(state__in=WITH_OFFICERS)
    return handed_in.filter(outcome__in=REASON_OF).exclude(selection__in=settled.values("selection"))


@transaction.atomic
def declare_unit(
    *, selection: Selection, evidence: str, unavailable: dict[str, str], actor: User
) -> Substitution:
    """Declare that a unit could not be inspected; the reason is the outcome that its officers reported.

    :param unavailable: {certificate number: why} of officers who cannot be sent to the substitute.
    """
    _require_organiser(actor)
    draw = _locked(selection.draw)
    inspection = replaceable().filter(selection=selection).first()
    if inspection is None:
        raise Refused("检查组没有报告这家单位停产或查无下落，或者已经申报过替补。")
    substitution = Substitution.objects.create(
        kind=Substitution.Kind.UNIT,
        selection=selection,
        reason=REASON_OF[inspection.outcome],
        evidence=_checked_evidence(evidence),
        unavailable=_checked_absences(unavailable, draw),
        declared_by=actor,
    )
    what = {"inspection": inspection.pk, "substitutions": [substitution.pk], "reason": substitution.reason}
    trail.record(actor, "申报替补单位", draw, what)
    return substitution


@transaction.atomic
def declare_officer(
    *,
    draw: Draw,
    officer: str,
    reason: str,
    evidence: str,
    unavailable: dict[str, str],
    actor: User,
    unit: str = "",
) -> list[Substitution]:
    """Declare that an officer cannot go: to one unit, or to all units where his visit is still open.

    :param officer: his certificate number.
    :param unit: registry number of the one unit; needed for a recusal, empty for all of his open tasks.
    :param unavailable: {certificate number: why} of officers who cannot go either.
    """
    _require_organiser(actor)
    draw = _locked(draw)
    if reason not in Substitution.FOR_OFFICERS:
        raise Refused("请选择人员不能去的原因。")
    if reason == Substitution.Reason.RECUSED and not unit:
        raise Refused("回避只针对一家单位：请写明是哪一家。")
    waiting = Substitution.objects.waiting().filter(member__isnull=False)
    members = TeamMember.objects.filter(
        selection__draw=draw,
        officer__certificate_number=officer,
        selection__inspection__state__in=WITH_OFFICERS,
    ).exclude(pk__in=waiting.values("member"))
    if unit:
        members = members.filter(selection__source__number=unit)
    evidence, away = _checked_evidence(evidence), _checked_absences(unavailable, draw)
    away.pop(officer, None)
    rows = [
        Substitution.objects.create(
            kind=Substitution.Kind.OFFICER, selection_id=member.selection_id, member=member, reason=reason,
            evidence=evidence, unavailable=away, declared_by=actor,
        )
        for member in members.order_by("selection")
    ]  # fmt: skip
    if not rows:
        raise Refused("这名人员没有还可以替补的任务：可能已经提交、已经替补，或者正在等待确认。")
    trail.record(actor, "申报替补人员", draw, {"substitutions": [row.pk for row in rows], "reason": reason})
    return rows


@transaction.atomic
def confirm(*, substitution: Substitution, actor: User) -> list[Substitution]:
    """Confirm a declaration; the substitute is computed now, each one seeing those before it.

    An officer's tasks that were declared together are confirmed together; one that was handed in meanwhile needs
    no substitute and is refused. Returns those that took effect.
    """
    draw = _locked(substitution.selection.draw)
    rows = _waiting(substitution, actor)
    frozen, done = Frozen(draw), []
    for row in rows:
        inspection = Inspection.objects.select_for_update(of=("self",)).get(selection=row.selection)
        if not _still_holds(row, inspection):
            row.refused_by, row.refused_at = actor, timezone.now()
            row.save(update_fields=["refused_by", "refused_at"])
            continue
        row.confirmed_by, row.confirmed_at = actor, timezone.now()
        step_in = _unit_steps_in if row.kind == Substitution.Kind.UNIT else _officer_steps_in
        replaced = step_in(draw, row, inspection, frozen)
        row.document = row.public_text()
        row.save(update_fields=["confirmed_by", "confirmed_at", "unavailable", "officer", "unit", "document"])
        kind = LogKind(f"substitute-{row.kind}")
        public_log.append(kind, draw.log_subject(replaced), verify.digest(row.document))
        done.append(row)
    if not done:
        raise Refused("这期间检查结果有了变动，已经不需要替补。请驳回这份申报。")
    what = {"substitutions": [row.pk for row in done]}
    if refused := [row.pk for row in rows if row.refused_at]:
        what["refused"] = refused
    trail.record(actor, "确认替补", draw, what)
    return done


@transaction.atomic
def refuse(*, substitution: Substitution, actor: User) -> list[Substitution]:
    """Refuse a declaration, by name; nothing changes."""
    draw = _locked(substitution.selection.draw)
    rows = _waiting(substitution, actor)
    for row in rows:
        row.refused_by, row.refused_at = actor, timezone.now()
        row.save(update_fields=["refused_by", "refused_at"])
    trail.record(actor, "驳回替补", draw, {"substitutions": [row.pk for row in rows]})
    return rows


def _require_organiser(actor: User) -> None:
    if not actor.has_role(Role.ORGANISER):
        raise PermissionDenied("替补由抽查组织者申报。")


def _locked(draw: Draw) -> Draw:
    draw = Draw.objects.select_for_update().get(pk=draw.pk)
    if draw.state != DrawState.PUBLISHED:
        raise Refused("任务下达以后才能替补；已作废的抽签不再替补。")
    return draw


def _checked_evidence(evidence: str) -> str:
    evidence = one_line(evidence)
    if not evidence:
        raise Refused("请写明事实和证据：会公开。")
    return evidence


def _checked_absences(unavailable: dict[str, str], draw: Draw) -> dict[str, str]:
    known = roster(verify.parse_officers(draw.file("officers.tsv")).officers)
    away = {number: one_line(why) for number, why in unavailable.items()}
    if not (away.keys() <= known.keys() and all(away.values())):
        raise Refused("不能派出的人员须在冻结的名单里，并逐人写明原因。")
    return away


def _waiting(substitution: Substitution, actor: User) -> list[Substitution]:
    """Return what was declared together with this one and still waits; the draw's row is locked already."""
    first = Substitution.objects.select_related("member__officer").get(pk=substitution.pk)
    if not first.is_open:
        raise Refused("这份申报已经有人处理过了，请刷新页面查看。")
    if not actor.has_role(*SUBSTITUTE_SECONDS):
        raise PermissionDenied("替补由另一名组织者、审核人或负责人确认。")
    rows = together(first) if first.member else [first]
    teams = TeamMember.ever.filter(selection__in=[row.selection_id for row in rows])
    if first.declared_by_id == actor.pk or teams.filter(officer__user=actor).exists():
        raise Refused("申报人和检查组的人（包括被替补的）不能自己确认，请另一个人确认或驳回。")
    return rows


def together(first: Substitution) -> list[Substitution]:
    """Return the open declarations that one organiser made at once about one officer."""
    return list(
        Substitution.objects.waiting()
        .filter(
            selection__draw=first.selection.draw_id,
            member__officer=first.member.officer_id,
            declared_by=first.declared_by_id,
            reason=first.reason,
            evidence=first.evidence,
        )
        .select_related("selection__source", "selection__draw", "member__officer")
        .order_by("selection")
    )


def _still_holds(row: Substitution, inspection: Inspection) -> bool:
    if row.kind == Substitution.Kind.OFFICER:
        return inspection.state in WITH_OFFICERS
    return inspection.state not in WITH_OFFICERS and REASON_OF.get(inspection.outcome) == row.reason


def _unit_steps_in(draw: Draw, row: Substitution, inspection: Inspection, frozen: Frozen) -> str:
    """Draw the next unit of the stratum, with its team and inspection; return the number of the one replaced."""
    stratum = row.selection.stratum
    used = set(draw.selections.values_list("source__number", flat=True))
    left = verify.substitute_units(frozen.pool, stratum, frozen.key, used)
    if left:
        order = verify.ranking(frozen.pool, stratum, frozen.key)
        (rank, ticket), *_ = ((n, t) for n, (number, t) in enumerate(order, 1) if number == left[0])
        unit = frozen.units[left[0]]
        team = verify.substitute_team(unit, frozen.officers, frozen.key, row.unavailable)
        matching = verify.having_of(frozen.officers).get(unit.speciality, set())
        row.unit = Selection.objects.create(
            draw=draw,
            source=PollutionSource.objects.get(number=unit.unit),
            stratum=stratum,
            rank=rank,
            ticket=ticket,
            name=unit.name,
            is_cross=not matching.issuperset(team),
            replaces=row.selection,
        )
        for number in team:
            _join(row.unit, number, frozen, is_lead=number == team[0])
        Inspection.objects.create(selection=row.unit, item=inspection.item)
    return row.selection.source.number


def _officer_steps_in(draw: Draw, row: Substitution, inspection: Inspection, frozen: Frozen) -> str:
    """Put the substitute in the officer's place, and return the certificate number of the one replaced.

    Officers who were replaced in this team before could not go: they do not come back.
    """
    member, unit = row.member, frozen.units[row.selection.source.number]
    ever = TeamMember.ever.filter(selection=row.selection)
    numbers = dict(ever.values_list("pk", "officer__certificate_number"))
    here = set(TeamMember.objects.filter(selection=row.selection).values_list("pk", flat=True))
    team = [number for pk, number in numbers.items() if pk in here and pk != member.pk]
    before = {number: REPLACED_BEFORE for pk, number in numbers.items() if pk not in here}
    row.unavailable = before | row.unavailable
    own = numbers[member.pk]
    found = verify.substitute_officer(unit, frozen.officers, frozen.key, team, {own, *row.unavailable})
    if found:
        row.officer = _join(row.selection, found, frozen, is_lead=member.is_lead, replaces=member).officer
    return own


def _join(selection: Selection, number: str, frozen: Frozen, **place: Any) -> TeamMember:
    officer = Officer.objects.get(certificate_number=number)
    return TeamMember.objects.create(selection=selection, officer=officer, name=frozen.names[number], **place)
