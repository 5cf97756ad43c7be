"""Photos on the public page: what a reviewer marked, with the finding and not before; held by the log; hidden like a text."""

import io
import zipfile
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from evidence.photo_files import PDF, photo, with_exif

from drawings.amendments import hideable, redactions
from drawings.inspections import verbs as inspections
from drawings.inspections.evidence import kept_files, verbs
from drawings.models import Draw, Evidence, Inspection, LogEntry, PrivacyMark, PublicPhoto, Redaction
from drawings.models.public_photos import photos_row, photos_text
from drawings.protocol import verify
from drawings.states import Refused

REASON = "《个人信息保护法》第四十七条：照片里有人脸"


@pytest.fixture
def shot(inspection, taken, points, reviewer, step):
    """Three photos and a PDF of a report that was handed in; the reviewer lets the first two be public."""
    place = {"latitude": "33.123457", "longitude": "113.123457"}
    rows = [
        taken(caption="总排口 标志牌", point=points[0], content=with_exif(), **place),
        taken(content=photo(colour="green"), **place),
        taken(caption="别的", content=photo(colour="black")),
        taken(caption="监测报告", content=PDF),
    ]
    step(Inspection.objects.get(pk=inspection.pk), "submitted")
    for row in rows[:2]:
        verbs.mark_public(evidence=row, actor=reviewer, is_public=True)
    return [Evidence.objects.get(pk=row.pk) for row in rows]


@pytest.fixture
def public(shot, step):
    """The same, published."""
    step(Inspection.objects.get(pk=shot[0].inspection_id), "approved", "published")
    return shot


def address(row, what="photo", **more):
    of = row.inspection.selection
    digest = {} if what == "photos_record" else {"digest": row.copy_digest}
    given = {"code": of.draw.code, "number": of.source.number} | digest | more
    return reverse(f"disclosure:{what}", kwargs=given)


def unit_page(stranger, row):
    return stranger.get(f"/units/{row.inspection.selection.source.number}/").content.decode()


def hide(row, reviewer, head):
    draw = row.inspection.selection.draw
    target = f"photo/{row.published.pk}"
    asked = redactions.ask(draw=draw, target=target, legal_reason=REASON, actor=reviewer)
    return redactions.confirm(redaction=asked, actor=head)


def test_the_marked_photos_are_public_with_the_finding_as_the_copy_alone(public, stranger, points):
    page = unit_page(stranger, public[0])
    for row in public[:2]:
        answer = stranger.get(address(row))
        assert answer.content == kept_files.content(row.copy_name)
        assert sha256(answer.content).hexdigest() == row.copy_digest
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "no-cache")
        assert b"Exif" not in answer.content and b"script" not in answer.content
        assert stranger.get(address(row, "small_photo"))["Content-Type"] == "image/jpeg"
        assert (address(row) in page, address(row, "small_photo") in page) == (True, True)
    assert 'alt="第 1 张照片：总排口 标志牌"' in page and points[0].name in page
    assert "现场照片（2 张）" in page and "2026年10月8日</time>拍摄" in page
    for word in (
        "33.1",
        "113.1",
        "09:41",
        public[0].digest,
        str(public[0].key),
        public[2].copy_digest,
        "别的",
    ):
        assert word not in page
    assert (
        stranger.get(
            address(public[0]), HTTP_IF_NONE_MATCH=stranger.get(address(public[0]))["ETag"]
        ).status_code
        == 304
    )


def test_nothing_of_them_is_there_before_and_of_the_others_never(shot, step, stranger):
    def answers(digests):
        places = ("photo", "small_photo", "hidden_photo")
        return {
            stranger.get(address(shot[0], what, digest=each)).status_code
            for each in digests
            for what in places
        }

    digests = {each for row in shot for each in (row.digest, row.copy_digest or "0" * 64)}
    row = Inspection.objects.get(pk=shot[0].inspection_id)
    for state in ("approved", "published"):
        assert answers(digests) == {404}
        assert stranger.get(address(shot[0], "photos_record")).status_code == 404
        row = step(row, state)
    left = digests - {each.copy_digest for each in shot[:2]}
    assert len(left) == 6 and answers(left) == {404}
    other = row.selection.draw.selections.exclude(pk=row.selection_id).first().source.number
    assert stranger.get(address(shot[0], number=other)).status_code == 404
    assert PublicPhoto.objects.count() == 2


