"""From an empty site to the first published draw, with lists as bureaus have them: in fewer than sixty clicks."""

import re

import bureau_lists
import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from drawings.models import Draw
from enforcers.models import Officer
from sources.models import PollutionSource

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 60
COUNT = "addEventListener('click', e => e.detail && localStorage.setItem('clicks', +localStorage.clicks + 1 || 1), true)"
THROWS = "47193 05826 04719 30582"


@pytest.fixture
def empty_site(clock, transactional_db, settings):
    """A fresh site: the fixtures, and not one unit or officer."""
    settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS = 24 * 60, 24
    call_command("loaddata", "specialities", "law", "inspection_items", "holidays", verbosity=0)
    call_command("load_checklists", verbosity=0)


def open_desk(open_as, who):
    page = open_as(who)
    page.add_init_script(COUNT)
    page.goto(f"{page.base}/desk/")
    return page


def step(page, title):
    heading = page.locator("strong", has_text=re.compile(rf"\d\. {title}$"))
    return page.locator(".first-steps > li", has=heading).get_by_role("link").first


def bring_in(page, title, path, look):
    """Click a list in; choosing the file takes two clicks that no page sees. Return those."""
    page.goto(f"{page.base}/desk/")
    step(page, title).click()
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="上传并核对").click()
    if "/columns/" in page.url:
        look(page, f"nothing-{path.stem}-columns")
        page.get_by_role("button", name="按这样读取并核对").click()
    look(page, f"nothing-{path.stem}-preview")
    page.get_by_label("导入说明").fill("首次建库")
    page.get_by_role("button", name=re.compile("^确认导入")).click()
    expect(page.locator(".messages .note--success")).to_be_visible()
    return 2


def test_a_bureau_publishes_its_first_draw_before_lunch(
    empty_site, admin, organiser, reviewer, clock, open_as, look, tmp_path
):
    units, officers = tmp_path / "分类台账.xlsx", tmp_path / "证件信息表.xlsx"
    units.write_bytes(bureau_lists.several_tables())
    officers.write_bytes(bureau_lists.officers_with_certificates())

    page = open_desk(open_as, admin)
    look(page, "nothing-desk")
    step(page, "填写本单位").click()
    page.get_by_role("button", name=re.compile("^保存$")).click()
    unseen = bring_in(page, "导入污染源名录", units, look)
    unseen += bring_in(page, "导入执法人员名录", officers, look)
    assert (PollutionSource.objects.count(), Officer.objects.available().count()) == (16, 8)
    assert not PollutionSource.objects.undecided().exists()

    desk = open_desk(open_as, organiser)
    step(desk, "编制并公布年度计划").click()
    desk.get_by_role("link", name="编制计划").click()
    desk.get_by_role("button", name="保存").click()
    desk.get_by_role("button", name="公布计划").click()
    desk.goto(f"{desk.base}/desk/")
    step(desk, "第一次正式抽签").click()
    desk.get_by_role("button", name="建立").click()
    desk.locator("[name=ssq_on]").uncheck()
    desk.locator("[name=dice10_label]").fill("20")
    desk.locator("[name=dice10_time]").fill("2026-10-08T09:05")
    desk.get_by_role("button", name="冻结名单").click()
    look(desk, "nothing-question")
    desk.get_by_role("button", name="确定冻结").click()
    expect(desk.get_by_text("名单已冻结")).to_be_visible()
    clock.move(minutes=5)
    desk.reload()
    desk.locator("[name=value]").fill(THROWS)
    desk.get_by_role("button", name="录入第一次").click()
    second = open_desk(open_as, reviewer)
    second.get_by_role("link", name="请复核录入随机数").click()
    second.locator("[name=value]").fill(THROWS)
    second.get_by_role("button", name="录入第二次并确认").click()
    expect(second.get_by_text("两次录入一致").first).to_be_visible()
    desk.reload()
    desk.get_by_role("button", name="公布结果").click()
    desk.get_by_role("button", name="确定公布").click()
    expect(desk.get_by_text("任务已下达给执法人员")).to_be_visible()
    look(desk, "nothing-published")
    assert Draw.objects.get().published_at
    clicks = unseen + sum(int(each.evaluate("localStorage.clicks || 0")) for each in (page, desk, second))
    assert clicks < MOST, clicks
    print(f"{clicks} clicks")
