"""Who answers and who confirms, what may become public, and how long a sender is known."""

import datetime

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, transaction

from drawings import reminders
from drawings.disclosure.objections import objections_of
from drawings.inspections.aftercare import verbs
from drawings.models import Inspection, Objection, ObjectionAnswer, ObjectionSender, Redaction
from drawings.published_texts.queries import of_year
from drawings.states import Refused
from wugang_audit.access.roles import Role
from wugang_audit.audit.models import AuditEntry

PUBLIC = {"goes_public": True, "public_text": "该单位认为炉号有误。", "answer": "已核实，结果已更正。"}
POSTED = PUBLIC | {"goes_public": "yes"}


@pytest.fixture
def answered(received, reviewer):
    return verbs.answer(objection=received, actor=reviewer, **PUBLIC)


@pytest.fixture
def published(answered, head):
    return verbs.confirm(objection=answered.objection, answer=answered.pk, actor=head)


def test_who_went_there_neither_answers_nor_confirms(received, reviewer, head, person, login):
    officer = received.inspection.selection.team.first().officer
    officer.user = reviewer
    officer.save()
    with pytest.raises(PermissionDenied, match="没有参加检查"):
        verbs.answer(objection=received, actor=reviewer, **PUBLIC)
    assert (
        "没有参加检查的人办理"
        in login(reviewer).get(f"/inspections/objections/{received.pk}/").content.decode()
    )
    other = person("reviewer2", Role.REVIEWER)
    made = verbs.answer(objection=received, actor=other, **PUBLIC)
    officer.user = head
    officer.save()
    with pytest.raises(PermissionDenied, match="没有参加检查"):
        verbs.confirm(objection=received, answer=made.pk, actor=head)


def test_an_answer_that_is_sent_back_is_written_anew_and_both_stay(answered, reviewer, head, person):
    row = answered.objection
    with pytest.raises(Refused, match="理由"):
        verbs.send_back(objection=row, answer=answered.pk, note=" ", actor=head)
    verbs.send_back(objection=row, answer=answered.pk, note="请写依据", actor=head)
    again = verbs.answer(objection=row, actor=reviewer, **PUBLIC)
    with pytest.raises(Refused, match="已经处理过"):  # he has read the former one
        verbs.confirm(objection=row, answer=answered.pk, actor=head)
    with pytest.raises(PermissionDenied, match="由负责人办理"):
        verbs.confirm(objection=row, answer=again.pk, actor=reviewer)
    verbs.confirm(objection=row, answer=again.pk, actor=head)
    assert list(row.answers.values_list("decision", flat=True)) == ["returned", "confirmed"]
    with pytest.raises(Refused, match="已经有人写了答复"):
        verbs.answer(objection=row, actor=reviewer, **PUBLIC)


def test_closed_without_publication_the_sender_alone_reads_why(received, reviewer, head, stranger):
    made = verbs.answer(
        objection=received, goes_public=False, public_text="x", answer="内容与检查无关。", actor=reviewer
    )
    row = verbs.confirm(objection=received, answer=made.pk, actor=head)
    assert (row.state, made.public_text) == ("closed", "")
    assert objections_of(row.unit_id, [row.draw.code]) == ()
    assert "内容与检查无关" not in stranger.get(f"/units/{row.unit.number}/").content.decode()


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("answer", "请打 13812345678 联系本人。", "像手机号码"),
        ("public_text", "{name}认为炉号有误。", "不要写单位名称"),
        ("public_text", "", "写一两句对方提了什么"),
        ("answer", "", "请写明答复"),
    ],
)
def test_what_may_not_be_public_is_refused_at_its_field(received, reviewer, login, field, text, why):
    sent = POSTED | {field: text.format(name=received.unit.name)}
    form = login(reviewer).post(f"/inspections/objections/{received.pk}/", sent).context["form"]
    assert why in form.errors[field].as_text()
    assert not received.answers.exists()


def test_what_the_law_hid_of_the_result_no_answer_says_again(received, reviewer, head):
    hidden = "设施运行正常，厂里的王师傅家住在院岭街道三排"
    Inspection.objects.filter(pk=received.inspection_id).update(summary=hidden)
    Redaction.objects.create(
        draw=received.draw, inspection=received.inspection, text="summary", target=f"summary/{received.inspection_id}",
        legal_reason="《个人信息保护法》第四十七条", declared_by=reviewer,
    )  # fmt: skip
    with pytest.raises(Refused, match="依法隐去"):
        verbs.answer(objection=received, actor=reviewer, **PUBLIC | {"answer": hidden})


def test_what_the_law_hides_later_takes_the_answer_along(published, reviewer, head, clock):
    row = published
    [shown] = objections_of(row.unit_id, [])
    assert shown.answer == PUBLIC["answer"]
    clock.move(days=1)
    Redaction.objects.create(
        draw=row.draw, inspection=row.inspection, text="summary", target=f"summary/{row.inspection_id}", of="0" * 64,
        legal_reason="《个人信息保护法》第四十七条", declared_by=reviewer, confirmed_by=head,
        confirmed_at=clock(), redacted_on=clock().date(),
    )  # fmt: skip
    [shown] = objections_of(row.unit_id, [])
    assert (shown.text, shown.answer) == ("已依法隐去", "")


