"""Lists of absences, trainings and recusals with the headers that bureaus use: read without choosing anything by hand."""

import datetime

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from enforcers.models import Absence, Recusal, TrainingRecord
from wugang_audit.imports.models import ImportJob

DAY = datetime.date


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture(autouse=True)
def registries(officers, make_source):
    return officers, make_source(1)


def come_in(client, page, header, *rows):
    """Upload a list and confirm its preview; it must be reached at once."""
    content = workbooks.of_rows(header, *rows)
    shown = client.post(
        f"/admin/enforcers/{page}/import/", {"file": SimpleUploadedFile("表.xlsx", content)}, follow=True
    )
    url = shown.request["PATH_INFO"]
    assert not url.endswith("columns/"), shown.content.decode()
    assert not shown.context["preview"].faults, shown.context["preview"].faults
    client.post(url, {"reason": "各科室报送"})
    again = client.post(
        f"/admin/enforcers/{page}/import/", {"file": SimpleUploadedFile("再来.xlsx", content)}, follow=True
    )
    preview = again.context["preview"]
    assert (preview.new, preview.changed, preview.faults) == (0, 0, ())
    return shown.context["preview"]


def test_leave_with_a_type_a_reason_and_a_remark(client):
    header = ["序号", "请假人", "请假类型", "事由", "开始日期", "结束日期", "天数", "备注"]
    preview = come_in(
        client, "absence", header, [1, "甲", "病假", "住院手术", "2026-09-01", "2026-09-05", "5天", "已批"],
        [2, "乙", "公休", "", "2026.9.7", "2026.9.8", 2, ""],
    )  # fmt: skip
    found = Absence.objects.order_by("since").values_list("officer__name", "kind", "reason", "since", "until")
    assert list(found) == [
        ("甲", "leave", "住院手术", DAY(2026, 9, 1), DAY(2026, 9, 5)),
        ("乙", "leave", "", DAY(2026, 9, 7), DAY(2026, 9, 8)),
    ]
    assert any("备注" in notice for notice in preview.notices)  # it says that the remark is not read


def test_where_there_is_no_type_the_reason_still_is_the_kind(client):
    come_in(client, "absence", ["姓名", "事由", "自", "至"], ["甲", "借调", "2026-09-01", ""])
    assert Absence.objects.get().kind == "seconded"


def test_a_period_in_one_cell_and_a_number_of_days_give_the_last_day(client):
    header = ["姓名", "假别", "请假时间", "天数"]
    preview = come_in(
        client, "absence", header, ["甲", "事假", "2026年9月1日至9月3日", "3"], ["乙", "病假", "2026-09-10", "2天"],
        ["丙", "年假", "2026-09-20", ""],
    )  # fmt: skip
    assert list(Absence.objects.order_by("since").values_list("since", "until")) == [
        (DAY(2026, 9, 1), DAY(2026, 9, 3)), (DAY(2026, 9, 10), DAY(2026, 9, 11)), (DAY(2026, 9, 20), None)
    ]  # fmt: skip
    assert "没有结束日期，按开始日期和天数算出：第3行" in preview.notices


def test_a_period_that_contradicts_the_last_day_is_a_fault(client):
    content = workbooks.of_rows(
        ["姓名", "假别", "起止日期", "结束日期"], ["甲", "事假", "2026-09-01至2026-09-03", "2026-09-09"]
    )
    page = client.post(
        "/admin/enforcers/absence/import/", {"file": SimpleUploadedFile("表.xlsx", content)}, follow=True
    )
    (fault,) = page.context["preview"].faults
    assert (fault.header, fault.problem) == ("起止日期", "起止日期里的截止日期与“至”一列（2026-09-09）不同")


def test_a_list_without_last_days_leaves_those_that_are_registered(client, officers):
    Absence.objects.create(officer=officers[0], kind="leave", since=DAY(2026, 9, 1), until=DAY(2026, 9, 9))
    come_in(
        client,
        "absence",
        ["姓名", "假别", "请假时间"],
        ["甲", "病假", "2026-09-01"],
        ["乙", "病假", "2026-09-02至2026-09-03"],
    )
    assert Absence.objects.get(officer=officers[0]).until == DAY(2026, 9, 9)


def test_trainings_with_name_time_and_hours(client):
    header = ["参训人员", "培训名称", "培训内容", "培训时间", "学时", "考核情况"]
    come_in(
        client,
        "trainingrecord",
        header,
        ["甲", "执法大练兵", "案卷制作", "2026-09-01至2026-09-03", "24学时", "优秀"],
    )
    found = TrainingRecord.objects.values_list("officer__name", "topic", "date", "hours", "result")
    assert list(found) == [("甲", "执法大练兵", DAY(2026, 9, 3), 24, "excellent")]


def test_recusals_with_unit_reason_and_period(client):
    header = ["回避人员", "回避单位", "回避原因", "回避期限"]
    come_in(
        client, "recusal", header, ["甲", "虚构1号化工厂", "配偶任职", "2026-09-01至2099-12-31"],
        ["乙", "虚构1号化工厂", "曾在该单位工作", "长期"],
    )  # fmt: skip
    assert (
        "没有“依据”一列，新登记的都按“本人申请回避”登记" in ImportJob.objects.first().stored_preview.notices
    )
    first, second = Recusal.objects.order_by("officer__name").filter(officer__name__in="甲乙")
    found = {each.officer.name: (each.reason, each.until) for each in (first, second)}
    assert found == {"甲": ("配偶任职", DAY(2099, 12, 31)), "乙": ("曾在该单位工作", None)}


@pytest.mark.parametrize("page", ["recusal", "absence", "trainingrecord"])
def test_a_csv_file_whose_headers_nobody_knows_is_asked_about(client, page):
    file = SimpleUploadedFile("表.csv", "甲,乙\n1,2\n".encode())
    shown = client.post(f"/admin/enforcers/{page}/import/", {"file": file}, follow=True)
    assert shown.request["PATH_INFO"].endswith("/columns/")


def test_a_period_with_a_hyphen_in_one_cell_is_an_absence_from_and_until(client):
    come_in(client, "absence", ["姓名", "假别", "请假时间"], ["甲", "年休假", "2026.12.1-12.2"])
    assert list(Absence.objects.values_list("since", "until")) == [(DAY(2026, 12, 1), DAY(2026, 12, 2))]
