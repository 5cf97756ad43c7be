"""The version rises with each public change in the moment in which it becomes visible, and nobody waits for it."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from drawings.models import InspectionItem, LegalBasis, PublicVersion, public_triggers
from drawings.models.public_version import CLOCK, public_version
from wugang_audit.audit import append_only

pytestmark = pytest.mark.django_db(transaction=True)
only_postgresql = pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="SQLite has one writer at a time"
)


def test_a_change_raises_it_and_none_does_not(item):
    version = public_version()
    InspectionItem.objects.update(subject=item.subject)
    assert public_version() == version
    InspectionItem.objects.update(subject="改过的事项")
    assert public_version() > version


def test_what_is_rolled_back_raises_nothing(item):
    version = public_version()

    class Undo(Exception):
        pass

    with transaction.atomic():
        try:
            with transaction.atomic():
                InspectionItem.objects.update(subject="退回的")
                raise Undo
        except Undo:
            pass
    assert public_version() == version
    with transaction.atomic():
        try:
            with transaction.atomic():
                InspectionItem.objects.update(subject="退回的")
                raise Undo
        except Undo:
            pass
        InspectionItem.objects.update(subject="留下的")
    assert public_version() > version


def by_the_clock():
    """Return what the database's clock would raise the version to."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {CLOCK[connection.vendor]}")
        return cursor.fetchone()[0]


def test_it_never_counts_again_what_stood_for_something_else(item):
    InspectionItem.objects.update(subject="一")
    before = public_version()
    PublicVersion.objects.update(number=5)  # as an old copy has it
    while by_the_clock() <= before:  # put back within a millisecond it is by nobody
        pass
    InspectionItem.objects.update(subject="二")
    assert public_version() > before


def in_a_thread(action):
    """Start an action on a connection of its own; return the thread."""

    def run():
        try:
            action()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@only_postgresql
def test_two_writers_wait_for_nobody_and_each_rise_comes_with_its_change(item):
    InspectionItem.objects.update(subject="一")
    start, first, written, end = (
        public_version(),
        LegalBasis.objects.first(),
        threading.Event(),
        threading.Event(),
    )

    def slow():
        with transaction.atomic():
            LegalBasis.objects.filter(pk=first.pk).update(article="慢的那一个")
            written.set()
            assert end.wait(20)

    thread = in_a_thread(slow)
    assert written.wait(20)
    assert public_version() == start  # not to be seen yet, nor is its change
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
        InspectionItem.objects.update(subject="快的那一个")  # waits for nobody
    between = public_version()
    assert between > start
    end.set()
    thread.join()
    assert public_version() > between
    assert LegalBasis.objects.get(pk=first.pk).article == "慢的那一个"
    assert PublicVersion.objects.count() == 2


@only_postgresql
def test_a_transaction_that_sees_one_moment_raises_it_too(item):
    InspectionItem.objects.update(subject="一")
    before = public_version()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        InspectionItem.objects.update(subject="二")
    assert public_version() > before


def test_missing_triggers_are_named_and_come_back(item):
    public_triggers.remove(connection)
    assert any("drawings_plan_told" in line for line in append_only.missing())
    call_command("restore_triggers")
    assert append_only.missing() == []
    version = public_version()
    InspectionItem.objects.update(subject="改过的事项")
    assert public_version() > version


def test_migrations_meet_no_trigger_of_ours_and_find_them_again_afterwards(item):
    public_triggers.take_away(using="default", plan=[])
    assert public_triggers.faults(connection) == []  # nothing is to be done: they stay
    public_triggers.take_away(using="default", plan=["something"])
    assert public_triggers.faults(connection)
    before = public_version()
    public_triggers.put_back(sender=None, using="default")
    assert public_triggers.faults(connection) == [] and public_version() > before
