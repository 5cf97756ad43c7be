"""Files that lie about themselves, and a server without room: told in words, never half-written."""

import errno

import pytest
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test.client import FakePayload
from evidence.photo_files import PDF, SCRIPT, bomb, huge_jpeg, moving, photo, with_exif, with_text

from drawings.inspections.evidence import kept_files
from drawings.models import Evidence

PAGE = f"<!doctype html><html><body>{SCRIPT}</body></html>".encode()
MB = 1024 * 1024


def no_room(*given, **more):
    raise OSError(errno.ENOSPC, "No space left on device")


def files_now():
    storage = kept_files.files()
    return [name for folder in storage.listdir("")[0] for name in storage.listdir(folder)[1]]


@pytest.mark.parametrize(
    ("content", "name", "ending"),
    [
        (photo() + PAGE, "a.html", "jpg"),  # a picture, then a page
        (with_text(), "a.jpg", "png"),
        (with_exif(), "<script>.svg", "jpg"),
        (photo(form="PNG"), "../../a.php", "png"),
    ],
)
def test_a_file_that_is_two_things_at_once_is_shown_as_a_picture_alone(
    phone, content, name, ending, login, lead
):
    assert phone.send(content, name)[0] == 201
    row = Evidence.objects.get()
    assert row.original_name.endswith(f".{ending}") and row.copy_name.endswith(".jpg")
    assert b"script" not in kept_files.content(row.copy_name).lower()
    shown = login(lead).get(phone.address(row.key, "copy"))
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    brought = login(lead).get(phone.address(row.key, "original"))
    assert brought["Content-Type"] == "application/octet-stream"
    assert brought["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "content",
    [b"", PAGE, photo()[:300], bomb(), huge_jpeg(), moving("PNG"), photo() + bytes(15 * MB), PDF[:-8]],
)
def test_each_refusal_names_the_file_and_says_what_to_do(phone, login, lead, content):
    status, told = phone.send(content, "排口.jpg")
    assert status == 422
    assert told["error"].startswith("排口.jpg：") and any(way in told["error"] for way in ("请", "只收"))
    page = login(lead).post(phone.address(), {"file": SimpleUploadedFile("排口.jpg", content)})
    assert page.context["form"].errors["file"] == [told["error"]]
    assert not Evidence.objects.exists() and files_now() == []


def test_forty_megabytes_are_refused_before_they_are_read(phone, login, lead):
    class Untouched(FakePayload):
        def read(self, *given):
            raise AssertionError("the body was read")

    meta = {"CONTENT_LENGTH": str(40 * MB), "wsgi.input": Untouched(b"x")}
    answer = login(lead).generic("POST", phone.address(), b"", content_type="multipart/form-data", **meta)
    assert answer.status_code == 413
    assert "一次最多接收 20 MB" in answer.content.decode() and "换小一些的文件" in answer.content.decode()


def test_a_full_temporary_folder_is_told_and_nothing_stays(phone, login, lead, settings, monkeypatch):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", no_room)
    phone.client.raise_request_exception = False
    status, told = phone.send(photo())
    assert (status, "存储空间满了" in told["error"]) == (507, True)
    client = login(lead)
    client.raise_request_exception = False
    page = client.post(phone.address(), {"file": SimpleUploadedFile("甲.jpg", photo())})
    assert (page.status_code, "存储空间满了" in page.content.decode()) == (507, True)
    assert not Evidence.objects.exists() and files_now() == []
    monkeypatch.undo()
    assert phone.send(photo())[0] == 201  # what the phone kept


def test_a_full_disk_is_told_on_the_page_and_for_an_original(phone, login, lead, taken, monkeypatch):
    original = photo((90, 60))
    row = taken(digest=kept_files.sha256(original), original_size=len(original))
    before = files_now()
    monkeypatch.setattr(InMemoryStorage, "_save", no_room)
    client, address = login(lead), phone.address(row.key, "original")
    page = client.post(phone.address(), {"file": SimpleUploadedFile("甲.jpg", photo())})
    [said] = page.context["form"].errors["file"]
    assert said.startswith("甲.jpg：服务器的存储空间满了，没有保存。请保留手机里的这一份")
    status, told = phone.post(address, original)
    assert (status, "存储空间满了" in told["error"]) == (507, True)
    page = client.post(address, {"file": SimpleUploadedFile("甲.jpg", original)}, follow=True)
    assert "存储空间满了" in page.content.decode()
    row.refresh_from_db()
    assert (row.original_name, files_now(), Evidence.objects.count()) == ("", before, 1)
    monkeypatch.undo()
    assert phone.post(address, original)[0] == 201
