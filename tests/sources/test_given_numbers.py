"""Which registry numbers the site gives to new units, and what is noticed of those that a file has."""

import pytest
from source_workbooks import CODE, OTHER, examined, found, imported, numbers

from sources.models import PollutionSource
from wugang_audit.bureau.models import Bureau
from wugang_audit.imports import undo
from wugang_audit.imports.models import ImportJob, ImportState

pytestmark = pytest.mark.usefixtures("specialities")
PERMIT = f"{CODE}001V"


@pytest.fixture
def unit(make_source):
    return make_source(7, name="甲化工厂", credit_code=CODE, permit_number=PERMIT)


# --- new numbers ------------------------------------------------------------------------------------------------
def test_new_units_get_the_numbers_after_the_highest_that_was_ever_given(make_source):
    make_source(12)
    make_source(3)
    gone = make_source(15)
    gone.delete()
    imported({"单位名称": "甲厂"}, {"单位名称": "乙厂"})
    assert numbers() == ["410481-0003", "410481-0012", "410481-0016", "410481-0017"]


def test_the_first_number_of_an_empty_registry_is_one_and_a_number_in_the_file_counts():
    imported({"单位名称": "甲厂"})
    assert numbers() == ["410481-0001"]
    imported({"单位名称": "乙厂"}, {"单位名称": "丙厂", "污染源编码": "410481-0020"})
    assert numbers() == ["410481-0001", "410481-0020", "410481-0021"]


def test_numbers_of_an_import_that_was_undone_are_never_given_again(admin):
    importer, preview = imported({"单位名称": "甲厂"}, {"单位名称": "乙厂"})
    job = ImportJob.objects.create(
        registry="sources", owner=admin, filename="x.xlsx", sha256="", content=b"",
        preview=preview.stored(), state=ImportState.APPLIED, applied_at=importer.at,
    )  # fmt: skip
    PollutionSource.history.update(history_user=admin)
    undo.undo(importer, job, actor=admin, reason="传错了")
    assert numbers() == []
    imported({"单位名称": "甲厂"})
    assert numbers() == ["410481-0003"]


def test_numbers_begin_with_the_prefix_of_the_county_and_others_do_not_count(make_source):
    make_source(900)
    make_source(1, number="A-7000")
    Bureau.objects.create(name="甲局", address="甲路", phone="0375-8123456", county_prefix="410482")
    imported({"单位名称": "甲厂"})
    assert "410482-0001" in numbers()


def test_a_running_number_longer_than_any_that_counts_is_not_given_twice(make_source):
    make_source(1, number="410481-999999999")
    make_source(2, number="410481-1000000000")
    imported({"单位名称": "甲厂"})
    assert "410481-1000000001" in numbers()


def test_a_number_given_by_the_site_and_typed_into_another_file_is_that_unit(unit):
    preview = examined({"污染源编码": "410481-0007", "单位名称": "完全不同的厂"})
    assert [
        (each.key, each.new, [change.field for change in each.changes]) for each in preview.differences
    ] == [("410481-0007", False, ["name"])]
    assert preview.guards == 2  # that it is this unit, and that it is called so now


def test_the_preview_goes_stale_when_its_new_numbers_were_given_to_others():
    first = examined({"单位名称": "甲厂"})
    imported({"单位名称": "乙厂"})
    assert examined({"单位名称": "甲厂"}).digest != first.digest


# --- numbers that stood for others ----------------------------------------------------------------------------
def test_the_number_of_a_joined_unit_means_its_survivor(make_source):
    survivor, old = make_source(1, name="甲厂"), make_source(2, name="甲厂分厂", credit_code=CODE)
    PollutionSource.objects.filter(pk=old.pk).update(joined_into=survivor, is_active=False)
    preview = examined({"污染源编码": old.number, "单位名称": "甲厂", "乡镇": "尹集镇"})
    assert [(each.key, each.new) for each in preview.differences] == [(survivor.number, False)]
    assert any("已并入" in notice for notice in preview.notices)
    by_code = examined({"单位名称": "甲厂分厂", "统一社会信用代码": CODE, "乡镇": "尹集镇"})
    assert [each.key for each in by_code.differences] == [survivor.number]


def test_a_number_that_was_taken_back_is_not_given_to_a_unit_of_another_name(admin):
    importer, preview = imported({"污染源编码": "410481-0005", "单位名称": "甲厂"})
    PollutionSource.objects.get().delete()
    other = examined({"污染源编码": "410481-0005", "单位名称": "乙厂"})
    assert [(fault.attribute, "以前是“甲厂”的编码" in fault.problem) for fault in other.faults] == [
        ("number", True)
    ]
    assert not examined({"污染源编码": "410481-0005", "单位名称": "甲厂"}).faults


def test_a_list_of_another_county_is_noticed():
    preview = examined(
        {"污染源编码": "410422-0001", "单位名称": "甲厂"}, {"污染源编码": "410481-0002", "单位名称": "乙厂"}
    )
    assert [each for each in preview.notices if "不是以本县" in each] == [
        "编码不是以本县的 410481 开头，请核对是不是别处的名录：第2行"
    ]


def test_a_new_number_far_above_all_others_must_be_ticked(make_source):
    make_source(7)
    preview = examined(
        {"污染源编码": "410481-9999", "单位名称": "甲厂"}, {"污染源编码": "410481-0900", "单位名称": "乙厂"}
    )
    assert {each.key: each.doubt for each in preview.differences} == {
        "410481-9999": "编码比前一个（410481-0900）大出很多，以后本站给的编码都接在它后面", "410481-0900": ""
    }  # fmt: skip


def test_a_typed_number_under_another_name_and_another_code_must_be_confirmed(unit):
    row = {"污染源编码": "410481-0007", "单位名称": "甲化工机械厂", "详细地址": "西路2号"}
    assert found(examined(row)) == [(2, "410481-0007", False, "")]  # a rename alone has a tick of its own
    assert found(examined(row | {"单位名称": "某养殖场"})) == [(2, "410481-0007", False, "污染源编码")]
    preview = examined(row | {"统一社会信用代码": OTHER})
    assert found(preview) == [(2, "410481-0007", False, "污染源编码")]
    assert preview.differences[0].told == "甲化工厂，410481-0007"
    imported(row | {"统一社会信用代码": OTHER}, ticked=())
    assert PollutionSource.objects.values_list("name", "credit_code", "address").get() == (
        "甲化工厂",
        CODE,
        unit.address,
    )


@pytest.mark.parametrize(
    ("held", "written", "by"),
    [
        ("虚构华凯水务有限公司", "虚构寒撞号有限公司", "污染源编码"),  # they share what nearly all end in
        ("虚构建材有限公司", "虚构新型建材股份有限公司", ""),
    ],
)
def test_what_nearly_all_names_end_in_makes_no_two_alike(make_source, held, written, by):
    make_source(8, name=held)
    preview = examined({"污染源编码": "410481-0008", "单位名称": written})
    assert found(preview) == [(2, "410481-0008", False, by)]
