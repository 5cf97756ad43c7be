"""Keeps SQLite's query planner told how many rows there are: PostgreSQL counts them by itself, SQLite only if asked.

Without that it guesses by the shape of a query alone, and is wrong where one index has many rows to a key and another few: of
100,000 inspections it read all to find the four of one unit, 115 ms for a page of 14. Looked at is a sample of each index, so
it takes less than a tenth of a second at that size. A connection that is open keeps what it knew; it lives a minute
(`CONN_MAX_AGE`).
"""

import logging
import sqlite3
import threading
import time

from django.core.signals import request_finished
from django.db import connection

EVERY = 6 * 3600.0  # seconds, in each process
FIRST = 600.0  # after a process has started: who starts a site anew brings its registries in first
ROWS = 1000  # of each index; see https://www.sqlite.org/lang_analyze.html, approximate ANALYZE
logger = logging.getLogger(__name__)
_turn = threading.Lock()
_due = time.monotonic() + FIRST


def watch_requests() -> None:
    """Look at the tables after an answer is out, now and then: nobody waits for it."""
    request_finished.connect(_after_an_answer, dispatch_uid="count rows for the planner")


def _after_an_answer(**_: object) -> None:
    global _due
    if time.monotonic() < _due or connection.connection is None or connection.in_atomic_block:
        return
    if not _turn.acquire(blocking=False):
        return
    try:
        _due = time.monotonic() + EVERY
        look_at_tables()
    finally:
        _turn.release()


def look_at_tables() -> bool:
    """Let SQLite look at its tables, if nobody is writing just now; say whether it did. Other databases need no word."""
    if connection.vendor != "sqlite":
        return False
    connection.ensure_connection()
    database: sqlite3.Connection = connection.connection
    try:
        (waits,) = database.execute("PRAGMA busy_timeout").fetchone()
        # Who writes must not be waited for: it can be done next time.
        database.execute("PRAGMA busy_timeout = 0")
        try:
            database.execute(f"PRAGMA analysis_limit = {ROWS}")
            database.execute("ANALYZE")
        finally:
            database.execute(f"PRAGMA busy_timeout = {waits}")
    except sqlite3.Error as fault:  # locked, a full disk, a disk that may only be read
        logger.info("the planner was told nothing: %s", fault)
        return False
    return True
