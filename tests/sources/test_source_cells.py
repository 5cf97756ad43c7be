"""What a clerk reads of each kind of wrong cell, word by word: where it is, what it holds, what is wrong, what to do."""

import datetime

import pytest
import workbooks
from openpyxl.utils import get_column_letter

from sources.importer import SourceImporter

pytestmark = pytest.mark.usefixtures("specialities")

CODE = "91410481317593588N"
SOUND = {"污染源编码": "1-1", "单位名称": "一厂", "监管类别": "一般", "行业代码": "2669"}
LOST = ("是数字格式，前面的 0 或末尾的数字可能已丢失", "请把这一列设为“文本”格式，再重新填写编码")
LETTERS = "代码只有数字和大写字母，不用 I、O、S、V、Z；请按营业执照核对（常见的是 0 写成 O、1 写成 I、2 写成 Z、5 写成 S、U 写成 V）"
FOUR = "请填 GB/T 4754-2017 的 4 位小类代码，并把单元格设为“文本”格式，如 0313"
EIGHTEEN = "请按营业执照填写 18 位统一社会信用代码"
WHICH_DAY, CHECK_DAY, FORM = "请写明是哪一天，如 2028-07-31", "请核对年月日", "请写成 2028-07-01 这样的日期"
DEGREES = "请填写以度为单位的小数，如经度 113.516842、纬度 33.291145"
OTHERWISE, YES_NO = "请改填正确的内容；没有的留空", "请改为“是”或“否”"
CREDIT, EXPIRY = "统一社会信用代码", "许可证有效期至"


def examined(**cells):
    """Import one unit under the header of row 2, from column B on."""
    book = workbooks.book(["名录"])
    row = SOUND | cells
    for position, (header, value) in enumerate(row.items(), 2):
        book.active.cell(2, position).value = header
        cell = book.active.cell(3, position)
        cell.value = value
        if isinstance(value, str) and value.startswith("=") and "(" not in value:
            cell.data_type = "s"
    preview, work = SourceImporter().examine(workbooks.saved(book), "名录.xlsx")
    places = {header: get_column_letter(position) for position, header in enumerate(row, 2)}
    return preview, [item.row.values for item in work.touched], places


