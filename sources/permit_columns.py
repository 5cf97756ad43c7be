"""The one table of columns of the permits' conditions: import, export, template and form read it."""

import datetime
import re
from decimal import Decimal

from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.cell_text import fold, shown, word
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong
from wugang_audit.spreadsheets.contacts import personal_data
from wugang_audit.spreadsheets.table import Column

from .columns import COLUMNS as SOURCE_COLUMNS
from .columns import registry_number
from .models import OutletKind

# What an outlet's number begins with (HJ 608-2017; YS as the national permit platform numbers rainwater), and the kinds
# that it may be; the first one is meant where the workbook does not say.
KINDS = {
    "DA": (OutletKind.ORGANISED,),
    "DW": (OutletKind.WATER,),
    "YS": (OutletKind.WATER,),
    "MF": (OutletKind.FUGITIVE, OutletKind.NOISE),
    "TS": (OutletKind.WASTE,),
    "TN": (OutletKind.NOISE,),
}
PLACES = 6  # of tons: a gram
_OUTLET = re.compile(r"(?:D[AW]|YS|T[SN])[0-9]{3}|MF[0-9]{4}")
_FACILITY = re.compile(r"T[A-Z][0-9]{3}")
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_LIMIT = re.compile(rf"([<>≤≥]?)({_NUMBER})(?:-({_NUMBER}))?")
_UNIT = r"(?:[mμun]?g|kg|ng-?TEQ)/(?:N?m3|L|h)|(?:MPN|个|CFU)/(?:100mL|m?L)|dB(?:\(A\))?|级|倍|%|无量纲|\(无量纲\)"
_WITH_UNIT = re.compile(rf"(.*?)({_UNIT})", re.I)
_WORDS = ("不得检出",)
_AUTOMATIC = frozenset(("自动", "自动监测", "在线", "在线监测"))
_BY_HAND = frozenset(("手工", "手工监测", "手动"))


def outlet_code(value: object) -> str | Adjusted:
    """Read an outlet's number (DA001, DW001, MF0001), or the name of a place that has none, such as 厂界."""
    fix = "请按许可证副本填写：DA、DW 加 3 位数字，MF 加 4 位数字，如 DA001；厂界等没有编号的填名称"
    if not isinstance(value, str):
        raise Wrong("不是排放口编号", fix)
    code = fold(fold(value).upper())  # twice: a mark whose space is gone joins the letter before it
    if not _OUTLET.fullmatch(code) and re.search(r"[0-9A-Z/]", code):
        raise Wrong("不是 HJ 608-2017 的排放口编号", fix)
    if len(code) > 20:
        raise Wrong(f"有 {len(code)} 个字，最多 20 个", fix)
    if kind := personal_data(code):
        raise Wrong(f"里有{kind}，而这一列是公开的", fix)
    return code if code == value else Adjusted(code, "中的全角字符、空格或小写字母已改成规范写法")


def outlet_kind_of(code: str, kind: str = "") -> str:
    """Return what kind of outlet a number belongs to.

    :param kind: what was filled in, if anything.
    :raises Wrong: if that does not fit the number, or neither says.
    """
    possible = KINDS.get(code[:2], ())
    if kind and possible and kind not in possible:
        named = "或".join(each.label for each in possible)
        raise Wrong(
            f"与排放口编号 {code} 不符", f"{code[:2]} 开头的是{named}；请核对编号和类型，改正写错的一个"
        )
    if not kind and not possible:
        raise Wrong(f"没有填，从“{code}”也看不出", f"请填排放口类型：{'、'.join(OutletKind.labels)}")
    return kind or possible[0]


def limit(value: object) -> str | Adjusted:
    """Read a limit as it is printed: a number, a range such as 6-9, or 不得检出.

    The national permit platform shows 20mg/Nm3 in one cell: that gives "20 mg/Nm³", for `split_limit` to split.
    """
    fix = "请只填数字或范围，如 30、6-9；单位填到“浓度单位”一列"
    if isinstance(value, datetime.date):
        raise Wrong("被 Excel 当成了日期", "请先把单元格设为“文本”格式，再按许可证填写，如 6-9")
    if isinstance(value, bool):
        raise Wrong("不是限值", fix)
    if not isinstance(value, str):
        return _public(_figures(f"{Decimal(str(value)):f}", fix), fix)
    text = re.sub(r"[~—–−至]+", "-", fold(value)).replace("<=", "≤").replace(">=", "≥")
    text, unit = match.groups() if (match := _WITH_UNIT.fullmatch(text)) else (text, "")
    if text in ("", "/", "-"):  # the platform shows "/mg/Nm3" where there is no limit
        return ""
    unit = unit.strip("()") if "无量纲" in unit else unit
    if text not in _WORDS:
        text = _figures(text, fix)
    read = _public(f"{text} {_cubed(unit)}".strip(), fix)
    return read if unit or read == value else Adjusted(read, "已改成规范写法，如 6-9、20")


