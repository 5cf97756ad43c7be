"""What is done to the registry of officers besides editing a row."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant, User
from wugang_audit.accounts.passwords import AT_ONCE, FirstPassword, initial_password
from wugang_audit.audit import trail
from wugang_audit.registries import bulk_history
from wugang_audit.registries.changes import changes_of

from .models import Absence, Officer, OfficerQuerySet, TrainingRecord


@transaction.atomic
def open_account(officer: Officer, actor: User) -> str:
    """Make the officer's login from his row and return its first password, which is kept nowhere.

    The login name is the certificate number, the role 执法人员 and no other.
    :raises ValidationError: if the officer has an account, is not in the registry, or the name is taken.
    """
    officer = Officer.objects.select_for_update(of=("self",)).get(pk=officer.pk)
    if officer.user_id:
        raise ValidationError(f"{officer.name} 已经有登录账号。")
    if not officer.is_active:
        raise ValidationError(f"{officer.name} 不在册，不能开立账号。")
    if not officer.certificate_number:
        raise ValidationError(f"{officer.name} 的执法证号待补：补上以后再开立账号，登录名就是执法证号。")
    if User.objects.filter(username=officer.certificate_number).exists():
        raise ValidationError(f"登录名 {officer.certificate_number} 已有人使用，请联系安全管理员。")
    password = initial_password()
    officer.user = User.objects.create_user(
        officer.certificate_number,
        password,
        full_name=officer.name,
        roles=[Role.OFFICER],
        must_change_password=True,
    )
    officer._history_user, officer._change_reason = actor, "开立登录账号"
    officer.save(update_fields=["user", "updated_at"])
    trail.record(
        actor, "开立登录账号", officer, {"username": officer.user.username, "roles": [Role.OFFICER.value]}
    )
    return password


@dataclass(frozen=True)
class Logins:
    """The result of opening several: the new ones, and why the others were refused."""

    opened: tuple[FirstPassword, ...]
    refused: tuple[str, ...]


def open_accounts(officers: Iterable[Officer], actor: User) -> Logins:
    """Open the logins of several officers, each in its own transaction; at most `AT_ONCE`, the others are refused."""
    opened: list[FirstPassword] = []
    refused: list[str] = []
    for officer in officers:
        if len(opened) == AT_ONCE:
            refused.append(f"{officer.name}：一次最多开立 {AT_ONCE} 个，请再选一次。")
            continue
        try:
            password = open_account(officer, actor)
            opened.append(FirstPassword(officer.name, officer.certificate_number, password))
        except ValidationError as error:
            refused += error.messages
    return Logins(tuple(opened), tuple(refused))


@transaction.atomic
def keep(
    model: type[Absence | TrainingRecord], officers: OfficerQuerySet, row: dict[str, Any], *, actor: User
) -> tuple[int, int]:
    """Enter the same training or absence for several officers; who has just that already gets no second one.

    :param model: `TrainingRecord` or `Absence`.
    :param row: the fields besides the officer.
    :return: for how many it was entered, and how many had it.
    """
    trail.lock_table(model)
    known = set(model.objects.filter(officer__in=officers, **row).values_list("officer", flat=True))
    fresh = [officer for officer in officers if officer.pk not in known]
    said = model._meta.verbose_name
    rows = [row | {"officer": officer} for officer in fresh]
    bulk_history.create(model, ["officer", *row], rows, actor=actor, reason=f"成批登记{said}")
    if fresh:
        numbers = [officer.certificate_number for officer in fresh]
        changes = changes_of(None, model(**row), list(row))
        trail.record(actor, f"登记{said}", f"{len(fresh)} 人", {"numbers": numbers} | changes)
    return len(fresh), len(known)


@transaction.atomic
def set_active(officers: OfficerQuerySet, active: bool, actor: User, *, reason: str) -> int:
    """Take officers off the registry, or back; return how many changed. A leaver's own login is closed with it."""
    changed = list(officers.exclude(is_active=active).select_related("user"))
    verb = "恢复" if active else "停用"
    if not active:
        for officer in changed:
            close_account(officer, actor)
    if changed:
        bulk_history.update(
            Officer,
            ["is_active"],
            [officer.pk for officer in changed],
            [{"is_active": active}] * len(changed),
            actor=actor,
            reason=reason,
        )
        trail.record(
            actor,
            f"{verb}执法人员",
            f"{len(changed)} 人",
            {"numbers": [each.certificate_number for each in changed], "reason": reason},
        )
    return len(changed)


def with_own_login(officers: OfficerQuerySet) -> list[Officer]:
    """Return the officers whose login is in use and serves no other role: it is closed when they leave (`close_account`)."""
    others = RoleGrant.objects.filter(user=OuterRef("user")).exclude(role=Role.OFFICER)
    return list(officers.filter(~Exists(others), user__is_active=True).select_related("user"))


def close_account(officer: Officer, actor: User | None) -> bool:
    """Deactivate the login of an officer who left, unless it serves other roles too; say whether it was done."""
    user = officer.user
    if user is None or not user.is_active or user.roles - {Role.OFFICER}:
        return False
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.sessions.all().delete()
    trail.record(actor, "停用账号", user, {"officer": officer.certificate_number})
    return True
