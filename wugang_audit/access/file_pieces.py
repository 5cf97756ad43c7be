"""What stands between a view that answers with a file, and the server that sends it to readers of any pace.

A server that knows these pieces keeps of one that its reader has not taken no more than where it lies: no copy of it, and no
thread that waits. To any other they are bytes.
"""

from collections.abc import Iterator
from typing import Protocol

from django.http import StreamingHttpResponse


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
    """Answers with such pieces: Django would make plain bytes of them."""

    def make_bytes(self, value: bytes) -> bytes:
        return value
