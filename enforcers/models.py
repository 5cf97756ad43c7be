"""Enforcement officers, what they are good at, and whom they may not inspect."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Lower

from sources.models import PollutionSource, Speciality, validate_name, validate_registry_id
from wugang_audit import clock
from wugang_audit.registries.history import History


class DutyState(models.TextChoices):
    ON_DUTY = "on_duty", "在岗"
    LEAVE = "leave", "请假"
    TRAINING = "training", "培训"
    SECONDED = "seconded", "借调"
    LEFT = "left", "离岗"


class PeriodQuerySet(models.QuerySet):
    """Rows that hold from ``since`` to ``until``, both days included; without ``until`` they hold on."""

    def in_force(self, day: datetime.date | None = None) -> "PeriodQuerySet":
        day = day or clock.today()
        return self.not_over(day).filter(since__lte=day)

    def not_over(self, day: datetime.date | None = None) -> "PeriodQuerySet":
        """Rows in force on that day, or to come."""
        return self.filter(Q(until=None) | Q(until__gte=day or clock.today()))


class Period(models.Model):
    """What holds from one day to another, or until somebody writes the last day in."""

    since = clock.DayField("自", default=clock.today)
    until = models.DateField("至", null=True, blank=True, help_text="含当日；未定的留空。")

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": "截止日期不能早于开始日期。"})


class OfficerQuerySet(models.QuerySet):
    def available(self, day: datetime.date | None = None) -> "OfficerQuerySet":
        """Officers who may be sent on that day (today by default): on duty, certified, not absent."""
        day = day or clock.today()
        away = Absence.objects.in_force(day).filter(officer=OuterRef("pk"))
        certified = self.exclude(certificate_number="").filter(certificate_expiry__gte=day)
        return certified.filter(~Exists(away), is_active=True, duty_state=DutyState.ON_DUTY)

    def drafts(self) -> "OfficerQuerySet":
        """Officers on the books whose certificate number nobody has entered yet: they have no id in a draw."""
        return self.filter(is_active=True, certificate_number="")

    def with_absences(self, day: datetime.date | None = None) -> "OfficerQuerySet":
        """Officers with their absences of that day in ``absent_now``: one query more, whatever their number."""
        return self.prefetch_related(
            Prefetch("absences", Absence.objects.in_force(day).order_by("since", "pk"), "absent_now")
        )


class Officer(models.Model):
    """An officer with an enforcement certificate; its number is the officer's id in every draw."""

    name = models.CharField("姓名", max_length=60, validators=[validate_name])
    certificate_number = models.CharField(
        "执法证号", max_length=55, blank=True, validators=[validate_registry_id],
        help_text="抽签时代表该人员，填写后不再更换。没有填的不能派出。",
    )  # fmt: skip
    certificate_expiry = models.DateField(
        "执法证有效期至", null=True, blank=True, help_text="没有填的、已过期的不能派出。"
    )
    sex = models.CharField("性别", max_length=1, choices=[("男", "男"), ("女", "女")], blank=True)
    department = models.CharField("所属机构", max_length=60, blank=True)
    post = models.CharField("职务", max_length=40, blank=True)
    group = models.CharField("执法分组", max_length=40, blank=True)
    specialities = models.ManyToManyField(
        Speciality, through="Ability", related_name="officers", verbose_name="擅长行业", blank=True
    )
    duty_state = models.CharField("在岗状态", max_length=10, choices=DutyState, default=DutyState.ON_DUTY)
    phone = models.CharField("联系电话", max_length=40, blank=True, help_text="只供内部联系，从不公开。")
    remarks = models.CharField("备注", max_length=500, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="officer",
        verbose_name="登录账号",
    )  # fmt: skip
    is_active = models.BooleanField("在册", default=True, help_text="离开的人员取消勾选，历史仍保留。")
    updated_at = clock.MomentField("最近修改", auto_now=True)
    history = History(verbose_name="历史记录")
    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "执法人员"
        ordering = ["certificate_number"]
        constraints = [
            models.UniqueConstraint(
                Lower("certificate_number"), name="officer_certificate_any_case",
                condition=~Q(certificate_number=""),
                violation_error_message="执法证号已经有了（不分大小写）。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name}({self.certificate_number or '执法证号待补'})"

    @property
    def why_absent(self) -> str:
        """Why this officer, read `with_absences`, may not be sent today; the empty text where he may (`available`)."""
        if not self.is_active:
            return "不在册"
        if self.duty_state != DutyState.ON_DUTY:
            return self.get_duty_state_display()
        if not self.certificate_number:
            return "执法证号待补"
        if self.certificate_expiry is None:
            return "执法证有效期待补"
        if self.certificate_expiry < clock.today():
            return f"执法证已于 {self.certificate_expiry:%Y-%m-%d} 到期"
        return "；".join(absence.said for absence in self.absent_now)


class Ability(models.Model):
    """A speciality that an officer knows, and how well (平舞环〔2024〕40号 二（二）)."""

    class Level(models.IntegerChoices):
        LEARNING = 1, "了解"
        COMPETENT = 2, "胜任"
        EXPERT = 3, "精通"

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="abilities", verbose_name="执法人员")
    speciality = models.ForeignKey(
        Speciality, models.PROTECT, related_name="abilities", verbose_name="行业专业组"
    )
    level = models.PositiveSmallIntegerField("能力", choices=Level, default=Level.COMPETENT)
    history = History(verbose_name="历史记录")

    class Meta:
        verbose_name = verbose_name_plural = "擅长行业"
        ordering = ["speciality__code"]
        constraints = [
            models.UniqueConstraint(fields=["officer", "speciality"], name="one_level_per_ability")
        ]

    def __str__(self) -> str:
        return f"{self.speciality}:{self.get_level_display()}"


class Absence(Period):
    """Some days on which an officer who is on duty otherwise cannot be sent; it ends by itself."""

    class Kind(models.TextChoices):
        LEAVE = "leave", "请假"
        SECONDED = "seconded", "借调"
        TRAINING = "training", "培训"
        OTHER = "other", "其他事由"

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="absences", verbose_name="执法人员")
    kind = models.CharField("事由", max_length=10, choices=Kind, default=Kind.LEAVE)
    reason = models.CharField("说明", max_length=200, blank=True, help_text="只供内部核对，从不公开。")
    history = History(verbose_name="历史记录")
    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "不在岗时段"
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} 起{self.said}"

    @property
    def said(self) -> str:
        until = f"至 {self.until:%Y-%m-%d}" if self.until else "，未定期限"
        return f"{self.get_kind_display()}{until}"


