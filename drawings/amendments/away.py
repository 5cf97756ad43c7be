"""Which of a draw's frozen officers the registry does not send today, and why, in words that may be published.

The organiser finds them as first values of his form and may change each: what he hands in counts, as if he had typed it. What
an absence is for stays inside (请假, never the illness), as before a freeze (`Officer.why_absent`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from enforcers.models import Officer, Recusal

from ..inspections.unit_history import family
from ..models import Selection, Substitution

LONGEST = 100  # characters of a reason
RECUSED = "登记了对这家单位的回避"
GONE = "不在册"


def registered(numbers: Collection[str]) -> dict[str, str]:
    """Return {certificate number: why} of those who may not be sent today, in two queries whatever their number."""
    people = {
        officer.certificate_number: officer
        for officer in Officer.objects.with_absences().filter(certificate_number__in=numbers)
    }
    found = {number: people[number].why_absent if number in people else GONE for number in numbers}
    return {number: why[:LONGEST] for number, why in found.items() if why}


def recused(selection: Selection) -> dict[str, str]:
    """Return {certificate number: why} of those for whom a recusal from the unit is in force.

    Those of the freeze the arithmetic leaves out by itself; one that was registered since, only this does.
    """
    rows = Recusal.objects.in_force().filter(source__in=family(selection.source))
    numbers = rows.values_list("officer__certificate_number", flat=True)
    return dict.fromkeys(filter(None, numbers), RECUSED)


def unsaid(
    rows: Iterable[Substitution], numbers: Collection[str], readable: Collection[int]
) -> dict[int, dict[str, str]]:
    """Return {declaration: {certificate number: why}} of those who may step in though the registry says not today.

    Of recusals only those from units that the reader may know: in a sealed draw they would name the unit.

    :param rows: with their places, units and officers.
    :param numbers: the frozen officers.
    :param readable: the keys of those selections that may be named.
    """
    rows = list(rows)
    if not rows:
        return {}
    away = registered(numbers)
    units = {
        place.selection.source_id
        for row in rows
        for place in row.places.all()
        if not row.is_unit and place.selection_id in readable
    }
    barred = defaultdict(set)
    pairs = Recusal.objects.in_force().filter(source__in=units)
    for unit, number in pairs.values_list("source", "officer__certificate_number"):
        barred[unit].add(number)
    found = {}
    for row in rows:
        own = {row.officer.certificate_number} if row.officer else set()
        here = {
            number: RECUSED
            for place in row.places.all()
            if not row.is_unit and place.selection_id in readable
            for number in barred[place.selection.source_id]
        }
        here |= away
        found[row.pk] = {
            number: here[number]
            for number in sorted(here)
            if number in numbers and number not in {*own, *row.away}
        }
    return found
