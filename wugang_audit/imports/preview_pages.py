"""All that an import would do, in pages: a preview keeps the first rows, these keep the rest."""

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from ..spreadsheets.table import Fault
from .diff import Change, Difference
from .models import ImportJob, PreviewPage
from .preview import Preview

FAULTS, NEW, CHANGED = "faults", "new", "changed"
PER_PAGE = 100
AT_ONCE = 20  # pages
_COMMON = ("problem", "fix", "sheet", "column", "header", "attribute")  # of a fault


def store(job: ImportJob, preview: Preview) -> None:
    """Keep all rows of a preview, in place of those that were kept before."""
    job.pages.all().delete()
    kinds = {
        FAULTS: preview.faults,
        NEW: [each for each in preview.differences if each.new],
        CHANGED: [each for each in preview.differences if not each.new],
    }
    PreviewPage.objects.bulk_create(
        PreviewPage(job=job, kind=kind, number=number, items=_packed(rows))
        for kind, everything in kinds.items()
        for number, rows in enumerate(_batches(everything), 1)
    )


def _batches(
    rows: Sequence[Fault] | Sequence[Difference],
) -> Iterator[Sequence[Fault] | Sequence[Difference]]:
    for start in range(0, len(rows), PER_PAGE):
        yield rows[start : start + PER_PAGE]


def _packed(rows: Sequence[Fault] | Sequence[Difference]) -> bytes:
    return zlib.compress(
        # `vars`, not `asdict`, which copies deeply: a page is made for each hundred of 100,000 rows.
        json.dumps([vars(row) for row in rows], ensure_ascii=False, default=vars).encode(
            "utf-8", "surrogatepass"
        ),
        1,
    )


def _unpacked(page: PreviewPage) -> list[dict[str, Any]]:
    return json.loads(zlib.decompress(bytes(page.items)).decode("utf-8", "surrogatepass"))


def count(job: ImportJob, kind: str) -> int:
    """Return how many pages there are."""
    return job.pages.filter(kind=kind).count()


def faults(job: ImportJob) -> Iterator[Fault]:
    """Yield all faults that are listed. Texts that many have in common are one object: there may be 100,000."""
    same: dict[str, str] = {}
    for page in job.pages.filter(kind=FAULTS).order_by("number").iterator(chunk_size=AT_ONCE):
        for row in _unpacked(page):
            for name in _COMMON:
                row[name] = same.setdefault(row[name], row[name])
            yield Fault(**row)


def differences(job: ImportJob, kind: str, number: int) -> list[Difference]:
    """Return one page of new or of changed objects; none if there is no such page."""
    page = job.pages.filter(kind=kind, number=number).first()
    return [
        Difference(**row | {"changes": tuple(Change(**change) for change in row["changes"])})
        for row in (_unpacked(page) if page else ())
    ]
