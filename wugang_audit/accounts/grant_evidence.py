"""The roles that stand against the audit trail: a role that somebody put into the database by hand has no entry there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..access.roles import Role
from ..audit.examine import also
from ..audit.models import AuditEntry
from .models import AccountRequest, RoleGrant, User

APPROVED = "批准账号申请"
ACTIONS = ("开立账号", "修改账号", APPROVED)
KEY = f"{User._meta.label_lower}:"  # of an entry's target, before the primary key
ROLES = {role.label: str(role) for role in Role}


@dataclass(frozen=True)
class Said:
    """The roles of an account by the trail. is_whole: an entry has named them all.

    The login that an officer gets from his row in the registry is entered under that row: then it is not.
    """

    roles: frozenset[str] = frozenset()
    is_whole: bool = False


@also
def grants() -> Iterator[tuple[bool, str]]:
    """Compare the roles of every account with the last entries about it; once more if a step was just taken."""
    faults = _faults() and _faults()
    yield from ((False, fault) for fault in faults)
    if not faults:
        yield True, f"账号的角色：{User.objects.count()} 个账号，都和审计记录一致"


def _faults() -> list[str]:
    said, held = _said(), defaultdict(set)
    for user, role in RoleGrant.objects.values_list("user", "role"):
        held[user].add(role)
    names, faults = {user.pk: str(user) for user in User.objects.all()}, []
    for pk in sorted(said.keys() | held.keys()):
        found, known = held.get(pk, set()), said.get(pk, Said())
        alone = found - known.roles - (set() if known.is_whole else {Role.OFFICER})
        name = names.get(pk, f"（数据库编号 {pk}）")
        if alone:
            faults.append(f"账号 {name}：有角色{_labels(alone)}，审计记录里没有授予")
        if lost := known.roles - found:
            faults.append(f"账号 {name}：按审计记录应有角色{_labels(lost)}，账号上没有")
    return faults


def _said() -> dict[int, Said]:
    """Return primary key -> what the trail says of the account's roles."""
    said: dict[int, Said] = {}
    entries = AuditEntry.objects.filter(action__in=ACTIONS, target_key__startswith=KEY).order_by("index")
    for key, action, changes in entries.values_list("target_key", "action", "changes").iterator():
        pk = int(key.removeprefix(KEY))
        said[pk] = _after(said.get(pk, Said()), action, changes)
    return said


def _after(before: Said, action: str, changes: dict[str, Any]) -> Said:
    if "roles" in changes:
        return Said(frozenset(changes["roles"]), True)
    what = changes.get("事项", "")
    if action == APPROVED and what.startswith(AccountRequest.Kind.GRANT.label):
        # Approvals named no codes at first, but what was asked for, such as 授予角色（审核人、负责人）.
        words = what.partition("（")[2].removesuffix("）").split("、")
        return replace(before, roles=before.roles | {ROLES.get(word, word) for word in words})
    return before


def _labels(roles: set[str] | frozenset[str]) -> str:
    labels = dict(Role.choices)
    return "".join(f"“{labels.get(role, role)}”" for role in sorted(roles))
