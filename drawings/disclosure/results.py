"""Published results of inspections, and one page per unit."""

from django.utils import timezone

from sources.models import PollutionSource

from ..models import Draw, Finding, Inspection, Selection, TeamMember
from ..states import InspectionState
from . import public, queries


def quarters() -> list[tuple[str, str]]:
    """Return (``2026Q4``, label) of every quarter with a published draw, the latest first."""
    seen = Draw.objects.published().values_list("year", "quarter").order_by("-year", "-quarter").distinct()
    return [(f"{year}Q{quarter}", f"{year}年第{quarter}季度") for year, quarter in seen]


def _results(rows: list[dict], with_findings: bool = False) -> tuple[public.Result, ...]:
    """Complete rows of inspections, in one query per kind of thing, however many rows."""
    teams = queries.grouped(
        TeamMember.objects.filter(selection__in=[row["selection_id"] for row in rows]).values(
            *public.OFFICER
        ),
        "selection_id",
    )
    of = {draw.code: draw for draw in queries.draws(code__in={row["selection__draw__code"] for row in rows})}
    found = {}
    if with_findings:
        points = Finding.objects.filter(
            inspection__in=[row["pk"] for row in rows], inspection__state=InspectionState.PUBLISHED
        )
        found = queries.grouped(points.values(*public.FINDING), "inspection_id")
    return tuple(
        public.result(
            row,
            of[row["selection__draw__code"]],
            teams.get(row["selection_id"], ()),
            found.get(row["pk"], ()),
        )
        for row in rows
    )


def _latest_first():
    return Inspection.objects.disclosed().order_by("-published_at", "-pk").values(*public.RESULT)


def search(number: int, *, name: str = "", quarter: str = "", category: str = "") -> queries.Page:
    """Published results, narrowed by what `forms.Search` let through."""
    rows = _latest_first()
    if name:
        rows = rows.filter(selection__name__icontains=name)
    if quarter:
        year, _, number_of_quarter = quarter.partition("Q")
        rows = rows.filter(selection__draw__year=year, selection__draw__quarter=number_of_quarter)
    if category:
        rows = rows.filter(selection__stratum=category)
    rows, has_next = queries.cut(rows, number)
    return queries.Page(_results(rows), number, has_next)


def latest_results(limit: int) -> tuple[public.Result, ...]:
    return _results(list(_latest_first()[:limit]))


def figures(year: int) -> dict[str, int]:
    """Counts that tell nothing of draws which are not published."""
    drawn = Selection.objects.filter(draw__in=Draw.objects.published().filter(year=year))
    results = Inspection.objects.disclosed()
    return {
        "drawn": drawn.count(),
        "results": results.filter(selection__draw__year=year).count(),
        "draws": Draw.objects.published().filter(year=year).count(),
    }


def unit_page(number: str) -> dict | None:
    """Return a unit, where it was drawn, and its results; None for a number that stands nowhere."""
    known = PollutionSource.objects.filter(number=number)
    row = known.values("pk", "is_active", *public.UNIT).first()
    if row is None:
        return None
    of = Selection.objects.filter(source=row["pk"], draw__in=Draw.objects.published())
    drawn = list(of.order_by("-draw__year", "-draw__quarter").values("draw__code", *public.SELECTION))
    if not drawn and not row["is_active"]:
        return None
    teams = queries.grouped(
        TeamMember.objects.filter(selection__in=[one["pk"] for one in drawn]).values(*public.OFFICER),
        "selection_id",
    )
    by_code = {draw.code: draw for draw in queries.draws(code__in=[one["draw__code"] for one in drawn])}
    inspections = list(_latest_first().filter(selection__source=row["pk"]))
    outcomes = {one["selection_id"]: one["outcome"] for one in inspections}
    return {
        "unit": public.unit(row, name=drawn[0]["name"] if drawn else ""),
        "drawn": [
            (
                by_code[one["draw__code"]],
                public.selected(one, teams.get(one["pk"], ()), outcomes.get(one["pk"], "")),
            )
            for one in drawn
        ],
        "results": _results(inspections, with_findings=True),
    }


def this_quarter() -> tuple[int, int]:
    today = timezone.localdate()
    return today.year, (today.month + 2) // 3
