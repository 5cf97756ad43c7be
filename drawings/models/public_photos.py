"""The photos that were published with a finding, and the two texts about them whose digests the log holds.

Older verifying programs refuse a new kind of row, a new line of a finding and a new file that findings.txt would have to
name. So the photos of a finding have a text of their own, ``photos/1``, and one that the law hides ``hidden-photo/1``: their
rows in the log are of the kind ``audit``, which every program takes (PROTOCOL.md, 7.6).
"""

import datetime
from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from ..protocol import verify
from ..public_fields import PHOTO_LINE
from .draw import Draw
from .evidence import Evidence
from .inspection import Inspection
from .log import HIDDEN_PHOTO, PHOTOS, LogKind

# A phone whose clock was further off than this when it sent: the day is reckoned by the server's clock.
CLOCK_OFF = 5 * 60


class PublicPhoto(models.Model):
    """A photo that became public together with the finding; written once, with it. What is hidden says a redaction."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="public_photos")
    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="published")
    number = models.PositiveSmallIntegerField("第几张")

    class Meta:
        verbose_name = verbose_name_plural = "公开的照片"
        ordering = ["inspection", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="one_public_photo_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.inspection}的第 {self.number} 张公开照片"

    @property
    def unit(self) -> str:
        """The number of the unit."""
        return self.inspection.selection.source.number


# No phone that takes such photos is older, and no clock that somebody looks at is further off.
FIRST_YEAR, FARTHEST = 2000, 3660 * 24 * 3600  # seconds
ONE_DAY = datetime.timedelta(days=1)


def is_unsound(taken_at: datetime.datetime, ahead: int | None, received_at: datetime.datetime) -> bool:
    """Say whether a time of taking is worth nothing: by a clock that was reset, or after the photo came."""
    if taken_at.year < FIRST_YEAR or abs(ahead or 0) > FARTHEST:
        return True
    return taken_at - _wrong(ahead) > received_at + ONE_DAY


def _wrong(ahead: int | None) -> datetime.timedelta:
    return datetime.timedelta(seconds=ahead if ahead and abs(ahead) > CLOCK_OFF else 0)


def taken_on(taken_at: datetime.datetime, ahead: int | None, received_at: datetime.datetime) -> datetime.date:
    """Return the day on which a photo was taken; of the phone's clock nothing else becomes public.

    :param ahead: how many seconds the clock was ahead when the photo was sent.
    :param received_at: by the server's clock; its day counts where the phone's time is worth nothing.
    """
    if is_unsound(taken_at, ahead, received_at):
        return timezone.localdate(received_at)
    return timezone.localdate(taken_at - _wrong(ahead))


def photos_texts(rows: models.QuerySet) -> dict[int, str]:
    """Return {primary key of an inspection: its photos/1}, of those with public photos; one query.

    The log has its digest for ever, so it says of a photo nothing that leaves with it when the law hides it: no day, no place.

    :param rows: the inspections.
    """
    lines: dict[int, list[str]] = {}
    about = PublicPhoto.objects.filter(inspection__in=rows.values("pk")).order_by("inspection", "number")
    for key, draw, unit, number, digest in about.values_list(*PHOTO_LINE):
        head = ["photos/1", f"draw\t{draw}", f"unit\t{unit}"]
        line = f"photo\t{number}\t{digest}"
        lines.setdefault(key, head).append(line)
    return {key: _text(found) for key, found in lines.items()}


def photos_text(inspection: Inspection) -> str:
    """Return the text photos/1 of one inspection; empty where no photo of it was published."""
    return photos_texts(Inspection.objects.filter(pk=inspection.pk)).get(inspection.pk, "")


def hidden_photo_text(draw: str, unit: str, digest: str, on: datetime.date | None, reason: str) -> str:
    """Return the text hidden-photo/1: which photo the law hid, since when and why."""
    said = {"draw": draw, "unit": unit, "photo": digest, "on": on or "-", "reason": verify.escaped(reason)}
    return _text(["hidden-photo/1", *(f"{word}\t{value}" for word, value in said.items())])


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def photos_row(draw: Draw, unit: str, text: str) -> tuple[str, str, str]:
    """Return (kind, subject, digest) of the row of the log for the photos of a finding."""
    return LogKind.AUDIT, f"{draw.log_subject(unit)}{PHOTOS}", draw.log_digest(text)


def hidden_photo_row(draw: Draw, unit: str, text: str) -> tuple[str, str, str]:
    """Return (kind, subject, digest) of the row of the log for a photo that was hidden."""
    return LogKind.AUDIT, f"{draw.log_subject(unit)}{HIDDEN_PHOTO}", draw.log_digest(text)
