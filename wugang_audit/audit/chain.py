"""The formulas of the trail's chain: which text of a row, and of the row before it, is hashed.

Each row names its formula in ``version``; new rows get the newest, and older ones keep theirs for ever. SHA-256 is taken over
UTF-8 and written as 64 lower-case hex digits. Before the first row the previous chain value is 64 zeros.

Version 1 (rows made before there was a column ``version``): these parts, joined by TAB: previous chain value; index in
decimal; time in the site's time zone as ``2026-10-08T09:00:00+08:00``; actor_name; action; target_key; target; changes as
JSON with sorted keys, ``, `` and ``: `` between, other letters than ASCII as they are. It leaves ``actor_id`` out, and a TAB inside
a value could stand for the one between two: so nothing new is written by it, and a row of version 1 after one of version 2
is refused.

Version 2: one JSON array, without blanks between its parts, keys of objects sorted, other letters than ASCII as they are::

    [2,"previous chain value",index,"time",clock_behind,actor_id,"actor_name","action","target","target_key",
     {changes},"address","request_id","salt"]

(in one line). The time is UTC as ``2026-10-08T01:00:00.000000Z``; clock_behind is ``true`` or ``false``; actor_id is a number or
``null``. JSON marks where each value ends and of which type it is: no two different rows give one text. The row's ``id`` is
not in it: the database gives it, and the check demands that it ascends with the index. The salt is 32 random hex digits:
chain values are published, and without it whoever knows the value before could guess who did what and compare.
"""

import datetime
import hashlib
import json

from django.utils import timezone

from .models import AuditEntry

START = "0" * 64
NEWEST = 2


def chain_value(previous: str, entry: AuditEntry) -> str:
    """Return the chain value that the row must have after a row with the previous one.

    :raises ValueError: there is no formula of that version.
    """
    if entry.version not in _FORMULAS:
        raise ValueError(f"no formula of version {entry.version}")
    return hashlib.sha256(_FORMULAS[entry.version](previous, entry).encode()).hexdigest()


def _version_1(previous: str, entry: AuditEntry) -> str:
    parts = (
        previous,
        str(entry.index),
        entry.time.astimezone(timezone.get_default_timezone()).isoformat(),
        entry.actor_name,
        entry.action,
        entry.target_key,
        entry.target,
        json.dumps(entry.changes, ensure_ascii=False, sort_keys=True),
    )
    return "\t".join(parts)


def _version_2(previous: str, entry: AuditEntry) -> str:
    time = entry.time.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    parts = (
        entry.version,
        previous,
        entry.index,
        time.replace("+00:00", "Z"),
        entry.clock_behind,
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.target,
        entry.target_key,
        entry.changes,
        entry.address,
        entry.request_id,
        entry.salt,
    )
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_FORMULAS = {1: _version_1, 2: _version_2}
