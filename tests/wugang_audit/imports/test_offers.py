"""What is offered to be read otherwise: words for "unknown" as empty, townships as the registry writes them; never silently."""

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from pages import said
from sound_units import units

from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports import recipes
from wugang_audit.imports.models import ImportJob, Recipe
from wugang_audit.spreadsheets.corrections import BY_TITLE

UPLOAD = "/admin/sources/pollutionsource/import/"

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, *changes, name="名录.xlsx"):
    """Upload sound units, each with what it changes; return the address of the preview."""
    file = SimpleUploadedFile(name, units(*changes))
    return client.post(UPLOAD, {"file": file}).url


def offers(client, url):
    found = client.get(url).context["offers"]
    return {(each.header, each.found, each.becomes, each.count): code for each, code in found}


def test_words_that_mean_unknown_are_offered_as_empty_and_stay_until_somebody_says_so(client):
    url = upload(
        client,
        {"法定代表人": "不清楚", "联系电话": "不清楚"},
        {"法定代表人": "不 清楚"},
        {"法定代表人": "王某", "备注": "不清楚"},
    )
    found = offers(client, url)
    assert list(found) == [("法定代表人", "不清楚", "", 2), ("联系电话", "不清楚", "", 1)]
    html = client.get(url).content.decode()
    assert "法定代表人“不清楚”读作空的：看来是“不知道”的意思，2 行（第2、3行）" in html
    assert "只是建议：不点，就照文件里写的读。" in html
    client.post(f"{url}mend/", {"offer": found["联系电话", "不清楚", "", 1]})
    assert not ImportJob.objects.get().stored_preview.faults
    client.post(url, {"reason": "核对"})
    names = PollutionSource.objects.order_by("number").values_list("legal_representative", "phone")
    assert list(names) == [("不清楚", ""), ("不 清楚", ""), ("王某", "")]
    assert not Recipe.objects.exists()


def test_all_offers_are_taken_by_one_click_shown_as_applied_and_remembered_if_ticked(client):
    url = upload(client, {"法定代表人": "不清楚", "统一社会信用代码": "不清楚", "联系电话": "暂缺"})
    done = client.post(f"{url}mend/", {"offer": "*", "remember": "1"}, follow=True)
    assert said(done) == ["已按您说的重新核对，没有错误了。您的文件本身没有改动。"]
    applied = {(each.header, each.found, each.becomes) for each in done.context["preview"].applied}
    assert applied == {
        ("法定代表人", "不清楚", ""),
        ("统一社会信用代码", "不清楚", ""),
        ("联系电话", "暂缺", ""),
    }
    assert offers(client, url) == {}
    assert Recipe.objects.count() == 3
    assert AuditEntry.objects.filter(action="记住污染源名录的导入改法").count() == 1
    again = upload(client, {"法定代表人": "不清楚"}, name="下一份.xlsx")
    page = client.get(again)
    assert [each.how for each in page.context["preview"].applied] == ["按记住的改法"]
    assert page.context["offers"] == []


def test_an_offer_that_was_taken_is_not_taken_twice(client):
    url = upload(client, {"法定代表人": "不清楚"})
    (code,) = offers(client, url).values()
    client.post(f"{url}mend/", {"offer": code})
    again = client.post(f"{url}mend/", {"offer": code}, follow=True)
    assert said(again)[-1].startswith("这条建议已经用过")


def test_a_name_is_required_and_never_offered_as_empty(client):
    assert offers(client, upload(client, {"单位名称": "不清楚"})) == {}


@pytest.mark.parametrize(
    ("written", "known", "becomes"),
    [
        ("石漫滩乡", ["石漫滩街道"], "石漫滩街道"),
        ("石漫滩街道办事处", ["石漫滩街道"], "石漫滩街道"),
        ("舞钢市尹集乡", ["尹集镇"], "尹集镇"),
        ("尹集", ["尹集镇"], "尹集镇"),
        ("石漫滩街道", ["石漫滩街道"], None),  # as it is known
        ("枣林镇", ["尹集镇"], None),
        ("尹集乡", ["尹集镇", "尹集街道"], None),  # which of them?
        ("镇", ["尹集镇"], None),
    ],
)
def test_a_township_is_offered_as_the_registry_writes_it(client, make_source, written, known, becomes):
    for n, town in enumerate(known, 100):
        make_source(n, township=town)
    url = upload(client, {"乡镇": written})
    assert list(offers(client, url)) == ([("乡镇", written, becomes, 1)] if becomes else [])
    assert not ImportJob.objects.get().stored_preview.faults


