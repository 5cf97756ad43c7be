"""What clerks said that is read instead of what cells hold: which saying counts, how often, and that it is told."""

import datetime

import pytest
import workbooks
from hypothesis import given
from hypothesis import strategies as st

from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.corrections import ALIKE, BY_TITLE, IN_CELL, RECIPE, Corrections
from wugang_audit.spreadsheets.detector import ColumnMapping
from wugang_audit.spreadsheets.reader import NOT_WANTED, read_table
from wugang_audit.spreadsheets.table import Column

COLUMNS = (
    Column("name", "名称", cell_types.name(20), required=True),
    Column("town", "乡镇", cell_types.text(10)),
    Column(
        "class_", "类别", cell_types.choice({"key": "重点 重点单位", "general": "一般 非重点"}), keeps=True
    ),
    Column("day", "日期", cell_types.date, blank=None),
)
CONTENT = workbooks.of_rows(
    ["名称", "乡镇", "类别", "日期"],
    ["一厂", "石漫滩乡", "重点", "不详"],
    ["二厂", " 石漫滩 乡", "化工", None],
    ["三厂", "尚店镇", None, "2028-07-01"],
)


def read(content=CONTENT, **said):
    return read_table(content, COLUMNS, ColumnMapping(corrections=Corrections(**said)))


def used(table):
    return [
        (each.how, each.attribute, each.found, each.becomes, each.rows, each.count)
        for each in table.applied.values()
    ]


def column(table, name):
    return [row.get(name) for row in table.rows]


def test_one_cell_is_corrected_and_no_other_like_it():
    table = read(cells={(2, "town"): "石漫滩街道", (2, "day"): "", (3, "class_"): "一般"})
    assert table.faults == []
    assert column(table, "town") == ["石漫滩街道", "石漫滩 乡", "尚店镇"]
    assert column(table, "class_") == ["key", "general", None]
    assert used(table) == [
        (IN_CELL, "town", "石漫滩乡", "石漫滩街道", [2], 1),
        (IN_CELL, "day", "不详", "", [2], 1),
        (IN_CELL, "class_", "化工", "一般", [3], 1),
    ]


def test_all_cells_alike_are_corrected_whatever_their_spaces_and_width():
    table = read(alike={"town": {"石漫滩乡": "石漫滩街道"}})
    assert column(table, "town") == ["石漫滩街道", "石漫滩街道", "尚店镇"]
    found = [each[:4] for each in used(table)]
    assert found == [
        (ALIKE, "town", "石漫滩乡", "石漫滩街道"),
        (ALIKE, "town", "石漫滩 乡", "石漫滩街道"),
    ]


def test_a_correction_counts_for_its_own_column_alone():
    table = read(workbooks.of_rows(["名称", "乡镇"], ["甲乡", "甲乡"]), recipes={"town": {"甲乡": "甲街道"}})
    assert [row.values for row in table.rows] == [{"name": "甲乡", "town": "甲街道"}]


def test_the_nearest_saying_counts_and_the_remembered_one_last():
    remembered = {"town": {"石漫滩乡": "丙", "尚店镇": "丁"}}
    table = read(cells={(2, "town"): "甲"}, alike={"town": {"石漫滩乡": "乙"}}, recipes=remembered)
    assert column(table, "town") == ["甲", "乙", "丁"]
    assert [how for how, *_ in used(table)] == [IN_CELL, ALIKE, RECIPE]


def test_what_a_correction_gives_is_not_corrected_again():
    chain = {"石漫滩乡": "尚店镇", "尚店镇": "石漫滩乡"}
    assert column(read(recipes={"town": chain}), "town") == ["尚店镇", "尚店镇", "石漫滩乡"]
    both = {"alike": {"town": {"石漫滩乡": "尚店镇"}}, "recipes": {"town": {"尚店镇": "别处"}}}
    assert column(read(**both), "town") == ["尚店镇", "尚店镇", "别处"]


def test_who_says_that_a_text_stays_as_it_is_keeps_a_recipe_from_it():
    table = read(alike={"town": {"石漫滩乡": "石漫滩乡"}}, recipes={"town": {"石漫滩乡": "石漫滩街道"}})
    assert column(table, "town") == ["石漫滩乡", "石漫滩 乡", "尚店镇"]
    assert used(table) == []


def test_what_a_correction_gives_is_judged_by_the_column():
    table = read(recipes={"class_": {"化工": "甲类"}, "day": {"不详": "2028"}})
    assert [(fault.row, fault.attribute, fault.value) for fault in table.sorted_faults()] == [
        (2, "day", "2028"),
        (3, "class_", "甲类"),
    ]


def test_an_empty_cell_can_be_corrected_and_an_emptied_required_one_is_a_fault():
    table = read(recipes={"class_": {"": "一般", "化工": ""}, "name": {"一厂": ""}, "day": {"不详": ""}})
    assert column(table, "class_") == ["key", None, "general"]
    assert [(fault.row, fault.problem) for fault in table.faults] == [(2, "必填，但没有内容")]


