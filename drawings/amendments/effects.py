"""What a declaration makes of teams and units when it takes effect: the outcome of the arithmetic, stored."""

from django.utils import timezone

from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit import clock
from wugang_audit.accounts.models import User

from .. import deadlines, public_log
from ..inspections.guards import trace as _trace
from ..models import Inspection, LogKind, Selection, Substitution, SubstitutionPlace, TeamMember
from ..models.search_texts import keep_drawn
from ..models.substitutions import few_places
from ..protocol import verify
from ..states import InspectionState, Refused
from .standing import Frozen

OPEN = "-"  # a place that nobody was left for, or no unit at all


def take_effect(row: Substitution, frozen: Frozen, actor: User) -> None:
    """Compute who steps in, store it, and log it; each declaration sees all earlier ones.

    :param row: confirmed, with its value where the draw's substitutes are fresh; the draw's row is locked.
    :param actor: who confirmed it, or typed the second reading.
    :raises Refused: the declaration fits the standing no longer.
    """
    declaration = row.declaration()
    try:
        row.few = few_places(frozen.standing.left(declaration, row.value))
        row.outcome = frozen.standing.step(declaration, row.value)
    except verify.Invalid as fault:
        raise Refused(f"不能替补：{fault}") from None
    row.effective_at = clock.now()
    if row.is_unit:
        _store_unit(row, frozen)
    else:
        _store_officers(row, frozen)
    row.save(update_fields=["outcome", "few", "effective_at", "unit"])
    substitute = verify.Substitute(declaration, row.value, row.outcome)
    digest = verify.substitute_digest(frozen.salt, substitute)
    public_log.append(LogKind.SUBSTITUTE, f"{row.draw.code}/{row.serial}", digest)
    _give_days(row, actor)


def _people(numbers: set[str]) -> dict[str, Officer]:
    found = Officer.objects.filter(certificate_number__in=numbers)
    return {officer.certificate_number: officer for officer in found}


def _store_officers(row: Substitution, frozen: Frozen) -> None:
    """Put each substitute in the very place that the officer leaves; where nobody is left it stays open."""
    steps_in = dict(word.split(":") for word in row.outcome.split(" "))
    people = _people({*steps_in.values()} - {OPEN})
    names = row.draw.names_of("officer")
    places = list(row.places.select_related("selection__source", "member"))
    joined = []
    for place in places:
        number = steps_in[place.selection.source.number]
        if number == OPEN:
            continue
        place.officer = people[number]
        joined.append(
            TeamMember(
                selection=place.selection,
                officer=place.officer,
                name=names.get(number, ""),
                is_lead=place.member.is_lead,
                replaces=place.member,
            )
        )
    TeamMember.objects.bulk_create(joined)
    SubstitutionPlace.objects.bulk_update(places, ["officer"])


def _store_unit(row: Substitution, frozen: Frozen) -> None:
    """Store the unit that steps in with its team and its inspection; its rank and ticket are those of the draw."""
    if row.outcome == OPEN:
        return
    gone = row.places.select_related("selection__inspection").get().selection
    number, _, listed = row.outcome.partition(":")
    unit, team = frozen.units[number], [who for who in listed.split(",") if who != OPEN]
    order = verify.ranking(frozen.pool.units, gone.stratum, frozen.key)
    (rank, ticket), *_ = ((n, ticket) for n, (each, ticket) in enumerate(order, 1) if each == number)
    row.unit = Selection.objects.create(
        draw=row.draw,
        source=PollutionSource.objects.get(number=number),
        stratum=gone.stratum,
        rank=rank,
        ticket=ticket,
        name=row.draw.names_of("unit").get(number, ""),
        is_cross=any(unit.speciality not in frozen.officers[who].specialities for who in team),
        replaces=gone,
    )
    people, names = _people(set(team)), row.draw.names_of("officer")
    TeamMember.objects.bulk_create(
        TeamMember(selection=row.unit, officer=people[who], name=names.get(who, ""), is_lead=place == 0)
        for place, who in enumerate(team)
    )
    Inspection.objects.create(selection=row.unit, item=gone.inspection.item)
    keep_drawn(Selection.objects.filter(pk=row.unit.pk))


def _give_days(row: Substitution, actor: User) -> None:
    """Give the visits of who steps in a day of their own where that of the draw is near or over, and leave the trace."""
    # Not of the places that came with the row: they do not know yet who steps in.
    places = SubstitutionPlace.objects.filter(substitution=row, officer__isnull=False)
    filled = [row.unit_id] if row.is_unit else places.values("selection")
    day = timezone.localdate(row.effective_at)
    visits = Inspection.objects.filter(selection__in=filled, state=InspectionState.DRAFT)
    for visit in visits.select_related("selection__draw").select_for_update(of=("self",)).order_by("pk"):
        until = deadlines.substitute_by(row.draw, visit.due_on, day)
        if until:
            visit.substitute_by = until
            # Not the version of the report: what an officer is typing is not touched by it.
            visit.save(update_fields=["substitute_by"])
            _trace(visit, actor, "定替补的检查期限", until=until.isoformat(), substitution=row.pk)
