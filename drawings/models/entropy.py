"""The sources of a draw's randomness: which kinds there are, what each value is, and what the result rests on."""

import datetime
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from ..protocol import verify
from .draw import Draw, DrawQuerySet

USER = settings.AUTH_USER_MODEL
SYSTEM = "system"  # the machine itself: for demonstrations and rehearsals alone
DICE = tuple(source for source, kind in verify.SOURCES.items() if kind.dice)
SSQ = "ssq"  # six red balls and a blue one
DIGIT_LOTTERIES = ("pl5", "fc3d")  # a row of single digits
LOTTERIES = (SSQ, *DIGIT_LOTTERIES)
DRAND = "drand"
DICE_WINDOW = datetime.timedelta(minutes=60)  # draw/2: a dice value is accepted within 60 minutes of its time


def label_in_words(source: str, label: str) -> str:
    """Say the label of a source as people do: how many throws, which issue; the machine has none."""
    if source in DICE:
        return f"{label} 次"
    return {SYSTEM: "", DRAND: label}.get(source, f"第 {label} 期")


def reading_digest(salt: str, source: str, label: str, value: str) -> str:
    """Return the digest of a first reading for the audit trail; nobody tells the value from it without the salt.

    :param salt: the text of ``salt.txt``.
    :param label: the issue that was typed, where that is another than the named one.
    """
    return verify.digest(f"{salt}{source} {label} {value}")


class Basis(StrEnum):
    """What the result of a draw rests on, as far as the public can judge."""

    SYSTEM = SYSTEM  # it proves nothing to anybody outside
    DICE = "dice"  # nothing but dice: it rests on the witnesses
    OUTSIDE = "outside"  # at least one value that nobody in the room controls

    @classmethod
    def of(cls, uses_system: bool, uses_outside: bool) -> "Basis":
        """Name it from the two columns of `with_basis`."""
        return cls.SYSTEM if uses_system else cls.OUTSIDE if uses_outside else cls.DICE


def with_basis(draws: DrawQuerySet) -> DrawQuerySet:
    """Add to each draw ``uses_system`` and ``uses_outside``: whether it names the machine, and anything but dice."""
    sources = EntropySource.objects.filter(draw=OuterRef("pk"))
    return draws.annotate(
        uses_system=Exists(sources.filter(source=SYSTEM)),
        uses_outside=Exists(sources.exclude(source__in=DICE)),
    )


class ReadTwice(models.Model):
    """A value that two people type, one after the other: the first reading waits until a second agrees."""

    first_value = models.TextField("第一次录入", blank=True)
    first_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    first_at = models.DateTimeField(null=True, blank=True)
    value = models.TextField("结果", blank=True)
    accepted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField("录入时间", null=True, blank=True)

    class Meta:
        abstract = True


class EntropySource(ReadTwice):
    """A source of randomness that the commit names, and its value once it is accepted."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="entropy")
    position = models.PositiveSmallIntegerField()
    source = models.CharField("来源", max_length=10)
    label = models.CharField("期号或次数", max_length=80)
    known_at = models.DateTimeField("揭晓时间")

    class Meta:
        ordering = ["position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["draw", "position"], name="one_source_per_position"),
            models.UniqueConstraint(fields=["draw", "source", "label"], name="one_entropy_per_label"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.label}"

    @property
    def title(self) -> str:
        """The source's name as people know it."""
        return verify.SOURCES[self.source].title

    @property
    def shown_label(self) -> str:
        """How many throws, or which issue, as people say it; the machine has neither."""
        return label_in_words(self.source, self.label) or "—"

    @property
    def is_dice(self) -> bool:
        return self.source in DICE

    @property
    def is_system(self) -> bool:
        return self.source == SYSTEM

    @property
    def is_lottery(self) -> bool:
        return self.source in LOTTERIES

    def last_moment(self) -> datetime.datetime | None:
        """Return until when a value is accepted, None where there is no limit (draw/2: for dice alone there is)."""
        if not self.is_dice:
            return None
        moments = [self.known_at + DICE_WINDOW]
        if later := self.draw.entropy.filter(position=self.position + 1).first():
            moments.append(later.known_at)
        return min(moments)

    def overdue(self, now: datetime.datetime) -> str | None:
        """Return why a dice value can no longer be accepted, so that the draw must be voided; else None."""
        until = self.last_moment()
        if until is None:
            return None
        if now > self.known_at + DICE_WINDOW:
            return "骰子点数须在开始时间后 60 分钟内录入，现已超时：按规则本次抽签必须作废，重新建立。"
        if until < self.known_at + DICE_WINDOW and now >= until:
            return "骰子点数须在下一个随机来源揭晓之前录入，现已超时：按规则本次抽签必须作废，重新建立。"
        return None