class TrainingRecord(models.Model):
    """What an officer was trained in, for how long and with what result."""

    class Result(models.TextChoices):
        EXCELLENT = "excellent", "优秀"
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"
        ATTENDED = "attended", "未考核"

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="trainings", verbose_name="执法人员")
    date = models.DateField("日期")
    topic = models.CharField("内容", max_length=120)
    hours = models.PositiveSmallIntegerField("学时", validators=[MinValueValidator(1)])
    result = models.CharField("结果", max_length=10, choices=Result, default=Result.PASSED)
    history = History(verbose_name="历史记录")

    class Meta:
        verbose_name = verbose_name_plural = "培训记录"
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.topic}（{self.hours} 学时，{self.get_result_display()}）"


class Recusal(Period):
    """A unit that an officer may not inspect (回避； 《行政处罚法》第四十三条).

    The recusals in force on the day of a freeze go into its file.
    """

    class Kind(models.TextChoices):
        OFFICER = "officer", "本人申请回避"
        UNIT = "unit", "当事人申请回避（单位申请）"
        BUREAU = "bureau", "机关决定"

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="recusals", verbose_name="执法人员")
    source = models.ForeignKey(
        PollutionSource, models.CASCADE, related_name="recusals", verbose_name="回避单位"
    )
    kind = models.CharField("依据", max_length=10, choices=Kind, default=Kind.OFFICER)
    reason = models.CharField("原因", max_length=200, help_text="只供内部核对，从不公开。")
    created_at = clock.MomentField("登记时间", auto_now_add=True)
    history = History(verbose_name="历史记录")
    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        ordering = ["officer__certificate_number", "source__number"]
        constraints = [models.UniqueConstraint(fields=["officer", "source"], name="one_recusal_per_pair")]

    def __str__(self) -> str:
        return f"{self.officer} 回避 {self.source}"
