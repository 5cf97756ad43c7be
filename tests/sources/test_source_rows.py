"""Which rows of a list of units are units, and which must be ticked first."""

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.imports import jobs
from wugang_audit.imports.diff import tick

pytestmark = pytest.mark.usefixtures("specialities")


def examined(*rows):
    return SourceImporter().examine(workbooks.of_rows(*rows), "x.xlsx")[0]


def new_names(preview):
    return [each.title for each in preview.differences]


def test_sums_divisions_and_headings_in_the_column_of_names_are_told_and_left_out():
    preview = examined(
        ["序号", "企业名称", "乡镇", "数量"], [1, "甲厂", "尚店镇", 1], [None, "本页小计", None, 4], [None, "尚店镇合计", None, 1],
        [None, "以下为2026年新增", None, None], [2, "乙厂", "尚店镇", None], [None, "电话", None, None], [None, "（以下空白）", None, None],
        [None, "无", None, None], [None, "……", None, None],
    )  # fmt: skip
    assert (new_names(preview), preview.faults) == (["甲厂", "乙厂"], [])
    skipped = [notice for notice in preview.notices if "已跳过" in notice]
    assert skipped == [
        "合计、填表人等不是数据的行已跳过：第3、4、8、10行", "只有一个标题的行已跳过：第5行", "名称一格里只是列名（如“电话”）的行已跳过：第7行",
        "只有“无”“-”一类的行已跳过：第9行",
    ]  # fmt: skip


def test_a_unit_with_a_number_of_its_own_is_one_whatever_its_name():
    assert new_names(examined(["污染源编码", "单位名称"], ["1-1", "平均"])) == ["平均"]


def test_a_list_written_sideways_is_explained():
    preview = examined(["企业名称", "甲厂"], ["乡镇", "尚店镇"], ["电话", "0375-8000001"])
    assert [fault.problem for fault in preview.faults] == [
        "名称一列里只有列名，这张表可能是横着写的，或者一格列名、一格内容"
    ]


def test_a_row_that_is_hardly_a_unit_comes_in_only_with_its_tick(admin):
    content = workbooks.of_rows(
        ["企业名称", "地址"],
        ["甲厂", "东路"],
        ["（环评：1号）", "二厂区"],
        ["尚店镇", "政府院内"],
        ["电话", "乡镇"],
        ["特殊监管单位", "以下另列"],
        ["序号", "厂名全称"],
    )
    job = jobs.submit(SourceImporter(), SimpleUploadedFile("x.xlsx", content), admin)
    doubts = {each.title: each.doubt for each in job.stored_preview.differences}
    assert doubts == {
        "甲厂": "", "（环评：1号）": "名称只是一段括号里的话", "尚店镇": "名称只是“乡镇（街道）”那样的一个地名或机构",
        "电话": "名称只是一个列名", "序号": "名称只是一个列名",
        "特殊监管单位": "名称只是“监管类别”一列里的话",
    }  # fmt: skip
    assert job.stored_preview.guards == 5
    assert jobs.confirm(SourceImporter(), job, ticked=[tick(4)]) == jobs.APPLIED
    assert set(PollutionSource.objects.values_list("name", flat=True)) == {"甲厂", "尚店镇"}


def test_the_page_says_why_a_new_row_must_be_ticked(login, admin):
    rows = (
        ["企业名称", "监管类别", "行业代码", "污染源编码"],
        ["甲厂", "一般", "2669", None],
        ["（环评：1号）", "一般", "2669", None],
    )
    upload = {"file": SimpleUploadedFile("x.xlsx", workbooks.of_rows(*rows))}
    page = login(admin).post("/admin/sources/pollutionsource/import/", upload, follow=True).content.decode()
    assert "新增，但名称只是一段括号里的话" in page
    assert 'value="3:"' in page
