"""The plan of a year: what is drawn, how much of it, and on which legal basis."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from sources.models import Category


class InspectionItem(models.Model):
    """A row of the list of inspection items (随机抽查事项清单): the nine fields of the scheme's annex.

    What no law provides for is not inspected (法无规定不得检查): the legal basis may not be empty.
    """

    subject = models.CharField("抽查事项", max_length=60)
    target = models.CharField("检查对象", max_length=100)
    content = models.TextField("抽查内容")
    kind = models.CharField("事项类别", max_length=40)
    method = models.CharField("检查方式", max_length=40)
    level = models.CharField("检查部门实施层级", max_length=60)
    basis = models.TextField("检查依据")
    rate = models.CharField("抽查比例", max_length=100)
    frequency = models.CharField("抽查频次", max_length=40)
    position = models.PositiveSmallIntegerField("排序", default=1)
    is_active = models.BooleanField("在用", default=True)
    history = HistoricalRecords(verbose_name="历史记录")

    class Meta:
        verbose_name = verbose_name_plural = "随机抽查事项"
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(basis=""), name="item_has_legal_basis")]

    def __str__(self):
        return self.subject

    def clean(self):
        if not self.basis.strip():
            raise ValidationError({"basis": "法无规定不得检查：请写明法律、法规或规章的条款。"})


class Plan(models.Model):
    """The plan of one year. Once published it is not edited any more."""

    class Reading(models.TextChoices):
        """What the scheme's "1:4" for general units counts (平舞环〔2024〕40号 二（四）)."""

        UNITS = "units", "每 4 家一般排污单位抽 1 家"
        OFFICERS = "officers", "在岗执法人员与一般排污单位之比 1:4"

    year = models.PositiveSmallIntegerField("年度", unique=True)
    title = models.CharField("名称", max_length=100)
    document_number = models.CharField("文号", max_length=60, blank=True)
    basis = models.TextField("制定依据")
    general_reading = models.CharField(
        "一般排污单位 1:4 的算法", max_length=10, choices=Reading, default=Reading.UNITS
    )
    items = models.ManyToManyField(InspectionItem, related_name="plans", verbose_name="抽查事项")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="编制人"
    )
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="公布人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "年度抽查计划"
        ordering = ["-year"]

    def __str__(self):
        return self.title

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def rules(self) -> list[tuple[str, str]]:
        """Return (stratum, rule of draw/1) in the order in which the result lists the strata.

        A rate N/D reads ``N/D``; general units under the officers' reading read ``officers*D/N``:
        N officers stand against D units.
        """
        rules = []
        for rate in self.rates.all():
            if rate.stratum == Category.GENERAL and self.general_reading == self.Reading.OFFICERS:
                rules.append((rate.stratum, f"officers*{rate.denominator}/{rate.numerator}"))
            else:
                rules.append((rate.stratum, f"{rate.numerator}/{rate.denominator}"))
        return rules


class PlanRate(models.Model):
    """The share of a class that is drawn each quarter, as a fraction."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rates")
    stratum = models.CharField("类别", max_length=10, choices=Category)
    numerator = models.PositiveSmallIntegerField("抽取")
    denominator = models.PositiveSmallIntegerField("总数")
    position = models.PositiveSmallIntegerField("排序")

    class Meta:
        verbose_name = verbose_name_plural = "抽查比例"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "stratum"], name="one_rate_per_stratum"),
            models.CheckConstraint(
                condition=models.Q(numerator__gte=1, numerator__lte=models.F("denominator")),
                name="rate_is_a_fraction",
            ),
        ]

    def __str__(self):
        return f"{self.get_stratum_display()} {self.numerator}/{self.denominator}"

    @property
    def text(self) -> str:
        """The rate as the scheme writes it: a percentage, or 1:4 for general units."""
        if self.stratum == Category.GENERAL:
            return f"{self.numerator}:{self.denominator}"
        if self.numerator * 100 % self.denominator == 0:
            return f"{self.numerator * 100 // self.denominator}%"
        return f"{self.numerator}/{self.denominator}"
