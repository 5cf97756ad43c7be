"""Five workbooks as tired, hurried and wicked clerks hand them in, and what each would write after reading the faults."""

import datetime

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from workbooks import as_excel, packed, parts_of, saved

CODES = ["91410481317593588N", "91410481105484945P"]


def ledger() -> bytes:
    """An old ledger: titles, a header of two rows, merged townships, subtotals, filtered rows, numbers for codes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "2026年台账"
    sheet["A1"], sheet["A2"] = "某某市污染源监管台账", "填报单位：（盖章）　　　　　填报日期：2026年9月28日"
    sheet.merge_cells("A1:L1"), sheet.merge_cells("A2:L2")
    upper = [
        "序号",
        "乡镇\n（街道）",
        "污染源编码",
        "单位名称",
        "统一社会信用代码",
        "监管类别",
        "行业代码",
        "排污许可",
        None,
        None,
        "坐标",
        None,
    ]
    lower = [None] * 7 + ["管理类别", "排污许可证编号", "有效期至", "经度", "纬度"]
    sheet.append(upper), sheet.append(lower)
    sheet.merge_cells("H3:J3"), sheet.merge_cells("K3:L3")
    for letter in "ABCDEFG":
        sheet.merge_cells(f"{letter}3:{letter}4")
    for row in (
        [1, "甲镇", "410481-0001", " 一\n厂", CODES[0].lower(), "重点", "2669", "重点", CODES[0] + "001P", "2028.7.1", 113.5, 33.3],
        [2, None, "410481-0002", "二厂", 914104811054849450, "一般", 313, "登记", "无", "长期", 33.3, 113.5],
        [None, None, "小计", None, 2],
        [3, "乙镇", 7, "三厂", None, "一般", "2669", "简化", None, "2036年7月", 0, 33.3],
        [4, None, "410481-0004", "四　厂", "410481000012345", "其它", "C2669", None, None, datetime.datetime(2028, 7, 1), 117.5, 33.3],
        [5, None, "410481-0005", "合计仪表厂", None, "一般", None, None, None, None, None, None],
        ["合计", None, None, "5家"],
        [None], [None],
        ["填表人：甲", None, None, "审核人：乙"],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("B5:B6"), sheet.merge_cells("B8:B10")
    for number in (6, 9):
        sheet.row_dimensions[number].hidden = True
    for number in range(15, 600):
        sheet.cell(number, 3).number_format = "@"
    book.create_sheet("说明").append(["污染源编码", "按编码规则填写"])
    return as_excel(saved(book))


LEDGER = {
    "E6": ("是数字格式，Excel 只保留前 15 位，后面的数字已经丢失", CODES[1]),
    "G6": ("是数字格式，不是 4 位数，前面的 0 可能已丢失", "0313"),
    "K6": ("经度和纬度填反了（纬度填的是 113.5）", 113.5),
    "L6": (None, 33.3),
    "C8": ("是数字格式，前面的 0 或末尾的数字可能已丢失", "410481-0003"),
    "K8": ("是 0，不是真实的坐标", None),
    "E9": ("是旧的 15 位工商注册号", None),
    "F9": ("是不认识的写法", "一般排污单位"),
    "K9": ("不在河南省范围内（舞钢市在 113.2 至 113.8 之间）", 113.5),
}
LEDGER_NOTICES = [
    "E列“统一社会信用代码”中的小写、全角字符或空格已改成规范写法：第5行",
    "J列“排污许可·有效期至”写的是“长期”：没有截止日期，按空着读取，到期提醒不会提到它：第6行",
    "隐藏的行也读取了：第6、9行",
    "合计、填表人等不是数据的行已跳过：第7、11、14行",
    "J列“排污许可·有效期至”只写到月，按当月最后一天读取：第8行",
    "G列“行业代码”中的门类字母、全角字符或空格已去掉：第9行",
    "合并的单元格按其内容读入所含的每一行：B5:B6、B8:B10",
    "D列“单位名称”前后的序号、符号、书名号、括号里的状态和字间的空格已去掉，改成规范写法：第9行",
]


def wps_csv() -> bytes:
    """A CSV file from WPS in GB18030: codes in scientific notation, periods, a comma that parts an address."""
    lines = [
        "污染源名录（导出）",
        "污染源编码,企业名称,信用代码,监管类别,行业代码,详细地址,电话,许可证有效期,是否涉水,备注",
        f'="0001",一厂,="{CODES[0]}",重点,="0313","工业路1号，东院",13800138000,2023-07-01至2028-06-30,√,',
        "0002,𠮷祥·二厂,9.14105E+17,一般,2669,工业路2号,0375-8123456,2028/7/1,Y,=1+1",
        "0003,三厂,,一般,2669,工业路3号,院内,13800138000,2028-7-1,是,",
        '0004,"四\r\n厂",,一般,2669,,见附表,26.7.1,1,"+86"',
        "0004,五厂,,一般,2669,,,,也许,",
        "合计,,,,,,,,,",
    ]
    return "\r\n".join(lines).encode("gb18030")


WPS_CSV = {
    "C4": ("是科学计数法，后面的数字已经丢失", CODES[1]),
    "F5": (None, "工业路3号院内"),
    "G5": (None, "13800138000"),
    "H5": (None, "2028-07-01"),
    "I5": (None, "是"),
    "J5": (None, None),
    "K5": ("这一行比表头多 1 格，后面的内容可能都错位了", None),
    "A6": ("污染源编码与第7行重复，而内容不同", "0004"),
    "G6": ("不像电话号码", None),
    "H6": ("年份只有两位", "2026-07-01"),
    "A7": ("污染源编码与第6行重复，而内容不同", "0005"),
    "I7": ("看不出是“是”还是“否”", "否"),
}
WPS_CSV_NOTICES = [
    "CSV 文件按 GB18030 编码、逗号分隔读取，表头是：污染源编码、企业名称、信用代码、监管类别、行业代码、详细地址；如有乱码请不要导入",
    "H列“许可证有效期”写的是起止日期，按截止的一天读取：第3行",
    "合计、填表人等不是数据的行已跳过：第8行",
]


def macintosh() -> bytes:
    """A workbook that counts its days from 1904, with formulas, links to other files, hidden columns and months."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    sheet.title = "名录"
    sheet.append(
        [
            "污染源编码",
            "单位名称",
            "监管类别",
            "行业代码",
            "许可证有效期至",
            "生产状态",
            "经度",
            "纬度",
            "联系电话",
            "心情",
        ]
    )
    rows = [
        ["1-1", "一厂", "特殊", "2669", datetime.datetime(2028, 7, 1), '=IF(1,"停产","")', 113.5, 33.3, 13800138000, "好"],
        ["1-2", "二厂", "一般", "2669", datetime.datetime(2036, 7, 1), "=[1]Sheet1!$A$1", 113.5, 33.3, None, None],
        ["1-3", "三厂", "一般", "2669", 45473, "正常", "113°60′36″", "33.3", "#N/A", None],
        ["1-4", "四厂", "一般", "2669", "2028-02-30", "#REF!", "113.5,33.3", 33.3, True, None],
        ["1-5", "=A6&\"厂\"", "一般", "2669", datetime.time(1, 30), "在产", 1135168420, 33.3, None, None],
    ]  # fmt: skip
    for row in rows:
        sheet.append(row)
    sheet["E3"].number_format = 'yyyy"年"m"月"'
    for letter in ("G", "H"):
        sheet.column_dimensions[letter].hidden = True
    sheet.sheet_state = "hidden"
    book.create_sheet("封面")["A1"] = "某某局"
    book.active = 1
    parts = parts_of(as_excel(saved(book)))
    name = "xl/worksheets/sheet1.xml"
    # What Excel computed; openpyxl writes none.
    for place, value in (("F2", "停产"), ("F3", "季节性")):
        start = parts[name].index(f'<c r="{place}"'.encode())
        end = parts[name].index(b"</c>", start)
        cell = parts[name][start:end].replace(b"<v/>", b"").replace(b"<v></v>", b"")
        cell = cell.replace(b"<c ", b'<c t="str" ', 1) + f"<v>{value}</v>".encode()
        parts[name] = parts[name][:start] + cell + parts[name][end:]
    return packed(parts)


