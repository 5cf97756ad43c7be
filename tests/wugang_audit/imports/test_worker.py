"""Long imports: a process of their own reads and writes them, the job says how far it is and why it broke off."""

import datetime
import os

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.imports import jobs, worker
from wugang_audit.imports.models import ImportJob, ImportState

WHY = {"reason": "十月名录核对"}  # what the clerk says where the changes come from
UPLOAD = "/admin/sources/pollutionsource/import/"

pytestmark = pytest.mark.usefixtures("specialities")


def units(count):
    rows = ([f"410481-{n:04d}", f"虚构{n}厂", "一般", "2669"] for n in range(1, count + 1))
    return workbooks.of_units(*rows)


@pytest.fixture
def started(monkeypatch, settings):
    """Let every file be a long one; return the numbers of the jobs for which a process was asked."""
    settings.IMPORT_AT_ONCE = 0
    numbers = []
    monkeypatch.setattr(worker, "start", numbers.append)
    monkeypatch.setattr(worker, "bound", lambda: None)
    return numbers


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, content):
    return client.post(UPLOAD, {"file": SimpleUploadedFile("名录.xlsx", content)}).url


def test_a_long_file_is_read_and_written_apart_and_the_page_says_so_meanwhile(
    client, started, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        url = upload(client, units(3))
    job = ImportJob.objects.get()
    assert (started, job.state) == ([job.pk], ImportState.READING)
    page = client.get(url).content.decode()
    assert '<meta http-equiv="refresh" content="2">' in page
    assert "正在读取，已读 0%" in page
    call_command("run_import", job.pk)
    assert client.get(url).context["preview"].new == 3
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, WHY)
    assert (started, PollutionSource.objects.count()) == ([job.pk, job.pk], 0)
    assert "正在写入名录，请稍候" in client.get(url).content.decode()
    call_command("run_import", job.pk)
    assert PollutionSource.objects.count() == 3
    assert "导入名录" in client.get(url).content.decode()


def test_a_second_click_while_it_is_written_starts_nothing_more(
    client, started, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        url = upload(client, units(1))
    call_command("run_import", started[0])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, WHY)
        client.post(url, WHY)
    assert len(started) == 2
    call_command("run_import", started[0])
    call_command("run_import", started[0])  # a second process finds it done
    assert PollutionSource.history.count() == 1


def test_the_upload_page_leads_back_to_what_is_at_work(client, started):
    url = upload(client, units(1))
    ImportJob.objects.update(percent=40)
    page = client.get(UPLOAD).content.decode()
    assert f'<a href="{url}">名录.xlsx</a>' in page
    assert "正在读取 40%" in page


def test_the_ticks_go_with_the_job(client, started, make_source):
    unit = make_source(1, number="410481-0001", category="general", industry_code="2669")
    url = upload(client, units(2))
    call_command("run_import", ImportJob.objects.get().pk)
    client.post(url, WHY | {"tick": "2:name"})
    call_command("run_import", ImportJob.objects.get().pk)
    unit.refresh_from_db()
    assert unit.name == "虚构1厂"


def test_an_outdated_preview_is_said_on_the_page_to_which_the_clerk_comes_back(client, started, make_source):
    url = upload(client, units(2))
    pk = ImportJob.objects.get().pk
    call_command("run_import", pk)
    client.post(url, WHY)
    make_source(1, number="410481-0001")
    call_command("run_import", pk)
    page = client.get(url)
    assert page.context["outcome"].startswith("预览之后名录有了变动")
    assert ImportJob.objects.get().state == ImportState.READY


@pytest.mark.parametrize(
    ("error", "said"),
    [(MemoryError, "内存不够"), (TimeoutError, "用时太久"), (RuntimeError, "处理时中断了")],
)
def test_what_breaks_off_is_said_nothing_is_written_and_it_can_be_tried_again(
    client, started, monkeypatch, error, said
):
    url = upload(client, units(2))
    job = ImportJob.objects.get()

    def broken(*_):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(SourceImporter, "read_workbook", broken)
        call_command("run_import", job.pk)
    page = client.get(url).content.decode()
    assert (said in page, "名录没有变动" in page, "再试一次" in page) == (True, True, True)
    client.post(f"{url}retry/")
    call_command("run_import", job.pk)
    assert client.get(url).context["preview"].new == 2


def test_a_write_that_breaks_off_leaves_nothing_behind(client, started, monkeypatch):
    url = upload(client, units(2))
    job = ImportJob.objects.get()
    call_command("run_import", job.pk)
    client.post(url, WHY)

    def broken(*_):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(SourceImporter, "write_more", broken)
        call_command("run_import", job.pk)
    job.refresh_from_db()
    assert (job.state, PollutionSource.objects.count()) == (ImportState.FAILED, 0)


def test_a_process_that_died_is_noticed_and_a_living_one_is_left_alone(client, started):
    url = upload(client, units(1))
    client.post(f"{url}retry/")
    assert ImportJob.objects.get().state == ImportState.READING
    assert "再试一次" not in client.get(url).content.decode()
    ImportJob.objects.update(beat_at=timezone.now() - datetime.timedelta(minutes=3))
    assert "再试一次" in client.get(url).content.decode()


def test_a_short_file_that_breaks_off_is_not_at_work_for_ever(admin, monkeypatch):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(SourceImporter, "check", broken)
    with pytest.raises(RuntimeError):
        jobs.submit(SourceImporter(), SimpleUploadedFile("名录.xlsx", units(1)), admin)
    assert ImportJob.objects.get().state == ImportState.FAILED


def test_reading_tells_how_far_it_is(admin, started, monkeypatch):
    monkeypatch.setattr(jobs, "BEAT", 0)
    job = jobs.submit(SourceImporter(), SimpleUploadedFile("名录.xlsx", units(1200)), admin)
    told = []
    monkeypatch.setattr(jobs._Progress, "__call__", lambda self, share: told.append(share), raising=True)
    jobs.work(SourceImporter(), job, progress=True)
    assert len(told) == 3
    assert 0 < told[0] <= told[1] <= told[2] == 1


def test_a_job_that_is_gone_is_said():
    with pytest.raises(CommandError, match="没有这个导入：9"):
        call_command("run_import", 9)


@pytest.mark.django_db(transaction=True)
def test_the_process_itself_reads_the_file_under_its_limits(admin, monkeypatch, settings):
    settings.IMPORT_AT_ONCE = 0
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    monkeypatch.setitem(os.environ, "DATABASE_URL", url)
    processes = []
    popen = worker.subprocess.Popen

    def kept(*args, **options):
        processes.append(popen(*args, **options))
        return processes[-1]

    monkeypatch.setattr(worker.subprocess, "Popen", kept)
    job = jobs.submit(SourceImporter(), SimpleUploadedFile("名录.xlsx", units(30)), admin)
    assert processes[0].wait() == 0
    job.refresh_from_db()
    assert (job.state, job.percent, job.preview["new"]) == (ImportState.READY, 100, 30)
    assert jobs.confirm(SourceImporter(), job) == jobs.STARTED
    assert processes[1].wait() == 0
    assert PollutionSource.objects.count() == 30
