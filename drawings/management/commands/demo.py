"""The main job in one command: a site with registries, a drawn quarter, inspections in every state; then serve it.

Run again it redraws nothing and loses nothing: each step looks first whether it was done.
"""

import datetime
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from drawings.ceremony import verbs as ceremony
from drawings.ceremony.preflight.snapshot import snapshot
from drawings.inspections import verbs as inspections
from drawings.inspections.field.report import MEASURE_OF, WITH_DUE_DAY, Answer, Report
from drawings.inspections.field.sheet import sheet
from drawings.models import Draw, Inspection, InspectionItem, Plan, PlanRate
from drawings.models.entropy import SYSTEM
from drawings.models.quarters import quarter_before, quarter_of
from drawings.plans import verbs as plans
from drawings.protocol import verify
from enforcers import demo_records as demo_officers
from enforcers.importer import OfficerImporter
from enforcers.models import Officer
from sources.importer import SourceImporter
from sources.models import Category, Speciality
from sources.permit_importer import PermitImporter
from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts import approvals, second_factor
from wugang_audit.accounts.demo import ACCOUNTS, PASSWORD
from wugang_audit.accounts.models import AccountRequest, User
from wugang_audit.audit import trail
from wugang_audit.calendar.models import HolidayNotice
from wugang_audit.imports.entering import import_and_enter

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
RATES = ((Category.KEY, 25, 100), (Category.SPECIAL, 25, 100), (Category.GENERAL, 1, 4))


class Command(BaseCommand):
    help = "Set up a demonstration (registries, a drawn quarter, inspections in every state) and serve it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="do everything but serve")

    def handle(self, *, no_serve: bool, **options: Any) -> None:
        settings.ALLOW_SYSTEM_ENTROPY = True  # a demonstration: labelled on every page that shows it
        call_command("migrate", verbosity=0)
        self._refuse_a_real_site()
        self._fill()
        self._print_addresses()
        if not no_serve:
            self._serve()

    def _refuse_a_real_site(self) -> None:
        if User.objects.exists() and not User.objects.filter(username=ACCOUNTS[0].username).exists():
            raise CommandError(
                "这个数据库里已经有正式的账号：演示不会往里写。请另设 DATA_DIR 或 DATABASE_URL。"
            )

    def _fill(self) -> None:
        if not Speciality.objects.exists():
            call_command("loaddata", "specialities", "law", "inspection_items", verbosity=0)
            call_command("load_checklists", verbosity=0)
        if not HolidayNotice.objects.exists():
            call_command("loaddata", "holidays", verbosity=0)
        people = self._accounts()
        admin, organiser = people[Role.ADMIN], people[Role.ORGANISER]
        for importer, name in (
            (SourceImporter(), "sources.xlsx"), (PermitImporter(), "permits.xlsx"), (OfficerImporter(), "officers.xlsx"),
        ):  # fmt: skip
            if not importer.model.objects.exists():
                content = (FIXTURES / "demo" / name).read_bytes()
                done = import_and_enter(importer, f"演示{importer.label}.xlsx", content, admin, "演示数据")
                self.stdout.write(f"导入 {name}：{done.summary}")
        self._officers_accounts(admin)
        demo_officers.keep(actor=admin)
        self._request(people[Role.SECURITY])
        year, quarter = quarter_of(clock.today())
        last_year, last_quarter = quarter_before(year, quarter)
        for each in sorted({year, last_year}):
            self._plan(each, organiser)
        if not Draw.objects.exists():
            # The quarter before is drawn and under way; the current one waits for the visitor.
            with transaction.atomic():
                draw = self._draw(last_year, last_quarter, organiser)
                self._inspections(draw, people)
            self.stdout.write(f"已完成 {draw.title}：抽中 {draw.selections.count()} 家。")

    def _accounts(self) -> dict[Role, User]:
        people = {}
        for account in ACCOUNTS:
            user = User.objects.filter(username=account.username).first()
            if user is None and account.role != Role.OFFICER:
                user = User.objects.create_user(
                    account.username, account.password, full_name=account.full_name, roles=[account.role]
                )
                trail.record(None, "开立账号", user, {"roles": [account.role]})
            if user is not None and account.role != Role.OFFICER and not user.second_factor:
                second_factor.enrol_for_demo(user)
            people.setdefault(account.role, user)
        return people

    def _officers_accounts(self, admin: User) -> None:
        for serial, officer in enumerate(Officer.objects.all(), 1):
            username = f"officer{serial}"
            if officer.user_id is None and not User.objects.filter(username=username).exists():
                officer.user = User.objects.create_user(
                    username, PASSWORD, full_name=officer.name, roles=[Role.OFFICER]
                )
                officer.save()
                trail.record(admin, "开立账号", officer.user, {"roles": [Role.OFFICER]})

    def _request(self, security: User) -> None:
        """Leave a request about an account for the visitor to approve, as `admin` or `head`."""
        if not AccountRequest.objects.exists():
            officer = User.objects.get(username="officer3")
            grant = AccountRequest.Kind.GRANT
            approvals.ask(
                user=officer,
                kind=grant,
                roles=[Role.REVIEWER],
                actor=security,
                reason="审核人休假，由他审核别人的检查",
            )

    def _plan(self, year: int, organiser: User) -> None:
        if Plan.objects.filter(year=year).exists():
            return
        plan = Plan.objects.create(
            year=year,
            title=f"{year}年度“双随机、一公开”抽查计划",
            document_number="平舞环〔2024〕40号",
            basis="《国务院办公厅关于推广随机抽查规范事中事后监管的通知》（国办发〔2015〕58号）；"
            "《河南省全面推行“双随机、一公开”监管工作实施方案》（豫政办〔2018〕50号）。",
            created_by=organiser,
        )
        plan.items.set(InspectionItem.objects.filter(is_active=True))
        PlanRate.objects.bulk_create(
            PlanRate(plan=plan, stratum=stratum, numerator=n, denominator=d, position=position)
            for position, (stratum, n, d) in enumerate(RATES, 1)
        )
        plans.publish(plan=plan, actor=organiser)

    def _draw(self, year: int, quarter: int, organiser: User) -> Draw:
        item = InspectionItem.objects.filter(is_active=True).first()
        draw = ceremony.start(year=year, quarter=quarter, item=item, actor=organiser)
        now = clock.local_now().isoformat(timespec="seconds")
        seen = snapshot(draw).fingerprint
        sources = [verify.Source(SYSTEM, "os", now)]
        draw = ceremony.freeze(draw=draw, sources=sources, seen=seen, actor=organiser)
        draw = ceremony.draw_from_system(draw=draw, actor=organiser)
        return ceremony.publish(draw=draw, actor=organiser)

    def _inspections(self, draw: Draw, people: dict[Role, User]) -> None:
        """Bring some inspections of the draw into each of the states; the others stay open tasks."""
        reviewer, head = people[Role.REVIEWER], people[Role.HEAD]
        first = draw.selections.order_by("pk")[: len(STORIES)]
        for selection, (state, outcome, summary, failed) in zip(first, STORIES, strict=True):
            team = [member.officer.user for member in selection.team.select_related("officer__user")]
            inspection = selection.inspection
            report = _report(inspection, outcome, summary, failed or ())

            def step(
                verb: Callable[..., Inspection],
                actor: User,
                inspection: Inspection = inspection,
                **more: Report | str | dict[str, str],
            ) -> None:
                inspection = Inspection.objects.get(pk=inspection.pk)
                verb(inspection=inspection, actor=actor, version=inspection.version, **more)

            step(inspections.save_draft, team[0], report=report)
            if state == "draft":
                continue
            step(inspections.submit, team[0], report=report)
            if state == "returned":
                note = {"summary": "请写明到场时哪些治理设施在运行。"}
                comment = "请补充废气治理设施耗材更换记录的核对情况。"
                step(inspections.send_back, reviewer, comment=comment, notes=note)
            elif state in ("approved", "published"):
                step(inspections.approve, reviewer)
            if state == "published":
                step(inspections.publish, head)

    def _print_addresses(self) -> None:
        address = f"http://{os.environ.get('BIND', '127.0.0.1:8000')}/"
        self.stdout.write(f"\n公开页面   {address}\n工作人员   {address}accounts/login/\n")
        self.stdout.write(f"演示账号（密码都是 {PASSWORD}）：")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:12} {account.role.label}　{account.full_name}")
        self.stdout.write("登录时要的六位验证码，页面会显示并替您填好：不用手机（只有演示系统这样）。")
        self.stdout.write("")
        self.stdout.flush()

    def _serve(self) -> None:
        os.environ.update(DEMO="True", ALLOW_SYSTEM_ENTROPY="True")
        os.chdir(settings.BASE_DIR)
        config = str(settings.BASE_DIR / "wugang_audit" / "gunicorn.conf.py")
        arguments = [sys.executable, "-m", "gunicorn", "-c", config, "wugang_audit.wsgi"]
        os.execv(sys.executable, arguments)  # noqa: S606 - our own interpreter, fixed arguments


