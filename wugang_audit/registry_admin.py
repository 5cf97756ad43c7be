"""What the admins of all registries share: the audit trail, the history, and the import pages."""

import io
from collections.abc import Callable
from pathlib import PurePath

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from . import audit, import_jobs
from .comparing import display
from .export_admin import ExportAdmin
from .importing import LISTED, Importer
from .models import ImportJob
from .xlsx import MAX_FILE, MIB, Unreadable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MASKED = frozenset({"phone"})


def masked(name: str, value: str) -> str:
    """Return a field's value as the audit trail may keep it: telephone numbers lose their middle."""
    if name not in MASKED or not value:
        return value
    return value[:3] + "*" * max(len(value) - 5, 3) + value[-2:] if len(value) > 6 else "***"


def changes_of(old: models.Model | None, new: models.Model, names) -> dict[str, list[str]]:
    """Return {label: [old, new]} of the named fields, as people read them; of a new object those that are set."""
    found = {}
    for name in names:
        before = masked(name, display(old, name)) if old is not None else ""
        after = masked(name, display(new, name))
        differs = old is None or getattr(old, name) != getattr(new, name)
        if differs and (before or after):
            found[str(new._meta.get_field(name).verbose_name)] = [before, after]
    return found


def field_names(model) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name != "updated_at"
    ]


