"""The answers that the server gives without Django's handlers: to what is no request."""

from http import HTTPStatus

from django.conf import settings
from gunicorn.http import errors

from ..access.errors import is_disk_full, plain_page
from ..access.headers import HEADERS
from ..access.limits import limit_at

__all__ = ["is_disk_full", "limit_at", "refusal", "status_of"]

_UNREADABLE = (
    errors.ParseException, errors.ConfigurationProblem, errors.ForbiddenProxyRequest, errors.InvalidProxyLine
)  # fmt: skip


def status_of(error: Exception) -> int:
    """Return the status that says what is wrong: 431, 400, or 500 when it is no fault of the client's."""
    if isinstance(error, errors.LimitRequestHeaders | errors.LimitRequestLine):
        return 431
    return 400 if isinstance(error, _UNREADABLE) else 500


def refusal(status: int, number: str, **words: str) -> bytes:
    """Return the whole answer, after which the connection is closed; the number is the one in the log.

    :param words: what the page of that status is to say besides.
    """
    body = plain_page(status, reference=number, **words).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Connection": "close",
        "X-Request-ID": number,
    } | HEADERS
    if settings.SECURE_HSTS_SECONDS:
        # Nobody knows whether what is no request came over TLS; with this setting the proxy lets nothing else reach the site,
        # and a browser that reads this without TLS ignores it (RFC 6797, 8.1).
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
