"""The pages of past imports: what the list tells, who may undo, and what is said where nobody may."""

import datetime

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pages import said
from sound_units import unit, units

from enforcers.importer import OfficerImporter
from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports.models import ImportJob, ImportState

WHY = {"reason": "十月名录核对"}  # what the clerk says where the changes come from
HISTORY = "/admin/sources/pollutionsource/import/history/"

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def other(person):
    return person("admin2", Role.ADMIN, full_name="钱另管")


@pytest.fixture
def brought_in(brought_in):
    """Import units of these names as the confirmation of a job does; return the job."""

    def do(*names, **options):
        rows = [unit(serial, 单位名称=name) for serial, name in enumerate(names, 1)]
        return brought_in(*rows, **options)[1]

    return do


def undo_page(job):
    return f"/admin/sources/pollutionsource/import/{job.pk}/undo/"


def test_an_import_is_undone_with_a_reason_and_the_list_says_by_whom(client, brought_in, other, admin):
    job = brought_in("一厂", "二厂", owner=other)
    page = client.get(undo_page(job)).content.decode()
    assert "410481-0001 一厂（新增）" in page
    assert "<p>污染源：去掉新增的 2 条</p>" in page
    done = client.post(undo_page(job), {"reason": "选错了文件"}, follow=True)
    assert done.redirect_chain == [(HISTORY, 302)]
    assert said(done) == ["已撤销“名录.xlsx”的导入，名录恢复到导入以前；历史记录都保留。"]
    assert PollutionSource.objects.count() == 0
    job.refresh_from_db()
    assert (job.state, job.undone_by, job.undone_why) == (ImportState.UNDONE, admin, "选错了文件")
    assert (
        f"已于 {timezone.localtime(job.undone_at):%Y-%m-%d %H:%M} 由苏管理撤销：选错了文件"
        in done.content.decode()
    )
    assert AuditEntry.objects.first().action == "撤销导入污染源名录"


def test_without_a_reason_and_without_a_post_nothing_is_undone(client, brought_in):
    job = brought_in("一厂")
    client.get(undo_page(job), {"reason": "选错了文件"})
    assert client.post(undo_page(job), {"reason": " "}).context["form"].errors == {
        "reason": ["请写明撤销原因。"]
    }
    assert PollutionSource.objects.count() == 1


def test_what_stands_in_the_way_is_said_and_nothing_is_offered(client, brought_in):
    job = brought_in("一厂")
    brought_in("新名", filename="后来.xlsx")
    page = client.get(undo_page(job))
    (obstacle,) = page.context["prospect"].obstacles
    assert obstacle.startswith("导入以后又改动过的污染源：410481-0001（苏管理，")
    assert (obstacle in page.content.decode(), "撤销这次导入</button>" in page.content.decode()) == (
        True,
        False,
    )
    refused = client.post(undo_page(job), {"reason": "选错了文件"}, follow=True)
    assert (refused.redirect_chain, said(refused)) == ([(undo_page(job), 302)], [f"没有撤销。{obstacle}"])
    assert PollutionSource.objects.get().name == "新名"


def test_the_list_shows_all_imports_of_this_registry_newest_first_and_links_only_ones_own(
    client, brought_in, other, admin
):
    mine, theirs = brought_in("一厂"), brought_in("一厂", "二厂", owner=other, filename="别人.xlsx")
    ImportJob.objects.create(registry="sources", owner=admin, filename="未导入.xlsx", sha256="", content=b"")
    ImportJob.objects.create(
        registry="officers", owner=admin, filename="人员.xlsx", sha256="", content=b"", applied_at=timezone.now(),
        preview=mine.preview,
    )  # fmt: skip
    page = client.get(HISTORY)
    assert [(row.job, row.preview_url, row.undo_url) for row in page.context["rows"]] == [
        (theirs, "", undo_page(theirs)),
        (mine, undo_page(mine).removesuffix("undo/"), undo_page(mine)),
    ]
    assert [(row.job.new, row.job.changed, row.job.unchanged) for row in page.context["rows"]] == [
        (1, 0, 1),
        (1, 0, 0),
    ]


