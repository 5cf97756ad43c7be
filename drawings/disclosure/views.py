"""The public pages and downloads: no login, nothing to send, and nothing that `public` does not list."""

from hashlib import sha256

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from wugang_audit.access.marks import public

from .. import public_log
from ..protocol import verify
from . import amendments, downloads, visit_page
from . import draws as queries
from . import plans as planned
from . import results as published
from .attacks import ATTACKS
from .bundle import pack
from .forms import Search, UnitSearch, page_number
from .home import figures, quarters, this_quarter
from .log import log_page
from .paging import Page
from .units import search_units, unit_page

TYPES = {
    "txt": "text/plain; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "py": "text/x-python; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "zip": "application/zip",
    "tsr": "application/timestamp-reply",
}


def with_rehearsals(context: dict, draws) -> dict:
    """Add whether a draw on this page proves nothing to the public: then the page says so."""
    return context | {"rehearsals": any(draw.is_rehearsal for draw in draws)}


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
        response = HttpResponse(body.encode() if isinstance(body, str) else body, content_type=TYPES[kind])
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
    year, quarter = this_quarter()
    title = f"{year}年第{quarter}季度"
    draw = queries.current_draw(year, quarter)
    context = {
        "draw": draw,
        "quarter_title": title,
        "is_current": draw is not None and draw.quarter == title,
        "results": published.latest_results(5),
        "figures": figures(year),
        "year": year,
    }
    shown = [result.draw for result in context["results"]]
    return render(request, "disclosure/home.html", with_rehearsals(context, shown))


@public
@require_safe
def items(request):
    return render(request, "disclosure/items.html", {"items": planned.items()})


@public
@require_safe
def plans(request):
    return render(request, "disclosure/plans.html", {"rows": planned.plans()})


@public
@require_safe
def plan(request, year, version=None):
    plan = found(planned.plan(year, version))
    draws = queries.draws(year=year)
    versions = planned.versions(year)
    context = {
        "plan": plan,
        "versions": versions,
        "is_in_force": plan.version == versions[0].version,
        "draws": draws,
        "readings": planned.readings(plan, draws),
    }
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
def organisers(request):
    return render(request, "disclosure/organisers.html", {"organisers": amendments.organisers()})


@public
@require_safe
def draw(request, code):
    page = found(queries.draw_page(code, page_number(request.GET.get("page"))))
    disclosed = published.of_draw(code) if page.draw.is_closed else ()
    context = {"page": page, "disclosed": disclosed, "draw": page.draw, "bundle_url": ""}
    if page.draw.is_open:
        context["bundle_url"] = reverse("disclosure:bundle", args=[code])
    return render(request, "disclosure/draw.html", context)


@public
@require_safe
def draw_file(request, code, name):
    digest = found(downloads.file_digest(code, name))
    return download(request, name, digest, lambda: downloads.file_content(code, name))


@public
@require_safe
def bundle(request, code):
    tag = found(downloads.bundle_tag(code))
    return download(request, "bundle.zip", tag, lambda: pack(downloads.bundle_files(code)))


@public
@require_safe
def finding_record(request, code, number):
    text = found(downloads.finding_record(code, number))
    return download(request, "finding.txt", verify.digest(text), lambda: text)


@public
@require_safe
def substitution_record(request, code, serial):
    text = found(downloads.substitution_record(code, serial))
    return download(request, "substitution.txt", verify.digest(text), lambda: text)


@public
@require_safe
def timestamp(request, code, serial):
    content = found(amendments.deposited_file(code, serial))
    return download(request, f"{code}.tsr", sha256(content).hexdigest(), lambda: content)


@public
@require_safe
def verify_page(request):
    return render(request, "disclosure/verify.html", {"bundle_url": ""})


@public
@require_safe
def verifier(request):
    text = downloads.browser_verifier()
    return download(request, "verify.mjs", verify.digest(text), lambda: text)


@public
@require_safe
def visit(request, token):
    response = render(request, "disclosure/visit.html", {"visit": found(visit_page.visit(token))})
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"  # the address is the key: no link may carry it on
    return response


@public
@require_safe
def log(request):
    page = log_page(page_number(request.GET.get("page")))
    context = {
        "page": page,
        "head": public_log.head(),
        # The whole chain, each time anew: what was found whole an hour ago says nothing about now.
        "chain": public_log.recompute() if page.number == 1 else None,
        "rehearsals": any(entry.is_rehearsal for entry in page.rows),
    }
    return render(request, "disclosure/log.html", context)


@public
@require_safe
def log_file(request):
    return download(request, "log.tsv", public_log.head(), public_log.text)


@public
@require_safe
def results(request):
    form = Search(request.GET, quarters())
    asked = form.narrowed()
    number = page_number(request.GET.get("page"))
    page = Page((), 1, False) if asked is None else published.search(number, **asked)
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
def units(request):
    form = UnitSearch(request.GET)
    asked = form.cleaned_data["q"] if form.is_valid() else ""
    rows, has_more = search_units(asked) if asked else ((), False)
    return render(
        request, "disclosure/units.html", {"form": form, "asked": asked, "rows": rows, "has_more": has_more}
    )


@public
@require_safe
def unit(request, number):
    context = found(unit_page(number))
    return render(
        request, "disclosure/unit.html", with_rehearsals(context, [draw for draw, _ in context["drawn"]])
    )


@public
@require_safe
def about(request):
    return render(request, "disclosure/about.html", {"attacks": ATTACKS})
