"""Personal data in a report: a hint at the draft, a stop at submitting, review and publication, one and in bulk."""

import json

import pytest
from django.utils.html import escape
from pages import reasoned
from visit_cases import assessed, by_page, send_in

from drawings.inspections import verbs
from drawings.inspections.field.report import Answer
from drawings.models import Correction, Draw, Finding, Inspection, LogEntry, PrivacyMark
from drawings.privacy_gate.verbs import Reason
from drawings.states import InspectionState, Refused
from wugang_audit.audit.models import AuditEntry

PHONE, MASKED = "13812345678", "138****5678"
WITH_PHONE = f"负责人电话{PHONE}，设施运行正常。"
WHY = "厂门口公示的企业值班电话"
# What the page sends beside a reason: what it was asked for.
SHOWN = {"summary_not_personal_for": json.dumps([PHONE])}
STATES = InspectionState


@pytest.fixture
def slipped_in():
    """Put a number into a report behind the gate, as a site had it before there was one."""

    def do(inspection, summary=WITH_PHONE):
        Inspection.objects.filter(pk=inspection.pk).update(summary=summary)
        return Inspection.objects.get(pk=inspection.pk)

    return do


def trail_text():
    return "\n".join(str(entry.changes) for entry in AuditEntry.objects.all())


# --- the draft: a hint, and it is kept -----------------------------------------------------------------------
def test_a_draft_is_kept_and_its_page_shows_at_the_field_what_was_found(
    inspection, lead, full, fields, login
):
    client = login(lead)
    url = f"/inspections/{inspection.pk}/edit/"
    page = client.post(url, fields(inspection, full(summary=WITH_PHONE)), follow=True)
    inspection.refresh_from_db()
    assert (inspection.summary, inspection.state) == (WITH_PHONE, STATES.DRAFT)
    form = page.context["form"]
    assert f"“{PHONE}”像手机号码，提交以前要处理" in form["summary"].help_text
    assert [field.name for field in form.reasons()] == ["summary_not_personal"]
    html = page.content.decode()
    assert "id_summary_not_personal" in html
    assert f"检查情况里的“{PHONE}”像手机号码。" in html.partition('id="points"')[0]
    assert not PrivacyMark.objects.exists()


def test_a_draft_without_such_data_asks_for_nothing(inspection, lead, full, fields, login):
    url = f"/inspections/{inspection.pk}/edit/"
    page = login(lead).post(url, fields(inspection, full()), follow=True)
    assert page.context["form"].reasons() == []
    assert "not_personal" not in page.content.decode()


def test_what_was_typed_is_never_shown_as_html(inspection, lead, full, fields, login):
    text = "当事人家住<script>alert(1)</script>村12号。"
    url = f"/inspections/{inspection.pk}/edit/"
    page = login(lead).post(url, fields(inspection, full(summary=text)), follow=True).content.decode()
    assert "像家庭住址" in page
    assert "<script>alert" not in page


# --- submitting ----------------------------------------------------------------------------------------------
def test_a_report_with_a_number_is_not_submitted_and_the_field_says_why(
    inspection, lead, full, fields, login, points
):
    answers = {point.pk: Answer("pass") for point in points} | {points[0].pk: Answer("fail", "车牌豫D12345")}
    report = full(summary=WITH_PHONE, outcome="urged", answers=answers)
    # The notes stop the record: they can be changed no more once it is frozen. The public text stops the report.
    form, note = (
        by_page(login(lead), inspection, fields(inspection, report)).context["form"],
        f"note_{points[0].pk}",
    )
    assert form.errors[note][0].startswith("“豫D12345”像车牌号。")
    assert [field.name for field in form.reasons()] == [f"{note}_not_personal"]
    inspection.refresh_from_db()
    assert (inspection.state, inspection.summary) == (STATES.DRAFT, "")
    report = full(
        summary=WITH_PHONE, outcome="urged", answers=answers | {points[0].pk: Answer("fail", "破损")}
    )
    form = by_page(login(lead), inspection, fields(inspection, report)).context["form"]
    assert form.errors["summary"][0].startswith(f"“{PHONE}”像手机号码。会公开的文字里不能有个人信息：请删去")
    assert [field.name for field in form.reasons()] == ["summary_not_personal"]
    inspection.refresh_from_db()
    assert inspection.state == STATES.DRAFT


