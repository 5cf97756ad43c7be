"""The patterns of personal data: each search yields (kind, start, end) in a text that `plain_text` has made readable.

All are bounded: what one place of a text costs does not depend on the text.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from .plain_text import AS_DIGITS, NUMERALS, digits


class Kind(Enum):
    """A kind of personal data; the value is its name in Chinese."""

    MOBILE = "手机号码"
    LANDLINE = "固定电话"
    IDENTITY = "身份证号码"
    BANK_CARD = "银行卡号"
    PLATE = "车牌号"
    EMAIL = "电子邮箱"
    ADDRESS = "家庭住址"


Span = tuple[Kind, int, int]


# --- what stands around a number -----------------------------------------------------------------------------
_BEFORE = r"(?<![0-9A-Za-z_])(?<![0-9]\.)"
_AFTER = r"(?![0-9A-Za-z_])(?!\.[0-9])"
_WORD = re.compile(r"(?:tel|phone|mobile|mob|wx|vx|weixin|qq)$", re.IGNORECASE)
# 13812345678wx同号: the same word behind it.
_WORD_BEHIND = r"(?=(?:[Ww][Xx]|[Vv][Xx]|[Qq][Qq]|[Ww]eixin)(?![0-9A-Za-z]))"
_LABEL = re.compile(
    r"(?:编号|单号|流水号|序列号|样品号?|表号|(?<![用客])户号|合同号|文号|发票号|批号|货号|条码|注册号|许可证号?|备案号|报告号|档案号|案号|设备号"
    r"|(?<!身份)证号|(?<!身份)证件号|执法证|读数|示数|底数|表底|止码|起码|行程|产量|用量|流量|电量|水量|金额|期号)"
    r"(?:码|号)?(?:分别)?[ 为是:(]{0,3}$"
)
_LABEL_REACH = 12  # characters: the longest label with what may stand behind it
# 手机编号 is a label of a mobile number, whatever 编号 says.
_PERSONAL = re.compile(
    r"(?:手机|电话|座机|号码|联系人?|联系方式|身份证|身份|住户|户主|银行卡|微信)[号码的]{0,2}$"
)
_NEXT_ONE = re.compile(r"[ 、,;和及与至到/-]{1,3}$")
_UNIT = re.compile(
    r" ?(?:立方|m3|m³|㎥|m²|㎡|吨|t(?![A-Za-z])|公斤|千克|kg|克|mg|升|L(?![A-Za-z])|千瓦|kW|度|[万亿]|元|小时|平方)"
)


def _labelled(text: str, start: int, labelled: Mapping[int, str]) -> bool:
    """Say whether a label before a number says that it is of another kind, or before the list in which it stands.

    :param labelled: where the labelled numbers before it end, and how each begins: behind a comma its list goes on only with what begins the same.
    """
    reach = max(0, start - _LABEL_REACH)
    if label := _LABEL.search(text, reach, start):
        return not _PERSONAL.search(text[max(0, label.start() - 6) : label.start()])
    between = _NEXT_ONE.search(text[max(0, start - 3) : start])
    if between is None or not (begins := labelled.get(start - len(between[0]))):
        return False
    return "," not in between[0] or text.startswith(begins, start)


def each_match(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches at all places, overlapping ones too: what looks like a number may hide the real one behind it."""
    at = 0
    while match := pattern.search(text, at):
        yield match
        at = match.start() + 1


