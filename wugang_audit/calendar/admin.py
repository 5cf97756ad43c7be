"""The State Council's notices in the admin: one notice a page, with its days."""

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest

from ..access.strict_admin import ConstrainedFormSet, StrictAdmin
from ..admin_frame.words import PlainInline
from ..registries.admin import RegistryAdmin
from ..registries.deletion import DeletesForReason
from .models import HolidayNotice, SpecialDay, said
from .queries import Table, table, table_now


class DayFormSet(ConstrainedFormSet):
    """Days of one notice. One that stands in two rows is marked in the second: Django would say it above all of them."""

    def validate_unique(self) -> None:
        seen = {}
        for number, form in enumerate(self.forms, 1):
            day = form.cleaned_data.get("day") if form.is_valid() else None
            if day is None or self._should_delete_form(form):
                continue
            if day in seen:
                form.add_error("day", f"{said(day)}在第 {seen[day]} 行已经有了：一天只登记一次，请删去一行。")
            seen.setdefault(day, number)


class DayInline(PlainInline, StrictAdmin, admin.StackedInline):
    about = "通知里点名的每一天：放假的日子（周末也要登记），和调休上班的周末。其他日子不用登记。"
    model = SpecialDay
    formset = DayFormSet
    extra = 3
    fields = [("day", "is_workday", "name")]


def _state(year: int, found: Table) -> str:
    if lacks := found.missing(year):
        return f"没有登记齐，期限仍标“暂估”。还缺：{'、'.join(lacks)}。"
    if more := found.too_many(year):
        return f"齐全；放假比法定的多 {more} 个工作日，请核对调休上班的日子是否都登记了（国务院另行延长的除外）。"
    return "齐全。"


@admin.register(HolidayNotice)
class HolidayNoticeAdmin(DeletesForReason, RegistryAdmin):
    """A mistaken notice is deleted once it has no day."""

    heading = "工作日"
    about = "国务院办公厅每年的放假安排。没有登记齐的年度只算周末、固定节日和已登记的日子，页面上标“暂估”。"
    counted_as = "份通知"
    deletion_help = "例如同一份通知登记了两次。"
    list_display = ["title", "year", "document_number", "issued", "count", "state"]
    list_filter = ["year"]
    search_fields = ["title", "document_number"]
    search_help_text = "标题或文号"
    fields = [("year", "issued_on"), "title", "document_number", "url", "text", "state", "change_reason"]
    readonly_fields = ["state"]
    inlines = [DayInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[HolidayNotice]:
        return super().get_queryset(request).annotate(days_named=models.Count("days"))

    @admin.display(description="发文日期", ordering="issued_on")
    def issued(self, notice: HolidayNotice) -> str:
        return f"{notice.issued_on:%Y-%m-%d}"

    @admin.display(description="登记的天数", ordering="days_named")
    def count(self, notice: HolidayNotice) -> int:
        return notice.days_named

    @admin.display(description="登记情况")
    def state(self, notice: HolidayNotice) -> str:
        """Say what the year still lacks, of all its notices together: the list asks for it in each row."""
        if not notice.pk:
            return "保存后显示这一年还缺哪些日子。"
        return _state(notice.year, table())

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: list[forms.BaseFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        year, now = form.instance.year, table_now()
        if now.missing(year) or now.too_many(year):
            self.message_user(request, f"{year}年度{_state(year, now)}", messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: HolidayNotice | None = None) -> bool:
        if obj is not None and obj.days.exists():
            return False
        return super().has_delete_permission(request, obj)
