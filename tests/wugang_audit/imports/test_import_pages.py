"""The import pages in the admin: upload, preview, confirm; who may, and what is refused."""

import datetime
import io
import re
from pathlib import Path

import openpyxl
import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports.models import ImportJob

WHY = {"reason": "十月名录核对"}  # what the clerk says where the changes come from
ROOT = Path(__file__).resolve().parents[3]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UPLOAD = "/admin/sources/pollutionsource/import/"

pytestmark = pytest.mark.usefixtures("specialities")


def one_unit(name="一厂"):
    return workbooks.of_units(["410481-0001", name, "一般", "2669"])


def upload(client, content, name="名录.xlsx"):
    response = client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302
    return response.url


def said(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def client(login, admin):
    return login(admin)


def test_the_list_has_a_button_that_leads_to_the_upload(client):
    page = client.get("/admin/sources/pollutionsource/").content.decode()
    assert f'href="{UPLOAD}">从 Excel 导入</a>' in page
    assert client.get(UPLOAD).status_code == 200


def test_the_upload_comes_first_and_what_the_columns_are_is_folded_without_a_script(client):
    html = client.get(UPLOAD).content.decode()
    fold = re.search(r'<details class="fold">(.*?)</details>', html, re.S)
    assert "工作簿里可以有哪些列" in fold[1] and fold[1].count("<tr>") > 20
    assert html.index("上传并核对") < fold.start()


def test_upload_preview_confirm(client, admin):
    url = upload(client, one_unit())
    page = client.get(url).content.decode()
    assert "确认导入（新增 1，更改 0）" in page
    assert PollutionSource.objects.count() == 0
    done = client.post(url, WHY)
    assert done.url == reverse("admin:sources_pollutionsource_changelist")
    assert said(client, done.url) == ["已导入：新增 1，更改 0，不变 0。"]
    assert PollutionSource.objects.get().name == "一厂"
    job = ImportJob.objects.get()
    assert (job.owner, bytes(job.content), job.applied_at is not None) == (admin, b"", True)
    assert AuditEntry.objects.filter(action="导入污染源名录", actor=admin).count() == 1


@pytest.mark.parametrize("reason", ["", "  ", "长" * 61])
def test_an_import_says_once_where_its_changes_come_from(client, reason):
    url = upload(client, one_unit())
    page = client.post(url, {"reason": reason})
    assert (page.status_code, "reason" in page.context["form"].errors) == (200, True)
    assert not PollutionSource.objects.exists()
    client.post(url, WHY)
    assert PollutionSource.history.get().history_change_reason == "十月名录核对（导入 名录.xlsx）"
    assert AuditEntry.objects.get(action="导入污染源名录").changes["reason"] == "十月名录核对"


def test_what_was_ticked_stays_ticked_when_the_reason_is_missing(client, make_source):
    make_source(1, name="一厂")
    url = upload(client, one_unit("新名厂"))
    page = client.post(url, {"tick": "2:name"})
    assert page.context["ticked"] == {"2:name"}
    assert 'value="2:name" form="confirm" checked' in page.content.decode()


def test_confirming_twice_imports_once_and_says_so(client):
    url = upload(client, one_unit())
    client.post(url, WHY)
    again = client.post(url, WHY)
    assert said(client, again.url)[-1:] == ["这个文件刚才已经导入，没有再导入一次。"]
    assert PollutionSource.history.count() == 1
    assert AuditEntry.objects.filter(action="导入污染源名录").count() == 1


def test_a_registry_that_changed_in_between_shows_the_fresh_difference_first(client, make_source):
    url = upload(client, one_unit())
    make_source(1)
    refused = client.post(url, WHY)
    page = client.get(refused.url)
    assert page.context["outcome"].startswith("预览之后名录有了变动，没有导入。")
    assert PollutionSource.objects.get().name == "虚构1号化工厂"
    assert "虚构1号化工厂" in page.content.decode()
    client.post(url, WHY | {"everything": "on"})
    assert PollutionSource.objects.get().name == "一厂"


def test_the_faults_are_shown_with_place_value_and_fix_and_nothing_can_be_confirmed(client):
    url = upload(client, (ROOT / "tests/data/sources-messy.xlsx").read_bytes())
    page = client.get(url).content.decode()
    assert page.count('<th scope="row">第') == 16
    for part in ("第13行 E列", "<code>其它</code>", "监管类别“其它”是不认识的写法", "请改为以下之一"):
        assert part in page
    assert "确认导入" not in page
    assert said(client, client.post(url, WHY).url) == ["文件有错误，没有导入。请按下面的说明改好后重新上传。"]
    assert PollutionSource.objects.count() == 0


def partly_faulty():
    book = openpyxl.load_workbook(io.BytesIO(one_unit()))
    book.active.append(["410481-0002", "二厂", "其它", "2669"])
    book.active.append(["410481-0003", "", "一般", "2669"])
    return workbooks.saved(book)


def test_the_good_rows_come_in_alone_once_that_is_ticked(client):
    url = upload(client, partly_faulty())
    assert "我知道有错的 2 行这次不进名录" in client.get(url).content.decode()
    client.post(url, WHY)
    assert PollutionSource.objects.count() == 0
    done = client.post(url, WHY | {"good_only": "1"})
    assert done.url == url
    assert said(client, url)[-1] == "已导入：新增 1，更改 0，不变 0。有错的 2 行没有导入。"
    assert [unit.name for unit in PollutionSource.objects.all()] == ["一厂"]
    entry = AuditEntry.objects.get(action="导入污染源名录")
    assert (entry.changes["new"], entry.changes["left_out"]) == (1, 2)
    page = client.get(url).content.decode()
    assert "有错的 2 行没有导入，改好后" in page
    assert "先导入没有错误的行" not in page


def returned_workbook(client, url):
    response = client.get(f"{url}marked/")
    assert (response.status_code, response["Content-Type"]) == (200, XLSX)
    return openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]


