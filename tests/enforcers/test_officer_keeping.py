"""Absences, recusals with a period, trainings, expiring certificates, and the matrix of specialities."""

import datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from drawings.ceremony import verbs
from drawings.ceremony.preflight import attribution, changes, checks
from enforcers import coverage, demo_records
from enforcers.importer import import_file as import_officers
from enforcers.models import Ability, Absence, Officer, Recusal, TrainingRecord
from sources.importer import import_file as import_sources
from wugang_audit.audit.models import AuditEntry
from wugang_audit.staff.desk import todos_of

DEMO = Path(__file__).resolve().parents[2] / "fixtures/demo"
LIST = "/admin/enforcers/officer/"
DAY = datetime.date


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def second(clock, published_draw, item, organiser):
    """A draw after a published one; the clock stands at 8 October 2026."""
    return verbs.start(year=2026, quarter=3, item=item, actor=organiser)


def sent(officers):
    return [officer.name for officer in officers]


def told(draw):
    found = attribution.attribute(changes.compare(draw, checks.snapshot(draw)), draw.year)
    return [
        (line.kind.value, line.before, line.after, line.who)
        for lines in found.lines.values()
        for line in lines
    ]


def keep(user, row):
    row._history_user = user
    row.save()
    return row


def test_an_officer_is_away_on_the_first_and_the_last_day_and_back_the_day_after(officers):
    Absence.objects.create(officer=officers[0], since=DAY(2026, 10, 8), until=DAY(2026, 10, 9))
    days = [DAY(2026, 10, number) for number in (7, 8, 9, 10)]
    assert [Officer.objects.filter(pk=officers[0].pk).available(day).count() for day in days] == [1, 0, 0, 1]


def test_an_absence_without_an_end_goes_on(officers):
    Absence.objects.create(officer=officers[0], kind="seconded", since=DAY(2026, 10, 8))
    assert sent(Officer.objects.available(DAY(2030, 1, 1))) == ["乙", "丙"]


