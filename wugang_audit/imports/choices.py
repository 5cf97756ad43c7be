"""What was said of a file's sheet, header and columns, and of such headers before."""

from django.utils import timezone

from ..spreadsheets.detector import ColumnMapping, Layout, look
from . import recipes
from .importer import Importer
from .mending import Mended
from .models import HeaderSynonym, ImportJob


def layout(importer: Importer, job: ImportJob, choice: ColumnMapping | None = None) -> Layout:
    """Say what the job's workbook looks like under a choice.

    :raises wugang_audit.spreadsheets.errors.Unreadable: if it cannot be read.
    """
    return look(bytes(job.content), importer.columns, choice or choice_of(importer, job))


def choice_of(importer: Importer, job: ImportJob) -> ColumnMapping:
    """Return what was said of this workbook, and of such headers before."""
    kept = job.choice
    return ColumnMapping(
        sheet=kept.get("sheet", ""),
        header_row=kept.get("header_row", 0),
        columns={int(at): attribute for at, attribute in kept.get("columns", {}).items()},
        synonyms=remembered(importer),
        corrections=Mended.of(job).corrections(recipes.remembered(importer)),
    )


def remembered(importer: Importer) -> dict[str, str]:
    """Return {header key: attribute} of the headers whose meaning a clerk once gave; empty: the column is left out."""
    return dict(HeaderSynonym.objects.filter(registry=importer.kind).values_list("key", "attribute"))


def remember_headers(importer: Importer, job: ImportJob) -> None:
    """Keep the meaning of each header that its name alone does not show."""
    by_name = {
        each.position: "" if each.guessed else each.attribute
        for each in layout(
            importer, job, ColumnMapping(job.choice["sheet"], job.choice["header_row"])
        ).columns
    }
    seen = {str(each.position): each for each in layout(importer, job).columns}
    for position, attribute in job.choice["columns"].items():
        column = seen.get(position)
        if column is None or not 0 < len(column.key) <= 60:
            continue
        if attribute != by_name.get(column.position, ""):
            HeaderSynonym.objects.update_or_create(
                registry=importer.kind,
                key=column.key,
                defaults={"attribute": attribute, "user": job.owner, "time": timezone.now()},
            )
        else:
            HeaderSynonym.objects.filter(registry=importer.kind, key=column.key).delete()
