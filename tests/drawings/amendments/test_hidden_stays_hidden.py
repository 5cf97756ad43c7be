"""What the law hid comes back neither in a legal reason nor in a correction."""

import pytest
from redaction_cases import CORRECTION, LAW, SUMMARY, hide, publish, refused

from drawings.amendments import redactions
from drawings.inspections import verbs
from drawings.models import Correction, Draw
from drawings.states import Refused

PLAN = "二期项目配套废气设施未经验收即投入生产"


@pytest.fixture
def published(published_draw, reviewer, head):
    first = published_draw.selections.first().inspection
    return publish(first, reviewer, head, f"{SUMMARY}；{PLAN}")


@pytest.fixture
def draw(published):
    return Draw.objects.get()


def correct(row, actor, text):
    row.refresh_from_db()
    return verbs.correct(inspection=row, actor=actor, text=text)


@pytest.mark.parametrize("kind", ["summary", "finding"])
def test_a_reason_repeats_no_part_of_the_text(draw, published, reviewer, kind):
    reason = f"《个人信息保护法》第四十七条：文字写到{PLAN[:12]}"
    refused(draw, f"{kind}/{published.pk}", reviewer, f"不能重复要隐去的内容：“{PLAN[:12]}”", reason)
    named = f"{LAW}（{published.selection.source.name}）"
    assert redactions.ask(draw=draw, target=f"{kind}/{published.pk}", legal_reason=named, actor=reviewer).pk


@pytest.mark.parametrize("kind", ["summary", "finding"])
def test_a_correction_does_not_bring_it_back(draw, published, reviewer, head, login, kind):
    """Nor while the head has not decided: what is public by then would be public for ever."""
    asked = redactions.ask(draw=draw, target=f"{kind}/{published.pk}", legal_reason=LAW, actor=reviewer)
    for step in (lambda: None, lambda: redactions.confirm(redaction=asked, actor=head)):
        step()
        with pytest.raises(Refused, match=f"更正里的“{PLAN}”是依法隐去"):
            correct(published, head, f"原来写的“{PLAN}”不对")
    page = login(head).post(f"/inspections/{published.pk}/correct/", {"text": f"补充：{SUMMARY}"})
    (fault,) = page.context["correction"].errors["text"]
    assert fault.startswith(f"更正里的“{SUMMARY}”是依法隐去")
    assert not Correction.objects.exists()
    assert correct(published, head, f"{published.selection.source.name}的二期项目已经验收").pk


def test_nor_does_it_bring_back_a_correction_that_was_hidden(draw, published, reviewer, head):
    row = correct(published, reviewer, CORRECTION)
    hide(draw, f"correction/{row.pk}", reviewer, head)
    with pytest.raises(Refused, match="是依法隐去"):
        correct(published, head, f"再次更正：{CORRECTION}")
