"""A list that the team added by mistake: dropped again, with a question where something is filled in, and a trace."""

import pytest
from django.utils import timezone
from visit_cases import send_in

from drawings.inspections import verbs
from drawings.inspections.field.report import Answer, Report, stored
from drawings.inspections.field.sheet import sheet
from drawings.inspections.review.queries import before_reviewer
from drawings.models import Checklist, ChecklistVersion, Draw, Inspection, OnSiteRecord
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


def begun(inspection):
    return list(inspection.checklists.values_list("version", flat=True))


def traces():
    rows = AuditEntry.objects.filter(action__contains="检查清单").order_by("pk")
    return list(rows.values_list("action", "changes"))


@pytest.fixture
def filled(inspection, save, station, points):
    """The visit has begun with the list, and two of its points are filled in."""
    first, second = station.points.all()[:2]
    answers = {
        points[0].pk: Answer("pass"),
        first.pk: Answer("fail", "没有接回收管"),
        second.pk: Answer("absent"),
    }
    save(inspection, versions=(points[0].version_id, station.pk), answers=answers)
    return latest(inspection)


def test_a_list_without_answers_is_dropped_at_once_and_both_steps_leave_word(
    inspection, save, send, station, points
):
    own = points[0].version_id
    save(inspection, versions=(own, station.pk))
    send(inspection, versions=f"{own},{station.pk}", drop=str(station.pk))
    assert begun(inspection) == [own]
    named = {"checklists": ["加油站检查清单第 1 版"]}
    assert traces() == [("加用检查清单", named), ("去掉检查清单", named | {"answers": 0})]


def test_what_would_be_lost_is_shown_before_a_list_with_answers_goes(filled, send, station, points):
    own = points[0].version_id
    asked = {"versions": f"{own},{station.pk}", "drop": str(station.pk)}
    response = send(filled, stored(filled), **asked)
    assert response.context["form"].errors == {"__all__": ["“加油站检查清单”已经填了 2 项：去掉前请先确认。"]}
    html = response.content.decode()
    assert "<li>卸油：不符合（没有接回收管）</li><li>加油：不涉及</li>" in html
    assert f'name="drop_filled" value="{station.pk}"' in html
    assert begun(filled) == [own, station.pk]
    # What was only typed is lost too, and what was cleared on the page still lies in the tables.
    third = station.points.all()[2]
    report = Report(answers={third.pk: Answer("pass")})
    lost = send(filled, report, **asked).context["form"].losing.lost
    assert [name for name, _, _ in lost] == ["卸油", "加油", "油气处理装置"]
    assert len(stored(latest(filled)).answers) == 3


def test_confirmed_it_goes_with_its_answers_and_the_others_stay(filled, send, station, points):
    own = points[0].version_id
    versions = f"{own},{station.pk}"
    assert send(filled, stored(filled), versions=versions, drop_filled=str(station.pk)).status_code == 302
    assert begun(filled) == [own]
    assert stored(latest(filled)).answers == {points[0].pk: Answer("pass")}
    assert traces()[-1] == ("去掉检查清单", {"checklists": ["加油站检查清单第 1 版"], "answers": 2})


def test_no_program_drops_answers_that_it_was_not_told_to(filled, save, station, points):
    own = points[0].version_id
    with pytest.raises(Refused, match="去掉就没有了"):
        save(filled, versions=(own,))
    assert begun(filled) == [own, station.pk]
    save(filled, versions=(own,), given_up=frozenset({station.pk}))
    assert begun(filled) == [own]


@pytest.mark.parametrize("how", ["drop", "drop_filled"])
def test_what_the_unit_asks_for_is_never_dropped_though_it_was_added_by_hand(
    how, filled, send, save, station, points
):
    own = points[0].version_id
    source = filled.selection.source
    source.industry_code = "5265"
    source.save()
    assert sheet(latest(filled)).added == frozenset()
    send(filled, stored(filled), versions=f"{own},{station.pk}", **{how: str(station.pk)})
    assert begun(filled) == [own, station.pk]
    with pytest.raises(Refused, match="已经用“加油站检查清单第 1 版”开始"):
        save(filled, versions=(own,), given_up=frozenset({station.pk}))


def test_what_the_unit_asked_for_at_the_beginning_stays_whatever_becomes_of_unit_and_list(
    inspection, save, station, points
):
    own, source = points[0].version_id, inspection.selection.source
    source.industry_code = "5265"
    source.save()
    save(inspection, versions=(own, station.pk))
    source.industry_code = "3110"
    source.save()
    Checklist.objects.update(by_hand=True)
    assert sheet(latest(inspection)).added == frozenset()
    with pytest.raises(Refused, match="不能换，也不能去掉"):
        save(inspection, versions=(own,))
    assert traces() == []


def test_who_added_a_list_is_kept_when_another_one_comes_or_goes(inspection, save, station, points):
    own = points[0].version_id
    hospital = ChecklistVersion.objects.get(checklist__code="hospital")
    save(inspection, versions=(own, station.pk))
    save(inspection, versions=(own, hospital.pk, station.pk))
    assert sheet(latest(inspection)).added == {station.pk, hospital.pk}
    save(inspection, versions=(own, hospital.pk))
    assert sheet(latest(inspection)).added == {hospital.pk}


def test_of_a_sealed_draw_the_trail_does_not_say_what_kind_of_unit_it_is(inspection, save, station, points):
    Draw.objects.update(disclosure="sealed", unseal_on="2099-01-01")
    save(inspection, versions=(points[0].version_id, station.pk))
    save(inspection, versions=(points[0].version_id,))
    assert traces() == [
        ("加用检查清单", {"count": 1, "inspection": inspection.pk}),
        ("去掉检查清单", {"count": 1, "answers": 0, "inspection": inspection.pk}),
    ]


def test_what_was_handed_in_with_a_list_is_gone_for_the_reviewer_once_it_was_dropped(
    inspection, send, station, points, full, lead, reviewer
):
    own, said = (
        points[0].version_id,
        {point.pk: Answer("pass") for point in (*points[0].version.points.all(), *station.points.all())},
    )
    first = station.points.first()
    row = latest(inspection)
    report = full(answers=said, versions=(own, station.pk))
    send_in(inspection=row, actor=lead, version=row.version, report=report)
    row = latest(inspection)
    # As a report that was handed in before records were frozen: its lists could be changed.
    OnSiteRecord.objects.update(set_aside_at=timezone.now(), set_aside_by=lead, set_aside_because="旧记录")
    notes = {f"verdict_{first.pk}": "这家不是加油站"}
    verbs.send_back(inspection=row, actor=reviewer, version=row.version, notes=notes)
    versions = f"{own},{station.pk}"
    send(inspection, stored(latest(inspection)), versions=versions, drop_filled=str(station.pk))
    assert (
        send(inspection, stored(latest(inspection))).status_code == 302
    )  # the page opens and saves as before
    row = latest(inspection)
    send_in(inspection=row, actor=lead, version=row.version, report=stored(row))
    before = before_reviewer(latest(inspection))
    gone = [point.change.label for point in before.points if point.kind == "gone"]
    assert len(gone) == station.points.count()
    assert gone[0].endswith("卸油")
