"""Headings of lists of units as bureaus write them: read by their parts where the cells fit, and else not."""

import datetime

import pytest
import workbooks
from heading_cases import cases_of, seen_of

from sources.columns import COLUMNS
from sources.headings import is_township
from wugang_audit.spreadsheets.detector import ColumnMapping, vocabulary
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.recognition import MOST, is_expiry

FIRM, PERSON, CODE = "舞钢市虚构一号有限公司", "张三", "91410481DLHTAR7C27"
PERMIT, CALL, SITE = "914104810AR2GMK89R001R", "13900001111", "尚店镇某村1号"
READ = {
    "name": (FIRM, "检查对象 检查对象名称 被检查单位 监管对象 市场主体名称 产废单位 产废单位名称 持证单位名称 建设单位 场名 厂名 公司 养殖户 提供企业名称 场（户）名 业主名称 行政相对人名称"),
    "township": ("尚店镇", "镇（街道） 镇办 属地 所属镇 所在镇 乡（镇）办 镇街 办事处 所在乡镇 所在乡（镇）、街道办事处 镇、街道 所属辖区 所在地"),
    "address": (SITE, "注册地址 厂址 住所 住所（经营场所） 经营场所 生产经营地址 养殖场地址 单位详细地址 具体位置"),
    "legal_representative": (PERSON, "法定代表人姓名 业主 场主 户主 企业负责人 单位负责人 养殖户主 法定代表人（负责人）姓名 经营者"),
    "contact": (PERSON, "环保负责人姓名 联络员 环保专干 企业环保负责人"),
    "phone": (CALL, "法人电话 负责人电话 联系人手机 固定电话 电话（手机） 环保负责人电话 法人联系方式"),
    "credit_code": (CODE, "统一社会信用代码/注册号 营业执照号 统一社会信用代码证号 社会信用统一代码 信用代码（18位）"),
    "permit_number": (PERMIT, "登记编号 排污许可证编号/登记编号 登记回执编号 许可证 证书编号"),
    "permit_class": ("简化管理", "许可证类别 管理级别 排污许可类型 管理类型"),
    "permit_expiry": ("2028-03-05", "到期日期 许可证到期 证书有效期 有效截止日期 许可证到期时间"),
    "category": ("一般", "类别 监管等级 抽查类别 企业分类 污染源级别 双随机类别"),
    "media": ("水环境", "要素类别 监管要素 名录类别 单位类别（水、气、土） 污染类别"),
    "operating_state": ("停产", "目前状况 登记状态 是否停产 状况 现状 经营状态"),
    "special_reason": ("群众投诉多", "列入原因"),
    "industry_name": ("水泥制造", "产业类别 主行业 行业类别及代码 养殖种类"),
}  # fmt: skip
columns = seen_of(COLUMNS)


@pytest.mark.parametrize(("heading", "cell", "attribute"), cases_of(READ))
def test_a_heading_in_the_usual_words_is_read(heading, cell, attribute):
    beside = "信用代码" if attribute == "name" else "企业名称"
    *_, seen = columns([beside, heading], [CODE if attribute == "name" else FIRM, cell])
    assert (seen.attribute, seen.guessed) == (attribute, False)


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("类别", ["重点", "简化", "登记", "一般", "其他"]),
        ("管理级别", ["市控", "省控"]),
        ("监管级别", ["A类", "B类"]),
        ("企业类型", ["工业企业", "养殖场"]),
        ("法人及电话", ["张三13900001111"]),
        ("联系人/联系电话", ["张三、13900001111"]),
        ("证书编号", ["豫A-001"]),
        ("身份证号", ["410481198001010011"]),
        ("发证日期", ["2022-08-01"]),
        ("成立日期", ["2019-10-09"]),
        ("营业期限", ["1997-04-09至2047-03-19"]),
        ("县区", ["舞钢市"]),
        ("存栏", ["254"]),
        ("危废名称", ["废机油"]),
        ("监管单位", ["某生态环境分局"]),
        ("检查单位", ["某生态环境分局"]),
        ("状态", ["已建档", "审核通过"]),
    ],
)
def test_what_is_ambiguous_or_something_else_is_left(heading, cells):
    *_, seen = columns(["企业名称", heading], *([FIRM + str(n), cell] for n, cell in enumerate(cells)))
    assert seen.attribute == ""


def test_a_name_that_the_cells_contradict_is_not_read_and_told():
    table = read_table(workbooks.of_rows(["企业名称", "名录类别", "重点要素"], [FIRM, "水", "水"]), COLUMNS)
    assert list(table.columns) == ["name", "media"]
    assert table.notices == ["内容和表头对不上的列没有读取：B列“名录类别”不像“监管类别”"]


def test_the_proper_header_is_read_whatever_the_cells_hold():
    table = read_table(workbooks.of_rows(["单位名称", "监管类别"], [FIRM, "甲"]), COLUMNS)
    assert [(fault.header, fault.value) for fault in table.faults] == [("监管类别", "甲")]


