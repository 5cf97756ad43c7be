"""What happened with one unit, in one order of time: the registry, draws, visits, results, corrections, what the law hid, answers."""

from collections.abc import Collection, Iterable, Sequence
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
from .stepping_in import Instead, Other
from .unit_draws import Change, UnitDraw


@dataclass(frozen=True)
class Event:
    """:param code: of the draw whose result on this page says more; empty where none does.

    :param other: the unit whose name ends the words.
    """

    day: date
    what: str
    words: str
    code: str = ""
    other: Other | None = None


# What happens on one day stands in this order; the page shows the latest first.
ORDER = (
    "改名",
    "恢复",
    "冻结名单",
    "抽中",
    "替补",
    "检查",
    "公开检查结果",
    "更正",
    "依法隐去",
    "异议",
    "纠错",
    "退出名录",
    "合并",
)


def unit_events(
    rows: Iterable[UnitDraw],
    inspections: Sequence[int],
    results: Sequence[findings.Result],
    objections: Iterable[Objection],
    instead: Sequence[Instead],
    registry: Iterable[Event] = (),
) -> tuple[Event, ...]:
    """Return them, the latest first; one query, for what was hidden.

    :param inspections: the keys of the results, in the same order.
    :param instead: who stepped in for it, or for whom it did, in the draws of these rows.
    :param registry: what the registry says of it.
    """
    codes = {key: result.draw.code for key, result in zip(inspections, results, strict=True)}
    rows = tuple(rows)
    found = [*registry, *_left_out(rows), *_drawn(rows, instead)]
    found += [*_objections(objections, set(codes.values())), *_hidden(codes)]
    for result in results:
        found += _of_result(result)
    return tuple(sorted(found, key=lambda one: (one.day, ORDER.index(one.what)), reverse=True))


def registry_events(
    history: Sequence[Change], joined_into: str, renamed_on: date | None
) -> tuple[Event, ...]:
    """Return when the unit left the registry, came back, and got the name that its page shows.

    :param joined_into: the number that now stands for it; its last leaving was the joining.
    """
    found = [Event(renamed_on, "改名", "登记为现在的名称")] if renamed_on else []
    for before, change in zip(history, history[1:], strict=False):
        if before.is_active and not change.is_active:
            found.append(Event(clock.day_of(change.at), "退出名录", "以后的抽签不再有这家单位"))
        elif change.is_active and not before.is_active:
            found.append(Event(clock.day_of(change.at), "恢复", "又登记在名录里"))
    if joined_into and found and found[-1].what == "退出名录":
        found[-1] = Event(found[-1].day, "合并", f"这个编码并入 {joined_into}")
    return tuple(found)


def _left_out(rows: Sequence[UnitDraw]) -> Iterable[Event]:
    """When a public list first said that the unit takes no part (it stands still, is exempt), and each change of the reason."""
    before = ""
    for row in reversed(rows):
        if row.left_out and row.left_out != before and row.draw.frozen_at:
            yield Event(clock.day_of(row.draw.frozen_at), "冻结名单", f"{row.draw.title}：{row.left_out}")
        before = row.left_out


def _drawn(rows: Iterable[UnitDraw], instead: Sequence[Instead]) -> Iterable[Event]:
    stepped_in = {one.code for one in instead if not one.is_gone}
    titles = {row.draw.code: row.draw.title for row in rows}
    for row in rows:
        if row.selected and row.draw.drawn_at and row.draw.code not in stepped_in:
            yield Event(clock.day_of(row.draw.drawn_at), "抽中", row.draw.title)
    for one in instead:
        yield Event(one.day, "替补", f"{titles[one.code]}，{one.words}", other=one.other)


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
