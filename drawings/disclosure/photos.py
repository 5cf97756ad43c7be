"""The photos that were published with a finding: on its page, as files, and the two texts about them that the log names.

What is served is the copy that was decoded and written anew when the photo came, to the byte as the log has its digest;
never an original, and nothing of an inspection that is not published, of a photo that nobody marked, or that the law hid.
"""

import io
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.core.files.storage import storages
from django.db.models import QuerySet
from PIL import Image

from .. import public_fields
from ..models import Draw, Inspection, PublicPhoto, Redaction
from ..models.public_photos import photos_text, photos_texts, taken_on
from ..models.redaction_record import ABOUT, RedactionsOf
from ..states import DrawState, InspectionState
from . import paging
from .prepared import Keys, prepared
from .redactions import Hidden, Kind, is_wholly_hidden

logger = logging.getLogger(__name__)
SMALL_SIDE = 480  # pixels of the picture on a page
KEPT = 200  # small pictures in the memory of a process, some 30 kB each


@dataclass(frozen=True)
class Photo:
    """A published photo; where it is hidden, the words in its place, and nothing else of it but its digest."""

    number: int
    digest: str
    hidden: str = ""
    caption: str = ""
    point: str = ""
    taken_on: date | None = None
    width: int = 0
    height: int = 0

    @property
    def alt(self) -> str:
        """What the photo shows, for who cannot see it."""
        return f"第 {self.number} 张照片：{self.caption or self.point or '没有写说明'}"


def photos_of(keys: Collection[int], hidden: Hidden) -> dict[int, tuple[Photo, ...]]:
    """Return {primary key of an inspection: its published photos}, in one query.

    :param hidden: what the law hid of these inspections; of one that is hidden as a whole there are none.
    """
    grouped = paging.grouped(_photos(keys), "inspection_id")
    return {key: tuple(_photo(row, hidden) for row in group) for key, group in grouped.items()}


@prepared
def _photos(keys: Keys) -> QuerySet:
    rows = _public().filter(inspection__in=keys).order_by("inspection", "number")
    return rows.values(*public_fields.PHOTO)


def _photo(row: dict[str, Any], hidden: Hidden) -> Photo:
    number, digest = row["number"], row["evidence__copy_digest"]
    if words := hidden.get((Kind.PHOTO, row["pk"])):
        return Photo(number, digest, words)
    return Photo(
        number,
        digest,
        caption=row["evidence__caption"],
        point=row["evidence__point__name"] or "",
        taken_on=taken_on(*(row[f"evidence__{word}"] for word in ("taken_at", "phone_ahead", "received_at"))),
        width=row["evidence__width"] or 0,
        height=row["evidence__height"] or 0,
    )


def _public() -> Any:
    """Published photos of findings that the public reads."""
    disclosed = {
        "inspection__state": InspectionState.PUBLISHED,
        "inspection__selection__draw__state": DrawState.PUBLISHED,
    }
    return PublicPhoto.objects.filter(**disclosed).exclude(is_wholly_hidden("inspection"))


def _of(code: str, number: str) -> Any:
    return _public().filter(
        inspection__selection__draw__code=code, inspection__selection__source__number=number
    )


# --- files --------------------------------------------------------------------------------------------------------


def photo_file(code: str, number: str, digest: str) -> bytes | None:
    """Return the public copy with this digest; None where there is none that the public may see."""
    row = _of(code, number).filter(evidence__copy_digest=digest).values(*public_fields.PHOTO_FILE).first()
    if row is None or Redaction.objects.in_effect().filter(photo=row["pk"]).exists():
        return None
    try:
        with storages["evidence"].open(row["evidence__copy_name"]) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        content = b""
    if sha256(content).hexdigest() != digest:
        logger.error("the public photo %s of %s %s is not the one that was published", digest, code, number)
        return None
    return content


def small_file(code: str, number: str, digest: str) -> bytes | None:
    """Return the same as a small picture."""
    content = photo_file(code, number, digest)
    return _small(content) if content else None


@lru_cache(maxsize=KEPT)
def _small(content: bytes) -> bytes:
    """Shrink a copy that this site has written itself."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
        image.thumbnail((SMALL_SIDE, SMALL_SIDE))
        image.save(out, "JPEG", quality=80)
    return out.getvalue()


# --- texts --------------------------------------------------------------------------------------------------------


def photos_record(code: str, number: str) -> str | None:
    """Return the text photos/1 of a finding, as the log has its digest; None where it has none, or is hidden as a whole."""
    key = _of(code, number).values_list("inspection", flat=True).first()
    return photos_text(Inspection.objects.get(pk=key)) if key else None


def hidden_photo_record(code: str, number: str, digest: str) -> str | None:
    """Return the text hidden-photo/1 of a photo that the law hid; None where it did not."""
    return _hidden_texts(code, number).get(digest)


def photo_texts(code: str) -> list[tuple[str, str]]:
    """Return (name, text) of all texts about public photos of a draw, for its bundle."""
    rows = Inspection.objects.filter(
        pk__in=_public().filter(inspection__selection__draw__code=code).values("inspection")
    )
    numbers = dict(rows.values_list("pk", "selection__source__number"))
    lists = [(f"photos-{numbers[key]}.txt", text) for key, text in photos_texts(rows).items()]
    hidden = _hidden_texts(code)
    return sorted(lists) + [(f"hidden-photo-{digest}.txt", hidden[digest]) for digest in sorted(hidden)]


def _hidden_texts(code: str, number: str = "") -> dict[str, str]:
    """Return {digest of the photo: hidden-photo/1} of a draw, or of one of its units."""
    rows = Redaction.objects.in_effect().filter(draw__code=code, photo__isnull=False)
    if number:
        rows = rows.filter(photo__inspection__selection__source__number=number)
    found = list(rows.select_related(*ABOUT).defer("deposit__file").order_by("pk"))
    if not found:
        return {}
    texts = RedactionsOf(Draw.objects.get(code=code), found)
    return {row.of: texts.photo_text(row) for row in found}
