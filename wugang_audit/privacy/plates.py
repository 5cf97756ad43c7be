"""The plates of vehicles (GA 36-2018), as people write them."""

import re
from collections.abc import Iterator

from .patterns import Kind, Span, each_match

_PLATE = re.compile(
    r"(?<![更全最创翻重换革](?=新))[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-Za-z][ ·•・‧∙⋅.-]{0,2}"
    r"(?:(?P<tail>[A-HJ-NP-Za-hj-np-z0-9](?:[ -]?[A-HJ-NP-Za-hj-np-z0-9]){4})|[A-Ka-k][A-HJ-NP-Za-hj-np-z0-9][0-9]{4}|[0-9]{5}[A-Ka-k]"
    r"|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳])(?![0-9A-Za-z])(?!-[0-9])(?!型)"
)
# GA 36-2018: of the armed police.
_POLICE = re.compile(
    r"(?<![A-Za-z])[Ww][Jj] ?[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[0-9]{4}[0-9A-Za-z](?![0-9A-Za-z])"
)
# Behind a label the province may be left out.
_CALLED_PLATE = re.compile(
    r"(?:车牌|车辆牌照|车辆号牌|机动车号牌)(?:号码?)?[ 为是:(]{0,3}(?P<plate>[A-Za-z][ ·•.-]?(?P<tail>[A-HJ-NP-Za-hj-np-z0-9]{5,6}))(?![0-9A-Za-z])(?!-[0-9])(?!型)"
)
_FEWEST_DIGITS = 3  # GA 36-2018, 5.1: of the five at most two are letters


def plates(text: str) -> Iterator[Span]:
    for match in each_match(_PLATE, text):
        if match["tail"] is None or sum(map(str.isdigit, match["tail"])) >= _FEWEST_DIGITS:
            yield Kind.PLATE, match.start(), match.end()
    for match in _CALLED_PLATE.finditer(text):
        if sum(map(str.isdigit, match["tail"])) >= _FEWEST_DIGITS:
            yield Kind.PLATE, match.start("plate"), match.end("plate")
    for match in _POLICE.finditer(text):
        yield Kind.PLATE, match.start(), match.end()
