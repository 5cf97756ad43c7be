"""What the self-check asks of hidden texts: a fixed number of queries, and each text is held against what was hidden."""

import pytest
from django.core.management import call_command
from redaction_cases import (
    CORRECTION,
    EVIDENCE,
    GONE,
    OLD_CORRECTION,
    OLD_SUMMARY,
    PLACE,
    SUMMARY,
    WITNESS,
    fill,
    hide,
    target,
    witnessed,
)

from drawings.ceremony import verbs
from drawings.models import Deposit, Draw, Inspection, Plan, Redaction
from drawings.selfcheck.evidence import Evidence
from drawings.selfcheck.redactions import redactions

ALL = (SUMMARY, CORRECTION, OLD_SUMMARY, OLD_CORRECTION, WITNESS, EVIDENCE, PLACE, GONE)


@pytest.fixture
def substitutes_by():
    """At once, from the draw's own numbers."""
    return Plan.Substitutes.SEED


@pytest.fixture
def rich(frozen_draw, organiser, reviewer, head, monkeypatch):
    """A published draw with words of every kind."""
    witnessed(frozen_draw, organiser)
    draw = verbs.publish(draw=verbs.draw_from_system(draw=frozen_draw, actor=organiser), actor=organiser)
    fill(draw, monkeypatch, organiser, reviewer, head)
    return Draw.objects.get()


@pytest.mark.parametrize("disclosure", ["open", "sealed"])
def test_the_queries_do_not_grow_with_the_hidden_texts(
    rich, reviewer, head, django_assert_max_num_queries, disclosure
):
    for words in ALL:
        hide(rich, target(rich, words), reviewer, head)
    one = Inspection.objects.get(record_form="finding/2", state="published")
    hide(rich, f"finding/{one.pk}", reviewer, head)
    Draw.objects.update(disclosure=disclosure)  # of a sealed one each digest is salted
    evidence = Evidence(Draw.objects.select_related("plan", "item", "under", "names").get())
    # The redactions; corrections, deposits and withdrawals for their serials; six tables beside the inspections; the salt.
    with django_assert_max_num_queries(11):
        part = redactions(evidence)
    assert part.checked == len(ALL) + 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"deposit": 1}, "指的不是登记的那段文字"),
        ({"text": "witnesses"}, "隐去的内容和审计记录"),
        ({"target": "deposit/0"}, "指的不是登记的那段文字"),
    ],
)
def test_a_hidden_place_that_points_elsewhere_is_noticed(rich, reviewer, head, change, said):
    row = hide(rich, target(rich, PLACE), reviewer, head)
    call_command("verify_log")
    if "deposit" in change:
        change = {"deposit": Deposit.objects.exclude(pk=row.deposit_id).first()}
    Redaction.objects.update(**change)
    faults = redactions(Evidence(Draw.objects.get())).faults
    assert any(said in fault for fault in faults), faults
    assert any("日志里没有这份内容" in fault for fault in faults) == ("target" not in change)
