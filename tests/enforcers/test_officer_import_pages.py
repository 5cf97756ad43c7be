"""The import of officers through its pages: what must be ticked, what the file lacks, what comes back, what is undone."""

import datetime
import io

import openpyxl
import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from officer_workbooks import workbook

from enforcers.models import Ability, Officer, Recusal
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports.diff import tick

WHY = {"reason": "十月名录核对"}  # what the clerk says where the changes come from
UPLOAD = "/admin/enforcers/officer/import/"

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, content, name="人员.xlsx"):
    response = client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302
    return response.url


def row(officer, **cells):
    number, expiry = officer.certificate_number, officer.certificate_expiry
    return {"姓名": officer.name, "执法证号": number, "执法证有效期至": f"{expiry}"} | cells


def said(client, url):
    return [str(message) for message in client.get(url).context["messages"]]


def in_use():
    return list(Officer.objects.filter(is_active=True).values_list("name", flat=True))


# --- what must be ticked ------------------------------------------------------------------------------------
def test_the_same_name_under_a_new_certificate_is_told_with_the_old_number_and_waits_for_its_tick(
    client, officers, make_source
):
    unit = make_source(1)
    new = {"姓名": "甲", "执法证号": "NEW-1", "擅长行业": "建材", "回避单位": unit.number}
    content = workbook(new, row(officers[1], 职务="队长"))
    url = upload(client, content)
    assert officers[0].certificate_number in client.get(url).content.decode()
    client.post(url, WHY)
    assert not Officer.objects.filter(certificate_number="NEW-1").exists()
    assert (Officer.objects.get(name="乙").post, Recusal.objects.count()) == ("队长", 0)
    again = upload(client, workbook(new))
    client.post(again, WHY | {"tick": [tick(2)]})
    newcomer = Officer.objects.get(certificate_number="NEW-1")
    assert (newcomer.name, newcomer.recusals.get().source) == ("甲", unit)
    assert [each.speciality.code for each in newcomer.abilities.all()] == ["building-materials"]


def test_an_officer_is_renamed_only_where_it_is_ticked_and_his_specialities_come_in_without(client, officers):
    content = workbook(row(officers[0], 姓名="甲改名", 擅长行业="建材"))
    client.post(upload(client, content), WHY)
    officer = Officer.objects.get(pk=officers[0].pk)
    assert (officer.name, officer.abilities.get().speciality.code) == ("甲", "building-materials")
    client.post(upload(client, content), WHY | {"tick": [tick(2, "name")]})
    assert Officer.objects.get(pk=officers[0].pk).name == "甲改名"


# --- what the file lacks ------------------------------------------------------------------------------------
@pytest.fixture
def lacking(client, officers, make_officer):
    """An imported file that lacks 乙 and 丙, and one who is struck off already; the page that lists them."""
    make_officer(4, "丁", is_active=False)
    url = upload(client, workbook(row(officers[0], 职务="队长")))
    assert client.post(url, WHY).url == url
    return f"{url}missing/"


def test_officers_whom_the_file_lacks_are_listed_unticked_and_stay(client, lacking):
    assert (
        "有 2 条没有停用的登记不在这个文件里" in client.get(lacking.removesuffix("missing/")).content.decode()
    )
    page = client.get(lacking).content.decode()
    assert (page.count('name="chosen"'), page.count(" checked")) == (2, 0)
    assert [f">{name}</label>" in page for name in "甲乙丙丁"] == [False, True, True, False]
    assert in_use() == ["甲", "乙", "丙"]


def test_who_is_ticked_is_struck_off_with_his_login_his_reason_and_nobody_else(client, lacking, admin):
    leaver, listed = Officer.objects.get(name="丙"), Officer.objects.get(name="甲")
    done = client.post(lacking, {"chosen": [leaver.pk], "reason": "调往市局"})
    assert said(client, done.url)[-1] == "已停用 1 条登记，历史保留。"
    assert in_use() == ["甲", "乙"]
    leaver.refresh_from_db()
    assert (leaver.user.is_active, leaver.history.first().history_change_reason) == (False, "调往市局")
    entry = AuditEntry.objects.get(action="停用执法人员", actor=admin)
    assert entry.changes == {"numbers": [leaver.certificate_number], "reason": "调往市局"}
    client.post(lacking, {"chosen": [listed.pk], "reason": "他在文件里"})
    assert in_use() == ["甲", "乙"]
    assert User.objects.filter(is_active=False).count() == 1


@pytest.mark.parametrize(("ticked", "reason"), [(False, "调往市局"), (True, "")])
def test_without_a_tick_or_a_reason_nobody_is_struck_off(client, lacking, ticked, reason):
    chosen = [Officer.objects.get(name="丙").pk] if ticked else []
    assert client.post(lacking, {"chosen": chosen, "reason": reason}).status_code == 200
    assert in_use() == ["甲", "乙", "丙"]


# --- what comes back, and what is taken back ----------------------------------------------------------------
def test_the_faulty_rows_come_back_marked_and_corrected_they_go_through(client, make_source):
    make_source(1)
    content = workbook({"回避单位": "虚构1号化工厂"}, {"回避单位": "没有的厂", "擅长行业": "炼丹"})
    url = upload(client, content)
    client.post(url, WHY | {"good_only": "1"})
    assert Officer.objects.get().recusals.count() == 1
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{url}marked/").streaming_content)))
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    [faulty] = list(sheet.iter_rows(min_row=2))
    cells = dict(zip(header, faulty, strict=True))
    notes = {name: cell.comment.text for name, cell in cells.items() if cell.comment}
    assert list(notes) == ["回避单位", "擅长行业"]
    assert "污染源名录中没有“没有的厂”" in notes["回避单位"]
    cells["回避单位"].value, cells["擅长行业"].value = "410481-0001", "建材"
    client.post(upload(client, workbooks.saved(book)), WHY)
    assert (Officer.objects.count(), Recusal.objects.count(), Ability.objects.count()) == (2, 2, 1)


def test_undoing_an_import_ends_a_renewed_recusal_as_it_had_ended(client, officers, make_source):
    unit, today = make_source(1), timezone.localdate()
    period = {"since": today - datetime.timedelta(days=30), "until": today - datetime.timedelta(days=1)}
    recusal = Recusal.objects.create(officer=officers[0], source=unit, kind="unit", reason="旧案", **period)
    url = upload(client, workbook(row(officers[0], 回避单位=unit.number, 回避原因="亲属")))
    client.post(url, WHY)
    assert Recusal.objects.in_force().get().reason == "亲属"
    client.post(f"{url}undo/", {"reason": "传错了文件"})
    recusal.refresh_from_db()
    assert (recusal.kind, recusal.reason, recusal.since, recusal.until) == (
        "unit", "旧案", period["since"], period["until"]
    )  # fmt: skip
    assert [version.history_type for version in recusal.history.all()] == ["~", "~", "+"]
