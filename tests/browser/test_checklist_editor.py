"""The editor of a checklist's draft: short, and to be worked with a finger, with a script and without."""

import pytest
from conftest import BOTH, PHONE
from django.urls import reverse
from playwright.sync_api import expect

from drawings.checklists.verbs import new_draft
from drawings.models import Checklist

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(specialities, admin):
    checklist = Checklist.objects.get()
    return new_draft(checklist=checklist, actor=admin, like=checklist.versions.get())


def editor(draft):
    return reverse("admin:drawings_checklistversion_change", args=[draft.pk])


@pytest.mark.parametrize("viewport", BOTH)
def test_a_point_is_opened_its_law_chosen_and_saved(draft, admin, viewport, open_as, look):
    page = open_as(admin, viewport)
    page.goto(f"{page.base}{editor(draft)}")
    look(page, "checklist-editor")
    assert page.evaluate("document.documentElement.scrollHeight") < 2600
    page.get_by_text("2. 环评和“三同时”").click()
    row = page.locator("#points-1")
    expect(row.locator("[data-chosen]")).to_contain_text("第一百六十二条")
    row.get_by_label("搜索法律依据").fill("第五十四条")
    expect(row.locator(".folded-boxes label:visible")).to_have_count(1)
    row.locator(".folded-boxes label:visible").click()
    expect(row.locator("[data-count]")).to_contain_text("已选 3 条")
    look(page, "checklist-editor-open")
    row.get_by_label("检查项目", exact=False).last.fill("环评")
    page.get_by_text("再加一条检查项目").click()
    new = page.locator(".inline-related:not(.empty-form)").last
    new.get_by_label("搜索法律依据").fill("第五十四条")
    expect(new.locator(".folded-boxes label:visible")).to_have_count(1)
    new.get_by_text("去掉这一条").click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存检查清单的版本")).to_be_visible()
    point = draft.points.get(code="eia")
    assert point.name == "环评"
    assert point.bases.filter(article="第五十四条").exists()


def test_it_works_without_a_script_and_a_fault_is_open(draft, admin, open_as, chromium):
    page = open_as(admin, PHONE)
    plain = chromium.new_context(
        viewport=PHONE, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    with plain:
        page, base = plain.new_page(), page.base
        page.goto(f"{base}{editor(draft)}")
        row = page.locator("#points-1")
        expect(row.locator("textarea")).to_be_hidden()
        row.locator("summary").first.click()
        row.locator("input[name=points-1-code]").fill("")
        page.get_by_role("button", name="保存", exact=True).click()
        expect(row.get_by_text("要改正")).to_be_visible()
        expect(row.locator("textarea")).to_be_visible()
        expect(page.locator("#points-2 textarea")).to_be_hidden()