# --- telephones ----------------------------------------------------------------------------------------------
_S = r"[ -]{1,12}"
# The two or three digits of an area behind its nought, with gaps.
_AREA_GAPS = r"(?:[ .·-]{0,2}[0-9]){2,3}"
# How people write the eleven digits: in one, in groups, each by itself, or in pairs behind the first three: these alone, not
# in a longer row, as readings stand side by side.
_SHAPES = (
    rf"1[0-9]{{2}}(?:{_S}|[.·_/*])?[0-9]{{4}}(?:{_S}|[.·_/*])?[0-9]{{4}}",
    r"\(1[0-9]{2}\)[ -]?[0-9]{4}[ -]?[0-9]{4}",
    r"(?P<listed>1[0-9]{2} ?(?P<s>[、,:;~〜]) ?[0-9]{4} ?(?P=s) ?[0-9]{4})",
    r"1[0-9]{2} ?\([0-9]{4}\) ?[0-9]{4}",
    r"\(?1[0-9]{2}\)? ?\([0-9]{4}\) ?\([0-9]{4}\)",
    rf"1[0-9]{{2}}{_S}[0-9]{{3}}{_S}[0-9]{{5}}",
    rf"1[0-9]{{3}}{_S}[0-9]{{3}}{_S}[0-9]{{4}}",
    rf"1[0-9]{{3}}{_S}[0-9]{{4}}{_S}[0-9]{{3}}",
    rf"1[0-9]{{4}}{_S}[0-9]{{6}}",
    rf"1[0-9]{{5}}{_S}[0-9]{{5}}",
    rf"(?<![0-9][ -])1(?:{_S}[0-9]){{10}}(?![ -][0-9](?![0-9]))",
    r"(?<![0-9][ ,-])1[0-9]{2}(?:(?: [0-9]{2}){4}|(?:-[0-9]{2}){4})(?![ -][0-9])",
)
_COUNTRY = r"(?:\((?:\+|00)?86\)[ -]?|(?:\+|00)?86[ -]{0,2})?"
_MOBILE = re.compile(
    rf"(?<![0-9_])(?<![0-9]\.){_COUNTRY}(?P<number>{'|'.join(_SHAPES)})(?:{_AFTER}|{_WORD_BEHIND})"
)
# What the operators have: a number of an officer's card, 16041048001, is none.
_OPERATORS = re.compile(r"1(?:[35789][0-9]|4[014-9]|6[2567])[0-9]{8}")
# Three numbers of a list look like the groups of one: 138、1234、5678吨. So the list must stand alone, or say whose it is.
_YEARS = re.compile(r"[ 、,:;~〜]{1,3}(?:19|20)[0-9]{2}[ 、,:;~〜]{1,3}(?:19|20)[0-9]{2}$")
_MORE_BEFORE = re.compile(r"[0-9] ?([、,:;~〜]) ?$")
_MORE_BEHIND = re.compile(r" ?([、,:;~〜]) ?[0-9]")
_COUNTED_BEHIND = re.compile(
    r" ?(?:[和及与至到] ?[0-9]|等?[年月日号户家个项件人次天台套只头羽辆株条份页目行期米])"
)
_COUNTED = re.compile(r"(?:分别|依次|各|数量|合计|读数|第)[为是有约]?[ :]?$")
# A dash joins a number to another telephone number, its area or its country; else it is the rest of a longer one.
_JOINED = re.compile(r"[0-9]-$")
_DIALLED_BEFORE = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|0[0-9]{2,3}|86|0[0-9]{9,11})-$")
_LONGER = re.compile(r"-[0-9]{4}(?![0-9])")


def _mobiles(text: str) -> Iterator[Span]:
    labelled: dict[int, str] = {}
    for match in each_match(_MOBILE, text):
        start, end = match.span()
        if not _OPERATORS.fullmatch(digits(match["number"])) or _inside_a_word(text, start):
            continue
        if _labelled(text, start, labelled) and not _WHOSE_BEHIND.match(text, end):
            labelled[end] = text[start : start + 3]
            continue
        before = text[max(0, start - 14) : start]
        if _JOINED.search(before) and not _DIALLED_BEFORE.search(before):
            continue
        if match["listed"] and _is_list(text, match):
            continue
        if "-" in match["number"] and _LONGER.match(text, end) or _UNIT.match(text, end):
            continue
        yield Kind.MOBILE, start, end


# 型号JS-13812345678: the rest of the name of a model.
_MODEL = re.compile(r"型号[ 为是:(]{0,3}[A-Za-z]{1,6}[-_/ ]$")


def _inside_a_word(text: str, start: int) -> bool:
    before = text[max(0, start - 16) : start]
    return bool(_MODEL.search(before) or re.search(r"[A-Za-z]$", before) and not _WORD.search(before))


def _is_list(text: str, match: re.Match[str]) -> bool:
    start, end = match.span("listed")
    before = text[max(0, start - _LABEL_REACH) : start]
    if _CALLED.search(before):
        return False
    # Behind another mark the next number begins: 138、1234、5678，139、1234、5678.
    if any(
        more and more[1] == match["s"]
        for more in (_MORE_BEFORE.search(before), _MORE_BEHIND.match(text, end))
    ):
        return True
    counted = _COUNTED.search(before) or _COUNTED_BEHIND.match(text, end)
    return bool(counted or _YEARS.search(match["listed"]))


_CALLED = re.compile(r"(?:手机|电话|联系方式|微信)(?:号码?)?[ 为是:(]{0,3}$")
# 单号：13812345678（张某手机): whatever the label before it says.
_WHOSE_BEHIND = re.compile(r" ?\([\u4e00-\u9fff]{0,6}(?:手机|电话|联系方式|微信)")
# Behind such a label neither letters nor gaps anywhere hide a number: 手机M13812345678, 手机号13812345678A, 电话138 1234 567 8. SN
# is the number of the apparatus.
_BEHIND_ITS_NAME = re.compile(
    r"(?:手机|电话|联系方式|微信)(?:号码?)?[ 为是:(]{0,3}(?!SN)[A-Za-z]{0,3}[ .:_-]?"
    rf"(?P<number>1(?:[ .·-]{{0,2}}[0-9]){{10}}|0{_AREA_GAPS}(?:[ .·-]{{0,2}}[0-9]){{7,8}})(?![0-9])(?![.-][0-9])"
)
_WITH_AREA = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}")


