"""Renames, changes of class and namesakes: listed apart, and nothing of them counts without its tick."""

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports import jobs
from wugang_audit.imports.diff import tick
from wugang_audit.imports.models import ImportJob

WHY = {"reason": "十月名录核对"}  # what the clerk says where the changes come from
UPLOAD = "/admin/sources/pollutionsource/import/"

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def units(make_source):
    """Two units: the first a general one, both of industry 2669."""
    units = [make_source(n, category="general", industry_code="2669") for n in (1, 2)]
    return [(unit.number, unit.name) for unit in units]


@pytest.fixture
def content(units):
    """Renames the first unit and makes it a key one; remarks on the second; brings a namesake of it, and a new one."""
    (first, _), (second, name) = units
    return workbooks.of_units(
        [first, "虚构1号精细化工厂", "重点", "2669", "有备注"],
        [second, name, "一般", "2669", "也有备注"],
        ["410481-0901", name, "一般", "2669", ""],
        ["410481-0902", "全新的厂", "一般", "2669", ""],
        more=["备注"],
    )


def submit(content, owner):
    return jobs.submit(SourceImporter(), SimpleUploadedFile("名录.xlsx", content), owner)


def confirm(job, *ticked):
    return jobs.confirm(SourceImporter(), job, ticked=ticked)


def rows():
    fields = ("number", "name", "category", "remarks")
    return {number: rest for number, *rest in PollutionSource.objects.values_list(*fields)}


def test_what_must_be_ticked_is_counted_and_marked(content, admin, units):
    preview = submit(content, admin).preview
    guarded = [
        (each["row"], change["field"]) for each in preview["differences"] for change in each["changes"]
        if change["needs_tick"]
    ]  # fmt: skip
    alike = [(each["row"], each["alike"]) for each in preview["differences"] if each["alike"]]
    assert (preview["guards"], guarded, alike) == (3, [(2, "name"), (2, "category")], [(4, units[1][0])])


def test_without_a_tick_the_rest_of_the_row_comes_in_and_the_guarded_fields_stay(content, admin, units):
    job = submit(content, admin)
    assert confirm(job) == jobs.APPLIED
    (first, old_name), (second, name) = units
    assert rows() == {
        first: [old_name, "general", "有备注"],
        second: [name, "general", "也有备注"],
        "410481-0902": ["全新的厂", "general", ""],
    }
    job.refresh_from_db()
    assert [job.preview[each] for each in ("new", "changed", "refused")] == [1, 2, 3]
    entry = AuditEntry.objects.get(action="导入污染源名录")
    assert (entry.changes["not_ticked"], entry.changes["new"]) == (3, 1)


def test_each_tick_lets_just_its_own_change_count(content, admin, units):
    assert confirm(submit(content, admin), tick(2, "category"), tick(4)) == jobs.APPLIED
    (first, old_name), (second, name) = units
    assert rows()[first] == [old_name, "key", "有备注"]
    assert rows()["410481-0901"] == [name, "general", ""]


def test_a_unit_of_which_nothing_was_ticked_gets_no_history(units, admin):
    (first, _), _ = units
    before = PollutionSource.history.count()
    job = submit(
        workbooks.of_units(
            [first, "虚构1号精细化工厂", "一般", "2669", ""],
            ["410481-0902", "新厂", "一般", "2669", ""],
            more=["备注"],
        ),
        admin,
    )
    assert confirm(job) == jobs.APPLIED
    assert PollutionSource.history.filter(number=first).count() == 1
    assert PollutionSource.history.count() == before + 1


def test_if_nothing_is_left_without_ticks_the_job_goes_on_waiting_and_says_why(units, login, admin):
    (first, _), _ = units
    client = login(admin)
    upload = {
        "file": SimpleUploadedFile(
            "名录.xlsx", workbooks.of_units([first, "虚构1号精细化工厂", "一般", "2669", ""], more=["备注"])
        )
    }
    url = client.post(UPLOAD, upload).url
    assert client.post(url, WHY).url == url
    page = client.get(url)
    assert (
        page.context["outcome"]
        == "这个文件的变动都要勾选才算数，一处也没有勾选，所以名录没有变动。要导入的，请在下面勾选，再确认一次。"
    )
    assert AuditEntry.objects.filter(action="导入污染源名录").count() == 0
    assert ImportJob.objects.get().applied_at is None
    client.post(url, WHY | {"tick": "2:name"})
    assert rows()[first][0] == "虚构1号精细化工厂"


