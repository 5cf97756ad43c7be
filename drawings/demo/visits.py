"""The way of one inspection, from what the team asks to what becomes of its public record."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from drawings.inspections import verbs
from drawings.inspections.field.choice import Unit
from drawings.inspections.field.report import Report, stored
from drawings.inspections.field.sheet import Sheet
from drawings.models import Inspection
from drawings.privacy_gate.verbs import Reason
from drawings.states import InspectionState
from wugang_audit.accounts.models import User

from . import gate, photos, requests, texts
from .reports import report
from .stories import After, Ask, Story
from .timeline import MINUTE, Step, Timeline

State = InspectionState
# Which of the texts is hidden, and why.
HIDING = {
    After.SUMMARY_HIDDEN: ("summary", texts.REDACTION),
    After.RECORD_HIDDEN: ("finding", texts.COMMERCE),
    After.TO_HIDE: ("summary", texts.COMMERCE),
}
# Gives the moment on the n-th day of a story, at an hour: a working day of its quarter, or so many days ago.
When = Callable[[int, int], datetime.datetime]


@dataclass(frozen=True)
class Staff:
    """Who acts beside the officers, and the sheets that were read so far."""

    organiser: User
    second: User
    reviewer: User
    head: User
    sheets: dict[Unit, Sheet] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """One inspection and its story. `turn` says which of the texts is used, and sets the visits apart by minutes."""

    inspection: int
    story: Story
    turn: int
    staff: Staff
    when: When
    until: datetime.date | None = None  # the day that is asked for, where more time is

    @property
    def row(self) -> Inspection:
        """Read anew at each step, as a page does."""
        rows = Inspection.objects.select_related("selection__draw", "selection__source")
        return rows.get(pk=self.inspection)

    def _text(self, row: Inspection, at: datetime.datetime) -> Report:
        made = report(row, self.story.outcome, self.turn, at, sheets=self.staff.sheets, over=self.story.over)
        said = {
            After.SUMMARY_HIDDEN: texts.HIDDEN,
            After.RECORD_HIDDEN: texts.RECIPE,
            After.TO_HIDE: made.summary + texts.TO_HIDE,
        }
        summary = said.get(self.story.after, made.summary) + (
            texts.PUBLISHED_NUMBER if self.story.marked else ""
        )
        return replace(made, summary=summary)

    # --- steps, each at its own moment -----------------------------------------------------------------------
    def draft(self, at: datetime.datetime) -> None:
        """Keep half of a report."""
        row = self.row
        made = self._text(row, at)
        half = dict(list(made.answers.items())[: len(made.answers) // 2])
        begun = replace(
            made,
            outcome="",
            summary=texts.DRAFTS[self.turn % 3],
            answers=half,
            measures={},
            readings={},
            facilities={},
        )
        actor = requests.team_of(row)[0]
        verbs.save_draft(inspection=row, actor=actor, version=row.version, report=begun)

    def freeze(self, at: datetime.datetime, *, signed: bool = True) -> None:
        """Freeze the on-site record, and let it be signed."""
        made = self._text(self.row, at)
        photos.take(self.row, self.story.photos, self.turn, at)
        record = gate.freeze(self.row, made, self.turn)
        if signed:
            gate.sign(record, self.turn)

    def submit(self, at: datetime.datetime, added: str = "") -> None:
        if not gate.is_frozen(self.row):
            self.freeze(at)
        row = self.row
        made = self._text(row, at)
        open_ = {"outcome": made.outcome, "measures": made.measures, "summary": made.summary + added}
        made = replace(stored(row), **open_)
        actor = requests.team_of(row)[0]
        why = {"summary": Reason(texts.WHY_PUBLISHED, [texts.PUBLISHED_LINE])} if self.story.marked else None
        verbs.submit(inspection=row, actor=actor, version=row.version, report=made, not_personal=why)

    def send_back(self, again: bool) -> None:
        row = self.row
        comment, notes = texts.SECOND_RETURN if again else texts.RETURNS[self.turn % len(texts.RETURNS)]
        actor = self.staff.reviewer
        verbs.send_back(inspection=row, actor=actor, version=row.version, comment=comment, notes=notes)

    def approve(self) -> None:
        photos.let_be_public(self.row, self.staff.reviewer)
        row = self.row
        verbs.approve(inspection=row, actor=self.staff.reviewer, version=row.version)

    def publish(self) -> None:
        """Publish it alone, unless it was published with others."""
        row = self.row
        if row.state == State.APPROVED:
            verbs.publish(inspection=row, actor=self.staff.head, version=row.version)


class Diary:
    """Puts the steps of a visit into the timeline, each some minutes after the one before at least."""

    def __init__(self, timeline: Timeline, visit: Visit):
        self.timeline, self.visit = timeline, visit
        self.last: datetime.datetime | None = None

    def at(self, day: int, hour: int) -> datetime.datetime:
        wanted = self.visit.when(day, hour) + (self.visit.turn * 7 % 50) * MINUTE
        self.last = max(wanted, self.last + 20 * MINUTE) if self.last else wanted
        return self.last

    def add(self, day: int, hour: int, step: Step) -> datetime.datetime:
        at = self.at(day, hour)
        self.timeline.add(at, step)
        return at


def schedule(timeline: Timeline, visit: Visit, *, pace: int) -> None:
    """Schedule all that a story tells.

    :param pace: 1 where the days of the story count forwards, -1 where they count how long ago it was.
    """
    diary, story, day = Diary(timeline, visit), visit.story, visit.story.visit
    if story.ask:
        _ask(diary, visit, (day or 5) - 3 * pace)
    if story.until is None:
        return
    at = diary.at(day, 9)
    if story.until == State.DRAFT:
        frozen = visit.turn % 3 == 1
        timeline.add(at + 40 * MINUTE, lambda: visit.freeze(at, signed=False) if frozen else visit.draft(at))
        return
    if visit.turn % 4 == 1:
        timeline.add(at + 40 * MINUTE, lambda: visit.draft(at))
    diary.add(day, 15, lambda: visit.submit(at))
    added = ""
    for again in range(story.returned):
        day += pace
        diary.add(day, 10, lambda again=again: visit.send_back(again > 0))
        if story.until == State.RETURNED and again == story.returned - 1:
            return
        added += (texts.ADDED, texts.ADDED_AGAIN)[again]
        diary.add(day, 15, lambda added=added: visit.submit(at, added))
    if story.over:
        _sample(diary, visit, day, pace)
    if story.until == State.SUBMITTED:
        return
    diary.add(day + 2 * pace, 10, visit.approve)
    if story.until == State.PUBLISHED:
        if pace < 0 or story.after:
            diary.add(day + 6 * pace, 16, visit.publish)
        _after(diary, visit, day + 8 * pace, pace)


def _ask(diary: Diary, visit: Visit, day: int) -> None:
    staff, ask, turn = visit.staff, visit.story.ask, visit.turn

    def then(hour: int, step: Callable[[Inspection], object]) -> None:
        diary.add(day, hour, lambda: step(visit.row))

    if ask in (Ask.MORE_TIME, Ask.NO_MORE_TIME, Ask.TIME_UNANSWERED):
        then(9, lambda row: requests.postpone(row, visit.until, turn))
        if ask != Ask.TIME_UNANSWERED:
            granted = ask == Ask.MORE_TIME
            then(11, lambda row: requests.decide(row, turn, staff.organiser, granted=granted))
    elif ask in (Ask.PROBLEM, Ask.PROBLEM_UNANSWERED):
        then(9, lambda row: requests.problem(row, turn))
        if ask == Ask.PROBLEM:
            then(14, lambda row: requests.answer(row, turn, staff.organiser))
    elif ask in (Ask.TRAINED, Ask.TRAINED_UNCONFIRMED):
        then(9, lambda row: requests.declare_officer(row, texts.TRAINING_EVIDENCE, staff.organiser))
        if ask == Ask.TRAINED:
            then(10, lambda row: requests.confirm_declared(row.selection.draw, staff.reviewer))
    else:
        _recusal(then, ask, staff)


def _recusal(
    then: Callable[[int, Callable[[Inspection], object]], None], ask: Ask | None, staff: Staff
) -> None:
    reasons = {Ask.RECUSED: texts.RECUSAL, Ask.NOT_RECUSED: texts.RECUSAL_REFUSED[0]}
    reason = reasons.get(ask, texts.RECUSAL_WAITING)
    then(9, lambda row: requests.ask_recusal(row, reason))
    if ask == Ask.RECUSED:
        then(10, lambda row: requests.grant_recusal(row, staff.organiser))
        then(11, lambda row: requests.confirm_declared(row.selection.draw, staff.second))
    elif ask == Ask.NOT_RECUSED:
        then(11, lambda row: requests.refuse_recusal(row, staff.organiser))


def _sample(diary: Diary, visit: Visit, day: int, pace: int) -> None:
    """Samples are taken on the day, received on the next one; of a visit under way their result is still out."""
    diary.add(day, 16, lambda: requests.ask_sample(visit.row))
    diary.add(day + pace, 9, lambda: requests.receive_sample(visit.row))
    if pace > 0:
        over = visit.turn % 2 == 0
        at = visit.when(day + 9, 10) + MINUTE
        diary.timeline.add(at, lambda: requests.result_of_sample(visit.row, over=over))


def _after(diary: Diary, visit: Visit, day: int, pace: int) -> None:
    after, staff = visit.story.after, visit.staff
    if after == After.CORRECTED:
        diary.add(day, 10, lambda: requests.correct(visit.row, staff.reviewer))
    elif after:
        text, reason = HIDING[after]
        diary.add(day, 10, lambda: requests.ask_to_hide(visit.row, text, reason, staff.reviewer))
        if after != After.TO_HIDE:
            diary.add(day + pace, 10, lambda: requests.hide(visit.row.selection.draw, staff.head))
