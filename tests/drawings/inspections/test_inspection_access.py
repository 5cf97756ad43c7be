"""Who sees an inspection, its phone numbers and its steps, and who does not."""

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from drawings.models import Draw, Inspection, Selection, TeamMember
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant

PAGES = ("detail", "edit", "submit", "review", "publish")


def page(name, inspection):
    return reverse(f"inspections:{name}", args=[inspection.pk])


@pytest.mark.parametrize("state", ["draft", "frozen", "drawn", "void"])
def test_an_inspection_is_seen_in_a_published_draw_alone(
    state, inspection, published_draw, lead, organiser, reviewer, head
):
    Draw.objects.filter(pk=published_draw.pk).update(state=state)
    for person in (lead, organiser, reviewer, head):
        assert list(Inspection.objects.of(person)) == []


def test_everybody_sees_what_is_his_to_see(inspection, published_draw, lead, second, outsider, request):
    everything = set(Inspection.objects.filter(selection__draw=published_draw))
    for name in ("organiser", "reviewer", "head"):
        assert set(Inspection.objects.of(request.getfixturevalue(name))) == everything
    for name in ("auditor", "admin", "security"):
        assert set(Inspection.objects.of(request.getfixturevalue(name))) == set()
    for officer in (lead, second, outsider):
        own = {row for row in everything if row.is_on_team(officer)}
        assert set(Inspection.objects.of(officer)) == own
    assert inspection not in Inspection.objects.of(outsider)


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_sent_to_the_login(name, inspection, stranger):
    url = page(name, inspection)
    for response in (stranger.get(url), stranger.post(url)):
        assert (response.status_code, response["Location"]) == (
            302,
            f"/accounts/login/?{urlencode({'next': url})}",
        )


def test_an_officer_finds_no_foreign_inspection(inspection, login, outsider):
    client = login(outsider)
    statuses = {name: client.get(page(name, inspection)).status_code for name in ("detail", "edit", "submit")}
    assert statuses == {"detail": 404, "edit": 404, "submit": 404}
    assert client.post(page("edit", inspection), {"summary": "别人的"}).status_code == 404


@pytest.mark.parametrize("who", ["auditor", "admin", "security"])
def test_auditors_and_administrators_open_nothing(who, inspection, login, request):
    client = login(request.getfixturevalue(who))
    assert {client.get(page(name, inspection)).status_code for name in PAGES} == {403}
    assert client.get(reverse("inspections:all")).status_code == 403
    assert client.get(reverse("inspections:tasks")).status_code == 403


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("organiser", {"detail"}),
        ("reviewer", {"detail", "review"}),
        ("head", {"detail", "review", "publish"}),
        ("lead", {"detail", "edit", "submit"}),
    ],
)
def test_a_reader_who_may_not_write_is_refused(who, allowed, inspection, login, request):
    client = login(request.getfixturevalue(who))
    assert {name for name in PAGES if client.get(page(name, inspection)).status_code != 403} == allowed


def test_a_reviewer_who_is_an_officer_reads_but_fills_in_his_own_alone(inspection, login, outsider):
    RoleGrant.objects.create(user=outsider, role=Role.REVIEWER)
    client = login(outsider)
    assert client.get(page("detail", inspection)).status_code == 200
    assert client.get(page("edit", inspection)).status_code == 403
    assert client.post(page("submit", inspection)).status_code == 403


def test_a_reviewer_is_offered_no_review_of_his_own_inspection(inspection, login, lead, step):
    RoleGrant.objects.create(user=lead, role=Role.REVIEWER)
    submitted = step(inspection, "submitted")
    client = login(lead)
    may = client.get(page("detail", inspection)).context["may"]
    assert (may.approve, may.send_back) == (False, False)
    values = {"version": submitted.version, "decision": "approve"}
    assert client.post(page("review", inspection), values).status_code == 403


@pytest.mark.parametrize("who", ["lead", "second", "organiser", "reviewer", "head"])
def test_the_phones_are_shown_to_those_who_may_read(who, inspection, login, request):
    response = login(request.getfixturevalue(who)).get(page("detail", inspection))
    phones = [member.officer.phone for member in inspection.selection.team.all()]
    for phone in (*phones, inspection.selection.source.phone):
        assert response.content.decode().count(f'href="tel:{phone}"') == 1


def test_the_task_list_shows_the_phone_of_the_other_officer(published_draw, inspection, login, lead, second):
    """And of nobody who shares no inspection with him."""
    shown = login(lead).get(reverse("inspections:tasks")).content.decode()
    partners = {
        member.officer
        for row in Inspection.objects.of(lead)
        for member in row.selection.team.all()
        if member.officer.user_id != lead.pk
    }
    everybody = {m.officer for s in published_draw.selections.all() for m in s.team.all()}
    assert {officer for officer in everybody if f"tel:{officer.phone}" in shown} == partners
    assert second.officer in partners


def test_each_role_is_offered_its_own_step_and_no_other(
    inspection, login, lead, organiser, reviewer, head, step
):
    def offered():
        inspection.refresh_from_db()
        result = {}
        for person in (lead, organiser, reviewer, head):
            may = login(person).get(page("detail", inspection)).context["may"]
            result[person.username] = {name for name, yes in vars(may).items() if yes}
        return {name: steps for name, steps in result.items() if steps}

    assert offered() == {lead.username: {"fill"}}
    row = step(inspection, "submitted")
    assert offered() == {"reviewer": {"approve", "send_back"}}
    row = step(row, "returned")
    assert offered() == {lead.username: {"fill"}}
    row = step(row, "submitted", "approved")
    assert offered() == {"reviewer": {"send_back"}, "head": {"send_back", "publish"}}
    step(row, "published")
    assert offered() == {"reviewer": {"correct", "redact"}, "head": {"correct"}}


def test_an_officer_learns_of_a_foreign_visit_to_the_same_unit_only_what_is_public(
    published_draw, inspection, lead, outsider, organiser, login
):
    """An earlier draw sent others there: its result shows after publication, and is no link."""
    selection = inspection.selection
    earlier = Draw.objects.create(
        code="2026Q3", year=2026, quarter=3, state="published", created_by=organiser,
        published_at=published_draw.published_at,
    )  # fmt: skip
    past = Selection.objects.create(
        draw=earlier,
        source=selection.source,
        stratum=selection.stratum,
        rank=1,
        ticket="0" * 64,
        name=selection.name,
    )
    TeamMember.objects.create(selection=past, officer=outsider.officer, name="甲", is_lead=True)
    visit = Inspection.objects.create(selection=past, item=inspection.item, outcome="case", state="approved")
    link = f'href="{page("detail", visit)}"'
    before = login(lead).get(page("detail", inspection)).content.decode()
    assert (before.count(">立案<"), before.count(link)) == (0, 0)
    Inspection.objects.filter(pk=visit.pk).update(state="published", visited_at=published_draw.published_at)
    after = login(lead).get(page("detail", inspection)).content.decode()
    assert (after.count(">立案<"), after.count(link)) == (1, 0)
    assert login(organiser).get(page("detail", inspection)).content.decode().count(link) == 1