MACINTOSH = {
    "G4": ("分或秒不小于 60，不是度分秒", 113.51),
    "E5": ("没有这一天", "2028-02-29"),
    "F5": ("是错误值 #REF!", "正常生产"),
    "G5": ("一格里写了两个数", 113.5),
    "I5": ("不是电话号码", None),
    "B6": ("是公式，而且没有算好的结果", "五厂"),
    "E6": ("是时间格式的数字", None),
    "G6": ("超出 180 度，可能漏了小数点", 113.516842),
    # openpyxl keeps no results of formulas when it saves a workbook, as Excel would.
    "F2": (None, "停产"),
    "F3": (None, "季节性"),
}
MACINTOSH_NOTICES = [
    "没有认出来的列没有读取：J列“心情”",
    "E列“许可证有效期至”只写到月，按当月最后一天读取：第3行",
    "I列“联系电话”里的“不详”“待定”一类当作空着：第4行",
    "有 2 个单元格是公式，按其算好的结果读取",
    "有 2 列是隐藏的，也读取了：G、H列",
    "工作表“名录”是隐藏的，也读取了",
    "是特殊监管对象，但没有填特殊监管依据：第2行",
]


def officers() -> bytes:
    """The officers' book: merged departments, certificates as numbers, unknown groups, names that two units bear."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["执法人员花名册"])
    sheet.append(
        ["部门", "姓 名", "执法证号", "有效期", "专业", "在岗情况", "是否在岗", "回避单位", "手机号", "在册"]
    )
    for row in (
        ["执法大队", "张　三", "16040000001", "2099-12-31", "化工与医药、畜禽养殖", None, "在岗", "410481-0001", "138 0013 8000", "是"],
        [None, "李四", 16040000002, datetime.datetime(2020, 1, 1), "化工", None, "出差", "乙厂", None, None],
        [None, "王·五", 7, "2099.12", "livestock/steel-mining", None, "请假", "没有的厂；410481-0001", None, "√"],
        ["监测站", "孙七", "16040000001", "长期有效", None, None, None, "同名厂", "见通讯录", "也许"],
        ["监测站", None, "16040000005", None, None, None, None, None, None, None],
        [None, "合 计", None, "5人"],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A1:J1"), sheet.merge_cells("A3:A5")
    return as_excel(saved(book))


OFFICERS = {
    "C3": ("执法证号与第6行重复，而内容不同", "16040000001"),
    "E4": ("没有这样的行业专业组：化工", "化工与医药"),
    "G4": ("是不认识的写法", "在岗"),
    "C5": ("是数字格式，前面的 0 或末尾的数字可能已丢失", "16040000003"),
    "H5": ("污染源名录中没有“没有的厂”", "410481-0001"),
    "C6": ("执法证号与第3行重复，而内容不同", "16040000004"),
    "D6": ("不是日期", "2099-12-31"),
    "H6": ("叫“同名厂”的单位不止一家", "410481-0003"),
    "I6": ("不像电话号码", None),
    "J6": ("看不出是“是”还是“否”", "是"),
    "B7": ("必填，但没有内容", "钱八"),
}
OFFICERS_NOTICES = [
    "没有认出来的列没有读取：F列“在岗情况”",
    "C列“执法证号”是数字格式，已按文本读取；编码以 0 开头的，请改为文本格式后重填：第4行",
    "D列“有效期”只写到月，按当月最后一天读取：第5行",
    "合计、填表人等不是数据的行已跳过：第8行",
    "合并的单元格按其内容读入所含的每一行：A3:A5",
    "执法证已过有效期，不参加抽签：第4行",
    "没有填擅长行业：第6、7行",
]


def wicked() -> bytes:
    """Texts that would be code elsewhere, characters that hide others, and codes with letters like digits."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(
        [
            "污染源编码",
            "单位名称",
            "监管类别",
            "行业代码",
            "统一社会信用代码",
            "排污许可证编号",
            "备注",
            "联系电话",
            "联系人",
        ]
    )
    for row in (
        ["A-1", "<script>alert(1)</script>厂", "一般", "2669", CODES[0][:-1] + "O", None, "=HYPERLINK(\"http://x\",\"a\")", None, None],
        ["a-1", "一厂", "重点\u200b", "2669", CODES[0][:8] + "\u200b" + CODES[0][8:], CODES[1] + "001P", "@SUM(A1)", None, None],
        ["../../x", "\u202e厂一", "一般", "2669", CODES[1][:-1] + "X", None, "说" * 501, "13800138000" * 9, None],
        ["A 4", "……", "一般", "２６６９", CODES[1], CODES[1] + "01P", None, None, "甲" * 61],
        ["A-5", "五厂" * 101, "一般/重点", "9999", CODES[1], None, None, None, "-"],
    ):  # fmt: skip
        sheet.append(row)
    sheet["G2"].data_type = "s"
    return saved(book)


