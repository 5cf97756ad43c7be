"""Where faults are read: the page of a file of which nothing could be read, and the faults of a preview by kind and page."""

import re
from urllib.parse import parse_qs

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from pages import said

from wugang_audit.imports.models import PreviewPage

UPLOAD = "/admin/sources/pollutionsource/import/"
WHY = {"reason": "十月名录核对"}

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, content, name="名录.xlsx"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)}).url


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\xff" * 5000])
def test_a_file_that_cannot_be_read_has_a_page_of_its_own(client, content):
    url = upload(client, content, "图片.png")
    page = client.get(url)
    html = page.content.decode()
    assert page.context["title"] == "污染源名录：这个文件不能导入"
    (fault,) = page.context["preview"].faults
    assert f"<b>{fault.problem}。</b>" in html
    assert f"怎么办：{fault.fix}。" in html
    assert "名录没有变动，网站上也没有存这个文件。" in html
    for nonsense in ("核对后导入", "import-figures", "有错的行", "整个文件"):
        assert nonsense not in html
    assert f'href="{url}discard/">不要这个文件了</a>' in html
    assert f'enctype="multipart/form-data" action="{UPLOAD}"' in html
    assert said(client.post(url, WHY, follow=True)) == [
        "文件有错误，没有导入。请按下面的说明改好后重新上传。"
    ]


def test_a_file_beyond_a_limit_says_which(client, monkeypatch):
    monkeypatch.setattr("wugang_audit.spreadsheets.reader.MAX_ROWS", 1)
    url = upload(
        client,
        workbooks.of_units(["410481-0001", "一厂", "一般", "2669"], ["410481-0002", "二厂", "一般", "2669"]),
    )
    html = client.get(url).content.decode()
    assert "<b>数据超过 1 行。</b>" in html
    assert "怎么办：请分成几个文件导入。" in html


def many_faults():
    rows = [[f"410481-{n:04d}", f"虚构{n}厂", "其它", "2669"] for n in range(1, 121)]
    return workbooks.of_units(*rows, ["410481-0500", "", "一般", "2669"])


def test_the_faults_of_a_preview_are_filtered_by_kind_and_paged_in_the_address(client):
    url = upload(client, many_faults())
    page = client.get(url)
    found = page.context["found"]
    kind, other = found.kinds
    assert (list(found.kinds.values()), len(found.faults), found.pages) == ([120, 1], 100, 2)
    narrow = client.get(url, {"fault": kind, "page": "2"})
    found = narrow.context["found"]
    assert (found.kind, len(found.faults), found.total, found.number) == (kind, 20, 120, 2)
    html = narrow.content.decode()
    assert f'<option value="{kind}" selected>{kind}（120 处）</option>' in html
    back = {"fault": [kind], "page": ["1"]}
    assert parse_qs(re.search(r'href="\?([^"]*)#faults" rel="prev"', html)[1].replace("&amp;", "&")) == back
    (fault,) = client.get(url, {"fault": other}).context["found"].faults
    assert fault.row == 122
    rows = client.get(f"{url}rows/", {"kind": "faults", "fault": kind, "page": "2"})
    assert len(rows.context["found"].faults) == 20
    html = rows.content.decode()
    assert '<input type="hidden" name="kind" value="faults">' in html
    kept = parse_qs(re.search(r'href="\?([^"]*)#faults" rel="prev"', html)[1].replace("&amp;", "&"))
    assert kept == {"kind": ["faults"]} | back


@pytest.mark.parametrize(
    "asked", [{"fault": "没有这一类"}, {"page": "x"}, {"page": "999999999"}, {"page": "²"}]
)
def test_an_address_that_asks_for_what_is_not_there_shows_all(client, asked):
    found = client.get(upload(client, many_faults()), asked).context["found"]
    assert (found.kind, found.total) == ("", 121)


def test_a_file_with_more_faults_than_the_preview_keeps_lists_them_all(client, monkeypatch):
    monkeypatch.setattr("wugang_audit.imports.preview.LISTED", 5)
    url = upload(client, many_faults())
    assert client.get(url).context["found"].total == 121
    PreviewPage.objects.all().delete()  # as they are a day later
    assert client.get(url).context["found"].total == 5
