"""The workbook of a report read back cell by cell."""

import datetime
import io

import openpyxl
import pytest
from django.utils import timezone

from drawings.models import Inspection, Problem
from drawings.statistics import figures, queries, verbs, workbook
from wugang_audit.spreadsheets.row_height import HIGHEST, height_of


@pytest.fixture
def problems(done, organiser):
    """Two problems that go up, one of them a formula, and one that stays here."""
    Problem.objects.all().delete()
    first, second, third = Inspection.objects.order_by("pk")[:3]
    asked = {"asked_by": organiser, "asked_at": timezone.now()}
    Problem.objects.create(inspection=first, kind="report", reason='=HYPERLINK("http://x","y")', goes_up=True, **asked)  # fmt: skip
    Problem.objects.create(
        inspection=second, kind="postpone", reason="洪水，道路不通", goes_up=True, decision="granted",
        answer="同意，延期到月底", postpone_to=datetime.date(2026, 12, 30), decided_at=timezone.now(), decided_by=organiser, **asked,
    )  # fmt: skip
    Problem.objects.create(inspection=third, kind="report", reason="HIDDEN", **asked)
    return first, second


def opened(report):
    return openpyxl.load_workbook(io.BytesIO(bytes(report.workbook)))


def values(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture
def book(done, problems, organiser):
    return opened(verbs.make(draw=done, kind="final", note="", actor=organiser))


def test_the_first_sheet_says_every_figure(book, done, organiser, settings):
    sheet = book.worksheets[0]
    rows = values(sheet)
    assert sheet.title == "汇总表"
    assert rows[0][0] == "2026年第4季度“双随机、一公开”抽查汇总表"
    assert rows[1][0] == f"填报单位：{settings.BUREAU_NAME}　　抽签编号：2026Q4　　检查期限：2026-12-31"
    assert rows[2][0] == "编制日期：2027-04-26　　编制人：沈组织　　第 1 版"
    assert rows[3] == ["指标", "计量单位", "重点排污单位", "特殊监管对象", "一般排污单位", "合计"]
    counts = queries.quarter(done).counts
    wanted = []
    for group in figures.GROUPS:
        wanted.append([group.name] + [None] * 5)
        wanted += [
            [figure.name, figure.unit]
            + [counts.of(figure.code, stratum) for stratum in ("key", "special", "general", "")]
            for figure in group.figures
        ]
    assert rows[4 : 4 + len(wanted)] == wanted
    assert [row[0] for row in rows[4 + len(wanted) :]] == [
        None,
        "审核批准（签字）：　　　　　　　　　　　　　　　　单位（盖章）：",
    ]


def test_the_second_sheet_says_what_each_figure_counts(book):
    rows = values(book.worksheets[1])
    assert book.worksheets[1].title == "指标说明"
    assert rows[1] == ["部分", "指标", "计量单位", "统计的是什么"]
    assert rows[2:] == [
        [group.name, figure.name, figure.unit, figure.definition]
        for group in figures.GROUPS
        for figure in group.figures
    ]


def test_the_third_sheet_lists_what_goes_upwards_as_text(book, problems):
    sheet = book.worksheets[2]
    rows = values(sheet)
    assert sheet.title == "困难和问题"
    assert rows[1] == ["序号", "单位", "类别", "类型", "提出日期", "原因", "处理", "答复"]
    one, other = problems
    day = f"{timezone.localdate():%Y-%m-%d}"
    kinds = [row.selection.get_stratum_display() for row in problems]
    assert rows[2:] == [
        [1, one.selection.name, kinds[0], "报告困难或问题", day, '=HYPERLINK("http://x","y")', "还没有答复", None],
        [2, other.selection.name, kinds[1], "申请延期", day, "洪水，道路不通", "同意", "同意，延期到月底"],
    ]  # fmt: skip
    cell = sheet["F3"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)  # text, whatever it begins with


def test_nothing_to_report_is_said(done, organiser):
    Problem.objects.all().delete()
    book = opened(verbs.make(draw=done, kind="final", note="", actor=organiser))
    assert values(book.worksheets[2])[2][0] == "本季度没有需要上报的困难和问题。"


def test_it_prints_on_a4_across_with_its_headings_on_each_page(book):
    for sheet, rows, frozen in zip(
        book.worksheets, ("$4:$4", "$2:$2", "$2:$2"), ("C5", "A3", "A3"), strict=True
    ):
        setup = sheet.page_setup
        assert (setup.orientation, str(setup.paperSize), setup.fitToWidth, setup.fitToHeight) == (
            "landscape", "9", 1, 0,
        )  # fmt: skip
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.print_title_rows, sheet.freeze_panes) == (rows, frozen)
        assert all(
            sheet.column_dimensions[openpyxl.utils.get_column_letter(n)].width
            for n in range(1, sheet.max_column + 1)
        )


def test_an_interim_report_says_so_above_its_figures(draw_of, filler, organiser, clock):
    draw = draw_of(4)
    filler(draw).fill("submitted")
    rows = values(opened(verbs.make(draw=draw, kind="interim", note="", actor=organiser)).worksheets[0])
    assert rows[0][0].endswith("抽查进度表")
    assert rows[3][0] == "进度表：本季度的检查还没有结束，不作为上报的数据。"
    assert rows[4][:2] == ["指标", "计量单位"]


def test_why_it_was_made_again_is_printed(done, organiser):
    verbs.make(draw=done, kind="final", note="", actor=organiser)
    Problem.objects.update(goes_up=False)
    Problem.objects.filter(pk=Problem.objects.first().pk).update(goes_up=True, reason="新的困难")
    second = verbs.make(draw=done, kind="final", note="补报\n困难", actor=organiser)
    rows = values(opened(second).worksheets[0])
    assert rows[2][0].endswith("第 2 版") and rows[3][0] == "说明：补报 困难"


def test_rows_are_as_high_as_their_longest_text(done, organiser):
    """LibreOffice and WPS show a row of a file as high as the file says: what does not fit is not seen."""
    reason, answer = "该单位在两县交界处。" * 30, "已函告邻县。" * 80
    asked = {"asked_by": organiser, "asked_at": timezone.now()}
    Problem.objects.all().delete()
    Problem.objects.create(
        inspection=Inspection.objects.first(), kind="report", reason=reason, goes_up=True, decision="answered",
        answer=answer, decided_at=timezone.now(), decided_by=organiser, **asked,
    )  # fmt: skip
    made = verbs.make(draw=done, kind="final", note="", actor=organiser)
    Problem.objects.update(answer="已函告。")
    note = "答复有改动。" * 30
    figures_of, definitions, problems = opened(
        verbs.make(draw=done, kind="final", note=note, actor=organiser)
    ).worksheets
    for sheet in (definitions, problems):
        for row in sheet.iter_rows(min_row=3):
            cells = [
                (str(cell.value or ""), sheet.column_dimensions[cell.column_letter].width) for cell in row
            ]
            assert sheet.row_dimensions[row[0].row].height == height_of(cells)
            assert {cell.alignment.vertical for cell in row} == {"top"}
    assert opened(made).worksheets[2].row_dimensions[3].height > problems.row_dimensions[3].height
    assert problems.row_dimensions[3].height >= 300 / 26 * 15  # 52 digits are 26 characters
    assert figures_of.row_dimensions[4].height >= 2 * 15  # the note, across the table


def test_the_longest_texts_fit_into_the_highest_row():
    widths = {key: width for _, width, key in workbook._PROBLEMS}
    for key in ("reason", "answer"):
        longest = "一" * Problem._meta.get_field(key).max_length
        assert height_of([(longest, widths[key])]) < HIGHEST
