"""Files of any size for everybody: made in memory that does not grow, a few at once, and not sent again to who has them.

A file asks for a thread and for the database as long as it is made: whoever comes when all places for that are taken is asked to
come back. Sending what is made takes no place: the server sends it from where it lies, at the pace of its reader
(`wugang_audit.access.file_pieces`), and as many as want it read the one file. Where slow readers of many files hold all the room
that there is for them on the disk, no other is made meanwhile.

The tag (`ETag`) is the digest of the file, not of the version of what is public: as with pages (`kept`), a version would tell who
asks every second when something was written that no file shows. It stands before the first byte: so a file is made whole before it
is sent, on the disk (`made_files`), and sent again from there as long as nothing public has changed. All rows are read once for it,
whoever asks and whatever he has already. The tag is always there and always of the bytes: one that is there now and then,
or of another kind, would tell of a change, too. What time still tells: the first answer after any write that may be of public
concern takes as long as the file does.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from wugang_audit.access.file_pieces import FileResponse

from .kept import State
from .made_files import ALIVE, MadeFile, alive, made_files

AT_ONCE = 2  # made by a process, which has four threads
RETRY_SECONDS = 10

PLACES = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Export:
    """A file that can be made.

    :param pieces: makes the file anew, piece by piece; the same rows make the same bytes.
    :param asked: the question that it answers, in one form however it was put.
    :param is_small: a table of some lines, which is made and sent at once and takes no place.
    """

    name: str
    content_type: str
    pieces: Callable[[], Iterator[bytes]]
    asked: str = ""
    is_small: bool = False

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Content-Disposition": content_disposition_header(True, self.name) or "",
            "Cache-Control": "no-cache",
            # It begins at its beginning or not at all: between two parts it could have become another file.
            "Accept-Ranges": "none",
            "X-Robots-Tag": "noindex",
        }


def send(request: HttpRequest, export: Export, since: State | None) -> HttpResponseBase:
    """Answer with a file, with 304 who has it already; when too many are being made, ask to come back.

    :param since: what was public before anything was read for it, to look for its rows; None: nothing can be remembered.
    """
    if request.method == "HEAD":
        # Nothing is made for it. A tag that is known now and then would tell when something was written.
        return _whole(request, export, iter(()), {})
    if export.is_small:
        return _small(request, export)
    key = f"{request.build_absolute_uri(request.path)}?{export.asked}"
    tag, made = made_files.known(key)
    if tag and (same := _same(request, export, tag)):
        return same
    if made is None:
        places = PLACES
        if alive.size > ALIVE or not places.acquire(blocking=False):
            return _busy(request)
        try:
            made = MadeFile(export.pieces())
            made_files.keep(key, made, since)
        finally:
            places.release()
        if same := _same(request, export, made.tag):
            return same
    return _whole(request, export, made.pieces(), {"ETag": made.tag, "Content-Length": f"{made.size}"})


def _small(request: HttpRequest, export: Export) -> HttpResponseBase:
    content = b"".join(export.pieces())
    tag = quote_etag(sha256(content).hexdigest()[:32])
    if same := _same(request, export, tag):
        return same
    return HttpResponse(content, content_type=export.content_type, headers=export.headers | {"ETag": tag})


def _whole(
    request: HttpRequest, export: Export, stream: Iterable[bytes], more: Mapping[str, str]
) -> HttpResponseBase:
    headers = {**export.headers, **more}
    return FileResponse(request, stream, content_type=export.content_type, headers=headers)


def _same(request: HttpRequest, export: Export, tag: str) -> HttpResponseBase | None:
    """Return 304 for who holds this very file, None for everybody else."""
    found = get_conditional_response(request, etag=tag)
    if found is not None:
        found["ETag"], found["Cache-Control"] = tag, export.headers["Cache-Control"]
    return found


def _busy(request: HttpRequest) -> HttpResponse:
    busy = render(request, "disclosure/results_busy.html", {"seconds": RETRY_SECONDS}, status=503)
    busy["Retry-After"] = str(RETRY_SECONDS)
    busy["Cache-Control"] = "no-store"
    return busy
