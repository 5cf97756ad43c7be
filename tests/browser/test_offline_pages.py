"""No signal at the gate: after one visit with signal the officer's pages open, and his alone."""

import threading

import pytest
from conftest import PHONE, at_step
from held_pages import CACHES, is_copy, log_in, sign_out, visit
from playwright.sync_api import expect

from drawings.inspections.offline import release
from drawings.inspections.tasks import views as tasks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def broken(*given):
    raise RuntimeError("the database is away")


def test_after_one_visit_all_pages_of_the_open_inspections_open_without_a_signal(
    held, inspection, urls, look
):
    page = held
    look(page, "offline-ready")
    page.context.set_offline(True)
    page.add_init_script(
        "navigator.storage.estimate = () => Promise.resolve({ usage: 9e9, quota: 9e9 + 5e7 });"
    )
    for url in ("/inspections/", *urls.values()):
        answer = page.goto(f"{page.base}{url}")
        is_copy(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    look(page, "offline-form")
    expect(page.locator("[data-storage-state]").first).to_contain_text("快满了，还剩约 47 MB")
    # With its scripts: the form keeps what is typed, and reloading brings it back.
    at_step(page, "结论")
    page.locator("#at-summary textarea").fill("断网时写的")
    page.reload()
    is_copy(page)
    expect(page.locator("#at-summary textarea")).to_have_value("断网时写的")
    expect(page.locator("[data-progress]")).to_be_visible()
    # Started anew from the icon on the screen.
    again = page.context.new_page()
    again.goto(f"{page.base}/inspections/")
    is_copy(again)
    again.goto(f"{page.base}/inspections/999999/")
    expect(again.get_by_role("heading", name="没有信号")).to_be_visible()
    again.set_viewport_size(PHONE)
    look(again, "offline-not-held")
    name = inspection.selection.shown_name
    again.get_by_role("listitem").filter(has_text=name).get_by_role("link", name="填报").click()
    is_copy(again)
    page.context.set_offline(False)
    again.get_by_role("link", name="重新连接").click()
    expect(again.locator(".offline-bar")).to_have_count(0)


def test_a_second_officer_on_the_same_phone_sees_nothing_of_the_first(held, team, password, urls):
    page = held
    page.context.clear_cookies(name="sessionid")
    page.goto(f"{page.base}/accounts/login/?next=/inspections/")
    log_in(page, team[1], password)
    page.wait_for_url(f"{page.base}/inspections/")
    visit(page)
    key = page.locator("body").get_attribute("data-account")
    names = page.evaluate(CACHES)
    assert [name for name in names if "pages" in name] == [f"field-pages-{key}-{release.current().version}"]
    page.context.set_offline(True)
    page.goto(f"{page.base}/inspections/")
    expect(page.locator(".account summary")).to_contain_text(team[1].full_name)
    sign_out(page)
    expect(page.get_by_role("alert").filter(has_text="没有信号")).to_be_visible()
    page.context.set_offline(False)
    sign_out(page)
    page.wait_for_url(f"{page.base}/")
    assert [name for name in page.evaluate(CACHES) if "static" not in name] == []
    page.context.set_offline(True)
    for url in ("/inspections/", urls["edit"]):
        page.goto(f"{page.base}{url}")
        expect(page.get_by_text("这台设备上没有存下的页面")).to_be_visible()


def test_another_name_at_the_log_in_hides_the_copies_before_the_server_answers(held, team, password):
    page = held
    page.context.clear_cookies(name="sessionid")
    page.goto(f"{page.base}/accounts/login/")
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        log_in(page, team[1], password)
    other = page.context.new_page()
    other.goto(f"{page.base}/inspections/")
    expect(other.get_by_text("这台设备上没有存下的页面")).to_be_visible()


def test_who_comes_from_the_log_in_is_shown_no_copy_of_another(held, team, password, monkeypatch):
    """Whatever became of the script of the log-in page: the server has not said yet who it is."""
    page = held
    page.context.clear_cookies(name="sessionid")
    page.goto(f"{page.base}/accounts/login/?next=/inspections/")
    page.get_by_label("登录名").fill(team[1].username)
    page.get_by_label("密码").fill(password)
    monkeypatch.setattr(tasks, "home", broken)
    page.evaluate("document.querySelector('form[data-log-in]').submit()")
    expect(page.get_by_role("heading", level=1)).to_contain_text("系统出了差错")
    expect(page.locator(".offline-bar")).to_have_count(0)
    assert page.faults.pop() == f"{page.base}/inspections/"


def test_what_was_said_once_does_not_stand_in_the_copy(held, urls):
    page = held
    page.goto(f"{page.base}{urls['dossier'].replace('dossier', 'problem')}")
    page.get_by_label("困难或问题").fill("厂门锁着，没有人")
    page.locator("main form").get_by_role("button").first.click()
    page.wait_for_url(f"{page.base}{urls['dossier']}")
    expect(page.locator(".messages")).to_be_visible()
    page.context.set_offline(True)
    page.reload()
    is_copy(page)
    expect(page.locator(".messages")).to_have_count(0)


def test_a_log_in_that_has_ended_leaves_the_copies_and_is_never_one_of_them(held, team, password, urls):
    page = held
    page.context.clear_cookies(name="sessionid")
    page.goto(f"{page.base}{urls['edit']}")
    page.wait_for_url("**/accounts/login/**")
    page.context.set_offline(True)
    page.goto(f"{page.base}{urls['edit']}")
    is_copy(page)
    page.context.set_offline(False)
    page.goto(f"{page.base}{urls['edit']}")
    log_in(page, team[0], password)
    page.wait_for_url(f"{page.base}{urls['edit']}")
    expect(page.locator(".offline-bar")).to_have_count(0)


def test_who_has_unsent_work_is_not_signed_out(held, urls, look, inspection):
    page = held
    page.goto(f"{page.base}{urls['edit']}")
    at_step(page, "结论")
    page.locator("#at-summary textarea").fill("还没有保存")
    page.goto(f"{page.base}/desk/")
    sign_out(page)
    note = page.get_by_role("alert").filter(has_text="还没有退出")
    expect(note).to_contain_text(inspection.selection.shown_name)
    look(page, "sign-out-stopped")
    note.get_by_role("link", name=inspection.selection.shown_name).click()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    sign_out(page)
    page.wait_for_url(f"{page.base}/")
    assert [name for name in page.evaluate(CACHES) if "static" not in name] == []


def test_an_error_of_the_server_and_a_late_answer_show_the_copy(team, open_as, monkeypatch, release_anew):
    monkeypatch.setattr(release, "PATIENCE", 500)
    page = open_as(team[0], PHONE)
    visit(page)
    go_on, real = threading.Event(), tasks.home

    def late(*given):
        go_on.wait()
        return real(*given)

    monkeypatch.setattr(tasks, "home", late)
    page.goto(f"{page.base}/inspections/")
    is_copy(page)
    go_on.set()
    monkeypatch.setattr(tasks, "home", broken)
    page.goto(f"{page.base}/inspections/")
    is_copy(page)


def test_without_tls_the_form_works_and_the_page_says_what_is_missing(team, open_as, urls, look):
    page = open_as(team[0], PHONE)
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.goto(f"{page.base}{urls['edit']}")
    expect(page.locator("[data-offline-state]")).to_contain_text("离线使用需要 https")
    look(page, "offline-without-tls")
    at_step(page, "结论")
    page.locator("#at-summary textarea").fill("照常填")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()


def test_storage_that_runs_full_is_said_before_it_is(team, open_as, look):
    page = open_as(team[0], PHONE)
    page.add_init_script("""
        if (!sessionStorage.begun) localStorage.removeItem("field:persist-asked");  // the desk may have asked already
        sessionStorage.begun = "1";
        navigator.storage.estimate = () => Promise.resolve({ usage: 940 * 2 ** 20, quota: 1000 * 2 ** 20 });
        navigator.storage.persisted = () => Promise.resolve(false);
        navigator.storage.persist = () => Promise.resolve(Boolean(window.top.asked = (window.top.asked ?? 0) + 1));
    """)
    visit(page)
    expect(page.locator("[data-storage-state]").first).to_contain_text("还剩约 60 MB")
    assert page.evaluate("[window.asked, localStorage.getItem('field:persist-asked')]") == [1, "1"]
    look(page, "offline-little-room")
    visit(page)
    assert page.evaluate("window.asked") is None  # once for ever
