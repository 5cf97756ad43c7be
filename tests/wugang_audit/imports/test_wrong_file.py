"""A file that was uploaded by mistake: discarded at any stage before it is written, and what still waits then."""

import datetime

import bureau_lists
import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pages import said

from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports import jobs, marking, wrong_file
from wugang_audit.imports.models import ImportJob, ImportState, PreviewPage

UPLOAD = "/admin/sources/pollutionsource/import/"
WHY = {"reason": "十月名录核对"}
GOOD, BAD = ["410481-0001", "一厂", "一般", "2669"], ["410481-0002", "二厂", "其它", "2669"]

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, content, name="名录.xlsx", at=UPLOAD):
    return client.post(at, {"file": SimpleUploadedFile(name, content)}).url


def page_of(client, url):
    return client.get(url, follow=True).content.decode()


def waiting(client, at=UPLOAD):
    return [(each.job.filename, each.stands) for each in client.get(at).context["waiting"]]


@pytest.mark.parametrize(
    ("content", "page"),
    [
        (workbooks.of_units(GOOD), ""),  # to be confirmed
        (workbooks.of_units(GOOD, BAD), ""),  # with faults
        (workbooks.of_units(GOOD, BAD), "mend/"),
        (workbooks.of_rows(["单位名称"], ["一厂"]), "columns/"),  # of which the clerk is asked
        (b"\x89PNG", ""),  # damaged
    ],
)
def test_a_file_is_discarded_at_each_stage_after_one_question(client, admin, content, page):
    url = upload(client, content)
    (job,) = ImportJob.objects.all()
    assert f'href="{url}discard/">不要这个文件了</a>' in page_of(client, url + page)
    assert "确定不要这个文件了吗" in page_of(client, f"{url}discard/")
    assert ImportJob.objects.get().state == ImportState.READY  # a question discards nothing
    done = client.post(f"{url}discard/", follow=True)
    assert said(done) == ["已放弃“名录.xlsx”，名录没有变动。"]
    assert done.redirect_chain == [(UPLOAD, 302)]
    job.refresh_from_db()
    assert (job.state, job.discarded_by) == (ImportState.DISCARDED, admin)
    assert timezone.now() - job.discarded_at < datetime.timedelta(minutes=1)
    entry = AuditEntry.objects.get(action="放弃污染源名录的导入文件")
    assert (entry.actor, entry.target, entry.changes) == (admin, "名录.xlsx", {"sha256": job.sha256})


def test_nothing_is_kept_of_it_but_who_discarded_it_and_when(client):
    url = upload(client, workbooks.of_units(GOOD, BAD))
    group = client.get(f"{url}mend/").context["groups"][0]
    client.post(f"{url}mend/", {f"text-{group.code}": "还是错"})
    client.post(f"{url}discard/")
    job = ImportJob.objects.get()
    assert (bytes(job.content), bytes(job.staged), bytes(job.marked)) == (b"", b"", b"")
    assert (job.preview, job.corrections, job.choice) == ({}, {}, {})
    assert not PreviewPage.objects.exists()
    when = f"{timezone.localtime(job.discarded_at):%Y年%-m月%-d日 %H:%M}"
    assert f"{when} 苏管理说不要这个文件了" in page_of(client, url)


@pytest.mark.parametrize(
    "step", ["columns/", "mend/", "rows/", "marked/", "missing/", "retry/", "discard/", ""]
)
def test_a_discarded_file_stays_so_whatever_is_sent_to_its_old_pages(client, step):
    url = upload(client, workbooks.of_units(GOOD))
    client.post(f"{url}discard/")
    for answer in (client.post(url + step, WHY), client.get(url + step)):
        assert answer.status_code in (200, 302, 404)
    job = ImportJob.objects.get()
    assert (job.state, bytes(job.content)) == (ImportState.DISCARDED, b"")
    assert not PollutionSource.objects.exists()
    assert AuditEntry.objects.filter(action="放弃污染源名录的导入文件").count() == 1


def test_what_was_imported_or_is_being_written_is_not_discarded(client, admin):
    url = upload(client, workbooks.of_units(GOOD))
    client.post(url, WHY)
    refused = client.post(f"{url}discard/")
    assert "到“历次导入”里撤销" in said(client.get(refused.url))[-1]
    assert "不要这个文件了" not in page_of(client, url)
    url = upload(client, workbooks.of_units(BAD))
    ImportJob.objects.filter(state=ImportState.READY).update(
        state=ImportState.WRITING, beat_at=timezone.now()
    )
    assert "正在写入名录，现在不能放弃" in said(client.post(f"{url}discard/", follow=True))[0]
    assert not ImportJob.objects.filter(state=ImportState.DISCARDED).exists()


def test_a_file_whose_work_broke_off_can_be_discarded(client):
    url = upload(client, workbooks.of_units(GOOD))
    ImportJob.objects.update(
        state=ImportState.WRITING, beat_at=timezone.now() - datetime.timedelta(minutes=1)
    )
    assert "不要这个文件了" in page_of(client, url)
    client.post(f"{url}discard/")
    assert ImportJob.objects.get().state == ImportState.DISCARDED


