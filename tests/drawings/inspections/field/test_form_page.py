"""What the page of the officers' form folds, counts and lists."""

import pytest
from django.urls import reverse
from django.utils import timezone

from drawings.checklists.shipped import add_shipped
from drawings.inspections import verbs
from drawings.inspections.field.arrival import Arrival
from drawings.inspections.field.form_page import SHOWN, Page
from drawings.inspections.field.forms import ReportForm
from drawings.inspections.field.permit_rows import key_of
from drawings.inspections.field.report import Answer, Report
from drawings.models import Inspection
from drawings.states import InspectionState
from sources.models import PermitCondition


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


@pytest.fixture
def permit(selection):
    PermitCondition.objects.create(
        source=selection.source, code=f"{selection.source.number}/DW001", outlet_kind="water", outlet_code="DW001",
        pollutant="pH", limit="6-9", limit_unit="", facility_code="TW001", facility_name="污水处理站",
    )  # fmt: skip


@pytest.fixture
def page(lead, login):
    """Save a draft and open its page, or send it in and see what comes back."""

    def do(inspection, report=Report(), fields=None):  # noqa: B008 - it is frozen
        row = latest(inspection)
        if fields is None:
            verbs.save_draft(inspection=row, actor=lead, version=row.version, report=report)
            return Page(ReportForm(inspection=latest(inspection)))
        return (
            login(lead).post(reverse("inspections:submit", args=[inspection.pk]), fields).context.get("page")
        )

    return do


def answers(points, verdict="pass"):
    return {point.pk: Answer(verdict) for point in points}


def opened(found):
    return [part.section.title for part in found.sections if part.is_open]


def test_the_first_part_with_something_to_fill_in_is_open(inspection, page, points, permit):
    titles = list(dict.fromkeys(point.section for point in points))
    first = [point for point in points if point.section == titles[0]]
    assert opened(page(inspection)) == titles[:1]
    found = page(inspection, Report(answers=answers(first)))
    assert (opened(found), found.facilities.is_open) == (titles[1:2], False)
    found = page(inspection, Report(answers=answers(points)))
    assert (opened(found), found.facilities.is_open) == ([], True)
    found = page(inspection, Report(answers=answers(points), facilities={"TW001": True}))
    assert (opened(found), found.facilities.is_open) == ([], False)


def test_all_that_must_be_filled_in_is_counted(inspection, page, points, permit):
    found = page(inspection).progress
    assert (found.done, found.total, found.next) == (0, len(points) + 5, "at-visited_at")
    now = timezone.now()
    here = Arrival(entry="entered")
    found = page(inspection, Report(visited_at=now, arrival=here, answers=answers(points[:2]))).progress
    assert (found.done, found.total, found.next) == (4, len(points) + 5, f"point-{points[2].pk}")
    found = page(inspection, Report(visited_at=now, arrival=here, answers=answers(points))).progress
    assert found.next == f"at-facility_{key_of('TW001')}"
    whole = Report(
        visited_at=now,
        arrival=here,
        answers=answers(points),
        facilities={"TW001": False},
        outcome="clean",
        summary="正常",
    )
    found = page(inspection, whole).progress
    assert (found.done, found.total, found.next) == (len(points) + 5, len(points) + 5, "")


@pytest.mark.parametrize("outcome", ["closed", "untraced", "refused"])
def test_who_did_not_enter_fills_in_no_points(outcome, inspection, page, permit):
    found = page(inspection, Report(outcome=outcome, visited_at=timezone.now()))
    assert (found.progress.done, found.progress.total, found.progress.next) == (2, 4, "at-entry")
    assert (opened(found), found.facilities.is_open) == ([], False)


@pytest.mark.parametrize("entry", ["stopped", "nobody", "refused", "gone"])
def test_who_was_not_let_in_fills_in_no_points(entry, inspection, page, permit):
    found = page(inspection, Report(arrival=Arrival(entry=entry), visited_at=timezone.now()))
    assert (found.progress.done, found.progress.total, found.progress.next) == (2, 4, "at-outcome")
    assert (opened(found), found.facilities.is_open) == ([], False)


def test_parts_with_something_wrong_are_open_and_say_how_much(inspection, page, points, fields, full):
    late = points[-1]
    filled = answers(points) | {late.pk: Answer("fail")}
    found = page(inspection, fields=fields(latest(inspection), full(outcome="urged", answers=filled)))
    assert opened(found) == [late.section]
    last = found.sections[-1]
    assert (last.failed, last.wrong) == (1, 1)
    assert [problem.field for problem in found.wrong.shown] == [f"note_{late.pk}"]
    assert (found.wrong.total, found.wrong.rest, found.wrong.places) == (1, 0, [])


def test_a_note_in_which_personal_data_stands_is_open_in_a_draft_too(inspection, page, points):
    late = points[-1]
    filled = answers(points) | {late.pk: Answer("fail", "联系人 13812345678")}
    found = page(inspection, Report(answers=filled))
    last = found.sections[-1]
    assert (opened(found), last.wrong, last.hinted) == ([late.section], 0, 1)


def test_what_is_only_hinted_at_in_a_draft_is_wrong_when_it_is_handed_in(
    inspection, page, points, fields, full, login, lead
):
    noted = {points[-1].pk: Answer("fail", "联系人 13812345678")}
    sent = fields(latest(inspection), full(outcome="urged", answers=answers(points) | noted))
    last = page(inspection, fields=sent).sections[-1]
    assert (last.wrong, last.hinted) == (1, 0)
    login(lead).post(reverse("inspections:edit", args=[inspection.pk]), sent)
    text = login(lead).get(reverse("inspections:edit", args=[inspection.pk])).content.decode()
    assert "有 1 处提示" in text and "处要改" not in text


def test_what_the_reviewer_wrote_is_open(inspection, lead, login, reviewer, step, points):
    step(inspection, "submitted")
    row = latest(inspection)
    note = {f"verdict_{points[-1].pk}": "请写明看了哪几份台账。"}
    verbs.send_back(inspection=row, actor=reviewer, version=row.version, notes=note)
    answer = login(lead).get(reverse("inspections:edit", args=[inspection.pk]))
    assert latest(inspection).state == InspectionState.RETURNED
    # What was seen on the site is frozen: it is read on top, and put right by a supplement.
    assert answer.context["page"].sections == []
    text = answer.content.decode()
    assert "请写明看了哪几份台账。" in text and f"/inspections/{inspection.pk}/record/#supplements" in text


def test_lines_beyond_the_first_are_counted_by_part(inspection, page, points, permit, fields):
    found = page(inspection, fields=fields(latest(inspection), Report())).wrong
    total = len(points) + 4
    assert (found.total, len(found.shown), found.rest) == (total, SHOWN, total - SHOWN)
    assert sum(place.count for place in found.places) == found.rest
    assert [place.title for place in found.places][-1] == "治理设施运行情况"
    beyond = points[SHOWN - 3]  # time, outcome and summary come first
    assert (found.places[0].title, found.places[0].anchor) == (beyond.section, f"id_verdict_{beyond.pk}_0")


def test_parts_of_several_lists_are_told_apart(inspection, page, fields):
    add_shipped()
    source = inspection.selection.source
    source.media, source.permit_class = "water,air", "key"
    source.save()
    titles = [
        place.title for place in page(inspection, fields=fields(latest(inspection), Report())).wrong.places
    ]
    assert len(titles) == len(set(titles)) > 5
    assert "废气检查清单：治理设施" in titles
