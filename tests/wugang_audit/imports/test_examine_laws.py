"""The law of the preview: whatever stands in the cells, it is told, and what is sound comes in as it was shown."""

import datetime
import re

import pytest
import workbooks
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from laws import times

from enforcers.importer import OfficerImporter
from sources.importer import SourceImporter

VALUES = st.sampled_from(
    [
        None, "", "无", "甲厂", "乙厂", "1-1", "1-2", "410481-0001", "410481-0003", 7, 12345678, "2669", 2669, "0313", "9999", "重点", "一般",
        "特殊/重点", "水、大气", "化工与医药", "化工与医药（精通）、建材", "91410481317593588N", "91410481317593588N001U", 9.1e17, "是", "√", 0, 1,
        True, 113.5, 33.3, "113.5", datetime.datetime(2099, 1, 1), "2020-01-01", "2028年7月", 46935, "#N/A", "=A1", "男", "在岗", "13800138000",
        "虚构1号化工厂", "同名厂", "16041048001", "16041048002", "合计", "一、重点", "说" * 600,
    ]
)  # fmt: skip
SOUND = {
    "number": ["410481-0001", "410481-0003", *(f"1-{n}" for n in range(20))], "name": ["甲厂", "同名厂", "虚构1号化工厂", "甲"], "category": ["重点", "一般"],
    "industry_code": ["2669", "0313"], "certificate_number": [f"160410480{n}" for n in range(20)], "credit_code": [None, None, None, "91410481317593588N"],
    "certificate_expiry": ["2099-01-01", datetime.datetime(2020, 1, 1)], "recusals": [None, "410481-0001", "虚构1号化工厂"],
    "specialities": [None, "化工与医药（精通）、建材", "livestock"],
}  # fmt: skip
LAW = settings(
    deadline=None, max_examples=times(40), phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@pytest.fixture
def units(make_source):
    return [make_source(1), make_source(2, name="同名厂"), make_source(3, name="同名厂")]


@pytest.mark.parametrize("importer", [SourceImporter, OfficerImporter])
@LAW
@given(data=st.data())
def test_whatever_stands_in_the_cells_is_told_and_the_good_rows_come_in(importer, data, units, admin):
    columns = data.draw(st.permutations(importer.columns))
    required = [column for column in columns if column.required]
    columns = required + [column for column in columns if not column.required][: data.draw(st.integers(0, 9))]
    sound = [st.sampled_from(SOUND.get(column.attribute, [None])) for column in columns]
    rows = data.draw(st.lists(st.tuples(*(st.one_of(*[each] * 20, VALUES) for each in sound)), max_size=6))
    content = workbooks.of_rows([column.header for column in columns], *rows)
    importer.model.objects.exclude(pk__in=[unit.pk for unit in units]).delete()
    found, _ = importer().examine(content, "x.xlsx")
    assert found.stored()
    event(f"{found.new} new, {found.faulty} faulty")
    assert found.new + found.changed + found.unchanged + found.faulty <= len(rows)
    assert all(re.fullmatch(r"(?s)第\d+行.*：.+；.+", str(fault)) for fault in found.faults)
    done = importer().apply(content, "x.xlsx", admin, good_only=True)
    assert (done.new, done.changed, done.digest) == (found.new, found.changed, found.digest)
    again, _ = importer().examine(content, "x.xlsx")
    assert (again.new, again.changed) == (0, 0)
