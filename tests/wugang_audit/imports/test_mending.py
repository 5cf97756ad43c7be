"""Mending a file in the browser: the same by cell or by all equal cells, questions, rows left out, and what follows from it."""

import re

import bureau_lists
import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from sound_units import units

from sources.importer import SourceImporter
from sources.models import Category, PollutionSource
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports import mending
from wugang_audit.imports.models import ImportJob, Recipe
from wugang_audit.spreadsheets.table import Fault

UPLOAD = "/admin/sources/pollutionsource/import/"
HEADER = ["污染源编码", "单位名称", "监管类别", "行业代码", "统一社会信用代码", "生产状态"]

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def rows(*changes):
    return units(*changes, header=HEADER)


def upload(client, content, name="名录.xlsx"):
    page = client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)}, follow=True)
    return page.request["PATH_INFO"].removesuffix("columns/"), page


def groups(page):
    return {(each.header, each.value): each for each in page.context["groups"]}


def test_equal_cells_are_mended_at_once_and_one_alone(client):
    url, _ = upload(client, rows({"生产状态": "半停"}, {"生产状态": "半停"}, {"生产状态": "歇着"}))
    page = client.get(f"{url}mend/")
    found = groups(page)
    assert [(each.value, each.rows) for each in found.values()] == [("半停", [2, 3]), ("歇着", [4])]
    answers = {
        f"text-{found['生产状态', '半停'].code}": "停产",
        f"text-{found['生产状态', '歇着'].code}": "季节",
    }
    done = client.post(f"{url}mend/", answers, follow=True)
    assert done.request["PATH_INFO"] == url
    assert not done.context["preview"].faults
    assert [(each.header, each.found, each.becomes, each.count) for each in done.context["preview"].applied] == [
        ("生产状态", "半停", "停产", 2), ("生产状态", "歇着", "季节", 1),
    ]  # fmt: skip
    client.post(url, {"reason": "核对"})
    states = PollutionSource.objects.order_by("number").values_list("operating_state", flat=True)
    assert list(states) == ["stopped", "stopped", "seasonal"]
    entry = AuditEntry.objects.filter(action="导入污染源名录").get()
    assert entry.changes["corrected"] == [
        "这次一并改的：生产状态“半停”→“停产”，2 行", "这次一并改的：生产状态“歇着”→“季节”，1 行"
    ]  # fmt: skip
    assert not Recipe.objects.exists()


def test_an_unknown_word_is_called_by_its_column_and_by_itself_where_it_is_refused(client):
    url, page = upload(client, rows({"生产状态": "半停"}))
    sentence = "生产状态“半停”是不认识的写法"
    assert sentence in page.content.decode()
    assert f"{sentence}；请改为以下之一：停产" in client.get(f"{url}mend/").content.decode()
    _, page = upload(client, workbooks.of_rows(["名称"], ["虚构甲厂"]), "无列.xlsx")
    form, layout = page.context["form"], page.request["PATH_INFO"]
    sent = {name: form[name].value() or "" for name in form.fields}
    refused = client.post(layout, sent | {"same-1": "operating_state", "same-1-text": "半停"})
    assert refused.context["form"].errors["same-1-text"][0].startswith(f"{sentence}；请改为以下之一：")


def test_cell_by_cell_equal_cells_become_different_things(client):
    url, _ = upload(client, rows({"生产状态": "半停"}, {"生产状态": "半停"}))
    page = client.get(f"{url}mend/?apart=1")
    first, second = page.context["groups"]
    client.post(f"{url}mend/?apart=1", {f"text-{first.code}": "停产", f"text-{second.code}": "正常"})
    client.post(url, {"reason": "核对"})
    assert list(PollutionSource.objects.order_by("number").values_list("operating_state", flat=True)) == [
        "stopped",
        "normal",
    ]


def test_a_group_that_names_objects_takes_no_common_text_but_may_be_emptied(client):
    url, _ = upload(client, rows({"统一社会信用代码": "没办"}, {"统一社会信用代码": "没办"}))
    group = client.get(f"{url}mend/").context["groups"][0]
    assert not group.takes_text
    refused = client.post(f"{url}mend/", {f"text-{group.code}": "91410481317593588N"}, follow=True)
    assert "还没有写要改成什么" in refused.content.decode()
    client.post(f"{url}mend/", {f"clear-{group.code}": "on", f"remember-{group.code}": "on"})
    assert ImportJob.objects.get().stored_preview.new == 2
    assert Recipe.objects.get().becomes == ""
    again, page = upload(client, rows({}, {}, {"统一社会信用代码": "没 办"}))
    assert [(used.how, used.count) for used in page.context["preview"].applied] == [("按记住的改法", 1)]


