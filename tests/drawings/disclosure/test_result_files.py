"""The files of published results: the rows of the list, in every program, streamed, and given back when nobody reads on."""

import csv
import datetime
import io
import re
import threading

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redaction_cases import LAW

from drawings.disclosure import exports, objection_file, result_files, result_rows
from drawings.models import Correction, Inspection, Measure, PublishedResult, Redaction, Selection
from drawings.models.published_results import empty

URL = "/results/results.csv"


@pytest.fixture
def results(draw_in, report):
    rows = Inspection.objects.filter(selection__draw=draw_in("published"))
    return [report(row, outcome="ordered", summary=f"第{number}家\n两行") for number, row in enumerate(rows)]


def table(response):
    assert response.status_code == 200 and response.streamed
    text = response.content.decode()
    assert text.startswith("\ufeff")
    return [dict(row) for row in csv.DictReader(io.StringIO(text[1:], newline=""))]


def sheet(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content), data_only=False)
    header, *rows = book["检查结果"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows], book


def test_a_file_has_all_rows_of_the_list_and_of_its_filter(results, stranger, monkeypatch):
    monkeypatch.setattr(result_rows, "BATCH", 2)
    rows = table(stranger.get(URL))
    numbers = [row["污染源编码"] for row in rows]
    assert numbers == sorted(each.selection.source.number for each in results)
    key = [row["污染源编码"] for row in rows if row["类别"] == "重点排污单位"]
    assert [row["污染源编码"] for row in table(stranger.get(f"{URL}?category=key"))] == key
    assert 0 < len(key) < len(rows)
    one = table(stranger.get(URL, {"q": results[0].selection.name}))
    row = results[0]
    assert one == [
        {
            "抽查编号": "2026Q4", "年度": "2026", "季度": "4", "污染源编码": row.selection.source.number,
            "单位名称": row.selection.name, "类别": row.selection.get_stratum_display(),
            "乡镇（街道）": row.published_result.township, "行业大类代码": row.published_result.industry,
            "行业大类": one[0]["行业大类"], "行业专业组": row.published_result.speciality,
            "抽查事项": row.item.subject, "检查日期": f"{timezone.localdate(row.visited_at)}", "检查结论": "责令改正",
            "发现问题": "是", "处理措施": "", "检查情况": "第0家\n两行", "更正": "",
            "公开日期": f"{timezone.localdate(row.published_at)}",
            "演示抽签": "是",
            "网页": f"http://testserver/units/{row.selection.source.number}/#2026Q4",
        }
    ]  # fmt: skip


def test_a_workbook_says_the_same_and_brings_its_dictionary(results, stranger):
    found, book = sheet(stranger.get("/results/results.xlsx"))
    said = [{key: "" if value is None else str(value)[:10000] for key, value in row.items()} for row in found]
    expected = table(stranger.get(URL))
    for row in said:
        row["检查日期"], row["公开日期"] = row["检查日期"][:10], row["公开日期"][:10]
    assert said == expected
    notes = list(book["数据说明"].iter_rows(values_only=True))
    assert [what for what, _ in notes] == ["使用", *found[0]]
    assert "请注明来源" in notes[0][1]


