"""An officer asks to be recused; the organiser refuses, or declares a substitute that a second person confirms."""

import pytest
from amendment_cases import TONIGHT, lead_of, number, team
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pages import reasoned

from drawings.amendments import queries, recusals, standing, substitutes
from drawings.inspections.queries import awaited_substitutes
from drawings.inspections.tasks import verbs
from drawings.models import Draw, Inspection, PrivacyMark, RecusalRequest, Substitution
from drawings.states import Refused
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant, User
from wugang_audit.audit.models import AuditEntry
from wugang_audit.staff.desk import todos_of

PRIVATE = "姐姐在该单位任会计"


@pytest.fixture
def selection(draw):
    return draw.selections.first()


@pytest.fixture
def asked(selection):
    """The lead of the first unit's team asks to be recused."""
    officer = lead_of(selection).officer
    return RecusalRequest.objects.create(
        inspection=selection.inspection, officer=officer, reason=PRIVATE, asked_by=officer.user, asked_at=timezone.now()
    )  # fmt: skip


@pytest.fixture
def grant(organiser):
    def do(asked, actor=organiser, **more):
        given = {"evidence": "有近亲属在该单位任职", "away": {}, "issue": TONIGHT} | more
        return recusals.grant(request=asked, actor=actor, **given)

    return do


def last_entry():
    entry = AuditEntry.objects.latest("index")
    return entry.action, entry.changes


def test_a_granted_request_becomes_a_declaration_that_a_second_person_confirms(
    asked, selection, grant, take_effect, organiser
):
    before = team(selection)
    made = grant(asked)
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_by, asked.substitution) == ("granted", organiser, made)
    assert last_entry() == ("同意回避申请", {"request": asked.pk, "substitution": made.pk})
    assert (made.reason, made.officer, made.is_open) == ("recused", asked.officer, True)
    assert [place.selection for place in made.places.all()] == [selection]
    assert PRIVATE not in made.evidence
    assert team(selection) == before  # nobody has confirmed yet
    with pytest.raises(Refused, match="不能自己确认"):
        substitutes.confirm(substitution=made, actor=organiser)
    take_effect(made)
    assert number(asked.officer) not in team(selection)


def test_who_asks_is_not_among_the_others_who_cannot_go(asked, selection, login, organiser):
    page = login(organiser).get(f"/ceremony/{selection.draw.code}/recusals/{asked.pk}/")
    form = page.context["form"]
    assert len(form.numbers) == len(standing.roster(selection.draw)) - 1
    assert number(asked.officer) not in form.numbers


def test_who_asks_again_reads_that_a_substitute_is_being_found(asked, grant, login):
    grant(asked)
    actor, address = asked.officer.user, reverse("inspections:recuse", args=[asked.inspection_id])
    page = login(actor).get(address).content.decode()
    assert "已经同意，替补还没有定" in page and "<textarea" not in page
    with pytest.raises(Refused, match="正在定替补"):
        verbs.ask_recusal(inspection=asked.inspection, reason="再申请", actor=actor)


def test_a_refused_request_leaves_the_team_and_tells_why(asked, selection, organiser):
    with pytest.raises(Refused, match="写明理由"):
        recusals.refuse(request=asked, answer=" ", actor=organiser)
    recusals.refuse(request=asked, answer="不属于近亲属", actor=organiser)
    assert last_entry() == ("不同意回避申请", {"request": asked.pk})
    asked.refresh_from_db()
    assert (asked.decision, asked.answer, asked.substitution) == ("refused", "不属于近亲属", None)
    assert not Substitution.objects.exists()


def test_what_is_decided_is_not_decided_again(asked, grant, organiser):
    grant(asked)
    with pytest.raises(Refused, match=f"{organiser.full_name}已在 .* 答复：同意。您的答复没有记下"):
        grant(asked)
    with pytest.raises(Refused, match="答复：同意"):
        recusals.refuse(request=asked, answer="不属于近亲属", actor=organiser)
    assert Substitution.objects.count() == 1


def test_a_declaration_that_cannot_be_made_leaves_the_request_waiting(asked, selection, grant, declare):
    declare(selection.draw, number(asked.officer))  # he is ill besides
    with pytest.raises(Refused, match="还没有生效"):
        grant(asked)
    asked.refresh_from_db()
    assert (asked.decided_at, asked.substitution) == (None, None)


