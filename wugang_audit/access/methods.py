"""Which methods an address answers to, said in Chinese: a person meets a 405 after a click on "back" or a reload."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

KNOWN = ("GET", "HEAD", "POST")


Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]


def without_body_for_head(application: Application) -> Application:
    """Answer HEAD with the headers alone (RFC 9110, 9.3.2): Django hands the whole page to the server.

    The server throws it away, but not without a warning in its log for each request.
    """

    def answer(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        response = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return response
        if hasattr(response, "close"):
            response.close()  # a file that is not sent, and Django's own end of the request
        return []

    return answer


class MethodsMiddleware:
    """Refuse what no page of this site is for (TRACE, PUT, OPTIONS...), and say what a 405 of a view means."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        allowed = response.headers["Allow"]
        before = _page_before(request)
        begin = resolve_url("desk" if request.user.is_authenticated else "disclosure:home")
        words = {"back": before or begin, "knows_page_before": bool(before)}
        response = render(request, "405.html", words, status=405)
        response["Allow"], response["Cache-Control"] = allowed, "no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        return None if request.method in KNOWN else HttpResponseNotAllowed(KNOWN)


def _page_before(request: HttpRequest) -> str:
    """Return where the person came from, when that is another page of this site."""
    before = request.headers.get("Referer", "")
    here = {request.get_host()}
    if not url_has_allowed_host_and_scheme(before, here, require_https=request.is_secure()):
        return ""
    return "" if urlsplit(before).path == request.path else before
