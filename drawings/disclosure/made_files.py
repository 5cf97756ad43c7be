"""Large files for everybody as they were made: on the disk without a name, read by many at once, gone with the process.

A file is made once, and its tag is the digest of its bytes: what is sent and what its tag says are always the same. It is sent again
as long as nothing public has changed and the day is the same, as with pages (`kept`); of one that is gone to make room the tag is
remembered, so that who has it is told so.
"""

import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from hashlib import sha256

from django.utils.http import quote_etag

from wugang_audit.access.file_pieces import FilePiece, pieces_of

from .kept import State, state_now

REMEMBERED = 500  # tags, a few hundred bytes each
ROOM = 128 * 1024 * 1024  # bytes on the disk, for files of this process that nobody reads just now
PIECE = 256 * 1024
# Bytes on the disk, with those that somebody reads: beyond that no other file is made.
ALIVE = 1024 * 1024 * 1024


class _Alive:
    """How many bytes of files this process has on the disk."""

    def __init__(self) -> None:
        self.size = 0
        self._lock = threading.RLock()  # a file may end wherever the garbage collector comes by

    def add(self, size: int) -> None:
        with self._lock:
            self.size += size


alive = _Alive()


class MadeFile:
    """A file that is whole; its room is free again as soon as nobody reads it nor keeps it."""

    def __init__(self, pieces: Iterable[bytes]):
        """
        :raises OSError: the disk is full.
        """
        self.size, self._alive = 0, alive  # kept here: at the end of the process the module has lost it
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - see `__del__`
        found = sha256()
        for piece in pieces:
            found.update(piece)
            rest = memoryview(piece)
            while rest:  # a file without a buffer may take less than it is given
                rest = rest[self._file.write(rest) :]
            self.size += len(piece)
            self._alive.add(len(piece))
        self.tag = quote_etag(found.hexdigest()[:32])

    def pieces(self) -> Iterator[FilePiece]:
        """Yield it from its beginning; each reader has a place of its own in it."""
        return pieces_of(self, self.size, PIECE)

    def read_at(self, at: int, size: int) -> bytes:
        return os.pread(self._file.fileno(), size, at)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()
            self._alive.add(-self.size)


class MadeFiles:
    """Tags of files, each with the state that it was made in, and the files themselves as far as there is room."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[State, str, MadeFile | None]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        with self._lock:
            return sum(made.size for _, _, made in self._known.values() if made)

    def known(self, key: str) -> tuple[str, MadeFile | None]:
        """Return tag and file that are the same since; empty and None where they are not known."""
        with self._lock:
            held = self._known.get(key)
        if held is None or held[0] != state_now():
            return "", None
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
        return held[1:]

    def keep(self, key: str, made: MadeFile, since: State | None) -> None:
        """Keep a file that was made since a state, if nothing has changed meanwhile; the longest unread make room."""
        if since is None or since != state_now():
            return
        with self._lock:
            self._known[key] = since, made.tag, made
            self._known.move_to_end(key)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            room = ROOM
            for each in list(reversed(self._known)):
                state, tag, file = self._known[each]
                if file is not None:
                    room -= file.size
                    # What was made before the last change is never sent again.
                    if room < 0 or state != since:
                        self._known[each] = state, tag, None

    def clear(self) -> None:
        with self._lock:
            self._known.clear()


made_files = MadeFiles()
