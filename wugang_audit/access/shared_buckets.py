"""Buckets that all workers of the site share, for the few doors at which guessing must be slow whoever answers.

gunicorn loads the site before it forks its workers: so they inherit one piece of memory, and a lock that a worker which dies lets
go of. Nothing of it reaches the disk that outlives the server, and no address stands there, only a digest under a key of its own.
"""

import fcntl
import mmap
import secrets
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b

from .throttle import Rate, filled, network, seconds_until_one

_SLOT = struct.Struct("<Qdd")  # digest of rate and network, tokens, when it was last used; all 0: free
SLOTS = 8192  # 200 kB
NEAR = 8  # slots in which a digest may stand; where all are taken, the one that was used longest ago is forgotten


class SharedBuckets:
    """A bucket of tokens for each address and rate, as `throttle.Buckets`, for all processes forked after it was made.

    :param clock: seconds that never go back, the same in all processes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self._key = clock, secrets.token_bytes(16)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process)
        self._file.truncate(SLOTS * _SLOT.size)
        self._memory = mmap.mmap(self._file.fileno(), SLOTS * _SLOT.size)
        self._threads = threading.Lock()

    def take(self, address: str, rate: Rate) -> int:
        """Take a token: return 0, or after how many seconds there will be one."""
        with self._locked():
            at, digest, tokens = self._find(address, rate)
            if wait := seconds_until_one(tokens, rate):
                return wait
            self._write(at, digest, tokens - 1)
        return 0

    def give(self, address: str, rate: Rate) -> None:
        """Give back a token that was taken for what turned out not to count."""
        with self._locked():
            at, digest, tokens = self._find(address, rate)
            self._write(at, digest, min(tokens + 1, rate.burst))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._threads:  # a lock of a file is one of a process: its threads must agree among themselves
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _find(self, address: str, rate: Rate) -> tuple[int, int, float]:
        """Return (where the bucket stands or may stand, its digest, the tokens that are in it now)."""
        text = f"{rate.name} {network(address)}".encode()
        digest = int.from_bytes(blake2b(text, digest_size=8, key=self._key).digest(), "little") | 1
        oldest, oldest_at = 0, float("inf")
        for near in range(NEAR):
            at = (digest + near) % SLOTS * _SLOT.size
            known, tokens, used = _SLOT.unpack_from(self._memory, at)
            if known == digest:
                return at, digest, filled(tokens, self._clock() - used, rate)
            if used < oldest_at:
                oldest, oldest_at = at, used
        return oldest, digest, float(rate.burst)

    def _write(self, at: int, digest: int, tokens: float) -> None:
        _SLOT.pack_into(self._memory, at, digest, tokens, self._clock())
