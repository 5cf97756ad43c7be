"""Two people decide on one report at the same moment, on two real connections: one effect."""

import pytest
from races import outcomes_of
from visit_cases import send_in

from drawings.inspections import verbs
from drawings.models import HandedIn, Inspection, InspectionMove, ReviewNote
from wugang_audit.access.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_reviewers_give_back_with_notes_at_once(inspection, hand_in, reviewer, person):
    other = person("reviewer2", Role.REVIEWER)
    row = hand_in(inspection)
    outcomes = outcomes_of(
        *(
            lambda actor=actor: verbs.send_back(
                inspection=row, actor=actor, version=row.version, notes={"summary": actor.username}
            )
            for actor in (reviewer, other)
        )
    )
    assert sorted(outcomes) == ["done", "refused"]
    [note] = ReviewNote.objects.all()
    assert note.by == (reviewer, other)[outcomes.index("done")]


def test_one_reviewer_approves_while_another_gives_back(inspection, hand_in, reviewer, person):
    other = person("reviewer2", Role.REVIEWER)
    row = hand_in(inspection)
    outcomes = outcomes_of(
        lambda: verbs.approve(inspection=row, actor=reviewer, version=row.version),
        lambda: verbs.send_back(inspection=row, actor=other, version=row.version, notes={"summary": "改"}),
    )
    assert sorted(outcomes) == ["done", "refused"]
    done = ("approved", "returned")[outcomes.index("done")]
    assert Inspection.objects.get(pk=row.pk).state == done
    assert ReviewNote.objects.count() == (done == "returned")
    assert InspectionMove.objects.count() == 2


def test_both_officers_hand_in_at_once_and_one_version_is_kept(inspection, lead, second, full):
    version = inspection.version
    outcomes = outcomes_of(
        *(
            lambda actor=actor: send_in(
                inspection=inspection, actor=actor, version=version, report=full(summary=actor.username)
            )
            for actor in (lead, second)
        )
    )
    assert sorted(outcomes) == ["done", "refused"]
    [kept] = HandedIn.objects.all()
    assert (kept.number, kept.by) == (1, (lead, second)[outcomes.index("done")])
