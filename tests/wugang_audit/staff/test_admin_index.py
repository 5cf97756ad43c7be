"""The first page of the admin: how both registries stand, and the lists that a person may open."""

import pytest
import workbooks
from as_shown import words_of
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sources import data_checks
from sources.models import NotTheSame
from wugang_audit.imports.models import ImportJob

LIST = "/admin/sources/pollutionsource/"


@pytest.fixture
def client(login, admin):
    return login(admin)


def overviews(client):
    return client.get("/admin/").context["overviews"]


def test_it_begins_with_both_registries(client, make_source, officers):
    make_source(1, category="key"), make_source(2), make_source(3, is_active=False)
    sources, people = overviews(client)
    assert [(each.number, each.words) for each in sources.figures] == [
        (2, "家在库"), (1, "家重点排污单位"), (1, "家已停用")
    ]  # fmt: skip
    assert [(each.number, each.words) for each in people.figures][0] == (len(officers), "人在册")
    for figure in (*sources.figures, *people.figures):
        assert client.get(figure.url).status_code == 200
    for each in (sources, people):
        for url in (each.list_url, each.import_url, each.history_url):
            assert client.get(url).status_code == 200
        assert client.post(each.export_url).status_code == 200
    listed = client.get(sources.figures[1].url).context["cl"].result_count
    assert listed == sources.figures[1].number


@pytest.mark.usefixtures("specialities")
def test_it_says_who_imported_last_and_how_much(client):
    assert overviews(client)[0].last_import is None
    content = workbooks.of_units(["410481-0001", "一厂", "一般", "2669"])
    url = client.post(f"{LIST}import/", {"file": SimpleUploadedFile("名录.xlsx", content)}).url
    client.post(url, {"reason": "名录核对"})
    last = overviews(client)[0].last_import
    assert (last.who, last.filename, last.new, last.changed, last.is_undone) == (
        "苏管理", "名录.xlsx", 1, 0, False
    )  # fmt: skip
    assert "新增 1、更改 0" in "".join(words_of(client.get("/admin/").content.decode()))
    content = workbooks.of_units(
        ["410481-0001", "一厂", "重点", "2669"], ["410481-0002", "二厂", "一般", "2669"]
    )
    url = client.post(f"{LIST}import/", {"file": SimpleUploadedFile("第二份.xlsx", content)}).url
    client.post(url, {"reason": "名录核对", "everything": "on"})
    last = overviews(client)[0].last_import
    assert (last.filename, last.new, last.changed, last.is_undone) == ("第二份.xlsx", 1, 1, False)
    client.post(f"{url}undo/", {"reason": "导错了"})
    last = overviews(client)[0].last_import
    assert (last.filename, last.is_undone) == ("名录.xlsx", False)  # the one before stands
    ImportJob.objects.filter(filename="名录.xlsx").update(owner=None)
    assert overviews(client)[0].last_import.who == "命令行"
    ImportJob.objects.filter(filename="名录.xlsx").update(undone_at=timezone.now())
    last = overviews(client)[0].last_import
    assert (last.filename, last.is_undone) == ("第二份.xlsx", True)
    assert "（已撤销）" in client.get("/admin/").content.decode()


def test_it_names_what_is_to_be_checked_and_leads_there(client, make_source):
    make_source(1, credit_code="")
    [finding] = [each for each in overviews(client)[0].findings if "信用代码" in each.label]
    assert finding.count == 1
    assert client.get(finding.url).context["cl"].result_count == 1


def test_what_is_to_be_checked_is_looked_through_again_after_a_change(client, make_source, monkeypatch):
    unit, looked, look = make_source(1, credit_code=""), [], data_checks._source_findings
    monkeypatch.setattr(data_checks, "_source_findings", lambda: looked.append(1) or look())
    labels = [[each.label for each in overviews(client)[0].findings] for _ in range(2)]
    assert labels[0] == labels[1] and "没有统一社会信用代码" in labels[0] and len(looked) == 1
    unit.credit_code = "91410481317593588N"
    unit.save()
    assert "没有统一社会信用代码" not in [each.label for each in overviews(client)[0].findings]
    make_source(2, credit_code="")
    assert "没有统一社会信用代码" in [each.label for each in overviews(client)[0].findings]


def test_the_number_counts_what_is_left_to_do_and_what_may_stay_stands_last(client, make_source):
    sound = {
        "credit_code": "91410481317593588N",
        "longitude": "113.5",
        "latitude": "33.3",
        "permit_class": "key",
    }
    make_source(1, **sound)
    make_source(2, name="甲水泥公司", **sound | {"credit_code": ""})
    make_source(3, name="乙养殖场", **sound | {"credit_code": "", "longitude": None, "permit_class": ""})
    units = overviews(client)[0]
    assert [(each.label, each.count, each.may_stay) for each in units.findings] == [
        ("没有坐标", 1, False), ("没有排污许可管理类别", 1, False), ("没有统一社会信用代码", 2, True)
    ]  # fmt: skip
    assert (units.to_do, units.may_stay) == (2, 2)
    html = client.get("/admin/").content.decode()
    assert '<h3>待核对 <span class="tag tag--warn">2 处</span></h3>' in html
    assert '2 条<span class="muted">（核对过、确实如此的不用管）</span>' in html


def test_units_that_somebody_called_different_are_left_to_nobody(client, make_source, admin):
    code, place = "91410481317593588N", {"longitude": "113.5", "latitude": "33.3", "permit_class": "key"}
    one, other = (make_source(n, name="虚构厂", credit_code=code, **place) for n in (1, 2))
    third = make_source(3, name="又一家", credit_code="91410481105484945P", **place)
    fourth = make_source(4, name="再一家", credit_code="91410481105484945P", **place)
    assert overviews(client)[0].to_do == 2
    NotTheSame.objects.create(one=one, other=other, reason="两处厂区", said_by=admin)
    assert overviews(client)[0].to_do == 1
    NotTheSame.objects.create(one=third, other=fourth, reason="一家两站", said_by=admin)
    assert overviews(client)[0].to_do == 0


def test_each_role_sees_its_own_lists_alone(login, admin, security):
    def headings(person):
        shown = login(person).get("/admin/").context
        return list(shown["headings"]), len(shown["overviews"])

    assert headings(security) == (["账号"], 0)
    found, registries = headings(admin)
    assert (set(found), registries) == ({"与名录有关的登记", "抽查事项与现场检查", "账号", "工作日"}, 2)


def test_the_page_of_one_app_leads_to_the_index(client):
    assert client.get("/admin/sources/").url == "/admin/"
    assert client.get("/admin/nothing/").status_code == 404
    assert client.get("/admin/wugang_audit/").url == "/admin/"


def test_the_number_of_queries_does_not_grow_with_the_registry(client, make_source):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        return len(queries)

    make_source(1)
    first = asked()
    for serial in range(2, 7):
        make_source(serial)
    assert asked() == first
