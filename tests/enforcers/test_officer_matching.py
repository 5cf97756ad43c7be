"""Whom a row without a certificate number means, and which draft a new number completes."""

import datetime

import pytest
import workbooks

from enforcers.importer import OfficerImporter
from enforcers.models import Ability, Officer, Recusal
from wugang_audit.imports import undo
from wugang_audit.imports.diff import tick
from wugang_audit.imports.models import ImportJob, ImportState
from wugang_audit.spreadsheets.corrections import BY_TITLE, Corrections
from wugang_audit.spreadsheets.detector import ColumnMapping

pytestmark = pytest.mark.usefixtures("specialities")
DAY = datetime.date(2099, 12, 31)


def examined(*rows):
    return OfficerImporter().examine(workbooks.of_dicts(rows), "x.xlsx")[0]


def imported(*rows, **options):
    importer = OfficerImporter()
    return importer, importer.apply(workbooks.of_dicts(rows), "x.xlsx", options.pop("actor", None), **options)


def standing():
    fields = ("name", "certificate_number", "department", "certificate_expiry")
    return sorted(Officer.objects.values_list(*fields), key=str)


def test_a_list_of_names_alone_makes_drafts_whom_nobody_can_send():
    preview = imported({"姓名": "张三"}, {"姓名": "李四"})[1]
    assert (preview.new, preview.faults) == (2, [])
    assert standing() == [("张三", "", "", None), ("李四", "", "", None)]
    assert (Officer.objects.drafts().count(), Officer.objects.available().count()) == (2, 0)
    assert {officer.why_absent for officer in Officer.objects.all()} == {"执法证号待补"}
    again = examined({"姓名": "李四"}, {"姓名": "张三"})
    assert (again.new, again.changed, again.unchanged, again.guards) == (0, 0, 2, 0)


def test_a_later_file_with_numbers_completes_the_drafts_once_that_is_confirmed():
    imported({"姓名": "张三", "所属机构": "一中队"}, {"姓名": "张三", "所属机构": "二中队"})
    rows = [
        {"姓名": "张三", "所属机构": "二中队", "执法证号": "16041048002", "执法证有效期至": "2099-12-31"},
        {"姓名": "张三", "所属机构": "一中队", "执法证号": "16041048001", "执法证有效期至": "2099-12-31"},
        {"姓名": "王五", "所属机构": "一中队", "执法证号": "16041048003", "执法证有效期至": "2099-12-31"},
    ]
    preview = examined(*rows)
    assert [(each.row, each.new, each.found_by) for each in preview.differences] == [
        (2, False, "姓名"),
        (3, False, "姓名"),
        (4, True, ""),
    ]
    assert [change.label for change in preview.differences[0].changes] == ["执法证号", "执法证有效期至"]
    imported(*rows, ticked={tick(2)})
    assert [number for _, number, *_ in standing()] == ["", "16041048002", "16041048003"]
    imported(*rows)
    assert [(number, department) for _, number, department, _ in standing()] == [
        ("16041048001", "一中队"),
        ("16041048002", "二中队"),
        ("16041048003", "一中队"),
    ]
    assert (examined(*rows).unchanged, Officer.objects.drafts().count()) == (3, 0)


def test_a_row_without_a_number_means_the_officer_of_that_name_and_leaves_his_number(make_officer):
    officer = make_officer(1, "张三")
    preview = examined({"姓名": "张三", "执法证号": None, "执法证有效期至": None, "职务": "科员"})
    assert [(each.key, each.found_by) for each in preview.differences] == [("16041048001", "姓名")]
    imported({"姓名": "张三", "执法证号": None, "执法证有效期至": None, "职务": "科员"})
    officer.refresh_from_db()
    assert (officer.post, officer.certificate_number, officer.certificate_expiry) == (
        "科员",
        "16041048001",
        DAY,
    )


def test_an_officer_with_a_number_is_never_taken_for_one_with_another(make_officer):
    make_officer(1, "张三")
    preview = examined({"姓名": "张三", "执法证号": "16041048009", "执法证有效期至": "2099-12-31"})
    assert [(each.new, each.alike) for each in preview.differences] == [(True, "16041048001")]


def test_who_is_named_with_his_number_in_another_row_is_meant_by_that_row_alone(make_officer):
    make_officer(1, "张三", department="一中队")
    preview = examined(
        {"姓名": "张三", "执法证号": "16041048001", "所属机构": "一中队"},
        {"姓名": "张三", "所属机构": "一中队"},
    )
    assert [(each.row, each.new) for each in preview.differences] == [(3, True)]


