"""What is looked at before a freeze: what blocks, what only warns, and what the pool would hold."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drawings.ceremony.preflight import checks
from drawings.models import Draw, InspectionItem, LogEntry, Plan
from drawings.protocol import verify
from drawings.states import Refused
from enforcers.models import Officer, Recusal
from sources import joining
from sources.models import Category, PollutionSource


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


def test_an_item_outside_the_plan_blocks(draft, plan, freeze, settings):
    """法无规定不得检查: an item that the plan in force does not list is not inspected."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    other = InspectionItem.objects.get()
    other.pk, other.subject = None, "计划外的事项"
    other.save()
    for item in (other, None):
        Draw.objects.update(item=item)
        draft.refresh_from_db()
        with pytest.raises(Refused, match="本次抽签没有对应的抽查事项"):
            freeze(draft)
    assert Draw.objects.get().state == "draft"
    plan.items.add(other)
    other.bases.set(InspectionItem.objects.first().bases.all())
    Draw.objects.update(item=other)
    draft.refresh_from_db()
    assert freeze(draft).state == "frozen"


def test_a_unit_with_fewer_than_two_officers_left_blocks(draft, officers, registry, freeze):
    for officer in officers[:2]:
        Recusal.objects.create(officer=officer, source=registry[0], reason="亲属")
    flight = checks.preflight(draft)
    assert [(unit.unit, count) for unit, count in flight.few_at_all] == [("410481-0001", 1)]
    with pytest.raises(Refused, match="不足两名"):
        freeze(draft)
    assert not LogEntry.objects.commits().exists()


def test_units_with_few_matching_officers_only_warn(draft):
    flight = checks.preflight(draft)
    assert flight.ready
    assert {(unit.speciality, count) for unit, count in flight.few_matching} == {("livestock", 1)}


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


def test_an_empty_class_warns_and_gives_none(draft):
    PollutionSource.objects.filter(category=Category.SPECIAL).update(is_active=False)
    flight = checks.preflight(draft)
    assert (flight.ready, flight.quotas[1].take) == (True, 0)
    assert "“特殊监管对象”没有参加抽签的单位，这一类本次抽 0 家。" in flight.warnings


def test_a_quarter_of_one_is_one(draft):
    others = PollutionSource.objects.filter(category=Category.KEY).order_by("number").values_list("pk")[1:]
    PollutionSource.objects.filter(pk__in=[pk for (pk,) in others]).update(is_active=False)
    assert [(quota.base, quota.take) for quota in checks.preflight(draft).quotas][0] == (1, 1)


def test_one_officer_alone_blocks(draft, officers, freeze):
    Officer.objects.exclude(pk=officers[0].pk).update(duty_state="leave")
    with pytest.raises(Refused, match="不足两名"):
        freeze(draft)


def test_everybody_recused_blocks(draft, officers, registry, freeze):
    Recusal.objects.bulk_create(
        Recusal(officer=officer, source=registry[0], reason="x") for officer in officers
    )
    flight = checks.preflight(draft)
    assert [(name, len(units)) for name, units in flight.recusals] == [("甲", 1), ("乙", 1), ("丙", 1)]
    with pytest.raises(Refused, match="不足两名"):
        freeze(draft)


def test_no_officer_and_no_unit_block_each_for_itself(draft, freeze):
    Officer.objects.update(duty_state="leave")
    PollutionSource.objects.update(is_active=False)
    assert len(checks.preflight(draft).blocks) == 2
    with pytest.raises(Refused):
        freeze(draft)


def test_suspected_doubles_are_listed_and_counted_as_on_their_own_page(
    draft, registry, login, admin, organiser
):
    code = "91410481MA00000000"
    PollutionSource.objects.filter(pk__in=[registry[0].pk, registry[1].pk]).update(credit_code=code)
    PollutionSource.objects.filter(pk__in=[registry[1].pk, registry[2].pk]).update(address="工业路1号")
    PollutionSource.objects.filter(pk=registry[3].pk).update(name=registry[4].name)
    flight = checks.preflight(draft)
    assert [(pair.one.number[-1], pair.other.number[-1], *pair.why) for pair in flight.doubles] == [
        ("1", "2", "信用代码相同，名称不同"), ("2", "3", "地址相同，名称相近"), ("4", "5", "名称相同（不计括号、地名等写法）"),
    ]  # fmt: skip
    assert flight.ready
    counts = {
        login(admin).get("/registry/doubles/").context["total"],
        next(
            each.count
            for each in login(admin).get("/health/").context["findings"]
            if "疑似重复" in each.label
        ),
    }
    assert counts == {3} and "有 3 对单位疑似重复登记" in "".join(flight.warnings)
    page = login(organiser).get(f"/ceremony/{draft.code}/").content.decode()
    assert "疑似重复登记的单位 3 对" in page
    joining.call_different(registry[0], registry[1], reason="两个厂区", actor=admin)
    assert len(checks.preflight(draft).doubles) == 2


def test_an_expired_certificate_of_an_officer_on_duty_is_warned_of(draft, officers, clock):
    Officer.objects.filter(pk=officers[2].pk).update(certificate_expiry="2026-10-07")
    assert "1 名在岗人员的执法证已过期，不能派出：请尽快换证。" in checks.preflight(draft).warnings


def test_the_page_shows_the_years_outlook(login, organiser, draft, plan):
    assert Plan.objects.count() == 1
    assert "照此全年共 24 家次" in login(organiser).get("/ceremony/2026Q4/").content.decode()


@pytest.mark.parametrize(
    ("lacks", "given"),
    [
        ({"category": ""}, {"category": "general"}),
        ({"industry_code": "", "speciality": None}, {"industry_code": "2669"}),
    ],
)
def test_a_unit_without_class_or_industry_blocks_the_freeze_until_it_has_them(
    draft, make_source, freeze, settings, specialities, lacks, given
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    unit = make_source(900, **lacks)
    make_source(901, is_active=False, **lacks)  # taken off the registry: it falls out of no hat
    flight = checks.preflight(draft)
    said = (
        f"名录中有 1 家单位没有监管类别或行业，一冻结就会漏掉它们：{unit.name}。"
        "请系统管理员在“污染源名录”里定好（待办里有这一项），不再监管的停用。"
    )
    assert flight.blocks == [said]
    assert unit.number not in {each.unit for each in flight.snapshot.units}
    with pytest.raises(Refused, match="没有监管类别或行业"):
        freeze(draft)
    PollutionSource.objects.filter(pk=unit.pk).update(**given, speciality=specialities["chemical-pharma"])
    assert checks.preflight(draft).blocks == []
    assert unit.number in {each.unit for each in checks.preflight(draft).snapshot.units}
    assert freeze(draft).state == "frozen"


def test_a_draft_of_an_officer_is_not_sent_and_blocks_nothing(draft):
    Officer.objects.create(name="丁")
    Officer.objects.create(name="戊", certificate_number="16041048099")
    flight = checks.preflight(draft)
    assert [officer.name for officer in flight.snapshot.officers] == ["甲", "乙", "丙"]
    assert sorted((officer.name, why) for officer, why in flight.absent) == [
        ("丁", "执法证号待补"),
        ("戊", "执法证有效期待补"),
    ]
    assert flight.blocks == []
