"""The export imports again as unchanged; the template is filled in and imports."""

import hashlib
import io
import itertools
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
import workbooks
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from enforcers.importer import OfficerImporter
from enforcers.importer import import_file as import_officers
from enforcers.models import Officer
from sources.importer import SourceImporter
from sources.importer import import_file as import_sources
from sources.models import PollutionSource
from wugang_audit.audit.models import AuditEntry
from wugang_audit.spreadsheets import cell_types, coordinates, export, template
from wugang_audit.spreadsheets.reader import MAX_ROWS, read_table
from wugang_audit.spreadsheets.table import Column

DEMO = Path(__file__).resolve().parents[3] / "fixtures/demo"
SOURCES, OFFICERS = "/admin/sources/pollutionsource/", "/admin/enforcers/officer/"

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def demo(admin):
    import_sources((DEMO / "sources.xlsx").read_bytes(), "sources.xlsx", admin)
    import_officers((DEMO / "officers.xlsx").read_bytes(), "officers.xlsx", admin)


def sent(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def sheet(content, title="名录"):
    return openpyxl.load_workbook(io.BytesIO(content))[title]


def counts(importer, content):
    found = importer.examine(content, "x.xlsx")[0]
    return found.new, found.changed, found.unchanged, [str(fault) for fault in found.faults]


def test_both_registries_of_the_demonstration_import_again_as_unchanged(demo, admin, login):
    client = login(admin)
    units = sent(client.post(f"{SOURCES}export/"))
    officers = sent(client.post(f"{OFFICERS}export/"))
    assert counts(SourceImporter(), units) == (0, 0, PollutionSource.objects.count(), [])
    assert counts(OfficerImporter(), officers) == (0, 0, Officer.objects.count(), [])


def test_the_export_has_the_rows_that_the_list_shows_and_stands_in_the_audit_trail(demo, admin, login):
    response = login(admin).post(f"{SOURCES}export/?category__exact=special&p=0&q=养殖")
    wanted = PollutionSource.objects.filter(category="special", name__contains="养殖")
    numbers = [row[0] for row in sheet(sent(response)).iter_rows(min_row=2, values_only=True)]
    assert numbers == sorted(wanted.values_list("number", flat=True))
    assert len(numbers) > 0
    name = unquote(response["Content-Disposition"]).rpartition("'")[2]
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.target, entry.actor) == ("导出污染源名录", name, admin)
    assert entry.changes["行数"] == len(numbers)


def test_the_list_offers_the_export_of_its_own_filter(demo, admin, login):
    page = login(admin).get(f"{SOURCES}?category__exact=special").content.decode()
    assert f'action="{SOURCES}export/?category__exact=special"' in page


def test_a_filter_that_does_not_exist_leads_back_to_the_list(admin, login):
    response = login(admin).post(f"{SOURCES}export/?nothing__here=1")
    assert (response.status_code, response["Location"]) == (302, SOURCES)


def test_codes_are_text_dates_are_dates_and_coordinates_are_numbers(demo, admin, login):
    book = sheet(sent(login(admin).post(f"{SOURCES}export/")))
    header = {cell.value: cell.column for cell in book[1]}
    unit = PollutionSource.objects.exclude(permit_expiry=None).exclude(longitude=None).order_by("number")[0]
    row = next(row for row in book.iter_rows(min_row=2) if row[0].value == unit.number)
    found = {name: row[at - 1] for name, at in header.items()}
    assert (found["行业代码"].value, found["行业代码"].number_format) == (unit.industry_code, "@")
    assert found["许可证有效期至"].value.date() == unit.permit_expiry
    assert found["经度"].value == float(unit.longitude)
    assert found["涉废水"].value == ("是" if unit.discharges_wastewater else "否")
    assert found["重点单位类型"].value == "、".join(unit.media_labels)


def test_text_that_begins_like_a_formula_stays_text_and_comes_back():
    columns = (Column("a", "编码", cell_types.text(50)), Column("b", "名称", cell_types.text(50)))
    rows = [("=1+1", "+a"), ("-1", "@b"), ("\x01x", "")]
    content = b"".join(export.export(columns, rows))
    assert {cell.data_type for row in sheet(content).iter_rows(min_row=2) for cell in row if cell.value} == {
        "s"
    }
    assert [tuple(row.values.values()) for row in read_table(content, columns).rows] == [*rows[:2], ("x", "")]


