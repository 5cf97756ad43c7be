"""The plan of a year: what is drawn, how much of it, and on which legal basis."""

import datetime
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from sources.models import Category
from wugang_audit.registries.history import History

from .law import LegalBasis, cited
from .quota import Rule
from .strata import Stratum

# What the scheme itself draws of each class in a quarter (平舞环〔2024〕40号 二（四）). Of key units that discharge it wants
# more than of other key units, and names no number.
SCHEME: dict[str, tuple[int, int]] = {
    Stratum.KEY: (25, 100),
    Stratum.SPECIAL: (25, 100),
    Stratum.GENERAL: (1, 4),
}


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
    bases = models.ManyToManyField(
        LegalBasis,
        through="ItemBasis",
        blank=True,
        related_name="items",
        verbose_name="法律依据",
        help_text="计划公布和抽签冻结的当天必须有效。",
    )
    rate = models.CharField("抽查比例", max_length=100)
    frequency = models.CharField("抽查频次", max_length=40)
    position = models.PositiveSmallIntegerField("排序", default=1)
    is_active = models.BooleanField("在用", default=True)
    history = History(verbose_name="历史记录")

    class Meta:
        verbose_name = verbose_name_plural = "随机抽查事项"
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(basis=""), name="item_has_legal_basis")]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_published(self) -> bool:
        """Say whether a published plan lists the item: from then on its words stay."""
        return self.plans.filter(published_at__isnull=False).exists()

    def clean(self) -> None:
        if not self.basis.strip():
            raise ValidationError({"basis": "法无规定不得检查：请写明法律、法规或规章的条款。"})

    def law_at(self, moment: datetime.datetime) -> list[str]:
        """Return what the item cited at a moment and was law on that day, as documents cite it."""
        standing = [each.basis for each in self.citations.all() if each.stood(moment)]
        return cited(standing, timezone.localdate(moment))


