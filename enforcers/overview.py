"""How the registry of officers stands, for the first page of the admin."""

from django.urls import reverse

from wugang_audit.imports.last_import import last_import
from wugang_audit.registries.overview import Figure, Overview, overview, to_correct

from . import data_checks
from .importer import OfficerImporter
from .models import Officer


@overview("enforcers.view_officer")
def _officers() -> Overview:
    url = reverse("admin:enforcers_officer_changelist")
    officers = Officer.objects.order_by()
    return Overview(
        label=OfficerImporter.label,
        figures=(
            Figure(officers.filter(is_active=True).count(), "人在册", f"{url}?is_active__exact=1"),
            Figure(officers.available().count(), "人今天可派出", reverse("admin:enforcers_officer_matrix")),
            Figure(officers.filter(is_active=False).count(), "人已停用", f"{url}?is_active__exact=0"),
        ),
        last_import=last_import(OfficerImporter.kind),
        findings=to_correct(data_checks.officer_findings()),
        list_url=url,
        import_url=reverse("admin:enforcers_officer_import"),
        history_url=reverse("admin:enforcers_officer_import_history"),
        export_url=reverse("admin:enforcers_officer_export"),
    )
