"""The frame of every page: the public menu, and the two error pages that must come whatever is broken."""

import re

import pytest
from django.views import defaults

from wugang_audit.access.roles import Role

# (address, the line of the menu that is marked)
MARKED = [
    ("/", "首页"),
    ("/items/", "抽查事项"),
    ("/plans/", "抽查计划"),
    ("/plans/2026/", "抽查计划"),  # a plan that is not there: the page of the error has the menu too
    ("/draws/", "抽签公开"),
    ("/draws/2026Q4/", "抽签公开"),
    ("/results/", "检查结果"),
    ("/verify/", "验证"),
    ("/verify/nothing/", None),
    ("/about/", "为什么可信"),
    ("/log/", "抽签公开"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "label"), MARKED)
def test_the_public_menu_marks_where_the_visitor_is(stranger, address, label):
    page = stranger.get(address).content.decode()
    nav = page[page.index('<nav class="nav"') :].split("</nav>")[0]
    assert len(re.findall("<li>", nav)) == 9
    assert re.findall(r'aria-current="page">([^<]*)', nav) == ([label] if label else [])


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_the_menu_of_one_role_stands_in_one_line_of_a_phone_without_a_fold(login, person, role):
    page = login(person("someone", role)).get("/help/", follow=True)
    folded = [item.label for item in page.context["staff_nav_more"]]
    assert page.context["staff_nav"] and folded == []
    # The head has one line more than a phone holds: the help, which stands in the menu of his account.
    hidden = [item.label for item in page.context["staff_nav"] if item.folded]
    assert hidden == (["帮助"] if role == Role.HEAD else [])
    assert '<a href="/help/">帮助</a>' in page.content.decode().partition('class="account-menu"')[2]
    assert ("更多" in page.content.decode().partition("</nav>")[0]) == bool(folded)


@pytest.mark.django_db
def test_what_several_roles_have_beyond_one_line_of_a_phone_is_folded(login, person):
    client = login(person("someone", Role.ADMIN, Role.ORGANISER, Role.OFFICER))
    page = client.get("/help/", follow=True)
    kept = [item.label for item in page.context["staff_nav"] if not item.folded]
    folded = [item.label for item in page.context["staff_nav_more"]]
    assert kept == ["待办", "抽查计划", "抽签", "我的任务"]
    assert folded == ["检查结果", "统计", "我的统计", "名录与账号", "账号申请", "名录体检", "帮助"]
    nav = page.content.decode().partition("主导航")[2].partition("</nav>")[0]
    line, _, below = nav.partition('<li class="nav-more">')
    assert re.findall(r"<a [^>]*>([^<]*)", line) == kept + folded  # a wide screen shows all side by side
    assert re.findall(r"<a [^>]*>([^<]*)", below) == folded
    assert '<summary class="is-current">更多</summary>' in below  # the page that is shown stands below it
    assert "<summary>更多</summary>" in client.get("/desk/").content.decode()


def test_the_error_pages_come_even_where_no_address_can_be_made(rf, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("no address can be made")

    monkeypatch.setattr("django.urls.reverse", broken)
    monkeypatch.setattr("django.templatetags.static.StaticNode.url", broken)
    request = rf.get("/")
    assert defaults.server_error(request).status_code == 500
    assert defaults.bad_request(request, ValueError()).status_code == 400
