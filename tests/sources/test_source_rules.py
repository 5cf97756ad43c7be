"""The rules of a row of pollution sources and of its columns: what is read, refused or only noticed."""

import datetime
import io
from pathlib import Path

import openpyxl
import pytest
from source_workbooks import CODE, OTHER, faults, workbook

from sources.columns import COLUMNS, credit_code, industry_code
from sources.importer import SourceImporter, import_file, preview
from sources.models import PollutionSource, Speciality
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong

ROOT = Path(__file__).resolve().parents[2]
CLEAN = (ROOT / "fixtures/demo/sources.xlsx").read_bytes()

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (914104813175935880, "丢失"), (9.141048131759359e17, "丢失"), (CODE[:-1] + "M", "末位应是 N"), (CODE[:-1], "17 位"),
        ("914104810000123", "工商注册号"), ("12345678X", "组织机构代码"), (CODE.replace("7", "O", 1), "O"), (CODE.replace("7", "I", 1), "I"),
        (True, "不是代码"), (410481000012345, "工商注册号"), (317593588, "组织机构代码"), ("办理中", "不是代码"),
    ],
)  # fmt: skip
def test_a_wrong_credit_code_is_refused_and_never_guessed(value, part):
    with pytest.raises(Wrong) as caught:
        credit_code(value)
    assert part in f"{caught.value.problem}{caught.value.fix}"


@pytest.mark.parametrize(
    "value", [CODE.lower(), f"{CODE[:6]} {CODE[6:]}", f"'{CODE}", "９１４１０４８１３１７５９３５８８Ｎ"]
)
def test_a_credit_code_in_another_form_is_read_with_a_notice(value):
    assert credit_code(value) == Adjusted(CODE, "中的小写、全角字符或空格已改成规范写法")


@pytest.mark.parametrize("value", [5265, 5265.0, "5265", " ５２６５ ", "F5265"])
def test_an_industry_code_may_be_a_number_of_four_digits(value):
    read = industry_code(value)
    assert getattr(read, "value", read) == "5265"


@pytest.mark.parametrize("value", [313, 31.5, 52650, True, datetime.date(2026, 1, 1)])
def test_an_industry_code_that_lost_its_zero_is_refused(value):
    with pytest.raises(Wrong):
        industry_code(value)


@pytest.mark.parametrize("value", ["313", "31", "52650", "五二", "C26", "非金属矿物制品业30"])
def test_what_is_no_code_of_four_digits_stays_as_it_is_for_the_whole_row_to_tell(value):
    assert industry_code(f" {value}\n") == value


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("重点", "key"), ("重点排污单位", "key"), ("重点单位", "key"), ("特殊", "special"), ("特殊监管对象", "special"),
        ("一般", "general"), ("一般排污单位", "general"), ("重点、特殊", "special"), ("一般;重点", "key"), (" 重 点 ", "key"),
    ],
)  # fmt: skip
def test_the_class_is_read_by_its_synonyms_special_before_key_before_general(admin, word, category):
    import_file(workbook({"监管类别": word, "特殊监管原因": "x"}), "x.xlsx", admin)
    assert PollutionSource.objects.get().category == category


@pytest.mark.parametrize(
    ("word", "state"), [("停业", "stopped"), ("在产", "normal"), (None, "normal"), ("季节性", "seasonal")]
)
def test_the_operating_state_is_read_by_its_synonyms(admin, word, state):
    import_file(workbook({"生产状态": word}), "x.xlsx", admin)
    assert PollutionSource.objects.get().operating_state == state


@pytest.mark.parametrize("word", ["无", "否", "/", "参加", None])
def test_no_reason_for_staying_out_of_the_draw_is_no_reason(admin, word):
    import_file(workbook({"不参与双随机原因": word}), "x.xlsx", admin)
    assert PollutionSource.objects.get().standing == "in"


def test_an_unknown_word_is_refused_with_the_list_of_words():
    found = preview(workbook({"监管类别": "其它"}), "x.xlsx")
    assert [fault.fix for fault in found.faults] == [
        "请改为以下之一：特殊监管对象、重点排污单位、一般排污单位"
    ]


def test_a_permit_number_must_begin_with_the_units_own_code():
    sound = {"统一社会信用代码": CODE, "排污许可证编号": CODE + "001U"}
    assert faults(workbook(sound)) == []
    assert faults(workbook(sound | {"排污许可证编号": OTHER + "001U"})) == [(2, "排污许可证编号")]
    assert faults(workbook(sound | {"排污许可证编号": CODE + "01U"})) == [(2, "排污许可证编号")]


def test_a_division_that_no_speciality_covers_is_refused():
    assert faults(workbook({"行业代码": "9999"}, {"行业代码": "0000"}, {"行业代码": "9700"})) == [
        (2, "行业代码"), (3, "行业代码")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("longitude", "latitude", "wrong"),
    [
        (113.5, 33.3, []), (None, None, []), (33.3, 113.5, ["经度"]), (0, 33.3, ["经度"]), (113.5, 0, ["纬度"]),
        (117.5, 33.3, ["经度"]), (113.5, 37.3, ["纬度"]), (0, 0, ["经度", "纬度"]),
    ],
)  # fmt: skip
def test_coordinates_that_are_swapped_zero_or_in_another_province_are_refused(longitude, latitude, wrong):
    assert faults(workbook({"经度": longitude, "纬度": latitude})) == [(2, header) for header in wrong]


