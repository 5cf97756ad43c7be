"""The form that opens a draw offers the quarter that is next to be drawn."""

from drawings.ceremony import verbs
from drawings.ceremony.forms import StartForm
from drawings.models import Draw
from drawings.states import DrawState


def test_the_form_offers_the_first_quarter_without_a_draw(plan, item, organiser, clock):
    def offered():
        return StartForm()["year"].value(), StartForm()["quarter"].value()

    assert offered() == (2026, 4)
    verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    assert offered() == (2027, 1)
    verbs.start(year=2027, quarter=1, item=item, actor=organiser)
    assert offered() == (2027, 2)
    Draw.objects.filter(code="2026Q4").update(state=DrawState.VOID)  # it may be drawn again
    assert offered() == (2026, 4)
