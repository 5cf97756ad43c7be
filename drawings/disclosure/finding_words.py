"""The text of a published finding, line by line, with what each line says in Chinese beside it (draw/2, findings.txt)."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from sources.models import PollutionSource
from wugang_audit.calendar.words import day_in_words

from ..models import Finding, Measure
from ..models.inspection import Outcome
from ..protocol import verify
from . import downloads
from .findings import Result
from .objections import Objection, objections_of
from .results import complete, newest_first
from .unit_names import open_draws

NONE = "-"
_OVER = {"over": "超过限值", "within": "没有超过限值"}
_ELSEWHERE = "这一行的写法见协议。"


@dataclass(frozen=True)
class Line:
    text: str  # to the byte, but for the line break
    meaning: str


@dataclass(frozen=True)
class Explained:
    """A finding's text, its digest as the log of an open draw has it, and the meaning of its lines."""

    result: Result
    digest: str
    lines: tuple[Line, ...]
    objections: tuple[Objection, ...] = ()  # to this result, answered in public, the latest first


@dataclass(frozen=True)
class Names:
    """How people call what a text names by codes."""

    lists: dict[str, str]
    points: dict[str, str]

    def point(self, key: str) -> str:
        """Return the name of a point: ``general/water``, in finding/1 ``water``."""
        return self.points.get(key, key)


def explained(code: str, number: str) -> Explained | None:
    """Return the text of a published finding with its meaning; None before it is published, or hidden."""
    text = downloads.finding_record(code, number)
    if text is None:
        return None
    rows = list(newest_first().filter(selection__draw__code=code, selection__source__number=number))
    (result,) = complete(rows, with_findings=True)
    points = {found.code: found.point for found in result.findings}
    # The first form names a point without its list.
    points |= {found.code.partition("/")[2]: found.point for found in result.findings}
    names = Names({each.code: each.name for each in result.facts.checklists}, points)
    lines = tuple(Line(line, meaning(line, names)) for line in text.splitlines())
    return Explained(result, verify.digest(text), lines, _objections(code, number))


def _objections(code: str, number: str) -> tuple[Objection, ...]:
    unit = PollutionSource.objects.values_list("pk", flat=True).get(number=number)
    return tuple(each for each in objections_of(unit, open_draws()) if each.code == code)


def meaning(line: str, names: Names) -> str:
    """Say in Chinese what a line of finding/1 or finding/2 says."""
    if line in ("finding/1", "finding/2"):
        return f"这是一份检查结果，按第 {line[-1]} 种写法"
    separator = "\t" if "\t" in line else " "
    word, *values = line.split(separator)
    if separator == " " and word == "summary":
        return f"检查情况：{line.partition(' ')[2] or '没有写'}"
    say = _WORDS.get(word)
    if say is None:
        return _ELSEWHERE
    try:
        return say(values, names)
    except (IndexError, ValueError):
        return _ELSEWHERE


def _day(text: str) -> str:
    """:raises ValueError: it is no day of the calendar."""
    return day_in_words(datetime.date.fromisoformat(text))


def _quoted(words: str) -> str:
    """Put words into quotes, those inside as GB/T 15834-2011 asks: “环评和‘三同时’”."""
    return "“" + words.replace("“", "‘").replace("”", "’") + "”"


def _checklist(values: list[str], names: Names) -> str:
    return f"用了检查清单{_quoted(names.lists.get(values[0], values[0]))}第 {values[1]} 版"


def _measure(values: list[str], _: Names) -> str:
    until = "没有改正期限" if values[1] == NONE else f"{_day(values[1])}前改正"
    return f"处理措施：{Measure.Kind(values[0]).label}，{until}"


def _point(values: list[str], names: Names) -> str:
    return f"检查项目{_quoted(names.point(values[0]))}：{Finding.Verdict(values[1]).label}"


def _clause(values: list[str], names: Names) -> str:
    return f"检查项目{_quoted(names.point(values[0]))}在检查当天有效的依据：{values[1]}"


def _reading(values: list[str], _: Names) -> str:
    outlet, what, value, unit, limit, over = values
    said = f"现场读数：{outlet} 的{what} {value}" + ("" if unit == NONE else f" {unit}")
    if limit == NONE:
        return f"{said}，许可证没有写限值"
    return f"{said}，许可限值 {limit}，{_OVER.get(over, '没有比较')}"


def _facility(values: list[str], _: Names) -> str:
    return f"治理设施 {values[0]}：{'正在运行' if values[1] == 'on' else '没有运行'}"


def _summary(values: list[str], _: Names) -> str:
    return (
        "“检查情况”那段文字的指纹：文字不在这里，在单位的网页上和 texts.tsv 里；依法隐去了文字，这一行也不变"
    )


_WORDS: dict[str, Callable[[list[str], Names], str]] = {
    "draw": lambda values, _: f"抽查编号 {values[0]}",
    "unit": lambda values, _: f"被检查的单位，污染源编码 {values[0]}",
    "visited": lambda values, _: f"检查日期 {_day(values[0])}",
    "outcome": lambda values, _: f"检查结论：{Outcome(values[0]).label}",
    "checklist": _checklist,
    "measure": _measure,
    "point": _point,
    "clause": _clause,
    "reading": _reading,
    "facility": _facility,
    "summary": _summary,
}
