"""What becomes of evidence: captions, removal, the reviewer's mark, the lines of the record, and who sees which file."""

import pytest
from django.urls import reverse
from django.utils import timezone
from evidence.photo_files import PDF, photo
from visit_cases import frozen

from drawings.inspections.evidence import queries, verbs
from drawings.inspections.field.record import is_frozen
from drawings.models import Draw, Inspection, InspectionChecklist
from drawings.states import Refused
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant
from wugang_audit.audit.models import AuditEntry

FILES = ("copy", "small", "original")


def url(row, what):
    return reverse(f"inspections:evidence_{what}", args=[row.inspection_id, row.key])


def actions():
    return list(
        AuditEntry.objects.filter(changes__has_key="exhibit")
        .order_by("index")
        .values_list("action", flat=True)
    )


def test_a_caption_changes_and_a_removal_needs_a_reason(taken, login, lead, second, points):
    row, client = taken(caption="排口"), login(second)
    client.post(url(row, "caption"), {"caption": "总排口", "point": str(points[0].pk)})
    row.refresh_from_db()
    assert (row.caption, row.point) == ("总排口", points[0])
    assert "请写明为什么移除" in client.post(url(row, "remove"), {"reason": ""}).content.decode()
    client.post(url(row, "remove"), {"reason": "拍到了门卫的脸"})
    row.refresh_from_db()
    assert (row.removed_by, row.removed_because) == (second, "拍到了门卫的脸")
    assert client.post(url(row, "caption"), {"caption": "x"}).status_code == 404
    with pytest.raises(Refused, match="已经移除"):
        verbs.set_caption(evidence=row, actor=lead, caption="x", point=None)
    assert actions() == ["添加现场证据", "修改证据说明", "移除现场证据"]
    assert "门卫" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))


def test_a_phone_changes_the_caption_alone_and_is_told_what_stands_against_it(
    taken, lead, phone, points, full
):
    row, gone = taken(caption="排口", point=points[0]), taken()
    verbs.remove(evidence=gone, actor=lead, reason="拍糊了，重拍")
    kept = (200, {"key": str(row.key), "state": "kept"})
    assert phone.post(url(row, "caption"), caption="总排口") == kept
    row.refresh_from_db()
    assert (row.caption, row.point) == ("总排口", points[0])
    assert phone.post(url(row, "caption"), caption="字" * 101)[0] == 422
    assert phone.post(url(gone, "caption"), caption="x") == (409, {"error": "这一份已经移除。"})
    frozen(Inspection.objects.get(pk=row.inspection_id), full(), lead)
    status, told = phone.post(url(row, "caption"), caption="太晚")
    assert (status, "现场记录已经固定" in told["error"]) == (409, True)
    # Its answer was lost, and the other officer froze the record meanwhile: it is there.
    assert phone.post(url(row, "caption"), caption="总排口") == kept
    assert actions().count("修改证据说明") == 1


def test_what_was_removed_stays_for_reviewer_and_head(taken, login, lead, reviewer, head, organiser, step):
    row = taken(caption="排口")
    verbs.remove(evidence=row, actor=lead, reason="拍到了门卫的脸")
    step(row.inspection, "submitted")
    detail = reverse("inspections:detail", args=[row.inspection_id])
    for who, sees in ((reviewer, True), (head, True), (organiser, False), (lead, False)):
        client = login(who)
        assert ("拍到了门卫的脸" in client.get(detail).content.decode()) == sees
        assert (client.get(url(row, "copy")).status_code == 200) == sees


def test_a_removed_photo_may_come_again(taken, lead):
    content = photo()
    verbs.remove(evidence=taken(content=content), actor=lead, reason="先移除一下")
    taken(content=content)


def test_a_frozen_record_keeps_its_photos_and_their_captions(taken, lead, login, phone, full):
    row = taken(caption="排口")
    frozen(Inspection.objects.get(pk=row.inspection_id), full(), lead)
    assert is_frozen(row.inspection)
    for step in (
        lambda: verbs.remove(evidence=row, actor=lead, reason="拍糊了，重拍"),
        lambda: verbs.set_caption(evidence=row, actor=lead, caption="x", point=None),
    ):
        with pytest.raises(Refused, match="现场记录已经固定"):
            step()
    late = taken()
    assert [item.is_late for item in queries.shown(row.inspection, lead).items] == [
        False, True,
    ] == [item.row == late for item in queries.shown(row.inspection, lead).items]  # fmt: skip


