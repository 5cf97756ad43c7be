"""Who may try a password now. First one waits, then account and address together are locked for a while.

django-axes counts. Account **together with** address: a stranger elsewhere cannot lock anybody out on the day of a draw,
and who mistypes one account does not lock the colleagues at the office's one address. A limit for the address alone slows
down whoever tries one password on many accounts; it does not hold for an account that has logged in from there before, its code included.
A try that is refused here costs two queries and no hash, and leaves no row in the trail.
"""

import datetime
import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from itertools import accumulate
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..access.origin import client_address
from ..audit import trail
from . import turns
from .login_models import LoginAddress
from .models import User

# Seconds to wait after so many failed tries of one account from one address; the last try (see settings) locks.
WAITS = {3: 5, 4: 15}
# Failed tries from one address, within the time of a lock, after which it may try once in so many seconds. Generous:
# behind it may be an office of thirty people.
ADDRESS_TRIES, ADDRESS_WAIT = 30, 20
# An account counts as known at an address from which it logged in within this time.
KNOWN_FOR = datetime.timedelta(days=30)
FORGET_AFTER = datetime.timedelta(days=365)
# What is typed into the field for the name may be a password: only names of accounts are written down.
NO_ACCOUNT = "（没有这个账号）"


class Backend(AxesStandaloneBackend):
    """The last line behind the form: refuses a locked pair whoever asks. Without a request there is no door to guard."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        if request is not None:
            _stamp(request)
            super().authenticate(request, **credentials)


def counted_address(request: HttpRequest) -> str:
    """Return the address that tries are counted under; of IPv6 the /64, which one visitor has to himself."""
    address = ip_address(client_address(request))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False).network_address)
    return str(address)


def account_named(request: HttpRequest, username: str) -> User | None:
    """Return the account with this name, looked up once a request."""
    found: dict[str, User | None] = request.__dict__.setdefault("accounts_named", {})
    if username not in found:
        found[username] = User.objects.filter(username=username).first()
    return found[username]


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return what tries are counted under: the account's name, or a keyed digest of what is none (see `NO_ACCOUNT`)."""
    username = str((credentials or request.POST).get("username") or "")
    if account_named(request, username):
        return username
    return "?" + salted_hmac("login name", username, algorithm="sha256").hexdigest()[:32]


