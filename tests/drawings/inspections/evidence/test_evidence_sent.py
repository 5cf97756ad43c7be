"""Photos and PDFs that a phone sends: kept once, refused in words, never half-written."""

import datetime
import errno
import hashlib
import uuid

import pytest
from django.core.files.storage import InMemoryStorage
from django.utils import timezone
from evidence.photo_files import PDF, SVG, photo, with_exif

from drawings.inspections.evidence import kept_files, queries, verbs
from drawings.inspections.evidence.verbs import Sent
from drawings.models import Evidence, Inspection
from drawings.states import InspectionState
from wugang_audit.audit.models import AuditEntry

MB = 1024 * 1024


def stored():
    storage = kept_files.files()
    return sorted(
        f"{folder}/{name}" for folder in storage.listdir("")[0] for name in storage.listdir(folder)[1]
    )


def sha(content):
    return hashlib.sha256(content).hexdigest()


def test_a_copy_comes_first_and_its_original_follows(phone, points, clock):
    original, copy, key = photo((900, 600)), photo((90, 60)), uuid.uuid4()
    now = clock()
    status, told = phone.send(
        copy, key=key, digest=sha(original), original_size=len(original), point=str(points[0].pk),
        caption=" 总排口\t标志牌 ", taken_at="2026-10-09T09:41:00+08:00",
        phone_time=(now + datetime.timedelta(days=1)).isoformat(),
        latitude="33.301234567", longitude="113.5", accuracy="11.2",
    )  # fmt: skip
    assert (status, told) == (201, {"key": str(key), "state": "kept", "caption": "总排口 标志牌"})
    row = Evidence.objects.get()
    assert (row.kind, row.point, row.caption, row.is_public) == ("photo", points[0], "总排口 标志牌", False)
    assert timezone.localtime(row.taken_at).isoformat() == "2026-10-09T09:41:00+08:00"
    assert (row.phone_ahead, row.original_name, row.digest) == (86400, "", sha(original))
    assert (str(row.latitude), str(row.longitude), row.accuracy) == ("33.301235", "113.500000", 12)
    assert stored() == [row.copy_name]
    # What is typed since goes by an address of its own: the answer says which caption is there.
    assert phone.send(copy, key=key, caption="变了") == (200, told | {"state": "again"})

    url = phone.address(key, "original")
    status, told = phone.post(url, copy)
    assert (status, "不是同一个文件" in told["error"]) == (422, True)
    assert phone.post(url, original) == (201, {"key": str(key), "state": "kept"})
    assert phone.post(url, original) == (200, {"key": str(key), "state": "again"})
    assert phone.post(url)[0] == 422
    row.refresh_from_db()
    assert kept_files.content(row.original_name) == original
    assert len(stored()) == 2
    assert list(AuditEntry.objects.filter(action__contains="证据").values_list("action", flat=True)) == [
        "补传证据原件", "添加现场证据",
    ]  # fmt: skip


def test_a_file_that_is_its_own_original_is_kept_whole_and_a_pdf_has_no_copy(phone):
    content = with_exif(orientation=6)
    assert phone.send(content)[0] == 201
    assert phone.send(PDF, "监测报告.pdf")[0] == 201
    picture, pdf = Evidence.objects.order_by("pk")
    assert kept_files.content(picture.original_name) == content
    assert timezone.localtime(picture.taken_at).isoformat() == "2026-10-08T09:41:00+08:00"  # the camera's
    assert (picture.width, picture.height) == (30, 40)
    assert (pdf.kind, pdf.copy_name, kept_files.content(pdf.original_name)) == ("pdf", "", PDF)


def test_the_same_photo_under_another_key_is_named_as_it_stands(phone, points):
    content, key = photo(), uuid.uuid4()
    there = {"caption": "同事写的", "point": str(points[0].pk), "taken_at": "2026-10-09T09:41:00+08:00"}
    assert phone.send(content, key=key, **there)[0] == 201
    status, told = phone.send(content, caption="我写的")
    assert (status, "已经传过" in told.pop("error")) == (409, True)
    assert told == there | {"key": str(key)}
    assert Evidence.objects.count() == 1 and len(stored()) == 2


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (b"", {}, "甲.jpg：是空文件"),
        (SVG, {}, "甲.jpg：不是照片，也不是 PDF"),
        (b"%PDF-<html></html>", {}, "PDF 不完整"),
        (photo()[:300], {}, "甲.jpg：打不开，文件已损坏或不完整。请重新拍摄或者另选一张。"),
        (photo() + bytes(15 * MB), {}, "每份最多 15 MB"),
        (photo(), {"digest": "0" * 64}, "没有写明大小"),
        (photo(), {"digest": "0" * 64, "original_size": 40 * MB}, "超过 15 MB"),
        (photo(), {"digest": "0" * 63}, "指纹不对"),
        (PDF, {"digest": "0" * 64, "original_size": 9}, "PDF 和它的指纹不一致"),
        (photo(), {"key": "1"}, "编号不对"),
        (photo(), {"point": "99999"}, "没有这个检查项目"),
        (photo(), {"point": "x" * 9999}, "没有这个检查项目"),
        (photo(), {"caption": "字" * 101}, "100"),
        (photo(), {"latitude": "nan", "longitude": "1"}, "位置不对"),
        (None, {}, "请选择照片"),
    ],
)
def test_what_cannot_be_taken_is_told_and_leaves_nothing(phone, content, fields, words):
    status, told = phone.post(phone.address(), content, **fields)
    assert status == 422
    assert words in told["error"]
    assert not Evidence.objects.exists() and stored() == []


