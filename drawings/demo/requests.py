"""What comes up beside the visits: more time, problems, recusals, substitutes, samples, hidden texts."""

import datetime

from drawings.amendments import away, recusals, redactions, standing, substitutes
from drawings.inspections import verbs as inspections
from drawings.inspections.field import sampling
from drawings.inspections.tasks import verbs as tasks
from drawings.models import Correction, Draw, Inspection, Problem, RecusalRequest, Sampling, Substitution
from wugang_audit import clock
from wugang_audit.accounts.models import User

from . import texts
from .reports import said_of

Kind, Decision = Problem.Kind, Problem.Decision


def team_of(inspection: Inspection) -> list[User]:
    """Return who goes now, the lead first: substitutes may have stepped in."""
    members = inspection.selection.team.select_related("officer__user").order_by("-is_lead", "pk")
    return [member.officer.user for member in members]


def postpone(inspection: Inspection, until: datetime.date, turn: int) -> None:
    reasons = said_of(inspection.selection.source.industry_code, texts.POSTPONEMENTS)
    reason = reasons[turn % len(reasons)]
    tasks.postpone(inspection=inspection, postpone_to=until, reason=reason, actor=team_of(inspection)[0])


def decide(inspection: Inspection, turn: int, actor: User, *, granted: bool) -> None:
    """Answer the request for more time that waits."""
    problem = inspection.problems.get(kind=Kind.POSTPONE, decided_at__isnull=True)
    decision = Decision.GRANTED if granted else Decision.REFUSED
    said = texts.GRANTED if granted else texts.REFUSALS[turn % len(texts.REFUSALS)]
    tasks.answer(problem=problem, decision=decision, answer=said, goes_up=False, actor=actor)


def problem(inspection: Inspection, turn: int) -> None:
    reason, *_ = texts.PROBLEMS[turn % len(texts.PROBLEMS)]
    tasks.report(inspection=inspection, reason=reason, actor=team_of(inspection)[-1])


def answer(inspection: Inspection, turn: int, actor: User) -> None:
    _, said, goes_up = texts.PROBLEMS[turn % len(texts.PROBLEMS)]
    row = inspection.problems.get(kind=Kind.REPORT)
    tasks.answer(problem=row, decision=Decision.ANSWERED, answer=said, goes_up=goes_up, actor=actor)


def ask_recusal(inspection: Inspection, reason: str) -> RecusalRequest:
    return tasks.ask_recusal(inspection=inspection, reason=reason, actor=team_of(inspection)[0])


def refuse_recusal(inspection: Inspection, actor: User) -> None:
    request = inspection.recusal_requests.get()
    recusals.refuse(request=request, answer=texts.RECUSAL_REFUSED[1], actor=actor)


def _away(inspection: Inspection) -> dict[str, str]:
    """What the form is filled in with: who is not to be sent by the registry."""
    return away.registered(standing.roster(inspection.selection.draw))


def grant_recusal(inspection: Inspection, actor: User) -> None:
    request = inspection.recusal_requests.get()
    recusals.grant(request=request, evidence=texts.RECUSAL_EVIDENCE, away=_away(inspection), actor=actor)


def declare_officer(inspection: Inspection, evidence: str, actor: User) -> None:
    """Declare that the second officer of a team cannot go to this unit: to his others he goes."""
    selection = inspection.selection
    member = selection.team.select_related("officer").order_by("is_lead", "-pk").first()
    substitutes.declare_officer(
        draw=selection.draw, officer=member.officer.certificate_number, reason=Substitution.Reason.LEAVE,
        evidence=evidence, away=_away(inspection), unit=selection.source.number, actor=actor,
    )  # fmt: skip


def declare_unit(inspection: Inspection, actor: User) -> None:
    substitutes.declare_unit(
        selection=inspection.selection, evidence=texts.UNIT_EVIDENCE, away=_away(inspection), actor=actor
    )


def confirm_declared(draw: Draw, actor: User) -> list[Inspection]:
    """Confirm what was declared; return the inspections of the units that step in."""
    for row in draw.substitutions.filter(confirmed_at__isnull=True, refused_at__isnull=True):
        substitutes.confirm(substitution=row, actor=actor)
    return list(
        Inspection.objects.filter(selection__draw=draw, selection__replaces__isnull=False, state="draft")
    )


def ask_sample(inspection: Inspection) -> Sampling:
    """Ask the station to sample what was read over its limit."""
    row = inspection.readings.filter(is_over=True).first()
    outlet, pollutant = (row.outlet, row.pollutant) if row else ("总排口", "化学需氧量")
    values = {"station": texts.STATION, "outlet": outlet, "pollutants": pollutant}
    return sampling.ask(inspection=inspection, actor=team_of(inspection)[0], values=values)


def receive_sample(inspection: Inspection) -> None:
    row = inspection.samplings.get()
    day = clock.today()
    number = f"WG{day:%y%m}-{row.pk:03}"
    values = {"numbers": f"{number}-1、{number}-2", "received_on": day, "receipt": f"SY-{day:%Y}-{row.pk:04}"}
    _record(inspection, row, values)


def result_of_sample(inspection: Inspection, *, over: bool) -> None:
    row = inspection.samplings.get()
    said = (texts.SAMPLED_OVER if over else texts.SAMPLED).format(pollutant=row.pollutants)
    _record(inspection, row, {"result": said, "result_on": clock.today(), "is_over": over})


def _record(inspection: Inspection, row: Sampling, values: dict[str, object]) -> None:
    actor = team_of(inspection)[0]
    sampling.record(sampling=row, actor=actor, version=row.updated_at.isoformat(), values=values)


def correct(inspection: Inspection, actor: User) -> Correction:
    """Correct words that stand in the summary; where it has none of those that are known, the time of the visit."""
    found = ((was, right) for was, right in texts.CORRECTIONS if was in inspection.summary)
    was, right = next(found, ("", ""))
    text = texts.CORRECTED.format(was=was, right=right) if was else texts.TIME_CORRECTED
    return inspections.correct(inspection=inspection, text=text, actor=actor)


def ask_to_hide(inspection: Inspection, text: str, reason: str, actor: User) -> None:
    """Ask that the summary, or the whole record, be hidden."""
    redactions.ask(
        draw=inspection.selection.draw, target=f"{text}/{inspection.pk}", legal_reason=reason, actor=actor
    )


def hide(draw: Draw, actor: User) -> None:
    for row in draw.redactions.waiting():
        redactions.confirm(redaction=row, actor=actor)
