"""The page that says what is to be corrected in the registry: each count opens just the rows that it counts."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sources import joining, verbs
from sources.data_checks import CHECKS, narrow
from sources.models import PollutionSource, Speciality
from sources.township_offers import oddly_written
from wugang_audit.registries import data_checks

LIST = "/admin/sources/pollutionsource/"
CODE = "91410481MA4N01234T"
GOOD = {
    "credit_code": "91410481MA4N00001X", "longitude": "113.5", "latitude": "33.3", "permit_class": "key",
    "permit_expiry": "2099-01-01",
}  # fmt: skip


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def registry(make_source):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    special = {"category": "special", "special_reason": "信访", "special_basis": "通知"}

    def make(serial, **fields):
        own = {"credit_code": f"91410481MA4N0{serial:04d}X", "longitude": f"113.5{serial:02d}"}
        return make_source(serial, **(GOOD | own | fields))

    make(1)
    make(2, credit_code="")
    make(3, permit_expiry=yesterday)
    make(4, longitude=None)
    make(5, name="同名厂"), make(6, name="同名厂")
    make(7, credit_code=CODE), make(8, credit_code=CODE)
    make(9, **special, special_until=yesterday)
    make(10, **special | {"special_basis": ""})
    make(11, permit_class="")
    make(12, **special, special_until=timezone.localdate(), permit_expiry=timezone.localdate())
    for serial, in_use in ((14, False), (15, True)):
        unit = make(serial, permit_number=f"{CODE}001P")
        unit.conditions.create(code=str(serial), outlet_kind="water", outlet_code="DW001", is_active=in_use)
    livestock = Speciality.objects.get(code="livestock")
    make(16, speciality=livestock), make(17, industry_code="0000", speciality=livestock)
    make(18, longitude="113.9")
    make(20, category=""), make(19, industry_code="", speciality=None)
    make(13, is_active=False, credit_code="", permit_class="", longitude=None, name="同名厂")


EXPECTED = {
    "no-code": [2], "expired": [3], "no-place": [4], "outside": [18], "double": [5, 6, 7, 8, 14, 15],
    "no-group": [16, 17], "special-ended": [9], "no-reason": [10], "no-class": [11], "no-conditions": [14],
    "no-category": [20], "no-industry": [19], "township": [],
}  # fmt: skip


@pytest.mark.parametrize("check", [code for code in CHECKS if code != "double"])
def test_each_line_opens_just_the_units_that_it_counts(client, registry, check):
    (finding,) = (
        each for each in data_checks.findings() if f"{each.url}&".startswith(f"{LIST}?check={check}&")
    )
    shown = [int(unit.number[-4:]) for unit in client.get(finding.url).context["cl"].result_list]
    assert (shown, finding.count) == (EXPECTED[check], len(EXPECTED[check]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("虚构（舞钢）钢铁有限公司", "虚构(舞钢)钢铁有限公司"), ("虚构（舞钢）钢铁厂", "虚构舞钢钢铁厂"),
        ("虚构建材有限责任公司", "虚构建材有限公司"), ("舞钢市虚构建材厂", "虚构建材厂"),
        ("虚构 建材厂", "虚构建材厂"), ("虚构１号厂", "虚构1号厂"), ("虚构ABC厂", "虚构abc厂"),
    ],
)  # fmt: skip
def test_names_that_clerks_write_in_two_ways_are_suspected(make_source, one, other):
    make_source(1, name=one), make_source(2, name=other), make_source(3, name="虚构建材二厂")
    make_source(4, name="虚构建材二厂", is_active=False)
    found = narrow(PollutionSource.objects.order_by("number"), "double")
    assert [unit.number for unit in found] == ["410481-0001", "410481-0002"]


def test_units_of_the_same_name_stand_side_by_side(client, make_source):
    for serial, name in enumerate(["虚构乙厂", "虚构甲厂", "虚构乙厂", "虚构甲厂"]):
        make_source(serial, name=name)
    names = [unit.name for unit in client.get(f"{LIST}?check=double&o=2").context["cl"].result_list]
    assert names in (["虚构乙厂"] * 2 + ["虚构甲厂"] * 2, ["虚构甲厂"] * 2 + ["虚构乙厂"] * 2)


def test_one_name_among_others_is_no_double(make_source):
    names = [
        "虚构建材一厂",
        "虚构建材二厂",
        "舞钢市虚构砖厂",
        "虚构砖厂（北区）",
        "虚构砖厂有限公司",
        "虚构砖厂公司",
    ]
    for serial, name in enumerate(names):
        make_source(serial, name=name)
    assert list(narrow(PollutionSource.objects.all(), "double")) == []


def test_an_unknown_check_narrows_nothing(client, make_source):
    make_source(1)
    assert client.get(f"{LIST}?check=x").context["cl"].result_count == 1


def test_the_page_shows_faults_as_links_and_names_what_is_in_order(client, make_source):
    make_source(1, **GOOD | {"permit_class": ""})
    page = client.get("/health/").content.decode()
    assert page.count("?check=") == 1
    assert page.count("<li>污染源：没有统一社会信用代码</li>") == 1


def test_the_last_ten_changes_say_who_when_and_why(client, make_source, admin):
    units = [make_source(n) for n in range(1, 13)]
    units[0]._history_user, units[0]._change_reason = admin, "现场核实"
    units[0].save()
    touched = client.get("/health/").context["touched"]
    assert len(touched) == 10
    assert (touched[0].label, touched[0].who, touched[0].what, touched[0].why) == (
        "虚构1号化工厂", "苏管理", "修改", "现场核实"
    )  # fmt: skip
    assert client.get(touched[0].url).status_code == 200


def test_a_unit_that_is_gone_again_is_told_without_a_link(client, make_source):
    make_source(1), make_source(2).delete()
    response = client.get("/health/")
    found = [(each.what, each.url) for each in response.context["touched"]]
    assert found == [("删除", ""), ("新增", ""), ("新增", "/inspections/units/410481-0001/")]
    assert response.content.decode().count("虚构2号化工厂</a>") == 0


def test_the_page_asks_as_much_for_three_units_as_for_thirty(client, make_source):
    counts = []
    for serials in (range(3), range(3, 30)):
        for n in serials:
            make_source(n)
        with CaptureQueriesContext(connection) as queries:
            client.get("/health/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert PollutionSource.objects.count() == 30


def test_doubles_are_counted_by_pairs_and_shown_side_by_side(client, registry):
    (finding,) = (each for each in data_checks.findings() if "疑似重复" in each.label)
    assert (finding.count, finding.measure, finding.url) == (3, "对", "/registry/doubles/")
    assert client.get(finding.url).context["total"] == 3
    found = narrow(PollutionSource.objects.order_by("number"), "double")
    assert [int(unit.number[-4:]) for unit in found] == EXPECTED["double"]


def test_what_is_wrong_is_worked_out_once_and_anew_after_each_change(client, admin, make_source):
    def counted():
        with CaptureQueriesContext(connection) as asked:
            found = {each.label: each.count for each in client.get("/health/").context["findings"]}
        whole = 'SELECT COUNT("sources_pollutionsource"', 'SELECT "sources_pollutionsource"."id"'
        reads = [each for each in asked if each["sql"].startswith(whole)]
        return found, len(reads)

    one, other = make_source(1, **GOOD), make_source(2, **GOOD | {"longitude": "113.6"})
    first, reads = counted()
    again, later = counted()
    assert again == first and reads > later == 0

    def lines(label):
        return next(count for each, count in counted()[0].items() if each.endswith(label))

    assert lines("疑似重复登记") == 1  # one credit code
    joining.call_different(one, other, reason="两个厂区", actor=admin)
    assert lines("疑似重复登记") == 0
    one.permit_class = ""
    one.save()
    assert lines("没有排污许可管理类别") == 1
    verbs.set_active(PollutionSource.objects.filter(pk=one.pk), False, admin, reason="注销")
    assert lines("没有排污许可管理类别") == 0
    other.permit_number = f"{CODE}001P"
    other.save()
    assert lines("持证单位没有许可条件") == 1
    condition = other.conditions.create(code="1", outlet_kind="water", outlet_code="DW001")
    assert lines("持证单位没有许可条件") == 0
    condition.delete()
    assert lines("持证单位没有许可条件") == 1
    group = Speciality.objects.get(code="chemical-pharma")
    group.prefixes = "27"
    group.save()
    assert lines("行业代码没有专业组管，或不归所在的专业组") == 1


@pytest.mark.parametrize(
    ("towns", "odd"),
    [
        (["石漫滩街道", "石漫滩街道", "石漫滩乡"], ["石漫滩乡"]),
        (["尹集镇", "尹集乡"], ["尹集乡", "尹集镇"]),  # which of them?
        (["尹集镇", "舞钢市尹集镇", "尹集镇"], ["舞钢市尹集镇"]),
        (["尹 集镇", "尹 集镇", "尹集镇"], ["尹 集镇"]),
        (["尹集"], ["尹集"]),
        (["尹集镇", "枣林镇", "垭口街道办事处", "产业集聚区", "国有林场", ""], []),
    ],
)
def test_townships_that_are_written_in_several_ways_are_listed_with_their_units(
    client, make_source, towns, odd
):
    for serial, town in enumerate(towns, 1):
        make_source(serial, township=town)
    make_source(99, township="石漫滩镇", is_active=False)
    assert oddly_written() == odd
    (finding,) = (each for each in data_checks.findings() if "check=township" in each.url)
    shown = [unit.township for unit in client.get(finding.url).context["cl"].result_list]
    assert (sorted(set(shown)), len(shown)) == (odd, finding.count)
    assert shown == sorted(shown)  # side by side
