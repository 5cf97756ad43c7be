"""The inspection items in the admin."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from wugang_audit import clock
from wugang_audit.registries.admin import RegistryAdmin
from wugang_audit.registries.forms import ReasonForm

from .. import annex
from ..models import InspectionItem, LegalBasis
from ..privacy_gate.forms import Clear
from ..public_fields import ITEM
from .boxes import BasesBoxes, BasesField
from .citing_pages import page_showing
from .law import INSPECTIONS

NAMED = 3  # articles in a message: more of them say nothing new

OTHER_NAME = {
    "subject": "请写得不同，或者打开那一项修改。",
    "is_active": "本项的名称公布过，不能再改；要用本项，请先停用那一项。",
}


class InspectionItemForm(Clear, ReasonForm):
    searched = ITEM

    bases = BasesField(
        queryset=LegalBasis.objects.all(),
        required=False,
        widget=BasesBoxes,
        label="法律依据",
        help_text="可以选多条，旧法新法都选：哪一条算数，看计划公布、抽签冻结、现场检查的日期。"
        "新选上的从保存的时刻起算，以前的页面不变。当天没有有效的依据，计划不能公布，抽签不能冻结。单上没有的条款，先在“法律依据”里新增。",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse the name of another item in use: plans and draws name an item by it alone. Older twins stay as they are."""
        data = super().clean()
        name = data.get("subject", self.instance.subject)
        if data.get("is_active") and name and {"subject", "is_active"} & set(self.changed_data):
            others = InspectionItem.objects.filter(is_active=True).exclude(pk=self.instance.pk)
            if _bare(name) in map(_bare, others.values_list("subject", flat=True)):
                field = "subject" if "subject" in self.fields else "is_active"
                self.add_error(field, f"在用的事项里已经有“{name}”：{OTHER_NAME[field]}")
        return data

    def clean_bases(self) -> QuerySet[LegalBasis]:
        """What a public page shows is not taken away again; what was ticked by mistake, and no page shows, may go."""
        chosen = self.cleaned_data["bases"]
        if self.instance.pk is None:
            return chosen
        gone = [basis for basis in self.instance.bases.all() if basis not in chosen]
        shown = [(basis.cited, page) for basis in gone if (page := page_showing(basis, self.instance))]
        if shown:
            cited, page = shown[0]
            all_of_them = f"等 {len(shown)} 条" if len(shown) > 1 else ""
            raise ValidationError(
                f"{page.what}按有效显示{cited}{all_of_them}。公布过的不能变：请重新选上。以后不再引用的，停用本事项，另建一项。"
            )
        return chosen


def lapsed_hint(item: InspectionItem, bases: Iterable[LegalBasis], today: datetime.date) -> str:
    """Say that an item in use cites law and none of it is in force; empty where some is. It is refused at the plan and the freeze."""
    bases = list(bases)
    if not item.is_active or not bases or any(basis.is_in_force(today) for basis in bases):
        return ""
    why = "；".join(basis.why_not(today) for basis in bases[:NAMED])
    more = f"；等 {len(bases)} 条" if len(bases) > NAMED else ""
    return (
        f"“{item}”选的法律依据今天都无效：{why}{more}。公开的清单上会写明；请补选现行的条款，"
        "补选以前，含有这一项的计划不能公布，抽签不能冻结。"
    )


def _bare(name: str) -> str:
    return "".join(name.split())


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
    actions = ["register_named_law"]

    def get_fields(self, request: HttpRequest, obj: InspectionItem | None = None) -> list[str]:
        # As an attribute Django refuses the law: its link has a column of its own, which `save_model` fills.
        return [*ITEM, "bases", "position", "is_active", "change_reason"]

    def get_readonly_fields(self, request: HttpRequest, obj: InspectionItem | None = None) -> list[str]:
        """An item of a published plan keeps its words: the log holds their digest. A new one goes into a new version."""
        kept = list(super().get_readonly_fields(request, obj))
        return [*kept, *ITEM] if obj and obj.is_published else kept

    @admin.action(description="登记清单原文写明的依据", permissions=["change"])
    def register_named_law(self, request: HttpRequest, rows: QuerySet[InspectionItem]) -> None:
        found = annex.register(items=rows, actor=request.user)
        for each in found:
            self.message_user(request, each.said, messages.SUCCESS if each.cited else messages.WARNING)
        if not found:
            self.message_user(request, "选中的事项都已经登记了法律依据，没有改动。", messages.INFO)

    def has_delete_permission(self, request: HttpRequest, obj: InspectionItem | None = None) -> bool:
        if obj and obj.is_published:
            return False
        return super().has_delete_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: forms.ModelForm, change: bool
    ) -> None:
        """Save the law with the row, and leave word of what is added or taken away.

        What is added is cited from this moment on: pages about earlier ones do not show it.
        """
        before = [basis.cited for basis in obj.bases.all()] if change else []
        super().save_model(request, obj, form, change)
        obj.bases.set(form.cleaned_data["bases"], through_defaults={"cited_since": clock.now()})
        after = [basis.cited for basis in form.cleaned_data["bases"]]
        if hint := lapsed_hint(obj, form.cleaned_data["bases"], clock.today()):
            self.message_user(request, hint, messages.WARNING)
        if before != after:
            form.audit_changes["法律依据"] = ["、".join(before), "、".join(after)]
