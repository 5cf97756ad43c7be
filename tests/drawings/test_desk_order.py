"""The desk lists what is to do in the order of the work, whichever page was opened first."""

from drawings.models import VoidRequest


def test_the_steps_of_a_draw_come_before_what_amends_it(drawn_draw, organiser, organiser2, login):
    VoidRequest.objects.create(draw=drawn_draw, reason="system", evidence="停电", declared_by=organiser2)
    labels = [line.label for line in login(organiser).get("/desk/").context["todos"]]
    steps = [label for label in labels if drawn_draw.title in label]
    assert steps == [f"{drawn_draw.title}：公布抽查结果", f"{drawn_draw.title}：请确认或驳回作废申请"]
