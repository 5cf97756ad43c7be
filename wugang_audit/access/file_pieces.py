"""What stands between a view that answers with a file, and the server that sends it to readers of any pace.

A server that says so (`KNOWS`) keeps of a piece that its reader has not taken no more than where it lies: no copy of it, and no
thread that waits. Any other gets plain bytes, as PEP 3333 has it: Django's own server takes nothing else.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from django.http import HttpRequest, StreamingHttpResponse

KNOWS = "wugang_audit.file_pieces"  # in the environment of a request


class Readable(Protocol):
    """A file that is whole, that never changes, and that lives as long as somebody has it."""

    def read_at(self, at: int, size: int) -> bytes: ...


class FilePiece(bytes):
    """Bytes that lie in a file, from ``at`` on."""

    file: Readable
    at: int

    @classmethod
    def of(cls, file: Readable, at: int, size: int) -> "FilePiece":
        piece = cls(file.read_at(at, size))
        piece.file, piece.at = file, at
        return piece


def pieces_of(file: Readable, size: int, each: int) -> Iterator[FilePiece]:
    """Yield a file from its beginning, so many bytes at a time."""
    for at in range(0, size, each):
        yield FilePiece.of(file, at, min(each, size - at))


class FileResponse(StreamingHttpResponse):
    """Answers with such pieces a server that knows them."""

    def __init__(self, request: HttpRequest, pieces: Iterable[bytes], **more: Any):
        self._is_known = bool(request.META.get(KNOWS))
        super().__init__(pieces, **more)

    def make_bytes(self, value: bytes) -> bytes:
        return value if self._is_known else super().make_bytes(value)
