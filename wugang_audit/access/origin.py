"""Where a request comes from: its address behind named proxies, and a reference number that people can read out.

python-ipware was tried and left: behind one proxy that appends to X-Forwarded-For it returned the part that the visitor
forged, and with that proxy named it returned nothing for an honest visitor.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

UNIX_SOCKET = "unix"  # in TRUSTED_PROXIES: whoever reaches the site's socket file is the proxy
UNREADABLE = "0.0.0.0"  # noqa: S104 - stands in for an address that the server did not give; binds nothing
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is mistaken for another

Read = TypeVar("Read")


@dataclass(frozen=True)
class Origin:
    """Of a request: the address of who sent it, and its number in logs, trail and error pages (``7K3M-Q9XA``)."""

    address: str
    request_id: str


_current: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current_origin() -> Origin | None:
    """Return the origin of the request that is being answered; None in a command or a process of its own."""
    return _current.get()


def once_a_request(read: Callable[[], Read]) -> Callable[[], Read]:
    """Let what a function reads be read once for a request; outside of one each call reads anew.

    It is kept with the request that it was read for: the next one reads anew, so a change shows at once in every process.
    """
    kept: ContextVar[tuple[Origin, Read] | None] = ContextVar(read.__qualname__, default=None)

    @wraps(read)
    def reader() -> Read:
        origin, held = current_origin(), kept.get()
        if origin is not None and held is not None and held[0] is origin:
            return held[1]
        found = read()
        if origin is not None:
            kept.set((origin, found))
        return found

    return reader


def new_number() -> str:
    """Return the number of a request."""
    number = get_random_string(8, _LETTERS)
    return f"{number[:4]}-{number[4:]}"


def client_address(request: HttpRequest) -> str:
    """Return the address of who sent the request, as text.

    X-Forwarded-For is read from its end, and only as far as each hop behind it is named in TRUSTED_PROXIES: what a
    visitor writes into the header himself stands before that, and is never believed.
    """
    sender = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    address = _parse(sender)
    trusted = _is_proxy(address) if sender else UNIX_SOCKET in settings.TRUSTED_PROXIES
    while trusted and hops:
        hop = _parse(hops.pop())
        if hop is None:
            break
        address = hop
        trusted = _is_proxy(address)
    return str(address) if address else UNREADABLE


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """Read ``192.0.2.7``, ``2001:db8::7``, and both with a port; an IPv4 address in IPv6 clothes is an IPv4 address."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_proxy(address: IPv4Address | IPv6Address | None) -> bool:
    networks = (ip_network(name) for name in settings.TRUSTED_PROXIES if name != UNIX_SOCKET)
    return address is not None and any(address in network for network in networks)


class OriginMiddleware:
    """Give each request its number, and let everything below know where it came from. Only the headers stand outside it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.origin = Origin(client_address(request), new_number())
        token = _current.set(request.origin)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response.headers.setdefault("X-Request-ID", request.origin.request_id)
        return response
