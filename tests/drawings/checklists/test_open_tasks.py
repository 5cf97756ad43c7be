"""Before a version is withdrawn, the page counts the open tasks that would keep it, change to another one, or have none left."""

import pytest
from django.urls import reverse
from django.utils import timezone

from drawings.checklists.open_tasks import Effects, effects, without_list
from drawings.inspections.field.sheet import sheet
from drawings.models import Checklist, ChecklistVersion, Inspection, InspectionChecklist
from drawings.states import InspectionState
from sources.models import PermitCondition, PollutionSource


@pytest.fixture
def tasks(published_draw):
    """Two tasks and more of a published draw: one begun with the general list, the others not begun."""
    rows = list(Inspection.objects.order_by("pk"))
    assert len(rows) >= 2
    return rows


def begin(inspection, version):
    InspectionChecklist.objects.create(inspection=inspection, version=version)


def test_open_tasks_are_counted_by_what_becomes_of_them(tasks, version, checklist):
    begin(tasks[0], version)
    rest = len(tasks) - 1
    assert effects(version) == Effects(begun=1, other=0, none=rest)
    extra = ChecklistVersion.objects.create(
        checklist=Checklist.objects.create(code="extra", name="补充清单"),
        number=1,
        published_at=timezone.now(),
    )
    assert effects(version) == Effects(begun=1, other=rest, none=0)
    ChecklistVersion.objects.filter(pk=extra.pk).update(withdrawn_at=timezone.now())
    Checklist.objects.update(categories=["none-such"])
    assert effects(version) == Effects(begun=1, other=0, none=0)


def test_what_is_handed_in_is_not_open(tasks, version):
    begin(tasks[0], version)
    Inspection.objects.filter(pk=tasks[0].pk).update(state=InspectionState.SUBMITTED)
    assert effects(version).begun == 0


def test_the_count_is_that_of_the_forms(tasks, version):
    assert without_list() == 0
    ChecklistVersion.objects.update(withdrawn_at=timezone.now())
    assert without_list() == sum(not sheet(each).versions for each in tasks) == len(tasks)


@pytest.mark.parametrize(
    ("kind", "asked"), [("water", {"media": ["water"]}), ("waste", {"permit_classes": ["simplified"]})]
)
def test_the_permit_of_a_unit_counts_as_it_does_on_the_form(kind, asked, tasks, version):
    PollutionSource.objects.update(media="", permit_class="", discharges_wastewater=False)
    Checklist.objects.update(**asked)
    assert without_list() == len(tasks)
    source = tasks[0].selection.source
    PermitCondition.objects.create(
        code="1", source=source, outlet_kind=kind, outlet_code="1", pollutant="氨氮"
    )
    latest = Inspection.objects.all()
    assert without_list() == sum(not sheet(each).versions for each in latest) == len(tasks) - 1


def test_the_page_says_the_counts_before_it_is_confirmed_and_the_checks_say_who_has_none(
    tasks, version, checklist, client_of
):
    begin(tasks[0], version)
    html = client_of.get(reverse("checklists:versions", args=[checklist.pk])).content.decode()
    assert "还没有交的任务 1 个" in html
    assert f"<b>{len(tasks) - 1} 个没有清单可用</b>" in html
    ChecklistVersion.objects.update(withdrawn_at=timezone.now())
    html = client_of.get(reverse("data_checks")).content.decode()
    assert "还没有开始的检查任务：没有适用的检查清单" in html


def test_the_officer_reads_for_what_unit_no_list_fits(tasks, login):
    ChecklistVersion.objects.update(withdrawn_at=timezone.now())
    lead = tasks[0].selection.team.get(is_lead=True).officer.user
    html = login(lead).get(reverse("inspections:edit", args=[tasks[0].pk])).content.decode()
    assert "没有适用于这家单位的检查清单" in html
    assert f"这家单位：{tasks[0].selection.get_stratum_display()}" in html
