"""Published texts that were hidden for a legal reason (draw/2, ``redaction``): the public keeps the digest and the fact.

The words stay in the tables, for the staff who may read what they belong to; the log says which words they were.
"""

import datetime

from django.db import models

from wugang_audit.calendar.words import day_in_words

from .declarations import Declaration, DeclarationQuerySet
from .draw import Draw
from .inspection import Correction, Inspection
from .public_photos import PublicPhoto
from .records import Deposit, Withdrawal
from .substitutions import Substitution


class RedactionQuerySet(DeclarationQuerySet):
    def in_effect(self) -> "RedactionQuerySet":
        """Those that the head has confirmed: no public page, file or search shows the words any more."""
        return self.filter(redacted_on__isnull=False)

    def decided(self) -> "RedactionQuerySet":
        return self.exclude(confirmed_at__isnull=True, refused_at__isnull=True)


class Redaction(Declaration):
    """A reviewer asks that a published text be hidden, the head confirms; `evidence` is unused: the reason is public.

    At most one of inspection, correction, photo, substitution, deposit and withdrawal is set; without one it is a text of the draw itself.
    """

    class Text(models.TextChoices):
        SUMMARY = "summary", "检查情况"
        FINDING = "finding", "检查结果全文"
        CORRECTION = "correction", "更正"
        PHOTO = "photo", "照片"
        VOID = "void", "作废原因"
        WITNESSES = "witnesses", "见证人"
        EVIDENCE = "evidence", "替补的事实和证据"
        DEPOSIT = "deposit", "承诺值存放处"
        WITHDRAWAL = "withdrawal", "撤下名称的原因"

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="redactions")
    text = models.CharField("隐去的内容", max_length=12, choices=Text)
    # What names the text within its draw: the kind, and the key of what it belongs to, as "summary/17".
    target = models.CharField(max_length=40)
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="redactions"
    )
    correction = models.ForeignKey(
        Correction, models.PROTECT, null=True, blank=True, related_name="redactions"
    )
    photo = models.ForeignKey(PublicPhoto, models.PROTECT, null=True, blank=True, related_name="redactions")
    substitution = models.ForeignKey(
        Substitution, models.PROTECT, null=True, blank=True, related_name="redactions"
    )
    deposit = models.ForeignKey(Deposit, models.PROTECT, null=True, blank=True, related_name="redactions")
    withdrawal = models.ForeignKey(
        Withdrawal, models.PROTECT, null=True, blank=True, related_name="redactions"
    )
    legal_reason = models.CharField(
        "法律理由", max_length=300, help_text="会公开：写明依据和原因，不要重复要隐去的内容。"
    )
    of = models.CharField(max_length=64, blank=True, help_text="隐去的内容在日志里的指纹。")
    redacted_on = models.DateField("隐去日期", null=True, blank=True)
    objects = RedactionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "依法隐去"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "target"],
                condition=models.Q(refused_at__isnull=True),
                name="one_redaction_of_a_text",
            )
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}:{self.get_text_display()}"

    @property
    def is_in_effect(self) -> bool:
        return self.redacted_on is not None

    @property
    def named(self) -> str:
        """What `target` has to be: the kind of the text, and the key of what it belongs to within the draw."""
        about = (
            self.inspection_id,
            self.correction_id,
            self.photo_id,
            self.substitution_id,
            self.deposit_id,
            self.withdrawal_id,
        )
        key = next(filter(None, about), None)
        return f"{self.text}/{key}" if key else str(self.text)

    @property
    def about(self) -> Inspection | None:
        """The inspection whose result it is about; None for a text of the draw itself."""
        if self.correction:
            return self.correction.inspection
        return self.photo.inspection if self.photo else self.inspection

    @property
    def in_place(self) -> str:
        """What stands in place of the words."""
        return in_place_of_words(self.redacted_on, self.legal_reason)


HIDDEN = "已依法隐去"


def in_place_of_words(on: datetime.date | None, reason: str) -> str:
    """Write what the public reads where hidden words stood: that they are, since when, and for which legal reason."""
    return f"【{HIDDEN}】{day_in_words(on) if on else ''}，法律理由：{reason}"
