"""The conditions of discharge permits in the admin: one row for each outlet and pollutant."""

from typing import Any

from django.contrib import admin
from django.db.models.functions import Lower
from django.http import HttpRequest

from wugang_audit.imports.admin import ImportAdmin
from wugang_audit.pagination import LimitedPaginator
from wugang_audit.registries.admin import BESIDE, StrikeOffActions
from wugang_audit.registries.forms import CellForm, ReasonForm
from wugang_audit.spreadsheets.cell_types import Wrong

from . import verbs
from .models import PermitCondition, condition_code
from .permit_columns import COLUMNS, outlet_kind_of, split_limit
from .permit_importer import LONGEST, PermitImporter


class PermitConditionForm(CellForm, ReasonForm):
    """Typed entries go by the rules of the workbook's cells, so that both write the same thing."""

    columns = COLUMNS

    class Meta:
        model = PermitCondition
        exclude = ["updated_at"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        held = self.instance
        if data.get("limit"):
            try:
                data["limit"], data["limit_unit"] = split_limit(data["limit"], data.get("limit_unit", ""))
            except Wrong as wrong:
                self.add_error("limit", f"{wrong.problem}；{wrong.fix}。")
        outlet = data.get("outlet_code") or held.outlet_code
        if outlet and data.get("outlet_kind"):
            try:
                outlet_kind_of(outlet, data["outlet_kind"])
            except Wrong as wrong:
                self.add_error("outlet_kind", f"{wrong.problem}；{wrong.fix}。")
        if not held.pk and {"source", "outlet_code", "pollutant"} <= data.keys():
            held.code = condition_code(data["source"].number, outlet, data["pollutant"])
            if len(held.code) > LONGEST:
                self.add_error("pollutant", "太长，请按许可证填写污染物的名称。")
            elif PermitCondition.objects.alias(_code=Lower("code")).filter(_code=held.code.lower()).exists():
                self.add_error("pollutant", "这家单位的这个排放口已经有这种污染物，请直接修改那一条。")
        return data


@admin.register(PermitCondition)
class PermitConditionAdmin(StrikeOffActions, ImportAdmin):
    importer = PermitImporter
    title_field = "source__name"
    set_active = staticmethod(verbs.set_conditions_active)
    heading, about = BESIDE, "许可证上的排放口、许可限值和治理设施，检查时逐项核对。"
    strike_off_label = "停用所选条件（许可证已不要求；历史保留）"
    reactivate_label = "恢复所选条件"
    counted_as = "条许可条件"
    form = PermitConditionForm
    list_display = ["number", "unit_name", "outlet_code", "outlet_kind", "pollutant", "printed_limit", "tons",
                    "facility", "is_active"]  # fmt: skip
    list_display_links = ["outlet_code", "pollutant"]
    list_filter = ["is_active", "outlet_kind", "monitored"]
    list_select_related = ["source"]
    list_per_page = 50
    paginator = LimitedPaginator
    search_fields = ["source__name", "source__number__startswith", "outlet_code__startswith", "pollutant"]
    search_help_text = "单位名称、污染源编码、排放口编号或污染物"
    autocomplete_fields = ["source"]
    readonly_fields = ["code", "updated_at"]
    actions = ["strike_off", "reactivate"]
    fieldsets = [
        ("排放口", {"fields": ["source", ("outlet_code", "outlet_kind"), "outlet_name"]}),
        ("许可限值", {"fields": ["pollutant", ("limit", "limit_unit"), "annual_limit", "standard"]}),
        ("治理与监测", {"fields": ["facility_code", "facility_name", "process", "monitored"]}),
        ("备注", {"fields": ["remarks", "is_active", "change_reason", "updated_at"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: PermitCondition | None = None) -> list[str]:
        # The three name the condition: an import finds it by them.
        return [*self.readonly_fields, "source", "outlet_code", "pollutant"] if obj else self.readonly_fields

    @admin.display(description="污染源编码", ordering="source__number")
    def number(self, condition: PermitCondition) -> str:
        return condition.source.number

    @admin.display(description="单位名称", ordering="source__name")
    def unit_name(self, condition: PermitCondition) -> str:
        return condition.source.name

    @admin.display(description="浓度限值", ordering="limit")
    def printed_limit(self, condition: PermitCondition) -> str:
        return f"{condition.limit}\u00a0{condition.limit_unit}".strip() or "—"

    @admin.display(description="吨/年", ordering="annual_limit")
    def tons(self, condition: PermitCondition) -> str:
        return "".join(condition.annual_limit_labels) or "—"

    @admin.display(description="治理设施", ordering="facility_code")
    def facility(self, condition: PermitCondition) -> str:
        return f"{condition.facility_code} {condition.facility_name}".strip() or "—"
