"""Importing the registry of pollution sources: its rules, the clean and the messy workbook, all or nothing."""

import io
from pathlib import Path

import openpyxl
import pytest
import workbooks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources.columns import COLUMNS, credit_code, industry_code
from sources.importer import import_file, preview
from sources.models import Category, PollutionSource, Speciality
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports.importer import BATCH
from wugang_audit.imports.preview import Faulty, Outdated
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong
from wugang_audit.spreadsheets.reader import read_table

ROOT = Path(__file__).resolve().parents[2]
CLEAN = (ROOT / "fixtures/demo/sources.xlsx").read_bytes()
MESSY = ROOT / "tests/data/sources-messy.xlsx"
CODE, OTHER = "91410481317593588N", "91410481105484945P"

pytestmark = pytest.mark.usefixtures("specialities")


def workbook(*rows, **columns):
    """One row for each dict, over a sound unit; ``columns`` are defaults of all rows."""
    rows = [
        {"污染源编码": f"1-{n}", "单位名称": f"{n}厂", "监管类别": "一般", "行业代码": "2669"} | columns | row
        for n, row in enumerate(rows, 1)
    ]
    return workbooks.of_dicts(rows)


def faults(content):
    found = preview(content, "x.xlsx")
    return [(fault.row, fault.header) for fault in found.faults]


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
        (17, "K"),  # no day
        (20, "K"),  # 30 February
        (21, "N"),  # longitude and latitude swapped
        (22, "N"),  # 0
        (23, "S"),  # formula never computed
        (26, "T"),  # 也许
        (27, "C"),  # no name
        (28, "B"), (29, "B"),  # one number for two units
        (30, "C"),  # formula
        (32, "J"),  # permit number without its letter
        (33, "X"),  # #N/A
    ]  # fmt: skip
    assert (found.new, found.faulty) == (62, 18)
    said = {(fault.row, fault.column): f"{fault.problem}；{fault.fix}" for fault in found.faults}
    assert "末位应是 2" in said[7, "D"]
    assert "第10行“舞钢市盛东钢铁厂”" in said[9, "D"]
    assert "91410481441680101K" in said[9, "D"]
    assert "N列和O列" in said[21, "N"]
    assert all(fault.fix for fault in found.faults)


def test_the_messy_workbook_writes_nothing(admin):
    with pytest.raises(Faulty) as caught:
        import_file(MESSY.read_bytes(), "sources-messy.xlsx", admin)
    assert len(caught.value.preview.faults) == 18
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


# --- rules ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "part"),
    [
        (914104813175935880, "丢失"), (9.141048131759359e17, "丢失"), (CODE[:-1] + "M", "末位应是 N"), (CODE[:-1], "17 位"),
        ("914104810000123", "工商注册号"), ("12345678X", "组织机构代码"), (CODE.replace("7", "O", 1), "O"), (CODE.replace("7", "I", 1), "I"),
        (True, "不是代码"), (410481000012345, "工商注册号"), (317593588, "组织机构代码"), ("办理中", "不是代码"),
    ],
)  # fmt: skip
def test_a_wrong_credit_code_is_refused_and_never_guessed(value, part):
    with pytest.raises(Wrong) as caught:
        credit_code(value)
    assert part in f"{caught.value.problem}{caught.value.fix}"


@pytest.mark.parametrize(
    "value", [CODE.lower(), f"{CODE[:6]} {CODE[6:]}", f"'{CODE}", "９１４１０４８１３１７５９３５８８Ｎ"]
)
def test_a_credit_code_in_another_form_is_read_with_a_notice(value):
    assert credit_code(value) == Adjusted(CODE, "中的小写、全角字符或空格已改成规范写法")


@pytest.mark.parametrize("value", [5265, 5265.0, "5265", " ５２６５ ", "F5265"])
def test_an_industry_code_may_be_a_number_of_four_digits(value):
    read = industry_code(value)
    assert getattr(read, "value", read) == "5265"


