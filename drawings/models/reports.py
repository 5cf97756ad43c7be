"""The report of a quarter to the city and the province, kept as it was approved."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from .quarters import QUARTERS

USER = settings.AUTH_USER_MODEL
# How the trail's entries begin that say of a report's making, and the one that says of its approval.
MADE, APPROVED = "编制季度", "批准季度汇总表"


class QuarterReport(models.Model):
    """The 汇总表 of one quarter (平舞环〔2024〕40号 二（一）、三（二）): figures and workbook as the head approved them."""

    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度", choices=[(n, f"第{n}季度") for n in QUARTERS])
    version = models.PositiveSmallIntegerField("版次", default=1)
    figures = models.JSONField("数据", default=dict)
    workbook = models.BinaryField("工作簿")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField("编制时间")
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="编制人")
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "季度汇总表"
        ordering = ["-year", "-quarter", "-version"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter", "version"], name="one_report_per_version")
        ]

    @staticmethod
    def figures_digest(figures: dict[str, Any]) -> str:
        """Return the SHA-256 of figures in hex, whether they come from the code or from the table."""
        text = json.dumps(figures, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def __str__(self) -> str:
        # One of a quarter that was still open is no report: `figures` say what was made.
        name = "进度表" if self.figures.get("kind") == "interim" else "汇总表"
        return f"{self.year}年第{self.quarter}季度{name}"
