from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.core.management.base import CommandError
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from wugang_audit.access.roles import Role


def refuse_draws_of_draw1(using: str, **_: Any) -> None:
    """Stop a migration of a database with the tables of the protocol draw/1: there is no way from there to these.

    Its draws could not be verified here, and where there are drafts alone the tables still have another layout.

    :raises CommandError: what to do instead, in Chinese.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        if "drawings_draw" not in connection.introspection.table_names(cursor):
            return
        cursor.execute("SELECT * FROM drawings_draw LIMIT 0")
        if "salt" not in {column[0] for column in cursor.description}:
            return
        cursor.execute("SELECT code FROM drawings_draw WHERE salt <> '' ORDER BY code")
        codes = [code for (code,) in cursor.fetchall()]
    what = f"里有按旧协议 draw/1 冻结的抽签（{'、'.join(codes)}）" if codes else "是按旧协议 draw/1 建的"
    raise CommandError(
        f"这个数据库{what}，本版本只认 draw/2，没有做任何改动。"
        "请另设一个空的 DATA_DIR 或 DATABASE_URL 重新开始；旧数据请原样留存，旧的下载包用包里自带的程序仍能复算。"
    )


class DrawingsConfig(AppConfig):
    name = "drawings"
    verbose_name = "抽查事项与清单"
    admin_permissions = {
        Role.ADMIN: {
            "add_inspectionitem",
            "change_inspectionitem",
            "view_inspectionitem",
            "add_legalbasis",
            "change_legalbasis",
            "view_legalbasis",
            "add_checklist",
            "change_checklist",
            "view_checklist",
            "change_checklistversion",
            "view_checklistversion",
            # The points of a draft, on its own page.
            "add_checklistpoint",
            "change_checklistpoint",
            "delete_checklistpoint",
            "view_checklistpoint",
            "change_strongerdisclosure",
            "view_strongerdisclosure",
        },
    }
    # Tables that the database itself keeps from being changed: all that no step ever changes once it is written.
    append_only = (
        "LogEntry",
        "DrawFile",
        "Selection",
        "TeamMember",
        "ChangesConfirmed",
        "Deposit",
        "Withdrawal",
        "Correction",
        "InspectionMove",
        "HandedIn",
        "ReviewNote",
        "PrivacyMark",
        "CoSign",
        "FirmSignature",
        "PublicPhoto",
    )
    # Tables whose rows steps complete: each of these fields is written once, all others never change.
    filled_once = {
        "QuarterReport": ("approved_at", "approved_by"),
        "ChecklistVersion": (
            "name",
            "published_at",
            "published_by",
            "withdrawn_at",
            "withdrawn_by",
            "withdrawn_because",
        ),
    }
    # Of these, what one step fills: as long as the first of the group is empty, and nothing of it afterwards.
    filled_together = {
        "ObjectionAnswer": [
            ("decided_at", "decision", "decided_by", "note"),
            ("hidden_at", "hidden_by", "hidden_because"),
        ],
        "OnSiteRecord": [("set_aside_at", "set_aside_by", "set_aside_because")],
        "Supplement": [("decided_at", "decided_by", "decision", "note")],
        "Evidence": [
            ("original_name", "original_size", "original_received_at"),
            ("removed_at", "removed_by", "removed_because"),
        ],
    }
    # What may change at any time; the trail holds a digest of the row before and after (`selfcheck.exhibits`).
    changeable = {
        "Objection": ("state",),
        "Evidence": ("caption", "point", "is_public", "public_by", "public_at", "updated_at"),
        # No row of the rule comes or goes; each change has its reason in the trail.
        "StrongerDisclosure": ("is_active", "categories", "specialities", "updated_at"),
    }
    # The copies of a name: a person's may leave after its time (manage.py withdraw_names).
    blankable = {"Selection": "name", "TeamMember": "name"}
    # What registers itself with the base. The desk lists what is to do in this order, below what is late or due.
    registered = (
        "ceremony.queries",
        "amendments.queries",
        "inspections.tasks.queries",
        "inspections.queries",
        "inspections.aftercare.queries",
        "statistics.queries",
        "undo_guard",
        "help_pages",
        "public_log",
        "audit_words",
        "first_steps",
        "data_checks",
        "checklists.open_tasks",
        "reminders",
        "demo.busiest",
    )

    def ready(self) -> None:
        pre_migrate.connect(refuse_draws_of_draw1, sender=self)
        for module in self.registered:
            import_module(f"{self.name}.{module}")
        triggers = import_module(f"{self.name}.models.public_triggers")
        pre_migrate.connect(triggers.take_away, sender=self)
        post_migrate.connect(triggers.put_back, sender=self)
