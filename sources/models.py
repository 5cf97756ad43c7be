"""Pollution sources and the industry specialities that they fall under."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from simple_history.models import HistoricalRecords
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as StdnumError

from wugang_audit.spreadsheets.cell_types import fold

validate_registry_id = RegexValidator(
    re.compile(r"(?!-\Z)[0-9A-Za-z_-]{1,55}\Z"),
    "只能用数字、英文字母、短横线和下划线，最多 55 个字符，中间不能有空格。",
)
validate_industry_code = RegexValidator(
    re.compile(r"[0-9]{4}\Z"), "行业代码应为 4 位数字（GB/T 4754-2017 小类）。"
)
validate_permit_number = RegexValidator(
    re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}[0-9]{3}[A-Z]\Z"),
    "排污许可证编号应为 22 位：18 位统一社会信用代码 + 3 位数字 + 1 位大写字母。",
)


def validate_credit_code(value: str) -> None:
    """Check length, alphabet and check character of a unified social credit code (GB 32100-2015)."""
    try:
        normal = uscc.validate(value)
    except StdnumError:
        normal = None
    if normal != value:
        raise ValidationError("统一社会信用代码不符合 GB 32100-2015:应为 18 位大写代码，且校验码正确。")


def validate_name(value: str) -> None:
    """Check the form of a name as the draw's files demand it: NFC, no control or format characters."""
    if unicodedata.normalize("NFC", value) != value or value != value.strip():
        raise ValidationError("名称首尾不能有空格，且须为规范字符(NFC)。")
    if any(unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") for char in value):
        raise ValidationError("名称中有换行、零宽字符等看不见的字符，请删去后重新输入。")


class SpecialityQuerySet(models.QuerySet):
    def by_prefix(self) -> dict[str, "Speciality"]:
        """Return {prefix: speciality} of all; where two claim a prefix, the first code wins."""
        table = {}
        for speciality in self.order_by("code"):
            for prefix in speciality.prefix_list:
                table.setdefault(prefix, speciality)
        return table

    @staticmethod
    def match(table: dict[str, "Speciality"], industry_code: str) -> "Speciality | None":
        """Return the speciality with the longest prefix of the industry code, or None."""
        for length in range(len(industry_code), 0, -1):
            if speciality := table.get(industry_code[:length]):
                return speciality
        return None


class Speciality(models.Model):
    """An industry group by which units and officers are matched (平舞环〔2024〕40号 二（二）)."""

    code = models.CharField("代码", max_length=55, unique=True, validators=[validate_registry_id])
    name = models.CharField("名称", max_length=60, unique=True)
    prefixes = models.TextField(
        "行业代码",
        validators=[
            RegexValidator(
                re.compile(r"[0-9]{1,4}([,\s]+[0-9]{1,4})*\s*\Z"), "请填 1 至 4 位数字，用逗号或空格分开。"
            )
        ],
        help_text="GB/T 4754-2017 行业代码的前几位，用逗号分开；一个单位归入与其行业代码相符的位数最长的一组。",
    )
    remarks = models.CharField("说明", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="历史记录")
    objects = SpecialityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行业专业组"
        ordering = ["code"]

    def __str__(self):
        return self.name

    @property
    def prefix_list(self) -> list[str]:
        return re.findall(r"[0-9]+", self.prefixes)


class Category(models.TextChoices):
    """The class that a unit is drawn in; it is in exactly one: special before key before general."""

    KEY = "key", "重点排污单位"
    SPECIAL = "special", "特殊监管对象"
    GENERAL = "general", "一般排污单位"


LATER = [(each.value, each.label) for each in (Category.KEY, Category.GENERAL)]


def effective_category(category, special_from, special_until, category_after, day) -> str:
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
    """Return how a unit with these facts stands in a draw: ``in``, ``stopped`` or ``exempt`` (draw/1, pool.tsv)."""
    if exempt_reason.strip():
        return "exempt"
    if operating_state == OperatingState.STOPPED:
        return "stopped"
    if operating_state == OperatingState.SEASONAL and out_of_season:
        return "stopped"
    return "in"


class PollutionSourceQuerySet(models.QuerySet):
    def registered(self):
        """Units that stand in the registry: all but the ones struck off."""
        return self.filter(is_active=True)

    def with_class(self, day):
        """Annotate the class that each unit is drawn in on a day: `effective_category` in the database's words."""
        outside = models.Q(special_until__lt=day) | models.Q(special_from__gt=day)
        ended = models.When(models.Q(category=Category.SPECIAL) & outside, then="category_after")
        return self.annotate(class_today=models.Case(ended, default="category"))


class PollutionSource(models.Model):
    """A unit under supervision. Its registry number is its id in every draw and never changes hands."""

    # The constraint below looks at the lower case; exact numbers and prefixes need an index of their own.
    number = models.CharField("污染源编码", max_length=55, db_index=True, validators=[validate_registry_id])
    name = models.CharField("单位名称", max_length=200, db_index=True, validators=[validate_name])
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, db_index=True, validators=[validate_credit_code],
        help_text="小型养殖场等没有代码的可以不填。",
    )  # fmt: skip
    category = models.CharField("监管类别", max_length=10, choices=Category, db_index=True)
    media = models.CharField("重点单位类型", max_length=60, blank=True, help_text="代码用逗号分开。")
    industry_code = models.CharField("行业代码", max_length=4, validators=[validate_industry_code])
    industry_name = models.CharField("行业名称", max_length=100, blank=True)
    speciality = models.ForeignKey(
        Speciality, models.PROTECT, related_name="sources", verbose_name="行业专业组",
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
    updated_at = models.DateTimeField("最近修改", auto_now=True)
    history = HistoricalRecords(verbose_name="历史记录")
    objects = PollutionSourceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "污染源"
        ordering = ["number"]
        constraints = [
            # Ids that differ only by case are legal in the protocol, but people cannot tell them apart.
            models.UniqueConstraint(
                Lower("number"), name="source_number_any_case",
                violation_error_message="污染源编码已经有了（不分大小写）。",
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=Category.values), name="source_category_known"
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.name}({self.number})"

    @property
    def media_labels(self) -> list[str]:
        return [medium.label for medium in Medium if medium in self.media.split(",")]

    def category_on(self, day) -> str:
        """The class that the unit is drawn in on a day (see `effective_category`)."""
        dates = self.special_from, self.special_until
        return effective_category(self.category, *dates, self.category_after, day)

    @property
    def category_today(self) -> str:
        """The class that the unit is drawn in today, as people read it; where supervision is over, that too."""
        today = timezone.localdate()
        label = Category(self.category_on(today)).label
        if self.category != Category.SPECIAL or self.category_on(today) == self.category:
            return label
        if self.special_until and self.special_until < today:
            return f"特殊监管已于 {self.special_until:%Y-%m-%d} 到期，按{label}"
        return f"特殊监管自 {self.special_from:%Y-%m-%d} 起，现按{label}"

    @property
    def standing(self) -> str:
        """How the unit stands in a draw (see `standing_of`)."""
        return standing_of(self.exempt_reason, self.operating_state, self.out_of_season)


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
    # What is the lower case of other letters than ASCII ones, databases do not agree on.
    return "".join(char if char.isascii() else char.lower() for char in code)


class PermitCondition(models.Model):
    """What a unit's discharge permit sets for one pollutant at one outlet, as its duplicate (副本) lists it.

    《排污许可管理条例》（国务院令第736号）第十三条 names what stands in a permit; HJ 608-2017 numbers outlets (DA001, DW001),
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
    updated_at = models.DateTimeField("最近修改", auto_now=True)
    history = HistoricalRecords(verbose_name="历史记录")

    class Meta:
        verbose_name = verbose_name_plural = "排污许可条件"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(Lower("code"), name="condition_code_any_case")]

    def __str__(self):
        return self.code

    @property
    def annual_limit_labels(self) -> list[str]:
        """The tons as people write them: 1.5 rather than 1.500000."""
        tons = self.annual_limit
        return [] if tons is None else [f"{tons:f}".rstrip("0").rstrip(".") if tons % 1 else f"{tons:.0f}"]