def test_the_log_holds_the_digest_of_the_list_above_record_and_finding_and_old_programs_take_it(
    public, stranger
):
    text = stranger.get(address(public[0], "photos_record")).content
    number = public[0].inspection.selection.source.number
    kinds = LogEntry.objects.filter(subject__startswith=f"2026Q4/{number}").order_by("index")
    assert [(row.kind, row.subject.removeprefix(f"2026Q4/{number}")) for row in kinds] == [
        ("audit", "/photos"), ("audit", ""), ("finding", ""),
    ]  # fmt: skip
    assert kinds[0].digest == sha256(text).hexdigest()
    lines = text.decode().splitlines()
    assert lines[:3] == ["photos/1", "draw\t2026Q4", f"unit\t{number}"]
    # Neither day nor place: they leave with a photo that is hidden, and this text never changes.
    assert lines[3:] == [f"photo\t{number}\t{row.copy_digest}" for number, row in enumerate(public[:2], 1)]
    with zipfile.ZipFile(io.BytesIO(stranger.get("/draws/2026Q4/bundle.zip").content)) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    assert files[f"photos-{number}.txt"] == text
    assert [line for line in verify.check(files) if not line.ok] == []
    assert "公开照片" in stranger.get("/log/").content.decode()


def test_a_sealed_draw_salts_the_digest_of_the_list(public, stranger):
    draw = public[0].inspection.selection.draw
    kind, subject, digest = _row_of(public[0], disclosure="sealed")
    text = stranger.get(address(public[0], "photos_record")).content.decode()
    assert digest == verify.digest(draw.salt_text + text)
    assert public[0].inspection.selection.source.number not in subject and subject.endswith("/photos")


def _row_of(row, disclosure):
    draw = Draw.objects.get(pk=row.inspection.selection.draw_id)
    draw.disclosure = disclosure
    return photos_row(draw, row.inspection.selection.source.number, photos_text(row.inspection))


def test_the_head_sees_them_where_he_publishes_and_confirms_no_other_ones(shot, step, login, head, reviewer):
    row = step(Inspection.objects.get(pk=shot[0].inspection_id), "approved")
    client, seen = login(head), row.version
    page = client.get(f"/inspections/{row.pk}/").content.decode()
    assert "随结果公开 2 张照片" in page
    assert (
        "随结果公开 2 张照片" in client.get(f"/inspections/publish/{row.selection.draw_id}/").content.decode()
    )
    verbs.mark_public(evidence=shot[2], actor=reviewer, is_public=True)
    with pytest.raises(Refused, match="改过这份检查"):
        inspections.publish(inspection=row, actor=head, version=seen)
    assert "随结果公开 3 张照片" in client.get(f"/inspections/{row.pk}/").content.decode()


def test_once_it_is_public_no_mark_changes_any_more(public, reviewer, login):
    with pytest.raises(Refused, match="申请依法隐去"):
        verbs.mark_public(evidence=public[2], actor=reviewer, is_public=True)
    page = login(reviewer).get(f"/inspections/{public[0].inspection_id}/").content.decode()
    assert "标为可以公开<span" not in page and "不公开<span" not in page
    assert "已公开的 2 张除外" in page


def test_a_mark_of_a_finding_that_was_public_before_makes_no_photo_public(public, stranger, forge):
    """An older site let the mark be set at any time, and nobody had published it."""
    forge(Evidence, public[2].pk, is_public=True)
    assert stranger.get(address(public[2])).status_code == 404
    assert public[2].copy_digest not in unit_page(stranger, public[2])


def test_a_caption_is_searched_like_all_that_becomes_public(inspection, taken, step, reviewer, login):
    row = taken(caption="门卫电话 13812345678")
    step(Inspection.objects.get(pk=inspection.pk), "submitted")
    with pytest.raises(Refused, match="照片的说明里的“13812345678”"):
        verbs.mark_public(evidence=row, actor=reviewer, is_public=True)
    client, url = login(reviewer), reverse("inspections:evidence_public", args=[inspection.pk, row.key])
    page = client.post(url, {"decision": "yes"}).content.decode()
    assert "“13812345678”像手机号码" in page and "不能公开" in page
    field = f"caption_{row.pk}_not_personal"
    client.post(url, {"decision": "yes", field: "企业公开的值班电话", f"{field}_for": '["13812345678"]'})
    row.refresh_from_db()
    assert row.is_public and PrivacyMark.objects.get().reason == "企业公开的值班电话"
    assert "企业公开的值班电话" in client.get(f"/inspections/{inspection.pk}/").content.decode()


def test_a_caption_that_nobody_let_pass_stops_the_publication(shot, step, head, forge):
    row = step(Inspection.objects.get(pk=shot[0].inspection_id), "approved")
    forge(Evidence, shot[0].pk, caption="门卫电话 13812345678")
    with pytest.raises(Refused, match="照片的说明里的“13812345678”"):
        inspections.publish(inspection=row, actor=head, version=row.version)


