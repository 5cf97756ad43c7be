"""How the registry of pollution sources stands, for the first page of the admin."""

import hashlib

from django.core.cache import cache
from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone

from wugang_audit.imports.last_import import last_import
from wugang_audit.registries.data_checks import Finding
from wugang_audit.registries.overview import Figure, Overview, overview, to_correct

from . import data_checks
from .importer import SourceImporter
from .models import Category, NotTheSame, PermitCondition, PollutionSource, Speciality

KEPT_SECONDS = 3600


def _findings() -> tuple[Finding, ...]:
    """Return what is to be corrected; looked through again only after something was changed, as 100,000 names take a second."""
    state = [timezone.localdate(), *Speciality.objects.values_list("pk", "prefixes")]
    for model in (PollutionSource, PermitCondition):
        state.append(model.objects.aggregate(rows=Count("pk"), last=Max("updated_at")))
    # Which units were called different ones.
    state.append(NotTheSame.objects.aggregate(rows=Count("pk"), last=Max("pk")))
    digest = hashlib.sha256(repr(state).encode()).hexdigest()
    return cache.get_or_set(
        f"sources.findings.{digest}", lambda: to_correct(data_checks.source_findings()), KEPT_SECONDS
    )


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
        findings=_findings(),
        list_url=url,
        import_url=reverse("admin:sources_pollutionsource_import"),
        history_url=reverse("admin:sources_pollutionsource_import_history"),
        export_url=reverse("admin:sources_pollutionsource_export"),
    )
