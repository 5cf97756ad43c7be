"""Error pages: in Chinese, with the number that stands in the log, and those of a broken site without the database."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from .busy import is_importing
from .origin import current_origin

RETRY_SECONDS = 30
# SQLite calls many things an operational error, a missing table too; these go away by themselves.
_PASSING = ("locked", "unable to open", "disk i/o", "busy", "disk is full")


def plain_page(status: int, **words: str) -> str:
    """Return the page of a status that needs neither database nor session nor the visitor's account."""
    origin = current_origin()
    return render_to_string(f"{status}.html", {"reference": origin.request_id if origin else ""} | words)


def error_page(request: HttpRequest, status: int, **words: str) -> HttpResponse:
    """Return the same as an answer that nobody keeps."""
    response = HttpResponse(plain_page(status, **words), status=status)
    response["Cache-Control"] = "no-store"
    return response


def is_disk_full(error: BaseException | None) -> bool:
    """Say whether the server had no room for a file: an upload waits in one, and is kept in another."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def is_database_gone(error: BaseException | None) -> bool:
    """Say whether the database could not be reached, or was held by others for too long."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if type(error.__cause__).__module__ == "sqlite3":
        return any(word in str(error).lower() for word in _PASSING)
    return True


# --- the handlers that `urls` names --------------------------------------------------------------------------
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody caught: 503 when only the database is away or the disk full, else 500."""
    error = sys.exc_info()[1]
    full = is_disk_full(error)
    if not full and not is_database_gone(error):
        return error_page(request, 500)
    words = {"full": "yes"} if full else {"importing": "yes" if is_importing() else ""}
    response = error_page(request, 503, **words)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
