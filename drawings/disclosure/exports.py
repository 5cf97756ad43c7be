"""Files of any size for everybody: streamed as they are read, a few at once, and not sent again to who has them.

A file asks for one thread and one connection as long as it is read, and there are few of both: whoever comes when all places
are taken is asked to come back. A place is free again as soon as its reader has all of it, or goes away, and with it goes whatever the
file was being read from.

The tag (`ETag`) is a digest of the rows, not of the version of what is public: as with pages (`kept`), a version would tell who
asks every second when something was written that no file shows. So the rows are read once for the tag before they are sent; what
was worked out is remembered as long as nothing public has changed and the day is the same, and who then comes again with the tag
costs two small queries.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from .kept import State, state_now

AT_ONCE = 2  # of a process, which has four threads
RETRY_SECONDS = 10
REMEMBERED = 500  # tags, a few hundred bytes each

PLACES = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Export:
    """A file that can be made.

    :param rows: reads all rows of the file anew, as it has them.
    :param pieces: makes the file anew, piece by piece; nothing is read before the first.
    :param beside: whatever else the file says, which is no row.
    :param asked: the question that it answers, in one form however it was put.
    :param is_small: a table of some lines, which is sent at once and takes no place.
    """

    name: str
    content_type: str
    rows: Callable[[], Iterable[Sequence[object]]]
    pieces: Callable[[], Iterator[bytes]]
    beside: str = ""
    asked: str = ""
    is_small: bool = False

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Content-Disposition": content_disposition_header(True, self.name) or "",
            "Cache-Control": "no-cache",
            # Its length is not known before it is read: it begins at its beginning or not at all.
            "Accept-Ranges": "none",
            "X-Robots-Tag": "noindex",
        }

    @property
    def digest(self) -> str:
        """Read all of it, in memory that does not grow, and return what its tag is made of."""
        found = sha256(f"{self.content_type}\n{self.beside}\n".encode())
        for row in self.rows():
            found.update(repr([str(cell) for cell in row]).encode("utf-8", "replace"))
        return found.hexdigest()[:32]


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


class Tags:
    """The tags of files as they were last read, each with the state that it was read in; the oldest are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[State, str]] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, key: str) -> str:
        """Return the tag of a file that is the same since; empty where none is known."""
        with self._lock:
            held = self._known.get(key)
        return held[1] if held is not None and held[0] == state_now() else ""

    def read(self, key: str, export: Export, since: State | None) -> str:
        """Read the file for its tag; it is remembered only if nothing has changed since."""
        tag = quote_etag(export.digest)
        if since is not None and since == state_now():
            with self._lock:
                self._known[key] = (since, tag)
                self._known.move_to_end(key)
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return tag

    def clear(self) -> None:
        with self._lock:
            self._known.clear()


tags = Tags()


def send(request: HttpRequest, export: Export, since: State | None) -> HttpResponseBase:
    """Answer with a file, with 304 who has it already; when too many are being read, ask to come back.

    :param since: what was public before anything was read for it, to look for its rows; None: nothing can be remembered.
    """
    if request.method == "HEAD":
        # Nothing is made for it. A tag that is known now and then would tell when something was written.
        return _whole(export, "", iter(()))
    if export.is_small:
        return _small(request, export)
    key = f"{request.build_absolute_uri(request.path)}?{export.asked}"
    tag = tags.known(key)
    if tag and (same := _same(request, export, tag)):
        return same
    places = PLACES
    if not places.acquire(blocking=False):
        return _busy(request)
    try:
        stream = Taken(export.pieces(), places)
    except BaseException:
        places.release()
        raise
    # From here on the stream gives the place back, whatever happens.
    if not tag:
        try:
            tag = tags.read(key, export, since)
        except BaseException:
            stream.close()
            raise
        if same := _same(request, export, tag):
            stream.close()
            return same
    return _whole(export, tag, stream)


def _small(request: HttpRequest, export: Export) -> HttpResponseBase:
    content = b"".join(export.pieces())
    tag = quote_etag(sha256(content).hexdigest()[:32])
    if same := _same(request, export, tag):
        return same
    return HttpResponse(content, content_type=export.content_type, headers=export.headers | {"ETag": tag})


def _whole(export: Export, tag: str, stream: Iterable[bytes]) -> HttpResponseBase:
    headers = export.headers | ({"ETag": tag} if tag else {})
    return StreamingHttpResponse(stream, content_type=export.content_type, headers=headers)


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
