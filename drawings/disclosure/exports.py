"""Files of any size for everybody: made in memory that does not grow, a few at once, and not sent again to who has them.

A file asks for a thread as long as it is made and sent, and there are few: whoever comes when all places are taken is asked to
come back. A place is free again as soon as its reader has all of it, or goes away.

The tag (`ETag`) is the digest of the file, not of the version of what is public: as with pages (`kept`), a version would tell who
asks every second when something was written that no file shows. It stands before the first byte: so a file is made whole before it
is sent, on the disk (`made_files`), and sent again from there as long as nothing public has changed. All rows are read once for it,
whoever asks and whatever he has already. The tag is always there and always of the bytes: one that is there now and then,
or of another kind, would tell of a change, too. What time still tells: the first answer after any write that may be of public
concern takes as long as the file does.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from .kept import State
from .made_files import MadeFile, made_files

AT_ONCE = 2  # of a process, which has four threads
RETRY_SECONDS = 10

PLACES = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Export:
    """A file that can be made.

    :param pieces: makes the file anew, piece by piece; the same rows make the same bytes.
    :param asked: the question that it answers, in one form however it was put.
    :param is_small: a table of some lines, which is sent at once and takes no place.
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


def _nothing() -> None:
    """What an iterator that is no generator has to close."""


class Taken:
    """A stream that holds a place until it has been read to its end, or is closed before."""

    def __init__(self, pieces: Iterator[bytes], places: threading.BoundedSemaphore):
        self._pieces, self._places, self._lock = pieces, places, threading.Lock()
        self._holds = True

    def __iter__(self) -> "Taken":
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the reading and give the place back, once; the server calls it however the answer ends."""
        with self._lock:
            holds, self._holds = self._holds, False
        if holds:
            with suppress(ValueError):  # another thread is just reading: it ends by itself
                getattr(self._pieces, "close", _nothing)()
            self._places.release()

    def __del__(self) -> None:
        # An answer that an error on its way has dropped is never closed.
        self.close()


def send(request: HttpRequest, export: Export, since: State | None) -> HttpResponseBase:
    """Answer with a file, with 304 who has it already; when too many are being read, ask to come back.

    :param since: what was public before anything was read for it, to look for its rows; None: nothing can be remembered.
    """
    if request.method == "HEAD":
        # Nothing is made for it. A tag that is known now and then would tell when something was written.
        return _whole(export, iter(()), {})
    if export.is_small:
        return _small(request, export)
    key = f"{request.build_absolute_uri(request.path)}?{export.asked}"
    tag, made = made_files.known(key)
    if tag and (same := _same(request, export, tag)):
        return same
    places = PLACES
    if not places.acquire(blocking=False):
        return _busy(request)
    try:
        if made is None:
            made = MadeFile(export.pieces())
            made_files.keep(key, made, since)
        stream = Taken(made.pieces(), places)
    except BaseException:
        places.release()
        raise
    # From here on the stream gives the place back, whatever happens.
    if same := _same(request, export, made.tag):
        stream.close()
        return same
    return _whole(export, stream, {"ETag": made.tag, "Content-Length": f"{made.size}"})


def _small(request: HttpRequest, export: Export) -> HttpResponseBase:
    content = b"".join(export.pieces())
    tag = quote_etag(sha256(content).hexdigest()[:32])
    if same := _same(request, export, tag):
        return same
    return HttpResponse(content, content_type=export.content_type, headers=export.headers | {"ETag": tag})


def _whole(export: Export, stream: Iterable[bytes], more: Mapping[str, str]) -> HttpResponseBase:
    return StreamingHttpResponse(stream, content_type=export.content_type, headers={**export.headers, **more})


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
