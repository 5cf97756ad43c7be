"""Which unit a row without a registry number means, and which number a new unit gets."""

import pytest
import workbooks
from source_workbooks import CODE, OTHER, examined, found, imported, numbers

from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.imports.diff import tick

pytestmark = pytest.mark.usefixtures("specialities")
PERMIT, SECOND_PERMIT, THIRD_PERMIT = f"{CODE}001V", f"{CODE}002V", f"{CODE}003V"


# --- by which column ------------------------------------------------------------------------------------------
@pytest.fixture
def unit(make_source):
    return make_source(7, name="甲化工厂", credit_code=CODE, permit_number=PERMIT)


@pytest.mark.parametrize(
    ("row", "by", "confirmed"),
    [
        ({"污染源编码": "410481-0007", "单位名称": "甲化工厂"}, "污染源编码", ""),
        ({"单位名称": "甲化工厂", "排污许可证编号": PERMIT}, "排污许可证编号", ""),
        ({"单位名称": "改名的厂", "排污许可证编号": PERMIT}, "排污许可证编号", "排污许可证编号"),
        ({"单位名称": "甲化工厂", "统一社会信用代码": CODE}, "统一社会信用代码", ""),
        ({"单位名称": "改名的厂", "统一社会信用代码": CODE}, "统一社会信用代码", "统一社会信用代码"),
        ({"单位名称": "甲化工厂"}, "单位名称", "单位名称"),
        ({"单位名称": "舞钢市甲化工厂"}, "单位名称", "单位名称"),
    ],
)
def test_a_row_finds_its_unit_by_the_surest_column_that_it_has(unit, row, by, confirmed):
    preview = examined(row | {"备注": "新的备注"})
    assert preview.found_by == {by: 1}
    assert found(preview) == [(2, "410481-0007", False, confirmed)]


def test_a_row_that_is_found_by_its_name_and_changes_nothing_asks_nothing(unit):
    assert (examined({"单位名称": "甲化工厂"}).guards, found(examined({"单位名称": "甲化工厂"}))) == (0, [])


@pytest.mark.parametrize(
    "row",
    [
        {"单位名称": "乙厂", "统一社会信用代码": OTHER},
        {"单位名称": "甲化工厂", "统一社会信用代码": OTHER},
        {"单位名称": "甲化工厂", "排污许可证编号": SECOND_PERMIT},
        {"单位名称": "甲化工厂", "统一社会信用代码": CODE, "排污许可证编号": SECOND_PERMIT},
    ],
)
def test_who_tells_another_code_or_permit_is_another_unit(unit, row):
    assert found(examined(row)) == [(2, "410481-0008", True, "")]
    assert examined(row).found_by == {"新给的编码": 1}


def test_a_new_unit_of_a_name_that_is_there_must_be_ticked(unit):
    row = {"单位名称": "甲化工厂", "统一社会信用代码": OTHER}
    assert [each.alike for each in examined(row).differences] == ["410481-0007"]


def test_one_row_takes_a_unit_once_and_a_number_in_the_file_keeps_it_for_its_own_row(unit):
    preview = examined(
        {"污染源编码": "410481-0007", "单位名称": "甲化工厂", "备注": "一"},
        {"单位名称": "甲化工厂", "备注": "二"},
    )
    assert [each[:3] for each in found(preview)] == [(2, "410481-0007", False), (3, "410481-0008", True)]


def test_a_permit_counts_before_a_code_and_a_code_before_a_name(make_source):
    make_source(1, name="甲厂", permit_number=PERMIT)
    make_source(2, name="乙厂", credit_code=CODE)
    make_source(3, name="丙厂")
    row = {"单位名称": "丙厂", "统一社会信用代码": CODE, "排污许可证编号": PERMIT}
    assert [each.key for each in examined(row).differences] == ["410481-0001"]
    assert [each.key for each in examined(row | {"排污许可证编号": SECOND_PERMIT}).differences] == [
        "410481-0002"
    ]