def _behind_their_name(text: str) -> Iterator[Span]:
    for match in _BEHIND_ITS_NAME.finditer(text):
        number = digits(match["number"])
        kind = Kind.MOBILE if _OPERATORS.fullmatch(number) else Kind.LANDLINE
        if kind is Kind.LANDLINE and not _WITH_AREA.fullmatch(number) or _UNIT.match(text, match.end()):
            continue
        yield kind, match.start("number"), match.end("number")


# Several numbers with nothing between them.
_GLUED = re.compile(rf"{_BEFORE}(?:1[3-9][0-9]{{9}}){{2,20}}{_AFTER}")


def _glued(text: str) -> Iterator[Span]:
    for match in _GLUED.finditer(text):
        each = range(match.start(), match.end(), 11)
        if all(_OPERATORS.fullmatch(text[at : at + 11]) for at in each) and not _labelled(
            text, match.start(), {}
        ):
            yield from ((Kind.MOBILE, at, at + 11) for at in each)


_AREA = r"(?:10|2[0-9]|[3-9][0-9]{2})"
# 2024 001 is the first document of a year.
_LOCAL = r"(?:[2-9][0-9]{2,3}[ -]?[0-9]{4}|(?!20)[2-9][0-9]{3} [0-9]{3}|[2-9](?:[ -][0-9]){6,7}|[2-9][0-9][ -][0-9]{2}[ -][0-9]{3,4})"
_EXTENSION = r"(?: ?(?:转|分机号?|-|#) ?[0-9]{1,6})?"
_LANDLINE = re.compile(
    rf"{_BEFORE}(?<![0-9]-)(?:\(0{_AREA}\)[ -]?|0{_AREA}(?:[ -]{{0,6}}|[./])|(?:\+|00)86[ -]?\(?0?{_AREA}\)?[ -]?)"
    rf"(?P<local>{_LOCAL}){_EXTENSION}{_AFTER}"
)
# Without its area it is a number only where somebody says that it is one.
_SAID = re.compile(
    r"(?:电话|座机|固话|总机|联系方式|(?<![A-Za-z])[Tt][Ee][Ll](?![A-Za-z])\.?)(?:号码?)?(?:\([^()0-9\n]{1,8}\))?[ :是为]{0,4}(?:[\u4e00-\u9fff]{1,6}[ :]{1,2})?"
)
_HERE = re.compile(rf"(?P<local>{_LOCAL}){_EXTENSION}{_AFTER}")
_SAID_BEHIND = re.compile(
    rf"{_BEFORE}(?<![0-9]-)(?P<local>{_LOCAL}){_EXTENSION}(?= ?\([\u4e00-\u9fff]{{0,6}}(?:电话|座机|固话|总机)\))"
)
_ANOTHER = re.compile(r"[ 、,/或和]{1,3}")
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def _landlines(text: str) -> Iterator[Span]:
    labelled: dict[int, str] = {}
    for match in each_match(_LANDLINE, text):
        if _labelled(text, match.start(), labelled):
            labelled[match.end()] = match[0][:3]
        else:
            yield from _listed(match, text)
    for behind in _SAID_BEHIND.finditer(text):
        if not _labelled(text, behind.start(), {}):
            yield from _listed(behind, text)
    for said in _SAID.finditer(text):
        number = _HERE.match(text, said.end())
        if number and not _labelled(text, number.start(), {}):
            yield from _listed(number, text)


def _listed(number: re.Match[str] | None, text: str) -> Iterator[Span]:
    """Yield a number and those that are listed behind it without their area."""
    while number and not (_DAY.fullmatch(number["local"]) or _UNIT.match(text, number.end())):
        yield Kind.LANDLINE, number.start(), number.end()
        more = _ANOTHER.match(text, number.end())
        number = more and _HERE.match(text, more.end())


_IN_CHINESE = re.compile(
    rf"(?<![{NUMERALS}0-9])(?<![{NUMERALS}][ -])(?=[0-9 -]{{0,16}}[{NUMERALS}])[{NUMERALS}1](?:[ -]?[{NUMERALS}0-9]){{10}}(?![ -]?[{NUMERALS}0-9])"
)