@pytest.mark.parametrize("ticked", [(), {tick(2)}])
def test_of_a_row_that_was_not_ticked_neither_abilities_nor_recusals_count(make_officer, make_source, ticked):
    officer = make_officer(1, "张三", "livestock")
    make_source(1)
    row = {"姓名": "张三", "擅长行业": "化工与医药", "回避单位": "410481-0001", "在册": "否"}
    other = {"姓名": "李四", "擅长行业": "畜禽养殖"}
    imported(row, other, ticked=ticked)
    held = [each.speciality.code for each in Ability.objects.filter(officer=officer)]
    officer.refresh_from_db()
    officer.user.refresh_from_db()
    stood = (held, Recusal.objects.count(), officer.is_active, officer.user.is_active)
    assert stood == ((["chemical-pharma"], 1, False, False) if ticked else (["livestock"], 0, True, True))
    assert Officer.objects.get(name="李四").abilities.count() == 1


def test_levels_and_recusals_that_are_over_stay_too_where_the_row_was_not_ticked(make_officer, make_source):
    officer = make_officer(1, "张三", "livestock")
    past = datetime.date(2025, 12, 31)
    over = Recusal.objects.create(officer=officer, source=make_source(1), reason="亲属", until=past)
    row = {"姓名": "张三", "擅长行业": "畜禽养殖（精通）", "回避单位": "410481-0001"}
    imported(row, {"姓名": "李四"}, ticked=())
    over.refresh_from_db()
    assert (over.until, officer.abilities.get().level) == (past, Ability.Level.COMPETENT)
    imported(row, ticked={tick(2)})
    over.refresh_from_db()
    assert (over.until, officer.abilities.get().level) == (None, Ability.Level.EXPERT)


def test_an_import_that_completed_drafts_can_be_undone(admin):
    imported({"姓名": "张三"}, actor=admin)
    row = {"姓名": "张三", "执法证号": "16041048001", "执法证有效期至": "2099-12-31"}
    importer, preview = imported(row, actor=admin)
    assert standing() == [("张三", "16041048001", "", DAY)]
    job = ImportJob.objects.create(
        registry="officers", owner=admin, filename="x.xlsx", sha256="", content=b"",
        preview=preview.stored(), state=ImportState.APPLIED, applied_at=importer.at,
    )  # fmt: skip
    undo.undo(importer, job, actor=admin, reason="传错了")
    assert standing() == [("张三", "", "", None)]


@pytest.mark.parametrize("last", ["合计", "总计", "审核人", "填表人：张三", "制表李四"])
def test_a_closing_row_below_a_list_of_names_is_no_officer(last):
    content = workbooks.of_rows(["姓名"], ["张三"], [last])
    preview = OfficerImporter.preview(content, "x.xlsx")
    assert (preview.new, preview.notices) == (1, ["合计、填表人等不是数据的行已跳过：第3行"])


def test_only_a_number_and_several_facts_make_an_officer_of_a_row_that_begins_like_a_closing_one():
    header = ["姓名", "执法证号", "部门", "职务", "在岗状态"]
    rows = [
        ["填表人：张三", "16041048001", "一中队", "科员", "在岗"],
        ["填表人：张三", "电话：0375-8123456", "审核人：李四", "日期：2026-01-05", "在岗"],
    ]
    preview = OfficerImporter.preview(workbooks.of_rows(header, *rows), "x.xlsx")
    assert (preview.new, preview.notices) == (1, ["合计、填表人等不是数据的行已跳过：第3行"])


# --- lists by squads --------------------------------------------------------------------------------------------
def test_squads_that_stand_above_their_people_are_read_as_their_units():
    rows = [
        ["舞钢分局执法人员名单"],
        ["姓名", "职务"],
        ["一中队"],
        ["张三", "科员"],
        [None, "（二）大气科（2人）"],
        ["李四", "科员"],
    ]
    importer = OfficerImporter()
    said = ColumnMapping(corrections=Corrections(constants={"department": BY_TITLE}))
    importer.apply(
        content := workbooks.of_rows(*rows),
        "x.xlsx",
        None,
        table=importer.read_workbook(content, said),
    )
    assert standing() == [("张三", "", "一中队", None), ("李四", "", "大气科", None)]


def test_a_row_whose_recusal_is_of_no_unit_takes_nobody_from_the_sound_rows_of_the_name(make_source, admin):
    make_source(1)
    content = workbooks.of_rows(
        ["姓名", "回避单位"], ["甲", None], ["甲", "虚构没有的厂"], ["甲", "410481-0001"]
    )
    OfficerImporter().apply(content, "人员.xlsx", admin, good_only=True)
    again, _ = OfficerImporter().examine(content, "人员.xlsx")
    assert (again.new, again.changed, again.faulty) == (0, 0, 1)


def test_a_draft_that_masters_an_industry_is_not_lost_to_a_row_with_a_number():
    """Of rows that share a number each is at fault, but that is known only once all rows have their officers."""
    rows = [
        {"姓名": "张三", "擅长行业": "建材"},
        {"姓名": "张三", "执法证号": "16041048009"},
        {"姓名": "张三", "执法证号": "16041048009", "擅长行业": "畜禽养殖（精通）、建材"},
        {"姓名": "张三", "擅长行业": "畜禽养殖（精通）、建材"},
    ]
    imported(*rows, good_only=True)
    again = imported(*rows, good_only=True)[1]
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