def test_dates_and_numbers_are_named_as_the_clerk_sees_them():
    content = workbooks.of_rows(
        ["名称", "乡镇", "日期"], ["一厂", 3, datetime.datetime(2028, 7, 1)], ["二厂", 3, None]
    )
    table = read(content, recipes={"town": {"3": "三街道"}, "day": {"2028-07-01": "2029-07-01"}})
    assert column(table, "town") == ["三街道", "三街道"]
    assert column(table, "day") == [datetime.date(2029, 7, 1), None]
    assert used(table)[0][-2:] == ([2, 3], 2)


def test_a_formula_without_a_result_can_be_corrected():
    content = workbooks.of_rows(["名称", "乡镇"], ["一厂", "=A2"], ["二厂", "=A3"])
    table = read(content, cells={(2, "town"): "尚店镇"})
    assert (column(table, "town"), [fault.row for fault in table.faults]) == (["尚店镇", None], [3])


def test_a_row_that_is_left_out_is_not_read_and_that_is_told():
    table = read(left_out={2, 99})
    assert column(table, "name") == ["二厂", "三厂"]
    assert table.notes[NOT_WANTED] == [2]
    assert 2 not in [fault.row for fault in table.faults]


# --- what holds for the whole file ------------------------------------------------------------------------------
NAMES = workbooks.of_rows(["名称"], ["一厂"], ["二厂"])


def test_a_constant_stands_in_every_row_of_a_column_that_the_file_has_not():
    table = read(NAMES, constants={"class_": "重点单位", "town": "尚店镇"})
    assert [row.values for row in table.rows] == [
        {"name": name, "class_": "key", "town": "尚店镇"} for name in ("一厂", "二厂")
    ]
    assert "按您的选择，整个文件的“类别”都是“重点单位”" in table.notices
    assert table.column_name("class_") == "“类别”"


def test_a_constant_does_not_touch_a_column_that_the_file_has():
    table = read(
        constants={"town": "别处", "unheard": "x"}, recipes={"day": {"不详": ""}, "class_": {"化工": ""}}
    )
    assert column(table, "town") == ["石漫滩乡", "石漫滩 乡", "尚店镇"]


def test_a_constant_that_its_column_refuses_is_a_fault_of_the_file():
    table = read(NAMES, constants={"class_": "甲类"})
    assert [(fault.row, fault.problem, fault.value) for fault in table.faults] == [
        (None, "整个文件的“类别”是不认识的写法", "甲类")
    ]


def sheet(*rows, title="名单"):
    return workbooks.of_rows(*rows, title=title)


BY = {"constants": {"class_": BY_TITLE}}


@pytest.mark.parametrize(
    ("above", "title", "known"),
    [
        ([["2026年重点单位名单"]], "名单", "key"),
        ([["2026年重点单位名单"], ["填报单位：某分局"]], "名单", "key"),
        ([["2026年名单"]], "重点单位", "key"),
        ([], "一般", "general"),
        ([["非重点单位名单"]], "名单", "general"),
        ([["重点、一般单位名单"]], "名单", None),
        ([["重点单位名单"], ["一般单位名单"]], "名单", "general"),
        ([["2026年名单"]], "名单", None),
    ],
)
def test_the_class_is_taken_from_the_nearest_title_that_tells_it(above, title, known):
    table = read(sheet(*above, ["名称", "乡镇"], ["一厂", "甲"], title=title), **BY)
    assert (table.faults, column(table, "class_")) == ([], [known])
    silent = "上面的标题里看不出“类别”"
    assert (silent in table.notes) == (known is None)


def test_titles_within_the_list_divide_it():
    rows = [
        ["序号", "名称", "乡镇"], ["一、重点"], [1, "一厂", "甲"], [2, "二厂", "甲"], [None, None, "非重点"], [1, "三厂", "甲"], ["三、其他"], [1, "四厂", "甲"],
    ]  # fmt: skip
    table = read(sheet(*rows), **BY)
    assert column(table, "name") == ["一厂", "二厂", "三厂", "四厂"]
    assert column(table, "class_") == ["key", "key", "general", None]
    assert table.notes["上面的标题里看不出“类别”"] == [8]


# --- the law ----------------------------------------------------------------------------------------------------
TEXTS = st.sampled_from(["甲乡", "乙乡", "甲 乡", "", "没写", "甲街道"])


@given(
    st.lists(TEXTS, min_size=1, max_size=5),
    st.dictionaries(TEXTS.map(lambda text: text.replace(" ", "")), TEXTS, max_size=4),
)
def test_a_recipe_applied_twice_equals_once_unless_it_leads_from_one_text_to_another(texts, recipe):
    """What it gives holds still only if no recipe begins there: else a second import would read on."""
    said = {key: text for key, text in recipe.items() if text.replace(" ", "") not in recipe}

    def through(held):
        rows = ([f"{at}厂", text] for at, text in enumerate(held))
        return column(read(workbooks.of_rows(["名称", "乡镇"], *rows), recipes={"town": said}), "town")

    once = through(texts)
    assert through(once) == once
