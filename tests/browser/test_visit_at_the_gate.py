"""A clean visit with one hand on a phone, from the list of tasks to 提交审核: how often the screen is touched."""

import re

import pytest
from conftest import PHONE
from django.core.management import call_command
from playwright.sync_api import expect

from drawings.models import Evidence, Inspection
from drawings.states import InspectionState
from sources.models import PermitCondition, PollutionSource

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 60  # touches of a clean visit with two photos; letters that are typed do not count
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
    "1ff56c7d1c20000000049454e44ae426082"
)


class Hand:
    """One thumb: all that it does on the pages is a touch, and is counted."""

    def __init__(self, page):
        self.page, self.touches = page, 0

    def tap(self, place):
        place.click()
        self.touches += 1

    def press(self, name, inside=None):
        self.tap((inside or self.page).get_by_role("button", name=name))

    def type(self, label, text):
        field = self.page.get_by_label(label)
        self.tap(field)
        field.fill(text)

    def photograph(self, name):
        """The button, and the release of the camera."""
        with self.page.expect_file_chooser() as chooser:
            self.tap(self.page.get_by_text("拍照", exact=True))
        chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": PNG + name.encode()})
        self.touches += 1

    def sign(self):
        pad = self.page.locator(".signature-pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        self.page.mouse.move(box["x"] + 40, box["y"] + 60)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
        self.page.mouse.up()
        self.touches += 1


@pytest.fixture
def large(inspection):
    """The inspection of a unit with water and air, the most sections of a checklist, and three facilities."""
    call_command("load_checklists", verbosity=0)
    source = inspection.selection.source
    PollutionSource.objects.filter(pk=source.pk).update(
        media="water,air", permit_class="key", discharges_wastewater=True, discharges_waste_gas=True
    )
    for number in (1, 2, 3):
        PermitCondition.objects.create(
            source=source, code=f"{source.number}/{number}", outlet_kind="organised", outlet_code=f"DA00{number}",
            pollutant="颗粒物", limit="30", limit_unit="mg/m³", facility_code=f"TA00{number}", facility_name="布袋除尘器",
        )  # fmt: skip
    return inspection


def test_a_clean_visit_takes_few_touches(large, team, open_as, look):
    page = open_as(team[0], PHONE)
    page.goto(f"{page.base}/inspections/")
    hand = Hand(page)
    steps = page.locator(".step-bar")

    def shown(title):
        expect(steps).to_contain_text(f"：{title}")
        look(page, f"gate-{title}")

    def onward(title):
        hand.press("下一步")
        shown(title)

    hand.tap(page.locator(f"main a[href='/inspections/{large.pk}/edit/']").first)
    shown("到场")
    hand.press("填入现在的时间", page.locator("#at-visited_at"))
    hand.tap(page.locator("#at-entry").get_by_text("进入现场检查"))
    hand.type("现场负责人姓名", "钱在场")
    hand.type("职务", "环保主管")
    onward("亮证告知")
    hand.press("填入现在的时间", page.locator("section", has=page.get_by_label("亮证告知时间")))
    hand.tap(page.get_by_text("已送达检查通知书"))
    onward("检查项目")
    for section in page.locator("[data-section]").all():
        if section.get_attribute("open") is None:
            hand.tap(section.locator("summary").first)
        hand.press("空着的都符合", section)
    onward("治理设施和读数")
    hand.tap(page.locator("[data-facilities] > summary"))
    for facility in page.locator(".facility").all():
        hand.tap(facility.get_by_text("运行", exact=True))
    onward("照片")
    for serial in (1, 2):
        hand.photograph(f"IMG_{serial}.png")
        expect(page.locator(".shot")).to_have_count(serial)
    onward("措施")
    onward("现场情况和陈述")
    onward("结论")
    hand.tap(page.locator("#at-outcome").get_by_text("未发现问题", exact=True))
    hand.type("检查情况", "治理设施运行正常，台账完整，未发现环境问题。")
    expect(page.locator("[data-next]")).to_be_hidden()
    expect(steps.locator("button:not(.is-done)")).to_have_count(0)
    hand.press("固定现场记录")
    expect(page).to_have_url(re.compile("/record/"))
    look(page, "gate-record")

    other = open_as(team[1], PHONE)
    other.goto(f"{other.base}/inspections/{large.pk}/record/")
    his = Hand(other)
    his.tap(other.get_by_text("确认无误", exact=True))
    his.press("提交我的意见")
    expect(other.get_by_text("您的意见已经记下。")).to_be_visible()

    hand.tap(page.get_by_text("在手机上签字"))
    hand.type("签字人姓名", "钱在场")
    hand.sign()
    look(page, "gate-sign")
    hand.press("登记签字情况")
    hand.tap(page.get_by_role("link", name="填结论，提交审核"))
    hand.press("提交审核")
    expect(page.get_by_text("已提交审核。")).to_be_visible()
    assert Inspection.objects.get(pk=large.pk).state == InspectionState.SUBMITTED
    assert Evidence.objects.count() == 2
    print(f"touches: {hand.touches} of the first officer, {his.touches} of the second")
    assert hand.touches + his.touches < MOST
