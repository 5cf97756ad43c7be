"""Where a person sees what is wrong: the summary in view and in focus, each error beside its field, at both widths."""

import pytest
from conftest import BOTH, PHONE, at_step
from django.urls import reverse
from playwright.sync_api import expect

from drawings.models import Inspection
from drawings.protocol import verify
from drawings.states import InspectionState
from wugang_audit.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = pytest.mark.parametrize("size", BOTH)
BESIDE = 150  # px between an error and the control that it is about


def told(page, *messages, field=None):
    """Check the summary of the page that has answered, then follow its first link to the field."""
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("heading")).to_be_in_viewport()
    assert page.title().startswith("错误：")
    for message in messages:
        expect(summary.get_by_text(message)).to_be_visible()
    assert page.locator("nav.nav--staff a").count()  # a page of the site, with its ways on
    if field is None:
        return
    control = page.locator(f"[name={field}]").first
    summary.get_by_role("link").first.click()
    expect(control).to_be_focused()
    error = page.locator(f"#id_{field}_error")
    expect(error).to_be_in_viewport()
    expect(control).to_be_in_viewport()
    # Both in one moment: the page may still be scrolling.
    boxes = control.evaluate(
        "(control, error) => [control, error].map((each) => each.getBoundingClientRect().toJSON())",
        error.element_handle(),
    )
    above, below = sorted(boxes, key=lambda box: box["y"])
    assert below["y"] - above["y"] - above["height"] < BESIDE
    assert control.get_attribute("aria-invalid") == "true"


@WIDTHS
def test_a_rejected_dice_entry(outside, open_as, organiser, size, look):
    page = open_as(organiser, size)
    page.goto(f"{page.base}/ceremony/{outside.code}/")
    page.locator("[name=value]").fill("47193 05826 04719 3058")
    page.get_by_role("button", name="录入第一次").click()
    told(page, "应为 20 次", field="value")
    expect(page.locator("[name=value]")).to_have_value("47193 05826 04719 3058")
    expect(page.locator(".steps--row")).to_be_visible()  # the page where he was
    look(page, "errors-dice")


@pytest.fixture
def outside(draft, freeze, clock):
    draw = freeze(draft, verify.Source("dice10", "20", "2026-10-08T09:05:00+08:00"))
    clock.move(minutes=10)
    return draw


@pytest.fixture
def submitted(published_draw):
    inspection = Inspection.objects.filter(selection__draw=published_draw).first()
    Inspection.objects.filter(pk=inspection.pk).update(
        state=InspectionState.SUBMITTED, outcome="clean", summary="设施运行正常"
    )
    return inspection


@WIDTHS
def test_a_return_without_comment(submitted, open_as, reviewer, size, look):
    page = open_as(reviewer, size)
    page.goto(f"{page.base}{reverse('inspections:detail', args=[submitted.pk])}")
    page.get_by_role("button", name="退回检查组").click()
    told(page, "退回时请写明要补充或改正什么：写在这里，或写在有问题的栏目下面。", field="comment")
    look(page, "errors-return")


@WIDTHS
def test_a_freeze_with_an_error(draft, open_as, organiser, clock, size, look):
    page = open_as(organiser, size)
    page.goto(f"{page.base}/ceremony/{draft.code}/")
    page.locator("[name=ssq_on]").check()
    page.locator("[name=ssq_label]").fill("！！")
    page.locator("[name=ssq_time]").fill("")
    page.get_by_role("button", name="冻结名单").click()
    told(page, "双色球：请填写揭晓时间。", "双色球：期号是 7 位数字，例如 2026112。")
    page.locator("[data-error-summary]").get_by_role("link").first.click()
    expect(page.locator("#id_ssq_time, #id_ssq_label").and_(page.locator(":focus"))).to_have_count(1)
    for name in ("ssq_time", "ssq_label"):
        error, control = page.locator(f"#id_{name}_error"), page.locator(f"#id_{name}")
        page.locator(f"[data-error-summary] a[href='#id_{name}']").click()
        expect(error).to_be_in_viewport()
        assert abs(error.bounding_box()["y"] - control.bounding_box()["y"]) < BESIDE
    expect(page.locator("[name=ssq_label]")).to_have_value("！！")
    look(page, "errors-freeze")


