"""Whose readings a unit's public page holds against their limits, visit by visit: the rule, as an administrator sees and changes it.

平舞环〔2024〕40号 二（二） asks for more public information on key units that discharge waste water or waste gas (提高重点排污单位中
废水、废气排放企业的……信息公开强度); how much more, it leaves to the bureau. The migration ships one row for each kind of reading.
The published text of a finding knows nothing of the rule: it holds every reading, whatever stands here.
"""

import re
import unicodedata

from django.db import models

from sources.models import Category, Speciality
from wugang_audit import clock

# How permits number outlets (HJ 608-2017): DW waste water, DA waste gas, MF what leaks gas without an outlet; YS rain water.
_CODES = re.compile(r"(DW|YS|DA|MF)[0-9]+", re.IGNORECASE | re.ASCII)


class ReadingKind(models.TextChoices):
    """What a reading is one of."""

    WATER = "water", "废水"
    GAS = "gas", "废气"
    NOISE = "noise", "噪声"


_BY_CODE = {"DW": ReadingKind.WATER, "YS": ReadingKind.WATER, "DA": ReadingKind.GAS, "MF": ReadingKind.GAS}
# Other outlets are named in words (总排口, 厂界): there the unit of the limit says it.
_BY_UNIT = (
    (re.compile(r"[^/]+/([0-9]*m?l|升)", re.IGNORECASE), ReadingKind.WATER),
    (re.compile(r"[^/]+/(N?m3|立方米)", re.IGNORECASE), ReadingKind.GAS),
    (re.compile(r"db(\(a\))?|分贝", re.IGNORECASE), ReadingKind.NOISE),
)

# What has no unit, or the same for all kinds.
_BY_POLLUTANT = (
    (re.compile(r"pH值?|色度.*|.*大肠菌群.*", re.IGNORECASE), ReadingKind.WATER),
    (re.compile(r"臭气(浓度)?|(林格曼|烟气|格林曼)黑度.*"), ReadingKind.GAS),
    (re.compile(r".*噪声.*"), ReadingKind.NOISE),
)


def kind_of_outlet(outlet: str) -> ReadingKind | None:
    """Return what an outlet lets out, by its number; None where it is named in words."""
    match = _CODES.fullmatch(unicodedata.normalize("NFKC", outlet).strip())
    return _BY_CODE[match[1].upper()] if match else None


def kind_of_unit(unit: str) -> ReadingKind | None:
    """Return what is measured in a unit, whatever its width: mg/m³; None where that may be anything (pH, a temperature)."""
    plain = "".join(unicodedata.normalize("NFKC", unit).split())
    return next((kind for pattern, kind in _BY_UNIT if pattern.fullmatch(plain)), None)


def kind_of(outlet: str, pollutant: str, unit: str) -> ReadingKind | None:
    """Return what a reading is one of, as far as its own words tell."""
    plain = "".join(unicodedata.normalize("NFKC", pollutant).split())
    named = (kind for pattern, kind in _BY_POLLUTANT if pattern.fullmatch(plain))
    return kind_of_outlet(outlet) or kind_of_unit(unit) or next(named, None)


def no_codes() -> list[str]:
    return []


class StrongerDisclosure(models.Model):
    """The rule for one kind of reading. Every kind has one row, neither added nor taken away."""

    kind = models.CharField("现场读数", max_length=10, choices=ReadingKind, unique=True)
    is_active = models.BooleanField(
        "加强公开",
        default=False,
        help_text="不勾选的，单位页面上不列这一种读数；每份检查结果里的读数照旧公开。",
    )
    categories = models.JSONField(
        "监管类别", default=no_codes, blank=True,
        help_text="抽中时属于这些类别的检查才列；都不选的，各类都列。方案要求的是重点排污单位。",
    )  # fmt: skip
    specialities = models.JSONField(
        "行业专业组", default=no_codes, blank=True,
        help_text="单位现在属于这些专业组的才列；都不选的，各组都列。",
    )  # fmt: skip
    updated_at = clock.MomentField("最近修改", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "加强公开的读数"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_kind_display()

    # What people read of the codes: in the audit trail, too.
    @property
    def categories_labels(self) -> list[str]:
        words = dict(Category.choices)
        return [words.get(code, code) for code in self.categories]

    @property
    def specialities_labels(self) -> list[str]:
        words = dict(Speciality.objects.filter(code__in=self.specialities).values_list("code", "name"))
        return [words.get(code, code) for code in self.specialities]
