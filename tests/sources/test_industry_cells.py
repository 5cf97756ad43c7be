"""The industry of a row: from each kind of column that lists have, and what is asked where it is not certain."""

import pytest
import workbooks

from sources.importer import SourceImporter
from sources.industry_cells import KEPT
from sources.models import PollutionSource, Speciality
from wugang_audit.spreadsheets.corrections import Corrections
from wugang_audit.spreadsheets.detector import ColumnMapping

pytestmark = pytest.mark.usefixtures("specialities")


def examined(*rows, **said):
    importer, content = SourceImporter(), workbooks.of_dicts(rows)
    table = importer.read_workbook(content, ColumnMapping(corrections=Corrections(**said)))
    return importer.examine(content, "x.xlsx", table)


def read(**cells):
    """Return (code, name, speciality) of one unit, and what was asked."""
    preview, work = examined({"单位名称": "甲厂"} | cells)
    assert preview.faults == []
    values = work.touched[0].row.values
    speciality = values["speciality"]
    asked = [(each.attribute, each.key, each.value, each.rows) for each in preview.questions]
    return (values["industry_code"], values.get("industry_name"), speciality and speciality.code), asked


@pytest.mark.parametrize(
    ("cells", "code", "speciality"),
    [
        ({"行业代码": "2669"}, "2669", "chemical-pharma"),
        ({"行业代码": "C2669"}, "2669", "chemical-pharma"),
        ({"行业代码": "水泥制品制造"}, "3021", "building-materials"),
        ({"行业名称": "水泥制品制造"}, "3021", "building-materials"),
        ({"行业名称": "非金属矿物制品业30"}, "30", "building-materials"),
        ({"行业名称": "C30"}, "30", "building-materials"),
        ({"行业类别": "3021 水泥制品制造"}, "3021", "building-materials"),
        ({"行业门类": "制造业", "行业大类": "非金属矿物制品业"}, "30", "building-materials"),
        ({"行业大类": "非金属矿物制品业", "行业小类": "水泥制品制造"}, "3021", "building-materials"),
        ({"行业代码": "2669", "行业名称": "水泥制品制造"}, "2669", "chemical-pharma"),
        ({"行业代码": None, "行业小类": "水泥制品制造", "行业名称": "不详"}, "3021", "building-materials"),
    ],
)
def test_each_kind_of_column_tells_the_industry(cells, code, speciality):
    (found, _, group), asked = read(**cells)
    assert (found, group, asked) == (code, speciality, [])


def test_a_code_in_the_column_of_names_gets_its_name_and_a_name_stays_as_it_is():
    assert read(行业名称="C3021")[0][:2] == ("3021", "水泥制品制造")
    assert read(行业名称="3021")[0][:2] == ("3021", "水泥制品制造")
    assert read(行业名称="非金属矿物制品业30")[0][:2] == ("30", "非金属矿物制品业30")
    assert read(行业代码="3021", 行业名称=None)[0][:2] == ("3021", "")


def test_a_division_whose_classes_fall_to_several_specialities_is_asked():
    group = Speciality.objects.get(code="livestock")
    group.prefixes = f"{group.prefixes},303"
    group.save()
    found, asked = read(行业名称="C30")
    assert (found, asked) == (("", "C30", None), [("industry_name", "c30", "C30", [2])])
    assert read(行业名称="302")[0][0] == "302"


def test_words_that_tell_nothing_for_certain_are_asked_once_for_all_alike():
    preview, work = examined(
        {"单位名称": "甲厂", "行业名称": "砖厂"}, {"单位名称": "乙厂", "行业名称": " 砖 厂"}, {"单位名称": "丙厂", "行业名称": "不详的行业"}
    )  # fmt: skip
    assert [(each.key, each.value, each.rows, each.count) for each in preview.questions] == [
        ("砖厂", "砖厂", [2, 3], 2),
        ("不详的行业", "不详的行业", [4], 1),
    ]
    code, label = preview.questions[0].suggestions[0]
    assert label.startswith(code) and code.startswith("303")
    assert [item.row.values["industry_code"] for item in work.touched] == ["", "", ""]
    assert (preview.new, preview.faults) == (3, [])


def test_an_answer_for_all_alike_settles_the_question():
    rows = [{"单位名称": f"{n}厂", "行业名称": "砖厂"} for n in range(3)]
    for how in ("alike", "recipes"):
        preview, work = examined(*rows, **{how: {"industry_name": {"砖厂": "3031"}}})
        assert (preview.questions, {item.row.values["industry_code"] for item in work.touched}) == (
            [],
            {"3031"},
        )


