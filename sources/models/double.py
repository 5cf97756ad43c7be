"""Units that look like doubles, and are not: remembered, so that nobody is asked again."""

from django.conf import settings
from django.db import models

from wugang_audit import clock

from .unit import PollutionSource


class NotTheSame(models.Model):
    """Two units that a person has compared and called different; the one with the lower key comes first."""

    one = models.ForeignKey(PollutionSource, models.CASCADE, related_name="+", verbose_name="一家")
    other = models.ForeignKey(PollutionSource, models.CASCADE, related_name="+", verbose_name="另一家")
    reason = models.CharField("理由", max_length=100)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="核对人"
    )
    said_at = clock.MomentField("核对时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "不是同一家"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="one_answer_per_pair"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id}/{self.other_id}"