def test_a_township_that_was_taken_comes_in_under_its_known_name(client, make_source):
    make_source(100, township="石漫滩街道")
    url = upload(client, {"乡镇": "石漫滩乡"}, {"乡镇": "石漫滩乡"})
    ((_, code),) = offers(client, url).items()
    client.post(f"{url}mend/", {"offer": code, "remember": "1"})
    client.post(url, {"reason": "核对"})
    assert PollutionSource.objects.filter(township="石漫滩街道").count() == 3
    entry = AuditEntry.objects.get(action="导入污染源名录")
    assert entry.changes["corrected"] == ["这次一并改的：乡镇“石漫滩乡”→“石漫滩街道”，2 行"]


def test_a_township_that_was_left_as_it_stood_is_offered_again_with_the_next_file(client, make_source):
    make_source(100, township="石漫滩街道"), make_source(101, township="石漫滩街道")
    url = upload(client, {"乡镇": "石漫滩乡"})
    client.post(url, {"reason": "核对"})  # left open
    again = upload(client, {"乡镇": "石漫滩乡"}, {"乡镇": "石漫滩街道"}, name="下一份.xlsx")
    ((found, code),) = offers(client, again).items()
    assert found == ("乡镇", "石漫滩乡", "石漫滩街道", 1)
    assert "名录里多数单位是这样写的" in client.get(again).content.decode()
    client.post(f"{again}mend/", {"offer": code})
    client.post(again, {"reason": "核对", "everything": "1"})
    assert not PollutionSource.objects.filter(township="石漫滩乡").exists()


def test_what_a_remembered_correction_makes_of_a_township_is_not_questioned(client, make_source, admin):
    make_source(100, township="石漫滩乡")
    make_source(101, township="石漫滩乡")
    recipes.remember(SourceImporter(), [recipes.Said("township", "石漫滩乡", "石漫滩街道")], admin)
    assert not offers(client, upload(client, {"乡镇": "石漫滩乡"}))


def test_of_two_names_that_as_many_units_have_neither_is_offered(client, make_source):
    make_source(100, township="尹集镇"), make_source(101, township="尹集乡")
    assert offers(client, upload(client, {"乡镇": "尹集乡"})) == {}


@pytest.mark.parametrize("said", [{"constant-township": BY_TITLE}, {"constant-township": "石漫滩乡"}])
def test_an_offer_for_what_a_title_or_the_clerk_says_of_the_whole_file_is_kept_once_it_was_taken(
    client, make_source, said
):
    make_source(100, township="石漫滩街道")
    rows = ["石漫滩乡企业名单"], ["污染源编码", "单位名称"], ["410481-0001", "虚构1号厂"]
    url = client.post(UPLOAD, {"file": SimpleUploadedFile("名单.xlsx", workbooks.of_rows(*rows))}).url
    form = client.get(url, follow=True).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    client.post(f"{url}columns/", sent | said)
    ((found, code),) = offers(client, url).items()
    assert found[1:] == ("石漫滩乡", "石漫滩街道", 1)
    client.post(f"{url}mend/", {"offer": code})
    assert offers(client, url) == {}
    client.post(url, {"reason": "核对"})
    assert PollutionSource.objects.get(number="410481-0001").township == "石漫滩街道"


def test_offers_cost_no_query_per_row(client, make_source, django_assert_max_num_queries):
    make_source(100, township="石漫滩街道")
    rows = [{"乡镇": "石漫滩乡", "法定代表人": "不清楚"} for _ in range(60)]
    with django_assert_max_num_queries(60):
        upload(client, *rows)
