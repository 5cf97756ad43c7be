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

    def ready(self):
        from . import undo_guard  # noqa: F401 - registers what an import's undoing must ask