OFFER = "按校验码推算应是 91410481317593588N（把 {}），请按营业执照核对后改正"
FAULTY = [
    # point 1
    (CREDIT, 9.141048131759359e+17, '9.14105E+17', '是数字格式，Excel 只保留前 15 位，后面的数字已经丢失', '请把单元格设为“文本”格式，再按营业执照重新填写 18 位代码'),
    (CREDIT, 914104813175935, '9.14105E+14', '是旧的 15 位工商注册号', '请按新营业执照填写 18 位统一社会信用代码'),
    (CREDIT, '9.14105E+17', '9.14105E+17', '是科学计数法，后面的数字已经丢失', '请回到原来的表格，把这一列设为“文本”格式重新填写，再保存'),
    ('污染源编码', 7, '7', *LOST),
    ('污染源编码', 410481000100001234, '4.10481E+17', *LOST),
    ('污染源编码', '甲-1', '甲-1', '只能有数字、英文字母、短横线和下划线，不能以短横线开头，最多 55 个字符', '请按编码规则改正，如 410481-0001'),
    (CREDIT, '9141048131I593588N', '9141048131I593588N', '含有代码中不会出现的字符 I', LETTERS),
    (CREDIT, '9141O481317593588N', '9141O481317593588N', '含有代码中不会出现的字符 O', OFFER.format('O 改为 0')),
    (CREDIT, '9Z410481317593588N', '9Z410481317593588N', '含有代码中不会出现的字符 Z', LETTERS),
    (CREDIT, '91410481317S93S88N', '91410481317S93S88N', '含有代码中不会出现的字符 S', OFFER.format('S 改为 5')),
    (CREDIT, '91410481317593588V', '91410481317593588V', '含有代码中不会出现的字符 V', LETTERS),
    (CREDIT, '91410481317593588M', '91410481317593588M', '校验码不对（若前 17 位无误，末位应是 N）', '请按营业执照逐位核对后改正'),
    (CREDIT, 'A1410481317593588N', 'A1410481317593588N', '校验码不对（前 8 位应全是数字）', '请按营业执照逐位核对后改正'),
    (CREDIT, '91410481317593588', '91410481317593588', '有 17 位，应为 18 位', '请按营业执照重新填写'),
    (CREDIT, '410481000012345', '410481000012345', '是旧的 15 位工商注册号', '请按新营业执照填写 18 位统一社会信用代码'),
    (CREDIT, '317593588', '317593588', '是旧的 9 位组织机构代码', EIGHTEEN),
    (CREDIT, '31759358-X', '31759358-X', '是旧的 9 位组织机构代码', EIGHTEEN),
    (CREDIT, 317593588, '317593588', '是旧的 9 位组织机构代码', EIGHTEEN),
    (CREDIT, '没有办', '没有办', '没有数字，不是代码', '请按营业执照填写 18 位代码；没有的留空'),
    (CREDIT, True, 'TRUE', '不是代码', '请按营业执照填写 18 位代码；没有的留空'),
    (CREDIT, '91410481317593588N\n91410481317593588N', '91410481317593588N 91410481317593588N', '有 36 位，应为 18 位', '请按营业执照重新填写'),
    # point 2
    ('单位名称', '\u200b\u3000', '', '必填，但没有内容', '请填写单位名称'),
    ('单位名称', '……', '……', '没有文字，不像名称', '请填写名称'),
    ('单位名称', 12345, '12345', '不是名称，而是数字、日期或逻辑值', '请填写名称'),
    ('单位名称', '厂' * 201, '厂' * 59 + '…', '有 201 个字，最多 200 个', '请填写全称，不要附加说明'),
    # point 3
    ('特殊监管截止日', '2026年7月', '2026年7月', '只有年月，缺少日', WHICH_DAY),
    ('特殊监管截止日', '2026.7', '2026.7', '只有年月，缺少日', WHICH_DAY),
    (EXPIRY, '2026年13月', '2026年13月', '没有这个月', '请核对年月'),
    (EXPIRY, '2028-06-30至2023-07-01', '2028-06-30至2023-07-01', '截止的一天早于起始的一天', '请核对起止日期'),
    (EXPIRY, 2026.7, '2026.7', '只有年月，缺少日', WHICH_DAY),
    (EXPIRY, '2026年', '2026年', '只有年份，缺少月和日', WHICH_DAY),
    (EXPIRY, '2026-02-30', '2026-02-30', '没有这一天', CHECK_DAY),
    (EXPIRY, '2026年2月30日', '2026年2月30日', '没有这一天', CHECK_DAY),
    (EXPIRY, 20260230, '20260230', '没有这一天', CHECK_DAY),
    (EXPIRY, '2028.13.1', '2028.13.1', '没有这一天', CHECK_DAY),
    (EXPIRY, '26.7.1', '26.7.1', '年份只有两位', '请写出四位年份，如 2028-07-01'),
    ('特殊监管截止日', '2023-07-01至2028-06-30', '2023-07-01至2028-06-30', '写了起止两个日期', '请只留要填的那一个；有效期填截止的一天，如 2028-06-30'),
    ('特殊监管截止日', '2023年7月1日至2028年6月30日止', '2023年7月1日至2028年6月30日止', '写了起止两个日期', '请只留要填的那一个；有效期填截止的一天，如 2028年6月30日'),
    ('特殊监管截止日', '长期', '长期', '不是日期', '请填写证书上的截止日期；没有截止日期的留空'),
    (EXPIRY, '明年', '明年', '不是能识别的日期', FORM),
    (EXPIRY, '9999-12-31', '9999-12-31', '年份 9999 不合理', CHECK_DAY),
    (EXPIRY, datetime.time(1, 30), '01:30:00', '是时间格式的数字', '请把单元格设为“常规”或“文本”格式后重新填写'),
    (EXPIRY, True, 'TRUE', '不是日期', FORM),
    # point 4
    ('备注', '=f()', '=f()', '是公式，而且没有算好的结果', '请删去公式，改填文字或数字本身（复制后“选择性粘贴→数值”）'),
    ('备注', '#REF!', '#REF!', '是错误值 #REF!', OTHERWISE),
    ('单位名称', '#REF!', '#REF!', '是错误值 #REF!', '请改填正确的单位名称'),
    ('生产状态', '#VALUE!', '#VALUE!', '是错误值 #VALUE!', OTHERWISE),
    # point 7
    ('监管类别', '其它', '其它', '是不认识的写法', '请改为以下之一：特殊监管对象、重点排污单位、一般排污单位'),
    ('涉废水', '也许', '也许', '看不出是“是”还是“否”', YES_NO),
    ('涉废水', 2, '2', '看不出是“是”还是“否”', YES_NO),
    ('重点单位类型', '水、光；声', '水、光；声', '有不认识的写法：光', '请从以下选填，多个用顿号分开：水环境、地下水污染防治、大气环境、噪声、土壤污染监管、环境风险管控'),
    ('生产状态', '停业整顿', '停业整顿', '是不认识的写法', '请改为以下之一：停产、季节性生产、正常生产'),
    ('备注', True, 'TRUE', '是逻辑值（TRUE/FALSE），不是文字', '请改填文字'),
    ('备注', '说' * 501, '说' * 59 + '…', '有 501 个字，最多 500 个', '请精简后重填'),
    ('联系电话', '见附表', '见附表', '不像电话号码', '请填写电话号码；没有的留空'),
    ('联系电话', 1380013.5, '1380013.5', '不是电话号码', '请填写电话号码'),
    # point 8
    ('经度', 0, '0', '是 0，不是真实的坐标', '请填写实际坐标；暂时没有的留空'),
    ('经度', '0.0000', '0.0000', '是 0，不是真实的坐标', '请填写实际坐标；暂时没有的留空'),
    ('经度', 117.5, '117.5', '不在河南省范围内（舞钢市在 113.2 至 113.8 之间）', '请核对后改正；一时查不清的留空'),
    ('纬度', 37.3, '37.3', '不在河南省范围内（舞钢市在 33.0 至 33.6 之间）', '请核对后改正；一时查不清的留空'),
    ('经度', '113°60′36″', '113°60′36″', '分或秒不小于 60，不是度分秒', f'请核对后改正；{DEGREES}'),
    ('经度', '113 33.29', '113 33.29', '看不出是度分秒，还是两个数', f'请核对后改正；{DEGREES}'),
    ('经度', 113516842, '113516842', '超出 180 度，可能漏了小数点', DEGREES),
    ('经度', '北', '北', '不是数字', DEGREES),
    ('行业代码', '9999', '9999', '不是 GB/T 4754-2017 中的行业（大类应为 01 至 97）', '请按营业执照和行业分类核对 4 位小类代码'),
    ('行业代码', 313, '313', '是数字格式，不是 4 位数，前面的 0 可能已丢失', FOUR),
    ('行业代码', 31.3, '31.3', '是数字格式，不是 4 位数，前面的 0 可能已丢失', FOUR),
    ('行业代码', '化' * 101, '化' * 59 + '…', '有 101 个字，不是行业代码', FOUR),
    ('排污许可证编号', '91410481317593588N01U', '91410481317593588N01U', '不是 22 位的排污许可证编号', '应为 18 位统一社会信用代码 + 3 位数字 + 1 位字母，请按许可证正本填写；没有的留空'),
    ('排污许可证编号', 123, '123', *LOST),
]  # fmt: skip


