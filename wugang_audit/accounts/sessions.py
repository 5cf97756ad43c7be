"""Sessions that their owners can see and end, and that end by themselves when nobody uses them.

What the limits need (begun, last used) lies in the session itself, which is read anyway: a page costs no query more, and a
write only once a minute. A table of our own (`UserSession`) holds the same as columns, for the list of a person's log-ins.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..access.busy import is_importing
from ..access.origin import client_address
from ..access.roles import Role
from ..audit import trail
from .login_models import UserSession
from .models import User

# In the session: {"begun": seconds, "seen": seconds since 1970, "address": text, "agent": text}.
SIGN_IN = "sign_in"
PASSWORD_TOO_OLD = "password_too_old"  # noqa: S105 - set at the log-in where a bureau forces new passwords
WRITE_EVERY = 60  # seconds: "last used" is no more exact than this


class SessionStore(DatabaseStore):
    """Django's own store, with the columns of `UserSession` filled from what the session holds (`SESSION_ENGINE`)."""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        row = super().create_model_instance(data)
        if (stamp := data.get(SIGN_IN)) and SESSION_KEY in data:
            row.user_id = data[SESSION_KEY]
            row.address, row.user_agent = stamp["address"], stamp["agent"]
            row.started_at, row.seen_at = _moment(stamp["begun"]), _moment(stamp["seen"])
        return row


def _moment(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def begin(request: HttpRequest) -> None:
    """Stamp the session of a log-in: both limits count from now."""
    now = timezone.now().timestamp()
    agent = request.META.get("HTTP_USER_AGENT", "").replace("\x00", "")[:255]
    request.session[SIGN_IN] = {
        "begun": now,
        "seen": now,
        "address": client_address(request),
        "agent": agent,
    }


def watch_logins() -> None:
    """Stamp every session as it begins, whichever way the log-in came."""
    user_logged_in.connect(
        lambda sender, request, **_: begin(request), weak=False, dispatch_uid="begin session"
    )


# --- limits ----------------------------------------------------------------------------------------------------
def idle_limit(user: User) -> datetime.timedelta:
    """Return how long a session of this person may stand unused.

    The longer limit of the gate is for accounts that are officers and nothing else. Whoever also reviews or organises has
    the offices' short one, on the phone too: it is the power of the account that an unlocked phone gives away, and what
    was typed into a form survives the next log-in.
    """
    officer = user.roles == {Role.OFFICER}
    minutes = settings.SESSION_IDLE_MINUTES_OFFICER if officer else settings.SESSION_IDLE_MINUTES
    return datetime.timedelta(minutes=minutes)


def reason_to_end(stamp: dict[str, Any], user: User) -> str | None:
    """Return in Chinese which limit is over, or None. Roles are only asked for once the shortest limit has passed."""
    now = timezone.now().timestamp()
    if now - stamp["begun"] >= settings.SESSION_HOURS * 3600:
        return f"您这次登录已满 {settings.SESSION_HOURS} 小时，为了安全已自动退出，请重新登录。"
    idle = now - stamp["seen"]
    if idle < 60 * min(settings.SESSION_IDLE_MINUTES, settings.SESSION_IDLE_MINUTES_OFFICER):
        return None
    limit = idle_limit(user)
    if idle >= limit.total_seconds():
        return f"您有 {in_words(limit)}没有操作，为了安全已自动退出，请重新登录。"
    return None


def in_words(limit: datetime.timedelta) -> str:
    """Say a limit in Chinese: ``30 分钟``, ``8 小时``."""
    minutes = int(limit.total_seconds()) // 60
    return f"{minutes // 60} 小时" if minutes % 60 == 0 else f"{minutes} 分钟"


class SessionLimitsMiddleware:
    """End sessions whose time is over: the request goes on as a stranger's, and `session_ended_for` says whose it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            self._keep_or_end(request)
        return self.get_response(request)

    def _keep_or_end(self, request: HttpRequest) -> None:
        session, user = request.session, request.user
        if (
            not user.is_authenticated
        ):  # the account was closed: opened again, it must not find its old sessions alive
            session.flush()
            return
        stamp = session.get(SIGN_IN)
        if stamp is None:
            begin(request)
        elif reason := reason_to_end(stamp, user):
            session.flush()
            request.user = AnonymousUser()
            request.session_ended_for = user.pk
            messages.info(request, reason)
        elif timezone.now().timestamp() - stamp["seen"] >= WRITE_EVERY and not is_importing():
            session[SIGN_IN] = stamp | {"seen": timezone.now().timestamp()}
        if PASSWORD_TOO_OLD in session:
            request.user.must_change_password = True  # for this request: the row knows first passwords alone


# --- a person's sessions ---------------------------------------------------------------------------------------
def public_id(session: UserSession) -> str:
    """Return what a page may call a session: its key would let whoever reads the page take it over."""
    return salted_hmac("session on a page", session.session_key, algorithm="sha256").hexdigest()[:16]


def open_sessions(user: User) -> list[UserSession]:
    """Return the sessions of a person that would be let in now, the one used last first."""
    now, valid = timezone.now(), user.get_session_auth_hash()
    begun = now - datetime.timedelta(hours=settings.SESSION_HOURS)
    rows = user.sessions.filter(started_at__gt=begun, seen_at__gt=now - idle_limit(user)).order_by("-seen_at")
    return [row for row in rows if row.get_decoded().get(HASH_SESSION_KEY) == valid]


@transaction.atomic
def end_one(user: User, wanted: str) -> bool:
    """End the session that a page calls so (`public_id`), if it is this person's; say whether there was one."""
    keys = [row.session_key for row in user.sessions.all() if public_id(row) == wanted]
    ended, _ = UserSession.objects.filter(session_key__in=keys).delete()
    if ended:
        trail.record(user, "结束一处登录", user)
    return bool(ended)


@transaction.atomic
def end_others(user: User, current_key: str | None) -> int:
    """End all sessions of a person but the current one; return how many."""
    ended, _ = user.sessions.exclude(session_key=current_key).delete()
    if ended:
        trail.record(user, "结束其他登录", user)
    return ended


@transaction.atomic
def end_all(user: User, actor: User) -> int:
    """End every session of an account on behalf of whoever keeps the accounts; return how many."""
    ended, _ = user.sessions.all().delete()
    trail.record(actor, "结束全部登录", user)
    return ended


def forget_dead(user: User) -> None:
    """Delete sessions of a person that no limit lets in any more; those of browsers that were just closed stay behind."""
    begun = timezone.now() - datetime.timedelta(hours=settings.SESSION_HOURS)
    user.sessions.filter(started_at__lte=begun).delete()
