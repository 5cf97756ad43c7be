"""A list of another county: told once, at the top, and nothing of it comes in without a tick."""

import pytest
import workbooks

from sources.importer import SourceImporter
from sources.other_county import DOUBT

pytestmark = pytest.mark.usefixtures("specialities")
HERE, AWAY = "91410481{:09}X", "91370784{:09}X"


def examined(rows):
    return SourceImporter().examine(workbooks.of_dicts(rows), "x.xlsx")[0]


def notice(preview):
    return [each for each in preview.notices if "本县" in each]


@pytest.mark.parametrize(
    "row",
    [
        lambda n: {"单位名称": f"安丘市{n}工艺品厂"},
        lambda n: {"单位名称": f"{n}号厂", "详细地址": f"山东省安丘市{n}号"},
        lambda n: {"单位名称": f"{n}号厂", "排污许可证编号": f"91370784MA3N0{n:04}5001P"},
    ],
)
def test_most_rows_of_another_place_are_told_at_the_top_and_need_ticks(row):
    preview = examined([row(n) for n in range(10, 22)])
    assert preview.notices[0] == (
        "这份名单多半不是本县的：12 行里有 12 行的信用代码、地址或名称是别处的。"
        "请核对是不是选错了文件；新增的单位要勾选才登记"
    )
    assert (preview.guards, {each.doubt for each in preview.differences}) == (12, {DOUBT})


def test_the_codes_of_such_a_list_tell_it_even_where_they_are_wrong():
    preview = examined([{"单位名称": f"{n}号厂", "统一社会信用代码": AWAY.format(n)} for n in range(12)])
    assert len(notice(preview)) == 1
    old = [{"单位名称": f"{n}号厂", "统一社会信用代码": f"37068101801{n:04}"} for n in range(12)]
    assert len(notice(examined(old))) == 1


@pytest.mark.parametrize(
    ("away", "here", "told"),
    [(12, 11, 1), (12, 12, 0), (10, 0, 1), (9, 0, 1), (8, 2, 1), (7, 2, 0), (3, 0, 1), (2, 0, 0)],
)
def test_the_majority_counts_of_ten_rows_and_of_fewer_only_nearly_all(away, here, told):
    rows = [{"单位名称": f"安丘市{n}工艺品厂"} for n in range(away)]
    rows += [{"单位名称": f"舞钢市{n}工艺品厂"} for n in range(here)]
    preview = examined(rows)
    assert len(notice(preview)) == told
    assert preview.guards == (away if told else 0)


def test_a_works_of_this_county_whose_firm_is_registered_elsewhere_is_no_stranger():
    rows = [{"单位名称": f"安丘市{n}公司舞钢分厂", "统一社会信用代码": None} for n in range(12)]
    assert notice(examined(rows)) == []
    city = [{"单位名称": f"平顶山市{n}公司"} for n in range(12)]
    market = [{"单位名称": f"华联超市{n}店"} for n in range(12)]
    assert notice(examined(city)) == notice(examined(market)) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"详细地址": "叶县昆阳街道1号"}, 1),
        ({"详细地址": "河南省平顶山市叶县昆阳街道1号"}, 1),
        ({"详细地址": "平顶山市卫东区东环路1号"}, 1),
        ({"统一社会信用代码": "91410422MA3X12345A"}, 1),  # 410422: the next county; the code itself is wrong
        ({"详细地址": "平顶山市舞钢市尹集镇"}, 0),
        ({"详细地址": "平顶山市高新区1号"}, 0),
        ({"详细地址": "本县尹集镇1号"}, 0),
        ({"详细地址": "县道东侧"}, 0),
        ({"统一社会信用代码": "91410400MA3X12345A"}, 0),  # the city's own
        ({"详细地址": "尹集镇叶县路1号"}, 0),
    ],
)
def test_a_short_list_is_told_by_the_places_in_addresses_and_codes(row, told):
    rows = [{"单位名称": f"虚构{n}号厂"} | row for n in range(4)]
    assert len(notice(examined(rows))) == told


def test_what_is_another_county_follows_where_the_bureau_is(settings):
    rows = [{"单位名称": f"虚构{n}号厂", "详细地址": "河南省平顶山市叶县昆阳街道"} for n in range(4)]
    assert len(notice(examined(rows))) == 1
    settings.BUREAU_NAME, settings.BUREAU_ADDRESS = "平顶山市生态环境局叶县分局", "河南省平顶山市叶县"
    assert notice(examined(rows)) == []


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["安丘市兴安街道1号", "河南省西平县柏城街道"], 1), (["安丘市兴安街道1号", "尹集镇1号"], 0), (["安丘市兴安街道1号", None], 0),
        ([None, None], 0), (["舞钢市尹集镇", "西平县柏城街道"], 0), (["西平县柏城街道"], 0),
    ],
)  # fmt: skip
def test_two_rows_are_told_where_both_lie_elsewhere_and_not_where_only_their_firms_are_registered_there(
    rows, told
):
    units = [
        {"单位名称": f"安丘市{n}工艺品厂", "统一社会信用代码": AWAY.format(n), "详细地址": address}
        for n, address in enumerate(rows)
    ]
    preview = examined(units)
    assert len(notice(preview)) == told
