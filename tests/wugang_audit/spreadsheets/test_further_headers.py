"""Several tables on one sheet, each with a header of its own."""

import workbooks

from wugang_audit.imports import table_bytes
from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.detector import ColumnMapping
from wugang_audit.spreadsheets.further_headers import FOUND
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.table import Column

COLUMNS = (
    Column("name", "名称", cell_types.name(20), ("厂名",), required=True),
    Column("town", "乡镇", cell_types.text(10)),
    Column("phone", "电话", cell_types.text(20)),
    Column("day", "日期", cell_types.date, blank=None),
)


def read(*rows, **choice):
    return read_table(workbooks.of_rows(*rows), COLUMNS, ColumnMapping(**choice))


def values(table):
    assert table.faults == []
    return [row.values for row in table.rows]


def test_another_table_below_is_read_by_its_own_header():
    table = read(
        ["名称", "乡镇", "电话"], ["一厂", "甲", "1"], [], ["二、其他"], ["序号", "乡镇", "厂名", "电话"], [1, "乙", "二厂", "2"]
    )  # fmt: skip
    assert values(table) == [
        {"name": "一厂", "town": "甲", "phone": "1"},
        {"name": "二厂", "town": "乙", "phone": "2"},
    ]
    assert table.notes[FOUND] == [5]


def test_a_fault_is_named_by_the_letter_of_its_own_table():
    long = "很长的名称" * 5
    table = read(
        ["名称", "乡镇", "电话"], [long, "甲", "1"], ["序号", "乡镇", "厂名", "电话"], [1, "乙", long, "2"],
        ["名称", "乡镇", "日期"], [long, "丙", "没写"],
    )  # fmt: skip
    assert [fault.place for fault in table.faults] == ["第2行 A列", "第4行 C列", "第6行 A列", "第6行 C列"]
    restored = table_bytes.loads(table_bytes.dumps(table), COLUMNS)
    row = restored.rows[1]
    assert restored.letters_of(row)["name"] == "C"


def test_what_one_of_the_tables_lacks_its_rows_do_not_say():
    table = read(
        ["名称", "乡镇", "电话"], ["一厂", "甲", "1"], ["名称", "电话", "日期"], ["二厂", "2", "2028-07-01"], ["三厂", "", "没写"]
    )  # fmt: skip
    assert [(fault.place, fault.header) for fault in table.faults] == [("第5行 C列", "日期")]
    assert [sorted(row.values) for row in table.rows] == [
        ["name", "phone", "town"],
        ["day", "name", "phone"],
        ["name", "phone"],
    ]
    assert table.column_name("day") == "“日期”"
    assert [table.column_name("day", row) for row in table.rows] == ["“日期”", "C列“日期”", "C列“日期”"]


def test_a_wider_table_below_loses_none_of_its_columns_and_the_first_none_of_its_rows():
    wide = ["序号", "备用1", "备用2", "备用3", "名称", "乡镇", "电话", "日期"]
    below = [1, None, None, None, "二厂", "乙", "2", "2028-07-01"]
    table = read(["名称", "乡镇", "电话"], ["一厂", "甲", "1"], [], wide, below)
    assert [(row.get("name"), sorted(row.values)) for row in table.rows] == [
        ("一厂", ["name", "phone", "town"]),
        ("二厂", ["day", "name", "phone", "town"]),
    ]
    far = [["名称", "乡镇", "电话"], *([f"{n}厂", "甲", "1"] for n in range(40)), wide, below]
    assert [row.get("name") for row in read(*far).rows] == [*(f"{n}厂" for n in range(40)), "二厂"]


def test_a_header_of_two_rows_under_a_row_of_names_stays_one_header():
    table = read(
        ["名称", "乡镇", "电话", "有效期"], [None, None, None, "日期"], ["一厂", "甲", "1", "2028-07-01"]
    )
    assert [(row.number, row.get("name"), len(row.values)) for row in table.rows] == [(3, "一厂", 4)]


def test_the_same_header_again_is_skipped_and_no_other_table():
    table = read(["名称", "乡镇", "电话"], ["一厂", "甲", "1"], ["名称", "乡镇", "电话"], ["二厂", "乙", "2"])
    assert [row.get("name") for row in table.rows] == ["一厂", "二厂"]
    assert FOUND not in table.notes and table.notes["重复的表头已跳过"] == [3]


def test_a_repeated_header_is_read_as_the_clerk_explained_the_first():
    rows = [["名称", "厂名", "乡镇", "电话"], ["旧一厂", "一厂", "甲", "1"]]
    again = [["名称", "厂名", "乡镇", "电话"], ["旧二厂", "二厂", "乙", "2"]]
    chosen = {"sheet": "Sheet", "header_row": 1, "columns": {1: "", 2: "name", 3: "town", 4: "phone"}}
    table = read(*rows, *again, **chosen)
    assert [row.get("name") for row in table.rows] == ["一厂", "二厂"]


def test_a_unit_called_like_a_header_is_a_unit():
    table = read(["名称", "乡镇", "电话"], ["乡镇", "名称", ""], ["电话", "甲", "乡镇"])
    assert [row.get("name") for row in table.rows] == ["乡镇", "电话"]
