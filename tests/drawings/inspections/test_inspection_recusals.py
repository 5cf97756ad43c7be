"""While an officer of the team asks to be recused, what the team reports does not count."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pages import said
from visit_cases import assessed, by_page, send_in

from drawings.inspections import queries, verbs
from drawings.models import Draw, Inspection, RecusalRequest
from drawings.states import Refused


@pytest.fixture
def ask(lead):
    """The leader asks to be recused, whatever state the inspection is in: some were handed in before this was refused."""

    def do(inspection, **fields):
        officer = inspection.selection.team.get(is_lead=True).officer
        values = {"officer": officer, "reason": "姐姐在该单位任会计", "asked_by": officer.user}
        return RecusalRequest.objects.create(
            inspection=inspection, asked_at=timezone.now(), **values | fields
        )

    return do


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


def test_neither_officer_hands_in_while_it_is_undecided_but_a_draft_is_kept(
    inspection, ask, lead, second, full, fields, login
):
    asked = ask(inspection)
    for actor in (lead, second):
        with pytest.raises(Refused, match=f"{asked.officer.name}申请了回避，等抽查组织者决定"):
            send_in(inspection=inspection, actor=actor, version=inspection.version, report=full())
    inspection = latest(inspection)
    page = by_page(login(second), inspection, fields(inspection, full()))
    assert "等抽查组织者决定。决定以后才能提交，现在可以保存草稿。" in str(page.context["form"].errors)
    assert latest(inspection).state == "draft"
    verbs.save_draft(
        inspection=inspection, actor=second, version=inspection.version, report=assessed(inspection, full())
    )
    assert latest(inspection).summary == full().summary


def test_it_is_handed_in_once_the_request_is_refused(inspection, ask, step):
    asked = ask(inspection)
    RecusalRequest.objects.filter(pk=asked.pk).update(decided_at=timezone.now(), decision="refused")
    assert step(inspection, "submitted").state == "submitted"


def test_what_somebody_asked_who_is_no_more_on_the_team_holds_up_nothing(inspection, ask, step, outsider):
    ask(inspection, officer=outsider.officer, asked_by=outsider)
    assert step(inspection, "submitted").state == "submitted"


def test_who_asks_is_named_and_why_is_not(inspection, ask, second, login):
    asked = ask(inspection)
    client = login(second)
    for url in (
        reverse("inspections:tasks"),
        reverse("inspections:edit", args=[inspection.pk]),
        reverse("inspections:detail", args=[inspection.pk]),
    ):
        text = client.get(url).content.decode()
        assert f"{asked.officer.name}申请了回避，等抽查组织者决定" in text
        assert asked.reason not in text


def test_an_older_report_is_neither_approved_nor_published_and_can_be_returned(
    inspection, ask, step, reviewer, head, login
):
    row = step(inspection, "submitted")
    asked = ask(row)
    with pytest.raises(Refused, match="决定以前不能通过，也不能公开"):
        verbs.approve(inspection=row, actor=reviewer, version=row.version)
    page = login(reviewer).get(reverse("inspections:detail", args=[row.pk])).content.decode()
    assert "有人申请回避，还没有决定" in page and asked.reason not in page
    asked.delete()
    row = step(row, "approved")
    ask(row)
    with pytest.raises(Refused, match="决定以前不能通过，也不能公开"):
        verbs.publish(inspection=row, actor=head, version=row.version)
    assert verbs.send_back(inspection=row, actor=head, version=row.version, comment="有人申请回避").state == (
        "returned"
    )


def test_in_bulk_it_stands_apart_and_is_not_published(inspection, ask, step, head, login, published_draw):
    others = Inspection.objects.filter(selection__draw=published_draw).exclude(pk=inspection.pk)
    row, other = step(inspection, "submitted", "approved"), step(others[0], "submitted", "approved")
    url = reverse("inspections:publish_all", args=[published_draw.pk])
    client = login(head)
    ticks = {"seen": [f"{each.pk}@{each.version}" for each in (row, other)]}
    asked = ask(row)
    page = client.get(url)
    assert [each for each, _ in page.context["asked"]] == [row]
    assert [report.inspection for report in page.context["reports"]] == [other]
    answer = client.post(url, ticks, follow=True)
    assert said(answer) == [
        "已确认公开 1 家单位的检查结果。",
        f"{row.selection}没有公开：{asked.officer.name}申请了回避，等抽查组织者决定。",
    ]
    alone = client.post(url, {"seen": ticks["seen"][:1]})
    assert "检查组有人申请回避" in str(alone.context["form"].errors)
    assert latest(row).state == "approved"


def test_many_inspections_are_asked_about_in_one_query(published_draw, ask, django_assert_num_queries):
    rows = list(Inspection.objects.filter(selection__draw=published_draw))
    for row in rows[:3]:
        ask(row)
    with django_assert_num_queries(1):
        assert len(queries.undecided_recusals([row.pk for row in rows])) == 3


def test_lists_board_and_dossier_say_that_it_is_undecided(
    inspection, ask, lead, second, organiser, published_draw, login
):
    urls = {
        (second, reverse("inspections:print")): "。决定以前不能提交。",
        (second, reverse("inspections:dossier", args=[inspection.pk])): "。决定以前，检查不能提交",
        (organiser, reverse("inspections:all")): "有人申请回避，还没有决定</span>",
        (organiser, reverse("inspections:board")): "1 家有人申请回避，还没有决定</span>",
    }

    def told():
        return [login(user).get(url).content.decode().count(words) for (user, url), words in urls.items()]

    assert told() == [0, 0, 0, 0]
    asked = ask(inspection)
    assert told() == [1, 1, 1, 1]
    page = login(second).get(reverse("inspections:print")).content.decode()
    assert f"{asked.officer.name}申请了回避，等抽查组织者决定" in page
    RecusalRequest.objects.update(decided_at=timezone.now(), decision="refused")
    assert told() == [0, 0, 0, 0]


def test_the_board_counts_an_inspection_once_and_under_seal_by_its_draw_alone(
    inspection, ask, lead, second, organiser, published_draw, login
):
    ask(inspection)
    ask(inspection, officer=second.officer, asked_by=second)
    url = reverse("inspections:board")
    board = login(organiser).get(url).context["board"]
    assert [line.recusals for line in board.draws] == [1]
    by_name = {line.name: line.recusals for line in board.officers if line.recusals}
    assert by_name == {lead.officer.name: 1, second.officer.name: 1}
    assert "1 家申请回避，还没有决定" in login(organiser).get(url).content.decode()
    Draw.objects.update(disclosure="sealed")
    board = login(organiser).get(url).context["board"]
    assert ([line.recusals for line in board.draws], board.officers) == ([1], [])


def test_the_list_of_all_asks_no_more_for_many(published_draw, ask, organiser, login):
    client, counts = login(organiser), []
    for row in [None, *Inspection.objects.filter(selection__draw=published_draw)[:3]]:
        if row:
            ask(row)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("inspections:all"))
        counts.append(len(captured))
    assert len(set(counts)) == 1
