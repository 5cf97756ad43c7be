"""Undoing an import as a whole: the registry stands as before, and nothing that was built on it loses its ground."""

import datetime
import hashlib

import pytest
import workbooks
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from drawings import undo_guard  # noqa: F401 - a draw may stand in the way
from enforcers import verbs as officer_verbs
from enforcers.importer import OfficerImporter
from enforcers.models import Ability, Officer, Recusal, TrainingRecord
from sources.importer import SourceImporter
from sources.models import PermitCondition, PollutionSource
from sources.permit_importer import PermitImporter
from sources.verbs import set_active
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports import undo as undoing
from wugang_audit.imports.models import ImportJob, ImportState
from wugang_audit.registries import bulk_history

pytestmark = pytest.mark.usefixtures("specialities")
REGISTRIES = (PollutionSource, PermitCondition, Officer, Ability, Recusal)


def unit(serial, **cells):
    number = f"410481-{serial:04d}"
    return {
        "污染源编码": number,
        "单位名称": f"虚构{serial}号厂",
        "监管类别": "一般",
        "行业代码": "2669",
    } | cells


def person_row(serial, **cells):
    number = f"16041048{serial:03d}"
    return {"姓名": f"人员{serial}", "执法证号": number, "执法证有效期至": "2098-07-01"} | cells


def condition(serial, pollutant="颗粒物", **cells):
    number = f"410481-{serial:04d}"
    return {
        "污染源编码": number,
        "排放口编号": "DA001",
        "污染物": pollutant,
        "许可浓度限值": "10",
        "浓度单位": "mg/m³",
    } | cells


@pytest.fixture
def brought_in(admin):
    """Import rows as the confirmation of a job does; returns (importer, job)."""

    def do(*rows, importer=SourceImporter, owner=admin, filename="名录.xlsx"):
        importer, content = importer(), workbooks.of_dicts(rows)
        preview = importer.apply(content, filename, owner)
        job = ImportJob.objects.create(
            registry=importer.kind,
            owner=owner,
            filename=filename,
            content=b"",
            sha256=hashlib.sha256(content).hexdigest(),
            preview=preview.stored(),
            state=ImportState.APPLIED,
            applied_at=importer.at,
        )
        return importer, job

    return do


@pytest.fixture
def undo(admin):
    def do(imported, actor=admin, reason="导错了文件"):
        return undoing.undo(*imported, actor=actor, reason=reason)

    return do


