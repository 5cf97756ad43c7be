"""The rows that a freeze would write, read from both registries as they stand now."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, Count, Q, Value, When

from enforcers.models import Officer, Recusal
from sources.models import Category, PollutionSource, standing_of
from wugang_audit import clock

from ...models import Draw, Plan, Selection, TeamMember
from ...protocol import verify
from ...states import DrawState

NAMED = 10  # units without a class or an industry that a message names
DEPARTMENT = "bureau"  # the one that sends officers
# Plain values: a model instance per row would make a freeze of 100,000 units four times slower. Texts alone: for a date, a
# number or a yes and no among them Django goes through every row once more.
UNIT = (
    "number", "class_today", "emits", "speciality__code", "exempt_reason", "operating_state", "pauses", "name"
)  # fmt: skip
YES, NO = Value("yes"), Value("")
EMITS = Case(When(Q(discharges_wastewater=True) | Q(discharges_waste_gas=True), then=YES), default=NO)
PAUSES = Case(When(out_of_season=True, then=YES), default=NO)


@dataclass(frozen=True)
class Snapshot:
    """The rows that a freeze would write, in the protocol's own terms.

    Where the files have the digest of a name, these rows have the name itself: its nonce is made at the freeze.
    """

    units: list[verify.Unit]
    officers: list[verify.Officer]
    # Registered units that lack a class or an industry: they are in no row, so nothing may be frozen.
    undecided: int = 0
    undecided_names: tuple[str, ...] = ()  # of the first

    @cached_property
    def fingerprint(self) -> str:
        """A digest of all rows: it shows whether the registries changed between pre-flight and freeze."""
        return verify.digest(repr([tuple(unit) for unit in self.units]) + repr(self.officers))


def strata_by(plan: Plan | None) -> dict[tuple[str, bool], str]:
    """Return {(class, discharges): stratum} under a plan: looked up once, not once a unit. Without a class: no stratum."""
    return {("", False): "", ("", True): ""} | {
        (category, discharges): plan.stratum_of(category, discharges) if plan else category
        for category in Category.values
        for discharges in (False, True)
    }


def snapshot(draw: Draw) -> Snapshot:
    """Read both registries as they stand now, in a fixed number of queries whatever their size.

    Strata, and who counts as ``again`` or ``capped``, follow from the plan in force and from earlier draws of the
    year: nothing of this is typed by anybody.
    """
    plan = Plan.objects.in_force(draw.year)
    strata = strata_by(plan)
    times = _times_drawn(draw) if plan and (plan.fresh_first or plan.yearly_cap) else {}
    recused = defaultdict(list)
    pairs = Recusal.objects.in_force().values_list("source__number", "officer__certificate_number")
    for number, certificate in pairs.order_by():
        recused[number].append(certificate)
    units = []
    undecided = list(PollutionSource.objects.undecided().order_by("number").values_list("name", flat=True))
    registered = PollutionSource.objects.registered().with_class(clock.today()).order_by()
    decided = registered.exclude(category="").exclude(speciality=None)
    rows = decided.annotate(emits=EMITS, pauses=PAUSES).values_list(*UNIT)
    for number, category, emits, speciality, *facts, name in rows.iterator(chunk_size=5000):
        no_go = tuple(sorted(recused[number])) if number in recused else ()
        standing = _standing(standing_of(*facts), times.get(number, 0), plan)
        units.append(verify.Unit(number, strata[category, bool(emits)], speciality, standing, no_go, name))
    units.sort()
    loads = dict(
        TeamMember.objects.filter(selection__draw__year=draw.year, selection__draw__quarter=draw.quarter)
        .exclude(selection__draw__state=DrawState.VOID)
        .exclude(selection__draw=draw)
        .values_list("officer_id")
        .annotate(places=Count("pk"))
        .order_by()
    )
    officers = [
        verify.Officer(
            officer.certificate_number,
            DEPARTMENT,
            tuple(sorted(speciality.code for speciality in officer.specialities.all())),
            loads.get(officer.pk, 0),
            officer.name,
        )
        for officer in Officer.objects.available().prefetch_related("specialities")
    ]
    return Snapshot(units, sorted(officers), len(undecided), tuple(undecided[:NAMED]))


def _times_drawn(draw: Draw) -> dict[str, int]:
    """How often each unit was drawn in earlier draws of the same year, void ones aside."""
    earlier = Selection.objects.filter(draw__year=draw.year).exclude(draw__state=DrawState.VOID)
    rows = earlier.exclude(draw=draw).values_list("source__number").annotate(n=Count("pk")).order_by()
    return dict(rows)


def _standing(standing: str, times: int, plan: Plan | None) -> str:
    """Turn ``in`` into ``capped`` or ``again`` where the plan says so (draw/2, pool.tsv)."""
    if standing != "in" or plan is None:
        return standing
    if plan.yearly_cap and times >= plan.yearly_cap:
        return "capped"
    return "again" if plan.fresh_first and times else "in"
