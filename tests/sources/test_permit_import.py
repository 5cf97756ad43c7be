"""Importing permit conditions: whose they are, what the cells may hold, all or nothing, and what is missing."""

import datetime
import io
from decimal import Decimal

import openpyxl
import pytest
import workbooks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources.models import PermitCondition, PollutionSource
from sources.permit_columns import COLUMNS, limit, outlet_kind_of, tons
from sources.permit_importer import PermitImporter, import_file, preview
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports.importer import BATCH
from wugang_audit.imports.preview import Faulty
from wugang_audit.spreadsheets import export, template
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong

SOUND = {
    "污染源编码": "410481-0001",
    "排放口编号": "DA001",
    "污染物": "颗粒物",
    "许可浓度限值": "10",
    "浓度单位": "mg/m³",
}


@pytest.fixture
def unit(make_source):
    return make_source(1)


def workbook(*rows, base=SOUND):
    """One row for each dict, over a sound condition; a value of None leaves the cell empty."""
    return workbooks.of_dicts([base | row for row in rows])


def found(*rows, base=SOUND):
    return preview(workbook(*rows, base=base), "许可.xlsx")


def told(*rows, base=SOUND):
    return [str(fault) for fault in found(*rows, base=base).faults]


# --- coming in ----------------------------------------------------------------------------------------------
def test_a_row_comes_in_with_all_that_the_permit_says(unit, admin):
    row = {
        "单位名称": unit.name, "排放口类型": "有组织", "排放口名称": "锅炉烟囱", "许可排放量": 1.25,
        "执行标准": "GB 13271-2014", "治理设施编号": "TA001、TA002", "治理设施名称": "布袋除尘器", "治理工艺": "袋式除尘",
        "监测方式": "自动", "备注": "2 号锅炉", "许可浓度限值": 10.0,
    }  # fmt: skip
    done = import_file(workbook(row), "许可.xlsx", admin)
    assert (done.new, done.changed, done.unchanged, done.faults, done.notices) == (1, 0, 0, [], [])
    condition = PermitCondition.objects.get()
    assert (condition.code, condition.source, condition.outlet_kind) == (
        "410481-0001/DA001/颗粒物", unit, "organised"
    )  # fmt: skip
    assert (condition.limit, condition.limit_unit, condition.annual_limit) == ("10", "mg/m³", Decimal("1.25"))
    assert (condition.facility_code, condition.monitored, condition.is_active) == ("TA001、TA002", True, True)
    assert done.differences[0].title == "虚构1号化工厂 DA001 颗粒物"
    assert condition.history.get().history_user == admin
    assert AuditEntry.objects.get(action="导入排污许可条件").changes["keys"] == ["410481-0001/DA001/颗粒物"]


def test_the_same_again_changes_nothing_and_a_stricter_limit_one_field(unit, admin):
    import_file(workbook({}), "许可.xlsx", admin)
    again = found({})
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    stricter = found({"许可浓度限值": "5"})
    assert [(c.label, c.old, c.new) for c in stricter.differences[0].changes] == [("许可浓度限值", "10", "5")]


def test_tons_are_told_without_idle_zeros(unit, admin):
    import_file(workbook({"年许可排放量": 1.5}), "许可.xlsx", admin)
    assert [(c.old, c.new) for c in found({"年许可排放量": 20}).differences[0].changes] == [("1.5", "20")]


def test_an_export_comes_back_as_all_unchanged(unit, make_source, admin):
    make_source(2, is_active=False)
    rows = [
        {"年许可排放量": "0.000001", "自动监测": "是", "备注": "+1 台备用"},
        {"排放口编号": "DW001", "污染物": "pH值", "许可浓度限值": "6-9", "浓度单位": "无量纲"},
        {
            "排放口编号": "厂界",
            "污染物": "昼间噪声",
            "许可浓度限值": "60",
            "浓度单位": "dB(A)",
            "排放口类型": "噪声",
        },
        {"污染源编码": "410481-0002", "污染物": "氨（氨气）", "在用": "否"},
    ]
    import_file(workbook(*rows), "许可.xlsx", admin)
    importer = PermitImporter()
    content = b"".join(export.export(importer.columns, importer.exported(PermitCondition.objects.all())))
    again = preview(content, "导出.xlsx")
    assert (again.new, again.changed, again.unchanged, again.faults) == (0, 0, 4, [])


def test_the_template_names_every_column_and_explains_the_numbers(unit):
    importer = PermitImporter()
    book = openpyxl.load_workbook(template.template(importer.columns, importer.codes()))
    header = [cell.value.removesuffix(" *") for cell in book.active[1]]
    assert header == [column.header for column in COLUMNS]
    assert [cell.value for cell in book["代码表"][2]] == ["DA", "有组织废气", "DA001"]


