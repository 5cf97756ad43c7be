"""The kinds of columns: what may stand in a cell, and how it is read.

A rule gets a value that is neither blank nor untidy (`read_cell` sees to that) and returns the typed value. It raises
`Wrong` with what is wrong and how to fix it. A rule that had to change what it read (lower case in a code) returns
`Adjusted`, so that the clerk is informed. Nothing is ever guessed.
"""

import calendar
import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar

from openpyxl.utils.datetime import from_excel

from .cell_text import SERIAL_DAY, clean, fold, shown, word
from .contacts import miscounted_mobile, personal_data
from .lines import CellValue
from .name_characters import name_fault

SEPARATORS = re.compile(r"[\u3001,\uff0c;\uff1b/\uff0f|\s]+")  # of words that are chosen from a list
NAME_SEPARATORS = re.compile(r"[\u3001,\uff0c;\uff1b/\uff0f|\n]+")  # of names, which may hold a space
EXACT_DIGITS = 15  # Excel keeps 15 significant digits of a number; the rest turn into zeros

Value = TypeVar("Value")
Rule = Callable[[CellValue], object]  # a function, or a `WordsRule`


class Wrong(Exception):
    """A cell that cannot be read: what is wrong, and how to fix it (both short Chinese)."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem, fix)
        self.problem, self.fix = problem, fix


@dataclass(frozen=True)
class Adjusted:
    """A value that was written in another form than it is kept in, and a note that says so."""

    value: object
    note: str


@dataclass(frozen=True, eq=False)
class WordsRule(Generic[Value]):
    """A rule whose values are kept in another form than the words in the cells.

    :param read: as any rule.
    :param write: gives the words that an export writes for a value.
    :param allowed: the words of the column's drop-down; empty if it has none.
    :param words: {a word as it is compared: value}, where each cell holds one.
    :param several: the words of which a cell may hold any number.
    """

    read: Callable[[CellValue], Value | Adjusted]
    write: Callable[[Value], object]
    allowed: tuple[str, ...] = ()
    words: Mapping[str, Value] = field(default_factory=dict)
    several: tuple[str, ...] = ()

    def within(self, title: str) -> Value | None:
        """Return the value whose words stand in a title, the longer before the shorter; None if none does, or several do."""
        if not self.words:
            return None
        longest_first = sorted(map(re.escape, self.words), key=len, reverse=True)
        found = {self.words[each] for each in re.findall("|".join(longest_first), word(title))}
        return found.pop() if len(found) == 1 else None

    def __call__(self, value: CellValue) -> Value | Adjusted:
        return self.read(value)


def allowed_by(rule: Rule) -> tuple[str, ...]:
    """Return the words of the rule's drop-down; none if any text may be written."""
    return rule.allowed if isinstance(rule, WordsRule) else ()


def written_by(rule: Rule, value: Any) -> Any:
    """Return a value as an export writes it."""
    return rule.write(value) if isinstance(rule, WordsRule) else value


# --- text ---------------------------------------------------------------------------------------------------
def text(limit: int, *, published: bool = False) -> Rule:
    """Any text of at most `limit` characters; numbers and dates are taken as they look.

    :param published: the public reads it: no personal data may stand in it.
    """

    def rule(value: CellValue) -> str:
        if isinstance(value, bool):
            raise Wrong("是逻辑值（TRUE/FALSE），不是文字", "请改填文字")
        seen = shown(value)
        if len(seen) > limit:
            raise Wrong(f"有 {len(seen)} 个字，最多 {limit} 个", "请精简后重填")
        if published and (kind := personal_data(seen)):
            raise Wrong(f"里有{kind}，而这一列是公开的", "请删去，只写这一列要的内容")
        return seen

    return rule


def name(limit: int, *, person: bool = False) -> Rule:
    """The name of a unit or a person; spaces that only align a person's name are dropped."""

    def rule(value: CellValue) -> str:
        if not isinstance(value, str):
            raise Wrong("不是名称，而是数字、日期或逻辑值", "请填写名称")
        if len(value) > limit:
            raise Wrong(f"有 {len(value)} 个字，最多 {limit} 个", "请填写全称，不要附加说明")
        if kind := personal_data(value, person=person):
            raise Wrong(f"里有{kind}", "请把它移到别的列里，这里只写名称")
        if not any(char.isalpha() for char in value):
            raise Wrong("没有文字，不像名称", "请填写名称")
        if person:
            value = clean(re.sub(r"(?<=[^\x00-\xff]) (?=[^\x00-\xff])", "", value))
        if fault := name_fault(value):
            raise Wrong(*fault)
        return value

    return rule


def phone(limit: int) -> Rule:
    """A telephone number as text or as a number."""

    def rule(value: CellValue) -> str | Adjusted:
        if not isinstance(value, str):
            if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or value != int(value):
                raise Wrong("不是电话号码", "请填写电话号码")
            value = str(int(value))
        number = clean(unicodedata.normalize("NFKC", value))
        if not re.search(r"[0-9]{5}", re.sub(r"[-\s()]", "", number)):
            raise Wrong("不像电话号码", "请填写电话号码；没有的留空")
        if len(number) > limit:
            raise Wrong(f"有 {len(number)} 个字符，最多 {limit} 个", "请只留一两个号码")
        if odd := miscounted_mobile(number):
            return Adjusted(number, f"里的手机号有 {len(odd)} 位，手机号是 11 位，请核对")
        return number

    return rule


