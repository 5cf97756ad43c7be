"""A redaction from the reviewer's page to the stranger's: he reads that it is hidden and why, and the bundle verifies green."""

import pytest
from conftest import DESKTOP, PHONE
from playwright.sync_api import expect
from redaction_cases import LAW, SUMMARY, publish

from drawings.models import Redaction

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def published(published_draw, reviewer, head):
    first = published_draw.selections.first().inspection
    return publish(first, reviewer, head, f"{SUMMARY}。生产正常，未见异常排放")


def read_by_a_stranger(page, number, look, name):
    page.goto(f"{page.base}/units/{number}/")
    expect(page.locator("dd", has_text=f"法律理由：{LAW}")).to_be_visible()
    expect(page.locator("dd", has_text="【已依法隐去】")).to_be_visible()
    expect(page.get_by_text(SUMMARY)).to_have_count(0)
    look(page, f"redaction-public-{name}")


def verified_green(page, bundle, look, name):
    page.goto(f"{page.base}/verify/")
    page.set_input_files("[data-verify-files]", bundle)
    expect(page.locator("[data-verify-verdict]")).to_be_visible()
    expect(page.locator("[data-verify-verdict] h3")).to_contain_text("✓")
    lines = page.locator("[data-verify-lines]")
    expect(lines).to_contain_text("已依法隐去")
    expect(lines).to_contain_text("第四十七条")
    assert lines.locator(".is-bad").count() == 0
    look(page, f"redaction-verified-{name}")


def test_a_redaction_read_by_a_stranger_verified_green(
    published, reviewer, head, open_as, look, stranger, tmp_path
):
    number = published.selection.source.number
    bundle = tmp_path / "bundle.zip"

    page = open_as(reviewer, PHONE)
    page.goto(f"{page.base}/inspections/{published.pk}/")
    page.get_by_role("link", name="申请依法隐去").click()
    page.get_by_label("检查情况（结论和检查项目仍然公开）").check()
    page.get_by_label("法律理由").fill(LAW)
    look(page, "redaction-ask")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("已提出，请负责人确认")).to_be_visible()

    boss = open_as(head, PHONE)
    boss.get_by_role("link", name="请确认或驳回依法隐去的申请").click()
    expect(boss.get_by_text(SUMMARY)).to_be_visible()
    look(boss, "redaction-decide")
    boss.get_by_role("button", name="确认隐去").click()
    expect(boss.get_by_text("日志已记下")).to_be_visible()
    look(boss, "redaction-decided")
    boss.goto(f"{boss.base}/inspections/{published.pk}/")
    expect(boss.get_by_text(SUMMARY)).to_be_visible()
    expect(boss.locator(".tag", has_text="已依法隐去")).to_be_visible()
    look(boss, "redaction-inside")

    assert Redaction.objects.get().is_in_effect
    bundle.write_bytes(stranger.get("/draws/2026Q4/bundle.zip").content)
    for name, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        outside = open_as(None, viewport)
        read_by_a_stranger(outside, number, look, name)
        verified_green(outside, bundle, look, name)