def test_a_unit_that_a_surer_column_found_is_not_found_again_by_its_name(unit):
    preview = examined({"单位名称": "改名的厂", "统一社会信用代码": CODE}, {"单位名称": "甲化工厂"})
    assert [each[:3] for each in found(preview)] == [(2, "410481-0007", False), (3, "410481-0008", True)]


# --- several of one code or name --------------------------------------------------------------------------------
@pytest.fixture
def sites(make_source):
    """One firm with three sites under one credit code; two of them of the same name."""
    return [
        make_source(1, name="甲公司", credit_code=CODE, address="东路1号"),
        make_source(2, name="甲公司", credit_code=CODE, address="西路2号"),
        make_source(3, name="甲公司二分厂", credit_code=CODE, address="南路3号"),
    ]


def test_several_sites_of_one_firm_are_told_apart_by_name_and_by_all_else(sites):
    rows = [
        {"单位名称": "甲公司二分厂", "统一社会信用代码": CODE, "详细地址": "北路4号", "备注": ""},
        {"单位名称": "甲公司", "统一社会信用代码": CODE, "详细地址": "西路2号", "备注": "西"},
        {"单位名称": "甲公司", "统一社会信用代码": CODE, "详细地址": "东路1号", "备注": "东"},
    ]
    for order in (rows, rows[::-1]):
        preview = examined(*order)
        changed = {each.key: each.changes[0].new for each in preview.differences}
        assert changed == {"410481-0001": "东", "410481-0002": "西", "410481-0003": "北路4号"}


def test_a_site_of_an_unknown_name_under_a_code_of_several_is_taken_for_none_of_them(sites):
    row = {"单位名称": "甲公司三分厂", "统一社会信用代码": CODE}
    assert [each.new for each in examined(row).differences] == [True]


def test_one_more_row_than_there_are_units_is_a_new_unit(make_source):
    make_source(1, name="甲养殖场", township="尚店镇")
    rows = [{"单位名称": "甲养殖场", "乡镇": town} for town in ("枣林镇", "尚店镇", "八台镇")]
    preview = examined(*rows)
    assert [(each.row, each.new) for each in preview.differences] == [(2, True), (4, True)]


def test_of_two_units_of_a_name_the_one_that_does_not_speak_against_the_row_is_meant(make_source):
    make_source(1, name="甲厂", permit_number=PERMIT, address="东路1号")
    make_source(2, name="甲厂", address="别处")
    row = {"单位名称": "甲厂", "排污许可证编号": SECOND_PERMIT, "详细地址": "东路1号"}
    assert [each.key for each in examined(row).differences] == ["410481-0002"]


def test_a_unit_in_the_registry_is_meant_before_one_that_was_taken_off_it(make_source):
    make_source(1, name="甲厂", is_active=False, address="东路1号")
    make_source(2, name="甲厂", address="别处")
    row = {"单位名称": "甲厂", "详细地址": "东路1号"}
    assert [each.key for each in examined(row).differences] == ["410481-0002"]
    off = examined(row | {"在库": "否", "备注": "x"})
    assert [each.key for each in off.differences] == ["410481-0001"]


def test_of_rows_that_fit_a_unit_alike_the_order_in_the_file_does_not_decide(make_source):
    make_source(1, name="甲厂", phone="13800000000")
    rows = [{"单位名称": "甲厂", "联系电话": phone} for phone in ("13900000001", "13900000002")]
    changed = {
        each.changes[0].new
        for order in (rows, rows[::-1])
        for each in examined(*order).differences
        if not each.new
    }
    assert len(changed) == 1


def test_six_hundred_units_of_one_name_are_found_again():
    rows = [{"单位名称": "养殖户", "详细地址": f"{n}号"} for n in range(600)]
    imported(*rows)
    again = examined(*rows[::-1])
    assert (again.new, again.changed, again.unchanged) == (0, 0, 600)


