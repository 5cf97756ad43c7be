"""A process of its own for a long import: no request waits for it, and a hostile file cannot affect other requests.

Whether it lives, a lock on a file says: the system lets go of it when the process ends, however that happens, even where
it is killed in the middle of a transaction. So a page knows at once, and on SQLite too, where nobody else could write.
"""

import fcntl
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

LONGEST = 15 * 60  # seconds
LEAVING = 5  # seconds in which a process ends that has said what came of its work
GRACE = 60  # seconds more, for a process that does not listen
MEMORY = 2 * 1024**3  # bytes of address space; a list of 100,000 units needs a quarter of it
READ_OR_WRITE, MARK = "work", "mark"  # what is done for a job; each has a lock of its own


def start(pk: int, task: str = READ_OR_WRITE) -> None:
    """Let another process do what the import job asks for; the state of the job says how it ended.

    If one is at it already, that one goes on; one that has done its work is waited for, until it is gone. The lock is taken
    here and handed over, so that it is held from the start.
    """
    until = time.monotonic() + LEAVING
    while (held := _take(pk, task)) is None:
        if time.monotonic() >= until:
            return
        time.sleep(0.05)
    try:
        subprocess.Popen(  # noqa: S603 -- nothing in it comes from a user
            [
                sys.executable,
                str(settings.BASE_DIR / "manage.py"),
                "run_import",
                str(pk),
                "--task",
                task,
                "--started",
            ],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # the web worker may be replaced meanwhile
            pass_fds=(held,),
        )
    finally:
        os.close(held)


def is_alive(pk: int, task: str = READ_OR_WRITE) -> bool:
    """Say whether a process is at work on the job at this moment, on this machine."""
    held = _take(pk, task)
    if held is None:
        return True
    os.close(held)
    return False


@contextmanager
def at_work(pk: int, task: str = READ_OR_WRITE) -> Iterator[None]:
    """Be the process that works on the job, if no other is (`is_alive`)."""
    held = _take(pk, task)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


def clean_up() -> None:
    """Delete lock files that were opened last before any job that is still at work began."""
    old = time.time() - 24 * 3600
    for path in Path(settings.IMPORT_LOCKS_DIR).glob("import-*-*.lock"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < old:
                path.unlink()


def _path(pk: int, task: str) -> Path:
    return Path(settings.IMPORT_LOCKS_DIR) / f"import-{pk}-{task}.lock"


def _take(pk: int, task: str) -> int | None:
    """Lock the job's file if nobody holds it; the lock lives as long as the last copy of the descriptor."""
    descriptor = os.open(_path(pk, task), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def bound() -> None:
    """Limit this process in memory and time; exceeding a limit raises, and not to listen ends it."""

    def too_long(*_: object) -> None:
        raise TimeoutError

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST)
    last = threading.Timer(LONGEST + GRACE, os._exit, (1,))
    last.daemon = True
    last.start()
