"""The figures of the public home page."""

from dataclasses import dataclass

from django.utils import timezone

from ..models import Draw, Inspection, Selection
from ..models.quarters import quarter_code, quarter_of, quarter_title


def quarters() -> list[tuple[str, str]]:
    """Return (``2026Q4``, label) of every quarter with a published draw, the latest first."""
    seen = Draw.objects.published().values_list("year", "quarter").order_by("-year", "-quarter").distinct()
    return [(quarter_code(year, quarter), quarter_title(year, quarter)) for year, quarter in seen]


@dataclass(frozen=True)
class Figures:
    """What the year has come to: published draws, drawn units, published results."""

    draws: int
    drawn: int
    results: int


def figures(year: int) -> Figures:
    """Count what is public: no draw before it is published, no unit that is still sealed."""
    drawn = Selection.objects.of_result().filter(
        draw__in=Draw.objects.published().unsealed(), draw__year=year
    )
    results = Inspection.objects.disclosed()
    return Figures(
        draws=Draw.objects.published().filter(year=year).count(),
        drawn=drawn.count(),
        results=results.filter(selection__draw__year=year).count(),
    )


def this_quarter() -> tuple[int, int]:
    return quarter_of(timezone.localdate())
