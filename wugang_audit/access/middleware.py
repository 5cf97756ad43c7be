"""What every request passes: nothing unmarked is served, and no private page is kept by a browser."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from .json_answers import not_logged_in, wants_json
from .junk import refuse_junk
from .marks import PUBLIC, lacks_second_factor, to_second_factor


class AccessMiddleware:
    """Refuse views without an access mark (see `marks`); send who has an app to its code, a first login to
    its new password and then to its app.

    Public pages stay open to who still owes the code: anybody may read them, and they show him nothing more.
    """

    BEFORE_THE_CODE = {"logout", "second_factor", "second_factor_recovery"}
    ALWAYS_OPEN = {"password_change", "password_change_done", "logout"}
    BEFORE_SECOND_FACTOR = ALWAYS_OPEN | {
        "second_factor", "second_factor_recovery", "second_factor_set_up", "second_factor_scan",
    }  # fmt: skip

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            # A shared computer's "back" button must not show what the next person may not see.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        refuse_junk(request.POST)
        match = request.resolver_match
        marked = getattr(view, "access", None) is not None
        # The admin site has one gate of its own for all of its views.
        if not marked and "admin" not in match.namespaces:
            raise PermissionDenied("这个页面没有设定访问权限。")
        user, is_public = request.user, getattr(view, "access", None) == PUBLIC
        # Who has an app gives its code before anything else: whoever knows the password alone could otherwise change it,
        # and with that end the sessions of its owner.
        if user.is_authenticated and user.second_factor and lacks_second_factor(request):
            is_open = is_public or match.view_name in self.BEFORE_THE_CODE
            return None if is_open else _lead(request, to_second_factor(request))
        if user.is_authenticated and user.must_change_password and match.view_name not in self.ALWAYS_OPEN:
            return _lead(request, redirect("password_change"))
        if is_public or match.view_name in self.BEFORE_SECOND_FACTOR:
            return None
        if lacks_second_factor(request):
            return _lead(request, to_second_factor(request))
        return None


def _lead(request: HttpRequest, page: HttpResponseRedirect) -> HttpResponse:
    return not_logged_in(page) if wants_json(request) else page
