"""The lists that stand behind plans and inspections, in the admin: the law, inspection items and the checklist."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from wugang_audit.access.keys import KeysField, only_keys
from wugang_audit.registries.admin import AuditedAdmin, RegistryAdmin
from wugang_audit.registries.forms import ReasonForm

from .models import ChecklistItem, InspectionItem, LegalBasis
from .public_fields import ITEM, LEGAL_BASIS

INSPECTIONS = "抽查事项与现场检查"  # the heading of the index
ENDS = ("in_force_until", "replaced_by")  # what may still change once a published plan rests on it


class LegalBasisForm(ReasonForm):
    """An article of the law; a fault of a field that is only shown stands above the form."""

    def add_error(self, field: str | None, error: Any) -> None:
        if field is None and hasattr(error, "error_dict"):
            found: dict[str, list] = {}
            for name, errors in error.error_dict.items():
                found.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).extend(errors)
            error = ValidationError(found)
        super().add_error(field, error)


@admin.register(LegalBasis)
class LegalBasisAdmin(RegistryAdmin):
    """The law, article by article. A repealed one stays: what was done while it was in force rests on it."""

    form = LegalBasisForm
    counted_as = "条"
    heading, about = (
        INSPECTIONS,
        "抽查事项引用的法律条款，从哪天起、到哪天止有效；会公开。废止的填最后有效日，不删除。",
    )

    list_display = ["cited", "in_force_from", "in_force_until", "replaced_by"]
    list_select_related = ["replaced_by"]
    list_filter = ["law"]
    search_fields = ["law", "document_number", "article", "text"]
    search_help_text = "名称、文号、条款或要点"
    autocomplete_fields = ["replaced_by"]
    fields = ["law", "document_number", "article", "text", "in_force_from", *ENDS, "change_reason"]

    @admin.display(description="条款", ordering="law")
    def cited(self, basis: LegalBasis) -> str:
        return basis.cited

    def get_readonly_fields(self, request: HttpRequest, obj: LegalBasis | None = None) -> list[str]:
        """What a published plan rests on keeps its words and its first day: pages of that time show them."""
        kept = list(super().get_readonly_fields(request, obj))
        return [*kept, *(name for name in LEGAL_BASIS if name not in ENDS)] if obj and obj.is_cited else kept

    def save_model(self, request: HttpRequest, obj: LegalBasis, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for hint in obj.hints():
            self.message_user(request, hint, messages.WARNING)


class BasesField(KeysField):
    """The articles that an item cites, each with the days on which it is law."""

    def label_from_instance(self, basis: LegalBasis) -> str:
        until = f"至 {basis.in_force_until}" if basis.in_force_until else "起"
        return f"{basis.cited}（{basis.in_force_from} {until}）"


class BasesBoxes(forms.CheckboxSelectMultiple):
    """A box for each article, those that are cited first: on a phone they need no scrolling."""

    def optgroups(self, name: str, value: list[str], attrs: dict | None = None) -> list:
        groups = super().optgroups(name, only_keys(value), attrs)
        return sorted(groups, key=lambda group: not group[1][0]["selected"])


class InspectionItemForm(ReasonForm):
    bases = BasesField(
        queryset=LegalBasis.objects.all(),
        required=False,
        widget=BasesBoxes,
        label="法律依据",
        help_text="可以选多条，旧法新法都选：哪一条算数，看计划公布、抽签冻结、现场检查的日期。"
        "当天没有有效的依据，计划不能公布，抽签不能冻结。单上没有的条款，先在“法律依据”里新增。",
    )

    def clean_bases(self) -> QuerySet[LegalBasis]:
        """What a published plan rests on is not taken away again: its page shows the law of its day for ever."""
        chosen = self.cleaned_data["bases"]
        if self.instance.pk is None or not self.instance.is_published:
            return chosen
        gone = [basis.cited for basis in self.instance.bases.all() if basis not in chosen]
        if gone:
            raise ValidationError(
                f"公布的计划已经引用{'、'.join(gone)}，不能去掉：请重新选上。以后不再引用的，停用本事项，另建一项，列入新一版计划。"
            )
        return chosen


class LawFilter(admin.SimpleListFilter):
    title = "法律依据"
    parameter_name = "law"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("none", "还没有登记")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[InspectionItem]) -> QuerySet[InspectionItem]:
        return queryset.filter(bases=None) if self.value() == "none" else queryset


@admin.register(InspectionItem)
class InspectionItemAdmin(RegistryAdmin):
    """The list of inspection items, published as it stands: nothing is inspected that is not on it."""

    form = InspectionItemForm
    counted_as = "项"
    heading, about = INSPECTIONS, "可以抽查哪些事项、依据是什么；原样公开，单上没有的不查。"

    list_display = ["subject", "target", "kind", "rate", "frequency", "position", "is_active"]
    list_filter = ["is_active", LawFilter]
    search_fields = ["subject", "target", "basis"]
    search_help_text = "抽查事项、检查对象或检查依据"
    fields = [*ITEM, "bases", "position", "is_active", "change_reason"]

    def get_readonly_fields(self, request: HttpRequest, obj: InspectionItem | None = None) -> list[str]:
        """An item of a published plan keeps its words: the log holds their digest. A new one goes into a new version."""
        kept = list(super().get_readonly_fields(request, obj))
        return [*kept, *ITEM] if obj and obj.is_published else kept

    def has_delete_permission(self, request: HttpRequest, obj: InspectionItem | None = None) -> bool:
        if obj and obj.is_published:
            return False
        return super().has_delete_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: forms.ModelForm, change: bool
    ) -> None:
        """Leave word of the law that is added or taken away: it is saved after the row itself."""
        before = [basis.cited for basis in obj.bases.all()] if change else []
        super().save_model(request, obj, form, change)
        after = [basis.cited for basis in form.cleaned_data["bases"]]
        if before != after:
            form.audit_changes["法律依据"] = ["、".join(before), "、".join(after)]


@admin.register(ChecklistItem)
class ChecklistItemAdmin(AuditedAdmin):
    counted_as = "项"
    heading, about = INSPECTIONS, "执法人员在现场逐项填写的项目。"
    list_display = ["name", "position", "is_active"]
    list_filter = ["is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: ChecklistItem | None = None) -> list[str]:
        """The code of a point stands in logged records of findings: it never changes."""
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: ChecklistItem | None = None) -> bool:
        return False
