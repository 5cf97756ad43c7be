"""What is to be corrected in the registry of officers: each count opens just the rows that it counts."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enforcers.data_checks import CHECKS
from enforcers.models import Absence, Officer, Recusal
from wugang_audit.registries import data_checks


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def faulty(make_officer):
    """Officers each with one fault, by their numbers in `EXPECTED`, beside some that only look like it."""
    today = timezone.localdate()

    def day(days):
        return today + datetime.timedelta(days=days)

    def make(serial, *abilities, absences=(), **fields):
        values = {"department": f"第{serial}中队"} | fields
        officer = make_officer(serial, values.pop("name", f"员{serial}"), *abilities, **values)
        for since, until in absences:
            Absence.objects.create(officer=officer, since=since, until=until)

    make(1, "livestock")
    make(2, "livestock", certificate_expiry=day(-1))
    make(3, "livestock", certificate_expiry=day(0))
    make(4, "livestock", certificate_expiry=day(60))
    make(5, "livestock", certificate_expiry=day(61))
    make(6)
    make(7, "livestock", user=None)
    make(8, "livestock", user=None, duty_state="left")
    make(9, "livestock", name="同名", department="一中队")
    make(10, "livestock", name="同名", department="一中队")
    make(11, "livestock", name="同名", department="二中队")
    make(12, "livestock", phone="13711112222"), make(13, "livestock", phone="13711112222")
    make(14, "livestock", phone="0375-8121234"), make(15, "livestock", phone="0375-8121234")
    make(16, "livestock", phone=""), make(17, "livestock", phone="")
    make(18, "livestock", duty_state="seconded", absences=[(day(-9), day(-1))])
    make(19, "livestock", duty_state="leave", absences=[(day(-9), day(-8)), (day(-1), day(0))])
    make(20, "livestock", duty_state="training", absences=[(day(-9), None)])
    make(21, "livestock", duty_state="leave")
    make(22, "livestock", absences=[(day(-9), day(-1))])
    make(23, "livestock", duty_state="left")
    make(26, "livestock", certificate_expiry=None), make(99, "livestock", certificate_number="")
    make(25, "livestock", duty_state="leave", absences=[(day(1), day(9))])
    gone = {"is_active": False, "certificate_expiry": day(-1), "name": "同名", "department": "二中队"}
    make(24, user=None, duty_state="leave", phone="13711112222", **gone)


EXPECTED = {
    "expired": [2], "soon": [3, 4], "no-speciality": [6], "no-account": [7], "same-name": [9, 10],
    "same-phone": [12, 13], "away-ended": [18], "away-undated": [21], "left-account": [23],
    "no-certificate": [0, 26],
}  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_each_line_opens_just_the_officers_that_it_counts(client, faulty, check):
    (finding,) = (
        each for each in data_checks.findings() if f"/officer/?{CHECKS[check].filter}={check}&" in each.url
    )
    shown = [
        int(officer.certificate_number[-3:] or 0)
        for officer in client.get(finding.url).context["cl"].result_list
    ]
    assert (shown, finding.count) == (EXPECTED[check], len(EXPECTED[check]))


def test_an_unknown_check_narrows_nothing(client, officers):
    assert client.get("/admin/enforcers/officer/?check=x").context["cl"].result_count == 3


def test_the_line_of_short_specialities_opens_the_matrix(client, officers, make_source):
    make_source(1), make_source(2, industry_code="0313")
    (finding,) = (each for each in data_checks.findings() if each.url.endswith("/matrix/"))
    assert (finding.label, finding.count) == ("执法人员：可派出不足两人的专业（名录中有单位）", 1)
    assert [column.speciality.code for column in client.get(finding.url).context["matrix"].short] == [
        "livestock"
    ]


def test_changes_of_officers_their_absences_and_recusals_are_among_the_last(
    client, admin, officers, make_source
):
    unit = make_source(1)
    for row in (
        Absence(officer=officers[0]),
        Recusal(officer=officers[1], source=unit, reason="亲属"),
    ):
        row._history_user, row._change_reason = admin, "请示单"
        row.save()
    Recusal.objects.get().delete()
    touched = client.get("/health/").context["touched"]
    assert [(each.label, each.what, each.who, each.why) for each in touched[:3]] == [
        ("乙：回避", "删除", "系统", ""),
        ("乙：回避", "新增", "苏管理", "请示单"),
        ("甲：不在岗时段", "新增", "苏管理", "请示单"),
    ]
    assert [client.get(each.url).status_code for each in touched] == [200] * len(touched)


def test_the_page_asks_as_much_for_three_officers_as_for_thirty(client, make_officer, make_source):
    counts = []
    for serials in (range(3), range(3, 30)):
        for serial in serials:
            officer = make_officer(serial, f"员{serial}", "livestock")
            Absence.objects.create(officer=officer)
            Recusal.objects.create(officer=officer, source=make_source(serial), reason="亲属")
        with CaptureQueriesContext(connection) as queries:
            client.get("/health/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Officer.objects.count() == 30
