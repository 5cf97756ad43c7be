"""The lists that stand behind plans and inspections, in the admin: inspection items and the checklist."""

from django.contrib import admin
from django.http import HttpRequest

from wugang_audit.registries.admin import AuditedAdmin, RegistryAdmin

from .models import Checklist, InspectionItem
from .public_fields import ITEM

INSPECTIONS = "抽查事项与现场检查"  # the heading of the index


@admin.register(InspectionItem)
class InspectionItemAdmin(RegistryAdmin):
    """The list of inspection items, published as it stands: nothing is inspected that is not on it."""

    counted_as = "项"
    heading, about = INSPECTIONS, "可以抽查哪些事项、依据是什么；原样公开，单上没有的不查。"

    list_display = ["subject", "target", "kind", "rate", "frequency", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["subject", "target", "basis"]
    search_help_text = "抽查事项、检查对象或检查依据"

    def get_readonly_fields(self, request: HttpRequest, obj: InspectionItem | None = None) -> list[str]:
        """An item of a published plan keeps its words: the log holds their digest. A new one goes into a new version."""
        kept = list(super().get_readonly_fields(request, obj))
        return [*kept, *ITEM] if obj and obj.is_published else kept

    def has_delete_permission(self, request: HttpRequest, obj: InspectionItem | None = None) -> bool:
        if obj and obj.is_published:
            return False
        return super().has_delete_permission(request, obj)


@admin.register(Checklist)
class ChecklistAdmin(AuditedAdmin):
    counted_as = "份"
    heading, about = INSPECTIONS, "执法人员在现场逐项填写的清单。"
    list_display = ["name", "code", "position", "by_hand", "is_active"]

    def has_delete_permission(self, request: HttpRequest, obj: Checklist | None = None) -> bool:
        return False