def keep_answer(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse | None:
    """Leave the answer to the log-in form, which says more than django-axes can."""
    return response


@dataclass(frozen=True)
class Standing:
    """How an account stands at an address: tries left, and until when it is locked or must wait."""

    tries_left: int
    locked_until: datetime.datetime | None = None
    wait_until: datetime.datetime | None = None
    by_address: bool = False  # the wait is the whole address's

    @property
    def seconds(self) -> int:
        """Seconds until the next try, 0 if it may be made now."""
        until = self.locked_until or self.wait_until
        return max(0, math.ceil((until - timezone.now()).total_seconds())) if until else 0


class Door:
    """One try to log in: an account's name at an address."""

    def __init__(self, request: HttpRequest, username: str):
        self.request, self.address = request, counted_address(request)
        self.name = counted_name(request, {"username": username})
        self.user = account_named(request, username)
        self.known = self.user is not None and is_known(self.user, self.address)
        _stamp(request)

    def turn(self) -> AbstractContextManager[None]:
        """Wait for the turn to compute a hash (see `turns`)."""
        return turns.turn(turns.KNOWN if self.known else turns.OTHERS)

    def standing(self) -> Standing:
        """Say how the pair stands now, by one query: a bounded address has few rows."""
        rows = list(
            AccessAttempt.objects.filter(ip_address=self.address, attempt_time__gt=_since())
            .order_by("attempt_time")
            .values_list("username", "failures_since_start", "attempt_time")
        )
        own = [(count, time) for name, count, time in rows if name == self.name]
        failed = sum(count for count, _ in own)
        if failed >= settings.AXES_FAILURE_LIMIT:
            return Standing(0, locked_until=_end_of_lock(own))
        left, now = settings.AXES_FAILURE_LIMIT - failed, timezone.now()
        if own and (wait := own[-1][1] + datetime.timedelta(seconds=WAITS.get(failed, 0))) > now:
            return Standing(left, wait_until=wait)
        if not self.known and sum(count for _, count, _ in rows) >= ADDRESS_TRIES:
            if (wait := rows[-1][2] + datetime.timedelta(seconds=ADDRESS_WAIT)) > now:
                return Standing(left, wait_until=wait, by_address=True)
        return Standing(left)

    @transaction.atomic
    def failed(self) -> Standing:
        """Record a wrong password that django-axes has just counted; the one that locks leaves a second row."""
        if self.user:
            row, _ = LoginAddress.objects.get_or_create(user=self.user, address=self.address)
            LoginAddress.objects.filter(pk=row.pk).update(failed=F("failed") + 1)
        standing = self.standing()
        trail.record(None, "登录失败", self.user or NO_ACCOUNT)
        if standing.locked_until:
            trail.record(None, "锁定登录", self.user or NO_ACCOUNT)
        return standing


@dataclass(frozen=True)
class LastLogin:
    """The log-in before this one, and how many wrong passwords came between the two."""

    time: datetime.datetime | None
    address: str
    failed: int


@transaction.atomic
def succeeded(user: User, address: str) -> LastLogin:
    """Remember the address of a log-in, and return what is to be said of the one before."""
    rows = LoginAddress.objects.filter(user=user)
    failed = rows.aggregate(Sum("failed"))["failed__sum"] or 0
    before = rows.filter(succeeded_at__isnull=False).order_by("-succeeded_at").first()
    now = timezone.now()
    rows.filter(succeeded_at__isnull=True).delete()  # strangers' addresses, which are in the trail
    rows.filter(succeeded_at__lt=now - FORGET_AFTER).delete()
    rows.update(failed=0)
    LoginAddress.objects.update_or_create(user=user, address=address, defaults={"succeeded_at": now})
    return LastLogin(before and before.succeeded_at, before.address if before else "", failed)


def is_known(user: User, address: str) -> bool:
    since = timezone.now() - KNOWN_FOR
    return LoginAddress.objects.filter(user=user, address=address, succeeded_at__gte=since).exists()


@dataclass(frozen=True)
class Lock:
    """An account that is locked at one or more addresses."""

    user: User
    addresses: tuple[str, ...]
    until: datetime.datetime


def locks() -> list[Lock]:
    """Return all accounts that are locked now, by two queries."""
    rows = (
        AccessAttempt.objects.filter(attempt_time__gt=_since())
        .exclude(username__startswith="?")
        .values("username", "ip_address")
        .annotate(failed=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failed__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("username", "ip_address")
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["username"], []).append(row)
    return [
        Lock(
            user,
            tuple(row["ip_address"] for row in found[user.username]),
            max(row["last"] for row in found[user.username]) + settings.AXES_COOLOFF_TIME,
        )
        for user in User.objects.filter(username__in=found)
    ]


@transaction.atomic
def unlock(user: User, actor: User) -> bool:
    """Let the account try again from everywhere at once; say whether there was anything to lift."""
    gone, _ = AccessAttempt.objects.filter(username=user.username).delete()
    if gone:
        trail.record(actor, "解除登录锁定", user)
    return bool(gone)


def _stamp(request: HttpRequest) -> None:
    AxesProxyHandler.update_request(request)
    request.axes_attempt_time = timezone.now()  # the moment of this try, not of the first in this request


def _since() -> datetime.datetime:
    return timezone.now() - settings.AXES_COOLOFF_TIME


def _end_of_lock(rows: Sequence[tuple[int, datetime.datetime]]) -> datetime.datetime:
    """Return when so many tries are past that fewer than the limit are left. Rows are (count, time), oldest first."""
    total = sum(count for count, _ in rows)
    gone = accumulate(count for count, _ in rows)
    limit = settings.AXES_FAILURE_LIMIT
    last = next(time for (_, time), past in zip(rows, gone, strict=True) if total - past < limit)
    return last + settings.AXES_COOLOFF_TIME
