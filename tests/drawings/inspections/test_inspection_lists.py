"""The lists: what they hold, how they are narrowed, how many queries they cost, and what the desk says."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from drawings.models import Inspection
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant
from wugang_audit.staff.desk import todos_of


@pytest.fixture
def everything(published_draw):
    """All inspections, in the order of the list."""
    return list(Inspection.objects.filter(selection__draw=published_draw).order_by("selection"))


def queries_of(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def keep(count, inspections):
    """Delete all but so many of them: the rows of a draw cannot be deleted, its inspections can."""
    Inspection.objects.exclude(pk__in=[row.pk for row in inspections[:count]]).delete()


def busiest(everything):
    teams = [member.officer for row in everything for member in row.selection.team.all()]
    officer = max(set(teams), key=teams.count)
    return officer.user, [row for row in everything if row.is_on_team(officer.user)]


@pytest.mark.parametrize("who", ["organiser", "reviewer", "head"])
def test_the_list_costs_as_many_queries_with_one_row_as_with_three(who, everything, login, request):
    client, url = login(request.getfixturevalue(who)), reverse("inspections:all")
    keep(3, everything)
    three = queries_of(client, url)
    keep(1, everything)
    assert queries_of(client, url) == three


def test_the_task_list_costs_as_many_queries_with_one_row_as_with_three(everything, login):
    user, own = busiest(everything)
    client, url = login(user), reverse("inspections:tasks")
    keep(3, own)
    three = queries_of(client, url)
    keep(1, own)
    assert queries_of(client, url) == three


def test_the_page_of_the_head_costs_as_many_queries_with_one_row_as_with_three(
    published_draw, everything, login, head, step
):
    for row in everything[:3]:
        step(row, "submitted", "approved")
    client, url = login(head), reverse("inspections:publish_all", args=[published_draw.pk])
    three = queries_of(client, url)
    Inspection.objects.filter(pk__in=[row.pk for row in everything[1:3]]).update(state="draft")
    assert queries_of(client, url) == three


def listed(client, **query):
    return [row.pk for row in client.get(reverse("inspections:all"), query).context["page_obj"]]


def test_the_list_is_narrowed_by_state_quarter_class_and_name(everything, login, organiser, step):
    client = login(organiser)
    step(everything[1], "submitted")
    assert listed(client) == [row.pk for row in everything]
    assert listed(client, state="submitted") == [everything[1].pk]
    assert listed(client, quarter="2026Q4") == [row.pk for row in everything]
    special = [row.pk for row in everything if row.selection.stratum == "special"]
    assert listed(client, category="special") == special
    name = everything[0].selection.name
    assert listed(client, q=f" {name[2:5]}") == [
        row.pk for row in everything if name[2:5] in row.selection.name
    ]
    assert listed(client, q="没有这一家") == []
    assert listed(client, state="submitted", category="special") == [
        row.pk for row in everything[1:2] if row.selection.stratum == "special"
    ]


def test_a_filter_that_makes_no_sense_is_ignored(everything, login, organiser):
    query = {"state": "x", "quarter": "1999Q9", "category": "' or 1", "page": "-7"}
    assert listed(login(organiser), **query) == [row.pk for row in everything]


def test_a_long_list_comes_in_pages_that_keep_the_filter(everything, login, organiser, monkeypatch):
    monkeypatch.setattr("drawings.inspections.tasks.views.PER_PAGE", 2)
    response = login(organiser).get(reverse("inspections:all"), {"state": "draft", "page": "2"})
    assert [row.pk for row in response.context["page_obj"]] == [row.pk for row in everything[2:4]]
    assert response.content.decode().count("?state=draft&amp;page=3") == 1


def test_the_task_list_puts_returned_ones_first_and_done_ones_apart(everything, login, step):
    user, own = busiest(everything)
    step(own[1], "submitted", "returned")
    step(own[2], "submitted")
    context = login(user).get(reverse("inspections:tasks")).context
    assert [task.inspection.pk for task in context["home"].tasks] == [
        row.pk for row in (own[1], own[0], *own[3:])
    ]
    assert [row.pk for row in context["page_obj"]] == [own[2].pk]


def test_an_officer_who_reads_everything_still_has_his_own_tasks_alone(everything, login):
    user, own = busiest(everything)
    RoleGrant.objects.create(user=user, role=Role.ORGANISER)
    context = login(user).get(reverse("inspections:tasks")).context
    assert [task.inspection.pk for task in context["home"].tasks] == [row.pk for row in own]


def lines(user):
    return [(line.label, line.url, line.count) for line in todos_of(user) if "inspections" in line.url]


def test_the_desk_says_what_awaits_each(everything, login, reviewer, head, organiser, auditor, step):
    user, own = busiest(everything)
    tasks, waiting = reverse("inspections:tasks"), reverse("inspections:waiting")
    assert lines(user) == [("检查任务待填报", tasks, len(own))]
    assert [lines(person) for person in (reviewer, head, organiser, auditor)] == [[], [], [], []]
    step(own[0], "submitted", "returned")
    step(own[1], "submitted")
    step(own[2], "submitted", "approved")
    assert lines(user) == [("检查被退回，请补充", tasks, 1)] + [
        ("检查任务待填报", tasks, len(own) - 3) for _ in own[3:4]
    ]
    assert lines(reviewer) == [("检查结果待审核", waiting, 1)]
    assert lines(head) == [("检查结果待确认公开", waiting, 1)]


def test_the_desk_of_a_reviewer_leaves_out_his_own_inspections(everything, step):
    user, own = busiest(everything)
    RoleGrant.objects.create(user=user, role=Role.REVIEWER)
    foreign = next(row for row in everything if row not in own)
    step(own[0], "submitted")
    step(foreign, "submitted")
    assert [count for label, _, count in lines(user) if label == "检查结果待审核"] == [1]


def test_before_the_publication_the_desk_says_nothing(drawn_draw, officers):
    assert [lines(officer.user) for officer in officers] == [[], [], []]
