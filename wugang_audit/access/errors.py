"""Error pages: in Chinese, with the number that stands in the log, and those of a broken site without the database."""

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
    """Answer what nobody caught: 503 when only the database is away, else 500."""
    if not is_database_gone(sys.exc_info()[1]):
        return error_page(request, 500)
    response = error_page(request, 503, importing="yes" if is_importing() else "")
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
