"""How often one address may search, send forms and fetch files: 429 beyond that.

Each process counts for itself, in its memory: from one address the site lets through at most the rate times the number
of workers. That is enough to keep a script from taking the site away from everybody else, and costs no query. The rates
are far above what a bureau or a class of citizens behind one address needs. Log-ins are counted elsewhere, by account.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .errors import error_page
from .marks import View


@dataclass(frozen=True)
class Rate:
    """So many at once, and then so many a second."""

    name: str
    burst: int
    per_second: float


SEARCH = Rate("search", 200, 5)
SUGGEST = Rate("suggest", 400, 10)  # asked while somebody types
FORM = Rate("form", 200, 5)  # every POST, unless its view says otherwise
DOWNLOAD = Rate("download", 300, 5)
PAGE = Rate(
    "page", 600, 5
)  # a page that is long to make though nothing is asked: a village reads it during a draw
UNLIMITED = Rate("unlimited", 0, 0)


def throttled(rate: Rate, *, unasked: Rate | None = None) -> Callable[[View], View]:
    """Mark a view with the rate at which one address may ask for it. A search counts as such only when it asks something.

    :param unasked: what a search counts as when it asks nothing; None: as nothing.
    """

    def mark(view: View) -> View:
        view.throttle, view.throttle_unasked = rate, unasked
        return view

    return mark


class Buckets:
    """A bucket of tokens for each address and rate, in the order in which they were last used; the oldest are forgotten.

    :param clock: seconds that never go back.
    """

    LARGEST = 20_000  # about 5 MB

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self._lock = clock, threading.Lock()
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, address: str, rate: Rate) -> int:
        """Take a token: return 0, or after how many seconds there will be one."""
        key, now = (rate.name, network(address)), self._clock()
        with self._lock:
            tokens, before = self._buckets.pop(key, (float(rate.burst), now))
            tokens = filled(tokens, now - before, rate)
            wait = seconds_until_one(tokens, rate)
            self._buckets[key] = (tokens if wait else tokens - 1, now)
            if len(self._buckets) > self.LARGEST:
                self._buckets.popitem(last=False)
        return wait


def filled(tokens: float, seconds: float, rate: Rate) -> float:
    """Return what is in a bucket so long after it had so many tokens."""
    return min(tokens + seconds * rate.per_second, rate.burst)


def seconds_until_one(tokens: float, rate: Rate) -> int:
    return 0 if tokens >= 1 else ceil((1 - tokens) / rate.per_second)


@lru_cache(maxsize=1000)
def network(address: str) -> str:
    """An IPv6 customer has at least 2^64 addresses of his own: they count as one."""
    parsed = ip_address(address)
    return str(IPv6Address(int(parsed) >> 64 << 64)) if parsed.version == 6 else address


buckets = Buckets()


def refused(request: HttpRequest, view: Callable) -> HttpResponse | None:
    """Count a request, once; return the refusal of one that comes too soon."""
    rate = rate_of(request, view)
    if rate is None or not settings.THROTTLE_BY_ADDRESS or hasattr(request, "is_counted"):
        return None
    request.is_counted = True
    wait = buckets.take(request.origin.address, rate)
    if not wait:
        return None
    response = error_page(request, 429, seconds=str(wait))
    response["Retry-After"] = str(wait)
    return response


class ThrottleMiddleware:
    """Refuse who asks too often, before session, database and form are touched.

    Pages that are kept are answered further out, and counted there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        return refused(request, view)


def rate_of(request: HttpRequest, view: Callable) -> Rate | None:
    """Return what this request counts as; None: as nothing."""
    rate = getattr(view, "throttle", None)
    if rate is UNLIMITED:
        return None
    if request.method == "POST":
        return FORM
    return view.throttle_unasked if rate is SEARCH and not request.GET else rate
