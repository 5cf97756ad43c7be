"""Credit classes of units in the admin, and the filter of the units by them."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from wugang_audit.imports.admin import ImportAdmin
from wugang_audit.registries.admin import BESIDE
from wugang_audit.registries.deletion import DeletesForReason
from wugang_audit.registries.forms import CellForm, ReasonForm

from .credit_importer import CreditImporter
from .models import CreditClass, CreditGrade, PollutionSource

NONE = "none"


class CreditFilter(admin.SimpleListFilter):
    """Narrows the units by the class that counts today."""

    title = "环保信用等级"
    parameter_name = "credit"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [*CreditGrade.choices, (NONE, "没有等级")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[PollutionSource]
    ) -> QuerySet[PollutionSource]:
        rated = CreditClass.objects.current().filter(source=OuterRef("pk"))
        if self.value() == NONE:
            return queryset.filter(~Exists(rated))
        if self.value() not in CreditGrade.values:
            return queryset
        return queryset.filter(Exists(rated.filter(grade=self.value())))


class CurrentFilter(admin.SimpleListFilter):
    """Leaves the classes that count today."""

    title = "现行"
    parameter_name = "current"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("1", "只看现行的")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CreditClass]) -> QuerySet[CreditClass]:
        return queryset.current() if self.value() == "1" else queryset


class CreditForm(CellForm, ReasonForm):
    """Typed entries go by the rules of the workbook's cells, so that an export comes back unchanged."""

    columns = CreditImporter.columns

    class Meta:
        model = CreditClass
        fields = ["source", "grade", "date", "valid_until", "document"]


@admin.register(CreditClass)
class CreditClassAdmin(DeletesForReason, ImportAdmin):
    heading = BESIDE
    about = "每家单位的环保信用等级、评定日期和来源文件。"
    importer = CreditImporter
    title_field = "source__name"
    form = CreditForm
    list_display = ["unit_name", "number", "grade", "day", "until", "document"]
    list_filter = [CurrentFilter, "grade"]
    list_select_related = ["source"]
    list_per_page = 50
    search_fields = ["source__name", "source__number__startswith", "document"]
    search_help_text = "单位名称、污染源编码或来源文件"
    autocomplete_fields = ["source"]
    fields = ["source", "grade", ("date", "valid_until"), "document", "change_reason"]

    @admin.display(description="单位名称", ordering="source__name")
    def unit_name(self, rated: CreditClass) -> str:
        return rated.source.name

    @admin.display(description="污染源编码", ordering="source__number")
    def number(self, rated: CreditClass) -> str:
        return rated.source.number

    @admin.display(description="评定日期", ordering="date")
    def day(self, rated: CreditClass) -> str:
        return f"{rated.date:%Y-%m-%d}"

    @admin.display(description="有效期至", ordering="valid_until")
    def until(self, rated: CreditClass) -> str:
        return f"{rated.valid_until:%Y-%m-%d}" if rated.valid_until else "—"
