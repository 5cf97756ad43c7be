"""Lists of units that titles divide by class, and their closing rows."""

import pytest
import workbooks

from sources.importer import SourceImporter
from wugang_audit.spreadsheets.corrections import BY_TITLE, Corrections
from wugang_audit.spreadsheets.detector import ColumnMapping

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
