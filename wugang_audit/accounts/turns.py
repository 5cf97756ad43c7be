"""One password hash at a time: a hash takes half a second of a core, and whoever asks for many asks for all cores.

There are two lanes, each with one turn over all processes of the machine: accounts at an address from which they have
logged in before, and all others. So whoever tries passwords from outside never stands before a colleague in the queue.
A turn also makes "look whether it is locked, compare, count" one step: many tries at once get no try more than the limit.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

KNOWN, OTHERS = "known", "others"
# Who waits holds a worker of the web server: so few may, and not for long. A hash takes 0.2 to 0.6 s.
SEATS = {KNOWN: 2, OTHERS: 1}
PATIENCE = 2.0  # seconds
_LOOK_AGAIN = 0.02  # seconds


class Busy(Exception):
    """The lane is full, or its turn did not come in time."""


@contextmanager
def turn(lane: str) -> Iterator[None]:
    """Hold the turn of a lane, `KNOWN` or `OTHERS`; it comes back when the process ends, however that happens.

    :raises Busy: if as many wait already as there are seats, or the wait is longer than `PATIENCE`.
    """
    held = _take(f"{lane}.turn")
    if held is None:
        held = _wait(lane)
    try:
        yield
    finally:
        os.close(held)


def _wait(lane: str) -> int:
    seat = next((fd for n in range(SEATS[lane]) if (fd := _take(f"{lane}.seat{n}")) is not None), None)
    if seat is None:
        raise Busy
    try:
        until = time.monotonic() + PATIENCE
        while (held := _take(f"{lane}.turn")) is None:
            if time.monotonic() >= until:
                raise Busy
            time.sleep(_LOOK_AGAIN)
        return held
    finally:
        os.close(seat)


def _take(name: str) -> int | None:
    """Lock the file if nobody holds it; the lock lives as long as the descriptor, so a killed worker leaves none."""
    descriptor = os.open(Path(settings.LOGIN_TURNS_DIR) / f"login-{name}", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
