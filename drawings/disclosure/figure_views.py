"""The pages of the public figures: by year and quarter, the rows of each figure, the picture of the places, and their files."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from wugang_audit.access.marks import public
from wugang_audit.access.throttle import DOWNLOAD, PAGE, throttled
from wugang_audit.spreadsheets import csv_writer

from ..statistics.published import DEFINITIONS
from . import charts, figure_draws, figure_rows, figure_units, scatter
from .draws import public_draws
from .exports import Export, send
from .forms import page_number
from .home import this_quarter
from .kept import kept, state_now
from .objects import Draw
from .periods import Period, known_years, quarters_of
from .public_figures import (
    DRAWS_LINKED,
    ORGANISING,
    RESULTS_LINKED,
    SELECTIONS_LINKED,
    TABLES,
    UNITS_LINKED,
    Counted,
    tables_of,
)
from .result_filters import turn_of
from .result_lists import NEWEST, result_page
from .result_views import send_results
from .views import with_rehearsals

COVERAGE_UNITS, PLACES = "coverage-units", "places"
# Which figure of a table its bars show.
BARS = {
    "classes": "faulty", "deadlines": "in_time", "townships": "faulty", "industries": "faulty", "points": "failed",
    "coverage": "seen1",
}  # fmt: skip
# What a file is called, said without making it: a table has the same title.
FILES = {
    "quarters": "各季度",
    "classes": "各类单位",
    "deadlines": "期限内检查和按期公开",
    "townships": "各乡镇（街道）",
    "industries": "各行业",
    "points": "不符合的检查项目",
    "coverage": "检查覆盖",
    "organising": "作废和替补",
    COVERAGE_UNITS: "检查覆盖各单位",
    PLACES: "检查结果分布",
}


@public
@kept()
@throttled(PAGE)
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """This year's figures; before its first draw those of the latest year that has any."""
    draws = public_draws()
    years = known_years(draws)
    now = this_quarter()[0]
    year = now if now in years or not years else next((each for each in years if each < now), years[0])
    return _figures(request, Counted(Period(year), draws))


@public
@kept()
@throttled(PAGE)
@require_safe
def statistics_period(request: HttpRequest, period: str) -> HttpResponse:
    counted = Counted(Period.read(period))
    return _figures(request, counted) if counted.draws else _nothing(request, counted)


@public
@kept(*figure_rows.NARROWS, "after", "before", "page")
@throttled(PAGE)
@require_safe
def statistics_rows(request: HttpRequest, period: str, figure: str) -> HttpResponse:
    """What a figure counts, row by row."""
    counted = Counted(Period.read(period))
    if not counted.draws:
        return _nothing(request, counted)
    narrowed = figure_rows.asked(request.GET, figure)
    context = {
        "period": counted.period,
        "definition": DEFINITIONS[figure],
        "narrowed": figure_rows.in_words(counted, narrowed),
        "query": urlencode(narrowed),
        "not_known": figure_rows.not_known(request.GET, figure),
    }
    if figure in SELECTIONS_LINKED:
        number = page_number(request.GET.get("page"))
        units, pager = figure_units.drawn_units(counted, figure, narrowed, number)
        context |= {"units": units, "pager": pager}
        return _render(request, "disclosure/statistics_drawn.html", context, counted.open)
    if figure in UNITS_LINKED:
        units, pager = figure_rows.units_seen(counted, figure, narrowed, page_number(request.GET.get("page")))
        context |= {"units": units, "pager": pager, "base": counted.base}
        context |= {"begins": counted.begins, "cut_years": counted.cut_years}
        return _render(request, "disclosure/statistics_units.html", context, counted.open)
    if figure in DRAWS_LINKED:
        found = figure_draws.draws_of(counted, figure, narrowed)
        context |= {"draws": found, "of_draws": True, "page": None, "lost": ""}
        shown = [each.draw for each in found]
        return render(request, "disclosure/statistics_rows.html", with_rehearsals(context, shown))
    turn, lost = turn_of(request.GET)
    page = result_page(figure_rows.results_of(counted, figure, narrowed), NEWEST, turn)
    context |= {"page": page, "lost": lost, "of_draws": False}
    shown = [result.draw for result in page.rows]
    return render(request, "disclosure/statistics_rows.html", with_rehearsals(context, shown))


