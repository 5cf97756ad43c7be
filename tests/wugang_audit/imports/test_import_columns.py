"""The page on which a clerk says which sheet, header row and columns are meant; and what is remembered of it."""

import io

import openpyxl
import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from workbooks import UNIT_HEADER

from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.imports.models import HeaderSynonym, ImportJob

WHY = {"reason": "十月名录核对"}  # what the clerk says where the changes come from
UPLOAD = "/admin/sources/pollutionsource/import/"
MAPPED = {"column-1": "number", "column-2": "name", "column-3": "category", "column-4": "industry_code"}

pytestmark = pytest.mark.usefixtures("specialities")


book = workbooks.of_sheets
STRANGE = [["市局号", "厂子", "管哪类", "行当"], ["410481-0001", "一厂", "一般", "2669"]]


def upload(client, content, name="名录.xlsx"):
    """Upload and follow: return the address at which the clerk arrives, and the page."""
    page = client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)}, follow=True)
    return page.request["PATH_INFO"], page


@pytest.fixture
def client(login, admin):
    return login(admin)


def test_columns_that_cannot_be_told_lead_to_the_page_and_from_there_to_the_preview(client):
    url, page = upload(client, book(表=STRANGE))
    assert url.endswith("/columns/")
    assert [each.samples for each in page.context["layout"].columns][1] == ("一厂",)
    done = client.post(url, MAPPED, follow=True)
    assert (done.request["PATH_INFO"], done.context["preview"].new) == (url.removesuffix("columns/"), 1)
    client.post(done.request["PATH_INFO"], WHY)
    assert PollutionSource.objects.get().name == "一厂"


def test_a_mapping_says_what_is_missing_and_what_was_chosen_twice(client):
    url, _ = upload(client, book(表=STRANGE))
    page = client.post(url, MAPPED | {"column-4": "name"})
    twice = "B列、D列都选了“单位名称”，请只留一列，其余选“（不读取）”。"
    assert page.context["form"].non_field_errors() == [twice]
    page = client.post(url, MAPPED | {"column-2": ""})
    assert page.context["form"].non_field_errors() == ["还没有指定必填的“单位名称”是哪一列。"]
    assert ImportJob.objects.get().choice == {}


def test_what_is_remembered_reads_the_next_file_whoever_uploads_it(client, login, person):
    url, _ = upload(client, book(表=STRANGE))
    done = client.post(url, MAPPED | {"remember": "on"}, follow=True)
    client.post(done.request["PATH_INFO"], WHY)
    assert dict(HeaderSynonym.objects.values_list("key", "attribute")) == {
        "市局号": "number", "厂子": "name", "管哪类": "category", "行当": "industry_code",
    }  # fmt: skip
    other = login(person("admin2", Role.ADMIN))
    url, page = upload(other, book(表=[STRANGE[0], ["410481-0002", "二厂", "一般", "2669"]]))
    assert (url.endswith("/columns/"), page.context["preview"].new) == (False, 1)
    assert list(page.context["preview"].notices) == [
        "按以前的选择，列“市局号”当作“污染源编码”、“厂子”当作“单位名称”、“管哪类”当作“监管类别”、“行当”当作“行业代码”读取"
    ]


def test_nothing_is_remembered_without_the_tick_nor_of_names_that_are_known_anyway(client):
    url, _ = upload(client, book(表=STRANGE))
    client.post(url, MAPPED)
    assert HeaderSynonym.objects.count() == 0
    url, _ = upload(client, book(表=[UNIT_HEADER, ["410481-0001", "一厂", "一般", "2669"]]))
    client.post(f"{url}columns/", MAPPED | {"remember": "on"})
    assert HeaderSynonym.objects.count() == 0


def test_what_was_remembered_wrongly_is_forgotten_when_the_column_gets_its_own_name_back(client, admin):
    HeaderSynonym.objects.create(registry="sources", key="厂名称", attribute="remarks", user=admin)
    rows = [[*UNIT_HEADER, "备注"], ["410481-0001", "一厂", "一般", "2669", ""]]
    HeaderSynonym.objects.create(registry="sources", key="备注", attribute="address", user=admin)
    url, _ = upload(client, book(表=rows))
    done = client.post(f"{url}columns/", MAPPED | {"column-5": "remarks", "remember": "on"}, follow=True)
    client.post(done.request["PATH_INFO"], WHY)
    assert list(HeaderSynonym.objects.values_list("key", flat=True)) == ["厂名称"]