def standing():
    """All rows of all registries, but for the time of their last change."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name != "updated_at"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in REGISTRIES
    }


def versions(model):
    return list(
        model.history.order_by("history_id").values_list("id", "history_type", "history_change_reason")
    )


def obstacles(imported):
    importer, job = imported
    with pytest.raises(undoing.CannotUndo) as refused:
        undoing.undo(importer, job, actor=job.owner, reason="x")
    assert undoing.examine(importer, job).obstacles == refused.value.obstacles
    return list(refused.value.obstacles)


# --- the registry stands as before --------------------------------------------------------------------------
RECUSED = {"回避单位": "410481-0901、410481-0902", "回避原因": "配偶在该厂"}
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


@pytest.fixture
def registries(brought_in, specialities):
    """Two units, two officers and what they master, all with a past of their own."""
    for code, name in (("livestock", "畜禽养殖"), ("chemical-pharma", "化工医药")):
        specialities[code].name = name
        specialities[code].save()
    brought_in(unit(901, 备注="原来的备注"), unit(902), filename="先前.xlsx")
    brought_in(condition(901), importer=PermitImporter, filename="先前.xlsx")
    rows = person_row(901, 擅长行业="化工医药"), person_row(902, 擅长行业="化工医药、畜禽养殖", 职务="科员")
    brought_in(*rows, importer=OfficerImporter, filename="先前.xlsx")
    officer, source = Officer.objects.latest("pk"), PollutionSource.objects.latest("pk")
    since, until = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)
    Recusal.objects.create(officer=officer, source=source, reason="亲属", since=since, until=until)


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
        (made, "-", "撤销导入 名录.xlsx"),
        (kept.pk, "~", "撤销导入 名录.xlsx"),
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


# --- what stands in the way ---------------------------------------------------------------------------------
def test_a_second_undoing_is_refused(brought_in, undo):
    imported = brought_in(unit(1))
    undo(imported)
    when = timezone.localtime(ImportJob.objects.get().undone_at)
    imported[1].refresh_from_db()
    assert obstacles(imported) == [f"这次导入已于 {when:%Y-%m-%d %H:%M} 由苏管理撤销。"]
    assert PollutionSource.history.count() == 2


def test_what_was_never_imported_or_changed_nothing_cannot_be_undone(brought_in, admin):
    importer, job = brought_in(unit(1))
    waiting = ImportJob.objects.create(registry="sources", owner=admin, filename="x", content=b"", sha256="")
    assert obstacles((importer, waiting)) == ["这次上传没有导入名录，没有什么可撤销。"]
    assert obstacles(brought_in(unit(1))) == ["这次导入没有改动任何登记，没有什么可撤销。"]


def test_a_row_changed_by_hand_stands_in_the_way_with_its_name(brought_in, organiser):
    imported = brought_in(unit(1), unit(2))
    before = standing()
    touched = PollutionSource.objects.get(number="410481-0002")
    touched._history_user, touched._change_reason = organiser, "搬迁"
    touched.save()
    when = timezone.localtime(PollutionSource.history.latest("history_id").history_date)
    assert obstacles(imported) == [
        f"导入以后又改动过的污染源：410481-0002（沈组织，{when:%Y-%m-%d %H:%M}，搬迁）。"
    ]
    assert standing() == before


def test_ten_rows_are_named_and_no_more(brought_in, admin):
    imported = brought_in(*(unit(n) for n in range(1, 13)))
    set_active(PollutionSource.objects.all(), False, admin, reason="")
    (said,) = obstacles(imported)
    assert (said.count("410481-"), said.count("苏管理"), said.endswith("，在列表中停用）等。")) == (
        10,
        1,
        True,
    )


def test_a_later_import_stands_in_the_way_until_it_is_undone_itself(brought_in, undo):
    empty = standing()
    first = brought_in(unit(1), filename="一.xlsx")
    second = brought_in(unit(1, 单位名称="改名"), filename="二.xlsx")
    when = timezone.localtime(second[1].applied_at)
    assert obstacles(first) == [
        f"导入以后又改动过的污染源：410481-0001（苏管理，{when:%Y-%m-%d %H:%M}，导入 二.xlsx）。"
    ]
    undo(second)
    assert PollutionSource.objects.get().name == "虚构1号厂"
    undo(first)
    assert standing() == empty


def test_abilities_are_undone_in_turn_too(registries, brought_in, undo):
    before = standing()
    lost = brought_in(person_row(902, 擅长行业="畜禽养殖"), importer=OfficerImporter)
    won = brought_in(person_row(902, 擅长行业="化工医药"), importer=OfficerImporter)
    assert [said[:12] for said in obstacles(lost)] == ["导入时去掉、后来又登记的"]
    undo(won)
    undo(lost)
    assert standing() == before


def test_an_ability_registered_again_stands_in_the_way(registries, brought_in):
    imported = brought_in(person_row(901, 擅长行业=None), importer=OfficerImporter)
    officer = Officer.objects.get(certificate_number="16041048901")
    before = Ability.history.filter(history_type="-").get()
    Ability.objects.create(officer=officer, speciality=before.speciality)
    assert obstacles(imported) == ["导入时去掉、后来又登记的擅长行业：16041048901。"]


def test_what_a_later_import_registered_again_stands_in_the_way_though_another_took_it_away(
    registries, brought_in, undo
):
    """Else the undoing of the last would find no place for what it puts back, and no import could move."""
    before = standing()
    held = Ability.objects.get(officer__certificate_number="16041048901").speciality.name
    lost, again, gone = (
        brought_in(person_row(901, 擅长行业=named), importer=OfficerImporter) for named in (None, held, None)
    )
    assert obstacles(lost) == ["导入时去掉、后来又登记的擅长行业：16041048901。"]
    for imported in (gone, again, lost):
        undo(imported)
    assert standing() == before


def test_what_later_imports_gave_a_new_officer_and_took_away_stands_in_the_way(registries, brought_in, undo):
    """Else the undoing of the last would put back an ability of an officer who is gone."""
    before = standing()
    new, won, lost = (
        brought_in(person_row(903, 擅长行业=named), importer=OfficerImporter)
        for named in (None, "建材", None)
    )
    assert obstacles(new) == ["擅长行业里已经用到这次新增的执法人员：16041048903。"]
    for imported in (lost, won, new):
        undo(imported)
    assert standing() == before


def test_a_recusal_of_a_new_unit_stands_in_the_way(brought_in, make_officer):
    imported = brought_in(unit(1), unit(2))
    Recusal.objects.create(
        officer=make_officer(1, "甲"), source=PollutionSource.objects.first(), reason="亲属"
    )
    assert obstacles(imported) == ["回避里已经用到这次新增的污染源：410481-0001。"]


def test_a_permit_of_a_new_unit_stands_in_the_way_until_its_own_import_is_undone(brought_in, undo):
    units = brought_in(unit(1), unit(2))
    permits = brought_in(condition(2), importer=PermitImporter)
    assert obstacles(units) == ["排污许可条件里已经用到这次新增的污染源：410481-0002。"]
    undo(permits)
    undo(units)
    assert PollutionSource.objects.count() == 0


def test_what_is_registered_of_a_new_officer_stands_in_the_way(brought_in, admin):
    imported = brought_in(person_row(1), person_row(2), importer=OfficerImporter)
    officer = Officer.objects.get(certificate_number="16041048001")
    TrainingRecord.objects.create(officer=officer, date=datetime.date(2026, 9, 1), topic="法规", hours=8)
    assert obstacles(imported) == ["培训记录里已经用到这次新增的执法人员：16041048001。"]
    officer_verbs.open_account(Officer.objects.get(certificate_number="16041048002"), admin)
    assert obstacles(imported)[0].startswith("导入以后又改动过的执法人员：16041048002（")


def test_an_ability_that_a_later_import_gave_a_new_officer_stands_in_the_way(registries, brought_in):
    imported = brought_in(person_row(1), importer=OfficerImporter)
    brought_in(person_row(1, 擅长行业="畜禽养殖"), importer=OfficerImporter)
    assert obstacles(imported) == ["擅长行业里已经用到这次新增的执法人员：16041048001。"]


def test_a_changed_row_without_a_past_cannot_be_changed_back(brought_in, make_source):
    make_source(1)
    PollutionSource.history.all().delete()
    assert obstacles(brought_in(unit(1))) == ["没有留下导入以前内容的污染源：410481-0001。"]


def test_a_history_that_does_not_fit_the_import_refuses(brought_in):
    imported = brought_in(unit(1), unit(2))
    PollutionSource.history.first().delete()
    assert obstacles(imported) == ["历史记录与导入时的记载不符，不能整批撤销。请逐条核对改回。"]


# --- a draw that rests on it --------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [SourceImporter, OfficerImporter])
def test_a_draw_frozen_since_stands_in_the_way_until_it_is_void(
    kind, brought_in, draft, freeze, void, undo, settings
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    before = standing()
    imported = brought_in(unit(50) if kind is SourceImporter else person_row(50), importer=kind)
    draw = freeze(draft)
    when = timezone.localtime(draw.frozen_at)
    assert obstacles(imported) == [
        f"导入以后已按名录冻结抽签：2026年第4季度抽查（{when:%Y-%m-%d %H:%M}）。作废抽签以后才能撤销。"
    ]
    void(draw)
    undo(imported)
    assert standing() == before


def test_a_draw_frozen_before_and_a_draft_stand_in_nobodys_way(frozen_draw, brought_in, undo):
    ImportJob.objects.all().delete()
    importer, job = brought_in(unit(1, 备注="改"))
    frozen_draw.frozen_at -= datetime.timedelta(seconds=2)
    frozen_draw.save()
    undo((importer, job))
    assert ImportJob.objects.get().state == ImportState.UNDONE


def test_a_drawn_unit_keeps_its_row_though_the_draw_is_void_and_is_not_named(
    brought_in, draft, freeze, void, settings, organiser
):
    from drawings.ceremony import verbs

    settings.ALLOW_SYSTEM_ENTROPY = True
    imported = brought_in(*(unit(n, 监管类别="特殊", 特殊监管原因="信访") for n in range(50, 70)))
    void(verbs.draw_from_system(draw=freeze(draft), actor=organiser))
    assert obstacles(imported) == ["抽中单位里已经用到这次新增的污染源。"]


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
