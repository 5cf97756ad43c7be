"""What needs a second person's approval about an account, so that no one person gets in as another.

Whoever holds more than the officer's role (`roles.POWERFUL`) is given a role, a new password, an end of the second
factor or the account back only in two steps: a security administrator asks, and a second person approves, who is
neither the asker nor the person concerned (`roles.APPROVERS`: the head, the system administrator, another security
administrator). About a security administrator's account the system administrator may ask, so that one of each is
enough. To take a role away and to close an account needs nobody else: that only closes doors.

A password has two halves then (`passwords.half`): the approver sees one, the asker the other, each once, and both hand
theirs to the person concerned. Neither can log in with what he knows. An account that gains its first powerful role
starts anew in the same way, since whoever opened it has seen its first password: new password in halves, no second
factor, no session. A new password leaves the second factor as it is, and within three days nobody approves both for one
account. At the next log-in the person concerned is told what was done, by whom.
"""

import datetime
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from .. import clock
from ..access.roles import APPROVERS, POWERFUL, Role, conflict
from ..audit import trail
from . import second_factor
from .models import AccountRequest, RoleGrant, User
from .passwords import half, hand_out
from .refused import Refused

Kind, Outcome = AccountRequest.Kind, AccountRequest.Outcome
WAITS = datetime.timedelta(days=7)  # a request that nobody decided in that time has lapsed
APART = datetime.timedelta(days=3)  # between two resets of one account that the same person approves
RESETS = frozenset({Kind.PASSWORD, Kind.FACTOR})


def lock(actor: User) -> User:
    """Let one change of anybody's powers happen at a time, until the transaction ends; return the actor as he stands now.

    Without it two approvals at once could give one account two roles that exclude each other, and who is just losing
    his role could still act.
    """
    trail.lock_table(AccountRequest)
    return User.objects.get(pk=actor.pk)


def may_ask_about(actor: User, user: User, kind: str, roles: Iterable[str] = ()) -> bool:
    """Say whether the actor may ask for this; about his own account nobody may."""
    if actor.pk == user.pk:
        return False
    if actor.has_role(Role.SECURITY):
        return True
    # Somebody must be able to help the only security administrator, or to follow him.
    wanted = set(roles) if kind == Kind.GRANT else user.granted_roles
    return actor.has_role(Role.ADMIN) and Role.SECURITY in wanted and (kind != Kind.GRANT or len(wanted) == 1)


