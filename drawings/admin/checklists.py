"""The checklists in the admin: whom each is for, and the points of its versions."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import Max, Q, QuerySet
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from sources.models import Speciality
from wugang_audit.access.keys import KeysField, key_of
from wugang_audit.access.strict_admin import ConstrainedFormSet
from wugang_audit.admin_frame.words import PlainInline
from wugang_audit.audit.trail import lock_table
from wugang_audit.registries.admin import AuditedAdmin

from ..checklists import drafts
from ..checklists.queries import standing
from ..checklists.verbs import CHECKLIST_WORDS, POINT_WORDS
from ..checklists.views import too_late
from ..models import Checklist, ChecklistPoint, ChecklistVersion, LegalBasis
from ..privacy_gate.forms import Clear
from .boxes import BasesBoxes, BasesField, KeyBoxes
from .industries import IndustriesField
from .law import INSPECTIONS


class ChecklistForm(Clear, forms.ModelForm):
    """Whom a checklist is for: boxes and names instead of the codes that the table holds."""

    searched = CHECKLIST_WORDS

    specialities = KeysField(
        queryset=Speciality.objects.all(), required=False, widget=KeyBoxes, label="行业专业组",
        help_text="不选的，各组都用。",
    )  # fmt: skip
    industries = IndustriesField(
        label=Checklist._meta.get_field("industries").verbose_name,
        help_text=Checklist._meta.get_field("industries").help_text,
    )

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

    def clean_name(self) -> str:
        """Refuse a name that another list has; what an older site has twice stays until it is changed."""
        name = self.cleaned_data["name"]
        if "name" in self.changed_data:
            others = Checklist.objects.exclude(pk=self.instance.pk).only("name", "code")
            if same := next((each for each in others if _plain(each.name) == _plain(name)), None):
                raise forms.ValidationError(
                    f"已有同名的检查清单“{same.name}”（代码 {same.code}）：请改成分得清的名称。"
                )
        return name

    def clean_code(self) -> str:
        """Refuse a code that another list has before Django does, whose words name neither."""
        code = self.cleaned_data["code"]
        if same := Checklist.objects.exclude(pk=self.instance.pk).filter(code__iexact=code).first():
            raise forms.ValidationError(f"代码 {code} 已用于“{same.name}”：请改成别的，每份清单一个代码。")
        return code


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


class VersionFilter(admin.SimpleListFilter):
    title = "版本"
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("none", "没有在用的")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Checklist]) -> QuerySet[Checklist]:
        return queryset.filter(pk__in=Checklist.objects.idle()) if self.value() == "none" else queryset


@admin.register(Checklist)
class ChecklistAdmin(AuditedAdmin):
    """A subject and the units that it is for; what is looked at stands in its versions."""

    form = ChecklistForm
    change_form_template = "checklists/checklist_form.html"
    counted_as = "份"
    heading, about = INSPECTIONS, "现场检查用哪份清单：按类别、排污许可和行业自动采用，或由检查组选用。"
    list_display = ["name", "whom", "used", "position", "is_active"]
    list_filter = ["is_active", "by_hand", VersionFilter]
    search_fields = ["name", "code"]
    search_help_text = "名称或代码"
    fieldsets = [
        (None, {"fields": ["name", "code"]}),
        (
            "适用范围",
            {
                "description": "设了的各项都符合的单位，检查自动采用；同一项里选了几个的，符合一个就行。都不设的，所有单位都用。"
                "名录里没有填许可类别或者填的是登记管理，而排污许可条件里有固体废物的单位，也算简化管理。",
                "fields": ["categories", "permit_classes", "media", "specialities", "industries", "by_hand"],
            },
        ),
        (None, {"fields": [("position", "is_active")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Checklist]:
        in_use = Q(versions__published_at__isnull=False, versions__withdrawn_at__isnull=True)
        rows = super().get_queryset(request).prefetch_related("specialities")
        return rows.annotate(newest=Max("versions__number", filter=in_use))

    @admin.display(description="适用范围")
    def whom(self, checklist: Checklist) -> str:
        if checklist.by_hand:
            return "由检查组选用"
        return "；".join(checklist.criteria) or "所有单位"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say on the page for how many units the list is chosen, and what keeps it from being used."""
        if checklist := kwargs.get("obj"):
            context["standing"] = standing(checklist)
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let one person at a time save: a name is compared with all others, and no constraint knows when two are alike."""
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        with transaction.atomic():
            lock_table(Checklist)
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Checklist, form: forms.ModelForm, change: bool) -> None:
        """Leave word of the specialities too: they are saved after the row itself."""
        before = [each.name for each in obj.specialities.all()] if change else []
        super().save_model(request, obj, form, change)
        after = [each.name for each in form.cleaned_data["specialities"]]
        if before != after:
            form.audit_changes["行业专业组"] = ["、".join(before), "、".join(after)]

    @admin.display(description="在用版本")
    def used(self, checklist: Checklist) -> str:
        return f"第 {checklist.newest} 版" if checklist.newest else "没有"

    def get_readonly_fields(self, request: HttpRequest, obj: Checklist | None = None) -> list[str]:
        """The code stands in logged records of findings: it never changes."""
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Checklist | None = None) -> bool:
        return False


class FoldedBoxes(BasesBoxes):
    """The articles folded away: with dozens of them at each point, the page shows only those that are chosen."""

    def render(
        self, name: str, value: list[str], attrs: dict | None = None, renderer: object | None = None
    ) -> SafeString:
        chosen = {str(key) for key in value or ()}
        named = [label for key, label in self.choices if str(key) in chosen]
        boxes = super().render(name, value, attrs, renderer)
        return render_to_string("checklists/_folded_boxes.html", {"named": named, "boxes": boxes})


class PointForm(Clear, forms.ModelForm):
    searched = POINT_WORDS
    bases = BasesField(
        queryset=LegalBasis.objects.all(), required=False, widget=FoldedBoxes, label="法律依据",
        help_text="启用时，选上的都要有效。",
    )  # fmt: skip
    # Read once for all rows of the form.
    law: ClassVar[list[tuple[int, str]]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bases"].choices = self.law

    def clean_code(self) -> str:
        return self.cleaned_data["code"].lower()


class PointFormSet(ConstrainedFormSet):
    """The points of a draft. A code that stands in two rows is marked in the second: Django would say it above all of them."""

    def validate_unique(self) -> None:
        seen: dict[str, int] = {}
        for number, form in enumerate(self.forms, 1):
            code = form.cleaned_data.get("code") if form.is_valid() else None
            if not code or self._should_delete_form(form):
                continue
            if code in seen:
                form.add_error(
                    "code", f"代码 {code} 在第 {seen[code]} 项已经用了：请改成别的，每项一个代码。"
                )
            seen.setdefault(code, number)


class PointInline(PlainInline, admin.StackedInline):
    """The points of a draft; those of a version that was in use are only shown."""

    model = ChecklistPoint
    form = PointForm
    formset = PointFormSet
    template = "checklists/_points.html"
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
    return version is not None and version.is_draft


class DraftForm(forms.ModelForm):
    """A draft as it was when its page was opened: what a colleague has changed since is not overwritten unseen."""

    opened = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": "页面不完整，请刷新后再改。"}
    )

    class Meta:
        model = ChecklistVersion
        exclude = ()  # noqa: DJ006 - the admin names the fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound and _is_draft(self.instance):
            self.initial["opened"] = drafts.opened_of(drafts.rows_of(self.instance))

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        now = drafts.opened_of(drafts.rows_of(self.instance))
        if data.get("opened") and data["opened"] != now:
            # The page shows what the draft holds now: the next press of a button is about that.
            self.data = self.data.copy()
            self.data["opened"] = now
            who = drafts.last_step(self.instance.pk)
            self.add_error(
                None, f"没有保存：您打开以后，{who}改过这份草稿。您填的都在下面，核对以后再保存一次。"
            )
        return data


@admin.register(ChecklistVersion)
class ChecklistVersionAdmin(AuditedAdmin):
    """A version with its points. It begins as a draft from the page of its checklist, and is fixed once it is in use."""

    form = DraftForm
    change_form_template = "checklists/version_form.html"
    counted_as = "版"
    heading, about = INSPECTIONS, "每份检查清单的各个版本：草稿在这里改，启用以后不能再改。"
    list_display = ["__str__", "published_at", "withdrawn_at", "withdrawn_because"]
    list_filter = ["checklist"]
    list_select_related = ["checklist"]
    readonly_fields: ClassVar = ["checklist", "number", "published_at", "withdrawn_at", "withdrawn_because"]
    inlines = [PointInline]

    def get_fields(self, request: HttpRequest, obj: ChecklistVersion | None = None) -> list[Any]:
        """A draft has no days yet."""
        return [("checklist", "number")] if _is_draft(obj) else [*self.readonly_fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ChecklistVersion | None = None) -> bool:
        return (obj is None or _is_draft(obj)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ChecklistVersion | None = None) -> bool:
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save a draft on top of what it holds by now; nothing that was typed is lost, whatever became of it meanwhile."""
        key = key_of(object_id)
        if (
            request.method != "POST"
            or "opened" not in request.POST
            or not key
            or not self.has_change_permission(request)
        ):
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            version = ChecklistVersion.objects.select_for_update().filter(pk=key).first()
            if version is not None and not _is_draft(version):
                return too_late(request, version)
            merged = drafts.merge(version, request.POST) if version else None
            if merged is None:
                return super().changeform_view(request, object_id, form_url, extra_context)
            request.POST = merged.data
            context = (extra_context or {}) | {"meanwhile": merged}
            response = super().changeform_view(request, object_id, form_url, context)
            if not merged.is_told_all:
                response.status_code = 409
            return response