def test_a_row_more_asks_the_database_nothing_more(unit, admin):
    def asked(count):
        rows = [{"污染物": f"因子{serial}号"} for serial in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found(*rows)
        return len(queries)

    assert asked(1) == asked(BATCH - 1)


# --- whose it is --------------------------------------------------------------------------------------------
BY_NAME = {"单位名称": "虚构1号化工厂", "排放口编号": "DA001", "污染物": "颗粒物"}


def test_without_a_number_the_exact_name_says_whose_it_is(unit, admin):
    import_file(workbook({}, base=BY_NAME), "许可.xlsx", admin)
    assert PermitCondition.objects.get().source == unit


@pytest.mark.parametrize(
    ("held", "written"), [("舞钢（虚构）厂", "舞钢(虚构)厂"), ("舞钢(虚构)厂", "舞钢（虚构）厂")]
)
def test_a_name_with_brackets_of_another_width_is_the_same_name(make_source, held, written):
    make_source(1, name=held)
    assert found({"单位名称": written}, base=BY_NAME).new == 1


def test_a_number_in_another_case_is_the_same_unit(make_source):
    make_source(1, number="WG-1")
    assert found({"污染源编码": "wg-1"}).differences[0].key == "WG-1/DA001/颗粒物"


def test_an_unknown_number_is_refused_with_row_letter_and_fix(unit):
    assert told({}, {"污染源编码": "410481-0099", "污染物": "二氧化硫"}) == [
        "第3行 A列 污染源编码 “410481-0099”：污染源名录中没有这个编码；请核对编码；单位还没有登记的，请先导入污染源名录"
    ]


def test_an_unknown_name_is_refused_with_row_letter_and_fix(unit):
    assert told({"单位名称": "没有这家厂"}, base=BY_NAME) == [
        "第2行 A列 单位名称 “没有这家厂”：污染源名录中没有这个单位；请填名录中的全称或污染源编码；"
        "单位还没有登记的，请先导入污染源名录"
    ]


def test_where_the_number_is_blank_the_name_beside_it_says_whose_it_is(unit):
    done = found({}, {"污染源编码": None, "单位名称": unit.name, "污染物": "二氧化硫"})
    assert [each.key for each in done.differences] == [
        "410481-0001/DA001/颗粒物",
        "410481-0001/DA001/二氧化硫",
    ]


def test_a_unit_and_an_outlet_merged_over_several_rows_hold_for_each_of_them(unit):
    book = openpyxl.load_workbook(io.BytesIO(workbook({}, {"污染物": "二氧化硫"}, {"污染物": "氮氧化物"})))
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("B2:B4")
    done = preview(workbooks.saved(book), "许可.xlsx")
    assert (done.new, done.faults) == (3, [])
    assert done.notices == ["合并的单元格按其内容读入所含的每一行：A2:A4、B2:B4"]


def test_a_name_of_two_units_is_refused_and_both_numbers_are_told(unit, make_source):
    make_source(2, name=unit.name)
    assert told({}, base=BY_NAME) == [
        "第2行 A列 单位名称 “虚构1号化工厂”：叫这个名称的单位不止一家；"
        "请加上“污染源编码”一列，填写其中一个：410481-0001、410481-0002"
    ]


def test_a_row_that_names_no_unit_is_refused(unit):
    assert told({}, {"污染源编码": None, "污染物": "二氧化硫"}) == [
        "第3行 A列 污染源编码 （空）：没有写明是哪家单位；请填写污染源编码，或名录中的单位全称"
    ]


def test_a_workbook_that_names_no_units_at_all_is_refused_once(unit):
    assert told({}, {}, base={"排放口编号": "DA001", "污染物": "颗粒物"}) == [
        "表头（第1行）缺少“污染源编码”和“单位名称”；请至少加上其中一列，好知道每行是哪家单位的"
    ]


def test_another_name_beside_the_number_is_only_noted(unit):
    done = found({"单位名称": "从前的名称"})
    assert (done.new, done.notices) == (
        1, ["单位名称与名录不同（410481-0001 在名录中是“虚构1号化工厂”），按编码导入：第2行"]
    )  # fmt: skip


# --- the cells ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "kept"),
    [(20.0, "20"), (0.1, "0.1"), (30, "30"), ("20.50", "20.5"), ("6-9", "6-9"), ("6～9", "6-9"), ("6.0—9.0", "6-9"),
     ("20mg/Nm3", "20 mg/Nm³"), ("/mg/Nm3", ""), ("6-9（无量纲）", "6-9 无量纲"), ("500 MPN/L", "500 MPN/L"), ("60dB(A)", "60 dB(A)"),
     ("≤ 30", "≤30"), ("<=1", "≤1"), ("不得检出", "不得检出")],
)  # fmt: skip
def test_a_limit_is_kept_as_it_is_printed(value, kept):
    read = limit(value)
    assert (read.value if isinstance(read, Adjusted) else read) == kept


