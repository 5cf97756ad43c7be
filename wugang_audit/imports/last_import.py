"""The import that a registry had last, for the first page of the admin."""

from django.db.models import F

from ..registries.overview import LastImport
from .models import ImportJob


def last_import(registry: str) -> LastImport | None:
    """Return the newest import of a registry that stands, by its importer's kind; if all were undone the newest of those."""
    imports = (
        ImportJob.objects.filter(registry=registry, applied_at__isnull=False)
        .order_by("-applied_at", "-pk")
        .annotate(new=F("preview__new"), changed=F("preview__changed"))
        .values_list("applied_at", "owner__full_name", "filename", "new", "changed", "undone_at")
    )
    done = imports.filter(undone_at=None).first() or imports.first()
    if done is None:
        return None
    at, who, filename, new, changed, undone_at = done
    return LastImport(at, who or "命令行", filename, new, changed, undone_at is not None)
