"""What an officer does without a signal is kept on the phone and sent when there is one: nothing lost, nothing twice."""

import datetime

import pytest
from conftest import at_step
from playwright.sync_api import expect

from drawings.inspections import verbs
from drawings.inspections.field.report import Report
from drawings.models import Draw, Inspection
from wugang_audit import clock
from wugang_audit.audit.models import AuditEntry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def save(page):
    page.get_by_role("button", name="保存草稿").click()


def save_without_signal(page, text):
    page.context.set_offline(True)
    page.summary.fill(text)
    save(page)
    expect(page.status).to_contain_text("有信号后自动保存")


def saved(inspection):
    """What the server has, and how often it was written."""
    count = AuditEntry.objects.filter(action="保存检查草稿").count()
    return Inspection.objects.get(pk=inspection.pk).summary, count


def test_what_was_pressed_without_a_signal_is_sent_by_the_next_browser(
    phone, form, inspection, live_server, look
):
    context = phone()
    page = form(context)
    save_without_signal(page, "断网时写的")
    expect(page.bar).to_contain_text("没有信号，有信号后自动发送")
    assert page.bar.bounding_box()["y"] == 0  # above, and the form's own bar below
    look(page, "outbox-waits")
    page.summary.fill("断网时写的，又加了一句")
    expect(page.status).to_contain_text("没有信号。填写的内容存在这台设备上")
    context.close()
    context = phone()
    desk = context.new_page()
    with desk.expect_response(lambda answer: answer.request.method == "POST") as sent:
        desk.goto(f"{live_server.url}/desk/")
    assert sent.value.status == 200
    expect(desk.locator("[data-outbox]")).to_contain_text("：填写的内容")
    page = form(context)
    # The step as it was pressed has gone; the sentence after it is still here, and is based on it.
    expect(page.summary).to_have_value("断网时写的，又加了一句")
    expect(page.bar).to_have_count(0)
    assert saved(inspection) == ("断网时写的", 1)
    save(page)
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert saved(inspection) == ("断网时写的，又加了一句", 2)


def test_an_answer_that_was_lost_makes_nothing_twice_and_no_conflict(phone, form, inspection):
    page = form(phone())
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.context.route("**/edit/", lose)
    save_without_signal(page, "第一句")
    page.context.set_offline(False)
    while not lost:  # what is pressed before takes the place of what was not sent yet
        page.wait_for_timeout(50)
    now = page.bar.get_by_role("button", name="现在发送")
    expect(now).to_be_visible()
    expect(page.bar.locator("b")).to_contain_text("没有信号")
    page.summary.fill("第一句，第二句")
    save(page)  # behind the one whose answer was lost
    expect(page.status).to_contain_text("已保存到系统")
    assert lost == [200]
    assert saved(inspection) == ("第一句，第二句", 2)
    expect(page.bar).to_have_count(0)
    # The form goes on from there.
    page.summary.fill("第三句")
    save(page)
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert saved(inspection) == ("第三句", 3)


def test_what_is_pressed_again_while_the_round_begins_takes_the_place_of_what_was_not_sent_yet(
    phone, form, inspection
):
    page = form(phone())
    held, is_open = [], []
    asked = "**/inspections/offline.json"  # who is logged in, and today's token: before anything is sent
    page.route(asked, lambda route: route.continue_() if is_open else held.append(route))
    save_without_signal(page, "第一句")
    page.context.set_offline(False)
    while not held:
        page.wait_for_timeout(50)
    page.summary.fill("第一句，第二句")
    save(page)
    expect(page.status).to_contain_text("有信号后自动保存")
    is_open.append(True)
    for route in held:
        route.continue_()
    expect(page.bar).to_have_count(0)
    assert saved(inspection) == ("第一句，第二句", 1)


def test_after_one_log_in_it_goes_on_by_itself(phone, form, team, password, inspection, look):
    page = form(phone())
    save_without_signal(page, "登录过期前写的")
    page.context.clear_cookies(name="sessionid")
    page.context.set_offline(False)
    expect(page.bar).to_contain_text("请重新登录，内容都在手机上")
    look(page, "outbox-login")
    page.bar.get_by_role("link", name="重新登录").click()
    page.get_by_label("登录名").fill(team[0].username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.status).to_contain_text("已保存到系统")
    assert saved(inspection) == ("登录过期前写的", 1)


