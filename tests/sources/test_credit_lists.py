"""Lists of credit classes as bureaus have them: names, colours and letters of the grades, and the year that was rated."""

import datetime

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sources.credit_importer import CreditImporter, grade, rating_year
from sources.models import CreditClass, CreditGrade
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong

UPLOAD = "/admin/sources/creditclass/import/"


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, header, *rows):
    content = workbooks.of_rows(header, *rows)
    return client.post(UPLOAD, {"file": SimpleUploadedFile("信用.xlsx", content)}, follow=True)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("A级", "a", "A 级", "诚信", "环保诚信企业", "绿标", "绿牌", "绿色", "A级（绿牌）", "环保诚信企业（绿牌）", "守信"), CreditGrade.A),
        (("B级", "良好", "环保良好", "蓝标", "蓝牌企业", "良好企业", "B/蓝"), CreditGrade.B),
        (("C级", "警示", "环保警示企业", "黄标", "黄牌"), CreditGrade.C),
        (("D级", "不良", "环保不良企业", "红标", "红牌", "Ｄ"), CreditGrade.D),
    ],
)  # fmt: skip
def test_a_grade_is_read_by_letter_name_and_colour(words, value):
    read = {word: grade(word) for word in words}
    assert {word: getattr(each, "value", each) for word, each in read.items()} == dict.fromkeys(
        words, value.value
    )
    # What is not written as the letter is told.
    told = [word for word, each in read.items() if isinstance(each, Adjusted)]
    assert told == [word for word in words if value.value not in word.upper() and word != "Ｄ"]


@pytest.mark.parametrize("word", ["黑牌", "E级", "A级（红牌）", "良好、警示", "（）", "未参评"])
def test_what_is_no_grade_or_two_is_refused(word):
    with pytest.raises(Wrong):
        grade(word)


def test_the_better_grade_stands_first_wherever_they_are_listed(client):
    assert grade.allowed == ("A级", "B级", "C级", "D级")
    assert CreditGrade.values == ["A", "B", "C", "D"]
    (column,) = (each for each in CreditImporter.columns if each.attribute == "grade")
    assert column.help.startswith("从好到差：A级、B级、C级、D级")


def test_a_list_by_year_comes_in_without_choosing_anything(client, make_source):
    units = [make_source(1), make_source(2)]
    rows = [[1, units[0].name, "2024年度", "绿标"], [2, units[1].name, 2024, "环保警示企业"]]
    page = upload(client, ["序号", "企业名称", "评价年度", "环保信用"], *rows)
    url = page.request["PATH_INFO"]
    assert not url.endswith("columns/")
    assert "没有评定日期，从评价年度的最后一天起算：第2、3行" in page.context["preview"].notices
    client.post(url, {})
    found = CreditClass.objects.order_by("source__number").values_list("grade", "date")
    assert list(found) == [("A", datetime.date(2024, 12, 31)), ("C", datetime.date(2024, 12, 31))]
    again = upload(client, ["企业名称", "评价年度", "环保信用"], *(row[1:] for row in rows)).context[
        "preview"
    ]
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)


def test_a_day_goes_before_the_year(client, make_source):
    unit = make_source(1)
    page = upload(client, ["企业名称", "评价年度", "公布日期", "等级"], [unit.name, 2024, "2025-03-01", "B"])
    client.post(page.request["PATH_INFO"], {})
    assert CreditClass.objects.get().date == datetime.date(2025, 3, 1)


def test_a_year_that_is_not_over_and_a_row_without_either_are_faults(client, make_source):
    unit = make_source(1)
    year = timezone.localdate().year
    page = upload(client, ["企业名称", "评价年度", "等级"], [unit.name, year, "B"], [unit.name, "", "B"])
    problems = [fault.problem for fault in page.context["preview"].faults]
    assert problems == [f"只有评价年度，而 {year} 年还没有过完", "没有评定日期，也没有评价年度"]


def test_a_list_without_any_day_is_asked_for_it_once(client, make_source):
    unit = make_source(1)
    page = upload(client, ["企业名称", "等级"], [unit.name, "诚信"])
    url = page.request["PATH_INFO"]
    assert url.endswith("columns/")
    assert "填公布等级的那一天" in page.content.decode()
    form = page.context["form"]
    sent = {field.html_name: field.value() for field in form if field.value() is not None}
    client.post(url, sent | {"same-1": "date", "same-1-text": "2025-03-01"})
    client.post(url.removesuffix("columns/"), {})
    assert (CreditClass.objects.get().grade, CreditClass.objects.get().date) == (
        "A",
        datetime.date(2025, 3, 1),
    )


@pytest.mark.parametrize(
    ("text", "year"), [("2025", 2025), (2025, 2025), ("2025年度", 2025), ("2025 年", 2025)]
)
def test_a_year_is_read(text, year):
    assert rating_year(text) == year


@pytest.mark.parametrize("text", ["25年", "2025-2026", "去年", 3])
def test_what_is_no_year_is_refused(text):
    with pytest.raises(Wrong):
        rating_year(text)
