"""Notes on single points: kept with the version that they are about, shown where they belong, and to whom."""

import pytest
from django.urls import reverse

from drawings.inspections import verbs
from drawings.inspections.field.report import Answer
from drawings.inspections.review import queries
from drawings.models import Inspection, ReviewNote
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry


def text(page):
    return page.content.decode()


def open_page(client, name, row, *more):
    return client.get(reverse(f"inspections:{name}", args=[row.pk, *more]))


def between(page, start, end="</section>"):
    return text(page).split(start, 1)[1].split(end, 1)[0]


@pytest.fixture
def point(points):
    return points[2]


@pytest.fixture
def returned(inspection, hand_in, give_back, point):
    """Given back with a note on the summary and one on a point."""
    row = hand_in(inspection, summary="正常。")
    return give_back(row, summary="写明到场的时间。", **{f"verdict_{point.pk}": "台账第几页？"})


def test_notes_are_kept_with_the_version_that_they_are_about(returned, reviewer, point):
    assert [(n.number, n.field, n.text, n.by) for n in ReviewNote.objects.all()] == [
        (1, "summary", "写明到场的时间。", reviewer),
        (1, f"verdict_{point.pk}", "台账第几页？", reviewer),
    ]
    assert (returned.state, returned.review_comment) == ("returned", "请按 2 处逐项意见改正。")


def test_the_officers_read_each_note_at_its_field_and_all_of_them_on_top(
    returned, login, lead, second, point
):
    for officer in (lead, second):
        page = open_page(login(officer), "edit", returned)
        assert "写明到场的时间。" in between(page, 'id="at-summary"')
        top = text(page).split('id="at-version"', 1)[0]
        # A point of the record is put right by a supplement, on the page of the record.
        assert "台账第几页？" in top and f"/inspections/{returned.pk}/record/#supplements" in top
    page = open_page(login(lead), "detail", returned)
    assert f'href="{reverse("inspections:edit", args=[returned.pk])}#told-summary"' in text(page)
    # A field that is frozen is on no form: its note leads to where a supplement is written.
    assert f"#told-verdict_{point.pk}" not in text(page)
    assert f'href="{reverse("inspections:record", args=[returned.pk])}#supplements">' in text(page)
    assert 'id="supplements"' in text(open_page(login(lead), "record", returned))


def test_the_notes_stay_where_they_are_when_the_form_comes_back_with_errors(returned, login, lead, point):
    values = {"version": returned.version}
    page = login(lead).post(reverse("inspections:submit", args=[returned.pk]), values)
    assert page.context["form"].errors and "写明到场的时间。" in between(page, 'id="at-summary"')


def test_handed_in_again_the_reviewer_reads_his_note_beside_the_old_and_the_new_text(
    returned, hand_in, login, reviewer, point, lies_before
):
    row = hand_in(returned, summary="上午九点到场，正常。")
    assert lies_before(row) == {"summary": "changed"}
    page = open_page(login(reviewer), "detail", row)
    shown = between(page, 'id="point-summary"', "</textarea>")
    assert "写明到场的时间。" in shown and "<ins>上午九点到场，</ins>正常。" in shown
    assert "第 1 次" in shown
    unanswered = between(page, f'id="point-verdict_{point.pk}"', "</textarea>")
    assert "台账第几页？" in unanswered and "这里没有改动" in unanswered
    [found] = page.context["comparison"].unanswered
    assert found.change.field == f"verdict_{point.pk}"


def test_each_round_is_compared_with_the_one_before_it_and_shows_that_ones_notes(
    returned, hand_in, give_back, lies_before, points
):
    answers = {each.pk: Answer("pass") for each in points}
    row = hand_in(returned, summary="第二次")
    give_back(row, comment="再改")
    row = hand_in(row, summary="第二次", answers=answers | {points[0].pk: Answer("absent")})
    assert lies_before(row) == {f"verdict_{points[0].pk}": "changed"}
    found = queries.before_reviewer(row)
    assert (found.number, found.earlier) == (3, 2)
    assert [point for point in found.points if point.notes] == []
    assert [len(step.notes) for step in queries.steps(row)] == [0, 2, 0, 0, 0]
    assert [step.number for step in queries.steps(row)] == [1, None, 2, None, 3]


