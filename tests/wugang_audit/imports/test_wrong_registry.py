"""A list that was uploaded under the wrong registry is told by its headings, whatever stands above them."""

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from enforcers.importer import OfficerImporter
from sources.importer import SourceImporter
from wugang_audit.imports.models import ImportJob

UNITS = [
    ["序号", "企业名称", "统一社会信用代码", "行业类别"],
    [1, "虚构一号厂", None, "化工"],
    [2, "虚构二号厂", None, "化工"],
]
OFFICERS = [["序号", "姓名", "执法证号", "所在中队"], [1, "周一甲", "16040000001", "一中队"]]
# Nearly as many headings are the other registry's, but not that of the names.
POSTS = [
    ["姓名", "单位及职务", "证件号码", "证件有效期", "电话"],
    ["周一甲", "一中队 队员", "16040000001", "长期", None],
]

pytestmark = pytest.mark.usefixtures("specialities")


def rather(importer, *rows):
    table = importer.read_workbook(workbooks.of_rows(*rows))
    return table.rather, table.rows


@pytest.mark.parametrize("titles", [[], ["舞钢市名册"], ["执法人员名单"], ["企业名单", "单位：（盖章）"]])
def test_a_list_is_told_to_be_the_other_registry_s_under_any_title(titles):
    above = [[title] for title in titles]
    assert rather(OfficerImporter(), *above, *UNITS) == ("sources", [])
    assert rather(SourceImporter(), *above, *OFFICERS) == ("officers", [])
    assert rather(SourceImporter(), *UNITS)[0] == rather(OfficerImporter(), *OFFICERS)[0] == ""


def test_the_heading_of_the_names_decides_where_most_others_could_be_either_s():
    assert rather(SourceImporter(), *POSTS)[0] == "officers"
    assert rather(OfficerImporter(), *POSTS)[0] == ""


def test_names_and_codes_alone_are_a_list_of_units_and_no_special_one():
    assert rather(OfficerImporter(), ["单位名称", "统一社会信用代码"], ["虚构一号厂", None])[0] == "sources"


def test_a_list_of_nothing_but_names_is_told_by_what_they_are_called():
    assert rather(OfficerImporter(), ["企业名称"], ["虚构一号厂"])[0] == "sources"
    assert rather(SourceImporter(), ["姓名"], ["周一甲"])[0] == "officers"
    assert rather(SourceImporter(), ["养殖户", "姓名"], ["虚构养殖户", "周一甲"])[0] == ""


def test_the_note_and_its_button_stay_after_the_columns_were_chosen(login, admin):
    client = login(admin)
    content = workbooks.of_rows(["舞钢市执法人员名册"], *OFFICERS)
    page = "/admin/sources/pollutionsource/import/"
    url = client.post(page, {"file": SimpleUploadedFile("名册.xlsx", content)}).url
    client.post(f"{url}columns/", {"column-2": "name"})
    shown = client.get(url)
    assert shown.templates[0].name == "imports/preview.html"
    assert "更像“执法人员名录”，不像“污染源名录”" in shown.content.decode()
    # It was said to be one of units: it waits, like any other.
    assert [each.stands for each in client.get(page).context["waiting"]] == ["待确认"]
    done = client.post(shown.context["move_url"], follow=True)
    assert done.redirect_chain[0][0].startswith("/admin/enforcers/officer/import/")
    assert ImportJob.objects.get(registry="officers").filename == "名册.xlsx"


def test_nothing_of_it_is_told_any_more_once_the_list_was_imported(login, admin):
    client = login(admin)
    page, content = "/admin/sources/pollutionsource/import/", workbooks.of_rows(*OFFICERS)
    url = client.post(page, {"file": SimpleUploadedFile("名册.xlsx", content)}).url
    client.post(f"{url}columns/", {"column-2": "name"})
    client.post(url, {"reason": "核对", "everything": "1"})
    assert ImportJob.objects.get().applied_at
    assert "更像" not in client.get(url).content.decode()
