"""Readings as officers type them, and limits as permits have them. Pure: it knows no table.

A limit is text: 30, 6-9, ≤50, 不得检出. What is not plainly one of these forms is not judged: a wrong 超标 on a public page
is worse than none.
"""

import re
import unicodedata
from decimal import Decimal

NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
# A space before or after the sign of a range, and the dashes and tildes that people type for it.
RANGE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*[-–—~～至]\s*([0-9]+(?:\.[0-9]+)?)")
BOUND = re.compile(r"(≤|<=|<|≥|>=|>|不大于|不高于|不超过|小于|不小于|不低于|大于)\s*([0-9]+(?:\.[0-9]+)?)")
NOT_ABOVE = {"≤", "<=", "不大于", "不高于", "不超过"}
BELOW = {"<", "小于"}
NOT_BELOW = {"≥", ">=", "不小于", "不低于"}
NONE_AT_ALL = {"不得检出", "不得检测出"}
LOW, HIGH = "低于限值", "超过限值"

WRITTEN = "请只填一个数：数字和小数点，如 45.2。"
# What people type that is not one plain number, each with what to write instead; the first that fits is told.
NO_NUMBER = (
    (r"^[-−–]", "读数不能是负数，请核对仪器或去掉负号。"),
    (
        r"^[<>≤≥]|^(小于|大于|低于|高于)",
        "读数只能是一个数，不能带“<”“>”。低于检出限的不填，写在检查情况里。",
    ),
    (r"[0-9]\s*[,，、]\s*[0-9]", "读数里有逗号：小数点请用“.”，千位不要分隔，如 1234.5。"),
    (
        r"^[0-9.]+\s*([eE][-+−]?[0-9]|[x×*]\s*10)",
        "读数写成了科学记数法：请写成普通的数，如 1e5 写成 100000。",
    ),
    (r"^[0-9]*\.[0-9]*\.", f"读数里有两个小数点。{WRITTEN}"),
    (r"^\.[0-9]|^[0-9]+\.(?![0-9])", f"小数点前后都要有数字，如 0.5。{WRITTEN}"),
    (
        r"^[0-9.]+\s*[-–—~～至]\s*[0-9]",
        f"读数写成了一个范围。{WRITTEN}几次读数取平均值，其余写在检查情况里。",
    ),
    (r"^[0-9]+\s+[0-9]", f"数字中间有空格。{WRITTEN}"),
)

# The width of `Reading.value`: 14 digits, 6 of them behind the point.
WHOLE, DECIMALS = 8, 6
# What a unit is called besides.
SAME_UNIT = {
    "毫克/升": "mg/l",
    "毫克每升": "mg/l",
    "毫克/立方米": "mg/m3",
    "毫克每立方米": "mg/m3",
    "分贝": "db(a)",
    "db": "db(a)",
    "度": "°c",
    "摄氏度": "°c",
    "无量纲": "",
}


class BadReading(ValueError):
    """A reading that cannot be taken; the message says in Chinese what is wrong and how to put it right."""


def plain(text: str) -> str:
    """Fold full-width characters, and the superscripts of m³ with them."""
    return unicodedata.normalize("NFKC", text).strip()


def same_unit(one: str, other: str) -> bool:
    """Say whether two names mean one unit, whatever their width and case: mg/m³, MG/M3, 毫克/立方米."""
    return _unit(one) == _unit(other)


def _unit(text: str) -> str:
    folded = re.sub(r"\s", "", plain(text)).casefold().replace("μ", "u").replace("µ", "u")
    return SAME_UNIT.get(folded, folded)


def read(text: str, unit: str) -> Decimal:
    """Return the number that was typed for a limit in this unit: ``45.2``, ``４５．２``, ``45.2 mg/L``.

    :raises BadReading: it is no plain number (`NO_NUMBER`), is in another unit, or is longer than a reading may be.
    """
    typed = plain(text)
    for pattern, told in NO_NUMBER:
        if re.search(pattern, typed):
            raise BadReading(told)
    found = NUMBER.match(typed)
    if not found:
        raise BadReading(f"“{text.strip()[:20]}”不是数。{WRITTEN}没有检出、没有测的不填，写在检查情况里。")
    _require_unit(typed[found.end() :].strip(), unit)
    whole, _, decimals = found[0].partition(".")
    if len(whole.lstrip("0")) > WHOLE or len(decimals) > DECIMALS:
        raise BadReading(f"读数太长：整数最多 {WHOLE} 位，小数最多 {DECIMALS} 位。")
    return Decimal(found[0])


def _require_unit(rest: str, unit: str) -> None:
    if not rest or same_unit(rest, unit):
        return
    # Limits per cubic metre of waste gas hold for the standard state (GB 16297-1996), which instruments write as Nm³.
    if same_unit(re.sub(r"/N\s*m3$", "/m3", rest, flags=re.IGNORECASE), unit):
        return
    if not re.match(r"[^\W\d_]|[°%‰/]", rest):
        raise BadReading(f"数字后面的“{rest[:20]}”看不懂。{WRITTEN}")
    if not _unit(unit):
        raise BadReading(f"这一项没有单位，请只填数字，不要写“{rest[:20]}”。")
    raise BadReading(f"单位应是 {unit}，您填的是 {rest[:20]}：请换算成 {unit} 再填。")


def is_over(value: Decimal, limit: str, unit: str = "") -> bool | None:
    """Say whether a reading breaks a limit; None where that cannot be judged from the limit's text.

    A limit may carry its own unit (``30mg/L``). Outside a range is over, below it too (pH 6-9). Of what must not be
    found (不得检出) all but nought is over.
    """
    words = broken(value, limit, unit)
    return None if words is None else bool(words)


def broken(value: Decimal, limit: str, unit: str = "") -> str | None:
    """Say in words how a reading breaks a limit, as `is_over` judges it: empty where it keeps it, None where nobody can say.

    Who is below what a limit demands (pH 6-9, ≥90) is told so: 超过 would be wrong.
    """
    text = plain(limit)
    if text in NONE_AT_ALL:
        return HIGH if value > 0 else ""
    text = _without_unit(text, unit)
    if found := RANGE.fullmatch(text):
        low, high = Decimal(found[1]), Decimal(found[2])
        if low > high:
            return None
        return LOW if value < low else HIGH if value > high else ""
    if NUMBER.fullmatch(text):
        return HIGH if value > Decimal(text) else ""
    if found := BOUND.fullmatch(text):
        sign, bound = found[1], Decimal(found[2])
        if sign in NOT_ABOVE:
            return HIGH if value > bound else ""
        if sign in BELOW:
            return HIGH if value >= bound else ""
        return LOW if value < bound or (value == bound and sign not in NOT_BELOW) else ""
    return None


def _without_unit(text: str, unit: str) -> str:
    end = max((found.end() for found in NUMBER.finditer(text)), default=0)
    rest = text[end:]
    return text[:end] if rest.strip() and same_unit(rest, unit) and _unit(unit) else text
