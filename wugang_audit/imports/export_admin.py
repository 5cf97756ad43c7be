"""Taking a registry out of the admin: the export of what the list shows, and the blank template for the import."""

from collections.abc import Iterable, Sequence

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from .. import clock
from ..access.marks import only_post
from ..audit import trail
from ..spreadsheets import export, template
from ..spreadsheets.table import Column
from ..spreadsheets.xlsx import MEDIA_TYPE
from .importer_admin import ImporterAdmin


def download(name: str, columns: Sequence[Column], rows: Iterable[Sequence]) -> StreamingHttpResponse:
    """Send rows as a workbook of this name, piece by piece as they are read."""
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return StreamingHttpResponse(export.export(columns, rows), content_type=MEDIA_TYPE, headers=headers)


class ExportAdmin(ImporterAdmin):
    """A registry whose list can be exported, and whose blank template can be had."""

    def get_urls(self) -> list[URLPattern]:
        gate = self.admin_site.admin_view
        export_only = only_post(f"admin:{self.url_name('changelist')}")
        blank = gate(require_safe(self.template_view))
        return [
            path("export/", gate(export_only(self.export_view)), name=self.url_name("export")),
            path("import/template/", blank, name=self.url_name("import_template")),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        address = self.url_of("export")
        query = request.GET.urlencode()
        extra = {"export_url": f"{address}?{query}" if query else address}
        return super().changelist_view(request, (extra_context or {}) | extra)

    def export_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Send what the list shows under the filter in the query string, all its pages.

        It is a POST because it writes: the audit trail keeps who took the registry away.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied("您的角色不能导出名录。")
        try:
            queryset = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(self.url_of("changelist"))
        importer = self.importer()
        name = f"{importer.label}{clock.today():%Y-%m-%d}.xlsx"
        changes = {"行数": queryset.count(), "筛选": request.GET.urlencode()}
        # Before the first row goes out: a cancelled download still delivered rows.
        trail.record(request.user, f"导出{importer.label}", name, changes)
        return download(name, importer.written_columns, importer.exported(queryset))

    def template_view(self, request: HttpRequest) -> FileResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied("您的角色不能导入名录。")
        importer = self.importer()
        file = template.template(importer.written_columns, importer.codes())
        return FileResponse(file, as_attachment=True, filename=f"{importer.label}模板.xlsx")