def test_nobody_decides_on_what_he_asked_or_on_his_own_team(asked, selection, grant, organiser):
    for member in selection.team.all():
        RoleGrant.objects.create(user=member.officer.user, role=Role.ORGANISER)
        actor = User.objects.get(pk=member.officer.user_id)
        with pytest.raises(Refused, match="另一名组织者"):
            grant(asked, actor=actor)
        with pytest.raises(Refused, match="另一名组织者"):
            recusals.refuse(request=asked, answer="不同意", actor=actor)
        assert not recusals.waiting(actor).exists()
    assert recusals.waiting(organiser).get() == asked


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ORGANISER])
def test_only_an_organiser_decides(role, asked, grant, person):
    actor = person("somebody", role)
    with pytest.raises(PermissionDenied):
        grant(asked, actor=actor)
    with pytest.raises(PermissionDenied):
        recusals.refuse(request=asked, answer="不同意", actor=actor)


def test_the_organiser_finds_it_on_the_desk_and_decides_on_its_page(
    asked, selection, login, organiser, reviewer
):
    draw = selection.draw
    [line] = [line for line in todos_of(organiser) if "回避申请" in line.label]
    assert (line.url, line.count) == (reverse("amendments:substitutes", args=[draw.code]), 1)
    client = login(organiser)
    url = reverse("amendments:recusal", args=[draw.code, asked.pk])
    assert url in client.get(line.url).content.decode()
    assert url not in login(reviewer).get(line.url).content.decode()
    page = client.get(url).content.decode()
    assert PRIVATE in page and selection.name in page
    assert "<title>回避申请" in page
    empty = client.post(url, {})
    assert set(empty.context["form"].errors) == {"evidence", "label", "known_at"}
    refused = client.post(f"{url}refuse/", {"answer": ""})
    assert set(refused.context["decline"].errors) == {"answer"}
    sent = {"evidence": "有近亲属在该单位任职", "label": "26281", "known_at": "2026-10-08T21:25"}
    assert client.post(url, sent)["Location"] == line.url
    assert Substitution.objects.get().reason == "recused"
    assert not [line for line in todos_of(organiser) if "回避申请" in line.label]
    again = client.post(url, sent)
    text = again.content.decode()
    assert f"{organiser.full_name}已在 2026-10-08 09:00 答复：同意。您的答复没有记下。" in text
    assert "<textarea" not in text and "这一次写的没有提交：有近亲属在该单位任职" in text


def test_a_number_in_the_evidence_is_asked_about_below_it_and_goes_through_with_a_reason(
    asked, selection, login, organiser
):
    client, url = login(organiser), reverse("amendments:recusal", args=[selection.draw.code, asked.pk])
    sent = {
        "evidence": "与厂长有亲属关系，值班电话13812345678可核实",
        "label": "26281",
        "known_at": "2026-10-08T21:25",
    }
    page = client.post(url, sent)
    form = page.context["form"]
    assert form.errors["evidence"][0].startswith("“13812345678”像手机号码")
    assert 'name="evidence_not_personal"' in page.content.decode()
    client.post(url, sent | reasoned(form, "企业公示的值班电话"))
    mark, made = PrivacyMark.objects.get(), Substitution.objects.get()
    assert (mark.subject, mark.object_id, mark.field) == ("substitution", made.pk, "evidence")
    asked.refresh_from_db()
    assert asked.substitution == made


def test_under_seal_the_organiser_decides_without_reading_which_unit_it_is(
    asked, selection, login, organiser, grant
):
    Draw.objects.update(disclosure="sealed")
    draw = Draw.objects.get()
    for url in (
        reverse("amendments:recusal", args=[draw.code, asked.pk]),
        reverse("amendments:substitutes", args=[draw.code]),
    ):
        page = login(organiser).get(url).content.decode()
        assert asked.officer.name in page
        assert "密封中" in page
        assert selection.name not in page and selection.source.number not in page
    made = grant(RecusalRequest.objects.get())
    assert [place.selection for place in made.places.all()] == [selection]
    page = login(organiser).get(reverse("amendments:substitutes", args=[draw.code])).content.decode()
    assert selection.name not in page and selection.source.number not in page
    for entry in AuditEntry.objects.filter(action__contains="回避"):
        assert selection.source.number not in f"{entry.target}{entry.changes}"


