"""The demonstration: one command sets everything up, a second run changes nothing, a real site is left alone."""

import pytest
from django.core.management import CommandError, call_command

from drawings.models import Draw, DrawFile, Inspection, LogEntry
from drawings.states import DrawState, InspectionState
from enforcers.models import Officer
from sources.models import PermitCondition, PollutionSource
from wugang_audit.accounts import approvals
from wugang_audit.accounts.models import AccountRequest, User
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports import undo
from wugang_audit.imports.importer import importer_of
from wugang_audit.imports.models import ImportJob


@pytest.fixture
def demo(db, capsys):
    def run():
        call_command("demo", no_serve=True)
        return capsys.readouterr().out

    return run


def test_one_command_leaves_inspections_in_every_state_and_a_quarter_to_draw(demo, stranger):
    told = demo()
    assert (PollutionSource.objects.count(), Officer.objects.count()) == (282, 12)
    with_permit = PermitCondition.objects.values("source").distinct().count()
    assert (PermitCondition.objects.count(), with_permit) == (279, 42)
    assert set(Inspection.objects.values_list("state", flat=True)) == set(InspectionState)
    draw = Draw.objects.get()
    assert (draw.state, draw.rests_on_system) == (DrawState.PUBLISHED, True)
    waiting = AccountRequest.objects.get()
    assert waiting.is_open and approvals.why_not(waiting, User.objects.get(username="head")) is None
    assert "http://127.0.0.1:8000/" in told and "wugang-demo-2026" in told
    assert stranger.get(f"/draws/{draw.code}/").status_code == 200


def test_a_second_run_redraws_nothing_and_loses_nothing(demo):
    demo()
    PollutionSource.objects.filter(number="410481-0001").update(remarks="访客写的")
    tables = (
        PollutionSource,
        PermitCondition,
        Officer,
        User,
        AccountRequest,
        Draw,
        DrawFile,
        LogEntry,
        Inspection,
        AuditEntry,
        ImportJob,
    )
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    demo()
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_a_database_with_real_accounts_is_left_alone(demo, organiser):
    User.objects.filter(pk=organiser.pk).update(username="zhangsan")
    with pytest.raises(CommandError, match="正式的账号"):
        demo()
    assert PollutionSource.objects.count() == 0


def test_its_registries_stand_in_the_list_of_imports_as_any(demo):
    demo()
    jobs = ImportJob.objects.order_by("pk")
    assert [(job.registry, job.state, job.owner.username, bytes(job.content)) for job in jobs] == [
        (registry, "applied", "admin", b"") for registry in ("sources", "permits", "officers")
    ]  # fmt: skip
    for job in jobs:
        assert job.filename.startswith("演示")
        assert job.preview["new"] > 0
        obstacles = undo.examine(importer_of(job.registry), job).obstacles
        assert not any("历史记录与导入时的记载不符" in each or "没有改动" in each for each in obstacles)
