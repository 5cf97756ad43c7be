"""What the outbox of a phone is answered: saved, not complete, somebody was faster, the log-in has ended; and a repeat."""

import dataclasses

import pytest
from django.test import Client
from django.urls import reverse
from visit_cases import arrived, by_page, frozen

from drawings.inspections import record_verbs, verbs
from drawings.inspections.field.report import Answer, Report, stored
from drawings.models import Inspection
from drawings.states import InspectionState

JSON = {"Accept": "application/json"}


def page(name, inspection):
    return reverse(f"inspections:{name}", args=[inspection.pk])


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


@pytest.fixture
def post(login, lead):
    """Send a form as the outbox does: ``post("edit", inspection, values)``; the status and the JSON come back."""

    def do(name, inspection, values, by=lead):
        if name == "submit":
            response = by_page(login(by), inspection, values, headers=JSON)
        else:
            response = login(by).post(page(name, inspection), values, headers=JSON)
        return response.status_code, response.json()

    return do


def test_a_draft_is_saved_and_its_token_comes_back(inspection, post, fields):
    values = fields(inspection, Report(summary="刚到厂门口"), copy="17-3")
    status, said = post("edit", inspection, values)
    assert status == 200
    assert said == {
        "version": latest(inspection).version,
        "saved": "17-3",
        "state": "待填报",
        "hint": "",
        "record": "",
    }
    assert latest(inspection).summary == "刚到厂门口"


@pytest.mark.parametrize("name", ["edit", "submit"])
def test_the_same_form_sent_again_is_done_once(name, inspection, post, fields, full):
    values = fields(inspection, full(), copy="17-3")
    _, first = post(name, inspection, values)
    once = latest(inspection)
    assert post(name, inspection, values) == (200, first)
    assert latest(inspection).version == once.version
    assert once.moves.count() == (1 if name == "submit" else 0)


def test_what_was_saved_by_an_answer_that_was_lost_is_submitted_at_once(inspection, post, fields, full):
    values = fields(inspection, arrived(full()))
    post("edit", inspection, values)
    assert post("submit", inspection, values)[0] == 200
    assert latest(inspection).state == InspectionState.SUBMITTED


def test_what_was_sent_back_meanwhile_is_not_handed_in_a_second_time(
    inspection, post, fields, full, step, reviewer
):
    values = fields(inspection, full())
    post("submit", inspection, values)
    row = latest(inspection)
    verbs.send_back(inspection=row, actor=reviewer, version=row.version, comment="请补充。")
    status, said = post("submit", inspection, values)
    assert (status, said["differences"], said["writable"]) == (409, [], True)
    assert latest(inspection).state == InspectionState.RETURNED
    # Whoever has read what the reviewer says hands it in again, although an answer was lost in between.
    seen = fields(latest(inspection), full(summary="补充了。"))
    post("edit", inspection, seen)
    assert post("submit", inspection, seen)[0] == 200


def test_what_was_typed_while_the_other_froze_is_told_in_full(
    inspection, post, fields, full, second, points, monkeypatch
):
    """The other one's freeze lies between the form and the lock: nobody hears "saved" of what was not."""
    mine = fields(inspection, full(answers={points[0].pk: Answer("fail", "我写的渗漏\r\n第二行")}))
    save = verbs.save_draft

    def late(**given):
        frozen(latest(inspection), full(), second)
        return save(**given)

    monkeypatch.setattr("drawings.inspections.field.views.verbs.save_draft", late)
    status, said = post("edit", inspection, mine)
    assert status == 422 and "我写的渗漏" in str(said["errors"]) and "第二行" in str(said["errors"])


def test_a_freeze_whose_answer_was_lost_is_done_once_also_with_two_lines(
    inspection, post, fields, full, lead
):
    report = arrived(full())
    report = dataclasses.replace(report, arrival=dataclasses.replace(report.arrival, remark="一行\n两行"))
    sent = fields(inspection, report)
    sent["remark"] = "一行\r\n两行"
    first, again = (post("freeze", inspection, sent) for _ in range(2))
    assert first == again and first[0] == 200 and inspection.records.count() == 1
    record_verbs.set_aside(record=inspection.records.get(), actor=lead, reason="编号记错了")
    assert post("freeze", inspection, sent)[0] == 409 and inspection.records.count() == 1


def test_what_is_missing_is_told_at_its_field(inspection, post, fields, points):
    values = fields(inspection, Report(summary="只写了这一句", answers={points[0].pk: Answer("fail")}))
    status, said = post("submit", inspection, values)
    assert status == 422
    assert said["errors"][f"note_{points[0].pk}"][0].endswith("不符合，请写明发现了什么。")
    assert latest(inspection).summary == ""


def test_who_was_faster_is_told_field_by_field(inspection, post, fields, full, second, points):
    seen, theirs = inspection.version, full(summary="他的情况", answers={points[1].pk: Answer("pass")})
    post("edit", inspection, fields(inspection, theirs), by=second)
    mine = Report(summary="我的情况", answers={points[0].pk: Answer("fail", "许可证过期")})
    status, said = post("edit", inspection, fields(inspection, mine, version=seen))
    row = latest(inspection)
    assert (status, said["version"], said["writable"]) == (409, row.version, True)
    assert said["error"].startswith("您打开页面之后，")
    found = {each["name"]: (each["theirs"], each["mine"], each["value"]) for each in said["differences"]}
    assert found["summary"] == ("他的情况", "我的情况", "他的情况")
    assert found[f"verdict_{points[1].pk}"] == ("符合", "", "pass")
    assert found["outcome"] == ("未发现问题", "", "clean")
    assert stored(row) == theirs
    # All of mine, and theirs where mine is blank; saved on the version that was told.
    assert post("edit", inspection, said["values"] | {"version": said["version"]})[0] == 200
    assert stored(latest(inspection)) == dataclasses.replace(
        theirs, summary="我的情况", answers=theirs.answers | mine.answers
    )


def test_after_the_other_has_handed_it_in_nothing_is_written(inspection, post, fields, full, second):
    seen = inspection.version
    post("submit", inspection, fields(inspection, full()), by=second)
    status, said = post("edit", inspection, fields(inspection, full(summary="我的"), version=seen))
    assert (status, said["writable"]) == (409, False)
    assert latest(inspection).summary == full().summary


def test_a_log_in_that_has_ended_is_said_and_nothing_is_done(inspection, fields):
    response = Client().post(page("edit", inspection), fields(inspection, Report(summary="x")), headers=JSON)
    assert response.status_code == 401
    assert response.json()["login"] == f"/accounts/login/?next=%2Finspections%2F{inspection.pk}%2Fedit%2F"
    assert latest(inspection).summary == ""


def test_a_token_of_an_older_log_in_is_said_and_nothing_is_done(inspection, fields, lead):
    client = Client(enforce_csrf_checks=True)
    values = fields(inspection, Report(summary="x"))
    assert client.post(page("edit", inspection), values, headers=JSON).status_code == 401
    client.force_login(lead)
    response = client.post(page("edit", inspection), values, headers=JSON)
    assert (response.status_code, response.json()["csrf"]) == (403, "stale")
    assert latest(inspection).summary == ""


def test_who_is_not_on_the_team_is_refused(inspection, login, outsider, fields):
    response = login(outsider).post(page("edit", inspection), fields(inspection, Report()), headers=JSON)
    assert response.status_code == 404