# (state it is brought to, outcome, summary, the failed point: the first of these that the visit's checklists have)
STORIES = (
    ("published", "clean", "排污许可证在有效期内，废水、废气治理设施正常运行，台账完整，未发现环境问题。", None),
    ("published", "urged", "危险废物贮存间标识褪色，台账登记滞后两天，现场督促更换标识、补齐台账。", ("sw-mark", "solid")),
    ("published", "ordered", "布袋除尘器压差表损坏，运行记录缺失，已下达责令改正违法行为决定书，限七日内改正。", ("gas-filter", "facilities")),
    ("published", "closed", "现场大门上锁、生产设备断电，走访村委会证实已停产两个月，留存影像。", None),
    ("approved", "clean", "按排污许可证逐项核对，各项制度落实到位，未发现环境问题。", None),
    ("approved", "case", "自动监测设备采样管路私接旁路，涉嫌干扰监测，已固定证据，移交立案。", ("am-sample", "self-monitoring")),
    ("submitted", "clean", "治理设施与生产同步运行，自行监测报告齐全且达标，未发现环境问题。", None),
    ("submitted", "urged", "应急预案备案已满三年未修订，督促一个月内完成修订备案。", ("emergency-plan",)),
    ("returned", "urged", "活性炭箱有异味，督促更换。", ("gas-carbon", "facilities")),
    ("draft", "clean", "已核对排污许可证正副本，其余项目待补。", None),
)  # fmt: skip


def _report(inspection: Inspection, outcome: str, summary: str, failed: tuple[str, ...]) -> Report:
    shown = sheet(inspection)
    codes = {point.code for point in shown.points}
    bad = next((code for code in failed if code in codes), None)
    answers = {}
    for point in shown.points if outcome != "closed" else ():
        answers[point.pk] = Answer("fail", summary[:40]) if point.code == bad else Answer("pass")
    visited_at = clock.now().replace(second=0, microsecond=0)
    kind = MEASURE_OF.get(outcome)
    due = clock.today() + datetime.timedelta(days=7) if kind == WITH_DUE_DAY else None
    return Report(
        visited_at=visited_at,
        outcome=outcome,
        summary=summary,
        answers=answers,
        measures={kind.value: due} if kind else {},
        versions=tuple(shown.version_ids),
    )
