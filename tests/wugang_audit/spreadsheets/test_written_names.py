"""Names with what lists write around them, and persons and addresses with their telephones."""

import pytest

from wugang_audit.spreadsheets.contacts import personal_data, without_numbers
from wugang_audit.spreadsheets.written_names import read_name, serial_of

STATES = frozenset(("停产", "已关闭", "搬迁"))


@pytest.mark.parametrize(
    ("text", "name", "marks", "state"),
    [
        ("★甲厂", "甲厂", "★", ""), ("甲厂*", "甲厂", "*", ""), ("● 甲厂 ▲", "甲厂", "●▲", ""), ("《甲厂》", "甲厂", "", ""), ("舞 钢 市甲厂", "舞钢市甲厂", "", ""),
        ("甲厂(停产)", "甲厂", "", "停产"), ("甲厂（已关闭）", "甲厂", "", "已关闭"), ("甲厂*（搬迁）", "甲厂", "*", "搬迁"),
        ("甲厂（个体）", "甲厂（个体）", "", ""), ("（停产）", "（停产）", "", ""), ("★", "★", "", ""), ("甲厂 A 区", "甲厂 A 区", "", ""), ("3M 公司", "3M 公司", "", ""),
    ],
)  # fmt: skip
def test_what_stands_around_a_name_is_taken_off(text, name, marks, state):
    found = read_name(text, STATES, serial=False)
    assert found == (name, marks, state)
    assert read_name(found.name, STATES, serial=False).name == found.name


@pytest.mark.parametrize(
    ("text", "serial", "name"),
    [("1、甲厂", 1, "甲厂"), ("2. 甲厂", 2, "甲厂"), ("（3）甲厂", 3, "甲厂"), ("(4) 甲厂", 4, "甲厂"), ("1.5匹空调厂", None, "1.5匹空调厂"), ("7天酒店", None, "7天酒店")],
)  # fmt: skip
def test_a_serial_before_a_name_is_taken_off_where_the_list_is_numbered(text, serial, name):
    assert serial_of(text) == serial
    assert read_name(text, STATES, serial=True).name == name
    assert read_name(text, STATES, serial=False).name == text


@pytest.mark.parametrize(
    ("text", "rest", "phones"),
    [
        ("吴海燕13937507697", "吴海燕", ("13937507697",)), ("王国庆 13937557137", "王国庆", ("13937557137",)), ("赵海燕/13937508433", "赵海燕", ("13937508433",)),
        ("刘小东（13937544001）", "刘小东", ("13937544001",)), ("吴海燕，13937580739", "吴海燕", ("13937580739",)), ("刘小东：0375-8123456", "刘小东", ("0375-8123456",)),
        ("李丽华13937572307、13937534173", "李丽华", ("13937572307", "13937534173")), ("13937559379", "", ("13937559379",)),
        ("0375-8120000转8012", "", ("0375-8120000转8012",)), ("李丽华 13937549799；吴红军 13937525239", "李丽华、吴红军", ("13937549799", "13937525239")),
        ("张三 电话：139 3755 0001", "张三", ("139 3755 0001",)), ("尚店镇某村5号（电话13937550001）", "尚店镇某村5号", ("13937550001",)),
        ("吴建国（已退休）", "吴建国（已退休）", ()), ("尚店镇某村（东）123号", "尚店镇某村（东）123号", ()), ("黄小东1393751", "黄小东1393751", ()),
    ],
)  # fmt: skip
def test_telephones_are_taken_out_of_a_text(text, rest, phones):
    found = without_numbers(text)
    assert (found.text, found.phones) == (rest, phones)
    assert without_numbers(found.text).text == found.text
    assert not personal_data(found.text)


def test_an_identity_number_is_taken_out_and_not_kept():
    found = without_numbers("张三 41048119800101121X")
    assert found == ("张三", (), 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("联系张三13812345678", "电话或身份证号码"), ("联系１３８１２３４５６７８", "手机号码"), ("138.1234.5678", "手机号码"),
        ("一三八一二三四五六七八", "手机号码"), ("豫D12345", "车牌号"), ("豫Ｄ１２３４５", "车牌号"), ("zhang@example.com", "电子邮箱"),
        ("张三13812345678，豫D12345，zhang@example.com，豫A54321", "电话或身份证号码、车牌号、电子邮箱"),
        ("张三１３８１２３４５６７８ 豫D12345", "手机号码、车牌号"),
        ("虚构九千零一号助剂厂", ""), ("虚构第二〇三五加油站", ""), ("舞钢市2号院3单元502室", ""), ("豫新铸造厂", ""), ("云川2025型铸件厂", ""),
        ("夜间频发噪声（22:00-6:00）", ""), ("1,2-二氯乙烷", ""), ("mg/m³", ""), ("GB 13271-2014 锅炉除尘", ""),
    ],
)  # fmt: skip
def test_the_finder_of_personal_data_reads_cells(text, kind):
    assert personal_data(text) == kind
