"""A plan, and draws in each state, made by the very verbs that the site uses."""

import datetime

import pytest
from django.utils import timezone

from drawings.ceremony import queries, verbs
from drawings.models import InspectionItem, Plan, PlanRate
from drawings.protocol import verify
from sources.models import Category


class Clock:
    """The time of the test: it stands still until it is moved."""

    def __init__(self, moment):
        self.moment = moment

    def __call__(self):
        return self.moment

    def move(self, **delta):
        self.moment += datetime.timedelta(**delta)


@pytest.fixture
def clock(monkeypatch):
    """Stop the clock at 9 o'clock on 8 October 2026, Shanghai time."""
    clock = Clock(datetime.datetime(2026, 10, 8, 1, 0, tzinfo=datetime.UTC))
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def item(specialities):
    return InspectionItem.objects.get()


@pytest.fixture
def plan(item, organiser):
    """The published plan of 2026 with the rates of the scheme."""
    plan = Plan.objects.create(
        year=2026,
        title="2026年度抽查计划",
        document_number="平舞环〔2024〕40号",
        basis="国办发〔2015〕58号",
        created_by=organiser,
        published_at=timezone.now(),
        published_by=organiser,
    )
    plan.items.add(item)
    for position, (stratum, n, d) in enumerate(
        [(Category.KEY, 25, 100), (Category.SPECIAL, 25, 100), (Category.GENERAL, 1, 4)], 1
    ):
        PlanRate.objects.create(plan=plan, stratum=stratum, numerator=n, denominator=d, position=position)
    return plan


@pytest.fixture
def draft(plan, item, registry, officers, organiser):
    """The draw of 2026Q4 as a draft, with a registry and three officers."""
    return verbs.start(year=2026, quarter=4, item=item, actor=organiser)


@pytest.fixture
def freeze(organiser):
    """Freeze a draw on the given sources, by default on `system`."""

    def do(draw, *sources, actor=organiser):
        sources = list(sources) or [verify.Source("system", "os", "2026-10-08T09:00:00+08:00")]
        seen = queries.snapshot(draw).fingerprint
        return verbs.freeze(draw=draw, sources=sources, seen=seen, actor=actor)

    return do


@pytest.fixture
def frozen_draw(draft, freeze, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    return freeze(draft)


@pytest.fixture
def drawn_draw(frozen_draw, organiser):
    return verbs.draw_from_system(draw=frozen_draw, actor=organiser)


@pytest.fixture
def published_draw(drawn_draw, organiser):
    return verbs.publish(draw=drawn_draw, actor=organiser)
