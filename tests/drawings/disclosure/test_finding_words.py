"""The text of a published finding with its meaning: every line that there is, and the hidden as everywhere."""

import pytest
from redaction_cases import LAW, hide, publish

from drawings.disclosure.finding_words import Names, meaning
from drawings.models import Inspection

NAMES = Names(
    {"water": "废水"}, {"general/eia": "环评和“三同时”", "water/outlet": "排放口规范", "outlet": "排放口规范"}
)
LINES = [
    ("finding/2", "这是一份检查结果，按第 2 种写法"),
    ("draw\t2026Q4", "抽查编号 2026Q4"),
    ("unit\t410481-0001", "被检查的单位，污染源编码 410481-0001"),
    ("visited\t2026-10-09", "检查日期 2026年10月9日"),
    ("checklist\twater\t5", "用了检查清单“废水”第 5 版"),
    ("outcome\tordered", "检查结论：责令改正"),
    ("measure\torder\t2026-11-09", "处理措施：责令改正，2026年11月9日前改正"),
    ("measure\turge\t-", "处理措施：现场督促整改，没有改正期限"),
    ("point\twater/outlet\tfail", "检查项目“排放口规范”：不符合"),
    ("point\tgeneral/eia\tpass", "检查项目“环评和‘三同时’”：符合"),
    ("clause\twater/outlet\t第一条", "检查项目“排放口规范”在检查当天有效的依据：第一条"),
    ("reading\tDW001\t氨氮\t61.5\tmg/L\t50\tover", "现场读数：DW001 的氨氮 61.5 mg/L，许可限值 50，超过限值"),
    ("reading\tDW001\tpH\t7\t-\t-\t-", "现场读数：DW001 的pH 7，许可证没有写限值"),
    ("facility\tTA001\toff", "治理设施 TA001：没有运行"),
    ("outcome clean", "检查结论：未发现问题"),
    ("summary 生产 正常。", "检查情况：生产 正常。"),
    ("point outlet pass", "检查项目“排放口规范”：符合"),
    ("outcome\tnothing-known", "这一行的写法见协议。"),
    ("later\tword", "这一行的写法见协议。"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "words"), LINES, ids=[line for line, _ in LINES])
def test_each_line_has_its_meaning(line, words):
    assert meaning(line, NAMES) == words


def test_the_page_has_the_text_to_the_letter_until_it_is_hidden(published_draw, reviewer, head, stranger):
    visit = Inspection.objects.filter(selection__draw=published_draw).first()
    url = f"/draws/2026Q4/findings/{visit.selection.source.number}/"
    assert stranger.get(url).status_code == 404
    publish(visit, reviewer, head, "生产正常")
    explained = stranger.get(url).context["explained"]
    text = stranger.get(f"{url[:-1]}.txt").content.decode()
    assert "".join(f"{line.text}\n" for line in explained.lines) == text
    assert "这一行的写法见协议。" not in [line.meaning for line in explained.lines]
    assert url in stranger.get(f"/units/{visit.selection.source.number}/").content.decode()
    hide(published_draw, f"finding/{visit.pk}", reviewer, head)
    gone = stranger.get(url)
    assert (gone.status_code, LAW in gone.content.decode()) == (410, True)
