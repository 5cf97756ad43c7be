"""A title says what a mark on a name means: it is offered on the page of columns, and read only as the clerk confirms."""

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from sources.columns import COLUMNS
from sources.models import PollutionSource
from wugang_audit.spreadsheets.marked_names import Marked, of_constant, told
from wugang_audit.spreadsheets.titles import told_by

KEY, GENERAL = "重点排污单位", "一般排污单位"
CATEGORY = next(each for each in COLUMNS if each.attribute == "category")
UPLOAD = "/admin/sources/pollutionsource/import/"
LIST = [
    ["2025年排污单位名录（带★的为重点）"],
    ["序号", "单位名称"],
    [1, "★虚构一号厂"],
    [2, "虚构二号厂"],
    [3, "虚构三号厂★"],
]

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.mark.parametrize(
    ("title", "mark"),
    [
        ("2025年排污单位名录（带★的为重点）", "★"), ("注：★表示重点排污单位", "★"), ("标“*”号的企业是重点单位", "*"), ("备注：加▲者均为重点监管单位", "▲"),
        ("带★为重点排污单位，其他略", "★"), ("名单（★：重点）", "★"), ("★重点排污单位名录", None), ("带★的为已停产", None), ("重点排污单位名录", None),
    ],
)  # fmt: skip
def test_a_title_tells_what_a_mark_means_and_is_then_no_title_of_the_whole_file(title, mark):
    assert list(told(CATEGORY, [title])) == ([Marked(mark, KEY)] if mark else [])
    if mark:
        assert told_by(CATEGORY, title) is None


def test_a_constant_is_read_back_and_no_other_text_is_taken_for_one():
    marked = Marked("★", KEY, GENERAL)
    assert of_constant(marked.constant) == marked
    assert [of_constant(text) for text in ("", KEY, "by-mark", "by-mark\t★", "\tby-title")] == [None] * 5


def columns(client, *rows):
    file = SimpleUploadedFile("名录.xlsx", workbooks.of_rows(*rows))
    url = client.post(UPLOAD, {"file": file}).url
    page = client.get(url, follow=True)
    form = page.context["form"]
    return url, page, {name: form[name].value() or "" for name in form.fields}


@pytest.mark.parametrize(
    ("otherwise", "classes"), [("", ["key", "", "key"]), (GENERAL, ["key", "general", "key"])]
)
def test_the_marked_are_key_units_and_the_others_what_the_clerk_says(login, admin, otherwise, classes):
    client = login(admin)
    url, page, sent = columns(client, *LIST)
    assert sent["constant-category"] == Marked("★", KEY).constant  # suggested, and seen
    assert f"名称带“★”的是“{KEY}”，其余都是“{GENERAL}”" in page.content.decode()
    client.post(f"{url}columns/", sent | {"constant-category": Marked("★", KEY, otherwise).constant})
    shown = client.get(url)
    assert any("按您的选择，“监管类别”看名称上的标记" in each for each in shown.context["preview"].notices)
    client.post(url, {"reason": "核对", "everything": "1"})
    found = list(PollutionSource.objects.order_by("number").values_list("name", "category"))
    assert found == [(f"虚构{n}号厂", each) for n, each in zip("一二三", classes, strict=True)]


def test_nothing_is_read_of_the_marks_where_the_clerk_says_otherwise(login, admin):
    client = login(admin)
    url, _, sent = columns(client, *LIST)
    client.post(f"{url}columns/", sent | {"constant-category": ""})
    client.post(url, {"reason": "核对", "everything": "1"})
    assert set(PollutionSource.objects.values_list("category", flat=True)) == {""}


def test_a_made_up_mark_is_refused(login, admin):
    client = login(admin)
    url, _, sent = columns(client, *LIST)
    wrong = Marked("号", KEY).constant
    assert client.post(f"{url}columns/", sent | {"constant-category": wrong}).context["form"].errors


def test_what_the_title_says_besides_is_suggested_for_the_names_without_the_mark(login, admin):
    client = login(admin)
    _, _, sent = columns(
        client, ["特殊监管对象名单（带★的为重点排污单位）"], ["单位名称"], ["★甲厂"], ["乙厂"]
    )
    assert sent["constant-category"] == Marked("★", KEY, "特殊监管对象").constant


@pytest.mark.parametrize(
    "rows",
    [
        [["序号", "单位名称"], [1, "★甲厂"], [2, "乙厂"], ["注：带★的为重点排污单位"]],
        [["序号", "单位名称"], [1, "★甲厂"], [2, "乙厂"], ["注：", "带★的为重点排污单位"]],
        [["序号", "单位名称"], [1, "★甲厂"], [2, "乙厂"], [None, "★表示重点排污单位"]],
        [["单位名称"], ["★甲厂"], ["乙厂"], ["带★的为重点排污单位"]],
        [["序号", "单位名称"], [1, "★甲厂"], *[[n, f"{n}号厂"] for n in range(2, 700)], ["注：带★的为重点排污单位"]],
    ],
)  # fmt: skip
def test_a_footnote_below_the_list_tells_it_as_a_title_does_and_is_no_unit(login, admin, rows):
    client = login(admin)
    url, _, sent = columns(client, *rows)
    assert sent["constant-category"] == Marked("★", KEY).constant
    client.post(f"{url}columns/", sent)
    client.post(url, {"reason": "核对", "everything": "1"})
    found = PollutionSource.objects
    assert list(found.filter(category="key").values_list("name", flat=True)) == ["甲厂"]
    assert not found.filter(name__contains="排污单位").exists()


def test_a_footnote_tells_what_the_others_are_too(login, admin):
    footnote = ["注：带★的为重点排污单位，其余为一般排污单位"]
    _, _, sent = columns(login(admin), ["单位名称"], ["★甲厂"], ["乙厂"], footnote)
    assert sent["constant-category"] == Marked("★", KEY, GENERAL).constant
