"""The rows that a public figure counts: published results, draws, or the units of a pool."""

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import ChecklistPoint, Finding, Stratum
from ..models.draw import UNIT_WITHDRAWN
from ..models.published_results import PublishedResultQuerySet, division_label
from ..statistics.published import DEFINITIONS, YEARS
from . import frozen, paging
from .public_figures import (
    APPLIED,
    NOT_FILED,
    RESULTS_LINKED,
    SELECTIONS_LINKED,
    UNITS_LINKED,
    Counted,
)

# What an address narrows rows by, and what it is called.
NARROWS = {"category": "类别", "township": "乡镇（街道）", "industry": "行业大类", "point": "检查项目"}
UNFILED = "-"  # stands for what is not filed under anything


def asked(data: Mapping[str, str], code: str) -> dict[str, str]:
    """Return what an address narrows the rows of a figure by; a value that stands nowhere finds none."""
    return {name: value[:100] for name in _known(code) if (value := data.get(name))}


def not_known(data: Mapping[str, str], code: str) -> list[str]:
    """Return, as people call it, what an address names though the rows of this figure cannot be narrowed by it."""
    return [label for name, label in NARROWS.items() if data.get(name) and name not in _known(code)]


def _known(code: str) -> Collection[str]:
    """Return what the rows of a figure can be narrowed by: a drawn unit is filed under nothing but its class."""
    if code in RESULTS_LINKED:
        return NARROWS
    return ("category",) if code in SELECTIONS_LINKED | UNITS_LINKED | {"quota"} else ()


def in_words(counted: Counted, narrowed: Mapping[str, str]) -> list[str]:
    """Say each part of it as a person reads it."""
    say = {
        "category": Stratum.label_of,
        "township": lambda value: NOT_FILED if value == UNFILED else value,
        "industry": lambda value: NOT_FILED if value == UNFILED else f"{value} {division_label(value)}",
        "point": lambda value: _point_in_words(counted, value),
    }
    return [f"{NARROWS[name]}：{say[name](value)}" for name, value in narrowed.items()]


def results_of(counted: Counted, code: str, narrowed: Mapping[str, str]) -> PublishedResultQuerySet:
    """Return the published results that a figure counts.

    :param code: one of `RESULTS_LINKED`.
    """
    of_points = {"failed": _failed, "looked_at": _looked_at}
    rows = counted.results.filter(counted.conditions["visited" if code in of_points else code])
    of_point = of_points.get(code, _failed)
    if code in of_points and "point" not in narrowed:
        rows = rows.filter(of_point(""))
    for name, value in narrowed.items():
        if name == "category":
            rows = rows.filter(stratum=value)
        elif name == "point":
            rows = rows.filter(of_point(value))
        else:
            # Where nothing is filed: not what the law hid, which has nothing there either.
            rows = rows.filter(
                Q(**{name: "", "is_hidden": False}) if value == UNFILED else Q(**{name: value})
            )
    return rows


def _failed(point: str) -> Q:
    """Return the condition of results in which a point failed; without one: in which any did."""
    return _with(Finding.objects.filter(verdict=Finding.Verdict.FAIL), point)


def _looked_at(point: str) -> Q:
    """Return the condition of results of units to which a point applied; without one: any point."""
    return _with(Finding.objects.filter(APPLIED), point)


def _with(found: QuerySet, point: str) -> Q:
    """Return the condition of results that have one of these findings.

    :param point: code of its checklist and its own, with a dot between; empty: any.
    """
    checklist, _, code = point.partition(".")
    found = found.filter(point__code=code, point__version__checklist__code=checklist) if point else found
    return Q(inspection__in=found.order_by().values("inspection"))


def _point_in_words(counted: Counted, point: str) -> str:
    """Say what a point is called where it is counted: what drafts and sealed draws call it is nobody's business yet."""
    checklist, _, code = point.partition(".")
    used = Finding.objects.filter(
        point=OuterRef("pk"), inspection__published_result__in=counted.results.values("pk")
    )
    points = ChecklistPoint.objects.filter(Exists(used), code=code, version__checklist__code=checklist)
    named = points.order_by("-version__number").values_list("section", "name").first()
    return " · ".join(named) if named else point


@dataclass(frozen=True)
class UnitSeen:
    """A unit of the coverage, and when it was last entered in the longest of YEARS; the name as the public file has it."""

    number: str
    name: str
    label: str
    day: datetime.date | None


def units_seen(
    counted: Counted, code: str, narrowed: Mapping[str, str], number: int = 1
) -> tuple[tuple[UnitSeen, ...], paging.Page]:
    """Return a page of the units that a figure of the coverage counts, by registry number.

    :param code: one of `UNITS_LINKED`.
    """
    last_seen, wanted = counted.last_seen(), narrowed.get("category", "")
    start = counted.first_day(int(code.removeprefix("seen"))) if code != "base" else None
    found = [
        (unit, stratum)
        for unit, stratum in counted.units()
        if (not wanted or stratum == wanted)
        and (start is None or ((day := last_seen.get(unit)) is not None and day >= start))
    ]
    begin = (number - 1) * paging.PAGE
    shown = found[begin : begin + paging.PAGE]
    names = frozen.names_text(counted.base.code) if shown and counted.base else ""
    return tuple(
        UnitSeen(
            unit,
            _name_in(names, unit),
            Stratum.label_of(stratum),
            last_seen.get(unit),
        )
        for unit, stratum in shown
    ), paging.Page((), number, len(found) > begin + paging.PAGE, paging.last_before(number, len(found)))


def _name_in(names: str, number: str) -> str:
    """Return what the public names of a draw call a unit today."""
    return frozen.unit_name(names, number) or UNIT_WITHDRAWN


def units_of(counted: Counted) -> Iterator[list[object]]:
    """Yield the units of the coverage as a file has them, with its header: when each was last entered."""
    since = f"（数据从 {counted.begins} 起）"
    yield [
        "污染源编码",
        "单位名称",
        "类别",
        "最近一次进厂检查",
        *(
            DEFINITIONS[f"seen{years}"].title + (since if years in counted.cut_years else "")
            for years in YEARS
        ),
    ]
    last_seen = counted.last_seen()
    starts = [counted.first_day(years) for years in YEARS]
    names = frozen.names_text(counted.base.code) if counted.base else ""
    for number, stratum in counted.units():
        day = last_seen.get(number)
        yield [
            number,
            _name_in(names, number),
            Stratum.label_of(stratum),
            day,
            *("是" if day and day >= start else "否" for start in starts),
        ]
