"""Substitutes: one organiser declares a fact, a second person confirms it, and arithmetic says who steps in.

Nobody is picked by hand, and nobody knows at the declaration who it will be (draw/2, Substitutes): under ``fresh`` it
names the next issue of the lottery in the commit, and takes effect when the value of that issue has been typed by two
people; under ``seed`` it takes effect as it is confirmed. What is confirmed is not taken back, and takes effect in the order
of the serials.

A unit may only be declared closed or untraced when its officers have reported so; an officer may only be replaced before
his report is handed in. While a declaration waits, these reports stand still.
"""

import datetime
from collections.abc import Collection, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from enforcers.models import Officer
from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from .. import public_log
from ..models import Draw, Inspection, LogKind, Selection, Substitution, SubstitutionPlace, TeamMember
from ..models.declarations import one_line
from ..models.entropy import reading_digest
from ..models.inspection import InspectionQuerySet, Outcome
from ..models.lotteries import Issue
from ..models.powers import SUBSTITUTE_SECONDS
from ..models.substitutions import PUBLIC_CLASS, in_words
from ..privacy_gate.queries import Obstacle, Subject, Text
from ..privacy_gate.verbs import Reasons, keep, let_through, require_clear
from ..protocol import verify
from ..readings import Reading, read
from ..states import WITH_OFFICERS, DrawState, Refused
from . import issues
from .effects import take_effect
from .standing import Frozen, source_of

Reason = Substitution.Reason
REASON_OF = {Outcome.CLOSED: Reason.CLOSED, Outcome.UNTRACED: Reason.UNTRACED}


def replaceable() -> InspectionQuerySet:
    """Inspections whose officers reported that there was nothing to inspect, and which nobody has declared yet."""
    declared = SubstitutionPlace.objects.filter(
        substitution__kind=Substitution.Kind.UNIT, substitution__refused_at__isnull=True
    )
    handed_in = Inspection.objects.released().exclude(state__in=WITH_OFFICERS)
    return handed_in.filter(outcome__in=REASON_OF).exclude(selection__in=declared.values("selection"))


@transaction.atomic
def declare_unit(
    *,
    selection: Selection,
    evidence: str,
    away: dict[str, str],
    actor: User,
    issue: Issue | None = None,
    not_personal: Reasons | None = None,
) -> Substitution:
    """Declare that a unit could not be inspected; the reason is the outcome that its officers reported.

    :param away: {certificate number: why} of officers who cannot be sent to the substitute.
    :param issue: the next issue of the lottery in the commit; None where the commit says ``seed``.
    :param not_personal: {field: why} where something looks like personal data (see `texts`).
    """
    _require_organiser(actor)
    draw = _locked(selection.draw)
    row = _checked(draw, evidence, away, issue, actor)
    passed = let_through(texts(row), not_personal)
    inspection = replaceable().filter(selection=selection).first()
    if inspection is None:
        raise Refused("检查组没有报告这家单位停产或查无下落，或者已经申报过替补。")
    row.kind, row.reason = Substitution.Kind.UNIT, REASON_OF[inspection.outcome]
    return _declared(row, [(selection.pk, None)], passed)


def declare_officer(
    *,
    draw: Draw,
    officer: str,
    reason: str,
    evidence: str,
    away: dict[str, str],
    actor: User,
    unit: str = "",
    issue: Issue | None = None,
    not_personal: Reasons | None = None,
) -> Substitution:
    """Declare that an officer cannot go: to one unit, or to all units where his visit is still open.

    :param officer: his certificate number.
    :param unit: registry number of the one unit; needed for a recusal, empty for all of his open tasks.
    :param away: {certificate number: why} of officers who cannot go either.
    :param issue: the next issue of the lottery in the commit; None where the commit says ``seed``.
    :param not_personal: {field: why} where something looks like personal data (see `texts`).
    :raises Refused: what is wrong. In a sealed draw the answer that he has no place there leaves an entry too: asked
        about officer after officer, it would tell who goes where.
    """
    _require_organiser(actor)
    others = {number: why for number, why in away.items() if number != officer}
    try:
        with transaction.atomic():
            draw = _locked(draw)
            row = _checked(draw, evidence, others, issue, actor)
            passed = let_through(texts(row), not_personal)
            places = _places_of(draw, row, officer, reason, unit)
            return _declared(row, places, passed)
    except _NoPlace:
        if draw.is_sealed:  # after the transaction that the refusal has undone
            asked = verify.salted_subject(draw.salt_text, f"{officer} {unit}")
            trail.record(actor, "申报替补没有可替补的任务", draw, {"reason": reason, "digest": asked})
        raise


class _NoPlace(Refused):
    """The officer holds no place that a substitute could take."""