@pytest.mark.parametrize("value", [313, "313", "31", 31.5, "52650", "五二", True])
def test_an_industry_code_that_lost_its_zero_is_refused(value):
    with pytest.raises(Wrong):
        industry_code(value)


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("重点", "key"), ("重点排污单位", "key"), ("重点单位", "key"), ("特殊", "special"), ("特殊监管对象", "special"),
        ("一般", "general"), ("一般排污单位", "general"), ("重点、特殊", "special"), ("一般;重点", "key"), (" 重 点 ", "key"),
    ],
)  # fmt: skip
def test_the_class_is_read_by_its_synonyms_special_before_key_before_general(admin, word, category):
    import_file(workbook({"监管类别": word, "特殊监管原因": "x"}), "x.xlsx", admin)
    assert PollutionSource.objects.get().category == category


@pytest.mark.parametrize(
    ("word", "state"), [("停业", "stopped"), ("在产", "normal"), (None, "normal"), ("季节性", "seasonal")]
)
def test_the_operating_state_is_read_by_its_synonyms(admin, word, state):
    import_file(workbook({"生产状态": word}), "x.xlsx", admin)
    assert PollutionSource.objects.get().operating_state == state


@pytest.mark.parametrize("word", ["无", "否", "/", "参加", None])
def test_no_reason_for_staying_out_of_the_draw_is_no_reason(admin, word):
    import_file(workbook({"不参与双随机原因": word}), "x.xlsx", admin)
    assert PollutionSource.objects.get().standing == "in"


def test_an_unknown_word_is_refused_with_the_list_of_words():
    found = preview(workbook({"监管类别": "其它"}), "x.xlsx")
    assert [fault.fix for fault in found.faults] == [
        "请改为以下之一：特殊监管对象、重点排污单位、一般排污单位"
    ]


def test_a_permit_number_must_begin_with_the_units_own_code():
    sound = {"统一社会信用代码": CODE, "排污许可证编号": CODE + "001U"}
    assert faults(workbook(sound)) == []
    assert faults(workbook(sound | {"排污许可证编号": OTHER + "001U"})) == [(2, "排污许可证编号")]
    assert faults(workbook(sound | {"排污许可证编号": CODE + "01U"})) == [(2, "排污许可证编号")]


def test_a_division_that_no_speciality_covers_is_refused():
    assert faults(workbook({"行业代码": "9999"}, {"行业代码": "0000"}, {"行业代码": "9700"})) == [
        (2, "行业代码"), (3, "行业代码")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("longitude", "latitude", "wrong"),
    [
        (113.5, 33.3, []), (None, None, []), (33.3, 113.5, ["经度"]), (0, 33.3, ["经度"]), (113.5, 0, ["纬度"]),
        (114.5, 33.3, ["经度"]), (113.5, 34.3, ["纬度"]), (0, 0, ["经度", "纬度"]),
    ],
)  # fmt: skip
def test_coordinates_that_are_swapped_zero_or_elsewhere_are_refused(longitude, latitude, wrong):
    assert faults(workbook({"经度": longitude, "纬度": latitude})) == [(2, header) for header in wrong]


def test_identical_rows_fold_and_differing_ones_are_both_refused():
    found = preview(
        workbook({"污染源编码": "A-1", "单位名称": "厂"}, {"污染源编码": "A-1", "单位名称": "厂"}), "x.xlsx"
    )
    assert (found.new, found.faults, found.notices) == (1, [], ["与前面某行完全相同，只算一次：第3行"])
    assert faults(workbook({"污染源编码": "A-1"}, {"污染源编码": "a-1"}, {})) == [
        (2, "污染源编码"),
        (3, "污染源编码"),
    ]


def test_one_credit_code_under_two_names_is_refused_and_each_row_names_the_other():
    content = workbook({"统一社会信用代码": CODE}, {"统一社会信用代码": CODE})
    assert [fault.problem for fault in preview(content, "x.xlsx").faults] == [
        "与第3行“2厂”的代码相同，名称却不同", "与第2行“1厂”的代码相同，名称却不同"
    ]  # fmt: skip
    assert faults(workbook({"统一社会信用代码": CODE}, {"统一社会信用代码": CODE}, 单位名称="同厂")) == []