def refuse_scientific(folded: str) -> None:
    """Refuse what Excel makes of a long code in a CSV file: 9.14105E+17."""
    if re.fullmatch(r"[0-9](?:\.[0-9]*)?E\+[0-9]+", folded, re.I):
        raise Wrong(
            "是科学计数法，后面的数字已经丢失",
            "请回到原来的表格，把这一列设为“文本”格式重新填写，再保存",
        )


def code(
    pattern: re.Pattern[str], problem: str, fix: str, *, upper: bool = False, digits_from: int = 8
) -> Rule:
    """A code that is compared character by character.

    :param digits_from: a number of at least that many digits is taken as the code; a shorter one may have
        lost its leading zeros.
    """

    def rule(value: CellValue) -> str | Adjusted:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise Wrong("不是编码", fix)
        if not isinstance(value, str):
            digits = str(int(value)) if value == int(value) else ""
            if not digits_from <= len(digits) <= EXACT_DIGITS:
                raise Wrong(
                    "是数字格式，前面的 0 或末尾的数字可能已丢失", "请把这一列设为“文本”格式，再重新填写编码"
                )
            return Adjusted(digits, "是数字格式，已按文本读取；编码以 0 开头的，请改为文本格式后重填")
        folded = fold(value).upper() if upper else fold(value)
        refuse_scientific(folded)
        if not pattern.fullmatch(folded):
            raise Wrong(problem, fix)
        return folded if folded == value else Adjusted(folded, "中的全角字符、空格或小写字母已改成规范写法")

    return rule


# --- dates and numbers --------------------------------------------------------------------------------------
_DATE = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})[日号]?(?:[T0-9:.]{3,})?")
_TWO_DAYS = re.compile(
    r"[自从]?([0-9]{4}\D[0-9]{1,2}\D[0-9]{1,2}[日号]?)\D{1,3}([0-9]{4}\D[0-9]{1,2}\D[0-9]{1,2}[日号]?)止?"
)
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"[0-9]{4}[-./年][0-9]{1,2}月?")
_SHORT_YEAR = re.compile(r"[0-9]{2}[-./年][0-9]{1,2}[-./月][0-9]{1,2}[日号]?")
_FORMS = "请写成 2028-07-01 这样的日期"


def date(value: CellValue) -> datetime.date:
    """A day: a date cell, 2028.7.1, 2028-7-1, 2028/7/1, 2028年7月1日, 20280701 or an Excel serial number."""
    if isinstance(value, datetime.date):
        return _sane(value.date() if isinstance(value, datetime.datetime) else value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(int(value)) if value == int(value) else str(value)
    if not isinstance(value, str):
        raise Wrong("不是日期", _FORMS)
    folded = fold(value)
    if match := _DATE.fullmatch(folded) or _COMPACT.fullmatch(folded):
        try:
            return _sane(datetime.date(*map(int, match.groups())))
        except ValueError:
            raise Wrong("没有这一天", "请核对年月日") from None
    if SERIAL_DAY.fullmatch(folded) and float(folded) >= 1:  # less is a time of day
        day: datetime.datetime = from_excel(float(folded))
        return _sane(day.date())
    if _MONTH.fullmatch(folded):
        raise Wrong("只有年月，缺少日", "请写明是哪一天，如 2028-07-31")
    if re.fullmatch(r"(?:19|20)[0-9]{2}年?", folded):
        raise Wrong("只有年份，缺少月和日", "请写明是哪一天，如 2028-07-31")
    if both := _TWO_DAYS.fullmatch(folded):
        raise Wrong("写了起止两个日期", f"请只留要填的那一个；有效期填截止的一天，如 {both[2]}")
    if _SHORT_YEAR.fullmatch(folded):
        raise Wrong("年份只有两位", "请写出四位年份，如 2028-07-01")
    if folded in ("长期", "长期有效", "永久"):
        raise Wrong("不是日期", "请填写证书上的截止日期；没有截止日期的留空")
    raise Wrong("不是能识别的日期", _FORMS)


_ONE_DAY = r"[0-9]{4}[-./年][0-9]{1,2}(?:[-./月][0-9]{1,2}[日号]?|月)?"
_PERIOD = re.compile(
    rf"[自从]?({_ONE_DAY}|[0-9]{{8}})起?(?:至|到|~|～|—+|－|-+)([0-9]{{4}}.*?|[\u4e00-\u9fff]+?)止?"
)
_YEAR_AND_MONTH = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})月?")
_FOR_EVER = frozenset(("长期", "长期有效", "永久", "永久有效", "无固定期限", "无期限"))
BY_END, BY_MONTH = "写的是起止日期，按截止的一天读取", "只写到月，按当月最后一天读取"


