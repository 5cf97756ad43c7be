"""A rehearsal of a draw, kept whole in one row: no other table refers to it, so it can be deleted whole."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from wugang_audit import clock

from .plan import InspectionItem
from .quarters import QUARTERS, quarter_code, quarter_title

DICE = "dice10"  # what a rehearsal is thrown with, as most draws are
THROWS = 20  # 66 bits: enough by themselves (draw/2)


class Rehearsal(models.Model):
    """The steps of a draw on the registries of one day. It is no draw: it stands in no log, no list and no figure."""

    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度", choices=[(n, f"第 {n} 季度") for n in QUARTERS])
    item = models.ForeignKey(InspectionItem, models.PROTECT, related_name="+", verbose_name="抽查事项")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="建立人"
    )
    created_at = clock.MomentField("建立时间", default=clock.now)
    files = models.JSONField("冻结的文件", default=dict)  # {name: text}, names.tsv and the result among them
    frozen_at = models.DateTimeField("冻结时间", null=True, blank=True)
    first_value = models.CharField("第一次录入", max_length=200, blank=True)
    value = models.CharField("随机数", max_length=200, blank=True)
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "演练"
        ordering = ["-created_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.title} {timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"

    @property
    def code(self) -> str:
        """The code that a draw of this quarter would have; it stands in the files, and is shown nowhere."""
        return quarter_code(self.year, self.quarter)

    @property
    def title(self) -> str:
        return f"演练：{quarter_title(self.year, self.quarter)}"
