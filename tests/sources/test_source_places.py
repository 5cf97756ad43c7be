"""Where a unit lies: coordinates as people write them, in workbooks and in the form; units outside the county."""

import re
from decimal import Decimal

import pytest
import workbooks
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from source_workbooks import faults, workbook

from sources.importer import import_file, preview
from sources.models import PollutionSource
from sources.places import Place, bounds_of
from sources.scatter import HEIGHT

LIST = "/admin/sources/pollutionsource/"
EAST, NORTH = Decimal("113.51"), Decimal("33.29")


def found(**cells):
    return preview(workbook(cells), "x.xlsx")


@pytest.mark.django_db
class TestWorkbooks:
    @pytest.fixture(autouse=True)
    def _specialities(self, specialities):
        pass

    def test_degrees_minutes_and_seconds_come_in_with_a_notice(self, admin):
        content = workbook({"经度": "113°30′36″", "纬度": "北纬33度17分24秒"})
        assert preview(content, "x.xlsx").notices[0].endswith("中的度分秒已换算成以度为单位的小数：第2行")
        import_file(content, "x.xlsx", actor=admin)
        unit = PollutionSource.objects.get()
        assert (unit.longitude, unit.latitude) == (EAST, NORTH)

    @pytest.mark.parametrize(
        "cells",
        [
            {"经度": "113.51,33.29", "纬度": None}, {"经度": None, "纬度": "113.51,33.29"},
            {"经度": "33.29 113.51", "纬度": ""}, {"经度": "113°30′36″,33°17′24″", "纬度": "/"},
            {"经度": "(113.51, 33.29)"}, {"纬度": "经度113.51 纬度33.29"},
        ],
    )  # fmt: skip
    def test_both_in_one_cell_fill_both_columns_if_the_other_is_empty(self, cells, admin):
        assert any("一格里写了经度和纬度，已分别读取" in notice for notice in found(**cells).notices)
        import_file(workbook(cells), "x.xlsx", actor=admin)
        unit = PollutionSource.objects.get()
        assert (unit.longitude, unit.latitude) == (EAST, NORTH)

    def test_both_in_one_cell_beside_another_number_are_a_fault(self):
        assert faults(workbook({"经度": "113.51,33.29", "纬度": 33.3})) == [(2, "经度")]
        assert faults(workbook({"经度": "113.51,33.29", "纬度": "北"})) == [(2, "经度"), (2, "纬度")]

    def test_outside_the_county_is_a_notice_and_in_another_province_a_fault(self):
        assert any("坐标不在舞钢市的范围" in notice for notice in found(经度=113.9, 纬度=33.3).notices)
        assert not found(经度=113.9, 纬度=33.3).faults and not found(经度=113.5, 纬度=33.3).notices
        assert "不在河南省范围内" in found(经度=121.5, 纬度=31.2).faults[0].problem

    def test_swapped_coordinates_written_in_two_ways_are_noticed(self):
        assert "填反了" in found(经度="33°17′24″", 纬度=113.51).faults[0].problem


@pytest.fixture
def change(login, admin, make_source):
    client, unit = login(admin), make_source(1)

    def send(**values):
        page = client.get(f"{LIST}{unit.pk}/change/")
        form = page.context["adminform"].form
        data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        data = {name: value for name, value in data.items() if value not in (None, False)}
        answer = client.post(
            f"{LIST}{unit.pk}/change/", data | {"change_reason": "核对"} | values, follow=True
        )
        unit.refresh_from_db()
        return answer, unit

    return send


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [
        ("113°30′36″", "33-17-24"), ("113.51", "33.29"), ("113.51,33.29", ""), ("", "N33.29 E113.51"),
        ("１１３．５１", "北纬33度17分24秒"),
    ],
)  # fmt: skip
def test_the_form_reads_what_a_workbook_may_hold(change, longitude, latitude):
    _, unit = change(longitude=longitude, latitude=latitude)
    assert (unit.longitude, unit.latitude) == (EAST, NORTH)


@pytest.mark.parametrize(
    ("longitude", "latitude", "said"),
    [
        ("33.29", "113.51", "经度和纬度填反了"), ("121.5", "31.9", "不在河南省范围内"), ("113.51,33.29", "33.29", "一格里写了两个数"),
        ("113°61′0″", "33.29", "分或秒不小于 60"),
    ],
)  # fmt: skip
def test_the_form_refuses_what_is_plainly_wrong(change, longitude, latitude, said):
    answer, unit = change(longitude=longitude, latitude=latitude)
    assert said in answer.content.decode() and unit.longitude is None


def test_swapped_coordinates_are_said_in_plain_words_at_both_fields(change):
    answer, _ = change(longitude="33.29", latitude="113.51")
    form = answer.context["adminform"].form
    assert dict(form.errors) == {
        "longitude": ["经度和纬度填反了：经度里填的 33.29 是纬度，请把两格的数对调。"],
        "latitude": ["经度和纬度填反了：纬度里填的 113.51 是经度，请把两格的数对调。"],
    }
    assert "经度和纬度对调</button>" in answer.content.decode()
    assert "对调</button>" not in change(longitude="121.5", latitude="31.9")[0].content.decode()


@pytest.mark.parametrize(
    "value", ["95", "-1", "999", "1e3", "abc", "0", "113.51.2", "9" * 40, "113.1234567891", "nan", "-0"]
)
def test_no_message_of_the_framework_reaches_the_fields_of_a_place(change, value):
    for name, other in (("longitude", "latitude"), ("latitude", "longitude")):
        form = change(**{name: value, other: ""})[0].context.get("adminform")
        for message in form.form.errors.get(name, []) if form else []:
            assert not re.search(r"确保|Ensure|validators|位数", message) and "请" in message


