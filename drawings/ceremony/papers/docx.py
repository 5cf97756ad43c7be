"""The minutes of a draw as a Word file."""

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from .minutes import Fact, Minutes

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Fonts that every Chinese Windows has; Word takes the East Asian one for Chinese characters only if it is named.
BODY, HEADING, LATIN = "仿宋", "黑体", "Times New Roman"


def word_file(minutes: Minutes) -> bytes:
    """Return the file; what a sealed draw keeps secret is in it only where the minutes hold it."""
    document = Document()
    _set_up(document)
    title = document.add_heading(minutes.title, level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(minutes.bureau).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _pairs(document, "基本情况", minutes.facts)
    _pairs(document, "到场和经办人员", minutes.people)
    _pairs(document, "时间", minutes.times)
    _pairs(document, "指纹（SHA-256）", minutes.digests, small=True)
    heads = ("来源", "期号或次数", "揭晓时间", "结果", "录入人")
    _table(document, "随机来源", heads, minutes.sources)
    rows = [(quota.label, quota.arithmetic, f"{quota.take} 家") for quota in minutes.quotas]
    _table(document, "抽取数目", ("类别", "算法", "抽取"), rows)
    if minutes.since:
        changes = [Fact(each.label, str(each.count)) for each in minutes.changes] or [Fact("变动", "0")]
        _pairs(document, f"名录自上次抽签（{minutes.since}）以来的变动", changes)
    if minutes.deposits:
        _pairs(document, "承诺值存放处", minutes.deposits)
    if minutes.result is not None:
        rows = [
            (str(n), each.name, each.number, each.label, "、".join(each.team) + "（跨专业）" * each.is_cross)
            for n, each in enumerate(minutes.result, 1)
        ]
        heads = ("序", "单位", "编码", "类别", "检查组（组长在前）")
        _table(document, f"抽取结果（{len(rows)} 家）", heads, rows)
    elif minutes.is_sealed:
        document.add_paragraph("结果密封：名单不在本记录内，解封以后另附。")
    document.add_heading("签字", level=1)
    for who in minutes.signatures:
        document.add_paragraph(f"{who}：____________________　　____年__月__日")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: DocumentFile) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2.2)
    for name, font, size in (("Normal", BODY, 11), ("Title", HEADING, 18), ("Heading 1", HEADING, 13)):
        style = document.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        style.font.color.rgb = None
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme font would win over the one named here
        fonts.set(qn("w:eastAsia"), font)


def _pairs(document: DocumentFile, title: str, pairs: list[Fact], *, small: bool = False) -> None:
    _table(document, title, None, pairs, small=small)


def _table(
    document: DocumentFile,
    title: str,
    heads: tuple[str, ...] | None,
    rows: Sequence[tuple[str, ...]],
    *,
    small: bool = False,
) -> None:
    document.add_heading(title, level=1)
    width = len(heads) if heads else len(rows[0])
    table = document.add_table(rows=0, cols=width, style="Table Grid")
    table.autofit = True
    for row in ([heads] if heads else []) + list(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.font.size = Pt(8 if small and len(text) == 64 else 10)
            run.bold = row is heads
    if width == 2:
        for row in table.rows:
            row.cells[0].width, row.cells[1].width = Cm(4.6), Cm(11.6)
