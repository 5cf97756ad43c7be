"""How a table is changed behind the site's back, and which of such changes `verify_log` does not name."""

from attack_cases import faults_of_verify_log
from django.db import connection, transaction

from drawings.models import InspectionItem
from wugang_audit.audit.models import AuditEntry


def rows(model, first=None, **fields):
    """Change one row of a table, the first that there is or the first of some."""

    def change(site):
        found = model._base_manager.filter(**(first or {})).order_by("pk").first()
        model._base_manager.filter(pk=found.pk).update(**fields)

    return change


def without(model, **first):
    """Delete one row with what hangs on it by a bare statement."""

    def change(site):
        found = model._base_manager.filter(**first).order_by("pk").first()
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [found.pk])

    return change


def again(model, **fields):
    """Write one more row like the last that there is, but for these fields."""

    def change(site):
        row = model._base_manager.order_by("pk").last()
        row.pk = None
        for name, value in fields.items():
            setattr(row, name, value(site) if callable(value) else value)
        model._base_manager.bulk_create([row])

    return change


def another_item(site):
    item = InspectionItem.objects.get()
    item.pk, item.subject = None, "另一个事项"
    item.save()
    return item


def cut_trail(action):
    """Take an entry out of the trail."""
    return lambda site: AuditEntry.objects.filter(action=action).delete()


def unnoticed(site, changes):
    """Make each change alone and undo it; return those of which `verify_log` does not say the words, with what it says.

    :param changes: what is changed -> (the change, words of the line that says so).
    """
    missed = {}
    for name, (change, words) in changes.items():
        with transaction.atomic():
            change(site)
            found = faults_of_verify_log()
            if not any(words in line for line in found):
                missed[name] = found
            transaction.set_rollback(True)
    return missed
