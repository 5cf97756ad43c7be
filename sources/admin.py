"""The registry of pollution sources in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.forms import BaseFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from wugang_audit.imports.admin import ImportAdmin
from wugang_audit.imports.importer import REASON
from wugang_audit.registries.admin import BESIDE, RegistryAdmin, StrikeOffActions

from . import data_checks, join_undo, overview, search, verbs  # noqa: F401 - the overview registers itself
from .classify_admin import LABEL, ClassifyAction
from .credit_admin import CreditFilter
from .forms import PollutionSourceForm, SpecialityForm
from .importer import SourceImporter, exchanged
from .industries import label_of
from .models import Medium, PollutionSource, Speciality
from .permit_admin import PermitConditionAdmin  # noqa: F401 -- registers itself
from .places import Place, region

NAMED = 6  # industries of a group that the list of groups names


class MediumFilter(admin.SimpleListFilter):
    title = "重点单位类型"
    parameter_name = "medium"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return Medium.choices

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[PollutionSource]
    ) -> QuerySet[PollutionSource]:
        if self.value() not in Medium.values:
            return queryset
        value = self.value()  # "water" also ends "groundwater": whole words only
        return queryset.filter(
            Q(media=value)
            | Q(media__startswith=f"{value},")
            | Q(media__endswith=f",{value}")
            | Q(media__contains=f",{value},")
        )


class CheckFilter(admin.SimpleListFilter):
    title = "待核对"
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(code, check.label) for code, check in data_checks.CHECKS.items()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[PollutionSource]
    ) -> QuerySet[PollutionSource]:
        return data_checks.narrow(queryset, self.value()) if self.value() in data_checks.CHECKS else queryset


class TownshipFilter(admin.SimpleListFilter):
    title = "乡镇（街道）"
    parameter_name = "township"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(name, name) for name in search.townships()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[PollutionSource]
    ) -> QuerySet[PollutionSource]:
        return queryset.filter(township=self.value()) if self.value() else queryset


@admin.register(PollutionSource)
class PollutionSourceAdmin(ClassifyAction, StrikeOffActions, ImportAdmin):
    class Media:
        css = {"all": ["sources/lists.css"]}

    importer = SourceImporter
    set_active = staticmethod(verbs.set_active)
    exchanged = staticmethod(exchanged)
    heading = "两个名录"
    strike_off_label = "停用所选单位（注销、搬离；历史保留）"
    reactivate_label = "恢复所选单位"
    counted_as = "家单位"
    compact = True
    change_list_template = "sources/source_list.html"
    change_form_template = "sources/source_form.html"
    form = PollutionSourceForm
    list_display = [
        "number",
        "name",
        "class_today",
        "speciality",
        "township",
        "operating_state",
        "takes_part",
    ]
    list_display_links = ["number", "name"]
    list_filter = [
        "is_active", CheckFilter, "category", MediumFilter, "speciality", "operating_state", "permit_class", CreditFilter,
        "discharges_wastewater", "discharges_waste_gas", TownshipFilter,
    ]  # fmt: skip
    list_select_related = ["speciality"]
    list_per_page = 50
    ordering = ["number", "pk"]  # as in the index: a far page need not be sorted
    # Shows the box; `search.search` says how they are searched.
    search_fields = ["name", "township__startswith", "number__startswith", "credit_code__startswith"]
    search_help_text = "单位名称、乡镇，或污染源编码、统一社会信用代码的前几位"
    readonly_fields = ["speciality", "updated_at"]
    actions = ["classify", "strike_off", "reactivate"]
    fieldsets = [
        ("单位", {"fields": [("number", "name"), ("credit_code", "legal_representative"), "is_active"]}),
        ("监管类别", {"fields": ["category", "media", ("special_reason", "special_basis"),
                               ("special_from", "special_until", "category_after")]}),
        ("行业", {"fields": [("industry_code", "industry_name"), "speciality"]}),
        ("排污许可", {"fields": [("permit_class", "permit_number", "permit_expiry"),
                             ("discharges_wastewater", "discharges_waste_gas")]}),
        ("位置和联系", {"fields": [("township", "address"), ("longitude", "latitude"), ("contact", "phone")]}),
        ("生产与抽查", {"fields": [("operating_state", "exempt_reason"), "out_of_season"]}),
        ("备注", {"fields": ["remarks", "change_reason", "updated_at"]}),
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: PollutionSource | None = None) -> list[str]:
        # The registry number is in frozen files: it is given once.
        return [*self.readonly_fields, "number"] if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: PollutionSource, form: ModelForm, change: bool) -> None:
        before = PollutionSource.objects.filter(pk=obj.pk).first() if change else None
        if before and before.is_joined and obj.is_active:
            undone = join_undo.undo(before, actor=request.user, reason=form.cleaned_data["change_reason"])
            for said in undone.sentences:
                self.message_user(request, said, messages.INFO)
        super().save_model(request, obj, form, change)
        if Place(obj.longitude, obj.latitude).outside:
            said = f"已保存；坐标不在{region().bounds_in_words}，请核对。"
            self.message_user(request, said, messages.WARNING)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        unit = context.get("original")  # as it was filled in: whether it is joined says the database
        joined = join_undo.joined(PollutionSource.objects.filter(pk=unit.pk)).first() if unit else None
        context["join_undo"] = join_undo.examine(joined) if joined else None
        return super().render_change_form(request, context, *args, **kwargs)

    def effects(self, rows: QuerySet[PollutionSource], active: bool) -> list[str]:
        found = [join_undo.examine(unit) for unit in join_undo.joined(rows)] if active else []
        return [said for each in found for said in each.sentences]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        extra = {"check": data_checks.CHECKS.get(request.GET.get("check", "")), "classify_label": LABEL}
        return super().changelist_view(request, (extra_context or {}) | extra)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[PollutionSource], search_term: str
    ) -> tuple[QuerySet[PollutionSource], bool]:
        return search.search(queryset, search_term), False

    @admin.display(description="监管类别", ordering="category")
    def class_today(self, unit: PollutionSource) -> str:
        return unit.category_today

    @admin.display(description="参加抽签")
    def takes_part(self, unit: PollutionSource) -> str:
        if not unit.is_active:
            return "不在库"
        if not unit.category or unit.speciality_id is None:
            return "待定"
        if unit.standing == "in":
            return format_html(
                '<span class="takes-part">{}</span>', "参加"
            )  # on a phone it goes without saying
        return {"stopped": "停产", "exempt": "免抽"}[unit.standing]


@admin.register(Speciality)
class SpecialityAdmin(RegistryAdmin):
    counted_as = "个行业专业组"
    heading, about = BESIDE, "哪些行业代码归哪一组：单位按它归组，执法人员按它派出。"
    form = SpecialityForm
    list_display = ["name", "industries", "remarks"]
    list_display_links = ["name"]
    search_fields = ["code", "name", "prefixes"]
    search_help_text = "代码、名称或行业代码"
    fields = ["code", "name", "prefixes", "remarks", "change_reason"]

    def get_readonly_fields(self, request: HttpRequest, obj: Speciality | None = None) -> list[str]:
        return ["code"] if obj else []

    @admin.display(description="行业")
    def industries(self, group: Speciality) -> str:
        named = "、".join(label_of(each) for each in group.prefix_list[:NAMED])
        more = len(group.prefix_list) > NAMED
        return f"{named}等 {len(group.prefix_list)} 类" if more else named

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[BaseFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        if not change or "prefixes" in form.changed_data:
            why = form.cleaned_data["change_reason"]
            said = f"行业专业组“{form.instance.name}”的行业代码修改：{why}"
            moved = verbs.regroup(request.user, said[:REASON])
            self.message_user(
                request, f"已按新的行业代码重新归组，{moved} 家单位换了行业专业组。", messages.SUCCESS
            )
