"""Pre-flight and freeze: what blocks, what only warns, and what the freeze fixes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drawings.ceremony import verbs
from drawings.ceremony.preflight import checks
from drawings.models import Draw, LogEntry, Plan
from drawings.plans import quotas
from drawings.plans import verbs as plans
from drawings.protocol import verify
from drawings.states import DrawState, Refused
from enforcers.models import Officer, Recusal
from sources.models import Category, PollutionSource
from wugang_audit.audit.models import AuditEntry


def test_quotas_follow_the_scheme_and_round_up(draft):
    flight = checks.preflight(draft)
    assert [(q.code, q.base, q.take) for q in flight.quotas] == [
        ("key", 5, 2),
        ("special", 3, 1),
        ("general", 9, 3),
    ]
    assert flight.quotas[0].arithmetic == "参加抽签 5 家 × 25/100，有小数进一 = 2 家"


def test_under_the_officers_reading_the_quota_counts_officers(draft, plan):
    Plan.objects.filter(pk=plan.pk).update(general_reading=Plan.Reading.OFFICERS)
    general = checks.preflight(draft).quotas[2]
    assert (general.rule, general.wanted, general.take) == ("officers*4/1", 12, 9)


def test_both_readings_stand_side_by_side(plan, registry, officers):
    found = quotas.readings(plan)
    assert [(reading.label, reading.chosen, reading.quota.take) for reading in found] == [
        ("每 4 家一般排污单位抽 1 家", True, 3),
        ("在岗执法人员与一般排污单位之比 1:4（每季度）", False, 9),
        ("在岗执法人员与一般排污单位之比 1:4（全年，分四个季度）", False, 3),
    ]


def test_a_draw_without_a_published_plan_is_blocked(draft, plan, freeze):
    Plan.objects.filter(pk=plan.pk).update(published_at=None)
    flight = checks.preflight(draft)
    assert (len(flight.blocks), flight.plan) == (1, None)
    with pytest.raises(Refused, match="计划还没有公布"):
        freeze(draft)


def test_a_draw_without_an_eligible_officer_is_blocked(draft):
    Officer.objects.update(duty_state="leave")
    flight = checks.preflight(draft)
    assert flight.blocks == ["没有在岗且执法证有效的执法人员：请先导入或更新执法人员名录。"]
    assert [why for _, why in flight.absent] == ["请假", "请假", "请假"]


def test_an_expired_certificate_keeps_an_officer_at_home(draft, officers, clock):
    Officer.objects.filter(pk=officers[2].pk).update(certificate_expiry="2026-10-07")
    flight = checks.preflight(draft)
    assert [officer.name for officer in flight.snapshot.officers] == ["甲", "乙"]
    assert flight.absent == [(officers[2], "执法证已于 2026-10-07 到期")]


def test_a_certificate_is_valid_on_its_last_day(draft, officers, clock):
    Officer.objects.filter(pk=officers[2].pk).update(certificate_expiry="2026-10-08")
    assert len(checks.preflight(draft).snapshot.officers) == 3


def test_a_unit_with_fewer_than_two_officers_left_blocks(draft, officers, registry, freeze):
    for officer in officers[:2]:
        Recusal.objects.create(officer=officer, source=registry[0], reason="亲属")
    flight = checks.preflight(draft)
    assert [(unit.unit, count) for unit, count in flight.few_at_all] == [("410481-0001", 1)]
    with pytest.raises(Refused, match="不足两名"):
        freeze(draft)
    assert not LogEntry.objects.exists()


def test_units_with_few_matching_officers_only_warn(draft):
    flight = checks.preflight(draft)
    assert flight.ready
    assert {(unit.speciality, count) for unit, count in flight.few_matching} == {("livestock", 1)}


def test_standings_of_the_registry_reach_the_pool(frozen_draw, registry):
    pool = verify.parse_pool(frozen_draw.file("pool.tsv"))
    standings = {unit.unit: unit.standing for unit in pool.units}
    assert standings["410481-0001"] == "in"
    assert standings["410481-0018"] == "stopped"
    assert standings["410481-0019"] == "exempt"


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({"operating_state": "seasonal"}, "in"),
        ({"operating_state": "seasonal", "out_of_season": True}, "stopped"),
        ({"operating_state": "normal", "out_of_season": True}, "in"),
        ({"operating_state": "stopped"}, "stopped"),
        ({"operating_state": "stopped", "exempt_reason": "已关闭"}, "exempt"),
        ({"exempt_reason": "  "}, "in"),
    ],
)
def test_standing_of_a_unit(make_source, fields, standing):
    assert make_source(50, **fields).standing == standing


def test_a_unit_struck_off_is_not_in_the_pool(draft, registry, freeze, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    PollutionSource.objects.filter(number="410481-0002").update(is_active=False)
    pool = verify.parse_pool(freeze(draft).file("pool.tsv"))
    assert "410481-0002" not in {unit.unit for unit in pool.units}


def test_the_freeze_publishes_the_commit_and_logs_it(frozen_draw, organiser):
    commit = verify.parse_commit(frozen_draw.file("commit.txt"))
    entry = LogEntry.objects.get()
    assert frozen_draw.state == DrawState.FROZEN
    assert (entry.kind, entry.subject, entry.digest) == ("commit", "2026Q4", frozen_draw.commit_digest)
    assert frozen_draw.commit_digest == verify.digest(frozen_draw.file("commit.txt"))
    assert commit.previous == "0" * 64
    assert commit.program == tuple(verify.digest(text) for text in verbs.programs().values())
    assert commit.pool == verify.digest(frozen_draw.file("pool.tsv"))
    audited = AuditEntry.objects.get(action="冻结名单")
    assert (audited.actor, audited.changes["commit"]) == (organiser, frozen_draw.commit_digest)


def test_a_second_freeze_changes_nothing_and_says_so(frozen_draw, freeze):
    files = list(frozen_draw.files.values_list("name", "digest"))
    with pytest.raises(Refused, match="刚刚操作过"):
        freeze(frozen_draw)
    assert list(frozen_draw.files.values_list("name", "digest")) == files
    assert LogEntry.objects.count() == 1


def test_a_registry_that_changed_after_the_preflight_is_looked_at_again(draft, organiser, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    seen = checks.preflight(draft).snapshot.fingerprint
    PollutionSource.objects.filter(number="410481-0001").update(category=Category.GENERAL)
    sources = [verify.Source("system", "os", "2026-10-08T09:00:00+08:00")]
    with pytest.raises(Refused, match="有变动"):
        verbs.freeze(draw=draft, sources=sources, seen=seen, actor=organiser)
    assert Draw.objects.get().state == DrawState.DRAFT


def test_system_randomness_is_refused_unless_the_settings_allow_it(draft, freeze):
    with pytest.raises(Refused, match="不允许使用系统随机数"):
        freeze(draft)


def test_a_source_that_may_already_be_known_is_refused(draft, freeze, clock):
    with pytest.raises(Refused, match="已经过去"):
        freeze(draft, verify.Source("dice10", "20", "2026-10-08T09:00:00+08:00"))


def test_fewer_than_64_bits_are_refused(draft, freeze, clock):
    with pytest.raises(Refused):
        freeze(draft, verify.Source("dice10", "19", "2026-10-08T09:10:00+08:00"))
    assert Draw.objects.get().state == DrawState.DRAFT


def test_the_number_of_queries_does_not_grow_with_the_registry(draft, make_source, officers):
    with CaptureQueriesContext(
        connection,
    ) as few:
        checks.preflight(draft)
    for serial in range(100, 130):
        source = make_source(serial)
        Recusal.objects.create(officer=officers[0], source=source, reason="x")
    with CaptureQueriesContext(connection) as many:
        checks.preflight(draft)
    assert len(many) == len(few)


def test_a_quarter_has_one_live_draw(draft, item, organiser):
    with pytest.raises(Refused, match="已经有一次抽签"):
        verbs.start(year=2026, quarter=4, item=item, actor=organiser)


def test_after_a_void_the_next_try_bears_a_number_and_a_commit_that_follows(
    frozen_draw, item, organiser, freeze, void
):
    void(frozen_draw)
    again = verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    assert (again.code, again.title) == ("2026Q4-2", "2026年第4季度抽查（第2次）")
    again = freeze(again)
    void_entry = LogEntry.objects.get(kind="void")
    assert verify.parse_commit(again.file("commit.txt")).previous == void_entry.chain


def test_a_published_plan_is_published_once(plan, organiser):
    with pytest.raises(Refused, match="公布过"):
        plans.publish(plan=plan, actor=organiser)


def test_a_plan_without_an_item_is_not_published(plan, organiser):
    Plan.objects.filter(pk=plan.pk).update(published_at=None)
    plan.items.clear()
    with pytest.raises(Refused, match="法无规定不得检查"):
        plans.publish(plan=plan, actor=organiser)
