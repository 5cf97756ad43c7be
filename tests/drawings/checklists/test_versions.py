"""The administrator's way of a checklist: draft, preview, use, withdrawal; what was in use never changes."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pages import form_of, said

from drawings.checklists import verbs
from drawings.checklists.drafts import digest_of
from drawings.checklists.shipped import add_shipped
from drawings.models import Checklist, ChecklistPoint, ChecklistVersion, LegalBasis
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry

NEW_LAW, OLD_LAW = "中华人民共和国生态环境法典", "中华人民共和国环境保护法"


@pytest.fixture
def draft(checklist, version, admin):
    return verbs.new_draft(checklist=checklist, actor=admin, like=version)


def actions():
    return [
        each for each in AuditEntry.objects.order_by("pk").values_list("action", flat=True) if each != "登录"
    ]


def test_a_new_version_begins_with_the_points_of_another_one_and_with_the_law_of_today(draft, version):
    assert (draft.number, draft.published_at) == (3, None)
    old, new = (
        list(each.points.values_list("code", "name", "section", "position")) for each in (version, draft)
    )
    assert new == old
    laws = set(LegalBasis.objects.filter(points__version=draft).values_list("law", flat=True))
    assert OLD_LAW not in laws
    first = draft.points.get(
        code="solid"
    )  # 环境保护法第二十四条 was replaced by the article that it cites beside
    assert [basis.article for basis in first.bases.order_by("pk")] == ["第五十一条", "第一百六十四条"]
    assert actions() == ["起草检查清单"]


def test_there_is_one_draft_of_a_checklist_at_a_time(draft, checklist, admin):
    with pytest.raises(Refused, match="已经有一份草稿"):
        verbs.new_draft(checklist=checklist, actor=admin)


def test_a_draft_is_put_in_use_and_the_next_visits_begin_with_it(draft, admin):
    verbs.publish(version=draft, actor=admin, seen=digest_of(draft))
    assert ChecklistVersion.objects.in_use().first() == draft
    assert actions() == ["起草检查清单", "启用检查清单"]
    with pytest.raises(Refused, match="已经由苏管理在 .* 启用，没有再做一遍"):
        verbs.publish(version=draft, actor=admin, seen=digest_of(draft))


def test_a_version_keeps_the_name_under_which_it_was_put_in_use(draft, version, checklist, admin, client_of):
    checklist.name = "改过的清单"
    checklist.save()
    verbs.publish(version=draft, actor=admin, seen=digest_of(draft))
    assert AuditEntry.objects.get(action="启用检查清单").changes == {
        "checklist_name": "改过的清单",
        "points": 14,
    }
    old, new = checklist.versions.order_by("number")
    assert [str(each) for each in (old, new)] == ["通用检查清单第 2 版", "改过的清单第 3 版"]
    Checklist.objects.update(name="又改过")
    old, new = checklist.versions.order_by("number")
    assert [str(each) for each in (old, new)] == ["通用检查清单第 2 版", "改过的清单第 3 版"]
    assert str(verbs.new_draft(checklist=checklist, actor=admin)) == "又改过第 4 版"
    html = client_of.get(reverse("checklists:versions", args=[checklist.pk])).content.decode()
    assert '第 2 版 <span class="small muted">通用检查清单</span></th>' in html
    html = client_of.get(reverse("admin:drawings_checklist_change", args=[checklist.pk])).content.decode()
    assert "已经启用的版本保留原来的名称。" in html


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda points: points.all().delete(), "还没有检查项目"),
        (lambda points: points.filter(code="eia").update(code="PERMIT"), "第 2 项“环评和“三同时””的代码 PERMIT 和“排污许可”相同"),
        (lambda points: points.get(code="eia").bases.clear(), "第 2 项“环评和“三同时””没有法律依据"),
        (
            lambda points: points.get(code="permit").bases.add(LegalBasis.objects.get(law=OLD_LAW, article="第二十四条")),
            "第 1 项“排污许可”：《中华人民共和国环境保护法》（主席令第9号）第二十四条自 2026-08-15 起不再有效，应改为《中华人民共和国生态环境法典》第五十一条",
        ),
        (
            lambda points: points.get(code="permit").bases.add(
                LegalBasis.objects.create(law="将来的条例", text="要点", in_force_from="2099-01-01")
            ),
            "还没有施行",
        ),
    ],
)  # fmt: skip
def test_a_draft_with_a_fault_is_not_put_in_use_and_it_is_said_where(break_it, says, draft, client_of):
    break_it(draft.points)
    page = client_of.post(
        reverse("checklists:publish", args=[draft.pk]), {"seen": digest_of(draft)}, follow=True
    )
    assert says in said(page)[0]
    assert ChecklistVersion.objects.get(pk=draft.pk).published_at is None
    preview = client_of.get(reverse("checklists:preview", args=[draft.pk]))
    assert any(says in fault for fault in preview.context["faults"])


def test_a_version_is_withdrawn_with_a_reason_that_the_officers_read(version, client_of, admin):
    url = reverse("checklists:withdraw", args=[version.pk])
    page = client_of.post(url, {"reason": " "})
    assert page.context["form"].errors == {"reason": ["请写明停用原因。"]}
    for empty in ("测", "无无无无无"):
        [told] = client_of.post(url, {"reason": empty}).context["form"].errors["reason"]
        assert "请写明这一版哪里不能再用" in told
        with pytest.raises(Refused, match="停用原因"):
            verbs.withdraw(version=version, actor=admin, reason=empty)
    assert said(client_of.post(url, {"reason": "条文有变"}, follow=True)) == ["“通用检查清单第 2 版”已停用。"]
    assert not ChecklistVersion.objects.in_use().exists()
    assert ChecklistVersion.objects.get(pk=version.pk).withdrawn_because == "条文有变"
    again = client_of.post(url, {"reason": "再来停用"})
    assert "已经停用" in again.context["form"].errors["__all__"][0]
    assert actions() == ["停用检查清单"]


def test_a_draft_is_not_withdrawn(draft, admin):
    with pytest.raises(Refused, match="没有启用过"):
        verbs.withdraw(version=draft, actor=admin, reason="不要了")


def test_the_preview_shows_a_version_as_the_officers_see_it(version, client_of):
    html = client_of.get(reverse("checklists:preview", args=[version.pk])).content.decode()
    assert html.count("data-point") == version.points.count()
    assert html.count('<span class="clause" data-from="2015-01-01" data-until="2026-08-14" hidden>') == 24
    assert "空着的都符合" in html


# --- in the admin --------------------------------------------------------------------------------------------------


def test_a_draft_is_edited_with_its_points_and_leaves_word(draft, client_of):
    url = reverse("admin:drawings_checklistversion_change", args=[draft.pk])
    values = form_of(client_of, url)
    values["points-0-name"] = "排污许可证"
    last = draft.points.count()
    law = LegalBasis.objects.get(law=NEW_LAW, article="第五十一条")
    values |= {
        f"points-{last}-section": "其他", f"points-{last}-code": "Fence", f"points-{last}-name": "围挡",
        f"points-{last}-position": "99", f"points-{last}-bases": [law.pk],
    }  # fmt: skip
    assert client_of.post(url, values).status_code == 302
    assert draft.points.get(code="permit").name == "排污许可证"
    assert list(draft.points.get(code="fence").bases.all()) == [law]
    assert AuditEntry.objects.order_by("pk").last().changes["检查项目"] == ["增加 围挡", "修改 排污许可证"]


def test_a_code_twice_is_told_at_its_row(draft, client_of):
    url = reverse("admin:drawings_checklistversion_change", args=[draft.pk])
    values = form_of(client_of, url) | {"points-1-code": "permit"}
    page = client_of.post(url, values)
    assert page.status_code == 200
    assert ChecklistPoint.objects.filter(version=draft, code="permit").count() == 1


def test_what_was_in_use_is_read_only(version, client_of):
    url = reverse("admin:drawings_checklistversion_change", args=[version.pk])
    html = client_of.get(url).content.decode()
    assert not re.findall(r'<(?:input|textarea)[^>]*name="points-\d+-name"', html)
    assert client_of.post(url, {"points-TOTAL_FORMS": "0"}).status_code == 403


def test_whom_a_checklist_is_for_is_chosen_by_boxes_and_its_code_stays(checklist, client_of, specialities):
    url = reverse("admin:drawings_checklist_change", args=[checklist.pk])
    values = {"name": "通用", "position": "1", "is_active": "on", "categories": ["key"], "media": ["water"],
              "code": "changed", "specialities": [specialities["livestock"].pk]}  # fmt: skip
    assert client_of.post(url, values).status_code == 302
    checklist.refresh_from_db()
    assert (checklist.code, checklist.categories, checklist.media) == ("general", ["key"], ["water"])
    assert client_of.post(url, values | {"categories": ["nonsense"]}).status_code == 200


def test_the_pages_of_a_checklist_take_as_many_queries_with_many_points(
    checklist, client_of, draft, django_assert_max_num_queries
):
    add_shipped()
    urls = [
        reverse("checklists:versions", args=[checklist.pk]),
        reverse("checklists:preview", args=[draft.pk]),
        reverse("admin:drawings_checklistversion_change", args=[draft.pk]),
    ]
    for url in urls:
        client_of.get(url)
        with django_assert_max_num_queries(25):
            client_of.get(url)


def test_a_new_checklist_begins_with_its_first_draft(client_of, specialities):
    made = Checklist.objects.create(code="boiler", name="锅炉")
    page = client_of.post(reverse("checklists:draft", args=[made.pk]), follow=True)
    assert said(page) == ["已起草“锅炉第 1 版”：改好以后预览，再启用。"]
    version = made.versions.get()
    point = ChecklistPoint.objects.create(version=version, section="一", code="fuel", name="燃料")
    today = timezone.localdate()
    point.bases.set([basis for basis in LegalBasis.objects.all() if basis.is_in_force(today)][:1])
    page = client_of.post(
        reverse("checklists:publish", args=[version.pk]), {"seen": digest_of(version)}, follow=True
    )
    assert said(page) == ["“锅炉第 1 版”已启用：从现在起开始的检查用这一版。"]
