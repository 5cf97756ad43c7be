"""Industry specialities: groups of GB/T 4754-2017 codes that one officer can inspect."""

import re

from django.core.validators import RegexValidator
from django.db import models

from wugang_audit.registries.history import History

from .validators import validate_registry_id


class SpecialityQuerySet(models.QuerySet):
    def get_by_natural_key(self, code: str) -> "Speciality":
        return self.get(code=code)

    def by_prefix(self) -> dict[str, "Speciality"]:
        """Return {prefix: speciality} of all; where two claim a prefix, the first code wins."""
        table = {}
        for speciality in self.order_by("code"):
            for prefix in speciality.prefix_list:
                table.setdefault(prefix, speciality)
        return table

    @staticmethod
    def match(table: dict[str, "Speciality"], industry_code: str) -> "Speciality | None":
        """Return the speciality with the longest prefix of the industry code, or None.

        Of a code of two or three digits all classes must fall to one speciality, or nobody knows which it is.
        """
        found = next(
            (
                table[industry_code[:length]]
                for length in range(len(industry_code), 0, -1)
                if industry_code[:length] in table
            ),
            None,
        )
        if len(industry_code) == 4:
            return found
        finer = {
            each
            for prefix, each in table.items()
            if len(prefix) > len(industry_code) and prefix.startswith(industry_code)
        }
        return None if finer - {found} else found


class Speciality(models.Model):
    """An industry group by which units and officers are matched (平舞环〔2024〕40号 二（二）)."""

    code = models.CharField("代码", max_length=55, unique=True, validators=[validate_registry_id])
    name = models.CharField("名称", max_length=60, unique=True)
    prefixes = models.TextField(
        "行业代码",
        validators=[
            RegexValidator(
                re.compile(r"\A\s*[0-9]{1,4}([,\s]+[0-9]{1,4})*\s*\Z"),
                "请填 1 至 4 位数字，用逗号或空格分开。",
            )
        ],
        help_text="GB/T 4754-2017 行业代码的前几位，用逗号分开；一个单位归入与其行业代码相符的位数最长的一组。",
    )
    remarks = models.CharField("说明", max_length=200, blank=True)
    history = History(verbose_name="历史记录")
    objects = SpecialityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行业专业组"
        ordering = ["code"]

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def __str__(self) -> str:
        return self.name

    @property
    def prefix_list(self) -> list[str]:
        return re.findall(r"[0-9]+", self.prefixes)