def test_nothing_of_it_is_public(asked, selection, stranger, grant, head):
    made = grant(asked)
    substitutes.confirm(substitution=made, actor=head)
    text = stranger.get(f"/draws/{selection.draw.code}/").content.decode()
    assert "：依法回避</h3>" in text
    assert PRIVATE not in text and "有近亲属在该单位任职" not in text


def test_a_request_of_another_draw_is_not_found_there(asked, selection, login, organiser):
    Draw.objects.create(code="2026Q3", year=2026, quarter=3, state="published", created_by=organiser)
    assert login(organiser).get(f"/ceremony/2026Q3/recusals/{asked.pk}/").status_code == 404
    assert queries.panel(selection.draw, organiser).waiting == 0


@pytest.mark.parametrize(
    ("state", "why"),
    [("submitted", "请审核人退回检查组"), ("approved", "请审核人退回"), ("published", "已经公开")],
)
def test_what_came_too_late_to_be_granted_is_answered_and_does_not_hang(
    state, why, asked, selection, grant, organiser, login
):
    Inspection.objects.filter(selection=selection).update(state=state)
    with pytest.raises(Refused, match=why):
        grant(RecusalRequest.objects.get())
    client, url = login(organiser), reverse("amendments:recusal", args=[selection.draw.code, asked.pk])
    page = client.get(url).content.decode()
    assert why in page and 'id="grant"' not in page and 'id="refuse"' in page
    client.post(f"{url}refuse/", {"answer": "已经检查完，核实没有亲属关系"})
    assert RecusalRequest.objects.get().decision == "refused"
    assert not recusals.waiting(organiser).exists()


def test_who_was_replaced_meanwhile_has_his_request_closed(
    asked, selection, declare, take_effect, grant, organiser
):
    take_effect(declare(selection.draw, number(asked.officer)))
    with pytest.raises(Refused, match="已经不在这家单位的检查组"):
        grant(asked)
    recusals.refuse(request=asked, answer="已经替补，不用再定", actor=organiser)
    assert not recusals.waiting(organiser).exists()


WAITS = "您的回避申请已同意，正在定替补，请不要去检查"


def texts_of(client, asked):
    names = ("tasks", "print", "dossier")
    urls = [
        reverse(f"inspections:{name}", args=[asked.inspection_id] if name == "dossier" else [])
        for name in names
    ]
    return [client.get(url).content.decode() for url in urls]


def test_until_the_substitute_is_known_the_officer_reads_not_to_go_and_his_partner_not_why(
    asked, grant, take_effect, login, organiser
):
    partner = asked.inspection.selection.team.get(is_lead=False).officer
    own, other = login(asked.officer.user), login(partner.user)
    assert not any("正在定替补" in text for client in (own, other) for text in texts_of(client, asked))
    made = grant(asked)
    assert all(WAITS in text for text in texts_of(own, asked))
    for text in texts_of(other, asked):
        assert f"{asked.officer.name}不去这家单位，正在定替补" in text
        assert PRIVATE not in text and "您的回避申请" not in text
    for name in ("detail", "edit"):
        text = other.get(reverse(f"inspections:{name}", args=[asked.inspection_id])).content.decode()
        assert "有执法人员不能去，等另一个人确认" in text and made.get_reason_display() not in text
    labels = {line.label: line.count for line in todos_of(asked.officer.user)}
    assert labels["检查任务正在定替补，请不要去"] == 1
    assert not [line for line in todos_of(partner.user) if "正在定替补" in line.label]
    everything = reverse("inspections:all")
    assert login(organiser).get(everything).content.decode().count("正在定替补") == 1
    take_effect(made)
    assert "正在定替补" not in login(organiser).get(everything).content.decode()
    assert "正在定替补" not in login(partner.user).get(reverse("inspections:tasks")).content.decode()


def test_who_is_declared_away_without_having_asked_reads_it_too(selection, declare, login):
    officer = lead_of(selection).officer
    declare(selection.draw, number(officer))
    text = login(officer.user).get(reverse("inspections:tasks")).content.decode()
    assert "已申报您不能去这家单位，正在定替补，请不要去检查" in text and "您的回避申请" not in text


def test_many_tasks_are_asked_about_in_one_query(draw, declare, django_assert_num_queries):
    rows = list(Inspection.objects.filter(selection__draw=draw))
    officer = lead_of(draw.selections.first()).officer
    declare(draw, number(officer))
    user = officer.user
    with django_assert_num_queries(1):
        assert len(awaited_substitutes(user, [row.pk for row in rows])) > 1
