"""Importing the registry of officers: certificates, specialities, recusals."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from officer_workbooks import workbook

from enforcers.columns import COLUMNS
from enforcers.importer import import_file, preview
from enforcers.models import Ability, Officer, Recusal
from sources.importer import import_file as import_sources
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports.preview import Faulty

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "fixtures/demo"
OFFICERS = (DEMO / "officers.xlsx").read_bytes()

pytestmark = pytest.mark.usefixtures("specialities")


def faults(content):
    return [(fault.row, fault.header) for fault in preview(content, "x.xlsx").faults]


def test_the_clean_workbook_comes_in_and_a_second_time_changes_nothing(admin):
    import_sources((DEMO / "sources.xlsx").read_bytes(), "sources.xlsx", admin)
    done = import_file(OFFICERS, "officers.xlsx", admin)
    assert (done.new, done.faults) == (12, [])
    assert Officer.objects.filter(duty_state="on_duty").count() == 11
    assert Recusal.objects.count() == 6
    assert Officer.objects.get(name="李军明").recusals.get().reason == "名录导入时登记"
    assert set(Officer.objects.get(name="张英").specialities.values_list("code", flat=True)) == {
        "building-materials", "steel-mining"
    }  # fmt: skip
    again = import_file(OFFICERS, "officers.xlsx", admin)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 12)
    assert (Officer.history.count(), Recusal.history.count()) == (12, 6)
    assert Ability.history.count() == Ability.objects.count()


def test_recused_units_must_be_in_the_registry():
    found = preview(OFFICERS, "officers.xlsx")
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (row, "K") for row in (4, 5, 6, 10, 11, 13)
    ]


def test_a_recused_unit_is_found_by_number_or_by_exact_name(admin, make_source):
    one, two, three = make_source(1), make_source(2, name="舞钢市（二）厂"), make_source(3)
    import_file(
        workbook({"回避单位": "410481-0001、舞钢市(二)厂\n虚构3号化工厂", "回避原因": "配偶在该厂"}),
        "x.xlsx",
        admin,
    )
    assert {(r.source, r.reason) for r in Recusal.objects.all()} == {
        (unit, "配偶在该厂") for unit in (one, two, three)
    }


def test_a_name_that_is_unknown_or_ambiguous_is_refused(make_source):
    make_source(1, name="同名厂"), make_source(2, name="同名厂"), make_source(3, name="旧厂", is_active=False)
    found = preview(
        workbook(
            {"回避单位": "同名厂"}, {"回避单位": "新厂"}, {"回避单位": "旧厂"}, {"回避单位": "410481-0002"}
        ),
        "x.xlsx",
    )
    assert [(fault.row, fault.problem) for fault in found.faults] == [
        (2, "叫“同名厂”的单位不止一家"), (3, "污染源名录中没有“新厂”"), (4, "“旧厂”在污染源名录中已停用")
    ]  # fmt: skip
    assert "410481-0001、410481-0002" in found.faults[0].fix


def test_an_import_adds_recusals_and_never_takes_any_away(admin, make_source):
    old, new = make_source(1), make_source(2)
    import_file(workbook({"回避单位": old.number, "回避原因": "亲属"}), "x.xlsx", admin)
    done = import_file(workbook({"回避单位": new.number}), "x.xlsx", admin)
    assert done.changed == 1
    assert [change.new for change in done.differences[0].changes] == [f"增加 {new.name}"]
    assert {(r.source, r.reason) for r in Recusal.objects.all()} == {(old, "亲属"), (new, "名录导入时登记")}


def test_the_specialities_of_the_workbook_replace_the_old_ones_and_levels_stay(admin):
    import_file(workbook({"擅长行业": "建材、化工与医药"}), "x.xlsx", admin)
    Ability.objects.filter(speciality__code="building-materials").update(level=Ability.Level.EXPERT)
    import_file(workbook({"擅长行业": "livestock；建材"}), "乙.xlsx", admin)
    assert {(a.speciality.code, a.level) for a in Ability.objects.all()} == {
        ("building-materials", 3),
        ("livestock", 2),
    }
    last = Ability.history.filter(history_type="-").get()
    assert (last.speciality.code, last.history_user, last.history_change_reason) == (
        "chemical-pharma",
        admin,
        "导入 乙.xlsx",
    )


def test_an_unknown_speciality_is_refused_with_the_list():
    [fault] = preview(workbook({"擅长行业": "建材、炼丹"}), "x.xlsx").faults
    assert fault.problem == "没有这样的行业专业组：炼丹"
    assert "畜禽养殖" in fault.fix


def test_a_missing_column_of_specialities_leaves_them_alone(admin, make_officer):
    officer = make_officer(1, "甲", "livestock")
    import_file(workbook({"执法证号": officer.certificate_number, "姓名": "甲"}), "x.xlsx", admin)
    assert [ability.speciality.code for ability in officer.abilities.all()] == ["livestock"]


@pytest.mark.parametrize(
    ("row", "header"),
    [
        ({"姓名": None}, "姓名"),
        ({"执法证号": 1604}, "执法证号"),
        ({"性别": "不男不女"}, "性别"),
        ({"在岗状态": "摸鱼"}, "在岗状态"),
        ({"联系电话": "见微信"}, "联系电话"),
    ],
)
def test_what_an_officer_needs_is_demanded(row, header):
    assert faults(workbook(row)) == [(2, header)]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("在岗", "on_duty"),
        ("在职", "on_duty"),
        ("休假", "leave"),
        ("学习", "training"),
        ("借调", "seconded"),
        ("退休", "left"),
        (None, "on_duty"),
    ],
)
def test_duty_states_are_read_by_their_synonyms(admin, word, state):
    import_file(workbook({"在岗状态": word, "姓名": "李　明", "执法证号": 16041048001}), "x.xlsx", admin)
    officer = Officer.objects.get()
    assert (officer.duty_state, officer.name, officer.certificate_number) == (state, "李明", "16041048001")


def test_one_certificate_for_two_officers_is_refused():
    assert faults(workbook({"执法证号": "A-1"}, {"执法证号": "a-1"})) == [(2, "执法证号"), (3, "执法证号")]


def test_an_expired_certificate_is_only_noticed():
    found = preview(workbook({"执法证有效期至": "2020-01-01", "擅长行业": None}), "x.xlsx")
    assert (found.faults, found.notices) == (
        [],
        ["执法证已过有效期，不参加抽签：第2行", "没有填擅长行业：第2行"],
    )


def test_the_account_of_an_officer_is_left_alone(admin, make_officer):
    officer = make_officer(1, "甲")
    import_file(workbook({"姓名": "甲改名", "执法证号": officer.certificate_number}), "x.xlsx", admin)
    renamed = Officer.objects.get()
    assert (renamed.name, renamed.user) == ("甲改名", officer.user)


def test_queries_do_not_grow_with_the_rows(admin, make_source):
    make_source(1), make_source(2)
    counts = []
    for size in (3, 30):
        content = workbook(
            *[
                {"执法证号": f"{size}-{n}", "擅长行业": "建材、畜禽养殖", "回避单位": "410481-0001"}
                for n in range(size)
            ]
        )
        import_file(content, "x.xlsx", admin)
        content = workbook(
            *[
                {"执法证号": f"{size}-{n}", "擅长行业": "水务与固废", "回避单位": "410481-0002", "备注": "x"}
                for n in range(size)
            ]
        )
        with CaptureQueriesContext(connection) as queries:
            import_file(content, "x.xlsx", admin)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_history_and_audit_say_who_imported_which_file(admin):
    import_file(workbook({"擅长行业": "建材"}), "甲.xlsx", admin)
    for model in (Officer, Ability):
        version = model.history.get()
        assert (version.history_user, version.history_change_reason) == (admin, "导入 甲.xlsx")
    entry = AuditEntry.objects.get(action="导入执法人员名录")
    assert (entry.actor, entry.target, entry.changes["keys"]) == (admin, "甲.xlsx", ["16041048001"])


def test_all_or_nothing(admin):
    with pytest.raises(Faulty):
        import_file(workbook({}, {}, {"性别": "x"}), "x.xlsx", admin)
    assert Officer.objects.count() == 0


def test_the_command_in_both_ways(capsys):
    with pytest.raises(CommandError) as caught:
        call_command("import_officers", str(DEMO / "officers.xlsx"), reason="十月名录核对")
    assert "6 处错误" in str(caught.value)
    assert capsys.readouterr().err.splitlines()[0].startswith("第4行 K列 回避单位 “舞钢市中禾食品有限公司”：")
    call_command("import_sources", str(DEMO / "sources.xlsx"), reason="十月名录核对")
    call_command("import_officers", str(DEMO / "officers.xlsx"), reason="十月名录核对")
    assert capsys.readouterr().out.splitlines()[-1] == "执法人员名录：新增 12，更改 0，不变 0。"


def test_no_header_is_claimed_twice():
    names = [name for column in COLUMNS for name in (column.header, *column.aliases)]
    assert len(names) == len(set(names))
