"""The way of an inspection from draft to publication: who may take which step, and what each leaves behind."""

import dataclasses

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from visit_cases import frozen, send_in, signed

from drawings.inspections import verbs
from drawings.inspections.field.record import standing
from drawings.inspections.field.report import Answer, stored
from drawings.models import Draw, Inspection, Selection
from drawings.models.checklists import point_digests
from drawings.states import InspectionState, Refused
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant
from wugang_audit.audit.models import AuditEntry

# The steps that exist, written by hand: (state, verb) -> new state. Everything else is refused.
STEPS = {
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "approve"): "approved",
    ("submitted", "send_back"): "returned",
    ("approved", "send_back"): "returned",
    ("approved", "publish"): "published",
}
WAYS = {
    "draft": (),
    "submitted": ("submitted",),
    "returned": ("submitted", "returned"),
    "approved": ("submitted", "approved"),
    "published": ("submitted", "approved", "published"),
}
VERBS = ("submit", "approve", "send_back", "publish")


@pytest.fixture
def take(lead, reviewer, head, full):
    """Call a verb by name, as the person whose job it is."""

    def call(name, inspection, **more):
        arguments = {
            "submit": {"actor": lead, "report": full()},
            "save_draft": {"actor": lead, "report": full()},
            "approve": {"actor": reviewer},
            "send_back": {"actor": reviewer, "comment": "请补充。"},
            "publish": {"actor": head},
        }[name]
        values = {"inspection": inspection, "version": inspection.version} | arguments | more
        return (send_in if name == "submit" else getattr(verbs, name))(**values)

    return call


@pytest.mark.parametrize(("state", "verb"), [(state, verb) for state in WAYS for verb in VERBS])
def test_each_step_is_taken_from_its_own_states_alone(state, verb, inspection, step, take, full):
    inspection = step(inspection, *WAYS[state])
    if verb == "submit" and state == "draft":
        signed(frozen(inspection, full()))
        inspection.refresh_from_db()
    entries = AuditEntry.objects.count()
    wanted = STEPS.get((state, verb))
    if wanted:
        take(verb, inspection)
    else:
        with pytest.raises(Refused):
            take(verb, inspection)
    inspection.refresh_from_db()
    assert inspection.state == (wanted or state)
    assert AuditEntry.objects.count() == entries + bool(wanted)


@pytest.mark.parametrize("state", ["submitted", "approved", "published"])
def test_what_was_submitted_is_not_edited_any_more(state, inspection, step, take, full):
    inspection = step(inspection, *WAYS[state])
    with pytest.raises(Refused):
        take("save_draft", inspection, report=full(summary="改"))
    inspection.refresh_from_db()
    assert inspection.summary == "生产正常，设施运行正常。"


def test_a_second_click_changes_nothing_and_says_so(inspection, take):
    stale = Inspection.objects.get(pk=inspection.pk)
    take("submit", inspection)
    who = inspection.moves.get().by.full_name
    with pytest.raises(Refused, match=f"^这份检查已经由{who}在 2026-.* 提交，没有再办一次。$"):
        take("submit", stale)
    assert list(inspection.moves.values_list("state", flat=True)) == ["submitted"]


def test_a_step_on_a_page_that_is_out_of_date_changes_nothing(inspection, step, take):
    """The reviewer's old page shows a report that was returned and submitted anew since: he has not read that one."""
    seen = step(inspection, "submitted").version
    latest = step(Inspection.objects.get(pk=inspection.pk), "returned", "submitted")
    with pytest.raises(Refused, match="改过这份检查"):
        take("approve", latest, version=seen)
    latest.refresh_from_db()
    assert latest.state == InspectionState.SUBMITTED


def test_a_return_does_not_overturn_an_approval_that_the_reviewer_has_not_seen(inspection, step, take):
    seen = step(inspection, "submitted").version
    approved = step(Inspection.objects.get(pk=inspection.pk), "approved")
    with pytest.raises(Refused, match="改过这份检查"):
        take("send_back", approved, version=seen)
    approved.refresh_from_db()
    assert approved.state == InspectionState.APPROVED


