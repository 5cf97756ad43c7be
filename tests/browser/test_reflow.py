"""Every public page at 200% zoom (WCAG 1.4.4) and at 320 px (1.4.10): nothing scrolls sideways, nothing is cut off."""

import json

import pytest
from redaction_cases import fill
from test_policy import pages

from drawings.models import Plan, StrongerDisclosure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A window of 1280 px at 200% is 640 px wide to the page, at 400% 320 px; each of its pixels is two or four of the screen.
WINDOWS = {"200%": (640, 450, 2), "400%": (320, 512, 4)}
# What sticks out of the window and cannot be scrolled to within its own box, and what a box hides of its own words. Tables
# of the public are cards there: theirs is no box to scroll sideways in.
CUT_OFF = """() => {
  document.querySelectorAll('details').forEach(each => { each.open = true; });
  const width = document.documentElement.clientWidth, found = [];
  const scrolls = element => {
    for (let box = element.parentElement; box; box = box.parentElement) {
      if (['auto', 'scroll'].includes(getComputedStyle(box).overflowX)) return true;
    }
    return false;
  };
  const outOfSight = element => {
    for (let box = element; box; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.clipPath !== 'none' || style.clip !== 'auto' || style.visibility === 'hidden') return true;
    }
    return false;
  };
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('svg') || !element.getClientRects().length || outOfSight(element)) continue;
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    if (box.bottom < 0 && style.position === 'absolute') continue;  // a link that shows when it has the focus
    const name = `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 30)}`;
    if ((box.right > width + 1 || box.left < -1) && !scrolls(element)) found.push(`sticks out: ${name}`);
    if (!element.textContent.trim()) continue;
    const hides = overflow => ['hidden', 'clip'].includes(overflow);
    if (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1) found.push(`cut at its side: ${name}`);
    if (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1) found.push(`cut below: ${name}`);
  }
  for (const box of document.querySelectorAll('.table-wrap')) {
    if (box.scrollWidth > box.clientWidth + 1) found.push(`table scrolls: ${box.textContent.trim().slice(0, 30)}`);
  }
  return found.slice(0, 5);
}"""


@pytest.fixture
def substitutes_by():
    return Plan.Substitutes.SEED


@pytest.fixture
def urls(published_draw, organiser, reviewer, head, monkeypatch):
    """All public pages, of a draw with words of every kind, and of a unit with a correction and readings."""
    for kind in ("water", "gas"):
        StrongerDisclosure.objects.update_or_create(
            kind=kind, defaults={"is_active": True, "categories": [], "specialities": []}
        )
    fill(published_draw, monkeypatch, organiser, reviewer, head)
    return ["/accounts/login/", "/nowhere/", "/results/?sort=name", *pages(published_draw, public=True)]


@pytest.mark.parametrize("large", ["", "large-print"])
@pytest.mark.parametrize("zoom", WINDOWS)
def test_nothing_scrolls_sideways_and_nothing_is_cut_off(chromium, live_server, urls, zoom, large):
    width, height, scale = WINDOWS[zoom]
    if large:  # what grows in it is looked at where it is widest
        urls = [url for url in urls if url.startswith("/statistics/")]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        locale="zh-CN",
        reduced_motion="reduce",
    )
    page, found = context.new_page(), {}
    for url in urls:
        page.goto(f"{live_server.url}{url}")
        if page.evaluate("document.contentType") != "text/html":
            continue
        if large:
            page.evaluate(f"document.documentElement.classList.add('{large}')")
        faults = page.evaluate(CUT_OFF)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append("scrolls sideways")
        if faults:
            found[url] = faults
    context.close()
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
