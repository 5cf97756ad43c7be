"""What a supplement (补正) can put right of a frozen record, and what record and report say once it counts.

Each thing has the name of its field in the officers' form, and is held to the same rules: a right value that would make the
record wrong elsewhere is refused, with what to put right first.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from ...models import CoSign, Finding, Inspection, OnSiteRecord, Supplement, Visit
from ...models.checklists import names_of
from ...models.finding_record import as_name, decimal_text
from ...models.site_facts import corrected, met, minute, nothing_or
from ...models.visit import Entry
from ...protocol import verify
from ...states import Refused
from .arrival import OUTSIDE
from .line_changes import Change, applied, held_rows
from .permit_rows import PermitRows
from .report import NOBODY_THERE, PASS, Answer, Report, Stage, faults, stored
from .sheet import sheet
from .sheet_fields import RUNNING
from .team_since import team_since

CHOICE, MOMENT, NUMBER, WORDS = "choice", "moment", "number", "words"
NOTICE = [("on", "已送达"), ("off", "没有送达")]
NOT_SAID = "没有记"
SHORT = 24  # characters of a text in the list of what can be put right
Value = str | datetime.datetime | Decimal | None


@dataclass(frozen=True)
class Target:
    """One thing that can be put right.

    :param said: what the record has there now, as people read it.
    :param kind: how the right value is given; ``choices`` are those of ``choice``.
    :param most: of words, how many characters.
    :param keys: how the record names it: (key of the point), (facility), (outlet, pollutant).
    """

    name: str
    group: str
    label: str
    said: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 0
    keys: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The field without its row, such as ``verdict`` of ``verdict_12``; also what its choices are called by."""
        return self.name.partition("_")[0] if self.keys else self.name


def as_given(value: Value) -> str:
    """A right value as it is kept, so that the same sent once more is known again."""
    if isinstance(value, datetime.datetime):
        return minute(value)
    return decimal_text(value) if isinstance(value, Decimal) else value or ""


def said_now(record: OnSiteRecord) -> verify.FieldRecord:
    """Return the record as it reads with its confirmed supplements."""
    return corrected(record, record.supplements.select_related("point__version__checklist"))


def is_repeat(record: OnSiteRecord, made: Supplement) -> bool:
    """Say whether a supplement that is sent once more is there: nobody has decided it yet, or the record says it now.

    One that was objected to, or put right again since, is not there any more: whoever sends it means it anew.
    """
    if made.decided_at is None:
        return True
    if made.decision != CoSign.Verdict.CONFIRM:
        return False
    said = verify.record_lines(said_now(record))
    return not set(made.wrong_lines) & set(said) and set(made.right_lines) <= set(said)


def targets(row: Inspection, said: verify.FieldRecord, permit: PermitRows) -> dict[str, Target]:
    """Return {name: what can be put right}, in the order of a visit.

    :param permit: `held_rows` of the record.
    """
    found = [*_arrival(said), *_points(row, said), *_rows(permit, said), *_texts(said)]
    return {target.name: target for target in found}


def _arrival(said: verify.FieldRecord) -> Iterable[Target]:
    name, post = said.met[0] if said.met else ("", "")
    group = "到场"
    yield Target("entry", group, "进入情况", Entry(said.entry).label, CHOICE, tuple(Entry.choices))
    yield Target("visited_at", group, "检查时间", _moment(said.visited), MOMENT)
    for field, label, text in (("met_name", "现场负责人姓名", name), ("met_post", "现场负责人职务", post)):
        yield Target(field, group, label, text or NOT_SAID, WORDS, most=_most(field))
    yield Target("shown_at", group, "亮证告知时间", _moment(said.shown), MOMENT)
    given = dict(NOTICE)["on" if said.notice == "given" else "off"]
    yield Target("notice_given", group, "检查通知书", given, CHOICE, tuple(NOTICE))


