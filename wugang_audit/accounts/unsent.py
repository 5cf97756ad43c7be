"""What somebody sent after the session had ended: kept as it was typed until its own sender has logged in again.

It travels through the login page as a signed text, and waits in the session afterwards. Whose it is, the form itself
says: the token against forged requests is made anew at each log-in, so a cookie can hold which account was logged in
under which token. Passwords and files are never kept.
"""

import json
import time
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
from django.utils.crypto import constant_time_compare, salted_hmac

from ..access.cookies import full_name

KEEP = 12 * 3600  # seconds that a form may wait for its sender: a day at the office
LARGEST = 256 * 1024  # characters; an officer's report with all its notes has a tenth of that
LARGEST_SEALED = 48 * 1024  # characters of the text in the login page, whose answer must stay a small one
SESSION_KEY = "unsent"
COOKIE = "forms_of"
REMEMBERED = 4  # log-ins of one browser whose open pages are still known
_REMEMBERED_FOR = 7 * 24 * 3600
_SALT = "wugang_audit.accounts.unsent"
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field


class _Utf8Json:
    """Chinese takes half the room of Django's own serializer, which writes six characters for one."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


@dataclass(frozen=True)
class Unsent:
    """A form that was not taken: whose it is (an account's primary key), its address, the values of each field."""

    owner: int
    path: str
    fields: dict[str, list[str]]
    had_files: bool
    at: float

    def seal(self) -> str:
        """Return it as a signed text; empty if that would be too long."""
        sealed = signing.dumps(asdict(self), salt=_SALT, serializer=_Utf8Json, compress=True)
        return sealed if len(sealed) <= LARGEST_SEALED else ""


def gather(request: HttpRequest, owner: int) -> Unsent | None:
    """Return what was typed; None if it is too much to be carried through a log-in."""
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name != _TOKEN and "password" not in name.lower()
    }
    if sum(len(name) + len(value) for name, values in fields.items() for value in values) > LARGEST:
        return None
    return Unsent(owner, request.get_full_path(), fields, any(request.FILES.values()), time.time())


def unseal(text: str) -> Unsent | None:
    """Return what `Unsent.seal` made; None if it was changed, or is too old."""
    try:
        return Unsent(**signing.loads(text, salt=_SALT, serializer=_Utf8Json, max_age=KEEP))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def keep(request: HttpRequest, unsent: Unsent) -> None:
    request.session[SESSION_KEY] = asdict(unsent)


def kept(request: HttpRequest) -> Unsent | None:
    """Return what waits for the person who is logged in."""
    stored = request.session.get(SESSION_KEY)
    unsent = Unsent(**stored) if stored else None
    if unsent is None or unsent.owner != request.user.pk or time.time() - unsent.at > KEEP:
        return None
    return unsent


def drop(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


# --- whose form it is ----------------------------------------------------------------------------------------


def owner_of(request: HttpRequest) -> int | None:
    """Return the account that was logged in when the form of this POST was made; None if nobody knows."""
    mark = _mark(_secret(request.POST.get(_TOKEN, "")))
    for known, owner in _remembered(request):
        if constant_time_compare(known, mark):
            return owner
    return getattr(request, "session_ended_for", None)


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Note on the person's browser under which account the forms of this log-in are made."""
    secret = request.META.get("CSRF_COOKIE")
    # Only where a page has a form: the others need neither the person nor the cookie. The login view sets it by itself.
    used = request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or settings.CSRF_COOKIE_NAME in response.cookies
    if not secret or not used or not request.user.is_authenticated:
        return
    entry, before = [_mark(secret), request.user.pk], _remembered(request)
    if before[:1] == [entry]:
        return
    entries = [entry, *(each for each in before if each[0] != entry[0])][:REMEMBERED]
    response.set_cookie(
        full_name(COOKIE),
        signing.dumps(entries, salt=_SALT),
        max_age=_REMEMBERED_FOR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _remembered(request: HttpRequest) -> list[list]:
    try:
        return signing.loads(request.COOKIES.get(full_name(COOKIE), ""), salt=_SALT, max_age=_REMEMBERED_FOR)
    except signing.BadSignature:
        return []


def _mark(secret: str) -> str:
    return salted_hmac(_SALT, secret, algorithm="sha256").hexdigest()[:24]


def _secret(token: str) -> str:
    """Return what Django's token is made of: its first half masks the second, letter by letter."""
    if len(token) != 2 * CSRF_SECRET_LENGTH or set(token) - set(CSRF_ALLOWED_CHARS):
        return token
    places = [CSRF_ALLOWED_CHARS.index(letter) for letter in token]
    pairs = zip(places[:CSRF_SECRET_LENGTH], places[CSRF_SECRET_LENGTH:], strict=True)
    return "".join(CSRF_ALLOWED_CHARS[cipher - mask] for mask, cipher in pairs)
