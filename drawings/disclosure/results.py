"""Published results of inspections, one page per unit, and the search for a unit.

A unit of a sealed draw appears here only once its own inspection is published, and never with its rank or ticket.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from sources.models import PollutionSource

from ..models import Correction, Draw, Finding, Inspection, Selection, TeamMember
from ..models.draw import sealed_now
from ..states import DrawState, InspectionState
from . import aftermath, plain, public, queries

FOUND = 20  # units that a search lists


@dataclass(frozen=True)
class Found:
    """A unit that a search found, with the draws that the public may know it was drawn in."""

    number: str
    name: str
    township: str
    draws: tuple[str, ...]


def quarters() -> list[tuple[str, str]]:
    """Return (``2026Q4``, label) of every quarter with a published draw, the latest first."""
    seen = Draw.objects.published().values_list("year", "quarter").order_by("-year", "-quarter").distinct()
    return [(f"{year}Q{quarter}", f"{year}年第{quarter}季度") for year, quarter in seen]


def known_selections():
    """Drawn units that are nobody's secret: those of open draws, and those whose own result is published."""
    is_out = Q(inspection__state=InspectionState.PUBLISHED)
    return Selection.objects.filter(~sealed_now("draw__") | is_out, draw__state=DrawState.PUBLISHED)


def _results(rows: list[dict], with_findings: bool = False) -> tuple[plain.Result, ...]:
    """Complete rows of inspections, in one query per kind of thing, however many rows."""
    teams = queries.grouped(
        TeamMember.objects.filter(selection__in=[row["selection_id"] for row in rows]).values(
            *public.OFFICER
        ),
        "selection_id",
    )
    of = {draw.code: draw for draw in queries.draws(code__in={row["selection__draw__code"] for row in rows})}
    found, corrected = {}, {}
    if with_findings:
        keys = [row["pk"] for row in rows]
        points = Finding.objects.filter(inspection__in=keys, inspection__state=InspectionState.PUBLISHED)
        found = queries.grouped(points.values(*public.FINDING), "inspection_id")
        corrections = Correction.objects.filter(
            inspection__in=keys, inspection__state=InspectionState.PUBLISHED
        )
        corrected = queries.grouped(corrections.values(*public.CORRECTION), "inspection_id")
    return tuple(
        plain.result(
            row,
            of[row["selection__draw__code"]],
            teams.get(row["selection_id"], ()),
            found.get(row["pk"], ()),
            corrected.get(row["pk"], ()),
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


def latest_results(limit: int) -> tuple[plain.Result, ...]:
    return _results(list(_latest_first()[:limit]))


def of_draw(code: str) -> tuple[plain.Result, ...]:
    """What is published of a draw that is still sealed, by registry number: the order tells no rank."""
    rows = Inspection.objects.disclosed().filter(selection__draw__code=code)
    rows = rows.order_by("selection__source__number").values(*public.RESULT)
    return _results(list(rows[: queries.UNITS_PAGE]))


def figures(year: int) -> dict[str, int]:
    """Counts that tell nothing of draws which are not published, nor of units that are still sealed."""
    drawn = Selection.objects.of_result().filter(
        draw__in=Draw.objects.published().unsealed(), draw__year=year
    )
    results = Inspection.objects.disclosed()
    return {
        "drawn": drawn.count(),
        "results": results.filter(selection__draw__year=year).count(),
        "draws": Draw.objects.published().filter(year=year).count(),
    }


def unit_page(number: str) -> dict | None:
    """Return a unit, where it was drawn, and its results; None for a number that stands nowhere."""
    known = PollutionSource.objects.filter(number=number).with_class(timezone.localdate())
    row = known.values("pk", "is_active", *public.UNIT).first()
    if row is None:
        return None
    of = Selection.objects.filter(source=row["pk"], draw__in=Draw.objects.published().unsealed())
    drawn = list(of.order_by("-draw__year", "-draw__quarter").values("draw__code", *public.SELECTION))
    inspections = list(_latest_first().filter(selection__source=row["pk"]))
    if not drawn and not inspections and not row["is_active"]:
        return None
    keys = [one["pk"] for one in drawn]
    teams = queries.grouped(
        TeamMember.ever.filter(selection__in=keys).values(*public.OFFICER), "selection_id"
    )
    members, units = aftermath.replaced_among(keys)
    by_code = {draw.code: draw for draw in queries.draws(code__in=[one["draw__code"] for one in drawn])}
    outcomes = {one["selection_id"]: one["outcome"] for one in inspections}
    named = [one["name"] for one in drawn] + [one["selection__name"] for one in inspections]
    return {
        "unit": plain.unit(row, name=named[0] if named else ""),
        "drawn": [
            (
                by_code[one["draw__code"]],
                plain.selected(
                    one,
                    plain.team(teams.get(one["pk"], ()), members),
                    outcomes.get(one["pk"], ""),
                    one["pk"] in units,
                ),
            )
            for one in drawn
        ],
        "results": _results(inspections, with_findings=True),
    }


def units(asked: str) -> tuple[tuple[Found, ...], bool]:
    """Find units by a part of the name, or by the registry number: some, and whether there are more."""
    registered = (Q(name__icontains=asked) | Q(number=asked)) & Q(is_active=True)
    once_drawn = known_selections().filter(Q(name__icontains=asked) | Q(source__number=asked))
    rows = PollutionSource.objects.filter(registered | Q(pk__in=once_drawn.values("source")))
    rows = list(rows.order_by("number").values("pk", *public.UNIT_FOUND)[: FOUND + 1])
    shown, has_more = rows[:FOUND], len(rows) > FOUND
    drawn = known_selections().filter(source__in=[row["pk"] for row in shown])
    codes = queries.grouped(
        drawn.order_by("-draw__year", "-draw__quarter").values("source_id", "draw__code"), "source_id"
    )
    return tuple(
        Found(
            **{name: row[name] for name in public.UNIT_FOUND},
            draws=tuple(one["draw__code"] for one in codes.get(row["pk"], ())),
        )
        for row in shown
    ), has_more


def this_quarter() -> tuple[int, int]:
    today = timezone.localdate()
    return today.year, (today.month + 2) // 3
