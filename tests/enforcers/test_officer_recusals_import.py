"""Recusals in the officers' workbook: added, begun anew, never taken away, and exported while they last."""

import datetime

import pytest
from django.utils import timezone
from officer_workbooks import rows_of, workbook

from enforcers.importer import OfficerImporter, import_file, preview
from enforcers.models import Officer, Recusal
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry
from wugang_audit.spreadsheets import export

pytestmark = pytest.mark.usefixtures("specialities")


def day(days):
    return timezone.localdate() + datetime.timedelta(days=days)


@pytest.fixture
def officer(make_officer):
    return make_officer(1, "甲", "livestock", department="一中队", sex="女")


def row(officer, **cells):
    return {
        "姓名": officer.name,
        "执法证号": officer.certificate_number,
        "执法证有效期至": "2099-12-31",
    } | cells


def exported():
    importer = OfficerImporter()
    return b"".join(export.export(importer.written_columns, importer.exported(Officer.objects.all())))


def changes(found):
    return [(change.label, change.old, change.new) for each in found.differences for change in each.changes]


def test_a_recusal_that_ran_out_begins_anew_and_its_history_keeps_the_old_period(admin, officer, make_source):
    unit = make_source(1)
    Recusal.objects.create(
        officer=officer, source=unit, kind="unit", reason="旧案", since=day(-30), until=day(-1)
    )
    content = workbook(row(officer, 回避单位=unit.number, 回避原因="亲属"))
    said = ("回避单位", "", f"重新登记 {unit.name}（原回避已于 {day(-1)} 到期）")
    assert changes(preview(content, "x.xlsx")) == [said]
    import_file(content, "x.xlsx", admin)
    recusal = Recusal.objects.in_force().get()
    assert (recusal.since, recusal.until, recusal.kind, recusal.reason) == (day(0), None, "officer", "亲属")
    now, before = recusal.history.all()
    assert (before.since, before.until, before.kind, before.reason) == (day(-30), day(-1), "unit", "旧案")
    assert (now.history_type, now.history_user, now.history_change_reason) == ("~", admin, "导入 x.xlsx")
    again = import_file(content, "x.xlsx", admin)
    assert (again.changed, again.unchanged, recusal.history.count()) == (0, 1, 2)


def test_fresh_and_renewed_recusals_are_told_apart_in_one_line(admin, officer, make_source):
    old, new = make_source(1), make_source(2)
    Recusal.objects.create(officer=officer, source=old, reason="旧案", since=day(-30), until=day(-1))
    done = import_file(workbook(row(officer, 回避单位=f"{old.name}，{new.name}")), "x.xlsx", admin)
    assert changes(done) == [
        ("回避单位", "", f"增加 {new.name}；重新登记 {old.name}（原回避已于 {day(-1)} 到期）")
    ]
    assert set(Recusal.objects.values_list("source", "until", "reason")) == {
        (unit.pk, None, "名录导入时登记") for unit in (old, new)
    }


@pytest.mark.parametrize(("since", "until"), [(-1, None), (-1, 0), (-1, 30), (1, None), (1, 30)], ids=str)
def test_a_recusal_in_force_or_to_come_is_left_as_it_is(admin, officer, make_source, since, until):
    unit = make_source(1)
    until = None if until is None else day(until)
    Recusal.objects.create(officer=officer, source=unit, reason="亲属", since=day(since), until=until)
    done = import_file(workbook(row(officer, 回避单位=unit.name)), "x.xlsx", admin)
    assert (done.changed, done.unchanged, done.notices) == (0, 1, [])
    recusal = Recusal.objects.get()
    assert (recusal.since, recusal.until, recusal.reason) == (day(since), until, "亲属")


def test_the_export_has_the_recusals_that_last_and_imports_again_as_unchanged(
    admin, officer, make_officer, make_source
):
    over, now, later, struck = (make_source(n) for n in range(1, 5))
    periods = [(over, -9, -1), (now, -9, 0), (later, 3, 9), (struck, -9, None)]
    for unit, since, until in periods:
        until = None if until is None else day(until)
        Recusal.objects.create(
            officer=officer, source=unit, reason=f"缘由{unit.pk}", since=day(since), until=until
        )
    struck.is_active = False
    struck.save()
    make_officer(2, "乙", "machinery", "livestock")
    content = exported()
    [first, second] = rows_of(content)
    assert first["回避单位"] == "410481-0002、410481-0003"
    assert (first["回避原因"], second["回避单位"]) == (f"缘由{now.pk}；缘由{later.pk}", None)
    found = preview(content, "x.xlsx")
    assert (found.new, found.changed, found.unchanged) == (0, 0, 2)
    assert (found.faults, found.notices) == ([], [])


