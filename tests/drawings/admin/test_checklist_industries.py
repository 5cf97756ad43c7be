"""The industries of a checklist as an administrator types and reads them: never a code alone."""

import pytest
from django.urls import reverse

from drawings.admin.industries import read_codes
from drawings.models import Checklist
from sources.industries import industries, label_of
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def checklist(specialities):
    return Checklist.objects.get()


@pytest.fixture
def client_of(login, admin):
    return login(admin)


@pytest.fixture
def send(client_of, checklist):
    def do(industries, **more):
        values = {"name": "通用检查清单", "position": "1", "is_active": "on", "industries": industries}
        return client_of.post(
            reverse("admin:drawings_checklist_change", args=[checklist.pk]), values | more, follow=True
        )

    return do


@pytest.mark.parametrize(
    "typed",
    [
        "841、5265",
        "841,5265",
        "841， 5265",
        "841 5265",
        "841\n5265\r\n",
        "841;5265；",
        "８４１　５２６５",
        "841 医院、5265 机动车燃油零售",
        "841医院\n5265机动车燃油零售",
        "841、841、5265",
    ],
)
def test_codes_are_parted_as_people_part_them(typed, send, checklist):
    assert send(typed).context.get("errors") is None
    checklist.refresh_from_db()
    assert checklist.industries == ["841", "5265"]


def test_a_letter_is_a_section_and_nothing_is_all_industries(send, checklist):
    send("q、03")
    checklist.refresh_from_db()
    assert checklist.industries == ["Q", "03"]
    send(" \n")
    checklist.refresh_from_db()
    assert checklist.industries == []


def test_whatever_the_page_shows_is_read_as_it_was():
    for code in industries():
        assert read_codes(label_of(code)) == ([code], [])
    everything = list(industries())
    for sign in ("\n", "、", "，", " "):
        assert read_codes(sign.join(map(label_of, everything))) == (everything, [])


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("841、9999", ["GB/T 4754-2017 没有代码 9999：请改正或去掉。"]),
        ("99999 8411X", ["GB/T 4754-2017 没有代码 99999：请改正或去掉。", "GB/T 4754-2017 没有代码 8411X：请改正或去掉。"]),
        ("医院", ["“医院”不是代码，请填 841 医院。"]),
        ("看病的地方", ["“看病的地方”不是代码：请填行业代码，如 841 医院。"]),
        ("841 综合医院", ["“综合医院”不是代码，请填 8411 综合医院。"]),
        ("6264", ["GB/T 4754-2017 没有代码 6264：请改正或去掉。"]),
        ("8330", ["8330 是旧版（GB/T 4754-2011）的“门诊部（所）”，现在是 8424 村卫生室、8425 门诊部（所）：请改填新代码。"]),
        ("<b>", ["“<b>”不是代码：请填行业代码，如 841 医院。"]),
    ],
)  # fmt: skip
def test_a_code_that_is_none_is_named_at_the_field_and_nothing_is_written(typed, says, send, checklist):
    page = send(typed, name="改名")
    assert page.context["adminform"].form.errors == {"industries": says}
    html = page.content.decode()
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in html
    checklist.refresh_from_db()
    assert (checklist.industries, checklist.name) == ([], "通用检查清单")


def test_form_list_versions_and_preview_show_the_names(send, checklist, client_of):
    send("841、5265", specialities=[])
    form = client_of.get(reverse("admin:drawings_checklist_change", args=[checklist.pk])).content.decode()
    assert "841 医院\n5265 机动车燃油零售</textarea>" in form
    version = checklist.versions.get()
    for url in (
        reverse("admin:drawings_checklist_changelist"),
        reverse("checklists:versions", args=[checklist.pk]),
        reverse("checklists:preview", args=[version.pk]),
    ):
        assert "行业：841 医院、5265 机动车燃油零售" in client_of.get(url).content.decode()


def test_the_trail_says_in_words_whom_a_list_is_for(send, specialities):
    send("841", categories=["key"], media=["water"], specialities=[specialities["livestock"].pk])
    assert AuditEntry.objects.order_by("pk").last().changes == {
        "监管类别": ["", "重点排污单位"],
        "环境要素": ["", "水环境"],
        "行业": ["", "841 医院"],
        "行业专业组": ["", "畜禽养殖"],
    }


def test_a_speciality_alone_is_a_change_and_the_same_again_is_none(send, specialities):
    chosen = [specialities["livestock"].pk]
    assert "已保存" in send("", specialities=chosen).content.decode()
    assert AuditEntry.objects.order_by("pk").last().changes == {"行业专业组": ["", "畜禽养殖"]}
    count = AuditEntry.objects.count()
    assert "没有改动" in send(" ", specialities=chosen).content.decode()
    assert AuditEntry.objects.count() == count