def test_what_may_be_so_is_only_noticed():
    found = preview(
        workbook(
            {"监管类别": "重点", "重点单位类型": None, "许可证有效期至": "2020-01-01"},
            {"监管类别": "特殊", "特殊监管原因": None},
        ),
        "x.xlsx",
    )
    assert found.faults == []
    assert sorted(found.notices) == [
        "F列“许可证有效期至”的日期已过，请核对是否已经换证：第2行",
        "是特殊监管对象，但没有填特殊监管原因：第3行",
        "是重点排污单位，但没有填重点单位类型：第2行",
    ]


def test_special_supervision_cannot_end_before_it_begins():
    assert faults(workbook({"特殊监管起始日": "2026-07-01", "特殊监管截止日": "2026-06-30"})) == [
        (2, "特殊监管截止日")
    ]


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
        call_command("import_sources", str(MESSY))
    assert str(caught.value) == "sources-messy.xlsx 有 18 处错误，什么都没有写入。改好后再导入。"
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 18
    assert lines[4] == (
        "第13行 E列 监管类别 “其它”：是不认识的写法；请改为以下之一：特殊监管对象、重点排污单位、一般排污单位"
    )
    assert PollutionSource.objects.count() == 0


def test_the_command_says_in_one_line_what_it_did(capsys):
    call_command("import_sources", str(ROOT / "fixtures/demo/sources.xlsx"))
    assert capsys.readouterr().out.splitlines()[-1] == "污染源名录：新增 282，更改 0，不变 0。"
    assert AuditEntry.objects.get().actor_name == "系统"


@pytest.mark.parametrize(
    "path", ["nowhere.xlsx", "tests", "manage.py", "wugang_audit/static/wugang_audit/emblem.svg"]
)
def test_the_command_refuses_any_other_path_without_a_traceback(path):
    with pytest.raises(CommandError):
        call_command("import_sources", str(ROOT / path))


# --- the specialities ----------------------------------------------------------------------------------------
def test_the_specialities_cover_every_division_and_all_industries_of_the_demo():
    table = Speciality.objects.by_prefix()
    match = Speciality.objects.all().match
    assert [n for n in range(1, 98) if match(table, f"{n:02d}00") is None] == []
    assert match(table, "9800") is None
    sheet = openpyxl.load_workbook(io.BytesIO(CLEAN)).active
    codes = {row[6] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert len(codes) == 20
    assert None not in {match(table, code) for code in codes}


def test_every_column_fills_a_field_and_no_header_is_claimed_twice():
    fields = {field.name for field in PollutionSource._meta.get_fields()}
    assert {column.attribute for column in COLUMNS} <= fields
    names = [name for column in COLUMNS for name in (column.header, *column.aliases)]
    assert len(names) == len(set(names))


def test_a_fault_that_all_rows_share_names_only_some_of_the_others():
    same = preview(workbook(*[{"污染源编码": "1-1"}] * 9), "x.xlsx").faults
    assert (len(same), same[0].problem) == (
        9,
        "污染源编码与第3、4、5、6、7行等 8 行重复，而内容不同（B列“单位名称”）",
    )
    code = preview(workbook(*[{}] * 7, 统一社会信用代码=CODE), "x.xlsx").faults
    others = "、".join(f"第{n + 1}行“{n}厂”" for n in range(2, 7))
    assert (len(code), code[0].problem) == (7, f"与{others}等 6 行的代码相同，名称却不同")


def test_a_code_that_two_units_of_the_registry_share_is_noticed_and_no_fault(make_source):
    make_source(1, credit_code=CODE), make_source(2, credit_code=CODE)
    rows = [
        {"污染源编码": f"410481-000{n}", "单位名称": f"虚构{n}号化工厂", "统一社会信用代码": CODE}
        for n in (1, 2)
    ]
    found = preview(workbook(*rows), "x.xlsx")
    shared = "名录中另有名称不同的单位用着同一个统一社会信用代码，请核对：第2、3行"
    assert (found.unchanged, found.faults, found.notices[:1]) == (2, [], [shared])
    assert len(preview(workbook(*rows, {"统一社会信用代码": CODE}), "x.xlsx").faults) == 3
