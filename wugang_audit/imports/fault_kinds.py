"""What sort of fault a fault is, in a sentence: faults of one sort differ in what the cell holds alone."""

import re
from functools import lru_cache

from ..spreadsheets.table import Fault

_BRACKETS = re.compile(r"（[^（）]*）")
_ROWS = re.compile(r"第[0-9、]+行(?:“[^”]*”)?(?:、第[0-9]+行(?:“[^”]*”)?)*(?:等 ?[0-9]+ 行)?")
# What differs from cell to cell, and what stands for it. All other numbers are part of the rule: 应为 18 位.
_VARYING = [
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"有 \d+ 位，", "位数不对，"),
        (r"有 \d+ 个字符?，", "太长，"),
        (r"年份 \d+ 不合理", "年份不合理"),
        (r"第 \d+ 个字(?:“[^”]*”)?", "有一个字"),
        (r"代码 [0-9A-Z]{18} 不一致", "代码不一致"),
        (r"(早于起始日|早于开始的一天|早于评定日期) .*", r"\1"),
        (r"多 \d+ 格", "多几格"),
        (r"(不会出现的字符) .*", r"\1"),
        (r"(有不认识的写法|没有这样的行业专业组|不是治理设施编号)：.*", r"\1"),
        (r"^是不认识的写法", "有不认识的写法"),
        (r"是错误值 .*", "是错误值"),
        (r"写的是“(?!同上”)[^”]*”", "写的是“不详”一类"),
        (r"名录中没有“[^”]*”$", "名录中没有所写的单位"),
        (r"叫“[^”]*”的单位", "叫这个名称的单位"),
        (r"以前是“[^”]*”的编码", "以前是别的单位的编码"),
        (r"^“[^”]*”(?=在污染源名录中)", "所写的单位"),
        (r"^“[^”]*”后面的“[^”]*”", "行业专业组后面写的"),
        (r"^“[^”]*”(?=写了几种能力)", "一个行业专业组"),
        (r"“[^”]*”(?=也?看不出)", "所写的编号"),
        (r"单位是 \S+，“浓度单位”填的是 .*", "单位和“浓度单位”一列不同"),
        (r"单元格 \S+ 合并", "单元格合并"),
    )
]


def kind_of(fault: Fault) -> str:
    """Return what sort of fault it is: its column and what is wrong, in a whole sentence without what differs."""
    return _kind(fault.header, fault.problem)


@lru_cache(maxsize=4096)
def _kind(header: str, problem: str) -> str:
    problem = _ROWS.sub("别的行", _BRACKETS.sub("", problem))
    for pattern, instead in _VARYING:
        problem = pattern.sub(instead, problem)
    problem = re.sub(r"\s+", " ", problem).strip("，、 ")
    return f"{header}：{problem}" if header else problem