def cells(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_faulty_workbook_comes_back_marked_and_goes_through_once_corrected(client):
    url = upload(client, partly_faulty())
    assert f'href="{url}marked/">下载标注好的工作簿</a>' in client.get(url).content.decode()
    sheet = returned_workbook(client, url)
    assert sheet.max_row == 4
    assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} == {"C3", "B4"}
    sheet["C3"], sheet["B4"] = "一般", "三厂"
    client.post(upload(client, workbooks.saved(sheet.parent)), WHY)
    assert PollutionSource.objects.count() == 3


def test_after_a_part_import_the_rows_left_out_come_back_alone(client):
    url = upload(client, partly_faulty())
    client.post(url, WHY | {"good_only": "1"})
    assert "下载未导入的 2 行（已标注错误）" in client.get(url).content.decode()
    assert [row[0] for row in cells(returned_workbook(client, url))][1:] == ["410481-0002", "410481-0003"]


def test_nothing_comes_back_of_another_person_or_of_a_workbook_without_faults(client, login, person):
    other = login(person("admin2", Role.ADMIN))
    assert other.get(f"{upload(client, partly_faulty())}marked/").status_code == 404
    assert client.get(f"{upload(client, one_unit())}marked/").status_code == 404


@pytest.fixture
def lacking(client, make_source):
    """An imported file that lacks two units in use and one that is struck off already; the page that lists them."""
    for n in (1, 2, 3, 4):
        make_source(n, is_active=n != 4)
    url = upload(client, one_unit())
    done = client.post(url, WHY)
    assert done.url == url
    return f"{url}missing/"


def in_use():
    return list(
        PollutionSource.objects.filter(is_active=True).order_by("number").values_list("number", flat=True)
    )


def test_what_the_file_lacks_is_listed_unticked_and_stays_as_it_is(client, lacking):
    page = client.get(lacking.removesuffix("missing/")).content.decode()
    assert "有 2 条没有停用的登记不在这个文件里" in page
    page = client.get(lacking).content.decode()
    assert (page.count('name="chosen"'), page.count(" checked")) == (2, 0)
    assert len(in_use()) == 3


def test_a_file_that_holds_less_of_the_registry_than_it_lacks_comes_with_a_warning(
    client, lacking, make_source
):
    warning = "如果这个文件只是名录的一部分，请不要在这里停用"
    assert warning in client.get(lacking).content.decode()
    assert "这个文件看来只是名录的一部分" in client.get(lacking.removesuffix("missing/")).content.decode()
    PollutionSource.objects.filter(number=in_use()[2]).update(is_active=False)
    url = upload(client, one_unit("别的名字"))
    client.post(url, WHY)
    assert warning not in client.get(f"{url}missing/").content.decode()


