"""No signal at the gate: after one visit with signal the officer's pages open, his alone, whatever release comes meanwhile."""

import threading

import pytest
from conftest import PHONE, at_step
from django.urls import reverse
from playwright.sync_api import Error, expect

from drawings.inspections.offline import release
from drawings.inspections.tasks import views as tasks
from drawings.models import Inspection
from wugang_audit.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CACHES = "caches.keys().then(names => names.filter(name => name.startsWith('field-')).sort())"

ANSWER = "page(event, url).catch(() => fetch(request))"
WORKER = "navigator.serviceWorker.getRegistration('/inspections/')"


@pytest.fixture(autouse=True)
def made_anew():
    release.current.cache_clear()
    yield
    release.current.cache_clear()


@pytest.fixture
def inspection(published_draw):
    return Inspection.objects.filter(selection__draw=published_draw).first()


@pytest.fixture
def team(inspection):
    return [User.objects.get(officer__memberships=member) for member in inspection.selection.team.all()]


@pytest.fixture
def urls(inspection):
    return {
        name: reverse(f"inspections:{name}", args=[inspection.pk]) for name in ("detail", "dossier", "edit")
    }


def until(page, what, given=None):
    """Wait in the page until an expression of promises says true."""
    page.evaluate(
        f"""async (given) => {{
            for (let i = 0; i < 600; i += 1) {{
                if (await ({what})) return;
                await new Promise((done) => {{ setTimeout(done, 50); }});
            }}
            throw new Error("never came true");
        }}""",
        given,
    )


def visit(page):
    """Open the tasks with signal, until the device holds all that it is to hold."""
    page.goto(f"{page.base}/inspections/")
    expect(page.locator("[data-offline-state]").first).to_contain_text("没有信号也能打开")
    page.state = page.locator("[data-offline-state]").first


@pytest.fixture
def phone(team, open_as):
    page = open_as(team[0], PHONE)
    visit(page)
    return page


def log_in(page, user, password):
    page.get_by_label("登录名").fill(user.username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def sign_out(page):
    page.locator(".account summary").click()
    page.get_by_role("button", name="退出登录").click()


def is_copy(page):
    expect(page.locator(".offline-bar")).to_contain_text("离线副本，存于")


def test_after_one_visit_all_pages_of_the_open_inspections_open_without_a_signal(
    phone, inspection, urls, look
):
    page = phone
    look(page, "offline-ready")
    page.context.set_offline(True)
    for url in ("/inspections/", *urls.values()):
        page.goto(f"{page.base}{url}")
        is_copy(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, "offline-form")
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


def test_a_second_officer_on_the_same_phone_sees_nothing_of_the_first(phone, team, password, urls):
    page = phone
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


def test_another_name_at_the_log_in_hides_the_copies_before_the_server_answers(phone, team, password):
    page = phone
    page.context.clear_cookies(name="sessionid")
    page.goto(f"{page.base}/accounts/login/")
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        log_in(page, team[1], password)
    other = page.context.new_page()
    other.goto(f"{page.base}/inspections/")
    expect(other.get_by_text("这台设备上没有存下的页面")).to_be_visible()


def test_a_log_in_that_has_ended_leaves_the_copies_and_is_never_one_of_them(phone, team, password, urls):
    page = phone
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


def test_who_has_unsent_work_is_not_signed_out(phone, urls, look, inspection):
    page = phone
    page.goto(f"{page.base}{urls['edit']}")
    at_step(page, "结论")
    page.locator("#at-summary textarea").fill("还没有保存")
    page.goto(f"{page.base}/desk/")
    sign_out(page)
    note = page.get_by_role("alert").filter(has_text="还没有退出")
    expect(note).to_contain_text(inspection.selection.shown_name)
    look(page, "sign-out-stopped")
    note.get_by_role("link").click()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    sign_out(page)
    page.wait_for_url(f"{page.base}/")
    assert [name for name in page.evaluate(CACHES) if "static" not in name] == []


def test_two_releases_later_no_page_is_trapped_and_none_is_lost(phone, monkeypatch, tmp_path, urls):
    page, versions = phone, [release.current().version]
    for number in (1, 2):
        changed = tmp_path / f"{number}.mjs"
        changed.write_text(release.SOURCE.read_text(encoding="utf-8") + f"// {number}\n", encoding="utf-8")
        monkeypatch.setattr(release, "SOURCE", changed)
        release.current.cache_clear()
        versions.append(release.current().version)
        page.goto(f"{page.base}{urls['detail'] if number == 1 else '/desk/'}")
        until(
            page,
            f"{CACHES}.then(names => names.length === 3 && names.slice(1).every(name => name.endsWith(given)))",
            versions[-1],
        )
    assert len(set(versions)) == 3
    page.context.set_offline(True)
    for url in ("/inspections/", urls["edit"]):
        page.goto(f"{page.base}{url}")
        is_copy(page)
        assert page.evaluate("getComputedStyle(document.querySelector('.offline-bar')).textAlign") == "center"


def test_a_worker_that_lets_nothing_through_is_replaced(phone, monkeypatch, tmp_path):
    page = phone
    good = release.SOURCE
    bad = tmp_path / "bad.mjs"
    text = good.read_text(encoding="utf-8")
    assert text.count(ANSWER) == 1
    bad.write_text(text.replace(ANSWER, "Promise.reject()"), encoding="utf-8")
    monkeypatch.setattr(release, "SOURCE", bad)
    release.current.cache_clear()
    bad_version = release.current().version
    page.goto(f"{page.base}/desk/")
    until(page, "caches.has(`field-static-${given}`)", bad_version)
    until(
        page,
        f"{WORKER}.then(found => !found.installing && !found.waiting && found.active.state === 'activated')",
    )
    with pytest.raises(Error, match="ERR_FAILED"):
        page.context.new_page().goto(f"{page.base}/inspections/")
    monkeypatch.setattr(release, "SOURCE", good)
    release.current.cache_clear()
    page.goto(f"{page.base}/desk/")
    until(page, f"{CACHES}.then(names => !names.some(name => name.endsWith(given)))", bad_version)
    visit(page)


def test_switched_off_it_leaves_nothing_behind(phone, settings):
    page = phone
    settings.OFFLINE_PAGES = False
    page.goto(f"{page.base}/inspections/")
    until(page, f"{WORKER}.then(found => !found)")
    assert page.evaluate(CACHES) in ([], ["field-current"])


def test_an_error_of_the_server_and_a_late_answer_show_the_copy(team, open_as, monkeypatch):
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

    def broken(*given):
        raise RuntimeError("the database is away")

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
