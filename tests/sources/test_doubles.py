"""Suspected doubles: who is listed, why, and the pages that compare two of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources import doubles, joining
from sources.models import PollutionSource

CODE = "91410481317593588N"
LIST = "/registry/doubles/"
PAIR = f"{LIST}410481-0001/410481-0002/"


@pytest.fixture
def client(login, admin):
    return login(admin)


def listed():
    return [(pair.one.number[-1], pair.other.number[-1], len(pair.why)) for pair in doubles.suspects()]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"name": "虚构（甲）厂"}, {"name": "舞钢市虚构甲厂"}, "名称相同"),
        ({"name": "甲厂", "credit_code": CODE}, {"name": "乙厂", "credit_code": CODE}, "信用代码相同"),
        ({"permit_number": f"{CODE}001P"}, {"permit_number": f"{CODE}001P"}, "排污许可证编号相同"),
        (
            {"name": "虚构甲砖厂", "longitude": "113.5", "latitude": "33.3"},
            {"name": "虚构甲砖瓦厂", "longitude": "113.5", "latitude": "33.3"}, "坐标相同",
        ),
        ({"name": "虚构甲砖厂", "address": "工业路1号"}, {"name": "虚构甲砖瓦厂", "address": "工业路1号"}, "地址相同"),
    ],
)  # fmt: skip
def test_two_are_suspected_for_what_they_share(make_source, one, other, why):
    make_source(1, **one), make_source(2, **other), make_source(3, name="别的厂")
    (pair,) = doubles.suspects()
    assert (pair.one.number, pair.other.number) == ("410481-0001", "410481-0002") and pair.why[0].startswith(
        why
    )


def test_what_is_usual_makes_no_suspicion(make_source):
    make_source(1, name="甲厂", longitude="113.5", latitude="33.3")
    make_source(2, name="完全不同的单位", longitude="113.5", latitude="33.3")
    make_source(3, name="甲厂", is_active=False)
    make_source(4, name="丙厂", longitude="113.5", address="工业路1号")
    (
        make_source(5, name="丁矿", address="工业路1号"),
        make_source(6, name="丙丁厂", address="工业路1号", township="八台镇"),
    )
    assert listed() == []


def test_the_best_founded_come_first_and_a_large_group_is_compared_with_one(make_source):
    for serial in range(1, 8):
        make_source(serial, name="同名厂", permit_number=f"{CODE}001P" if serial > 5 else "")
    assert listed() == [("1", str(n), 1) for n in range(2, 8)] + [("6", "7", 1)]
    first = PollutionSource.objects.get(number="410481-0001")
    first.permit_number = f"{CODE}001P"
    first.save()
    assert [pair for pair in listed() if pair[2] == 2] == listed()[:2] == [("1", "6", 2), ("1", "7", 2)]


def test_the_list_asks_as_much_for_many_as_for_few(make_source, django_assert_num_queries):
    for serial in range(1, 12):
        make_source(serial, name="同名厂")
    with CaptureQueriesContext(connection) as queries:
        doubles.suspects()
    # Five say in which state the registry is; one of them, and one more, where the bureau is: a request has read that.
    assert len(queries) == 8
    with django_assert_num_queries(5):
        doubles.suspects()


def test_the_page_lists_pairs_and_leads_to_each(client, make_source):
    make_source(1, name="虚构甲厂"), make_source(2, name="虚构（甲）厂")
    page = client.get(LIST).content.decode()
    assert "共 1 对" in page and f'href="{PAIR}"' in page
    assert "没有发现疑似重复" not in page
    assert LIST in client.get("/health/").content.decode()


def test_two_stand_side_by_side_with_what_differs(client, make_source):
    make_source(1, name="虚构甲厂"), make_source(2, name="虚构甲厂", remarks="x")
    page = client.get(PAIR)
    form = page.context["form"]
    assert [line.choice.key for line, _ in form.rows()] == ["contact", "remarks"]
    assert [line.better for line, _ in form.rows()] == ["one", "other"]
    assert page.content.decode().count('class="differs"') == 2


def test_two_are_joined_on_the_page(client, make_source):
    make_source(1, name="虚构（甲）厂"), make_source(2, name="虚构甲厂", remarks="x")
    sent = {
        "stays": "other",
        "take_name": "one",
        "take_contact": "one",
        "take_remarks": "other",
        "reason": "执照一样",
    }
    answer = client.post(f"{PAIR}join/", sent)
    assert answer["Location"] == "/inspections/units/410481-0002/"
    stays = PollutionSource.objects.get(number="410481-0002")
    assert (stays.name, stays.remarks, stays.phone) == ("虚构（甲）厂", "x", "13800000001")
    assert PollutionSource.objects.get(number="410481-0001").joined_into == stays


def test_what_is_missing_or_refused_is_said_on_the_page(client, make_source):
    make_source(1, permit_number=f"{CODE}001P"), make_source(2, permit_number=f"{CODE}002P")
    page = client.post(f"{PAIR}join/", {"stays": "one"}).content.decode()
    assert "请写明怎么核实是同一家的" in page and "data-error-summary" in page
    takes = {f"take_{key}": "one" for key in ("name", "permit", "contact")}
    sent = takes | {"stays": "one", "reason": "换证"}
    assert "可能是两处生产场所" in client.post(f"{PAIR}join/", sent).content.decode()
    assert client.post(f"{PAIR}join/", sent | {"despite_permits": "on"}).status_code == 302


def test_two_are_called_different_on_the_page_with_a_reason(client, make_source):
    make_source(1, name="同名厂"), make_source(2, name="同名厂")
    assert "请写明为什么不是同一家" in client.post(f"{PAIR}different/", {"why": " "}).content.decode()
    assert client.post(f"{PAIR}different/", {"why": "两个厂区"})["Location"] == LIST
    assert doubles.suspects() == []


@pytest.mark.parametrize("path", ["410481-0001/410481-0001/", "410481-0001/410481-0999/"])
def test_a_pair_that_is_none_is_not_found(client, make_source, path):
    make_source(1)
    assert client.get(LIST + path).status_code == 404


def test_no_join_is_offered_while_a_draw_is_open(client, make_source, monkeypatch):
    make_source(1, name="同名厂"), make_source(2, name="同名厂")
    monkeypatch.setattr(joining, "_obstacles", [lambda *, lock: "有一次抽签还没有公布。"])
    for address in (LIST, PAIR):
        assert "有一次抽签还没有公布。" in client.get(address).content.decode()
    assert "合并理由" not in client.get(PAIR).content.decode()
    sent = {"stays": "one", "reason": "x", "take_contact": "one"}
    assert "有一次抽签还没有公布。" in client.post(f"{PAIR}join/", sent).content.decode()
