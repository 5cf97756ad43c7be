"""What the title of a sign-in sheet says of a training: its day and its subject (2026年3月12日法制培训签到表)."""

import re
from collections.abc import Iterable

from wugang_audit.spreadsheets.cell_text import clean
from wugang_audit.spreadsheets.cell_types import Wrong
from wugang_audit.spreadsheets.periods import TwoDays, first_day

_DAY = r"[0-9]{4}\s*[年.\-/]\s*[0-9]{1,2}\s*[月.\-/]\s*[0-9]{1,2}\s*[日号]?"
_SHORT_DAY = r"(?:[0-9]{1,2}\s*[月.\-/]\s*)?[0-9]{1,2}\s*[日号]?"
_WHEN = re.compile(rf"({_DAY}(?:\s*(?:起?至|起?到|[~～—–-]+)\s*(?:{_DAY}|{_SHORT_DAY}))?)(?![0-9])")
_YEAR = re.compile(r"[0-9]{4}\s*年?(?:度)?(?:\s*[0-9]{1,2}\s*月(?:份)?)?")
_LABELLED = re.compile(
    r"(?:培训|学习|授课)?(?:内容|主题|名称|课程|题目|班次)\s*[:：]\s*(.+?)(?=\s*(?:培训|学习|授课)?(?:时间|日期|地点|学时|单位|人)[^:：]{0,4}[:：]|$)"
)
_KIND_OF_LIST = re.compile(
    r"(?:参训|参加|参会)?(?:人员|学员)?(?:签到|签名|点名|考勤|花名|考核|考试|成绩|登记|汇总|统计|情况|名|台账|记录|一览)*[表册单簿]$|(?:人员)?(?:台账|一览|记录|名录)$"
)
_TRAINING = re.compile(r"培训|学习|讲座|授课|教育|轮训|练兵|考试|班$")
_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_AROUND = " 、,，;；:：.。-—《》“”\"'"
_LONGEST = 120


def day_told(titles: Iterable[str]) -> str:
    """Return the last day of the training as 2026-03-12; empty if no title has a whole day."""
    for title in titles:
        for found in _WHEN.findall(clean(title)):
            try:
                day = first_day(re.sub(r"\s", "", found))
            except Wrong:
                continue
            return f"{day.last if isinstance(day, TwoDays) else day:%Y-%m-%d}"
    return ""


def topic_told(titles: Iterable[str]) -> str:
    """Return the subject: what a title names so, else what is left of one that speaks of a training."""
    known = [clean(title) for title in titles]
    for title in known:
        if (named := _LABELLED.search(title)) and (topic := named[1].strip(_AROUND)):
            return topic[:_LONGEST]
    for title in known:
        bare = _BRACKETS.sub("", _WHEN.sub("", title))
        topic = _KIND_OF_LIST.sub("", _YEAR.sub("", bare).strip(_AROUND)).strip(_AROUND)
        if len(topic) > 1 and len(topic) <= _LONGEST and _TRAINING.search(topic):
            return topic
    return ""