def last_day(value: CellValue) -> datetime.date | Adjusted:
    """The last day of a period, alone or behind the first: 2023-07-01至2028-06-30; of a month alone its last day."""
    folded = fold(value) if isinstance(value, str) else ""
    if both := _PERIOD.fullmatch(folded):
        first, last = _end_of(both[1]), _end_of(both[2])
        if last < first:
            raise Wrong("截止的一天早于起始的一天", "请核对起止日期")
        return Adjusted(last, BY_END)
    if _YEAR_AND_MONTH.fullmatch(folded):
        return Adjusted(_end_of(folded), BY_MONTH)
    return date(value)


def _end_of(text: str) -> datetime.date:
    """Return a day, or the last day of a month."""
    if not (month := _YEAR_AND_MONTH.fullmatch(text)):
        return date(text)
    year, number = int(month[1]), int(month[2])
    if not 1 <= number <= 12:
        raise Wrong("没有这个月", "请核对年月")
    return _sane(datetime.date(year, number, calendar.monthrange(year, number)[1]))


def last_day_if_any(value: CellValue) -> datetime.date | Adjusted | None:
    """The same, of what may last for ever: 长期 is no day, and told."""
    folded = fold(value) if isinstance(value, str) else ""
    both = _PERIOD.fullmatch(folded)
    if (both[2] if both else folded) in _FOR_EVER:
        return Adjusted(None, "写的是“长期”：没有截止日期，按空着读取，到期提醒不会提到它")
    return last_day(value)


DAYS = (date, last_day, last_day_if_any)  # rules to which a number is a day's serial number


def _sane(day: datetime.date) -> datetime.date:
    if not 1950 <= day.year <= 2100:
        raise Wrong(f"年份 {day.year} 不合理", "请核对年月日")
    return day


# --- words --------------------------------------------------------------------------------------------------
def _lookup(choices: Mapping[Value, str]) -> tuple[dict[str, Value], str]:
    words = {word(each): value for value, names in choices.items() for each in names.split()}
    return words, "、".join(names.split()[0] for names in choices.values())


def choice(choices: Mapping[Value, str]) -> WordsRule[Value]:
    """One of the words: ``{value: "word synonym synonym"}``, the first word being the proper one.

    Several words in one cell count as the first of them in the order of `choices`; a note says so.
    """
    words, listed = _lookup(choices)
    rank = list(choices)
    proper = {value: names.split()[0] for value, names in choices.items()}

    def read(value: CellValue) -> Value | Adjusted:
        known = word(shown(value))
        if known in words:
            return words[known]
        parts = [word(part) for part in SEPARATORS.split(shown(value)) if part]
        if not parts or any(part not in words for part in parts):
            raise Wrong("是不认识的写法", f"请改为以下之一：{listed}")
        first = min((words[part] for part in parts), key=rank.index)
        return Adjusted(first, f"写了不止一种，按“{proper[first]}”读取")

    return WordsRule(read, lambda value: proper.get(value, value), tuple(proper.values()), words)


def choices_of(choices: Mapping[str, str]) -> WordsRule[str]:
    """Any number of the words, separated by 、 , ; / or spaces; gives the values, joined by commas, in the order of
    `choices`.
    """
    words, listed = _lookup(choices)
    proper = {value: names.split()[0] for value, names in choices.items()}

    def read(value: CellValue) -> str:
        parts = [part for part in SEPARATORS.split(shown(value)) if part]
        if unknown := [part for part in parts if word(part) not in words]:
            raise Wrong(f"有不认识的写法：{'、'.join(unknown)}", f"请从以下选填，多个用顿号分开：{listed}")
        found = {words[word(part)] for part in parts}
        return ",".join(value for value in choices if value in found)

    def write(value: str) -> str:
        return "、".join(proper.get(each, each) for each in value.split(",") if each)

    return WordsRule(read, write, several=tuple(proper.values()))


_YES = frozenset(["是", "有", "√", "✓", "✔", "☑", "y", "yes", "1", "true", "t", "对", "涉及", "涉"])
_NO = frozenset((
    "否", "无", "×", "✗", "✘", "x", "☐", "n", "no", "0", "false", "f", "不", "没有", "不涉及", "不涉", "-", "—", "/",
))  # fmt: skip


def _yes_or_no(value: CellValue) -> bool:
    known = word(shown(value))
    if known in _YES:
        return True
    if known in _NO:
        return False
    raise Wrong("看不出是“是”还是“否”", "请改为“是”或“否”")


# Yes or no: 是 √ Y 1 有 TRUE, or 否 × N 0 无 FALSE.
flag = WordsRule(_yes_or_no, lambda value: "是" if value else "否", ("是", "否"))


def _separate_names(value: CellValue) -> tuple[str, ...]:
    parts = NAME_SEPARATORS.split(shown(value))
    return tuple(part.strip() for part in parts if part.strip())


# Several names in one cell, separated by 、 , ; / or line breaks (a space does not separate them).
names = WordsRule(_separate_names, "、".join)