@transaction.atomic
def ask(*, user: User, kind: str, actor: User, reason: str, roles: Iterable[str] = ()) -> AccountRequest:
    """Ask that something be done to a powerful account; nothing changes before a second person approves.

    :param kind: one of `AccountRequest.Kind`.
    :param reason: why, in one line of at most 200 characters; the approver reads it.
    :param roles: for a grant alone: the roles to be added, at least one of them powerful.
    """
    actor, user = lock(actor), User.objects.get(pk=user.pk)
    if not may_ask_about(actor, user, kind, roles):
        raise PermissionDenied("账号申请由安全管理员提出，自己的账号由别人提出。")
    wanted = sorted(set(roles) - user.granted_roles)
    if why := _why_pointless(user, kind, wanted):
        raise Refused(why)
    if not (reason := reason.strip()[:200]):
        raise Refused("请写明事由：批准人要看。")
    now = clock.now()
    AccountRequest.objects.filter(user=user, kind=kind, outcome="", expires_at__lte=now).update(
        outcome=Outcome.LAPSED
    )
    try:
        with transaction.atomic():
            row = AccountRequest.objects.create(
                user=user, kind=kind, roles=wanted, reason=reason, asked_by=actor, asked_at=now,
                expires_at=now + WAITS,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(
            f"{user.full_name}的“{Kind(kind).label}”已经有一份申请在等批准，请先办完或撤回那一份。"
        ) from None
    trail.record(actor, "提出账号申请", user, {"事项": row.what, "事由": reason})
    return row


def _why_pointless(user: User, kind: str, wanted: list[str]) -> str | None:
    """Say in Chinese what stands in the way of such a request, when it is made and again when it is approved."""
    held = user.granted_roles
    if kind == Kind.GRANT:
        if POWERFUL.isdisjoint(wanted):
            return f"{user.full_name}已经有这些角色，或者没有选择须批准的角色。"
        if not user.is_active:
            return f"{user.full_name}的账号已停用，请先启用再授予角色。"
        return conflict(held.union(wanted))
    if held.isdisjoint(POWERFUL):
        return f"{user.full_name}只是执法人员或没有角色，不用批准，请在账号列表里直接办理。"
    if kind == Kind.ACTIVATE:
        return f"{user.full_name}的账号没有停用。" if user.is_active else conflict(held)
    return None if user.is_active else f"{user.full_name}的账号已停用，请先申请重新启用。"


def why_not(row: AccountRequest, actor: User) -> str | None:
    """Say in Chinese why this person may not approve an open request, or None if he may."""
    if not actor.has_role(*APPROVERS):
        return "账号申请由负责人、系统管理员或另一名安全管理员批准。"
    if row.asked_by_id == actor.pk:
        return "申请是您提出的，须由另一个人批准。"
    if row.user_id == actor.pk:
        return "申请涉及您自己的账号，须由别人批准。"
    if not may_ask_about(row.asked_by, row.user, row.kind, row.roles):
        return f"申请人{row.asked_by.full_name}现在已经不能提出这样的申请，只能驳回。"
    mutual = AccountRequest.objects.waiting().filter(user=actor, asked_by__in=[row.asked_by_id, row.user_id])
    if mutual.exists():
        return (
            "您自己的账号正有一份申请在等批准，是同一个人提出的：互相有求的两个人不能互相批准，请由别人批准。"
        )
    if row.kind in RESETS:
        other = AccountRequest.objects.filter(
            user=row.user_id, kind__in=RESETS - {row.kind}, outcome=Outcome.APPROVED, decided_by=actor,
            decided_at__gt=clock.now() - APART,
        )  # fmt: skip
        if other.exists():
            return f"{row.user.full_name}的另一项重置是您三天内批准的：密码和验证器不能由同一个人接连批准，请由别人批准，或等满三天。"
    return None


@dataclass(frozen=True)
class Approval:
    """A request that was approved, and what the approver hands to the person concerned; empty: no password was made."""

    request: AccountRequest
    second_half: str


@transaction.atomic
def approve(*, request: AccountRequest, actor: User) -> Approval:
    """Approve what somebody else asked for: it takes effect now."""
    actor, row = _as_approver(actor), _open(request)
    if why := why_not(row, actor) or _why_pointless(row.user, row.kind, row.roles):
        raise Refused(why)
    if row.kind == Kind.GRANT:
        starts = not row.user.is_powerful
        added = set(row.roles) - row.user.granted_roles
        RoleGrant.objects.bulk_create(RoleGrant(user=row.user, role=role) for role in sorted(added))
        if starts:
            end_second_factor(row.user, actor)
    elif row.kind == Kind.ACTIVATE:
        row.user.is_active = True
        row.user.save(update_fields=["is_active"])
    elif row.kind == Kind.FACTOR:
        end_second_factor(row.user, actor)
    second_half = ""
    if row.kind == Kind.PASSWORD or (row.kind == Kind.GRANT and starts):
        row.seed = secrets.token_urlsafe(24)
        second_half = half(row.seed, 2)
        hand_out(row.user, f"{half(row.seed, 1)}-{second_half}")
    _close(row, Outcome.APPROVED, actor)
    changes = {"事项": row.what, "申请人": row.asked_by.full_name}
    if row.kind == Kind.GRANT:
        changes["roles"] = sorted(row.user.granted_roles)  # all of them now: `grant_evidence` compares
    trail.record(actor, "批准账号申请", row.user, changes)
    return Approval(row, second_half)


@transaction.atomic
def refuse(*, request: AccountRequest, actor: User) -> AccountRequest:
    """Refuse a request: nothing changes, the request stays on record with both names."""
    actor, row = _as_approver(actor), _open(request)
    if actor.pk in (row.asked_by_id, row.user_id):
        raise Refused("自己提出的申请可以撤回；涉及自己账号的申请由别人办理。")
    _close(row, Outcome.REFUSED, actor)
    trail.record(actor, "驳回账号申请", row.user, {"事项": row.what, "申请人": row.asked_by.full_name})
    return row


@transaction.atomic
def withdraw(*, request: AccountRequest, actor: User) -> AccountRequest:
    """Take one's own request back."""
    actor, row = lock(actor), _open(request)
    if row.asked_by_id != actor.pk:
        raise Refused("申请由提出的人撤回；批准人可以驳回。")
    _close(row, Outcome.WITHDRAWN, actor)
    trail.record(actor, "撤回账号申请", row.user, {"事项": row.what})
    return row


@transaction.atomic
def take_first_half(*, request: AccountRequest, actor: User) -> str:
    """Return the asker's half of the password that was made with the approval: once, and while it is still needed."""
    lock(actor)
    row = AccountRequest.objects.with_names().get(pk=request.pk)
    if row.asked_by_id != actor.pk:
        raise PermissionDenied("前半段密码由申请人领取。")
    if not row.seed or not row.user.must_change_password:
        raise Refused("前半段密码已经领取过，或者本人已经改了密码。没有记下的，请重新申请重置密码。")
    first = half(row.seed, 1)
    row.seed = ""
    row.save(update_fields=["seed"])
    trail.record(actor, "领取前半段密码", row.user)
    return first


def _open(request: AccountRequest) -> AccountRequest:
    row = AccountRequest.objects.with_names().get(pk=request.pk)
    if not row.is_open:
        raise Refused("这份申请已经有人办过，或者已经过期，请刷新页面查看。")
    return row


def _as_approver(actor: User) -> User:
    actor = lock(actor)
    if not actor.has_role(*APPROVERS):
        raise PermissionDenied("账号申请由负责人、系统管理员或另一名安全管理员批准。")
    return actor


def _close(row: AccountRequest, outcome: Outcome, actor: User) -> None:
    row.outcome, row.decided_by, row.decided_at = outcome, actor, clock.now()
    row.save(update_fields=["outcome", "decided_by", "decided_at", "seed"])


def end_second_factor(user: User, actor: User) -> None:
    """Take the person's authenticator and recovery codes away, if there are any."""
    if user.second_factor:
        second_factor.reset(user, actor=actor)


def tell_at_login(sender: object, request: HttpRequest | None, user: User, **kwargs: object) -> None:
    """Tell the person at log-in what was done to the account since the last one, by whom."""
    if request is None or not hasattr(request, "_messages"):
        return
    done = AccountRequest.objects.with_names().filter(
        user=user, outcome__in=(Outcome.APPROVED, Outcome.AT_ONCE), told_at=None
    )
    for row in done.order_by("pk"):
        who = f"{row.asked_by.full_name}申请、{row.decided_by.full_name}批准"
        if row.outcome == Outcome.AT_ONCE:
            who = f"{row.asked_by.full_name}办理"
        when = timezone.localtime(row.decided_at)
        messages.warning(
            request, f"您的账号{when:%m月%d日 %H:%M}由{who}：{row.what}。如果您不知情，请立即告诉审计员。"
        )
    done.update(told_at=clock.now())


def watch_logins() -> None:
    user_logged_in.connect(tell_at_login, dispatch_uid="account requests")
