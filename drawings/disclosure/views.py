"""The public pages and downloads: no login, nothing to send, and nothing that `public_fields` does not list."""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from wugang_audit.access.marks import public
from wugang_audit.access.throttle import DOWNLOAD, PAGE, SEARCH, SUGGEST, throttled

from .. import public_log
from ..models.quarters import quarter_code, quarter_title
from ..protocol import verify
from . import amendments, downloads, stronger
from .attacks import ATTACKS
from .bundle import pack
from .draws import current_draw, draw_page, listed
from .forms import HatSearch, UnitSearch, page_number
from .home import figures, this_quarter
from .kept import kept
from .log import log_page
from .objects import Draw
from .observer import kit_of
from .plans import draws_under, inspection_items, plan_versions, published_plan, readings_of, yearly_plans
from .results import latest_results, results_of
from .unit_page import unit_page
from .unit_search import UnitsFound, search_units
from .unit_search import suggest as suggested
from .visit_page import visit_page

Thing = TypeVar("Thing")
TYPES = {
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "py": "text/x-python; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "jpg": "image/jpeg",
    "zip": "application/zip",
    "tsr": "application/timestamp-reply",
}


def with_rehearsals(context: dict[str, Any], draws: Iterable[Draw]) -> dict[str, Any]:
    """Add whether a draw on this page proves nothing to the public: then the page says so."""
    return context | {"rehearsals": any(draw.is_rehearsal for draw in draws)}


def found(thing: Thing | None) -> Thing:
    """Return it, or answer 404 where there is none."""
    if thing is None:
        raise Http404
    return thing


def download(request: HttpRequest, name: str, tag: str, make: Callable[[], str | bytes]) -> HttpResponse:
    """Answer with a file, or with 304 when the visitor holds it already; `make` gives its text or bytes."""
    etag = quote_etag(tag)
    kind = name.rpartition(".")[2]

    def whole() -> HttpResponse:
        body = make()
        response = HttpResponse(body.encode() if isinstance(body, str) else body, content_type=TYPES[kind])
        if kind not in ("txt", "md", "jpg"):
            response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    response = get_conditional_response(request, etag=etag) or whole()
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"  # keep it, but ask each time: a 304 costs next to nothing
    return response


@public
@kept()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    year, quarter = this_quarter()
    draw = current_draw(year, quarter)
    results = latest_results(5)
    context = {
        "draw": draw,
        "quarter_title": quarter_title(year, quarter),
        "is_current": draw is not None and draw.quarter_code == quarter_code(year, quarter),
        "results": results,
        "figures": figures(year),
        "year": year,
    }
    shown = [result.draw for result in results]
    return render(request, "disclosure/home.html", with_rehearsals(context, shown))


@public
@kept()
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    found = inspection_items()
    return render(request, "disclosure/items.html", {"items": found.listed, "retired": found.retired})


@public
@kept()
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    return render(request, "disclosure/plans.html", {"rows": yearly_plans()})


@public
@kept()
@require_safe
def plan(request: HttpRequest, year: int, version: int | None = None) -> HttpResponse:
    plan = found(published_plan(year, version))
    under = draws_under(year)
    draws = under.get(plan.version, ())
    versions = plan_versions(year)
    context = {
        "plan": plan,
        "versions": versions,
        "is_in_force": plan.version == versions[0].version,
        "replaced_by": next((one for one in reversed(versions) if one.version > plan.version), None),
        "draws": draws,
        "others": sum(map(len, under.values())) - len(draws),
        "readings": readings_of(plan, draws),
    }
    return render(request, "disclosure/plan.html", with_rehearsals(context, draws))


@public
@kept()
@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    rows = listed()
    shown = [row.draw for row in rows]
    return render(request, "disclosure/draws.html", with_rehearsals({"rows": rows}, shown))


@public
@kept()
@require_safe
def organisers(request: HttpRequest) -> HttpResponse:
    return render(request, "disclosure/organisers.html", {"organisers": amendments.organisers()})


@public
@kept("page", "q", "all")
@throttled(SEARCH, unasked=PAGE)
@require_safe
def draw(request: HttpRequest, code: str) -> HttpResponse:
    form = HatSearch(request.GET)
    page = found(draw_page(code, page_number(request.GET.get("page")), form.asked))
    context = {
        "page": page,
        "form": form,
        "draw": page.draw,
        "disclosed": results_of(code) if page.draw.is_closed else (),
        "bundle_url": reverse("disclosure:bundle", args=[code]),
        "unfolded": "all" in request.GET,
    }
    return render(request, "disclosure/draw.html", context)


