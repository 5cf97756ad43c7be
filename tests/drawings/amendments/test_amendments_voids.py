"""Voids with four eyes, their reasons, and the end of a seal."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from drawings import public_log
from drawings.amendments import seals, voids
from drawings.models import Draw, LogEntry, VoidRequest
from drawings.protocol import verify
from drawings.states import DrawState, Refused
from wugang_audit.audit.models import AuditEntry

DICE = verify.Source("dice10", "20", "2026-10-08T10:00:00+08:00")
LOTTERY = verify.Source("ssq", "2026112", "2026-10-08T21:15:00+08:00")


@pytest.fixture
def ask(organiser):
    def do(draw, reason="registry", evidence="名单里 3 家单位登记重复", actor=organiser):
        return voids.request_void(draw=draw, reason=reason, evidence=evidence, actor=actor)

    return do


@pytest.fixture
def sealed_draw(published_draw):
    Draw.objects.filter(pk=published_draw.pk).update(disclosure="sealed")
    return Draw.objects.get(pk=published_draw.pk)


def kinds():
    return list(LogEntry.objects.values_list("kind", flat=True))


def todos(client):
    return [line.label for line in client.get("/desk/").context["todos"]]


def test_a_request_alone_voids_nothing(drawn_draw, ask):
    ask(drawn_draw)
    assert Draw.objects.get().state == DrawState.DRAWN
    assert "void" not in kinds()


def test_the_second_organiser_voids_with_reason_and_evidence_in_words(drawn_draw, ask, organiser2):
    voids.confirm_void(request=ask(drawn_draw, evidence="3 家单位\r\n登记\t重复"), actor=organiser2)
    draw = Draw.objects.get()
    assert (draw.state, draw.voided_by) == (DrawState.VOID, organiser2)
    assert draw.void_reason == "名录有重大错误，结果不能代表监管对象：3 家单位 登记 重复"
    entry = LogEntry.objects.get(kind="void")
    assert (entry.subject, entry.digest) == ("2026Q4", verify.digest(draw.void_reason))


def test_who_asked_does_not_confirm(drawn_draw, ask, organiser):
    request = ask(drawn_draw)
    for verb in (voids.confirm_void, voids.refuse_void):
        with pytest.raises(Refused, match="另一名组织者"):
            verb(request=request, actor=organiser)
    assert Draw.objects.get().state == DrawState.DRAWN


def test_nobody_but_an_organiser_confirms(drawn_draw, ask, head):
    with pytest.raises(PermissionDenied):
        voids.confirm_void(request=ask(drawn_draw), actor=head)


def test_nobody_but_an_organiser_asks(drawn_draw, ask, head):
    with pytest.raises(PermissionDenied):
        ask(drawn_draw, actor=head)
    assert not VoidRequest.objects.exists()


def test_a_refusal_bears_its_name_and_lets_another_request_in(drawn_draw, ask, organiser2):
    request = voids.refuse_void(request=ask(drawn_draw), actor=organiser2)
    assert (request.refused_by, request.confirmed_by, request.is_open) == (organiser2, None, False)
    with pytest.raises(Refused, match="处理过"):
        voids.confirm_void(request=request, actor=organiser2)
    assert ask(drawn_draw, "system").is_open


def test_one_request_waits_at_a_time(drawn_draw, ask, organiser2):
    ask(drawn_draw)
    with pytest.raises(Refused, match="已经有一份"):
        ask(drawn_draw, actor=organiser2)
    assert VoidRequest.objects.count() == 1


def test_findings_handed_in_after_the_request_stop_the_void(published_draw, ask, organiser2):
    request = ask(published_draw)
    inspection = published_draw.selections.first().inspection
    type(inspection).objects.filter(pk=inspection.pk).update(state="submitted")
    with pytest.raises(Refused, match="已经有检查结果"):
        voids.confirm_void(request=request, actor=organiser2)
    assert Draw.objects.get().state == DrawState.PUBLISHED


def test_only_reasons_that_the_state_can_bear_are_offered(draft, freeze, clock, organiser, reviewer):
    assert voids.void_reasons(draft) == []
    draw = freeze(draft, DICE, LOTTERY)
    assert voids.void_reasons(draw) == ["registry", "system"]
    clock.move(hours=1)  # the dice are thrown
    assert voids.void_reasons(draw) == ["dice-fault", "registry", "system"]
    clock.move(minutes=61)
    assert voids.void_reasons(draw) == ["dice-late", "dice-fault", "registry", "system"]
    draw.entropy.filter(source="dice10").update(accepted_at=clock(), value="0" * 20)
    assert voids.void_reasons(draw) == ["dice-fault", "registry", "system"]
    clock.move(hours=12)  # the lottery should be known
    assert voids.void_reasons(draw) == ["dice-fault", "lottery", "registry", "system"]
    Draw.objects.update(state="published")
    draw = Draw.objects.get()
    draw.entropy.update(accepted_at=clock())
    assert voids.void_reasons(draw) == ["registry", "system"]


def test_a_rehearsal_ends_at_any_time(drawn_draw):
    assert voids.void_reasons(drawn_draw) == ["registry", "system", "rehearsal"]


def test_a_reason_that_does_not_fit_is_refused(drawn_draw, ask):
    with pytest.raises(Refused, match="对不上"):
        ask(drawn_draw, "dice-late")


def test_a_reason_that_has_ceased_to_hold_is_not_confirmed(draft, freeze, clock, ask, organiser2):
    draw = freeze(draft, DICE, LOTTERY)
    clock.move(hours=3)
    request = ask(draw, "dice-late")
    draw.entropy.update(accepted_at=clock())
    with pytest.raises(Refused, match="不成立"):
        voids.confirm_void(request=request, actor=organiser2)


def test_the_other_organisers_desk_asks_for_a_decision(drawn_draw, ask, login, organiser, organiser2):
    ask(drawn_draw)
    line = "2026年第4季度抽查：请确认或驳回作废申请"
    assert [line in todos(login(person)) for person in (organiser, organiser2)] == [False, True]


def test_the_draws_page_tells_of_the_request(drawn_draw, ask, login, organiser2):
    ask(drawn_draw)
    page = login(organiser2).get("/ceremony/2026Q4/").content.decode()
    assert "沈组织申请作废" in page
    assert "名单里 3 家单位登记重复" in page


# --- seals ---------------------------------------------------------------------------------------------------


def test_a_seal_is_lifted_once_and_logged(sealed_draw, organiser, login):
    page = login(organiser).post("/ceremony/2026Q4/unseal/", follow=True)
    assert [str(message) for message in page.context["messages"]] == ["已解封，全部文件已公开。"]
    draw = Draw.objects.get()
    assert (draw.is_sealed, draw.unsealed_by) == (False, organiser)
    entry = LogEntry.objects.get(kind="unseal")
    assert (entry.subject, entry.digest) == ("2026Q4", verify.digest(draw.file("result.tsv")))
    with pytest.raises(Refused, match="已经解封"):
        seals.unseal(draw=draw, actor=organiser)


def test_an_open_draw_has_no_seal_to_lift(published_draw, organiser, login):
    with pytest.raises(Refused, match="没有密封"):
        seals.unseal(draw=published_draw, actor=organiser)
    assert login(organiser).get("/ceremony/2026Q4/unseal/").status_code == 404


def test_a_seal_is_not_lifted_before_the_tasks_are_out(drawn_draw, organiser):
    Draw.objects.update(disclosure="sealed")
    with pytest.raises(Refused, match="任务下达以后"):
        seals.unseal(draw=drawn_draw, actor=organiser)


def test_seals_that_have_ended_by_their_date_are_logged_once(sealed_draw, clock, login, organiser, capsys):
    Draw.objects.update(unseal_on=datetime.date(2026, 10, 9))
    call_command("unseal_due")
    assert "unseal" not in kinds()
    clock.move(hours=15)  # midnight in Shanghai
    assert "2026年第4季度抽查：密封期已满，请解封" in todos(login(organiser))
    call_command("unseal_due")
    call_command("unseal_due")
    assert kinds().count("unseal") == 1
    assert capsys.readouterr().out == "已解封：2026年第4季度抽查\n"
    assert AuditEntry.objects.latest("index").actor is None
    assert "2026年第4季度抽查：密封期已满，请解封" not in todos(login(organiser))


def test_a_seal_whose_date_comes_before_there_is_a_result_is_not_entered(draft, freeze, clock):
    freeze(draft, DICE, LOTTERY)
    Draw.objects.update(disclosure="sealed", unseal_on=clock().date())
    assert seals.unseal_due() == []
    assert "unseal" not in kinds()


def test_a_void_lifts_the_seal_and_shows_the_voided_result(sealed_draw, void):
    draw = void(sealed_draw)
    assert not draw.is_sealed
    assert kinds()[-3:] == ["void", "unseal", "audit"]
    verify.parse_log(public_log.text())


def test_a_sealed_draw_voided_before_its_result_logs_no_unsealing(draft, freeze, void, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    draw = freeze(draft)
    Draw.objects.update(disclosure="sealed")
    void(draw)
    assert kinds()[-2:] == ["void", "audit"]
    assert Draw.objects.get().may_be_voided() is False
