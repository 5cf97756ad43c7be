"""Two administrators at one draft: neither overwrites the other unseen, and what was typed is never lost."""

import pytest
from django.urls import reverse
from pages import form_of, said

from drawings.checklists import verbs
from drawings.checklists.drafts import digest_of
from drawings.models import ChecklistVersion, LegalBasis
from wugang_audit.access.roles import Role


@pytest.fixture
def draft(checklist, version, admin):
    return verbs.new_draft(checklist=checklist, actor=admin, like=version)


@pytest.fixture
def url(draft):
    return reverse("admin:drawings_checklistversion_change", args=[draft.pk])


@pytest.fixture
def colleague(login, person):
    return login(person("乙管理员", Role.ADMIN))


def sent(response):
    """Return what the page that came back would send."""
    form = response.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    for formset in response.context["inline_admin_formsets"]:
        for each in (formset.formset.management_form, *formset.formset.forms):
            values |= {bound.html_name: bound.value() for bound in each if bound.value() is not None}
    return values


def place(values, draft, code):
    """Return the prefix of a point's fields in a form."""
    (found,) = (key for key, value in values.items() if key.endswith("-code") and value == code)
    return found.removesuffix("code")


def test_different_points_come_together_and_one_point_keeps_what_was_typed_last(
    draft, url, client_of, colleague
):
    mine, theirs = form_of(client_of, url), form_of(colleague, url)
    eia, permit, last = (place(mine, draft, code) for code in ("eia", "permit", "solid"))
    theirs[f"{eia}name"] = "环评（乙改的）"
    theirs[f"{permit}guidance"] = "乙写的要点"
    theirs[f"{last}DELETE"] = "on"
    new = draft.points.count()
    basis = LegalBasis.objects.filter(in_force_until=None).first()
    theirs |= {f"points-{new}-section": "其他", f"points-{new}-code": "fence", f"points-{new}-name": "围挡",
               f"points-{new}-bases": [basis.pk]}  # fmt: skip
    assert colleague.post(url, theirs).status_code == 302
    mine[f"{permit}guidance"] = "甲写的要点"
    mine |= {f"points-{new}-section": "其他", f"points-{new}-code": "gate", f"points-{new}-name": "大门"}
    page = client_of.post(url, mine)
    assert page.status_code == 409
    html = page.content.decode()
    assert "没有保存：您打开以后，乙管理员在" in html
    merged = page.context["meanwhile"]
    assert [(one.point, one.label, one.theirs, one.mine) for one in merged.both] == [
        ("排污许可", "检查要点", "乙写的要点", "甲写的要点")
    ]
    assert sorted(merged.taken) == ["删去了“固体废物堆放”", "加了“围挡”", "改了“环评（乙改的）”"]
    assert draft.points.get(code="permit").guidance == "乙写的要点"
    assert client_of.post(url, sent(page)).status_code == 302
    found = dict(draft.points.values_list("code", "name"))
    assert (found["eia"], found["gate"], found["fence"]) == ("环评（乙改的）", "大门", "围挡")
    assert "solid" not in found
    assert draft.points.get(code="permit").guidance == "甲写的要点"
    assert list(draft.points.get(code="fence").bases.all()) == [basis]


def test_a_second_click_on_the_button_saves_nothing_twice(draft, url, client_of):
    values, new = form_of(client_of, url), draft.points.count()
    values |= {f"points-{new}-section": "其他", f"points-{new}-code": "Gate", f"points-{new}-name": "大门"}
    client_of.post(url, values)
    page = client_of.post(url, values, follow=True)
    assert said(page)[-1] == "没有改动，什么都没有写入。"
    assert draft.points.filter(code="gate").count() == 1


def test_a_point_that_the_other_one_deleted_comes_back_where_it_was_typed_into(
    draft, url, client_of, colleague
):
    mine, theirs = form_of(client_of, url), form_of(colleague, url)
    eia = place(mine, draft, "eia")
    theirs[f"{eia}DELETE"] = "on"
    colleague.post(url, theirs)
    mine[f"{eia}guidance"] = "甲写的要点"
    page = client_of.post(url, mine)
    assert {one.theirs for one in page.context["meanwhile"].both} == {""}
    assert client_of.post(url, sent(page)).status_code == 302
    assert draft.points.get(code="eia").guidance == "甲写的要点"


def test_what_is_typed_into_a_draft_that_was_put_in_use_stays_on_the_page(draft, url, client_of, person):
    values = form_of(client_of, url)
    values[f"{place(values, draft, 'eia')}guidance"] = "甲写的要点"
    verbs.publish(version=draft, actor=person("乙管理员", Role.ADMIN), seen=digest_of(draft))
    page = client_of.post(url, values)
    assert page.status_code == 409
    html = page.content.decode()
    assert "这份草稿已经由乙管理员在" in html and "启用</p>" in html
    assert [(one.point, one.mine) for one in page.context["typed"]] == [("环评和“三同时”", "甲写的要点")]
    assert "甲写的要点" in html
    assert draft.points.get(code="eia").guidance != "甲写的要点"


def test_only_what_was_previewed_is_put_in_use(draft, url, client_of, colleague):
    use = reverse("checklists:publish", args=[draft.pk])
    seen = client_of.get(reverse("checklists:preview", args=[draft.pk])).context["seen"]
    values = form_of(colleague, url)
    values[f"{place(values, draft, 'eia')}guidance"] = "乙写的要点"
    colleague.post(url, values)
    page = client_of.post(use, {"seen": seen}, follow=True)
    assert said(page)[0].startswith("没有启用：您预览以后，乙管理员在")
    assert "乙写的要点" in page.content.decode()
    assert "请先预览" in said(client_of.post(use, follow=True))[0]
    assert ChecklistVersion.objects.get(pk=draft.pk).published_at is None
    client_of.post(use, {"seen": page.context["seen"]}, follow=True)
    again = client_of.post(use, {"seen": page.context["seen"]}, follow=True)
    assert "启用，没有再做一遍。" in said(again)[0]
    assert ChecklistVersion.objects.get(pk=draft.pk).published_at