def test_a_process_that_is_still_at_work_does_not_bring_a_discarded_file_back(client, admin):
    upload(client, workbooks.of_units(GOOD, BAD))
    job = ImportJob.objects.get()
    ImportJob.objects.update(
        state=ImportState.READING, marked_for=marking.key_of(job), marking=marking.MAKING
    )
    reading, making, failing = (ImportJob.objects.get() for _ in range(3))
    wrong_file.discard(SourceImporter(), job, admin)
    jobs.work(SourceImporter(), reading, progress=True)
    jobs.fail(failing, jobs.BROKEN)
    marking.make(SourceImporter(), making)
    found = ImportJob.objects.get()
    assert (found.state, bytes(found.content), bytes(found.marked)) == (ImportState.DISCARDED, b"", b"")
    assert not PreviewPage.objects.exists()
    jobs.read(SourceImporter(), job)
    assert ImportJob.objects.get().state == ImportState.DISCARDED


def test_the_same_file_can_be_uploaded_again_after_it_was_discarded(client):
    content = workbooks.of_units(GOOD)
    first = upload(client, content)
    client.post(f"{first}discard/")
    second = upload(client, content)
    assert second != first
    client.post(second, WHY)
    assert PollutionSource.objects.count() == 1


def test_only_what_can_still_be_imported_waits_each_with_what_it_waits_for(client):
    same = ["410481-0003", "三厂", "一般", "2669"]
    client.post(upload(client, workbooks.of_units(same)), WHY)
    sound = workbooks.of_units(GOOD)
    upload(client, sound, "好的.xlsx")
    upload(client, workbooks.of_units(GOOD, BAD), "有错.xlsx")
    upload(client, workbooks.of_rows(["单位名称"], ["一厂"]), "要问.xlsx")
    upload(client, b"\x89PNG", "图片.png")
    upload(client, workbooks.of_units(same), "没有变动.xlsx")
    client.post(f"{upload(client, workbooks.of_units(BAD), '不要的.xlsx')}discard/")
    assert waiting(client) == [
        ("要问.xlsx", "要指定工作表或列"), ("有错.xlsx", "有 1 处错误要改"), ("好的.xlsx", "待确认")
    ]  # fmt: skip
    client.post(upload(client, sound, "好的.xlsx"), WHY)
    assert [name for name, _ in waiting(client)] == ["要问.xlsx", "有错.xlsx"]
    job = ImportJob.objects.get(filename="有错.xlsx")
    for state, stands in (("reading", "正在读取 100%"), ("writing", "正在写入"), ("failed", "中断")):
        ImportJob.objects.filter(pk=job.pk).update(state=state, beat_at=timezone.now())
        assert ("有错.xlsx", stands) in waiting(client)


def test_nobody_discards_the_file_of_another(client, login, person):
    url = upload(client, workbooks.of_units(GOOD))
    other = login(person("admin2", Role.ADMIN))
    assert (other.get(f"{url}discard/").status_code, other.post(f"{url}discard/").status_code) == (404, 404)
    assert ImportJob.objects.get().state == ImportState.READY


OFFICERS = "/admin/enforcers/officer/import/"


def test_a_list_of_another_registry_goes_on_there_by_one_button(client, admin):
    content = bureau_lists.officers_with_certificates()
    url = upload(client, content, "人员.xlsx")
    page = page_of(client, url)
    assert "转到“执法人员名录”核对</button>" in page
    assert waiting(client) == []
    done = client.post(f"{url}move/", follow=True)
    assert done.redirect_chain[0][0].startswith(OFFICERS)
    assert said(done) == ["已把“人员.xlsx”转到“执法人员名录”，不用再上传。"]
    here, there = ImportJob.objects.order_by("pk")
    assert (here.registry, here.state, bytes(here.content)) == ("sources", ImportState.DISCARDED, b"")
    assert (there.registry, there.owner, bytes(there.content)) == ("officers", admin, content)
    assert (there.filename, there.sha256, there.preview["rather"]) == ("人员.xlsx", here.sha256, "")
    entry = AuditEntry.objects.get(action="放弃污染源名录的导入文件")
    assert entry.changes == {"sha256": here.sha256, "moved_to": "执法人员名录"}
    again = client.post(f"{url}move/", follow=True)
    assert said(again)[0].startswith("这个文件不能转到别的名录")
    assert ImportJob.objects.count() == 2


def test_a_file_goes_on_only_where_this_person_may_import_and_only_once_it_looks_so(client, monkeypatch):
    from enforcers.admin import OfficerAdmin

    url = upload(client, bureau_lists.officers_with_certificates(), "人员.xlsx")
    monkeypatch.setattr(OfficerAdmin, "has_add_permission", lambda self, request: False)
    page = page_of(client, url)
    assert "更像“执法人员名录”" in page
    assert "核对</button>" not in page.replace("按这样读取并核对</button>", "")
    assert said(client.post(f"{url}move/", follow=True))[0].startswith("这个文件不能转到别的名录")
    assert ImportJob.objects.get().state == ImportState.READY
    monkeypatch.undo()
    own = upload(client, workbooks.of_units(GOOD), "名录.xlsx")
    client.post(f"{own}move/")
    assert not ImportJob.objects.filter(registry="officers").exists()


def test_nobody_moves_the_file_of_another(client, login, person):
    url = upload(client, bureau_lists.officers_with_certificates(), "人员.xlsx")
    other = login(person("admin2", Role.ADMIN))
    assert other.post(f"{url}move/").status_code == 404
    assert ImportJob.objects.get().state == ImportState.READY
