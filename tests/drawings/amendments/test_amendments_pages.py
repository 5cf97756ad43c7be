"""The pages of substitutes: what each person sees and may do, and what a sealed draw keeps to itself."""

import pytest
from amendment_cases import number, report, team
from pages import said

from drawings.amendments import substitutes
from drawings.models import Draw, Substitution, TeamMember

EVIDENCE = "住院证明 2026-118 号"


@pytest.fixture
def draw(officers, make_officer, published_draw):
    return published_draw


@pytest.fixture
def ill(draw, organiser):
    """The lead of the first unit is declared ill, and who he is."""
    officer = TeamMember.objects.get(selection=draw.selections.first(), is_lead=True).officer
    substitutes.declare_officer(
        draw=draw, officer=number(officer), reason="ill", evidence=EVIDENCE, unavailable={}, actor=organiser
    )
    return officer


def body(page):
    return page.content.decode().split("<main", 1)[1]


def test_an_officer_is_replaced_through_the_pages(draw, login, organiser, reviewer):
    selection = draw.selections.first()
    members = team(selection)
    desk = login(organiser)
    url = "/ceremony/2026Q4/substitutes/"
    assert f"{url}officer/" in body(desk.get(url))
    typed = {"officer": members[0], "reason": "recused", "evidence": EVIDENCE}
    page = desk.post(f"{url}officer/", typed)
    assert page.context["form"].errors == {"unit": ["应当回避的，请写明单位的污染源编码。"]}
    page = desk.post(f"{url}officer/", typed | {"unit": selection.source.number}, follow=True)
    assert said(page) == ["已申报，请另一个人确认。"]
    row = Substitution.objects.get()
    assert 'value="confirm"' not in body(page)
    page = login(reviewer).get(url)
    assert 'value="confirm"' in body(page)
    page = login(reviewer).post(f"{url}{row.pk}/decide/", {"decision": "confirm"}, follow=True)
    assert said(page) == ["已确认：替补已按本次抽签原来的随机数算出，任务已下达。"]
    assert members[0] not in team(selection)
    page = login(reviewer).post(f"{url}{row.pk}/decide/", {"decision": "refuse"}, follow=True)
    assert said(page) == ["这份申报已经有人处理过了，请刷新页面查看。"]


def test_a_unit_is_replaced_through_the_pages(draw, login, organiser, organiser2):
    selection = draw.selections.first()
    url = "/ceremony/2026Q4/substitutes/"
    desk = login(organiser)
    assert "没有可以申报的单位" in body(desk.get(f"{url}unit/"))
    report(selection, "untraced")
    away = team(selection)[0]
    typed = {"unit": selection.pk, "evidence": "原址为空地", f"away_{away}": "外出培训"}
    desk.post(f"{url}unit/", typed)
    row = Substitution.objects.get()
    assert (row.reason, row.unavailable) == ("untraced", {away: "外出培训"})
    login(organiser2).post(f"{url}{row.pk}/decide/", {"decision": "confirm"})
    page = body(desk.get(url))
    assert selection.substitute.name in page
    assert "韩组织" in page


def test_a_unit_that_was_not_reported_closed_cannot_be_sent_in(draw, login, organiser):
    typed = {"unit": draw.selections.first().pk, "evidence": "原址为空地"}
    page = login(organiser).post("/ceremony/2026Q4/substitutes/unit/", typed)
    assert set(page.context["form"].errors) == {"unit"}


def test_the_desk_of_each_second_person_asks_for_a_decision(
    draw, ill, login, organiser, organiser2, reviewer, head
):
    def asked(person):
        lines = login(person).get("/desk/").context["todos"]
        return [line.url for line in lines if line.label == "2026年第4季度抽查：请确认替补申报"]

    url = ["/ceremony/2026Q4/substitutes/"]
    people = (organiser, organiser2, reviewer, head)
    assert [asked(person) for person in people] == [[], url, url, url]


def test_the_desk_also_asks_about_a_unit(draw, login, organiser, reviewer):
    selection = draw.selections.first()
    report(selection)
    substitutes.declare_unit(selection=selection, evidence=EVIDENCE, unavailable={}, actor=organiser)
    labels = [line.label for line in login(reviewer).get("/desk/").context["todos"]]
    assert "2026年第4季度抽查：请确认替补申报" in labels


@pytest.mark.parametrize("decided", [False, True])
def test_a_sealed_draw_names_neither_units_nor_who_steps_in(
    draw, ill, login, organiser, reviewer, head, decided
):
    Draw.objects.update(disclosure="sealed")
    if decided:
        substitutes.confirm(substitution=Substitution.objects.first(), actor=reviewer)
    units = list(draw.selections.values_list("name", "source__number"))
    new = list(TeamMember.objects.filter(replaces__isnull=False).values_list("name", flat=True))
    assert len(new) == (Substitution.objects.count() if decided else 0)
    for person in (organiser, reviewer, head):
        page = body(login(person).get("/ceremony/2026Q4/substitutes/"))
        assert ill.name in page
        assert [word for pair in units for word in pair if word in page] == []
        assert f'<td data-label="替补">{new[0]}</td>' not in page if new else True
        assert page.count("已算出，密封中") == len(new)


def test_the_form_of_a_sealed_draw_lists_all_officers_alike(draw, login, organiser):
    Draw.objects.update(disclosure="sealed")
    page = login(organiser).get("/ceremony/2026Q4/substitutes/officer/")
    assert [value for value, _ in page.context["form"].fields["officer"].choices] == [
        "", "16041048001", "16041048002", "16041048003"
    ]  # fmt: skip
    assert [word for word in draw.selections.values_list("name", flat=True) if word in body(page)] == []


def test_the_list_asks_the_database_the_same_number_of_times(
    draw, ill, login, reviewer, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = login(reviewer)
    for row in Substitution.objects.all():
        row.pk, row.evidence = None, f"{row.evidence}之{row.selection_id}"
        row.save()

    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/ceremony/2026Q4/substitutes/")
        return len(queries)

    few = count()
    for row in Substitution.objects.all():
        row.pk, row.evidence = None, f"{row.evidence}又{row.pk}"
        row.save()
    assert count() == few