def test_either_officer_fills_in_and_submits(inspection, take, lead, second, full):
    row = take("save_draft", inspection, actor=lead, report=full(summary=""))
    row = take("submit", row, actor=second)
    assert (row.state, row.submitted_by) == (InspectionState.SUBMITTED, second)


def test_a_foreign_officer_neither_saves_nor_submits(inspection, take, outsider):
    for name in ("save_draft", "submit"):
        with pytest.raises(PermissionDenied):
            take(name, inspection, actor=outsider)
    inspection.refresh_from_db()
    assert (inspection.state, inspection.summary) == (InspectionState.DRAFT, "")


def test_nobody_reviews_an_inspection_of_his_own(inspection, step, take, second):
    RoleGrant.objects.create(user=second, role=Role.REVIEWER)
    submitted = step(inspection, "submitted")
    for name in ("approve", "send_back"):
        with pytest.raises(PermissionDenied):
            take(name, submitted, actor=second)
    submitted.refresh_from_db()
    assert submitted.state == InspectionState.SUBMITTED


def test_the_head_returns_what_he_does_not_confirm_but_reviews_nothing(inspection, step, take, head):
    submitted = step(inspection, "submitted")
    for name in ("approve", "send_back"):
        with pytest.raises(PermissionDenied):
            take(name, submitted, actor=head)
    returned = take("send_back", step(submitted, "approved"), actor=head, comment="结论与事实不符。")
    assert (returned.state, returned.review_comment) == (InspectionState.RETURNED, "结论与事实不符。")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.HEAD])
def test_only_the_head_confirms(role, inspection, step, take, person, published_draw):
    approved, actor = step(inspection, "submitted", "approved"), person("somebody", role)
    with pytest.raises(PermissionDenied):
        take("publish", approved, actor=actor)
    with pytest.raises(PermissionDenied):
        verbs.publish_all(draw=published_draw, actor=actor, versions={approved.pk: approved.version})
    approved.refresh_from_db()
    assert approved.state == InspectionState.APPROVED


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_a_report_is_not_returned_without_a_reason(comment, inspection, step, take):
    submitted = step(inspection, "submitted")
    with pytest.raises(Refused, match="写明"):
        take("send_back", submitted, comment=comment)


def test_every_round_stays_readable(inspection, step, lead, reviewer, head):
    step(inspection, "submitted", "returned", "submitted", "approved", "published")
    assert [(move.state, move.by, move.comment) for move in inspection.moves.all()] == [
        ("submitted", lead, ""),
        ("returned", reviewer, "请补充照片编号。"),
        ("submitted", lead, ""),
        ("approved", reviewer, ""),
        ("published", head, ""),
    ]
    inspection.refresh_from_db()
    assert [inspection.submitted_by, inspection.reviewed_by, inspection.published_by] == [
        lead,
        reviewer,
        head,
    ]
    assert inspection.submitted_at <= inspection.reviewed_at <= inspection.published_at <= timezone.now()


def test_the_audit_trail_holds_the_states_and_no_findings(inspection, points, take, step, full):
    secret = "废水直排涝河"
    answers = {point.pk: Answer("fail", secret) for point in points}
    row = take("save_draft", inspection, report=full(outcome="case", summary=secret, answers=answers))
    row = take("submit", row, report=stored(row))
    row = take("send_back", row, comment=secret)
    step(take("submit", row, report=stored(row)), "approved", "published")
    entries = AuditEntry.objects.filter(target_key=f"drawings.inspection:{row.pk}").order_by("index")
    row.refresh_from_db()
    due = {"publish_by": row.publish_by.isoformat()}
    record = standing(row)
    of_record = {"record_number": 1}
    [points_as_read] = point_digests(row.checklists.values("version")).items()
    assert [(entry.action, entry.changes) for entry in entries] == [
        ("保存检查草稿", {}),
        ("固定现场记录", of_record | {"record": row.selection.draw.log_digest(record.text)}),
        ("确认现场记录", of_record | {"said": row.selection.draw.log_digest("")}),
        (
            "登记当事人签字",
            of_record | {"signed": row.selection.draw.log_digest(record.signature.as_stored())},
        ),
        ("提交检查", {"state": ["draft", "submitted"], **due}),
        ("退回检查", {"state": ["submitted", "returned"]}),
        ("提交检查", {"state": ["returned", "submitted"], **due}),
        ("审核通过", {"state": ["submitted", "approved"], **due}),
        (
            "确认公开",
            {
                "state": ["approved", "published"],
                "wording": [" ".join(points_as_read)],
                "filed_under": str(row.published_result.filed_under),
            },
        ),
    ]
    assert {entry.target for entry in entries} == {f"{row.selection.name} 的检查"}


