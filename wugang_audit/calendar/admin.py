"""The State Council's notices in the admin: one notice a page, with its days."""

import itertools
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, QueryDict

from .. import clock
from ..access.strict_admin import ConstrainedFormSet, StrictAdmin
from ..admin_frame.words import PlainInline
from ..registries.admin import RegistryAdmin
from ..registries.deletion import DeletesForReason
from ..registries.forms import ReasonForm
from .models import HolidayNotice, SpecialDay, said
from .notice_text import parse
from .queries import Table, days_of_others, lost_by, table, table_now
from .wholeness import NamedDay

MOST_ROWS = 400  # more than the days of a year are none that a person typed


class NoticeForm(ReasonForm):
    """A notice, and its sentences to be read into rows: what is not understood is said here, the rows are `DayFormSet`'s."""

    sentences = forms.CharField(
        label="从通知原文录入", required=False, max_length=5000,
        help_text="把通知里放假和上班的那几句粘贴到这里，保存时自动读成下面的日期，不必逐天填；“共几天”和星期几一并核对。"
        "原文一栏空着的，也用它填上。",
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 6}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        text, year = data.get("sentences"), data.get("year")
        if text and year:
            self.parsed = parse(text, year, days_of_others(year, self.instance.pk))
            for fault in self.parsed.faults:
                self.add_error("sentences", f"{fault}请改正，或者在这里删去它，在下面逐天登记。")
            if not self.parsed.days and not self.parsed.faults:
                self.add_error(
                    "sentences",
                    "没有读出任何日期：请粘贴像“二、春节：2月15日至23日放假调休，共9天。”这样的句子。",
                )
            data["text"] = data.get("text") or text
        return data


class DayFormSet(ConstrainedFormSet):
    """Days of one notice. One that stands in two rows is marked in the second: Django would say it above all of them."""

    def __init__(self, data: QueryDict | None = None, *args: Any, prefix: str | None = None, **kwargs: Any):
        prefix = prefix or self.get_default_prefix()
        if data and data.get("sentences"):
            notice = kwargs.get("instance")
            data = _with_rows(data, prefix, notice.pk if notice else None)
        super().__init__(data, *args, prefix=prefix, **kwargs)

    def validate_unique(self) -> None:
        seen = {}
        for number, form in enumerate(self.forms, 1):
            day = form.cleaned_data.get("day") if form.is_valid() else None
            if day is None or self._should_delete_form(form):
                continue
            if day in seen:
                form.add_error("day", f"{said(day)}在第 {seen[day]} 行已经有了：一天只登记一次，请删去一行。")
            seen.setdefault(day, number)

    def clean(self) -> None:
        """Refuse what leaves a year without a day that its notice must name: its dates would be estimates from then on.

        Of a year that has not begun it is only said (`HolidayNoticeAdmin.save_related`): its notice may still be typed in anew.
        """
        super().clean()
        if any(self.errors):
            return
        rows = [form for form in self.forms if form.instance.pk or form.has_changed()]
        kept = [form.cleaned_data for form in rows if not self._should_delete_form(form)]
        days = [NamedDay(row["day"], row["is_workday"], row["name"]) for row in kept]
        lost = lost_by(self.instance.pk, days, clock.today().year)
        if lost:
            self._refuse(rows, lost)

    def _refuse(self, rows: list[forms.ModelForm], lost: dict[int, list[str]]) -> None:
        """Say it at each row that takes something from such a year; above them, that nothing was saved.

        Django lets a row pass that is to be deleted, whatever is wrong with it: so the words above must be there.
        """
        touching = [form for form in rows if self._should_delete_form(form) or form.has_changed()]
        # Another name costs a year a day only where no day was changed.
        of_days = [
            form
            for form in touching
            if self._should_delete_form(form) or {"day", "is_workday"} & set(form.changed_data)
        ]
        for form in of_days or touching:
            touched = {day.year for day in (form.initial.get("day"), form.cleaned_data.get("day")) if day}
            for year in sorted(touched & lost.keys()):
                form.add_error(
                    "day",
                    f"{year}年度已经登记齐，这样改会缺{'、'.join(lost[year])}，期限又要标“暂估”。"
                    "哪一天登记错了，就在这一行里直接改成对的，不要勾选“删除”。",
                )
        years = "、".join(f"{year}年度" for year in lost)
        raise ValidationError(f"没有保存：{years}会变得不齐，见下面标出的行。")


def _with_rows(data: QueryDict, prefix: str, notice: int | None) -> QueryDict:
    """Return what was sent with a row for each day of the pasted sentences that has none, the empty rows first.

    So these days are checked, shown and kept as if they had been typed. What cannot be read is left for the form to say.

    :param notice: the primary key of the notice that is edited, where it is in the table.
    """
    try:
        year, total, first = (
            int(data.get(name, "")) for name in ("year", f"{prefix}-TOTAL_FORMS", f"{prefix}-INITIAL_FORMS")
        )
    except ValueError:
        return data
    if not (2000 <= year <= 2100 and 0 <= first <= total <= MOST_ROWS):
        return data
    rows = [
        tuple(data.get(f"{prefix}-{n}-{column}", "") for column in ("day", "is_workday", "name", "DELETE"))
        for n in range(total)
    ]
    typed = {(day, is_workday) for day, is_workday, _, deleted in rows if not deleted}
    free = [n for n in range(first, total) if not rows[n][0] and not rows[n][2] and not rows[n][3]]
    numbers = itertools.chain(free, itertools.count(total))
    data = data.copy()
    for named in parse(data["sentences"], year, days_of_others(year, notice)).days:
        if (f"{named.day}", f"{named.is_workday}") in typed:
            continue
        number = next(numbers)
        total = max(total, number + 1)
        data[f"{prefix}-{number}-day"] = f"{named.day}"
        data[f"{prefix}-{number}-is_workday"] = f"{named.is_workday}"
        data[f"{prefix}-{number}-name"] = named.name
    data[f"{prefix}-TOTAL_FORMS"] = f"{total}"
    return data


class DayInline(PlainInline, StrictAdmin, admin.StackedInline):
    about = "通知里点名的每一天：放假的日子（周末也要登记），和调休上班的周末。其他日子不用登记。"
    model = SpecialDay
    formset = DayFormSet
    template = "calendar/_days.html"
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

    form = NoticeForm
    heading = "工作日"
    about = "国务院办公厅每年的放假安排。没有登记齐的年度只算周末、固定节日和已登记的日子，页面上标“暂估”。"
    counted_as = "份通知"
    deletion_help = "例如同一份通知登记了两次。"
    list_display = ["title", "year", "document_number", "issued", "count", "state"]
    list_filter = ["year"]
    search_fields = ["title", "document_number"]
    search_help_text = "标题或文号"
    fields = [
        ("year", "issued_on"),
        "title",
        "document_number",
        "url",
        "sentences",
        "text",
        "state",
        "change_reason",
    ]
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
        if form.cleaned_data.get("sentences"):
            days = form.parsed.days
            worked = sum(named.is_workday for named in days)
            said_so = f"从原文读出 {len(days)} 天：放假 {len(days) - worked} 天，上班 {worked} 天。"
            self.message_user(request, said_so, messages.INFO)
        year, now = form.instance.year, table_now()
        if now.missing(year) or now.too_many(year):
            self.message_user(request, f"{year}年度{_state(year, now)}", messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: HolidayNotice | None = None) -> bool:
        if obj is not None and obj.days.exists():
            return False
        return super().has_delete_permission(request, obj)