@public
@throttled(DOWNLOAD)
@require_safe
def statistics_rows_file(request: HttpRequest, period: str, figure: str) -> HttpResponseBase:
    """What a figure counts as CSV; results with all that the files of results say of them."""
    since = state_now()
    counted = Counted(Period.read(period))
    if not counted.draws:
        return _nothing(request, counted)
    if figure_rows.not_known(request.GET, figure):
        # Its page says what the rows cannot be narrowed by: a file of all of them would pass for what was asked.
        page = reverse("disclosure:statistics_rows", args=[period, figure])
        return redirect(f"{page}?{request.GET.urlencode()}")
    narrowed = figure_rows.asked(request.GET, figure)
    name = f"{counted.period.title}{DEFINITIONS[figure].title}.csv"
    if figure in RESULTS_LINKED:
        found = figure_rows.results_of(counted, figure, narrowed)
        return send_results(request, "csv", found, name, since, narrowed)
    if figure in UNITS_LINKED:
        raise Http404  # a file of its own has them
    module = figure_units if figure in SELECTIONS_LINKED else figure_draws

    def pieces() -> Iterator[bytes]:
        return csv_writer.csv_file(module.lines(counted, figure, narrowed))

    export = Export(name, csv_writer.MEDIA_TYPE, pieces, asked=urlencode(narrowed))
    return send(request, export, since)


@public
@throttled(DOWNLOAD)
@require_safe
def statistics_file(request: HttpRequest, period: str, table: str) -> HttpResponseBase:
    """A table of figures, the units of the coverage or the places of the picture, as CSV."""
    since = state_now()
    counted = Counted(Period.read(period))
    if not counted.draws:
        return _nothing(request, counted)

    def rows() -> Iterable[Sequence[object]]:
        if table == COVERAGE_UNITS:
            return figure_rows.units_of(counted)
        return scatter.lines(counted) if table == PLACES else TABLES[table](counted).cells

    name = f"{counted.period.title}{FILES[table]}.csv"
    export = Export(
        name, csv_writer.MEDIA_TYPE, lambda: csv_writer.csv_file(rows()), is_small=table in TABLES
    )
    return send(request, export, since)


@public
@kept()
@throttled(PAGE)
@require_safe
def statistics_places(request: HttpRequest, period: str) -> HttpResponse:
    counted = Counted(Period.read(period))
    if not counted.draws:
        return _nothing(request, counted)
    context = {"period": counted.period, "places": scatter.places(counted), "sealed": counted.sealed}
    return _render(request, "disclosure/statistics_places.html", context, counted.open)


def _nothing(request: HttpRequest, counted: Counted) -> HttpResponse:
    """Say for which years there are figures."""
    context = {"period": counted.period, "years": known_years(counted.all_draws)}
    return render(request, "disclosure/statistics_nothing.html", context, status=404)


def _figures(request: HttpRequest, counted: Counted) -> HttpResponse:
    tables = tables_of(counted.period)
    drawn: dict[str, charts.Bars | charts.Columns | None] = {
        name: charts.bars(tables[name], BARS[name]) if name in BARS else None for name in tables
    }
    if "quarters" in tables:
        drawn["quarters"] = charts.columns(tables["quarters"], charts.SERIES)
    drawn["organising"] = charts.columns(tables["organising"], ORGANISING)
    context = {
        "period": counted.period,
        "years": known_years(counted.all_draws),
        "quarters": quarters_of(counted.all_draws, counted.period.year),
        "tables": tables,
        "charts": drawn,
        "total": tables["classes"].total,
        "base": counted.base,
        "open": counted.open,
        "sealed": counted.sealed,
        "practised": counted.practised,
        "begins": counted.begins,
        "cut_years": counted.cut_years,
    }
    return _render(request, "disclosure/statistics.html", context, counted.open)


def _render(
    request: HttpRequest, template: str, context: dict[str, Any], draws: tuple[Draw, ...]
) -> HttpResponse:
    return render(request, template, with_rehearsals(context, draws))
