"""Photos, records and supplements in the database itself: what each of them is never changes, and a step on one is taken once."""

import uuid

import pytest
from django.db import DatabaseError, transaction
from inspections.evidence.photo_files import photo
from visit_cases import closed, frozen

from drawings.inspections import record_verbs
from drawings.inspections.evidence import verbs
from drawings.inspections.evidence.verbs import Sent
from drawings.models import Evidence, Inspection, OnSiteRecord, Supplement
from wugang_audit.audit import append_only

THEN = "2020-01-01 00:00:00+00:00"
TEXT = "f" * 64


@pytest.fixture
def lead(published_draw):
    return inspection_of(published_draw).selection.team.get(is_lead=True).officer.user


def inspection_of(draw):
    return Inspection.objects.filter(selection__draw=draw).order_by("pk").first()


@pytest.fixture
def sent(published_draw, lead, clock):
    """Take in a photo of which only the copy has come: ``sent(original)``."""

    def do(original):
        given = {"digest": verbs.pictures.sha256(original), "original_size": len(original)}
        place = {"latitude": "33.3", "longitude": "113.52", "accuracy": 5, "phone_time": clock()}
        made = Sent(key=uuid.uuid4(), content=photo(), caption="排口", **given, **place)
        row, _ = verbs.add(inspection=inspection_of(published_draw), actor=lead, sent=made)
        return row

    return do


@pytest.fixture
def refused(sql):
    """Say of a statement on one row that the database refuses it."""

    def do(row, statement, *values):
        table = row._meta.db_table
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(f"{statement.format(table)} WHERE id = {row.pk}", *values)

    return do


def test_what_a_photo_is_never_changes(sent, published_draw, lead, head, sql, refused):
    original = photo(text="original")
    row = sent(original)
    assert None not in (row.latitude, row.phone_ahead)
    verbs.set_caption(evidence=row, actor=lead, caption="总排口", point=None)
    verbs.add_original(evidence=row, actor=lead, content=original)
    verbs.remove(evidence=row, actor=lead, reason="拍糊了，重拍")
    row.refresh_from_db()
    # Of a column that is not named here a test says so: a new one must be thought about.
    fixed = {
        "id": 10**6, "inspection_id": row.inspection_id + 1, "key": str(uuid.uuid4()), "kind": "pdf", "taken_at": THEN,
        "received_at": THEN, "phone_ahead": 9, "digest": TEXT, "original_size": 9, "original_name": "x",
        "original_received_at": THEN, "copy_name": "x", "copy_digest": TEXT, "copy_size": 9, "width": 9, "height": 9,
        "latitude": 1, "longitude": 1, "accuracy": 9, "by_id": head.pk, "removed_at": THEN, "removed_by_id": head.pk,
        "removed_because": "x",
    }  # fmt: skip
    free = {
        "caption": "别的", "point_id": None, "is_public": True, "public_by_id": head.pk, "public_at": THEN, "updated_at": THEN,
    }  # fmt: skip
    assert fixed.keys() | free.keys() == {field.column for field in Evidence._meta.fields}
    for column, value in fixed.items():
        refused(row, f"UPDATE {{}} SET {column} = %s", value)
        if getattr(row, column) is not None and Evidence._meta.get_field(column).null:
            refused(row, f"UPDATE {{}} SET {column} = NULL")
    for column, value in free.items():
        sql(f"UPDATE drawings_evidence SET {column} = %s WHERE id = %s", value, row.pk)
    refused(row, "DELETE FROM {}")


def test_of_a_photo_whose_original_has_not_come_only_that_is_written(sent, lead, sql, refused):
    row = sent(photo(text="original"))
    refused(row, "UPDATE {} SET digest = %s", TEXT)
    refused(row, "UPDATE {} SET original_name = 'x', copy_name = 'y'")
    sql("UPDATE drawings_evidence SET original_name = 'x', original_size = 9 WHERE id = %s", row.pk)
    refused(row, "UPDATE {} SET original_size = 10")
    refused(row, "UPDATE {} SET original_received_at = %s", THEN)


def test_a_record_is_opened_again_once_and_whole(published_draw, lead, clock, refused):
    record = frozen(inspection_of(published_draw), closed(clock()), lead)
    for column, value in {
        "text": "x",
        "digest": TEXT,
        "number": 9,
        "frozen_at": THEN,
        "phone_time": THEN,
    }.items():
        refused(record, f"UPDATE {{}} SET {column} = %s", value)
    record_verbs.set_aside(record=record, actor=lead, reason="编号记错了")
    for values in ("set_aside_because = 'x'", "set_aside_at = NULL", "set_aside_by_id = NULL"):
        refused(record, f"UPDATE {{}} SET {values}")
    assert OnSiteRecord.objects.get().set_aside_because == "编号记错了"


def test_a_supplement_is_decided_once_and_no_note_comes_later(published_draw, lead, clock, refused):
    record = frozen(inspection_of(published_draw), closed(clock()), lead)
    made = record_verbs.supplement(record=record, actor=lead, text="门口的通知是昨天贴的")
    for values in ("text = 'x'", "number = 9", "verdict = 'fail'", f"decided_at = '{THEN}', at = '{THEN}'"):
        refused(made, f"UPDATE {{}} SET {values}")
    record_verbs.decide_supplement(supplement=made, actor=record.second, verdict="confirm")
    for values in ("note = 'x'", "decision = 'object'", "decided_at = NULL", "decided_by_id = NULL"):
        refused(made, f"UPDATE {{}} SET {values}")
    refused(made, "DELETE FROM {}")
    assert Supplement.objects.get().note == ""


def test_the_triggers_of_all_three_are_those_that_the_migrations_made(db):
    assert append_only.missing() == []
