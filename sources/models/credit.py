"""The credit class of a unit (企业环境信用评价): A to D, from a day on, until the next one or its end."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q

from wugang_audit import clock
from wugang_audit.registries.history import History

from .unit import PollutionSource


class CreditGrade(models.TextChoices):
    """《企业环境信用评价办法（试行）》（环发〔2013〕150号）第十五条: four grades, each with its colour."""

    A = "A", "A 级"
    B = "B", "B 级"
    C = "C", "C 级"
    D = "D", "D 级"


class CreditClassQuerySet(models.QuerySet):
    def current(self, day: datetime.date | None = None) -> "CreditClassQuerySet":
        """The class that counts of each unit on a day (today by default): its newest one, while it is valid."""
        day = day or clock.today()
        begun = self.model.objects.filter(source=OuterRef("source"), date__lte=day)
        later = begun.filter(date__gt=OuterRef("date"))
        return self.filter(~Exists(later), Q(valid_until=None) | Q(valid_until__gte=day), date__lte=day)


class CreditClass(models.Model):
    source = models.ForeignKey(
        PollutionSource, models.CASCADE, related_name="credit_classes", verbose_name="单位"
    )
    grade = models.CharField("环保信用等级", max_length=1, choices=CreditGrade)
    date = models.DateField("评定日期", help_text="从这一天起按这个等级。")
    valid_until = models.DateField("有效期至", null=True, blank=True, help_text="含当日；没有写明的留空。")
    document = models.CharField(
        "来源文件", max_length=200, blank=True, help_text="公布等级的文件名称和文号。"
    )
    history = History(verbose_name="历史记录")
    objects = CreditClassQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "环保信用等级"
        ordering = ["-date", "source__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "date"], name="one_credit_class_a_day",
                violation_error_message="这家单位在这一天已经有一个等级，请直接修改那一条。",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.source} {self.date:%Y-%m-%d} 评为{self.get_grade_display()}"

    def clean(self) -> None:
        super().clean()
        if self.date and self.valid_until and self.valid_until < self.date:
            raise ValidationError({"valid_until": "有效期不能在评定日期以前结束。"})
