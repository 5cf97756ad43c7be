"""A site with the lists as they came before is brought along; what its administrator has decided stays."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from drawings.checklists.shipped import add_shipped
from drawings.models import Checklist, ChecklistVersion, Inspection, InspectionChecklist

MIGRATION = importlib.import_module("drawings.migrations.0006_checklist_industries")
NOW = {"livestock": ["03"], "hospital": ["841", "842", "843"], "filling-station": ["5265"]}


@pytest.fixture
def before(specialities):
    """The three lists as they were shipped."""
    add_shipped()
    Checklist.objects.filter(code__in=NOW).update(industries=[])
    Checklist.objects.exclude(code="livestock").filter(code__in=NOW).update(by_hand=True)
    Checklist.objects.get(code="livestock").specialities.set([specialities["livestock"]])


class Editor:
    connection = connection


def migrate():
    MIGRATION.keep_who_added(apps, Editor)
    MIGRATION.choose_by_industry(apps, Editor)


def criteria(code):
    row = Checklist.objects.get(code=code)
    return row.by_hand, [each.code for each in row.specialities.all()], row.industries


def test_the_shipped_lists_are_chosen_by_industry(before):
    for _ in range(2):
        migrate()
        assert {code: criteria(code) for code in NOW} == {
            code: (False, [], industries) for code, industries in NOW.items()
        }


def test_so_are_those_of_a_new_site(specialities):
    add_shipped()
    assert {code: criteria(code) for code in NOW} == {
        code: (False, [], industries) for code, industries in NOW.items()
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"categories": ["key"]},
        {"permit_classes": ["key"]},
        {"media": ["water"]},
        {"industries": ["8411"]},
        {"by_hand": False},
    ],
)
def test_criteria_that_were_changed_stay_as_they_are(changed, before):
    Checklist.objects.filter(code="hospital").update(**changed)
    kept = criteria("hospital")
    migrate()
    assert criteria("hospital") == kept
    assert criteria("filling-station") == (False, [], ["5265"])


def test_a_speciality_that_was_added_or_taken_away_stays_too(before, specialities):
    Checklist.objects.get(code="hospital").specialities.set([specialities["medical-services"]])
    Checklist.objects.get(code="livestock").specialities.clear()
    migrate()
    assert criteria("hospital") == (True, ["medical-services"], [])
    assert criteria("livestock") == (False, [], [])


def test_a_name_that_was_changed_is_no_hindrance_and_stays(before):
    Checklist.objects.filter(code="hospital").update(name="医院、卫生院", position=3)
    migrate()
    assert criteria("hospital") == (False, [], NOW["hospital"])
    assert Checklist.objects.get(code="hospital").name == "医院、卫生院"


def test_what_teams_had_added_by_hand_they_may_still_drop(before, published_draw):
    inspection = Inspection.objects.filter(selection__draw=published_draw).first()
    for row in ChecklistVersion.objects.filter(checklist__code__in=("hospital", "general")):
        InspectionChecklist.objects.create(inspection=inspection, version=row)
    migrate()
    kept = inspection.checklists.values_list("version__checklist__code", "added_by_hand")
    assert dict(kept) == {"hospital": True, "general": False}
