"""What a clerk ticks on the preview: all of it above the button that confirms, that of one row together; and whole new rows."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from sound_units import of_columns, unit

from wugang_audit.imports import filled
from wugang_audit.imports.models import ImportJob
from wugang_audit.imports.preview import LISTED

UPLOAD = "/admin/sources/pollutionsource/import/"
HEADER = ["污染源编码", "单位名称", "监管类别", "行业代码", "乡镇", "备注"]

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def registered(make_source):
    for n in (1, 2):
        make_source(
            n,
            number=f"410481-700{n}",
            name=f"虚构老{n}号厂",
            category="general",
            industry_code="2669",
            remarks="旧",
        )


def preview(client, *rows, header=HEADER):
    content = of_columns(rows, header)
    page = client.post(UPLOAD, {"file": SimpleUploadedFile("名录.xlsx", content)}, follow=True)
    return page.request["PATH_INFO"], page


ROWS = (
    unit(7002, 单位名称="虚构新2号厂", 监管类别="重点", 乡镇="尚店镇", 备注="记"),
    unit(9001, 单位名称="虚构老1号厂", 乡镇="尚店镇", 备注="另一家"),
    unit(7001, 单位名称="虚构新1号厂", 监管类别="重点", 乡镇="尚店镇"),
    unit(9002, 单位名称="虚构全新厂", 乡镇="尚店镇", 备注="新登记的"),
)


def test_the_ticks_of_one_row_stand_together(client, registered):
    _, page = preview(client, *ROWS)
    ticks = page.context["sections"].ticks
    assert [(row.difference.row, [box.value for box in row.boxes]) for row in ticks] == [
        (2, ["2:name", "2:category"]), (3, ["3:"]), (4, ["4:name", "4:category", "4:remarks"]),
    ]  # fmt: skip
    html = page.content.decode()
    assert html.count('rowspan="2"') == html.count('rowspan="3"') == 1
    assert "虚构新1号厂<br>410481-7001</span></th>" in html


def test_all_ticks_stand_above_the_button_that_confirms_and_are_counted_beside_it(client, registered):
    _, page = preview(client, *ROWS)
    html = page.content.decode()
    places = [html.rindex('name="tick"'), html.index("确认导入（"), html.index("6 处要勾选才算数</p>")]
    assert places == sorted(places)
    assert 'data-ticks-left="6"' in html
    assert html.index("将要更改的登记") > places[-1]


def test_beside_faulty_rows_the_ticks_stand_where_the_good_rows_are_confirmed(client, registered):
    url, page = preview(client, *ROWS, unit(9003, 监管类别="说不清"))
    html = page.content.decode()
    fold = html[
        html.index("先导入没有错误的行") : html.index(
            "</details>\n", html.rindex("导入没有错误的行</button>")
        )
    ]
    assert fold.count('name="tick"') == html.count('name="tick"') == 6
    assert (
        fold.rindex('name="tick"')
        < fold.index("导入没有错误的行</button>")
        < fold.index("6 处要勾选才算数</p>")
    )
    client.post(url, {"reason": "核对", "good_only": "1", "tick": ["2:name", "3:"]})
    done = client.get(url).content.decode()
    assert "勾选过、已经算数的变动" in done
    assert done.count('name="tick"') == 0


def test_a_row_taken_for_a_unit_by_its_name_has_its_own_tick_first(client, registered):
    row = {"单位名称": "虚构老1号厂", "监管类别": "重点"}
    url, _ = preview(client, row, header=list(row))
    url = url.removesuffix("columns/")
    form = client.get(f"{url}columns/").context["form"]
    client.post(f"{url}columns/", {name: form[name].value() or "" for name in form.fields})
    (row,) = client.get(url).context["sections"].ticks
    assert [(box.value, box.is_whole) for box in row.boxes] == [("2:", True), ("2:category", False)]


def test_a_new_unit_is_listed_by_its_name_with_all_that_its_row_says_folded(client):
    _, page = preview(client, *ROWS[3:], unit(9004))
    html = page.content.decode()
    assert (
        "<li>虚构全新厂 <span>第2行，410481-9002，一般排污单位，行业 2669 其他专用化学产品制造，尚店镇</span>"
        in html
    )
    new, other = page.context["sections"].added
    held = dict(new.filled)
    assert (held["监管类别"], held["行业代码"], held["备注"]) == (
        "一般排污单位",
        "2669 其他专用化学产品制造",
        "新登记的",
    )
    assert "污染源编码" not in held and "单位名称" not in held
    assert not {"备注", "乡镇（街道）"} & dict(other.filled).keys()  # what is empty is not listed
    assert "<dt>备注</dt><dd>新登记的</dd>" in html
    rows = client.get(f"{page.request['PATH_INFO']}rows/?kind=new").content.decode()
    assert "<dt>备注</dt><dd>新登记的</dd>" in rows


def test_a_later_row_shows_both_coordinates_of_one_cell(client, monkeypatch):
    monkeypatch.setattr(filled, "LISTED", 0)
    new = unit(9002, 经度="113.51，33.29")
    _, page = preview(client, new, header=list(new))
    (new,) = client.get(f"{page.request['PATH_INFO']}rows/?kind=new").context["differences"]
    assert dict(new.filled)["经度"] == "113.510000、33.290000"


def test_whole_rows_are_kept_of_the_first_looked_up_of_the_later_and_change_nothing_of_the_digest(client):
    preview(client, *(unit(n, 乡镇="尚店镇") for n in range(1, LISTED + 3)))
    job = ImportJob.objects.get()
    kept = job.stored_preview.differences
    assert len(kept) == LISTED and all(each.filled for each in kept)
    later = client.get(f"{UPLOAD}{job.pk}/rows/?kind=new&page=6").context["differences"]
    said = {"监管类别": "一般排污单位", "行业代码": "2669 其他专用化学产品制造", "乡镇（街道）": "尚店镇"}
    assert [(each.title, dict(each.filled)) for each in later] == [
        ("虚构501号厂", said), ("虚构502号厂", said),
    ]  # fmt: skip
    assert said.items() <= dict(kept[0].filled).items()
    client.post(f"{UPLOAD}{job.pk}/", {"reason": "核对"})
    job.refresh_from_db()
    assert job.applied_at


def test_a_second_row_of_a_name_is_shown_beside_the_first_ones_own_name(client):
    rows = [unit(0, 污染源编码="", 单位名称=name) for name in ("虚构合并二厂", "虚构合并（二）厂")]
    _, page = preview(client, *rows, header=list(rows[0]))
    html = page.content.decode()
    assert '<td data-label="名录里">本文件第2行“虚构合并二厂”</td>' in html
    assert "虚构合并（二）厂，本文件" not in html
