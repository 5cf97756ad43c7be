"""What happened with one unit, in one order of time: draws, visits, results, corrections, what the law hid, answers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from wugang_audit import clock
from wugang_audit.calendar.words import day_in_words

from .. import public_fields
from ..models import Redaction
from ..models.redactions import in_place_of_words
from . import findings
from .objections import Objection
from .prepared import Keys, prepared
from .unit_draws import UnitDraw


@dataclass(frozen=True)
class Event:
    """:param code: of the draw whose result on this page says more; empty where none does."""

    day: date
    what: str
    words: str
    code: str = ""


# What happens on one day stands in this order; the page shows the latest first.
ORDER = ("抽中", "替补", "检查", "公开检查结果", "更正", "依法隐去", "异议", "纠错")


def unit_events(
    rows: Iterable[UnitDraw],
    inspections: Sequence[int],
    results: Sequence[findings.Result],
    objections: Iterable[Objection],
    stepped_in: Mapping[str, date],
) -> tuple[Event, ...]:
    """Return them, the latest first; one query, for what was hidden.

    :param inspections: the keys of the results, in the same order.
    :param stepped_in: the days on which it took the place of another unit, by the codes of the draws.
    """
    codes = {key: result.draw.code for key, result in zip(inspections, results, strict=True)}
    found = [*_drawn(rows, stepped_in), *_objections(objections, set(codes.values())), *_hidden(codes)]
    for result in results:
        found += _of_result(result)
    return tuple(sorted(found, key=lambda one: (one.day, ORDER.index(one.what)), reverse=True))


def _drawn(rows: Iterable[UnitDraw], stepped_in: Mapping[str, date]) -> Iterable[Event]:
    for row in rows:
        if day := stepped_in.get(row.draw.code):
            yield Event(day, "替补", f"{row.draw.title}，顶上一家不能检查的单位")
        elif row.selected and row.draw.drawn_at:
            yield Event(clock.day_of(row.draw.drawn_at), "抽中", row.draw.title)


def _of_result(result: findings.Result) -> Iterable[Event]:
    code = result.draw.code
    if result.visited_on:
        yield Event(result.visited_on, "检查", result.item, code)
    # On which day a measure was ordered nobody enters: it is told with the result.
    measures = "、".join(
        measure.label + (f"（{day_in_words(measure.due_on)}前改正）" if measure.due_on else "")
        for measure in result.facts.measures
    )
    words = f"{result.outcome}；处理措施：{measures}" if measures else result.outcome
    yield Event(result.published_on, "公开检查结果", words, code)
    for correction in result.corrections:
        yield Event(clock.day_of(correction.at), "更正", correction.text, code)


def _hidden(codes: dict[int, str]) -> Iterable[Event]:
    if not codes:
        return
    for row in _redactions(codes):
        key = next(row[f"{path}_id"] for path in _PATHS if row[f"{path}_id"])
        what = Redaction.Text(row["text"]).label
        words = f"{what}：{in_place_of_words(None, row['legal_reason'])}"
        yield Event(row["redacted_on"], "依法隐去", words, codes[key])


_PATHS = ("inspection", "correction__inspection", "photo__inspection")


@prepared
def _redactions(keys: Keys) -> QuerySet:
    about = Q(*((f"{path}__in", keys) for path in _PATHS), _connector=Q.OR)
    return Redaction.objects.in_effect().filter(about).values(*public_fields.UNIT_REDACTION)


def _objections(objections: Iterable[Objection], shown: Collection[str]) -> Iterable[Event]:
    for said in objections:
        words = f"{day_in_words(said.received_on)}收到，这一天公开答复"
        yield Event(said.answered_on, said.kind, words, said.code if said.code in shown else "")
