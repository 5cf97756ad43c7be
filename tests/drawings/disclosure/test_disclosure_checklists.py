"""By which checklists a visit went, as the public reads it: for ever under the name that the officers read."""

from django.urls import reverse
from django.utils import timezone

from drawings.disclosure.visit_facts import visit_facts
from drawings.models import Checklist, Finding, Inspection, InspectionChecklist


def test_a_past_result_keeps_the_name_of_its_list_when_that_is_renamed(published_draw, specialities, client):
    row = Inspection.objects.select_related("selection__source").first()
    version = Checklist.objects.get().versions.get()
    InspectionChecklist.objects.create(inspection=row, version=version)
    Finding.objects.create(inspection=row, point=version.points.first(), verdict="pass")
    Inspection.objects.filter(pk=row.pk).update(
        state="published", visited_at=timezone.now(), published_at=timezone.now(), outcome="clean"
    )
    address = reverse("disclosure:unit", args=[row.selection.source.number])
    before = client.get(address).content.decode()
    assert "按检查清单检查：通用检查清单（第 2 版）" in before
    Checklist.objects.update(name="改过的清单")
    [used] = visit_facts([row.pk])[row.pk].checklists
    assert (used.code, used.name, used.number) == ("general", "通用检查清单", 2)
    after = client.get(address).content.decode()
    assert "按检查清单检查：通用检查清单（第 2 版）" in after
    assert "改过的清单" not in after
