"""The admin as a person sees it at both widths: whole, labelled, and with what is set in sight; the handbook on paper."""

import re

import pytest
from conftest import BOTH, DESKTOP, PHONE
from playwright.sync_api import expect

from enforcers.models import Officer, Recusal, TrainingRecord
from sources.models import PollutionSource
from wugang_audit.access.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = pytest.mark.parametrize("size", BOTH)
LIST = "/admin/sources/pollutionsource/"
# What would trouble somebody who reads with eyes, ears or fingers; a list of sentences, empty where all is well.
TROUBLES = """() => {
  const found = [], named = (e) => e.labels?.length || e.getAttribute("aria-label") || e.getAttribute("aria-labelledby");
  for (const e of document.querySelectorAll("main input:not([type=hidden]), main select, main textarea, .select2-selection"))
    if (!e.closest(".empty-form") && !named(e)) found.push("no label: " + e.outerHTML.slice(0, 100));
  for (const e of document.querySelectorAll("main a, main button"))
    if (!e.textContent.trim() && !e.getAttribute("aria-label")) found.push("no name: " + e.outerHTML.slice(0, 100));
  for (const each of ["h1", "main", "nav[aria-label=主导航]"])
    if (document.querySelectorAll(each).length !== 1) found.push("not one " + each);
  for (const e of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
    for (const id of `${e.getAttribute("aria-describedby") ?? ""} ${e.getAttribute("aria-labelledby") ?? ""}`.split(" "))
      if (id && !document.getElementById(id)) found.push("nothing has the id " + id);
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  found.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => "twice: " + id));
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the screen");
  for (const e of document.querySelectorAll("#result_list, #change-history"))
    if (e.parentElement.scrollWidth > e.parentElement.clientWidth + 1) found.push("a table is cut off");
  for (const cell of document.querySelectorAll("#result_list td[data-label]")) {
    const label = getComputedStyle(cell, "::before");
    if (innerWidth < 768 && parseFloat(getComputedStyle(cell).paddingLeft) < parseFloat(label.width))
      found.push("no room for the label " + cell.dataset.label);
  }
  return found;
}"""


@pytest.fixture
def registry(make_source, officers):
    for serial in range(1, 8):
        make_source(serial, township="八台镇", category="key" if serial % 2 else "general")
    unit, officer = PollutionSource.objects.first(), officers[0]
    Recusal.objects.create(officer=officer, source=unit, reason="亲属", since="2026-09-01")
    TrainingRecord.objects.create(officer=officer, date="2026-09-01", topic="执法程序", hours=8)
    return unit


def troubles(page, address):
    page.goto(f"{page.base}{address}")
    return page.evaluate(TROUBLES)


def test_a_phone_ticks_a_whole_page_of_units_at_once(registry, admin, open_as):
    page = open_as(admin, PHONE)
    page.goto(f"{page.base}{LIST}")
    page.get_by_role("button", name="勾选这一页全部").click()
    boxes = page.locator("input.action-select")
    assert boxes.count() == PollutionSource.objects.count()
    assert page.locator("input.action-select:checked").count() == boxes.count()
    page.get_by_role("button", name="都不勾选").click()
    assert page.locator("input.action-select:checked").count() == 0


@WIDTHS
def test_every_page_of_the_registries_is_whole_and_labelled(registry, admin, open_as, look, size):
    page = open_as(admin, size)
    officer, recusal = Officer.objects.get(recusals__source=registry), Recusal.objects.get()
    pages = [
        "/admin/", LIST, f"{LIST}?category__exact=key&q=虚构", f"{LIST}add/", f"{LIST}{registry.pk}/change/",
        f"{LIST}{registry.pk}/history/", f"{LIST}import/", f"{LIST}import/history/", "/admin/enforcers/officer/",
        f"/admin/enforcers/officer/{officer.pk}/change/", "/admin/enforcers/officer/keep/training/",
        "/admin/enforcers/recusal/", f"/admin/enforcers/recusal/{recusal.pk}/delete/", "/admin/enforcers/absence/",
        "/admin/enforcers/trainingrecord/", "/admin/sources/permitcondition/", "/admin/sources/speciality/",
        "/admin/drawings/inspectionitem/", "/help/admin/", "/help/handbook/",
    ]  # fmt: skip
    assert {each: found for each in pages if (found := troubles(page, each))} == {}


@WIDTHS
def test_every_page_of_the_accounts_is_whole_and_labelled(security, organiser, open_as, size):
    page = open_as(security, size)
    accounts = "/admin/wugang_audit/user/"
    pages = ["/admin/", accounts, f"{accounts}add/", f"{accounts}{organiser.pk}/change/", "/help/security/"]
    assert {each: found for each in pages if (found := troubles(page, each))} == {}
    page.goto(f"{page.base}{accounts}{organiser.pk}/change/")
    group = page.get_by_role("group", name="角色")
    assert group.get_by_role("checkbox").count() == 7
    expect(group.get_by_role("checkbox", name=re.compile("抽查组织者.*组织抽签"))).to_be_checked()