def test_nothing_is_asked_of_a_unit_that_has_an_industry_and_it_keeps_it(make_source):
    unit = make_source(7, name="甲厂")
    SourceImporter.import_file(
        workbooks.of_dicts(
            [{"单位名称": "甲厂", "行业名称": "砖厂"}, {"单位名称": "乙厂", "行业名称": "砖厂"}]
        ),
        "x.xlsx",
        None,
    )
    unit.refresh_from_db()
    assert (unit.industry_code, unit.industry_name, unit.speciality.code) == (
        "2669",
        "其他专用化学产品制造",
        "chemical-pharma",
    )
    preview, _ = examined({"单位名称": "甲厂", "行业名称": "砖厂"}, {"单位名称": "乙厂", "行业名称": "砖厂"})
    assert [each.rows for each in preview.questions] == [[3]]
    assert f"{KEPT}：第2行" in preview.notices


def test_a_unit_with_a_code_alone_gets_the_words_of_the_list(make_source):
    unit = make_source(7, name="甲厂", industry_name="")
    SourceImporter.import_file(workbooks.of_dicts([{"单位名称": "甲厂", "行业名称": "砖厂"}]), "x.xlsx", None)
    unit.refresh_from_db()
    assert (unit.industry_code, unit.industry_name) == ("2669", "砖厂")


def test_a_row_that_says_nothing_of_industries_keeps_its_own_while_another_gets_one(make_source):
    kept, given = make_source(1, name="甲厂"), make_source(2, name="乙厂")
    rows = [{"单位名称": "甲厂", "行业代码": None}, {"单位名称": "乙厂", "行业代码": "0313"}]
    SourceImporter.import_file(workbooks.of_dicts(rows), "x.xlsx", None)
    for unit, code, speciality in ((kept, "2669", "chemical-pharma"), (given, "0313", "livestock")):
        unit.refresh_from_db()
        assert (unit.industry_code, unit.speciality.code) == (code, speciality)


def test_an_old_unit_without_a_name_of_its_industry_exports_and_imports_as_unchanged(make_source):
    make_source(1, industry_name="")
    importer = SourceImporter()
    rows = importer.exported(PollutionSource.objects.all())
    header = [column.header for column in importer.written_columns]
    values = dict(
        zip((column.attribute for column in importer.written_columns), next(iter(rows)), strict=True)
    )
    assert (len(header), values["industry_code"], values["industry_name"]) == (len(values), "2669", "")
    row = {"污染源编码": "410481-0001", "单位名称": values["name"], "行业代码": "2669", "行业名称": None}
    assert examined(row)[0].unchanged == 1


@pytest.mark.parametrize("column", ["行业名称", "行业代码"])
@pytest.mark.parametrize(
    "text",
    ["主行业：3021\n次行业：3031", "3021、3031", "3021/3031", "水泥制品制造3021，粘土砖瓦及建筑砌块制造3031"],
)
def test_several_industries_in_a_cell_are_a_question_whose_first_answer_is_the_first_of_them(column, text):
    found, _ = SourceImporter().examine(workbooks.of_dicts([{"单位名称": "甲厂", column: text}]), "x.xlsx")
    (question,) = found.questions
    assert question.problem == "写了不止一个行业，请选主要的一个"
    assert [code for code, _ in question.suggestions] == ["3021", "3031"]


def test_a_year_beside_a_code_is_no_second_industry():
    row = {"单位名称": "甲厂", "行业名称": "水泥制品制造3021（2019年版）"}
    found, _ = SourceImporter().examine(workbooks.of_dicts([row]), "x.xlsx")
    assert [each.problem for each in found.questions if "不止一个" in each.problem] == []


def test_a_remembered_code_for_words_is_no_name_beside_a_code_of_the_unit(make_source):
    make_source(1, industry_code="3021", industry_name="铸造")
    rows = workbooks.of_rows(
        ["污染源编码", "单位名称", "行业代码", "行业名称"], ["410481-0001", "虚构1号化工厂", "3021", "铸造"]
    )
    importer = SourceImporter()
    said = ColumnMapping(corrections=Corrections(recipes={"industry_name": {"铸造": "3391"}}))
    preview = importer.examine(rows, "x.xlsx", importer.read_workbook(rows, said))[0]
    assert (preview.changed, preview.unchanged, preview.faults) == (0, 1, [])


@pytest.mark.parametrize("heading", ["行业", "行业类别", "所属行业"])
@pytest.mark.parametrize("codes", [["3011", "2641"], [3011, 2641], ["C3011", "C2641"]])
def test_codes_below_a_heading_for_names_are_read_as_codes(heading, codes):
    content = workbooks.of_rows(["单位名称", heading], ["虚构甲厂", codes[0]], ["虚构乙厂", codes[1]])
    table = SourceImporter().read_workbook(content)
    SourceImporter().examine(content, "x.xlsx", table)
    assert [row.get("industry_code") for row in table.rows] == ["3011", "2641"]
    assert not table.faults


def test_a_code_that_may_have_lost_its_zero_is_a_fault_below_such_a_heading_too():
    content = workbooks.of_rows(
        ["单位名称", "行业"], ["虚构甲厂", 3011], ["虚构乙厂", 313], ["虚构丙厂", 2641]
    )
    found, _ = SourceImporter().examine(content, "x.xlsx")
    assert [(fault.row, fault.value) for fault in found.faults] == [(3, "313")]