def test_rows_are_left_out_and_a_whole_kind_is_emptied(client):
    bad = [{"统一社会信用代码": f"41048120000014{n}"} for n in range(3)]
    url, _ = upload(client, rows(*bad, {"行业代码": 313}))
    page = client.get(f"{url}mend/")
    kinds = page.context["kinds"]
    kind = next(name for name in kinds if name.startswith("统一社会信用代码"))
    assert kinds[kind] == 3
    narrow = client.get(f"{url}mend/", {"kind": kind})
    assert narrow.context["may_clear"] and len(narrow.context["groups"]) == 3
    client.post(f"{url}mend/?kind={kind}", {"clear_kind": "1"})
    left = client.get(f"{url}mend/").context["groups"]
    assert [(each.header, each.rows) for each in left] == [("行业代码", [5])]
    done = client.post(f"{url}mend/", {f"leave-{left[0].code}": "on"}, follow=True)
    preview = done.context["preview"]
    assert (preview.new, preview.fault_count) == (3, 0)
    assert "按您的选择没有读取的行：第5行" in preview.notices
    back = client.post(f"{url}mend/", {"start_again": "1"}, follow=True)
    assert back.context["preview"].fault_count == 4


def test_a_required_cell_is_not_emptied(client):
    url, _ = upload(client, rows({"单位名称": 7}))
    group = client.get(f"{url}mend/").context["groups"][0]
    assert not group.may_be_empty
    refused = client.post(f"{url}mend/", {f"clear-{group.code}": "on"}, follow=True)
    assert "还没有写要改成什么" in refused.content.decode()


def test_a_question_is_answered_once_for_all_rows_and_remembered(client):
    url, _ = upload(client, bureau_lists.by_township(), "分乡镇.xlsx")
    client.post(f"{url}columns/", columns(client.get(f"{url}columns/")))
    page = client.get(f"{url}mend/")
    (asked,) = page.context["questions"]
    assert (asked.question.value, asked.question.count) == ("化工类", 8)
    code = asked.question.suggestions[0][0]
    client.post(f"{url}mend/", {f"choice-{asked.code}": code, f"remember-{asked.code}": "on"})
    assert not client.get(f"{url}mend/").context["questions"]
    assert Recipe.objects.get().becomes == code
    kind = client.get(f"{url}mend/").context["kind"]
    client.post(f"{url}mend/?kind={kind}", {"clear_kind": "1"})
    client.post(url, {"reason": "清单"})
    assert PollutionSource.objects.filter(industry_name="化学原料和化学制品制造业").count() == 8
    assert not PollutionSource.objects.undecided().exists()