def test_one_that_is_undone_has_no_button_and_its_own_page_says_so(client, brought_in):
    job = brought_in("一厂")
    client.post(undo_page(job), {"reason": "选错了文件"})
    assert [row.undo_url for row in client.get(HISTORY).context["rows"]] == [""]
    assert (
        "由苏管理撤销：选错了文件。要再导入，请"
        in client.get(undo_page(job).removesuffix("undo/")).content.decode()
    )
    again = client.post(undo_page(job), {"reason": "再来"}, follow=True)
    assert said(again)[0].startswith("没有撤销。这次导入已于 ")
    assert PollutionSource.history.count() == 2


def test_the_pages_lead_to_each_other(client, brought_in):
    job = brought_in("一厂")
    upload = client.get("/admin/sources/pollutionsource/import/").content.decode()
    assert f'href="{HISTORY}">历次导入</a>' in upload
    preview = client.get(undo_page(job).removesuffix("undo/")).content.decode()
    assert f'href="{undo_page(job)}">撤销这次导入</a>' in preview


def test_only_who_may_import_sees_and_undoes_imports(brought_in, person, login, stranger):
    job = brought_in("一厂")
    for role in Role:
        client = login(person(f"only-{role}", role))
        opened = [client.get(url).status_code for url in (HISTORY, undo_page(job))]
        assert (opened == [200, 200]) == (role == Role.ADMIN), role
        if role != Role.ADMIN:
            client.post(undo_page(job), {"reason": "x"})
    assert stranger.post(undo_page(job), {"reason": "x"})["Location"].startswith("/admin/login/")
    assert PollutionSource.objects.count() == 1


def test_an_upload_that_was_not_imported_or_is_of_another_registry_has_no_such_page(
    client, brought_in, admin
):
    job = brought_in("一厂")
    waiting = ImportJob.objects.create(registry="sources", owner=admin, filename="x", sha256="", content=b"")
    assert client.get(undo_page(waiting)).status_code == 404
    assert client.get(f"/admin/enforcers/officer/import/{job.pk}/undo/").status_code == 404


def test_the_list_costs_the_same_for_3_and_30_imports_and_is_paged(client, brought_in, other):
    counts = []
    template = brought_in("一厂")
    for size in (3, 30):
        ImportJob.objects.exclude(pk=template.pk).delete()
        moment = timezone.now()
        ImportJob.objects.bulk_create(
            ImportJob(
                registry="sources", owner=other, filename=f"{n}.xlsx", sha256="", content=b"",
                preview=template.preview, applied_at=moment + datetime.timedelta(minutes=n),
                undone_at=moment, undone_by=other,
            )
            for n in range(size)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            page = client.get(HISTORY)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert [len(page.context["rows"]), page.context["rows"][0].job.filename] == [25, "29.xlsx"]
    assert len(client.get(HISTORY, {"page": 2}).context["rows"]) == 6


def test_after_an_undoing_the_same_file_is_uploaded_and_imported_again(client):
    content = units({"单位名称": "一厂"})
    for number in (1, 2):
        file = SimpleUploadedFile("名录.xlsx", content)
        preview = client.post("/admin/sources/pollutionsource/import/", {"file": file}).url
        client.post(preview, WHY)
        assert PollutionSource.objects.get().name == "一厂"
        client.post(f"{preview}undo/", {"reason": f"第{number}次"})
        assert PollutionSource.objects.count() == 0
    jobs = ImportJob.objects.order_by("pk")
    assert [(job.state, job.undone_why) for job in jobs] == [("undone", "第1次"), ("undone", "第2次")]


def test_the_page_says_what_of_an_officers_import_stays(client, admin):
    content = workbooks.of_rows(["姓名", "执法证号", "执法证有效期至"], ["甲", "16041048001", "2098-07-01"])
    importer = OfficerImporter()
    preview = importer.apply(content, "人员.xlsx", admin).stored()
    job = ImportJob.objects.create(
        registry="officers", owner=admin, filename="人员.xlsx", sha256="", content=b"", preview=preview,
        applied_at=importer.at,
    )  # fmt: skip
    page = client.get(f"/admin/enforcers/officer/import/{job.pk}/undo/").content.decode()
    assert "<p>执法人员：去掉新增的 1 条</p>" in page
    assert "导入时一并停用的登录账号不会自动启用" in page
