"""Whatever release comes while a phone holds pages: none is trapped, none is lost, none is mixed with another."""

import pytest
from django.http import Http404
from held_pages import CACHES, WORKER, is_copy, until, upgrade, visit
from playwright.sync_api import Error

from drawings.inspections.offline import queries, release

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANSWER = "page(event, url).catch(() => fetch(request))"


def test_two_releases_later_no_page_is_trapped_and_none_is_lost(held, monkeypatch, tmp_path, urls):
    page, versions = held, [release.current().version]
    for number in (1, 2):
        upgrade(monkeypatch, tmp_path / f"{number}.mjs")
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


def test_a_copy_comes_with_the_styles_of_its_own_release(held, monkeypatch, tmp_path):
    """The next release is here and holds no pages yet: those of the one before open, with what belongs to them."""
    page, first = held, release.current().version
    page.evaluate(
        """async (first) => {
            const cache = await caches.open(`field-static-${first}`);
            const headers = { "Content-Type": "text/css" };
            await cache.put("/static/wugang_audit/site.css", new Response("body { --release: first }", { headers }));
        }""",
        first,
    )
    upgrade(monkeypatch, tmp_path / "next.mjs")

    def away(user):
        raise Http404

    monkeypatch.setattr(queries, "to_hold", away)
    page.goto(f"{page.base}/inspections/")
    until(page, "caches.has(`field-static-${given}`)", release.current().version)
    until(page, f"{WORKER}.then(found => !found.installing && found.active.state === 'activated')")
    page.context.set_offline(True)
    page.goto(f"{page.base}/inspections/")
    is_copy(page)
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--release')").strip() == "first"


def test_a_worker_that_lets_nothing_through_is_replaced(held, monkeypatch, tmp_path):
    page = held
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


def test_switched_off_it_leaves_nothing_behind(held, settings):
    page = held
    settings.OFFLINE_PAGES = False
    page.goto(f"{page.base}/inspections/")
    until(page, f"{WORKER}.then(found => !found)")
    assert page.evaluate(CACHES) in ([], ["field-current"])
