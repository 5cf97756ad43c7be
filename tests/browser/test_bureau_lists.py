"""Lists as bureaus have them come in by a newcomer's clicks, none of them touched: ten of units, four of officers."""

import bureau_lists
import pytest
from playwright.sync_api import expect

from enforcers.models import Officer
from sources.models import Category, PollutionSource

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("specialities"),
]
UNITS, OFFICERS = "sources/pollutionsource", "enforcers/officer"
# What a newcomer has to say besides pressing on: codes that nobody knows are left empty, questions get the first answer.
COUNTS = {
    "重点名录.xlsx": 12, "许可证清单.xlsx": 15, "普查清单.xlsx": 20, "养殖场.xlsx": 15, "分类台账.xlsx": 16, "企业清单.csv": 12,
    "无表头.xlsx": 10, "分乡镇.xlsx": 15, "只有名称.xlsx": 20, "多处厂址.xlsx": 4, "重点名录.xls": 12, "养殖场.ods": 15,
}  # fmt: skip


def bring_in(page, registry, path):
    """Click a list in as somebody does who has never seen the site; return in how many clicks."""
    page.goto(f"{page.base}/admin/{registry}/import/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="上传并核对").click()
    clicks = 2
    if "/columns/" in page.url:
        page.get_by_role("button", name="按这样读取并核对").click()
        clicks += 1
    while page.get_by_role("link", name="在网页上改").or_(page.get_by_role("link", name="现在回答")).count():
        page.get_by_role("link", name="在网页上改").or_(
            page.get_by_role("link", name="现在回答")
        ).first.click()
        clicks += 1
        for box in page.locator("input[name^='clear-']").all():
            box.check()
            clicks += 1
        for question in page.locator("fieldset.import-question").all():
            question.locator("input[type=radio]").first.check()
            clicks += 1
        page.get_by_role("button", name="按这样读，重新核对").click()
        expect(page.get_by_role("heading", name="核对后导入")).to_be_visible()
        clicks += 1
    page.get_by_label("导入说明").fill("年度名录")
    if (every := page.locator("input[name=everything]")).count():
        every.check()
        clicks += 1
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已导入：新增").or_(page.get_by_text("已于"))).to_be_visible()
    return clicks + 2


@pytest.mark.long
def test_lists_of_units_come_in_untouched(admin, open_as, look, tmp_path):
    page = open_as(admin)
    for name, count in COUNTS.items():
        PollutionSource.objects.all().delete()
        path = tmp_path / name
        path.write_bytes(bureau_lists.content(name))
        clicks = bring_in(page, UNITS, path)
        look(page, f"list-{name}")
        assert (name, PollutionSource.objects.count()) == (name, count)
        assert clicks <= 12, name
        if name == "分类台账.xlsx":  # the class of each unit is that of the title above it
            assert PollutionSource.objects.filter(category=Category.KEY).count() == 6
            assert not PollutionSource.objects.undecided().exists()


def test_lists_of_officers_come_in_untouched(admin, open_as, look, tmp_path):
    page = open_as(admin)
    for name, make in bureau_lists.OFFICERS.items():
        Officer.objects.all().delete()
        path = tmp_path / name
        path.write_bytes(make())
        bring_in(page, OFFICERS, path)
        look(page, f"list-{name}")
        assert Officer.objects.count() in (5, 8), name
        assert Officer.objects.drafts().count() == (8 if name == "人员名单.xlsx" else 0)
