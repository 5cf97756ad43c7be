"""Readings against their limits over time, on the page of a unit that the rule of stronger disclosure is for.

平舞环〔2024〕40号 二（二）. Every line stands in the published text of a finding, and in the part of the page that shows that result;
what the law hid there is not here either. The class counts in which the unit was drawn for the visit, so a line stays when
the unit's class is another one later; the speciality is the unit's own, as its page says it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sources.models import Category, Speciality
from wugang_audit.remembered import remembered

from .. import public_fields
from ..models import StrongerDisclosure
from ..models.strata import category_in
from ..models.stronger import ReadingKind, kind_of
from .findings import Result
from .visit_facts import ReadingTaken

CLAUSE = "平舞环〔2024〕40号二（二）"
WORDS = "结合环境污染防治攻坚任务及管控要求，有针对性地提高重点排污单位中废水、废气排放企业的检查频次和信息公开强度"


@dataclass(frozen=True)
class Rule:
    """What is shown of one kind of reading: of units drawn in these classes, and of these groups; empty: of all."""

    kind: str
    label: str
    categories: tuple[str, ...]
    categories_labels: tuple[str, ...]
    specialities: tuple[str, ...]  # by name


@dataclass(frozen=True)
class Line:
    day: date
    code: str  # of the draw, whose result on the page has the reading too
    quarter: str  # of that draw, in words
    kind: str  # in words
    reading: ReadingTaken


@dataclass(frozen=True)
class Series:
    """The readings of a unit, the latest visit first, and which rules brought them here."""

    lines: tuple[Line, ...]
    kinds: tuple[str, ...]  # in words

    @property
    def latest(self) -> tuple[Line, ...]:
        """Those of the latest visit that has any."""
        return tuple(line for line in self.lines if line.code == self.lines[0].code)

    @property
    def earlier(self) -> tuple[Line, ...]:
        return self.lines[len(self.latest) :]


@remembered
def rules() -> tuple[Rule, ...]:
    """Return what is shown; nothing where no rule is in force."""
    rows = list(
        StrongerDisclosure.objects.filter(is_active=True).order_by("pk").values(*public_fields.STRONGER)
    )
    asked = {code for row in rows for code in row["specialities"]}
    names = dict(Speciality.objects.filter(code__in=asked).values_list(*public_fields.GROUP)) if asked else {}
    labels = dict(Category.choices)
    return tuple(
        Rule(
            row["kind"],
            ReadingKind(row["kind"]).label,
            tuple(row["categories"]),
            tuple(labels.get(code, code) for code in row["categories"]),
            tuple(names.get(code, code) for code in row["specialities"]),
        )
        for row in rows
    )


def series(results: Iterable[Result], speciality: str) -> Series | None:
    """Return what the page of a unit shows of its results; None where no rule is for any of them.

    :param speciality: of the unit, by name; empty where it has none.
    """
    found: list[Line] = []
    in_force = rules()
    for result in results:
        mine = {rule.kind: rule.label for rule in in_force if _is_for(rule, result, speciality)}
        if not mine or result.visited_on is None:
            continue
        kinds = _kinds(result.facts.readings)
        found += [
            Line(result.visited_on, result.draw.code, result.draw.quarter, mine[kind], reading)
            for reading, kind in zip(result.facts.readings, kinds, strict=True)
            if kind in mine
        ]
    if not found:
        return None
    found.sort(
        key=lambda line: (line.day, line.code), reverse=True
    )  # those of one visit stay as they were written
    shown = {line.kind for line in found}
    return Series(tuple(found), tuple(label for label in ReadingKind.labels if label in shown))


def _is_for(rule: Rule, result: Result, speciality: str) -> bool:
    return (not rule.categories or category_in(result.stratum) in rule.categories) and (
        not rule.specialities or speciality in rule.specialities
    )


def _kinds(readings: Sequence[ReadingTaken]) -> list[str | None]:
    """Return what each reading is one of, by its own words; else by the others at its outlet, where these are all of one kind."""
    told = [kind_of(each.outlet, each.pollutant, each.unit) for each in readings]
    at_outlet: dict[str, set[str]] = {}
    for reading, kind in zip(readings, told, strict=True):
        if kind:
            at_outlet.setdefault(reading.outlet, set()).add(kind)
    return [
        kind or (next(iter(those)) if len(those := at_outlet.get(reading.outlet, set())) == 1 else None)
        for reading, kind in zip(readings, told, strict=True)
    ]
