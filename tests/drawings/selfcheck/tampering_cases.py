"""How a table is changed behind the site's back, and which of such changes `verify_log` does not name."""

import contextlib
import io
from unittest import mock

from django.core.management import CommandError, call_command
from django.db import connection, transaction

from drawings.models import Draw, InspectionItem
from drawings.selfcheck import examine
from wugang_audit.audit.models import AuditEntry

FAULT = "不通过："


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


class Named(Exception):
    """The words were said: what comes after them need not be read."""


class Until(io.StringIO):
    """Hold the lines of `verify_log`, and stop it at the first one of a fault that has some words."""

    def __init__(self, words):
        super().__init__()
        self.words = words

    def write(self, line):
        if line.startswith(FAULT) and self.words in line:
            raise Named
        return super().write(line)


@contextlib.contextmanager
def last_draw_first():
    """Let `verify_log` read the draw that most changes are made in before the others, and each of them once."""
    keys = list(Draw.objects.order_by("pk").values_list("pk", flat=True))
    instead, of_draw = dict(zip(keys, reversed(keys), strict=True)), examine._of_draw
    with (
        mock.patch.object(examine, "_of_draw", lambda pk: of_draw(instead[pk])),
        mock.patch.object(examine, "_twice", lambda compare: compare()),
    ):
        yield


def unnoticed(site, changes):
    """Make each change alone and undo it; return those of which `verify_log` does not say the words, with what it says.

    It is stopped as soon as they are said: a tenth of what the whole of it costs.

    :param changes: what is changed -> (the change, words of the line that says so).
    """
    missed = {}
    for name, (change, words) in changes.items():
        with transaction.atomic(), last_draw_first():
            change(site)
            lines = Until(words)
            try:
                call_command("verify_log", stdout=lines)
            except Named:
                pass
            except CommandError:
                missed[name] = [line for line in lines.getvalue().splitlines() if line.startswith(FAULT)]
            else:
                missed[name] = []
            transaction.set_rollback(True)
    return missed
