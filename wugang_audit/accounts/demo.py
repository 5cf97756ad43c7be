"""The accounts of a demonstration: all with one password that the login page shows.

The two officers are the first ones of the demo workbook.
"""

from dataclasses import dataclass

from ..access.roles import Role

PASSWORD = "wugang-demo-2026"  # noqa: S105 - shown to every visitor of the demonstration


@dataclass(frozen=True)
class DemoAccount:
    username: str
    full_name: str
    role: Role
    password: str = PASSWORD


ACCOUNTS = (
    DemoAccount("organiser", "沈组织", Role.ORGANISER),
    DemoAccount("organiser2", "韩组织", Role.ORGANISER),
    DemoAccount("officer1", "李军明", Role.OFFICER),
    DemoAccount("officer2", "吴强强", Role.OFFICER),
    DemoAccount("reviewer", "秦审核", Role.REVIEWER),
    DemoAccount("head", "严负责", Role.HEAD),
    DemoAccount("admin", "苏管理", Role.ADMIN),
    DemoAccount("security", "曹安全", Role.SECURITY),
    DemoAccount("auditor", "魏审计", Role.AUDITOR),
)
