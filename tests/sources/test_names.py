"""The one answer to "is that the same name": for the health page, the check before a freeze, and the import."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_workbooks import workbook

from sources import doubles
from sources.data_checks import narrow
from sources.importer import preview
from sources.models import PollutionSource
from sources.names import Registered, bare

PAIRS = [
    ("虚构（舞钢）钢铁有限公司", "虚构(舞钢)钢铁有限公司"), ("虚构【舞钢】钢铁厂", "虚构舞钢钢铁厂"),
    ("虚构建材有限责任公司", "虚构建材有限公司"), ("舞钢市虚构建材厂", "虚构建材厂"), ("河南省平顶山市舞钢市虚构建材厂", "虚构建材厂"),
    ("平顶山市虚构建材厂", "舞钢市虚构建材厂"), ("河南省虚构建材厂", "虚构建材厂"), ("虚构 建材厂", "虚构建材厂"),
    ("虚构１号厂", "虚构1号厂"), ("虚构ABC厂", "虚构abc厂"), ("虚构-建材厂", "虚构建材厂"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_health_page_freeze_and_import_call_the_same_names_the_same(make_source, one, other):
    make_source(1, name=one), make_source(2, name=other)
    assert narrow(PollutionSource.objects.all(), "double").count() == 2
    (pair,) = doubles.suspects()
    assert pair.why == ("名称相同（不计括号、地名等写法）",)
    found = preview(workbook({"污染源编码": "9-9", "单位名称": other}), "x.xlsx")
    assert found.differences[0].alike == "410481-0001、410481-0002"
    twice = workbook({"污染源编码": "9-8", "单位名称": one}, {"污染源编码": "9-9", "单位名称": other})
    assert any(notice.startswith("单位名称相同而编码不同") for notice in preview(twice, "x.xlsx").notices)


def test_a_unit_of_a_like_name_waits_for_a_tick(make_source):
    make_source(1, name="舞钢市虚构（甲）厂")
    content = workbook({"污染源编码": "9-9", "单位名称": "虚构甲厂"})
    (asked,) = preview(content, "x.xlsx").differences[0].to_tick()
    assert asked[1].endswith("已有同名的 410481-0001")


def test_a_unit_that_was_struck_off_is_no_double(make_source):
    make_source(1, name="虚构甲厂", is_active=False)
    assert Registered().numbers(["虚构甲厂"]) == {}


NAMES = st.text(alphabet="舞钢市河南省平顶山有限责任公司虚构厂（）() 　AＡa１1·", max_size=14)


@given(st.lists(NAMES, max_size=6))
def test_each_name_is_laid_bare_by_itself_and_laid_bare_again_stays(names):
    found = bare(names)
    assert found == [bare([name])[0] for name in names]
    assert all(short or not name.strip("（）() 　·") for short, name in zip(found, names, strict=True))


@given(NAMES, st.sampled_from(["", "舞钢市", "平顶山市", "河南省", "河南省平顶山市舞钢市", "河南省舞钢市"]))
def test_the_place_before_a_name_makes_no_difference(name, place):
    assert bare([f"{place}虚构{name}"]) == bare([f"虚构{name}"])
