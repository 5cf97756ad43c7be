"""With which versions a visit may begin, which of them it may leave out again, and which points count."""

import datetime

import pytest
from visit_cases import send_in

from drawings.inspections.field.permit_rows import PermitRows, key_of
from drawings.inspections.field.report import Answer, Report, Stage, faults, stored
from drawings.inspections.field.sheet import OUT_OF_USE, sheet
from drawings.models import Checklist, ChecklistPoint, ChecklistVersion, Inspection, Reading
from drawings.states import Refused
from sources.models import PermitCondition

HOUR = datetime.timedelta(hours=1)


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


def begun(inspection):
    return list(inspection.checklists.values_list("version", flat=True))


@pytest.fixture
def drawn_at(inspection):
    return inspection.selection.draw.published_at


def version_of(code, number, at, **more):
    checklist, _ = Checklist.objects.get_or_create(code=code, defaults={"name": "旧清单", "by_hand": True})
    row = ChecklistVersion.objects.create(checklist=checklist, number=number, published_at=at, **more)
    ChecklistPoint.objects.create(version=row, section="一", code="permit", name="许可")
    return row


def test_nobody_begins_without_a_list_that_the_unit_asks_for(inspection, save, station):
    with pytest.raises(Refused, match="这家单位要用“通用检查清单”，不能去掉。请刷新页面再填。"):
        save(inspection, versions=(station.pk,), summary="刚到")
    assert begun(inspection) == []


def test_the_page_that_follows_such_a_refusal_has_the_list_again(inspection, send, station, points):
    response = send(inspection, Report(summary="刚到"), versions=str(station.pk))
    assert response.status_code == 409
    form = response.context["form"]
    assert set(form.sheet.version_ids) == {points[0].version_id, station.pk}
    assert send(inspection, Report(summary="刚到"), versions=form.data["versions"]).status_code == 302


