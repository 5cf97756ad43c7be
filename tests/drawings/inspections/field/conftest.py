"""The officers' form as the lead saves and sends it, and a list that no chemical works asks for."""

import pytest
from django.urls import reverse

from drawings.checklists.shipped import add_shipped
from drawings.inspections import verbs
from drawings.inspections.field.report import Report
from drawings.models import ChecklistVersion, Inspection


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


@pytest.fixture
def save(lead):
    def do(inspection, **parts):
        row = latest(inspection)
        return verbs.save_draft(inspection=row, actor=lead, version=row.version, report=Report(**parts))

    return do


@pytest.fixture
def send(login, lead, fields):
    def do(inspection, report=Report(), **more):  # noqa: B008 - it is frozen
        address = reverse("inspections:edit", args=[inspection.pk])
        return login(lead).post(address, fields(latest(inspection), report, **more))

    return do


@pytest.fixture
def station(specialities):
    """A list that the unit does not ask for."""
    add_shipped()
    return ChecklistVersion.objects.get(checklist__code="filling-station")
