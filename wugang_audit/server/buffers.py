"""A request as it arrives and an answer as it leaves, piece by piece; no clock and no other connection in here."""

import re
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..access.file_pieces import FilePiece, Readable

LARGEST_HEAD = 32 * 1024  # request line and headers
IN_MEMORY = 256 * 1024  # of a body or an answer; what is longer waits in a temporary file
# Of an answer, not yet taken by its reader. A thread that streams more waits until all of that has gone out; one that
# has its answer in one piece never waits.
LARGEST_BACKLOG = 32 * 1024 * 1024
PIECE = 64 * 1024
TURN = 4 * 1024 * 1024  # that one reader is sent before the others have their turn

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.I)
_CODED = re.compile(rb"\r\ntransfer-encoding:", re.I)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.I)


class HeadTooLarge(Exception):
    """The head of a request is longer than any browser's."""


class Incoming:
    """One request: its head, then a body of the length that the head says.

    The head is only skimmed for where the request ends; gunicorn's parser reads it afterwards, and refuses what is
    ambiguous. A body that is too large for its address, or that does not say its length, is not taken in at all.

    :param limit_at: (target of the request line) -> the largest body there, in bytes.
    """

    def __init__(self, limit_at: Callable[[bytes], int]):
        self._limit_at = limit_at
        self.head = b""
        self.wanted: int | None = None  # bytes of the body; None while the head is not complete
        self.received = 0  # bytes of the body so far
        self.refused = False  # it has a body, which is left unread
        self.expects_continue = False
        self._body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by `close`

    @property
    def complete(self) -> bool:
        return self.wanted is not None and self.received >= self.wanted

    @property
    def begun(self) -> bool:
        return bool(self.head)

    def feed(self, data: bytes) -> bytes:
        """Take in what arrived; return what belongs to the next request.

        :raises HeadTooLarge: more than `LARGEST_HEAD` bytes and no end of the headers.
        """
        if self.wanted is None:
            data = self._feed_head(data)
        if self.wanted is None:
            return b""
        part = data[: self.wanted - self.received]
        self._body.write(part)
        self.received += len(part)
        return data[len(part) :]

    def _feed_head(self, data: bytes) -> bytes:
        # Empty lines before a request are allowed (RFC 9112, 2.2).
        text = self.head + data if self.head else data.lstrip(b"\r\n")
        end = text.find(_END, max(len(self.head) - len(_END), 0))
        if end < 0:
            self.head = text
            if len(text) > LARGEST_HEAD:
                raise HeadTooLarge
            return b""
        end += len(_END)
        if end > LARGEST_HEAD:
            raise HeadTooLarge
        self.head, rest = text[:end], text[end:]
        self._find_length()
        return rest

    def _find_length(self) -> None:
        self.wanted = 0
        if _CODED.search(self.head):
            self.refused = True
            return
        length = _LENGTH.search(self.head)
        if length is None or not int(length[1]):
            return
        target = (self.head.split(b" ", 2) + [b""])[1]
        if int(length[1]) > self._limit_at(target):
            self.refused = True
        else:
            self.wanted = int(length[1])
            self.expects_continue = _EXPECTS.search(self.head) is not None

    def pieces(self) -> Iterator[bytes]:
        """Yield all of the request for gunicorn's parser."""
        yield self.head
        self._body.seek(0)
        while piece := self._body.read(PIECE):
            yield piece

    def close(self) -> None:
        self._body.close()


@dataclass
class Range:
    """A part of a file that waits for its reader where it lies."""

    file: Readable
    at: int
    end: int


class Outgoing:
    """The answers on one connection, in the place of its socket: a thread writes, and goes on to the next request.

    What the reader does not take at once is kept, and sent by the worker's own loop with `flush`. Of a file that stays where it
    is (`FilePiece`) only the place is kept: it takes no room, and however long it is no thread waits for its reader.

    :param arm: called, from any thread, when something waits to be flushed.
    """

    def __init__(self, sock: socket.socket, arm: Callable[[], None]):
        self._sock, self._arm = sock, arm
        self._changed = threading.Condition()
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by `close`
        self._read = self._written = 0
        self._range: Range | None = None  # behind what is kept
        self.taken = 0  # bytes that the reader's side accepted, of all answers
        self.closed = False

    @property
    def waiting(self) -> bool:
        return self._written > self._read or self._range is not None

    def sendall(self, data: bytes) -> None:
        """Send, or keep.

        :raises BrokenPipeError: the reader has gone, or was too slow.
        """
        with self._changed:
            if isinstance(data, FilePiece) and self._goes_on(data):
                return
            if self._written - self._read > LARGEST_BACKLOG or self._range is not None:
                self._changed.wait_for(lambda: self.closed or not self.waiting)
            if self.closed:
                raise BrokenPipeError
            rest = memoryview(data)
            if not self.waiting:
                rest = rest[self._send(rest) :]
            if not rest:
                return
            first = not self.waiting
            if isinstance(data, FilePiece):
                end = data.at + len(data)
                self._range = Range(data.file, end - len(rest), end)
            else:
                self._file.seek(self._written)
                self._written += self._file.write(rest)
            if first:
                self._arm()

    def _goes_on(self, piece: FilePiece) -> bool:
        """Whether a piece goes on where the one lies that waits; then it waits with it."""
        waits = self._range
        if waits is None or waits.file is not piece.file or waits.end != piece.at:
            return False
        waits.end += len(piece)
        return True

    def _send(self, data: memoryview) -> int:
        sent = 0
        try:
            while sent < len(data):
                sent += self._sock.send(data[sent : sent + PIECE])
        except (BlockingIOError, InterruptedError):
            pass
        self.taken += sent
        return sent

    def flush(self) -> None:
        """Send as much of what waits as the reader takes now, and no more than `TURN`.

        :raises OSError: the reader has gone.
        """
        with self._changed:
            until = self.taken + TURN
            while self.waiting:
                piece = self._next()
                sent = self._send(memoryview(piece))
                self._pass_by(sent)
                if self.waiting and (sent < len(piece) or self.taken >= until):
                    return
            self._file.seek(0)
            self._file.truncate()
            self._read = self._written = 0
            self._changed.notify_all()

    def _next(self) -> bytes:
        """Return the first of what waits."""
        waits = self._range
        if waits is None or self._written > self._read:
            self._file.seek(self._read)
            return self._file.read(PIECE)
        piece = waits.file.read_at(waits.at, min(PIECE, waits.end - waits.at))
        if not piece:
            raise OSError("a file that waits for its reader has become shorter")
        return piece

    def _pass_by(self, sent: int) -> None:
        if self._written > self._read:
            self._read += sent
        elif self._range is not None:
            self._range.at += sent
            if self._range.at == self._range.end:
                self._range = None

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._range = None
            self._file.close()
            self._read = self._written = 0
            self._changed.notify_all()

    # What else gunicorn does with a socket in a thread: the loop does it when its turn has come.
    def send(self, data: bytes) -> int:
        self.sendall(data)
        return len(data)

    def shutdown(self, how: int) -> None:
        """Nothing: see above."""

    def settimeout(self, seconds: float | None) -> None:
        """Nothing: see above."""

    def setblocking(self, blocking: bool) -> None:
        """Nothing: see above."""