def test_several_lists_in_one_workbook_lead_to_the_page_and_the_chosen_one_is_read(client):
    both = book(
        一月=[UNIT_HEADER, ["410481-0001", "一厂", "一般", "2669"]],
        二月=[[*UNIT_HEADER, "备注"], ["410481-0002", "二厂", "一般", "2669", ""]],
    )
    url, page = upload(client, both)
    assert url.endswith("/columns/")
    assert "有 2 张工作表可能是名录（一月、二月），请选一张" in page.content.decode()
    page = client.get(url, {"sheet": "一月", "header_row": page.context["layout"].header_row})
    assert (page.context["layout"].sheet, len(page.context["layout"].columns)) == ("一月", 4)
    done = client.post(f"{url}?sheet=一月&header_row=1", MAPPED, follow=True)
    assert (done.context["preview"].sheet, done.context["preview"].new) == ("一月", 1)


def test_another_header_row_can_be_tried_and_nonsense_in_the_address_changes_nothing(client):
    url, _ = upload(client, book(表=[["一览"], ["甲", "乙"], *STRANGE]))
    tried = client.get(url, {"sheet": "表", "header_row": "3"}).context["layout"]
    assert (tried.header_row, [each.text for each in tried.columns]) == (3, STRANGE[0])
    for nonsense in (
        {"sheet": "没有"},
        {"sheet": "表", "header_row": "x"},
        {"sheet": "表", "header_row": "9999"},
    ):
        assert client.get(url, nonsense).context["layout"].header_row == 3


def test_the_faulty_workbook_of_a_mapped_import_comes_back_and_goes_through_once_corrected(client):
    rows = [*STRANGE, ["410481-0002", "二厂", "其它", "2669"]]
    url, _ = upload(client, book(表=rows))
    preview = client.post(url, MAPPED | {"remember": "on"}, follow=True).request["PATH_INFO"]
    marked = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{preview}marked/").streaming_content)))
    cell = marked["表"]["C3"]
    assert "是不认识的写法" in cell.comment.text
    cell.value, cell.comment = "一般", None
    url, page = upload(client, workbooks.saved(marked))
    assert (page.context["preview"].faults, page.context["preview"].new) == ((), 2)


def test_a_csv_file_shows_its_encoding_and_can_be_mapped(client):
    text = "\r\n".join(",".join(row) for row in STRANGE)
    url, page = upload(client, text.encode("gb18030"), "名录.csv")
    assert "按 GB18030 编码读取" in page.content.decode()
    done = client.post(url, MAPPED, follow=True)
    assert done.context["preview"].new == 1


def test_nobody_chooses_for_another_or_after_the_import(client, login, person):
    url, _ = upload(client, book(表=STRANGE))
    assert login(person("admin2", Role.ADMIN)).get(url).status_code == 404
    preview = client.post(url, MAPPED).url
    client.post(preview, WHY)
    assert client.get(url).url == preview
    assert client.post(url, MAPPED).url == preview


def test_the_command_asks_for_the_sheet_where_several_could_be_the_list(tmp_path, capsys):
    path = tmp_path / "名录.xlsx"
    path.write_bytes(
        book(
            一月=[UNIT_HEADER, ["410481-0001", "一厂", "一般", "2669"]],
            二月=[UNIT_HEADER, ["410481-0002", "二厂", "一般", "2669"]],
        )
    )
    with pytest.raises(CommandError, match="有几张工作表可能是名录：一月、二月。请用 --sheet 指定一张"):
        call_command("import_sources", path, reason="十月名录核对")
    call_command("import_sources", path, sheet="二月", reason="十月名录核对")
    assert PollutionSource.objects.get().name == "二厂"


def test_a_list_without_a_header_loses_no_row(client):
    firms = [[n, f"舞钢市虚构{n}号有限公司", "尚店镇"] for n in range(1, 4)]
    url, page = upload(client, book(表=firms))
    assert page.context["layout"].header_row == 0
    assert "第一行就像内容，所以按没有表头读取" in page.content.decode()
    assert "（无表头）" in page.content.decode()
    done = client.post(url, {"column-2": "name", "column-3": "township"}, follow=True)
    assert done.context["preview"].new == 3
    client.post(done.request["PATH_INFO"], WHY)
    assert PollutionSource.objects.count() == 3


def test_the_clerk_says_that_there_is_no_header_and_a_number_out_of_range_is_explained(client):
    url, _ = upload(client, book(表=STRANGE))
    tried = client.get(url, {"sheet": "表", "header_row": "0"}).context["layout"]
    assert (tried.header_row, tried.columns[1].samples) == (0, ("厂子", "一厂"))
    for wrong in ("-1", "1001", "x"):
        page = client.get(url, {"sheet": "表", "header_row": wrong}).content.decode()
        assert "表头的行号请填 0 到 1000 之间的整数：没有表头的填 0。" in page
    done = client.post(f"{url}?sheet=表&header_row=0", MAPPED | {"column-1": ""}, follow=True)
    assert done.context["preview"].header_row == 0
