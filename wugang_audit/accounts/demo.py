"""The accounts of a demonstration: all with one password that the login page shows.

Whom the lot gives how much to do is not known beforehand: the two officers shown are those with the most tasks.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..access.roles import Role
from .models import User

PASSWORD = "wugang-demo-2026"  # noqa: S105 - shown to every visitor of the demonstration


@dataclass(frozen=True)
class DemoAccount:
    username: str
    full_name: str
    role: Role
    look: str  # what there is to see for this person, as the command prints it
    password: str = PASSWORD


ACCOUNTS = (
    DemoAccount(
        "organiser", "沈组织", Role.ORGANISER, "组织下一季度的抽签，看任务进度，答复困难和回避，编季度汇总表"
    ),
    DemoAccount("organiser2", "韩组织", Role.ORGANISER, "作为第二个人核对变动、录入随机数、确认替补"),
    DemoAccount(
        "officer1", "", Role.OFFICER, "任务里有逾期、明天到期、延期、被退回的各一项，行前档案，填检查表"
    ),
    DemoAccount("officer2", "", Role.OFFICER, "有明天到期、延期、被退回的任务，看自己的统计"),
    DemoAccount("reviewer", "秦审核", Role.REVIEWER, "审核提交的检查结果，申请隐去已公开的内容"),
    DemoAccount("head", "严负责", Role.HEAD, "确认公开，批准汇总表、依法隐去和账号申请"),
    DemoAccount("admin", "苏管理", Role.ADMIN, "名录、导入、检查清单、法律依据、节假日"),
    DemoAccount("security", "曹安全", Role.SECURITY, "开立账号，申请授予角色"),
    DemoAccount("auditor", "魏审计", Role.AUDITOR, "查审计记录，核对链条"),
)

_busiest: list[Callable[[], list[User]]] = []


def busiest(found: Callable[[], list[User]]) -> Callable[[], list[User]]:
    """Register what gives the officers' accounts, those with the most tasks first."""
    _busiest.append(found)
    return found


def accounts() -> list[DemoAccount]:
    """Return the accounts to show; for those of officers whoever has the most tasks of the quarter, if any has."""
    officers = iter([user for found in _busiest for user in found()])
    shown = []
    for account in ACCOUNTS:
        if account.role == Role.OFFICER and (user := next(officers, None)):
            account = replace(account, username=user.username, full_name=user.full_name)
        shown.append(account)
    return shown
