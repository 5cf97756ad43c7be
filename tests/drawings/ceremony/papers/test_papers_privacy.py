"""Personal data in what is put down around a draw: witnesses, objections and how they are lifted, where the digest was left."""

import pytest
from pages import reasoned

from drawings.ceremony import verbs as ceremony
from drawings.ceremony.papers import verbs
from drawings.ceremony.preflight import changes, checks
from drawings.models import ChangesObjection, Deposit, Draw, PrivacyMark
from drawings.privacy_gate.verbs import Reason
from drawings.selfcheck.evidence import same
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry

PHONE = "13812345678"
WHY = "司法局办公室公开的号码"
WITNESS = f"周见证，司法局，{PHONE}"


def trail_text():
    return "\n".join(str(entry.changes) for entry in AuditEntry.objects.all())


def test_witnesses_are_not_kept_with_a_number_until_it_has_a_reason(desk, frozen_draw, organiser):
    url = "/ceremony/2026Q4/witnesses/"
    form = desk.post(url, {"witnesses": WITNESS}).context["witness_form"]
    assert form.errors["witnesses"][0].startswith(f"“{PHONE}”像手机号码。会公开")
    assert [field.name for field in form.reasons()] == ["witnesses_not_personal"]
    assert Draw.objects.get().witnesses == ""
    page = desk.post(url, {"witnesses": WITNESS} | reasoned(form, WHY), follow=True)
    assert Draw.objects.get().witnesses == WITNESS
    mark = PrivacyMark.objects.get()
    assert (mark.subject, mark.object_id, mark.piece) == ("witnesses", frozen_draw.pk, PHONE)
    assert f"{organiser.full_name}写的理由：{WHY}" in page.content.decode()
    assert PHONE not in trail_text()
    assert AuditEntry.objects.get(action="登记见证人").changes["after"] == "周见证，司法局，138****5678"


def test_a_marked_witness_stays_when_another_is_added(frozen_draw, organiser):
    verbs.name_witnesses(
        draw=frozen_draw, witnesses=WITNESS, actor=organiser, not_personal={"witnesses": Reason(WHY, [PHONE])}
    )
    draw = verbs.name_witnesses(draw=frozen_draw, witnesses=f"{WITNESS}\n白见证", actor=organiser)
    assert (len(draw.witnesses.splitlines()), PrivacyMark.objects.count()) == (2, 1)
    # The trail lacks the middle of the number, and still tells whether the names are those that were put down.
    last = AuditEntry.objects.filter(action="登记见证人").latest("pk").changes["after"]
    assert same(last, draw.witnesses)
    assert not same(last, draw.witnesses.replace("白", "黑"))


def test_the_verbs_refuse_by_themselves(frozen_draw, organiser):
    with pytest.raises(Refused, match=f"见证人里的“{PHONE}”像手机号码"):
        verbs.name_witnesses(draw=frozen_draw, witnesses=WITNESS, actor=organiser)
    with pytest.raises(Refused, match="存放处里的“zhang@example.com”像电子邮箱"):
        verbs.deposit(
            draw=frozen_draw, kind="email", where="发给zhang@example.com", file=None, actor=organiser
        )
    assert not Deposit.objects.exists()


def test_a_deposit_is_held_up_at_its_field(desk, frozen_draw):
    url, data = "/ceremony/2026Q4/deposit/", {"kind": "email", "where": "发给zhang@example.com"}
    form = desk.post(url, data).context["form"]
    assert "“zhang@example.com”像电子邮箱" in form.errors["where"][0]
    desk.post(url, data | reasoned(form, "公证处对外的公开邮箱"))
    assert (Deposit.objects.get().where, PrivacyMark.objects.get().subject) == (data["where"], "deposit")
    assert "zhang@example.com" not in trail_text()


@pytest.fixture
def changed(published_draw, item, organiser, registry):
    """A draft after a published draw, with one unit that was set to stopped since."""
    draw = ceremony.start(year=2026, quarter=3, item=item, actor=organiser)
    registry[0].operating_state = "stopped"
    registry[0].save()
    return draw


def test_an_objection_and_its_lifting_are_held_up_at_their_fields(changed, reviewer, head, login):
    seen = changes.compare(changed, checks.snapshot(changed)).fingerprint
    url, data = "/ceremony/2026Q3/objection/", {"seen": seen, "reason": f"厂长{PHONE}说仍在生产"}
    form = login(reviewer).post(url, data).context["form"]
    assert form.errors["reason"][0].startswith(f"“{PHONE}”像手机号码")
    with pytest.raises(Refused, match=f"异议里的“{PHONE}”"):
        verbs.object_to_changes(draw=changed, seen=seen, reason=data["reason"], actor=reviewer)
    login(reviewer).post(url, data | reasoned(form, WHY))
    objection = ChangesObjection.objects.get()
    client = login(head)
    assert f"{reviewer.full_name}写的理由：{WHY}" in client.get("/ceremony/2026Q3/confirm/").content.decode()
    url, because = f"/ceremony/2026Q3/objection/{objection.pk}/lift/", f"拨打{PHONE}核实，已停产"
    form = client.post(url, {"because": because}).context["lifting"]
    assert form.errors["because"][0].startswith(f"“{PHONE}”像手机号码")
    with pytest.raises(Refused, match=f"解除理由里的“{PHONE}”"):
        verbs.lift_objection(objection=objection, because=because, actor=head)
    client.post(url, {"because": because} | reasoned(form, WHY))
    objection.refresh_from_db()
    assert (objection.lifted_because, PrivacyMark.objects.filter(subject="objection").count()) == (because, 2)
    assert PHONE not in trail_text()
