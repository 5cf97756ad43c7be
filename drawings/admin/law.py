"""The law in the admin, article by article."""

import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import F, Max, Q
from django.http import HttpRequest
from django.utils import timezone

from wugang_audit.registries.admin import RegistryAdmin
from wugang_audit.registries.forms import ReasonForm

from ..models import Draw, Inspection, LegalBasis
from ..privacy_gate.forms import Clear
from ..public_fields import LEGAL_BASIS
from ..states import InspectionState

INSPECTIONS = "抽查事项与现场检查"  # the heading of the index
ENDS = ("in_force_until", "replaced_by")  # what may still change once a published plan rests on it


class LegalBasisForm(Clear, ReasonForm):
    """An article of the law; a fault of a field that is only shown stands above the form."""

    searched = ("law", "document_number", "article", "text")

    def add_error(self, field: str | None, error: Any) -> None:
        if field is None and hasattr(error, "error_dict"):
            found: dict[str, list] = {}
            for name, errors in error.error_dict.items():
                found.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).extend(errors)
            error = ValidationError(found)
        super().add_error(field, error)

    def clean_in_force_until(self) -> datetime.date | None:
        """Refuse a last day before what was done under it: the pages of that time show it as law, for ever."""
        until, basis = self.cleaned_data["in_force_until"], self.instance
        if until is None or basis.pk is None:
            return until
        frozen = Draw.objects.filter(_citing(basis, "frozen_at")).aggregate(at=Max("frozen_at"))["at"]
        visits = Inspection.objects.filter(_citing(basis, "visited_at"), state=InspectionState.PUBLISHED)
        visited = visits.aggregate(at=Max("visited_at"))["at"]
        rests = [
            (timezone.localdate(at), what) for at, what in ((frozen, "抽签"), (visited, "公开的检查")) if at
        ]
        was = basis.in_force_until or datetime.date.max
        late = max(((day, what) for day, what in rests if until < day <= was), default=None)
        if late:
            raise ValidationError(
                f"{late[0]} 的{late[1]}依据它进行，当时的页面按有效显示：最后有效日不能早于这一天。"
            )
        return until


def _citing(basis: LegalBasis, moment: str) -> Q:
    """Match what was done under items that cited the article by then."""
    since = "item__citations__cited_since"
    return Q(item__citations__basis=basis) & (Q(**{since: None}) | Q(**{f"{since}__lte": F(moment)}))


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
