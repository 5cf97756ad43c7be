"""The laws of imports without numbers: the same file twice, in another order, and what comes out of it again."""

import pytest
import workbooks
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from laws import times

from enforcers.importer import OfficerImporter
from enforcers.models import Officer
from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.spreadsheets import export
from wugang_audit.spreadsheets.corrections import Corrections
from wugang_audit.spreadsheets.detector import ColumnMapping

LAWS = settings(
    deadline=None, max_examples=times(20), phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
CODE, OTHER = "91410481317593588N", "91410481105484945P"


def some(*values):
    return st.sampled_from([None, *values])


UNIT = {
    "单位名称": some("甲厂", "甲厂", "舞钢市甲厂", "乙厂", "丙厂", "合计"), "污染源编码": some(None, None, None, "410481-0001", "410481-0007", "1-1"),
    "统一社会信用代码": some(None, CODE, OTHER, "不详"), "排污许可证编号": some(None, f"{CODE}001V", f"{CODE}002V", f"{OTHER}001V"),
    "监管类别": some("重点", "一般", "甲类"), "行业代码": some("2669", "0313", "水泥制品制造"),
    "行业名称": some("化工类", "C30", "水泥制品制造"), "详细地址": some("东路1号", "西路2号"), "在库": some("是", "否"),
}  # fmt: skip
OFFICER = {
    "姓名": some("张三", "张三", "李四", "张 三"), "执法证号": some(None, None, "16041048001", "16041048002", "16041048009"),
    "执法证有效期至": some("2099-01-01", "2098-01-01", "不详"), "所属机构": some("一中队", "二中队"), "职务": some("科员"),
    "擅长行业": some("建材", "畜禽养殖（精通）、建材", "炼丹"), "在册": some("是", "否"),
}  # fmt: skip


@st.composite
def lists(draw, cells):
    """Rows of a list that has some of the columns, the name among them."""
    name, *others = cells
    columns = [name, *draw(st.lists(st.sampled_from(others), unique=True, max_size=6))]
    row = st.fixed_dictionaries({header: cells[header] for header in columns})
    return [
        {header: each[header] for header in columns} for each in draw(st.lists(row, min_size=1, max_size=6))
    ]


@pytest.fixture
def run(make_source, make_officer):
    """Run a block over a registry with some units and officers, and take back all that it wrote."""
    make_source(1, name="甲厂", credit_code=CODE, category="")
    make_source(2, name="甲厂", industry_code="", speciality=None, industry_name="")
    make_source(3, name="乙厂", permit_number=f"{OTHER}001V", is_active=False)
    make_officer(1, "张三", "livestock")
    Officer.objects.create(name="张三", department="二中队")

    def do(block):
        with transaction.atomic():
            found = block()
            transaction.set_rollback(True)
        return found

    return do


def imported(importer, rows, **corrections):
    content, importer = workbooks.of_dicts(rows), importer()
    choice = ColumnMapping(corrections=Corrections(**corrections))
    return importer.apply(
        content, "x.xlsx", None, good_only=True, table=importer.read_workbook(content, choice)
    )


def examined(importer, content):
    found = importer().examine(content, "x.xlsx")[0]
    return found.new, found.changed, [str(fault) for fault in found.faults]


def standing(importer, file):
    """What stands in the registry; of keys only those that it or the file had, for others follow the order of the rows."""
    written = importer()
    key = [column.attribute for column in written.written_columns].index(importer.key)
    old = {"410481-0001", "410481-0002", "410481-0003", "16041048001"}
    old |= {each.get(header) for each in file for header in ("污染源编码", "执法证号")}
    rows = [list(row) for row in written.exported(importer.model.objects.all())]
    for row in rows:
        row[key] = row[key] if row[key] in old else ""
    return sorted(map(repr, rows))


@pytest.mark.parametrize(("importer", "cells"), [(SourceImporter, UNIT), (OfficerImporter, OFFICER)])
@LAWS
@given(data=st.data())
def test_the_same_file_twice_changes_nothing_and_its_export_comes_in_as_unchanged(importer, cells, data, run):
    rows = data.draw(lists(cells))

    def law():
        done = imported(importer, rows)
        event(f"{done.new > 0} new, {done.changed > 0} changed, {done.faulty > 0} faulty")
        assert examined(importer, workbooks.of_dicts(rows))[:2] == (0, 0)
        assert examined(importer, workbooks.of_dicts(rows[::-1]))[:2] == (0, 0)
        written = importer()
        everything = written.exported(importer.model.objects.all())
        assert examined(importer, b"".join(export.export(written.written_columns, everything))) == (0, 0, [])

    run(law)


@pytest.mark.parametrize(("importer", "cells"), [(SourceImporter, UNIT), (OfficerImporter, OFFICER)])
@LAWS
@given(data=st.data())
def test_the_order_of_the_rows_makes_no_difference_but_for_the_numbers_given(importer, cells, data, run):
    rows = data.draw(lists(cells))
    other = data.draw(st.permutations(rows))

    def outcome(order):
        done = imported(importer, order)
        return done.new, done.changed, done.unchanged, done.faulty, standing(importer, order)

    assert run(lambda: outcome(rows)) == run(lambda: outcome(other))


TAKEN_BY_A_FAULTY_ROW = """
丙厂 C30 - - 是 - 东路1号
合计 - 91410481317593588N001V 甲类 是 2669 东路1号
甲厂 C30 - 重点 - - -
乙厂 水泥制品制造 91410481317593588N002V - 是 0313 西路2号
丙厂 C30 91410481317593588N001V 重点 - 0313 东路1号
"""


def test_a_row_at_fault_takes_no_unit_from_another_when_the_file_comes_again(run):
    """A row 甲类 shares its code with two others at first; once these have units, it alone asks for that of 甲厂."""
    headers = ["单位名称", "行业名称", "排污许可证编号", "监管类别", "在库", "行业代码", "详细地址"]
    rows = [
        {header: None if text == "-" else text for header, text in zip(headers, line.split(), strict=True)}
        for line in TAKEN_BY_A_FAULTY_ROW.split("\n")[1:-1]
    ]

    def law():
        done = imported(SourceImporter, rows)
        assert (done.new, done.changed, done.faulty) == (3, 1, 1)
        assert examined(SourceImporter, workbooks.of_dicts(rows))[:2] == (0, 0)

    run(law)


SAID = {
    "category": {"甲类": "一般", "": "重点"}, "industry_name": {"化工类": "2669", "c30": "3021"},
    "credit_code": {"不详": ""}, "address": {"东路1号": "东路2号", "西路2号": ""},
}  # fmt: skip


@LAWS
@given(rows=lists(UNIT), columns=st.sets(st.sampled_from(sorted(SAID))))
def test_a_recipe_applied_twice_equals_once(run, rows, columns):
    recipes = {name: SAID[name] for name in columns}

    def law():
        imported(SourceImporter, rows, recipes=recipes)
        once = sorted(
            PollutionSource.objects.order_by("pk").values_list("number", "name", "category", "address")
        )
        again = imported(SourceImporter, rows, recipes=recipes)
        assert (again.new, again.changed) == (0, 0)
        assert once == sorted(
            PollutionSource.objects.order_by("pk").values_list("number", "name", "category", "address")
        )

    run(law)