WICKED = {
    "A2": ("污染源编码与第3行重复，而内容不同", "A-1"),
    "E2": ("含有代码中不会出现的字符 O", None),
    "A3": ("污染源编码与第2行重复，而内容不同", "A-2"),
    "F3": (f"前 18 位与本单位的统一社会信用代码 {CODES[0]} 不一致", CODES[0] + "001P"),
    "A4": ("只能有数字、英文字母、短横线和下划线，不能以短横线开头，最多 55 个字符", "A-3"),
    "E4": ("校验码不对（若前 17 位无误，末位应是 P）", None),
    "G4": ("有 501 个字，最多 500 个", "说"),
    "H4": ("有 99 个字符，最多 40 个", "13800138000"),
    "B5": ("没有文字，不像名称", "四厂"),
    "F5": ("不是 22 位的排污许可证编号", CODES[1] + "001P"),
    "I5": ("有 61 个字，最多 60 个", "甲"),
    "B6": ("有 202 个字，最多 200 个", "四厂"),
    "D6": ("不是 GB/T 4754-2017 中的行业（大类应为 01 至 97）", "2669"),
}
WICKED_NOTICES = [
    "A列“污染源编码”中的全角字符、空格或小写字母已改成规范写法：第5行",
    "D列“行业代码”中的门类字母、全角字符或空格已去掉：第5行",
    "C列“监管类别”写了不止一种，按“重点排污单位”读取：第6行",
    "统一社会信用代码相同，名称相同或只多了厂区、站点，登记为不同的污染源（一家单位有几处的可以这样）：第6行",
]