def test_rows_with_swapped_coordinates_are_mended_by_one_button(login, admin, specialities):
    content = workbooks.of_rows(
        [*workbooks.UNIT_HEADER, "经度", "纬度"], ["410481-0001", "虚构一厂", "一般", "2669", "33.29", "113.51"],
        ["410481-0002", "虚构二厂", "一般", "2669", "33°17′24″", "113°30′36″"], ["410481-0003", "虚构三厂", "一般", "2669", "113.51", "33.29"],
        ["410481-0004", "虚构四厂", "一般", "2669", "121.5", "31.9"],
    )  # fmt: skip
    client = login(admin)
    page = client.post(f"{LIST}import/", {"file": SimpleUploadedFile("x.xlsx", content)}, follow=True)
    url = page.request["PATH_INFO"]
    page = client.get(f"{url}mend/")
    assert page.context["exchanged"] == 2 and "这 2 行的经度和纬度对调" in page.content.decode()
    # Beside the button they are named, and not once more among the errors, unless these are asked for.
    assert page.context["swapped"][0] == ("第2行 · 虚构一厂", "经度 113.51，纬度 33.29")
    assert (
        page.content.decode().count("填反了（2 行）") == 1
        and page.content.decode().count('name="exchange"') == 1
    )
    assert {row for group in page.context["groups"] for row in group.rows} == {5}
    (kind,) = (each for each in page.context["kinds"] if "填反" in each)
    for query in ({"kind": kind}, {"apart": "1"}):
        asked = client.get(f"{url}mend/", query)
        assert {2, 3} <= {row for group in asked.context["groups"] for row in group.rows}
        assert asked.context["swapped"] == [] and asked.content.decode().count('name="exchange"') == 1
    done = client.post(f"{url}mend/", {"exchange": "1"}, follow=True)
    assert {fault.row for fault in done.context["preview"].faults} == {5}
    client.post(url, {"reason": "核对", "good_only": "1"})
    assert set(PollutionSource.objects.values_list("longitude", "latitude")) == {(EAST, NORTH)}


def test_a_unit_outside_the_county_is_saved_with_a_warning(change):
    answer, unit = change(longitude="113.95", latitude="33.29")
    assert unit.longitude == Decimal("113.95") and "坐标不在舞钢市的范围" in answer.content.decode()
    answer, _ = change(longitude="113.51", latitude="33.29")
    assert "坐标不在舞钢市的范围" not in answer.content.decode()


def test_saving_what_the_form_shows_changes_no_coordinate(change):
    _, unit = change(longitude="113.51", latitude="33.29")
    versions = unit.history.count()
    _, unit = change(change_reason="", remarks="x", longitude="113.510000", latitude="33.29")
    assert (unit.longitude, unit.latitude, unit.history.count()) == (EAST, NORTH, versions + 1)
    delta = unit.history.first().diff_against(unit.history.all()[1])
    assert "longitude" not in delta.changed_fields


def test_a_place_knows_what_is_wrong_with_it():
    inside, border = Place(EAST, NORTH), Place(Decimal("113.9"), NORTH)
    assert not inside.outside and border.outside and not border.far()
    assert Place(NORTH, EAST).swapped and not inside.swapped
    assert Place(Decimal("121.5"), None).far() == [0] and not Place(None, None).outside


@pytest.mark.parametrize(
    ("name", "address", "county", "province"),
    [
        ("平顶山市生态环境局舞钢分局", "河南省平顶山市舞钢市", "舞钢市", "河南省"),
        ("虚构市生态环境局叶县分局", "虚构省虚构市叶县", "叶县", "虚构省"),
        ("某某环境执法队", "一号楼", "本县", "本省"),
    ],
)
def test_county_and_province_are_called_as_the_bureau_says(
    settings, specialities, login, admin, name, address, county, province
):
    settings.BUREAU_NAME, settings.BUREAU_ADDRESS = name, address
    assert any(f"坐标不在{county}的范围" in each for each in found(经度=113.9, 纬度=33.3).notices)
    told = f"不在{province}范围内（{county}在 113.2 至 113.8 之间）"
    assert found(经度=121.5, 纬度=33.3).faults[0].problem == told
    client = login(admin)
    form = client.post("/admin/sources/pollutionsource/add/", {"longitude": "121.5", "latitude": "33.3"})
    assert form.context["adminform"].form.errors["longitude"] == [f"{told}；一时查不清的请留空。"]
    page = client.get("/admin/sources/pollutionsource/").content.decode()
    assert f"坐标不在{county}范围内" in page


def test_where_the_county_lies_is_a_setting():
    longitudes, latitudes = bounds_of("BUREAU_BOUNDS", ["112.9", "33.4", "113.6", "33.8"])
    assert (Decimal("113.1") in longitudes, Decimal("113.7") in longitudes) == (True, False)
    assert latitudes.in_words == "33.4 至 33.8 之间"


@pytest.mark.parametrize(
    "degrees", [[], ["113", "33", "114"], ["东", "33", "114", "34"], ["114", "33", "113", "34"], ["nan"] * 4]
)
def test_bounds_that_are_none_keep_the_site_from_starting_and_say_why(degrees):
    with pytest.raises(ImproperlyConfigured, match="BUREAU_BOUNDS .*西、南、东、北"):
        bounds_of("BUREAU_BOUNDS", degrees)


def test_the_picture_of_this_county_has_its_shape():
    assert HEIGHT == 718