def test_with_a_reason_it_goes_through_and_is_on_record_without_the_number(
    inspection, lead, full, fields, login
):
    data = fields(inspection, full(summary=WITH_PHONE), summary_not_personal=f" {WHY} ", **SHOWN)
    by_page(login(lead), inspection, data)
    inspection.refresh_from_db()
    assert inspection.state == STATES.SUBMITTED
    mark = PrivacyMark.objects.get()
    assert (mark.subject, mark.object_id, mark.field) == ("inspection", inspection.pk, "summary")
    assert (mark.piece, mark.reason, mark.by) == (PHONE, WHY, lead)
    entry = AuditEntry.objects.get(action="标明不属于个人信息")
    assert entry.changes == {"field": "检查情况", "pieces": [f"手机号码 {MASKED}"], "reason": WHY}
    assert PHONE not in trail_text()


def test_a_reason_covers_what_its_page_has_shown_and_nothing_typed_since(
    inspection, lead, full, fields, login
):
    """An identity number put into the text together with the reason for a telephone does not slip through."""
    client = login(lead)
    more = full(summary=f"{WITH_PHONE}身份证410481199001011236。")
    page = by_page(client, inspection, fields(inspection, more, summary_not_personal=WHY, **SHOWN))
    form = page.context["form"]
    assert form.errors["summary"][0].startswith("“410481199001011236”像身份证号码。写理由的时候还没有它")
    assert not PrivacyMark.objects.exists()
    # Now the page has shown both, and says so to who reads it.
    again = json.dumps([PHONE, "410481199001011236"])
    assert f'name="summary_not_personal_for" value="{escape(again)}"' in page.content.decode()
    inspection.refresh_from_db()
    by_page(client, inspection, fields(inspection, more, **reasoned(form, WHY)))
    assert set(PrivacyMark.objects.values_list("piece", flat=True)) == {PHONE, "410481199001011236"}


def test_a_draft_keeps_the_reason_for_what_was_shown_alone(inspection, lead, full, fields, login):
    more = full(summary=f"{WITH_PHONE}车牌豫D12345。")
    data = fields(inspection, more, summary_not_personal=WHY, **SHOWN)
    page = login(lead).post(f"/inspections/{inspection.pk}/edit/", data, follow=True)
    assert PrivacyMark.objects.get().piece == PHONE
    assert "“豫D12345”像车牌号，提交以前要处理" in page.context["form"]["summary"].help_text


@pytest.mark.parametrize("shown", ["", "[", "[" * 100_000, "7", '{"a": 1}', "[7, null]"])
def test_a_reason_without_what_it_was_shown_for_covers_nothing(inspection, lead, full, fields, login, shown):
    data = fields(inspection, full(summary=WITH_PHONE), summary_not_personal=WHY)
    page = by_page(login(lead), inspection, data | {"summary_not_personal_for": shown})
    assert "写理由的时候还没有它" in page.context["form"].errors["summary"][0]


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("公示", "理由太短"), ("是的是的", "理由只是同样的几个字"), ("没有问题 没有问题", "理由只是同样的几个字"),
        (f"它是{PHONE}", "不要再写号码"),
    ],
)  # fmt: skip
def test_a_reason_must_be_one_and_hold_no_number_itself(inspection, lead, full, fields, login, reason, why):
    data = fields(inspection, full(summary=WITH_PHONE), summary_not_personal=reason)
    page = by_page(login(lead), inspection, data)
    assert why in page.context["form"].errors["summary_not_personal"][0]
    inspection.refresh_from_db()
    assert inspection.state == STATES.DRAFT


