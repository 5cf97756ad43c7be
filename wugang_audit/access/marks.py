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
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Mark a view that anybody may see without logging in."""
    view.access = PUBLIC
    return view


def to_login(path: str) -> HttpResponseRedirect:
    """Send a visitor to the login page, and from there back to the path."""
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': path})}")


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
