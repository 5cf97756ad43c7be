"""The help: a page for each role that opens at one's own, every link of it, and the handbook that holds all of them."""

import re

import pytest
from as_shown import LATIN, words_of

from wugang_audit.access.roles import Role
from wugang_audit.staff.help_topics import EVERYBODY, own_topic, topics

KNOWN = {"Excel"}


def body(html):
    return html.partition("<main ")[2].partition(">")[2].partition("</main>")[0]


def test_there_is_a_page_for_everybody_and_for_each_role():
    assert [each.slug for each in topics()] == [EVERYBODY, *Role.values]
    assert [each.title for each in topics()][1:] == Role.labels


@pytest.mark.parametrize("role", Role)
def test_the_help_of_a_role_opens_from_every_page_at_its_own(login, person, role):
    client = login(person("somebody", role))
    desk = client.get("/desk/").content.decode()
    # In the menu, in that of the account, and at the foot.
    assert desk.count('href="/help/"') == 3
    page = client.get("/help/", follow=True)
    assert page.redirect_chain == [(f"/help/{role.value}/", 302)]
    html = page.content.decode()
    assert f"<h1>帮助：{role.label}</h1>" in html and "（您的角色）" in html
    assert "一步一步做" in html and "遇到问题怎么办" in html
    assert [word for each in words_of(body(html)) for word in LATIN.findall(each) if word not in KNOWN] == []


@pytest.mark.parametrize("role", Role)
@pytest.mark.usefixtures("specialities")
def test_every_link_of_a_roles_help_opens_for_that_role(login, person, role):
    client = login(person("somebody", role))
    text = body(client.get(f"/help/{role.value}/").content.decode()).partition("help-text")[2]
    links = set(re.findall(r'href="(/[^"]*)"', text))
    assert links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_who_holds_several_roles_sees_the_first_and_both_are_marked(login, person):
    user = person("both", Role.ORGANISER, Role.REVIEWER)
    assert own_topic(user) == "organiser"
    html = login(user).get("/help/organiser/").content.decode()
    assert html.count("（您的角色）") == 2


def test_somebody_elses_page_says_that_its_links_may_not_open(login, organiser):
    client = login(organiser)
    assert "不是您的角色" in client.get("/help/officer/").content.decode()
    assert "不是您的角色" not in client.get("/help/organiser/").content.decode()
    assert client.get("/help/nobody/").status_code == 404


def test_the_handbook_holds_every_page_with_contents_date_and_version(login, auditor):
    html = login(auditor).get("/help/handbook/").content.decode()
    for topic in topics():
        assert f'<a href="#{topic.slug}">{topic.title}</a>' in html
        assert html.count(f'id="{topic.slug}"') == 1
    assert html.count("遇到问题怎么办") == len(topics()) == html.count("page-break")
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert re.search(r"20\d\d年\d+月\d+日", html) and "系统版本 0.1.0" in html
    assert "data-print" in html


def test_a_stranger_is_led_to_the_login(stranger):
    for page in ("/help/", "/help/handbook/", "/help/officer/"):
        assert stranger.get(page).url.startswith("/accounts/login/")


def test_reading_the_help_asks_the_database_for_nothing_of_the_registries(
    login, admin, django_assert_max_num_queries
):
    client = login(admin)
    client.get("/help/admin/")
    with django_assert_max_num_queries(6):
        client.get("/help/admin/")
