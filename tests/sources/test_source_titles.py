"""Lists of units that titles divide by class, and their closing rows."""

import pytest
import workbooks

from sources.columns import COLUMNS
from sources.importer import SourceImporter
from wugang_audit.imports.columns_form import NOTHING, ColumnsForm
from wugang_audit.spreadsheets.corrections import BY_TITLE, Corrections
from wugang_audit.spreadsheets.detector import ColumnMapping, look
from wugang_audit.spreadsheets.titles import told_by

pytestmark = pytest.mark.usefixtures("specialities")


def examined(*rows, **constants):
    content, importer = workbooks.of_rows(*rows), SourceImporter()
    choice = ColumnMapping(corrections=Corrections(constants=constants))
    return importer.examine(content, "x.xlsx", importer.read_workbook(content, choice))


def test_one_number_under_two_titles_is_a_fault_that_names_the_class():
    rows = [
        ["污染源编码", "单位名称"],
        ["一、重点排污单位"],
        ["1-1", "甲厂"],
        ["二、一般排污单位"],
        ["1-1", "甲厂"],
    ]
    preview, _ = examined(*rows, category=BY_TITLE)
    assert [str(fault) for fault in preview.faults] == [
        f"第{row}行 A列 污染源编码 “1-1”：污染源编码与第{other}行重复，而内容不同（“监管类别”）；请核对：改正写错的，或删去多余的行"
        for row, other in ((3, 5), (5, 3))
    ]


def test_each_unit_gets_the_class_of_its_title():
    rows = [
        ["序号", "单位名称"],
        [None, "一、重点排污单位"],
        [1, "甲厂"],
        [None, "（二）非重点"],
        [1, "乙厂"],
    ]
    preview, work = examined(*rows, category=BY_TITLE)
    assert [(item.row.values["name"], item.row.values["category"]) for item in work.touched] == [
        ("甲厂", "key"),
        ("乙厂", "general"),
    ]
    assert preview.faults == []


@pytest.mark.parametrize(
    ("title", "township"),
    [
        ("尚店镇", "尚店镇"), ("一、尚店镇", "尚店镇"), ("（二）八台镇（12家）", "八台镇"), ("舞钢市尚店镇企业名单", "尚店镇"),
        ("2024年尚店镇重点单位", "尚店镇"), ("垭口街道办事处", "垭口街道办事处"), ("尹集镇", "尹集镇"), ("二郎山乡", "二郎山乡"), ("石漫滩乡", "石漫滩乡"),
        ("乡镇企业名录", None), ("各乡镇排污单位", None), ("城镇污水处理厂", None), ("重点城镇名单", None), ("2024年度重点排污单位名录", None), ("一、重点", None),
    ],
)  # fmt: skip
def test_a_title_tells_the_township_it_names(title, township):
    column = next(each for each in COLUMNS if each.attribute == "township")
    assert told_by(column, title) == township


NESTED = [
    ["舞钢市重点排污单位名录"], ["序号", "单位名称"], [None, "尚店镇"], [1, "甲厂"], [None, "枣林镇"], [2, "乙厂"],
    [None, "二、一般排污单位"], [3, "丙厂"], [None, "三、其他"], [4, "丁厂"],
]  # fmt: skip


def test_titles_of_class_and_township_leave_what_the_other_told_and_one_that_tells_nothing_ends_both():
    _, work = examined(*NESTED, category=BY_TITLE, township=BY_TITLE)
    assert [tuple(item.row.values[name] for name in ("name", "category", "township")) for item in work.touched] == [
        ("甲厂", "key", "尚店镇"), ("乙厂", "key", "枣林镇"), ("丙厂", "general", "枣林镇"), ("丁厂", "", ""),
    ]  # fmt: skip


def test_a_township_that_nobody_asked_for_does_not_end_the_class_above_it():
    _, work = examined(*NESTED, category=BY_TITLE)
    assert [item.row.values["category"] for item in work.touched] == ["key", "key", "general", ""]


def test_titles_in_a_column_that_is_not_read_are_told():
    preview, _ = examined(["序号", "单位名称"], ["尚店镇", None], [1, "甲厂"], ["枣林镇", None], [1, "乙厂"])
    assert said(preview) == ["只有一个标题的行已跳过：第2、4行"]


def test_the_page_of_columns_asks_whether_the_titles_hold_the_township():
    form = columns_form(*NESTED)
    assert [(each.column.attribute, each.field and each.field.initial) for each in form.absent()] == [
        ("number", None), ("category", BY_TITLE), ("industry_code", None), ("township", BY_TITLE),
    ]  # fmt: skip
    assert dict(form.fields["constant-township"].choices) == {
        "": NOTHING, "尚店镇": "整个文件都是“尚店镇”", "枣林镇": "整个文件都是“枣林镇”", BY_TITLE: "按每一行上面的标题（尚店镇、枣林镇）",
    }  # fmt: skip


def test_one_township_in_the_title_is_suggested_for_the_whole_file_and_none_where_a_column_has_it():
    assert (
        columns_form(["尚店镇企业名单"], ["单位名称", "电话"], ["甲厂", "1"])["constant-township"].initial
        == "尚店镇"
    )
    rows = ["尚店镇企业名单"], ["单位名称", "乡镇"], ["甲厂", "枣林镇"]
    assert "constant-township" not in columns_form(*rows).fields


def columns_form(*rows):
    importer = SourceImporter()
    layout = look(workbooks.of_rows(*rows), importer.columns, ColumnMapping())
    return ColumnsForm(importer, layout, {})


def said(preview):
    """The notices, but for those that new units lack a class or an industry."""
    return [notice for notice in preview.notices if not notice.startswith("新单位没有")]


@pytest.mark.parametrize(
    "last", [["尚店镇", "小计"], ["合计", None], ["", "制表单位：某监测站"], ["", "以上共 2 家"]]
)
def test_a_closing_row_of_a_short_list_is_no_unit(last):
    preview, _ = examined(["乡镇", "单位名称"], ["尚店镇", "甲厂"], last)
    assert (preview.new, said(preview)) == (1, ["合计、填表人等不是数据的行已跳过：第3行"])


def test_a_unit_that_is_called_like_a_closing_row_is_a_unit():
    preview, _ = examined(
        ["乡镇", "单位名称"], ["尚店镇", "甲厂"], ["", "合计仪表厂"], ["尚店镇", "审核设备有限公司"]
    )
    assert (preview.new, said(preview)) == (3, [])