def test_the_export_goes_out_as_its_rows_are_read():
    taken = 0

    def rows():
        nonlocal taken
        for taken in range(1, 20_001):
            yield (f"编码{taken}", hashlib.sha256(b"%d" % taken).hexdigest())

    columns = (Column("a", "编码", cell_types.text(50)), Column("b", "名称", cell_types.text(99)))
    pieces = export.export(columns, rows())
    first = next(pieces)
    assert (taken, first[:2]) == (0, b"PK")
    held = [len(piece) for piece in itertools.islice(pieces, 3)]
    assert taken <= 4 * export.CHUNK
    assert max(held) < 200_000 < sum(held) + sum(len(piece) for piece in pieces)
    assert taken == 20_000


def test_a_download_that_is_broken_off_lets_go_of_the_rows():
    let_go = []

    def rows():
        try:
            for number in range(100_000):
                yield (str(number),)
        finally:
            let_go.append(number)

    pieces = export.export((Column("a", "编码", cell_types.text(50)),), rows())
    next(pieces), next(pieces)
    pieces.close()
    assert len(let_go) == 1
    assert let_go[0] < 5 * export.CHUNK


def test_a_reader_that_believes_a_declared_dimension_sees_every_row():
    columns = (Column("a", "编码", cell_types.text(50)), Column("b", "名称", cell_types.text(50)))
    content = b"".join(export.export(columns, [("1", "甲"), ("2", "乙 <&>\n丙")]))
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    assert list(book["名录"].values) == [("编码", "名称"), ("1", "甲"), ("2", "乙 <&>\n丙")]


def test_the_export_asks_as_much_for_many_rows_as_for_few(demo):
    for importer in (SourceImporter(), OfficerImporter()):
        asked = []
        for some in (2, 11):
            first = importer.model.objects.order_by("pk").values_list("pk", flat=True)[some]
            with CaptureQueriesContext(connection) as queries:
                list(importer.exported(importer.model.objects.filter(pk__lt=first)))
            asked.append(len(queries))
        assert asked[0] == asked[1] <= 3


FIELDS = (
    Column("code", "编码", cell_types.text(20), required=True),
    Column("kind", "类别", cell_types.choice({"a": "甲类 甲", "b": "乙类 乙", "": "不详"})),
    Column("kinds", "种类", cell_types.choices_of({"a": "甲 一", "b": "乙 二"}), listing=True),
    Column("day", "日期", cell_types.date, blank=None),
    Column("there", "在库", cell_types.flag, blank=True),
    Column("place", "经度", coordinates.degrees, blank=None),
    Column("people", "人员", cell_types.names, blank=(), listing=True),
)  # fmt: skip
_DATES = st.dates(
    min_value=cell_types.datetime.date(1950, 1, 1), max_value=cell_types.datetime.date(2100, 12, 31)
)
_PLACES = st.decimals(min_value="0.000001", max_value="180", places=6)
_WORDS = st.text("厂矿甲=+@𠮷·", min_size=1, max_size=8)


@given(
    st.lists(
        st.tuples(
            _WORDS, st.sampled_from(["a", "b", ""]), st.sampled_from(["", "a", "b", "a,b"]),
            st.none() | _DATES, st.booleans(), st.none() | _PLACES,
            st.lists(_WORDS, max_size=3).map(tuple),
        ),
        min_size=1, max_size=5,
    )
)  # fmt: skip
def test_whatever_is_exported_is_read_back(rows):
    table = read_table(b"".join(export.export(FIELDS, rows)), FIELDS)
    assert [str(fault) for fault in table.faults] == []
    assert [tuple(row.values.values()) for row in table.rows] == rows


# --- the template --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("address", "importer"), [(SOURCES, SourceImporter), (OFFICERS, OfficerImporter)])
def test_the_blank_template_only_lacks_rows(address, importer, admin, login):
    content = sent(login(admin).get(f"{address}import/template/"))
    found = importer().examine(content, "x.xlsx")[0]
    assert [fault.problem for fault in found.faults] == ["表头下面没有数据行"]
    assert (found.sheet, found.notices) == ("名录", [])
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["名录", "填写说明", "代码表"]
    starred = [cell.value for cell in sheet(content)[1] if cell.value.endswith(" *")]
    assert starred == [f"{column.header} *" for column in importer.columns if column.required]


