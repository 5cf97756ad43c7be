"""A pollution source: who it is, its class, whether it is drawn."""

import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower

from wugang_audit import clock
from wugang_audit.registries.history import History

from ..industries import label_of
from .speciality import Speciality
from .validators import (
    validate_credit_code,
    validate_industry_code,
    validate_name,
    validate_permit_number,
    validate_registry_id,
)


class Category(models.TextChoices):
    """The class that a unit is drawn in; it is in exactly one: special before key before general."""

    KEY = "key", "重点排污单位"
    SPECIAL = "special", "特殊监管对象"
    GENERAL = "general", "一般排污单位"


UNDECIDED = "没有监管类别"  # what people read of a unit without a class


def label_of_category(category: str) -> str:
    """Return what people read of a class, or that there is none yet."""
    return Category(category).label if category else UNDECIDED


LATER = [(each.value, each.label) for each in (Category.KEY, Category.GENERAL)]


def effective_category(
    category: str,
    special_from: datetime.date | None,
    special_until: datetime.date | None,
    category_after: str,
    day: datetime.date,
) -> str:
    """Return the class that a unit is drawn in on a day.

    Special supervision ends by itself: outside its dates, both included, the unit counts as ``category_after``.
    """
    if category != Category.SPECIAL:
        return category
    if (special_until and day > special_until) or (special_from and day < special_from):
        return category_after
    return category


class Medium(models.TextChoices):
    """For what a key unit is listed (《环境监管重点单位名录管理办法》，生态环境部令第27号)."""

    WATER = "water", "水环境"
    GROUNDWATER = "groundwater", "地下水污染防治"
    AIR = "air", "大气环境"
    NOISE = "noise", "噪声"
    SOIL = "soil", "土壤污染监管"
    RISK = "risk", "环境风险管控"


class PermitClass(models.TextChoices):
    """《固定污染源排污许可分类管理名录（2019年版）》."""

    KEY = "key", "重点管理"
    SIMPLIFIED = "simplified", "简化管理"
    REGISTERED = "registered", "登记管理"


class OperatingState(models.TextChoices):
    NORMAL = "normal", "正常生产"
    SEASONAL = "seasonal", "季节性生产"
    STOPPED = "stopped", "停产"


def standing_of(exempt_reason: str, operating_state: str, out_of_season: bool) -> str:
    """Return what a unit with these facts is in a draw: ``in``, ``stopped`` or ``exempt`` (draw/2, pool.tsv)."""
    if exempt_reason.strip():
        return "exempt"
    if operating_state == OperatingState.STOPPED:
        return "stopped"
    if operating_state == OperatingState.SEASONAL and out_of_season:
        return "stopped"
    return "in"


class PollutionSourceQuerySet(models.QuerySet):
    def registered(self) -> "PollutionSourceQuerySet":
        """Units in the registry: all but those that were taken off it."""
        return self.filter(is_active=True)

    def undecided(self) -> "PollutionSourceQuerySet":
        """Registered units that lack what a draw needs of each: a class, or a speciality by their industry."""
        return self.registered().filter(models.Q(category="") | models.Q(speciality=None))

    def with_class(self, day: datetime.date) -> "PollutionSourceQuerySet":
        """Annotate the class that each unit is drawn in on a day: `effective_category` in the database's words."""
        outside = models.Q(special_until__lt=day) | models.Q(special_from__gt=day)
        ended = models.When(models.Q(category=Category.SPECIAL) & outside, then="category_after")
        return self.annotate(class_today=models.Case(ended, default="category"))


