"""A visit by a checklist of its speciality, from opening the form on a phone to handing it in."""

import pytest
from conftest import BOTH, PHONE, arrive, at_step, freeze_and_submit, unfold
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from drawings.models import ChecklistVersion, Inspection, Reading
from drawings.states import InspectionState
from sources.models import PermitCondition, PollutionSource
from wugang_audit.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONDITIONS = (
    ("DW001", "化学需氧量", "100", "mg/L"),
    ("DW001", "pH", "6-9", ""),
    ("DW001", "粪大肠菌群", "不得检出", "个/L"),
)


@pytest.fixture
def farm(published_draw):
    """The inspection of a farm with a permit and a treatment facility."""
    call_command("load_checklists", verbosity=0)
    inspection = Inspection.objects.filter(selection__draw=published_draw).first()
    source = inspection.selection.source
    PollutionSource.objects.filter(pk=source.pk).update(
        industry_code="0313", media="", permit_class="registered",
        discharges_wastewater=False, discharges_waste_gas=False,
    )  # fmt: skip
    for outlet, pollutant, limit, unit in CONDITIONS:
        PermitCondition.objects.create(
            source=source, code=f"{source.number}/{outlet}/{pollutant}", outlet_kind="water", outlet_code=outlet,
            pollutant=pollutant, limit=limit, limit_unit=unit, facility_code="TW001", facility_name="沼气池",
        )  # fmt: skip
    return inspection


@pytest.mark.parametrize("viewport", BOTH)
def test_a_farm_is_visited_by_its_own_checklist(farm, viewport, open_as, look):
    lead = User.objects.get(officer__memberships=farm.selection.team.first())
    page = open_as(lead, viewport)
    page.goto(f"{page.base}{reverse('inspections:edit', args=[farm.pk])}")
    at_step(page, "检查项目")
    unfold(page.locator(".sheet-lists"))
    expect(page.get_by_text("畜禽养殖检查清单第 1 版")).to_be_visible()
    # 38 points, 12 of them because the permit has an outlet for waste water, a facility, the time, whether they were let in,
    # the outcome and what was found.
    expect(page.locator("[data-progress]")).to_have_text("已填 0/43")
    look(page, "visit-empty")
    arrive(page)
    at_step(page, "检查项目")
    first = page.locator("[data-section]").first
    first.locator("[data-point]").first.get_by_text("不符合", exact=True).click()
    first.locator("textarea").first.fill("许可证过期两个月")
    *sections, last = page.locator("[data-section]").all()
    for section in sections:
        unfold(section)
        section.get_by_role("button", name="空着的都符合").click()
    unfold(last)
    last.get_by_role("button", name="空着的都不涉及").click()
    expect(last.get_by_label("不涉及").first).to_be_checked()
    expect(last.get_by_role("button", name="空着的都不涉及")).to_be_hidden()
    expect(page.locator("[data-progress]")).to_have_text("已填 40/43")
    expect(first.locator("[data-point]").first.get_by_label("不符合")).to_be_checked()
    at_step(page, "治理设施和读数")
    unfold(page.locator("[data-facilities]"))
    unfold(page.locator("[data-outlet]"))
    page.get_by_role("group", name="TW001 沼气池").get_by_text("停运").click()
    cod = page.get_by_label("化学需氧量")
    over = page.locator("[data-over]:visible")
    cod.fill("120.5 kg/L")  # told of as that, when it is saved
    expect(over).to_have_count(0)
    cod.fill("１２０．５ 毫克/升")
    expect(over).to_have_count(1)
    page.get_by_label("pH").fill("7.2")
    expect(over).to_have_count(1)
    at_step(page, "措施")
    page.get_by_text("责令改正", exact=True).first.click()
    expect(page.get_by_label("改正期限")).not_to_have_value("")
    at_step(page, "结论")
    page.locator("#at-outcome").get_by_text("责令改正", exact=True).click()
    page.locator("#at-summary textarea").fill("许可证过期，责令改正。")
    expect(page.locator("[data-progress]")).to_have_text("已填 43/43")
    expect(page.locator("[data-next]")).to_be_hidden()
    look(page, "visit-filled")
    freeze_and_submit(page)
    expect(page.get_by_text("已提交审核。")).to_be_visible()
    look(page, "visit-handed-in")
    row = Inspection.objects.get(pk=farm.pk)
    assert row.state == InspectionState.SUBMITTED
    assert list(Reading.objects.values_list("pollutant", "is_over")) == [("化学需氧量", True), ("pH", False)]
    assert list(row.facilities.values_list("facility", "is_running")) == [("TW001", False)]
    assert list(row.measures.values_list("kind", flat=True)) == ["order"]
    assert [str(each.version) for each in row.checklists.all()] == [
        "通用检查清单第 2 版",
        "废水检查清单第 1 版",
        "畜禽养殖检查清单第 1 版",
    ]


def test_what_was_typed_into_an_older_version_comes_back_from_the_device(farm, open_as):
    lead = User.objects.get(officer__memberships=farm.selection.team.first())
    page = open_as(lead, PHONE)
    url = f"{page.base}{reverse('inspections:edit', args=[farm.pk])}"
    page.goto(url)
    at_step(page, "检查项目")
    unfold(page.locator("[data-section]").last)
    page.locator("[data-section]").last.get_by_role("button", name="空着的都符合").click()
    at_step(page, "措施")
    page.locator("[name=measure_urge]").check()
    old = ChecklistVersion.objects.get(checklist__code="livestock")
    new = ChecklistVersion.objects.create(checklist=old.checklist, number=2, published_at=timezone.now())
    new.points.create(section="一", code="lv-new", name="新的一项", position=1)
    page.goto(url)
    expect(page.locator("[data-draft-restored]")).to_contain_text("还没有保存到系统")
    at_step(page, "检查项目")
    unfold(page.locator(".sheet-lists"))
    expect(page.locator(".sheet-lists li", has_text="畜禽养殖检查清单第 1 版")).to_be_visible()
    unfold(page.locator("[data-section]").last)
    expect(page.locator("[data-section]").last.get_by_role("button", name="空着的都符合")).to_be_hidden()
    expect(page.locator("[name=measure_urge]")).to_be_checked()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert set(farm.checklists.values_list("version__checklist__code", "version__number")) == {
        ("general", 2),
        ("waste-water", 1),
        ("livestock", 1),
    }
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('inspection:'))") == []
