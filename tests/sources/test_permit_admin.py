"""Keeping permit conditions in the admin: the list, the form, striking off, and the import's pages."""

import datetime
import io

import openpyxl
import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources.models import PermitCondition
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports.admin import MissingRow

LIST = "/admin/sources/permitcondition/"


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def make_condition(make_source):
    """Make a condition: ``make_condition(unit, "DA001", "颗粒物", limit="10")``."""

    def make(unit, outlet, pollutant, **fields):
        values = {"outlet_kind": "organised", "limit_unit": "mg/m³"} | fields
        code = f"{unit.number}/{outlet}/{pollutant}"
        return PermitCondition.objects.create(
            code=code, source=unit, outlet_code=outlet, pollutant=pollutant, **values
        )

    return make


def form(unit, **changes):
    data = {"source": unit.pk, "outlet_code": "da001", "outlet_kind": "organised", "pollutant": "颗粒物",
            "limit": "10.0", "limit_unit": "mg/m3", "is_active": "on"}  # fmt: skip
    return data | changes


def errors(response):
    assert response.status_code == 200
    return {name: list(said) for name, said in response.context["adminform"].form.errors.items()}


def test_the_list_searches_and_filters(client, make_source, make_condition):
    one, two = make_source(1), make_source(2)
    make_condition(one, "DA001", "颗粒物")
    make_condition(one, "DW001", "氨氮", outlet_kind="water", monitored=True)
    make_condition(two, "DA002", "二氧化硫", is_active=False)

    def found(query):
        return [each.pollutant for each in client.get(LIST + query).context["cl"].queryset]

    assert found("?q=虚构1号") == ["颗粒物", "氨氮"]
    assert found("?q=410481-0002") == found("?is_active__exact=0") == ["二氧化硫"]
    assert found("?q=DW001") == found("?outlet_kind__exact=water") == found("?monitored__exact=1") == ["氨氮"]
    assert found(f"?source__id__exact={two.pk}") == ["二氧化硫"]


def test_the_list_asks_as_much_for_three_rows_as_for_one(client, make_source, make_condition):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    make_condition(make_source(1), "DA001", "颗粒物")
    one = asked()
    for serial in (2, 3):
        make_condition(make_source(serial), "DA001", "颗粒物")
    assert asked() == one


def test_a_typed_condition_goes_by_the_rules_of_the_workbook(client, admin, make_source):
    unit = make_source(1)
    assert client.post(f"{LIST}add/", form(unit, annual_limit="1.5")).status_code == 302
    made = PermitCondition.objects.get()
    assert (made.code, made.outlet_code, made.limit, made.limit_unit) == (
        "410481-0001/DA001/颗粒物", "DA001", "10", "mg/m³"
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="新增排污许可条件")
    assert (entry.actor, entry.changes["年许可排放量"]) == (admin, ["", "1.5"])


def test_what_does_not_fit_is_refused_at_its_field(client, make_source, make_condition):
    unit = make_source(1)
    make_condition(unit, "DA001", "颗粒物")
    wrong = form(unit, outlet_code="DA1", limit="30mg", facility_code="除尘器")
    assert errors(client.post(f"{LIST}add/", wrong)).keys() == {"outlet_code", "limit", "facility_code"}
    assert errors(client.post(f"{LIST}add/", form(unit, outlet_kind="water", pollutant="氨"))) == {
        "outlet_kind": ["与排放口编号 DA001 不符；DA 开头的是有组织废气；请核对编号和类型，改正写错的一个。"]
    }
    assert errors(client.post(f"{LIST}add/", form(unit, pollutant="颗 粒物"))) == {
        "pollutant": ["这家单位的这个排放口已经有这种污染物，请直接修改那一条。"]
    }


