"""Texts in the column of names that name nothing: closing words, titles, headings, and what is doubtful."""

import re

from .cell_text import clean
from .headers import header_key
from .table import Column, Table
from .written_names import MARKS

_SPACES = re.compile(r"\s+")
_WRAPPED = re.compile(r"[（(【\[](.*)[）)】\]]")
_CLOSING = re.compile(
    r"(?:本页|本表|本[镇乡村]|本街道|全[市县区镇乡]|[\u4e00-\u9fff]{2,8}(?:镇|乡|街道|办事处|队|科|股|所)|[一二三四五六七八九十]中队)?"
    r"(?:合计|总计|小计|共计|累计|平均值?|平均数)(?:[:：].*|[（(][^（）()]*[）)]|[0-9]*[家户个人名]?)?"
    r"|(?:此[行页]|本[页表])?以[下上](?:空白|无正文|无)|此[行页]空白|空白|[省从]?略"
    # What a mark means: 带★的为重点排污单位, ★表示重点排污单位; but ★系统设备厂 is a unit.
    rf"|(?:名称|单位|企业)?[带标加注打有][有注]?[“\"'（(]?[{re.escape(MARKS)}].*(?:为|是|系|属|表示|代表|[：:]).+"
    rf"|[“\"'（(]?[{re.escape(MARKS)}][”\"'）)]?(?:号|标记|符号|标志)?(?:的|者)?(?:企业|单位)?(?:表示|代表|标明|[：:]|[均都即]为|[均都]是|[为是](?:重点|特殊|一般|简化|登记)).+"
)
_MARKS = re.compile(r"[.…。·—\-_*]+")
_DIVIDING = re.compile(r"以[下上](?:[为是均]|\d{4}年|新增|[:：]).*|(?:\d{4}年)?新增[:：]?")
_BRACKETED = re.compile(r"[（(【\[][^（()）]*(?:[（(〔][^（()）]*[）)〕][^（()）]*)*[）)】\]]")
# What stands below a list, before who filled it in.
FOOTER = re.compile(
    r"(?:合计|总计|小计|共计|填表|填报|制表|审核|复核|审批|负责人|单位负责|以上共|联系人:|备注:|说明:|注:|注\d)"
)
_TALLY = re.compile(r"合计|小计|总计|共计")
_CLOSING_WORD = re.compile(r"(?:备注|说明|注|填表人|填报人|制表人|审核人|单位负责人)[:：\d]")
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[）)])\s*")


def is_closing(name: str) -> bool:
    """Say whether a text is a sum, an average or the end of a list: no unit and nobody is called so."""
    text = _SPACES.sub("", clean(name))
    wrapped = _WRAPPED.fullmatch(text)
    return bool(_CLOSING.fullmatch(wrapped[1] if wrapped else text))


def is_nothing(name: str) -> bool:
    """Say whether a text is only marks, as at the end of a list that goes on elsewhere: ……"""
    return bool(_MARKS.fullmatch(_SPACES.sub("", clean(name))))


def is_dividing(name: str) -> bool:
    """Say whether a text only tells what the rows below it are: 以下为2026年新增."""
    return bool(_DIVIDING.fullmatch(_SPACES.sub("", clean(name))))


def names_nobody(name: str) -> bool:
    """Say whether a list that holds a text as a name, and nothing else in the row, would not be read as holding anybody."""
    return is_closing(name) or is_nothing(name) or is_dividing(name) or _is_label(name)


def _is_label(name: str) -> bool:
    """Say whether a text tells who filled a list in, or the like: 填表人：张三."""
    text = _SPACES.sub("", clean(name)).replace("\uff1a", ":")
    return ":" in text and bool(FOOTER.match(text))


def is_heading(name: str, table: Table) -> bool:
    """Say whether a text is the header of some column of the registry, where a name should stand."""
    return header_key(name) in table.headings


def why_doubtful(name: str, column: Column) -> str:
    """Return in Chinese why a text is hardly a name; empty for one that may be.

    :param column: of the registry, whose titles (`Column.in_titles`) are places or squads and no names.
    """
    if _BRACKETED.fullmatch(name):
        return "名称只是一段括号里的话"
    bare = _NUMBERED.sub("", name)
    # 王科 may be somebody's name, 执法一科 is none.
    shortest = 4 if bare[-1:] in "科股室站" else 3
    if len(bare) >= shortest and column.in_titles and column.in_titles.fullmatch(bare):
        return f"名称只是“{column.header}”那样的一个地名或机构"
    if column.looks_like is None or column.looks_like.search(name):
        return ""
    if _TALLY.search(name) and len(name) < 9 or _CLOSING_WORD.match(name):
        return "名称像合计或表尾的说明"
    return ""
