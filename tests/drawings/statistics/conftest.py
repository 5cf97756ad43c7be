"""Quarters in which all sorts of things have happened: drawn by the ceremony, then filled by a seed."""

import datetime
import random

import pytest
from django.utils import timezone

from drawings import public_log
from drawings.ceremony import verbs as ceremony
from drawings.models import (
    ChecklistPoint,
    Correction,
    Draw,
    Finding,
    Inspection,
    InspectionMove,
    LogKind,
    Measure,
    Problem,
    Redaction,
    Selection,
)
from drawings.models.finding_record import correction_of, document
from drawings.models.inspection import NOT_ENTERED, Outcome
from drawings.models.quarters import last_day_of
from drawings.states import InspectionState
from drawings.statistics.counted import BY_OUTCOME
from sources.models import PollutionSource

DAY = datetime.timedelta(days=1)
OWN = {outcome: kind for kind, outcome in BY_OUTCOME.items()}


@pytest.fixture
def draw_of(plan, item, registry, officers, organiser, freeze, settings):
    """Draw a quarter of 2026 and publish it: ``draw_of(3)``."""
    settings.ALLOW_SYSTEM_ENTROPY = True

    def make(quarter):
        draft = ceremony.start(year=2026, quarter=quarter, item=item, actor=organiser)
        drawn = ceremony.draw_from_system(draw=freeze(draft), actor=organiser)
        return ceremony.publish(draw=drawn, actor=organiser)

    return make


class Filler:
    """Fills the tables of one draw as people could have done it, by the numbers of a seed."""

    def __init__(self, draw, seed, by):
        self.draw, self.chance, self.by = draw, random.Random(seed), by
        self.late = random.Random(f"{seed}: substitutes")
        self.points = list(ChecklistPoint.objects.all())

    def substitute(self):
        """Let another unit step in for the first one that has no substitute yet."""
        drawn = self.draw.selections.values("source")
        gone = self.draw.selections.filter(substitute__isnull=True).first()
        spare = PollutionSource.objects.filter(is_active=True).exclude(pk__in=drawn).first()
        comes = Selection.objects.create(
            draw=self.draw, source=spare, stratum=gone.stratum, rank=90 + spare.pk, ticket="0" * 64,
            name=spare.name, replaces=gone,
        )  # fmt: skip
        return Inspection.objects.create(selection=comes, item=gone.inspection.item)

    def fill(self, state=None):
        """Bring each task into the state, or into any one."""
        for row in Inspection.objects.filter(selection__draw=self.draw).order_by("pk"):
            self.task(row, state or self.chance.choice(list(InspectionState)))

    def task(self, row, state, outcome=None):
        chance = self.chance
        visited = self.draw.published_at + chance.randint(1, 110) * DAY
        row.state, row.visited_at, row.outcome = state, visited, outcome or chance.choice(list(Outcome))
        if state == InspectionState.DRAFT and chance.random() < 0.5:
            row.visited_at, row.outcome = None, ""
        if chance.random() < 0.3:
            row.postponed_to = last_day_of(self.draw.year, self.draw.quarter) + chance.randint(1, 30) * DAY
        if self.late.random() < 0.3:
            row.substitute_by = (
                last_day_of(self.draw.year, self.draw.quarter) + self.late.randint(-30, 40) * DAY
            )
        if state == InspectionState.PUBLISHED:
            row.published_at = visited + chance.randint(0, 50) * DAY
        if chance.random() < 0.5:
            row.publish_by = (visited + 27 * DAY).date()
        row.save()
        self.results(row)
        for _ in range(chance.randint(0, 2)):
            InspectionMove.objects.create(inspection=row, state=InspectionState.RETURNED, by=self.by)
        InspectionMove.objects.create(inspection=row, state=InspectionState.SUBMITTED, by=self.by)
        if state == InspectionState.PUBLISHED:
            self.publish(row)
        if chance.random() < 0.3:
            self.problem(row)

    def results(self, row):
        chance = self.chance
        verdicts = ["pass", "absent", ""] + ([] if row.outcome == Outcome.CLEAN else ["fail", "fail"])
        for version in {point.version_id for point in self.points}:
            row.checklists.get_or_create(version_id=version)
        for point in self.points:
            Finding.objects.create(inspection=row, point=point, verdict=chance.choice(verdicts))
        # Half of the results are finding/1: they have no measures.
        own = {OWN[row.outcome]} if row.outcome in OWN else set()
        if row.outcome and row.outcome not in (Outcome.CLEAN, *NOT_ENTERED) and chance.random() < 0.5:
            for kind in sorted(own | set(chance.sample(Measure.Kind.values, 2))):
                Measure.objects.create(inspection=row, kind=kind)

    def publish(self, row):
        public_log.append(LogKind.FINDING, row.log_subject, row.log_digest(row.public_record()))
        for number in range(self.chance.choice([0, 0, 1, 2])):
            correction = Correction.objects.create(inspection=row, text=f"更正{number}", by=self.by)
            record = correction_of(
                self.draw.code, row.selection.source.number, number + 1, "", correction.text
            )
            public_log.append(LogKind.CORRECTION, row.log_subject, row.log_digest(document(record)))
            self.redact(correction=correction, text="correction")
        self.redact(inspection=row, text="summary")

    def redact(self, **what):
        fate = self.chance.choice(["none", "asked", "hidden"])
        if fate != "none":
            now = timezone.now()
            target = "/".join(str(getattr(value, "pk", value)) for value in what.values())
            confirmed = {"confirmed_by": self.by, "confirmed_at": now} if fate == "hidden" else {}
            Redaction.objects.create(
                draw=self.draw,
                target=target,
                legal_reason="含个人信息",
                declared_by=self.by,
                **what,
                **confirmed,
            )

    def problem(self, row):
        Problem.objects.create(
            inspection=row, kind=Problem.Kind.REPORT, reason=f"HIDDEN-{row.pk}", asked_by=self.by,
            asked_at=timezone.now(), goes_up=self.chance.random() < 0.5,
        )  # fmt: skip


@pytest.fixture
def filler(organiser):
    """Return what fills a draw by a seed: ``filler(draw, 7).fill()``."""
    return lambda draw, seed=0: Filler(draw, seed, organiser)


@pytest.fixture
def done(draw_of, filler, clock):
    """The fourth quarter with every result published, after its last day."""
    draw = draw_of(4)
    filler(draw, 3).fill(InspectionState.PUBLISHED)
    clock.move(days=200)
    return Draw.objects.get(pk=draw.pk)
