"""The figures of the public home page."""

from dataclasses import dataclass

from django.conf import settings

from wugang_audit import clock
from wugang_audit.remembered import remembered

from ..models import Draw, Inspection, Plan, PlanRate, Selection, Stratum
from ..models.entropy import SYSTEM
from ..models.quarters import quarter_code, quarter_of, quarter_title


@remembered
def quarters() -> tuple[tuple[str, str], ...]:
    """Return (``2026Q4``, label) of every quarter with a published draw, the latest first."""
    seen = Draw.objects.published().values_list("year", "quarter").order_by("-year", "-quarter").distinct()
    return tuple((quarter_code(year, quarter), quarter_title(year, quarter)) for year, quarter in seen)


@remembered
def classes() -> tuple[tuple[str, str], ...]:
    """Return (code, label) of the classes that a published plan draws in."""
    used = set(PlanRate.objects.filter(plan__in=Plan.objects.published()).values_list("stratum", flat=True))
    return tuple(choice for choice in Stratum.choices if choice[0] in used)


@dataclass(frozen=True)
class Figures:
    """What the year has come to: draws with public units, these units, published results; and the draws under seal."""

    draws: int
    drawn: int
    results: int
    sealed: int


@remembered
def figures(year: int) -> Figures:
    """Count what is public and real (`periods.is_real`): no draw before its units are, and no unit that is still sealed."""
    published = Draw.objects.published().filter(year=year)
    practice: list[int] = []
    if not settings.ALLOW_SYSTEM_ENTROPY:
        practice = list(published.filter(entropy__source=SYSTEM).values_list("pk", flat=True))
        published = published.exclude(pk__in=practice)
    # By their keys: to join them, SQLite walks the units of every draw that there ever was.
    shown = list(published.unsealed().values_list("pk", flat=True))
    drawn = Selection.objects.of_result().filter(draw__in=shown)
    results = Inspection.objects.disclosed()
    return Figures(
        draws=len(shown),
        drawn=drawn.count(),
        results=results.filter(selection__draw__year=year).exclude(selection__draw__in=practice).count(),
        sealed=published.count() - len(shown),
    )


def this_quarter() -> tuple[int, int]:
    return quarter_of(clock.today())
