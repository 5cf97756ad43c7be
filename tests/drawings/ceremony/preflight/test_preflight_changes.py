"""The registry against the last draw's frozen files: what changed, who changed it, and the second person."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from drawings.ceremony import verbs
from drawings.ceremony.papers import verbs as records
from drawings.ceremony.preflight import attribution, changes, checks
from drawings.models import ChangesConfirmed, Draw, Plan, PlanRate
from drawings.states import Refused
from enforcers.models import Ability, Officer, Recusal
from sources.models import Category, PollutionSource
from wugang_audit.audit.models import AuditEntry
from wugang_audit.staff.desk import todos_of


@pytest.fixture
def next_draft(published_draw, item, organiser):
    """A draw of another quarter of the same year, after 2026Q4 was published."""
    return verbs.start(year=2026, quarter=3, item=item, actor=organiser)


def by(user, reason="", **fields):
    """Change a row of a registry as a person does in the admin."""

    def change(row):
        for name, value in fields.items():
            setattr(row, name, value)
        row._history_user, row._change_reason = user, reason
        row.save()

    return change


def compared(draw):
    found = changes.compare(draw, checks.snapshot(draw))
    return attribution.attribute(found, draw.year)


def told(draw):
    """All lines as (kind, id, before, after, who, why)."""
    lines = [line for lines in compared(draw).lines.values() for line in lines]
    return [(line.kind.value, line.ident, line.before, line.after, line.who, line.why) for line in lines]


def confirm(draw, actor):
    seen = changes.compare(draw, checks.snapshot(draw)).fingerprint
    return records.confirm_changes(draw=draw, seen=seen, actor=actor)


def test_the_first_draw_has_nothing_to_compare_with(draft):
    flight = checks.preflight(draft)
    assert (flight.comparison, flight.ready) == (None, True)


def test_an_unchanged_registry_asks_nobody(next_draft, freeze):
    flight = checks.preflight(next_draft)
    assert (flight.comparison.total, flight.ready) == (0, True)
    assert freeze(next_draft).changes == {"since": "2026Q4", "counts": {}}


def test_each_change_of_a_unit_is_told_with_its_author_and_reason(
    next_draft, registry, make_source, admin, specialities
):
    by(admin, "列入重点名录", category=Category.SPECIAL)(registry[0])
    by(admin, "停产通知", operating_state="stopped")(registry[1])
    by(admin, "", name="虚构3号新材料厂")(registry[2])
    by(admin, "改换行业", speciality=specialities["livestock"])(registry[3])
    by(admin, "注销", is_active=False)(registry[4])
    make_source(60)
    PollutionSource.history.filter(number="410481-0060").update(history_user=admin)
    assert told(next_draft) == [
        ("unit-in", "410481-0060", "", "一般排污单位", "苏管理", ""),
        ("unit-out", "410481-0005", "重点排污单位", "不在名录库", "苏管理", "注销"),
        ("stratum", "410481-0001", "重点排污单位", "特殊监管对象", "苏管理", "列入重点名录"),
        ("standing", "410481-0002", "参加抽签", "停产", "苏管理", "停产通知"),
        ("speciality", "410481-0004", "化工与医药", "畜禽养殖", "苏管理", "改换行业"),
        ("unit-name", "410481-0003", "虚构3号化工厂", "虚构3号新材料厂", "苏管理", ""),
    ]


def test_the_author_is_who_changed_that_very_field(next_draft, registry, admin, organiser2):
    by(admin, "改类别", category=Category.SPECIAL)(registry[0])
    by(organiser2, "改电话", phone="13900000000")(registry[0])
    assert [line[4:] for line in told(next_draft)] == [("苏管理", "改类别")]


def test_a_change_that_was_taken_back_is_none(next_draft, registry, admin):
    by(admin, "误改", category=Category.SPECIAL)(registry[0])
    by(admin, "改回", category=Category.KEY)(registry[0])
    assert told(next_draft) == []


def test_a_change_past_the_forms_is_called_untraced(next_draft):
    PollutionSource.objects.filter(number="410481-0001").update(category=Category.SPECIAL)
    assert [line[4] for line in told(next_draft)] == ["历史记录里查不到"]


def test_a_change_past_the_forms_is_not_put_on_who_changed_it_before(next_draft, registry, admin):
    by(admin, "改类别", category=Category.SPECIAL)(registry[0])
    PollutionSource.objects.filter(number="410481-0001").update(category=Category.GENERAL)
    assert [line[2:5] for line in told(next_draft)] == [("重点排污单位", "一般排污单位", "历史记录里查不到")]


def special_until(unit, day, frozen_at):
    """Write the unit as it stood before the freeze: special up to a day, then general again."""
    PollutionSource.objects.filter(pk=unit.pk).update(special_until=day)
    before = frozen_at - datetime.timedelta(minutes=1)
    PollutionSource.history.filter(number=unit.number).update(special_until=day, history_date=before)


def test_special_supervision_that_ended_was_changed_by_nobody(next_draft, published_draw, registry, admin):
    unit, frozen = registry[5], published_draw.frozen_at
    today = timezone.localdate()
    Draw.objects.filter(pk=published_draw.pk).update(frozen_at=frozen - datetime.timedelta(days=2))
    published_draw.refresh_from_db()
    special_until(unit, today - datetime.timedelta(days=1), published_draw.frozen_at)
    unit.refresh_from_db()
    by(admin, "改电话", phone="13900000000")(unit)
    assert [line[2:5] for line in told(next_draft)] == [("特殊监管对象", "一般排污单位", "到期，没有人改动")]


def test_who_brings_the_end_of_special_supervision_forward_is_named(next_draft, registry, admin):
    by(admin, "提前解除", special_until=timezone.localdate() - datetime.timedelta(days=1))(registry[5])
    assert [line[3:] for line in told(next_draft)] == [("一般排污单位", "苏管理", "提前解除")]


def test_each_change_of_an_officer_is_told(next_draft, officers, registry, specialities, admin, make_officer):
    by(admin, "病假", duty_state="leave")(officers[0])
    by(admin, "更名", name="乙乙")(officers[1])
    make_officer(4, "丁")
    Officer.history.filter(certificate_number="16041048004").update(history_user=admin)
    gain = Ability(officer=officers[2], speciality=specialities["machinery"])
    gain._history_user = admin
    gain.save()
    recusal = Recusal(officer=officers[2], source=registry[0], reason="亲属任职")
    recusal._history_user = admin
    recusal.save()
    assert told(next_draft) == [
        ("recusal-in", "410481-0001", "", "丙回避", "苏管理", "亲属任职"),
        ("officer-in", "16041048004", "", "可派出", "苏管理", ""),
        ("officer-out", "16041048001", "可派出", "请假", "苏管理", "病假"),
        ("ability", "16041048003", "", f"增加{specialities['machinery'].name}", "苏管理", ""),
        ("officer-name", "16041048002", "乙", "乙乙", "苏管理", "更名"),
    ]


def test_a_recusal_that_was_taken_back_is_told(
    draft, officers, registry, freeze, settings, organiser, item, admin
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    recusal = Recusal.objects.create(officer=officers[2], source=registry[0], reason="亲属")
    draw = verbs.draw_from_system(draw=freeze(draft), actor=organiser)
    second = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    assert changes.last_draw(second) == draw
    recusal._history_user, recusal._change_reason = admin, "亲属已离职"
    recusal.delete()
    assert told(second) == [("recusal-out", "410481-0001", "丙回避", "", "苏管理", "亲属已离职")]


def test_an_expired_certificate_has_no_author(next_draft, officers):
    Officer.objects.filter(pk=officers[0].pk).update(certificate_expiry="2020-01-01")
    assert told(next_draft) == [
        ("officer-out", "16041048001", "可派出", "执法证已于 2020-01-01 到期", "到期，没有人改动", "")
    ]


def test_a_class_that_a_later_plan_splits_is_told_as_the_plans(next_draft, plan, registry, organiser, admin):
    PollutionSource.objects.filter(number="410481-0001").update(discharges_wastewater=True)
    registry[0].refresh_from_db()
    by(admin, "误改", category=Category.SPECIAL)(registry[0])
    by(admin, "改回", category=Category.KEY)(registry[0])
    later = Plan.objects.create(
        year=2026, version=2, title="2026年度抽查计划", basis="x", created_by=organiser,
        published_at=plan.published_at, published_by=organiser,
    )  # fmt: skip
    later.items.set(plan.items.all())
    rates = [("key-emitting", 1, 2), ("key", 1, 4), ("special", 1, 4), ("general", 1, 4)]
    for position, (stratum, n, d) in enumerate(rates):
        PlanRate.objects.create(plan=later, stratum=stratum, numerator=n, denominator=d, position=position)
    assert told(next_draft) == [
        (
            "stratum",
            "410481-0001",
            "重点排污单位",
            "涉水涉气重点排污单位",
            "沈组织",
            "公布2026年度抽查计划第 2 版",
        )
    ]


def test_units_that_stand_back_by_the_plans_own_rule_are_no_change(next_draft, plan):
    type(plan).objects.filter(pk=plan.pk).update(fresh_first=True)
    assert checks.preflight(next_draft).standings["again"] == 6
    assert told(next_draft) == []


def test_changes_block_the_freeze_until_a_second_person_has_read_them(
    next_draft, registry, admin, reviewer, freeze
):
    by(admin, "停产", operating_state="stopped")(registry[0])
    with pytest.raises(Refused, match="还没有第二人核对确认"):
        freeze(next_draft)
    confirm(next_draft, reviewer)
    draw = freeze(next_draft)
    assert draw.changes == {"since": "2026Q4", "counts": {"standing": 1}}
    assert draw.change_counts() == [("参加抽签与否有变的单位", 1)]
    audited = AuditEntry.objects.get(action="核对名录变动")
    read = {
        "since": "2026Q4",
        "counts": {"standing": 1},
        "fingerprint": ChangesConfirmed.objects.get().fingerprint,
    }
    assert (audited.actor, audited.changes) == (reviewer, read)


def test_whoever_opened_the_draw_does_not_confirm_its_changes(next_draft, registry, admin, organiser):
    by(admin, operating_state="stopped")(registry[0])
    with pytest.raises(Refused, match="须由另一个人"):
        confirm(next_draft, organiser)


def test_whoever_confirmed_does_not_freeze(next_draft, registry, admin, organiser2, freeze):
    by(admin, operating_state="stopped")(registry[0])
    confirm(next_draft, organiser2)
    with pytest.raises(Refused, match="另一名抽查组织者冻结"):
        freeze(next_draft, actor=organiser2)
    freeze(next_draft)


def test_a_second_confirmation_changes_nothing_and_says_so(next_draft, registry, admin, reviewer, head):
    by(admin, operating_state="stopped")(registry[0])
    confirm(next_draft, reviewer)
    with pytest.raises(Refused, match="秦审核已经核对确认过"):
        confirm(next_draft, head)
    assert ChangesConfirmed.objects.get().by == reviewer


def test_a_later_change_needs_a_new_confirmation(next_draft, registry, admin, reviewer, head, freeze):
    by(admin, operating_state="stopped")(registry[0])
    confirm(next_draft, reviewer)
    by(admin, operating_state="stopped")(registry[1])
    with pytest.raises(Refused, match="2 处变动"):
        freeze(next_draft)
    confirm(next_draft, head)
    assert freeze(next_draft).changes["counts"] == {"standing": 2}


def test_a_confirmation_of_what_was_seen_before_a_change_is_refused(next_draft, registry, admin, reviewer):
    by(admin, operating_state="stopped")(registry[0])
    seen = changes.compare(next_draft, checks.snapshot(next_draft)).fingerprint
    by(admin, operating_state="stopped")(registry[1])
    with pytest.raises(Refused, match="刚刚又有变动"):
        records.confirm_changes(draw=next_draft, seen=seen, actor=reviewer)


def test_nothing_to_confirm_is_refused(next_draft, reviewer):
    with pytest.raises(Refused, match="没有变动"):
        confirm(next_draft, reviewer)


def test_a_void_draw_is_no_measure(drawn_draw, item, organiser):
    Draw.objects.filter(pk=drawn_draw.pk).update(state="void")
    again = verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    assert changes.last_draw(again) is None


def test_the_desk_asks_everybody_but_the_opener_and_the_auditor(
    next_draft, registry, admin, reviewer, organiser, auditor
):
    label = "2026年第3季度抽查：请核对名录的 1 处变动"
    by(admin, operating_state="stopped")(registry[0])
    assert [line.url for line in todos_of(reviewer) if line.label == label] == ["/ceremony/2026Q3/confirm/"]
    assert [line for user in (organiser, auditor) for line in todos_of(user) if line.label == label] == []
    confirm(next_draft, reviewer)
    assert [line for line in todos_of(admin) if line.label == label] == []


def test_a_second_person_reads_and_confirms_in_the_browser(
    login, next_draft, registry, admin, reviewer, organiser
):
    by(admin, "停产通知", operating_state="stopped")(registry[0])
    client = login(reviewer)
    page = client.get("/ceremony/2026Q3/confirm/")
    assert "停产通知" in page.content.decode() and "苏管理" in page.content.decode()
    client.post("/ceremony/2026Q3/confirm/", {"seen": page.context["found"].fingerprint})
    assert ChangesConfirmed.objects.get().by == reviewer
    page = login(organiser).get("/ceremony/2026Q3/")
    assert (page.context["flight"].ready, page.context["flight"].confirmation.by) == (True, reviewer)
    own = login(organiser).get("/ceremony/2026Q3/confirm/")
    assert not own.context["may_confirm"]


def test_the_queries_of_a_comparison_do_not_grow_with_the_changes(next_draft, registry, admin, officers):
    by(admin, operating_state="stopped")(registry[0])
    Recusal.objects.create(officer=officers[0], source=registry[0], reason="x")
    with CaptureQueriesContext(connection) as few:
        compared(next_draft)
    for unit in registry[1:]:
        by(admin, operating_state="stopped", name=f"{unit.name}甲")(unit)
        Recusal.objects.create(officer=officers[2], source=unit, reason="x")
    with CaptureQueriesContext(connection) as many:
        compared(next_draft)
    assert len(many) == len(few)


def test_the_measure_is_the_frozen_file_and_not_the_row(next_draft, published_draw):
    frozen = published_draw.names_of("unit")["410481-0001"]
    PollutionSource.objects.filter(number="410481-0001").update(name="换了一家")
    line = compared(next_draft).lines["unit-name"][0]
    assert (line.before, line.after) == (frozen, "换了一家")
