"""The machine's clock behind the last record: steps of a draw are refused in words, other entries carry a mark."""

import pytest
from attack_cases import BALLS, DICE, LOTTERY, THROWS
from django.core.management import CommandError, call_command

from drawings import public_log
from drawings.amendments import seals, voids
from drawings.ceremony import verbs
from drawings.models import Draw, LogEntry
from drawings.states import Refused
from wugang_audit.audit import trail
from wugang_audit.audit.models import AuditEntry


def state():
    draws = Draw.objects.values_list("state", "unsealed_at", "void_reason")
    return [*draws], LogEntry.objects.count(), AuditEntry.objects.count()


def refused(step, words):
    before = state()
    with pytest.raises(Refused) as refusal:
        step()
    assert str(refusal.value).startswith(f"服务器时钟比上一条记录慢 {words} （上一条：2026-10-")
    assert "请先校准服务器时间，再重新操作" in str(refusal.value)
    assert state() == before


def test_no_freeze_while_the_clock_is_behind(draft, freeze, clock):
    clock.move(minutes=-2, seconds=-5)
    refused(lambda: freeze(draft, DICE, LOTTERY), "2 分 5 秒")


def test_no_reading_of_a_value_while_the_clock_is_behind(outside_draw, enter, organiser, reviewer, clock):
    trail.record(None, "试写", "对象")
    clock.move(minutes=20)
    trail.record(None, "登录", "对象")
    clock.move(minutes=-10)
    source = outside_draw.next_source()
    refused(lambda: verbs.enter_value(entropy=source, value=THROWS, actor=organiser), "10 分")


def test_no_publication_void_or_unsealing_while_the_clock_is_behind(
    outside_draw, enter, organiser, organiser2, clock
):
    enter(outside_draw, THROWS)
    clock.move(hours=12)
    enter(outside_draw, BALLS)
    draw = Draw.objects.get()
    request = voids.request_void(draw=draw, reason="registry", evidence="名单有误", actor=organiser)
    clock.move(hours=-1, minutes=-1)
    refused(lambda: verbs.publish(draw=draw, actor=organiser), "1 小时 1 分")
    refused(lambda: voids.confirm_void(request=request, actor=organiser2), "1 小时 1 分")


def test_no_seal_is_lifted_while_the_clock_is_behind(clock, sealed, organiser):
    clock.move(days=-1)
    refused(lambda: seals.unseal(draw=sealed, actor=organiser), "1 天")


@pytest.mark.parametrize("command", ["anchor_audit", "unseal_due"])
def test_the_commands_say_it_and_fail(clock, frozen_draw, command):
    trail.record(None, "试写", "对象")
    clock.move(minutes=-1)
    with pytest.raises(CommandError, match="服务器时钟比上一条记录慢 1 分 "):
        call_command(command)


@pytest.mark.parametrize(("seconds", "passes"), [(0, True), (5, True), (6, False)])
def test_five_seconds_are_let_pass(clock, frozen_draw, seconds, passes):
    clock.move(seconds=-seconds)
    if not passes:
        return refused(lambda: public_log.append("void", "x", "0" * 64), "6 秒")
    row = public_log.append("void", "x", "0" * 64)
    assert row.time == LogEntry.objects.get(index=1).time
    return None


def test_after_a_clock_that_ran_ahead_the_bureau_may_go_on(clock, draft, freeze, organiser, settings):
    trail.record(None, "开立账号", organiser, {"roles": sorted(organiser.granted_roles)})
    clock.move(days=3650)
    trail.record(None, "登录", "时钟快了十年")
    clock.move(days=-3650)
    settings.ALLOW_CLOCK_BEHIND = True
    freeze(draft, DICE, LOTTERY)
    assert AuditEntry.objects.get(action="冻结名单").clock_behind
    assert public_log.recompute().broken is None
    call_command("verify_audit")
