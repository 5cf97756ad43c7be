"""Public pages that are kept in the memory of a process and answered from there as long as nothing public has changed.

A page is what it was when three things are the same: the version of what is public (`models.public_version`, which every public
change raises in its own transaction), the day (a seal falls, a law comes into force by date, and nothing is written then), and
the address with what the view reads of its query. All three are read anew at each request. A page is kept only if version and day were
the same before it was made and after it: all its queries saw the same public facts. So nothing is ever served that
a page made in this moment would not show.

Only for visitors: who brings a session or a notice gets a page of his own. Never kept: what is made inside of a transaction (only
tests do), anything but a whole 200 in one piece, an answer with a cookie or a form's token.

The tag (`ETag`) is the digest of the page itself, not of the version: that would tell who asks every second when something was
written that no page shows, such as a visit under seal.

Each process keeps its own: two workers make a page twice after a change, and share nothing that could go wrong.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from wugang_audit import clock
from wugang_audit.access import throttle
from wugang_audit.access.cookies import NamedCookie
from wugang_audit.access.marks import View
from wugang_audit.remembered import making

from ..models.public_triggers import faults
from ..models.public_version import public_version

logger = logging.getLogger(__name__)
MIB = 1024 * 1024
LARGEST = MIB  # of one page
KNOWN = 5000  # addresses of which it is remembered what they mean
LONGEST = 1000  # characters of such an address: a longer one is asked by no page of ours, and by nobody twice
WAIT_SECONDS = 20  # for another thread that makes the same page
LOOK_AGAIN = 600.0  # seconds until the triggers are looked at again


def kept(*reads: str) -> Callable[[View], View]:
    """Mark a public view whose page may be kept.

    :param reads: what the view, its forms and its templates read of the query; whatever else stands there makes no other page.
    """

    def mark(view: View) -> View:
        view.kept = frozenset(reads)
        return view

    return mark


class Key(NamedTuple):
    """The address of a page; host and scheme, for a page may name its own address."""

    scheme: str
    host: str
    path: str
    query: str


class State(NamedTuple):
    """What all public pages depend on."""

    version: int
    day: date


@dataclass(frozen=True)
class Page:
    """An answer as it left the view and all that stands around it."""

    state: State
    content: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str

    @property
    def size(self) -> int:
        return len(self.content) + sum(len(name) + len(value) for name, value in self.headers)


class Shelf:
    """Pages in the order in which they were last asked for; the oldest go when there are too many, or too large."""

    def __init__(self, largest: int, entries: int):
        self.largest, self.entries, self.size = largest, entries, 0
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: Page) -> None:
        with self._lock:
            before = self._pages.pop(key, None)
            self.size += page.size - (before.size if before else 0)
            self._pages[key] = page
            while self.size > self.largest or len(self._pages) > self.entries:
                _, oldest = self._pages.popitem(last=False)
                self.size -= oldest.size

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.size = 0


class Shelves:
    """Pages without a question and pages with one lie apart: who asks a thousand questions drives out no page of the menu."""

    def __init__(self, largest: int):
        self.plain = Shelf(largest * 3 // 4, 20_000)
        self.asked = Shelf(largest // 4, 5_000)
        self.making: dict[Key, threading.Event] = {}
        self.lock = threading.Lock()

    def of(self, key: Key) -> Shelf:
        return self.asked if key.query else self.plain

    def clear(self) -> None:
        self.plain.clear()
        self.asked.clear()
        _watch.forget()


class _Watch:
    """Whether the triggers that raise the version are all there: without one of them nothing is kept."""

    def __init__(self) -> None:
        self._until, self._holds = 0.0, False

    def forget(self) -> None:
        self._until = 0.0

    def holds(self) -> bool:
        now = time.monotonic()
        if now >= self._until:
            missing = faults(connection)
            for line in missing:
                logger.error("public pages are not kept: %s", line)
            self._holds, self._until = not missing, now + LOOK_AGAIN
        return self._holds


_watch = _Watch()
shelves = Shelves(settings.KEPT_PAGES_MB * MIB)


def state_now() -> State | None:
    """Return what public pages depend on now; None where it cannot be said, or is seen by one transaction alone."""
    if connection.in_atomic_block:
        return None
    try:
        version = _version()
        return State(version, clock.today()) if version is not None and _watch.holds() else None
    except DatabaseError:
        return None  # the page itself meets the fault, and says so


def _version() -> int | None:
    """Read the version: on a connection of an earlier request this is the test whether it still lives, too."""
    if connection.connection is None or not connection.health_check_enabled or connection.health_check_done:
        return public_version()
    connection.health_check_done = True
    try:
        return public_version()
    except DatabaseError:
        connection.close()
        return public_version()


class KeptPagesMiddleware:
    """Answer from what is kept, before a session is looked for; below all that every answer needs.

    A page that must be made is made once: whoever asks for the same one meanwhile waits for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        self._meant: OrderedDict[tuple[str, str], tuple[Callable, str] | None] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meant = self._meaning(request) if _is_visitor(request) else None
        if meant is None:
            return self.get_response(request)
        view, query = meant
        try:
            key = Key(request.scheme or "", request.get_host(), request.path_info, query)
        except DisallowedHost:
            return self.get_response(request)
        if refused := throttle.refused(request, view):  # it costs no query
            return refused
        return self._answer(request, key) or self._make_once(request, key)

    def _answer(self, request: HttpRequest, key: Key) -> HttpResponseBase | None:
        """Answer with what is kept of this page, if it still is what it would be made to now."""
        page = shelves.of(key).get(key)
        if page is None or page.state != state_now():
            return None
        response = HttpResponse(page.content)
        for name, value in page.headers:
            response.headers[name] = value
        return _conditional(request, response, page.etag)

    def _make_once(self, request: HttpRequest, key: Key) -> HttpResponseBase:
        with shelves.lock:
            event = shelves.making.get(key)
            if mine := event is None:
                event = shelves.making[key] = threading.Event()
        if not mine:
            event.wait(WAIT_SECONDS)
            # Whoever made it may have been refused, or seen another day: then everybody makes his own.
            return self._answer(request, key) or self._make(request, key)
        try:
            return self._make(request, key)
        finally:
            with shelves.lock:
                shelves.making.pop(key, None)
            event.set()

    def _make(self, request: HttpRequest, key: Key) -> HttpResponseBase:
        before = state_now()
        with making(before):
            response = self.get_response(request)
        if not _may_be_kept(request, response):
            return response
        response.headers.setdefault("Cache-Control", "no-cache")  # keep it, but ask each time
        etag = quote_etag(sha256(response.content).hexdigest()[:32])
        response.headers["ETag"] = etag
        is_small = len(response.content) <= LARGEST and len(key.path) + len(key.query) <= LONGEST
        if before is not None and is_small and before == state_now():
            page = Page(before, response.content, tuple(response.headers.items()), etag)
            shelves.of(key).put(key, page)
        return _conditional(request, response, etag)

    def _meaning(self, request: HttpRequest) -> tuple[Callable, str] | None:
        """Return the view of an address, if its pages may be kept, and what it reads of the query; None otherwise."""
        asked = (request.path_info, request.META.get("QUERY_STRING", ""))
        if sum(map(len, asked)) > LONGEST:
            return _meaning(request)
        try:
            return self._meant[asked]
        except KeyError:
            meant = self._meant[asked] = _meaning(request)
            while len(self._meant) > KNOWN:
                with suppress(KeyError):  # another thread was quicker
                    self._meant.popitem(last=False)
            return meant


def _meaning(request: HttpRequest) -> tuple[Callable, str] | None:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return None
    reads = getattr(view, "kept", None)
    if reads is None:
        return None
    read = sorted(name for name in request.GET if name in reads)
    return view, urlencode([(name, value) for name in read for value in request.GET.getlist(name)])


def _is_visitor(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and NamedCookie.cookie_name not in request.COOKIES
    )


def _may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META  # a form with a token of its own
        and "Set-Cookie" not in response.headers
        # What no browser may put down is still the same for everybody.
        and response.headers.get("Cache-Control", "no-cache") in ("no-cache", "no-store")
    )


def _conditional(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponseBase:
    """Answer who holds this very page that it is still the same (304)."""
    if "HTTP_IF_NONE_MATCH" not in request.META and "HTTP_IF_MATCH" not in request.META:
        return response
    return get_conditional_response(request, etag=etag, response=response) or HttpResponseNotModified()
