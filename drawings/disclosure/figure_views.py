"""The pages of the public figures: by year and quarter, the rows of each figure, the picture of the places, and their files."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_safe

from wugang_audit.access.marks import public
from wugang_audit.access.throttle import DOWNLOAD, PAGE, throttled
from wugang_audit.spreadsheets import csv_writer

from ..statistics.published import DEFINITIONS
from . import charts, figure_rows, scatter
from .draws import public_draws
from .home import this_quarter
from .kept import kept
from .objects import Draw
from .periods import Period, known_years, quarters_of
from .public_figures import DRAWS_LINKED, RESULTS_LINKED, TABLES, Counted, tables_of
from .result_filters import turn_of
from .result_lists import NEWEST, result_page
from .result_views import send_results
from .views import with_rehearsals

COVERAGE_UNITS, PLACES = "coverage-units", "places"
BARS = ("classes", "townships", "industries", "points")
FILES = (*TABLES, COVERAGE_UNITS, PLACES)


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
@kept(*figure_rows.NARROWS, "after", "before")
@throttled(PAGE)
@require_safe
def statistics_rows(request: HttpRequest, period: str, figure: str) -> HttpResponse:
    """What a figure counts, row by row."""
    counted = _known(period)
    narrowed = figure_rows.asked(request.GET)
    context = {
        "period": counted.period,
        "definition": DEFINITIONS[figure],
        "narrowed": figure_rows.in_words(narrowed),
        "query": urlencode(narrowed),
    }
    if figure in DRAWS_LINKED:
        found = figure_rows.draws_of(counted, figure, narrowed)
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
    """The results that a figure counts, with all that the files of results say of them."""
    counted = _known(period)
    if figure not in RESULTS_LINKED:
        raise Http404
    rows = figure_rows.results_of(counted, figure, figure_rows.asked(request.GET))
    return send_results(request, "csv", rows, f"{counted.period.title}{DEFINITIONS[figure].title}.csv")


@public
@throttled(DOWNLOAD)
@require_safe
def statistics_file(request: HttpRequest, period: str, table: str) -> HttpResponseBase:
    """A table of figures, the units of the coverage or the places of the picture, as CSV."""
    counted = _known(period)
    rows: Iterable[Sequence[object]]
    if table == COVERAGE_UNITS:
        rows, title = figure_rows.units_of(counted), "检查覆盖各单位"
    elif table == PLACES:
        rows, title = scatter.lines(counted), "检查结果分布"
    else:
        made = TABLES[table](counted)
        rows, title = made.cells, made.title
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{counted.period.title}{title}.csv"),
        "Cache-Control": "no-cache",
        "X-Robots-Tag": "noindex",
    }
    return StreamingHttpResponse(
        iter(()) if request.method == "HEAD" else csv_writer.csv_file(rows),
        content_type=csv_writer.MEDIA_TYPE,
        headers=headers,
    )


@public
@kept()
@throttled(PAGE)
@require_safe
def statistics_places(request: HttpRequest, period: str) -> HttpResponse:
    counted = _known(period)
    context = {"period": counted.period, "places": scatter.places(counted), "sealed": counted.sealed}
    return _render(request, "disclosure/statistics_places.html", context, counted.open)


def _known(period: str) -> Counted:
    counted = Counted(Period.read(period))
    if not counted.draws:
        raise Http404
    return counted


def _nothing(request: HttpRequest, counted: Counted) -> HttpResponse:
    """Say for which years there are figures."""
    context = {"period": counted.period, "years": known_years(counted.all_draws)}
    return render(request, "disclosure/statistics_nothing.html", context, status=404)


def _figures(request: HttpRequest, counted: Counted) -> HttpResponse:
    tables = tables_of(counted.period)
    drawn: dict[str, charts.Bars | charts.Columns | None] = {
        name: charts.bars(tables[name]) if name in BARS else None for name in tables
    }
    if "quarters" in tables:
        drawn["quarters"] = charts.columns(tables["quarters"])
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
    }
    return _render(request, "disclosure/statistics.html", context, counted.open)


def _render(
    request: HttpRequest, template: str, context: dict[str, Any], draws: tuple[Draw, ...]
) -> HttpResponse:
    return render(request, template, with_rehearsals(context, draws))
