"""What the sheet of a visit accepts, refuses and keeps: readings, facilities, measures, whole sections, lists by hand."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from visit_cases import by_page

from drawings.checklists.shipped import add_shipped
from drawings.inspections.field.permit_rows import key_of
from drawings.inspections.field.report import Answer, Report, stored
from drawings.models import ChecklistPoint, ChecklistVersion, Finding, Inspection, Reading
from drawings.states import InspectionState
from sources.models import PermitCondition

IN_A_MONTH = timezone.localdate() + datetime.timedelta(days=30)
COD = f"reading_{key_of('DW001', '化学需氧量')}"
PH = f"reading_{key_of('DW001', 'pH')}"
POND = f"facility_{key_of('TW001')}"
BED = f"facility_{key_of('TW002')}"


def url(inspection, name="edit"):
    return reverse(f"inspections:{name}", args=[inspection.pk])


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


@pytest.fixture
def permit(selection):
    for pollutant, limit, unit in (("化学需氧量", "100", "mg/L"), ("pH", "6-9", "")):
        PermitCondition.objects.create(
            source=selection.source, code=f"{selection.source.number}/DW001/{pollutant}", outlet_kind="water",
            outlet_code="DW001", pollutant=pollutant, limit=limit, limit_unit=unit,
            facility_code="TW001、TW002", facility_name="污水处理站",
        )  # fmt: skip


@pytest.fixture
def send(login, lead, fields):
    """Send the form of an inspection as a browser does: ``send(inspection, report, name="submit", measure_order="on")``."""

    def do(inspection, report=Report(), name="edit", user=lead, version=None, **more):  # noqa: B008 - it is frozen
        values = fields(latest(inspection), report, **more)
        if version:
            values["version"] = version
        if name == "submit":
            return by_page(login(user), inspection, values)
        return login(user).post(url(inspection, name), values)

    return do


def errors(response):
    return {name: list(each) for name, each in response.context["form"].errors.items()}


def test_readings_and_facilities_are_kept_with_their_limits(permit, inspection, send):
    assert send(inspection, **{COD: "１２０．５ mg/L", PH: "7", POND: "on", BED: "off"}).status_code == 302
    assert list(Reading.objects.values_list("pollutant", "unit", "limit", "is_over")) == [
        ("化学需氧量", "mg/L", "100", True),
        ("pH", "", "6-9", False),
    ]
    assert stored(latest(inspection)).facilities == {"TW001": True, "TW002": False}


def test_a_reading_that_cannot_be_is_refused_at_its_field_and_a_rare_one_is_asked_about(
    permit, inspection, send, lead, login, full, reviewer
):
    page = send(inspection, **{PH: "15"})
    assert errors(page) == {
        PH: ["DW001 pH：pH 只能在 0 到 14 之间：请核对仪器，看小数点有没有漏。"],
    }
    assert not Reading.objects.exists()
    assert send(inspection, **{PH: "0.7"}).status_code == 302
    page = login(lead).get(url(inspection)).content.decode()
    asked = "pH 很少有这样的数，请核对仪器和小数点；没有错的，就这样填。"
    assert asked in page
    assert f'data-over="{PH}">低于限值</p>' in page
    runs = {POND: "on", BED: "on"}
    assert send(inspection, full(outcome="urged"), name="submit", **runs, **{PH: "0.7"}).status_code == 302
    assert f"DW001 pH 0.7。{asked}" in login(reviewer).get(url(inspection, "detail")).content.decode()


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        ({"outlet_kind": "waste", "outlet_code": "TS001", "pollutant": "废矿物油"}, False),
        ({"outlet_kind": "waste", "outlet_code": "TS001", "pollutant": "炉渣", "limit": "5", "limit_unit": "t"}, False),
        ({"outlet_kind": "organised", "outlet_code": "DA001", "pollutant": "颗粒物", "annual_limit": 3}, False),
        ({"outlet_kind": "organised", "outlet_code": "DA001", "pollutant": "颗粒物", "annual_limit": 3, "limit_unit": "mg/m³"}, True),
        ({"outlet_kind": "organised", "outlet_code": "DA001", "pollutant": "烟气黑度", "limit": "1"}, True),
        ({"outlet_kind": "fugitive", "outlet_code": "厂界", "pollutant": "氨", "limit": "1.5", "limit_unit": "mg/m³"}, True),
        ({"outlet_kind": "noise", "outlet_code": "厂界", "pollutant": "昼间噪声", "limit": "60", "limit_unit": "dB(A)"}, True),
        ({"outlet_kind": "water", "outlet_code": "DW002", "pollutant": "氨氮"}, True),
    ],
)  # fmt: skip
def test_only_what_can_be_measured_has_a_row_for_a_reading(fields, read, permit, inspection, login, lead):
    """Solid waste and yearly tons stay in the dossier, and a facility named with them is asked about."""
    source = inspection.selection.source
    PermitCondition.objects.create(
        source=source, code=f"{source.number}/one-more", facility_code="TS009", **fields
    )
    page = login(lead).get(url(inspection))
    key = f"reading_{key_of(fields['outlet_code'], fields['pollutant'])}"
    assert (key in page.context["form"].fields, COD in page.context["form"].fields) == (read, True)
    assert f"facility_{key_of('TS009')}" in page.context["form"].fields
    dossier = login(lead).get(url(inspection, "dossier")).content.decode()
    assert f'<th scope="row">{fields["pollutant"]}</th>' in dossier


def test_a_reading_of_waste_that_was_kept_before_is_not_lost(permit, inspection, login, lead):
    inspection.readings.create(outlet="TS001", pollutant="炉渣", unit="", limit="", value=4)
    page = login(lead).get(url(inspection))
    assert f"reading_{key_of('TS001', '炉渣')}" in page.context["form"].fields


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("abc", "不是数"), ("-3", "不能是负数"), ("45 mg/m³", "单位应是 mg/L"), ("45,2", "小数点请用“.”"), ("1" * 9, "读数太长"),
        ("1e5", "科学记数法"), ("1.2.3", "两个小数点"), ("<0.01", "低于检出限的不填"), ("未检出", "写在检查情况里"),
    ],
)  # fmt: skip
def test_a_reading_that_cannot_be_is_told_at_its_field_and_nothing_is_written(
    typed, says, permit, inspection, send
):
    found = errors(send(inspection, Report(summary="已到现场"), **{COD: typed, PH: "7"}))
    assert list(found) == [COD]
    assert found[COD][0].startswith("DW001 化学需氧量：")
    assert says in found[COD][0].replace("m3", "m³")
    assert (latest(inspection).summary, Reading.objects.count()) == ("", 0)


def test_nothing_found_does_not_go_with_a_reading_over_its_limit(permit, inspection, send, full):
    states = {POND: "on", BED: "off"}
    found = errors(send(inspection, full(), name="submit", **states, **{COD: "120"}))
    assert found == {
        "outcome": [
            "结论是“未发现问题”，但DW001 化学需氧量的读数不符合限值，请改结论；现场记录记错了的，在“现场记录”页补正。"
        ]
    }
    urged = full(outcome="urged")
    assert send(inspection, urged, name="submit", **states, **{COD: "120"}).status_code == 302
    kept = latest(inspection).versions.get().content
    assert ["现场读数：DW001 化学需氧量", "120 mg/L（限值 100 mg/L），超过限值"] in [
        entry[1:] for entry in kept
    ]


def test_whoever_was_on_the_site_says_of_each_facility_whether_it_runs(permit, inspection, send, full):
    assert send(inspection, **{POND: "on"}).status_code == 302  # a draft may have gaps
    found = errors(send(inspection, full(), name="submit", **{POND: "on"}))
    assert found == {BED: ["治理设施 TW002 污水处理站：请选“运行”或“停运”。"]}
    assert latest(inspection).state == InspectionState.DRAFT
    assert send(inspection, full(), name="submit", **{POND: "on", BED: "off"}).status_code == 302


def test_whoever_was_not_let_in_says_nothing_of_the_facilities(permit, inspection, send, full):
    assert send(inspection, full(outcome="closed", answers={}), name="submit").status_code == 302


def test_what_nobody_can_have_seen_is_emptied_by_a_button_and_the_rest_stays(
    permit, inspection, send, full, points
):
    seen = {point.pk: Answer("pass") for point in points} | {points[0].pk: Answer("fail", "墙外堆着废料")}
    page = send(inspection, full(outcome="closed", answers=seen), name="submit", **{COD: "90"})
    (said,) = errors(page)["entry"]
    assert said.startswith(f"进入情况是“停产”，没有进厂，却填了 {len(points) - 1} 项“符合”、1 个读数")
    unseen = re.search(r'name="unseen" value="([^"]*)"', page.content.decode())[1]
    send(inspection, full(outcome="closed", answers=seen), **{COD: "90", "unseen": unseen})
    assert set(Finding.objects.values_list("verdict", "note")) == {("fail", "墙外堆着废料")}
    assert not Reading.objects.exists()
    kept = full(outcome="closed", answers={points[0].pk: Answer("fail", "墙外堆着废料")})
    assert send(inspection, kept, name="submit").status_code == 302


def test_a_reading_stays_held_against_the_limit_of_its_day(permit, inspection, send):
    send(inspection, **{COD: "90"})
    PermitCondition.objects.filter(pollutant="化学需氧量").update(limit="80", is_active=False)
    send(inspection, Report(summary="补一句"), **{COD: "90"})
    assert list(Reading.objects.values_list("limit", "is_over")) == [("100", False)]
    send(inspection)
    assert Reading.objects.count() == 0


def test_whole_sections_are_in_order_without_a_script_and_the_exceptions_stay(inspection, send, points):
    first = [point for point in points if point.section == points[0].section]
    report = Report(answers={first[1].pk: Answer("fail", "没有验收")})
    response = send(inspection, report, all=str(points[0].pk))
    assert response["Location"] == f"{url(inspection)}#section-{points[0].pk}"
    found = {pk: answer.verdict for pk, answer in stored(latest(inspection)).answers.items()}
    assert found == {point.pk: "pass" for point in first} | {first[1].pk: "fail"}


def test_a_whole_section_that_does_not_apply_is_answered_so(inspection, send, points, login, lead):
    assert b'name="all_absent"' in login(lead).get(url(inspection)).content
    first = [point for point in points if point.section == points[0].section]
    report = Report(answers={first[1].pk: Answer("fail", "没有验收")})
    response = send(inspection, report, all_absent=str(points[0].pk))
    assert response["Location"] == f"{url(inspection)}#section-{points[0].pk}"
    found = {pk: answer.verdict for pk, answer in stored(latest(inspection)).answers.items()}
    assert found == {point.pk: "absent" for point in first} | {first[1].pk: "fail"}


def test_all_that_is_wrong_is_told_in_one_round(permit, inspection, send, full):
    sent = {"visited_at": "2099-01-01T10:00", COD: "abc"}
    assert list(errors(send(inspection, **sent))) == [COD, "visited_at"]
    found = errors(send(inspection, full(summary=""), "submit", **sent, **{POND: "on"}))
    assert set(found) == {COD, "visited_at", "shown_at", BED}
    assert [len(each) for each in found.values()] == [1] * 4


def test_what_cannot_be_read_is_not_held_against_the_outcome(permit, inspection, send, full, points):
    passed = full(outcome="urged", answers={point.pk: Answer("pass") for point in points})
    states = {POND: "on", BED: "on"}
    assert list(errors(send(inspection, passed, "submit", **states, **{COD: "120 kg"}))) == [COD]
    assert send(inspection, passed, "submit", **states, **{COD: "120"}).status_code == 302


def test_a_list_is_added_by_hand_and_left_out_again_as_long_as_nothing_is_in_it(
    inspection, send, login, lead
):
    add_shipped()
    station = ChecklistVersion.objects.get(checklist__code="filling-station")
    own = list(latest(inspection).checklists.values_list("version", flat=True)) or [
        ChecklistVersion.objects.get(checklist__code="general").pk
    ]
    response = send(inspection, add=str(station.pk), follow=True)
    assert response["Location"] == f"{url(inspection)}#points"
    versions = ",".join(str(pk) for pk in latest(inspection).checklists.values_list("version", flat=True))
    assert set(versions.split(",")) >= {str(pk) for pk in (*own, station.pk)}
    point = station.points.first()
    filled = {f"verdict_{point.pk}": "pass", "versions": versions, "drop": str(station.pk)}
    assert "已经填了 1 项" in errors(send(inspection, **filled))["__all__"][0]
    send(inspection, versions=versions, drop=str(station.pk))
    assert not latest(inspection).checklists.filter(version=station).exists()


@pytest.mark.parametrize(
    ("outcome", "measures", "field", "says"),
    [
        ("clean", {"measure_urge": "on"}, "outcome", "却勾选了现场督促整改"),
        ("closed", {"measure_case": "on"}, "outcome", "却勾选了立案"),
        ("urged", {}, "measure_urge", "请勾选“现场督促整改”"),
        ("urged", {"measure_urge": "on", "measure_case": "on"}, "outcome", "最重的措施是“立案”"),
        (
            "case",
            {"measure_order": "on", "due_order": IN_A_MONTH.isoformat()},
            "measure_case",
            "请勾选“立案”",
        ),
        ("ordered", {"measure_order": "on"}, "due_order", "请填改正期限"),
        ("ordered", {"measure_order": "on", "due_order": "today"}, "due_order", "不在检查日"),
        ("ordered", {"measure_order": "on", "due_order": "31.12.2099"}, "due_order", "不是日期"),
    ],
)
def test_measures_agree_with_the_outcome(outcome, measures, field, says, inspection, send, full):
    if measures.get("due_order") == "today":
        measures = measures | {"due_order": timezone.localdate().isoformat()}
    report = full(outcome=outcome, measures={})
    found = errors(send(inspection, report, "submit", **measures))
    assert list(found) == [field]
    assert says in found[field][0]
    assert latest(inspection).state == InspectionState.DRAFT


@pytest.mark.parametrize(
    ("outcome", "measures"),
    [
        ("ordered", {"urge": None, "order": IN_A_MONTH}),
        ("police", {"order": IN_A_MONTH, "case": None, "transfer": None}),
        ("refused", {"case": None}),
        ("refused", {}),
    ],
)
def test_the_weightiest_measure_makes_the_outcome(outcome, measures, inspection, send, full):
    assert send(inspection, full(outcome=outcome, measures=measures), "submit").status_code == 302
    assert stored(latest(inspection)).measures == measures


def test_two_officers_fill_in_different_rows(permit, inspection, send, lead, second):
    seen = inspection.version
    send(inspection, user=second, **{COD: "90", POND: "on", "measure_urge": "on"})
    response = send(inspection, version=seen, **{PH: "7", POND: "off", "measure_order": "on"})
    assert response.status_code == 409
    told = {each.label: (each.theirs, each.mine) for each in response.context["differences"]}
    assert told == {
        "TW001 污水处理站": ("运行", "停运"), "化学需氧量": ("90", ""), "pH": ("", "7"),
        "现场督促整改": ("是", ""), "责令改正": ("", "是"),
    }  # fmt: skip
    again = response.context["form"].data
    assert (
        send(
            inspection, version=again["version"], **{k: v for k, v in again.items() if k != "version"}
        ).status_code
        == 302
    )
    report = stored(latest(inspection))
    assert (report.facilities, report.measures) == ({"TW001": False}, {"urge": None, "order": None})
    assert {row[1] for row in report.readings} == {"化学需氧量", "pH"}


def test_what_was_typed_into_another_version_goes_to_the_points_of_the_same_code(
    inspection, send, second, points
):
    seen, old = inspection.version, points[0].version
    new = ChecklistVersion.objects.create(checklist=old.checklist, number=3, published_at=timezone.now())
    there = ChecklistPoint.objects.create(
        version=new, section="一", code=points[0].code, name="新的许可", position=1
    )
    send(inspection, user=second, versions=str(new.pk), summary="同组先存的")
    mine = Report(answers={points[0].pk: Answer("fail", "过期"), points[1].pk: Answer("pass")})
    response = send(inspection, mine, version=seen, versions=str(old.pk))
    assert response.status_code == 409
    form = response.context["form"]
    assert form.sheet.version_ids == [new.pk]
    assert form[f"note_{there.pk}"].value() == "过期"
    lost = [each for each in response.context["differences"] if "没有这一项" in each.label]
    assert [(each.label, each.mine) for each in lost] == [
        ("2. 环评和“三同时”（采用的清单里没有这一项）", "符合")
    ]


def test_no_version_that_was_never_published_comes_in_by_the_address(inspection, login, lead, points):
    draft = ChecklistVersion.objects.create(checklist=points[0].version.checklist, number=7)
    for asked in (str(draft.pk), "x", "9" * 30, "-1"):
        response = login(lead).get(url(inspection), {"versions": asked})
        assert response.status_code == 200
        assert draft.pk not in response.context["form"].sheet.version_ids
