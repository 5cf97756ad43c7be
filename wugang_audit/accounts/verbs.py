"""What a security administrator does to an account alone: close doors, and serve those who hold no powerful role.

Everything else is asked for (see `approvals`). Nobody does anything to an account of his own.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from .. import clock
from ..access.roles import POWERFUL, Role, conflict
from ..audit import trail
from . import approvals, second_factor
from .models import AccountRequest, RoleGrant, User
from .passwords import hand_out, initial_password
from .refused import Refused

Kind = AccountRequest.Kind


@dataclass(frozen=True)
class Changed:
    """What came of a change of an account: the requests that now wait for a second person."""

    requests: tuple[AccountRequest, ...]


@transaction.atomic
def change(
    *,
    user: User,
    roles: Collection[str],
    is_active: bool,
    actor: User,
    reason: str = "",
    opened: bool = False,
) -> Changed:
    """Give an account these roles and close or open it, as far as one person may; the rest is asked for.

    :param roles: all roles that the account is to hold.
    :param reason: for the approver; needed where something has to be approved.
    :param opened: whether the account is new.
    """
    actor = _other(actor, user)
    user = User.objects.get(pk=user.pk)
    if why := conflict(roles):
        raise Refused(why)
    held, wanted, requests = user.granted_roles, frozenset(roles), []
    RoleGrant.objects.filter(user=user, role__in=held - wanted).delete()
    if Role.OFFICER in wanted - held:
        RoleGrant.objects.create(user=user, role=Role.OFFICER)
    if user.is_active and not is_active:
        _set_active(user, False)
    elif is_active and not user.is_active:
        if user.is_powerful:
            requests.append(approvals.ask(user=user, kind=Kind.ACTIVATE, actor=actor, reason=reason))
        else:
            _set_active(user, True)
    if powerful := (wanted - held) & POWERFUL:
        requests.append(approvals.ask(user=user, kind=Kind.GRANT, actor=actor, reason=reason, roles=powerful))
    trail.record(
        actor,
        "开立账号" if opened else "修改账号",
        user,
        {"roles": sorted(user.granted_roles), "is_active": user.is_active},
    )
    return Changed(tuple(requests))


@transaction.atomic
def reset_password(*, user: User, actor: User) -> str:
    """Give a plain account a new first password, and return it; of a powerful one that is asked for."""
    user = _plain(user, actor, Kind.PASSWORD)
    password = initial_password()
    hand_out(user, password)
    _note(user, actor, Kind.PASSWORD)
    trail.record(actor, "重置密码", user)
    return password


@transaction.atomic
def reset_factor(*, user: User, actor: User) -> None:
    """End the second factor of a plain account; of a powerful one that is asked for."""
    user = _plain(user, actor, Kind.FACTOR)
    _note(user, actor, Kind.FACTOR)
    second_factor.reset(user, actor=actor)


def _other(actor: User, user: User) -> User:
    """Return the actor as he stands now, if he may act on this account alone."""
    actor = approvals.lock(actor)
    if not actor.has_role(Role.SECURITY):
        raise PermissionDenied("账号由安全管理员管理。")
    if actor.pk == user.pk:
        raise Refused("自己的账号不能由自己办理，请另一名安全管理员或系统管理员申请。")
    return actor


def _plain(user: User, actor: User, kind: Kind) -> User:
    _other(actor, user)
    user = User.objects.get(pk=user.pk)
    if user.is_powerful:
        raise Refused(f"{kind.label}须另一人批准，请在“账号申请”里提出")
    return user


def _set_active(user: User, active: bool) -> None:
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        user.sessions.all().delete()


def _note(user: User, actor: User, kind: Kind) -> None:
    """Leave what the person is told at the next log-in."""
    now = clock.now()
    AccountRequest.objects.create(
        user=user, kind=kind, reason="直接办理", asked_by=actor, asked_at=now, expires_at=now, decided_by=actor,
        decided_at=now, outcome=AccountRequest.Outcome.AT_ONCE,
    )  # fmt: skip