@pytest.mark.parametrize(("hours", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_version_withdrawn_before_the_draw_was_published_is_none_to_begin_with(
    hours, taken, inspection, save, points, drawn_at
):
    old = version_of("old", 1, drawn_at - 9 * HOUR, withdrawn_at=drawn_at + hours * HOUR)
    versions = (points[0].version_id, old.pk)
    if taken:
        save(inspection, versions=versions)
    else:
        with pytest.raises(Refused, match="“旧清单第 1 版”在抽签结果公布以前就停用了"):
            save(inspection, versions=versions)
    assert begun(inspection) == (list(versions) if taken else [])


@pytest.mark.parametrize(
    ("hours", "gone", "taken"), [(-1, None, False), (0, None, True), (-2, -1, True), (-2, 1, False)]
)
def test_a_version_that_had_a_newer_one_before_the_draw_is_none_to_begin_with(
    hours, gone, taken, inspection, save, points, drawn_at
):
    old = version_of("old", 1, drawn_at - 9 * HOUR)
    # A third one of today, so that the first is not the newest in use.
    version_of("old", 3, drawn_at + 5 * HOUR)
    withdrawn = None if gone is None else drawn_at + gone * HOUR
    version_of("old", 2, drawn_at + hours * HOUR, withdrawn_at=withdrawn)
    versions = (points[0].version_id, old.pk)
    if taken:
        save(inspection, versions=versions)
    else:
        with pytest.raises(Refused, match="旧清单第 1 版"):
            save(inspection, versions=versions)
    assert begun(inspection) == (list(versions) if taken else [])


def test_what_was_typed_into_a_version_out_of_use_is_told_or_goes_to_the_one_in_use(
    inspection, send, points, drawn_at
):
    old = version_of("general", 1, drawn_at - 9 * HOUR, withdrawn_at=drawn_at - HOUR)
    other = version_of("old", 1, drawn_at - 9 * HOUR, withdrawn_at=drawn_at - HOUR)
    point = old.points.get()
    response = send(
        inspection, Report(answers={point.pk: Answer("fail", "过期")}), versions=f"{old.pk},{other.pk}"
    )
    form = response.context["form"]
    assert (response.status_code, form.sheet.version_ids) == (409, [points[0].version_id])
    assert form[f"note_{points[0].pk}"].value() == "过期"


@pytest.mark.parametrize("change", ["withdrawn", "out of use", "criteria"])
def test_what_was_begun_with_is_not_dropped_because_the_list_or_the_unit_changed(
    change, inspection, save, station, points
):
    save(inspection, versions=(points[0].version_id, station.pk))
    if change == "withdrawn":
        ChecklistVersion.objects.update(withdrawn_at=inspection.selection.draw.published_at + HOUR)
    elif change == "out of use":
        Checklist.objects.update(is_active=False)
    else:
        Checklist.objects.filter(code="general").update(permit_classes=["none-such"])
    assert sheet(latest(inspection)).added == {station.pk}
    with pytest.raises(Refused, match="已经用“通用检查清单第 2 版”开始"):
        save(inspection, versions=(station.pk,))


@pytest.mark.parametrize(("outcome", "refused"), [("clean", True), ("case", True), ("closed", False)])
def test_without_any_point_no_visit_is_handed_in(outcome, refused, full):
    report = full(answers={}, outcome=outcome)
    since = report.visited_at - HOUR
    found = faults(report, points=[], permit=PermitRows([], []), published_at=since, stage=Stage.REPORT)
    assert [(each.field, each.message) for each in found] == [
        ("outcome", "没有可用的检查清单，请系统管理员先启用，再提交。")
    ] * refused
    assert faults(report, points=[], permit=PermitRows([], []), published_at=since, stage=Stage.DRAFT) == []


def test_a_reading_whose_condition_has_gone_meanwhile_does_not_vanish(inspection, send):
    source = inspection.selection.source
    for pollutant in ("化学需氧量", "pH"):
        PermitCondition.objects.create(
            source=source, code=f"{source.number}/{pollutant}", outlet_kind="water", outlet_code="DW001",
            pollutant=pollutant, facility_code="TW001",
        )  # fmt: skip
    cod, ph = (f"reading_{key_of('DW001', each)}" for each in ("化学需氧量", "pH"))
    pond = f"facility_{key_of('TW001')}"
    source.conditions.filter(pollutant="化学需氧量").update(is_active=False)
    response = send(inspection, Report(summary="已到现场"), **{cod: " 90 ", ph: "7", pond: "on"})
    (said,) = response.context["form"].non_field_errors()
    assert said == (
        "名录里的许可条件刚刚有改动：您填的 1 个读数（90）没有对应的许可条件，请核对后再填。这次没有保存。"
    )
    assert said in response.content.decode()
    assert (latest(inspection).summary, Reading.objects.count()) == ("", 0)
    source.conditions.update(is_active=False)
    response = send(inspection, **{cod: "", ph: "7", pond: "on"})
    (said,) = response.context["form"].non_field_errors()
    assert "1 个读数（7）和 1 个治理设施的运行情况没有对应的许可条件" in said
    assert send(inspection, Report(summary="已到现场"), **{cod: "", ph: " "}).status_code == 302


def test_points_switched_off_before_the_upgrade_count_only_where_they_have_an_answer(
    inspection, save, points, full, lead
):
    off = [
        ChecklistPoint.objects.create(
            version=points[0].version, section=OUT_OF_USE, code=f"off{n}", name=f"停用{n}", position=90 + n
        )
        for n in (1, 2)
    ]
    assert sheet(latest(inspection)).points == points
    save(inspection, summary="刚到")
    inspection.findings.create(point=off[1], verdict="pass")
    assert sheet(latest(inspection)).points == [*points, off[1]]
    row = latest(inspection)
    with pytest.raises(Refused, match="停用2：请选择结果"):
        send_in(inspection=row, actor=lead, version=row.version, report=full())
    answers = full().answers | {off[1].pk: Answer("pass")}
    send_in(inspection=row, actor=lead, version=row.version, report=full(answers=answers))
    assert stored(latest(inspection)).answers == answers