@pytest.mark.parametrize(("header", "value", "held", "problem", "fix"), FAULTY)
def test_a_wrong_cell_says_where_what_and_how_to_fix_it(header, value, held, problem, fix):
    found, units, places = examined(**{header: value})
    held = f"“{held}”" if held else "（空）"
    assert [str(fault) for fault in found.faults] == [
        f"第3行 {places[header]}列 {header} {held}：{problem}；{fix}"
    ]
    assert units == []


@pytest.mark.parametrize(
    ("header", "value", "lacks"),
    [
        ("监管类别", None, "category"),
        ("监管类别", "无", "category"),
        ("行业代码", None, "industry_code"),
        ("行业代码", "26691", "industry_code"),
        ("行业代码", "化工", "industry_code"),
        ("行业代码", "313", "industry_code"),
    ],
)
def test_a_unit_whose_class_or_industry_nobody_can_tell_comes_in_and_waits_for_it(header, value, lacks):
    found, (unit,), _ = examined(**{header: value})
    assert (found.faults, found.new, unit[lacks]) == ([], 1, "")
    asked = [(each.attribute, each.value, each.rows) for each in found.questions]
    assert asked == ([("industry_code", value, [3])] if header == "行业代码" and value else [])


def test_swapped_coordinates_name_both_columns():
    found, _, _ = examined(经度=33.3, 纬度=113.5)
    assert [str(fault) for fault in found.faults] == [
        "第3行 F列 经度 “33.3”：经度和纬度填反了（纬度填的是 113.5）；请把F列和G列的数字对调"
    ]


