"""Other public texts that say again what is to be hidden: who asks and who decides are told, and may hide them too."""

import pytest
from redaction_cases import LAW, SUMMARY, hide, publish, target

from drawings.amendments import redactions, repeats, voids, withdrawals
from drawings.inspections import verbs
from drawings.models import Draw, Inspection, Redaction
from drawings.states import Refused

LIST = "/ceremony/redactions/"
QUOTE = f"原来写的“{SUMMARY}”不准确"


@pytest.fixture
def published(published_draw, reviewer, head):
    """A published result with words that are to be hidden, a correction that quotes them and one that does not."""
    row = publish(published_draw.selections.first().inspection, reviewer, head, f"{SUMMARY}。生产正常")
    verbs.correct(inspection=row, actor=head, text=QUOTE)
    row.refresh_from_db()
    verbs.correct(inspection=row, actor=head, text="面积应为 3 亩")
    return Inspection.objects.get(pk=row.pk)


@pytest.fixture
def draw(published):
    return Draw.objects.get()


@pytest.fixture
def quoting(published):
    return f"correction/{published.corrections.first().pk}"


@pytest.fixture
def url(published):
    return f"/ceremony/2026Q4/redactions/{published.pk}/"


def words(response):
    return [str(message) for message in response.context["messages"]]


def test_the_form_names_what_repeats_it_and_asks_once_more_with_all_ticked(
    published, draw, quoting, url, reviewer, login
):
    page, summary = login(reviewer), f"summary/{published.pk}"
    offered = dict(page.get(url).context["form"].fields["target"].choices)
    assert offered[summary].endswith("；同样的内容也公开在：第 1 次更正")
    assert offered[quoting].endswith("；同样的内容也公开在：检查情况（结论和检查项目仍然公开）")
    sent = {"target": summary, "legal_reason": LAW}
    again = page.post(url, sent)
    assert not Redaction.objects.exists()
    form = again.context["form"]
    assert form.errors == {"also": ["要隐去的内容也公开在下面：请核对要不要一并申请，再提交一次。"]}
    assert form["also"].value() == [quoting]
    assert f"第 1 次更正：“{SUMMARY}”" in again.content.decode()
    done = page.post(url, sent | {"also": form["also"].value(), "seen": form["seen"].value()}, follow=True)
    assert words(done) == ["已提出 2 份，请负责人确认。确认以前公众仍然看得到。"]
    asked = Redaction.objects.order_by("pk").values_list("target", "legal_reason")
    assert list(asked) == [(summary, LAW), (quoting, LAW)]


def test_what_is_unticked_stays_and_the_head_is_told_before_and_after(
    published, draw, quoting, url, reviewer, head, login
):
    page, boss, summary = login(reviewer), login(head), f"summary/{published.pk}"
    page.post(url, {"target": summary, "legal_reason": LAW, "seen": f"{summary} {quoting}"})
    row = Redaction.objects.get()
    told = f"第 1 次更正：“{SUMMARY}”，没有人申请隐去"
    assert told in boss.get(LIST).content.decode()
    assert f'{told}，<a href="{url}">去申请</a>' in page.get(LIST).content.decode()
    done = words(boss.post(f"{LIST}{row.pk}/decide/", {"decision": "confirm"}, follow=True))
    assert done == [
        "已依法隐去：公开页面、文件和下载包里，它的位置都写“已依法隐去”，日志已记下。",
        f"同样的内容公众还看得到，没有人申请隐去：第 1 次更正（“{SUMMARY}”）。要隐去的，请审核人申请。",
    ]


def test_a_repeat_that_waits_is_named_as_waiting_and_the_last_one_leaves_nothing(
    published, draw, quoting, reviewer, head, login
):
    rows = redactions.ask_for_all(
        draw=draw, target=f"summary/{published.pk}", also=[quoting], legal_reason=LAW, actor=reviewer
    )
    boss = login(head)
    shown = boss.get(LIST).content.decode()
    assert f'第 1 次更正：“{SUMMARY}”，<a href="#line-{rows[1].pk}">已经申请隐去，等决定</a>' in shown
    first, second = (
        words(boss.post(f"{LIST}{row.pk}/decide/", {"decision": "confirm"}, follow=True)) for row in rows
    )
    assert first[1:] == [f"同样的内容公众还看得到，已经申请隐去，等负责人决定：第 1 次更正（“{SUMMARY}”）。"]
    assert second[1:] == []


def test_all_are_asked_for_or_none(published, draw, quoting, reviewer):
    redactions.ask(draw=draw, target=quoting, legal_reason=LAW, actor=reviewer)
    with pytest.raises(Refused, match="一并申请的“第 1 次更正”：这段文字已经有人申请隐去"):
        redactions.ask_for_all(
            draw=draw, target=f"summary/{published.pk}", also=[quoting], legal_reason=LAW, actor=reviewer
        )
    assert [row.target for row in Redaction.objects.all()] == [quoting]


def test_texts_of_the_draw_are_compared_and_other_results_are_not(
    published, draw, quoting, reviewer, head, organiser
):
    other = Inspection.objects.exclude(pk=published.pk).first()
    publish(other, reviewer, head, f"{SUMMARY}。生产正常")
    drawn = set(draw.selections.values_list("source__number", flat=True))
    gone = next(row.ident for row in draw.names.rows if row.kind == "unit" and row.ident not in drawn)
    withdrawals.withdraw(draw=draw, kind="unit", reason=f"因为{SUMMARY}", actor=organiser, idents=[gone])
    row = redactions.ask(draw=draw, target=f"summary/{published.pk}", legal_reason=LAW, actor=reviewer)
    found = repeats.of_requests([row])[row.pk]
    assert [(each.label, each.piece) for each in found] == [
        ("第 1 次撤下名称的原因（单位名称）", SUMMARY),
        ("第 1 次更正", SUMMARY),
    ]
    hide(draw, target(draw, "因为负责人"), reviewer, head)
    assert [each.label for each in repeats.of_requests([row])[row.pk]] == ["第 1 次更正"]


@pytest.mark.parametrize("sent", [{}, {"decision": ""}, {"decision": "REFUSE"}])
def test_without_a_button_nothing_is_decided(published, draw, quoting, reviewer, head, login, sent):
    row = redactions.ask(draw=draw, target=quoting, legal_reason=LAW, actor=reviewer)
    done = login(head).post(f"{LIST}{row.pk}/decide/", sent, follow=True)
    assert words(done) == ["没有收到您的决定，什么都没有改动。请用页面上的按钮再选一次。"]
    row.refresh_from_db()
    assert row.is_open


def test_nor_on_a_void(drawn_draw, organiser, organiser2, login):
    url = "/ceremony/2026Q4/void/decide/"
    row = voids.request_void(
        draw=drawn_draw,
        reason=voids.void_reasons(drawn_draw)[0],
        evidence="名单有误，见记录",
        actor=organiser,
    )
    done = login(organiser2).post(url, {"request": row.pk}, follow=True)
    assert "没有收到您的决定，什么都没有改动。请用页面上的按钮再选一次。" in words(done)
    row.refresh_from_db()
    assert row.is_open
