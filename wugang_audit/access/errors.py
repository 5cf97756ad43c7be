"""Error pages: in Chinese, with the number that stands in the log, and those of a broken site without the database."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from .busy import is_importing
from .json_answers import wants_json
from .origin import current_origin

RETRY_SECONDS = 30
FULL = 507  # Insufficient Storage, RFC 4918, 11.5
DISK_FULL = "服务器的存储空间满了，没有保存。请把内容留在您这里，告诉系统管理员，过后再提交。"
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


def is_disk_full(error: BaseException | None) -> bool:
    """Say whether there was no room: on the disk, in the account's quota, or where uploads wait (`TMPDIR`)."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


# --- the handlers that `urls` names --------------------------------------------------------------------------
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody caught: 503 when only the database is away, 507 when the disk is full, else 500."""
    error = sys.exc_info()[1]
    if is_disk_full(error):
        if wants_json(request):
            said = {"error": DISK_FULL}
            return JsonResponse(said, status=FULL, headers={"Cache-Control": "private, no-store"})
        return error_page(request, FULL)
    if not is_database_gone(error):
        return error_page(request, 500)
    response = error_page(request, 503, importing="yes" if is_importing() else "")
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
