"""A clerk's patched workbook in a real browser: mapped by hand, partly faulty, corrected as it came back, undone."""

import re

import openpyxl
import pytest
import workbooks
from playwright.sync_api import expect
from workbooks import UNIT_HEADER

from sources.models import PollutionSource
from wugang_audit.imports import jobs, worker
from wugang_audit.imports.importer import importer_of
from wugang_audit.imports.models import ImportJob

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("specialities"),
]


@pytest.fixture
def book(tmp_path, make_source):
    """Two lists in one file, headers of the clerk's own, a rename, two faulty rows of six."""
    make_source(1, number="410481-7001", name="虚构老字号建材厂", category="general", industry_code="3021")
    units = [
        ("虚构新字号建材厂", "一般", "3021"), ("虚构二号养殖场", "一般", "0313"), ("虚构三号水泥厂", "其它", "3011"),
        ("虚构四号铸造厂", "重点", "3391"), ("虚构五号印染厂", "别的", "1713"), ("虚构六号加油站", "一般", "5265"),
    ]  # fmt: skip
    this_year = [
        ["舞钢市污染源一览表（虚构）"],
        ["市局号", "厂子", "管哪类", "行当", "信用代码", "备考"],
        *([f"410481-7{serial:03d}", *unit, "", "无"] for serial, unit in enumerate(units, 1)),
        ["合计", "6 家"],
    ]
    last_year = [UNIT_HEADER, ["410481-7001", "虚构老字号建材厂", "一般", "3021"]]
    path = tmp_path / "一览表.xlsx"
    path.write_bytes(workbooks.of_sheets(今年=this_year, 去年=last_year))
    return path