def test_the_verb_refuses_even_when_the_form_is_bypassed(inspection, lead, full):
    with pytest.raises(Refused, match=f"检查情况里的“{PHONE}”像手机号码"):
        send_in(
            inspection=inspection, actor=lead, version=inspection.version, report=full(summary=WITH_PHONE)
        )
    inspection.refresh_from_db()
    with pytest.raises(Refused, match="不要再写号码"):
        send_in(
            inspection=inspection, actor=lead, version=inspection.version, report=full(summary=WITH_PHONE),
            not_personal={"summary": Reason(f"{PHONE}是公司的", [PHONE])},
        )  # fmt: skip
    inspection.refresh_from_db()
    assert inspection.state == STATES.DRAFT
    assert not PrivacyMark.objects.exists()


def test_a_mark_of_a_draft_holds_at_submitting_for_that_piece_alone(inspection, lead, full):
    inspection = verbs.save_draft(
        inspection=inspection, actor=lead, version=inspection.version, report=full(summary=WITH_PHONE),
        not_personal={"summary": Reason(WHY, [PHONE])},
    )  # fmt: skip
    with pytest.raises(Refused, match="“13912345678”像手机号码"):
        send_in(
            inspection=inspection, actor=lead, version=inspection.version,
            report=full(summary=f"{WITH_PHONE}13912345678。"),
        )  # fmt: skip
    inspection.refresh_from_db()
    changed = full(summary=f"{WITH_PHONE}已整改。")
    row = send_in(inspection=inspection, actor=lead, version=inspection.version, report=changed)
    assert (row.state, PrivacyMark.objects.count()) == (STATES.SUBMITTED, 1)


# --- review and publication ----------------------------------------------------------------------------------
def test_a_report_with_a_number_is_not_approved(inspection, step, reviewer, slipped_in, login):
    inspection = slipped_in(step(inspection, "submitted"))
    client, url = login(reviewer), f"/inspections/{inspection.pk}/"
    assert f"检查情况里的“{PHONE}”像手机号码" in client.get(url).context["obstacles"]
    page = client.post(f"{url}review/", {"version": inspection.version, "decision": "approve", "comment": ""})
    assert PHONE in str(page.context["form"].non_field_errors())
    with pytest.raises(Refused, match="请退回检查组"):
        verbs.approve(inspection=inspection, actor=reviewer, version=inspection.version)
    inspection.refresh_from_db()
    assert inspection.state == STATES.SUBMITTED


def test_a_report_with_a_number_is_not_published(inspection, step, head, slipped_in, login):
    inspection = slipped_in(step(inspection, "submitted", "approved"))
    logged = LogEntry.objects.count()
    page = login(head).post(
        f"/inspections/{inspection.pk}/publish/", {"version": inspection.version}, follow=True
    )
    assert PHONE in page.content.decode()
    inspection.refresh_from_db()
    assert (inspection.state, LogEntry.objects.count()) == (STATES.APPROVED, logged)
    verbs.send_back(inspection=inspection, actor=head, version=inspection.version, comment="请删去电话号码。")


def test_reviewer_and_head_see_what_was_marked_and_why(inspection, lead, full, reviewer, head, login):
    row = send_in(
        inspection=inspection, actor=lead, version=inspection.version, report=full(summary=WITH_PHONE),
        not_personal={"summary": Reason(WHY, [PHONE])},
    )  # fmt: skip
    page = login(reviewer).get(f"/inspections/{row.pk}/")
    (mark,) = page.context["marks"]
    assert (mark.label, mark.piece, mark.reason, mark.who) == ("检查情况", PHONE, WHY, lead.full_name)
    assert f"{lead.full_name}写的理由：{WHY}" in page.content.decode()
    row = verbs.approve(inspection=row, actor=reviewer, version=row.version)
    assert f"{lead.full_name}写的理由：{WHY}" in login(head).get(f"/inspections/{row.pk}/").content.decode()
    assert verbs.publish(inspection=row, actor=head, version=row.version).state == STATES.PUBLISHED