def test_a_permit_of_another_unit_is_refused_with_the_units_own_code():
    found, _, _ = examined(统一社会信用代码=CODE, 排污许可证编号="91410481105484945P001U")
    assert [str(fault) for fault in found.faults] == [
        f"第3行 G列 排污许可证编号 “91410481105484945P001U”：前 18 位与本单位的统一社会信用代码 {CODE} 不一致；请核对这两个号码，改正写错的一个"
    ]


@pytest.mark.parametrize(
    ("registered", "cells", "said"),
    [
        ({"credit_code": CODE}, {"排污许可证编号": "91410481105484945P001U"}, f"前 18 位与本单位的统一社会信用代码 {CODE} 不一致"),
        ({"credit_code": CODE}, {"排污许可证编号": f"{CODE}001V"}, None),
    ],
)  # fmt: skip
def test_what_the_list_leaves_out_is_held_against_what_is_registered(registered, cells, said, make_source):
    unit = make_source(1, **registered)
    row = {"污染源编码": unit.number, "单位名称": unit.name} | cells
    found = SourceImporter().examine(workbooks.of_dicts([row]), "x.xlsx")[0]
    assert [fault.problem for fault in found.faults] == ([said] if said else [])


NUMBER = "是数字格式，已按文本读取；编码以 0 开头的，请改为文本格式后重填"
PROPER = "中的小写、全角字符或空格已改成规范写法"
DAY = datetime.date(2099, 7, 1)
TIDIED = "前后的序号、符号、书名号、括号里的状态和字间的空格已去掉，改成规范写法"
LABELLED = "中的小写、全角字符或空格、前面的文字已改成规范写法"
FOR_EVER = "写的是“长期”：没有截止日期，按空着读取，到期提醒不会提到它"
READ = [
    (CREDIT, f"统一社会信用代码：{CODE}", "credit_code", CODE, LABELLED),
    (CREDIT, f"代码:{CODE}", "credit_code", CODE, LABELLED),
    (EXPIRY, "2028年2月", "permit_expiry", datetime.date(2028, 2, 29), "只写到月，按当月最后一天读取"),
    (EXPIRY, "长期", "permit_expiry", None, FOR_EVER),
    (EXPIRY, "2023.5.6至长期", "permit_expiry", None, FOR_EVER),
    # point 1
    ("污染源编码", "007", "number", "007", None),
    ("污染源编码", "'007", "number", "007", "中的全角字符、空格或小写字母已改成规范写法"),
    ("污染源编码", 16041048001, "number", "16041048001", NUMBER),
    (CREDIT, f"'{CODE}", "credit_code", CODE, PROPER),
    (CREDIT, CODE.lower(), "credit_code", CODE, PROPER),
    (CREDIT, f" {CODE[:6]} {CODE[6:]}", "credit_code", CODE, PROPER),
    (CREDIT, "９１４１０４８１３１７５９３５８８Ｎ", "credit_code", CODE, PROPER),
    (CREDIT, f"\ufeff{CODE}\u200b\t", "credit_code", CODE, None),
    # point 2
    ("单位名称", "\u3000一\xa0厂\u200b\ufeff", "name", "一厂", TIDIED),
    ("单位名称", "一\t厂", "name", "一厂", TIDIED),
    ("单位名称", "一\r\n厂", "name", "一厂", None),
    ("单位名称", "𠮷祥·𪚥厂", "name", "𠮷祥·𪚥厂", None),
    # point 3
    *[
        (EXPIRY, value, "permit_expiry", DAY, None)
        for value in [
            "2099.7.1",
            "2099年7月1日",
            "2099年7月1号",
            "20990701",
            20990701,
            72867,
            "72867",
            datetime.datetime(2099, 7, 1),
        ]
    ],
    (EXPIRY, "2020-07-01", "permit_expiry", datetime.date(2020, 7, 1), "的日期已过，请核对是否已经换证"),
    # point 4
    *[("备注", text, "remarks", text, None) for text in ["=1+1", "+86", "-甲", "@甲"]],
    # point 7
    *[("监管类别", word, "category", "key", None) for word in ["重点", "重点排污单位"]],
    ("监管类别", "重点/一般", "category", "key", "写了不止一种，按“重点排污单位”读取"),
    *[("涉废水", word, "discharges_wastewater", True, None) for word in ["是", "√", "Y", 1, "1", True]],
    *[
        ("重点单位类型", f"水{parting}大气{parting}噪声", "media", "water,air,noise", None)
        for parting in ["、", "，", "；", "/", ",", ";", " "]
    ],
    # point 8
    ("行业代码", 2669, "industry_code", "2669", None),
    ("行业代码", "C2669", "industry_code", "2669", "中的门类字母、全角字符或空格已去掉"),
]