def _public(read: str, fix: str) -> str:
    if kind := personal_data(read):
        raise Wrong(f"里有{kind}，而这一列是公开的", fix)
    return read


def _figures(text: str, fix: str) -> str:
    if not (match := _LIMIT.fullmatch(text)):
        problem = "带有数字以外的文字" if re.match(rf"[<>≤≥]?{_NUMBER}", text) else "不是数字"
        raise Wrong(problem, fix)
    sign, low, high = match.groups()
    if high and Decimal(low) >= Decimal(high):
        raise Wrong("范围的下限不小于上限", "请按许可证核对，如 6-9")
    figures = sign + _plain(low) + (f"-{_plain(high)}" if high else "")
    if len(figures) > 20:
        raise Wrong("数字太长", "请按许可证核对")
    return figures


def _plain(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def split_limit(text: str, unit: str) -> tuple[str, str]:
    """Split a limit that `limit` read into the figures and the unit that may follow them; return both.

    :param unit: what is filled in as the unit, if anything.
    :raises Wrong: if the two units differ.
    """
    figures, _, own = text.partition(" ")
    if own and unit and own != unit:
        raise Wrong(f"限值里的单位是 {own}，“浓度单位”填的是 {unit}", "请按许可证核对，改正写错的一个")
    return figures, own or unit


def _cubed(text: str) -> str:
    return re.sub(r"(?<=m)3\b", "³", text)


def limit_unit(value: object) -> str | Adjusted:
    """Read a unit of concentration; the cube is written as such."""
    text = cell_types.text(20, published=True)(value)
    unit = _cubed(text)
    return unit if unit == text else Adjusted(unit, "中的 m3 已写成 m³")


def tons(value: object) -> Decimal:
    """Read tons a year, kept to the gram."""
    fix = "请填以吨/年为单位的数字，如 1.25；不许可排放量的留空"
    if isinstance(value, bool | datetime.date):
        raise Wrong("不是数字", fix)
    text = fold(value) if isinstance(value, str) else f"{Decimal(str(value)):f}"
    bare = re.sub(r"(?:t/a|t|吨/年|吨)$", "", text)
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", bare):
        bare = bare.replace(",", "")
    if re.fullmatch(rf"{_NUMBER}(?:kg|千克|公斤|g|克)(?:/a|/年)?", bare):
        raise Wrong("单位不是吨", "请换算成吨/年再填")
    if not re.fullmatch(_NUMBER, bare):
        raise Wrong("不是数字", fix)
    exact = Decimal(bare)
    if exact >= 10**8 - 1:
        raise Wrong("大得不合理", "请核对数字和单位（吨/年）")
    number = round(exact, PLACES)
    if isinstance(value, str) and number != exact:
        raise Wrong(f"小数超过 {PLACES} 位", "请精确到克（0.000001 吨）")
    return number


def facility_codes(value: object) -> str:
    """Read numbers of treatment facilities, separated by 、 , ; / or spaces."""
    fix = "应为 TA、TW 加 3 位数字，如 TA001；多个用顿号分开"
    if not isinstance(value, str):
        raise Wrong("不是治理设施编号", fix)
    parts = [fold(part).upper() for part in cell_types.SEPARATORS.split(value) if part]
    if wrong := [part for part in parts if not _FACILITY.fullmatch(part)]:
        raise Wrong(f"不是治理设施编号：{'、'.join(wrong)}", fix)
    text = "、".join(dict.fromkeys(parts))
    if len(text) > 60:
        raise Wrong("编号太多，最多 10 个", "请只填与这种污染物有关的治理设施")
    return text


def _is_automatic(value: object) -> bool:
    """Read whether the outlet has automatic monitoring: yes or no, or the permit's own 自动 and 手工."""
    known = word(shown(value))
    return True if known in _AUTOMATIC else False if known in _BY_HAND else cell_types.flag(value)


# Whether the outlet has automatic monitoring: yes or no, or the permit's own 自动 and 手工.
monitored = cell_types.WordsRule(_is_automatic, cell_types.flag.write, cell_types.flag.allowed)

_ALIASES = {column.attribute: column.aliases for column in SOURCE_COLUMNS}
COLUMNS = (
    Column("number", "污染源编码", registry_number, _ALIASES["number"],
           help="与污染源名录一致；没有这一列的，按单位名称对应。"),
    Column("name", "单位名称", cell_types.name(200), _ALIASES["name"], help="名录中的全称；有污染源编码的只作核对。"),
    Column("outlet_code", "排放口编号", outlet_code,
           ("排放口编码", "排污口编号", "排污口编码", "排放口", "排污口", "排放口代码", "产污设施编号", "生产设施编号/无组织排放编号"),
           required=True, help="按许可证副本，如 DA001、DW001；无组织填 MF0001 或厂界。"),
    Column("outlet_kind", "排放口类型", cell_types.choice({
        OutletKind.ORGANISED: "有组织废气 有组织 废气 大气 有组织排放 大气污染物有组织排放",
        OutletKind.FUGITIVE: "无组织废气 无组织 无组织排放 大气污染物无组织排放",
        OutletKind.WATER: "废水 水 污水 雨水 水污染物",
        OutletKind.NOISE: "噪声 噪音 工业噪声 厂界噪声",
        OutletKind.WASTE: "固体废物 固废 工业固体废物 危险废物 危废 一般固废",
    }), ("类型", "排污类型", "要素", "排放形式", "排放方式", "排放口类别", "污染类型"),
        help="DA、DW、MF 等编号看得出类型的可以不填；填“厂界”的要写明无组织废气还是噪声。"),
    Column("outlet_name", "排放口名称", cell_types.text(100), ("排污口名称", "排放口描述", "排放口位置")),
    Column("pollutant", "污染物", cell_types.name(60), ("污染物种类", "污染物名称", "污染因子", "因子", "监测因子", "项目"),
           required=True, help="一行一种，如 颗粒物、化学需氧量、昼间噪声。"),
    Column("limit", "许可浓度限值", limit,
           ("许可排放浓度限值", "许可排放小时浓度限值", "许可排放浓度", "浓度限值", "排放浓度限值", "许可浓度", "限值", "排放限值", "许可排放限值"),
           help="只填数字或范围，如 30、6-9；请先把整列设为文本格式，免得 6-9 变成日期。"),
    Column("limit_unit", "浓度单位", limit_unit, ("单位", "限值单位", "浓度限值单位", "计量单位"), help="如 mg/m³、mg/L、dB(A)、无量纲。"),
    Column("annual_limit", "年许可排放量（t/a）", tons,
           ("年许可排放量", "许可排放量", "年排放量限值", "许可年排放量", "年许可排放量限值", "年许可排放量限值（t/a）", "许可排放量（t/a）", "许可年排放量限值", "许可年排放量限值（t/a）",
            "年许可排放量（吨/年）", "总量指标", "总量"), blank=None, help="以吨/年为单位；不许可排放量的留空。"),
    Column("standard", "执行标准", cell_types.text(200), ("排放标准", "执行排放标准", "国家或地方污染物排放标准", "标准名称", "执行标准名称")),
    Column("facility_code", "治理设施编号", facility_codes,
           ("污染治理设施编号", "污染防治设施编号", "治理设施编码", "防治设施编号", "污染治理设施编码"), listing=True,
           help="如 TA001、TW001；多个用顿号分开。"),
    Column("facility_name", "治理设施名称", cell_types.text(100, published=True),
           ("污染治理设施名称", "污染防治设施名称", "治理设施", "防治设施名称", "污染治理设施")),
    Column("process", "治理工艺", cell_types.text(200), ("污染治理设施工艺", "污染防治设施工艺", "工艺", "处理工艺", "治理措施")),
    Column("monitored", "自动监测", monitored, ("是否自动监测", "监测方式", "是否安装自动监测", "监测设施", "在线监测", "是否在线监测"),
           blank=False, help="是或否；填“自动”“手工”也可以。"),
    Column("remarks", "备注", cell_types.text(500), ("说明", "备注说明", "其他信息")),
    Column("is_active", "在用", cell_types.flag, ("在库", "是否在用", "是否有效"), blank=True, help="填“否”即停用，历史仍保留。"),
)  # fmt: skip