def test_after_the_return_the_officers_see_which_reason_still_holds(
    inspection, lead, full, reviewer, step, login
):
    row = send_in(
        inspection=inspection, actor=lead, version=inspection.version, report=full(summary=WITH_PHONE),
        not_personal={"summary": Reason(WHY, [PHONE])},
    )  # fmt: skip
    row, client = step(row, "returned"), login(lead)
    said = f"检查情况：“{PHONE}”，{lead.full_name}写的理由：{WHY}"
    assert said in client.get(f"/inspections/{row.pk}/edit/").content.decode()
    row = verbs.save_draft(inspection=row, actor=lead, version=row.version, report=assessed(row, full()))
    assert WHY not in client.get(f"/inspections/{row.pk}/edit/").content.decode()


def test_in_bulk_it_is_left_out_and_the_page_says_why(published_draw, step, head, slipped_in, login):
    first, second = list(Inspection.objects.order_by("pk"))[:2]
    first, second = (step(row, "submitted", "approved") for row in (first, second))
    first = slipped_in(first)
    client, url = login(head), f"/inspections/publish/{published_draw.pk}/"
    page = client.get(url)
    assert ([row.pk for row in page.context["inspections"]], page.context["stopped"]) == (
        [second.pk],
        [(first, f"检查情况里的“{PHONE}”像手机号码")],
    )
    seen = [f"{row.pk}@{row.version}" for row in (first, second)]
    page = client.post(url, {"seen": seen}, follow=True)
    assert [row.state for row in Inspection.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")] == [
        STATES.APPROVED,
        STATES.PUBLISHED,
    ]
    told = [str(message) for message in page.context["messages"]]
    assert any(PHONE in line and "没有公开" in line for line in told)
    assert not any("刚刚有了变动" in line for line in told)
    with pytest.raises(Refused, match="像个人信息"):
        verbs.publish_all(draw=Draw.objects.get(), actor=head, versions={first.pk: first.version})


def test_a_note_of_a_point_stops_too(inspection, step, reviewer, points):
    inspection = step(inspection, "submitted")
    Finding.objects.filter(inspection=inspection, point=points[0]).update(note="身份证410481199001011236")
    with pytest.raises(Refused, match=f"{points[0].name}的说明里的“410481199001011236”像身份证号码"):
        verbs.approve(inspection=inspection, actor=reviewer, version=inspection.version)


# --- corrections ---------------------------------------------------------------------------------------------
def test_a_correction_with_a_number_is_not_published_until_it_has_a_reason(inspection, step, head, login):
    inspection = step(inspection, "submitted", "approved", "published")
    client, url = login(head), f"/inspections/{inspection.pk}/correct/"
    page = client.post(url, {"text": f"联系人应为{PHONE}。"})
    form = page.context["correction"]
    assert form.errors["text"][0].startswith(f"“{PHONE}”像手机号码")
    assert 'name="text_not_personal"' in page.content.decode()
    assert not Correction.objects.exists()
    client.post(url, {"text": f"联系人应为{PHONE}。"} | reasoned(form, WHY))
    correction = Correction.objects.get()
    mark = PrivacyMark.objects.get()
    assert (mark.subject, mark.object_id, mark.piece, mark.by) == ("correction", correction.pk, PHONE, head)
    assert PHONE not in trail_text()
    assert [each.reason for each in client.get(url, follow=True).context["correction_marks"]] == [WHY]


def test_the_verb_of_a_correction_refuses_by_itself(inspection, step, head):
    inspection = step(inspection, "submitted", "approved", "published")
    with pytest.raises(Refused, match="更正内容里的“豫D12345”像车牌号"):
        verbs.correct(inspection=inspection, actor=head, text="车牌应为豫D12345。")
    assert not Correction.objects.exists()


# --- under seal ----------------------------------------------------------------------------------------------
def test_of_a_sealed_draw_the_trail_tells_neither_piece_nor_reason(sealed, full):
    inspection = Inspection.objects.first()
    lead = inspection.selection.team.get(is_lead=True).officer.user
    send_in(
        inspection=inspection, actor=lead, version=inspection.version, report=full(summary=WITH_PHONE),
        not_personal={"summary": Reason(WHY, [PHONE])},
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="标明不属于个人信息")
    assert (entry.changes, entry.target_key) == ({"count": 1}, f"drawings.draw:{sealed.pk}")
