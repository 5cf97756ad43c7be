"""Undoing an import as a whole: the registry stands as before, all or nothing, at a steady price."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from sound_units import unit
from undo_cases import RECUSED, condition, person_row, standing

from enforcers.importer import OfficerImporter
from enforcers.models import Ability, Officer
from sources.importer import SourceImporter
from sources.models import PollutionSource
from sources.permit_importer import PermitImporter
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports import undo as undoing
from wugang_audit.imports.models import ImportJob, ImportState
from wugang_audit.registries import bulk_history

pytestmark = pytest.mark.usefixtures("specialities")


def versions(model):
    return list(
        model.history.order_by("history_id").values_list("id", "history_type", "history_change_reason")
    )


# --- the registry stands as before --------------------------------------------------------------------------
CASES = {
    "new units": (SourceImporter, [unit(7), unit(8)]),
    "changed units": (SourceImporter, [unit(901, 备注="改过", 经度="113.51", 纬度="33.31"), unit(902, 监管类别="重点")]),
    "new and changed units": (SourceImporter, [unit(901, 单位名称="新名"), unit(7), unit(902, 行业代码="0313")]),
    "units of which one changes": (SourceImporter, [unit(901), unit(902, 生产状态="停产")]),
    "permit conditions": (PermitImporter, [condition(901, 许可浓度限值="30"), condition(902, "二氧化硫")]),
    "new officers": (OfficerImporter, [person_row(7, 擅长行业="畜禽养殖", **RECUSED), person_row(8)]),
    "changed officers": (OfficerImporter, [person_row(901, 职务="科长"), person_row(902, 职务="队长")]),
    "abilities lost": (OfficerImporter, [person_row(901, 擅长行业=None), person_row(902, 擅长行业=None)]),
    "abilities lost and won": (OfficerImporter, [person_row(901, 擅长行业="畜禽养殖"), person_row(902, 擅长行业="化工医药")]),
    "recusals": (OfficerImporter, [person_row(901, **RECUSED), person_row(902, **RECUSED)]),
    "levels": (OfficerImporter, [person_row(902, 擅长行业="化工医药（精通）、畜禽养殖（了解）")]),
    "a recusal that was over": (OfficerImporter, [person_row(902, 回避单位="410481-0902", 回避原因="又有亲属在该厂")]),
    "a leaver": (OfficerImporter, [person_row(901, 在册="否")]),
    "all at once": (
        OfficerImporter,
        [person_row(901, 姓名="改名", 擅长行业="畜禽养殖", **RECUSED), person_row(7, 擅长行业="化工医药", **RECUSED)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_an_undone_import_leaves_the_registries_as_they_were(case, registries, brought_in, undo):
    importer, rows = CASES[case]
    before = standing()
    imported = brought_in(*rows, importer=importer)
    after = standing()
    assert after != before
    undo(imported)
    assert standing() == before
    # The same file comes in once more, and does the same.
    again = brought_in(*rows, importer=importer)
    assert again[1].preview["digest"] == imported[1].preview["digest"]
    undo(again)
    assert standing() == before


def test_the_histories_keep_the_import_and_its_undoing(brought_in, undo, make_source, person, admin):
    kept = make_source(1, name="旧名")
    other = person("admin2", full_name="钱另管")
    imported = brought_in(unit(1, 单位名称="新名"), unit(2))
    made = PollutionSource.objects.get(number="410481-0002").pk
    undo(imported, actor=other)
    assert versions(PollutionSource) == [
        (kept.pk, "+", None),
        (made, "+", "导入 名录.xlsx"),
        (kept.pk, "~", "导入 名录.xlsx"),
        (made, "-", "导错了文件（撤销导入 名录.xlsx）"),
        (kept.pk, "~", "导错了文件（撤销导入 名录.xlsx）"),
    ]
    job = ImportJob.objects.get()
    latest = PollutionSource.history.order_by("-history_id")[:2]
    assert {(each.history_user, each.history_date) for each in latest} == {(other, job.undone_at)}
    assert [each.name for each in latest] == ["旧名", "虚构2号厂"]
    assert PollutionSource.objects.get().updated_at == job.undone_at


def test_abilities_come_back_under_their_old_keys(registries, brought_in, undo):
    lost = list(Ability.objects.order_by("pk"))
    imported = brought_in(
        person_row(901, 擅长行业=None), person_row(902, 擅长行业=None), importer=OfficerImporter
    )
    assert Ability.objects.count() == 0
    prospect = undo(imported)
    assert list(Ability.objects.order_by("pk")) == lost
    assert [str(share) for share in prospect.shares] == ["擅长行业：补回去掉的 3 条"]
    assert [kind for _, kind, _ in versions(Ability)] == ["+"] * 3 + ["-"] * 3 + ["+"] * 3


def test_the_job_and_the_audit_trail_say_who_undid_what_and_why(brought_in, undo, make_source, admin):
    make_source(1)
    imported = brought_in(unit(1, 单位名称="新名"), unit(2), unit(3))
    undo(imported, reason="是去年的名录")
    job = ImportJob.objects.get()
    assert (job.state, job.undone_by, job.undone_why) == (ImportState.UNDONE, admin, "是去年的名录")
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.target, entry.actor) == ("撤销导入污染源名录", "名录.xlsx", admin)
    assert entry.changes == {
        "reason": "是去年的名录",
        "undone": {"污染源": {"created": 2, "changed": 1, "deleted": 0}},
        "sha256": job.sha256,
        "keys": ["410481-0002", "410481-0003", "410481-0001"],
    }


# --- all or nothing, and at a steady price ------------------------------------------------------------------
def test_a_fault_on_the_way_undoes_nothing(registries, brought_in, monkeypatch):
    imported = brought_in(
        person_row(901, 擅长行业="畜禽养殖", **RECUSED), person_row(7), importer=OfficerImporter
    )
    before, entries = standing(), AuditEntry.objects.count()
    revert = bulk_history.revert

    def fail_at_last(model, *args, **stamp):
        revert(model, *args, **stamp)
        if model is Officer:
            raise IntegrityError

    monkeypatch.setattr(bulk_history, "revert", fail_at_last)
    with pytest.raises(undoing.CannotUndo) as refused:
        undoing.undo(*imported, actor=None, reason="x")
    assert refused.value.obstacles == ("撤销时有人登记了与这次导入有关的内容，请刷新页面再看。",)
    assert standing() == before
    assert (ImportJob.objects.filter(undone_at=None).count(), AuditEntry.objects.count()) == (4, entries)


def test_the_number_of_statements_is_the_same_for_any_number_of_rows(brought_in, undo):
    counts = []
    for size in (3, 300):
        old = [unit(1000 + n) for n in range(size)]
        brought_in(*old)
        changed = [row | {"备注": f"{size}"} for row in old]
        imported = brought_in(*changed, *(unit(2000 + n) for n in range(size)), filename=f"{size}.xlsx")
        with CaptureQueriesContext(connection) as queries:
            undo(imported)
        counts.append(len(queries))
    assert counts[0] == counts[1]