def test_a_photo_whose_file_changed_is_neither_published_nor_served(shot, step, stranger, head):
    row = step(Inspection.objects.get(pk=shot[0].inspection_id), "approved")
    name, content = shot[0].copy_name, kept_files.content(shot[0].copy_name)

    def put(other):
        kept_files.files().delete(name)
        assert kept_files.files().save(name, ContentFile(other)) == name

    put(photo(colour="white"))
    with pytest.raises(Refused, match="“总排口 标志牌”，文件不见了或者变了"):
        inspections.publish(inspection=row, actor=head, version=row.version)
    put(content)
    step(Inspection.objects.get(pk=row.pk), "published")
    assert stranger.get(address(shot[0])).status_code == 200
    put(photo(colour="white"))
    assert stranger.get(address(shot[0])).status_code == 404


def test_a_photo_is_hidden_as_a_text_is_and_the_page_says_why(public, reviewer, head, stranger, login):
    row, other = public[:2]
    before = stranger.get(address(row, "photos_record")).content
    redaction = hide(row, reviewer, head)
    for what in ("photo", "small_photo"):
        gone = stranger.get(address(row, what))
        assert gone.status_code == 410 and REASON in gone.content.decode()
    assert stranger.get(address(other)).status_code == 200
    page = unit_page(stranger, row)
    assert "【已依法隐去】" in page and REASON in page and "总排口 标志牌" not in page
    assert stranger.get(address(row, "photos_record")).content == before
    text = stranger.get(address(row, "hidden_photo")).content.decode()
    assert text.splitlines()[3:] == [
        f"photo\t{row.copy_digest}",
        f"on\t{redaction.redacted_on}",
        f"reason\t{REASON}",
    ]
    number = row.inspection.selection.source.number
    logged = LogEntry.objects.get(subject=f"2026Q4/{number}/hidden-photo")
    assert (logged.kind, logged.digest) == ("audit", verify.digest(text))
    with zipfile.ZipFile(io.BytesIO(stranger.get("/draws/2026Q4/bundle.zip").content)) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    assert [line for line in verify.check(files) if not line.ok] == []
    assert files[f"hidden-photo-{row.copy_digest}.txt"].decode() == text
    call_command("verify_log")
    assert "已依法隐去</span>" in login(head).get(f"/inspections/{row.inspection_id}/").content.decode()


def test_the_reviewer_asks_and_the_head_who_sees_the_photo_decides(public, reviewer, head, login):
    draw, photo_ = public[0].inspection.selection.draw, public[0].published
    target = f"photo/{photo_.pk}"
    with pytest.raises(PermissionDenied):
        redactions.ask(draw=draw, target=target, legal_reason=REASON, actor=head)
    client = login(reviewer)
    url = reverse("amendments:redact_inspection", args=[draw.code, public[0].inspection_id])
    assert "第 1 张照片（连同说明）" in client.get(url).content.decode()
    client.post(url, {"target": target, "legal_reason": REASON})
    asked = Redaction.objects.get()
    assert (asked.photo, asked.target) == (photo_, target)
    listed = login(head).get(reverse("amendments:redactions")).content.decode()
    assert reverse("inspections:evidence_small", args=[public[0].inspection_id, public[0].key]) in listed
    login(head).post(reverse("amendments:redaction_decide", args=[asked.pk]), {"decision": "confirm"})
    with pytest.raises(Refused, match="已经依法隐去"):
        redactions.ask(draw=draw, target=target, legal_reason=REASON, actor=reviewer)
    assert target not in [
        each.target
        for each in hideable.still_public(draw, hideable.of_inspection(draw, public[0].inspection))
    ]


def test_a_finding_that_is_hidden_as_a_whole_takes_its_photos_along(public, reviewer, head, stranger):
    draw = public[0].inspection.selection.draw
    asked = redactions.ask(
        draw=draw, target=f"finding/{public[0].inspection_id}", legal_reason=REASON, actor=reviewer
    )
    redactions.confirm(redaction=asked, actor=head)
    for what in ("photo", "small_photo", "photos_record"):
        assert stranger.get(address(public[0], what)).status_code == 404
    assert public[0].copy_digest not in unit_page(stranger, public[0])
    with zipfile.ZipFile(io.BytesIO(stranger.get("/draws/2026Q4/bundle.zip").content)) as bundle:
        assert [name for name in bundle.namelist() if "photo" in name] == []


def test_hidden_words_of_a_caption_do_not_come_back(public, reviewer, head):
    forged = public[0]
    hide(forged, reviewer, head)
    with pytest.raises(Refused, match="总排口"):
        inspections.correct(
            inspection=Inspection.objects.get(pk=forged.inspection_id),
            actor=head,
            text="应为总排口 标志牌一块",
        )


def test_the_self_check_misses_no_change_of_what_is_public(public, forge, capsys):
    call_command("verify_log")
    assert "公开的照片" not in capsys.readouterr().out
    forge(PublicPhoto, public[0].published.pk, number=7)
    with pytest.raises(CommandError):
        call_command("verify_log")
    assert "公开的照片：日志里没有这份内容" in capsys.readouterr().out