def test_identical_rows_fold_and_differing_ones_are_both_refused():
    found = preview(
        workbook({"污染源编码": "A-1", "单位名称": "厂"}, {"污染源编码": "A-1", "单位名称": "厂"}), "x.xlsx"
    )
    assert (found.new, found.faults, found.notices) == (1, [], ["与前面某行完全相同，只算一次：第3行"])
    assert faults(workbook({"污染源编码": "A-1"}, {"污染源编码": "a-1"}, {})) == [
        (2, "污染源编码"),
        (3, "污染源编码"),
    ]


def test_one_credit_code_under_two_names_is_refused_and_each_row_names_the_other():
    content = workbook({"统一社会信用代码": CODE}, {"统一社会信用代码": CODE})
    assert [fault.problem for fault in preview(content, "x.xlsx").faults] == [
        "与第3行“2厂”的代码相同，名称却不同", "与第2行“1厂”的代码相同，名称却不同"
    ]  # fmt: skip
    assert faults(workbook({"统一社会信用代码": CODE}, {"统一社会信用代码": CODE}, 单位名称="同厂")) == []


def test_what_may_be_so_is_only_noticed():
    found = preview(
        workbook(
            {"监管类别": "重点", "重点单位类型": None, "许可证有效期至": "2020-01-01"},
            {"监管类别": "特殊", "特殊监管原因": None},
        ),
        "x.xlsx",
    )
    assert found.faults == []
    assert sorted(found.notices) == [
        "F列“许可证有效期至”的日期已过，请核对是否已经换证：第2行",
        "是特殊监管对象，但没有填特殊监管依据：第3行",
        "是特殊监管对象，但没有填特殊监管原因：第3行",
        "是重点排污单位，但没有填重点单位类型：第2行",
    ]


def test_special_supervision_cannot_end_before_it_begins():
    assert faults(workbook({"特殊监管起始日": "2026-07-01", "特殊监管截止日": "2026-06-30"})) == [
        (2, "特殊监管截止日")
    ]


def test_a_fault_that_all_rows_share_names_only_some_of_the_others():
    same = preview(workbook(*[{"污染源编码": "1-1"}] * 9), "x.xlsx").faults
    assert (len(same), same[0].problem) == (
        9,
        "污染源编码与第3、4、5、6、7行等 8 行重复，而内容不同（B列“单位名称”）",
    )
    code = preview(workbook(*[{}] * 7, 统一社会信用代码=CODE), "x.xlsx").faults
    others = "、".join(f"第{n + 1}行“{n}厂”" for n in range(2, 7))
    assert (len(code), code[0].problem) == (7, f"与{others}等 6 行的代码相同，名称却不同")


def test_a_code_that_two_units_of_the_registry_share_is_noticed_and_no_fault(make_source):
    make_source(1, credit_code=CODE), make_source(2, credit_code=CODE)
    rows = [
        {"污染源编码": f"410481-000{n}", "单位名称": f"虚构{n}号化工厂", "统一社会信用代码": CODE}
        for n in (1, 2)
    ]
    found = preview(workbook(*rows), "x.xlsx")
    shared = "名录中另有名称不同的单位用着同一个统一社会信用代码，请核对：第2、3行"
    assert (found.unchanged, found.faults, found.notices[:1]) == (2, [], [shared])
    assert len(preview(workbook(*rows, {"统一社会信用代码": CODE}), "x.xlsx").faults) == 3


# --- the specialities ----------------------------------------------------------------------------------------
def test_the_specialities_cover_every_division_and_all_industries_of_the_demo():
    table = Speciality.objects.by_prefix()
    match = Speciality.objects.all().match
    assert [n for n in range(1, 98) if match(table, f"{n:02d}00") is None] == []
    assert match(table, "9800") is None
    sheet = openpyxl.load_workbook(io.BytesIO(CLEAN)).active
    codes = {row[6] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert len(codes) == 20
    assert None not in {match(table, code) for code in codes}


def test_every_column_fills_a_field_and_no_header_is_claimed_twice():
    fields = {field.name for field in PollutionSource._meta.get_fields()}
    read_only = {"industry_section", "industry_division", "industry_group", "industry_class"}
    assert {column.attribute for column in COLUMNS} - fields == read_only
    assert {column.attribute for column in COLUMNS if column.import_only} == read_only
    assert read_only <= SourceImporter.non_model_columns
    assert read_only.isdisjoint(column.attribute for column in SourceImporter().written_columns)
    names = [name for column in COLUMNS for name in (column.header, *column.aliases)]
    assert len(names) == len(set(names))


def test_a_mobile_number_with_a_digit_too_few_comes_in_and_is_noticed(admin):
    content = workbook({"联系电话": "1380013800"}, {"联系电话": "13800138000"})
    assert preview(content, "x.xlsx").notices == [
        "E列“联系电话”里的手机号有 10 位，手机号是 11 位，请核对：第2行"
    ]
    import_file(content, "x.xlsx", admin)
    assert PollutionSource.objects.get(number="1-1").phone == "1380013800"


@pytest.mark.parametrize(("header", "notice"), [("监管类别", "监管类别"), ("行业代码", "行业")])
def test_a_cell_at_fault_is_not_also_noticed_as_lacking(header, notice):
    lacking = f"新单位没有{notice}：可以导入，全部"
    wrong = preview(workbook({header: "9" * 300, "污染源编码": None}), "x.xlsx")
    assert [fault.header for fault in wrong.faults] == [header]
    assert not [each for each in wrong.notices if lacking in each]
    empty = preview(workbook({header: None, "污染源编码": None}), "x.xlsx")
    assert [each for each in empty.notices if lacking in each]