def test_the_first_round_is_compared_with_nothing(inspection, hand_in, lies_before, login, reviewer):
    row = hand_in(inspection)
    assert lies_before(row) == {}
    page = open_page(login(reviewer), "detail", row)
    assert page.context["comparison"].earlier is None
    assert [stretch.folded for stretch in page.context["stretches"]] == [""]
    assert "有改动" not in text(page)


def test_what_did_not_change_is_folded_for_the_reviewer_and_not_for_the_head(
    returned, hand_in, step, login, reviewer, head, points
):
    row = hand_in(returned, summary="改过。")
    folded = [s for s in open_page(login(reviewer), "detail", row).context["stretches"] if s.folded]
    assert (
        sum(len(s.rows) for s in folded) == len(points) - 1 + 7
    )  # visit, outcome and arrival; one point has a note
    row = step(Inspection.objects.get(pk=row.pk), "approved")
    assert [s.folded for s in open_page(login(head), "detail", row).context["stretches"]] == [""]


def test_a_visit_without_entry_folds_the_points_that_nobody_filled_in(
    inspection, hand_in, login, reviewer, points
):
    row = hand_in(inspection, outcome="closed", answers={})
    page = open_page(login(reviewer), "detail", row)
    stretches = page.context["stretches"]
    # So many names would be a wall of words: they stand below the fold.
    assert f"<summary>没有进厂，不用填的 {len(points)} 项</summary>" in page.content.decode()
    assert [(s.folded, len(s.rows)) for s in stretches] == [
        ("", 5),
        (f"没有进厂，不用填的 {len(points)} 项", len(points)),
    ]


def test_notes_are_for_those_who_read_the_inspection_and_nobody_else(
    returned, hand_in, step, login, stranger, organiser, outsider, auditor, admin
):
    row = step(hand_in(returned, summary="第二次。"), "approved", "published")
    for public in (
        f"/units/{row.selection.source.number}/",
        "/results/",
        f"/draws/{row.selection.draw.code}/",
    ):
        shown = text(stranger.get(public))
        assert "台账第几页" not in shown and "写明到场" not in shown
    assert "台账第几页" in text(open_page(login(organiser), "version", row, 1))
    for person, status in ((outsider, 404), (auditor, 403), (admin, 403)):
        assert open_page(login(person), "version", row, 1).status_code == status
    told = "".join(f"{entry.target}{entry.changes}" for entry in AuditEntry.objects.all())
    assert "台账" not in told


def test_the_head_gives_back_with_notes_too(inspection, hand_in, step, give_back, head, lies_before):
    row = step(hand_in(inspection), "approved")
    row = give_back(row, actor=head, outcome="与事实不符。")
    assert [(n.number, n.by) for n in row.review_notes.all()] == [(1, head)]
    assert [one.label for one in queries.to_answer(row)] == ["检查结论"]


@pytest.mark.parametrize("notes", [{"nonsense": "x"}, {"verdict_0": "x"}, {"summary": "字" * 501}])
def test_a_note_on_nothing_or_one_too_long_is_refused_and_nothing_is_written(
    notes, inspection, hand_in, reviewer
):
    row = hand_in(inspection)
    with pytest.raises(Refused):
        verbs.send_back(inspection=row, actor=reviewer, version=row.version, comment="改", notes=notes)
    row.refresh_from_db()
    assert (row.state, ReviewNote.objects.count()) == ("submitted", 0)


def test_blank_notes_are_none(inspection, hand_in, give_back):
    row = hand_in(inspection)
    with pytest.raises(Refused, match="写明"):
        give_back(row, summary=" \n")
    assert not ReviewNote.objects.exists()


def test_what_was_handed_in_before_versions_were_kept_can_get_notes(
    inspection, hand_in, give_back, login, reviewer, lead, break_in
):
    """Such a report has no version; the next one is the second, and says that there is nothing to compare with."""
    row = hand_in(inspection)
    break_in("drawings_handedin", "DELETE FROM drawings_handedin WHERE id = %s", row.versions.get().pk)
    row = give_back(row, summary="写明时间。")
    assert "写明时间。" in text(open_page(login(lead), "edit", row))
    row = hand_in(row, summary="九点。")
    page = open_page(login(reviewer), "detail", row)
    assert (page.context["comparison"].number, page.context["comparison"].earlier) == (2, None)
    assert "没有留存" in text(page) and "写明时间。" in between(page, 'id="point-summary"', "</textarea>")
    assert open_page(login(reviewer), "version", row, 1).status_code == 404
    assert open_page(login(reviewer), "version", row, 2).status_code == 200
