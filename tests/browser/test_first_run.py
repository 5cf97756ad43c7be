"""A new site: its people walk the path of the first steps, and rehearse a draw, at both widths."""

import re

import pytest
import workbooks
from playwright.sync_api import expect

from drawings.models import Draw, Rehearsal
from enforcers.models import Absence, Officer
from sources.models import CreditClass, PollutionSource
from wugang_audit.bureau.models import Bureau

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def step(page, title):
    heading = page.locator("strong", has_text=re.compile(rf"\d\. {title}$"))
    return page.locator(".first-steps > li", has=heading)


def upload(page, rows, name):
    page.set_input_files(
        "input[type=file]", {"name": name, "mimeType": XLSX, "buffer": workbooks.of_dicts(rows)}
    )
    page.locator("#content-main button[type=submit], #content-main input[type=submit]").first.click()
    if (reason := page.locator("[name=reason]")).count():
        reason.fill("首次建库")
    page.get_by_role("button", name=re.compile("确认导入")).click()
    expect(page.get_by_text("已导入：").first).to_be_visible()


def test_an_administrator_walks_his_steps_from_an_empty_site(admin, specialities, open_as, look):
    page = open_as(admin)
    look(page, "path-empty")
    step(page, "填写本单位").get_by_role("link").click()
    look(page, "bureau")
    page.get_by_label("单位名称").fill("虚构县生态环境局")
    page.get_by_label("行政区划代码").fill("41042")
    page.get_by_role("button", name=re.compile("^保存$")).click()
    expect(page.get_by_text("应为 6 位行政区划代码").last).to_be_visible()
    look(page, "bureau-fault")
    page.get_by_label("行政区划代码").fill("410422")
    page.get_by_role("button", name=re.compile("^保存$")).click()
    page.goto(f"{page.base}/desk/")
    expect(page.get_by_text("虚构县生态环境局").last).to_be_visible()
    step(page, "导入污染源名录").get_by_role("link").click()
    units = [
        {"污染源编码": f"410422-{n:04d}", "单位名称": f"虚构{n}厂", "监管类别": "一般", "行业代码": "2669"} for n in range(1, 4)
    ]  # fmt: skip
    upload(page, units, "units.xlsx")
    page.goto(f"{page.base}/desk/")
    step(page, "导入执法人员名录").get_by_role("link").click()
    people = [
        {"姓名": f"人员{name}", "执法证号": f"16041048{n:03d}", "执法证有效期至": "2099-07-01", "擅长行业": "化工制药"} for n, name in enumerate("甲乙丙", 1)
    ]  # fmt: skip
    for each in people:
        each["擅长行业"] = specialities["chemical-pharma"].name
    upload(page, people, "officers.xlsx")
    page.goto(f"{page.base}/desk/")
    look(page, "path-half")
    assert (PollutionSource.objects.count(), Officer.objects.count()) == (3, 3)
    assert Bureau.objects.get().county_prefix == "410422"
    page.get_by_role("button", name="收起").click()
    expect(page.locator(".first-steps")).to_have_count(0)
    look(page, "path-folded")


def test_the_lists_beside_the_registries_come_in_by_clicks(admin, officers, make_source, open_as, look):
    make_source(1)
    page = open_as(admin)
    page.goto(f"{page.base}/admin/enforcers/absence/import/")
    look(page, "absences-upload")
    upload(page, [{"姓名": "甲", "事由": "病假", "开始日期": "2026-09-01"}], "absences.xlsx")
    look(page, "absences-done")
    page.goto(f"{page.base}/admin/sources/creditclass/import/")
    upload(page, [{"企业名称": "虚构1号化工厂", "等级": "绿牌", "公布日期": "2026-03-01"}], "credit.xlsx")
    page.goto(f"{page.base}/admin/sources/creditclass/")
    look(page, "credit-list")
    page.goto(f"{page.base}/inspections/units/410481-0001/")
    look(page, "unit-with-class")
    assert (Absence.objects.get().kind, CreditClass.objects.get().grade) == ("leave", "A")


def test_an_organiser_rehearses_and_leaves_nothing(
    plan, item, registry, officers, clock, organiser, open_as, look
):
    page = open_as(organiser)
    look(page, "path-organiser")
    step(page, "演练一次").get_by_role("link").click()
    look(page, "rehearsals")
    page.get_by_role("button", name="开始演练").click()
    look(page, "rehearsal-draft")
    page.get_by_role("button", name="冻结名单（演练）").click()
    look(page, "rehearsal-frozen")
    page.get_by_label("结果").fill("31415 92653 58979 32384")
    page.get_by_role("button", name="录入第一次").click()
    page.get_by_label("结果").fill("31415926535897932384")
    page.get_by_role("button", name="录入第二次并确认").click()
    expect(page.get_by_role("heading", name=re.compile("演练的结果"))).to_be_visible()
    look(page, "rehearsal-drawn")
    assert not Draw.objects.exists()
    page.get_by_role("button", name="删除演练").click()
    expect(page.get_by_text("还没有演练")).to_be_visible()
    assert not Rehearsal.objects.exists()
    page.goto(f"{page.base}/desk/")
    expect(step(page, "演练一次").get_by_text("已完成")).to_be_visible()
