"""Who asked takes a request back, as long as nobody has decided: it waits for nobody, and a new one can be made."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pages import said

from drawings.amendments import recusals
from drawings.inspections.tasks import problems, verbs
from drawings.models import Inspection, Problem, RecusalRequest
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry
from wugang_audit.staff.desk import todos_of

WANTED = datetime.date(2026, 11, 3)


@pytest.fixture
def recusal(row, lead):
    return verbs.ask_recusal(inspection=row, reason="姐姐任会计", actor=lead)


def withdraw(client, name, request):
    return client.post(reverse(f"inspections:{name}", args=[request.inspection_id, request.pk]), follow=True)


def test_a_postponement_is_taken_back_and_asked_for_anew(row, asked, lead, second, organiser, login):
    client = login(lead)
    dossier = reverse("inspections:dossier", args=[row.pk])
    address = reverse("inspections:withdraw_problem", args=[row.pk, asked.pk])
    assert address in client.get(dossier).content.decode()
    assert address not in login(second).get(dossier).content.decode()
    page = withdraw(client, "withdraw_problem", asked)
    assert said(page) == ["已撤回。还需要的，可以重新提出。"]
    text = page.content.decode()
    assert "已撤回</span>" in text and address not in text and "待答复" not in text
    problem = Problem.objects.get()
    assert (problem.decision, problem.decided_by) == ("withdrawn", lead)
    assert list(problems.waiting_for(organiser)) == []
    assert not [line for line in todos_of(organiser) if "困难与问题" in line.label]
    entry = AuditEntry.objects.latest("index")
    assert (entry.action, entry.changes, entry.actor) == ("撤回申请", {"problem": asked.pk}, lead)
    verbs.postpone(inspection=row, postpone_to=WANTED, reason="又停产", actor=second)


def test_a_recusal_that_is_taken_back_holds_up_nothing(row, recusal, lead, organiser, login, step):
    client = login(lead)
    page = client.get(reverse("inspections:recuse", args=[row.pk])).content.decode()
    assert "撤回申请" in page
    withdraw(client, "withdraw_recusal", recusal)
    assert RecusalRequest.objects.get().decision == "withdrawn"
    assert not recusals.waiting(organiser).exists()
    assert AuditEntry.objects.latest("index").changes == {"request": recusal.pk}
    assert "已撤回</span>" in client.get(reverse("inspections:dossier", args=[row.pk])).content.decode()
    verbs.ask_recusal(inspection=row, reason="有新的情况", actor=lead)
    verbs.withdraw(request=RecusalRequest.objects.latest("pk"), actor=lead)
    assert step(Inspection.objects.get(pk=row.pk), "submitted", "approved", "published").state == "published"


def test_only_who_asked_takes_it_back(row, asked, recusal, second, outsider, organiser, login):
    for request, name in ((asked, "withdraw_problem"), (recusal, "withdraw_recusal")):
        for actor in (second, outsider, organiser):
            with pytest.raises(PermissionDenied):
                verbs.withdraw(request=request, actor=actor)
        assert withdraw(login(second), name, request).status_code == 404
        assert withdraw(login(outsider), name, request).status_code == 404
        assert withdraw(login(organiser), name, request).status_code == 403
    assert not Problem.objects.filter(decided_at__isnull=False).exists()


def test_whoever_comes_second_reads_who_was_first(row, asked, lead, organiser, login):
    client = login(organiser)
    verbs.withdraw(request=asked, actor=lead)
    page = client.post(f"/inspections/problems/{asked.pk}/", {"decision": "granted"})
    assert f"{lead.full_name}已在 2026-10-08" in page.content.decode()
    assert "撤回了这一条。您的答复没有记下。" in page.content.decode()
    assert Inspection.objects.get(pk=row.pk).postponed_to is None
    other = verbs.report(inspection=row, reason="道路不通", actor=lead)
    verbs.answer(problem=other, decision="answered", answer="已联系", goes_up=False, actor=organiser)
    page = withdraw(login(lead), "withdraw_problem", other)
    [message] = said(page)
    assert message.startswith(f"{organiser.full_name}已在 2026-10-08")
    assert message.endswith("答复：已答复。没有再撤回。")
    assert Problem.objects.get(pk=other.pk).decision == "answered"


def test_an_organiser_who_decides_on_a_recusal_taken_back_reads_so(row, recusal, lead, organiser):
    verbs.withdraw(request=recusal, actor=lead)
    with pytest.raises(Refused, match=f"{lead.full_name}已在 .* 撤回了这一条。您的答复没有记下"):
        recusals.refuse(request=recusal, answer="不属于近亲属", actor=organiser)


def test_the_list_tells_it_apart_and_it_is_not_reported_upwards(asked, lead, organiser, login):
    verbs.withdraw(request=asked, actor=lead)
    client = login(organiser)
    for state, count in (("", 1), ("waiting", 0), ("decided", 0), ("withdrawn", 1)):
        page = client.get("/inspections/problems/", {"state": state})
        assert (len(page.context["lines"]), "已撤回</span>" in page.content.decode()) == (count, count == 1)
    assert "列入本季度上报" not in client.get(f"/inspections/problems/{asked.pk}/").content.decode()
    with pytest.raises(Refused, match="不能列入上报"):
        verbs.mark(problem=asked, goes_up=True, actor=organiser)
