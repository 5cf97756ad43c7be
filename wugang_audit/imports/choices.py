"""What was said of a file's sheet, header and columns, and of such headers before."""

import re
from collections import Counter
from pathlib import PurePath

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet

from .. import clock
from ..audit import trail
from ..spreadsheets.column_content import typical_of
from ..spreadsheets.detector import ColumnMapping, ColumnSeen, Layout, look, vocabulary
from ..spreadsheets.headers import header_key
from . import recipes
from .importer import Importer
from .mending import Mended
from .models import HeaderSynonym, ImportJob

LONGEST = 20  # characters of a heading that is remembered; what is longer is a title or a remark
_TITLE = re.compile(r"名单|名录|清单|台账|一览|统计|汇总|登记表|[0-9一二三四五六七八九十]+[家户人个]")


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
        header_row=kept.get("header_row"),
        columns={int(at): attribute for at, attribute in kept.get("columns", {}).items()},
        synonyms=remembered(importer) | _waiting(importer, job),
        corrections=Mended.of(job).corrections(recipes.remembered(importer)),
    )


def remembered(importer: Importer) -> dict[str, str]:
    """Return {header key: attribute} of the headers whose meaning a clerk once gave; empty: the column is left out.

    A heading that is a name of a column is never left out, whatever was once said.
    """
    known = vocabulary(importer.columns, ColumnMapping())
    rows = HeaderSynonym.objects.filter(registry=importer.kind).values_list("key", "attribute")
    return {key: attribute for key, attribute in rows if attribute or not known.knows(key)}


def synonyms(registry: str) -> QuerySet[HeaderSynonym]:
    """Return what is remembered of the headings of a registry, with who said it."""
    return HeaderSynonym.objects.filter(registry=registry).select_related("user").order_by("key")


def _waiting(importer: Importer, job: ImportJob) -> dict[str, str]:
    """Return what is to be remembered of the same person's file of this name, which may come back corrected."""
    waiting = ImportJob.objects.within_lifetime().filter(
        registry=importer.kind, owner=job.owner_id, applied_at=None
    )
    found: dict[str, str] = {}
    for filename, choice in waiting.exclude(pk=job.pk).order_by("pk").values_list("filename", "choice"):
        if job.owner_id and PurePath(job.filename).stem.startswith(PurePath(filename).stem):
            found |= {key: name for key, name in choice.get("learned", {}).items() if name is not None}
    return found


def to_learn(importer: Importer, job: ImportJob) -> dict[str, str | None]:
    """Return {header key: attribute} of what the clerk's choice says of headings that nothing else does.

    None: what was remembered of it is to be forgotten.
    """
    alone = ColumnMapping(job.choice["sheet"], job.choice["header_row"])
    before = {each.position: each for each in layout(importer, job, alone).columns}
    seen = layout(importer, job).columns
    times = Counter(each.key for each in seen)
    known = vocabulary(importer.columns, ColumnMapping())
    learned: dict[str, str | None] = {}
    for column in seen:
        attribute = job.choice["columns"].get(str(column.position))
        if attribute is None or times[column.key] > 1 or not _may_be_learned(importer, column):
            continue
        alone_read = before.get(column.position)
        guessed = alone_read is not None and alone_read.guessed
        by_name = alone_read.attribute if alone_read is not None and not guessed else ""
        if attribute == by_name and (attribute or not guessed):
            learned[column.key] = None
        elif attribute or not known.knows(column.key):
            learned[column.key] = attribute
    return learned


def _may_be_learned(importer: Importer, column: ColumnSeen) -> bool:
    """Say whether a heading can be one in other files too, and is none that an export writes."""
    if not 0 < len(column.key) <= LONGEST or _TITLE.search(column.key):
        return False
    own = {header_key(each.header): each.attribute for each in importer.columns}
    if own.get(column.key, column.attribute) != column.attribute:
        return False
    checks = [check for each in importer.columns if (check := typical_of(each))]
    return not any(check(column.text) for check in checks)


def remember_headers(importer: Importer, job: ImportJob) -> None:
    """Keep what an import that was confirmed says of its headings."""
    for key, attribute in job.choice.get("learned", {}).items():
        if attribute is None:
            HeaderSynonym.objects.filter(registry=importer.kind, key=key).delete()
        else:
            HeaderSynonym.objects.update_or_create(
                registry=importer.kind,
                key=key,
                defaults={"attribute": attribute, "user": job.owner, "time": clock.now()},
            )


@transaction.atomic
def forget_header(importer: Importer, synonym: HeaderSynonym, actor: AbstractBaseUser) -> None:
    """Remove what is remembered of a heading; what was imported by it stays."""
    headers = {column.attribute: column.header for column in importer.columns}
    said = f"“{synonym.key}”读作“{headers.get(synonym.attribute, '（不读取）')}”"
    synonym.delete()
    trail.record(actor, f"删除{importer.label}的表头叫法", synonym.key, {"corrected": [said]})
