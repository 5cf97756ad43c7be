"""The roles, which of them one person may hold together, and what each may do in the admin.

Three powers are separated as GB/T 22239-2019 asks: who administers data, who administers accounts, who audits.
No account has a power that no role grants: there is no superuser.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from django.apps import apps
from django.db import models


class Role(models.TextChoices):
    ADMIN = "admin", "系统管理员"
    SECURITY = "security", "安全管理员"
    AUDITOR = "auditor", "审计员"
    ORGANISER = "organiser", "抽查组织者"
    REVIEWER = "reviewer", "审核人"
    HEAD = "head", "负责人"
    OFFICER = "officer", "执法人员"


DUTIES = {
    Role.ADMIN: "维护污染源、执法人员两个名录库和系统设置，批准账号申请",
    Role.SECURITY: "开立、停用账号，收回角色；其他角色由他申请、另一人批准",
    Role.AUDITOR: "查阅审计记录，不改动任何数据，也看不到检查结果",
    Role.ORGANISER: "编制抽查计划，组织抽签",
    Role.REVIEWER: "审核检查结果",
    Role.HEAD: "查看全部情况，确认公开，批准账号申请",
    Role.OFFICER: "完成自己的检查任务",
}

# Whoever holds one of these can change or decide something for everybody, or reads what is not public: it is granted,
# and a lost password or second factor is reset, only with a second account's approval (`accounts.approvals`).
POWERFUL = frozenset(Role) - {Role.OFFICER}
# Who may approve that: never who asked, never the person concerned.
APPROVERS = (Role.HEAD, Role.ADMIN, Role.SECURITY)

# The roles that the admin lets in; what each may do there, the apps say (see `allows`).
ADMIN_SITE_ROLES = frozenset({Role.ADMIN, Role.SECURITY})
# Who may be the second person that reads something again: any staff role; the auditor changes nothing.
SECOND_READERS = tuple(role for role in Role if role != Role.AUDITOR)

# Who may log in with a password alone: whoever sees own tasks only, and holds no other role.
PASSWORD_ALONE = frozenset({Role.OFFICER})

EVERYTHING = "*"


@cache
def granted(role: str) -> frozenset[str]:
    """Return what a role may do in the admin, as ``app.action_model``, or ``app.*`` for everything in an app.

    Each app declares it in its `AppConfig`, for its own models alone: ``admin_permissions = {role: names}``, a name being
    ``action_model`` or `EVERYTHING`. `checks` refuses an app that shows models in the admin and declares nothing.
    """
    return frozenset(
        f"{config.label}.{name}"
        for config in apps.get_app_configs()
        for name in getattr(config, "admin_permissions", {}).get(role, ())
    )


def allows(roles: Iterable[str], permission: str) -> bool:
    """Say whether any of the roles grants a Django permission such as ``app.change_model``."""
    everything = f"{permission.split('.', 1)[0]}.{EVERYTHING}"
    return any(not granted(role).isdisjoint((permission, everything)) for role in roles)


def allows_some_of(roles: Iterable[str], app: str) -> bool:
    """Say whether any of the roles grants anything at all in the app with this label."""
    return any(name.startswith(f"{app}.") for role in roles for name in granted(role))


@dataclass(frozen=True)
class Pair:
    """Whether one person may hold two roles together, and why (not)."""

    allowed: bool
    why: str


def _no(why: str) -> Pair:
    return Pair(False, why)


def _yes(why: str) -> Pair:
    return Pair(True, why)


_A, _S, _U = Role.ADMIN, Role.SECURITY, Role.AUDITOR
_O, _R, _H, _F = Role.ORGANISER, Role.REVIEWER, Role.HEAD, Role.OFFICER
# Every pair of the seven, so that nobody has to guess. What the law leaves open is decided by one question: could a step
# that needs two people, or two who watch each other, then be taken by one?
PAIRS: dict[frozenset[Role], Pair] = {
    frozenset({_A, _S}): _no(
        "一人就能开立账号、给账号角色，又改名录；账号申请也没有另一人批准（GB/T 22239 要求分开）。"
    ),
    frozenset({_A, _U}): _no("审计员要查名录是谁改的、改得对不对，不能查自己。"),
    frozenset({_A, _O}): _no("一人既定名单里有谁，又从名单里抽：可以在冻结前改动名录来影响抽签。"),
    frozenset({_A, _R}): _no("系统管理员给执法人员开立账号时见到初始密码，可以替人填报，再由自己审核。"),
    frozenset({_A, _H}): _no("账号申请由系统管理员或负责人批准：并成一人，涉及他自己账号的申请就没有人能批准。"),
    frozenset({_A, _F}): _no("可以修改自己的专业、回避和不在岗登记，左右自己被派到哪里。"),
    frozenset({_S, _U}): _no("审计员要查账号和角色是怎么给出去的，不能查自己。"),
    frozenset({_S, _O}): _no("安全管理员能开立账号、重置执法人员的密码：凑得出第二个录入人或核对人，不能同时组织抽签。"),
    frozenset({_S, _R}): _no("能重置执法人员的密码，可以替人填报，再由自己审核。"),
    frozenset({_S, _H}): _no("安全管理员提出账号申请，负责人批准：不能自己申请、自己批准。"),
    frozenset({_S, _F}): _no("能重置同组人员的密码，一人就能以检查组两个人的名义办事。"),
    frozenset({_U, _O}): _no("审计员监督抽签的每一步，不能自己组织抽签。"),
    frozenset({_U, _R}): _no("审计员监督审核，并且看不到检查结果；审核人要看检查结果。"),
    frozenset({_U, _H}): _no("审计员监督公开和账号申请的批准，不能自己批准。"),
    frozenset({_U, _F}): _no("审计员监督检查过程，并且看不到检查结果，不能自己去检查。"),
    frozenset({_O, _R}): _yes("抽签靠随机数，审核看检查结果，互不影响；作废、替补等要两个人的步骤按人分开。"),
    frozenset({_O, _H}): _no("负责人监督抽签，还批准组织者账号的申请，不能自己组织抽签。"),
    frozenset({_O, _F}): _no("执法人员也在被抽的名单里：组织者能申报换人、提前解封，不能同时被抽。"),
    frozenset({_R, _H}): _no("审核和确认公开是两道关，须由两个人把守。"),
    frozenset({_R, _F}): _yes("可以审核别人的检查；自己参加过的（包括后来被替补的）由别的审核人审核。"),
    frozenset({_H, _F}): _no("负责人不能确认公开自己参加的检查；只有一名负责人时，这样的检查永远公开不了。"),
}  # fmt: skip


@dataclass(frozen=True)
class Post:
    """So many people who hold these roles together."""

    roles: tuple[Role, ...]
    people: int
    why: str

    @property
    def labels(self) -> str:
        return "、".join(role.label for role in self.roles)


# The smallest staff with which every step can be taken, those that need two people included: nine, of whom three go out.
SMALLEST_STAFF = (
    Post((_S,), 1, "开立账号，提出账号申请"),
    Post((_A,), 1, "维护名录，批准账号申请，提出有关安全管理员账号的申请"),
    Post((_H,), 1, "确认公开，批准账号申请（包括有关系统管理员、安全管理员的）"),
    Post((_U,), 1, "查阅审计记录；可以由上级单位的人担任"),
    Post((_O, _R), 1, "组织抽签，确认另一名组织者申请的作废和替补，审核检查结果"),
    Post((_O,), 1, "组织抽签，确认另一名组织者申请的作废和替补"),
    Post((_F,), 3, "每家单位两个人去，有人不能去时第三个人替补；由执法人员兼审核人时，审核人要有两名"),
)


def pair(one: Role, other: Role) -> Pair:
    """Return what is said of two different roles; the order does not matter."""
    return PAIRS[frozenset({one, other})]


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Say whether who holds these roles must give a one-time code after the password; officers are offered it."""
    return not PASSWORD_ALONE.issuperset(roles)


def conflict(roles: Iterable[str]) -> str | None:
    """Return in Chinese why these roles may not be held by one account, or None."""
    all_of_them = set(roles)
    held = [role for role in Role if role in all_of_them]
    wrong = [
        f"{one.label}不能兼任{other.label}：{said.why}"
        for one, other in combinations(held, 2)
        if not (said := pair(one, other)).allowed
    ]
    return " ".join(wrong) or None
