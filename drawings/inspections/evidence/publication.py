"""The photos of a finding become public with it: those that a reviewer has marked, and that the head saw before he confirmed."""

from ... import public_log
from ...models import Evidence, Inspection, PublicPhoto
from ...models.public_photos import photos_row, photos_text
from ...states import Refused
from . import kept_files
from .pictures import sha256


def publish_photos(inspection: Inspection) -> None:
    """Publish what is marked, and log the digests of the public copies, above the rows of record and finding.

    :raises Refused: a copy is not in the storage as it was taken in, or its original never came.
    """
    marked = Evidence.objects.to_publish().filter(inspection=inspection).order_by("taken_at", "pk")
    # The same picture twice, from two originals, is one photo to the public: its digest is its address.
    once: dict[str, Evidence] = {}
    for row in marked:
        once.setdefault(row.copy_digest, row)
    rows = list(once.values())
    if not rows:
        return
    for row in rows:
        _require_whole(row)
    PublicPhoto.objects.bulk_create(
        PublicPhoto(inspection=inspection, evidence=row, number=number) for number, row in enumerate(rows, 1)
    )
    unit = inspection.selection.source.number
    public_log.append(*photos_row(inspection.selection.draw, unit, photos_text(inspection)))


def _require_whole(row: Evidence) -> None:
    if not row.original_name:  # an older site let it be marked before it was compared
        raise Refused(
            f"要公开的照片“{row.caption or row}”，原图还没有到，没有和原图比对，没有公开。"
            "请检查组补传原图；不等的话，请退回，由审核人把这一张改为不公开。"
        )
    try:
        whole = sha256(kept_files.content(row.copy_name)) == row.copy_digest
    except FileNotFoundError:
        whole = False
    if not whole:
        name = f"“{row.caption}”" if row.caption else str(row)
        raise Refused(
            f"要公开的照片{name}，文件不见了或者变了，没有公开。请告诉系统管理员；"
            "不等的话，请退回，由审核人把这一张改为不公开。"
        )
