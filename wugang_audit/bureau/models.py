"""The bureau that runs the site: one row, or none before an administrator has saved it."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from .. import clock
from ..spreadsheets.name_characters import name_fault

THE_ONE = 1


def validate_bureau_name(value: str) -> None:
    """Refuse what the public files of a draw could not hold: the name stands in each `commit.txt`."""
    if fault := name_fault(value):
        raise ValidationError(f"{fault.problem}；{fault.fix}。")


validate_county_prefix = RegexValidator(
    re.compile(r"\A[1-8][0-9]{5}\Z"),
    "应为 6 位行政区划代码（GB/T 2260），如 410481。",
)


class Bureau(models.Model):
    """What stands at the foot of every page and in every draw that is frozen from now on."""

    id = models.PositiveSmallIntegerField("编号", primary_key=True, default=THE_ONE, editable=False)
    name = models.CharField(
        "单位名称", max_length=60, validators=[validate_bureau_name],
        help_text="写全称。显示在每一页，并写进以后冻结的每次抽签；已经冻结的抽签保留当时的名称。",
    )  # fmt: skip
    address = models.CharField("地址", max_length=120, help_text="显示在公开页面的页脚。")
    phone = models.CharField(
        "电话", max_length=60, help_text="企业用来核实检查人员身份、提出疑问，如 12345 或值班电话。"
    )
    county_prefix = models.CharField(
        "行政区划代码", max_length=6, validators=[validate_county_prefix],
        help_text="6 位（GB/T 2260），如 410481。名单里没有污染源编码的单位，由系统按它编号，如 410481-0001；"
        "改动后只影响以后新编的号。",
    )  # fmt: skip
    updated_at = clock.MomentField("更新时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "本单位"
        constraints = [models.CheckConstraint(condition=models.Q(id=THE_ONE), name="one_bureau")]

    def __str__(self) -> str:
        return self.name
