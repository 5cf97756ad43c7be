"""What a reviewer reads and writes: each version that was handed in, and notes on single points."""

from django.conf import settings
from django.db import models

from .inspection import Inspection

USER = settings.AUTH_USER_MODEL


class HandedIn(models.Model):
    """The report as it was handed in, one row for each time: two of them show what changed."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("第几次提交")
    # [[name of the form's field, its label, text as a person reads it], ...] in the order of the page
    content = models.JSONField("内容")
    at = models.DateTimeField("提交时间")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="提交人")

    class Meta:
        verbose_name = verbose_name_plural = "提交的版本"
        ordering = ["inspection", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="one_handed_in_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id}/{self.number}"


class ReviewNote(models.Model):
    """What the reviewer wrote about one field of one version; the officers answer by changing it."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="review_notes")
    number = models.PositiveSmallIntegerField("第几次提交")
    field = models.CharField("所在的栏目", max_length=80)
    text = models.CharField("审核意见", max_length=500)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="审核人")

    class Meta:
        verbose_name = verbose_name_plural = "逐项审核意见"
        ordering = ["inspection", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.inspection_id}/{self.number}/{self.field}"