def test_nothing_in_a_file_is_a_formula(results, stranger):
    Inspection.objects.filter(pk=results[0].pk).update(summary='=HYPERLINK("http://evil")')
    (line,) = [row["检查情况"] for row in table(stranger.get(URL)) if "HYPERLINK" in row["检查情况"]]
    assert line.startswith("'=")
    book = sheet(stranger.get("/results/results.xlsx"))[1]
    cells = [cell for row in book["检查结果"].iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_file_says_what_was_done_corrected_hidden_and_withdrawn(results, stranger, organiser):
    measured, corrected, hidden, gone, *_ = results
    Measure.objects.create(inspection=measured, kind="order", due_on="2026-12-01")
    for text in ("面积应为 3 亩", "HIDDEN-correction"):
        Correction.objects.create(inspection=corrected, text=text, by=organiser)
    secret = corrected.corrections.last()
    about = {"legal_reason": LAW, "redacted_on": "2026-12-20", "declared_by": organiser}
    draw = hidden.selection.draw
    Redaction.objects.create(
        draw=draw, text="correction", correction=secret, target=f"correction/{secret.pk}", **about
    )
    Redaction.objects.create(
        draw=draw, text="summary", inspection=measured, target=f"summary/{measured.pk}", **about
    )
    Redaction.objects.create(
        draw=draw, text="finding", inspection=hidden, target=f"finding/{hidden.pk}", **about
    )
    empty(Inspection.objects.get(pk=hidden.pk))
    Selection.objects.filter(pk=gone.selection_id).update(name="")
    rows = {row["污染源编码"]: row for row in table(stranger.get(URL))}
    of = {each: rows[each.selection.source.number] for each in (measured, corrected, hidden, gone)}
    instead = f"【已依法隐去】2026年12月20日，法律理由：{LAW}"
    assert of[measured]["处理措施"] == "责令改正（2026-12-01 前改正）"
    assert of[measured]["检查情况"] == instead
    today = timezone.localdate()
    assert of[corrected]["更正"] == f"{today}：面积应为 3 亩\n{today}：{instead}"
    blank = ("检查日期", "发现问题", "处理措施", "乡镇（街道）", "行业大类", "行业专业组")
    assert (of[hidden]["检查结论"], of[hidden]["检查情况"]) == ("已依法隐去", instead)
    assert [of[hidden][name] for name in blank] == [""] * 6
    assert of[gone]["单位名称"] == "名称已撤下"
    assert gone.selection.name not in stranger.get(URL).content.decode()


def test_a_row_alone_makes_nothing_public(results, stranger):
    number = results[0].selection.source.number
    Inspection.objects.filter(pk=results[0].pk).update(state="approved")
    assert number not in {row["污染源编码"] for row in table(stranger.get(URL))}
    assert number not in {row.number for row in stranger.get("/results/").context["page"].rows}


def test_each_quarter_and_year_has_its_file(results, stranger):
    page = stranger.get("/results/files/").content.decode()
    links = re.findall(r'href="(/results/files/[^"]+)"', page)
    assert links == [
        f"/results/files/{period}.{kind}" for period in ("2026", "2026Q4") for kind in ("csv", "xlsx")
    ]
    assert [table(stranger.get(url)) for url in links[::2]] == [table(stranger.get(URL))] * 2
    for url in ("2025.csv", "2026Q3.xlsx", "2026Q5.csv", "26.csv", "2026.ods", "2026Q4.CSV"):
        assert stranger.get(f"/results/files/{url}").status_code == 404
    assert "2026Q4.csv" in stranger.get("/results/files/2026Q4.csv")["Content-Disposition"]


def test_without_results_the_list_of_files_says_so(db, stranger):
    assert "还没有公开的检查结果" in stranger.get("/results/files/").content.decode()


def test_every_column_stands_in_the_dictionary(results, stranger):
    page = stranger.get("/results/dictionary/").content.decode()
    header = [*table(stranger.get(URL))[0], *(column.header for column in objection_file.COLUMNS)]
    assert re.findall(r'<th scope="row" id="\w+">([^<]+)</th>', page) == header
    assert "请注明来源" in page and "文字或数字" not in page


def test_what_the_dictionary_says_of_a_column_is_what_stands_in_its_cells(results, stranger):
    """Days and whole numbers are such in a workbook; a day stands at the left, or it would touch the text behind it."""
    [found, *_], book = sheet(stranger.get("/results/results.xlsx"))
    stands = {"整数": int, "日期": datetime.datetime, "文字": str, "网址": str}
    for column in result_rows.COLUMNS:
        kind = column.kind.partition("（")[0]
        assert found[column.header] is None or type(found[column.header]) is stands[kind], column.header
    of_day = [cell for cell in book["检查结果"][2] if isinstance(cell.value, datetime.datetime)]
    assert [cell.alignment.horizontal for cell in of_day] == ["left", "left"]
    assert book["检查结果"].page_setup.fitToWidth == 1  # all its columns on one page


def test_a_question_that_makes_no_sense_goes_back_to_its_page(results, stranger):
    answer = stranger.get(f"{URL}?since=x&q=a", follow=True)
    assert answer.redirect_chain == [("/results/?since=x&q=a", 302)]
    assert "不是日期" in answer.content.decode()


def test_only_so_many_are_made_at_once(results, monkeypatch):
    monkeypatch.setattr(exports, "PLACES", threading.BoundedSemaphore(1))
    # The end of a request would end the connection that holds the test's own transaction.
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    made, client, meanwhile = result_files.pieces, Client(), []

    def slow(*asked):
        if not meanwhile:
            meanwhile.append(client.get("/results/files/2026.xlsx"))
            meanwhile.append(client.head(URL))  # nothing is made for it
        yield from made(*asked)

    monkeypatch.setattr(result_files, "pieces", slow)
    assert client.get(URL).status_code == 200
    busy, head = meanwhile
    assert (busy.status_code, busy["Retry-After"], head.status_code) == (503, "10", 200)
    assert "同时下载的人太多" in busy.content.decode()
    assert client.get("/results/files/2026.xlsx").status_code == 200


def test_one_that_fails_half_way_gives_its_place_back(results, monkeypatch):
    monkeypatch.setattr(exports, "PLACES", threading.BoundedSemaphore(1))

    def broken(*_):
        yield b"x"
        raise RuntimeError

    monkeypatch.setattr(result_files, "pieces", broken)
    with pytest.raises(RuntimeError):
        Client().get(URL)
    assert exports.PLACES.acquire(blocking=False)


def test_a_head_and_a_range_are_answered_soundly(results, stranger):
    whole = stranger.get(URL)
    with CaptureQueriesContext(connection) as queries:
        head = Client().head(URL)
    assert not [query for query in queries if "publishedresult" in query["sql"] and "summary" in query["sql"]]
    assert b"".join(head.streaming_content) == b""
    for name in ("Content-Type", "Content-Disposition", "Accept-Ranges"):
        assert head[name] == whole[name]
    assert "Content-Length" not in head and head["Accept-Ranges"] == "none"
    part = stranger.get(URL, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (200, whole.content)


def test_it_asks_as_often_for_six_rows_as_for_one(results, stranger):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            table(stranger.get(url))
        return len(captured)

    one = PublishedResult.objects.first()
    name = one.inspection.selection.name
    assert queries(URL) + 3 == queries(f"{URL}?q={name}")  # the name is looked up first
