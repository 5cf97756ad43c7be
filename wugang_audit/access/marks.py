"""The mark that every view carries: who may open it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.forms import Field
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url

from .json_answers import not_logged_in, wants_json
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
    """Let in whoever holds at least one of the roles; others get 403, who is not logged in gets the login page (a script: 401)."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                login = to_login(request.get_full_path())
                return not_logged_in(login) if wants_json(request) else login
            if not request.user.has_role(*roles):
                raise PermissionDenied("您的角色不能使用这个页面。")
            return view(request, *args, **kwargs)

        guarded.access = frozenset(roles)
        return guarded

    return mark


signed_in = require_role(*Role)


def only_post(page: str, *names: str, **renamed: str) -> Callable[[View], View]:
    """Mark a view that only takes what a form sends: who asks for it by GET is led to the page that holds the form.

    A browser does so after a new log-in, and who types an address from memory. Put it below the mark of the roles.

    :param page: the name of that page's address.
    :param names: which arguments of this address it takes.
    :param renamed: those that it calls otherwise: ``object_id="pk"``.
    """

    taken = dict(zip(names, names, strict=True)) | renamed

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(page, **{its: kwargs[ours] for its, ours in taken.items()})
            return view(request, *args, **kwargs)

        return guarded

    return mark


Fields = Mapping[str, Field] | Callable[[], Mapping[str, Field]]


@dataclass(frozen=True)
class Deed:
    """What sending a form does, in Chinese; its fields, and what the values of its buttons mean."""

    words: str
    fields: Fields = field(default_factory=dict)
    buttons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def does(words: str, fields: Fields = {}, **buttons: Mapping[str, str]) -> Callable[[View], View]:  # noqa: B006
    """Say in plain words what a view does with a form, for who is asked whether it shall be sent after all.

    :param fields: the fields of its form, or a function that returns them.
    :param buttons: by name, what each value says: ``decision={"confirm": "确认作废"}``.
    """

    def mark(view: View) -> View:
        view.deed = Deed(words, fields, buttons)
        return view

    return mark
