"""The public pages and downloads: no login, nothing to send, and nothing that `public` does not list."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from wugang_audit.roles import public

from ..models import log as chained_log
from . import queries
from . import results as published
from .bundle import pack
from .forms import Search, page_number

TYPES = {"txt": "text/plain", "tsv": "text/tab-separated-values", "py": "text/x-python"}


def with_rehearsals(context: dict, draws) -> dict:
    """Add whether a draw on this page proves nothing to the public: then the page says so."""
    return context | {"rehearsals": any(draw.rests_on == "system" for draw in draws)}


def found(thing):
    if thing is None:
        raise Http404
    return thing


def download(request, name: str, tag: str, make) -> HttpResponse:
    """Answer with a file, or with 304 when the visitor holds it already; `make` gives its text or bytes."""
    etag = quote_etag(tag)
    kind = name.rpartition(".")[2]

    def whole():
        body = make()
        content_type = "application/zip" if kind == "zip" else f"{TYPES[kind]}; charset=utf-8"
        response = HttpResponse(body.encode() if isinstance(body, str) else body, content_type=content_type)
        if kind != "txt":
            response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    response = get_conditional_response(request, etag=etag) or whole()
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"  # keep it, but ask each time: a 304 costs next to nothing
    return response


@public
@require_safe
def home(request):
    year, quarter = published.this_quarter()
    title = f"{year}年第{quarter}季度"
    draw = queries.current_draw(year, quarter)
    context = {
        "draw": draw,
        "quarter_title": title,
        "is_current": draw is not None and draw.quarter == title,
        "results": published.latest_results(5),
        "figures": published.figures(year),
        "year": year,
    }
    shown = [result.draw for result in context["results"]]
    return render(request, "disclosure/home.html", with_rehearsals(context, shown))


@public
@require_safe
def items(request):
    return render(request, "disclosure/items.html", {"items": queries.items()})


@public
@require_safe
def plans(request):
    return render(request, "disclosure/plans.html", {"plans": queries.plans()})


@public
@require_safe
def plan(request, year):
    plan = found(queries.plan(year))
    draws = queries.draws(year=year)
    context = {"plan": plan, "draws": draws, "readings": queries.readings(plan, draws)}
    return render(request, "disclosure/plan.html", with_rehearsals(context, draws))


@public
@require_safe
def draws(request):
    draws = queries.draws()
    takes = queries.takes(draws)
    rows = [(draw, takes.get(draw.code)) for draw in draws]
    return render(request, "disclosure/draws.html", with_rehearsals({"rows": rows}, draws))


@public
@require_safe
def draw(request, code):
    return render(request, "disclosure/draw.html", {"page": found(queries.draw_page(code))})


@public
@require_safe
def draw_file(request, code, name):
    digest = found(queries.file_digest(code, name))
    return download(request, name, digest, lambda: queries.file_content(code, name))


@public
@require_safe
def bundle(request, code):
    tag = found(queries.bundle_tag(code))
    return download(request, "bundle.zip", tag, lambda: pack(queries.bundle_files(code)))


@public
@require_safe
def log(request):
    page = queries.log_page(page_number(request.GET.get("page")))
    context = {
        "page": page,
        "head": chained_log.head(),
        "rehearsals": any(entry.is_rehearsal for entry in page.rows),
    }
    return render(request, "disclosure/log.html", context)


@public
@require_safe
def log_file(request):
    return download(request, "log.tsv", chained_log.head(), chained_log.text)


@public
@require_safe
def results(request):
    form = Search(request.GET, published.quarters())
    asked = form.narrowed()
    number = page_number(request.GET.get("page"))
    page = queries.Page((), 1, False) if asked is None else published.search(number, **asked)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "narrowed": any((asked or {}).values()),
    }
    shown = [result.draw for result in page.rows]
    return render(request, "disclosure/results.html", with_rehearsals(context, shown))


@public
@require_safe
def unit(request, number):
    context = found(published.unit_page(number))
    return render(
        request, "disclosure/unit.html", with_rehearsals(context, [draw for draw, _ in context["drawn"]])
    )


@public
@require_safe
def about(request):
    return render(request, "disclosure/about.html")
