"""What was read from a workbook is kept as bytes and comes back the same."""

import datetime
import zlib
from decimal import Decimal
from pathlib import Path

import pytest
import workbooks
from hypothesis import given
from hypothesis import strategies as st

from enforcers.columns import COLUMNS as OFFICER_COLUMNS
from sources.columns import COLUMNS
from wugang_audit.imports import table_bytes
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.table import Column, Row, Table

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
