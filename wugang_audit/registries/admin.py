"""What the admins of all registries share: the audit trail, the history, and the import pages."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import DeletedObject, HistoricalChanges, ModelChange
from simple_history.template_utils import HistoricalRecordContextHelper

from ..access.strict_admin import StrictAdmin
from ..admin_frame.words import PlainAdmin
from ..audit import trail
from ..pagination import LimitedChangeList, LimitedPaginator
from .changes import changes_of, differs, field_names
from .display import display
from .forms import ReasonForm, StrikeOffForm
from .history_kinds import HistoryKind

BESIDE = "与名录有关的登记"  # the heading of the index under which the lists beside the registries stand
STRUCK_OFF_SHOWN = 30  # rows that the page names before it asks why


class AuditedAdmin(PlainAdmin, StrictAdmin, admin.ModelAdmin):
    """Writes an audit entry for every change, in the transaction that makes it; where nothing changed, nothing at all."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    save_on_top = False
    paginator = LimitedPaginator

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LimitedChangeList]:
        return LimitedChangeList

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: forms.ModelForm, change: bool
    ) -> None:
        before = type(obj)._default_manager.get(pk=obj.pk) if change else None
        if before is None or differs(before, obj):
            super().save_model(request, obj, form, change)
            form.was_saved = True
        form.audit_changes = changes_of(before, obj, field_names(type(obj)))

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: list[forms.BaseFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        changes = dict(form.audit_changes)
        for formset in formsets:
            label = str(formset.model._meta.verbose_name)
            lines = [f"增加 {each}" for each in formset.new_objects]
            lines += [f"修改 {each}" for each, _ in formset.changed_objects]
            lines += [f"删除 {each}" for each in formset.deleted_objects]
            if lines:
                changes[label] = lines
        form.instance.saved_unchanged = not changes and not getattr(form, "was_saved", False)
        if changes or not change:
            self.record(request, "修改" if change else "新增", form.instance, changes)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        # The entry names the object, so it comes before the object goes; the view is one transaction.
        why = {"reason": obj._change_reason} if getattr(obj, "_change_reason", "") else {}
        self.record(request, "删除", obj, changes_of(None, obj, field_names(type(obj))) | why)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)

    def record(self, request: HttpRequest, verb: str, obj: models.Model, changes: dict[str, Any]) -> None:
        trail.record(request.user, f"{verb}{self.opts.verbose_name}", obj, changes)


class ReadableHistory(HistoricalRecordContextHelper):
    """Shows changes as people read them: 停产 rather than ``stopped``."""

    def prepare_delta_change_value(self, change: ModelChange, value: Any) -> Any:
        if isinstance(value, DeletedObject):  # simple-history makes one of an empty relation too
            return str(value) if value.pk is not None else ""
        if value is None or isinstance(value, list | models.Model):
            return super().prepare_delta_change_value(change, value)
        return display(self.model(**{change.field: value}), change.field)


class RegistryAdmin(AuditedAdmin, SimpleHistoryAdmin):
    """A registry: rows are deactivated, never deleted; every version is kept and can be read."""

    form = ReasonForm
    object_history_template = "admin/history.html"
    object_history_list_template = "admin/history_list.html"

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: forms.ModelForm, change: bool
    ) -> None:
        obj._change_reason = form.cleaned_data.get("change_reason") or ""
        super().save_model(request, obj, form, change)

    def save_formset(
        self, request: HttpRequest, form: forms.ModelForm, formset: forms.BaseFormSet, change: bool
    ) -> None:
        """The rows that belong to this one were changed for the same reason."""
        for row in formset.forms:
            row.instance._change_reason = form.cleaned_data.get("change_reason") or ""
        super().save_formset(request, form, formset, change)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: HistoricalChanges
    ) -> ReadableHistory:
        return ReadableHistory(self.model, historical_record)

    def set_history_delta_changes(
        self,
        request: HttpRequest,
        historical_records: Sequence[HistoricalChanges],
        foreign_keys_are_objs: bool = True,
    ) -> None:
        super().set_history_delta_changes(request, historical_records, foreign_keys_are_objs)
        for record in historical_records:
            record.kind = HistoryKind(record.history_type)

    def revert_disabled(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        # An old version is read in the list of changes; to restore it here would leave no audit entry.
        raise Http404


class StrikeOffActions:
    """The two actions of a list that take rows off their registry, and put them back. Mix in before the admin.

    `strike_off_label` and `reactivate_label` name them in the menu. `set_active(rows, active, actor, reason=…)` writes and
    returns how many rows changed. `counted_as` is the measure word and noun behind that number, `after_reactivating`
    what the message adds behind it.
    """

    set_active: Callable[..., int]
    strike_off_label: str
    reactivate_label: str
    counted_as: str
    after_reactivating = ""

    def get_action(self, action: Callable[..., Any] | str) -> tuple[Callable[..., Any], str, str] | None:
        found = super().get_action(action)
        labels = {"strike_off": self.strike_off_label, "reactivate": self.reactivate_label}
        return (*found[:2], labels[action]) if found and action in labels else found

    def effects(self, rows: models.QuerySet, active: bool) -> list[str]:
        """Return in Chinese what else happens to the rows: said before it is confirmed, and after it was done."""
        return []

    def strike_off(self, request: HttpRequest, rows: models.QuerySet) -> HttpResponse | None:
        return self._ask_why(request, rows, active=False)

    def reactivate(self, request: HttpRequest, rows: models.QuerySet) -> HttpResponse | None:
        return self._ask_why(request, rows, active=True)

    def _ask_why(self, request: HttpRequest, rows: models.QuerySet, active: bool) -> HttpResponse | None:
        """Ask for the reason on a page of its own, which sends the same action again with it; then write."""
        verb = "恢复" if active else "停用"
        form = StrikeOffForm(request.POST if "reason" in request.POST else None)
        form.fields["reason"].label = f"{verb}原因"
        form.fields["reason"].error_messages["required"] = f"请写明{verb}原因。"
        if active:
            form.fields["reason"].help_text = "例如恢复生产、迁回本市。记入历史记录和审计记录。"
        effects = self.effects(rows, active)
        if form.is_valid():
            count = self.set_active(rows, active, request.user, reason=form.cleaned_data["reason"])
            after = self.after_reactivating if active else ""
            self.message_user(request, f"已{verb} {count} {self.counted_as}{after}。", messages.SUCCESS)
            for said in effects:
                self.message_user(request, said, messages.INFO)
            return None
        count = rows.count()
        if not count:
            self.message_user(request, "所选的行已经不在名录里，没有改动。请刷新列表再选。", messages.WARNING)
            return None
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": f"{verb} {count} {self.counted_as}",
            "verb": verb,
            "form": form,
            "rows": rows[:STRUCK_OFF_SHOWN],
            "more": max(0, count - STRUCK_OFF_SHOWN),
            "effects": effects,
            "list_url": request.get_full_path(),
            "action": request.POST["action"],
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "across": request.POST.get("select_across", "0"),
        }
        return render(request, "admin/strike_off.html", context)
