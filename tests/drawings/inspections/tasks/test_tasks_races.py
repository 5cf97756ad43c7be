"""Two people decide on, or ask for, the same thing at the same moment: one effect."""

import datetime

import pytest
from races import outcomes_of, race

from drawings.amendments import recusals
from drawings.inspections.tasks import verbs
from drawings.models import Inspection, Problem, RecusalRequest, Substitution

pytestmark = pytest.mark.django_db(transaction=True)
WANTED = datetime.date(2026, 11, 3)


@pytest.fixture
def row(on_seed, clock, inspection, due):
    due(inspection.selection.draw, 12)
    return Inspection.objects.get(pk=inspection.pk)


def test_both_officers_ask_for_more_time(row, lead, second):
    asks = [
        lambda actor=actor: verbs.postpone(inspection=row, postpone_to=WANTED, reason="停产", actor=actor)
        for actor in (lead, second)
    ]
    assert race(*asks) == ["done", "refused"]
    assert Problem.objects.count() == 1


def test_one_organiser_grants_while_the_other_refuses(row, lead, organiser, organiser2):
    problem = verbs.postpone(inspection=row, postpone_to=WANTED, reason="停产", actor=lead)
    words = {"problem": problem, "answer": "已核实", "goes_up": False}
    outcomes = outcomes_of(
        lambda: verbs.answer(decision="granted", actor=organiser, **words),
        lambda: verbs.answer(decision="refused", actor=organiser2, **words),
    )
    assert sorted(outcomes) == ["done", "refused"]
    granted = outcomes[0] == "done"
    assert Inspection.objects.get(pk=row.pk).postponed_to == (WANTED if granted else None)
    assert Problem.objects.get().decision == ("granted" if granted else "refused")


def test_an_officer_takes_back_what_an_organiser_answers(row, lead, organiser):
    problem = verbs.postpone(inspection=row, postpone_to=WANTED, reason="停产", actor=lead)
    outcomes = outcomes_of(
        lambda: verbs.answer(problem=problem, decision="granted", answer="", goes_up=False, actor=organiser),
        lambda: verbs.withdraw(request=problem, actor=lead),
    )
    assert sorted(outcomes) == ["done", "refused"]
    granted = outcomes[0] == "done"
    assert Problem.objects.get().decision == ("granted" if granted else "withdrawn")
    assert Inspection.objects.get(pk=row.pk).postponed_to == (WANTED if granted else None)


def test_an_officer_takes_back_a_request_to_be_recused_that_is_granted(row, lead, organiser):
    asked = verbs.ask_recusal(inspection=row, reason="亲属任职", actor=lead)
    outcomes = outcomes_of(
        lambda: recusals.grant(request=asked, evidence="有近亲属任职", away={}, actor=organiser),
        lambda: verbs.withdraw(request=asked, actor=lead),
    )
    assert sorted(outcomes) == ["done", "refused"]
    assert Substitution.objects.count() == (outcomes[0] == "done")


def test_a_request_to_be_recused_is_granted_once(row, lead, organiser, organiser2):
    asked = verbs.ask_recusal(inspection=row, reason="亲属任职", actor=lead)
    grants = [
        lambda actor=actor: recusals.grant(request=asked, evidence="有近亲属任职", away={}, actor=actor)
        for actor in (organiser, organiser2)
    ]
    assert race(*grants) == ["done", "refused"]
    assert RecusalRequest.objects.get().substitution == Substitution.objects.get()