def test_what_names_a_condition_is_given_once(client, make_source, make_condition):
    held = make_condition(make_source(1), "DA001", "颗粒物", limit="10")
    other = make_source(2)
    changed = form(other, outlet_code="DA009", pollutant="氨", limit="5", change_reason="许可证变更")
    assert client.post(f"{LIST}{held.pk}/change/", changed).status_code == 302
    held.refresh_from_db()
    assert (held.code, held.source.number, held.pollutant, held.limit) == (
        "410481-0001/DA001/颗粒物", "410481-0001", "颗粒物", "5"
    )  # fmt: skip
    assert AuditEntry.objects.get(action="修改排污许可条件").changes["许可浓度限值"] == ["10", "5"]
    page = client.get(f"{LIST}{held.pk}/history/").content.decode()
    assert "许可证变更" in page


def test_striking_off_keeps_the_row_its_history_and_an_audit_entry(
    client, admin, make_source, make_condition
):
    held = make_condition(make_source(1), "DA001", "颗粒物")
    action = {"action": "strike_off", "_selected_action": [held.pk]}
    client.post(LIST, action | {"reason": "许可证已不要求"})
    held.refresh_from_db()
    assert (held.is_active, held.history.first().history_user) == (False, admin)
    assert AuditEntry.objects.get(action="停用排污许可条件").changes == {
        "codes": [held.code],
        "reason": "许可证已不要求",
    }
    client.post(LIST, action | {"action": "reactivate", "reason": "许可证又有要求"})
    held.refresh_from_db()
    assert held.is_active


def test_the_units_form_leads_to_its_conditions(client, make_source):
    unit = make_source(1)
    page = client.get(f"/admin/sources/pollutionsource/{unit.pk}/change/").content.decode()
    assert page.count(f'href="{LIST}?source__id__exact={unit.pk}">') == 1


@pytest.fixture
def upload(client):
    """Upload one condition of a unit and confirm it; return the address of the import."""

    def do(unit, pollutant):
        header = ["污染源编码", "排放口编号", "污染物", "许可浓度限值"]
        content = workbooks.of_rows(header, [unit.number, "DA001", pollutant, "10"])
        file = SimpleUploadedFile("许可.xlsx", content)
        url = client.post(f"{LIST}import/", {"file": file}).url
        assert "确认导入（新增 1，更改 0）" in client.get(url).content.decode()
        client.post(url)
        return url

    return do


def test_an_import_comes_in_and_what_it_lacks_is_struck_off_with_a_reason(
    client, upload, make_source, make_condition
):
    unit = make_source(1)
    gone = make_condition(unit, "DA001", "二氧化硫")
    url = upload(unit, "颗粒物")
    assert PermitCondition.objects.get(pollutant="颗粒物").limit == "10"
    page = client.get(f"{url}missing/")
    assert page.context["rows"] == [MissingRow(gone.pk, gone.code, unit.name)]
    client.post(f"{url}missing/", {"chosen": [gone.pk], "reason": "许可证变更"})
    gone.refresh_from_db()
    assert (gone.is_active, gone.history.first().history_change_reason) == (False, "许可证变更")


def test_an_import_is_undone_as_a_whole(client, upload, make_source):
    url = upload(make_source(1), "颗粒物")
    client.post(f"{url}undo/", {"reason": "选错了文件"})
    assert PermitCondition.objects.count() == 0
    assert AuditEntry.objects.get(action="撤销导入排污许可条件").changes["keys"] == [
        "410481-0001/DA001/颗粒物"
    ]


def test_what_the_list_shows_leaves_as_a_workbook(client, make_source, make_condition):
    unit = make_source(1)
    make_condition(unit, "DA001", "颗粒物", limit="10")
    make_condition(unit, "DW001", "氨氮", outlet_kind="water", limit="6-9")
    response = client.post(f"{LIST}export/?outlet_kind__exact=water")
    (_, row) = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.values
    assert row[:7] == (unit.number, unit.name, "DW001", "废水", None, "氨氮", "6-9")
    assert (
        f"排污许可条件{datetime.date.today().year}"
        in AuditEntry.objects.get(action="导出排污许可条件").target
    )