def upload(page, path):
    page.goto(f"{page.base}/admin/sources/pollutionsource/import/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="上传并核对").click()


def names():
    return dict(PollutionSource.objects.filter(is_active=True).values_list("number", "name"))


def test_a_mapped_partly_faulty_import_is_corrected_in_the_workbook_that_comes_back(
    book, admin, open_as, look, tmp_path
):
    page = open_as(admin)
    upload(page, book)

    # The columns cannot be told by their names: the clerk says which sheet, and which column is what ...
    page.get_by_label("工作表").select_option("今年")
    page.get_by_role("button", name="换成这样读").click()
    expect(page.get_by_label("表头在第几行")).to_have_value("2")
    look(page, "import-columns")
    for letter, column in (
        ("A", "污染源编码"), ("B", "行业名称"), ("C", "监管类别"), ("D", "行业代码"),
    ):  # fmt: skip
        page.get_by_label(f"{letter}列读作").select_option(column)
    page.get_by_role("button", name="按这样读取并核对").click()

    # ... is told what he forgot, and fixes it.
    expect(page.get_by_text("还没有指定必填的“单位名称”是哪一列。").first).to_be_visible()
    page.get_by_label("B列读作").select_option("单位名称（必填）")
    page.get_by_role("button", name="按这样读取并核对").click()

    # Two rows are faulty; the good ones come in by choice, the rename without its tick does not.
    expect(page.get_by_text("有 2 处错误，什么都没有写入")).to_be_visible()
    expect(page.get_by_text("第5行 C列")).to_be_visible()
    expect(page.get_by_text("第7行 C列")).to_be_visible()
    look(page, "import-partly-faulty")
    page.get_by_text("先导入没有错误的行").click()
    page.get_by_label("我知道有错的 2 行这次不进名录").check()
    page.get_by_label("导入说明").fill("十月名录核对")
    page.get_by_role("button", name="导入没有错误的行").click()
    expect(page.get_by_text("有错的 2 行没有导入。").first).to_be_visible()
    assert names() == {
        "410481-7001": "虚构老字号建材厂", "410481-7002": "虚构二号养殖场", "410481-7004": "虚构四号铸造厂",
        "410481-7006": "虚构六号加油站",
    }  # fmt: skip

    # The faulty rows come back in the clerk's own workbook; corrected there, they go through unasked.
    look(page, "import-partly-done")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^下载")).click()
    back = tmp_path / "back.xlsx"
    download.value.save_as(back)
    marked = openpyxl.load_workbook(back)
    sheet = marked["今年"]
    faulty = {cell.coordinate: cell for row in sheet.iter_rows(min_row=3) for cell in row if cell.comment}
    assert sorted(cell.value for cell in faulty.values()) == ["其它", "别的"]
    for cell in faulty.values():
        cell.value, cell.comment = "一般", None
    del marked["去年"]
    marked.save(back)
    upload(page, back)
    expect(page.get_by_text("没有错误。请看过下面的变动，再确认导入。")).to_be_visible()
    page.get_by_label("导入说明").fill("十月名录核对")
    page.get_by_role("button", name=re.compile("^确认导入")).click()
    expect(page.locator(".messages .note--success")).to_be_visible()
    assert len(names()) == 6


def test_a_rename_counts_once_it_is_ticked_and_the_import_can_be_undone(book, admin, open_as, look):
    page = open_as(admin)
    path = book.parent / "改名.xlsx"
    renamed = ["410481-7001", "虚构新字号建材厂", "一般", "3021"]
    path.write_bytes(workbooks.of_units(renamed, ["410481-7009", "虚构老字号建材厂", "一般", "3021"]))
    upload(page, path)
    look(page, "import-ticks")
    expect(page.get_by_text("还有 2 处没有勾选")).to_be_visible()
    page.get_by_label("第2行单位名称算数").check()
    expect(page.get_by_text("还有 1 处没有勾选")).to_be_visible()
    page.get_by_label("导入说明").fill("十月名录核对")
    page.get_by_role("button", name=re.compile("^确认导入")).click()
    expect(page.get_by_text("没有勾选的 1 处保持名录原样。").first).to_be_visible()
    assert names() == {"410481-7001": "虚构新字号建材厂"}

    page.goto(f"{page.base}/admin/sources/pollutionsource/import/")
    page.get_by_role("link", name="历次导入").click()
    look(page, "import-history")
    page.get_by_role("link", name="撤销").first.click()
    look(page, "import-undo")
    page.get_by_label("撤销原因").fill("改错了名字")
    page.get_by_role("button", name=re.compile("撤销")).click()
    page.wait_for_load_state()
    assert names() == {"410481-7001": "虚构老字号建材厂"}


def test_a_wrong_answer_stays_with_the_others_and_enter_answers_for_no_other_cell(
    book, admin, open_as, look, tmp_path
):
    page = open_as(admin)
    path = tmp_path / "错码.xlsx"
    codes = "9I410481317593588N", "9141O481105484945P", "12345"
    units = [[f"410481-70{n}0", f"虚构{n}号建材厂", "一般", "3021", code] for n, code in enumerate(codes, 1)]
    path.write_bytes(workbooks.of_units(*units, more=["统一社会信用代码"]))
    upload(page, path)
    page.get_by_role("link", name="在网页上改").click()
    look(page, "import-mend")
    page.get_by_label("统一社会信用代码“12345”改成").fill("54321")
    page.keyboard.press("Enter")
    expect(page.get_by_text("还没有重新核对：有 1 处需要改正")).to_be_visible()
    expect(page.get_by_label("统一社会信用代码“12345”改成")).to_have_value("54321")
    look(page, "import-mend-wrong")
    page.get_by_label("统一社会信用代码“12345”改成").fill("")
    page.get_by_label("留空", exact=True).nth(2).check()
    page.get_by_role("button", name="统一社会信用代码“9I410481317593588N”改成 91410481317593588N").click()
    expect(page.get_by_text("还有 1 处错误").first).to_be_visible()
    expect(page.get_by_text("第3行 · 虚构2号建材厂")).to_be_visible()


def test_a_long_file_is_worked_on_while_the_page_is_closed(book, admin, open_as, look, settings, monkeypatch):
    settings.IMPORT_AT_ONCE = 0
    asked = []
    monkeypatch.setattr(worker, "start", asked.append)

    def work():  # what the process of its own would do
        job = ImportJob.objects.select_related("owner").get(pk=asked.pop())
        jobs.work(importer_of(job.registry), job, progress=True)

    path = book.parent / "长.xlsx"
    path.write_bytes(workbooks.of_units(["410481-7008", "虚构八号纸厂", "一般", "2221"]))
    page = open_as(admin)
    upload(page, path)
    expect(page.get_by_text("正在读取，已读 0%。")).to_be_visible()
    look(page, "import-working")
    page.goto("about:blank")
    work()
    page.goto(f"{page.base}/admin/sources/pollutionsource/import/")
    look(page, "import-waiting")
    page.get_by_role("link", name="长.xlsx", exact=True).click()
    page.get_by_label("导入说明").fill("十月名录核对")
    page.get_by_role("button", name=re.compile("^确认导入")).click()
    expect(page.get_by_text("正在写入名录，请稍候。")).to_be_visible()
    work()
    expect(page.get_by_text("导入名录。")).to_be_visible()  # the page looks again by itself
    assert names()["410481-7008"] == "虚构八号纸厂"
