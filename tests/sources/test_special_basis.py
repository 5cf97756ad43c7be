"""A unit that a list puts under special supervision is asked for its basis, as the form for many units asks."""

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from source_workbooks import workbook

from sources.importer import import_file, preview
from sources.models import PollutionSource
from sources.special_basis import NEEDED

pytestmark = pytest.mark.usefixtures("specialities")

UPLOAD = "/admin/sources/pollutionsource/import/"
SPECIAL, KEY, GENERAL = "特殊监管对象", "重点排污单位", "一般排污单位"
LETTER = "虚构函〔2026〕3号"
ASKED = "with-special_basis"
WITHOUT = "是特殊监管对象，但没有填特殊监管依据"


@pytest.fixture
def columns(login, admin):
    """Upload rows, or a workbook; return the client, the job's address and the page of columns with what it would send."""

    def do(*rows, content=None):
        client = login(admin)
        file = SimpleUploadedFile("名录.xlsx", content or workbooks.of_rows(*rows))
        url = client.post(UPLOAD, {"file": file}).url
        page = client.get(url, follow=True)
        form = page.context["form"]
        return client, url, page, {name: form[name].value() or "" for name in form.fields}

    return do


def held():
    return dict(PollutionSource.objects.order_by("number").values_list("name", "special_basis"))


def test_a_whole_file_of_special_supervision_does_not_come_in_without_its_basis(columns):
    client, url, _, sent = columns(["特殊监管对象名单"], ["单位名称"], ["甲厂"], ["乙厂"])
    assert (sent["constant-category"], sent[ASKED]) == (SPECIAL, "")
    page = client.post(f"{url}columns/", sent)
    assert page.context["form"].errors == {ASKED: [NEEDED]}
    client.post(f"{url}columns/", sent | {ASKED: LETTER})
    client.post(url, {"reason": "核对", "everything": "1"})
    assert held() == {"甲厂": LETTER, "乙厂": LETTER}


def test_a_clerk_who_chooses_the_class_is_asked_then(columns):
    client, url, _, sent = columns(["单位名称"], ["甲厂"])
    assert ASKED not in sent
    page = client.post(f"{url}columns/", sent | {"constant-category": SPECIAL})
    assert page.context["form"].errors == {ASKED: [NEEDED]}
    assert 'name="with-special_basis"' in page.content.decode()
    assert client.post(f"{url}columns/", sent | {"constant-category": GENERAL}).url == url


def test_a_column_of_classes_stops_nobody_and_it_is_told_whose_basis_is_missing(columns):
    content = workbook({"监管类别": "特殊"}, {"监管类别": "重点"})
    assert preview(content, "x.xlsx").lacking == []
    assert f"{WITHOUT}：第2行" in preview(content, "x.xlsx").notices


def test_a_basis_that_the_registry_holds_stays(admin, tmp_path, capsys):
    import_file(workbook({"监管类别": "特殊", "特殊监管依据": "旧文"}, {"监管类别": "特殊"}), "x.xlsx", admin)
    file = tmp_path / "x.xlsx"
    file.write_bytes(workbook({"监管类别": "特殊"}, {"监管类别": "特殊"}))
    call_command("import_sources", file, reason="核对", basis=LETTER)
    assert "名录里已有特殊监管依据，保持原样：第2行" in capsys.readouterr().out
    assert held() == {"1厂": "旧文", "2厂": LETTER}


def test_a_class_that_is_not_ticked_brings_no_basis_either(columns, admin):
    """What goes with a change of class is nothing without it."""
    import_file(workbook({"监管类别": "重点", "重点单位类型": "水"}, {"监管类别": "一般"}), "x.xlsx", admin)
    rows = [
        {"监管类别": "特殊", "特殊监管依据": LETTER, "特殊监管原因": "信访", "备注": "看过"} for _ in range(2)
    ]
    client, url, *_ = columns(content=workbook(*rows))
    client.post(url, {"reason": "核对", "tick": ["3:category"]})
    fields = ("category", "special_basis", "special_reason", "remarks")
    assert list(PollutionSource.objects.order_by("number").values_list(*fields)) == [
        ("key", "", "", "看过"),
        ("special", LETTER, PollutionSource.objects.get(number__endswith="2").special_reason, "看过"),
    ]


def test_nobody_is_asked_where_the_registry_or_the_file_tells_it(admin):
    told = workbook({"监管类别": "特殊", "依据": LETTER}, {"监管类别": "重点", "依据": "重点名录"})
    first = preview(told, "x.xlsx")
    assert (first.lacking, [each for each in first.notices if "依据" in each]) == (
        [], ["不是特殊监管对象，没有记依据：第3行"],
    )  # fmt: skip
    import_file(told, "x.xlsx", admin)
    assert held() == {"1厂": LETTER, "2厂": ""}
    assert preview(workbook({"监管类别": "特殊"}), "x.xlsx").lacking == []


def test_the_command_takes_the_basis_as_an_option(tmp_path):
    file = tmp_path / "x.xlsx"
    file.write_bytes(workbook({"监管类别": "特殊"}, {}))
    call_command("import_sources", file, reason="核对", basis=LETTER)
    assert held() == {"1厂": LETTER, "2厂": ""}


def test_a_basis_that_is_too_long_is_refused_on_the_page(columns):
    client, url, _, sent = columns(["特殊监管对象名单"], ["单位名称"], ["甲厂"])
    page = client.post(f"{url}columns/", sent | {ASKED: "长" * 201})
    assert list(page.context["form"].errors) == [ASKED]
