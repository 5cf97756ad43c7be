"""Published texts that were hidden for a legal reason: the digest and the fact stay, the words go (draw/2, ``redaction``)."""

from django.db import models

from .declarations import Declaration
from .draw import Draw
from .inspection import Correction, Inspection
from .substitutions import Substitution


class Redaction(Declaration):
    """A reviewer asks that a published text be hidden, the head confirms; `evidence` is unused: the reason is public.

    At most one of inspection, correction and substitution is set; without one it is a text of the draw itself.
    """

    class Text(models.TextChoices):
        SUMMARY = "summary", "检查情况"
        FINDING = "finding", "检查结果全文"
        CORRECTION = "correction", "更正"
        VOID = "void", "作废原因"
        WITNESSES = "witnesses", "见证人"
        EVIDENCE = "evidence", "替补的事实和证据"

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
    substitution = models.ForeignKey(
        Substitution, models.PROTECT, null=True, blank=True, related_name="redactions"
    )
    legal_reason = models.CharField(
        "法律理由", max_length=300, help_text="会公开：写明依据和原因，不要重复要隐去的内容。"
    )
    of = models.CharField(max_length=64, blank=True, help_text="隐去的内容在日志里的指纹。")
    redacted_on = models.DateField("隐去日期", null=True, blank=True)

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
