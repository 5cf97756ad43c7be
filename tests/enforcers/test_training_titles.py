"""Sign-in sheets of trainings: day and subject stand in the title, and are suggested on the page of columns."""

import datetime

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from enforcers.models import Absence, TrainingRecord
from enforcers.training_titles import day_told, topic_told

PAGE = "/admin/enforcers/{}/import/"
TITLE = "2026年3月12日法制培训签到表"
FIELDS = ("constant-date", "constant-topic", "constant-hours")


@pytest.fixture
def columns(login, admin, officers):
    """Upload rows; return the client, the job's address, the page of columns and what it would send."""

    def do(*rows, page="trainingrecord"):
        client = login(admin)
        file = SimpleUploadedFile("表.xlsx", workbooks.of_rows(*rows))
        url = client.post(PAGE.format(page), {"file": file}).url
        shown = client.get(url, follow=True)
        assert shown.request["PATH_INFO"].endswith("/columns/")
        form = shown.context["form"]
        return client, url, shown.content.decode(), {name: form[name].value() or "" for name in form.fields}

    return do


@pytest.mark.parametrize(
    ("title", "day", "topic"),
    [
        (TITLE, "2026-03-12", "法制培训"),
        ("法制培训签到表（2026年3月12日）", "2026-03-12", "法制培训"),
        ("2026.3.12 排污许可执法培训人员名单", "2026-03-12", "排污许可执法培训"),
        ("2026年3月12日至14日执法业务培训班成绩表", "2026-03-14", "执法业务培训班"),
        ("2026年3月30日—4月2日执法大练兵点名册", "2026-04-02", "执法大练兵"),
        ("培训时间：2026年3月12日 培训内容：新法典解读 培训地点：三楼", "2026-03-12", "新法典解读"),
        ("2026年度法制培训台账", "", "法制培训"), ("2026年3月法制培训签到表", "", "法制培训"),
        ("Sheet1", "", ""), ("签到表", "", ""), ("执法人员名单", "", ""), ("2026年3月12日会议", "2026-03-12", ""),
    ],
)  # fmt: skip
def test_a_title_tells_the_day_and_the_subject(title, day, topic):
    assert (day_told([title]), topic_told([title])) == (day, topic)


def test_a_day_that_is_none_is_not_suggested():
    assert day_told(["2026年13月40日法制培训", "2026年2月3日"]) == "2026-02-03"


def test_day_and_subject_of_the_title_are_suggested_and_come_in_once_confirmed(columns):
    client, url, html, sent = columns([TITLE], ["姓名", "签名"], ["甲", ""], ["乙", ""])
    assert [sent[each] for each in FIELDS] == ["2026-03-12", "法制培训", ""]
    assert "标题里写的是“法制培训”，请核对。" in html
    assert "整个文件都一样的，可以在下面“文件里没有的”填一次。" in html
    refused = client.post(f"{url}columns/", sent).context["form"]
    assert refused.errors == {
        "constant-hours": ["还没有指定必填的“学时”是哪一列；整个文件都一样的，请填在这里。"]
    }
    wrong = client.post(f"{url}columns/", sent | {"constant-hours": "半天"}).context["form"]
    assert list(wrong.errors) == ["constant-hours"]
    client.post(f"{url}columns/", sent | {"constant-hours": "8学时"})
    assert not client.get(url).context["preview"].faults
    client.post(url, {"reason": ""})
    found = TrainingRecord.objects.order_by("officer__name").values_list("date", "topic", "hours")
    assert list(found) == [(datetime.date(2026, 3, 12), "法制培训", 8)] * 2


def test_nothing_of_a_title_counts_that_the_clerk_changes_or_finds_in_a_column(columns):
    client, url, _, sent = columns([TITLE], ["姓名", "课", "学时"], ["甲", "案卷制作", 4])
    said = {"constant-date": "2026-03-13", "column-2": "topic"}
    client.post(f"{url}columns/", sent | said)
    client.post(url, {"reason": ""})
    assert list(TrainingRecord.objects.values_list("date", "topic", "hours")) == [
        (datetime.date(2026, 3, 13), "案卷制作", 4)
    ]


def test_what_all_absences_of_a_list_share_may_be_typed_too(columns):
    client, url, _, sent = columns(["姓名", "至"], ["甲", "2026-12-02"], page="absence")
    assert list(client.post(f"{url}columns/", sent).context["form"].errors) == [
        "constant-kind",
        "constant-since",
    ]
    client.post(f"{url}columns/", sent | {"constant-kind": "请假", "constant-since": "2026-12-01"})
    client.post(url, {"reason": "核对"})
    found = Absence.objects.values_list("kind", "since", "until")
    assert list(found) == [("leave", datetime.date(2026, 12, 1), datetime.date(2026, 12, 2))]
