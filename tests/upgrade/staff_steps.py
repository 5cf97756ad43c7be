"""Steps of registries and accounts, from which `year.py` makes a year: the site's own verbs, at the time of `clock`."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from upgrade.steps import clock, who

from drawings.models import Selection
from enforcers.models import Officer
from enforcers.verbs import set_active as set_officers_active
from sources.importer import SourceImporter
from sources.models import PollutionSource
from sources.verbs import set_active
from wugang_audit.access.roles import Role
from wugang_audit.accounts import approvals, lockout
from wugang_audit.accounts import verbs as accounts
from wugang_audit.accounts.demo import PASSWORD
from wugang_audit.accounts.models import AccountRequest
from wugang_audit.imports import choices, jobs, undo

KEPT = 120  # units that stay in the registry: the frozen files are most of what the database holds


def sources_workbook(*rows: dict[str, str]) -> SimpleUploadedFile:
    """A list of units as a clerk exports it, in CSV."""
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=[*rows[0]])
    table.writeheader()
    table.writerows(rows)
    return SimpleUploadedFile(f"污染源{clock():%Y%m%d-%H%M}.csv", text.getvalue().encode())


def unit(serial: int, name: str, **more: str) -> dict[str, str]:
    return {
        "污染源编码": f"410481-{serial:04d}",
        "单位名称": name,
        "监管类别": "一般",
        "行业代码": "2669",
        "乡镇（街道）": "院岭街道",
        "备注": "年初普查补录，原档案在二楼档案室",
    } | more


def registries() -> None:
    """Strike units off, import two lists: one stays, one is undone."""
    admin = who("admin")
    drawn = Selection.objects.values("source")
    going = PollutionSource.objects.exclude(pk__in=drawn).order_by("-number")
    count = max(0, PollutionSource.objects.count() - KEPT)
    closed_down = PollutionSource.objects.filter(pk__in=[row.pk for row in going[:count]])
    set_active(closed_down, False, admin, reason="已关停，现场核实")
    new = [unit(9001, "虚构九千零一号助剂厂"), unit(9002, "虚构九千零二号涂料厂")]
    for rows, reason in ((new, ""), ([unit(9003, "虚构录错的厂")], "导错了文件")):
        clock.move(minutes=20)
        job = jobs.submit(SourceImporter(), sources_workbook(*rows), admin)
        clock.move(minutes=5)
        assert jobs.confirm(SourceImporter(), job, reason="年初普查补录") == jobs.APPLIED
        clock.move(minutes=5)
        if reason:
            job.refresh_from_db()
            undo.undo(SourceImporter(), job, actor=admin, reason=reason)


def waiting_list() -> None:
    """Upload a list that nobody has confirmed yet; the clerk says what a header of his own means, and it is kept."""
    row = unit(9004, "虚构九千零四号厂")
    row["科室自记"] = row.pop("备注")
    job = jobs.submit(SourceImporter(), sources_workbook(row), who("admin"))
    seen = choices.layout(SourceImporter(), job)
    (own,) = (column.position for column in seen.columns if not column.attribute)
    choice = {"sheet": seen.sheet, "header_row": seen.header_row, "columns": {str(own): "remarks"}}
    jobs.choose(SourceImporter(), job, choice, remember=True)


def requests() -> None:
    """Requests about accounts of each kind of end, and what the security administrator does alone."""
    security, head, admin = who("security"), who("head"), who("admin")
    Kind = AccountRequest.Kind
    approvals.approve(request=AccountRequest.objects.get(), actor=head)  # the demonstration left it

    def ask(username: str, kind: str, reason: str) -> AccountRequest:
        clock.move(minutes=7)
        return approvals.ask(user=who(username), kind=kind, actor=security, reason=reason)

    row = ask("auditor", Kind.PASSWORD, "忘记密码，已当面核对身份")
    approvals.approve(request=row, actor=admin)
    approvals.take_first_half(request=row, actor=security)
    approvals.refuse(request=ask("organiser2", Kind.FACTOR, "手机进水"), actor=head)
    approvals.withdraw(request=ask("organiser2", Kind.PASSWORD, "忘记密码"), actor=security)
    ask("reviewer", Kind.FACTOR, "手机更换")  # lapses: another one follows in the next year
    officer = who("officer9")
    accounts.reset_password(user=officer, actor=security)
    for is_active in (False, True):
        clock.move(minutes=3)
        accounts.change(user=officer, roles=[Role.OFFICER], is_active=is_active, actor=security)


def log_ins() -> None:
    """One person logs in as far as the code, another locks himself out."""
    Client().post(
        "/accounts/login/", {"username": "organiser", "password": PASSWORD}, REMOTE_ADDR="203.0.113.9"
    )
    for _ in range(5):
        clock.move(seconds=20)
        Client().post(
            "/accounts/login/", {"username": "officer4", "password": "not-it"}, REMOTE_ADDR="203.0.113.8"
        )
    assert [lock.user.username for lock in lockout.locks()] == ["officer4"]


def retire() -> None:
    """Strike the last officer off; his log-in is closed with it."""
    last = Officer.objects.order_by("certificate_number").last()
    set_officers_active(Officer.objects.filter(pk=last.pk), False, who("admin"), reason="退休")
