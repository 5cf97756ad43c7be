"""A real Chromium against the site: what a person does. Run with ``pytest -m browser tests/browser``."""

import os
import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from held_pages import log_in, visit
from playwright.sync_api import expect, sync_playwright
from visit_cases import signed

from drawings.inspections.field.record import standing
from drawings.inspections.offline import release
from drawings.models import Inspection
from wugang_audit.accounts.models import User

# Playwright's own event loop runs in this thread; the tests use the database between two clicks, never within one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# Of a page that goes the same ways at both widths, the wide window waits for .ci/long.
BOTH = [pytest.param(PHONE, id="phone"), pytest.param(DESKTOP, id="desktop", marks=pytest.mark.long)]
PATIENCE = 30_000  # milliseconds; a busy machine is no failure
expect.set_options(timeout=PATIENCE)
SHOTS = os.environ.get("SCREENSHOTS")  # a folder: keep a picture of every page that `look` sees


@pytest.fixture(scope="session")
def chromium():
    # The same Chromium without the browser's own windows, which take longer to open than most of the site's pages.
    # Phones that keep a profile are the whole program.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("the browser tests need Chromium (Debian: apt-get install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        flags = [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def open_as(chromium, live_server, login, password):
    """Open a browser of its own for a person: ``open_as(organiser)``, ``open_as(None)`` for the public."""
    contexts = []

    def start(user, viewport=DESKTOP, at_the_page=False):
        # Without motion: what a test clicks must not move under it on a slow machine.
        context = chromium.new_context(
            viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("response", lambda answer: answer.status >= 500 and page.faults.append(answer.url))
        page.base = live_server.url
        if user is not None and at_the_page:
            page.goto(f"{live_server.url}/accounts/login/")
            log_in(page, user, password)
            page.wait_for_url("**/desk/")
        elif user is not None:
            # The page on which people log in has tests of its own.
            session = login(user).cookies["sessionid"].value
            context.add_cookies(
                [{"name": "sessionid", "value": session, "url": live_server.url, "httpOnly": True}]
            )
            page.goto(f"{live_server.url}/desk/")
        return page

    yield start
    faults = [
        fault for context in contexts for page in context.pages for fault in getattr(page, "faults", [])
    ]
    for context in contexts:
        context.close()
    assert faults == []


def unfold(part):
    """Open a folded part of a page as a person does, by its summary; one that is open stays open."""
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()
    expect(part).to_have_attribute("open", "")


@pytest.fixture
def look():
    """Check that a page fits its window at both widths and, if asked for, keep pictures of it."""

    def at(page, name):
        page.wait_for_load_state()  # a page whose style sheet is still on its way is as wide as it likes
        viewport = page.viewport_size
        for label, size in (("desktop", DESKTOP), ("phone", PHONE)):
            page.set_viewport_size(size)
            width = page.evaluate("document.documentElement.scrollWidth")
            if SHOTS:
                Path(SHOTS).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=f"{SHOTS}/{name}-{label}.png", full_page=True)
            assert width <= size["width"], f"{name} scrolls sideways at {size['width']} px"
        page.set_viewport_size(viewport)

    return at


# --- an officer's phone at the gate ---
def at_step(page, title):
    """Turn to a step of the form; on a desk all of them stand on one page."""
    if page.viewport_size["width"] >= 700:
        return  # the bar may still stand there for a moment after `look` has made the window wide again
    bar = page.locator(".step-bar")
    if not bar.count():
        return  # without scripts the steps stand one below the other
    expect(bar).to_be_visible()  # a moment after `look` has made the window narrow again
    tab = bar.get_by_role("button", name=re.compile(rf"^\d {title}"))
    if tab.count():  # not every unit has readings
        tab.click()
        expect(tab).to_have_attribute("aria-current", "step")


def arrive(page):
    """Fill in that the officers were let in, and by whom; the form stays at the second step."""
    at_step(page, "到场")
    page.locator("#at-visited_at").get_by_role("button", name="填入现在的时间").click()
    page.get_by_label("进入现场检查").check()
    page.get_by_label("现场负责人姓名").fill("钱在场")
    page.get_by_label("职务").fill("环保主管")
    at_step(page, "亮证告知")
    page.locator("section", has=page.get_by_label("亮证告知时间")).get_by_role("button").click()
    page.get_by_label("已送达检查通知书").check()


def freeze_record(page):
    """Press the button that freezes the on-site record; the page of the record follows."""
    at_step(page, "结论")
    page.get_by_role("button", name="固定现场记录").click()
    expect(page).to_have_url(re.compile("/record/"))


def freeze_and_submit(page):
    """Freeze the record, have it confirmed and signed beside the page, and hand the report in."""
    freeze_record(page)
    pk = int(page.url.split("/inspections/")[1].split("/")[0])
    signed(standing(Inspection.objects.get(pk=pk)))
    page.reload()
    page.get_by_role("link", name="填结论，提交审核").click()
    page.get_by_role("button", name="提交审核").click()


@pytest.fixture
def inspection(published_draw):
    return Inspection.objects.filter(selection__draw=published_draw).first()


@pytest.fixture
def team(inspection):
    return [User.objects.get(officer__memberships=member) for member in inspection.selection.team.all()]


@pytest.fixture
def phone(chromium, live_server, tmp_path, team):
    """Start the browser of the first officer's phone, again and again on the same profile: ``phone()``."""
    started = []

    def start():
        client = Client()
        client.force_login(team[0])
        context = chromium.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox"],
            viewport=PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        started.append(context)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])
        return context

    yield start
    for context in started:
        context.close()


@pytest.fixture
def form(live_server, inspection):
    """Open the form in a browser, at its last step: ``form(context)``."""

    def at(context, step="结论"):
        page = context.new_page()
        page.goto(f"{live_server.url}{reverse('inspections:edit', args=[inspection.pk])}")
        if step:
            at_step(page, step)
        page.summary = page.locator("#at-summary textarea")
        page.status = page.locator("[data-draft-status]")
        page.bar = page.locator("[data-outbox]")
        return page

    return at


# --- one that holds the pages of its officer ---
@pytest.fixture
def release_anew():
    """Each process makes its release once; these tests serve another one."""
    release.current.cache_clear()
    yield
    release.current.cache_clear()


@pytest.fixture
def urls(inspection):
    return {
        name: reverse(f"inspections:{name}", args=[inspection.pk]) for name in ("detail", "dossier", "edit")
    }


@pytest.fixture
def held(team, open_as, release_anew):
    """The phone of the first officer of an inspection, after one visit with signal."""
    page = open_as(team[0], PHONE, at_the_page=True)
    visit(page)
    return page
