"""The one answer to "is that the same name": for the health page, the check before a freeze, and the import."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_workbooks import workbook

from sources import doubles
from sources.data_checks import narrow
from sources.home import Home, home_of
from sources.importer import preview
from sources.models import PollutionSource
from sources.names import Registered, bare, without_site

PAIRS = [
    ("虚构（舞钢）钢铁有限公司", "虚构(舞钢)钢铁有限公司"), ("虚构【舞钢】钢铁厂", "虚构舞钢钢铁厂"),
    ("虚构建材有限责任公司", "虚构建材有限公司"), ("舞钢市虚构建材厂", "虚构建材厂"), ("河南省平顶山市舞钢市虚构建材厂", "虚构建材厂"),
    ("平顶山市虚构建材厂", "舞钢市虚构建材厂"), ("河南省虚构建材厂", "虚构建材厂"), ("虚构 建材厂", "虚构建材厂"),
    ("平顶山市舞钢虚构建材厂", "虚构建材厂"), ("河南省平顶山市舞钢虚构建材厂", "舞钢市虚构建材厂"), ("平顶山舞钢市虚构建材厂", "虚构建材厂"),
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


HERE = Home("河南省", "平顶山市", "舞钢市", "舞钢")
NAMES = st.text(alphabet="舞钢市河南省平顶山有限责任公司虚构厂（）() 　AＡa１1·", max_size=14)


@given(st.lists(NAMES, max_size=6))
def test_each_name_is_laid_bare_by_itself_and_laid_bare_again_stays(names):
    found = bare(names, HERE)
    assert found == [bare([name], HERE)[0] for name in names]
    assert all(short or not name.strip("（）() 　·") for short, name in zip(found, names, strict=True))


@given(
    NAMES,
    st.sampled_from(
        [
            "",
            "舞钢市",
            "平顶山市舞钢",
            "河南省平顶山市舞钢",
            "中国河南省平顶山市舞钢市",
            "平顶山市",
            "河南省",
            "河南省平顶山市舞钢市",
            "河南省舞钢市",
        ]
    ),
)
def test_the_place_before_a_name_makes_no_difference(name, place):
    assert bare([f"{place}虚构{name}"], HERE) == bare([f"虚构{name}"], HERE)


@pytest.mark.parametrize(
    ("name", "address", "place"),
    [
        ("平顶山市生态环境局舞钢分局", "河南省平顶山市舞钢市垭口温州路1号", HERE),
        ("平顶山市生态环境局舞钢分局", "温州路1号", Home("", "平顶山市", "", "舞钢")),
        ("舞钢市环境保护局", "温州路1号", Home("", "", "舞钢市", "舞钢")),
        ("平顶山市生态环境局郏县分局", "河南省平顶山市郏县龙山大道", Home("河南省", "平顶山市", "郏县", "")),
        ("北京市朝阳区生态环境局", "北京市朝阳区农展馆南路", Home("", "北京市", "朝阳区", "朝阳")),
        ("某局", "", Home()),
    ],
)
def test_where_the_bureau_is_comes_from_its_address_and_name(name, address, place):
    assert home_of(name, address) == place


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("舞钢钢铁厂", "舞钢钢铁厂"), ("平顶山市舞钢市虚构厂", "虚构厂"), ("舞钢市场服务中心", "舞钢市场服务中心"), ("舞钢市", "舞钢市"),
        ("平顶山市舞钢", "平顶山市舞钢"), ("河南虚构厂", "河南虚构厂"), ("舞阳县虚构厂", "舞阳县虚构厂"),
    ],
)  # fmt: skip
def test_only_the_places_of_this_site_before_a_name_mean_nothing(name, left):
    assert bare([name], HERE) == [left]


def test_names_before_which_nothing_is_known_to_stand_stay():
    assert bare(["河南省平顶山市虚构厂"], Home()) == ["河南省平顶山市虚构厂"]
    away = home_of("南阳市生态环境局方城分局", "河南省南阳市方城县")
    assert bare(["南阳市方城虚构厂", "舞钢市虚构厂"], away) == ["虚构厂", "舞钢市虚构厂"]


@pytest.mark.parametrize(
    ("name", "firm"),
    [
        ("虚构有限公司老厂", "虚构有限公司"), ("虚构水泥厂新厂", "虚构水泥厂"), ("虚构有限公司一厂", "虚构有限公司"), ("虚构有限公司一分厂", "虚构有限公司"),
        ("虚构养殖场东场", "虚构养殖场"), ("虚构有限公司东厂区", "虚构有限公司"), ("虚构有限公司二期", "虚构有限公司"), ("虚构有限公司分厂", "虚构有限公司"),
        ("虚构水泥一厂", "虚构水泥一厂"), ("虚构新厂", "虚构新厂"), ("第一砖厂", "第一砖厂"), ("虚构砖厂", "虚构砖厂"), ("一分厂", "一分厂"),
    ],
)  # fmt: skip
def test_which_works_of_a_firm_a_name_says_is_told_from_the_firm_s_own_name(name, firm):
    assert without_site(name) == firm


@pytest.mark.parametrize("site", ["（老厂）", "（新厂）", "(一厂)", "一分厂", "东厂区"])
def test_two_works_of_one_firm_are_suspected_but_have_not_the_same_name(make_source, site):
    make_source(1, name="舞钢市虚构建材有限公司"), make_source(2, name=f"虚构建材有限公司{site}")
    (pair,) = doubles.suspects()
    assert pair.why == ("名称只差新厂、老厂、分厂等字样",)
    assert Registered().numbers([f"虚构建材有限公司{site}"]) == {f"虚构建材有限公司{site}": ["410481-0002"]}


def test_what_is_suspected_follows_where_the_bureau_is(make_source, settings):
    make_source(1, name="方城县虚构厂"), make_source(2, name="虚构厂")
    assert doubles.suspects() == []
    settings.BUREAU_ADDRESS, settings.BUREAU_NAME = "河南省南阳市方城县", "南阳市生态环境局方城分局"
    assert len(doubles.suspects()) == 1
