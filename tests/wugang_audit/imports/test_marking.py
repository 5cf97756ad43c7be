"""The marked workbook of a long faulty file: made by a process of its own, fetched once it is there."""

import io

import openpyxl
import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from wugang_audit.imports import jobs, marking, worker
from wugang_audit.imports.models import ImportJob

UPLOAD = "/admin/sources/pollutionsource/import/"
GOOD, BAD = ["410481-0001", "一厂", "一般", "2669"], ["410481-0002", "二厂", "其它", "2669"]

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def started(monkeypatch, settings):
    """Let every file be a long one; return what a process was asked for."""
    settings.IMPORT_AT_ONCE = 0
    asked = []
    monkeypatch.setattr(worker, "start", lambda pk, task="work": asked.append(task))
    monkeypatch.setattr(worker, "bound", lambda: None)
    return asked


@pytest.fixture
def page(login, admin, started, django_capture_on_commit_callbacks):
    """Upload a faulty file, have it read; return (client, address of its marked workbook, whoever runs callbacks)."""
    client = login(admin)
    file = SimpleUploadedFile("名录.xlsx", workbooks.of_units(GOOD, BAD))
    url = client.post(UPLOAD, {"file": file}).url
    call_command("run_import", ImportJob.objects.get().pk)
    return client, f"{url}marked/", django_capture_on_commit_callbacks


def text(client, address):
    return client.get(address).content.decode()


def test_a_long_workbook_is_marked_apart_and_fetched_when_it_is_there(page, started):
    client, address, callbacks = page
    assert "开始标注" in text(client, address)
    with callbacks(execute=True):
        client.post(address)
        client.post(address)
    assert started == ["mark"]
    assert "正在标注" in text(client, address)
    assert "正在标注" in text(client, f"{address}?file=1")
    call_command("run_import", ImportJob.objects.get().pk, task=worker.MARK)
    assert "下载标注错误的工作簿" in text(client, address)
    content = b"".join(client.get(f"{address}?file=1").streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.worksheets[0]["C3"].comment.text.startswith("错误：")


def test_one_that_was_made_for_other_faults_is_not_handed_out(page, started):
    client, address, callbacks = page
    with callbacks(execute=True):
        client.post(address)
    job = ImportJob.objects.get()
    call_command("run_import", job.pk, task=worker.MARK)
    job.refresh_from_db()
    assert marking.state_of(job) == marking.MADE
    job.preview["faulty"] = 2
    assert marking.state_of(job) == ""


def test_a_marking_that_died_or_broke_off_can_be_asked_for_again(page, started, monkeypatch):
    client, address, callbacks = page
    client.post(address)
    monkeypatch.setattr(jobs, "BEGUN", -jobs.BEGUN)
    assert "再试一次" in text(client, address)

    def broken(*_):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "marked", broken)
        call_command("run_import", ImportJob.objects.get().pk, task=worker.MARK)
    assert "文件太大，内存不够" in text(client, address)
    with callbacks(execute=True):
        client.post(address)
    assert started == ["mark"]


def test_a_short_one_comes_at_once(page, settings):
    client, address, _ = page
    settings.IMPORT_AT_ONCE = 10**9
    assert client.get(address)["Content-Disposition"].startswith("attachment")