def test_two_versions_are_chosen_from_field_by_field(phone, form, team, inspection, look):
    page = form(phone())
    page.locator("#at-outcome").get_by_text("停产未查", exact=True).click()
    save_without_signal(page, "我写的")
    theirs = Report(summary="同组写的", outcome="refused")
    verbs.save_draft(inspection=inspection, actor=team[1], version=inspection.version, report=theirs)
    page.context.set_offline(False)
    choice = page.locator("[data-answer]")
    expect(choice).to_contain_text("改过这份检查")
    expect(choice.get_by_label("系统里现在的：同组写的")).not_to_be_checked()
    expect(page.get_by_role("button", name="保存草稿")).to_be_hidden()  # until one is chosen
    look(page, "outbox-conflict")
    choice.get_by_label("系统里现在的：不配合检查").check()
    choice.get_by_role("button", name="用选好的内容保存").click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    row = Inspection.objects.get(pk=inspection.pk)
    assert (row.summary, row.outcome) == ("我写的", "refused")
    expect(page.bar).to_have_count(0)


def test_what_the_server_does_not_take_comes_back_to_its_field(phone, form, inspection, look):
    page = form(phone())
    page.locator("#at-outcome").get_by_text("停产未查", exact=True).click()
    at_step(page, "到场")
    page.locator("#at-visited_at").get_by_role("button", name="填入现在的时间").click()
    page.locator("#at-entry").get_by_text("停产", exact=True).click()
    at_step(page, "现场情况和陈述")
    page.get_by_role("textbox", name="现场情况").fill("门口贴有停产通知。")
    at_step(page, "结论")
    page.context.set_offline(True)
    page.summary.fill("大门紧锁")
    page.get_by_role("button", name="固定现场记录").click()
    expect(page.status).to_contain_text("已在这台手机上固定")
    # What the phone cannot know: the server goes by another day.
    Draw.objects.update(published_at=clock.now() + datetime.timedelta(minutes=5))
    page.context.set_offline(False)
    told = page.locator("[data-answer]")
    expect(told).to_contain_text("有 1 处需要改正")
    expect(page.locator("#at-visited_at .error")).to_contain_text("检查时间早于抽签结果公布的时间")
    look(page, "outbox-wrong")
    assert saved(inspection) == ("", 0)
    page.reload()
    expect(page.locator("[data-answer]")).to_contain_text("检查时间早于抽签结果公布的时间")
    expect(page.summary).to_have_value("大门紧锁")


def test_two_tabs_send_it_once(phone, form, inspection):
    context = phone()
    page, other = form(context), form(context)
    save_without_signal(page, "只发一次")
    sent = []
    context.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    context.set_offline(False)
    other.bring_to_front()
    page.bring_to_front()
    expect(page.status).to_contain_text("已保存到系统")
    expect(other.summary).to_have_value(
        "只发一次"
    )  # nothing was typed there: it shows what the server has now
    assert len(sent) == 1
    assert saved(inspection) == ("只发一次", 1)


def test_the_first_view_of_the_form_is_small(phone, form):
    page = form(phone())
    sizes = page.evaluate(
        """performance.getEntriesByType("resource")
          .filter((entry) => entry.startTime < performance.getEntriesByType("navigation")[0].loadEventStart)
          .filter((entry) => /\\.(css|mjs)$/.test(entry.name)).map((entry) => [entry.name, entry.decodedBodySize])"""
    )
    assert len(sizes) > 5
    assert sum(size for _, size in sizes) < 100_000, sizes


def test_a_phone_without_room_says_so_at_once_and_still_saves(phone, form, inspection, look):
    page = form(phone())
    page.evaluate(
        '() => { IDBObjectStore.prototype.put = () => { throw new DOMException("", "QuotaExceededError"); }; }'
    )
    page.summary.fill("存不下")
    expect(page.status).to_contain_text("手机存储空间满了")
    look(page, "outbox-full")
    save(page)
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert saved(inspection) == ("存不下", 1)
