"""Team, reviewer and publisher of one visit are different people, whatever roles one of them holds besides."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pages import said

from drawings.amendments import substitutes
from drawings.inspections import queries, verbs
from drawings.models import Inspection
from drawings.states import Refused
from enforcers.models import Officer
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant, User
from wugang_audit.staff.desk import todos_of

pytestmark = pytest.mark.usefixtures("on_seed")


@pytest.fixture
def replaced(selection, lead, organiser, organiser2):
    """The leader of the team, whose place a third officer has taken."""
    row = substitutes.declare_officer(
        draw=selection.draw, officer=lead.officer.certificate_number, reason="recused", evidence="近亲属在该单位任职",
        away={}, unit=selection.source.number, actor=organiser,
    )  # fmt: skip
    substitutes.confirm(substitution=row, actor=organiser2)
    assert not Inspection.objects.get(selection=selection).is_on_team(lead)
    return lead


@pytest.fixture
def with_roles():
    """Give an account more roles, as an older database may hold them: ``with_roles(lead, Role.HEAD)``."""

    def do(user, *roles):
        RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
        return User.objects.get(pk=user.pk)

    return do


@pytest.fixture
def insider(request, with_roles):
    """Somebody with a hand in the visit, with every role that decides on it."""
    return with_roles(request.getfixturevalue(request.param), Role.REVIEWER, Role.HEAD)


TEAM = pytest.mark.parametrize("insider", ["lead", "second", "replaced"], indirect=True)


def verdicts(actor, inspection):
    """Try all that is decided about a visit, each where it is this step's turn."""
    version = inspection.version
    if inspection.state == "submitted":
        yield lambda: verbs.approve(inspection=inspection, actor=actor, version=version)
    if inspection.state == "approved":
        yield lambda: verbs.publish(inspection=inspection, actor=actor, version=version)
    if inspection.state in ("submitted", "approved"):
        yield lambda: verbs.send_back(inspection=inspection, actor=actor, version=version, comment="补充")
    if inspection.state == "published":
        yield lambda: verbs.correct(inspection=inspection, actor=actor, text="应为九月")


@TEAM
@pytest.mark.parametrize(
    "way", [("submitted",), ("submitted", "approved"), ("submitted", "approved", "published")]
)
def test_nobody_of_the_team_decides_on_its_visit(way, insider, inspection, step):
    row = step(Inspection.objects.get(pk=inspection.pk), *way)
    tried = list(verdicts(insider, row))
    assert tried
    for verdict in tried:
        with pytest.raises(PermissionDenied):
            verdict()
    row.refresh_from_db()
    assert (row.state, row.corrections.count()) == (way[-1], 0)
    may = queries.what_may(insider, row)
    assert (may.approve, may.send_back, may.publish, may.correct) == (False, False, False, False)


def test_an_officer_decides_on_the_visits_of_others(inspection, outsider, with_roles, step, head):
    reviewer = with_roles(outsider, Role.REVIEWER)
    row = step(inspection, "submitted")
    assert queries.what_may(reviewer, row).approve
    row = verbs.approve(inspection=row, actor=reviewer, version=row.version)
    assert verbs.publish(inspection=row, actor=head, version=row.version).state == "published"


def test_who_handed_a_report_in_does_not_decide_after_his_login_left_the_registry(
    inspection, lead, step, with_roles
):
    row = step(inspection, "submitted")
    Officer.objects.filter(user=lead).update(user=None)
    actor = with_roles(lead, Role.REVIEWER)
    with pytest.raises(PermissionDenied):
        verbs.approve(inspection=row, actor=actor, version=row.version)


def test_who_approved_does_not_publish_once_he_is_the_head(inspection, reviewer, with_roles, step):
    row = step(inspection, "submitted", "approved")
    actor = with_roles(reviewer, Role.HEAD)
    with pytest.raises(PermissionDenied, match="您审核通过"):
        verbs.publish(inspection=row, actor=actor, version=row.version)
    assert not queries.what_may(actor, row).publish


def test_who_approved_an_earlier_round_does_not_publish_either(
    inspection, reviewer, person, with_roles, step
):
    row = step(inspection, "submitted", "approved", "returned", "submitted")
    other = person("reviewer2", Role.REVIEWER)
    row = verbs.approve(inspection=row, actor=other, version=row.version)
    with pytest.raises(PermissionDenied, match="您审核通过"):
        verbs.publish(inspection=row, actor=with_roles(reviewer, Role.HEAD), version=row.version)


def test_a_reviewer_may_still_take_back_what_he_approved(inspection, reviewer, step):
    row = step(inspection, "submitted", "approved")
    assert (
        verbs.send_back(inspection=row, actor=reviewer, version=row.version, comment="补").state == "returned"
    )


# --- several at once -----------------------------------------------------------------------------------------
@pytest.fixture
def approved(published_draw, step):
    """All visits of the draw, approved by the reviewer."""
    rows = Inspection.objects.filter(selection__draw=published_draw)
    return [step(row, "submitted", "approved") for row in rows]


def test_the_bulk_publication_skips_the_visits_of_the_head_and_says_which(
    approved, outsider, with_roles, login, published_draw
):
    actor = with_roles(outsider, Role.HEAD)
    own = [row for row in approved if row.took_part(actor)]
    assert 0 < len(own) < len(approved)
    client, url = login(actor), reverse("inspections:publish_all", args=[published_draw.pk])
    page = client.get(url)
    assert [row for row, _ in page.context["kept"]] == own
    assert {why for _, why in page.context["kept"]} == {"您参加过这次检查"}
    assert set(page.context["inspections"]) == set(approved) - set(own)
    answer = client.post(url, {"seen": [f"{row.pk}@{row.version}" for row in approved]}, follow=True)
    assert set(said(answer)) == {f"已确认公开 {len(approved) - len(own)} 家单位的检查结果。"} | {
        f"{row.selection.name}没有公开：您参加过这次检查，须由另一名负责人确认。" for row in own
    }
    assert set(Inspection.objects.disclosed()) == set(approved) - set(own)


def test_the_bulk_publication_publishes_nothing_that_the_head_has_approved(
    approved, reviewer, with_roles, login, published_draw
):
    actor = with_roles(reviewer, Role.HEAD)
    with pytest.raises(Refused, match="另一名负责人"):
        verbs.publish_all(
            draw=published_draw, actor=actor, versions={row.pk: row.version for row in approved}
        )
    assert not Inspection.objects.disclosed().exists()
    page = login(actor).get(reverse("inspections:publish_all", args=[published_draw.pk]))
    assert {why for _, why in page.context["kept"]} == {"这份结果是您审核通过的"}


def test_the_desk_counts_only_what_the_head_may_publish(approved, outsider, with_roles):
    actor = with_roles(outsider, Role.HEAD)
    own = [row for row in approved if row.took_part(actor)]
    [count] = [line.count for line in todos_of(actor) if line.label == "检查结果待确认公开"]
    assert count == len(approved) - len(own)


def test_the_desk_does_not_count_what_the_head_approved_himself(approved, reviewer, with_roles):
    actor = with_roles(reviewer, Role.HEAD)
    assert all(row.reviewed_by_id == actor.pk for row in approved)
    assert "检查结果待确认公开" not in [line.label for line in todos_of(actor)]
