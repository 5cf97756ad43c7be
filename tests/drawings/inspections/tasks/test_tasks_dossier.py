"""What an officer reads of a unit before he goes, and what he does not."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from drawings.models import ChecklistPoint, Draw, Finding, Inspection, Measure, Plan, Redaction, Selection
from enforcers.models import Recusal
from sources.models import CreditClass, PermitCondition


@pytest.fixture
def source(inspection):
    return inspection.selection.source


@pytest.fixture
def dossier(clock, inspection, login, lead):
    def do(user=lead):
        return login(user).get(reverse("inspections:dossier", args=[inspection.pk]))

    return do


@pytest.fixture
def earlier(clock, inspection, organiser, outsider, source):
    """A visit of the unit in an earlier quarter by somebody else: ``earlier(2, state="published")``."""

    def make(quarter, state="published", disclosure="open", day=None, year=2026, **fields):
        draw = Draw.objects.create(
            code=f"{year}Q{quarter}", year=year, quarter=quarter, state="published", created_by=organiser,
            published_at=timezone.now(), disclosure=disclosure,
        )  # fmt: skip
        selection = Selection.objects.create(
            draw=draw, source=source, stratum="key", rank=1, ticket="0" * 64, name=source.name
        )
        selection.team.create(officer=outsider.officer, name="丙", is_lead=True)
        visited = timezone.make_aware(datetime.datetime(year, 3 * quarter, 5, 10))
        row = Inspection.objects.create(
            selection=selection, item=inspection.item, state=state, visited_at=visited, outcome="ordered",
            summary="SECRET-summary", **fields,
        )  # fmt: skip
        point = ChecklistPoint.objects.first()
        Finding.objects.create(inspection=row, point=point, verdict="fail", note="SECRET-note")
        Measure.objects.create(inspection=row, kind="order", due_on=datetime.date(2026, 7, 1))
        return row

    return make


def test_it_shows_the_public_result_of_others_and_of_the_rest_only_the_draw(dossier, earlier):
    public, waiting = earlier(2), earlier(3, state="submitted")
    page = dossier()
    past = page.context["past"]
    assert [(one.inspection, one.shown, one.may_open) for one in past] == [
        (waiting, False, False), (public, True, False),
    ]  # fmt: skip
    assert (past[0].failed, past[0].measures) == ([], [])
    assert past[1].failed == [ChecklistPoint.objects.first().name]
    assert past[1].measures == ["责令改正（2026-07-01 前改正）"]
    text = page.content.decode()
    assert (
        "SECRET" not in text
    )  # the words of a published text may be hidden: the public page says so, we link there
    assert f"/units/{public.selection.source.number}/" in text
    assert "结果尚未公开" in text


def test_a_result_that_the_law_hid_as_a_whole_is_hidden_from_colleagues_too(dossier, earlier, organiser):
    row = earlier(2)
    Redaction.objects.create(
        draw=row.selection.draw, text="finding", target=f"finding/{row.pk}", inspection=row,
        legal_reason="个人信息保护法第四十七条", redacted_on=datetime.date(2026, 7, 1), declared_by=organiser,
    )  # fmt: skip
    page = dossier()
    [past] = page.context["past"]
    assert (past.shown, past.failed, past.measures) == (False, [], [])
    assert "已依法隐去" in page.content.decode()


def test_it_never_tells_that_the_unit_stands_in_a_sealed_draw(dossier, earlier, organiser, lead, outsider):
    sealed = earlier(3, disclosure="sealed")
    Draw.objects.filter(code="2026Q4").update(disclosure="sealed")
    assert dossier().context["past"] == []
    assert dossier().context["visits"].count == 0
    assert sealed.selection.draw.title not in dossier().content.decode().split("<main", 1)[1]
    sealed.selection.team.create(officer=lead.officer, name="甲", is_lead=False)
    [own] = dossier().context["past"]
    assert (own.inspection, own.shown, own.may_open, own.is_public) == (sealed, True, True, False)


def test_the_visits_of_the_year_are_held_against_the_cap_of_its_plan(dossier, earlier, plan):
    earlier(4, year=2025)
    earlier(1)
    earlier(2, state="draft")  # nothing handed in: nobody knows of a visit
    Plan.objects.filter(pk=plan.pk).update(yearly_cap=2)
    visits = dossier().context["visits"]
    assert (visits.year, visits.count, visits.cap, visits.is_reached) == (2026, 1, 2, False)
    earlier(3)
    page = dossier()
    assert page.context["visits"].is_reached
    assert "再去就超过上限" in page.content.decode()
    Plan.objects.filter(pk=plan.pk).update(yearly_cap=None)
    assert "计划没有规定上限" in dossier().content.decode()


def test_it_shows_credit_permit_conditions_and_the_way(dossier, source):
    CreditClass.objects.create(source=source, grade="D", date=datetime.date(2026, 5, 1))
    PermitCondition.objects.create(
        source=source,
        outlet_code="DA001",
        outlet_kind="organised",
        pollutant="颗粒物",
        limit="30",
        limit_unit="mg/m3",
    )
    Draw.objects.update(visit_by=None)
    source.address = "工业路1号"
    source.save()
    page = dossier()
    assert page.context["credit"].grade == "D"
    text = page.content.decode()
    assert all(word in text for word in ("颗粒物", "DA001", "uri.amap.com", "没有定期限"))


def test_a_recusal_of_the_team_is_told_and_its_reason_is_not(dossier, source, lead, second, outsider):
    for user in (second, outsider):
        Recusal.objects.create(
            officer=user.officer, source=source, since=datetime.date(2026, 10, 1), reason="SECRET-reason"
        )
    page = dossier()
    assert [recusal.officer for recusal in page.context["recusals"]] == [second.officer]
    text = page.content.decode()
    assert f"{second.officer.name}登记了对这家单位的回避" in text
    assert "SECRET" not in text
    assert "您不能去这家单位" in dossier(second).content.decode()


def test_its_own_visit_counts_once_it_is_handed_in(dossier, earlier, inspection, clock):
    earlier(1)
    assert dossier().context["visits"].count == 1
    for state, year, count in (("draft", 2026, 1), ("submitted", 2026, 2), ("submitted", 2025, 1)):
        visited = clock().replace(year=year)
        Inspection.objects.filter(pk=inspection.pk).update(state=state, visited_at=visited, outcome="clean")
        assert dossier().context["visits"].count == count


def test_it_says_so_where_there_is_nothing(dossier, source, lead):
    PermitCondition.objects.filter(source=source).delete()
    type(source).objects.filter(pk=source.pk).update(permit_number="")
    text = dossier().content.decode()
    nothing = ("检查组没有登记对这家单位的回避。", "名录里没有这家单位的排污许可证，也没有登记许可条件。")
    assert [words in text for words in nothing] == [True, True]
    Recusal.objects.create(
        officer=lead.officer, source=source, since=datetime.date(2026, 1, 1), reason="亲属"
    )
    PermitCondition.objects.create(
        source=source, outlet_code="DA001", outlet_kind="organised", pollutant="颗粒物", limit="30"
    )
    text = dossier().content.decode()
    assert [words in text for words in nothing] == [False, False]


def test_it_opens_for_who_may_read_the_inspection_alone(
    dossier, inspection, outsider, organiser, auditor, stranger
):
    assert dossier(outsider).status_code == 404
    assert dossier(auditor).status_code == 403
    page = dossier(organiser)
    assert page.status_code == 200
    assert "申请回避" not in page.content.decode()
    Draw.objects.update(disclosure="sealed")
    assert dossier(organiser).status_code == 404


def test_past_visits_cost_no_query_each(dossier, earlier, login, lead, inspection):
    client, url = login(lead), reverse("inspections:dossier", args=[inspection.pk])

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    earlier(1)
    one = queries()
    for quarter in (2, 3):
        earlier(quarter)
    assert queries() == one
