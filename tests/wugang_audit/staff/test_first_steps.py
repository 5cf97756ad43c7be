"""The path of a new site: what each of those who walk it sees of a step, and that it goes for good."""

import datetime

import pytest

from drawings.models import Draw, Plan
from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.audit.models import AuditEntry
from wugang_audit.bureau.models import Bureau
from wugang_audit.staff.first_steps import steps_for

TITLES = [
    "填写本单位", "导入污染源名录", "导入执法人员名录", "开立工作人员账号", "开立执法人员登录账号",
    "编制并公布年度计划", "演练一次", "第一次正式抽签",
]  # fmt: skip
BUREAU = {"name": "虚构局", "address": "某路", "phone": "12345", "county_prefix": "410422"}


def states(user):
    return {step.title: str(step.state) for step in steps_for(user)}


def test_an_empty_site_greets_its_administrator_with_the_path(admin, login):
    page = login(admin).get("/desk/").content.decode()
    assert [title for title in TITLES if title in page] == TITLES
    assert "第一次使用" in page
    assert states(admin) == dict(zip(TITLES, [
        "next", "later", "later", "waiting", "later", "waiting", "waiting", "waiting"
    ], strict=True))  # fmt: skip
    assert page.count("btn--primary") == 1


def test_each_person_sees_his_own_next_step_and_for_whom_the_others_wait(
    admin, security, organiser, head, login
):
    assert states(security)["开立工作人员账号"] == "next"
    assert states(organiser)["编制并公布年度计划"] == "next"
    assert set(states(head).values()) == {"waiting"}
    assert "等系统管理员" in login(organiser).get("/desk/").content.decode()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.REVIEWER, Role.AUDITOR])
def test_who_takes_no_step_sees_no_path(role, person, login):
    assert "第一次使用" not in login(person("somebody", role)).get("/desk/").content.decode()


def test_a_step_is_done_once_what_it_asks_for_is_there(admin, make_source, make_officer):
    assert states(admin)["填写本单位"] == "next"
    Bureau.objects.create(**BUREAU)
    assert (states(admin)["填写本单位"], states(admin)["导入污染源名录"]) == ("done", "next")
    assert steps_for(admin)[1].url == "/admin/sources/pollutionsource/import/"
    make_source(1)
    assert states(admin)["导入污染源名录"] == "done"
    assert steps_for(admin)[1].url == "/admin/sources/pollutionsource/"
    make_officer(1, "甲", "chemical-pharma")
    assert states(admin)["导入执法人员名录"] == "next"
    make_officer(2, "乙", "chemical-pharma", user=None)
    assert states(admin)["导入执法人员名录"] == "done"
    assert states(admin)["开立执法人员登录账号"] == "next"


def test_what_is_missing_is_said(admin, security, make_source, make_officer):
    make_source(1)
    make_officer(1, "甲", user=None)
    facts = {step.title: "".join(step.facts) for step in steps_for(admin)}
    assert "还没有重点排污单位" in facts["导入污染源名录"]
    assert "至少要有 2 名" in facts["导入执法人员名录"]
    assert "没有填擅长行业" in facts["导入执法人员名录"]
    assert "抽查组织者 2 名" in facts["开立工作人员账号"]
    assert "审计员 1 名" in facts["开立工作人员账号"]
    assert "系统管理员" not in facts["开立工作人员账号"].split("。")[0]
    assert "0 名有登录账号" in facts["开立执法人员登录账号"]


def test_the_accounts_are_enough_when_every_role_is_held(
    admin, security, organiser, organiser2, reviewer, head, auditor
):
    assert states(security)["开立工作人员账号"] == "done"
    organiser2.is_active = False
    organiser2.save()
    assert states(security)["开立工作人员账号"] == "next"


def test_the_plan_is_done_when_that_of_this_year_is_published(plan, organiser):
    this_year = datetime.date.today().year
    Plan.objects.update(year=this_year)
    assert states(organiser)["编制并公布年度计划"] == "done"


def test_with_the_first_published_draw_the_path_is_gone_for_everybody_and_for_good(
    published_draw, admin, organiser, login
):
    for user in (admin, organiser):
        assert "第一次使用" not in login(user).get("/desk/").content.decode()
    PollutionSource.objects.update(is_active=False)
    Officer.objects.update(is_active=False)
    assert steps_for(admin) == []


def test_before_it_is_published_a_draw_is_only_begun(draft, organiser):
    assert Draw.objects.count() == 1
    last = steps_for(organiser)[-1]
    assert str(last.state) != "done"
    assert draft.title in last.facts[0]


def test_the_path_is_folded_by_hand_for_one_person_and_stays_so(admin, security, login):
    client = login(admin)
    client.post("/desk/first_steps/", {"folded": "yes"}, follow=True)
    page = client.get("/desk/").content.decode()
    assert "第一次使用" in page
    assert TITLES[0] not in page
    assert TITLES[0] in login(security).get("/desk/").content.decode()
    client.post("/desk/first_steps/", {"folded": "yes"})
    client.post("/desk/first_steps/", {"folded": "no"})
    assert TITLES[0] in client.get("/desk/").content.decode()
    actions = AuditEntry.objects.filter(action__contains="第一次使用").order_by("index")
    assert [entry.action for entry in actions] == ["收起第一次使用", "展开第一次使用"]


def test_a_look_at_the_desk_writes_nothing(admin, login):
    client, before = login(admin), AuditEntry.objects.count()
    client.get("/desk/")
    assert client.get("/desk/first_steps/")["Location"] == "/desk/"
    assert AuditEntry.objects.count() == before
