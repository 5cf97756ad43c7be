"""Laws of the permits' import: no workbook raises, what comes in fits its columns, and an export is all unchanged."""

import pytest
import workbooks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws import times

from sources.models import PermitCondition
from sources.permit_columns import COLUMNS
from sources.permit_importer import PermitImporter, preview
from wugang_audit.spreadsheets import export
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong

ODD = [
    "DA001", "da 001", "DW001", "MF0001", "TS001", "厂界", "ß厂é", "DA1", "废水", "无组织", "噪声", "颗粒物", "pH", "ΣПДＰＨ", "苯" + "㍿" * 40, "ﷺ" * 8,
    "20mg/Nm3", "/mg/Nm3", "6～9", "6-9（无量纲）", "≤30", "9" * 45, "0." + "0" * 50 + "1", "不得检出", "1,200", "5kg/a", "9.1E+17",
    "TA001、TW002", "TA001/TA001", "TA" * 40, "是", "手工", "无", "-", "=1+1", "#N/A", "_x000D_", "\u3000", "长" * 300,
]  # fmt: skip
CELL = st.one_of(
    st.none(), st.sampled_from(ODD), st.integers(-(10**18), 10**18), st.booleans(), st.dates(), st.times(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=12),
)  # fmt: skip
RULED = [column for column in COLUMNS if not hasattr(column.rule, "write")]
MANY = settings(
    deadline=None, max_examples=times(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


@pytest.fixture
def units(make_source):
    return [make_source(1), make_source(2, number="WG-1", name="虚构（二）厂")]


LIKELY = {
    "number": ["410481-0001", "wg-1"], "name": [None], "outlet_code": ["DA001", "DW001", "厂界", "ß厂é"],
    "outlet_kind": [None, "噪声"], "pollutant": ["颗粒物", "颗 粒物", "ΣПД", "σпд", "苯" + "㍿" * 40], "is_active": ["是", "否"],
}  # fmt: skip
PLAIN = st.tuples(*(st.sampled_from(LIKELY.get(column.attribute, [None])) for column in COLUMNS))
ODDITIES = st.dictionaries(st.integers(0, len(COLUMNS) - 1), CELL, max_size=2)
ROWS = st.lists(
    st.builds(lambda row, odd: [odd.get(at, cell) for at, cell in enumerate(row)], PLAIN, ODDITIES),
    max_size=6,
)


@settings(deadline=None, max_examples=times(600))
@given(st.sampled_from(RULED), st.sampled_from(ODD) | st.text(max_size=12) | st.floats(0, 1e12))
def test_what_was_read_of_a_cell_is_read_again_as_it_is(column, raw):
    def read(value):
        value = column.rule(value)
        return value.value if isinstance(value, Adjusted) else value

    try:
        value = read(raw)
    except Wrong:
        return
    assert value in ("", read(value))


@MANY
@given(ROWS)
def test_the_sound_rows_of_any_workbook_come_in_and_their_export_is_all_unchanged(units, rows):
    content = workbooks.of_rows([column.header for column in COLUMNS], *rows)
    importer = PermitImporter()
    for fault in importer.apply(content, "乱.xlsx", None, good_only=True).faults:
        assert fault.problem and fault.fix
    content = b"".join(
        export.export(importer.written_columns, importer.exported(PermitCondition.objects.all()))
    )
    if count := PermitCondition.objects.count():
        again = preview(content, "导出.xlsx")
        assert (again.faults, again.new, again.changed, again.unchanged) == ([], 0, 0, count)