def columns(page):
    """What the page of columns would send as it stands."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_what_the_file_has_not_is_said_once_and_the_class_is_read_from_its_title(client):
    url, page = upload(client, bureau_lists.key_units())
    assert page.request["PATH_INFO"].endswith("columns/")
    assert [each.column.attribute for each in page.context["form"].absent()] == [
        "number",
        "category",
        "industry_code",
    ]
    sent = columns(page)
    assert sent["constant-category"] == "重点排污单位"
    sent |= {"same-1": "remarks", "same-1-text": "2026 年名录"}
    refused = client.post(f"{url}columns/", sent)
    assert "已经读自G列" in str(refused.context["form"].errors["same-1"])
    sent |= {"same-1": "contact", "same-1-text": "值班室"}
    done = client.post(f"{url}columns/", sent, follow=True)
    assert done.context["preview"].new == 12
    client.post(url, {"reason": "年度名录"})
    first = PollutionSource.objects.order_by("number").first()
    assert (first.number, first.category, first.contact) == ("410481-0001", Category.KEY, "值班室")
    again, _ = upload(client, bureau_lists.key_units(), "又一次.xlsx")
    repeat = client.post(f"{again}columns/", sent, follow=True)
    assert (repeat.context["preview"].new, repeat.context["preview"].changed) == (0, 0)


def test_tables_of_one_sheet_are_read_by_their_titles(client):
    url, page = upload(client, bureau_lists.several_tables())
    sent = columns(page)
    assert sent["constant-category"] == "\tby-title"
    client.post(f"{url}columns/", sent)
    client.post(url, {"reason": "台账"})
    assert PollutionSource.objects.filter(category=Category.KEY).count() == 6
    assert PollutionSource.objects.filter(category=Category.GENERAL).count() == 10


def test_every_row_of_a_preview_stands_on_some_page(client):
    content = workbooks.of_rows(["单位名称"], *[[f"虚构{n}号厂"] for n in range(250)])
    url, page = upload(client, content)
    client.post(f"{url}columns/", columns(page))
    seen = []
    for number in (1, 2, 3):
        shown = client.get(f"{url}rows/", {"kind": "new", "page": number})
        seen += [each.title for each in shown.context["differences"]]
    assert seen == [f"虚构{n}号厂" for n in range(250)]
    assert client.get(f"{url}rows/", {"kind": "new", "page": "9999999999"}).status_code == 200
    assert client.get(f"{url}rows/", {"kind": "other"}).status_code == 404


def test_faults_of_one_kind_differ_only_in_what_the_cells_hold():
    one = Fault("校验码不对（若前 17 位无误，末位应是 N）", "", row=3, header="信用代码")
    other = Fault("校验码不对（若前 17 位无误，末位应是 2）", "", row=4, header="信用代码")
    assert mending.kind_of(one) == mending.kind_of(other) == "信用代码：校验码不对"


def test_another_person_does_not_see_the_pages(client, login, person):
    from wugang_audit.access.roles import Role

    url, _ = upload(client, rows({"生产状态": "半停"}))
    stranger = login(person("另一人", Role.ADMIN))
    for page in ("mend/", "rows/?kind=new"):
        assert stranger.get(f"{url}{page}").status_code == 404


def test_groups_keep_their_names_from_page_to_page():
    importer = SourceImporter()
    faults = [Fault("错", "改", "表", n, "F", "生产状态", "半停", "operating_state") for n in (2, 3)]
    (group,) = mending.groups(importer, faults)
    assert group.code == mending.groups(importer, list(reversed(faults)))[0].code
    assert re.fullmatch("[0-9a-f]{16}", group.code)


def test_a_row_that_is_not_the_unit_of_its_name_becomes_a_new_one(client, make_source):
    make_source(1, name="虚构同名厂", township="尹集镇")
    content = workbooks.of_rows(["单位名称", "乡镇"], ["虚构同名厂", "枣林镇"])
    url, page = upload(client, content)
    client.post(f"{url}columns/", columns(page))
    preview = ImportJob.objects.get().stored_preview
    assert [(each.found_by, each.new) for each in preview.differences] == [("单位名称", False)]
    assert "不是同一条，作为新登记" in client.get(url).content.decode()
    client.post(f"{url}mend/", {"separate": "2"})
    preview = ImportJob.objects.get().stored_preview
    assert [(each.new, bool(each.alike)) for each in preview.differences] == [(True, True)]
    client.post(url, {"reason": "两家", "everything": "on"})
    assert PollutionSource.objects.filter(name="虚构同名厂").count() == 2


def test_a_list_of_another_registry_is_noticed(client):
    url, page = upload(client, bureau_lists.officers_with_certificates(), "人员.xlsx")
    assert page.request["PATH_INFO"].endswith("columns/")
    assert "更像“执法人员名录”" in page.content.decode()
    assert not PollutionSource.objects.exists()


def test_a_required_column_may_be_the_same_for_the_whole_file(client, make_source):
    from enforcers.models import Absence, Officer

    Officer.objects.create(name="虚构甲", certificate_number="16041040001", certificate_expiry="2099-01-01")
    content = workbooks.of_rows(["执法证号", "自", "至"], ["16041040001", "2026-10-01", "2026-10-08"])
    address = "/admin/enforcers/absence/import/"
    page = client.post(address, {"file": SimpleUploadedFile("假.xlsx", content)}, follow=True)
    url = page.request["PATH_INFO"]
    assert url.endswith("columns/")
    sent = columns(page) | {"constant-kind": "请假"}
    client.post(url, sent)
    client.post(url.removesuffix("columns/"), {"reason": "国庆"})
    assert Absence.objects.get().kind == "leave"


def test_the_industry_of_a_whole_file_is_said_once(client):
    url, page = upload(client, bureau_lists.livestock(), "养殖场.xlsx")
    sent = columns(page) | {"same-1": "industry_code", "same-1-text": "猪的饲养"}
    client.post(f"{url}columns/", sent)
    client.post(url, {"reason": "养殖场", "everything": "on"})
    assert (
        PollutionSource.objects.count() == PollutionSource.objects.filter(industry_code="0313").count() == 15
    )
    assert not PollutionSource.objects.undecided().exists()


def test_what_an_empty_cell_is_read_as_is_said_where_one_leaves_it_empty(client):
    """To leave a state empty is to register a unit as at work."""
    url, _ = upload(client, rows({"生产状态": "半停"}, {"统一社会信用代码": "123"}))
    page = client.get(f"{url}mend/")
    labels = {
        each.header: page.context["form"][f"clear-{each.code}"].label for each in page.context["groups"]
    }
    assert labels == {"生产状态": "留空（按正常生产登记）", "统一社会信用代码": "留空"}
    sent = {f"clear-{each.code}": "on" for each in page.context["groups"]}
    html = client.post(f"{url}mend/", sent, follow=True).content.decode()
    assert "生产状态“半停”读作“（空，按正常生产登记）”" in html
    assert "统一社会信用代码“123”读作“（空）”" in html
