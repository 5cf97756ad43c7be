"""What is asked of every site: robots.txt, the maps of its addresses, its icon; and the page for an address of nothing."""

import re
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wugang_audit.access.marks import public
from wugang_audit.access.throttle import DOWNLOAD, throttled

from . import sitemap


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _xml(text: str) -> HttpResponse:
    return HttpResponse(
        text, content_type="application/xml; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return render(
        request, "disclosure/robots.txt", {"root": _root(request)}, content_type="text/plain; charset=utf-8"
    )


@public
@throttled(DOWNLOAD)
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return _xml(sitemap.index(_root(request)))


@public
@throttled(DOWNLOAD)
@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    return _xml(sitemap.pages(_root(request)))


@public
@throttled(DOWNLOAD)
@require_safe
def sitemap_units(request: HttpRequest, part: int) -> HttpResponse:
    text = sitemap.units(_root(request), part)
    if text is None:
        raise Http404
    return _xml(text)


@public
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Answer who looks for the icon at its old place with the emblem of every page."""
    return HttpResponse(
        _emblem(), content_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"}
    )


@cache
def _emblem() -> bytes:
    return (settings.BASE_DIR / "wugang_audit/static/wugang_audit/emblem.svg").read_bytes()


# What an address that leads nowhere was to lead to: its first word -> what may be wrong with it.
_WRONG = {
    "units": "单位的网址以污染源编码结尾。没有登记过的编码，和已退出名录、又从来没有进过公开名单的单位，没有页面。",
    "draws": "抽签的网址以季度结尾，例如 2026Q4；同一季度重抽的，再加 -2。还没有冻结名单的抽签没有页面。",
    "results": "检查结果按季度和条件查，不用自己写网址。",
    "plans": "抽查计划的网址以年份结尾，例如 2026。还没有公布的计划没有页面。",
    "visit": "被检查单位的专用网址很长，请从通知上完整地复制，或者扫通知上的二维码。",
}
_ASKED = re.compile(r"[\w（）()·.\-]{2,55}")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address of nothing: what may be wrong with it, and a search for what it seems to name."""
    words = [word for word in request.path.split("/") if word]
    first = words[0] if words else ""
    # What stands below the addresses of the staff is no name of a unit; a secret address is never repeated.
    named = words[1] if first == "units" and len(words) > 1 else first if len(words) == 1 else ""
    context = {"wrong": _WRONG.get(first, ""), "asked": named if _ASKED.fullmatch(named) else ""}
    return render(request, "404.html", context, status=404)
