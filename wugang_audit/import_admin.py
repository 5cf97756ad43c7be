"""The import pages of a registry in the admin: upload, columns, preview, confirmation, what is missing."""

import io
from collections.abc import Callable
from pathlib import PurePath

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse

from . import import_jobs
from .export_admin import ExportAdmin
from .import_history import ImportHistoryAdmin
from .importing import LISTED, Importer
from .models import ImportJob
from .registry_admin import RegistryAdmin
from .xlsx import MAX_FILE, MIB, Unreadable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


class ImportAdmin(ImportHistoryAdmin, ExportAdmin, RegistryAdmin):
    """A registry that is filled from workbooks: an import button, the upload, the preview, the confirmation."""

    change_list_template = "importing/change_list.html"
    importer: type[Importer]
    title_field = "name"  # what people call a row, beside its key
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
        base |= {
            "importer": self.importer,
            "upload_url": reverse(self._address()),
            "history_url": reverse(self._address("_history")),
        }
        return render(request, template, base | context)

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
            undo_url=self.undo_url(job),
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
        return bool(settled and not job.undone_at and job.preview.get("missing"))

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
        rows = list(missing.order_by(key).values_list("pk", key, self.title_field)[: LISTED + 1])
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
