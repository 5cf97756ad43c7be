"""What tests of several rooms share: a draw on dice and a lottery, one under seal, reports, ways into the database."""

import datetime
import uuid

import pytest
from attack_cases import BALLS, DICE, LOTTERY, THROWS
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from drawings.ceremony import verbs
from drawings.ceremony.preflight import checks
from drawings.models import (
    ChangesConfirmed,
    ChecklistPoint,
    Correction,
    CoSign,
    Deposit,
    Evidence,
    Finding,
    FirmSignature,
    HandedIn,
    Inspection,
    InspectionChecklist,
    InspectionMove,
    Objection,
    ObjectionAnswer,
    OnSiteRecord,
    Plan,
    PrivacyMark,
    PublicPhoto,
    ReviewNote,
    Selection,
    Supplement,
    TeamMember,
    Withdrawal,
)
from drawings.models.published_results import keep
from drawings.protocol import verify
from drawings.states import InspectionState
from wugang_audit.audit import append_only

# What only one database has is tried on that one.
collect_ignore = [f"test_appendonly_{'postgresql' if connection.vendor == 'sqlite' else 'sqlite'}.py"]


@pytest.fixture
def outside_draw(draft, freeze, clock):
    """A draw that rests on things outside: frozen at nine on dice at ten and the evening's lottery; it is ten o'clock now."""
    draw = freeze(draft, DICE, LOTTERY)
    clock.move(hours=1)
    return draw


@pytest.fixture
def enter(organiser, reviewer):
    """Type the value of the next source as two people do, once its time has come."""

    def do(draw, value):
        for actor in (organiser, reviewer):
            entropy = verbs.enter_value(entropy=draw.next_source(), value=value, actor=actor)
        return entropy

    return do


@pytest.fixture
def finish(enter, clock, organiser):
    """Take a waiting draw to its published result, through both values."""

    def do(draw):
        enter(draw, THROWS)
        clock.move(hours=12)
        enter(draw, BALLS)
        return verbs.publish(draw=draw, actor=organiser)

    return do


@pytest.fixture
def sealed(draft, organiser, settings):
    """A published draw under seal."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    source = verify.Source("system", "os", "2026-10-08T09:00:00+08:00")
    seen = checks.snapshot(draft).fingerprint
    draw = verbs.freeze(draw=draft, sources=[source], seen=seen, actor=organiser, disclosure="sealed")
    return verbs.publish(draw=verbs.draw_from_system(draw=draw, actor=organiser), actor=organiser)


@pytest.fixture
def sql(db):
    """Run one statement as somebody who has the database open: ``sql("UPDATE ... SET a = %s", 1)``."""

    def do(statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return do


@pytest.fixture
def filled(published_draw, organiser, head, officers, registry):
    """A published draw, and in each table that only grows a row for each of its keys."""
    first = published_draw.selections.first()
    ChangesConfirmed.objects.create(draw=published_draw, fingerprint="f" * 64, by=organiser)
    Deposit.objects.create(draw=published_draw, kind="notice", where="政务大厅", by=organiser)
    Withdrawal.objects.create(draw=published_draw, kind="unit", count=1, total=1, reason="到期", by=organiser)
    Correction.objects.create(inspection=first.inspection, text="更正", by=head)
    InspectionMove.objects.create(inspection=first.inspection, state="submitted", by=organiser)
    this = {"at": timezone.now(), "by": head}
    HandedIn.objects.create(inspection=first.inspection, number=1, content={}, **this)
    ReviewNote.objects.create(inspection=first.inspection, number=1, field="summary", text="补充", **this)
    PrivacyMark.objects.create(
        subject="inspection", object_id=1, field="summary", piece="1", reason="编号", **this
    )
    record = OnSiteRecord.objects.create(
        inspection=first.inspection, number=1, text="x", digest="0" * 64, frozen_at=timezone.now(), frozen_by=organiser,
        second=head,
    )  # fmt: skip
    CoSign.objects.create(record=record, by=head, verdict="confirm")
    FirmSignature.objects.create(record=record, kind="absent", reason="没有人", digest="0" * 64, by=organiser)
    Supplement.objects.create(record=record, number=1, text="x", by=head, at=timezone.now())
    photo = Evidence.objects.create(
        inspection=first.inspection, key=uuid.uuid4(), kind="photo", taken_at=timezone.now(), digest="0" * 64,
        received_at=timezone.now(), original_size=1, by=organiser,
    )  # fmt: skip
    PublicPhoto.objects.create(inspection=first.inspection, evidence=photo, number=1)
    said = Objection.objects.create(
        kind="mistake",
        unit=first.source,
        text="有错",
        number="1",
        received_at=timezone.now(),
        due_on="2026-12-31",
    )
    ObjectionAnswer.objects.create(objection=said, goes_public=False, answer="没有错", **this)
    drawn = published_draw.selections.values_list("source", flat=True)
    spare = next(unit for unit in registry if unit.pk not in drawn)
    Selection.objects.create(
        draw=published_draw, source=spare, stratum=first.stratum, rank=99, ticket="0" * 64, name=spare.name, replaces=first
    )  # fmt: skip
    gone = first.team.first()
    here = first.team.values_list("officer", flat=True)
    steps_in = next(officer for officer in officers if officer.pk not in here)
    TeamMember.objects.create(
        selection=first, officer=steps_in, name=steps_in.name, is_lead=gone.is_lead, replaces=gone
    )
    connection.check_constraints()  # now, not at the end: PostgreSQL truncates nothing while checks wait
    return published_draw


@pytest.fixture
def break_in(sql):
    """SQL by somebody who may drop triggers: ``break_in("drawings_selection", "UPDATE ...", values)``."""

    def do(table, statement, *values):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(statement, *values)
        append_only.remove(connection, table)
        sql(statement, *values)
        append_only.install(connection, table)

    return do


@pytest.fixture
def forge(db):
    """Change rows behind the site's back, as one could who owns the database: ``forge(LogEntry, pk=3, kind="void")``."""

    def do(model, pk, **values):
        table = model._meta.db_table
        append_only.remove(connection, table)
        model._base_manager.filter(pk=pk).update(**values)
        append_only.install(connection, table)

    return do


@pytest.fixture
def holidays(db):
    """The State Council's notices of 2019 to 2026, as a new site loads them."""
    call_command("loaddata", "holidays", verbosity=0)


@pytest.fixture
def report(clock):
    """Give an inspection a full report in the given state, and let it pass every mark that must stay inside."""

    def give(inspection: Inspection, state=InspectionState.PUBLISHED, outcome="clean", **fields):
        visited = clock() + datetime.timedelta(days=3)
        values = {"visited_at": visited, "outcome": outcome, "summary": "设施运行正常"} | fields
        if state == InspectionState.PUBLISHED:
            values["published_at"] = visited + datetime.timedelta(days=2)
        Inspection.objects.filter(pk=inspection.pk).update(state=state, **values)
        point = ChecklistPoint.objects.first()
        Finding.objects.create(inspection=inspection, point=point, verdict="pass", note="HIDDEN-note")
        InspectionChecklist.objects.create(inspection=inspection, version=point.version)
        inspection.refresh_from_db()
        if state == InspectionState.PUBLISHED:
            keep(inspection)
        return inspection

    return give


@pytest.fixture
def on_seed(plan):
    """Substitutes come from the draw's own numbers, at once: where a test is about something else. It goes before the draw."""
    Plan.objects.filter(pk=plan.pk).update(substitutes="seed")


@pytest.fixture
def desk(login, organiser):
    """The organiser at work."""
    return login(organiser)
