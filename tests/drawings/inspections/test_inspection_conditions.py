"""The permit's conditions where the officer needs them: on the form at the gate and on the inspection's page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from visit_cases import send_in

from drawings.inspections import queries
from drawings.inspections.field.permit_rows import key_of
from drawings.inspections.field.report import Report
from drawings.inspections.queries import Standard
from sources import joining
from sources.models import PermitCondition


@pytest.fixture
def make_condition(selection):
    """Make a condition of the drawn unit: ``make_condition("DA001", "颗粒物", limit="10")``."""

    def make(outlet, pollutant, **fields):
        values = {"source": selection.source, "outlet_kind": "organised", "limit_unit": "mg/m³"} | fields
        code = f"{values['source'].number}/{outlet}/{pollutant}"
        return PermitCondition.objects.create(code=code, outlet_code=outlet, pollutant=pollutant, **values)

    return make


def form(login, user, inspection):
    return login(user).get(f"/inspections/{inspection.pk}/edit/")


def detail(login, user, inspection):
    return login(user).get(f"/inspections/{inspection.pk}/")


def test_an_outlet_gathers_its_pollutants_facilities_and_standards(make_condition, selection):
    make_condition(
        "DA001", "颗粒物", standard="甲标准", facility_code="TA001", process="袋式除尘", monitored=True
    )
    make_condition("DA001", "二氧化硫", standard="甲标准", facility_code="TA001", process="袋式除尘")
    make_condition("DA001", "氟化物", standard="乙标准", outlet_name="窑尾", annual_limit="1.50")
    make_condition("DA001", "氯化氢", is_active=False)
    (outlet,) = queries.outlets(selection.source)
    assert [row.pollutant for row in outlet.rows] == ["颗粒物", "二氧化硫", "氟化物"]
    assert (outlet.name, outlet.facilities, outlet.monitored) == ("窑尾", ["TA001（袋式除尘）"], ["颗粒物"])
    assert outlet.standards == [Standard("甲标准", ("颗粒物", "二氧化硫")), Standard("乙标准", ("氟化物",))]


def test_one_standard_for_all_is_told_without_its_pollutants(make_condition, selection):
    make_condition("DA001", "颗粒物", standard="甲标准")
    make_condition("DA001", "二氧化硫", standard="甲标准")
    assert queries.outlets(selection.source)[0].standards == [Standard("甲标准", ())]


def test_gas_comes_before_water_and_the_boundary_of_each_kind_stands_apart(
    make_condition, selection, registry
):
    make_condition("DW001", "氨氮", outlet_kind="water")
    make_condition("厂界", "昼间噪声", outlet_kind="noise")
    make_condition("厂界", "氨", outlet_kind="fugitive")
    make_condition("DA001", "颗粒物")
    other = next(unit for unit in registry if unit != selection.source)
    make_condition("DA002", "颗粒物", source=other)
    found = [(outlet.code, outlet.kind) for outlet in queries.outlets(selection.source)]
    assert found == [("DA001", "有组织废气"), ("厂界", "无组织废气"), ("DW001", "废水"), ("厂界", "噪声")]


def test_the_officers_read_them_folded_in_the_form_and_open_on_the_page(
    login, lead, inspection, make_condition
):
    make_condition("DA001", "颗粒物", limit="10", annual_limit="1.5")
    in_form = form(login, lead, inspection).content.decode()
    on_page = detail(login, lead, inspection).content.decode()
    row = '<th scope="row">颗粒物</th><td>10 <span class="nowrap">mg/m³</span></td><td class="num">1.5</td>'
    assert (in_form.count(row), on_page.count(row)) == (1, 1)
    fold, _, _ = in_form.partition(row)
    assert fold.rpartition("<details")[2].startswith(
        ' class="card sheet">\n    <summary><h3>排污许可条件</h3><span class="sheet-state small">1 个排放口</span></summary>'
    )


def test_without_conditions_the_form_is_silent_and_the_page_of_a_permit_holder_says_so(
    login, lead, inspection
):
    assert "排污许可条件" not in form(login, lead, inspection).content.decode()
    assert "排污许可条件" not in detail(login, lead, inspection).content.decode()
    source = inspection.selection.source
    source.permit_number = "91410481317593588N001U"
    source.save()
    said = "名录里还没有这家单位的许可条件，请按许可证副本核对。"
    assert detail(login, lead, inspection).content.decode().count(said) == 1


def test_a_submitted_inspection_keeps_the_conditions_by_which_it_was_judged(
    login, lead, second, inspection, make_condition, full
):
    kept = make_condition("DA001", "颗粒物", limit="30")
    dropped = make_condition("DA002", "二氧化硫", limit="50")
    send_in(inspection=inspection, actor=lead, version=inspection.version, report=full())
    kept.limit = "10"
    kept.save()
    dropped.is_active = False
    dropped.save()
    make_condition("DW001", "氨氮", outlet_kind="water")
    page = detail(login, lead, inspection)
    found = [(row.pollutant, row.limit) for outlet in page.context["permit"].outlets for row in outlet.rows]
    assert found == [("颗粒物", "30"), ("二氧化硫", "50")]
    assert "提交检查结果时的名录。" in page.content.decode()
    assert [outlet.code for outlet in queries.outlets(inspection.selection.source)] == ["DA001", "DW001"]


@pytest.mark.parametrize("page", [form, detail])
def test_three_conditions_are_asked_for_as_fast_as_one(page, login, lead, inspection, make_condition):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            page(login, lead, inspection)
        return len(captured)

    make_condition("DA001", "颗粒物")
    one = asked()
    make_condition("DA001", "二氧化硫")
    make_condition("DW001", "氨氮", outlet_kind="water")
    assert asked() == one


def test_the_public_does_not_see_them(stranger, selection, make_condition):
    make_condition("DA001", "颗粒物", limit="10", facility_name="袋式除尘器")
    pages = [f"/units/{selection.source.number}/", f"/draws/{selection.draw.code}/"]
    for page in pages:
        response = stranger.get(page)
        assert response.status_code == 200
        assert "颗粒物" not in response.content.decode()


def test_what_is_read_at_a_joined_unit_is_held_against_the_limits_of_the_one_that_stays(
    make_condition, login, inspection, admin, lead, make_source, fields
):
    drawn, stays = inspection.selection.source, make_source(901, name="虚构留厂")
    make_condition("DA001", "颗粒物", limit="10", facility_code="TA001", facility_name="袋式除尘器")
    joining.join(stays, drawn, taken={}, reason="现场核实", actor=admin)
    page = f"/inspections/{inspection.pk}/edit/"
    rows = {f"reading_{key_of('DA001', '颗粒物')}": "12", f"facility_{key_of('TA001')}": "on"}
    assert rows.keys() <= login(lead).get(page).context["form"].fields.keys()
    assert login(lead).post(page, fields(inspection, Report(), **rows)).status_code == 302
    assert [(row.limit, row.is_over) for row in inspection.readings.all()] == [("10", True)]


def test_a_report_that_was_handed_in_before_the_join_keeps_the_conditions_of_its_day(
    make_condition, login, inspection, admin, organiser, make_source, step
):
    drawn, stays = inspection.selection.source, make_source(901, name="虚构留厂")
    make_condition("DA001", "颗粒物")
    step(inspection, "submitted")
    joining.join(stays, drawn, taken={}, reason="现场核实", actor=admin)
    text = login(organiser).get(f"/inspections/{inspection.pk}/").content.decode()
    assert '<th scope="row">颗粒物' in text and "许可条件转到了" not in text


def test_the_pages_of_a_joined_unit_say_to_which_unit_its_conditions_went(
    make_condition, login, inspection, organiser, admin, lead, make_source
):
    drawn, stays = inspection.selection.source, make_source(901, name="虚构留厂")
    type(drawn).objects.filter(pk=drawn.pk).update(permit_number="91410481317593588N001V")
    make_condition("DA001", "颗粒物")
    joining.join(stays, drawn, taken={}, reason="现场核实", actor=admin)
    said, named = "这家单位已合并，许可条件转到了", "虚构留厂（410481-0901）"
    linked = f'{said}<a href="/inspections/units/410481-0901/#conditions">{named}</a>名下。'
    for person, address, words in (
        (organiser, f"/inspections/units/{drawn.number}/", linked),
        (admin, f"/inspections/units/{drawn.number}/", linked),
        (organiser, f"/inspections/{inspection.pk}/", linked),
        (
            lead,
            f"/inspections/{inspection.pk}/",
            f"{said}{named}名下。",
        ),  # the unit's page is not for officers
        (lead, f"/inspections/{inspection.pk}/edit/", f"{said}{named}名下。"),
        (lead, f"/inspections/{inspection.pk}/dossier/", f"{said}{named}名下。"),
    ):
        text = login(person).get(address).content.decode()
        assert words in text and "名录里还没有这家单位的许可条件" not in text
        assert '<th scope="row">颗粒物' in text
    assert "DA001" in login(organiser).get(f"/inspections/units/{stays.number}/").content.decode()
