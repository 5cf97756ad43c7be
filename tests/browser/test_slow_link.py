"""Sixty photos of 5 MB over a slow link that breaks twice: each arrives once, and the form can be typed into all the while."""

import hashlib

import pytest
from conftest import at_step
from PIL import Image
from playwright.sync_api import expect

from drawings.inspections.evidence import kept_files
from drawings.models import Evidence
from wugang_audit.audit.models import AuditEntry

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
# Bytes a second, milliseconds: a village with one bar. The copies of all sixty take some three minutes.
LINK = {"downloadThroughput": 500_000, "uploadThroughput": 250_000, "latency": 150}
WATCH = """() => {
  window.longest = { task: 0, event: 0, name: "" };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longest.task = Math.max(window.longest.task, entry.duration);
  }).observe({ type: "longtask" });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!/^key|^input|^pointer|^click/.test(entry.name)) continue;
      if (entry.duration > window.longest.event) Object.assign(window.longest, { event: entry.duration, name: entry.name });
    }
  }).observe({ type: "event", durationThreshold: 16 });
}"""
ASK = """async (keys) => {
  const store = await import("/static/drawings/field/store.mjs");
  for (const key of keys) await store.amend("photos", key, { asked: true });
  store.tell({ type: "queued" });
}"""


@pytest.fixture
def photos(tmp_path):
    """Sixty files of a camera's size: a comment in the head makes each of them another picture."""
    Image.effect_noise((4000, 3000), 20).convert("RGB").save(tmp_path / "one.jpg", quality=93)
    one, paths = (tmp_path / "one.jpg").read_bytes(), []
    assert 4_000_000 < len(one) < 7_000_000
    for number in range(60):
        paths.append(tmp_path / f"IMG_{number}.jpg")
        paths[-1].write_bytes(one[:2] + b"\xff\xfe\x00\x06%04d" % number + one[2:])
    return paths


def test_sixty_large_photos_arrive_once_through_two_breaks_and_the_form_stays_usable(
    phone, form, inspection, photos
):
    page = form(phone(), "照片")
    link = page.context.new_cdp_session(page)
    link.send("Network.enable")

    def connect(offline=False):
        link.send("Network.emulateNetworkConditions", {"offline": offline, **LINK})

    connect()
    expect(page.get_by_text("从相册选")).to_be_visible()
    page.evaluate(WATCH)
    page.locator("#photos input[multiple]").set_input_files(photos)
    arrived, typed = page.locator(".shot", has_text="已发送副本"), ""
    for part, count in enumerate((3, 12, 30), 1):
        at_step(page, "照片")
        expect(arrived.nth(count)).to_be_attached(timeout=300_000)
        at_step(page, "结论")
        page.summary.press("End")
        page.summary.press_sequentially(f"第{part}段，photos are on their way. ", delay=30)
        typed += f"第{part}段，photos are on their way. "
        expect(page.summary).to_have_value(typed)
        if part < 3:
            connect(offline=True)  # in the middle of a photo
            expect(page.bar).to_contain_text("没有信号，有信号后自动发送")
            connect()
    at_step(page, "照片")
    expect(arrived).to_have_count(60, timeout=600_000)
    rows = list(Evidence.objects.filter(inspection=inspection))
    assert {row.digest for row in rows} == {hashlib.sha256(path.read_bytes()).hexdigest() for path in photos}
    assert len(rows) == AuditEntry.objects.filter(action="添加现场证据").count() == 60
    assert page.locator(".shot").count() == 60

    page.evaluate(ASK, [str(row.key) for row in rows[:2]])
    expect(page.locator(".shot", has_text="原图已发送")).to_have_count(2, timeout=300_000)
    brought = Evidence.objects.filter(original_received_at__isnull=False)
    assert {row.digest for row in brought} == {
        hashlib.sha256(kept_files.content(row.original_name)).hexdigest() for row in brought
    }
    print("milliseconds", page.evaluate("window.longest"))
