"""What was read from a workbook is kept as bytes and comes back the same."""

import datetime
import json
import zlib
from decimal import Decimal
from pathlib import Path

import pytest
import workbooks
from hypothesis import given
from hypothesis import strategies as st

from enforcers.columns import COLUMNS as OFFICER_COLUMNS
from enforcers.record_importers import UNTIL
from sources.columns import COLUMNS
from wugang_audit.imports import table_bytes
from wugang_audit.spreadsheets.coordinates import TwoDegrees
from wugang_audit.spreadsheets.corrections import BY_TITLE, Corrections
from wugang_audit.spreadsheets.detector import ColumnMapping
from wugang_audit.spreadsheets.periods import TwoDays
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.table import Column, Row, Table

COLUMN_NAMES = {"number", "name", "category", "industry_code", "township", "phone", "address"}
DATA = Path(__file__).parents[2] / "data"


def same(before: Table, after: Table) -> bool:
    return (
        [(row.number, row.values, row.wrong) for row in before.rows]
        == [(row.number, row.values, row.wrong) for row in after.rows]
        and before.faults == after.faults
        and (before.columns, before.letters, before.headers) == (after.columns, after.letters, after.headers)
        and (before.sheet, before.header_row, before.notices)
        == (after.sheet, after.header_row, after.notices)
    )


def test_a_messy_workbook_comes_back_with_its_values_faults_and_notices():
    table = read_table((DATA / "sources-messy.xlsx").read_bytes(), COLUMNS)
    assert table.faults
    assert same(table, table_bytes.loads(table_bytes.dumps(table), COLUMNS))


def test_a_later_fault_shows_the_cell_as_the_clerk_wrote_it():
    content = workbooks.of_rows(
        ["污染源编码", "单位名称", "监管类别", "行业代码", "排污许可证编号"],
        ["410481-0001", "一厂", "重点", "c2669", "91410481057733582h001v"],
    )
    table = table_bytes.loads(table_bytes.dumps(read_table(content, COLUMNS)), COLUMNS)
    for attribute in ("industry_code", "category"):
        table.fault(table.rows[0], attribute, "不对", "请改")
    assert [fault.value for fault in table.faults] == ["c2669", "重点"]


def test_nothing_comes_back_when_the_columns_are_no_longer_the_same():
    staged = table_bytes.dumps(read_table((DATA / "sources-messy.xlsx").read_bytes(), COLUMNS))
    assert table_bytes.loads(staged, OFFICER_COLUMNS) is None


texts = st.text(max_size=8)
kinds = [
    st.one_of(texts, st.none(), st.booleans(), st.integers(-(2**60), 2**60)),
    st.one_of(st.dates(), st.none()),
    st.one_of(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.none()),
    st.lists(texts, max_size=3).map(tuple),
    st.lists(texts, max_size=3),
]


@given(st.data(), st.lists(st.sampled_from(range(len(kinds))), min_size=1, max_size=5))
def test_whatever_the_values_are_they_come_back_of_their_own_kind(data, chosen):
    columns = [Column(f"c{at}", f"列{at}", str) for at in range(len(chosen))]
    table = Table(columns={each.attribute: each for each in columns})
    for number in range(2, 2 + data.draw(st.integers(0, 4))):
        row = Row(number)
        for column, kind in zip(columns, chosen, strict=True):
            if data.draw(st.booleans()):
                row.values[column.attribute] = data.draw(kinds[kind])
            else:
                row.wrong.add(column.attribute)
        table.rows.append(row)
    back = table_bytes.loads(table_bytes.dumps(table), columns)
    assert same(table, back)
    found = [type(value) for row in back.rows for value in row.values.values()]
    assert found == [type(value) for row in table.rows for value in row.values.values()]


def test_a_value_of_no_known_kind_is_the_programmers_mistake():
    table = Table(columns={"at": Column("at", "时刻", str)}, rows=[Row(2, {"at": datetime.time()})])
    with pytest.raises(TypeError):
        table_bytes.dumps(table)
    table.rows[0].values["at"] = Decimal(1)
    assert table_bytes.loads(table_bytes.dumps(table), table.columns.values()).rows[0].values == {
        "at": Decimal(1)
    }


