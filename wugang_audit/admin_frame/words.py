"""What the admin says after saving, and how its dates are typed."""

from typing import Any, ClassVar
from urllib.parse import quote as urlquote

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

UNCHANGED = "没有改动，什么都没有写入。"


class DayInput(forms.DateInput):
    """A day, chosen from the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None, format: str | None = None):
        super().__init__(attrs, format or "%Y-%m-%d")


def _nothing(field: models.Field) -> str:
    return "（不填）" if field.blank else "请选择"


class PlainInline:
    """Rows of another table within a form. Mix in before the inline; `about` says what they are for."""

    formfield_overrides: ClassVar = {models.DateField: {"widget": DayInput}}
    about = ""

    def formfield_for_dbfield(self, field: models.Field, request: HttpRequest, **options: Any) -> Any:
        """Return the form field; where nothing is chosen yet it says so, instead of a row of dashes."""
        if isinstance(field, models.ForeignKey):
            options.setdefault("empty_label", _nothing(field))
        elif field.choices and "choices" not in options:
            has_blank = field.blank or not field.has_default()
            options["choices"] = field.get_choices(has_blank, blank_choice=[("", _nothing(field))])
        return super().formfield_for_dbfield(field, request, **options)


class PlainAdmin(PlainInline):
    """Mix in before an admin: its messages in plain Chinese, and what the index says of its list.

    `counted_as` is the measure word and noun behind a count; `heading` the heading under which the index names the list,
    `about` one sentence on what is in it; `compact` says that a row takes few lines on a phone, its name first and no labels: the
    style sheet of the list says which columns those are.
    """

    empty_value_display = "—"
    counted_as = "条"
    heading = "其他"
    compact = False

    def response_add(
        self, request: HttpRequest, obj: models.Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        text = format_html("已新增{}“{}”。", self.opts.verbose_name, self._linked(obj))
        self.message_user(request, text, messages.SUCCESS)
        return self._next_page(request, obj) or self.response_post_save_add(request, obj)

    def response_change(self, request: HttpRequest, obj: models.Model) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, obj)
        if self.is_unchanged(obj):
            self.message_user(request, UNCHANGED, messages.INFO)
        else:
            text = format_html("已保存{}“{}”。", self.opts.verbose_name, self._linked(obj))
            self.message_user(request, text, messages.SUCCESS)
        return self._next_page(request, obj) or self.response_post_save_change(request, obj)

    def log_change(self, request: HttpRequest, obj: models.Model, message: list) -> Any:
        return None if self.is_unchanged(obj) else super().log_change(request, obj, message)

    def is_unchanged(self, obj: models.Model) -> bool:
        """Say whether the form that was just saved changed nothing; `save_related` of the admin leaves word of it."""
        return getattr(obj, "saved_unchanged", False)

    def _linked(self, obj: models.Model) -> str:
        return format_html('<a href="{}">{}</a>', urlquote(self._address("change", obj.pk)), obj)

    def _address(self, step: str, *arguments: object) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{step}", args=arguments)

    def _next_page(self, request: HttpRequest, obj: models.Model) -> HttpResponse | None:
        """Return the form that a button other than the plain "save" leads to."""
        if "_continue" in request.POST:
            address = self._address("change", obj.pk)
        elif "_addanother" in request.POST:
            address = self._address("add")
        else:
            return None
        kept = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return redirect(add_preserved_filters(kept, address))
