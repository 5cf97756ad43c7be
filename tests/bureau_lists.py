"""Lists as bureaus have them: ten of units and four of officers, made after what real ones look like. All names are invented."""

import datetime
import io
from pathlib import Path

import openpyxl
from stdnum.cn import uscc

TOWNSHIPS = ["尹集镇", "枣林镇", "八台镇", "尚店镇", "庙街乡", "石漫滩乡"]
KINDS = [
    ("水泥制品有限公司", "非金属矿物制品业30"), ("化工有限责任公司", "化学原料和化学制品制造业26"),
    ("铸造厂", "黑色金属铸造"), ("食品加工厂", "农副食品加工业13"), ("纺织有限公司", "C17纺织业"),
    ("污水处理厂", "污水处理及其再生利用"), ("生猪养殖场", "猪的饲养"), ("新型建材（砖）厂", "粘土砖瓦及建筑砌块制造3031"),
]  # fmt: skip


def credit_code(number):
    body = f"9141048100{number:07d}"
    return body + uscc.calc_check_digit(body)


def name(number):
    return f"舞钢市虚构{number}号{KINDS[number % len(KINDS)][0]}"


def industry(number):
    return KINDS[number % len(KINDS)][1]


def township(number):
    return TOWNSHIPS[number % len(TOWNSHIPS)]


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_of(*rows, title="Sheet1", merge=()):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    for area in merge:
        book.active.merge_cells(area)
    return saved(book)


# --- units ---------------------------------------------------------------------------------------------------
def key_units():
    """The key units of a year: the class in the title, the industry with a number behind, a header with a remark."""
    header = [
        "序号",
        "企业名称\n（盖章）",
        "统一社会信用代码",
        "行业\n［固定污染源排污许可分类管理名录（2017年版）］",
        "所属乡镇",
        "详细地址",
        "备注",
    ]
    rows = [
        [n, name(n), credit_code(n), industry(n), township(n), f"{township(n)}工业路{n}号", "-"]
        for n in range(1, 13)
    ]
    return sheet_of(
        ["舞钢市2026年环境监管重点单位名录"], [], header, *rows, ["合计", "12家"], merge=["A1:G1"]
    )


def permit_holders():
    """An export of the permits: number and period, no codes of the firms."""
    header = ["单位名称", "许可证编号", "行业类别", "有效期限", "管理类别", "生产经营场所地址"]
    rows = [
        [name(n), f"{credit_code(n)}001{'PQRSUVWX'[n % 8]}", industry(n), "2023-07-01至2028-06-30", ["简化管理", "重点管理"][n % 2], f"{township(n)}{n}号"]
        for n in range(5, 20)
    ]  # fmt: skip
    return sheet_of(header, *rows)


def census():
    """A census: the industry in four columns under one heading, coordinates in degrees and minutes."""
    upper = [
        "序号",
        "单位详细名称",
        "统一社会信用代码",
        "行业类别",
        None,
        None,
        None,
        "地理坐标",
        None,
        "联系人",
        "联系电话",
    ]
    lower = [None, None, None, "门类", "大类", "中类", "小类", "经度", "纬度", None, None]
    rows = [
        [n, name(n), credit_code(n) if n % 9 else f"4104810000{n:05d}", "制造业", "30 非金属矿物制品业", "302 石膏、水泥制品及类似制品制造", "3021 水泥制品制造",
         f"113°{20 + n % 30}′{n % 60}″", f"33°{10 + n % 15}′{n % 60}″", f"联系人{n}", f"1380000{n:04d}"]
        for n in range(30, 50)
    ]  # fmt: skip
    merge = ["D2:G2", "H2:I2", "A2:A3", "B2:B3", "C2:C3", "J2:J3", "K2:K3"]
    return sheet_of(["舞钢市污染源普查清单"], upper, lower, *rows, merge=merge)


def livestock():
    """Farms: most without a code, 不详 and - for what nobody knows, one name twice."""
    header = ["养殖场名称", "信用代码", "养殖种类", "乡镇", "负责人", "电话", "生产状态"]
    rows = [
        [
            f"虚构{n}号养殖场",
            ["不详", "-", "", credit_code(n)][n % 4],
            ["生猪", "蛋鸡"][n % 2],
            township(n),
            f"场主{n}",
            f"0375-80{n:05d}",
            "在产",
        ]
        for n in range(60, 75)
    ]
    rows.append(["虚构60号养殖场", "不详", "生猪", "尹集镇", "场主60", "0375-8000060", "在产"])
    return sheet_of(["2026年规模化畜禽养殖场（一般排污单位）"], header, *rows)


def several_tables():
    """One sheet with a table for each class, each under its title and with columns of its own."""
    first = [[n, name(n), credit_code(n), industry(n), township(n)] for n in range(80, 86)]
    second = [[n, township(n), name(n), industry(n), credit_code(n)] for n in range(86, 96)]
    return sheet_of(
        ["一、重点排污单位"], ["序号", "企业名称", "统一社会信用代码", "行业类别", "乡镇"], *first, [],
        ["二、一般排污单位"], ["序号", "乡镇", "企业名称", "行业类别", "统一社会信用代码"], *second,
    )  # fmt: skip


def plain_csv():
    """A list saved as CSV by Excel in China."""
    lines = ["企业名称,所在乡镇,行业"] + [f"{name(n)},{township(n)},{industry(n)}" for n in range(100, 112)]
    return "\r\n".join(lines).encode("gb18030")


