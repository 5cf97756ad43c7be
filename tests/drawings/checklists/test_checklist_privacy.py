"""No word of a checklist that the public reads may hold personal data: not when it is typed, and not when it is put in use."""

import pytest
from django.urls import reverse
from pages import said

from drawings.checklists import verbs
from drawings.checklists.drafts import digest_of
from drawings.models import Checklist, ChecklistPoint, ChecklistVersion
from drawings.states import Refused


@pytest.fixture
def draft(checklist, version, admin):
    return verbs.new_draft(checklist=checklist, actor=admin, like=version)


@pytest.mark.parametrize("name", ["section", "name", "guidance", "code"])
def test_points_with_personal_data_are_not_put_in_use(name, draft, client_of):
    ChecklistPoint.objects.filter(version=draft, code="eia").update(**{name: "13812345678"})
    label = ChecklistPoint._meta.get_field(name).verbose_name
    page = client_of.post(
        reverse("checklists:publish", args=[draft.pk]), {"seen": digest_of(draft)}, follow=True
    )
    assert f"的{label}里的“13812345678”像手机号码，会公开的文字里不能有个人信息，请删去。" in said(page)[0]
    assert ChecklistVersion.objects.get(pk=draft.pk).published_at is None


@pytest.mark.parametrize("name", ["name", "code"])
def test_a_list_with_personal_data_is_not_put_in_use(name, draft, checklist, client_of):
    Checklist.objects.update(**{name: "13812345678"})
    page = client_of.post(
        reverse("checklists:publish", args=[draft.pk]), {"seen": digest_of(draft)}, follow=True
    )
    label = Checklist._meta.get_field(name).verbose_name
    assert f"清单的{label}里的“13812345678”像手机号码" in said(page)[0]
    assert ChecklistVersion.objects.get(pk=draft.pk).published_at is None


def test_the_administrator_cannot_save_personal_data_in_points(draft, client_of):
    url = reverse("admin:drawings_checklistversion_change", args=[draft.pk])
    keys = ("id", "version", "section", "position", "code", "name", "guidance")
    typed = {
        "section": "张三13812345678",
        "position": 1,
        "code": "a",
        "name": "豫D12345",
        "guidance": "a@example.com",
    }
    data = {f"points-0-{key}": typed.get(key, "") for key in keys}
    data |= {"points-TOTAL_FORMS": 1, "points-INITIAL_FORMS": 0}
    before = draft.points.count()
    page = client_of.post(url, data)
    [errors] = page.context["inline_admin_formsets"][0].formset.errors
    assert set(errors) == {"section", "name", "guidance"}
    assert errors["name"] == ["“豫D12345”像车牌号。会公开的文字里不能有个人信息，请删去。"]
    assert draft.points.count() == before


def test_the_administrator_cannot_name_a_list_with_personal_data(specialities, client_of):
    page = client_of.post(
        reverse("admin:drawings_checklist_add"),
        {"name": "找张三13812345678", "code": "13812345678", "position": 1},
    )
    assert set(page.context["adminform"].form.errors) == {"name", "code"}
    assert Checklist.objects.count() == 1


def test_a_reason_to_withdraw_with_personal_data_is_refused(version, admin, client_of):
    page = client_of.post(reverse("checklists:withdraw", args=[version.pk]), {"reason": "问张三13812345678"})
    assert page.context["form"].errors == {
        "reason": ["“13812345678”像手机号码。会公开的文字里不能有个人信息，请删去。"]
    }
    with pytest.raises(Refused, match="停用原因里的“13812345678”像手机号码"):
        verbs.withdraw(version=version, actor=admin, reason="问张三13812345678")
    assert ChecklistVersion.objects.get(pk=version.pk).withdrawn_at is None