def test_the_limits_of_a_point_and_of_a_visit_hold(phone, taken, points, monkeypatch):
    monkeypatch.setattr(queries, "PER_POINT", 2)
    monkeypatch.setattr(queries, "PER_VISIT", 3)
    for _ in "甲乙":
        taken(point=points[0])
    status, told = phone.send(photo(text="3"), point=str(points[0].pk))
    assert (status, "已经有 2 份，满了" in told["error"]) == (422, True)
    gone = taken()
    status, told = phone.send(photo(text="4"))
    assert (status, "已经有 3 份，满了" in told["error"]) == (422, True)
    verbs.remove(evidence=gone, actor=gone.by, reason="拍糊了，重拍")
    assert phone.send(photo(text="5"))[0] == 201


def test_after_the_report_is_handed_in_only_originals_come(phone, inspection, step):
    original, key = photo((90, 60)), uuid.uuid4()
    phone.send(photo(), key=key, digest=sha(original), original_size=len(original))
    step(inspection, "submitted")
    status, told = phone.send(photo(text="late"))
    assert (status, "检查已经提交" in told["error"]) == (409, True)
    assert phone.send(photo(), key=key)[0] == 200  # what a phone sends once more
    assert phone.post(phone.address(key, "original"), original)[0] == 201


def test_the_same_key_twice_at_once_is_kept_once(inspection, lead, monkeypatch):
    """The second is decoded and written while the first is not there yet, and gives way under the lock."""
    sent, real, first = Sent(key=uuid.uuid4(), content=photo()), verbs._written, []

    def meanwhile(*given):
        if not first:
            first.append(1)
            monkeypatch.setattr(verbs, "_written", real)
            assert verbs.add(inspection=inspection, actor=lead, sent=sent)[1]
        return real(*given)

    monkeypatch.setattr(verbs, "_written", meanwhile)
    row, is_new = verbs.add(inspection=inspection, actor=lead, sent=sent)
    assert (is_new, row) == (False, Evidence.objects.get())
    assert stored() == sorted([row.copy_name, row.original_name])


def test_a_full_disk_leaves_neither_row_nor_file(phone, monkeypatch):
    real, files = InMemoryStorage.save, []

    def save(self, name, content, **options):
        if files:
            raise OSError(errno.ENOSPC, "No space left on device")
        files.append(real(self, name, content, **options))
        return files[0]

    monkeypatch.setattr(InMemoryStorage, "save", save)
    status, told = phone.send(photo())
    assert (status, "存储空间满了" in told["error"]) == (507, True)
    assert len(files) == 1  # the copy was written before
    assert not Evidence.objects.exists() and stored() == []


def test_a_row_that_fails_takes_its_files_along(phone, monkeypatch):
    monkeypatch.setattr(verbs, "_trace", lambda *given, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        phone.send(photo())
    assert not Evidence.objects.exists() and stored() == []


def test_a_plain_form_takes_several_and_says_of_each_what_is_wrong(login, lead, inspection, phone):
    from django.core.files.uploadedfile import SimpleUploadedFile

    def file(name, content):
        return SimpleUploadedFile(name, content)

    client = login(lead)
    given = [file("好.jpg", photo(text="1")), file("空.jpg", b""), file("图.svg", SVG)]
    page = client.post(phone.address(), {"file": given, "caption": "厂区"})
    assert page.context["form"].errors["file"] == [
        "空.jpg：是空文件（0 字节）。请重新拍摄或者另选一张。",
        "图.svg：不是照片，也不是 PDF。只收 JPEG、PNG、WEBP、HEIC 照片和 PDF；截图请存成 PNG 再选。",
    ]
    assert [row.caption for row in Evidence.objects.all()] == ["厂区"]
    done = client.post(phone.address(), {"file": [file("好.jpg", photo(text="2"))]})
    assert (done.status_code, done["Location"]) == (302, phone.address())
    many = [file(f"{number}.jpg", photo()) for number in range(10)]
    assert "一次最多选 9 份" in client.post(phone.address(), {"file": many}).content.decode()
    assert Evidence.objects.count() == 2
    assert 'type="file"' in client.get(phone.address()).content.decode()


def test_a_replaced_draw_and_a_foreign_key_are_refused(phone, taken, inspection, lead, login):
    other = Inspection.objects.exclude(pk=inspection.pk).filter(state=InspectionState.DRAFT).first()
    foreign = taken(other, other.selection.team.get(is_lead=True).officer.user)
    status, told = phone.send(photo(), key=foreign.key)
    assert (status, "编号已经用过" in told["error"]) == (409, True)
    assert "key" not in told
    assert phone.post(phone.address(foreign.key, "original"), photo())[0] == 404