def test_a_row_at_fault_that_says_less_does_not_take_the_unit_that_agrees_with_another():
    rows = {"单位名称": "甲厂", "监管类别": "重点"}, {"单位名称": "甲厂", "监管类别": "待核"}
    imported(*rows, good_only=True)
    assert [(each.new, each.changed, each.unchanged) for each in [examined(*rows)]] == [(0, 0, 1)]


def test_an_industry_in_words_tells_units_of_one_name_apart(make_source):
    """A second import of the same list: the words must count as the code that they became."""
    make_source(3, name="乙厂", industry_code="2669", is_active=False)
    rows = {"单位名称": "乙厂", "行业代码": "水泥制品制造"}, {"单位名称": "乙厂", "行业代码": "0313"}
    imported(*rows)
    for order in (rows, rows[::-1]):
        again = examined(*order)
        assert (again.new, again.changed) == (0, 0)


# --- confirmed or not -------------------------------------------------------------------------------------------
def test_without_its_tick_nothing_of_a_row_counts_and_with_it_all_does(unit):
    row = {"单位名称": "甲化工厂", "备注": "新的备注"}
    preview = imported(row, ticked=())[1]
    assert (preview.changed, preview.refused, preview.left) == (
        0,
        1,
        ["第2行 410481-0007 甲化工厂：按单位名称认作这一条"],
    )
    unit.refresh_from_db()
    assert (unit.remarks, numbers()) == ("", ["410481-0007"])
    assert imported(row, ticked={tick(2)})[1].changed == 1
    unit.refresh_from_db()
    assert unit.remarks == "新的备注"


def test_a_rename_needs_a_tick_of_its_own_besides(unit):
    row = {"单位名称": "改名的厂", "统一社会信用代码": CODE, "备注": "新的备注"}
    assert examined(row).guards == 2
    imported(row, ticked={tick(2)})
    unit.refresh_from_db()
    assert (unit.name, unit.remarks) == ("甲化工厂", "新的备注")


# --- what a row says, and does not say -------------------------------------------------------------------------
def test_an_empty_cell_of_number_class_or_industry_says_nothing(make_source):
    unit = make_source(7, name="甲厂", category="key")
    row = {"污染源编码": "410481-0007", "单位名称": "甲厂", "监管类别": None, "行业代码": "", "备注": "改"}
    imported(row)
    unit.refresh_from_db()
    assert (unit.category, unit.industry_code, unit.speciality.code, unit.remarks) == (
        "key",
        "2669",
        "chemical-pharma",
        "改",
    )


def test_a_new_unit_of_which_only_the_name_is_known_waits_without_class_and_industry():
    imported({"单位名称": "甲厂"})
    unit = PollutionSource.objects.get()
    assert (unit.category, unit.industry_code, unit.speciality, unit.is_active) == ("", "", None, True)
    assert list(PollutionSource.objects.undecided()) == [unit]


def test_rows_that_say_the_same_count_once_wherever_their_columns_stand():
    content = workbooks.of_rows(
        ["单位名称", "乡镇", "详细地址"], ["甲厂", "尚店镇", "1号"], ["甲厂", "尚店镇", "1号"],
        ["乡镇", "单位名称", "详细地址"], ["尚店镇", "甲厂", "1号"], ["枣林镇", "甲厂", "1号"],
    )  # fmt: skip
    preview = SourceImporter.preview(content, "x.xlsx")
    assert (preview.new, preview.faults) == (2, [])
    assert "与前面某行完全相同，只算一次：第3、5行" in preview.notices


def test_a_list_of_twenty_thousand_names_comes_in_and_again_changes_nothing():
    content = workbooks.of_rows(["单位名称"], *([f"虚构第{n}号养殖场"] for n in range(20_000)))
    preview = SourceImporter.import_file(content, "x.xlsx", None)
    assert (preview.new, preview.faults) == (20_000, [])
    assert (numbers()[0], max(numbers(), key=len)) == ("410481-0001", "410481-10000")
    again = SourceImporter.preview(content, "x.xlsx")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 20_000)