def without_first_header():
    """The column of the names has no header."""
    rows = [[name(n), credit_code(n), industry(n), township(n)] for n in range(120, 130)]
    return sheet_of([None, "统一社会信用代码", "行业名称", "乡镇（街道）"], *rows)


def by_township():
    """Headings of townships between the rows, old numbers of registration, classes of the trade for industries."""
    header = ["序号", "单位名称", "统一社会信用代码", "行业", "监管级别"]
    rows = []
    for at, place in enumerate(TOWNSHIPS[:3]):
        rows.append([place])
        for n in range(140 + 5 * at, 145 + 5 * at):
            rows.append(
                [
                    n,
                    name(n),
                    credit_code(n) if n % 5 else f"4104812000{n:05d}",
                    ["化工类", industry(n)][n % 2],
                    ["重点", "一般"][n % 2],
                ]
            )
    return sheet_of(["舞钢市污染源清单"], header, *rows, ["填表人：某某", None, None, "填表日期：2026年3月"])


def names_only():
    """Nothing but names."""
    return sheet_of(["单位名称"], *[[name(n)] for n in range(160, 180)])


def several_sites():
    """One firm with several sites under one code."""
    header = ["企业名称", "统一社会信用代码", "生产经营场所地址", "所属行业", "监管类别", "许可证编号"]
    rows = [
        [
            "舞钢市虚构商砼有限公司",
            credit_code(190),
            "尹集镇1号",
            "水泥制品制造",
            "一般",
            f"{credit_code(190)}001P",
        ],
        [
            "舞钢市虚构商砼有限公司",
            credit_code(190),
            "枣林镇2号",
            "水泥制品制造",
            "一般",
            f"{credit_code(190)}002Q",
        ],
        ["舞钢市虚构商砼有限公司（八台站）", credit_code(190), "八台镇3号", "水泥制品制造", "一般", ""],
        [name(191), credit_code(191), "庙街乡", industry(191), "重点", ""],
    ]
    return sheet_of(header, *rows)


UNITS = {
    "重点名录.xlsx": key_units, "许可证清单.xlsx": permit_holders, "普查清单.xlsx": census, "养殖场.xlsx": livestock, "分类台账.xlsx": several_tables,
    "企业清单.csv": plain_csv, "无表头.xlsx": without_first_header, "分乡镇.xlsx": by_township, "只有名称.xlsx": names_only, "多处厂址.xlsx": several_sites,
}  # fmt: skip


# --- officers ------------------------------------------------------------------------------------------------
def officers(first=1, count=8):
    return [
        (f"虚构甲{'一二三四五六七八九十'[n % 10]}{'东西南北'[n // 10 % 4]}", n)
        for n in range(first, first + count)
    ]


def officers_of_the_bureau():
    """Names and offices, no certificates."""
    return sheet_of(["舞钢分局执法人员名单"], ["序号", "姓名", "性别", "科室", "职务", "联系电话"],
                    *[[n, who, "男女"[n % 2], f"执法{n % 3 + 1}中队", "科员", f"1390000{n:04d}"] for who, n in officers()])  # fmt: skip


def officers_with_certificates():
    """A header of two rows over the certificates."""
    upper = ["序号", "姓名", "单位", "执法证件", None, "专业特长"]
    lower = [None, None, None, "编号", "有效期", None]
    rows = [
        [n, who, "舞钢分局", f"1604104{n:04d}", datetime.date(2029, 12, 31), "建材、化工与医药"]
        for n, (who, _) in enumerate(officers(), 1)
    ]
    return sheet_of(["行政执法人员信息表"], upper, lower, *rows, merge=["D2:E2"])


def officers_by_squad():
    """A table for each squad on one sheet."""
    one = [[n, who, f"1604105{n:04d}", "2028.12.31"] for who, n in officers(11, 4)]
    two = [[n, f"1604105{n:04d}", who, "2028.12.31"] for who, n in officers(15, 4)]
    return sheet_of(
        ["执法一中队"],
        ["序号", "姓名", "执法证号", "有效期至"],
        *one,
        [],
        ["执法二中队"],
        ["序号", "执法证号", "姓名", "有效期至"],
        *two,
    )


def officers_as_csv():
    """CSV with spaces in short names."""
    lines = ["姓 名,执法证号码,证件有效期,擅长领域"] + [
        f"{who[:2]} {who[2:]},1604106{n:04d},2029年6月30日,畜禽养殖" for who, n in officers(21, 5)
    ]
    return "\n".join(lines).encode("utf-8-sig")


OFFICERS = {
    "人员名单.xlsx": officers_of_the_bureau, "证件信息表.xlsx": officers_with_certificates, "分中队.xlsx": officers_by_squad,
    "执法人员.csv": officers_as_csv,
}  # fmt: skip

# Made of the lists above by LibreOffice (soffice --headless --convert-to xls, ods).
AS_SAVED = Path(__file__).parent / "data" / "lists"
OLDER = {"重点名录.xls": "key-units.xls", "养殖场.ods": "farms.ods"}


def content(filename):
    """Return one of the lists of units, or such a list as LibreOffice saved it in an older format."""
    return UNITS[filename]() if filename in UNITS else (AS_SAVED / OLDER[filename]).read_bytes()
