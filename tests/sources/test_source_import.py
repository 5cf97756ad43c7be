"""Importing the registry of pollution sources: the clean and the messy workbook, all or nothing, the command."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from source_workbooks import workbook

from sources.columns import COLUMNS
from sources.importer import import_file, preview
from sources.models import Category, PollutionSource
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports.importer import BATCH
from wugang_audit.imports.preview import Faulty, Outdated
from wugang_audit.spreadsheets.reader import read_table

ROOT = Path(__file__).resolve().parents[2]
CLEAN = (ROOT / "fixtures/demo/sources.xlsx").read_bytes()
MESSY = ROOT / "tests/data/sources-messy.xlsx"

pytestmark = pytest.mark.usefixtures("specialities")


# --- the two workbooks ---------------------------------------------------------------------------------------
def test_the_clean_workbook_comes_in_whole(admin):
    done = import_file(CLEAN, "sources.xlsx", admin)
    assert (done.new, done.changed, done.unchanged, done.faulty, done.faults) == (282, 0, 0, 0, [])
    counts = {
        category: PollutionSource.objects.filter(category=category).count() for category in Category.values
    }
    assert counts == {"key": 42, "special": 9, "general": 231}
    unit = PollutionSource.objects.get(number="410481-0002")
    assert (unit.name, unit.media, unit.speciality.code, str(unit.longitude)) == (
        "舞钢市鑫盛养殖厂", "air,risk", "livestock", "113.510922"
    )  # fmt: skip


def test_the_clean_workbook_a_second_time_changes_nothing(admin):
    import_file(CLEAN, "sources.xlsx", admin)
    again = import_file(CLEAN, "sources.xlsx", admin)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 282)
    assert PollutionSource.history.count() == 282
    assert AuditEntry.objects.filter(action="导入污染源名录").count() == 1


def test_the_messy_workbook_lists_exactly_what_is_wrong_in_it():
    found = preview(MESSY.read_bytes(), "sources-messy.xlsx")
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (4, "D"),  # the code became a number
        (7, "D"),  # wrong check character
        (9, "D"), (10, "D"),  # one code under two names
        (13, "E"),  # 其它
        (15, "G"),  # 9999
        (20, "K"),  # 30 February
        (21, "N"),  # longitude and latitude swapped
        (22, "N"),  # 0
        (23, "S"),  # formula never computed
        (26, "T"),  # 也许
        (27, "C"),  # no name
        (28, "B"), (29, "B"),  # one number for two units
        (30, "C"),  # formula
        (32, "J"),  # permit number without its letter
    ]  # fmt: skip
    assert (found.new, found.faulty) == (64, 16)
    said = {(fault.row, fault.column): f"{fault.problem}；{fault.fix}" for fault in found.faults}
    assert "末位应是 2" in said[7, "D"]
    assert "第10行“舞钢市盛东钢铁厂”" in said[9, "D"]
    assert "91410481441680101K" in said[9, "D"]
    assert "N列和O列" in said[21, "N"]
    assert all(fault.fix for fault in found.faults)


def test_the_messy_workbook_writes_nothing(admin):
    with pytest.raises(Faulty) as caught:
        import_file(MESSY.read_bytes(), "sources-messy.xlsx", admin)
    assert len(caught.value.preview.faults) == 16
    assert (PollutionSource.objects.count(), PollutionSource.history.count()) == (0, 0)
    assert not AuditEntry.objects.filter(action="导入污染源名录").exists()


def test_what_is_only_untidy_in_the_messy_workbook_is_read_right():
    table = read_table(MESSY.read_bytes(), COLUMNS)
    rows = {row.number: row.values for row in table.rows}
    assert rows[5]["credit_code"] == "91410481309796609C"
    assert rows[6]["credit_code"] == "91410481912951255B"
    assert rows[8]["credit_code"] == "91410481819263618B"
    assert rows[11]["name"] == "舞钢市凯达医院"
    assert rows[14]["industry_code"] == "5265"
    assert [rows[n]["permit_expiry"].isoformat() for n in (16, 18, 19)] == [
        "2028-07-01",
        "2028-07-01",
        "2026-07-01",
    ]
    assert (rows[24]["discharges_wastewater"], rows[25]["discharges_wastewater"]) == (True, True)
    assert rows[31]["phone"] == "13800138000"
    assert rows[34]["name"] == "舞钢市泰广纸业厂"
    assert rows[35]["address"] == "𠮷祥路5号·东"
    assert rows[36]["media"] == "water,air"
    assert max(rows) == 83


# --- writing -------------------------------------------------------------------------------------------------
def test_a_column_that_is_not_there_changes_nothing_and_a_blank_cell_clears(admin, make_source):
    make_source(1, remarks="留着", address="旧址")
    content = workbook(
        {"污染源编码": "410481-0001", "单位名称": "虚构1号化工厂", "行业代码": "2669", "详细地址": None}
    )
    done = import_file(content, "x.xlsx", admin)
    unit = PollutionSource.objects.get()
    assert (done.changed, unit.remarks, unit.address) == (1, "留着", "")
    [difference] = done.differences
    assert [(change.label, change.old, change.new) for change in difference.changes] == [
        ("详细地址", "旧址", "")
    ]


def test_a_new_industry_code_moves_the_unit_to_its_speciality(admin, make_source):
    make_source(1)
    import_file(
        workbook({"污染源编码": "410481-0001", "单位名称": "虚构1号化工厂", "行业代码": "3110"}),
        "x.xlsx",
        admin,
    )
    assert PollutionSource.objects.get().speciality.code == "steel-mining"


def test_the_number_in_another_case_is_the_same_unit(admin, make_source):
    make_source(1, number="WG-a1")
    done = import_file(workbook({"污染源编码": "wg-A1", "单位名称": "新名"}), "x.xlsx", admin)
    assert (done.new, done.changed) == (0, 1)
    assert PollutionSource.objects.get().number == "WG-a1"


def test_units_that_are_not_in_the_file_stay(admin, make_source):
    make_source(99)
    import_file(workbook({}), "x.xlsx", admin)
    assert PollutionSource.objects.filter(is_active=True).count() == 2


def test_units_in_use_that_the_file_lacks_are_named(make_source):
    make_source(2, number="WG-b"), make_source(1, number="WG-A"), make_source(3, is_active=False)
    make_source(4, number="WG-c")
    found = preview(workbook({"污染源编码": "wg-B"}), "x.xlsx").stored()
    assert (found["missing"], found["missing_count"]) == (["WG-A", "WG-c"], 2)


def test_a_faulty_file_says_nothing_about_units_that_it_lacks(make_source):
    make_source(1)
    found = preview(workbook({}, {"监管类别": "其它"}), "x.xlsx").stored()
    assert (found["missing"], found["missing_count"]) == ([], 0)


def test_of_very_many_missing_units_all_are_counted_and_some_named(make_source, monkeypatch):
    monkeypatch.setattr("wugang_audit.imports.importer.MISSING", 2)
    for n in range(1, 5):
        make_source(n)
    found = preview(workbook({}), "x.xlsx")
    assert (found.missing, found.missing_count) == (["410481-0001", "410481-0002"], 4)


def test_history_and_audit_say_who_imported_which_file(admin):
    import_file(workbook({}), "甲.xlsx", admin)
    import_file(workbook({"单位名称": "改名厂"}), "乙.xlsx", admin)
    versions = PollutionSource.history.order_by("pk")
    assert [(v.history_type, v.history_user, v.history_change_reason) for v in versions] == [
        ("+", admin, "导入 甲.xlsx"), ("~", admin, "导入 乙.xlsx")
    ]  # fmt: skip
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action, entry.target) == (admin, "导入污染源名录", "乙.xlsx")
    assert (entry.changes["new"], entry.changes["changed"], entry.changes["keys"]) == (0, 1, ["1-1"])


def test_one_faulty_row_keeps_all_rows_out(admin):
    with pytest.raises(Faulty):
        import_file(workbook(*[{}] * 50, {"监管类别": "其它"}), "x.xlsx", admin)
    assert PollutionSource.objects.count() == 0


def test_a_failure_while_writing_leaves_nothing_behind(admin, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr("wugang_audit.imports.importer.trail.record", fail)
    with pytest.raises(RuntimeError):
        import_file(workbook({}), "x.xlsx", admin)
    assert (PollutionSource.objects.count(), PollutionSource.history.count()) == (0, 0)


def test_a_registry_that_changed_since_the_preview_refuses_the_import(admin, make_source):
    content = workbook({"污染源编码": "410481-0001", "单位名称": "新名"})
    expected = preview(content, "x.xlsx").digest
    make_source(1)
    with pytest.raises(Outdated) as caught:
        import_file(content, "x.xlsx", admin, expected=expected)
    assert caught.value.preview.changed == 1
    assert PollutionSource.objects.get().name == "虚构1号化工厂"


@pytest.mark.parametrize("again", [False, True])
def test_queries_do_not_grow_with_the_rows(admin, again):
    counts = []
    for prefix, rows in (("少", 2), ("多", 200)):
        content = workbook(*[{"污染源编码": f"{rows}-{n}", "单位名称": f"{prefix}{n}"} for n in range(rows)])
        if again:
            import_file(content, "x.xlsx", admin)
            content = workbook(
                *[{"污染源编码": f"{rows}-{n}", "单位名称": f"{prefix}新{n}"} for n in range(rows)]
            )
        with CaptureQueriesContext(connection) as queries:
            import_file(content, "x.xlsx", admin)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_more_rows_than_one_batch_are_each_compared_with_their_own_unit(admin):
    rows = [{"污染源编码": f"n-{n}", "详细地址": f"{n}号"} for n in range(BATCH + 3)]
    import_file(workbook(*rows), "x.xlsx", admin)
    for row in rows[::100]:
        row["详细地址"] += "院内"
    done = import_file(workbook(*rows, {}), "x.xlsx", admin)
    assert (done.new, done.changed, done.unchanged) == (1, 6, BATCH + 3 - 6)
    assert [each.key for each in done.differences] == [f"n-{n}" for n in range(0, 503, 100)] + [
        f"1-{BATCH + 4}"
    ]
    assert PollutionSource.history.count() == BATCH + 3 + 7


def test_a_file_with_a_very_long_name_comes_in(admin):
    import_file(workbook({}), "长" * 180 + ".xlsx", admin)
    assert PollutionSource.history.get().history_change_reason == "导入 " + "长" * 97


# --- the command ---------------------------------------------------------------------------------------------
def test_the_command_lists_one_line_a_fault_and_fails(capsys):
    with pytest.raises(CommandError) as caught:
        call_command("import_sources", str(MESSY), reason="十月名录核对")
    assert str(caught.value) == "sources-messy.xlsx 有 16 处错误，什么都没有写入。改好后再导入。"
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 16
    assert lines[4] == (
        "第13行 E列 监管类别 “其它”：是不认识的写法；请改为以下之一：特殊监管对象、重点排污单位、一般排污单位"
    )
    assert PollutionSource.objects.count() == 0


def test_the_command_says_in_one_line_what_it_did(capsys):
    call_command("import_sources", str(ROOT / "fixtures/demo/sources.xlsx"), reason="十月名录核对")
    assert capsys.readouterr().out.splitlines()[-1] == "污染源名录：新增 282，更改 0，不变 0。"
    assert AuditEntry.objects.get().actor_name == "系统"


@pytest.mark.parametrize(
    "path", ["nowhere.xlsx", "tests", "manage.py", "wugang_audit/static/wugang_audit/emblem.svg"]
)
def test_the_command_refuses_any_other_path_without_a_traceback(path):
    with pytest.raises(CommandError):
        call_command("import_sources", str(ROOT / path), reason="十月名录核对")
