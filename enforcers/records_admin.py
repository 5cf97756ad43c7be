"""Records of officers besides their own row: recusals, absences, trainings, each as a list over all officers."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, StreamingHttpResponse

from wugang_audit import clock
from wugang_audit.audit import trail
from wugang_audit.imports.admin import ImportAdmin
from wugang_audit.imports.export_admin import download
from wugang_audit.registries.admin import BESIDE
from wugang_audit.registries.deletion import DeletesForReason

from . import filters
from .forms import RecusalForm
from .models import Absence, Period, Recusal, TrainingRecord
from .record_importers import AbsenceImporter, RecusalImporter, TrainingImporter


def hide_related_buttons(form_class: type[BaseForm], *names: str) -> None:
    """Hide the buttons that add, change or view a row of another registry from within this form."""
    for name in names:
        widget = form_class.base_fields[name].widget
        widget.can_add_related = widget.can_change_related = widget.can_view_related = False


class KeptAdmin(DeletesForReason, ImportAdmin):
    """Rows that belong to an officer. A mistaken one is deleted; its history stays."""

    class Media:
        css = {"all": ["enforcers/lists.css"]}

    list_select_related = ["officer"]
    deletion_help = "例如登记错了人。"
    title_field = "officer__name"
    heading = BESIDE
    actions = ["export_rows"]
    autocomplete_fields = ["officer"]
    search_fields = ["officer__name", "officer__certificate_number"]
    search_help_text = "人员姓名或执法证号"

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[BaseForm]:
        form_class = super().get_form(request, obj, change, **kwargs)
        hide_related_buttons(form_class, *self.autocomplete_fields)
        return form_class

    @admin.action(description="导出所选为 Excel", permissions=["change"])
    def export_rows(self, request: HttpRequest, kept: QuerySet) -> StreamingHttpResponse:
        importer = self.importer()
        name = f"{importer.label}{clock.today():%Y-%m-%d}.xlsx"
        trail.record(request.user, f"导出{importer.label}", name, {"行数": kept.count()})
        return download(name, importer.written_columns, importer.exported(kept))

    # Methods, for Django lets neither a date nor another object wrap.
    @admin.display(description="执法人员", ordering="officer__name")
    def who(self, kept: Absence | Recusal | TrainingRecord) -> str:
        return kept.officer.name

    @admin.display(description="期限", ordering="since")
    def period(self, kept: Period) -> str:
        return f"{kept.since:%Y-%m-%d} " + (f"至 {kept.until:%Y-%m-%d}" if kept.until else "起")

    @admin.display(description="状态")
    def standing(self, kept: Period) -> str:
        today = clock.today()
        state = "now" if kept.since <= today else "later"
        return filters.PERIODS["over" if kept.until and kept.until < today else state]


@admin.register(Recusal)
class RecusalAdmin(KeptAdmin):
    form = RecusalForm
    importer = RecusalImporter
    about = "谁不能去查哪家单位，以及为什么、到什么时候。"
    list_display = ["who", "unit", "basis", "reason", "period", "standing"]
    list_filter = [filters.InForce, "kind"]
    list_select_related = ["officer", "source"]
    search_fields = [*KeptAdmin.search_fields, "source__name", "source__number"]
    search_help_text = "人员姓名、执法证号、单位名称或污染源编码"
    autocomplete_fields = ["officer", "source"]
    fields = ["officer", "source", "kind", "reason", ("since", "until"), "change_reason"]

    @admin.display(description="回避单位", ordering="source__name")
    def unit(self, recusal: Recusal) -> str:
        return str(recusal.source)

    @admin.display(description="依据", ordering="kind")
    def basis(self, recusal: Recusal) -> str:
        return recusal.get_kind_display()


@admin.register(Absence)
class AbsenceAdmin(KeptAdmin):
    importer = AbsenceImporter
    about = "请假、借调、培训的起止日期：这段时间不派出，到期自动恢复。"
    list_display = ["who", "kind", "period", "standing", "reason"]
    list_filter = [filters.InForce, "kind"]
    fields = ["officer", "kind", "reason", ("since", "until"), "change_reason"]


@admin.register(TrainingRecord)
class TrainingAdmin(KeptAdmin):
    importer = TrainingImporter
    about = "谁在哪天参加了什么培训。"
    list_display = ["who", "day", "topic", "hours", "result"]
    list_filter = ["result"]
    date_hierarchy = "date"
    search_fields = [*KeptAdmin.search_fields, "topic"]
    search_help_text = "人员姓名、执法证号或培训内容"
    fields = ["officer", ("date", "hours", "result"), "topic", "change_reason"]

    @admin.display(description="日期", ordering="date")
    def day(self, record: TrainingRecord) -> str:
        return f"{record.date:%Y-%m-%d}"