def test_senders_are_deleted_after_their_time_and_what_they_said_stays(
    published, received, clock, settings, capsys
):
    settings.SENDER_DAYS = 30
    clock.move(days=29)
    call_command("forget_senders")
    assert ObjectionSender.objects.count() == 1
    clock.move(days=1)
    call_command("forget_senders")
    assert "已删除 1 位" in capsys.readouterr().out
    assert not ObjectionSender.objects.exists()
    assert Objection.objects.get().text == received.text
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.changes) == ("删除提出人的联系方式", {"count": 1})


def test_a_sender_who_waits_for_the_answer_is_not_forgotten(answered, clock):
    clock.move(days=1000)
    assert verbs.forget_senders(clock().date()) == 0


def test_the_trail_names_neither_unit_nor_sender_nor_a_word_of_it(published, reviewer):
    said = [
        entry
        for entry in AuditEntry.objects.order_by("index")
        if entry.target_key == f"drawings.objection:{published.pk}"
    ]
    assert [entry.action for entry in said] == ["收到异议或纠错", "答复异议或纠错", "确认异议的答复"]
    assert {entry.target for entry in said} == {published.number}
    received, answered, confirmed = (entry.changes for entry in said)
    assert set(received) == {"words"} and len(received["words"]) == 64
    assert answered == confirmed == {"goes_public": True, "words": answered["words"]}
    assert answered["words"] != received["words"]
    assert "退回异议的答复" not in {entry.action for entry in said}


def test_the_database_keeps_what_was_said_and_answered(published, sql):
    """The state alone moves; an answer that was decided on is as it is; only the sender may be deleted."""
    for statement in (
        "UPDATE drawings_objection SET text = 'x'",
        "UPDATE drawings_objection SET due_on = '2030-01-01'",
        "DELETE FROM drawings_objection",
        "UPDATE drawings_objectionanswer SET answer = 'x'",
        "UPDATE drawings_objectionanswer SET decision = 'returned'",
        "DELETE FROM drawings_objectionanswer",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(statement)
    sql("UPDATE drawings_objection SET state = 'closed'")
    sql("DELETE FROM drawings_objectionsender")


def test_the_desk_and_the_list_say_what_is_due(received, reviewer, head, login, clock):
    assert received.due_on == datetime.date(2026, 10, 29)  # 15 working days; no notice, no holiday
    desk = login(reviewer).get("/desk/").content.decode()
    assert "异议和纠错待答复" in desk and "2026-10-29 到期" in desk
    assert "异议的答复待确认" not in login(head).get("/desk/").content.decode()
    clock.move(days=22)
    assert "已过期限" in login(reviewer).get("/desk/").content.decode()
    assert "已过期" in login(head).get("/inspections/objections/").content.decode()


def test_a_head_hides_what_the_law_does_not_let_stand_in_public(published, head, login, stranger, auditor):
    page, shown = f"/inspections/objections/{published.pk}/", f"/units/{published.unit.number}/"
    desk = login(head)
    assert "法律理由（会公开）" in desk.get(page).content.decode()
    short = desk.post(f"{page}hide/", {"because": "依法"})
    assert (
        "请写明法律名称" in short.content.decode()
        and PUBLIC["answer"] in stranger.get(shown).content.decode()
    )
    desk.post(f"{page}hide/", {"because": "《个人信息保护法》第四十七条：他人住址"})
    public = stranger.get(shown).content.decode()
    assert "第四十七条：他人住址" in public
    assert PUBLIC["answer"] not in public and PUBLIC["public_text"] not in public
    assert AuditEntry.objects.first().action == "依法隐去异议的答复"


def test_mails_tell_reviewers_and_heads_what_is_near_its_day(received, reviewer, head, settings, clock):
    settings.REMIND = True
    for user in (reviewer, head):
        user.email = f"{user.username}@example.invalid"
        user.save()

    def said(day):
        mail.outbox.clear()
        reminders.send(datetime.date(2026, 10, day))
        return [
            (each.to[0], line) for each in mail.outbox for line in each.body.split("\n") if "异议" in line
        ]

    assert said(23) == []
    assert said(24) == [("reviewer@example.invalid", "异议和纠错待答复：1 份（2026-10-29）")]
    verbs.answer(objection=received, actor=reviewer, **PUBLIC)
    late = "异议和纠错的答复待确认：1 份（2026-10-29，已过期限）"
    clock.move(days=22)
    assert said(30) == [("head@example.invalid", late)]


def test_what_an_older_site_let_through_is_found_among_the_public_texts(published, reviewer, head, forge):
    made = published.answers.get()
    assert of_year(2026) == []
    forge(ObjectionAnswer, made.pk, answer="请打 13812345678")
    [line] = of_year(2026)
    assert line.where == f"异议和纠错 {published}：公开的答复" and "138****5678" in line.found
    verbs.hide(objection=published, because="《个人信息保护法》第四十七条", actor=head)
    assert of_year(2026) == []
