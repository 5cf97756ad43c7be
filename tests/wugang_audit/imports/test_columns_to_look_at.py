"""The page of columns: what a clerk should look at stands open, a guess is marked as one, the rest is folded."""

import re

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

UPLOAD = "/admin/sources/pollutionsource/import/"
CODE = "91410481317593588N"
KNOWN = {
    "单位名称": "虚构{}号厂", "监管类别": "一般", "行业代码": "2669", "乡镇": "尚店镇", "地址": "尚店镇某村", "备注": "无",
    "法定代表人": "虚构人", "联系人": "虚构人", "联系电话": "13800000000", "生产状态": "正常生产",
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def columns_page(client, cells):
    """Upload a list of these columns; return the address of the page of columns, and the page."""
    content = workbooks.of_rows(
        list(cells), *([text.format(n) for text in cells.values()] for n in range(1, 4))
    )
    page = client.post(UPLOAD, {"file": SimpleUploadedFile("名录.xlsx", content)}, follow=True)
    url = page.request["PATH_INFO"].removesuffix("columns/")
    return f"{url}columns/", client.get(f"{url}columns/")


def shown(page):
    form = page.context["form"]
    return [[row.column.text for row in rows] for rows in (form.to_look_at(), form.settled())]


def fold(page):
    """The element that holds the settled columns: its attributes and its summary."""
    found = re.search(
        r'<details class="import-added"([^>]*)>\s*<summary>(.*?)</summary>', page.content.decode()
    )
    return found[1].strip(), found[2]


def test_a_guess_is_marked_and_stands_apart_from_what_was_recognised(client):
    _, page = columns_page(client, {"不知何列": "某物"} | KNOWN | {"市里的号": CODE})
    asked, settled = shown(page)
    assert asked == ["市里的号", "不知何列"]
    assert settled == list(KNOWN)
    html = page.content.decode()
    assert "要看一看的 2 列（其中 1 列是按内容猜的）" in html
    assert html.count('class="is-guessed"') == 1
    assert '<span class="tag tag--warn">按内容猜的，请核对</span>' in html
    assert html.count('class="is-unread"') == 1
    assert fold(page) == ("", f"已认出 {len(KNOWN)} 列")
    assert html.index("要看一看的") < html.index("已认出")


def test_a_short_list_is_not_folded(client):
    few = dict(list(KNOWN.items())[:4])
    _, page = columns_page(client, few | {"不知何列": "某物"})
    assert fold(page) == ("open", "已认出 4 列")


def test_what_holds_nothing_asks_for_no_look(client):
    _, page = columns_page(client, KNOWN | {"序号": "{}", "空着的": ""})
    asked, settled = shown(page)
    assert (asked, settled) == ([], [*KNOWN, "序号", "空着的"])
    assert fold(page) == ("", f"已认出 {len(KNOWN)} 列，不读取的 2 列")


def test_nothing_is_folded_where_something_was_chosen_wrongly(client):
    url, page = columns_page(client, KNOWN | {"不知何列": "某物"})
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    refused = client.post(url, sent | {f"column-{len(KNOWN) + 1}": "name"})
    assert "都选了“单位名称”" in refused.content.decode()
    assert fold(refused)[0] == "open"


def test_what_was_chosen_by_hand_is_not_asked_again(client):
    url, page = columns_page(client, KNOWN | {"市里的号": CODE, "不知何列": "某物"})
    form = page.context["form"]
    client.post(url, {name: form[name].value() or "" for name in form.fields})
    again = client.get(url)
    assert shown(again)[0] == []
    assert fold(again)[1] == f"已认出 {len(KNOWN) + 1} 列，不读取的 1 列"


def test_every_column_stands_on_the_page_once(client):
    _, page = columns_page(client, KNOWN | {"市里的号": CODE, "不知何列": "某物", "序号": "{}"})
    html = page.content.decode()
    for position in range(1, len(KNOWN) + 4):
        assert html.count(f'<select name="column-{position}"') == 1
