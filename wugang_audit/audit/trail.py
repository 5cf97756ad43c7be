"""The audit trail: one append-only, chained table for every change of state. The formulas stand in `chain`."""

import datetime
import json
import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import connection, models, transaction

from .. import clock
from ..access.origin import current_origin
from .chain import NEWEST, START, chain_value
from .models import AuditEntry

# Who comes and goes. There are more of these than of all else, so the auditor's page leaves them out unless asked.
LOGINS = ("登录", "通过验证码", "退出", "登录失败")


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
    last = AuditEntry.objects.order_by("-index").only("index", "time", "chain").first()
    now, origin = clock.now().replace(microsecond=0), current_origin()
    is_model = isinstance(target, models.Model)
    entry = AuditEntry(
        index=last.index + 1 if last else 1,
        # Times do not descend, whatever the machine's clock does: what it said meanwhile is worth nothing.
        time=max(now, last.time) if last else now,
        clock_behind=last is not None and now < last.time,
        actor=actor if actor is not None and actor.pk else None,
        actor_name=_text(actor.full_name or actor.username, 60) if actor is not None else "系统",
        action=_text(action, 40),
        target=_text(str(target), 200),
        target_key=f"{target._meta.label_lower}:{target.pk}"[:120] if is_model else "",
        changes=_as_stored(changes or {}),
        address=origin.address if origin else "",
        request_id=origin.request_id if origin else "",
        salt=secrets.token_hex(16),
        version=NEWEST,
    )
    entry.chain = chain_value(last.chain if last else START, entry)
    entry.save(force_insert=True)
    return entry


def last_time() -> datetime.datetime | None:
    """Return the time of the last entry, None of an empty trail."""
    return AuditEntry.objects.order_by("-index").values_list("time", flat=True).first()


def _text(value: str, length: int) -> str:
    """Return the text as both databases keep it: cut to the column, without NUL and halves of letters."""
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:length]


def _as_stored(changes: dict[str, Any]) -> Any:
    """Return the changes as every database gives them back, so that the chain holds for what is read later.

    Keys become texts, tuples lists; a fraction becomes its text, because PostgreSQL would write ``1e22`` otherwise.
    """
    return _clean(json.loads(json.dumps(changes), parse_float=str, parse_constant=str))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value, len(value))
    if isinstance(value, dict):
        return {_clean(key): _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value


def first_break(entries: Iterable[AuditEntry]) -> int | None:
    """Return the index of the first entry that does not follow from those before it, or None if all do."""
    last = None
    for entry in entries:
        if why_broken(last, entry):
            return last.index + 1 if last else 1
        last = entry
    return None


def why_broken(last: AuditEntry | None, entry: AuditEntry) -> str:
    """Say in Chinese why the entry cannot stand after the last one (None: as the first); empty if it can."""
    expected = last.index + 1 if last else 1
    if entry.index != expected:
        return f"缺第 {expected} 条，下一条是第 {entry.index} 条"
    if last and entry.version < last.version:
        return "用了比上一条旧的链值算法"
    if entry.version == 1 and (entry.address or entry.request_id or entry.clock_behind or entry.salt):
        return "旧算法的记录里填了当时没有的栏"
    if last and entry.pk <= last.pk:
        return "数据库编号没有随序号递增"
    try:
        follows = entry.chain == chain_value(last.chain if last else START, entry)
    except ValueError:
        return f"没有第 {entry.version} 版链值算法"
    if not follows:
        return "链值和内容对不上"
    if last and entry.version > 1 and entry.time < last.time:
        return "时间早于上一条"
    return ""


def watch_logins() -> None:
    """Record logins and logouts; failed attempts are counted, and recorded, by the log-in form."""
    user_logged_in.connect(
        lambda sender, user, **_: record(user, "登录", user), weak=False, dispatch_uid="in"
    )
    user_logged_out.connect(
        lambda sender, user, **_: record(user, "退出", user) if user else None, weak=False, dispatch_uid="out"
    )
