from importlib import import_module

from django.apps import AppConfig

from wugang_audit.access.roles import Role


class DrawingsConfig(AppConfig):
    name = "drawings"
    verbose_name = "抽查事项与清单"
    admin_permissions = {
        Role.ADMIN: {
            "add_inspectionitem",
            "change_inspectionitem",
            "view_inspectionitem",
            "add_checklistitem",
            "change_checklistitem",
            "view_checklistitem",
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
        "Correction",
        "InspectionMove",
    )
    # What registers itself with the base. The desk lists what is to do in this order.
    registered = (
        "ceremony.queries",
        "amendments.queries",
        "inspections.queries",
        "undo_guard",
        "public_log",
        "audit_words",
    )

    def ready(self) -> None:
        for module in self.registered:
            import_module(f"{self.name}.{module}")
