"""Personal data in what is declared of a draw: evidence of voids and substitutes, why somebody is away, why names go."""

import pytest
from amendment_cases import TONIGHT
from django.core.management import CommandError, call_command
from pages import reasoned

from drawings.amendments import substitutes, voids, withdrawals
from drawings.models import Draw, PrivacyMark, Substitution, VoidRequest, Withdrawal
from drawings.privacy_gate.verbs import Reason
from drawings.states import DrawState, Refused
from wugang_audit.audit.models import AuditEntry

PHONE = "13812345678"
EVIDENCE = f"见证人电话{PHONE}反映名单有误"
WHY = "政务大厅公示的值班手机"


def trail_text():
    return "\n".join(str(entry.changes) for entry in AuditEntry.objects.all())


# --- voids ---------------------------------------------------------------------------------------------------
def test_a_void_is_not_filed_with_a_number_until_it_has_a_reason(drawn_draw, desk, organiser):
    url, data = "/ceremony/2026Q4/void/", {"reason": "registry", "evidence": EVIDENCE}
    page = desk.post(url, data)
    form = page.context["form"]
    assert form.errors["evidence"][0].startswith(f"“{PHONE}”像手机号码。会公开")
    assert [field.name for field in form.reasons()] == ["evidence_not_personal"]
    assert not VoidRequest.objects.exists()
    desk.post(url, data | reasoned(form, WHY))
    request, mark = VoidRequest.objects.get(), PrivacyMark.objects.get()
    assert (mark.subject, mark.object_id, mark.piece, mark.reason) == ("void", request.pk, PHONE, WHY)
    assert AuditEntry.objects.filter(action="标明不属于个人信息", actor=organiser).count() == 1
    assert PHONE not in trail_text()


def test_a_number_parted_by_a_line_break_is_caught_as_it_will_be_published(drawn_draw, desk):
    page = desk.post("/ceremony/2026Q4/void/", {"reason": "registry", "evidence": "电话138\r\n1234 5678反映"})
    assert "“138 1234 5678”像手机号码" in page.context["form"].errors["evidence"][0]


def test_the_second_organiser_sees_the_mark_and_the_draw_becomes_void(
    drawn_draw, organiser, organiser2, login
):
    request = voids.request_void(
        draw=drawn_draw,
        reason="registry",
        evidence=EVIDENCE,
        actor=organiser,
        not_personal={"evidence": Reason(WHY, [PHONE])},
    )
    page = login(organiser2).get("/ceremony/2026Q4/void/")
    assert f"“{PHONE}”，{organiser.full_name}写的理由：{WHY}" in page.content.decode()
    assert voids.confirm_void(request=request, actor=organiser2).state == DrawState.VOID


def test_the_verbs_of_a_void_refuse_by_themselves(drawn_draw, organiser, organiser2):
    with pytest.raises(Refused, match=f"“{PHONE}”像手机号码"):
        voids.request_void(draw=drawn_draw, reason="registry", evidence=EVIDENCE, actor=organiser)
    # As a site had it before there was a gate.
    request = VoidRequest.objects.create(
        draw=drawn_draw, reason="registry", evidence=EVIDENCE, declared_by=organiser
    )
    with pytest.raises(Refused, match="请驳回这份申请"):
        voids.confirm_void(request=request, actor=organiser2)
    assert Draw.objects.get().state == DrawState.DRAWN
    voids.refuse_void(request=request, actor=organiser2)


# --- substitutes ---------------------------------------------------------------------------------------------
@pytest.fixture
def declaration(draw):
    who = draw.selections.first().team.get(is_lead=True).officer.certificate_number
    return {
        "officer": who,
        "reason": "ill",
        "evidence": "住院证明，家属身份证410481199001011236",
        "label": TONIGHT.label,
        "known_at": "2026-10-08T21:25",
    }


def test_evidence_of_a_substitution_is_held_up_at_its_field(draw, desk, declaration):
    url = "/ceremony/2026Q4/substitutes/officer/"
    away = next(number for number in substitutes.Frozen(draw).officers if number != declaration["officer"])
    data = declaration | {f"away_{away}": "电话18637509876请假"}
    form = desk.post(url, data).context["form"]
    assert "“410481199001011236”像身份证号码" in form.errors["evidence"][0]
    assert "“18637509876”像手机号码" in form.errors[f"away_{away}"][0]
    assert [field.name for field in form.evidence_reasons()] == ["evidence_not_personal"]
    assert [field.name for field in form.away_reasons()] == [f"away_{away}_not_personal"]
    assert not Substitution.objects.exists()
    desk.post(url, data | reasoned(form, WHY))
    row = Substitution.objects.get()
    assert set(PrivacyMark.objects.values_list("subject", "object_id", "field")) == {
        ("substitution", row.pk, "evidence"),
        ("substitution", row.pk, f"away_{away}"),
    }
    assert not {"410481199001011236", "18637509876"} & set(trail_text().split("'"))


def test_the_verbs_of_a_substitution_refuse_by_themselves(draw, declare, declaration, head, organiser, login):
    officer = declaration["officer"]
    with pytest.raises(Refused, match="事实和证据里的“410481199001011236”像身份证号码"):
        declare(draw, officer, evidence=declaration["evidence"])
    assert not Substitution.objects.exists()
    row = declare(draw, officer)
    Substitution.objects.filter(pk=row.pk).update(evidence=declaration["evidence"])
    with pytest.raises(Refused, match="请驳回这份申报"):
        substitutes.confirm(substitution=row, actor=head)
    substitutes.refuse(substitution=row, actor=head)
    why = Reason(WHY, ["410481199001011236"])
    row = declare(draw, officer, evidence=declaration["evidence"], not_personal={"evidence": why})
    page = login(head).get("/ceremony/2026Q4/substitutes/").content.decode()
    assert f"{organiser.full_name}写的理由：{WHY}" in page
    assert substitutes.confirm(substitution=row, actor=head).serial == 1


# --- withdrawn names -----------------------------------------------------------------------------------------
def test_names_are_not_withdrawn_for_a_reason_with_a_number(published_draw):
    with pytest.raises(Refused, match=f"撤下的原因里的“{PHONE}”像手机号码"):
        withdrawals.withdraw(draw=published_draw, kind="officer", reason=f"本人{PHONE}申请", actor=None)
    with pytest.raises(CommandError, match=PHONE):
        call_command("withdraw_names", "officer", draw="2026Q4", reason=f"本人{PHONE}申请", yes=True)
    assert not Withdrawal.objects.exists()
