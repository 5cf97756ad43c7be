"""Conditions of discharge permits: a row for each outlet and pollutant of a unit."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower

from wugang_audit import clock
from wugang_audit.registries.history import History
from wugang_audit.spreadsheets.cell_text import fold

from .unit import PollutionSource


class OutletKind(models.TextChoices):
    """By what a permit sets its limits (HJ 942-2018, 5.2; noise by HJ 1301-2023, solid waste by HJ 1200-2021)."""

    ORGANISED = "organised", "有组织废气"
    FUGITIVE = "fugitive", "无组织废气"
    WATER = "water", "废水"
    NOISE = "noise", "噪声"
    WASTE = "waste", "固体废物"


def condition_code(number: str, outlet_code: str, pollutant: str) -> str:
    """Return what names a condition, such as ``410481-0001/DA001/颗粒物``; width and spaces make no difference."""
    code = f"{number}/{outlet_code}/{fold(pollutant)}"
    # Databases lower-case non-ASCII letters differently.
    return "".join(char if char.isascii() else char.lower() for char in code)


class PermitCondition(models.Model):
    """What a unit's discharge permit sets for one pollutant at one outlet, as its duplicate (副本) lists it.

    《排污许可管理条例》（国务院令第736号）第十三条 says what is written in a permit; HJ 608-2017 numbers outlets (DA001, DW001),
    equipment (MF0001) and treatment facilities (TA001, TW001). A limit is text: pH has a range, bacteria have a word.
    """

    code = models.CharField("条件编码", max_length=140, db_index=True, editable=False)
    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="conditions", verbose_name="单位"
    )
    outlet_kind = models.CharField("排放口类型", max_length=10, choices=OutletKind, db_index=True)
    outlet_code = models.CharField("排放口编号", max_length=20, help_text="如 DA001、DW001、MF0001、厂界。")
    outlet_name = models.CharField("排放口名称", max_length=100, blank=True)
    pollutant = models.CharField("污染物", max_length=60)
    limit = models.CharField("许可浓度限值", max_length=40, blank=True, help_text="如 30、6-9、不得检出。")
    limit_unit = models.CharField("浓度单位", max_length=20, blank=True, help_text="如 mg/m³、mg/L、dB(A)。")
    annual_limit = models.DecimalField(
        "年许可排放量", max_digits=14, decimal_places=6, null=True, blank=True, help_text="吨/年。",
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    standard = models.CharField("执行标准", max_length=200, blank=True)
    facility_code = models.CharField("治理设施编号", max_length=60, blank=True, help_text="如 TA001。")
    facility_name = models.CharField("治理设施名称", max_length=100, blank=True)
    process = models.CharField("治理工艺", max_length=200, blank=True)
    monitored = models.BooleanField("自动监测", default=False)
    remarks = models.CharField("备注", max_length=500, blank=True)
    is_active = models.BooleanField("在用", default=True, help_text="许可证变更后不再要求的取消勾选。")
    updated_at = clock.MomentField("最近修改", auto_now=True)
    history = History(verbose_name="历史记录")

    class Meta:
        verbose_name = verbose_name_plural = "排污许可条件"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(Lower("code"), name="condition_code_any_case")]

    def __str__(self) -> str:
        return self.code

    @property
    def annual_limit_labels(self) -> list[str]:
        """The tons as people write them: 1.5 rather than 1.500000."""
        tons = self.annual_limit
        return [] if tons is None else [f"{tons:f}".rstrip("0").rstrip(".") if tons % 1 else f"{tons:.0f}"]
