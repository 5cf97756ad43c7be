"""The pages of the published results, and their files."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from wugang_audit import clock
from wugang_audit.access.marks import public
from wugang_audit.access.throttle import DOWNLOAD, SEARCH, throttled

from ..models import PublishedResult
from ..models.published_results import PublishedResultQuerySet
from . import objection_file, result_files
from .exports import send
from .finding_words import explained
from .kept import State, kept, state_now
from .objections import is_any
from .periods import Period
from .result_filters import COUNTED, QUESTION, ResultFilter, turn_of
from .result_lists import FIRST, Order, ResultPage, result_page
from .result_rows import COLUMNS, FOR_EVER
from .unit_names import open_draws
from .unit_search import UnitsFound, search_units
from .views import hidden_record, with_rehearsals

UNITS_OFFERED = 5  # where no result was found


@public
@kept(*QUESTION)
@throttled(SEARCH)
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    form = ResultFilter(request.GET)
    turn, lost = turn_of(request.GET, form.order)
    page, count = ResultPage(), 0
    if form.is_valid():
        page = result_page(form.rows(), form.order, turn)
        # A name is searched for row by row: that is not done a second time for a number.
        if form.narrowing and "q" not in form.narrowing and not page.is_whole:
            count = form.count()
    # Who has no result, or has another name there, is found among all units: by its names and codes.
    name = form.asked.get("q", "") if form.is_valid() and not page.rows and turn == FIRST else ""
    context = {
        "form": form,
        "units": search_units(name, UNITS_OFFERED) if name else UnitsFound(),
        "page": page,
        "count": count or (len(page.rows) if page.is_whole else 0),
        "is_counted": count <= COUNTED,
        "counted": COUNTED,
        "lost": lost,
        "query": urlencode(form.asked),
        "chips": form.chips(),
    }
    shown = [result.draw for result in page.rows]
    return render(request, "disclosure/results.html", with_rehearsals(context, shown))


@public
@throttled(DOWNLOAD)
@require_safe
def results_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All that the list shows under the filter in the address, all its pages, in the order that the address asks for."""
    since = state_now()
    form = ResultFilter(request.GET)
    if not form.is_valid():
        # Its page says at which field what is wrong.
        return redirect(f"{reverse('disclosure:results')}?{request.GET.urlencode()}")
    order = form.order if form.asked.get("sort") else FOR_EVER
    name = f"检查结果{clock.today()}.{kind}"
    return send_results(request, kind, form.rows(), name, since, form.asked, order)


@public
@kept()
@require_safe
def files(request: HttpRequest) -> HttpResponse:
    context = {
        "periods": result_files.counted_periods(),
        "kinds": result_files.KINDS,
        "has_objections": is_any(open_draws()),
    }
    return render(request, "disclosure/result_files.html", context)


@public
@throttled(DOWNLOAD)
@require_safe
def period_file(request: HttpRequest, period: str, kind: str) -> HttpResponseBase:
    """The results of a year or a quarter, at an address that stays."""
    since = state_now()
    rows = PublishedResult.objects.filter(Period.read(period).condition)
    if not rows.exists():
        raise Http404
    return send_results(request, kind, rows, f"{period}.{kind}", since)


@public
@throttled(DOWNLOAD)
@require_safe
def objections_file(request: HttpRequest) -> HttpResponseBase:
    """What was said of results and units from outside, and answered in public."""
    since = state_now()
    return send(request, objection_file.file_of(request.build_absolute_uri("/").rstrip("/")), since)


@public
@kept()
@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    tables = ((COLUMNS, ""), (objection_file.COLUMNS, objection_file.NAME))
    return render(request, "disclosure/result_dictionary.html", {"tables": tables})


@public
@kept()
@throttled(DOWNLOAD)
@require_safe
def finding_meaning(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """The text of a finding as it was published, with the meaning of each line beside it."""
    found = explained(code, number)
    if found is None:
        return hidden_record(code, number)
    context = with_rehearsals({"explained": found}, [found.result.draw])
    return render(request, "disclosure/finding.html", context)


def send_results(
    request: HttpRequest,
    kind: str,
    rows: PublishedResultQuerySet,
    name: str,
    since: State | None,
    asked: Mapping[str, str] = {},
    order: Order = FOR_EVER,
) -> HttpResponseBase:
    """Answer with a file of published results.

    :param kind: one of `result_files.KINDS`.
    :param since: what was public before anything was read for it.
    :param asked: what narrows and orders the rows; an address that says else besides is the same file.
    """
    licence = render_to_string("disclosure/_licence.html", request=request).strip()
    site = request.build_absolute_uri("/").rstrip("/")
    question = urlencode(sorted(asked.items()))
    export = result_files.file_of(
        kind, rows, name=name, site=site, licence=licence, asked=question, order=order
    )
    return send(request, export, since)
