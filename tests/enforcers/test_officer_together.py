"""Absences and trainings over all officers: their lists, and entering the same one for several at once."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from officer_workbooks import rows_of
from pages import said

from enforcers.models import Absence, Officer, Recusal, TrainingRecord
from wugang_audit.audit.models import AuditEntry

LIST = "/admin/enforcers/officer/"
TRAINING = {"date": "2026-09-01", "topic": "在线监测数据核查", "hours": "8", "result": "passed"}
LEAVE = {"kind": "leave", "since": "2026-10-08", "until": "2026-10-12", "reason": "探亲"}


@pytest.fixture
def client(login, admin):
    return login(admin)


def enter(client, what, row, officers):
    chosen = {"officers": [officer.pk for officer in officers]}
    return client.post(f"{LIST}keep/{what}/", row | chosen, follow=True)


@pytest.mark.parametrize(("action", "what"), [("keep_training", "training"), ("keep_absence", "absence")])
def test_those_ticked_in_the_list_are_ticked_on_the_form(client, officers, make_officer, action, what):
    make_officer(4, "丁", is_active=False)
    chosen = [officer.pk for officer in officers[:2]]
    response = client.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)
    assert response.redirect_chain[0][0].startswith(f"{LIST}keep/{what}/?officers=")
    page = response.content.decode()
    assert (page.count('name="officers"'), page.count(" checked")) == (3, 2)


def test_a_training_is_entered_for_each_with_history_and_one_audit_entry(client, admin, officers):
    done = enter(client, "training", TRAINING, officers[:2])
    assert (done.redirect_chain[-1][0], said(done)) == (LIST, ["已为 2 人登记培训记录。"])
    records = TrainingRecord.objects.order_by("officer")
    assert [(each.officer, str(each)) for each in records] == [
        (officer, "2026-09-01 在线监测数据核查（8 学时，合格）") for officer in officers[:2]
    ]
    for record in records:
        version = record.history.get()
        assert (version.history_user, version.history_change_reason) == (admin, "成批登记培训记录")
    entry = AuditEntry.objects.get(action="登记培训记录")
    assert (entry.actor, entry.target) == (admin, "2 人")
    assert entry.changes == {
        "numbers": [officer.certificate_number for officer in officers[:2]],
        "日期": ["", "2026-09-01"], "内容": ["", "在线监测数据核查"], "学时": ["", "8"], "结果": ["", "合格"],
    }  # fmt: skip


def test_who_has_just_that_training_gets_no_second_one(client, officers):
    enter(client, "training", TRAINING, officers[:2])
    done = enter(client, "training", TRAINING, officers)
    assert said(done) == ["已为 1 人登记培训记录；2 人早有同样的登记，没有重复登记。"]
    enter(client, "training", TRAINING | {"topic": "另一次"}, officers)
    assert TrainingRecord.objects.count() == 6


def test_an_absence_of_several_takes_them_all_off_the_draw(client, officers):
    enter(client, "absence", LEAVE, officers[:2])
    day = datetime.date(2026, 10, 12)
    assert [officer.name for officer in Officer.objects.available(day)] == ["丙"]
    assert {str(absence) for absence in Absence.objects.all()} == {"2026-10-08 起请假至 2026-10-12"}


@pytest.mark.parametrize(
    ("what", "row", "chosen", "field"),
    [
        ("training", TRAINING | {"hours": "0"}, 2, "hours"),
        ("training", TRAINING | {"date": ""}, 2, "date"),
        ("training", TRAINING, 0, "officers"),
        ("absence", LEAVE | {"until": "2026-10-07"}, 2, "until"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_entered(client, officers, what, row, chosen, field):
    response = enter(client, what, row, officers[:chosen])
    assert list(response.context["form"].errors) == [field]
    assert (Absence.objects.count(), TrainingRecord.objects.count()) == (0, 0)


def test_there_is_no_form_for_anything_else(client):
    assert client.get(f"{LIST}keep/recusal/").status_code == 404


def test_entering_for_many_costs_the_same_queries(client, make_officer):
    officers = [make_officer(n, f"员{n}") for n in range(30)]
    counts = []
    for some, topic in ((officers[:3], "一"), (officers, "二")):
        with CaptureQueriesContext(connection) as queries:
            client.post(
                f"{LIST}keep/training/", TRAINING | {"topic": topic, "officers": [each.pk for each in some]}
            )
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert TrainingRecord.objects.count() == 33


# --- the exports --------------------------------------------------------------------------------------------
def exported(client, page, rows):
    chosen = {"action": "export_rows", "_selected_action": [row.pk for row in rows]}
    response = client.post(f"/admin/enforcers/{page}/", chosen)
    assert response.status_code == 200
    return rows_of(b"".join(response.streaming_content))


def test_trainings_are_exported_as_a_workbook_and_that_stands_in_the_audit_trail(client, admin, officers):
    enter(client, "training", TRAINING | {"topic": "=1+1"}, officers)
    [first, second] = exported(client, "trainingrecord", TrainingRecord.objects.order_by("officer")[:2])
    assert second | {"日期": second["日期"].date()} == {
        "姓名": "甲", "执法证号": "16041048001", "日期": datetime.date(2026, 9, 1), "内容": "=1+1",
        "学时": 8, "结果": "合格",
    }  # fmt: skip
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action, entry.changes) == (admin, "导出培训记录", {"行数": 2})


def test_absences_and_recusals_are_exported_with_their_periods(client, officers, make_source):
    enter(client, "absence", LEAVE | {"until": ""}, officers[:1])
    unit, day = make_source(1), datetime.date(2026, 9, 1)
    recusal = Recusal.objects.create(
        officer=officers[1], source=unit, kind="unit", reason="亲属", since=day, until=day
    )
    [absence] = exported(client, "absence", Absence.objects.all())
    assert [absence[name] for name in ("姓名", "事由", "至", "说明")] == ["甲", "请假", None, "探亲"]
    [row] = exported(client, "recusal", [recusal])
    assert [row[name] for name in ("姓名", "污染源编码", "回避单位", "依据", "原因")] == [
        "乙", unit.number, unit.name, "当事人申请回避（单位申请）", "亲属"
    ]  # fmt: skip
    assert (row["自"].date(), row["至"].date()) == (day, day)


# --- the lists ----------------------------------------------------------------------------------------------
def test_absences_are_listed_with_their_days_and_filtered_by_them(client, officers):
    today = timezone.localdate()
    week = datetime.timedelta(days=7)
    for officer, since, until in zip(
        officers, (today, today + week, today - 2 * week), (None, None, today - week), strict=True
    ):
        Absence.objects.create(officer=officer, since=since, until=until)
    address = "/admin/enforcers/absence/"
    found = {
        state: [each.officer.name for each in client.get(f"{address}?period={state}").context["cl"].queryset]
        for state in ("now", "later", "over")
    }
    assert found == {"now": ["甲"], "later": ["乙"], "over": ["丙"]}
    page = client.get(address).content.decode()
    assert f"{today} 起</td>" in page
    assert f"{today - 2 * week} 至 {today - week}</td>" in page


def test_trainings_are_found_by_officer_and_topic(client, officers):
    enter(client, "training", TRAINING, officers[:2])
    address = "/admin/enforcers/trainingrecord/"
    found = [
        len(client.get(f"{address}?q={word}").context["cl"].queryset) for word in ("甲", "在线监测", "噪声")
    ]
    assert found == [1, 2, 0]
    assert len(client.get(f"{address}?date__year=2026").context["cl"].queryset) == 2


@pytest.mark.parametrize("model", [Absence, TrainingRecord])
def test_a_mistaken_row_is_deleted_and_its_history_stays(client, officers, model):
    day = datetime.date(2026, 9, 1)
    row = {"since": day} if model is Absence else {"date": day, "topic": "x", "hours": 1}
    kept = model.objects.create(officer=officers[0], **row)
    address = f"/admin/enforcers/{model._meta.model_name}/{kept.pk}/delete/"
    assert client.post(address, {"reason": "登记错了人"}).status_code == 302
    assert (model.objects.count(), model.history.first().history_type) == (0, "-")
    assert AuditEntry.objects.first().action == f"删除{model._meta.verbose_name}"


@pytest.mark.parametrize("page", ["absence", "trainingrecord", "recusal", "officer"])
def test_a_list_asks_as_much_for_three_rows_as_for_thirty(client, make_officer, make_source, page):
    counts, day = [], datetime.date(2026, 9, 1)
    for serials in (range(3), range(3, 30)):
        for n in serials:
            officer = make_officer(n, f"员{n}", "livestock")
            Absence.objects.create(officer=officer, since=day)
            TrainingRecord.objects.create(officer=officer, date=day, topic="x", hours=1)
            Recusal.objects.create(officer=officer, source=make_source(n), reason="亲属")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/admin/enforcers/{page}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_no_other_registry_is_changed_on_the_way(client, officers, make_source):
    make_source(1)
    pages = [f"{LIST}{officers[0].pk}/change/"]
    pages += [f"/admin/enforcers/{name}/add/" for name in ("recusal", "absence", "trainingrecord")]
    found = [client.get(page).content.decode().count("related-widget-wrapper-link") for page in pages]
    assert found == [0, 0, 0, 0]