def test_an_absent_officer_is_not_in_the_frozen_file_and_is_there_the_day_after(
    clock, draft, officers, freeze, settings
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    Absence.objects.create(officer=officers[2], since=DAY(2026, 10, 8), until=DAY(2026, 10, 8))
    assert sent(checks.snapshot(draft).officers) == ["甲", "乙"]
    content = freeze(draft).files.get(name="officers.tsv").content
    assert [officer.certificate_number in content for officer in officers] == [True, True, False]
    clock.move(days=1)
    assert sent(checks.snapshot(draft).officers) == ["甲", "乙", "丙"]


def test_the_preflight_says_until_when_an_officer_is_away(clock, draft, officers):
    Absence.objects.create(officer=officers[0], since=DAY(2026, 10, 1), until=DAY(2026, 12, 1))
    Absence.objects.create(officer=officers[1], kind="training", since=DAY(2026, 10, 1))
    absent = [(officer.name, why) for officer, why in checks.preflight(draft).absent]
    assert absent == [("甲", "请假至 2026-12-01"), ("乙", "培训，未定期限")]


def test_absences_cost_one_query_whatever_their_number(officers, django_assert_num_queries):
    for officer in officers:
        Absence.objects.create(officer=officer)
    with django_assert_num_queries(2):
        assert [changes.why_absent(each) for each in Officer.objects.with_absences()] == [
            "请假，未定期限"
        ] * 3


@pytest.mark.parametrize("model", [Absence, Recusal])
def test_a_period_does_not_end_before_it_begins(model):
    period = model(since=DAY(2026, 10, 8), until=DAY(2026, 10, 7))
    with pytest.raises(ValidationError, match="截止日期不能早于开始日期。"):
        period.clean()
    period.until = period.since
    period.clean()


def test_an_absence_that_somebody_wrote_down_is_put_on_that_person(second, officers, admin):
    keep(admin, Absence(officer=officers[0], since=DAY(2026, 10, 8), until=DAY(2026, 12, 1)))
    assert told(second) == [("officer-out", "可派出", "请假至 2026-12-01", "苏管理")]


def test_an_absence_that_began_or_ended_by_its_dates_was_changed_by_nobody(
    clock, draft, officers, freeze, settings, organiser, item, admin
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    keep(admin, Absence(officer=officers[0], since=DAY(2026, 10, 1), until=DAY(2026, 10, 8)))
    keep(admin, Absence(officer=officers[1], since=DAY(2026, 10, 9), until=DAY(2026, 10, 20)))
    clock.move(minutes=1)
    verbs.draw_from_system(draw=freeze(draft), actor=organiser)
    second = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    clock.move(days=1)
    assert told(second) == [
        ("officer-in", "", "可派出", "按登记的日期，没有人改动"),
        ("officer-out", "可派出", "请假至 2026-10-20", "按登记的日期，没有人改动"),
    ]


def test_an_absence_past_the_forms_is_untraced(second, officers):
    Absence.objects.bulk_create([Absence(officer=officers[0])])
    assert told(second) == [("officer-out", "可派出", "请假，未定期限", "历史记录里查不到")]


def test_a_recusal_counts_on_its_days_alone(clock, draft, officers, registry):
    Recusal.objects.create(
        officer=officers[0], source=registry[0], reason="亲属", since=DAY(2026, 10, 9), until=DAY(2026, 10, 9)
    )
    found = []
    for _ in range(3):
        found.append(checks.snapshot(draft).units[0].recused)
        clock.move(days=1)
    assert found == [(), ("16041048001",), ()]


def test_a_recusal_begins_today_and_is_the_officers_own_unless_said(clock, officers, registry):
    recusal = Recusal.objects.create(officer=officers[0], source=registry[0], reason="亲属")
    assert (recusal.since, recusal.until, recusal.kind) == (DAY(2026, 10, 8), None, "officer")


def test_a_recusal_that_somebody_ended_is_put_on_that_person_and_one_that_ran_out_on_nobody(
    clock, draft, officers, registry, freeze, settings, organiser, item, admin
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    for unit, until in ((registry[0], DAY(2026, 10, 8)), (registry[1], None)):
        keep(admin, Recusal(officer=officers[2], source=unit, reason="亲属", until=until))
    clock.move(minutes=1)
    verbs.draw_from_system(draw=freeze(draft), actor=organiser)
    second = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    ended = Recusal.objects.get(source=registry[1])
    ended.until = DAY(2026, 10, 8)
    keep(admin, ended)
    clock.move(days=1)
    assert told(second) == [
        ("recusal-out", "丙回避", "", "按登记的日期，没有人改动"),
        ("recusal-out", "丙回避", "", "苏管理"),
    ]


def test_certificates_that_expire_within_sixty_days_are_listed_and_on_the_desk(
    clock, client, admin, officers, security
):
    for officer, day in zip(officers, (DAY(2026, 12, 7), DAY(2026, 12, 8), DAY(2026, 10, 7)), strict=True):
        Officer.objects.filter(pk=officer.pk).update(certificate_expiry=day)
    [line] = [line for line in todos_of(admin) if "certificate" in line.url]
    assert (line.label, line.count) == ("执法证 60 天内到期", 1)
    assert sent(client.get(line.url).context["cl"].queryset) == ["甲"]
    assert [line for line in todos_of(security) if "certificate" in line.url] == []


def test_the_desk_is_silent_where_no_certificate_expires(admin, officers):
    assert [line for line in todos_of(admin) if "certificate" in line.url] == []


def test_the_matrix_counts_who_can_be_sent_today(officers, specialities):
    Absence.objects.create(officer=officers[0])
    Ability.objects.filter(officer=officers[2]).update(level=Ability.Level.EXPERT)
    matrix = coverage.matrix()
    codes = [column.speciality.code for column in matrix.columns]
    counts = {column.speciality.code: (column.available, column.missing) for column in matrix.columns}
    assert (counts["chemical-pharma"], counts["livestock"]) == ((1, 1), (1, 1))
    [row] = [row for row in matrix.rows if row.officer == officers[2]]
    assert dict(zip(codes, row.levels, strict=True)) == dict.fromkeys(codes, "") | {"livestock": "精通"}
    assert {row.officer.name: row.officer.why_absent for row in matrix.rows} == {
        "甲": "请假，未定期限", "乙": "", "丙": ""
    }  # fmt: skip


def away_in_every_way(make_officer):
    """Six officers of whom the first alone can be sent today, with the reasons of the others."""
    today = timezone.localdate()
    yesterday, tomorrow = (today + datetime.timedelta(days=days) for days in (-1, 1))
    make_officer(11, "全", "livestock", certificate_expiry=today)
    make_officer(12, "证", "livestock", certificate_expiry=yesterday)
    make_officer(13, "岗", "livestock", duty_state="left")
    make_officer(14, "册", "livestock", is_active=False)
    for serial, name, kind, until in ((15, "假", "leave", tomorrow), (16, "借", "seconded", None)):
        officer = make_officer(serial, name, "livestock")
        Absence.objects.create(officer=officer, kind=kind, since=today, until=until)
    Absence.objects.create(officer=Officer.objects.get(name="全"), since=yesterday, until=yesterday)
    return {
        "全": "", "证": f"执法证已于 {yesterday} 到期", "岗": "离岗", "册": "不在册", "假": f"请假至 {tomorrow}",
        "借": "借调，未定期限",
    }  # fmt: skip


def test_an_officer_is_available_just_when_no_reason_speaks_against_him(make_officer):
    reasons = away_in_every_way(make_officer)
    assert {each.name: each.why_absent for each in Officer.objects.with_absences()} == reasons
    assert sent(Officer.objects.available()) == [name for name, why in reasons.items() if not why]


def test_the_matrix_names_who_masters_a_short_speciality_and_why_he_does_not_count(
    client, make_officer, make_source
):
    reasons = away_in_every_way(make_officer)
    make_source(1, industry_code="0313"), make_source(2, industry_code="0313")
    [column] = coverage.matrix().short
    assert (column.speciality.code, column.units, column.available, column.missing) == ("livestock", 2, 1, 1)
    page = client.get(f"{LIST}matrix/").content.decode()
    assert "<b>畜禽养殖</b>：名录中 2 家单位，可派出 1 人，还缺 1 人。" in page
    told = {name: f"</a>（{why}）" in page for name, why in reasons.items() if why}
    assert told == {"证": True, "岗": True, "册": False, "假": True, "借": True}


def test_a_speciality_that_no_unit_needs_is_told_apart(client, officers, make_source):
    make_source(1), make_source(2, industry_code="0313", is_active=False)
    matrix = coverage.matrix()
    assert [column.speciality.code for column in matrix.short] == []
    assert "livestock" in [column.speciality.code for column in matrix.idle]
    assert "chemical-pharma" not in [column.speciality.code for column in matrix.idle]
    page = client.get(f"{LIST}matrix/").content.decode()
    assert "名录中的单位所属的专业，都有两人以上可以派出。" in page


def test_the_matrix_and_the_data_checks_agree_on_what_is_short(officers, make_source):
    make_source(1), make_source(2, industry_code="0313"), make_source(3, industry_code="3099")
    Absence.objects.create(officer=officers[0])
    short = [column.speciality for column in coverage.matrix().short]
    assert list(coverage.short_of_officers()) == short
    assert [each.code for each in short] == ["building-materials", "chemical-pharma", "livestock"]


def test_the_matrix_costs_the_same_for_many(officers, make_officer, make_source, django_assert_num_queries):
    for serial in range(10, 30):
        Absence.objects.create(officer=make_officer(serial, f"员{serial}", "livestock"))
        make_source(serial)
    with django_assert_num_queries(5):
        [column.available for column in coverage.matrix().columns]


def test_the_list_leads_to_the_matrix(client, officers):
    assert f'href="{LIST}matrix/"' in client.get(LIST).content.decode()


def test_the_level_filter_means_the_speciality_that_is_filtered_too(client, officers, specialities):
    Ability.objects.filter(officer=officers[1], speciality=specialities["machinery"]).update(level=3)
    chemistry, machinery = (
        f"&specialities__id__exact={specialities[code].pk}" for code in ("chemical-pharma", "machinery")
    )
    found = [
        sent(client.get(f"{LIST}?level=3{more}").context["cl"].queryset)
        for more in ("", chemistry, machinery)
    ]
    assert found == [["乙"], [], ["乙"]]


def test_a_training_is_kept_with_its_history(officers):
    record = TrainingRecord.objects.create(
        officer=officers[0], date=DAY(2026, 9, 1), topic="在线监测数据核查", hours=8
    )
    assert str(record) == "2026-09-01 在线监测数据核查（8 学时，合格）"
    assert record.history.get().history_type == "+"


def test_the_demonstration_shows_each_kind_of_keeping_and_enters_it_once(admin, specialities):
    for name, importer in (("sources", import_sources), ("officers", import_officers)):
        importer((DEMO / f"{name}.xlsx").read_bytes(), f"{name}.xlsx", admin)
    for _ in range(2):
        demo_records.keep(actor=admin)
    today = timezone.localdate()
    assert sorted(Absence.objects.in_force().values_list("kind", flat=True)) == [
        "leave",
        "seconded",
        "training",
    ]
    assert TrainingRecord.objects.count() == len(demo_records.TRAININGS)
    assert coverage.expiring(Officer.objects.all()).get().certificate_expiry == today + datetime.timedelta(
        days=40
    )
    applied = Recusal.objects.in_force().get(kind="unit")
    assert (applied.until - today).days == 180
    assert Recusal.objects.filter(until__lt=today).get().kind == "bureau"
    for model in (Absence, TrainingRecord, Recusal):
        assert set(model.history.values_list("history_user", flat=True)) == {admin.pk}
    assert AuditEntry.objects.filter(action="登记演示数据").count() == 1
    assert coverage.matrix().short[0].absent != []
    assert {level for row in coverage.matrix().rows for level in row.levels} == {"", *Ability.Level.labels}
