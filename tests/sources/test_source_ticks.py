"""The class of units in lists that tick one of several columns, or answer by 是 and 否."""

import pytest
import workbooks

from sources.importer import SourceImporter
from wugang_audit.imports.columns_form import ColumnsForm
from wugang_audit.spreadsheets.detector import ColumnMapping, look

pytestmark = pytest.mark.usefixtures("specialities")
TICKED = [
    ["序号", "企业名称", "监管级别", None, None, "涉水", "镇办"],
    [None, None, "重点", "特殊", "一般", None, None],
    [1, "甲厂", "●", None, None, "√", "尚店镇"],
    [2, "乙厂", None, "√", None, "×", "尚店镇"],
    [3, "丙厂", None, None, "★", "×", "尚店镇"],
    [4, "丁厂", None, None, None, "×", "尚店镇"],
    [5, "戊厂", "√", "√", None, "×", "尚店镇"],
]
ASKED = [
    ["企业名称", "是否重点排污单位", "是否特殊监管", "停产状态"],
    ["甲厂", "是", None, "停产"],
    ["乙厂", "否", "是", None],
    ["丙厂", "否", None, None],
    ["丁厂", None, None, None],
]


def read(*rows, **choice):
    return SourceImporter().read_workbook(workbooks.of_rows(*rows), ColumnMapping(**choice))


def classes(table):
    assert table.faults == []
    return [(row.get("name"), row.get("category", "")) for row in table.rows]


def test_the_ticked_one_of_several_columns_is_the_class():
    table = read(*TICKED)
    assert classes(table) == [
        ("甲厂", "key"), ("乙厂", "special"), ("丙厂", "general"), ("丁厂", ""), ("戊厂", "special"),
    ]  # fmt: skip
    said = "C列“重点”、D列“特殊”、E列“一般”打勾或填“是”的，按“监管类别”是“重点排污单位、特殊监管对象、一般排污单位”读取，这几列都填“否”的是“一般排污单位”"
    assert said in table.notices
    assert [row.get("discharges_wastewater") for row in table.rows] == [True, False, False, False, False]


def test_no_says_general_only_where_both_classes_are_asked():
    assert classes(read(*ASKED)) == [("甲厂", "key"), ("乙厂", "special"), ("丙厂", "general"), ("丁厂", "")]
    one = [[row[0], row[1]] for row in ASKED]
    assert classes(read(*one)) == [("甲厂", "key"), ("乙厂", ""), ("丙厂", ""), ("丁厂", "")]


def test_a_cell_that_is_no_tick_is_a_fault_of_its_column():
    rows = [
        *TICKED,
        *([n, f"{n}号厂", "√", None, None, None, None] for n in range(40)),
        [9, "己厂", "待定级", None, None, None, None],
    ]
    (fault,) = read(*rows).faults
    assert (fault.row, fault.value, fault.attribute) == (48, "待定级", "category")


def test_a_column_of_its_own_goes_before_ticks():
    table = read(["企业名称", "监管类别", "是否重点"], ["甲厂", "一般", "是"])
    assert classes(table) == [("甲厂", "general")]


def test_whether_a_unit_stands_still_is_read_as_its_state():
    table = read(["企业名称", "是否在产"], ["甲厂", "是"], ["乙厂", "否"])
    assert [row.get("operating_state") for row in table.rows] == ["normal", "stopped"]
    table = read(["企业名称", "是否停产"], ["甲厂", "是"], ["乙厂", "停产"])
    assert [fault.value for fault in table.faults] == ["是"]


def test_on_the_page_of_columns_all_of_them_may_be_the_class():
    importer = SourceImporter()
    layout = look(workbooks.of_rows(*TICKED), importer.columns, ColumnMapping())
    assert [each.attribute for each in layout.columns] == [
        "", "name", "category", "category", "category", "discharges_wastewater", "township",
    ]  # fmt: skip
    chosen = {f"column-{each.position}": each.attribute for each in layout.columns}
    form = ColumnsForm(importer, layout, {}, chosen)
    assert form.is_valid(), form.errors
    assert [row.why for row in form.rows()][2] == "打勾或填“是”的读作“重点排污单位”"
    columns = {int(at): name for at, name in form.chosen().items()}
    by_hand = read(*TICKED, sheet=layout.sheet, header_row=layout.header_row, columns=columns)
    assert classes(by_hand) == classes(read(*TICKED))
    assert not ColumnsForm(importer, layout, {}, chosen | {"column-6": "category"}).is_valid()