def test_of_columns_of_one_meaning_the_plainest_is_read_and_the_other_told():
    table = read_table(
        workbooks.of_rows(["企业名称", "法人手机", "联系人手机", "地址", "生产地址"], [FIRM, "13900001111", "13900002222", "甲", "乙"]), COLUMNS
    )  # fmt: skip
    assert [row.values for row in table.rows] == [{"name": FIRM, "phone": "13900002222", "address": "乙"}]
    assert table.notices == [
        "意思相近的列只读一列，没有读取：B列“法人手机”（“联系电话”已读“联系人手机”）、D列“地址”（“详细地址”已读“生产地址”）"
    ]


def test_a_known_column_that_is_empty_gives_way_to_one_that_is_filled():
    table = read_table(workbooks.of_rows(["提供企业名称", "企业名称", "电话"], [FIRM, None, CALL]), COLUMNS)
    assert [row.values for row in table.rows] == [{"name": FIRM, "phone": CALL}]


def test_columns_without_a_known_heading_are_suggested_by_their_cells():
    rows = [
        [f"舞钢市虚构{n}号厂", CODE, PERMIT, "尚店镇", CALL, "113.52", "33.31", "猪的饲养", "2023-01-01至2028-01-01"]
        for n in range(3)
    ]  # fmt: skip
    seen = columns(["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬"], *rows)
    assert [each.attribute for each in seen] == [
        "name", "credit_code", "permit_number", "township", "phone", "longitude", "latitude", "industry_name", "permit_expiry",
    ]  # fmt: skip
    assert all(each.guessed for each in seen)


def test_two_columns_of_one_kind_are_not_suggested():
    seen = columns(["企业名称", "甲", "乙"], [FIRM, CALL, "13900002222"])
    assert [each.attribute for each in seen] == ["name", "", ""]


def test_groups_above_are_joined_to_what_stands_below_them():
    seen = columns(
        ["序号", "企业基本情况", None, None, None, "环保负责人", None, "法人代表", None],
        [None, "名称", "地址", None, "行业", None, None, None, None],
        [None, None, "乡镇", "村（社区）", None, "姓名", "电话", "姓名", "电话"],
        [1, FIRM, "尚店镇", "某村", "金属制品业", "李四", CALL, PERSON, "13900002222"],
    )
    assert [(each.text, each.attribute) for each in seen] == [
        ("序号", ""), ("名称", "name"), ("乡镇", "township"), ("村（社区）", ""), ("行业", "industry_name"),
        ("环保负责人·姓名", "contact"), ("环保负责人·电话", "phone"), ("法人代表·姓名", "legal_representative"), ("法人代表·电话", ""),
    ]  # fmt: skip


def test_a_row_of_data_is_never_part_of_the_header():
    table = read_table(workbooks.of_rows(["企业名称", "备用"], [FIRM, "地址"], ["二厂", "乡镇"]), COLUMNS)
    assert (table.header_row, [row.get("name") for row in table.rows]) == (1, [FIRM, "二厂"])


def test_a_header_far_down_is_found():
    notes = [[f"说明{n}：请如实填报"] for n in range(1, 50)]
    table = read_table(workbooks.of_rows(*notes, ["企业名称", "乡镇"], [FIRM, "尚店镇"]), COLUMNS)
    assert (table.header_row, len(table.rows)) == (50, 1)


def test_a_day_to_come_and_a_short_period_are_those_of_a_permit():
    ahead = datetime.date.today() + datetime.timedelta(days=90)
    assert is_expiry(f"{ahead}") and is_expiry("2023-07-01至2028-06-30")
    assert not any(map(is_expiry, ("2019-10-09", "1997-04-09至2047-03-19", "20990101", "长期")))


@pytest.mark.parametrize("text", ["尚店镇", "垭口街道办事处", "石漫滩乡", "尚店 镇"])
def test_a_township_is_told_by_its_ending(text):
    assert is_township(text) and not is_township(f"{text}某村") and not is_township("乡镇")


def test_a_heading_of_many_parts_takes_no_time_to_refuse():
    known = vocabulary(COLUMNS, ColumnMapping())
    for part in ("乡镇", "养殖场", "生产经营", "监管对象", "截止日期"):
        assert known.by_parts(f"{(part * 15)[:29]}x") == {}
        assert known.by_parts(f"{part * 2000}x") == {}


def test_of_a_file_of_very_many_texts_only_so_many_are_looked_at_as_headings():
    known = vocabulary(COLUMNS, ColumnMapping())
    assert known.likely("厂址") == {"address": 0}
    known._meant.update({f"{n}": {} for n in range(MOST)})
    assert (known.likely("住所"), known.likely("厂址")) == ({}, {"address": 0})


def test_of_a_project_and_its_firm_the_firm_is_the_unit():
    seen = columns(["项目名称", "建设单位", "电话"], ["年产一万吨项目", FIRM, CALL])
    assert [each.attribute for each in seen] == ["", "name", "phone"]


def test_of_two_columns_of_one_name_the_empty_one_is_not_asked_about():
    table = read_table(workbooks.of_rows(["企业名称", "电话", "手机"], [FIRM, None, CALL]), COLUMNS)
    assert (table.faults, [row.get("phone") for row in table.rows]) == ([], [CALL])
