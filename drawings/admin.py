"""The lists that stand behind plans and inspections, in the admin: inspection items and the checklist."""

from django.contrib import admin
from django.http import HttpRequest

from wugang_audit.registries.admin import AuditedAdmin, RegistryAdmin

from .models import ChecklistItem, InspectionItem


@admin.register(InspectionItem)
class InspectionItemAdmin(RegistryAdmin):
    """The list of inspection items, published as it stands: nothing is inspected that is not on it."""

    list_display = ["subject", "target", "kind", "rate", "frequency", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["subject", "target", "basis"]
    search_help_text = "抽查事项、检查对象或检查依据"


@admin.register(ChecklistItem)
class ChecklistItemAdmin(AuditedAdmin):
    list_display = ["name", "code", "position", "is_active"]
    list_filter = ["is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: ChecklistItem | None = None) -> list[str]:
        """The code of a point stands in logged records of findings: it never changes."""
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: ChecklistItem | None = None) -> bool:
        return False
