"""The audit trail: one append-only, chained table for every change of state.

``chain = SHA-256(previous chain TAB index TAB time TAB actor TAB action TAB target key TAB target TAB changes)``, changes
being JSON with sorted keys; before the first row the previous chain is 64 zeros.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import connection, models, transaction
from django.utils import timezone

from .models import AuditEntry

START = "0" * 64


def lock_table(model: type[models.Model]) -> None:
    """Let one writer at a time append to a chained table, until the transaction ends; readers go on.

    SQLite has one writer anyway (transactions are immediate, see settings).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def record(
    actor: AbstractBaseUser | None,
    action: str,
    target: models.Model | str,
    changes: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry; call it last in the transaction that makes the change.

    :param actor: the account that acts, or None for the system itself.
    :param action: what was done, in short Chinese (at most 40 characters).
    :param target: the model object that it was done to, or a short text.
    :param changes: what changed, JSON; never findings of an inspection: auditors read this.
    """
    lock_table(AuditEntry)
    last = AuditEntry.objects.order_by("-index").first()
    is_model = isinstance(target, models.Model)
    entry = AuditEntry(
        index=last.index + 1 if last else 1,
        time=timezone.now().replace(microsecond=0),
        actor=actor if actor is not None and actor.pk else None,
        actor_name=(actor.full_name or actor.username) if actor is not None else "系统",
        action=action,
        target=str(target)[:200],
        target_key=f"{target._meta.label_lower}:{target.pk}" if is_model else "",
        changes=changes or {},
    )
    entry.chain = _chain(last.chain if last else START, entry)
    entry.save(force_insert=True)
    return entry


def _chain(previous: str, entry: AuditEntry) -> str:
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
    return hashlib.sha256("\t".join(parts).encode()).hexdigest()


def first_break(entries: Iterable[AuditEntry]) -> int | None:
    """Return the index of the first entry that does not follow from those before it, or None if all do."""
    previous, expected = START, 1
    for entry in entries:
        if entry.index != expected or entry.chain != _chain(previous, entry):
            return expected
        previous, expected = entry.chain, expected + 1
    return None


def watch_logins() -> None:
    """Record logins and logouts; failed attempts are counted, and recorded, by the log-in form."""
    user_logged_in.connect(
        lambda sender, user, **_: record(user, "登录", user), weak=False, dispatch_uid="in"
    )
    user_logged_out.connect(
        lambda sender, user, **_: record(user, "退出", user) if user else None, weak=False, dispatch_uid="out"
    )