@WIDTHS
def test_a_refused_press_of_a_button(draft, open_as, organiser, freeze, settings, size):
    settings.ALLOW_SYSTEM_ENTROPY = True
    page = open_as(organiser, size)
    freeze(draft)
    page.goto(f"{page.base}/ceremony/{draft.code}/")
    settings.ALLOW_SYSTEM_ENTROPY = False
    page.get_by_role("button", name="产生随机数并抽取").click()
    told(page)


@WIDTHS
def test_an_officer_s_report_with_gaps(published_draw, open_as, size, look):
    inspection = Inspection.objects.filter(selection__draw=published_draw).first()
    user = User.objects.filter(officer__memberships__selection=inspection.selection).first()
    page = open_as(user, size)
    page.goto(f"{page.base}{reverse('inspections:edit', args=[inspection.pk])}")
    at_step(page, "结论")
    page.get_by_role("button", name="固定现场记录").click()
    told(page, "现场记录还没有固定", "请填检查时间。", field="visited_at")
    look(page, "errors-report")


@WIDTHS
def test_the_admin_s_form(open_as, admin, specialities, size, look):
    page = open_as(admin, size)
    page.goto(f"{page.base}/admin/sources/pollutionsource/add/")
    page.locator("[name=industry_code]").fill("2669")
    page.locator("[name=_save]").click()
    told(page, "单位名称", field="name")
    look(page, "errors-admin")


@WIDTHS
def test_the_form_for_many_units(open_as, admin, make_source, size, look):
    for serial in range(1, 19):
        make_source(serial, category="")
    page = open_as(admin, size)
    page.goto(f"{page.base}/admin/sources/pollutionsource/")
    for box in page.locator("input.action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("classify")
    page.locator("button[name=index]").click()
    page.get_by_role("button", name="改这 18 家").click()
    expect(
        page.get_by_text("请选监管类别，或在下面填行业").last
    ).to_be_in_viewport()  # no click, no scrolling
    expect(page.locator("[name=category]").first).to_be_in_viewport()
    look(page, "errors-many-units")
    told(page, "请写明为什么这样定", field="category")


def test_no_script_of_the_admin_takes_the_focus_from_the_errors_of_a_new_form(open_as, admin, specialities):
    page = open_as(admin)
    page.goto(f"{page.base}/admin/sources/pollutionsource/add/")
    script = page.locator("#django-admin-form-add-constants").get_attribute("src")
    expect(page.locator("[name=number]")).to_be_focused()
    page.locator("[name=number]").fill("编号待定!!")
    page.locator("[name=_save]").click()
    told(page, "污染源编码")
    page.add_script_tag(url=script)  # as if it came after the summary: it is loaded on its own
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("[data-error-summary]").get_by_role("link", name="污染源编码").click()
    expect(page.locator("[name=number]")).to_be_focused()


def test_swapped_coordinates_are_exchanged_by_one_press(open_as, admin, make_source, look):
    unit = make_source(1)
    page = open_as(admin)
    page.goto(f"{page.base}/admin/sources/pollutionsource/{unit.pk}/change/")
    page.get_by_label("经度").fill("33.29")
    page.get_by_label("纬度").fill("113.51")
    page.locator("[name=_save]").click()
    told(page, "经度里填的 33.29 是纬度", "纬度里填的 113.51 是经度", field="longitude")
    look(page, "errors-swapped")
    page.get_by_role("button", name="经度和纬度对调").click()
    expect(page.get_by_role("status")).to_contain_text("已对调：经度 113.51，纬度 33.29")
    page.locator("[name=_save]").click()
    expect(page.locator(".messages .note--success")).to_contain_text("已保存污染源")
    unit.refresh_from_db()
    assert (str(unit.longitude), str(unit.latitude)) == ("113.510000", "33.290000")


@WIDTHS
def test_the_login_without_scripts(chromium, live_server, db, size):
    context = chromium.new_context(viewport=size, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("登录名").fill("nobody")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    assert page.title().startswith("错误：")
    context.close()


def test_a_return_without_comment_without_scripts(submitted, chromium, live_server, reviewer, login):
    """The browser's own autofocus and anchors: far down on a long page, on a phone."""
    client = login(reviewer)
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('inspections:detail', args=[submitted.pk])}")
    page.get_by_role("button", name="退回检查组").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    summary.get_by_role("link").click()
    expect(page.locator("#id_comment")).to_be_in_viewport()
    context.close()
