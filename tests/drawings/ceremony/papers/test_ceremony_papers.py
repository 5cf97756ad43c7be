"""The papers of a draw: notice, minutes, deposits, witnesses; and the page for the projector."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from docx.oxml.ns import qn
from pages import said

from drawings.ceremony.papers import minutes as papers
from drawings.ceremony.papers import notice, verbs
from drawings.models import Deposit, Draw, LogEntry
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry


def last_chain():
    """The chain value of the last row that is about the draw: the head of the audit trail follows it."""
    return LogEntry.objects.of_draw("2026Q4").last().chain


def test_the_notice_bears_the_commit_as_text_and_code_and_all_that_it_fixes(desk, frozen_draw, organiser):
    verbs.name_witnesses(draw=frozen_draw, witnesses="林见证，社区居民", actor=organiser)
    page = desk.get("/ceremony/2026Q4/notice/")
    text = page.content.decode()
    assert page.context["notice"].entry.chain == last_chain()
    assert page.context["notice"].qr == notice.qr(frozen_draw.commit_digest)
    assert page.context["notice"].qr.startswith("data:image/svg+xml")
    for part in (
        frozen_draw.commit_digest, last_chain(), "系统随机数", "参加抽签 5 家 × 25/100，有小数进一 = 2 家", "6 家",
        "首次抽签", "结果随即公开", "林见证，社区居民", "见证人：",
    ):  # fmt: skip
        assert part in text, part


def test_a_draft_has_no_papers(desk, draft):
    for path in ("notice/", "minutes/", "minutes.docx", "deposit/", "show/"):
        assert desk.get(f"/ceremony/2026Q4/{path}").status_code == 404, path


def test_the_minutes_tell_who_when_what_and_the_result(published_draw, organiser):
    Draw.objects.filter(pk=published_draw.pk).update(witnesses="林见证，社区居民\n白见证，企业代表")
    published_draw.refresh_from_db()
    minutes = papers.minutes_of(published_draw)
    assert minutes.people == [
        ("建立抽签", "沈组织"),
        ("冻结名单", "沈组织"),
        ("录入随机数", "沈组织"),
        ("公布", "沈组织"),
        ("见证人", "林见证，社区居民；白见证，企业代表"),
    ]
    assert [what for _, what in minutes.times] == [
        "建立抽签", "冻结名单，公布承诺值", "确认随机数：系统随机数", "算出结果", "下达任务，公布结果"
    ]  # fmt: skip
    assert dict(minutes.digests)["承诺值"] == published_draw.commit_digest
    assert dict(minutes.digests)["result.tsv"] == published_draw.files.get(name="result.tsv").digest
    # The head of the trail that the publication itself put into the log comes after it.
    last = LogEntry.objects.filter(kind="publish").get()
    assert dict(minutes.digests)[f"日志第 {last.index} 条链值"] == last.chain
    rows = [(row.number, row.rank, row.team) for row in minutes.result]
    stored = [
        (selection.source.number, selection.rank, tuple(member.name for member in selection.team.all()))
        for selection in published_draw.selections.all()
    ]
    assert rows == stored


def test_the_word_file_says_the_same_as_the_page(desk, published_draw):
    answer = desk.get("/ceremony/2026Q4/minutes.docx")
    assert answer["Content-Disposition"] == 'attachment; filename="minutes-2026Q4.docx"'
    document = Document(BytesIO(answer.content))
    words = "\n".join(
        [paragraph.text for paragraph in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    minutes = papers.minutes_of(published_draw)
    for part in (
        minutes.title, minutes.bureau, published_draw.commit_digest, last_chain(), minutes.quotas[0].arithmetic,
        minutes.result[-1].name, "、".join(minutes.result[-1].team), "见证人：",
    ):  # fmt: skip
        assert part in words, part


def test_word_is_told_a_font_for_chinese(desk, published_draw):
    document = Document(BytesIO(desk.get("/ceremony/2026Q4/minutes.docx").content))
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Normal", "Title")
    }
    assert fonts == {"Normal": "仿宋", "Title": "黑体"}


def test_witnesses_are_kept_a_line_each_until_the_result_is_published(desk, frozen_draw, organiser):
    page = desk.post(
        "/ceremony/2026Q4/witnesses/", {"witnesses": " 林见证，  居民 \r\n\r\n白见证，企业"}, follow=True
    )
    assert said(page) == ["见证人已记下。"]
    assert Draw.objects.get().witnesses == "林见证， 居民\n白见证，企业"
    page = desk.post("/ceremony/2026Q4/witnesses/", {"witnesses": "林见证， 居民\n白见证，企业"}, follow=True)
    assert said(page) == ["见证人名单没有改动。"]
    Draw.objects.update(state="published")
    with pytest.raises(Refused, match="已公布"):
        verbs.name_witnesses(draw=frozen_draw, witnesses="别人", actor=organiser)


def test_a_witness_with_control_characters_is_refused(desk, frozen_draw):
    page = desk.post("/ceremony/2026Q4/witnesses/", {"witnesses": "林\x07见证"}, follow=True)
    assert "看不见的字符" in said(page)[0]
    assert Draw.objects.get().witnesses == ""


def test_a_deposit_is_listed_and_put_down_once(desk, frozen_draw, organiser):
    data = {"kind": "notice", "where": "政务大厅公告栏"}
    page = desk.post("/ceremony/2026Q4/deposit/", data, follow=True)
    assert said(page) == ["存放处已登记。"]
    assert "政务大厅公告栏" in page.content.decode()
    page = desk.post("/ceremony/2026Q4/deposit/", data, follow=True)
    assert said(page) == ["这一处存放已经登记过了。"]
    assert Deposit.objects.get().by == organiser
    assert AuditEntry.objects.filter(action="登记承诺值存放").count() == 1
    assert papers.minutes_of(frozen_draw).deposits[0][0] == "纸质公告，见证人签名"


def stamp(content, name="commit.tsr"):
    return {"kind": "timestamp", "where": "某时间戳机构", "upload": SimpleUploadedFile(name, content)}


def test_a_time_stamp_must_hold_the_commit(desk, frozen_draw):
    page = desk.post("/ceremony/2026Q4/deposit/", stamp(b"0\x82" + b"x" * 300), follow=True)
    assert "没有本次的承诺值" in said(page)[0]
    assert not Deposit.objects.exists()
    right = b"0\x82" + bytes.fromhex(frozen_draw.commit_digest) + b"x" * 300
    desk.post("/ceremony/2026Q4/deposit/", stamp(right))
    assert bytes(Deposit.objects.get().file) == right


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"kind": "timestamp", "where": "甲"}, "请上传时间戳文件"),
        ({"kind": "email", "where": "甲", "upload": SimpleUploadedFile("a", b"x")}, "只有可信时间戳"),
        ({"kind": "notice", "where": ""}, "必填"),
        ({"kind": "timestamp", "where": "甲", "upload": SimpleUploadedFile("a", b"x" * 102401)}, "100 KB"),
    ],
)
def test_a_deposit_with_a_fault_is_shown_again(desk, frozen_draw, data, reason):
    page = desk.post("/ceremony/2026Q4/deposit/", data)
    assert reason in str(page.context["form"].errors)
    assert not Deposit.objects.exists()


def test_the_show_holds_the_result_in_order_and_rolls_names_of_the_frozen_pool(desk, drawn_draw):
    page = desk.get("/ceremony/2026Q4/show/")
    stored = list(drawn_draw.selections.values_list("stratum", "rank", "name"))
    assert [(unit.stratum, unit.rank, unit.name) for unit in page.context["result"]] == stored
    assert {code: len(names) for code, names in page.context["names"].items()} == {
        "key": 5, "special": 3, "general": 9
    }  # fmt: skip
    assert 'id="show-names" type="application/json"' in page.content.decode()


def test_each_page_of_the_papers_asks_a_fixed_number_of_queries(
    desk, published_draw, django_assert_max_num_queries
):
    for path in ("notice/", "minutes/", "minutes.docx", "show/"):
        with django_assert_max_num_queries(30):
            assert desk.get(f"/ceremony/2026Q4/{path}").status_code == 200
