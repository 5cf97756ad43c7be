"""The one table of columns of the registry of pollution sources: import, export and template read it."""

import re
from dataclasses import replace

from stdnum.cn import uscc

from wugang_audit.spreadsheets import cell_types, coordinates
from wugang_audit.spreadsheets.cell_text import clean, fold, plain, shown, word
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong
from wugang_audit.spreadsheets.lines import CellValue
from wugang_audit.spreadsheets.recognition import recognised
from wugang_audit.spreadsheets.table import Column

from .headings import recognition_of
from .industries import label_of
from .models import Category, Medium, OperatingState, PermitClass
from .places import LATITUDES, LONGITUDES

# Words for a code or a number that is still to come.
NOT_YET = frozenset(
    (
        "办理中",
        "正在办理",
        "正办理",
        "在办理",
        "申请中",
        "正在申请",
        "申领中",
        "补办中",
        "未办",
        "未办理",
        "待办",
        "待办理",
        "未申领",
    )
)
_CREDIT_LETTERS = set("0123456789ABCDEFGHJKLMNPQRTUWXY")

# What is typed or printed for a letter or digit that codes have, and the label that stands before many.
_MISTAKEN = str.maketrans("IOSVZ", "105U2")
_LABEL = re.compile(r"^(?:[\u4e00-\u9fff()（）]*(?:代码|信用码|号码|证号)[:：]?|[:：])(?=[0-9A-Za-z])")


def _replaced(code: str) -> str:
    return "、".join(f" {each} 改为 {each.translate(_MISTAKEN)}" for each in sorted(set(code) & set("IOSVZ")))


def proven_credit_code(text: str) -> str:
    """Return the code that was meant, if it was written with letters that no code has and the check character agrees."""
    code = _LABEL.sub("", fold(text)).replace("-", "").upper()
    likely = code.translate(_MISTAKEN)
    return likely if likely != code and uscc.is_valid(likely) else ""


def credit_code(value: object) -> str | Adjusted:
    """Read a unified social credit code (GB 32100-2015). Only its form is changed.

    :raises Wrong: with what is wrong with it.
    """
    number = not isinstance(value, str)
    if isinstance(value, bool) or number and not isinstance(value, int | float):
        raise Wrong("不是代码", "请按营业执照填写 18 位代码；没有的留空")
    if number:
        value = plain(value)
    cell_types.refuse_scientific(fold(value))
    code = _LABEL.sub("", fold(value)).replace("-", "").upper()
    if code.isdecimal() and len(code) == 15:
        raise Wrong("是旧的 15 位工商注册号", "请按新营业执照填写 18 位统一社会信用代码")
    if len(code) == 9 and code[:8].isalnum() and code.isascii():
        raise Wrong("是旧的 9 位组织机构代码", "请按营业执照填写 18 位统一社会信用代码")
    if number:
        raise Wrong(
            "是数字格式，Excel 只保留前 15 位，后面的数字已经丢失",
            "请把单元格设为“文本”格式，再按营业执照重新填写 18 位代码",
        )
    if not re.search(r"[0-9]", code):
        raise Wrong("没有数字，不是代码", "请按营业执照填写 18 位代码；没有的留空")
    if wrong := sorted(set(code) - _CREDIT_LETTERS):
        rest = "代码只有数字和大写字母，不用 I、O、S、V、Z；请按营业执照核对（常见的是 0 写成 O、1 写成 I、2 写成 Z、5 写成 S、U 写成 V）"
        if likely := proven_credit_code(code):
            rest = f"按校验码推算应是 {likely}（把{_replaced(code)}），请按营业执照核对后改正"
        raise Wrong(f"含有代码中不会出现的字符 {'、'.join(wrong)}", rest)
    if len(code) != 18:
        raise Wrong(f"有 {len(code)} 位，应为 18 位", "请按营业执照重新填写")
    fits = uscc.calc_check_digit(code[:17]) if code[:8].isdigit() else ""
    if fits != code[-1]:
        hint = f"若前 17 位无误，末位应是 {fits}" if fits else "前 8 位应全是数字"
        raise Wrong(f"校验码不对（{hint}）", "请按营业执照逐位核对后改正")
    if code == value:
        return code
    label = "、前面的文字" if _LABEL.match(fold(value)) else ""
    return Adjusted(code, f"中的小写、全角字符或空格{label}已改成规范写法")


