"""The import pages of a registry in the admin: upload, columns, preview, confirmation, what is missing."""

import io
from collections.abc import Callable
from pathlib import PurePath

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from ..registries.admin import RegistryAdmin
from ..spreadsheets.detector import ColumnMapping
from ..spreadsheets.errors import Unreadable
from ..spreadsheets.xlsx import MEDIA_TYPE
from . import jobs
from .export_admin import ExportAdmin
from .forms import ColumnsForm, MissingForm, SheetForm, UploadForm
from .history_admin import ImportHistoryAdmin
from .importer import Importer
from .models import ImportJob, ImportState
from .preview import LISTED

SAID = {
    jobs.REPEATED: "这个文件刚才已经导入，没有再导入一次。",
    jobs.OUTDATED: "预览之后名录有了变动，没有导入。下面是按最新名录重新比对的结果，请再核对一次。",
    jobs.REFUSED: "文件有错误，没有导入。请按下面的说明改好后重新上传。",
    jobs.EMPTY: "一处也没有勾选，除此之外文件与名录没有差别，名录没有变动。",
}
BROKE_OFF = {
    jobs.TOO_BIG: "文件太大，内存不够。请分成几个文件上传",
    jobs.TOO_LONG: "用时太久。请分成几个文件上传",
    jobs.BROKEN: "处理时中断了，可能是服务器重新启动。请再试一次；仍不行的，请把文件交给系统管理员",
}


