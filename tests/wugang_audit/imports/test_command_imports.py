"""Imports from the command line: they stand in the list of imports, and are undone from the pages."""

import pytest
import workbooks
from django.core.management import CommandError, call_command
from django.db import connection

from enforcers.models import TrainingRecord
from sources.importer import SourceImporter
from sources.models import CreditClass, PollutionSource
from wugang_audit.access import busy
from wugang_audit.imports.models import ImportJob

UNIT = {"污染源编码": "410481-0001", "单位名称": "虚构1号化工厂", "监管类别": "一般", "行业代码": "2669"}
RATED = {"单位名称": "虚构1号化工厂", "等级": "A", "评定日期": "2026-03-01"}
TRAINED = {"姓名": "甲", "日期": "2026-09-01", "内容": "执法培训", "学时": 8}


@pytest.fixture
def file(tmp_path):
    def write(*rows, name="list.xlsx"):
        path = tmp_path / name
        path.write_bytes(workbooks.of_dicts(rows))
        return path

    return write


def test_an_import_of_the_command_line_is_listed_and_undone_in_the_browser(file, login, admin, specialities):
    call_command("import_sources", file(UNIT), reason="市局名单")
    client, page = login(admin), "/admin/sources/pollutionsource/import"
    listed = client.get(f"{page}/history/").content.decode()
    assert "命令行" in listed
    assert "list.xlsx" in listed
    job = ImportJob.objects.get()
    assert (job.owner, job.state, job.reason, job.stored_preview.new) == (None, "applied", "市局名单", 1)
    assert "由命令行导入" in client.get(f"{page}/{job.pk}/undo/").content.decode()
    client.post(f"{page}/{job.pk}/undo/", {"reason": "导错了"})
    job.refresh_from_db()
    assert (job.state, job.undone_by) == ("undone", admin)
    assert not PollutionSource.objects.exists()


def test_the_page_says_that_the_command_line_has_imported_the_same_file(file, login, admin, specialities):
    path = file(UNIT)
    call_command("import_sources", path, reason="市局名单")
    with path.open("rb") as upload:
        page = login(admin).post("/admin/sources/pollutionsource/import/", {"file": upload}, follow=True)
    assert "已由 命令行 导入过" in page.content.decode()


def test_the_pages_know_while_a_command_writes(file, specialities, monkeypatch):
    seen, apply = [], SourceImporter.apply

    def look(self, *args, **kwargs):
        seen.append(busy.is_importing())
        return apply(self, *args, **kwargs)

    monkeypatch.setattr(SourceImporter, "apply", look)
    call_command("import_sources", file(UNIT), reason="市局名单")
    with pytest.raises(CommandError):
        call_command("import_sources", file(UNIT | {"监管类别": "x"}), reason="市局名单")
    assert seen == [connection.vendor == "sqlite"] * 2
    assert not busy.is_importing()


def test_what_changed_nothing_is_not_listed(file, specialities):
    path = file(UNIT)
    for _ in range(2):
        call_command("import_sources", path, reason="市局名单")
    with pytest.raises(CommandError):
        call_command("import_sources", file(UNIT | {"监管类别": "x"}), reason="市局名单")
    assert ImportJob.objects.count() == 1


def test_each_list_beside_the_registries_has_a_command(file, officers, make_source):
    make_source(1)
    call_command("import_credit_classes", file(RATED))
    call_command("import_trainings", file(TRAINED))
    call_command(
        "import_absences", file({"姓名": "甲", "事由": "请假", "自": "2026-09-01"}), reason="科室报送"
    )
    call_command("import_recusals", file({"姓名": "甲", "回避单位": "虚构1号化工厂"}), reason="科室报送")
    assert (CreditClass.objects.count(), TrainingRecord.objects.count()) == (1, 1)
    kinds = set(ImportJob.objects.values_list("registry", flat=True))
    assert kinds == {"credit", "trainings", "absences", "recusals"}
