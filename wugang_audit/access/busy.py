"""Says when an import holds the whole of a SQLite database, so that pages say so instead of waiting.

SQLite has one writer at a time. Who writes a hundred thousand rows holds a lock on a file meanwhile, which the system lets
go of when the process ends. Whoever wants to write waits two seconds, then is told; other waits go on as before.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

LOOK_AGAIN = 1.8  # seconds of waiting before somebody asks why; five thousand rows are written in less
_own = threading.local()
_LOCKED = "database is locked"


class Importing(OperationalError):
    """The database is held by a long import: nothing was written, and it will be free in less than a minute."""


def _path() -> str:
    return os.path.join(settings.IMPORT_LOCKS_DIR, "import-writing.lock")


@contextmanager
def importing() -> Iterator[None]:
    """Hold the sign that an import is being written."""
    # A command may run under another account than the site: each only needs to read the other's file to lock it.
    descriptor = os.open(_path(), os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _own.holds = True  # who writes the import waits for others as long as it takes
        yield
    finally:
        _own.holds = False
        os.close(descriptor)


def is_importing() -> bool:
    """Say whether an import holds this machine's SQLite database now. Other databases let everybody write."""
    if connection.vendor != "sqlite":
        return False
    try:
        descriptor = os.open(_path(), os.O_RDONLY)
    except (FileNotFoundError, PermissionError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def watch_waiting() -> None:
    """Let each connection to SQLite wait in short turns, and give up where an import is why."""
    connection_created.connect(_make_patient, dispatch_uid="wait in turns")


def _make_patient(connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(LOOK_AGAIN * 1000)}")
    if _patient not in connection.execute_wrappers:
        connection.execute_wrappers.append(_patient)


def _patient(execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    connection = context["connection"]
    until = time.monotonic() + connection.settings_dict["OPTIONS"].get("timeout", 5)
    while True:
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            # Inside a transaction the place is taken already; what is refused there cannot be tried by itself.
            if str(error) != _LOCKED or many or connection.in_atomic_block:
                raise
            if not getattr(_own, "holds", False) and is_importing():
                raise Importing(_LOCKED) from error.__cause__
            if time.monotonic() >= until:
                raise