class ImportAdmin(ImportHistoryAdmin, ExportAdmin, RegistryAdmin):
    """A registry that is filled from workbooks: an import button, the upload, the preview, the confirmation."""

    change_list_template = "imports/change_list.html"
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
            path("import/<int:pk>/columns/", gate(self.columns_view), name=f"{stem}_columns"),
            path("import/<int:pk>/retry/", gate(require_POST(self.retry_view)), name=f"{stem}_retry"),
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
            "key_name": self.opts.get_field(self.importer.key).verbose_name,
            "title_name": self._title_name(),
            "upload_url": reverse(self._address()),
            "history_url": reverse(self._address("_history")),
        }
        return render(request, template, base | context)

    def _title_name(self) -> str:
        return "名称" if "__" in self.title_field else self.opts.get_field(self.title_field).verbose_name

    def upload_view(self, request):
        self._guard(request)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if form.is_valid():
            job = jobs.submit(self.importer(), form.cleaned_data["file"], request.user)
            return redirect(self._address("_preview"), job.pk)
        waiting = jobs.waiting(self.importer, request.user)
        return self._page(
            request, "imports/upload.html", f"导入{self.importer.label}", form=form, waiting=waiting
        )

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
        if job.state in (ImportState.READING, ImportState.WRITING, ImportState.FAILED):
            return self._working(request, job)
        if job.state == ImportState.READY and not job.choice and _asks_for_columns(job):
            return redirect(self._address("_columns"), pk)
        stands = "已撤销" if job.undone_at else "已导入" if job.applied_at else "核对后导入"
        title = f"{self.importer.label}：{stands}"
        differences = job.preview["differences"]
        return self._page(
            request,
            "imports/preview.html",
            title,
            job=job,
            preview=job.preview,
            outcome=SAID.get(job.outcome, "") if job.applied_at is None else "",
            changed=_unguarded(differences) if job.applied_at is None else _changed(differences),
            weighty=[
                (each, change) for each in differences for change in each["changes"] if change["needs_tick"]
            ],
            alike=[each for each in differences if each["alike"]],
            added=[each for each in differences if each["new"] and (job.applied_at or not each["alike"])],
            earlier=None if job.applied_at else jobs.imported_before(job),
            columns_url=reverse(self._address("_columns"), args=[pk]) if self._can_choose(job) else "",
            marked_url=reverse(self._address("_marked"), args=[pk]) if self._can_mark(job) else "",
            missing_url=reverse(self._address("_missing"), args=[pk]) if self._lacks_some(job) else "",
            is_part=_is_part(job),
            undo_url=self.undo_url(job),
            listed=LISTED,
        )

    def _working(self, request, job):
        """Say how far a long file is; the page looks again by itself, and may be closed."""
        stalled = job.state == ImportState.FAILED or jobs.is_stalled(job)
        why = BROKE_OFF.get(job.outcome, BROKE_OFF[jobs.BROKEN]) if stalled else ""
        title = f"{self.importer.label}：{'中断' if stalled else job.get_state_display()}"
        retry = reverse(self._address("_retry"), args=[job.pk])
        return self._page(request, "imports/working.html", title, job=job, why=why, retry_url=retry)

    def retry_view(self, request, pk):
        """Read a file again whose work broke off."""
        job = self._job(request, pk)
        if job.state == ImportState.FAILED or jobs.is_stalled(job):
            jobs.read(self.importer(), job)
        return redirect(self._address("_preview"), pk)

    def _can_choose(self, job) -> bool:
        return bool(job.content) and job.state == ImportState.READY and not job.has_expired

    def columns_view(self, request, pk):
        """Let the clerk say which sheet, header row and columns are read, with samples of what is in them."""
        job = self._job(request, pk)
        if not self._can_choose(job):
            return redirect(self._address("_preview"), pk)
        importer = self.importer()
        try:
            layout = self._layout(request, importer, job)
        except Unreadable as error:
            messages.warning(request, f"{error.problem}；{error.fix}。")
            return redirect(self._address("_preview"), pk)
        form = ColumnsForm(importer.columns, layout, *([request.POST] if request.method == "POST" else []))
        if form.is_valid():
            said = {"sheet": layout.sheet, "header_row": layout.header_row, "columns": form.chosen()}
            jobs.choose(importer, job, said, remember=form.cleaned_data["remember"])
            return redirect(self._address("_preview"), pk)
        sheets = SheetForm(layout, initial={"sheet": layout.sheet, "header_row": layout.header_row})
        return self._page(
            request, "imports/columns.html", f"{self.importer.label}：工作表和列的对应", job=job, form=form, sheets=sheets,
            layout=layout, preview=job.preview, address=reverse(self._address("_preview"), args=[pk]),
        )  # fmt: skip

    def _layout(self, request, importer, job):
        """Return what the file looks like under the sheet and header row in the address, else as last chosen."""
        choice = jobs.choice_of(importer, job)
        layout = jobs.layout(importer, job, choice)
        asked = SheetForm(layout, request.GET)
        if "sheet" not in request.GET or not asked.is_valid():
            return layout
        sheet, header_row = asked.cleaned_data["sheet"], asked.cleaned_data["header_row"] or 0
        if (sheet, header_row) == (layout.sheet, layout.header_row):
            return layout
        if sheet != layout.sheet and header_row == layout.header_row:
            header_row = 0  # the other sheet has its own
        return jobs.layout(importer, job, ColumnMapping(sheet, header_row, {}, choice.synonyms))

    def _can_mark(self, job) -> bool:
        return bool(job.content and job.preview["faults"]) and not job.has_expired

    def marked_view(self, request, pk):
        """Give the clerk the uploaded workbook back, faulty cells coloured and explained."""
        job = self._job(request, pk)
        if not self._can_mark(job):
            raise Http404
        try:
            content = jobs.marked(self.importer(), job)
        except Unreadable as error:
            messages.warning(request, f"不能标注这个文件：{error.problem}；{error.fix}。")
            return redirect(self._address("_preview"), pk)
        name = f"{PurePath(job.filename).stem}{'（未导入的行）' if job.is_partial else '（标注错误）'}.xlsx"
        file = io.BytesIO(content)
        return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPE)

    def _lacks_some(self, job) -> bool:
        """Say whether to ask about what the file lacks: only once nothing of it is left to import."""
        nothing_left = not job.preview["differences"] or job.outcome == jobs.EMPTY
        settled = job.applied_at or nothing_left and not job.has_expired
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
            request, "imports/missing.html", title, form=form, job=job, rows=rows[:LISTED],
            more=len(rows) > LISTED, listed=LISTED, is_part=_is_part(job),
            ticked=set(request.POST.getlist("chosen")), address=reverse(self._address("_preview"), args=[pk]),
        )  # fmt: skip

    def _confirm(self, request, job):
        everything = [jobs.EVERYTHING] if "everything" in request.POST else []
        done = jobs.confirm(
            self.importer(),
            job,
            good_only="good_only" in request.POST,
            ticked=everything or request.POST.getlist("tick"),
        )
        if done in (jobs.REPEATED, jobs.REFUSED):
            messages.warning(request, SAID[done])
        if done != jobs.APPLIED:
            return redirect(self._address("_preview"), job.pk)
        job.refresh_from_db(fields=["preview", "applied_at"])
        said = "已导入：新增 {new}，更改 {changed}，不变 {unchanged}。".format(**job.preview)
        if job.preview["refused"]:
            said += f"没有勾选的 {job.preview['refused']} 处保持名录原样。"
        if job.is_partial:
            messages.warning(request, f"{said}有错的 {job.preview['faulty']} 行没有导入。")
            return redirect(self._address("_preview"), job.pk)
        messages.success(request, said)
        if self._lacks_some(job):
            return redirect(self._address("_preview"), job.pk)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


def _changed(differences: list[dict]) -> list[dict]:
    return [each for each in differences if not each["new"]]


def _unguarded(differences: list[dict]) -> list[dict]:
    """Return the changes that need no tick; the others are listed apart."""
    kept = [
        each | {"changes": [change for change in each["changes"] if not change["needs_tick"]]}
        for each in _changed(differences)
    ]
    return [each for each in kept if each["changes"]]


def _is_part(job: ImportJob) -> bool:
    """Say whether the file lacks more of the registry than it holds, as the rows left out of a part import do."""
    return job.preview.get("missing_count", 0) > job.preview["changed"] + job.preview["unchanged"]


def _asks_for_columns(job: ImportJob) -> bool:
    return job.preview["unmatched"] or bool(job.preview["rivals"])
