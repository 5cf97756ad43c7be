"""Corrections that are remembered: which may be, what is done with them, and that each step is on record."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sources.importer import SourceImporter
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports import recipes
from wugang_audit.imports.models import Recipe
from wugang_audit.imports.recipes import BadRecipe, Said

PAGE = "/admin/sources/pollutionsource/import/recipes/"
TOWN = Said("township", "石漫滩乡", "石漫滩街道")


@pytest.fixture
def client(login, admin):
    return login(admin)


def refused(said, others=None):
    with pytest.raises(BadRecipe) as why:
        recipes.check(SourceImporter(), said, others or {})
    return str(why.value)


def test_what_would_do_harm_in_a_file_that_nobody_has_seen_is_refused():
    assert "必填" in refused(Said("name", "不详", ""))
    assert "把两条当成一条" in refused(Said("name", "甲厂", "乙厂"))
    assert "把两条当成一条" in refused(Said("credit_code", "不详", "91410481317593588N"))
    assert "本身是正常的内容" in refused(Said("credit_code", "91410481317593588N", ""))
    assert "空格子" in refused(Said("township", "-", "尹集镇"))
    assert "空格子" in refused(Said("township", "", "尹集镇"))
    assert "是不认识的写法" in refused(Said("operating_state", "半停", "半开"))
    assert "一样的" in refused(Said("township", "尹集镇", "尹 集镇"))
    assert "没有这一列" in refused(Said("nothing", "a", "b"))
    assert "太长" in refused(Said("remarks", "长" * 61, "短"))
    assert "接连改两次" in refused(Said("township", "甲", "乙"), {"乙": "丙"})
    assert "接连改两次" in refused(Said("township", "乙", "丙"), {"甲": "乙"})


def test_unknown_words_may_be_emptied_where_a_code_stands(admin):
    assert recipes.remember(SourceImporter(), [Said("credit_code", "不详", "")], admin) == []
    assert recipes.remembered(SourceImporter()) == {"credit_code": {"不详": ""}}


def test_each_step_is_in_the_audit_trail(client, admin):
    client.post(PAGE, TOWN._asdict())
    client.post(PAGE, TOWN._replace(becomes="石漫滩街")._asdict())
    recipe = Recipe.objects.get()
    assert (recipe.becomes, recipe.user) == ("石漫滩街", admin)
    client.post(f"{PAGE}{recipe.pk}/forget/")
    assert not Recipe.objects.exists()
    steps = (
        AuditEntry.objects.filter(action__contains="导入改法").order_by("pk").values_list("action", "changes")
    )
    assert [(action, changes["corrected"]) for action, changes in steps] == [
        ("记住污染源名录的导入改法", ["乡镇（街道）“石漫滩乡”→“石漫滩街道”"]),
        ("记住污染源名录的导入改法", ["乡镇（街道）“石漫滩乡”→“石漫滩街”"]),
        ("删除污染源名录的导入改法", ["乡镇（街道）“石漫滩乡”→“石漫滩街”"]),
    ]


def test_the_page_says_beside_the_field_why_something_is_refused(client):
    page = client.post(PAGE, {"attribute": "operating_state", "found": "半停", "becomes": "半开"})
    assert "是不认识的写法" in str(page.context["form"].errors["becomes"])
    assert not Recipe.objects.exists()


def test_what_is_taken_out_comes_in_elsewhere_as_it_was(client, admin):
    said = [TOWN, Said("credit_code", "不详", "")]
    recipes.remember(SourceImporter(), said, admin)
    content = client.get(f"{PAGE}export/").content
    before = recipes.remembered(SourceImporter())
    Recipe.objects.all().delete()
    done = client.post(f"{PAGE}file/", {"file": SimpleUploadedFile("r.json", content)}, follow=True)
    assert "已记住文件里的 2 条改法" in done.content.decode()
    assert recipes.remembered(SourceImporter()) == before


@pytest.mark.parametrize(
    "content",
    [
        b"", b"x", b"[]", b'{"format": "other"}', b"\xff", b'{"format": "wugang-audit/recipes/1", "recipes": [1]}', b"[" * 100_000,
        json.dumps({"format": recipes.FORMAT, "registry": "officers", "recipes": []}).encode(),
        json.dumps({"format": recipes.FORMAT, "registry": "sources", "recipes": [
            TOWN._asdict(), {"attribute": "name", "found": "不详", "becomes": ""},
        ]}).encode(),
        json.dumps({"format": recipes.FORMAT, "registry": "sources", "recipes": [{"attribute": 1, "found": "a", "becomes": "b"}]}).encode(),
    ],
)  # fmt: skip
def test_a_file_that_is_none_or_has_one_bad_recipe_brings_in_nothing(client, content):
    page = client.post(f"{PAGE}file/", {"file": SimpleUploadedFile("r.json", content)})
    assert page.context["file_form"].errors["file"]
    assert not Recipe.objects.exists()
