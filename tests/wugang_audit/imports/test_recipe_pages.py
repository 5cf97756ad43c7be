"""The page of remembered corrections: searched when there are many, and a question before one is forgotten."""

import pytest

from sources.importer import SourceImporter
from wugang_audit.imports import recipes
from wugang_audit.imports.models import Recipe
from wugang_audit.imports.recipes import Said

PAGE = "/admin/sources/pollutionsource/import/recipes/"


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def remember(admin):
    def do(towns):
        said = [Said("township", f"写法{n}号", f"{n}镇") for n in range(1, towns + 1)]
        refused = recipes.remember(SourceImporter(), [*said, Said("operating_state", "半停", "停产")], admin)
        assert refused == []

    return do


def shown(page):
    return [recipe.found for recipe, _ in page.context["rows"]]


def test_a_few_are_listed_without_a_search(client, remember):
    remember(19)
    page = client.get(PAGE)
    assert (page.context["search"], len(shown(page))) == (None, 20)


def test_many_are_searched_by_what_stands_in_files_by_what_is_read_and_by_column(client, remember):
    remember(60)
    page = client.get(PAGE)
    assert (len(shown(page)), page.context["page"].has_next()) == (50, True)
    assert len(shown(client.get(PAGE, {"page": 2}))) == 11
    assert shown(client.get(PAGE, {"q": "写法17"})) == ["写法17号"]
    assert shown(client.get(PAGE, {"q": "写法１７ 号"})) == ["写法17号"]  # as cells are compared
    assert shown(client.get(PAGE, {"q": "17镇"})) == ["写法17号"]
    assert shown(client.get(PAGE, {"column": "operating_state"})) == ["半停"]
    assert "没有这样的改法。" in client.get(PAGE, {"q": "无此写法"}).content.decode()
    narrow = client.get(PAGE, {"q": "写法", "column": "township"}).content.decode()
    assert "?q=%E5%86%99%E6%B3%95&amp;column=township&amp;page=2" in narrow
    assert "看全部 61 条" in narrow


def test_there_is_a_question_before_one_is_forgotten(client, remember):
    remember(1)
    recipe = Recipe.objects.get(attribute="township")
    address = f"{PAGE}{recipe.pk}/forget/"
    assert f'href="{address}" aria-label="删除“写法1号”的改法">删除</a>' in client.get(PAGE).content.decode()
    page = client.get(address).content.decode()
    assert "确定删除这条改法吗" in page and "<code>写法1号</code> 读作 <code>1镇</code>" in page
    assert Recipe.objects.count() == 2
    client.post(address)
    assert Recipe.objects.get().attribute == "operating_state"
    assert client.get(address).status_code == 404
