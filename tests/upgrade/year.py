"""A year of the site from August 2025 to October 2026, on a clock of its own: nobody's clock is behind it.

2025Q2 is that of the demonstration; 2025Q3 void with its result, then drawn again; 2025Q4 with substitutes under its own
numbers; 2026Q1 sealed and lifted; 2026Q2 sealed until a day; 2026Q3 still sealed; 2026Q4 frozen under it; 2027Q1 a draft.
"""

import datetime

from django.core.management import call_command
from upgrade.lists_steps import bureau, lists, rehearsal, undecided
from upgrade.staff_steps import log_ins, registries, requests, retire, waiting_list
from upgrade.steps import (
    VALUES,
    all_states,
    clock,
    closed,
    drawn,
    enter,
    freeze,
    inspect,
    issue_for,
    open_visits,
    plan,
    published,
    replaced,
    start,
    void,
    who,
)

from drawings.amendments import seals, substitutes, withdrawals
from drawings.ceremony import verbs as ceremony
from drawings.inspections import verbs as inspections
from drawings.models import Draw, Inspection, TeamMember
from wugang_audit.accounts import approvals


def year_2025() -> None:
    # The demonstration leaves the second quarter under way, and the third one opened.
    clock.at("2025-07-25 09:00")
    call_command("demo", no_serve=True)
    clock.at("2025-07-28 09:00")
    registries()
    requests()
    draw = Draw.objects.get(code="2025Q2")
    clock.at("2025-08-13 09:00")
    inspections.correct(
        inspection=Inspection.objects.filter(state="published").first(),
        actor=who("head"),
        text="许可证有效期应为三年。",
    )
    replaced(draw)
    clock.at("2025-09-01 09:00")
    draw = drawn(freeze(Draw.objects.get(code="2025Q3"), objection="410481-0001 为什么停用，请补充说明"))
    void(draw, confirmed=True)  # its result is known, and stays
    clock.at("2025-09-08 09:00")
    draw = freeze(start("2025Q3"))
    void(draw, confirmed=False)
    first, second = draw.entropy.order_by("position")
    enter(first, "organiser2", "reviewer", wrong="58260471930582471930")
    enter(second, "organiser", "head")
    draw = ceremony.publish(draw=Draw.objects.get(pk=draw.pk), actor=who("organiser"))
    all_states(draw)
    replaced(draw)
    clock.at("2025-10-09 09:00")
    plan(2025, substitutes="seed")
    draw = published(freeze(start("2025Q4")))
    replaced(draw)
    all_states(draw)


def year_2026() -> None:
    clock.at("2026-01-12 09:00")
    plan(2026, substitutes="pl5", general_reading="units", fresh_first="on")
    clock.at("2026-02-09 09:00")
    draw = published(freeze(start("2026Q1"), disclosure="sealed"))
    all_states(draw)
    replaced(draw)
    seals.unseal(draw=draw, actor=who("organiser"))
    clock.at("2026-04-13 09:00")
    draw = published(freeze(start("2026Q2"), disclosure="sealed", unseal_on=datetime.date(2026, 6, 30)))
    inspect(open_visits(draw)[0], "submit", "approve", "publish")
    clock.at("2026-07-01 08:00")
    call_command("unseal_due")
    reason = "满一年，按规定撤下姓名"
    before = Draw.objects.get(code="2025Q3-2").frozen_at
    for kind, idents in (("officer", None), ("unit", ["410481-9001"])):
        for found in list(withdrawals.find(withdrawals.old_draws(before), kind, idents)):
            withdrawals.withdraw(draw=found.draw, kind=kind, idents=idents, reason=reason, actor=None)


def first_hour() -> None:
    """What a bureau does before its first draw on the site; no seal stands."""
    clock.at("2026-07-06 09:00")
    bureau()
    lists()
    rehearsal()


def today() -> None:
    """What is under way: a seal that stands, a draw frozen under it, declarations that wait, a draft, an open plan."""
    clock.at("2026-07-13 09:00")
    draw = published(freeze(start("2026Q3"), disclosure="sealed"))
    all_states(draw)
    replaced(draw)
    clock.at("2026-10-12 09:00")
    later = freeze(start("2026Q4"), disclosure="sealed")
    enter(later.next_source(), "organiser", "reviewer")
    approvals.ask(user=who("reviewer"), kind="factor", actor=who("security"), reason="手机又换了")
    clock.moment = later.next_source().known_at + datetime.timedelta(minutes=10)
    ceremony.enter_value(entropy=later.next_source(), value=VALUES["ssq"], actor=who("organiser"))
    first, second, *_ = open_visits(draw)
    closed(draw, first, "untraced")
    lead = TeamMember.objects.filter(selection=second).order_by("-is_lead").first().officer
    substitutes.declare_officer(
        draw=draw, officer=lead.certificate_number, unit=second.source.number, reason="recused",
        evidence="亲属在该单位任职", away={}, issue=issue_for(draw), actor=who("organiser"),
    )  # fmt: skip
    plan(2026, publish=False, general_reading="officers")
    start("2027Q1")
    waiting_list()
    undecided()
    retire()
    log_ins()
    call_command("anchor_audit")
