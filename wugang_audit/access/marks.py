"""The mark that every view carries: who may open it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url

from .roles import Role

PUBLIC = "public"
SECOND_FACTOR = "second_factor"  # in a session: the authenticator whose code was given in it
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Mark a view that anybody may see without logging in."""
    view.access = PUBLIC
    return view


def to_login(path: str) -> HttpResponseRedirect:
    """Send a visitor to the login page, and from there back to the path."""
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': path})}")


def lacks_second_factor(request: HttpRequest) -> bool:
    """Say whether this session still owes a one-time code. Costs no query for who has an authenticator."""
    user, session = request.user, getattr(request, "session", {})
    return user.is_authenticated and user.lacks_second_factor(session.get(SECOND_FACTOR, ""))


def to_second_factor(request: HttpRequest) -> HttpResponseRedirect:
    """Send a person to the page of the one-time code, and from there back; a step that was posted is not repeated."""
    page = resolve_url("second_factor")
    if request.method in ("GET", "HEAD"):
        page += f"?{urlencode({'next': request.get_full_path()})}"
    return redirect(page)


def require_role(*roles: Role) -> Callable[[View], View]:
    """Let in whoever holds at least one of the roles; others get 403, who is not logged in gets the login page."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_login(request.get_full_path())
            if not request.user.has_role(*roles):
                raise PermissionDenied("您的角色不能使用这个页面。")
            return view(request, *args, **kwargs)

        guarded.access = frozenset(roles)
        return guarded

    return mark


signed_in = require_role(*Role)
