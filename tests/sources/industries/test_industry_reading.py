"""An industry as lists have it: what is read, and what is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.industries import Kind, Level, agreed, industries, read_industry, read_levels, suggest
from sources.industries.suggestions import MOST
from sources.industries.table import contains, innermost, section_of

READ = {
    "非金属矿物制品业30": "30",
    "C30": "30",
    "C3021": "3021",
    "c3021": "3021",
    "Ｃ３０２１": "3021",
    "3021": "3021",
    "3021 水泥制品制造": "3021",
    "水泥制品制造（3021）": "3021",
    "水泥制品制造": "3021",
    "水泥 制品\n制造": "3021",
    "水泥制造业": "3011",
    "金属制品业33": "33",
    "33金属制品业": "33",
    "C33金属制品业": "33",
    "化学原料和化学制品制造业-26": "26",
    "化学原料及化学制品制造业": "26",
    "26,化学原料和化学制品制造业": "26",
    "畜牧业03": "03",
    "猪的饲养": "0313",
    "猪饲养": "0313",
    "医院": "841",
    "教育": "83",
    "C311": "3110",
    "其他采矿业": "1200",
    "二十五、非金属矿物制品业30": "30",
    "水泥、石灰和石膏制造301": "301",
    "非金属矿物制品业/水泥制品制造": "3021",
    "C30 非金属矿物制品业 > 302 > 3021": "3021",
    "三维（3D）打印技术推广服务": "7517",
    "C30 水泥制品制造": "3021",
    "3021 非金属矿物制品业": "3021",
    "0313.": "0313",
}


@pytest.mark.parametrize("text", READ)
def test_what_names_an_industry_is_read(text):
    reading = read_industry(text)
    assert reading.code == READ[text]
    assert reading.kind is (Kind.CLASS if len(READ[text]) == 4 else Kind.COARSE)


@pytest.mark.parametrize(
    ("text", "first"),
    {
        "养殖": "03", "污水处理": "4620", "污水处理厂": "4620", "加油站": "5265", "砖厂": "3031", "洗煤": "0610", "化工类": "26",
        "训练健身器材制造": "2443", "石油加工、炼焦和核燃料加工业": "25", "商品混凝土": "3021", "某某养猪场": "0313",
        "水泥制品": "3021", "3150": "3140", "制造业": "13",
    }.items(),
)  # fmt: skip
def test_what_names_none_is_never_taken_but_suggested(text, first):
    reading = read_industry(text)
    assert reading.code == "" and reading.candidates[0].industry.code == first


@pytest.mark.parametrize(
    ("text", "both"),
    {
        "3021 水泥制造": {"3021", "3011"},
        "3034 防水建筑材料制造": {"3034", "3033"},  # the code of 2011
        "26 养猪场": {"26", "0313"},
        "313": {"3130", "0313"},
        "3150 铁合金冶炼": {"3140"},
        "A3021": {"3021"},
        "C0313猪的饲养": {"0313"},
        "水泥制造、猪的饲养": set(),
        "水泥制造，猪的饲养": {"3011", "0313"},
    }.items(),
)  # fmt: skip
def test_what_contradicts_itself_is_a_question_with_both_answers(text, both):
    reading = read_industry(text)
    assert reading.code == ""
    assert both <= {one.industry.code for one in reading.candidates}
    assert not both or reading.kind is Kind.AMBIGUOUS and reading.note


def test_a_free_description_beside_a_code_gives_way_to_it_and_says_so():
    reading = read_industry("3021 管桩")
    assert reading.code == "3021" and "管桩" in reading.note


@pytest.mark.parametrize("nothing", [None, "", "  ", "-", "/", "（）"])
def test_nothing_is_nothing(nothing):
    assert read_industry(nothing).kind is Kind.EMPTY


@pytest.mark.parametrize("text", ["不详", "99", "30210", "0", True])
def test_what_is_like_nothing_is_unknown(text):
    reading = read_industry(text)
    assert reading.kind is Kind.UNKNOWN and not reading.candidates


def test_numbers_are_read_as_they_look():
    assert read_industry(3021).code == read_industry(3021.0).code == "3021"
    assert read_industry(313).kind is Kind.AMBIGUOUS
    assert read_industry(3).candidates[0].industry.code == "03"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (["C", "30", "302", "3021"], "3021"),
        (["制造业", "非金属矿物制品业", "", ""], "30"),
        (["制造业", "非金属矿物制品业", None, "水泥制品制造"], "3021"),
        (["", 3, 31, 313], "0313"),  # numbers that have lost their zero
        (["C", 31, 311, 3110], "3110"),
        (["制造业", "其他制造业", "其他未列明制造业", ""], "4190"),
        (["", "B", "", "0610"], "0610"),
    ],
)
def test_of_four_columns_the_deepest_counts(columns, code):
    assert read_levels(columns).code == code


@pytest.mark.parametrize(
    "columns",
    [["C", "30", "301", "3021"], ["A", "", "", "3021"], ["", "畜牧业", "", "水泥制造"], ["采矿业", "建筑业"]],
)
def test_levels_that_contradict_each_other_are_a_question(columns):
    reading = read_levels(columns)
    assert reading.kind is Kind.AMBIGUOUS and len(reading.candidates) > 1 and "不属于同一行业" in reading.note


def test_what_stands_above_narrows_the_question():
    reading = read_levels(["C", "非金属矿物制品业", "", "砖厂"])
    assert reading.candidates and all(contains("30", one.industry.code) for one in reading.candidates)


def test_an_entry_is_answered_if_all_its_classes_are_answered_alike():
    groups = {"30": "建材", "303": "砖瓦"}
    match = lambda code: next((groups[code[:n]] for n in (4, 3, 2) if code[:n] in groups), None)  # noqa: E731
    assert agreed("3021", match) == agreed("302", match) == "建材"
    assert agreed("303", match) == "砖瓦"
    assert agreed("30", match) is None  # its classes lie in two groups
    assert agreed("31", match) is None and agreed("nothing", match) is None


ENTRIES = st.sampled_from([each for each in industries().values() if len(each.code) > 1])
NOISE = st.text(alphabet=" 　,，、-（）()\n\t", max_size=3)


@given(ENTRIES, NOISE, NOISE)
def test_spaces_and_punctuation_around_a_name_make_no_difference(entry, before, after):
    plain = read_industry(entry.name).code
    assert read_industry(before + entry.name + after).code == plain
    # 燃气生产和供应业 is a division and one of its groups: then the outer one is read.
    assert plain == innermost(entry.code) or contains(plain, entry.code)


@given(ENTRIES, ENTRIES)
def test_a_code_beside_the_name_of_another_industry_is_never_read(entry, other):
    if contains(entry.code, other.code) or contains(other.code, entry.code):
        return
    reading = read_industry(f"{section_of(entry.code)}{entry.code} {other.name}")
    assert reading.kind is Kind.AMBIGUOUS
    assert {innermost(entry.code), innermost(other.code)} <= {one.industry.code for one in reading.candidates}


@given(st.text(max_size=40) | st.integers() | st.floats(allow_nan=True) | st.none())
def test_whatever_stands_in_a_cell_gets_an_answer_that_is_an_entry_or_a_question(value):
    reading = read_industry(value)
    assert (reading.code in industries()) == reading.settled == (reading.kind in (Kind.CLASS, Kind.COARSE))
    scores = [one.score for one in reading.candidates]
    assert (
        scores == sorted(scores, reverse=True)
        and len(scores) <= MOST
        and all(0 <= one <= 1 for one in scores)
    )


@given(
    st.lists(st.none() | st.text(max_size=10) | st.sampled_from(list(industries())), min_size=4, max_size=4)
)
def test_what_is_read_of_four_columns_lies_within_each_that_is_read(columns):
    reading = read_levels(columns)
    if reading.settled:
        for level, value in zip(Level, columns, strict=True):
            each = read_industry(value, level)
            assert not each.settled or contains(each.code, reading.code) or contains(reading.code, each.code)


@given(st.text(alphabet="水泥制品养殖煤矿石油化工厂业", min_size=1, max_size=12))
def test_each_industry_is_suggested_once(text):
    codes = [one.industry.code for one in suggest(text)]
    assert len(codes) == len(set(codes))