def test_what_an_import_does_not_do_with_recusals_is_said(admin, officer, make_source):
    one, two, gone, over = (make_source(n) for n in range(1, 5))
    for unit, why, until in ((one, "亲属", None), (two, "同学", None), (gone, "", None), (over, "", day(-1))):
        Recusal.objects.create(officer=officer, source=unit, reason=why, since=day(-9), until=until)
    gone.is_active = False
    gone.save()
    found = preview(workbook(row(officer, 回避单位=one.number, 回避原因="同学")), "x.xlsx")
    assert (found.unchanged, found.notices) == (1, [
        "名录中登记的回避单位有些不在这一格里：导入不会取消回避，要取消请在“回避”里修改：第2行",
        "回避原因和名录中登记的不同：导入不会改已有回避的原因，要改请在“回避”里修改：第2行",
    ])  # fmt: skip
    silent = preview(
        workbook(row(officer, 回避单位=f"{one.number};{two.number}", 回避原因="亲属；同学")), "x.xlsx"
    )
    without = preview(workbook(row(officer)), "x.xlsx")
    assert (silent.notices, without.notices) == ([], [])


def test_a_reason_without_a_unit_is_noticed(officer, make_source):
    found = preview(workbook(row(officer, 回避单位="无", 回避原因="亲属")), "x.xlsx")
    assert found.notices == ["填了回避原因，但没有填回避单位，原因没有用处：第2行"]


def test_all_wrong_units_of_a_cell_are_told_at_once(make_source):
    make_source(1, name="同名厂"), make_source(2, name="同名厂"), make_source(3, name="旧厂", is_active=False)
    make_source(4, name="旧厂分厂")
    found = preview(workbook({"回避单位": "旧厂分厂、新厂、同名厂、旧厂、410481-0003"}), "x.xlsx")
    assert [(fault.value, fault.problem, fault.fix) for fault in found.faults] == [
        ("新厂", "污染源名录中没有“新厂”",
         "请填污染源编码或单位全称，多个用顿号分开；如果污染源名录还没有导入，请先导入"),
        ("同名厂", "叫“同名厂”的单位不止一家", "请改填污染源编码（410481-0001、410481-0002中的一个）"),
        ("旧厂", "“旧厂”在污染源名录中已停用", "请从这一格里删去；单位仍在的，先在污染源名录中恢复"),
        ("410481-0003", "“410481-0003”在污染源名录中已停用", "请从这一格里删去；单位仍在的，先在污染源名录中恢复"),
    ]  # fmt: skip
    assert {(fault.row, fault.column) for fault in found.faults} == {(2, "D")}


def test_a_name_of_a_unit_struck_off_and_of_one_in_use_means_the_one_in_use(admin, make_source):
    make_source(1, name="老厂", is_active=False)
    unit = make_source(2, name="老厂")
    import_file(workbook({"回避单位": "老厂"}), "x.xlsx", admin)
    assert Recusal.objects.get().source == unit


def test_one_unit_named_twice_in_a_cell_is_recused_once(admin, make_source):
    unit = make_source(1)
    import_file(workbook({"回避单位": f"{unit.number}、{unit.name}、{unit.number.lower()}"}), "x.xlsx", admin)
    assert Recusal.objects.get().source == unit


def test_an_officer_struck_off_by_the_workbook_loses_his_login(admin, make_officer, person):
    leaver, double = make_officer(1, "甲"), make_officer(2, "乙")
    double.user.grants.create(role=Role.REVIEWER)
    content = workbook(row(leaver, 在册="否"), row(double, 在册="否"))
    found = preview(content, "x.xlsx")
    told = changes(found)
    assert found.notices == ["不再在册，登录账号一并停用；以后撤销这次导入，账号也不会自动恢复：第2行"]
    assert [change for change in told if change[0] == "登录账号"] == [("登录账号", "officer1", "停用")]
    assert User.objects.filter(is_active=False).count() == 0
    import_file(content, "x.xlsx", admin)
    assert [each.is_active for each in Officer.objects.all()] == [False, False]
    assert {user.username: user.is_active for user in User.objects.filter(username__startswith="officer")} == {
        "officer1": False, "officer2": True
    }  # fmt: skip
    assert AuditEntry.objects.get(action="停用账号").changes == {"officer": leaver.certificate_number}
