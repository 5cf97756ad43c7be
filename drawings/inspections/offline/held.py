"""Which pages a device may hold, and the mark that tells its worker so.

Only an answer that carries the mark is ever kept: no log-in page, no error, no page of anybody else.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from wugang_audit.access.marks import lacks_second_factor
from wugang_audit.access.roles import Role
from wugang_audit.accounts.account_key import account_key

from . import release

ROOM = "inspections"
HOLD = "X-Hold"  # the worker asks so for what it only keeps
HOME = "tasks"
# Of each open inspection, by the name of the address; what the site does not have is left out.
OF_INSPECTION = ("detail", "dossier", "edit", "record", "evidence")


class HeldPagesMiddleware:
    """Say in the header of a page below /inspections/ whose it is (X-Account) and, where a device may hold it, with the
    scripts of which release (X-Held)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if HOLD not in request.headers or not hasattr(request, "_messages"):
            return self.get_response(request)
        told, request._messages = request._messages, _NoMessages(request)
        try:
            return self.get_response(request)
        finally:
            request._messages = told

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        match = request.resolver_match
        if match is None or match.namespace != ROOM or response.status_code != 200:
            return response
        if not request.user.is_authenticated or lacks_second_factor(request):
            return response
        response.headers["X-Account"] = account_key(request.user)
        is_held = request.method == "GET" and match.url_name in (HOME, *OF_INSPECTION)
        if is_held and request.user.has_role(Role.OFFICER):
            response.headers["X-Held"] = release.current().version
        return response


class _NoMessages(BaseStorage):
    """A page that is held is nobody's next page: what it should say is kept for that one."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, messages: Any, response: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return []


def pages_of(pk: int) -> dict[str, str]:
    """Return {name: address} of the pages of an inspection that a device holds."""
    return {name: url for name in OF_INSPECTION if (url := _address(name, pk))}


def _address(name: str, pk: int) -> str:
    try:
        return reverse(f"{ROOM}:{name}", args=[pk])
    except NoReverseMatch:
        return ""