def _places_of(draw: Draw, row: Substitution, officer: str, reason: str, unit: str) -> list[tuple[int, int]]:
    """Put officer and reason into the declaration, and return the places that he gives up: (selection, member)."""
    if reason not in Substitution.FOR_OFFICERS:
        raise Refused("请选择人员不能去的原因。")
    if reason == Reason.RECUSED and not unit:
        raise Refused("回避只针对一家单位：请写明是哪一家。")
    person = Officer.objects.filter(certificate_number=officer).first()
    if Substitution.objects.pending().filter(draw=draw, officer=person).exclude(officer=None).exists():
        raise Refused("这名人员已经有一份申报还没有生效：等它生效或被驳回以后，再申报。")
    members = TeamMember.objects.filter(
        selection__draw=draw, officer=person, selection__inspection__state__in=WITH_OFFICERS
    )
    if unit:
        members = members.filter(selection__source__number=unit)
    places = list(members.order_by("selection").values_list("selection", "pk"))
    if not places:
        where = "在这家单位" if unit else "在本次抽查里"
        raise _NoPlace(f"这名人员{where}没有还可以替补的任务：可能没有抽到他，或者已经提交、已经替补。")
    row.kind, row.officer, row.reason = Substitution.Kind.OFFICER, person, reason
    return places


@transaction.atomic
def confirm(*, substitution: Substitution, actor: User) -> Substitution:
    """Confirm a declaration: it is logged and cannot be taken back. Under ``seed`` it takes effect at once.

    :raises Refused: it is decided already, by the wrong person, or its issue has been drawn meanwhile.
    """
    draw = _locked(substitution.draw)
    row = _undecided(substitution, actor)
    require_clear(Subject.SUBSTITUTION, row.pk, texts(row), "请驳回这份申报，由申报人改好以后重新申报。")
    public_log.lock()
    public_log.require_clock()
    # Before the log's time, as everywhere: a row of the log is never older than what it tells of.
    row.confirmed_by, row.confirmed_at = actor, clock.now()
    row.logged_at = public_log.next_time()
    if row.source:
        _check_issue_again(draw, row)
    row.serial = draw.substitutions.filter(serial__isnull=False).count() + 1
    row.public_reason = PUBLIC_CLASS.get(row.reason, "")
    row.save(update_fields=["serial", "public_reason", "logged_at", "confirmed_by", "confirmed_at"])
    row = Substitution.objects.for_protocol().get(pk=row.pk)
    digest = verify.declare_digest(draw.salt_text, row.declaration())
    public_log.append(LogKind.DECLARE, f"{draw.code}/{row.serial}", digest, time=row.logged_at)
    if not row.source:
        take_effect(row, Frozen(draw), actor)
    trail.record(actor, "确认替补", draw, {"substitution": row.pk, "serial": row.serial})
    return row


@transaction.atomic
def refuse(*, substitution: Substitution, actor: User) -> Substitution:
    """Refuse a declaration, by name; nothing changes."""
    draw = _locked(substitution.draw)
    row = _undecided(substitution, actor)
    row.refused_by, row.refused_at = actor, clock.now()
    row.save(update_fields=["refused_by", "refused_at"])
    trail.record(actor, "驳回替补", draw, {"substitution": row.pk})
    return row


@transaction.atomic
def enter_value(*, draw: Draw, value: str, actor: User, issue: str = "") -> Substitution:
    """Type the value of the issue that the first waiting declaration names; with a second equal reading it takes effect.

    All declarations that name this issue take effect then, in their order.

    :param value: in the form of draw/2 (see `readings.normal_form`).
    :param issue: the first issue drawn after the named one, where that one was never drawn; empty: the named one.
    :returns: the declaration; two readings that differ are both dropped, which has to be kept, so it is no refusal.
    :raises Refused: nothing waits, wrong form, wrong time or person.
    """
    draw = _locked(draw)
    public_log.lock()
    public_log.require_clock()  # a first reading leaves no row in the log, and its time counts too
    waiting = list(Substitution.objects.without_value().filter(draw=draw).for_protocol())
    if not waiting:
        raise Refused("现在没有等号码的替补申报，可能别人刚刚录入过，请刷新页面查看。")
    row, issue = waiting[0], issue or waiting[0].label
    if clock.now() < row.known_at:
        raise Refused(f"还没有到开奖时间（{in_words(row.known_at)}），不能提前录入。")
    issues.check_drawn(row, issue, actor)
    same = row.first_issue in ("", issue)
    found = read(row, draw=draw, source=row.source, label=issue, value=value, actor=actor, same_event=same)
    row.first_issue = "" if found is Reading.DIFFERENT else issue
    row.save(update_fields=["first_issue"])
    told = {"substitution": row.pk, "source": f"{row.source} {row.label}"}
    if found is Reading.FIRST:
        told["first"] = reading_digest(draw.salt_text, row.source, issue, value)
        trail.record(actor, "第一次录入替补号码", draw, told)
    elif found is Reading.DIFFERENT:
        trail.record(actor, "替补号码两次录入不一致", draw, told)
    else:
        named = [each for each in waiting if each.label == row.label]
        _accept(draw, named, value, issue, actor)
        told |= {"substitutions": [each.pk for each in named], "value": value, "issue": issue}
        trail.record(actor, "确认替补号码", draw, told)
    return row


