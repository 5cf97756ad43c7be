"""Plays eight quarters: seven that are over, and the one under way."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from drawings.amendments import seals
from drawings.inspections import verbs as inspections
from drawings.inspections.tasks.problems import last_day
from drawings.models import Disclosure, Draw, Inspection, Plan, QuarterReport
from drawings.models.inspection import Outcome
from drawings.models.quarters import last_day_of, quarter_before, quarter_of
from drawings.states import InspectionState
from drawings.statistics import verbs as statistics
from enforcers import demo_records as officers_records
from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry

from . import checklists, draws, objections, people, registry, requests, texts
from .busiest import busiest
from .draws import Quarter
from .stories import LATEST, NOW, After, Ask, Story, past, substitute
from .timeline import DAY, MINUTE, Timeline, moment
from .visits import Staff, Visit, When, schedule

QUARTERS = 8
VOIDED, SEALED = 2, 3  # which of them was drawn twice, and which was secret until its visits were done
# So long a quarter must have run before its visits can be in every state, overdue and late for publication: until then
# the one before counts as under way, and a visit can still be postponed into these days (POSTPONEMENT_DAYS).
UNDER_WAY = 28 * DAY
PREPARED = 21 * DAY  # before the first quarter: the registries are entered, the accounts opened


def quarters(today: datetime.date) -> list[Quarter]:
    """Return the quarters that are played, the oldest first."""
    found = [Quarter(*quarter_of(today - UNDER_WAY))]
    while len(found) < QUARTERS:
        found.insert(0, Quarter(*quarter_before(*found[0])))
    return found


def first_day(quarter: Quarter) -> datetime.date:
    return last_day_of(*quarter_before(*quarter)) + DAY


def fill() -> list[str]:
    """Fill what is missing; return a line on each thing that was done. Run again it does nothing."""
    end = clock.now()
    played = quarters(clock.today())
    begin = moment(first_day(played[0]) - PREPARED, 9)
    people.fixtures(begin)
    told = []
    with clock.at(end if AuditEntry.objects.exists() else begin):
        who = people.accounts()
        told += people.registries(who["admin"])
        who |= people.officers(who["admin"])
    if not Draw.objects.exists():
        with transaction.atomic():
            Play(who, played, end).run()
        told += [_said(draw) for draw in Draw.objects.order_by("pk")]
    officers_records.keep(actor=who["admin"])
    people.request(who["security"])
    return told


def _said(draw: Draw) -> str:
    return f"{draw.title}：{draw.get_state_display()}，抽中 {draw.selections.count()} 家。"


def _fits(row: Inspection, story: Story) -> bool:
    """Say whether a unit can have a story: a permit for its readings, a recipe to hide, an address that leads nowhere."""
    source = row.selection.source
    if story.over:
        return bool(source.conditions.all())
    if story.after == After.RECORD_HIDDEN:
        return source.industry_code.startswith(texts.CHEMICAL)
    if story.outcome == Outcome.UNTRACED:
        return source.industry_code.startswith(texts.EASILY_LOST)
    return True


class Play:
    """All that happens between the opening of the site and now."""

    def __init__(self, who: dict[str, User], played: list[Quarter], end: datetime.datetime):
        self.who, self.played, self.timeline = who, played, Timeline(end)
        self.staff = Staff(who["organiser"], who["organiser2"], who["reviewer"], who["head"])
        self.today = clock.today()

    def run(self) -> None:
        for serial, quarter in enumerate(self.played):
            self._ceremony(serial, quarter)
        self._checklists()
        self._registry()
        self.timeline.run()
        objections.said(self.staff)
        self._next()

    def _is_over(self, serial: int) -> bool:
        return serial < QUARTERS - 1

    def _checklists(self) -> None:
        """One list changes before the quarter under way begins, when no visit is open; a draft is of these days."""
        admin = self.who["admin"]

        def renewed() -> None:
            checklists.renew(admin)
            self.staff.sheets.clear()

        self.timeline.add(moment(first_day(self.played[-1]) - 6 * DAY, 15), renewed)
        drafted = self.timeline.days.last_until(self.today - 2 * DAY).day
        self.timeline.add(moment(drafted, 16), lambda: checklists.leave_draft(admin))

    def _registry(self) -> None:
        """Before the quarter under way begins, one unit takes another name, and one that was found closed is struck off."""
        begin, admin = first_day(self.played[-1]), self.who["admin"]
        self.timeline.add(moment(begin - 12 * DAY, 10), lambda: registry.rename(admin))
        self.timeline.add(moment(begin - 11 * DAY, 10), lambda: registry.strike_off(admin))

    # --- plan and draw ---------------------------------------------------------------------------------------
    def _ceremony(self, serial: int, quarter: Quarter) -> None:
        """Schedule the draw of a quarter: on its second working day, with the plan some days before."""
        day = self.timeline.workday(first_day(quarter) - DAY, 2)
        add, at, over = self.timeline.add, moment(day, 8, 30), self._is_over(serial)
        add(moment(first_day(quarter) - 8 * DAY, 10), lambda: self._plan(quarter, over))
        if over:
            visit_by = self.timeline.workday(day, LATEST)
        else:
            visit_by = self.timeline.days.last_until(min(self.today - DAY, last_day_of(*quarter))).day

        disclosure = Disclosure.SEALED if serial == SEALED else Disclosure.OPEN

        def last() -> Draw:
            return Draw.objects.filter(year=quarter.year, quarter=quarter.number).latest("pk")

        def frozen() -> None:
            draw = draws.start(quarter, self.staff.organiser)
            draws.confirm_changes(draw, self.staff.second)
            draw = draws.freeze(draw, visit_by, self.staff.organiser, dice=over, disclosure=disclosure)
            draws.name_witnesses(draw, serial, self.staff.organiser)
            draws.deposit(draw, self.staff.second)

        def published() -> None:
            draw = last()
            readers = (self.staff.organiser, self.staff.reviewer)
            draw = draws.publish(draw, readers if over else (), self.staff.organiser)
            if over:
                self._past(serial, draw, day)
            else:
                self._now(draw, day)

        if serial == VOIDED:  # the dice of the first try do not count
            add(at, frozen)
            add(at + 35 * MINUTE, lambda: draws.declare_void(last(), self.staff.organiser, self.staff.second))
            at += 50 * MINUTE
        add(at, frozen)
        add(at + 40 * MINUTE, published)

    def _plan(self, quarter: Quarter, over: bool) -> None:
        if over and not Plan.objects.filter(year=quarter.year).exists():
            draws.plan(quarter.year, draws.TRIAL, self.staff.organiser)
        elif not over:
            draws.plan(quarter.year, draws.SCHEME, self.staff.organiser)

    # --- a quarter that is over ------------------------------------------------------------------------------
    def _past(self, serial: int, draw: Draw, day: datetime.date) -> None:
        def when(n: int, hour: int) -> datetime.datetime:
            return moment(self.timeline.workday(day, n), hour)

        for turn, (inspection, story) in enumerate(self._cast(draw, past(serial))):
            until = None
            if story.ask in (Ask.MORE_TIME, Ask.NO_MORE_TIME):
                until = self.timeline.workday(day, story.until_day or LATEST + 6)
            visit = Visit(inspection.pk, story, turn + serial * 5, self.staff, when, until)
            schedule(self.timeline, visit, pace=1)
            if story.replaced:
                self._replace(visit, when)
        if serial == SEALED:
            self.timeline.add(
                when(LATEST + 6, 9), lambda: seals.unseal(draw=draw, actor=self.staff.organiser)
            )
        for n in (19, 36, LATEST + 10):
            self.timeline.add(when(n, 9), lambda: self._publish_all(draw))
        self.timeline.add(when(LATEST + 14, 10), lambda: self._report(draw, ""))
        if serial == QUARTERS - 4:  # a correction after the report asks for a second one
            self.timeline.add(when(LATEST + 15, 10), lambda: self._correct_one(draw))
            self.timeline.add(when(LATEST + 16, 10), lambda: self._report(draw, texts.SECOND_MADE))

    def _cast(self, draw: Draw, stories: Sequence[Story]) -> list[tuple[Inspection, Story]]:
        """Give each story a unit that it fits, and one of the officer who is to see it."""
        left = list(
            Inspection.objects.filter(selection__draw=draw)
            .order_by("pk")
            .prefetch_related("selection__source__conditions", "selection__team__officer__user")
        )
        found, seen = [], busiest()
        for story in stories[: len(left)]:
            fits = [row for row in left if _fits(row, story)]
            own = [row for row in fits if story.of and row.is_on_team(seen[story.of - 1])]
            chosen = (own or fits or left)[0]
            left.remove(chosen)
            found.append((chosen, story))
        return found

    def _replace(self, visit: Visit, when: When) -> None:
        """A unit that was found closed: another one steps in."""
        day = visit.story.visit + 1
        staff = self.staff
        self.timeline.add(when(day, 14), lambda: requests.declare_unit(visit.row, staff.organiser))

        def confirmed() -> None:
            for row in requests.confirm_declared(visit.row.selection.draw, staff.second):
                joined = Visit(row.pk, substitute(day + 3), visit.turn + 3, staff, when)
                schedule(self.timeline, joined, pace=1)

        self.timeline.add(when(day, 16), confirmed)

    def _publish_all(self, draw: Draw) -> None:
        rows = Inspection.objects.filter(selection__draw=draw, state=InspectionState.APPROVED)
        if versions := {row.pk: row.version for row in rows}:
            inspections.publish_all(draw=draw, actor=self.staff.head, versions=versions)

    def _correct_one(self, draw: Draw) -> None:
        row = Inspection.objects.filter(selection__draw=draw, outcome="ordered", corrections=None).first()
        requests.correct(row, self.staff.reviewer)

    def _report(self, draw: Draw, note: str) -> None:
        made = statistics.make(draw=draw, kind="final", note=note, actor=self.staff.organiser)
        self.timeline.add(clock.now() + 3 * 60 * MINUTE, lambda: self._approve(made))

    def _approve(self, made: QuarterReport) -> None:
        statistics.approve(made=made, digest=made.digest, actor=self.staff.head)

    # --- the quarter under way -------------------------------------------------------------------------------
    def _now(self, draw: Draw, day: datetime.date) -> None:
        def when(ago: int, hour: int) -> datetime.datetime:
            """So many days ago, on a working day after the draw."""
            wanted = self.timeline.days.last_until(self.today - max(ago, 1) * DAY).day
            return moment(max(wanted, day + DAY), hour)

        for turn, (inspection, story) in enumerate(self._cast(draw, NOW)):
            until = (
                min(self.today + (story.until_day or 10) * DAY, last_day(inspection)) if story.ask else None
            )
            visit = Visit(inspection.pk, story, turn + 40, self.staff, when, until)
            schedule(self.timeline, visit, pace=-1)
        self.timeline.add(when(1, 17), lambda: self._interim(draw))

    def _interim(self, draw: Draw) -> None:
        statistics.make(draw=draw, kind="interim", note="", actor=self.staff.organiser)

    def _next(self) -> None:
        """The quarter after is opened: the visitor draws it, once a second person has read what changed."""
        last = self.played[-1]
        after = Quarter(*quarter_of(last_day_of(*last) + DAY))
        if not Plan.objects.filter(year=after.year).exists():
            draws.plan(after.year, draws.SCHEME, self.staff.organiser)
        draws.start(after, self.staff.organiser)
        draws.rehearse(after, self.staff.organiser)