def _in_chinese(text: str) -> Iterator[Span]:
    for match in each_match(_IN_CHINESE, text):
        if _OPERATORS.fullmatch(digits(match[0].translate(AS_DIGITS))):
            yield Kind.MOBILE, match.start(), match.end()


# --- numbers with a check ------------------------------------------------------------------------------------
_IDENTITY = re.compile(rf"{_BEFORE}[1-8](?:[ ,.-]{{0,3}}[0-9]){{16}}[ ,.-]{{0,3}}[0-9Xx×](?![0-9A-Za-z])")
_OLD_IDENTITY = re.compile(
    rf"{_BEFORE}(?<![0-9]-)[1-8][0-9]{{5}}[ -]?(?P<day>[0-9]{{6}})[ -]?[0-9]{{3}}{_AFTER}(?!-[0-9])"
)
_CALLED_IDENTITY = re.compile(r"身份证(?:号码|号|编号)?[:：是为 ]{0,3}\Z")
# Forms ask for an identity number by this name; an officer's card has another length.
_PERHAPS_IDENTITY = re.compile(r"(?<!执法)证件号码?[:：是为 (]{0,3}\Z")
# GB/T 2260: the first two digits of a division.
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
# Numbers of 15 digits were given out until October 1999; who has one today was born after 1930.
_OLDEST = 30


def _identities(text: str) -> Iterator[Span]:
    for match in each_match(_IDENTITY, text):
        number = digits(match[0])
        if _PROVINCE.match(number) and number[6:8] in ("18", "19", "20") and _is_day(number[6:14]):
            # What calls itself one is one, though a digit was mistyped.
            if mod_11_2.is_valid(number) or _CALLED_IDENTITY.search(
                text[max(0, match.start() - 12) : match.start()]
            ):
                yield Kind.IDENTITY, match.start(), match.end()
    for match in each_match(_OLD_IDENTITY, text):
        born = match["day"]
        if not _PROVINCE.match(match[0]) or int(born[:2]) < _OLDEST or not _is_day(f"19{born}"):
            continue
        before = text[max(0, match.start() - _LABEL_REACH) : match.start()]
        labelled = _labelled(text, match.start(), {}) and not _PERHAPS_IDENTITY.search(before)
        if not (labelled or _UNIT.match(text, match.end())):
            yield Kind.IDENTITY, match.start(), match.end()


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


_CARD = re.compile(
    rf"{_BEFORE}(?<![0-9]-)(?:[0-9]{{16,19}}|[0-9]{{4}}(?:[ .·-][0-9]{{4}}){{3}}(?:[ .·-][0-9]{{1,3}})?"
    rf"|[0-9]{{6}}[ -][0-9]{{10,13}}|[0-9]{{4,12}}(?:[ .·-][0-9]{{3,12}}){{1,4}}){_AFTER}(?!-[0-9])"
)
# UnionPay has 62 in all lengths; the others 16 digits. 4104 is this region: sources, samples and orders begin with it.
_ISSUED = re.compile(r"62[0-9]{14,17}|(?!4104)4[0-9]{15}|5[1-5][0-9]{14}")


# The number of what? A label that does not say it excuses no number that is that of a card by its check digit.
_BARE_LABEL = re.compile(r"(?<![A-Za-z0-9\u4e00-\u9fff])编号[ 为是:(]{0,3}$")


def _cards(text: str) -> Iterator[Span]:
    labelled: dict[int, str] = {}
    for match in each_match(_CARD, text):
        number = digits(match[0])
        is_card = _ISSUED.fullmatch(number) and luhn.is_valid(number)
        before = text[max(0, match.start() - _LABEL_REACH) : match.start()]
        if _labelled(text, match.start(), labelled) and not (is_card and _BARE_LABEL.search(before)):
            labelled[match.end()] = match[0][:3]
        elif is_card and not _UNIT.match(text, match.end()):
            yield Kind.BANK_CARD, match.start(), match.end()


# --- e-mail ---------------------------------------------------------------------------------------------------
# With spaces at its dots only where the end is that of an address: 单价3 @ 12 . 5元 is none.
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64} {0,2}(?:@|[(\[][Aa][Tt][)\]]) {0,2}"
    r"(?:(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,12}"
    r"|(?:[A-Za-z0-9-]{1,63} {0,2}[.。] {0,2}){1,4}(?:com|cn|net|org|edu|gov|COM|CN|NET|ORG|EDU|GOV))(?![A-Za-z0-9])"
)


def _emails(text: str) -> Iterator[Span]:
    for match in _EMAIL.finditer(text):
        yield Kind.EMAIL, match.start(), match.end()


SEARCHES = (
    _emails,
    _identities,
    _cards,
    _mobiles,
    _behind_their_name,
    _glued,
    _landlines,
    _in_chinese,
)
