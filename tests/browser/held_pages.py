"""What is done on a phone that holds the officers' pages, and what it then holds."""

from playwright.sync_api import expect

from drawings.inspections.offline import release

CACHES = "caches.keys().then(names => names.filter(name => name.startsWith('field-')).sort())"

LONGEST = 120_000  # milliseconds: nothing else loads as much at once

WORKER = "navigator.serviceWorker.getRegistration('/inspections/')"


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
    ready = page.locator("[data-offline-state]").first
    expect(ready).to_contain_text("没有信号也能打开", timeout=LONGEST)
    page.state = page.locator("[data-offline-state]").first


def log_in(page, user, password):
    page.get_by_label("登录名").fill(user.username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def sign_out(page):
    page.locator(".account summary").click()
    page.get_by_role("button", name="退出登录").click()


def is_copy(page):
    expect(page.locator(".offline-bar")).to_contain_text("离线副本，存于")


def worker_is_settled(page):
    """Wait until no newer worker is about to take over.

    In that moment, some hundredths of a second, Chromium may hand a page to the worker that it is just stopping, and the page
    never comes: a person taps once more. A test that goes on at once meets it in one run of three.
    """
    until(
        page,
        f"{WORKER}.then(it => it && !it.installing && !it.waiting && it.active.state === 'activated')",
    )


def upgrade(monkeypatch, path):
    """Let the server serve another release: the worker's own text is another one."""
    path.write_text(f"{release.SOURCE.read_text(encoding='utf-8')}// {path.name}\n", encoding="utf-8")
    monkeypatch.setattr(release, "SOURCE", path)
    release.current.cache_clear()