def _accept(draw: Draw, rows: list[Substitution], value: str, issue: str, actor: User) -> None:
    """Give the declarations their value, and let them take effect one after the other."""
    first, frozen, now = rows[0], Frozen(draw), clock.now()
    for row in rows:
        row.first_value, row.first_by, row.first_at = first.first_value, first.first_by, first.first_at
        row.value, row.accepted_by, row.accepted_at = value, actor, now
        row.first_issue = row.issue = issue
        row.save(
            update_fields=[
                "first_value", "first_by", "first_at", "first_issue", "value", "accepted_by", "accepted_at", "issue"
            ]
        )  # fmt: skip
        take_effect(row, frozen, actor)


def _checked(
    draw: Draw, evidence: str, away: dict[str, str], issue: Issue | None, actor: User
) -> Substitution:
    """Begin a declaration with all that is checked before its places: what is wrong here tells nothing of them."""
    row = Substitution(draw=draw, declared_by=actor)
    row.evidence, row.away = _checked_evidence(evidence), _checked_away(away, draw)
    row.source = source_of(draw)
    if row.source:
        if issue is None:
            raise Refused("请填写下一期的期号和开奖时间：替补用那一期的号码算出。")
        issues.check(draw, row.source, issue.label, issue.known_at, clock.now())
        row.label, row.known_at = issue
    return row


def texts(row: Substitution) -> dict[str, Text]:
    """Return the words of a declaration by the field of its form, for the search for personal data.

    Public of them is only why a unit is gone; what stays inside needs nobody's number either.
    """
    away = {f"away_{number}": Text(f"{number}不能派出的原因", why) for number, why in row.away.items()}
    return {"evidence": Text(row._meta.get_field("evidence").verbose_name, row.evidence)} | away


def _declared(
    row: Substitution, places: Sequence[tuple[int, int | None]], passed: Collection[tuple[Obstacle, str]]
) -> Substitution:
    """Store a declaration with its places, (selection, member), and leave the trace: no unit or officer stands in it.

    :param passed: what of its texts was marked as not personal, with the reason.
    """
    row.save()
    keep(
        passed,
        subject=Subject.SUBSTITUTION,
        object_id=row.pk,
        actor=row.declared_by,
        about=row.draw,
        secret=row.draw.is_sealed,
    )
    SubstitutionPlace.objects.bulk_create(
        SubstitutionPlace(substitution=row, selection_id=selection, member_id=member)
        for selection, member in places
    )
    row = Substitution.objects.for_protocol().get(pk=row.pk)
    told = {"substitution": row.pk, "reason": row.reason, "digest": row.facts_digest(row.draw.salt_text)}
    if row.source:
        told["source"] = f"{row.source} {row.label}"
    trail.record(row.declared_by, "申报替补单位" if row.is_unit else "申报替补人员", row.draw, told)
    return row


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
        raise Refused("请写明事实和证据。")
    return evidence


def _checked_away(away: dict[str, str], draw: Draw) -> dict[str, str]:
    known = {each.officer for each in verify.parse_officers(draw.file(verify.OFFICERS)).officers}
    away = {number: one_line(why) for number, why in sorted(away.items())}
    if not (away.keys() <= known and all(away.values())):
        raise Refused("不能派出的人员须在冻结的名单里，并逐人写明原因。")
    return away


def _undecided(substitution: Substitution, actor: User) -> Substitution:
    """Return the declaration if this person may decide on it; the draw's row is locked already."""
    row = Substitution.objects.select_related("draw", "officer").get(pk=substitution.pk)
    if not row.is_open:
        raise Refused("这份申报已经有人处理过了，请刷新页面查看。")
    if not actor.has_role(*SUBSTITUTE_SECONDS):
        raise PermissionDenied("替补由另一名组织者、审核人或负责人确认。")
    teams = TeamMember.ever.filter(selection__in=row.places.values("selection"))
    if row.declared_by_id == actor.pk or teams.filter(officer__user=actor).exists():
        raise Refused("申报人和检查组的人（包括被替补的）不能自己确认，请另一个人确认或驳回。")
    return row


def _check_issue_again(draw: Draw, row: Substitution) -> None:
    """Refuse to confirm when the issue has been drawn since the declaration, or another one was confirmed before it."""
    now = datetime.datetime.fromisoformat(row.logged_at)
    try:
        issues.check(draw, row.source, row.label, row.known_at, max(now, clock.now()))
    except Refused as refusal:
        raise Refused(f"不能确认：{refusal}这份申报请驳回，由组织者重新申报。") from None
