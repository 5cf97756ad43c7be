"""The pages of a registry's past imports: who imported what and when, and the undoing of one as a whole."""

from django import forms
from django.contrib import messages
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse

from ..pagination import LimitedPaginator
from . import undo
from .models import ImportJob

PER_PAGE = 25
SHOWN = 10  # rows of the import that the page of its undoing names


class UndoForm(forms.Form):
    reason = forms.CharField(
        label="撤销原因", max_length=100, help_text="例如选错了文件。记入审计记录，所有能导入的人都看得到。",
        error_messages={"required": "请写明撤销原因。"},
    )  # fmt: skip


class ImportHistoryAdmin:
    """Mixed into `import_admin.ImportAdmin`. Whoever may import may undo anybody's import: it is audited."""

    def get_urls(self):
        gate, stem = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}_import"
        return [
            path("import/history/", gate(self.imports_view), name=f"{stem}_history"),
            path("import/<int:pk>/undo/", gate(self.undo_view), name=f"{stem}_undo"),
            *super().get_urls(),
        ]

    def undo_url(self, job: ImportJob) -> str:
        """Return where the import can be undone; empty if it is not applied, or undone already."""
        may = job.applied_at is not None and job.undone_at is None
        return reverse(self._address("_undo"), args=[job.pk]) if may else ""

    def imports_view(self, request):
        """List all imports, the newest first; the file and its rows are for the one who uploaded it."""
        self._guard(request)
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
        rows = [(job, self._preview_url(request, job), self.undo_url(job)) for job in page.object_list]
        title = f"{self.importer.label}：历次导入"
        return self._page(request, "imports/history.html", title, rows=rows, page=page)

    def _preview_url(self, request, job: ImportJob) -> str:
        return reverse(self._address("_preview"), args=[job.pk]) if job.owner_id == request.user.pk else ""

    def undo_view(self, request, pk):
        self._guard(request)
        done = ImportJob.objects.filter(registry=self.importer.kind, applied_at__isnull=False)
        job = get_object_or_404(done.select_related("owner", "undone_by").defer("content", "staged"), pk=pk)
        form = UndoForm(request.POST) if request.method == "POST" else UndoForm()
        if form.is_valid():
            return self._undo(request, job, form.cleaned_data["reason"])
        prospect = undo.examine(self.importer(), job)
        differences = job.preview["differences"]
        return self._page(
            request,
            "imports/undo.html",
            f"{self.importer.label}：撤销导入",
            job=job,
            preview_url=self._preview_url(request, job),
            prospect=prospect,
            shown=differences[:SHOWN],
            more=job.preview["new"] + job.preview["changed"] > SHOWN,
            form=form,
        )

    def _undo(self, request, job, reason):
        try:
            undo.undo(self.importer(), job, actor=request.user, reason=reason)
        except undo.CannotUndo as refused:
            messages.warning(request, f"没有撤销。{refused}")
            return redirect(self._address("_undo"), job.pk)
        messages.success(request, f"已撤销“{job.filename}”的导入，名录恢复到导入以前；历史记录都保留。")
        return redirect(self._address("_history"))
