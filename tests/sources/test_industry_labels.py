"""Industries as people read them, wherever one is shown: with their names, for nobody knows the codes by heart."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from source_workbooks import workbook

from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.imports import recipes
from wugang_audit.imports.recipes import Said
from wugang_audit.registries.display import Words, display

CHEMICALS, CEMENT = "2669 其他专用化学产品制造", "3011 水泥制造"
UPLOAD = "/admin/sources/pollutionsource/import/"


@pytest.fixture
def client(login, admin):
    return login(admin)


def preview(client, *rows):
    content = workbook(*rows)
    return client.post(UPLOAD, {"file": SimpleUploadedFile("名录.xlsx", content)}, follow=True)


def test_a_unit_its_history_and_its_row_before_it_is_saved_say_the_industry_in_words(make_source):
    unit = make_source(1)
    unit.refresh_from_db()
    assert display(unit, "industry_code") == display(unit.history.first(), "industry_code") == CHEMICALS
    assert Words(PollutionSource)("industry_code", "3011") == CEMENT
    assert [Words(PollutionSource)("industry_code", code) for code in ("", "9999")] == ["", "9999"]


@pytest.mark.parametrize(("own", "said"), [("水泥粉磨站", "3011 水泥粉磨站"), ("", CEMENT)])
def test_the_unit_s_page_has_its_own_words_or_those_of_the_standard(client, make_source, own, said):
    unit = make_source(1, industry_code="3011", industry_name=own)
    text = client.get(f"/inspections/units/{unit.number}/").content.decode()
    assert f"<dt>行业</dt><dd>{said}</dd>" in text


def test_a_preview_names_what_changes_and_what_is_new(client, make_source):
    make_source(1)
    page = preview(
        client,
        {"污染源编码": "410481-0001", "行业代码": "3011"},
        {"污染源编码": "410481-0002", "行业代码": "3011"},
    )
    changes = [
        (each.label, each.old, each.new) for row in page.context["sections"].changed for each in row.changes
    ]
    assert ("行业代码", CHEMICALS, CEMENT) in changes
    (new,) = page.context["sections"].added
    assert f"行业 {CEMENT}" in new.told and ("行业代码", CEMENT) in new.filled


def test_what_is_remembered_names_the_industry_that_words_are_read_as(client, admin, specialities):
    assert recipes.remember(SourceImporter(), [Said("industry_name", "化工类", "2669")], admin) == []
    assert f"<code>{CHEMICALS}</code>" in client.get(f"{UPLOAD}recipes/").content.decode()
    row = {"污染源编码": "410481-0002", "行业代码": None, "行业名称": "化工类"}
    assert f"“化工类”读作“{CHEMICALS}”" in preview(client, row).content.decode()


def test_the_list_of_groups_names_their_industries_and_counts_the_many(client, specialities):
    text = client.get("/admin/sources/speciality/").content.decode()
    assert "25 石油、煤炭及其他燃料加工业、26 化学原料和化学制品制造业" in text
    assert "51 批发业、52 零售业" in text and "等 44 类" in text
