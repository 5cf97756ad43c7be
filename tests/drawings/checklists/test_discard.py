"""A draft that nobody wants is given up: it is asked first, the trail knows who did it, and another draft may begin."""

import pytest
from django.urls import reverse
from pages import form_of, said

from drawings.checklists import verbs
from drawings.checklists.drafts import digest_of
from drawings.checklists.queries import standing
from drawings.models import ChecklistVersion
from drawings.selfcheck.checklists import checklists
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def draft(checklist, version, admin):
    return verbs.new_draft(checklist=checklist, actor=admin, like=version)


def test_a_draft_is_given_up_after_a_question_and_another_one_begins(draft, version, admin, client_of):
    url, editor = (
        reverse(name, args=[draft.pk])
        for name in ("checklists:discard", "admin:drawings_checklistversion_change")
    )
    values = form_of(client_of, editor)
    values["points-0-guidance"] = "写了一半"
    assert "弃用“通用检查清单第 3 版”的草稿吗？" in client_of.get(url).content.decode()
    assert ChecklistVersion.objects.get(pk=draft.pk).is_draft
    page = client_of.post(url, follow=True)
    assert said(page) == ["“通用检查清单第 3 版”的草稿已弃用，可以起草新的一版。"]
    assert "已弃用的草稿" in page.content.decode()
    entry = AuditEntry.objects.order_by("-index").first()
    assert (entry.action, entry.actor, entry.changes) == ("弃用检查清单的草稿", admin, {"points": 14})
    late = client_of.post(editor, values)
    assert late.status_code == 409
    assert "已经由苏管理在" in late.content.decode() and "写了一半" in late.content.decode()
    assert client_of.get(editor).status_code == 200
    with pytest.raises(Refused, match="弃用，没有启用"):
        verbs.publish(version=draft, actor=admin, seen=digest_of(draft))
    with pytest.raises(Refused, match="没有再做一遍"):
        verbs.discard(version=draft, actor=admin)
    assert "不能弃用" in said(client_of.get(url, follow=True))[0]
    again = verbs.new_draft(checklist=draft.checklist, actor=admin, like=draft)
    assert (again.number, again.points.count()) == (4, 14)
    assert checklists().faults == ()


def test_what_was_in_use_is_not_given_up(version, admin, draft):
    with pytest.raises(Refused, match="启用，没有弃用"):
        verbs.discard(version=version, actor=admin)


def test_a_draft_that_was_given_up_keeps_nothing_in_use_and_is_no_draft_in_words(draft, version, admin):
    ChecklistVersion.objects.filter(pk=version.pk).update(withdrawn_at=version.published_at)
    verbs.discard(version=draft, actor=admin)
    assert standing(draft.checklist).hints[0].startswith("第 2 版已停用")
    assert list(ChecklistVersion.objects.in_use()) == []
