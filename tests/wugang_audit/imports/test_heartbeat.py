"""A process that died shows at once, whatever it was doing, and what it was to do can be tried again."""

import datetime
import subprocess
import sys
import threading

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from killed import STOP, environment, killed

from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.imports import jobs, worker
from wugang_audit.imports.models import ImportJob, ImportState

UPLOAD = "/admin/sources/pollutionsource/import/"
ROWS = [[f"410481-{n:04d}", f"虚构{n}厂", "一般", "2669"] for n in range(1, 4)]
# What a process does that is killed: it takes the way of the real one, and stops where the test kills it.
IN_THE_MIDDLE = """
from django.core.management import call_command
from sources.importer import SourceImporter
setattr(SourceImporter, sys.argv[1], stop)
call_command("run_import", int(sys.argv[2]), started=True)
"""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("specialities")]


@pytest.fixture
def long_files(monkeypatch, settings):
    settings.IMPORT_AT_ONCE = 0
    monkeypatch.setattr(jobs, "BEGUN", datetime.timedelta(0))


@pytest.fixture
def stopped_in(monkeypatch):
    """Let the next process stop in a method of the importer; returns what waits until it is there, and gives it back."""
    popen = subprocess.Popen
    started = []

    def prepare(method):
        def instead(command, **options):
            pk = command[command.index("run_import") + 1]
            options |= {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment()}
            started.append(popen([sys.executable, "-c", STOP + IN_THE_MIDDLE, method, pk], **options))
            return started[-1]

        monkeypatch.setattr(worker.subprocess, "Popen", instead)

        def there():
            assert started[-1].stdout.readline() == b"there\n"
            return started[-1]

        return there

    yield prepare
    for process in started:
        process.stdin.close()
        process.stdout.close()
        process.kill()
        process.wait()


def test_a_process_killed_while_it_reads_shows_at_once(login, admin, long_files, stopped_in, monkeypatch):
    client = login(admin)
    there = stopped_in("read_workbook")
    url = client.post(UPLOAD, {"file": SimpleUploadedFile("名录.xlsx", workbooks.of_units(*ROWS))}).url
    process = there()
    assert "正在读取" in client.get(url).content.decode()
    killed(process)
    page = client.get(url).content.decode()
    assert ("再试一次" in page, "处理时中断了" in page) == (True, True)
    monkeypatch.setattr(worker, "start", lambda pk: call_command("run_import", pk))
    monkeypatch.setattr(worker, "bound", lambda: None)
    client.post(f"{url}retry/")
    assert client.get(url).context["preview"].new == 3


def test_a_process_killed_in_the_middle_of_its_transaction_leaves_nothing_and_can_be_repeated(
    login, admin, long_files, stopped_in, monkeypatch
):
    client = login(admin)
    with monkeypatch.context() as patched:
        patched.setattr(worker, "start", lambda pk: call_command("run_import", pk))
        patched.setattr(worker, "bound", lambda: None)
        url = client.post(UPLOAD, {"file": SimpleUploadedFile("名录.xlsx", workbooks.of_units(*ROWS))}).url
    there = stopped_in("write_more")  # after the rows, before the end of the transaction
    client.post(url, {"reason": "核对"})
    process = there()
    assert "正在写入名录" in client.get(url).content.decode()
    client.post(f"{url}retry/")  # nothing, while it lives
    assert ImportJob.objects.get().state == ImportState.WRITING
    killed(process)
    assert "再试一次" in client.get(url).content.decode()
    assert PollutionSource.objects.count() == 0
    monkeypatch.setattr(worker, "start", lambda pk: call_command("run_import", pk))
    monkeypatch.setattr(worker, "bound", lambda: None)
    client.post(f"{url}retry/")
    client.post(url, {"reason": "核对"})
    assert (PollutionSource.objects.count(), ImportJob.objects.get().state) == (3, ImportState.APPLIED)


def test_a_second_process_is_not_started_beside_one_that_lives(monkeypatch):
    started = []
    monkeypatch.setattr(worker, "LEAVING", 0)
    monkeypatch.setattr(worker.subprocess, "Popen", lambda *_, **options: started.append(options))
    with worker.at_work(7):
        worker.start(7)
        assert (started, worker.is_alive(7), worker.is_alive(8)) == ([], True, False)
        assert not worker.is_alive(7, worker.MARK)
    worker.start(7)
    assert len(started) == 1
    assert not worker.is_alive(7)


def test_a_process_that_is_just_leaving_is_waited_for(monkeypatch):
    started, leaves = [], threading.Event()
    monkeypatch.setattr(worker.subprocess, "Popen", lambda *_, **options: started.append(options))
    monkeypatch.setattr(worker.time, "sleep", lambda _: leaves.set())

    def leave():
        with worker.at_work(7):
            holds.set()
            leaves.wait()

    holds = threading.Event()
    thread = threading.Thread(target=leave)
    thread.start()
    holds.wait()
    worker.start(7)
    thread.join()
    assert len(started) == 1


def test_what_was_imported_after_all_is_not_read_again(admin, long_files, monkeypatch):
    job = ImportJob.objects.create(
        registry=SourceImporter.kind,
        owner=admin,
        filename="a",
        content=b"x",
        sha256="0",
        state=ImportState.WRITING,
    )
    stale = ImportJob.objects.get(pk=job.pk)
    ImportJob.objects.update(state=ImportState.APPLIED, applied_at=job.created_at)
    jobs.retry(SourceImporter(), stale)
    assert ImportJob.objects.get().state == ImportState.APPLIED
