"""The pages of a registry's past imports: who imported what and when, and the undoing of one as a whole."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path

from ..pagination import LimitedPaginator
from . import undo
from .forms import UndoForm
from .importer_admin import ImporterAdmin
from .models import ImportJob

PER_PAGE = 25
SHOWN = 10  # rows of the import that the page of its undoing names


@dataclass(frozen=True)
class PastImport:
    """One line of the list, with its addresses; empty where there is nothing to see or to undo."""

    job: ImportJob  # with the counts of its preview: new, changed, unchanged, faulty
    preview_url: str
    undo_url: str


class ImportHistoryAdmin(ImporterAdmin):
    """A registry whose imports are listed. Whoever may import may undo anybody's import: it is audited."""

    def get_urls(self) -> list[URLPattern]:
        gate = self.admin_site.admin_view
        return [
            path("import/history/", gate(self.imports_view), name=self.url_name("import_history")),
            path("import/<serial:pk>/undo/", gate(self.undo_view), name=self.url_name("import_undo")),
            *super().get_urls(),
        ]

    def undo_url(self, job: ImportJob) -> str:
        """Return where the import can be undone; empty if it is not applied, or undone already."""
        may = job.applied_at is not None and job.undone_at is None
        return self.url_of("import_undo", job.pk) if may else ""

    def imports_view(self, request: HttpRequest) -> HttpResponse:
        """List all imports, the newest first; the file and its rows are for the one who uploaded it."""
        self.guard(request)
        counts = {name: F(f"preview__{name}") for name in ("new", "changed", "unchanged", "faulty")}
        imports = (
            ImportJob.objects.filter(registry=self.importer.kind, applied_at__isnull=False)
            .select_related("owner", "undone_by")
            .only(
                "filename",
                "applied_at",
                "undone_at",
                "undone_why",
                "owner__full_name",
                "undone_by__full_name",
            )
            .annotate(**counts)
            .order_by("-applied_at", "-pk")
        )
        page = LimitedPaginator(imports, PER_PAGE).get_page(request.GET.get("page"))
        rows = [
            PastImport(job, self._preview_url(request, job), self.undo_url(job)) for job in page.object_list
        ]
        title = f"{self.importer.label}：历次导入"
        return self.page(request, "imports/history.html", title, rows=rows, page=page)

    def _preview_url(self, request: HttpRequest, job: ImportJob) -> str:
        return self.url_of("import_preview", job.pk) if job.owner_id == request.user.pk else ""

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.guard(request)
        done = ImportJob.objects.filter(registry=self.importer.kind, applied_at__isnull=False)
        job = get_object_or_404(done.select_related("owner", "undone_by").defer("content", "staged"), pk=pk)
        form = UndoForm(request.POST) if request.method == "POST" else UndoForm()
        if form.is_valid():
            return self._undo(request, job, form.cleaned_data["reason"])
        preview = job.stored_preview
        prospect = undo.examine(self.importer(), job)
        return self.page(
            request,
            "imports/undo.html",
            f"{self.importer.label}：撤销导入",
            job=job,
            preview_url=self._preview_url(request, job),
            prospect=prospect,
            first=[(each, *self._of(request, each)) for each in prospect.first],
            shown=preview.differences[:SHOWN],
            more=preview.new + preview.changed > SHOWN,
            form=form,
        )

    def _of(self, request: HttpRequest, job: ImportJob) -> tuple[str, str]:
        """Return the name of the registry of an import, and where it can be undone; empty for who may not."""
        other = self.admin_of(job.registry)
        if other is None:
            return "", ""
        may = isinstance(other, ImportHistoryAdmin) and other.may_import(request)
        return other.importer.label, other.url_of("import_undo", job.pk) if may else ""

    def _undo(self, request: HttpRequest, job: ImportJob, reason: str) -> HttpResponse:
        try:
            undo.undo(self.importer(), job, actor=request.user, reason=reason)
        except undo.CannotUndo as refused:
            messages.error(request, f"没有撤销。{refused}")
            return redirect(self.url_of("import_undo", job.pk))
        messages.success(request, f"已撤销“{job.filename}”的导入，名录恢复到导入以前；历史记录都保留。")
        return redirect(self.url_of("import_history"))