def test_filters_are_set_by_a_touch_and_taken_off_by_another(registry, admin, open_as, look):
    page = open_as(admin)
    page.goto(f"{page.base}{LIST}")
    expect(page.get_by_text("共 7 家单位")).to_be_visible()
    expect(page.get_by_role("link", name="一般排污单位", exact=True)).to_be_hidden()
    page.get_by_text("筛选", exact=True).click()
    page.get_by_role("link", name="一般排污单位", exact=True).click()
    expect(page.get_by_text("找到 3 家单位")).to_be_visible()
    expect(page.locator("#changelist-filter")).to_have_attribute("open", "")
    look(page, "admin-list-filtered")
    page.get_by_role("link", name="去掉条件：监管类别，一般排污单位").click()
    expect(page.get_by_text("共 7 家单位")).to_be_visible()


def test_on_a_phone_open_filters_leave_the_list_in_sight(registry, admin, open_as):
    page = open_as(admin, PHONE)
    page.goto(f"{page.base}{LIST}?category__exact=general")
    expect(page.get_by_role("link", name="去掉条件：监管类别，一般排污单位")).to_be_visible()
    expect(page.locator("#changelist-filter[open]")).to_have_count(0)


def test_a_row_is_added_to_an_officers_form_and_saved(registry, admin, open_as, look):
    officer = Officer.objects.exclude(recusals__source=registry).first()
    page = open_as(admin)
    page.goto(f"{page.base}/admin/enforcers/officer/{officer.pk}/change/")
    page.get_by_role("button", name="再加一条不在岗时段").click()
    row = page.locator("#absences-0")
    row.get_by_label("自").fill("2026-12-01")
    row.get_by_label("至").fill("2026-12-05")
    look(page, "admin-officer-form")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".messages .note--success")).to_contain_text(f"已保存执法人员“{officer}”")
    assert officer.absences.count() == 1
    page.goto(f"{page.base}/admin/enforcers/officer/{officer.pk}/change/")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("没有改动，什么都没有写入。")).to_be_visible()


def test_an_action_names_its_rows_and_all_can_be_ticked_at_once(registry, admin, open_as):
    page = open_as(admin)
    page.goto(f"{page.base}{LIST}")
    page.get_by_label("勾选这一页全部").check()
    page.get_by_label("对勾选的").select_option(label="停用所选单位（注销、搬离；历史保留）")
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_role("heading", name="停用 7 家单位")).to_be_visible()
    page.get_by_label("停用原因").fill("整体搬迁")
    page.get_by_role("button", name="停用", exact=True).click()
    expect(page.get_by_text("已停用 7 家单位。")).to_be_visible()


def test_the_handbook_is_printed_a_chapter_to_a_sheet(admin, open_as, tmp_path):
    page = open_as(admin)
    page.goto(f"{page.base}/help/handbook/")
    sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert sheets >= 9  # the contents, and eight chapters
    page.emulate_media(media="print")
    for hidden in (page.get_by_role("navigation", name="主导航"), page.get_by_role("button", name="打印")):
        expect(hidden).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_contain_text("使用手册")


def test_a_selection_is_exported_twice_from_one_page(registry, admin, open_as):
    page = open_as(admin)
    page.goto(f"{page.base}/admin/enforcers/recusal/")
    page.get_by_label("勾选这一页全部").check()
    page.get_by_label("对勾选的").select_option(label="导出所选为 Excel")
    for _ in range(2):
        with page.expect_download() as download:
            page.get_by_role("button", name="办理").click()
        assert download.value.suggested_filename.endswith(".xlsx")


def test_a_box_that_searches_has_the_name_of_its_field_and_answers_in_chinese(registry, admin, open_as):
    page = open_as(admin)
    page.goto(f"{page.base}/admin/enforcers/recusal/{Recusal.objects.get().pk}/change/")
    box = page.get_by_role("combobox", name=re.compile("^回避单位：虚构1号化工厂"))
    box.click()
    page.get_by_role("searchbox", name="在回避单位里搜索").fill("没有这样的厂")
    expect(page.get_by_text("未找到结果")).to_be_visible()
    page.get_by_role("searchbox", name="在回避单位里搜索").fill("虚构3号")
    page.get_by_role("option", name=re.compile("虚构3号化工厂")).click()
    expect(page.get_by_role("combobox", name=re.compile("^回避单位：虚构3号化工厂"))).to_be_visible()


