"""A process that is killed while it takes in a photo: no row without its files, and the phone sends the photo once more."""

import os
import uuid

import pytest
from django.core.management import call_command
from evidence.photo_files import photo
from killed import killed_in

from drawings.inspections.evidence import kept_files, verbs
from drawings.inspections.evidence.verbs import Sent
from drawings.models import Evidence
from wugang_audit.audit.models import AuditEntry

TAKE_IN = """
import uuid
from pathlib import Path
from django.core.files.base import ContentFile
from drawings.inspections.evidence import verbs
from drawings.models import Inspection
from wugang_audit.accounts.models import User
where, pk, by, key, path = sys.argv[1:]
def half(self, chunk_size=None):
    content = self.read()
    yield content[: len(content) // 2]
    stop()
if where == "in the middle of a file":
    ContentFile.chunks = half
elif where == "before the row":
    verbs._written = stop
elif where == "before the end of the transaction":
    verbs._trace = stop
sent = verbs.Sent(key=uuid.UUID(key), content=Path(path).read_bytes())
verbs.add(inspection=Inspection.objects.get(pk=pk), actor=User.objects.get(pk=by), sent=sent)
stop()
"""
# Where it is killed -> rows and files that are there afterwards.
PLACES = {
    "in the middle of a file": (0, 1),
    "before the row": (0, 2),
    "before the end of the transaction": (0, 2),
    "before the answer": (1, 2),
}


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", PLACES)
def test_a_process_killed_while_it_takes_in_a_photo_leaves_no_half_of_it(
    inspection, lead, settings, tmp_path, place
):
    kept = {
        "BACKEND": "drawings.inspections.evidence.kept_files.PrivateFiles",
        "OPTIONS": settings.STORAGES["evidence"]["OPTIONS"] | {"location": str(tmp_path / "evidence")},
    }
    settings.STORAGES = settings.STORAGES | {"evidence": kept}
    (tmp_path / "1.jpg").write_bytes(photo(size=(400, 300)))
    key, entries = uuid.uuid4(), AuditEntry.objects.count()
    given = (place, inspection.pk, lead.pk, key, tmp_path / "1.jpg")
    killed_in(TAKE_IN, *given, EVIDENCE_DIR=str(tmp_path / "evidence"))
    found = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert (Evidence.objects.count(), len(found)) == PLACES[place]
    assert AuditEntry.objects.count() == entries + Evidence.objects.count()
    for path in found:  # a file without a row may belong to a step under way, for an hour
        os.utime(path, (0, 0))
    call_command("check_evidence", delete_strays=True)
    sent = Sent(key=key, content=photo(size=(400, 300)))
    row, is_new = verbs.add(inspection=inspection, actor=lead, sent=sent)
    assert is_new == (place != "before the answer")
    assert (row, AuditEntry.objects.count()) == (Evidence.objects.get(), entries + 1)
    assert kept_files.compare() == kept_files.Strays(2, (), ())
