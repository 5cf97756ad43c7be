"""What the pages of a checklist say of it: for how many units it is chosen, and what keeps it from being used."""

import dataclasses
import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from drawings.checklists.queries import standing
from drawings.inspections.field.choice import applies
from drawings.inspections.field.facts import unit_of
from drawings.inspections.field.sheet import candidate
from drawings.models import Checklist, ChecklistVersion, Inspection
from sources.models import PermitCondition, PollutionSource
from wugang_audit.registries import data_checks

NOW = timezone.now()


@pytest.fixture
def hints(checklist):
    return lambda: standing(Checklist.objects.get(pk=checklist.pk)).hints


def withdraw(*numbers):
    ChecklistVersion.objects.filter(number__in=numbers).update(withdrawn_at=NOW)


def test_of_a_list_in_use_for_all_nothing_is_said(hints, checklist, make_source):
    make_source(1)
    assert hints() == []
    assert standing(checklist).units == 1


def test_a_list_without_a_version_in_use_is_told(hints, checklist):
    withdraw(2)
    assert hints() == [
        "第 2 版已停用，没有别的版本在用：新的检查不采用这份清单。要恢复，以它为底稿做新版，再启用。"
    ]
    ChecklistVersion.objects.create(checklist=checklist, number=3)
    assert hints()[0].startswith("第 2 版已停用")


def test_a_version_withdrawn_before_another_one_in_use_is_told_too(hints, checklist):
    ChecklistVersion.objects.create(checklist=checklist, number=3, published_at=NOW)
    assert hints() == []
    withdraw(3)
    assert hints() == ["最新的第 3 版已停用：新的检查用第 2 版。"]
    ChecklistVersion.objects.create(checklist=checklist, number=4)
    assert hints() == ["最新的第 3 版已停用：新的检查用第 2 版。"]


def test_a_list_that_was_never_in_use_is_told(specialities):
    made = Checklist.objects.create(code="boiler", name="锅炉")
    assert standing(made).hints == ["还没有版本：启用以前，新的检查不采用这份清单。"]
    ChecklistVersion.objects.create(checklist=made, number=1)
    assert standing(made).hints == ["第 1 版还是草稿：启用以前，新的检查不采用这份清单。"]


def test_a_list_out_of_use_is_told(hints):
    Checklist.objects.update(is_active=False)
    assert hints() == ["没有勾选“在用”：新的检查不采用这份清单，检查组也不能加上。"]


def test_criteria_that_nobody_meets_are_told_once_there_are_units(hints, checklist, make_source):
    Checklist.objects.update(industries=["5265"])
    assert hints() == []
    make_source(1, industry_code="3110")
    assert hints()[0].startswith("名录里现在没有一家单位符合适用范围")
    make_source(2, industry_code="5265", is_active=False)
    assert len(hints()) == 1
    make_source(3, industry_code="5265")
    assert hints() == []


def test_criteria_of_a_list_by_hand_are_told(hints, checklist):
    Checklist.objects.update(by_hand=True)
    assert hints() == []
    Checklist.objects.update(media=["water"])
    assert hints() == ["勾选了“只由检查组选用”：填的适用范围不起作用。要按范围自动采用，请去掉这个勾。"]


def test_editor_and_page_of_the_versions_say_it(checklist, make_source, login, admin):
    make_source(1)
    withdraw(2)
    client = login(admin)
    for name in ("admin:drawings_checklist_change", "checklists:versions"):
        html = client.get(reverse(name, args=[checklist.pk])).content.decode()
        assert "第 2 版已停用，没有别的版本在用" in html
        assert "名录里现在有 1 家单位符合适用范围" in html
    assert client.get(reverse("admin:drawings_checklist_add")).status_code == 200


def test_the_desk_leads_the_administrator_to_a_list_that_no_visit_can_begin_with(checklist, login, admin):
    client = login(admin)
    label, url = "启用“通用检查清单”，或停用这份清单", reverse("checklists:versions", args=[checklist.pk])
    pages = [reverse("desk"), reverse("data_checks"), reverse("admin:drawings_checklist_changelist")]

    def told():
        desk, checks, listed = (client.get(page) for page in pages)
        (finding,) = (each for each in data_checks.findings() if each.label == "检查清单：没有在用的版本")
        filtered = client.get(finding.url).context["cl"].result_list
        assert {desk.status_code, checks.status_code, listed.status_code} == {200}
        return label in desk.content.decode() and url in desk.content.decode(), finding.count, list(filtered)

    assert told() == (False, 0, [])
    ChecklistVersion.objects.create(checklist=checklist, number=3)
    assert told() == (False, 0, [])
    withdraw(2)
    assert told() == (True, 1, [checklist])
    Checklist.objects.update(is_active=False)
    assert told() == (False, 0, [])


CRITERIA = (
    {},
    {"categories": ["key"]},
    {"categories": ["special"]},
    {"permit_classes": ["simplified"]},
    {"media": ["water"]},
    {"media": ["air", "soil"]},
    {"industries": ["31", "5265"]},
    {"categories": ["general"], "industries": ["C"]},
)


@pytest.mark.parametrize("criteria", CRITERIA)
def test_the_number_is_that_of_the_units_for_which_a_visit_would_choose_it(
    criteria, checklist, published_draw, make_source
):
    today = timezone.localdate()
    over = today - datetime.timedelta(days=1)
    make_source(91, category="special", special_until=over, category_after="key", media="water,soil")
    make_source(92, category="", industry_code="", speciality=None, discharges_waste_gas=True)
    for number, kind in ((93, "water"), (93, "organised"), (94, "fugitive"), (95, "waste")):
        source = PollutionSource.objects.filter(number=f"410481-00{number}").first() or make_source(number)
        PermitCondition.objects.create(
            code=f"{number}/{kind}", source=source, outlet_kind=kind, outlet_code="1", pollutant="氨氮"
        )
    Checklist.objects.update(**criteria)
    checklist.refresh_from_db()
    inspection = Inspection.objects.select_related("selection").first()
    met = 0
    for source in PollutionSource.objects.registered():
        # As if each unit had been drawn today, in its class of today.
        inspection.selection.source = source
        unit = dataclasses.replace(unit_of(inspection), category=source.category_on(today))
        met += applies(candidate(checklist), unit)
    assert standing(checklist).units == met


def test_a_large_registry_takes_no_more_queries(checklist, make_source, django_assert_num_queries):
    for number in range(1, 30):
        make_source(number, industry_code=f"{3100 + number}")
    with django_assert_num_queries(3):
        standing(checklist)
