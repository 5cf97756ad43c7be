"""Visits as a release kept them, with photos, records, signatures and supplements: all readable after the upgrade, nothing changed."""

import json

import pytest

LOOK = """
import django
import json
import sys
django.setup()
sys.path.insert(0, "tests")
from django.apps import apps
from django.db import DatabaseError, transaction
from django.test import Client
from drawings.models import CoSign, Evidence, FirmSignature, Inspection, OnSiteRecord, Supplement
from signed_in import pass_second_factor
from wugang_audit.accounts.models import User
counts = {m._meta.label_lower: m._base_manager.count() for m in apps.get_models(include_auto_created=True)}
client = Client()  # its log-in is an entry of the trail
client.force_login(User.objects.get(username="reviewer"))
pass_second_factor(client)
def page(pk, name):
    return client.get(f"/inspections/{pk}/{name}", follow=True)
told = {}
for row in Inspection.objects.all():
    texts = {name: page(row.pk, name) for name in ("", "record/", "evidence/")}
    told |= {f"{row.pk}/{name} opens": text.status_code == 200 for name, text in texts.items()}
    record, photos = (texts[name].content.decode() for name in ("record/", "evidence/"))
    for each in Supplement.objects.filter(record__inspection=row):
        told[f"supplement {each.pk} is shown"] = each.text in record
    for each in CoSign.objects.filter(record__inspection=row).exclude(note=""):
        told[f"objection {each.pk} is shown"] = each.note in record
    for each in FirmSignature.objects.filter(record__inspection=row):
        told[f"signature {each.pk} is shown"] = each.get_kind_display() in record
    for each in OnSiteRecord.objects.filter(inspection=row):
        told[f"record {each.pk} is shown"] = each.digest in record or bool(each.set_aside_at)
        told[f"why {each.pk} was opened again is shown"] = each.set_aside_because in record
    for each in Evidence.objects.filter(inspection=row, removed_at=None):
        told[f"photo {each.pk} is shown"] = each.caption in photos and str(each.key) in photos
for model in (CoSign, Evidence, FirmSignature, OnSiteRecord, Supplement):
    try:
        with transaction.atomic():
            model.objects.all()._raw_delete("default")
        told[f"{model.__name__} stays"] = False
    except DatabaseError as error:
        told[f"{model.__name__} stays"] = "append-only" in str(error)
print(json.dumps([told, counts]))
"""


@pytest.mark.long  # in the short run test_upgrade brings a year up to date
def test_visits_of_a_release_are_brought_up_to_date(run, manage):
    before = json.loads(run("tests/upgrade/release.py", "fill", "visits/gate"))
    manage("migrate --no-input", "verify_log", "verify_audit", "check --database default")
    told, after = json.loads(run("-c", LOOK))
    assert [what for what, holds in told.items() if not holds] == []
    kept = before.keys() - {"auth.permission", "contenttypes.contenttype"}
    assert {label: after[label] for label in kept} == {label: before[label] for label in kept}
    # What the file is for, by hand: a release that held none of it would prove nothing.
    wanted = {
        "onsiterecord": 5, "cosign": 5, "firmsignature": 4, "evidence": 10, "supplement": 4, "visit": 4,
    }  # fmt: skip
    assert {name: after[f"drawings.{name}"] for name in wanted} == wanted
