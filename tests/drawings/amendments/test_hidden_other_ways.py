"""Other ways in which a hidden text could come back, and what must not be taken for it."""

import pytest
from redaction_cases import LAW, SUMMARY, hide, publish

from drawings.amendments import redactions
from drawings.inspections import verbs
from drawings.models import Draw
from drawings.states import Refused

PLAN = "二期项目配套废气设施未经验收即投入生产"


@pytest.fixture
def published(published_draw, reviewer, head):
    return publish(published_draw.selections.first().inspection, reviewer, head, f"{SUMMARY}；{PLAN}")


@pytest.fixture
def draw(published):
    return Draw.objects.get()


def five(t):
    return "\n".join(t[i : i + 5] for i in range(0, len(t), 5))


@pytest.mark.parametrize(
    "text", [f"原来写的《{PLAN}》不对", f"原来写的\n{five(PLAN)}\n不对"], ids=["brackets", "lines"]
)
def test_neither_brackets_nor_lines_part_it(draw, published, reviewer, head, text):
    hide(draw, f"summary/{published.pk}", reviewer, head)
    published.refresh_from_db()
    with pytest.raises(Refused):
        verbs.correct(inspection=published, actor=head, text=text)


def test_a_short_text_does_not_come_back_as_a_whole(draw, published, reviewer, head):
    row = verbs.correct(inspection=published, actor=reviewer, text="甄某患病")
    hide(draw, f"correction/{row.pk}", reviewer, head)
    published.refresh_from_db()
    with pytest.raises(Refused):
        verbs.correct(inspection=published, actor=head, text="再次更正：甄某患病")


def test_brackets_make_no_citation(draw, published, reviewer):
    with pytest.raises(Refused):
        redactions.ask(
            draw=draw,
            target=f"summary/{published.pk}",
            actor=reviewer,
            legal_reason=f"《个人信息保护法》第四十七条：文字写到《{PLAN[:12]}》",
        )


def test_a_reason_does_not_repeat_another_hidden_text(draw, published, reviewer, head):
    row = verbs.correct(inspection=published, actor=reviewer, text="面积应为 3 亩")
    hide(draw, f"summary/{published.pk}", reviewer, head)
    with pytest.raises(Refused):
        redactions.ask(
            draw=draw, target=f"correction/{row.pk}", actor=reviewer, legal_reason=f"{LAW}，{PLAN}"
        )


def test_the_unit_may_be_named_where_a_correction_names_it(draw, published, reviewer):
    name = published.selection.source.name
    row = verbs.correct(inspection=published, actor=reviewer, text=f"{name}的面积应为 3 亩")
    redactions.ask(draw=draw, target=f"correction/{row.pk}", actor=reviewer, legal_reason=f"{LAW}（{name}）")


def test_a_date_may_be_said_again(published_draw, reviewer, head):
    row = publish(
        published_draw.selections.first().inspection, reviewer, head, f"2026年10月8日到场，{SUMMARY}"
    )
    hide(Draw.objects.get(), f"summary/{row.pk}", reviewer, head)
    row.refresh_from_db()
    verbs.correct(inspection=row, actor=head, text="2026年10月8日到场的应为两名执法人员")