class AuditedAdmin(admin.ModelAdmin):
    """Writes an audit entry for every change, in the transaction that makes it."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    save_on_top = False

    def save_model(self, request, obj, form, change):
        before = type(obj)._default_manager.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        form.audit_changes = changes_of(before, obj, field_names(type(obj)))

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        changes = dict(form.audit_changes)
        for formset in formsets:
            label = str(formset.model._meta.verbose_name)
            lines = [f"增加 {each}" for each in formset.new_objects]
            lines += [f"修改 {each}" for each, _ in formset.changed_objects]
            lines += [f"删除 {each}" for each in formset.deleted_objects]
            if lines:
                changes[label] = lines
        if changes or not change:
            self.record(request, "修改" if change else "新增", form.instance, changes)

    def delete_model(self, request, obj):
        # The entry names the object, so it comes before the object goes; the view is one transaction.
        self.record(request, "删除", obj, changes_of(None, obj, field_names(type(obj))))
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)

    def record(self, request, verb: str, obj, changes: dict) -> None:
        audit.record(request.user, f"{verb}{self.opts.verbose_name}", obj, changes)


class ReasonForm(forms.ModelForm):
    """A form with a note for the history: why the change was made."""

    change_reason = forms.CharField(
        label="修改说明", required=False, max_length=100, help_text="为什么修改，记入这条登记的历史记录。",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip


class ReadableHistory(HistoricalRecordContextHelper):
    """Shows changes as people read them: 停产 rather than ``stopped``."""

    def prepare_delta_change_value(self, change, value):
        if value is None or isinstance(value, list | models.Model):
            return super().prepare_delta_change_value(change, value)
        return display(self.model(**{change.field: value}), change.field)


class RegistryAdmin(AuditedAdmin, SimpleHistoryAdmin):
    """A registry: rows are deactivated, never deleted; every version is kept and can be read."""

    form = ReasonForm
    object_history_template = "admin/history.html"
    object_history_list_template = "admin/history_list.html"

    def save_model(self, request, obj, form, change):
        obj._change_reason = form.cleaned_data.get("change_reason") or ""
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_historical_record_context_helper(self, request, historical_record):
        return ReadableHistory(self.model, historical_record)

    def revert_disabled(self, request, obj=None):
        return True

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        # An old version is read in the list of changes; nothing is put back behind the audit trail's back.
        raise Http404


class UploadForm(forms.Form):
    file = forms.FileField(
        label="工作簿", widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=f"Excel 工作簿（.xlsx）或 CSV 文件，不超过 {MAX_FILE // MIB} MB。", allow_empty_file=True,
        error_messages={"required": "请先选择一个文件。"},
    )  # fmt: skip


class MissingForm(forms.Form):
    chosen = forms.ModelMultipleChoiceField(None, error_messages={"required": "请先勾选要停用的登记。"})
    reason = forms.CharField(
        label="停用原因", max_length=100, help_text="例如注销、搬离本市。记入历史记录和审计记录。",
        error_messages={"required": "请写明停用原因。"},
    )  # fmt: skip

    def __init__(self, missing, *args):
        super().__init__(*args)
        self.fields["chosen"].queryset = missing


class ImportAdmin(ExportAdmin, RegistryAdmin):
    """A registry that is filled from workbooks: an import button, the upload, the preview, the confirmation."""

    change_list_template = "importing/change_list.html"
    importer: type[Importer]
    set_active: Callable[
        ..., int
    ]  # the registry's verb: (objects, active, actor, *, reason), how many changed

    def get_urls(self):
        gate = self.admin_site.admin_view
        stem = f"{self.opts.app_label}_{self.opts.model_name}_import"
        return [
            path("import/", gate(self.upload_view), name=stem),
            path("import/<int:pk>/", gate(self.preview_view), name=f"{stem}_preview"),
            path("import/<int:pk>/marked/", gate(self.marked_view), name=f"{stem}_marked"),
            path("import/<int:pk>/missing/", gate(self.missing_view), name=f"{stem}_missing"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        allowed = self.may_import(request)
        extra = {"import_url": reverse(self._address()) if allowed else "", "title": self.importer.label}
        return super().changelist_view(request, (extra_context or {}) | extra)

    def may_import(self, request) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def _address(self, step: str = "") -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_import{step}"

    def _guard(self, request) -> None:
        if not self.may_import(request):
            raise PermissionDenied("您的角色不能导入名录。")

    def _page(self, request, template: str, title: str, **context):
        base = self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        upload = reverse(self._address())
        return render(request, template, base | {"importer": self.importer, "upload_url": upload} | context)

    def upload_view(self, request):
        self._guard(request)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if form.is_valid():
            job = import_jobs.submit(self.importer(), form.cleaned_data["file"], request.user)
            return redirect(self._address("_preview"), job.pk)
        return self._page(request, "importing/upload.html", f"导入{self.importer.label}", form=form)

    def _job(self, request, pk) -> ImportJob:
        self._guard(request)
        # Another person's job does not exist for this one.
        return get_object_or_404(ImportJob, pk=pk, owner=request.user, registry=self.importer.kind)

    def preview_view(self, request, pk):
        job = self._job(request, pk)
        if job.has_expired:
            messages.warning(request, "这次上传已超过 24 小时，请重新上传。")
            return redirect(self._address())
        if request.method == "POST":
            return self._confirm(request, job)
        title = f"{self.importer.label}：{'已导入' if job.applied_at else '核对后导入'}"
        differences = job.preview["differences"]
        return self._page(
            request,
            "importing/preview.html",
            title,
            job=job,
            preview=job.preview,
            changed=[each for each in differences if not each["new"]],
            weighty=self._weighty(differences),
            added=[each for each in differences if each["new"]],
            earlier=None if job.applied_at else import_jobs.imported_before(job),
            marked_url=reverse(self._address("_marked"), args=[pk]) if self._can_mark(job) else "",
            missing_url=reverse(self._address("_missing"), args=[pk]) if self._lacks_some(job) else "",
            listed=LISTED,
        )

    def _weighty(self, differences: list[dict]) -> list[tuple[dict, dict]]:
        """Pick the changes that alter who is drawn or under which name, so that the clerk sees them first."""
        labels = {
            field.verbose_name for field in self.opts.concrete_fields if field.name in ("name", "category")
        }
        return [
            (each, change) for each in differences for change in each["changes"] if change["label"] in labels
        ]

    def _can_mark(self, job) -> bool:
        return bool(job.content and job.preview["faults"]) and not job.has_expired

    def marked_view(self, request, pk):
        """Give the clerk the uploaded workbook back, faulty cells coloured and explained."""
        job = self._job(request, pk)
        if not self._can_mark(job):
            raise Http404
        try:
            content = import_jobs.marked(self.importer(), job)
        except Unreadable as error:
            messages.warning(request, f"不能标注这个文件：{error.what}；{error.cure}。")
            return redirect(self._address("_preview"), pk)
        name = f"{PurePath(job.filename).stem}{'（未导入的行）' if job.is_partial else '（标注错误）'}.xlsx"
        return FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type=XLSX)

    def _lacks_some(self, job) -> bool:
        """Say whether to ask about what the file lacks: only once nothing of it is left to import."""
        settled = job.applied_at or not job.preview["differences"] and not job.has_expired
        return bool(settled and job.preview.get("missing"))

    def missing_view(self, request, pk):
        """List what is in use but not in the file; strike off what is ticked, and never anything else."""
        job = self._job(request, pk)
        if not self._lacks_some(job):
            raise Http404
        key = self.importer.key
        missing = self.model.objects.filter(**{f"{key}__in": job.preview["missing"]}, is_active=True)
        form = MissingForm(missing, request.POST) if request.method == "POST" else MissingForm(missing)
        if form.is_valid():
            chosen, reason = form.cleaned_data["chosen"], form.cleaned_data["reason"]
            count = self.set_active(chosen, False, request.user, reason=reason)
            messages.success(request, f"已停用 {count} 条登记，历史保留。")
            return redirect(self._address("_preview"), pk)
        rows = list(missing.order_by(key).values_list("pk", key, "name")[: LISTED + 1])
        title = f"{self.importer.label}：文件里没有的登记"
        return self._page(
            request, "importing/missing.html", title, form=form, job=job, rows=rows[:LISTED],
            more=len(rows) > LISTED, listed=LISTED,
            ticked=set(request.POST.getlist("chosen")), address=reverse(self._address("_preview"), args=[pk]),
        )  # fmt: skip

    def _confirm(self, request, job):
        done = import_jobs.confirm(self.importer(), job, good_only="good_only" in request.POST)
        if done == import_jobs.APPLIED:
            job.refresh_from_db(fields=["preview", "applied_at"])
            said = "已导入：新增 {new}，更改 {changed}，不变 {unchanged}。".format(**job.preview)
            if job.is_partial:
                messages.warning(request, f"{said}有错的 {job.preview['faulty']} 行没有导入。")
                return redirect(self._address("_preview"), job.pk)
            messages.success(request, said)
            if self._lacks_some(job):
                return redirect(self._address("_preview"), job.pk)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        said = {
            import_jobs.REPEATED: "这个文件刚才已经导入，没有再导入一次。",
            import_jobs.OUTDATED: "预览之后名录有了变动，没有导入。下面是按最新名录重新比对的结果，请再核对一次。",
            import_jobs.REFUSED: "文件有错误，没有导入。请按下面的说明改好后重新上传。",
        }
        messages.warning(request, said[done])
        return redirect(self._address("_preview"), job.pk)
