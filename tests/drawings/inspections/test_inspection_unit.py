"""A unit's own page for the staff: its draws, its visits, and every change of its row."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from visit_cases import send_in

from drawings.inspections import verbs
from drawings.inspections.field.report import Answer
from drawings.inspections.unit_history import FieldChange
from drawings.models import Draw
from enforcers.models import Recusal
from sources.models import PermitCondition


@pytest.fixture
def drawn(published_draw):
    return published_draw.selections.first().source


def page(login, user, unit):
    return login(user).get(f"/inspections/units/{unit.number}/")


def text(response):
    return response.content.decode()


def condition(unit, serial):
    return PermitCondition.objects.create(
        code=f"{unit.number}/{serial}", source=unit, outlet_kind="organised", outlet_code=f"DA00{serial}",
        pollutant=f"污染物{serial}", limit="10",
    )  # fmt: skip


def test_the_page_shows_each_change_with_who_when_old_and_new(login, organiser, admin, drawn):
    drawn._history_user, drawn._change_reason = admin, "停产通知"
    drawn.operating_state = "stopped"
    drawn.save()
    last, first = page(login, organiser, drawn).context["versions"]
    assert (last.who, last.kind, last.why, last.changes) == (
        "苏管理", "修改", "停产通知", (FieldChange("生产状态", "正常生产", "停产"),)
    )  # fmt: skip
    assert (first.kind, first.changes) == ("新增", ())


def test_staff_open_the_inspection_and_the_administrator_sees_the_draw_alone(login, organiser, admin, drawn):
    for user, reads in ((organiser, True), (admin, False)):
        response = page(login, user, drawn)
        (one,) = response.context["draws"]
        assert (one.selection.source, one.inspection is not None) == (drawn, reads)
        assert ("查看检查记录" in response.content.decode()) == reads


def test_a_sealed_draw_is_told_only_to_those_who_may_read_what_was_handed_in(
    login, organiser, reviewer, admin, inspection, step
):
    draw, unit = inspection.selection.draw, inspection.selection.source
    Draw.objects.filter(pk=draw.pk).update(disclosure="sealed")
    inspection.refresh_from_db()

    def told():
        pages = [page(login, user, unit) for user in (organiser, reviewer, admin)]
        assert [draw.title in text(each) for each in pages] == [bool(each.context["draws"]) for each in pages]
        return [len(each.context["draws"]) for each in pages]

    assert told() == [0, 0, 0]
    step(inspection, "submitted")
    assert told() == [1, 1, 0]


def test_what_followed_a_visit_stands_under_its_draw(
    login, organiser, inspection, step, full, points, lead, head
):
    fails = {point.pk: Answer("pass") for point in points} | {points[0].pk: Answer("fail", "台账缺页")}
    report = full(outcome="ordered", answers=fails)
    send_in(inspection=inspection, version=inspection.version, actor=lead, report=report)
    inspection.refresh_from_db()
    inspection = step(inspection, "returned")
    send_in(inspection=inspection, version=inspection.version, actor=lead, report=report)
    inspection.refresh_from_db()
    step(inspection, "approved", "published")
    verbs.correct(inspection=inspection, actor=head, text="台账已补齐。")
    said = text(page(login, organiser, inspection.selection.source))
    order = ["责令改正", f"{points[0].name}：台账缺页", "提交（", "退回（秦审核）：请补充照片编号。",
             "审核通过（秦审核）", "确认公开（严负责）", "台账已补齐。"]  # fmt: skip
    assert sorted(order, key=said.index) == order


def test_a_draw_that_was_declared_void_stays_on_the_page(login, organiser, published_draw, void, drawn):
    void(published_draw)
    response = page(login, organiser, drawn)
    (one,) = response.context["draws"]
    assert (one.selection.draw_id, one.inspection) == (published_draw.pk, None)
    assert "已作废" in text(response)


def test_the_page_warns_of_a_permit_that_runs_out_and_lists_its_conditions(login, organiser, drawn):
    drawn.permit_number, drawn.permit_expiry = "91410481MA4N01234T001P", datetime.date(2020, 1, 2)
    drawn.save()
    condition(drawn, 1)
    response = page(login, organiser, drawn)
    assert response.context["permit_warning"] in text(response)
    assert "许可证已于 2020-01-02 到期" in text(response)
    assert [outlet.code for outlet in response.context["permit"].outlets] == ["DA001"]


def test_recusals_are_listed_and_those_of_another_time_marked(login, organiser, drawn, officers):
    today = timezone.localdate()
    past = {"since": today - datetime.timedelta(9), "until": today - datetime.timedelta(1)}
    Recusal.objects.create(officer=officers[0], source=drawn, reason="亲属任职", **past)
    Recusal.objects.create(officer=officers[1], source=drawn, reason="曾在此工作", since=today, until=today)
    response = page(login, organiser, drawn)
    shown = [(held.recusal.officer.name, held.now) for held in response.context["recusals"]]
    assert shown == [("乙", True), ("甲", False)]
    assert text(response).count("今天不适用") == 1


def test_changes_of_conditions_and_recusals_stand_among_those_of_the_unit(login, organiser, drawn, officers):
    made = condition(drawn, 1)
    made.limit = "20"
    made.save()
    recusal = Recusal.objects.create(officer=officers[0], source=drawn, reason="亲属任职")
    recusal.delete()
    found = page(login, organiser, drawn).context["versions"]
    assert [(each.kind, each.about, each.changes) for each in found[:-1]] == [
        ("删除", "回避：甲", ()), ("新增", "回避：甲", ()),
        ("修改", "排污许可条件：DA001 污染物1", (FieldChange("许可浓度限值", "10", "20"),)),
        ("新增", "排污许可条件：DA001 污染物1", ()),
    ]  # fmt: skip


def test_what_one_import_made_is_told_in_one_line(login, organiser, drawn, admin):
    at = timezone.now()
    for serial in range(5):
        made = condition(drawn, serial)
        made.history.update(history_date=at, history_user=admin, history_change_reason="导入")
    first = page(login, organiser, drawn).context["versions"][0]
    assert (first.who, first.kind, first.why) == ("苏管理", "新增", "导入")
    assert first.about == "排污许可条件 5 条：DA000 污染物0、DA001 污染物1、DA002 污染物2等"


def test_a_new_condition_is_not_compared_with_another(login, organiser, drawn):
    condition(drawn, 1), condition(drawn, 2)
    found = page(login, organiser, drawn).context["versions"][:2]
    assert [(each.about, each.changes) for each in found] == [
        ("排污许可条件：DA002 污染物2", ()), ("排污许可条件：DA001 污染物1", ())
    ]  # fmt: skip


def test_only_the_administrator_is_led_to_the_form(login, organiser, admin, drawn):
    link = f"/admin/sources/pollutionsource/{drawn.pk}/change/"
    assert [link in text(page(login, user, drawn)) for user in (organiser, admin)] == [False, True]


def test_the_page_asks_as_much_for_many_rows_as_for_few(login, organiser, drawn, officers, make_officer):
    client, asked = login(organiser), []
    people = [*officers, *(make_officer(n, f"丁{n}") for n in range(4, 9))]
    for serials in (range(1), range(1, 8)):
        for serial in serials:
            drawn.remarks = f"第 {serial} 次"
            drawn.save()
            condition(drawn, serial)
            Recusal.objects.create(officer=people[serial], source=drawn, reason="亲属任职")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/inspections/units/{drawn.number}/")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_change_of_several_values_is_said_in_words(admin, login, make_source):
    unit = make_source(1, category="key", media="air")
    unit.media = "water,air,risk"
    unit.save()
    page = login(admin).get(f"/inspections/units/{unit.number}/").content.decode()
    assert "重点单位类型：大气环境 → 水环境、大气环境、环境风险管控" in page
    assert "water" not in page.partition("<main")[2]
