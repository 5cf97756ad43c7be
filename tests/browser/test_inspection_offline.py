"""Poor signal at the factory gate: what an officer typed is never lost, whatever the network does."""

import pytest
from conftest import PHONE, at_step
from django.urls import reverse
from playwright.sync_api import expect

from drawings.models import Inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The drafts on the phone become so many, once what was begun has been written.
COPIES = """async (count) => {
  const store = await import("/static/drawings/field/store.mjs");
  const [{ name }] = await indexedDB.databases(); // the log-in page knows no account
  await store.ready(name.slice("field-".length));
  for (const end = performance.now() + 30_000; performance.now() < end; ) {
    if ((await store.all("drafts")).length === count) return true;
    await new Promise((done) => setTimeout(done, 20));
  }
  return false;
}"""


@pytest.fixture
def gate(inspection, team, open_as):
    """The open form on the phone of one of the two officers."""

    def at(user=team[0]):
        page = open_as(user, PHONE)
        page.url_of_form = f"{page.base}{reverse('inspections:edit', args=[inspection.pk])}"
        page.goto(page.url_of_form)
        at_step(page, "结论")
        page.summary = page.locator("#at-summary textarea")
        page.status = page.locator("[data-draft-status]")
        page.restored = page.locator("[data-draft-restored]")
        return page

    return at


def expect_copies(page, count):
    assert page.evaluate(COPIES, count)


def save(page):
    page.get_by_role("button", name="保存草稿").click()


def test_what_was_typed_comes_back_when_the_page_is_opened_again(gate, look):
    page = gate()
    page.summary.fill("第一行\n第二行")
    at_step(page, "检查项目")
    page.locator("[id^=point-]").first.get_by_text("不符合", exact=True).click()
    page.locator("[id^=point-] textarea").first.fill("标志牌破损")  # its fold has opened by itself
    page.goto(page.url_of_form)
    expect(page.restored).to_contain_text("还没有保存到系统")
    expect(page.summary).to_have_value("第一行\n第二行")
    expect(page.locator("[id^=point-] textarea").first).to_have_value("标志牌破损")
    expect(page.locator("[id^=point-]").first.get_by_label("不符合")).to_be_checked()
    look(page, "draft-restored")
    at_step(page, "结论")
    page.get_by_role("button", name="放弃这台设备上的草稿").click()
    expect(page.summary).to_have_value("")
    page.goto(page.url_of_form)
    expect(page.restored).to_be_hidden()
    expect_copies(page, 0)


def test_a_submission_without_network_stays_on_the_page(gate, inspection, look):
    page = gate()
    page.context.set_offline(True)
    expect(page.status).to_contain_text("没有信号")
    page.summary.fill("断网时写的")
    page.get_by_role("button", name="固定现场记录").click()
    expect(page.status).to_contain_text("没有固定")
    assert page.url == page.url_of_form
    look(page, "draft-offline")
    page.context.set_offline(False)
    expect(page.status).to_contain_text("网络已恢复")
    save(page)
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert Inspection.objects.get(pk=inspection.pk).summary == "断网时写的"
    expect_copies(page, 0)


def test_the_copy_stays_until_the_server_has_confirmed_the_save(gate):
    page = gate()
    page.summary.fill("只差固定")
    page.get_by_role("button", name="固定现场记录").click()
    expect(page.get_by_text("现场记录还没有固定")).to_be_visible()  # much is missing
    expect_copies(page, 1)
    page.goto(page.url_of_form)
    expect(page.summary).to_have_value("只差固定")


def test_a_login_that_has_run_out_loses_nothing(gate, team, password, inspection, look):
    page = gate()
    page.summary.fill("登录过期前写的")
    page.context.clear_cookies(name="sessionid")
    save(page)
    expect(page.get_by_text("登录已过期，“保存检查结果的草稿”还没有提交")).to_be_visible()
    look(page, "session-over-officer")
    expect_copies(page, 1)  # and the device has it still
    page.get_by_label("登录名").fill(team[0].username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="您登录前要提交的内容")).to_be_visible()
    expect(page.get_by_text("登录过期前写的")).to_be_visible()
    look(page, "session-over-asked")
    assert Inspection.objects.get(pk=inspection.pk).summary == ""
    page.get_by_role("button", name="继续提交").click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert Inspection.objects.get(pk=inspection.pk).summary == "登录过期前写的"
    expect_copies(page, 0)


def test_who_opens_the_form_again_after_the_login_finds_the_copy_of_the_device(gate, team, password):
    page = gate()
    page.summary.fill("登录过期前写的")
    page.context.clear_cookies(name="sessionid")
    page.goto(page.url_of_form)
    page.get_by_label("登录名").fill(team[0].username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.restored).to_contain_text("还没有保存到系统")
    expect(page.summary).to_have_value("登录过期前写的")
    save(page)
    expect(page.get_by_text("草稿已保存。")).to_be_visible()


def test_a_copy_based_on_an_older_version_does_not_overwrite_the_other_officer(gate, team, inspection, look):
    page, other = gate(), gate(team[1])
    page.summary.fill("我在断网时写的")
    other.summary.fill("同组先存的")
    save(other)
    expect(other.get_by_text("草稿已保存。")).to_be_visible()
    page.goto(page.url_of_form)
    expect(page.summary).to_have_value("我在断网时写的")
    save(page)
    expect(page.get_by_text("两份内容不同的地方")).to_be_visible()
    expect(page.get_by_text("同组先存的")).to_be_visible()
    expect(page.summary).to_have_value("我在断网时写的")
    look(page, "draft-conflict")
    assert Inspection.objects.get(pk=inspection.pk).summary == "同组先存的"
    save(page)
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert Inspection.objects.get(pk=inspection.pk).summary == "我在断网时写的"
    expect_copies(page, 0)


def test_a_copy_belongs_to_its_officer(gate, team, password):
    """On a shared phone the next officer does not find the entries of the one before."""
    page = gate()
    page.summary.fill("只给自己看")
    page.context.clear_cookies(name="sessionid")  # nobody signs out who has work that is not sent
    page.goto(f"{page.base}/accounts/login/")
    page.get_by_label("登录名").fill(team[1].username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/desk/")
    page.goto(page.url_of_form)
    expect(page.summary).to_have_value("")


def test_the_form_works_without_scripts(chromium, live_server, inspection, team, client):
    client.force_login(team[0])
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('inspections:edit', args=[inspection.pk])}")
    page.locator("#at-summary textarea").fill("没有脚本也能填")
    save(page)
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    context.close()
    assert Inspection.objects.get(pk=inspection.pk).summary == "没有脚本也能填"


def test_what_an_earlier_release_kept_is_taken_over_once(gate, team, inspection):
    page = gate()
    values = {
        "version": inspection.version,
        "token": "1",
        "at": "2026-10-08T02:00:00Z",
        "values": {"summary": "旧版存的"},
    }
    key = f"inspection:{team[0].pk}:{inspection.pk}"
    page.evaluate("([key, draft]) => localStorage.setItem(key, JSON.stringify(draft))", [key, values])
    page.goto(page.url_of_form)
    expect(page.summary).to_have_value("旧版存的")
    expect_copies(page, 1)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('inspection:'))") == []