@pytest.mark.parametrize(
    ("value", "problem"),
    [(datetime.datetime(2026, 6, 9), "被 Excel 当成了日期"), ("30mg", "带有数字以外的文字"), ("6月9日", "带有数字以外的文字"),
     ("见附件", "不是数字"), ("9-6", "范围的下限不小于上限"), ("9" * 21, "数字太长"), (-5, "不是数字"), (True, "不是限值")],
)  # fmt: skip
def test_what_is_no_limit_is_refused_and_says_why(value, problem):
    with pytest.raises(Wrong) as caught:
        limit(value)
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("value", "kept"),
    [(1.25, "1.25"), ("1,200.5", "1200.5"), ("0.5 t/a", "0.5"), ("3吨/年", "3"), (0.1 + 0.2, "0.3")],
)
def test_tons_are_read_in_the_usual_spellings(value, kept):
    assert tons(value) == Decimal(kept)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("12kg/a", "单位不是吨"),
        ("约 3", "不是数字"),
        (-1, "不是数字"),
        ("0.0000001", "小数超过 6 位"),
        (99999999.9999999, "大得不合理"),
    ],
)
def test_what_is_no_figure_of_tons_is_refused(value, problem):
    with pytest.raises(Wrong) as caught:
        tons(value)
    assert caught.value.problem == problem


def test_a_date_that_excel_made_of_a_range_is_named_with_its_fix(unit):
    assert told({"许可浓度限值": datetime.date(2026, 6, 9), "污染物": "pH值"}) == [
        "第2行 D列 许可浓度限值 “2026-06-09”：被 Excel 当成了日期；请先把单元格设为“文本”格式，再按许可证填写，如 6-9"
    ]


def test_outlets_and_facilities_are_numbered_as_the_standard_says(unit):
    assert [text.split("；")[0] for text in told({"排放口编号": "DA1", "治理设施编号": "TA01"})] == [
        "第2行 B列 排放口编号 “DA1”：不是 HJ 608-2017 的排放口编号",
        "第2行 F列 治理设施编号 “TA01”：不是治理设施编号：TA01",
    ]


def test_the_kind_comes_from_the_number_where_it_is_not_told(unit, admin):
    rows = [{"排放口编号": code} for code in ("DA001", "DW001", "YS001", "MF0001", "TS001")]
    import_file(workbook(*rows), "许可.xlsx", admin)
    kinds = dict(PermitCondition.objects.values_list("outlet_code", "outlet_kind"))
    assert kinds == {
        "DA001": "organised",
        "DW001": "water",
        "YS001": "water",
        "MF0001": "fugitive",
        "TS001": "waste",
    }


def test_a_kind_that_does_not_fit_the_number_is_refused(unit):
    assert told({"排放口类型": "废水"}) == [
        "第2行 F列 排放口类型 “废水”：与排放口编号 DA001 不符；DA 开头的是有组织废气；请核对编号和类型，改正写错的一个"
    ]


def test_a_place_without_a_number_needs_its_kind(unit):
    assert told({"排放口编号": "厂界"}) == [
        "第2行 B列 排放口编号 “厂界”：“厂界”看不出是哪一类排放口；"
        "请加上“排放口类型”一列，填有组织废气、无组织废气、废水、噪声、固体废物之一"
    ]
    assert told({"排放口编号": "厂界", "排放口类型": None}) == [
        "第2行 F列 排放口类型 （空）：没有填，从“厂界”也看不出；"
        "请填排放口类型：有组织废气、无组织废气、废水、噪声、固体废物"
    ]
    assert outlet_kind_of("厂界", "noise") == "noise"


def test_what_looks_incomplete_is_noted_and_comes_in(unit):
    done = found(
        {"浓度单位": None, "排放口名称": "烟囱"},
        {"污染物": "二氧化硫", "许可浓度限值": None, "年许可排放量": None, "排放口名称": "排气筒"},
        {"污染物": "pH值", "浓度单位": None, "排放口编号": "DW001"},
    )
    assert (done.new, done.notices) == (3, [
        "填了浓度限值，没有填浓度单位：第2行",
        "浓度限值和年许可排放量都没有填：第3行",
        "虚构1号化工厂 DA001 在各行的排放口名称不同，请核对：第2、3行",
    ])  # fmt: skip


