"""A sealed draw: each officer sees his own tasks, the others what was handed in, the auditor neither."""

import pytest
from django.utils import timezone

from drawings.models import Draw, Inspection, Selection
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def sealed(published_draw):
    Draw.objects.filter(pk=published_draw.pk).update(disclosure="sealed")
    return Draw.objects.get(pk=published_draw.pk)


@pytest.fixture
def handed_in(sealed, inspection, step):
    """The first inspection of the sealed draw is submitted; the other five wait."""
    return step(Inspection.objects.get(pk=inspection.pk), "submitted")


@pytest.fixture
def readers(organiser, reviewer, head):
    return organiser, reviewer, head


def secrets(draw):
    """Names and numbers of the units whose inspections are still drafts."""
    rows = draw.selections.filter(inspection__state="draft").values_list("name", "source__number")
    return {word for row in rows for word in row}


def text(page):
    return page.content.decode()


def test_lists_and_every_filter_show_only_what_was_handed_in(sealed, handed_in, readers, login):
    queries = [
        "",
        "?state=draft",
        "?state=submitted",
        "?quarter=2026Q4",
        "?category=general",
        "?q=虚构",
        "?page=2",
    ]
    for person in readers:
        client = login(person)
        for query in queries:
            page = client.get(f"/inspections/all/{query}")
            assert [word for word in secrets(sealed) if word in text(page)] == [], (person, query)
            assert page.context["page_obj"].paginator.count <= 1
        assert client.get("/inspections/all/?quarter=2026Q4").context["page_obj"].object_list[0] == handed_in


def test_a_task_that_is_not_handed_in_does_not_exist_for_others(sealed, handed_in, readers, login):
    for person in readers:
        client = login(person)
        for waiting in Inspection.objects.filter(state="draft"):
            for word in ("", "review/", "publish/", "correct/"):
                assert client.get(f"/inspections/{waiting.pk}/{word}").status_code in (403, 404)
        assert client.get(f"/inspections/{handed_in.pk}/").status_code == 200


def test_an_officer_sees_his_own_tasks_sealed_or_not(sealed, officers, login):
    for disclosure in ("sealed", "open"):
        Draw.objects.update(disclosure=disclosure)
        for officer in officers:
            own = set(Inspection.objects.filter(selection__team__officer=officer))
            page = login(officer.user).get("/inspections/")
            assert {task.inspection for task in page.context["home"].tasks} == own
            for other in Inspection.objects.exclude(pk__in=[each.pk for each in own]):
                assert login(officer.user).get(f"/inspections/{other.pk}/").status_code == 404


def test_an_officer_who_also_reviews_reads_of_a_sealed_draw_his_own_and_what_was_handed_in(
    sealed, handed_in, person, officers, make_officer
):
    double = person("double", "officer", "reviewer")
    assert set(Inspection.objects.of(double)) == {handed_in}
    officers[2].user = double
    officers[2].save()
    own = set(Inspection.objects.filter(selection__team__officer=officers[2]))
    assert set(Inspection.objects.of(double)) == own | {handed_in}


def test_the_desk_counts_only_what_was_handed_in(sealed, handed_in, login, reviewer, head):
    counts = [line.count for line in login(reviewer).get("/desk/").context["todos"]]
    assert counts == [1]
    assert [line.count for line in login(head).get("/desk/").context["todos"]] == []


def test_the_heads_list_to_confirm_holds_what_was_approved(sealed, handed_in, step, login, head):
    step(handed_in, "approved")
    page = login(head).get(f"/inspections/publish/{sealed.pk}/")
    assert [row.pk for row in page.context["inspections"]] == [handed_in.pk]
    assert [word for word in secrets(sealed) if word in text(page)] == []


def test_the_page_of_a_unit_does_not_tell_that_it_stands_in_a_sealed_draw(
    sealed, inspection, outsider, lead, organiser, reviewer, login
):
    """An earlier open draw sent others to the same unit: their page must not tell of the draw to come."""
    earlier = Draw.objects.create(
        code="2026Q3", year=2026, quarter=3, state="published", created_by=organiser,
        published_at=sealed.published_at,
    )  # fmt: skip
    source = inspection.selection.source
    past = Selection.objects.create(
        draw=earlier, source=source, stratum="key", rank=1, ticket="0" * 64, name=source.name
    )
    past.team.create(officer=outsider.officer, name="丙", is_lead=True)
    old = Inspection.objects.create(selection=past, item=inspection.item)
    for person in (outsider, organiser, reviewer):
        page = login(person).get(f"/inspections/{old.pk}/")
        assert page.context["earlier"] == []
        assert sealed.title not in text(page).split("<main", 1)[1]
    page = login(lead).get(f"/inspections/{inspection.pk}/")
    assert [one.selection for one in page.context["earlier"]] == [past]


def test_the_team_alone_gets_the_address_to_show_at_the_gate(sealed, handed_in, lead, reviewer, login):
    url = f"http://testserver/visit/{handed_in.token}/"
    page = login(lead).get(f"/inspections/{handed_in.pk}/")
    assert page.context["gate"].url == url
    assert 'src="data:image/svg+xml' in text(page)
    page = login(reviewer).get(f"/inspections/{handed_in.pk}/")
    assert handed_in.token not in text(page)
    Draw.objects.update(disclosure="open")
    assert handed_in.token not in text(login(lead).get(f"/inspections/{handed_in.pk}/"))


def test_the_audit_names_neither_units_nor_officers_of_a_sealed_draw(sealed, handed_in, step, officers):
    step(handed_in, "returned", "submitted", "approved", "published")
    entries = AuditEntry.objects.filter(action__in=["提交检查", "退回检查", "审核通过", "确认公开"])
    assert entries.count() == 6 - 1
    assert {(entry.target_key, entry.changes["inspection"]) for entry in entries} == {
        (f"drawings.draw:{sealed.pk}", handed_in.pk)
    }
    name, number = handed_in.selection.name, handed_in.selection.source.number
    told = "".join(f"{entry.target}{entry.changes}" for entry in entries)
    assert [word for word in (name, number) if word in told] == []


def test_the_audit_names_the_unit_once_the_day_of_the_unsealing_has_come(sealed, handed_in, step, clock):
    Draw.objects.update(unseal_on=timezone.localdate())
    row = step(Inspection.objects.get(pk=handed_in.pk), "approved")
    entry = AuditEntry.objects.latest("index")
    assert (entry.action, entry.target_key) == ("审核通过", f"drawings.inspection:{row.pk}")
