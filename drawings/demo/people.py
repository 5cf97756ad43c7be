"""The registries of the demonstration and the accounts of its people."""

import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from drawings.checklists.shipped import add_shipped
from enforcers.importer import OfficerImporter
from enforcers.models import Officer
from sources.credit_importer import CreditImporter
from sources.importer import SourceImporter
from sources.models import Category, CreditClass, PollutionSource, Speciality
from sources.permit_importer import PermitImporter
from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts import approvals, second_factor
from wugang_audit.accounts.demo import ACCOUNTS, PASSWORD
from wugang_audit.accounts.models import AccountRequest, User
from wugang_audit.audit import trail
from wugang_audit.calendar.models import HolidayNotice
from wugang_audit.imports.entering import import_and_enter

WORKBOOKS = Path(settings.BASE_DIR) / "fixtures" / "demo"


def fixtures(begin: datetime.datetime) -> None:
    """Load what every site starts from; what is there already stays.

    :param begin: since when the checklists are in use: before the first visit that names them.
    """
    if not Speciality.objects.exists():
        call_command("loaddata", "specialities", "law", "inspection_items", verbosity=0)
        add_shipped(since=begin)
    if not HolidayNotice.objects.exists():
        call_command("loaddata", "holidays", verbosity=0)


def accounts() -> dict[str, User]:
    """Open the accounts that are no officer's, where they are missing; return all that there are by username."""
    hashed = _hashed()
    for account in ACCOUNTS:
        user = User.objects.filter(username=account.username).first()
        if account.role == Role.OFFICER:
            continue
        if user is None:
            user = _open(account.username, account.full_name, account.role, hashed, None)
        if not user.second_factor:
            second_factor.enrol_for_demo(user)
    return {user.username: user for user in User.objects.all()}


def registries(admin: User) -> list[str]:
    """Import those registries that are empty; return a line on each."""
    told = []
    for importer, name in (
        (SourceImporter(), "sources.xlsx"), (PermitImporter(), "permits.xlsx"), (OfficerImporter(), "officers.xlsx"),
    ):  # fmt: skip
        if not importer.model.objects.exists():
            content = (WORKBOOKS / name).read_bytes()
            done = import_and_enter(importer, f"演示{importer.label}.xlsx", content, admin, "演示数据")
            told.append(f"导入 {name}：{done.summary}")
    if not CreditClass.objects.exists():
        content = _credit_classes(clock.today()).encode()
        done = import_and_enter(CreditImporter(), "演示环保信用等级.csv", content, admin, "演示数据")
        told.append(f"导入环保信用等级：{done.summary}")
    return told


def _credit_classes(today: datetime.date) -> str:
    """Write a list of the units that are rated: the key ones, most of them good."""
    lines = ["污染源编码,环保信用等级,评定日期,有效期至,来源文件"]
    day, until = today - datetime.timedelta(days=60), today + datetime.timedelta(days=1000)
    rated = PollutionSource.objects.filter(category=Category.KEY).order_by("number")
    for place, number in enumerate(rated.values_list("number", flat=True)):
        grade = "ABBABCBABD"[place % 10]
        lines.append(f"{number},{grade}级,{day},{until},企业环境信用评价结果（演示）")
    return "\n".join(lines) + "\n"


def officers(admin: User) -> dict[str, User]:
    """Open an account for each officer of the workbook who has none; return all accounts of officers by username."""
    hashed = _hashed()
    for serial, officer in enumerate(Officer.objects.all(), 1):
        username = f"officer{serial}"
        if officer.user_id is None and not User.objects.filter(username=username).exists():
            officer.user = _open(username, officer.name, Role.OFFICER, hashed, admin)
            officer.save()
    return {user.username: user for user in User.objects.filter(officer__isnull=False)}


def request(security: User) -> None:
    """Leave a request about an account for the visitor to approve, as `admin` or `head`."""
    if not AccountRequest.objects.exists():
        approvals.ask(
            user=User.objects.get(username="officer3"),
            kind=AccountRequest.Kind.GRANT,
            roles=[Role.REVIEWER],
            actor=security,
            reason="审核人休假，由他审核别人的检查",
        )


def _hashed() -> str:
    """All have the one password that the login page shows, so it is hashed once."""
    return make_password(PASSWORD)


def _open(username: str, name: str, role: Role, hashed: str, actor: User | None) -> User:
    user = User.objects.create_user(username, full_name=name, roles=[role], password=None)
    user.password = hashed
    user.save(update_fields=["password"])
    trail.record(actor, "开立账号", user, {"roles": [role]})
    return user