def test_a_table_of_the_national_platform_holds_limit_and_unit_in_one_cell(unit, admin):
    platform = {
        "单位名称": unit.name, "排放口编号": "DA001", "污染物种类": "颗粒物", "许可排放小时浓度限值": "20mg/Nm3", "许可年排放量限值（t/a）": "/",
    }  # fmt: skip
    import_file(
        workbook({}, {"污染物种类": "氨", "许可排放小时浓度限值": "/mg/Nm3"}, base=platform),
        "公开端.xlsx",
        admin,
    )
    rows = PermitCondition.objects.order_by("pk").values_list("limit", "limit_unit", "annual_limit")
    assert list(rows) == [("20", "mg/Nm³", None), ("", "", None)]


def test_two_different_units_of_a_limit_are_refused(unit):
    assert told({"许可浓度限值": "20 mg/L"}) == [
        "第2行 D列 许可浓度限值 “20 mg/L”：限值里的单位是 mg/L，“浓度单位”填的是 mg/m³；请按许可证核对，改正写错的一个"
    ]
    assert told({"许可浓度限值": "20 mg/m3"}) == []


def test_a_workbook_without_units_leaves_the_units_as_they_are(unit, admin):
    import_file(workbook({}), "许可.xlsx", admin)
    bare = {name: value for name, value in SOUND.items() if name != "浓度单位"}
    assert [(c.label, c.new) for c in found({"许可浓度限值": "5"}, base=bare).differences[0].changes] == [
        ("许可浓度限值", "5")
    ]


# --- twice, faulty, missing ---------------------------------------------------------------------------------
def test_equal_rows_fold_and_differing_ones_block(unit):
    folded = found({}, {})
    assert (folded.new, folded.notices) == (1, ["与前面某行完全相同，只算一次：第3行"])
    assert told({"污染物": "氨（气）"}, {"污染物": "氨(气)", "许可浓度限值": "8"}) == [
        "第2行 C列 污染物 “氨（气）”：条件编码与第3行重复，而内容不同（C列“污染物”、D列“许可浓度限值”）；请核对：改正写错的，或删去多余的行",
        "第3行 C列 污染物 “氨(气)”：条件编码与第2行重复，而内容不同（C列“污染物”、D列“许可浓度限值”）；请核对：改正写错的，或删去多余的行",
    ]


def test_lower_case_and_other_widths_find_the_condition_that_is_there(unit, admin):
    import_file(workbook({"污染物": "pH值"}), "许可.xlsx", admin)
    done = found({"污染源编码": "410481-0001", "排放口编号": "ｄａ001", "污染物": "PH值"})
    assert (done.new, done.changed) == (0, 1)
    assert done.differences[0].key == "410481-0001/DA001/pH值"


def test_letters_of_other_alphabets_find_the_condition_in_either_case(unit, admin):
    import_file(workbook({"污染物": "Σ六六六"}), "许可.xlsx", admin)
    done = found({"污染物": "σ六六六"})
    assert [(c.label, c.old, c.new) for c in done.differences[0].changes] == [
        ("污染物", "Σ六六六", "σ六六六")
    ]


def test_a_pollutant_that_is_too_long_when_written_out_is_refused(unit):
    assert told({"污染物": "苯" + "㍿" * 59})[0].endswith("：太长；请按许可证填写污染物的名称，不要附加说明")


def test_a_faulty_workbook_writes_nothing(unit, admin):
    with pytest.raises(Faulty):
        import_file(workbook({}, {"排放口编号": "DA2"}), "许可.xlsx", admin)
    assert PermitCondition.objects.count() == 0


def test_only_of_the_units_that_the_file_names_something_is_missing(unit, make_source, admin):
    make_source(2)
    rows = [{}, {"污染物": "二氧化硫"}, {"污染源编码": "410481-0002"}]
    import_file(workbook(*rows), "许可.xlsx", admin)
    done = found({})
    assert (done.missing, done.missing_count) == (["410481-0001/DA001/二氧化硫"], 1)


def test_the_command_imports_or_lists_the_faults(unit, tmp_path, capsys):
    path = tmp_path / "permits.xlsx"
    path.write_bytes(workbook({}))
    call_command("import_permits", str(path))
    assert capsys.readouterr().out == "排污许可条件：新增 1，更改 0，不变 0。\n"
    path.write_bytes(workbook({"污染源编码": "9"}))
    with pytest.raises(CommandError, match="有 1 处错误"):
        call_command("import_permits", str(path))
    assert PollutionSource.objects.count() == 1