def test_the_page_offers_a_box_for_each_and_one_for_all(content, login, admin):
    client = login(admin)
    url = client.post(UPLOAD, {"file": SimpleUploadedFile("名录.xlsx", content)}).url
    page = client.get(url).content.decode()
    ticks = [f'name="tick" value="{each}" form="confirm"' for each in ("2:name", "2:category", "4:")]
    assert [page.count(each) for each in ticks] == [1, 1, 1]
    assert page.count('name="everything"') == 1
    assert "其中 3 处要逐条勾选才算数" in page
    done = client.post(url, WHY | {"everything": "on"})
    said = [str(each) for each in client.get(done.url).context["messages"]]
    assert said == ["已导入：新增 2，更改 2，不变 0。"]


def test_what_was_left_unticked_is_said_after_the_import(content, login, admin, units):
    client = login(admin)
    url = client.post(UPLOAD, {"file": SimpleUploadedFile("名录.xlsx", content)}).url
    done = client.post(url, WHY | {"tick": ["2:name"]})
    said = [str(each) for each in client.get(done.url).context["messages"]]
    assert said == ["已导入：新增 1，更改 2，不变 0。没有勾选的 2 处保持名录原样。"]
    left = client.get(url).context["preview"].left
    (first, _), (second, name) = units
    assert list(left) == [
        f"第2行 {first} 监管类别：一般排污单位 → 重点排污单位",
        f"第4行 410481-0901 {name}：已有同名的 {second}",
    ]


def test_a_registry_that_changed_since_the_ticks_were_shown_refuses_them(content, admin, units):
    job = submit(content, admin)
    PollutionSource.objects.filter(number=units[0][0]).update(name="别的名字")
    assert confirm(job, tick(2, "name")) == jobs.OUTDATED


def test_one_name_under_two_numbers_in_the_file_is_noted(admin):
    job = submit(
        workbooks.of_units(
            ["410481-0001", "一厂", "一般", "2669", ""],
            ["410481-0002", "一厂", "一般", "2669", ""],
            more=["备注"],
        ),
        admin,
    )
    assert (
        "单位名称相同而编码不同，按不同的污染源登记，请核对是不是同一家：第2、3行" in job.preview["notices"]
    )


def test_the_command_leaves_them_too_and_lists_them_unless_it_is_told_otherwise(
    content, units, tmp_path, capsys
):
    path = tmp_path / "名录.xlsx"
    path.write_bytes(content)
    call_command("import_sources", path, reason="十月名录核对")
    (first, old_name), _ = units
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if line.startswith("没有算数：")][0] == (
        f"没有算数：第2行 {first} 单位名称：{old_name} → 虚构1号精细化工厂"
    )
    assert told[-2:] == [
        "共 3 处保持名录原样；核对后加 --with-renames 再导入一次，就算数。",
        "污染源名录：新增 1，更改 2，不变 0。",
    ]
    assert rows()[first][:2] == [old_name, "general"]
    call_command("import_sources", path, with_renames=True, reason="十月名录核对")
    assert rows()[first][:2] == ["虚构1号精细化工厂", "key"]


def test_what_an_empty_cell_would_take_away_stays_until_it_is_ticked(login, admin, make_source):
    code = "91410481317593588N"
    unit = make_source(
        1, category="general", industry_code="2669", credit_code=code, phone="13800000001", remarks=""
    )
    row = [unit.number, unit.name, "一般", "2669", "", "", "新备注"]
    content = workbooks.of_units(row, more=["统一社会信用代码", "联系电话", "备注"])
    job = submit(content, admin)
    page = login(admin).get(f"{UPLOAD}{job.pk}/").content.decode()
    assert "文件里空着而名录里有内容的，勾选了才清空。" in page and job.preview["guards"] == 2
    confirm(job, tick(2, "phone"))
    unit.refresh_from_db()
    assert (unit.credit_code, unit.phone, unit.remarks) == (code, "", "新备注")


def test_who_ticks_a_change_of_a_row_has_said_whose_it_is(admin, make_source):
    unit = make_source(1, name="虚构溪东塑料厂", category="general", industry_code="2669")
    job = submit(workbooks.of_units(["", unit.name, "重点", "2669", "新备注"], more=["备注"]), admin)
    assert job.preview["guards"] == 2
    assert confirm(job, tick(2, "category")) == jobs.APPLIED
    job.refresh_from_db()
    unit.refresh_from_db()
    assert (unit.category, unit.remarks, job.preview["refused"]) == ("key", "新备注", 0)
