"""How the registry of pollution sources stands, for the first page of the admin."""

from django.urls import reverse

from wugang_audit.imports.last_import import last_import
from wugang_audit.registries.overview import Figure, Overview, overview, to_correct

from . import data_checks
from .importer import SourceImporter
from .models import Category, PollutionSource


@overview("sources.view_pollutionsource")
def _sources() -> Overview:
    url = reverse(data_checks.LIST)
    registered = PollutionSource.objects.registered().order_by()
    key = registered.filter(category=Category.KEY)
    stopped = PollutionSource.objects.order_by().filter(is_active=False)
    return Overview(
        label=SourceImporter.label,
        figures=(
            Figure(registered.count(), "家在库", f"{url}?is_active__exact=1"),
            Figure(key.count(), "家重点排污单位", f"{url}?category__exact={Category.KEY}&is_active__exact=1"),
            Figure(stopped.count(), "家已停用", f"{url}?is_active__exact=0"),
        ),
        last_import=last_import(SourceImporter.kind),
        findings=to_correct(data_checks.source_findings()),
        list_url=url,
        import_url=reverse("admin:sources_pollutionsource_import"),
        history_url=reverse("admin:sources_pollutionsource_import_history"),
        export_url=reverse("admin:sources_pollutionsource_export"),
    )