class PollutionSource(models.Model):
    """A unit under supervision. Its registry number is its id in every draw and never goes to another one."""

    # The constraint below looks at the lower case; exact numbers and prefixes need an index of their own.
    number = models.CharField("污染源编码", max_length=55, db_index=True, validators=[validate_registry_id])
    name = models.CharField("单位名称", max_length=200, db_index=True, validators=[validate_name])
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, db_index=True, validators=[validate_credit_code],
        help_text="小型养殖场等没有代码的可以不填。",
    )  # fmt: skip
    # Lists that bureaus have hold neither class nor industry: a unit may wait for both, but then no draw is frozen.
    category = models.CharField("监管类别", max_length=10, choices=Category, blank=True, db_index=True)
    media = models.CharField("重点单位类型", max_length=60, blank=True, help_text="代码用逗号分开。")
    industry_code = models.CharField(
        "行业代码", max_length=4, blank=True, validators=[validate_industry_code],
        help_text="GB/T 4754-2017 的 4 位小类代码；只知道大类或中类的，填 2 位或 3 位。",
    )  # fmt: skip
    industry_name = models.CharField("行业名称", max_length=100, blank=True)
    speciality = models.ForeignKey(
        Speciality, models.PROTECT, null=True, blank=True, related_name="sources", verbose_name="行业专业组",
        help_text="按行业代码自动归组。",
    )  # fmt: skip
    permit_class = models.CharField("排污许可管理类别", max_length=10, choices=PermitClass, blank=True)
    permit_number = models.CharField(
        "排污许可证编号", max_length=22, blank=True, validators=[validate_permit_number]
    )
    permit_expiry = models.DateField("许可证有效期至", null=True, blank=True)
    township = models.CharField("乡镇（街道）", max_length=40, blank=True, db_index=True)
    address = models.CharField("详细地址", max_length=200, blank=True)
    longitude = models.DecimalField(
        "经度", max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    latitude = models.DecimalField(
        "纬度", max_digits=8, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    legal_representative = models.CharField("法定代表人", max_length=60, blank=True)
    contact = models.CharField("环保联系人", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True, help_text="只供内部联系，从不公开。")
    operating_state = models.CharField(
        "生产状态", max_length=10, choices=OperatingState, default=OperatingState.NORMAL
    )
    out_of_season = models.BooleanField(
        "季节性停产中", default=False, help_text="季节性生产的单位现在不在生产季：抽签时按停产对待。"
    )
    discharges_wastewater = models.BooleanField("涉废水", default=False)
    discharges_waste_gas = models.BooleanField("涉废气", default=False)
    special_reason = models.CharField("特殊监管原因", max_length=200, blank=True)
    special_from = models.DateField("特殊监管起始日", null=True, blank=True)
    special_until = models.DateField("特殊监管截止日", null=True, blank=True)
    special_basis = models.CharField(
        "特殊监管依据", max_length=200, blank=True, help_text="文件名称和文号，或处罚决定书文号。"
    )
    category_after = models.CharField(
        "监管结束后的类别", max_length=10, choices=LATER, default=Category.GENERAL,
        help_text="特殊监管对象填写：起始日以前、截止日以后，自动按这一类抽签。",
    )  # fmt: skip
    exempt_reason = models.CharField(
        "不参与双随机原因", max_length=200, blank=True, help_text="填写了原因的单位不参加抽签。"
    )
    remarks = models.CharField("备注", max_length=500, blank=True)
    is_active = models.BooleanField("在库", default=True, help_text="单位注销、搬离后取消勾选，历史仍保留。")
    joined_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="joined",
        verbose_name="合并到",
    )
    updated_at = clock.MomentField("最近修改", auto_now=True)
    history = History(verbose_name="历史记录")
    objects = PollutionSourceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "污染源"
        ordering = ["number"]
        constraints = [
            # Ids that differ only by case are legal in the protocol, but people cannot see the difference.
            models.UniqueConstraint(
                Lower("number"), name="source_number_any_case",
                violation_error_message="污染源编码已经有了（不分大小写）。",
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=["", *Category.values]), name="source_category_known"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name}({self.number})"

    @property
    def is_joined(self) -> bool:
        """It was a double, and another unit goes on for it; a unit that was reactivated is one again, whatever it was."""
        return self.joined_into_id is not None and not self.is_active

    @property
    def media_labels(self) -> list[str]:
        return [medium.label for medium in Medium if medium in self.media.split(",")]

    def get_industry_code_display(self) -> str:
        """The industry as people read it: the code says little to them."""
        return label_of(self.industry_code)

    @property
    def industry(self) -> str:
        """The industry as people read it, in the unit's own words where it has some."""
        return (
            f"{self.industry_code} {self.industry_name}"
            if self.industry_name
            else label_of(self.industry_code)
        )

    def category_on(self, day: datetime.date) -> str:
        """The class that the unit is drawn in on a day (see `effective_category`)."""
        dates = self.special_from, self.special_until
        return effective_category(self.category, *dates, self.category_after, day)

    @property
    def category_today(self) -> str:
        """The class that the unit is drawn in today, as people read it; where supervision is over, that too."""
        if not self.category:
            return UNDECIDED
        today = clock.today()
        label = Category(self.category_on(today)).label
        if self.category != Category.SPECIAL or self.category_on(today) == self.category:
            return label
        if self.special_until and self.special_until < today:
            return f"特殊监管已于 {self.special_until:%Y-%m-%d} 到期，按{label}"
        return f"特殊监管自 {self.special_from:%Y-%m-%d} 起，现按{label}"

    @property
    def standing(self) -> str:
        """What the unit is in a draw (see `standing_of`)."""
        return standing_of(self.exempt_reason, self.operating_state, self.out_of_season)