def _points(row: Inspection, said: verify.FieldRecord) -> Iterable[Target]:
    points, there = sheet(row).points, {key: rest for key, *rest in said.point}
    names, verdicts = names_of(points), dict(Finding.Verdict.choices)
    for point in points:
        key = f"{point.version.checklist.code}/{point.code}"
        verdict, note = there.get(key, ("", ""))
        name = names[point.pk]
        choices, of, group = tuple(Finding.Verdict.choices), (key,), f"检查项目：{point.section}"
        yield Target(
            f"verdict_{point.pk}",
            group,
            f"{name}的结果",
            verdicts.get(verdict, NOT_SAID),
            CHOICE,
            choices,
            keys=of,
        )
        if verdict:
            most = Finding._meta.get_field("note").max_length
            yield Target(
                f"note_{point.pk}", group, f"{name}的说明", note or NOT_SAID, WORDS, most=most, keys=of
            )


def _rows(permit: PermitRows, said: verify.FieldRecord) -> Iterable[Target]:
    states, running = dict(said.facility), dict(RUNNING)
    for facility in permit.facilities:
        of = (as_name(facility.code),)
        now = running.get(states.get(of[0], ""), NOT_SAID)
        yield Target(
            f"facility_{facility.key}", "治理设施", str(facility), now, CHOICE, tuple(RUNNING), keys=of
        )
    readings = {each[:2]: f"{each[2]} {each[3]}".strip() for each in said.reading}
    for limit in permit.readings:
        of = as_name(limit.outlet), as_name(limit.pollutant)
        label = f"{limit.outlet} {limit.pollutant} 读数"
        yield Target(f"reading_{limit.key}", "现场读数", label, readings.get(of, NOT_SAID), NUMBER, keys=of)


def _texts(said: verify.FieldRecord) -> Iterable[Target]:
    for field, label in (("remark", "现场情况"), ("statement", "当事人陈述申辩")):
        text = getattr(said, field) or NOT_SAID
        yield Target(field, "文字", label, text, WORDS, most=_most(field))


def _most(field: str) -> int:
    return Visit._meta.get_field(field).max_length


def _moment(text: str) -> str:
    return date_format(datetime.datetime.fromisoformat(text), "Y年n月j日 H:i") if text else NOT_SAID


def change_of(row: Inspection, record: OnSiteRecord, name: str, value: Value) -> Change:
    """Return what a right value changes in the record.

    :param value: a code of a choice, a moment, a number (None: nothing was read), or words (empty: nothing is said there).
    :raises Refused: it says so already, or what the record then says breaks a rule; the message says what to do.
    """
    before, permit = said_now(record), held_rows(row, record)
    target = targets(row, before, permit).get(name)
    if target is None:
        raise Refused("这一处不在现场记录里，请刷新页面再选。")
    if target.kind == CHOICE and value not in dict(target.choices):
        raise Refused(f"{target.label}：请选择正确的内容。")
    if target.kind == MOMENT and not isinstance(value, datetime.datetime):
        raise Refused(f"{target.label}：请填正确的时间。")
    if isinstance(value, str) and target.most and len(value) > target.most:
        raise Refused(f"{target.label}最多 {target.most} 个字，现在有 {len(value)} 个。")
    try:
        after = verify.parse_field_record(
            verify.write_field_record(_with(before, target, value, row, permit))
        )
    except verify.Invalid as reason:
        raise Refused(f"{target.label}写不进现场记录：{reason}") from None
    old, new = verify.record_lines(before), verify.record_lines(after)
    change = Change(tuple(set(old) - set(new)), tuple(set(new) - set(old)))
    if change == Change((), ()):
        raise Refused(f"{target.label}在现场记录里就是这样记的，没有要补正的。")
    report = stored(row)
    after_all = applied(row, report, change, permit)
    if wrong := _broken_rules(row, report, after_all, permit) + _too_late(report, after_all, record):
        raise Refused(f"照这样补正，现场记录前后对不上：{'；'.join(wrong)}")
    return Change(tuple(sorted(change.was)), tuple(sorted(change.now)))


