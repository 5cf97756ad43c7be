"""Importing permit conditions: whose they are, all or nothing, and what is missing."""

import io
from decimal import Decimal

import openpyxl
import pytest
import workbooks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from permit_workbooks import found, told, workbook

from sources.models import PermitCondition, PollutionSource
from sources.permit_columns import COLUMNS
from sources.permit_importer import PermitImporter, import_file, preview
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports.importer import BATCH
from wugang_audit.imports.preview import Faulty
from wugang_audit.spreadsheets import export, template


@pytest.fixture
def unit(make_source):
    return make_source(1)


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
    content = b"".join(
        export.export(importer.written_columns, importer.exported(PermitCondition.objects.all()))
    )
    again = preview(content, "导出.xlsx")
    assert (again.new, again.changed, again.unchanged, again.faults) == (0, 0, 4, [])


def test_the_template_names_every_column_and_explains_the_numbers(unit):
    importer = PermitImporter()
    book = openpyxl.load_workbook(template.template(importer.written_columns, importer.codes()))
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
