"""The import pages of a registry in the admin: upload, columns, preview, confirmation, what is missing."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from ..access.limits import BESIDE_A_FILE, largest_body
from ..access.marks import only_post
from ..spreadsheets.detector import ColumnMapping, Layout
from ..spreadsheets.errors import Unreadable
from ..spreadsheets.xlsx import MEDIA_TYPE
from ..spreadsheets.xlsx.guard import MAX_FILE
from . import choices, further_sheets, jobs, marking
from .columns_form import ColumnsForm
from .export_admin import ExportAdmin
from .fault_list import FaultList
from .forms import ConfirmForm, MissingForm, SheetForm, UploadForm
from .history_admin import ImportHistoryAdmin
from .importer import Importer
from .mending import Mended
from .mending_admin import MendingAdmin
from .models import ImportJob, ImportState
from .preview import LISTED, Sections
from .recipes_admin import RecipesAdmin
from .waiting import waiting
from .wrong_file_admin import WrongFileAdmin

SAID = {
    jobs.REPEATED: "这个文件刚才已经导入，没有再导入一次。",
    jobs.OUTDATED: "预览之后名录有了变动，没有导入。下面是按最新名录重新比对的结果，请再核对一次。",
    jobs.REFUSED: "文件有错误，没有导入。请按下面的说明改好后重新上传。",
    jobs.EMPTY: "这个文件的变动都要勾选才算数，一处也没有勾选，所以名录没有变动。要导入的，请在下面勾选，再确认一次。",
}
BROKE_OFF = {
    jobs.TOO_BIG: "文件太大，内存不够。请分成几个文件上传",
    jobs.TOO_LONG: "用时太久。请分成几个文件上传",
    jobs.BROKEN: "处理时中断了，可能是服务器重新启动。请再试一次；仍不行的，请把文件交给系统管理员",
}


@dataclass(frozen=True)
class MissingRow:
    """An object in use that the file lacks."""

    pk: int
    key: str
    title: str


class ImportAdmin(MendingAdmin, RecipesAdmin, ImportHistoryAdmin, WrongFileAdmin, ExportAdmin):
    """A registry that is filled from workbooks: an import button, the upload, the preview, the confirmation."""

    change_list_template = "imports/change_list.html"
    # The registry's verb: (objects, active, actor, *, reason) -> how many changed.
    set_active: Callable[..., int]

    def get_urls(self) -> list[URLPattern]:
        gate, name = self.admin_site.admin_view, self.url_name
        retry = sheet = only_post(f"admin:{name('import_preview')}", "pk")
        return [
            path("import/", gate(self.upload_view), name=name("import")),
            path("import/<serial:pk>/", gate(self.preview_view), name=name("import_preview")),
            path("import/<serial:pk>/columns/", gate(self.columns_view), name=name("import_columns")),
            path("import/<serial:pk>/retry/", gate(retry(self.retry_view)), name=name("import_retry")),
            path("import/<serial:pk>/sheet/", gate(sheet(self.sheet_view)), name=name("import_sheet")),
            path("import/<serial:pk>/marked/", gate(self.marked_view), name=name("import_marked")),
            path("import/<serial:pk>/missing/", gate(self.missing_view), name=name("import_missing")),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        address = self.url_of("import") if self.may_import(request) else ""
        extra = {"import_url": address, "title": self.importer.label}
        return super().changelist_view(request, (extra_context or {}) | extra)

    @largest_body(MAX_FILE + BESIDE_A_FILE)
    def upload_view(self, request: HttpRequest) -> HttpResponse:
        self.guard(request)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if form.is_valid():
            job = jobs.submit(self.importer(), form.cleaned_data["file"], request.user)
            return redirect(self.url_of("import_preview", job.pk))
        return self.page(
            request, "imports/upload.html", f"导入{self.importer.label}", form=form,
            waiting=waiting(self.importer, request.user),
        )  # fmt: skip

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.job_of(request, pk)
        if job.state == ImportState.DISCARDED:
            title = f"{self.importer.label}：已放弃的文件"
            return self.page(request, "imports/discarded.html", title, job=job)
        if job.has_expired:
            messages.error(request, "这次上传已超过 24 小时，请重新上传。")
            return redirect(self.url_of("import"))
        if request.method == "POST":
            return self._confirm(request, job)
        if job.state in (ImportState.READING, ImportState.WRITING, ImportState.FAILED):
            return self._working(request, job)
        if job.state == ImportState.READY and not job.choice and job.stored_preview.asks_for_columns:
            return redirect(self.url_of("import_columns", pk))
        if job.is_unreadable:
            return self._unreadable(request, job)
        return self._preview(request, job, ConfirmForm())

    def _preview(self, request: HttpRequest, job: ImportJob, form: ConfirmForm) -> HttpResponse:
        """Show what the import would do, or did; a form that is given is shown again as it was typed."""
        pk = job.pk
        stands = "已撤销" if job.undone_at else "已导入" if job.applied_at else "核对后导入"
        title = f"{self.importer.label}：{stands}"
        preview, applied = job.stored_preview, job.applied_at is not None
        return self.page(
            request,
            "imports/preview.html",
            title,
            job=job,
            form=form,
            ticked=set(request.POST.getlist("tick")),
            everything="everything" in request.POST,
            preview=preview,
            sections=Sections.of(preview, applied=applied),
            found=FaultList.of(job, request.GET.dict()),
            outcome="" if applied else SAID.get(job.outcome, ""),
            earlier=None if applied else further_sheets.imported_before(job),
            sheets_left=further_sheets.sheets_left(job) if applied and not job.undone_at else (),
            sheet_url=self.url_of("import_sheet", pk),
            columns_url=self.url_of("import_columns", pk) if self.can_choose(job) else "",
            mend_url=self.url_of("import_mend", pk) if self.can_mend(job) else "",
            offers=[] if applied else self.offers(job),
            rows_url=self.url_of("import_rows", pk),
            marked_url=self.url_of("import_marked", pk) if self._can_mark(job) else "",
            missing_url=self.url_of("import_missing", pk) if self._lacks_some(job) else "",
            undo_url=self.undo_url(job),
            listed=LISTED,
        )

    def _unreadable(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        """Say what is wrong with a file of which nothing could be read, and take another in its place."""
        title = f"{self.importer.label}：这个文件不能导入"
        return self.page(
            request, "imports/unreadable.html", title, job=job, preview=job.stored_preview, form=UploadForm()
        )

    def _working(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        """Say how far a long file is; the page looks again by itself, and may be closed."""
        stalled = job.state == ImportState.FAILED or jobs.is_stalled(job)
        why = BROKE_OFF.get(job.outcome, BROKE_OFF[jobs.BROKEN]) if stalled else ""
        title = f"{self.importer.label}：{'中断' if stalled else job.get_state_display()}"
        retry = self.url_of("import_retry", job.pk)
        return self.page(request, "imports/working.html", title, job=job, why=why, retry_url=retry)

    def retry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Read a file again after the work on it broke off."""
        job = self.job_of(request, pk)
        jobs.retry(self.importer(), job)
        return redirect(self.url_of("import_preview", pk))

    def sheet_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Go on with a further sheet of a file of which one was imported."""
        job = self.job_of(request, pk)
        sheet = request.POST.get("sheet", "")
        if sheet not in further_sheets.sheets_left(job):
            messages.error(request, "这张工作表已经导入过，或者文件已经不在了；要用的话，请重新上传。")
            return redirect(self.url_of("import_preview", pk))
        there = further_sheets.take_up(self.importer(), job, request.user)
        return redirect(f"{self.url_of('import_columns', there.pk)}?{urlencode({'sheet': sheet})}")

    def columns_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let the clerk say which sheet, header row and columns are read, with samples of what is in them."""
        job = self.job_of(request, pk)
        if not self.can_choose(job):
            return redirect(self.url_of("import_preview", pk))
        importer = self.importer()
        try:
            layout = self._layout(request, importer, job)
        except Unreadable as error:
            messages.error(request, f"{error.problem}；{error.fix}。")
            return redirect(self.url_of("import_preview", pk))
        constants = Mended.of(job).constants
        posted = [request.POST] if request.method == "POST" else []
        form = ColumnsForm(importer, layout, constants, *posted, lacking=job.stored_preview.lacking)
        if form.is_valid():
            said = {"sheet": layout.sheet, "header_row": layout.header_row, "columns": form.chosen()}
            remember = form.cleaned_data["remember"]
            jobs.choose(importer, job, said, remember=remember, constants=form.constants())
            return redirect(self.url_of("import_preview", pk))
        sheets = SheetForm(layout, request.GET)
        if "sheet" not in request.GET or sheets.is_valid():
            sheets = SheetForm(layout, initial={"sheet": layout.sheet, "header_row": layout.header_row})
        return self.page(
            request, "imports/columns.html", f"{self.importer.label}：工作表和列的对应", job=job, form=form, sheets=sheets,
            layout=layout, preview=job.stored_preview, address=self.url_of("import_preview", pk),
        )  # fmt: skip

    def _layout(self, request: HttpRequest, importer: Importer, job: ImportJob) -> Layout:
        """Return what the file looks like under the sheet and header row in the address, else as last chosen."""
        choice = choices.choice_of(importer, job)
        layout = choices.layout(importer, job, choice)
        asked = SheetForm(layout, request.GET)
        if "sheet" not in request.GET or not asked.is_valid():
            return layout
        sheet, header_row = asked.cleaned_data["sheet"], asked.cleaned_data["header_row"]
        if (sheet, header_row) == (layout.sheet, layout.header_row):
            return layout
        if sheet != layout.sheet and header_row == layout.header_row:
            header_row = None  # the other sheet has its own
        return choices.layout(importer, job, ColumnMapping(sheet, header_row, {}, choice.synonyms))

    def _can_mark(self, job: ImportJob) -> bool:
        return bool(job.content and job.stored_preview.faults) and not job.has_expired

    def marked_view(self, request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
        """Return the uploaded workbook to the clerk, with the faulty cells coloured and explained.

        A long one is made by a process of its own, asked for by a POST; the page says how far it is.
        """
        job = self.job_of(request, pk)
        if not self._can_mark(job):
            raise Http404
        if request.method == "POST":
            marking.ask(job)
            return redirect(self.url_of("import_marked", pk))
        is_long = jobs.is_long(job)
        if is_long and (marking.state_of(job) != marking.MADE or "file" not in request.GET):
            return self._marking(request, job)
        try:
            content = bytes(job.marked) if is_long else jobs.marked(self.importer(), job)
        except Unreadable as error:
            messages.error(request, f"不能标注这个文件：{error.problem}；{error.fix}。")
            return redirect(self.url_of("import_preview", pk))
        name = f"{PurePath(job.filename).stem}{'（未导入的行）' if job.is_partial else '（标注错误）'}.xlsx"
        file = io.BytesIO(content)
        return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPE)

    def _marking(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        stands = marking.state_of(job)
        return self.page(
            request, "imports/marking.html", f"{self.importer.label}：标注错误", job=job, preview_url=self.url_of("import_preview", job.pk),
            making=stands == marking.MAKING, made=stands == marking.MADE, why=BROKE_OFF.get(stands, ""),
        )  # fmt: skip

    def _lacks_some(self, job: ImportJob) -> bool:
        """Say whether to ask about what the file lacks: only once nothing of it is left to import."""
        preview = job.stored_preview
        nothing_left = not preview.differences or job.outcome == jobs.EMPTY
        settled = job.applied_at or nothing_left and not job.has_expired
        is_all = not further_sheets.sheets_left(job)
        return bool(settled and not job.undone_at and preview.missing and is_all)

    def missing_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List what is in use but not in the file; take what is ticked off the registry, and never anything else."""
        job = self.job_of(request, pk)
        if not self._lacks_some(job):
            raise Http404
        key, preview = self.importer.key, job.stored_preview
        missing = self.model.objects.filter(**{f"{key}__in": preview.missing}, is_active=True)
        form = MissingForm(missing, request.POST) if request.method == "POST" else MissingForm(missing)
        if form.is_valid():
            chosen, reason = form.cleaned_data["chosen"], form.cleaned_data["reason"]
            count = self.set_active(chosen, False, request.user, reason=reason)
            messages.success(request, f"已停用 {count} 条登记，历史保留。")
            return redirect(self.url_of("import_preview", pk))
        found = missing.order_by(key).values_list("pk", key, self.title_field)[: LISTED + 1]
        rows = [MissingRow(*row) for row in found]
        title = f"{self.importer.label}：文件里没有的登记"
        return self.page(
            request, "imports/missing.html", title, form=form, job=job, rows=rows[:LISTED],
            more=len(rows) > LISTED, listed=LISTED, is_part=preview.is_part,
            ticked=set(request.POST.getlist("chosen")), address=self.url_of("import_preview", pk),
        )  # fmt: skip

    def _confirm(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        form = ConfirmForm(request.POST)
        if self.importer.asks_why and jobs.may_confirm(job) and not form.is_valid():
            return self._preview(request, job, form)
        everything = [jobs.EVERYTHING] if "everything" in request.POST else []
        done = jobs.confirm(
            self.importer(),
            job,
            reason=form.cleaned_data["reason"] if form.is_valid() else "",
            good_only="good_only" in request.POST,
            ticked=everything or request.POST.getlist("tick"),
        )
        if done in (jobs.REPEATED, jobs.REFUSED):
            messages.error(request, SAID[done])
        if done != jobs.APPLIED:
            return redirect(self.url_of("import_preview", job.pk))
        job.refresh_from_db(fields=["preview", "applied_at"])
        preview = job.stored_preview
        said = f"已导入：新增 {preview.new}，更改 {preview.changed}，不变 {preview.unchanged}。"
        if preview.refused:
            said += f"没有勾选的 {preview.refused} 处保持名录原样。"
        if job.is_partial:
            messages.warning(request, f"{said}有错的 {preview.faulty} 行没有导入。")
            return redirect(self.url_of("import_preview", job.pk))
        messages.success(request, said)
        if self._lacks_some(job) or further_sheets.sheets_left(job):
            return redirect(self.url_of("import_preview", job.pk))
        return redirect(self.url_of("changelist"))
