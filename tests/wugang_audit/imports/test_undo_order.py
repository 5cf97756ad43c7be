"""Where later imports keep one from being undone, they are named with the way to undo them; and what was a new one goes again."""

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from sound_units import unit
from undo_cases import condition

from sources.models import PollutionSource
from sources.permit_importer import PermitImporter
from wugang_audit.imports import undo as undoing
from wugang_audit.imports.models import ImportJob

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def page_of(client, job, registry="sources/pollutionsource"):
    return client.get(f"/admin/{registry}/import/{job.pk}/undo/")


def first(imported):
    return [job.filename for job in undoing.examine(*imported).first]


def test_the_later_imports_are_named_newest_first_and_once_they_are_undone_this_one_can_be(
    client, brought_in, undo
):
    early = brought_in(unit(1), filename="先.xlsx")
    middle = brought_in(unit(1, 单位名称="改名厂"), filename="中.xlsx")
    other = brought_in(unit(2), filename="无关.xlsx")
    late = brought_in(unit(1, 单位名称="又改名厂"), unit(2, 单位名称="二厂新名"), filename="后.xlsx")
    assert first(early) == ["后.xlsx", "中.xlsx"]
    assert (first(middle), first(other), first(late)) == (["后.xlsx"], ["后.xlsx"], [])
    html = page_of(client, early[1]).content.decode()
    for job in (middle[1], late[1]):
        address = f"/admin/sources/pollutionsource/import/{job.pk}/undo/"
        assert f'<a href="{address}">{job.filename}</a>（污染源名录，苏管理导入）' in html
    assert html.index("后.xlsx</a>（") < html.index("中.xlsx</a>（")
    for imported in (late, middle, early):
        assert first(imported) == []
        undo(imported)
    assert PollutionSource.objects.values_list("number", flat=True).get() == unit(2)["污染源编码"]


def test_an_import_of_another_registry_that_uses_a_new_row_is_named_too(client, brought_in):
    units = brought_in(unit(1), filename="单位.xlsx")
    permits = brought_in(condition(1), importer=PermitImporter, filename="许可.xlsx")
    assert first(units) == ["许可.xlsx"]
    html = page_of(client, units[1]).content.decode()
    assert f'/admin/sources/permitcondition/import/{permits[1].pk}/undo/">许可.xlsx</a>' in html


def test_an_import_that_is_undone_already_is_not_named(brought_in, undo):
    early = brought_in(unit(1), filename="先.xlsx")
    undo(brought_in(unit(1, 单位名称="改名厂"), filename="中.xlsx"))
    assert (first(early), undoing.examine(*early).obstacles) == ([], ())


def test_where_somebody_changed_a_row_by_hand_nothing_is_promised(client, brought_in):
    early = brought_in(unit(1), filename="先.xlsx")
    brought_in(unit(1, 单位名称="改名厂"), filename="后.xlsx")
    row = PollutionSource.objects.get()
    row.remarks = "手工改的"
    row.save()
    assert first(early) == []
    assert "先撤销后来的导入" not in page_of(client, early[1]).content.decode()


def columns_of(page):
    fields = {field.html_name: field.value() for field in page.context["form"]}
    return {name: value for name, value in fields.items() if value is not None}


def test_an_import_with_a_unit_that_was_called_a_new_one_is_undone(client, make_source):
    old = make_source(1, name="虚构同名厂", township="尹集镇")
    content = workbooks.of_rows(["单位名称", "乡镇"], ["虚构同名厂", "枣林镇"], ["虚构另一厂", "枣林镇"])
    file = SimpleUploadedFile("名录.xlsx", content)
    page = client.post("/admin/sources/pollutionsource/import/", {"file": file}, follow=True)
    url = page.request["PATH_INFO"].removesuffix("columns/")
    client.post(f"{url}columns/", columns_of(page))
    client.post(f"{url}mend/", {"separate": "2"})
    client.post(url, {"reason": "两家", "everything": "on"})
    assert PollutionSource.objects.filter(name="虚构同名厂").count() == 2
    given = set(PollutionSource.objects.exclude(pk=old.pk).values_list("number", flat=True))
    client.post(f"{url}undo/", {"reason": "导错了"})
    assert ImportJob.objects.get().state == "undone"
    left = PollutionSource.objects.get()
    assert (left.pk, left.township, left.number) == (old.pk, "尹集镇", old.number)
    page = client.post(
        "/admin/sources/pollutionsource/import/",
        {"file": SimpleUploadedFile("又.xlsx", content)},
        follow=True,
    )
    again = page.request["PATH_INFO"].removesuffix("columns/")
    client.post(f"{again}columns/", columns_of(page))
    client.post(f"{again}mend/", {"separate": "2"})
    client.post(again, {"reason": "还是两家", "everything": "on"})
    numbers = set(PollutionSource.objects.exclude(pk=old.pk).values_list("number", flat=True))
    assert (len(numbers), numbers & given) == (2, set())  # a number is never given a second time