@pytest.mark.parametrize(("header", "value", "attribute", "read", "note"), READ)
def test_a_cell_in_another_form_is_read_and_what_was_altered_is_said(header, value, attribute, read, note):
    found, units, places = examined(**{header: value})
    assert (found.faults, [unit[attribute] for unit in units]) == ([], [read])
    line = f"{places[header]}列“{header}”{note}：第3行"
    assert [each for each in found.notices if each.startswith(f"{places[header]}列")] == [line] * bool(note)


def test_a_credit_code_that_lost_its_digits_is_hinted_at_by_the_permit_and_not_replaced():
    found, units, _ = examined(统一社会信用代码=9.141048131759359e17, 排污许可证编号=f"{CODE}001U")
    assert [str(fault) for fault in found.faults] == [
        "第3行 F列 统一社会信用代码 “9.14105E+17”：是数字格式，Excel 只保留前 15 位，后面的数字已经丢失；"
        f"请把单元格设为“文本”格式，再按营业执照重新填写 18 位代码（本行许可证编号的前 18 位是 {CODE}）"
    ]
    assert units == []


def test_both_coordinates_in_the_only_column_of_them_are_read():
    found, units, _ = examined(经度="经度113.5 纬度33.3")
    assert [str(units[0][name]) for name in ("longitude", "latitude")] == ["113.500000", "33.300000"]
    assert any("一格里写了经度和纬度，已分别读取" in each for each in found.notices)