def industry_code(value: object) -> str | Adjusted:
    """Read a code of GB/T 4754-2017: a class of four digits; a section letter before it is dropped.

    Words, and codes of two or three digits, stay as they are: the whole row says what they mean (`industry_cells`).

    :raises Wrong: if it is none, or a number that may have lost its leading zero.
    """
    fix = "请填 GB/T 4754-2017 的 4 位小类代码，并把单元格设为“文本”格式，如 0313"
    if not isinstance(value, str):
        if isinstance(value, bool) or not hasattr(value, "is_integer") and not isinstance(value, int):
            raise Wrong("不是行业代码", fix)
        if value != int(value) or not 1000 <= value <= 9999:
            raise Wrong("是数字格式，不是 4 位数，前面的 0 可能已丢失", fix)
        return str(int(value))
    code = fold(value).upper()
    bare = re.sub(r"^[A-T](?=[0-9]{4}$)", "", code)
    if not re.fullmatch(r"[0-9]{4}", bare):
        if len(value) > 100:
            raise Wrong(f"有 {len(value)} 个字，不是行业代码", fix)
        return clean(value)
    return bare if bare == value else Adjusted(bare, "中的门类字母、全角字符或空格已去掉")


REGISTRY_ID = re.compile(r"(?!-)[0-9A-Za-z_-]{1,55}")  # an id of draw/2; none begins with a hyphen
registry_number = cell_types.code(
    REGISTRY_ID,
    "只能有数字、英文字母、短横线和下划线，不能以短横线开头，最多 55 个字符",
    "请按编码规则改正，如 410481-0001",
)
permit_number = cell_types.code(
    re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}[0-9]{3}[A-Z]"),
    "不是 22 位的排污许可证编号",
    "应为 18 位统一社会信用代码 + 3 位数字 + 1 位字母，请按许可证正本填写；没有的留空",
    upper=True,
    digits_from=99,
)

# 尚店镇 in 舞钢市尚店镇企业名单 and in 一、尚店镇; but nothing in 乡镇企业名录.
TOWNSHIP = re.compile(
    r"(?:[\u4e00-\u9fff]*[省市县区年月])?((?!各)[\u4e00-\u9fff]{2,6}?(?<![城乡村])(?:街道(?:办事处)?|镇(?!村)|乡(?!镇)))"
)

# A firm that is struck off, but whose works may stand there still: what it means for the registry a clerk must say.
STRUCK_OFF = "struck_off"
_STRUCK_OFF_WORDS = frozenset(map(word, (
    "注销", "已注销", "吊销", "已吊销", "吊销,未注销", "吊销未注销", "吊销,已注销", "吊销已注销", "撤销", "已撤销", "迁出", "已迁出", "注销企业", "吊销企业", "迁往市外",
)))  # fmt: skip
# What the clerk answers: the unit leaves the registry.
OUT_OF_USE, OUT_OF_USE_WORD = "out_of_use", "停用"
_STATES = cell_types.choice({
    OperatingState.STOPPED: "停产 停业 停产停业 关停 关闭 已停产 长期停产 停运 停工 已关闭 关停取缔 已关停",
    OperatingState.SEASONAL: "季节性生产 季节性 季节生产 季节",
    OperatingState.NORMAL: "正常生产 正常 在产 生产 在生产 正常运营 运营 在营 营业 正常营业 正常运行 开业 存续 在业 在营(开业) 在营(开业)企业 存续(在营、开业、在册) 在营、开业 存续在业 在册 仍注册",
})  # fmt: skip


def _operating_state(value: CellValue) -> str | Adjusted:
    known = word(shown(value))
    if known == OUT_OF_USE_WORD:
        return OUT_OF_USE
    if known in _STRUCK_OFF_WORDS or fold(known).replace("，", ",") in _STRUCK_OFF_WORDS:
        return STRUCK_OFF
    return _STATES(value)


OPERATING_STATES = replace(_STATES, read=_operating_state)