def test_ten_units_without_a_class_get_one_at_once_and_are_gone_from_the_list(
    make_source, admin, open_as, look
):
    for serial in range(1, 11):
        make_source(serial, category="")
    make_source(11, category="key")
    page = open_as(admin)
    page.get_by_role("link", name=re.compile("给单位定监管类别")).click()
    expect(page.get_by_text("找到 10 家单位")).to_be_visible()
    look(page, "classify-list")
    page.get_by_role("checkbox", name="勾选这一页全部").check()
    page.get_by_label("对勾选的").select_option(label="给所选单位定监管类别、行业")
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_role("heading", name="给 10 家单位定监管类别、行业")).to_be_visible()
    assert page.evaluate(TROUBLES) == []
    look(page, "classify")
    page.get_by_role("button", name="改这 10 家").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    page.get_by_role("radio", name="一般排污单位").check()
    page.get_by_label("行业", exact=True).fill("化工")
    page.get_by_label("为什么这样定").fill("市局名录核定")
    page.get_by_role("button", name="改这 10 家").click()
    expect(summary).to_contain_text("请在下面选一个")
    look(page, "classify-industry")
    page.get_by_role("group", name="是哪一个行业").get_by_role("radio").first.check()
    page.get_by_role("group", name="已经有别的类别或行业").get_by_label("也改成新的").check()
    page.get_by_role("button", name="改这 10 家").click()
    expect(page.get_by_text("已改 10 家单位：监管类别定为一般排污单位")).to_be_visible()
    expect(page.get_by_text("没有符合条件的登记")).to_be_visible()
    assert PollutionSource.objects.filter(category="general").count() == 10


def test_on_a_phone_a_unit_takes_two_lines_and_an_officer_three(registry, admin, open_as, look):
    PollutionSource.objects.filter(pk=registry.pk).update(operating_state="stopped")
    page = open_as(admin, PHONE)
    page.goto(f"{page.base}{LIST}")
    heights = page.locator("#result_list tbody tr").evaluate_all(
        "(rows) => rows.map((row) => row.offsetHeight)"
    )
    assert len(heights) == 7 and max(heights) < 85
    first = page.locator("#result_list tbody tr").first
    category = "一般排污单位" if registry.category == "general" else "重点排污单位"
    assert first.inner_text().split() == [registry.number, registry.name, category, "八台镇", "停产"]
    expect(first.get_by_text("化工与医药")).to_be_hidden()
    look(page, "admin-list-compact")
    page.get_by_role("button", name="勾选这一页全部").click()
    expect(page.get_by_role("checkbox", name="勾选虚构")).to_have_count(7)
    assert page.locator("#result_list input[name=_selected_action]:checked").count() == 7
    page.get_by_role("button", name="都不勾选").click()
    assert page.locator("#result_list input[name=_selected_action]:checked").count() == 0
    page.goto(f"{page.base}/admin/enforcers/officer/")
    heights = page.locator("#result_list tbody tr").evaluate_all(
        "(rows) => rows.map((row) => row.offsetHeight)"
    )
    assert len(heights) == 3 and max(heights) < 115
    page.set_viewport_size(DESKTOP)
    expect(page.get_by_role("button", name="勾选这一页全部")).to_be_hidden()
    expect(page.get_by_role("columnheader", name="登录账号")).to_be_visible()


def test_the_table_of_columns_is_folded_where_a_file_is_uploaded(registry, admin, open_as):
    page = open_as(admin, PHONE)
    page.goto(f"{page.base}{LIST}import/")
    table = page.locator(".import-columns")
    expect(table).to_be_hidden()
    page.get_by_text("工作簿里可以有哪些列").click()
    expect(table).to_be_visible()
    assert page.evaluate(TROUBLES) == []
    page.set_viewport_size(DESKTOP)
    page.reload()
    expect(table).to_be_hidden()


def test_the_menu_of_several_roles_takes_one_line_on_a_phone_and_unfolds_the_rest(person, open_as, look):
    page = open_as(person("several", Role.ADMIN, Role.ORGANISER, Role.OFFICER, full_name="多职责"), PHONE)
    menu = page.get_by_role("navigation", name="主导航")
    assert menu.bounding_box()["height"] < 60
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    link = menu.get_by_role("link", name="名录体检")
    expect(link).to_have_count(0)
    menu.get_by_text("更多", exact=True).click()
    expect(link).to_be_in_viewport()
    look(page, "menu-of-several-roles")
    page.set_viewport_size(PHONE)
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("名录体检")
    page.set_viewport_size(DESKTOP)
    expect(menu.get_by_role("link")).to_have_count(11)
    expect(menu.get_by_text("更多", exact=True)).to_be_hidden()
    assert menu.bounding_box()["height"] < 60
