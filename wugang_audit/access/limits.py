"""How large the body of a request may be at each address: decided from its length, before any of it is read."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from .errors import error_page
from .marks import View

KIB, MIB = 1024, 1024 * 1024
# A form of the site: the longest are the officer's, in which each checklist point may carry a remark.
FORM = MIB
# What a form adds to the file that it carries: its other fields, and the lines between the parts.
BESIDE_A_FILE = 64 * KIB


def largest_body(size: int) -> Callable[[View], View]:
    """Mark a view whose body may be larger, or must be smaller, than that of a plain form (`FORM`); in bytes."""

    def mark(view: View) -> View:
        view.largest_body = size
        return view

    return mark


def limit_of(view: Callable) -> int:
    """Return how many bytes a request to this view may carry."""
    return getattr(view, "largest_body", FORM)


def limit_at(target: bytes) -> int:
    """Return the same for the target of a request line, such as ``b"/accounts/login/?next=/desk/"``."""
    path = unquote_to_bytes(target.partition(b"?")[0]).decode("utf-8", "replace")
    try:
        return limit_of(resolve(path).func)
    except (Resolver404, ValueError):
        return FORM


class BodyLimitMiddleware:
    """Refuse a body that is too large (413) or does not say how large it is (411), without reading any of it.

    It stands before the CSRF check, which is the first to look into a form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return error_page(request, 411)
        limit, text = limit_of(view), request.META.get("CONTENT_LENGTH") or "0"
        # int() of a number with a million digits would cost time itself.
        if len(text) > 15 or (text.isdigit() and int(text) > limit):
            return error_page(request, 413, limit=_in_words(limit))
        return None


def _in_words(size: int) -> str:
    return f"{size // MIB} MB" if size >= MIB else f"{size // KIB} KB"
