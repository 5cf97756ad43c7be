"""Records of officers besides their own row: recusals, absences, trainings, each as a list over all officers."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Choices, Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from wugang_audit.audit import trail
from wugang_audit.imports.export_admin import download
from wugang_audit.registries.admin import BESIDE, RegistryAdmin
from wugang_audit.registries.forms import StrikeOffForm
from wugang_audit.spreadsheets import cell_types, export
from wugang_audit.spreadsheets.table import Column

from . import filters
from .forms import RecusalForm
from .models import Absence, Period, Recusal, TrainingRecord

OFFICER = (
    Column("officer__name", "姓名", cell_types.text(60)),
    Column("officer__certificate_number", "执法证号", cell_types.text(55)),
    Column("officer__department", "所属机构", cell_types.text(60)),
)
PERIOD = (Column("since", "自", cell_types.date), Column("until", "至", cell_types.date))


def _labels(choices: type[Choices]) -> cell_types.Rule:
    return cell_types.choice({each.value: each.label for each in choices})


def hide_related_buttons(form_class: type[BaseForm], *names: str) -> None:
    """Hide the buttons that add, change or view a row of another registry from within this form."""
    for name in names:
        widget = form_class.base_fields[name].widget
        widget.can_add_related = widget.can_change_related = widget.can_view_related = False


class KeptAdmin(RegistryAdmin):
    """Rows that belong to an officer. A mistaken one is deleted; its history stays."""

    class Media:
        css = {"all": ["enforcers/lists.css"]}

    list_select_related = ["officer"]
    heading = BESIDE
    list_title = ""
    columns: Sequence[Column] = ()  # of the export
    actions = ["export_rows"]
    autocomplete_fields = ["officer"]
    search_fields = ["officer__name", "officer__certificate_number"]
    search_help_text = "人员姓名或执法证号"

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.list_title} | (extra_context or {}))

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[BaseForm]:
        form_class = super().get_form(request, obj, change, **kwargs)
        hide_related_buttons(form_class, *self.autocomplete_fields)
        return form_class

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # one by one, each for its reason
        return actions

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        """Ask why a row is deleted: a recusal or an absence that is gone decides who may be sent."""
        kept = self.get_object(request, unquote(object_id))
        if kept is None or not self.has_delete_permission(request, kept):
            return super().delete_view(request, object_id, extra_context)
        form = StrikeOffForm(request.POST if request.method == "POST" else None)
        form.fields["reason"].label, form.fields["reason"].help_text = "删除原因", "例如登记错了人。"
        form.fields["reason"].error_messages["required"] = "请写明删除原因。"
        said = f"{self.opts.verbose_name} {kept}"
        changelist = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        if form.is_valid():
            kept._change_reason = form.cleaned_data["reason"]
            with transaction.atomic():
                self.delete_model(request, kept)
            self.message_user(request, f"已删除{said}，历史保留。", messages.SUCCESS)
            return redirect(changelist)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": f"删除{said}",
            "verb": "删除",
            "form": form,
            "list_url": reverse(changelist),
            "rows": (),
            "action": "",
            "selected": (),
        }
        return render(request, "admin/strike_off.html", context)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super(RegistryAdmin, self).has_delete_permission(request, obj)

    @admin.action(description="导出所选为 Excel", permissions=["change"])
    def export_rows(self, request: HttpRequest, kept: QuerySet) -> StreamingHttpResponse:
        name = f"{self.list_title}{timezone.localdate():%Y-%m-%d}.xlsx"
        trail.record(request.user, f"导出{self.list_title}", name, {"行数": kept.count()})
        rows = kept.values_list(*(column.attribute for column in self.columns))
        return download(name, self.columns, rows.iterator(chunk_size=export.CHUNK))

    # Methods, for Django lets neither a date nor another object wrap.
    @admin.display(description="执法人员", ordering="officer__name")
    def who(self, kept: Absence | Recusal | TrainingRecord) -> str:
        return kept.officer.name

    @admin.display(description="期限", ordering="since")
    def period(self, kept: Period) -> str:
        return f"{kept.since:%Y-%m-%d} " + (f"至 {kept.until:%Y-%m-%d}" if kept.until else "起")

    @admin.display(description="状态")
    def standing(self, kept: Period) -> str:
        today = timezone.localdate()
        state = "now" if kept.since <= today else "later"
        return filters.PERIODS["over" if kept.until and kept.until < today else state]


@admin.register(Recusal)
class RecusalAdmin(KeptAdmin):
    form = RecusalForm
    list_title = "执法人员回避"
    about = "谁不能去查哪家单位，以及为什么、到什么时候。"
    columns = (
        *OFFICER,
        Column("source__number", "污染源编码", cell_types.text(55)),
        Column("source__name", "回避单位", cell_types.text(200)),
        Column("kind", "依据", _labels(Recusal.Kind)),
        Column("reason", "原因", cell_types.text(200)),
        *PERIOD,
    )
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
    list_title = "不在岗时段"
    about = "请假、借调、培训的起止日期：这段时间不派出，到期自动恢复。"
    columns = (
        *OFFICER,
        Column("kind", "事由", _labels(Absence.Kind)),
        *PERIOD,
        Column("reason", "说明", cell_types.text(200)),
    )
    list_display = ["who", "kind", "period", "standing", "reason"]
    list_filter = [filters.InForce, "kind"]
    fields = ["officer", "kind", "reason", ("since", "until"), "change_reason"]


@admin.register(TrainingRecord)
class TrainingAdmin(KeptAdmin):
    list_title = "培训记录"
    about = "谁在哪天参加了什么培训。"
    columns = (
        *OFFICER,
        Column("date", "日期", cell_types.date),
        Column("topic", "内容", cell_types.text(120)),
        Column("hours", "学时", cell_types.text(5)),
        Column("result", "结果", _labels(TrainingRecord.Result)),
    )
    list_display = ["who", "day", "topic", "hours", "result"]
    list_filter = ["result"]
    date_hierarchy = "date"
    search_fields = [*KeptAdmin.search_fields, "topic"]
    search_help_text = "人员姓名、执法证号或培训内容"
    fields = ["officer", ("date", "hours", "result"), "topic", "change_reason"]

    @admin.display(description="日期", ordering="date")
    def day(self, record: TrainingRecord) -> str:
        return f"{record.date:%Y-%m-%d}"
