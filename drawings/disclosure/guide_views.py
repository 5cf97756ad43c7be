"""Pages that explain and announce: the glossary, what firms may expect, the poster of a draw and its short text."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from wugang_audit.access.marks import public
from wugang_audit.access.throttle import DOWNLOAD, throttled

from .glossary import TERMS
from .home import this_quarter
from .kept import kept
from .plans import published_plan, yearly_plans
from .poster import Poster, poster
from .views import found, with_rehearsals


@public
@kept()
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "disclosure/glossary.html", {"terms": TERMS})


@public
@kept()
@require_safe
def firms(request: HttpRequest) -> HttpResponse:
    years = [each.plan.year for each in yearly_plans()]
    now = this_quarter()[0]
    year = now if now in years else max(years, default=None)
    context = {
        "plan": published_plan(year) if year else None,
        "publish_workdays": settings.PUBLISH_WORKDAYS,
    }
    return render(request, "disclosure/firms.html", context)


def _poster(request: HttpRequest, code: str) -> Poster:
    return found(poster(code, request.build_absolute_uri(reverse("disclosure:draw", args=[code]))))


@public
@kept()
@throttled(DOWNLOAD)  # a paper, as the observer's kit is
@require_safe
def draw_poster(request: HttpRequest, code: str) -> HttpResponse:
    of = _poster(request, code)
    context = {"poster": of, "draw": of.draw, "notice": _notice(request, of)}
    return render(request, "disclosure/poster.html", with_rehearsals(context, [of.draw]))


@public
@throttled(DOWNLOAD)
@require_safe
def draw_notice(request: HttpRequest, code: str) -> HttpResponse:
    response = HttpResponse(
        _notice(request, _poster(request, code)), content_type="text/plain; charset=utf-8"
    )
    response["Cache-Control"] = "no-cache"
    return response


def _notice(request: HttpRequest, of: Poster) -> str:
    """Return the short text, to be pasted where no page can be."""
    lines = render_to_string("disclosure/notice.txt", {"poster": of, "draw": of.draw}, request).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip()) + "\n"