@public
@kept()
@throttled(DOWNLOAD)  # a paper: it is made whole each time, and asks nothing that a search would count by
@require_safe
def observer(request: HttpRequest, code: str) -> HttpResponse:
    page = found(draw_page(code))
    return render(request, "disclosure/observer.html", {"kit": kit_of(page), "page": page, "draw": page.draw})


@public
@throttled(DOWNLOAD)
@require_safe
def draw_file(request: HttpRequest, code: str, name: str) -> HttpResponse:
    digest = found(downloads.file_digest(code, name))
    return download(request, name, digest, lambda: downloads.file_content(code, name))


@public
@throttled(DOWNLOAD)
@require_safe
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    tag = found(downloads.bundle_tag(code))
    return download(request, "bundle.zip", tag, lambda: pack(downloads.bundle_files(code)))


def hidden_record(code: str, number: str) -> HttpResponse:
    """Answer who kept the address of a hidden record what the unit's page says too: not that it never was."""
    hidden = found(downloads.hidden_record(code, number))
    return HttpResponse(f"这份检查结果{hidden}\n", status=410, content_type=TYPES["txt"])


@public
@throttled(DOWNLOAD)
@require_safe
def finding_record(request: HttpRequest, code: str, number: str) -> HttpResponse:
    text = downloads.finding_record(code, number)
    if text is None:
        return hidden_record(code, number)
    return download(request, "finding.txt", verify.digest(text), lambda: text)


@public
@throttled(DOWNLOAD)
@require_safe
def plan_record(request: HttpRequest, year: int, version: int) -> HttpResponse:
    text = found(downloads.plan_record(year, version))
    return download(request, "plan.txt", verify.digest(text), lambda: text)


@public
@throttled(DOWNLOAD)
@require_safe
def timestamp(request: HttpRequest, code: str, serial: int) -> HttpResponse:
    content = found(amendments.deposited_file(code, serial))
    return download(request, f"{code}.tsr", sha256(content).hexdigest(), lambda: content)


@public
@kept()
@require_safe
def verify_page(request: HttpRequest) -> HttpResponse:
    return render(request, "disclosure/verify.html", {"bundle_url": ""})


@public
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    text = downloads.browser_verifier()
    return download(request, "verify.mjs", verify.digest(text), lambda: text)


@public
@require_safe
def protocol(request: HttpRequest) -> HttpResponse:
    text = downloads.protocol_text()
    return download(request, "PROTOCOL.md", verify.digest(text), lambda: text)


@public
@require_safe
def visit(request: HttpRequest, token: str) -> HttpResponse:
    response = render(request, "disclosure/visit.html", {"visit": found(visit_page(token))})
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"  # the address is the key: no link may carry it on
    return response


@public
@kept("page")
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    page = log_page(page_number(request.GET.get("page")))
    context = {
        "page": page,
        "head": public_log.head(),
        # The whole chain, again each time: that it held an hour ago says nothing about now.
        "chain": public_log.recompute() if page.number == 1 else None,
        "rehearsals": any(entry.is_rehearsal for entry in page.rows),
    }
    return render(request, "disclosure/log.html", context)


@public
@throttled(DOWNLOAD)
@require_safe
def log_file(request: HttpRequest) -> HttpResponse:
    return download(request, "log.tsv", public_log.head(), public_log.text)


@public
@kept("q", "after")
@throttled(SEARCH)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    form = UnitSearch(request.GET)
    after, lost = form.after
    context = {
        "form": form,
        "asked": form.asked,
        "after": after,
        "first": urlencode({"q": form.asked}),
        "lost": lost,
        "search": search_units(form.asked, after=after) if form.asked else UnitsFound(),
    }
    return render(request, "disclosure/units.html", context)


@public
@kept("q")
@throttled(SUGGEST)
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer who types what he may mean; a question that makes no sense yet has no answer."""
    asked = UnitSearch(request.GET).asked
    units = suggested(asked) if asked else []
    return JsonResponse(
        {"units": units},
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
        headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"},
    )


@public
@kept()
@require_safe
def unit(request: HttpRequest, number: str) -> HttpResponse:
    page = found(unit_page(number))
    return render(request, "disclosure/unit.html", with_rehearsals({"page": page}, page.shown_draws))


@public
@kept()
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    context = {
        "attacks": ATTACKS,
        "rules": stronger.rules(),
        "clause": stronger.CLAUSE,
        "said": stronger.WORDS,
    }
    return render(request, "disclosure/about.html", context)
