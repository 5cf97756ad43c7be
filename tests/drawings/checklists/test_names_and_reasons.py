"""Two checklists are told apart by name and code, and a reason to withdraw one says something."""

import pytest
from django.urls import reverse

from drawings.checklists import verbs
from drawings.models import Checklist, ChecklistVersion
from drawings.states import Refused


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("测", "太短"),
        ("无无无无", "只是同样的几个字"),
        ("测试测试", "只是同样的几个字"),
        ("。。。。。。", "只是同样的几个字"),
    ],
)
def test_a_reason_that_says_nothing_withdraws_nothing(reason, fault, version, admin, client_of):
    page = client_of.post(reverse("checklists:withdraw", args=[version.pk]), {"reason": reason})
    says = f"停用原因{fault}：请写明这一版哪里不能再用，例如依据的条款已经废止。"
    assert page.context["form"].errors == {"reason": [says]}
    with pytest.raises(Refused, match=f"停用原因{fault}"):
        verbs.withdraw(version=version, actor=admin, reason=reason)
    assert ChecklistVersion.objects.get(pk=version.pk).withdrawn_at is None


def test_a_name_or_a_code_that_another_list_has_is_refused_and_the_other_one_named(checklist, client_of):
    page = client_of.post(
        reverse("admin:drawings_checklist_add"),
        {"name": f" {checklist.name[:2]} {checklist.name[2:]}", "code": "General", "position": 1},
    )
    assert page.context["adminform"].form.errors == {
        "name": ["已有同名的检查清单“通用检查清单”（代码 general）：请改成分得清的名称。"],
        "code": ["代码 General 已用于“通用检查清单”：请改成别的，每份清单一个代码。"],
    }
    assert Checklist.objects.count() == 1


def test_a_list_keeps_its_own_name_when_something_else_of_it_is_changed(checklist, client_of):
    Checklist.objects.create(code="older", name=checklist.name)
    url = reverse("admin:drawings_checklist_change", args=[checklist.pk])
    assert client_of.post(url, {"name": checklist.name, "position": 7}).status_code == 302
    checklist.refresh_from_db()
    assert checklist.position == 7
