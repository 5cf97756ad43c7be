"""What was hidden comes back in another result, a correction of it or a substitute's evidence: a warning, and no refusal."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from redaction_cases import SUMMARY, answers, hide, publish, target
from visit_cases import send_in

from drawings import hidden_texts
from drawings.amendments import substitutes
from drawings.inspections import verbs
from drawings.inspections.field.report import Report
from drawings.models import Correction, Draw, Inspection
from drawings.models.lotteries import Issue

STORY = "二期项目配套废气设施未经验收即投入生产"
SET_PHRASE = "污染防治设施运行正常，没有发现异味"
WARNING = "和别处依法隐去的内容相同，请核对"


@pytest.fixture
def rows(clock, published_draw, reviewer, head):
    """The inspections of the draw; of the first one the summary was hidden."""
    first, *others = Inspection.objects.order_by("pk")
    publish(first, reviewer, head, f"{SUMMARY}；{STORY}。{SET_PHRASE}")
    hide(published_draw, target(published_draw, STORY), reviewer, head)
    return [first, *others]


@pytest.fixture
def submit(clock):
    def do(row, summary):
        lead = row.selection.team.get(is_lead=True).officer.user
        report = Report(clock().replace(second=0, microsecond=0), "clean", summary, answers=answers())
        return send_in(inspection=row, version=row.version, actor=lead, report=report)

    return do


def page(login, person, row):
    return login(person).get(f"/inspections/{row.pk}/").content.decode()


def test_whoever_submits_approves_and_publishes_another_result_is_warned(rows, submit, login, reviewer, head):
    row = submit(rows[1], f"同日查看：{STORY}")
    lead = row.selection.team.get(is_lead=True).officer.user
    for person in (lead, reviewer):
        assert WARNING in page(login, person, row) and f"“{STORY}”" in page(login, person, row)
    row = verbs.approve(inspection=row, version=row.version, actor=reviewer)
    assert WARNING in page(login, head, row)
    assert f"“{STORY}”" in login(head).get(f"/inspections/publish/{row.selection.draw_id}/").content.decode()
    row = verbs.publish(inspection=row, version=row.version, actor=head)
    assert WARNING not in page(login, head, row)  # too late


def test_a_phrase_of_several_public_results_trips_nothing(rows, submit, login, reviewer, head):
    mine = submit(rows[1], f"到场查看，{SET_PHRASE}")
    shown = [WARNING in page(login, reviewer, mine)]
    for row in rows[2:4]:
        publish(row, reviewer, head, f"{SET_PHRASE}。")
        shown.append(WARNING in page(login, reviewer, mine))
    assert shown == [True, True, False]
    # But the words beside it are still found.
    other = submit(rows[4], f"{SET_PHRASE}。{SUMMARY}")
    assert hidden_texts.said_again({1: other.summary}, {}) == {1: [SUMMARY]}


def test_a_correction_is_asked_about_once_and_again_for_other_words(rows, login, reviewer, head):
    row = publish(rows[1], reviewer, head, "生产正常")
    client, url = login(head), f"/inspections/{row.pk}/correct/"
    answer = client.post(url, {"text": f"补充：{STORY}"})
    assert WARNING in answer.content.decode()
    assert list(answer.context["correction"].errors) == ["even_so"]
    assert f'value="{STORY}"' in str(answer.context["correction"]["even_so"])
    answer = client.post(url, {"text": f"补充：{SUMMARY}", "even_so": STORY})
    assert list(answer.context["correction"].errors) == ["even_so"] and not Correction.objects.exists()
    assert client.post(url, {"text": f"补充：{STORY}", "even_so": STORY}).status_code == 302
    assert Correction.objects.get().text == f"补充：{STORY}"
    assert client.post(url, {"text": "面积应为 3 亩"}).status_code == 302


def test_who_confirms_a_substitute_is_warned_of_its_evidence(rows, login, organiser, organiser2):
    draw, row = Draw.objects.get(), rows[1]
    issue = Issue("26281", datetime.datetime.fromisoformat("2026-10-08T21:25:00+08:00"))
    substitutes.declare_officer(
        draw=draw, officer=row.selection.team.first().officer.certificate_number, reason="ill", away={},
        evidence=f"因为{STORY}", actor=organiser, issue=issue,
    )  # fmt: skip
    for person in (organiser, organiser2):
        text = login(person).get(f"/ceremony/{draw.code}/substitutes/").content.decode()
        assert WARNING in text and f"“{STORY}”" in text


def test_it_is_two_queries_for_however_many_texts_and_one_where_nothing_is_found(rows):
    for count in (1, 30):
        for words, queries in ((STORY, 2), ("生产正常", 1)):
            with CaptureQueriesContext(connection) as seen:
                found = hidden_texts.said_again(dict.fromkeys(range(count), words), {})
            assert (len(found), len(seen)) == (count if words == STORY else 0, queries)


def test_names_of_the_unit_may_stand_in_both(rows):
    text = f"舞钢市虚构机械有限公司：{STORY}"
    assert hidden_texts.said_again({1: text}, {1: [STORY]}) == {}
