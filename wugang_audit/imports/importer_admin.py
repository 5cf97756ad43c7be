"""What the import and export pages of a registry share: its importer, who may use them, and the frame of a page."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from ..registries.admin import RegistryAdmin
from .importer import Importer
from .models import ImportJob, ImportState


class ImporterAdmin(RegistryAdmin):
    """The admin of a registry that has an importer. The pages themselves are added by its subclasses."""

    importer: type[Importer]
    title_field = "name"  # what people call a row, besides its key

    def url_name(self, step: str) -> str:
        """Return the name of an address of this registry, such as ``changelist`` or ``import_preview``."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{step}"

    def url_of(self, step: str, *arguments: int) -> str:
        return reverse(f"admin:{self.url_name(step)}", args=arguments)

    def admin_of(self, kind: str) -> "ImporterAdmin | None":
        """Return the admin of a registry, by its importer's kind."""
        others = (each for each in self.admin_site._registry.values() if isinstance(each, ImporterAdmin))
        return next((each for each in others if each.importer.kind == kind), None)

    def may_import(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def guard(self, request: HttpRequest) -> None:
        """:raises PermissionDenied: if this person may not import."""
        if not self.may_import(request):
            raise PermissionDenied("您的角色不能导入名录。")

    def job_of(self, request: HttpRequest, pk: int) -> ImportJob:
        """Return a person's own upload: that of another does not exist for this one.

        :raises PermissionDenied: if this person may not import.
        """
        self.guard(request)
        return get_object_or_404(ImportJob, pk=pk, owner=request.user, registry=self.importer.kind)

    @staticmethod
    def can_choose(job: ImportJob) -> bool:
        """Say whether what is read of the file can still be chosen and corrected."""
        return bool(job.content) and job.state == ImportState.READY and not job.has_expired

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        """Render a page of the import in the admin's frame."""
        base = self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        base |= {
            "importer": self.importer,
            "key_name": self.importer.key_label or self.opts.get_field(self.importer.key).verbose_name,
            "title_name": self._title_name(),
            "upload_url": self.url_of("import"),
            "history_url": self.url_of("import_history"),
            "recipes_url": self.url_of("import_recipes"),
        }
        return render(request, template, base | context)

    def _title_name(self) -> str:
        return "名称" if "__" in self.title_field else self.opts.get_field(self.title_field).verbose_name