def test_what_is_ticked_is_struck_off_with_its_reason_and_nothing_else(client, lacking, admin):
    first, second, third = in_use()
    unit = PollutionSource.objects.get(number=second)
    listed = PollutionSource.objects.get(number=first)
    done = client.post(lacking, {"chosen": [unit.pk], "reason": "已注销"})
    assert said(client, done.url)[-1] == "已停用 1 条登记，历史保留。"
    assert in_use() == [first, third]
    assert unit.history.first().history_change_reason == "已注销"
    entry = AuditEntry.objects.get(action="停用污染源", actor=admin)
    assert entry.changes == {"numbers": [second], "reason": "已注销"}
    client.post(lacking, {"chosen": [listed.pk], "reason": "它在文件里"})
    assert in_use() == [first, third]


@pytest.mark.parametrize(
    ("ticked", "reason", "error"),
    [(True, " ", "请写明停用原因。"), (False, "注销", "请先勾选要停用的登记。")],
)
def test_nothing_is_struck_off_without_a_tick_or_a_reason(client, lacking, ticked, reason, error):
    pk = PollutionSource.objects.get(number=in_use()[1]).pk
    page = client.post(lacking, {"chosen": [pk] if ticked else [], "reason": reason}).content.decode()
    assert error in page
    assert len(in_use()) == 3


def test_what_the_file_lacks_is_asked_for_only_once_it_is_imported(client, make_source):
    make_source(1)
    make_source(2)
    url = upload(client, one_unit())
    assert client.get(f"{url}missing/").status_code == 404
    assert "文件里没有的登记" not in client.get(url).content.decode()


def test_there_is_no_such_choice_where_no_row_is_good(client):
    url = upload(client, one_unit(name=""))
    assert "先导入没有错误的行" not in client.get(url).content.decode()
    client.post(url, WHY | {"good_only": "1"})
    assert AuditEntry.objects.filter(action="导入污染源名录").count() == 0


def test_a_file_that_was_imported_before_is_recognised_whoever_uploads_it(client, login, person):
    content = one_unit()  # made twice, it may hold two times of making
    client.post(upload(client, content), WHY)
    second = login(person("admin2", Role.ADMIN))
    page = second.get(upload(second, content, "又一份.xlsx")).content.decode()
    assert "导入过（新增 1，更改 0）。" in page
    assert "导入过（" not in second.get(upload(second, one_unit("二厂"))).content.decode()


def test_no_file_at_all_is_said_on_the_upload_page(client):
    page = client.post(UPLOAD).content.decode()
    assert "请先选择一个文件。" in page


def test_what_stands_in_a_workbook_is_escaped(client):
    page = client.get(upload(client, one_unit("<script>alert(1)</script>厂"))).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_file_that_changes_nothing_needs_no_confirmation(client):
    client.post(upload(client, one_unit()), WHY)
    page = client.get(upload(client, one_unit())).content.decode()
    assert "完全一致，不用导入" in page


def test_another_persons_job_does_not_exist(client, login, person):
    other = login(person("admin2", Role.ADMIN))
    url = upload(client, one_unit())
    assert (other.get(url).status_code, other.post(url).status_code) == (404, 404)
    assert PollutionSource.objects.count() == 0


def test_a_job_of_the_other_registry_does_not_exist(client):
    url = upload(client, one_unit()).replace("sources/pollutionsource", "enforcers/officer")
    assert client.post(url, WHY).status_code == 404


def test_a_job_expires_after_a_day_and_is_cleaned_up_at_the_next_upload(client):
    url = upload(client, one_unit())
    ImportJob.objects.update(created_at=timezone.now() - datetime.timedelta(hours=25))
    assert said(client, client.post(url, WHY).url) == ["这次上传已超过 24 小时，请重新上传。"]
    assert PollutionSource.objects.count() == 0
    upload(client, one_unit())
    assert ImportJob.objects.count() == 1


@pytest.mark.parametrize("who", ["security", "organiser", "reviewer", "head", "auditor"])
def test_nobody_but_the_administrator_imports(request, login, client, who):
    url = upload(client, one_unit())
    other = login(request.getfixturevalue(who))
    pages = (UPLOAD, url, f"{url}marked/", f"{url}missing/")
    for address in (*pages, "/admin/sources/pollutionsource/", "/admin/enforcers/officer/import/"):
        assert other.get(address).status_code in (302, 403), address
        assert other.post(address, {"file": SimpleUploadedFile("x", b"")}).status_code in (302, 403), address
    assert (PollutionSource.objects.count(), ImportJob.objects.count()) == (0, 1)


def test_a_stranger_is_sent_to_the_login(stranger):
    assert stranger.get(UPLOAD, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
