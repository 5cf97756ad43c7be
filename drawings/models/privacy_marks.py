"""Pieces of a text that look like personal data and that a person marked as none, with the reason."""

from django.conf import settings
from django.db import models


class PrivacyMark(models.Model):
    """One piece of one text, marked "not personal". It holds for this piece in this text alone."""

    subject = models.CharField(max_length=20, help_text="哪一种文本，如 inspection。")
    object_id = models.PositiveBigIntegerField()
    field = models.CharField("所在的栏目", max_length=80)
    piece = models.CharField("标记的内容", max_length=200)
    reason = models.CharField("不属于个人信息的理由", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="标记人")
    at = models.DateTimeField("标记时间")

    class Meta:
        verbose_name = verbose_name_plural = "不属于个人信息的标记"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "object_id", "field", "piece"], name="one_mark_per_piece"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject}/{self.object_id}/{self.field}"