_COLUMNS = (
    Column("number", "污染源编码", registry_number,
           ("污染源编号", "单位编码", "企业编码", "污染源代码", "源编码", "名录编号"), keeps=True, identity=True,
           help="抽签时代表该单位，一经使用不再更换。没有的，由本站按顺序给。"),
    Column("name", "单位名称", cell_types.name(200),
           ("企业名称", "排污单位名称", "排污单位", "污染源名称", "企业全称", "单位全称", "名称", "企业（单位）名称", "企事业单位名称", "单位详细名称", "企业详细名称",
            "单位", "企业", "公司名称", "排污者名称", "被监管单位", "养殖场名称", "单位（企业）名称"),
           required=True, identity=True, help="营业执照上的全称。", width=30,
           looks_like=re.compile(r"(?:公司|厂|场|站|院|店|矿|社|中心|学校|集团|部|基地|园)$")),
    Column("credit_code", "统一社会信用代码", credit_code,
           ("信用代码", "社会信用代码", "统一信用代码", "统一代码", "统一社会信用代码（18位）",
            "组织机构代码/统一社会信用代码", "社会统一信用代码", "机构代码"), identity=True,
           unknown=NOT_YET, help="18 位；没有代码的小型养殖场等留空。请先把整列设为文本格式。", proven=proven_credit_code),
    Column("category", "监管类别", cell_types.choice({
        Category.SPECIAL: "特殊监管对象 特殊 特殊监管 特殊监管单位 特殊监管企业",
        Category.KEY: "重点排污单位 重点 重点单位 重点监管 重点监管单位 重点企业 重点污染源 环境监管重点单位",
        Category.GENERAL: "一般排污单位 一般 一般单位 一般监管 一般监管单位 一般企业 一般污染源 非重点 普通",
    }), ("监管类型", "污染源类别", "单位类别", "企业类别", "监管级别", "分类", "名录类别", "管控类别"), keeps=True,
        help="重点排污单位、特殊监管对象或一般排污单位；同时符合几类的，先特殊、再重点、后一般。"),
    Column("media", "重点单位类型", cell_types.choices_of({
        Medium.WATER: "水环境 水 废水 水污染 水环境重点 涉水 水环境重点排污单位",
        Medium.GROUNDWATER: "地下水污染防治 地下水 地下水污染防治重点排污单位",
        Medium.AIR: "大气环境 大气 气 废气 大气污染 气环境 涉气 大气环境重点排污单位",
        Medium.NOISE: "噪声 噪音 声 声环境 噪声重点排污单位",
        Medium.SOIL: "土壤污染监管 土壤 土壤环境 土壤污染 土壤污染重点监管单位",
        Medium.RISK: "环境风险管控 环境风险 风险 风险管控 环境风险重点管控单位",
    }), ("重点类型", "重点排污单位类型", "重点单位类别", "环境要素", "要素类型", "重点要素"), listing=True,
        help="重点排污单位填写，可多项：水环境、地下水污染防治、大气环境、噪声、土壤污染监管、环境风险管控。"),
    Column("industry_code", "行业代码", industry_code,
           ("行业类别代码", "国民经济行业代码", "行业小类代码", "行业编码", "行业代码（GB/T 4754-2017）"), keeps=True,
           help="GB/T 4754-2017 的 4 位小类代码，文本格式，如 0313；没有的，按行业名称查。", called=label_of),
    Column("industry_name", "行业名称", cell_types.text(100, published=True),
           ("行业类别", "行业", "所属行业", "国民经济行业", "行业类型", "行业分类", "行业类别名称", "国民经济行业类别", "主要行业"), called=label_of, width=22),
    Column("industry_section", "行业门类", cell_types.text(100), ("门类", "门类名称"), import_only=True, called=label_of),
    Column("industry_division", "行业大类", cell_types.text(100), ("大类", "大类名称"), import_only=True, called=label_of),
    Column("industry_group", "行业中类", cell_types.text(100), ("中类", "中类名称"), import_only=True, called=label_of),
    Column("industry_class", "行业小类", cell_types.text(100), ("小类", "小类名称"), import_only=True,
           help="行业分门类、大类、中类、小类几列写的，按写得最细的一列读取。", called=label_of),
    Column("permit_class", "排污许可管理类别", cell_types.choice({
        PermitClass.KEY: "重点管理 重点",
        PermitClass.SIMPLIFIED: "简化管理 简化",
        PermitClass.REGISTERED: "登记管理 登记 排污登记",
    }), ("许可管理类别", "管理类别", "排污许可类别", "许可类别", "排污许可管理类型", "许可证管理类别"),
        help="重点管理、简化管理或登记管理。"),
    Column("permit_number", "排污许可证编号", permit_number,
           ("许可证编号", "排污许可证号", "许可证号", "许可证编码", "排污许可编号", "排污许可证编码",
            "排污许可证证书编号", "许可证书编号"), identity=True, unknown=NOT_YET, width=24, help="22 位，前 18 位是本单位的统一社会信用代码。"),
    Column("permit_expiry", "许可证有效期至", cell_types.last_day_if_any,
           ("有效期限", "许可证有效期限", "排污许可证有效期限", "有效期", "许可证有效期", "有效期至", "许可证到期日", "排污许可证有效期至", "许可证截止日期", "排污许可证有效期", "许可有效期"),
           blank=None, help="如 2028-07-01。"),
    Column("township", "乡镇（街道）", cell_types.text(40, published=True), ("乡镇", "街道", "所属乡镇", "乡镇街道", "乡镇/街道", "所在乡镇", "乡（镇）、街道"),
           in_titles=TOWNSHIP),
    Column("address", "详细地址", cell_types.text(200), ("地址", "单位地址", "企业地址", "生产地址", "生产经营场所地址", "经营地址"), width=28),
    Column("longitude", "经度", coordinates.degrees, ("东经", "中心经度", "lon", "longitude", "经度（°）", "经度（度）"), blank=None,
           help=f"以度为单位的小数，{LONGITUDES.in_words}；度分秒（113°31′00.6″）自动换算。"),
    Column("latitude", "纬度", coordinates.degrees, ("北纬", "中心纬度", "lat", "latitude", "纬度（°）", "纬度（度）"), blank=None,
           help=f"以度为单位的小数，{LATITUDES.in_words}；度分秒自动换算。"),
    Column("legal_representative", "法定代表人", cell_types.text(60), ("法人", "法人代表", "法定代表人（负责人）", "负责人", "企业法人")),
    Column("contact", "环保联系人", cell_types.text(60), ("联系人", "环保负责人", "环保专员", "企业联系人")),
    Column("phone", "联系电话", cell_types.phone(40), ("电话", "手机", "联系方式", "手机号", "手机号码", "电话号码", "联系人电话"),
           help="只供内部联系，从不公开。"),
    Column("operating_state", "生产状态", OPERATING_STATES, ("生产情况", "运行状态", "运营状态", "经营状态", "生产经营状态", "企业状态", "生产经营状况"), blank=OperatingState.NORMAL, told_in="remarks",
        help="正常生产、季节性生产或停产；留空按正常生产。"),
    Column("out_of_season", "季节性停产中", cell_types.flag, ("是否季节性停产", "季节性停产"), blank=False,
           help="季节性生产的单位现在不在生产季，填“是”。"),
    Column("discharges_wastewater", "涉废水", cell_types.flag, ("是否涉水", "涉水", "是否涉废水", "排放废水", "废水排放", "是否排放废水"),
           blank=False, help="是或否。"),
    Column("discharges_waste_gas", "涉废气", cell_types.flag, ("是否涉气", "涉气", "是否涉废气", "排放废气", "废气排放", "是否排放废气"),
           blank=False, help="是或否。"),
    Column("special_reason", "特殊监管原因", cell_types.text(200), ("特殊原因", "列为特殊监管原因", "列入特殊监管原因", "特殊监管理由"), width=24),
    Column("special_from", "特殊监管起始日", cell_types.date, ("特殊监管起始日期", "特殊监管开始日期", "特殊监管开始日"), blank=None),
    Column("special_until", "特殊监管截止日", cell_types.date, ("特殊监管截止日期", "特殊监管结束日期", "特殊监管到期日"), blank=None),
    Column("special_basis", "特殊监管依据", cell_types.text(200), ("特殊监管文件", "列入依据", "列为特殊监管依据", "特殊监管文号", "依据", "认定依据", "文件依据"),
           help="文件名称和文号，或处罚决定书文号。", width=24),
    Column("category_after", "监管结束后的类别", cell_types.choice({
        Category.KEY: "重点排污单位 重点 重点单位 环境监管重点单位",
        Category.GENERAL: "一般排污单位 一般 一般单位",
    }), ("结束后类别", "到期后类别", "特殊监管结束后的类别", "到期后的监管类别"), blank=Category.GENERAL,
        help="特殊监管到期后按哪一类抽签：重点排污单位或一般排污单位；留空按一般排污单位。"),
    Column("exempt_reason", "不参与双随机原因", cell_types.text(200),
           ("不参与抽查原因", "不参与原因", "不参加双随机原因", "免抽原因", "不参与随机抽查原因"),
           blanks=frozenset(("否", "参与", "参加", "正常参与")), help="填写了原因的单位不参加抽签；参加的请留空。", width=24),
    Column("remarks", "备注", cell_types.text(500), ("说明", "备注说明"), width=28),
    Column("is_active", "在库", cell_types.flag, ("是否在库", "在册", "是否有效"), blank=True, help="填“否”即停用，历史仍保留。"),
)  # fmt: skip
COLUMNS = recognised(_COLUMNS, recognition_of)
