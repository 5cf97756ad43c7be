"""The fields in which a file is mended: fixed words to choose from, suggestions where any text may stand, and what is allowed."""

import re

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from enforcers.models import Ability
from sources.columns import COLUMNS
from sources.models import OperatingState, PollutionSource
from wugang_audit.imports import mending
from wugang_audit.spreadsheets.cell_types import allowed_by

UNITS = "/admin/sources/pollutionsource/import/"
OFFICERS = "/admin/enforcers/officer/import/"

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def mend_page(client, header, *rows, at=UNITS):
    content = workbooks.of_rows(header, *rows)
    page = client.post(at, {"file": SimpleUploadedFile("表.xlsx", content)}, follow=True)
    url = page.request["PATH_INFO"].removesuffix("columns/")
    return url, client.get(f"{url}mend/")


def unit(**cells):
    sound = {
        "污染源编码": "410481-0001",
        "单位名称": "虚构厂",
        "监管类别": "一般",
        "行业代码": "2669",
    } | cells
    return list(sound), list(sound.values())


def field_of(page, header):
    """The field of the one group of a column, and what its options are."""
    (group,) = (each for each in page.context["groups"] if each.header == header)
    html = page.content.decode()
    select = re.search(rf'<select name="text-{group.code}".*?</select>', html, re.S)
    options = re.findall(r'<option value="([^"]+)"', select[0]) if select else []
    return group, options


@pytest.mark.parametrize(
    "column", [each for each in COLUMNS if allowed_by(each.rule)], ids=lambda each: each.header
)
def test_a_column_of_fixed_words_offers_them_and_nothing_else(client, column):
    url, page = mend_page(client, *unit(**{column.header: "说不清"}))
    group, options = field_of(page, column.header)
    assert tuple(options) == allowed_by(column.rule)
    assert f'<input type="text" name="text-{group.code}"' not in page.content.decode()
    done = client.post(f"{url}mend/", {f"text-{group.code}": options[-1]}, follow=True)
    assert not [fault for fault in done.context["preview"].faults if fault.header == column.header]


def test_a_chosen_word_is_what_is_imported(client):
    url, page = mend_page(client, *unit(生产状态="半停"))
    group, options = field_of(page, "生产状态")
    assert options == ["停产", "季节性生产", "正常生产"]
    client.post(f"{url}mend/", {f"text-{group.code}": "停产"})
    client.post(url, {"reason": "核对"})
    assert PollutionSource.objects.get().operating_state == OperatingState.STOPPED


def test_a_free_column_keeps_its_text_field_and_says_what_is_allowed(client):
    _, page = mend_page(client, *unit(统一社会信用代码="12345"))
    group, options = field_of(page, "统一社会信用代码")
    html = page.content.decode()
    assert options == []
    assert f'<input type="text" name="text-{group.code}"' in html
    assert f'id="id_text-{group.code}_helptext">18 位；没有代码的小型养殖场等留空。' in html
    assert "list=" not in html


def test_an_industry_that_cannot_be_read_gets_suggestions(client):
    _, page = mend_page(client, *unit(行业代码="9912"))
    group, _ = field_of(page, "行业代码")
    assert group.offers == ()  # a code of no industry is like none
    found = mending.Group(
        "industry_code", "行业代码", "D", "水泥制品", "错", "改", "", True, True, False, rows=[2]
    )
    from sources.importer import SourceImporter

    mending.suggest(SourceImporter(), [found])
    assert ("3021", "3021 水泥制品制造") in found.offers


def test_a_column_of_several_words_suggests_them_beside_free_text(client):
    _, page = mend_page(client, *unit(重点单位类型="水环境、气味"))
    group, _ = field_of(page, "重点单位类型")
    assert [value for value, _ in group.offers][:2] == ["水环境", "地下水污染防治"]
    assert f'list="offers-{group.code}"' in page.content.decode()


def test_an_unknown_speciality_gets_those_that_there_are(client, specialities):
    header = ["姓名", "执法证号", "执法证有效期至", "擅长行业"]
    row = ["虚构甲", "16041040001", "2099-01-01", "烟花"]
    url, page = mend_page(client, header, row, at=OFFICERS)
    group, _ = field_of(page, "擅长行业")
    names = {each.name for each in specialities.values()}
    assert {value for value, _ in group.offers} == names
    chosen = sorted(names)[0]
    client.post(f"{url}mend/", {f"text-{group.code}": chosen})
    client.post(url, {"reason": "核对"})
    assert Ability.objects.get().speciality.name == chosen


def test_where_only_a_part_of_a_cell_is_wrong_the_field_says_that_the_whole_is_replaced(client):
    header = ["姓名", "执法证号", "执法证有效期至", "回避单位"]
    row = ["虚构甲", "16041040001", "2099-01-01", "没有的厂、另一没有的厂"]
    _, page = mend_page(client, header, row, at=OFFICERS)
    assert "请写出整格的内容" in page.content.decode()


def test_suggestions_are_looked_up_for_one_page_only(client, monkeypatch):
    from sources.importer import SourceImporter

    asked = []
    monkeypatch.setattr(SourceImporter, "suggestions", lambda self, *cell: asked.append(cell) or ())
    header, _ = unit()
    rows = [
        list(unit(污染源编码=f"410481-{n:04d}", 单位名称=f"虚构{n}厂", 行业代码=f"99{n:02d}")[1])
        for n in range(1, 71)
    ]
    mend_page(client, header, *rows)
    assert len(asked) == 50