def test_what_was_kept_in_an_earlier_form_is_to_be_read_again():
    table = read_table((DATA / "sources-messy.xlsx").read_bytes(), COLUMNS)
    earlier = zlib.decompress(table_bytes.dumps(table)).replace(b'"problem":', b'"what":')
    assert table_bytes.loads(zlib.compress(earlier), COLUMNS) is None


def test_what_a_row_does_not_say_the_titles_above_it_and_the_corrections_come_back():
    rows = [
        ["重点单位"], ["污染源编码", "单位名称", "监管类别", "行业代码", "乡镇"],
        ["410481-0001", "一厂", None, "c2669", "石漫滩乡"], [None, "二厂", "一般", None, "石漫滩乡"], ["甲-乙", "三厂", None, None, "尚店镇"],
        ["单位名称", "乡镇", "联系电话"], ["四厂", "尚店镇", "13800000000"],
    ]  # fmt: skip
    said = Corrections(
        cells={(5, "number"): "甲-丙"},
        alike={"township": {"石漫滩乡": "石漫滩街道"}},
        constants={"permit_class": BY_TITLE, "address": "某路"},
    )
    table = read_table(workbooks.of_rows(*rows), COLUMNS, ColumnMapping(corrections=said))
    assert [sorted(COLUMN_NAMES - row.values.keys() - row.wrong) for row in table.rows] == [
        ["category", "phone"], ["industry_code", "number", "phone"], ["category", "industry_code", "phone"],
        ["category", "industry_code", "number"],
    ]  # fmt: skip
    back = table_bytes.loads(table_bytes.dumps(table), COLUMNS)
    assert same(table, back)
    assert back.applied == table.applied and len(back.applied) == 2
    assert (back.letters["phone"], back.column_name("address")) == ("", "“详细地址”")


@pytest.mark.parametrize("later", ["applied", "unlisted"])
def test_what_the_last_release_kept_is_to_be_read_again(later):
    table = read_table((DATA / "sources-messy.xlsx").read_bytes(), COLUMNS)
    head, *lines = zlib.decompress(table_bytes.dumps(table)).split(b"\n")
    kept = json.loads(head)
    del kept[later]
    earlier = b"\n".join([json.dumps(kept).encode(), *lines])
    assert table_bytes.loads(zlib.compress(earlier), COLUMNS) is None


def test_a_column_of_several_kinds_comes_back_as_it_was():
    """One cell may hold both coordinates, or both days of a period."""
    days = datetime.date(2026, 9, 1), datetime.date(2026, 9, 5)
    both = TwoDegrees(Decimal("113.5"), Decimal("33.3"))
    held = [Decimal("113.5"), both, None, days[0], TwoDays(*days), "字"]
    table = Table(columns={"until": UNTIL}, rows=[Row(n, {"until": value}) for n, value in enumerate(held)])
    back = [row.values["until"] for row in table_bytes.loads(table_bytes.dumps(table), [UNTIL]).rows]
    assert back == held
    assert [type(value) for value in back] == [type(value) for value in held]


def test_some_rows_say_what_the_whole_table_says_of_them():
    header = [*workbooks.UNIT_HEADER, "经度", "许可证有效期至"]
    content = workbooks.of_rows(
        header, *([f"410481-{n:04d}", f"{n}厂", "一般", "2669", f"113.{n},33.{n}", "2028-07-01"] for n in range(1, 6))
    )  # fmt: skip
    table = read_table(content, COLUMNS)
    held = {
        row.number: {name: value for name, value in row.values.items() if value is not None}
        for row in table.rows
        if row.number in (3, 6)
    }
    assert len(held) == 2 and isinstance(held[3]["longitude"], TwoDegrees)
    assert table_bytes.some_rows(table_bytes.dumps(table), {3, 6, 99}) == held