def test_the_upload_page_offers_the_template(admin, login):
    page = login(admin).get(f"{SOURCES}import/").content.decode()
    assert page.count(f'href="{SOURCES}import/template/"') == 1


def test_the_filled_template_imports(admin, login):
    book = openpyxl.load_workbook(io.BytesIO(sent(login(admin).get(f"{SOURCES}import/template/"))))
    row = {"污染源编码 *": "1-1", "单位名称 *": "一厂", "监管类别 *": "一般排污单位", "行业代码 *": "0313"}
    for cell in book["名录"][1]:
        book["名录"].cell(2, cell.column).value = row.get(cell.value)
    done = import_sources(workbooks.saved(book), "模板.xlsx", admin)
    assert (done.new, done.faults) == (1, [])


def test_the_template_has_drop_downs_notes_and_the_codes(admin, login):
    content = sent(login(admin).get(f"{SOURCES}import/template/"))
    names = sheet(content)
    header = {cell.value: cell for cell in names[1]}
    lists = {str(each.sqref): each.formula1 for each in names.data_validations.dataValidation}
    letter = header["监管类别"].column_letter
    assert lists[f"{letter}2:{letter}{MAX_ROWS + 1}"] == '"特殊监管对象,重点排污单位,一般排污单位"'
    assert header["单位名称 *"].comment.text == "必填。营业执照上的全称。"
    own = "抽签时代表该单位，一经使用不再更换。没有的，由本站按顺序给。"
    assert header["污染源编码"].comment.text == own
    assert "行业门类" not in header
    assert names.column_dimensions[header["行业代码"].column_letter].number_format == "@"
    assert names.column_dimensions[header["许可证有效期至"].column_letter].number_format == "yyyy-mm-dd"
    assert ("livestock", "畜禽养殖") in [row[:2] for row in sheet(content, "代码表").values]


MANY = {f"k{n}": f"第{n}种很长的选项名称" for n in range(60)}
LONG = (
    Column("code", "编码", cell_types.text(20), required=True),
    Column("many", "种类", cell_types.choice(MANY)),
    Column("odd", "等级", cell_types.choice({"a": "甲,乙", "b": "丙"})),
)


def test_choices_that_excel_cannot_take_in_a_list_stand_on_a_sheet_of_their_own():
    book = openpyxl.load_workbook(template.template(LONG))
    lists = [each.formula1 for each in book["名录"].data_validations.dataValidation]
    assert lists == ["'选项'!$A$2:$A$61", "'选项'!$B$2:$B$3"]
    assert [row[0] for row in book["选项"].values] == ["种类", *MANY.values()]
    assert [row[1] for row in book["选项"].values][:3] == ["等级", "甲,乙", "丙"]
    errors = [each.error for each in book["名录"].data_validations.dataValidation]
    assert errors == ["请从下拉列表中选择。", "请从下拉列表中选择：甲,乙、丙"]


def test_a_sheet_of_choices_does_not_stand_in_the_way_of_the_rows():
    book = openpyxl.load_workbook(template.template(LONG))
    for column, value in enumerate(["1-1", "第3种很长的选项名称", "丙"], 1):
        book["名录"].cell(2, column).value = value
    table = read_table(workbooks.saved(book), LONG)
    assert ([tuple(row.values.values()) for row in table.rows], table.faults) == ([("1-1", "k3", "b")], [])


@pytest.mark.parametrize(("address", "importer"), [(SOURCES, SourceImporter), (OFFICERS, OfficerImporter)])
def test_no_drop_down_says_more_than_excel_takes(address, importer, admin, login):
    for content in (login(admin).get(f"{address}import/template/"), login(admin).post(f"{address}export/")):
        for each in sheet(sent(content)).data_validations.dataValidation:
            assert (len(each.formula1) <= 255, len(each.error) <= 225) == (True, True)


def test_an_export_offers_the_same_choices_as_the_template(demo, admin, login):
    offered = []
    for response in (login(admin).get(f"{SOURCES}import/template/"), login(admin).post(f"{SOURCES}export/")):
        found = sheet(sent(response)).data_validations.dataValidation
        offered.append([(str(each.sqref), each.formula1) for each in found])
    assert offered[0] == offered[1] != []
