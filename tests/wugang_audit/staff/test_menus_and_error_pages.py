"""The frame of every page: the public menu, and the two error pages that must come whatever is broken."""

import re

import pytest
from django.views import defaults

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
    ("/log/", None),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "label"), MARKED)
def test_the_public_menu_marks_where_the_visitor_is(stranger, address, label):
    page = stranger.get(address).content.decode()
    nav = page[page.index('<nav class="nav"') :].split("</nav>")[0]
    assert len(re.findall("<li>", nav)) == 7
    assert re.findall(r'aria-current="page">([^<]*)', nav) == ([label] if label else [])


def test_the_error_pages_come_even_where_no_address_can_be_made(rf, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("no address can be made")

    monkeypatch.setattr("django.urls.reverse", broken)
    monkeypatch.setattr("django.templatetags.static.StaticNode.url", broken)
    request = rf.get("/")
    assert defaults.server_error(request).status_code == 500
    assert defaults.bad_request(request, ValueError()).status_code == 400