def test_an_answer_that_was_taken_back_is_gone(inspection, points, take, full):
    row = take("save_draft", inspection, report=full(answers={points[0].pk: Answer("fail", "破损")}))
    row = take("save_draft", row, report=full(answers={points[0].pk: Answer(), points[1].pk: Answer("pass")}))
    assert list(row.findings.values_list("point", "verdict", "note")) == [(points[1].pk, "pass", "")]


def test_a_note_without_a_verdict_is_kept_in_the_draft(inspection, points, take, full):
    row = take("save_draft", inspection, report=full(answers={points[0].pk: Answer("", "待复核")}))
    assert list(row.findings.values_list("point", "verdict", "note")) == [(points[0].pk, "", "待复核")]


def test_what_is_saved_is_what_was_reported(inspection, points, take, full):
    answers = {point.pk: Answer("fail", f"第{n}项") for n, point in enumerate(points)}
    report = full(outcome="ordered", summary="两行\n情况", answers=answers)
    row = take("save_draft", inspection, report=report)
    assert stored(Inspection.objects.get(pk=row.pk)) == report
    smaller = dataclasses.replace(report, answers={points[0].pk: answers[points[0].pk]})
    row = take("save_draft", row, report=smaller)
    assert stored(Inspection.objects.get(pk=row.pk)) == smaller


def test_the_head_confirms_all_approved_ones_that_he_saw(published_draw, step, head):
    first, second, third, fourth, *_ = Inspection.objects.filter(selection__draw=published_draw)
    rows = [step(row, "submitted", "approved") for row in (first, second, third)]
    versions = {row.pk: row.version for row in rows}
    step(rows[1], "returned", "submitted", "approved")  # changed after the head opened the page
    versions[fourth.pk] = step(fourth, "submitted").version
    published = verbs.publish_all(draw=published_draw, actor=head, versions=versions)
    assert published == [first, third]
    states = Inspection.objects.in_bulk([first.pk, second.pk, third.pk, fourth.pk])
    assert [states[row.pk].state for row in (first, second, third, fourth)] == [
        "published", "approved", "published", "submitted"
    ]  # fmt: skip
    assert AuditEntry.objects.filter(action="确认公开").count() == 2
    with pytest.raises(Refused):
        verbs.publish_all(draw=published_draw, actor=head, versions=versions)


def test_the_head_confirms_reports_of_the_named_draw_alone(
    published_draw, inspection, step, head, organiser, registry
):
    """The other draw is not locked here: it might be voided at this very moment."""
    other = Draw.objects.create(
        code="2026Q3", year=2026, quarter=3, state="published", created_by=organiser,
        published_at=published_draw.published_at,
    )  # fmt: skip
    task = Selection.objects.create(
        draw=other, source=registry[0], stratum="key", rank=1, ticket="0" * 64, name="虚构"
    )
    foreign = Inspection.objects.create(selection=task, item=inspection.item, state="approved")
    own = step(inspection, "submitted", "approved")
    versions = {own.pk: own.version, foreign.pk: foreign.version}
    assert verbs.publish_all(draw=published_draw, actor=head, versions=versions) == [own]
    foreign.refresh_from_db()
    assert foreign.state == InspectionState.APPROVED


def test_nothing_goes_on_in_a_draw_that_was_voided(published_draw, inspection, take, void, head):
    void(published_draw)
    for name in ("save_draft", "submit", "approve", "publish"):
        with pytest.raises(Refused, match="作废"):
            take(name, inspection)
    with pytest.raises(Refused, match="作废"):
        verbs.publish_all(draw=published_draw, actor=head, versions={inspection.pk: inspection.version})
    inspection.refresh_from_db()
    assert inspection.state == InspectionState.DRAFT