def test_the_reviewer_alone_says_which_photos_may_be_public(
    taken, login, lead, reviewer, head, step, outsider
):
    row, pdf = taken(caption="排口"), taken(content=PDF)
    step(row.inspection, "submitted")
    client = login(reviewer)
    assert (
        "标为可以公开" in client.get(reverse("inspections:detail", args=[row.inspection_id])).content.decode()
    )
    client.post(url(row, "public"), {"decision": "yes"})
    row.refresh_from_db()
    assert (row.is_public, row.public_by) == (True, reviewer)
    client.post(url(row, "public"), {"decision": "perhaps"})
    client.post(url(pdf, "public"), {"decision": "yes"})
    pdf.refresh_from_db()
    assert not pdf.is_public
    client.post(url(row, "public"), {"decision": "no"})
    assert actions()[2:] == ["标明证据可以公开", "撤销证据可以公开"]
    for who in (head, lead, outsider):
        assert login(who).post(url(row, "public"), {"decision": "yes"}).status_code == 403
    RoleGrant.objects.create(user=lead, role=Role.REVIEWER)
    assert login(lead).post(url(row, "public"), {"decision": "yes"}).status_code == 403  # of the team
    row.refresh_from_db()
    assert not row.is_public


def test_who_may_open_which_file(
    taken, login, stranger, lead, second, outsider, organiser, reviewer, head, request
):
    row = taken()
    seen = {
        who: tuple(login(request.getfixturevalue(who)).get(url(row, what)).status_code for what in FILES)
        for who in (
            "lead",
            "second",
            "outsider",
            "organiser",
            "reviewer",
            "head",
            "auditor",
            "admin",
            "security",
        )
    }
    assert seen == {
        "lead": (200, 200, 200), "second": (200, 200, 200), "outsider": (404, 404, 404),
        "organiser": (200, 200, 403), "reviewer": (200, 200, 200), "head": (200, 200, 200),
        "auditor": (403, 403, 403), "admin": (403, 403, 403), "security": (403, 403, 403),
    }  # fmt: skip
    assert {stranger.get(url(row, what)).status_code for what in FILES} == {302}


def test_files_are_answered_as_nothing_but_what_they_are(taken, login, lead):
    client, row, pdf = login(lead), taken(), taken(content=PDF)
    for answer, kind, shown in (
        (client.get(url(row, "copy")), "image/jpeg", "inline"),
        (client.get(url(row, "small")), "image/jpeg", "inline"),
        (client.get(url(row, "original")), "application/octet-stream", f'attachment; filename="{row.digest[:16]}.jpg"'),
        (client.get(url(pdf, "original")), "application/octet-stream", f'attachment; filename="{pdf.digest[:16]}.pdf"'),
    ):  # fmt: skip
        assert (answer.status_code, answer["Content-Type"], answer["Content-Disposition"]) == (
            200,
            kind,
            shown,
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "private, no-store"
    assert client.get(url(pdf, "copy")).status_code == client.get(url(pdf, "small")).status_code == 404


def test_the_page_says_what_is_missing_and_what_is_off(taken, login, lead, clock, phone):
    original = photo((90, 60))
    phone.send(
        photo(), caption="排口", digest="0" * 64, original_size=len(original),
        taken_at=f"{clock().year - 1}-01-01T00:00:00+08:00", phone_time=f"{clock().year - 1}-01-01T00:00:00+08:00",
    )  # fmt: skip
    page = login(lead).get(phone.address()).content.decode()
    assert "原图未到" in page and "手机时钟慢约" in page and "补传原图" in page
    assert queries._span(6 * 60) == "约 6 分钟"
    assert queries._span(24 * 3600) == "约 24 小时"


def test_the_lines_of_the_record_are_ascending_and_name_points_of_its_lists(taken, lead, points, inspection):
    InspectionChecklist.objects.create(inspection=inspection, version=points[0].version)
    moment = timezone.datetime.fromisoformat("2026-10-09T01:41:30+00:00")
    rows = [taken(point=points[0], caption="排口", taken_at=moment), taken(content=PDF, taken_at=moment)]
    verbs.remove(evidence=taken(), actor=lead, reason="拍糊了，重拍")
    code = points[0].version.checklist.code
    assert queries.evidence_lines(inspection) == tuple(
        sorted(
            [
                (rows[0].digest, "photo", "2026-10-09T09:41+08:00", f"{code}/{points[0].code}", "排口"),
                (rows[1].digest, "pdf", "2026-10-09T09:41+08:00", "", ""),
            ]
        )
    )
    InspectionChecklist.objects.all().delete()
    assert {line[3] for line in queries.evidence_lines(inspection)} == {""}


def test_a_void_draw_takes_nothing_more(taken, lead, inspection):
    row = taken()
    Draw.objects.update(state="void")
    with pytest.raises(Refused, match="作废"):
        verbs.remove(evidence=row, actor=lead, reason="拍糊了，重拍")