class ItemBasis(models.Model):
    """That an item cites an article, and since when: a page of an earlier moment does not show what was added later."""

    item = models.ForeignKey(
        InspectionItem,
        models.CASCADE,
        related_name="citations",
        db_column="inspectionitem_id",
        verbose_name="抽查事项",
    )
    basis = models.ForeignKey(
        LegalBasis,
        models.CASCADE,
        related_name="citations",
        db_column="legalbasis_id",
        verbose_name="法律依据",
    )
    # Empty: from the beginning. So are those that the site comes with, and those of sites older than this column.
    cited_since = models.DateTimeField("从何时起引用", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "抽查事项的法律依据"
        # Written by the form of the item alone.
        default_permissions = ()
        # As Django named and bound the table when it was one of its own.
        db_table = "drawings_inspectionitem_bases"
        unique_together = (("item", "basis"),)
        ordering = ("basis",)

    def __str__(self) -> str:
        return f"{self.item}：{self.basis}"

    def stood(self, moment: datetime.datetime) -> bool:
        return self.cited_since is None or self.cited_since <= moment


class PlanQuerySet(models.QuerySet):
    def published(self) -> "PlanQuerySet":
        return self.filter(published_at__isnull=False)

    def unpublished(self) -> "PlanQuerySet":
        """Plans that may still be edited; one a year at most."""
        return self.filter(published_at__isnull=True)

    def in_force(self, year: int) -> "Plan | None":
        """Return the latest published plan of the year, or None: draws rest on nothing else."""
        plans = self.published().filter(year=year).prefetch_related("rates", "items")
        return plans.order_by("-version").first()


class Plan(models.Model):
    """The plan of one year. Once published it cannot be edited: a later version counts from the next draw."""

    class Reading(models.TextChoices):
        """What the scheme's "1:4" for general units counts (平舞环〔2024〕40号 二（四）)."""

        UNITS = "units", "每 4 家一般排污单位抽 1 家"
        OFFICERS = "officers", "在岗执法人员与一般排污单位之比 1:4（每季度）"
        OFFICERS_YEAR = "officers-year", "在岗执法人员与一般排污单位之比 1:4（全年，分四个季度）"

    class Substitutes(models.TextChoices):
        """By which numbers a substitute is found [draw/2, commit.txt]: those of the draw, or an issue not drawn yet."""

        PL5 = "pl5", "申报之后的下一期排列5（每天开奖）"
        FC3D = "fc3d", "申报之后的下一期福彩3D（每天开奖）"
        SSQ = "ssq", "申报之后的下一期双色球（每周二、四、日开奖）"
        SEED = "seed", "本次抽签原来的号码"

    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveSmallIntegerField("版次", default=1)
    title = models.CharField("名称", max_length=100)
    document_number = models.CharField("文号", max_length=60, blank=True)
    basis = models.TextField("制定依据")
    general_reading = models.CharField(
        "一般排污单位 1:4 的算法", max_length=20, choices=Reading, default=Reading.UNITS
    )
    fresh_first = models.BooleanField(
        "本年度未抽过的优先",
        default=False,
        help_text="本年度已经抽中过的单位，只有在同类单位都抽过一遍以后才会再次抽中。",
    )
    yearly_cap = models.PositiveSmallIntegerField(
        "每家单位全年最多抽查次数",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="达到次数的单位不再抽取，但仍计入基数（国办发〔2024〕54号）。不限次数的留空。",
    )
    substitutes = models.CharField(
        "替补按哪组号码产生",
        max_length=10,
        choices=Substitutes,
        default=Substitutes.PL5,
        help_text="用申报之后才开奖的号码，申报的时候谁也不知道会由谁替补。",
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

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度抽查计划"
        ordering = ["-year", "-version"]
        constraints = [models.UniqueConstraint(fields=["year", "version"], name="one_plan_per_version")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def title_hint(self) -> str:
        """Say in Chinese that the title names another year than that of the plan, which is not refused; else empty."""
        named = {int(year) for year in re.findall(r"(?<!\d)(\d{4})\s*年", self.title)}
        if not named or self.year in named:
            return ""
        years = "、".join(map(str, sorted(named)))
        return f"标题写的是 {years} 年，这份计划的年度是 {self.year} 年：请核对，要改的点“修改”。公布以后不能再改。"

    @property
    def has_emitting(self) -> bool:
        """Say whether key units that discharge waste water or waste gas are drawn by a rate of their own."""
        return any(rate.stratum == Stratum.EMITTING for rate in self.rates.all())

    @property
    def previous(self) -> "Plan | None":
        """The published version of the same year before this one."""
        earlier = Plan.objects.published().filter(year=self.year, version__lt=self.version)
        return earlier.prefetch_related("rates", "items").order_by("-version").first()

    def facts(self) -> dict[str, str]:
        """Return all that a draw takes from the plan, in words: what two versions are compared by."""
        facts = {f"{rate.get_stratum_display()}抽查比例": rate.text for rate in self.rates.all()}
        return facts | {
            "文号": self.document_number or "无",
            "一般排污单位 1:4 的算法": self.get_general_reading_display(),
            "抽取次序": "本年度未抽过的优先" if self.fresh_first else "不分是否抽过",
            "每家单位全年最多抽查次数": f"{self.yearly_cap} 次" if self.yearly_cap else "不限",
            "替补按哪组号码产生": self.get_substitutes_display(),
            "抽查事项": "、".join(sorted(item.subject for item in self.items.all())) or "无",
        }

    def changes(self) -> list[str]:
        """Say line by line what this version changes against the one before it."""
        before = self.previous
        return self.changes_against(before) if before else []

    def changes_against(self, before: "Plan") -> list[str]:
        """The same against a version that was read already, with its rates and items."""
        old, new = before.facts(), self.facts()
        return [
            f"{name}：{old.get(name, '无')} → {new.get(name, '无')}"
            for name in {**old, **new}
            if old.get(name) != new.get(name)
        ]

    def stratum_of(self, category: str, discharges: bool) -> str:
        """Return the stratum that a unit of the class is drawn in under this plan."""
        if category == Category.KEY and discharges and self.has_emitting:
            return Stratum.EMITTING
        return category

    def rules(self) -> list[tuple[str, str]]:
        """Return (stratum, rule of draw/2) in the order in which the result lists the strata.

        A rate N/D reads ``N/D``; general units under the officers' reading read ``officers*D/N`` (N officers stand
        against D units), a quarter of that each quarter where the ratio counts for the whole year.
        """
        return [(rate.stratum, self.rule_of(rate)) for rate in self.rates.all()]

    def rule_of(self, rate: "PlanRate", reading: str | None = None) -> str:
        """Return the rule of one rate, under this plan's reading of 1:4 or under another one."""
        reading = reading or self.general_reading
        return str(self.rule_under(reading, rate.stratum, rate.numerator, rate.denominator))

    @classmethod
    def rule_under(cls, reading: str, stratum: str, numerator: int, denominator: int) -> Rule:
        """Return the rule of a rate under one reading of 1:4, which concerns general units alone."""
        if stratum == Stratum.GENERAL and reading == cls.Reading.OFFICERS:
            return Rule(True, denominator, numerator)
        if stratum == Stratum.GENERAL and reading == cls.Reading.OFFICERS_YEAR:
            return Rule(True, denominator, numerator * 4)
        return Rule(False, numerator, denominator)


class PlanRate(models.Model):
    """The share of a class that is drawn each quarter, as a fraction."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rates")
    stratum = models.CharField("类别", max_length=20, choices=Stratum)
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

    def __str__(self) -> str:
        return f"{self.get_stratum_display()} {self.numerator}/{self.denominator}"

    @property
    def text(self) -> str:
        """The rate as the scheme writes it: a percentage, or 1:4 for general units."""
        if self.stratum == Stratum.GENERAL:
            return f"{self.numerator}:{self.denominator}"
        if self.numerator * 100 % self.denominator == 0:
            return f"{self.numerator * 100 // self.denominator}%"
        return f"{self.numerator}/{self.denominator}"
