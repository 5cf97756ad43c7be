"""Two people act on one inspection at the same moment, on two real connections: one effect."""

import dataclasses
import uuid

import pytest
from evidence.photo_files import photo
from races import outcomes_of, race
from visit_cases import send_in

from drawings.amendments import voids
from drawings.inspections import verbs
from drawings.inspections.evidence import kept_files
from drawings.inspections.evidence import verbs as evidence_verbs
from drawings.inspections.evidence.verbs import Sent
from drawings.inspections.field.arrival import Arrival
from drawings.inspections.field.report import stored
from drawings.models import Draw, Evidence, Inspection
from wugang_audit.audit.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("verb", [verbs.save_draft, send_in])
def test_both_officers_send_their_form(verb, inspection, lead, second, full):
    reports = [full(summary="甲写的"), full(summary="乙写的")]
    version = inspection.version
    outcomes = outcomes_of(
        *(
            lambda actor=actor, report=report: verb(
                inspection=inspection, actor=actor, version=version, report=report
            )
            for actor, report in zip((lead, second), reports, strict=True)
        )
    )
    assert sorted(outcomes) == ["done", "refused"]
    kept = stored(Inspection.objects.get(pk=inspection.pk))
    assert dataclasses.replace(kept, arrival=Arrival()) == reports[outcomes.index("done")]


def test_the_head_confirms_while_the_reviewer_takes_back(published_draw, inspection, step, reviewer, head):
    row = step(inspection, "submitted", "approved")
    outcomes = outcomes_of(
        lambda: verbs.publish_all(draw=published_draw, actor=head, versions={row.pk: row.version}),
        lambda: verbs.send_back(inspection=row, actor=reviewer, version=row.version, comment="再核对"),
    )
    assert sorted(outcomes) == ["done", "refused"]
    state = Inspection.objects.get(pk=row.pk).state
    assert state == ("published" if outcomes[0] == "done" else "returned")
    assert AuditEntry.objects.filter(action__in=["确认公开", "退回检查"]).count() == 1


def test_an_officer_submits_while_the_draw_is_voided(
    published_draw, inspection, lead, organiser, organiser2, full
):
    version, report = inspection.version, full()
    request = voids.request_void(draw=published_draw, reason="registry", evidence="名单有误", actor=organiser)
    outcomes = outcomes_of(
        lambda: send_in(inspection=inspection, actor=lead, version=version, report=report),
        lambda: voids.confirm_void(request=request, actor=organiser2),
    )
    assert sorted(outcomes) == ["done", "refused"]
    found = (Inspection.objects.get(pk=inspection.pk).state, Draw.objects.get().state)
    assert found == (("submitted", "published") if outcomes[0] == "done" else ("draft", "void"))


@pytest.mark.parametrize(("key", "outcomes"), [(uuid.uuid4(), ["done", "done"]), (None, ["done", "refused"])])
def test_a_photo_is_sent_twice_at_once(key, outcomes, inspection, lead, second):
    """The same key from one phone whose answer was lost, or the same picture from two phones: one row, its two files."""
    content = photo()
    assert outcomes == race(
        *(
            lambda actor=actor: evidence_verbs.add(
                inspection=inspection, actor=actor, sent=Sent(key=key or uuid.uuid4(), content=content)
            )
            for actor in (lead, second)
        )
    )
    row, storage = Evidence.objects.get(), kept_files.files()
    [folder] = storage.listdir("")[0]
    names = {f"{folder}/{name}" for name in storage.listdir(folder)[1]}
    assert names == {row.copy_name, row.original_name}
    assert AuditEntry.objects.filter(action="添加现场证据").count() == 1


def test_a_photo_that_came_in_between_the_first_looks_is_the_same_photo(inspection, lead, monkeypatch):
    """Its answer was lost, and the phone sent it once more: what it is refused for is its own row."""
    sent, open_ = Sent(key=uuid.uuid4(), content=photo()), evidence_verbs._require_open

    def and_then_the_first_is_there(*args):
        monkeypatch.setattr(evidence_verbs, "_require_open", open_)
        evidence_verbs.add(inspection=inspection, actor=lead, sent=sent)
        open_(*args)

    monkeypatch.setattr(evidence_verbs, "_require_open", and_then_the_first_is_there)
    row, is_new = evidence_verbs.add(inspection=inspection, actor=lead, sent=sent)
    assert (row, is_new) == (Evidence.objects.get(), False)
