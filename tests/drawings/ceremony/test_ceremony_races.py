"""Two people press the same button at the same moment, on two real connections: one effect."""

import datetime

import pytest
from attack_cases import BALLS, DICE, LOTTERY, THROWS
from django.core.management import call_command
from django.db import transaction
from races import race

from drawings import public_log
from drawings.amendments import voids
from drawings.ceremony import verbs
from drawings.ceremony.papers import verbs as records
from drawings.ceremony.preflight import changes, checks
from drawings.models import Draw, DrawFile, EntropySource, LogEntry, Selection
from drawings.protocol import verify
from drawings.states import DrawState
from wugang_audit.audit import trail
from wugang_audit.audit.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_start_the_same_quarter(plan, item, registry, officers, organiser, organiser2):
    actions = [
        lambda actor=actor: verbs.start(year=2026, quarter=4, item=item, actor=actor)
        for actor in (organiser, organiser2)
    ]
    assert race(*actions) == ["done", "refused"]
    assert Draw.objects.count() == 1


def test_two_people_freeze_the_same_draw(draft, organiser, organiser2, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    seen = checks.snapshot(draft).fingerprint
    sources = [verify.Source("system", "os", "2026-10-08T09:00:00+08:00")]
    actions = [
        lambda actor=actor: verbs.freeze(draw=draft, sources=sources, seen=seen, actor=actor)
        for actor in (organiser, organiser2)
    ]
    assert race(*actions) == ["done", "refused"]
    assert Draw.objects.get().state == DrawState.FROZEN
    assert DrawFile.objects.filter(name="commit.txt").count() == 1
    assert LogEntry.objects.filter(kind="commit").count() == 1


def test_the_last_value_drawn_twice_at_once_gives_one_result(frozen_draw, organiser, organiser2):
    actions = [
        lambda actor=actor: verbs.draw_from_system(draw=frozen_draw, actor=actor)
        for actor in (organiser, organiser2)
    ]
    assert race(*actions) == ["done", "refused"]
    assert DrawFile.objects.filter(name="result.tsv").count() == 1
    assert Selection.objects.count() == 6
    assert LogEntry.objects.filter(kind="result").count() == 1


def test_publishing_and_voiding_at_once_leaves_a_whole_story(drawn_draw, organiser, organiser2):
    request = voids.request_void(draw=drawn_draw, reason="system", evidence="两个人同时操作", actor=organiser)
    outcomes = race(
        lambda: verbs.publish(draw=drawn_draw, actor=organiser),
        lambda: voids.confirm_void(request=request, actor=organiser2),
    )
    # Whoever came second acted on what the first had left: a published draw may still be voided, a void is final.
    assert outcomes in (["done", "done"], ["done", "refused"])
    assert Draw.objects.get().state == DrawState.VOID
    verify.parse_log(public_log.text())


def test_the_chains_hold_when_many_write_at_once(organiser):
    actions = [lambda n=n: trail.record(organiser, "试写", f"第{n}次", {"n": n}) for n in range(6)]
    actions += [lambda n=n: public_log.append("finding", f"x/{n}", "0" * 64) for n in range(6)]
    assert race(*actions) == ["done"] * 12
    assert trail.first_break(AuditEntry.objects.order_by("index")) is None
    assert len(verify.parse_log(public_log.text())) == 6


def test_steps_that_leave_the_trails_head_in_the_log_wait_for_each_other(plan, organiser):
    """Each locks both tables; whoever locked the trail first would wait for who locked the log first, for ever."""
    trail.record(None, "开立账号", organiser, {"roles": sorted(organiser.granted_roles)})

    @transaction.atomic
    def step(number):
        public_log.append("finding", f"x/{number}", "0" * 64)
        trail.record(organiser, "试写", f"第{number}次")
        public_log.anchor()

    others = [public_log.anchor, lambda: trail.record(None, "登录", "别人"), public_log.anchor]
    assert race(*(lambda n=n: step(n) for n in range(5)), *others) == ["done"] * 8
    assert trail.first_break(AuditEntry.objects.order_by("index")) is None
    rows = verify.parse_log(public_log.text())
    heads = [int(row.subject.removeprefix("audit/")) for row in rows if row.kind == "audit"]
    assert heads == sorted(set(heads)) and len(heads) >= 5
    call_command("verify_audit")


def test_two_people_confirm_the_changes_at_once(published_draw, item, registry, organiser, organiser2, head):
    second = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    registry[0].operating_state = "stopped"
    registry[0].save()
    seen = changes.compare(second, checks.snapshot(second)).fingerprint
    actions = [
        lambda actor=actor: records.confirm_changes(draw=second, seen=seen, actor=actor)
        for actor in (organiser2, head)
    ]
    assert race(*actions) == ["done", "refused"]
    assert second.confirmations.count() == 1


def test_one_issue_gets_one_value_although_two_draws_take_it_at_once(
    draft, item, freeze, organiser, organiser2, reviewer, clock
):
    draws = [draft, verbs.start(year=2026, quarter=3, item=item, actor=organiser)]
    for draw in draws:
        freeze(draw, DICE, LOTTERY)
    clock.moment = datetime.datetime.fromisoformat(DICE.time)
    for draw in draws:
        for actor in (organiser, organiser2):
            verbs.enter_value(entropy=draw.next_source(), value=THROWS, actor=actor)
    clock.moment = datetime.datetime.fromisoformat(LOTTERY.time)
    last = [draw.next_source() for draw in draws]
    values = [BALLS, "01 05 12 23 28 31 08"]
    for entropy, value in zip(last, values, strict=True):
        verbs.enter_value(entropy=entropy, value=value, actor=organiser)
    actions = [
        lambda entropy=entropy, value=value: verbs.enter_value(entropy=entropy, value=value, actor=reviewer)
        for entropy, value in zip(last, values, strict=True)
    ]
    assert race(*actions) == ["done", "refused"]
    accepted = EntropySource.objects.filter(source="ssq").exclude(value="").values_list("value", flat=True)
    assert len(accepted) == 1