def _with(
    said: verify.FieldRecord, target: Target, value: Any, row: Inspection, permit: PermitRows
) -> verify.FieldRecord:
    """Return the record with one value changed; where nobody entered, nothing was seen to be in order, or read."""
    name, words = target.word, nothing_or(value) if isinstance(value, str) else value
    if name == "entry":
        seen = said._replace(entry=value)
        if value in OUTSIDE:
            seen = seen._replace(point=tuple(each for each in said.point if each[1] != PASS))
        return seen._replace(reading=()) if value in NOBODY_THERE else seen
    if name == "visited_at":
        return said._replace(visited=minute(value))
    if name == "shown_at":
        return said._replace(shown=minute(value))
    if name == "notice_given":
        return said._replace(notice="given" if value == "on" else "not")
    if name in ("met_name", "met_post"):
        old = said.met[0] if said.met else ("", "")
        return said._replace(met=met(*((words, old[1]) if name == "met_name" else (old[0], words))))
    if name in ("verdict", "note"):
        return said._replace(point=_points_with(said, target, words, row))
    if name == "facility":
        return said._replace(facility=tuple((dict(said.facility) | {target.keys[0]: value}).items()))
    if name == "reading":
        return said._replace(reading=_readings_with(said, target, value, permit))
    return said._replace(**{name: words})


def _points_with(said: verify.FieldRecord, target: Target, value: str, row: Inspection) -> tuple[Any, ...]:
    key = target.keys[0]
    points = {each[0]: each for each in said.point}
    if target.word == "note":
        points[key] = key, points[key][1], value
    else:
        # What was noted without a verdict stands in no record, but in the report.
        noted = stored(row).answers.get(int(target.name.partition("_")[2]), Answer()).note
        points[key] = key, value, points[key][2] if key in points else nothing_or(noted)
    return tuple(points.values())


def _readings_with(
    said: verify.FieldRecord, target: Target, value: Decimal | None, permit: PermitRows
) -> tuple[Any, ...]:
    readings = {each[:2]: each for each in said.reading}
    old = readings.pop(target.keys, None)
    if value is not None:
        limit = next(each for each in permit.readings if target.name == f"reading_{each.key}")
        beside = old[3:] if old else (as_name(limit.unit), as_name(limit.limit))
        readings[target.keys] = (*target.keys, decimal_text(value), *beside)
    return tuple(readings.values())


def _too_late(before: Report, after: Report, record: OnSiteRecord) -> list[str]:
    """Whoever freezes a record has been there: however often a time is put right, it is not after that."""
    moments = (
        ("检查时间", before.visited_at, after.visited_at),
        ("亮证告知时间", before.arrival.shown_at, after.arrival.shown_at),
    )
    frozen = record.frozen_at
    at = f"{timezone.localtime(frozen):%Y-%m-%d %H:%M}"
    return [
        f"{name}晚于现场记录固定的时间（{at}）。"
        for name, was, now in moments
        if now and now != was and now > frozen
    ]


def _broken_rules(row: Inspection, before: Report, after: Report, permit: PermitRows) -> list[str]:
    """Return the rules that a report keeps no more. What must be filled in besides is asked for when it is handed in."""
    shown = sheet(row, before.versions)
    since = team_since(row)

    def broken(report: Report) -> list[str]:
        found = faults(
            report.on_site(),
            points=shown.points,
            permit=permit,
            published_at=row.selection.draw.published_at,
            together_since=since,
            stage=Stage.ON_SITE,
        )
        asked_later = ("verdict_", "note_", "facility_", "due_")
        return [fault.message for fault in found if not fault.field.startswith(asked_later)]

    known = set(broken(before))
    return [message for message in broken(after) if message not in known]
