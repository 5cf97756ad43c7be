"""The pages of the published results."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wugang_audit.access.marks import public
from wugang_audit.access.throttle import SEARCH, throttled

from .result_filters import ResultFilter, turn_of
from .result_lists import COUNTED, ResultPage, how_many, result_page
from .views import with_rehearsals


@public
@throttled(SEARCH)
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    form = ResultFilter(request.GET)
    turn, lost = turn_of(request.GET)
    page, count = ResultPage(), 0
    if form.is_valid():
        page = result_page(form.rows(), form.order, turn)
        # A name is searched for row by row: that is not done a second time for a number.
        if form.narrowing and "q" not in form.narrowing and not page.is_whole:
            count = how_many(form.rows())
    context = {
        "form": form,
        "page": page,
        "count": count or (len(page.rows) if page.is_whole else 0),
        "is_counted": count <= COUNTED,
        "counted": COUNTED,
        "lost": lost,
        "query": urlencode(form.asked),
        "narrowing": urlencode(form.narrowing),
        "chips": form.chips(),
    }
    shown = [result.draw for result in page.rows]
    return render(request, "disclosure/results.html", with_rehearsals(context, shown))
