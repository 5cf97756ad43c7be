"""The lists that stand behind plans and inspections, in the admin: the law, inspection items and the checklist."""

import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import F, Max, Q, QuerySet
from django.forms import BaseFormSet
from django.http import HttpRequest
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.access.keys import KeysField, only_keys
from wugang_audit.access.strict_admin import ConstrainedFormSet
from wugang_audit.admin_frame.words import PlainInline
from wugang_audit.registries.admin import AuditedAdmin, RegistryAdmin
from wugang_audit.registries.forms import ReasonForm

from . import annex
from .models import Checklist, ChecklistPoint, ChecklistVersion, Draw, Inspection, InspectionItem, LegalBasis
from .public_fields import ITEM, LEGAL_BASIS
from .states import InspectionState

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


class SpecialityBoxes(forms.CheckboxSelectMultiple):
    def optgroups(self, name: str, value: list[str], attrs: dict | None = None) -> list:
        return super().optgroups(name, only_keys(value), attrs)


class InspectionItemForm(ReasonForm):
    bases = BasesField(
        queryset=LegalBasis.objects.all(),
        required=False,
        widget=BasesBoxes,
        label="法律依据",
        help_text="可以选多条，旧法新法都选：哪一条算数，看计划公布、抽签冻结、现场检查的日期。"
        "新选上的从保存的时刻起算，以前的页面不变。当天没有有效的依据，计划不能公布，抽签不能冻结。单上没有的条款，先在“法律依据”里新增。",
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
        if before != after:
            form.audit_changes["法律依据"] = ["、".join(before), "、".join(after)]


class ChecklistForm(forms.ModelForm):
    """Whom a checklist is for: boxes instead of the codes that the table holds."""

    class Meta:
        model = Checklist
        exclude = ()  # noqa: DJ006 - the admin names the fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, codes in Checklist.CRITERIA.items():
            if name in self.fields:
                field = Checklist._meta.get_field(name)
                self.fields[name] = forms.MultipleChoiceField(
                    label=field.verbose_name,
                    help_text=field.help_text,
                    choices=codes.choices,
                    widget=forms.CheckboxSelectMultiple,
                    required=False,
                )


@admin.register(Checklist)
class ChecklistAdmin(AuditedAdmin):
    """A subject and the units that it is for; what is looked at stands in its versions."""

    form = ChecklistForm
    change_form_template = "checklists/checklist_form.html"
    counted_as = "份"
    heading, about = INSPECTIONS, "现场检查用哪份清单：按类别、排污许可和行业自动采用，或由检查组选用。"
    list_display = ["name", "used", "by_hand", "position", "is_active"]
    list_filter = ["is_active", "by_hand"]
    search_fields = ["name", "code"]
    search_help_text = "名称或代码"
    fields = [
        "name", "code", "categories", "permit_classes", "media", "specialities", "by_hand", "position", "is_active",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Checklist]:
        in_use = Q(versions__published_at__isnull=False, versions__withdrawn_at__isnull=True)
        return super().get_queryset(request).annotate(newest=Max("versions__number", filter=in_use))

    @admin.display(description="在用版本")
    def used(self, checklist: Checklist) -> str:
        return f"第 {checklist.newest} 版" if checklist.newest else "没有"

    def formfield_for_manytomany(
        self, field: models.ManyToManyField, request: HttpRequest, **options: Any
    ) -> forms.ModelMultipleChoiceField:
        options |= {"form_class": KeysField, "widget": SpecialityBoxes}
        return super().formfield_for_manytomany(field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Checklist | None = None) -> list[str]:
        """The code stands in logged records of findings: it never changes."""
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Checklist | None = None) -> bool:
        return False


class PointForm(forms.ModelForm):
    bases = BasesField(
        queryset=LegalBasis.objects.all(), required=False, widget=BasesBoxes, label="法律依据",
        help_text="启用时，选上的都要有效。",
    )  # fmt: skip
    # Read once for all rows of the form.
    law: ClassVar[list[tuple[int, str]]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bases"].choices = self.law

    def clean_code(self) -> str:
        return self.cleaned_data["code"].lower()


class PointInline(PlainInline, admin.StackedInline):
    """The points of a draft; those of a version that was in use are only shown."""

    model = ChecklistPoint
    form = PointForm
    formset = ConstrainedFormSet
    extra = 1
    about = "到现场看什么、依据哪一条。小节名称相同的排在一起；排序小的在前。"
    fields = [("section", "position"), ("code", "name"), "guidance", "bases"]

    formfield_overrides: ClassVar = PlainInline.formfield_overrides | {
        models.TextField: {"widget": forms.Textarea({"rows": 3})}
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChecklistPoint]:
        return super().get_queryset(request).prefetch_related("bases")

    def get_formset(
        self, request: HttpRequest, obj: ChecklistVersion | None = None, **kwargs: Any
    ) -> type[BaseFormSet]:
        formset = super().get_formset(request, obj, **kwargs)
        label = BasesField(queryset=LegalBasis.objects.none()).label_from_instance
        formset.form.law = [(basis.pk, label(basis)) for basis in LegalBasis.objects.all()]
        return formset

    def has_add_permission(self, request: HttpRequest, obj: ChecklistVersion | None = None) -> bool:
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: ChecklistVersion | None = None) -> bool:
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ChecklistVersion | None = None) -> bool:
        return _is_draft(obj) and super().has_delete_permission(request, obj)


def _is_draft(version: ChecklistVersion | None) -> bool:
    return version is not None and version.published_at is None


@admin.register(ChecklistVersion)
class ChecklistVersionAdmin(AuditedAdmin):
    """A version with its points. It begins as a draft from the page of its checklist, and is fixed once it is in use."""

    change_form_template = "checklists/version_form.html"
    counted_as = "版"
    heading, about = INSPECTIONS, "每份检查清单的各个版本：草稿在这里改，启用以后不能再改。"
    list_display = ["__str__", "published_at", "withdrawn_at", "withdrawn_because"]
    list_filter = ["checklist"]
    list_select_related = ["checklist"]
    fields = ["checklist", "number", "published_at", "withdrawn_at", "withdrawn_because"]
    readonly_fields = fields
    inlines = [PointInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ChecklistVersion | None = None) -> bool:
        return (obj is None or _is_draft(obj)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ChecklistVersion | None = None) -> bool:
        return False
