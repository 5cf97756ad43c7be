"""The pages on which a clerk says that a file was uploaded by mistake: it is discarded, or goes on in another registry."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from ..access.marks import only_post
from . import wrong_file
from .importer import importer_of
from .importer_admin import ImporterAdmin
from .models import ImportJob


class WrongFileAdmin(ImporterAdmin):
    """A registry whose uploads can be discarded before they are written."""

    def get_urls(self) -> list[URLPattern]:
        gate, name = self.admin_site.admin_view, self.url_name
        moved = only_post(f"admin:{name('import_preview')}", "pk")
        return [
            path("import/<serial:pk>/discard/", gate(self.discard_view), name=name("import_discard")),
            path("import/<serial:pk>/move/", gate(moved(self.move_view)), name=name("import_move")),
            *super().get_urls(),
        ]

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        if job := context.get("job"):
            context.setdefault("discard_url", self.discard_url(job))
            context |= self._rather(request, job)
        return super().page(request, template, title, **context)

    def _rather(self, request: HttpRequest, job: ImportJob) -> dict[str, Any]:
        """Return what a page tells of a file that looks more like another registry, until it is written or discarded."""
        rather = job.stored_preview.rather
        if not rather or not wrong_file.may_discard(job):
            return {}
        return {
            "rather": importer_of(rather).label,
            "elsewhere": self.elsewhere(request, job),
            "move_url": self.url_of("import_move", job.pk),
        }

    def discard_url(self, job: ImportJob) -> str:
        """Return where the file can be discarded; empty if it cannot."""
        return self.url_of("import_discard", job.pk) if wrong_file.may_discard(job) else ""

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once, then discard the file."""
        job = self.job_of(request, pk)
        if request.method == "POST":
            try:
                wrong_file.discard(self.importer(), job, request.user)
            except wrong_file.TooLate as why:
                messages.error(request, str(why))
                return redirect(self.url_of("import_preview", pk))
            messages.success(request, f"已放弃“{job.filename}”，名录没有变动。")
            return redirect(self.url_of("import"))
        if not wrong_file.may_discard(job):
            return redirect(self.url_of("import_preview", pk))
        return self.page(
            request, "imports/discard.html", f"{self.importer.label}：不要这个文件了", job=job,
            preview_url=self.url_of("import_preview", pk),
        )  # fmt: skip

    def elsewhere(self, request: HttpRequest, job: ImportJob) -> "WrongFileAdmin | None":
        """Return the admin of the registry that the file looks more like, if this person may import there."""
        rather = job.stored_preview.rather
        if not rather or not job.content or not wrong_file.may_discard(job):
            return None
        other = self.admin_of(rather)
        return other if isinstance(other, WrongFileAdmin) and other.may_import(request) else None

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let the file go on in the registry that it looks more like."""
        job = self.job_of(request, pk)
        other = self.elsewhere(request, job)
        if other is None:
            messages.error(
                request, "这个文件不能转到别的名录：它已经处理过了，或者您的角色不能导入那个名录。"
            )
            return redirect(self.url_of("import_preview", pk))
        try:
            there = wrong_file.move(self.importer(), job, other.importer(), request.user)
        except wrong_file.TooLate as why:
            messages.error(request, str(why))
            return redirect(self.url_of("import_preview", pk))
        messages.success(request, f"已把“{job.filename}”转到“{other.importer.label}”，不用再上传。")
        return redirect(other.url_of("import_preview", there.pk))
