"""What stands in the way of undoing an import: nothing that was built on it loses its ground."""

import datetime

import pytest
from django.utils import timezone
from sound_units import unit
from undo_cases import condition, person_row, standing

from drawings import undo_guard  # noqa: F401 - a draw may stand in the way
from enforcers import verbs as officer_verbs
from enforcers.importer import OfficerImporter
from enforcers.models import Ability, Officer, Recusal, TrainingRecord
from sources.importer import SourceImporter
from sources.models import PollutionSource
from sources.permit_importer import PermitImporter
from sources.verbs import set_active
from wugang_audit.imports import undo as undoing
from wugang_audit.imports.models import ImportJob, ImportState

pytestmark = pytest.mark.usefixtures("specialities")


def obstacles(imported):
    importer, job = imported
    with pytest.raises(undoing.CannotUndo) as refused:
        undoing.undo(importer, job, actor=job.owner, reason="x")
    assert undoing.examine(importer, job).obstacles == refused.value.obstacles
    return list(refused.value.obstacles)


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
    set_active(PollutionSource.objects.all(), False, admin, reason="已关闭")
    (said,) = obstacles(imported)
    assert (said.count("410481-"), said.count("苏管理"), said.endswith("，已关闭）等。")) == (
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


def test_what_a_later_import_of_another_registry_used_stands_in_the_way_though_it_is_gone(
    registries, brought_in
):
    """To undo what took it away would put it back, and it would have no ground left."""
    units = brought_in(unit(1))
    brought_in(person_row(1, 回避单位="410481-0001", 回避原因="配偶在该厂"), importer=OfficerImporter)
    Recusal.objects.get(source__number="410481-0001").delete()
    assert obstacles(units) == ["回避里已经用到这次新增的污染源：410481-0001。"]


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
