"""The permit's conditions on the officer's phone: there without a signal, and no wider than the phone."""

import pytest
from conftest import PHONE, at_step
from django.urls import reverse
from playwright.sync_api import expect

from drawings.models import Inspection
from sources.models import PermitCondition
from wugang_audit.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def inspection(published_draw):
    return Inspection.objects.filter(selection__draw=published_draw).first()


@pytest.fixture
def officer(inspection):
    return User.objects.get(officer__memberships=inspection.selection.team.first())


@pytest.fixture(autouse=True)
def conditions(inspection):
    source = inspection.selection.source
    for number, pollutant in enumerate(("颗粒物", "非甲烷总烃（以碳计）的去除效率与排放浓度"), 1):
        PermitCondition.objects.create(
            source=source, code=f"{source.number}/{number}", outlet_kind="organised", outlet_code="DA001",
            outlet_name="一号生产线工艺废气与储罐呼吸气合并排气筒", pollutant=pollutant, limit="60", limit_unit="mg/m³",
            annual_limit="123456.123456", standard="《很长很长的名称的大气污染物排放标准》（DB41/9999-2020）表 2",
            facility_code="TA001、TA002、TA003", facility_name="活性炭吸附装置", process="水喷淋+除雾+活性炭吸附脱附+催化燃烧",
        )  # fmt: skip


def test_they_open_at_the_gate_without_a_signal(inspection, officer, open_as, look):
    page = open_as(officer, PHONE)
    page.goto(f"{page.base}{reverse('inspections:edit', args=[inspection.pk])}")
    at_step(page, "检查项目")
    row = page.get_by_role("row", name="颗粒物 60 mg/m³")
    expect(row).to_be_hidden()
    page.context.set_offline(True)
    page.locator("summary", has_text="排污许可条件").click()
    expect(row).to_be_visible()
    page.context.set_offline(False)
    look(page, "conditions-form")


def test_they_fit_the_inspections_page(inspection, officer, open_as, look):
    page = open_as(officer, PHONE)
    page.goto(f"{page.base}{reverse('inspections:detail', args=[inspection.pk])}")
    expect(page.get_by_role("heading", name="排污许可条件")).to_be_visible()
    look(page, "conditions-page")
    table = page.locator("section[aria-labelledby=conditions] table")
    assert table.evaluate("table => table.getBoundingClientRect().right <= innerWidth")
