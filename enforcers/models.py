"""Enforcement officers, what they are good at, and whom they may not inspect."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from simple_history.models import HistoricalRecords

from sources.models import PollutionSource, Speciality, validate_name, validate_registry_id


class DutyState(models.TextChoices):
    ON_DUTY = "on_duty", "在岗"
    LEAVE = "leave", "请假"
    TRAINING = "training", "培训"
    SECONDED = "seconded", "借调"
    LEFT = "left", "离岗"


class OfficerQuerySet(models.QuerySet):
    def available(self, day: datetime.date | None = None):
        """Officers who may be sent on that day (today by default): on duty, with a valid certificate."""
        day = day or timezone.localdate()
        return self.filter(is_active=True, duty_state=DutyState.ON_DUTY, certificate_expiry__gte=day)


class Officer(models.Model):
    """An officer with an enforcement certificate; its number is the officer's id in every draw."""

    name = models.CharField("姓名", max_length=60, validators=[validate_name])
    certificate_number = models.CharField("执法证号", max_length=55, validators=[validate_registry_id])
    certificate_expiry = models.DateField("执法证有效期至")
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
    updated_at = models.DateTimeField("最近修改", auto_now=True)
    history = HistoricalRecords(verbose_name="历史记录")
    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "执法人员"
        ordering = ["certificate_number"]
        constraints = [
            models.UniqueConstraint(
                Lower("certificate_number"), name="officer_certificate_any_case",
                violation_error_message="执法证号已经有了（不分大小写）。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.name}({self.certificate_number})"


class Ability(models.Model):
    """That an officer masters a speciality, and how well (平舞环〔2024〕40号 二（二）)."""

    class Level(models.IntegerChoices):
        LEARNING = 1, "了解"
        COMPETENT = 2, "胜任"
        EXPERT = 3, "精通"

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="abilities", verbose_name="执法人员")
    speciality = models.ForeignKey(
        Speciality, models.PROTECT, related_name="abilities", verbose_name="行业专业组"
    )
    level = models.PositiveSmallIntegerField("能力", choices=Level, default=Level.COMPETENT)
    history = HistoricalRecords(verbose_name="历史记录")

    class Meta:
        verbose_name = verbose_name_plural = "擅长行业"
        ordering = ["speciality__code"]
        constraints = [
            models.UniqueConstraint(fields=["officer", "speciality"], name="one_level_per_ability")
        ]

    def __str__(self):
        return f"{self.speciality}:{self.get_level_display()}"


class Recusal(models.Model):
    """That an officer may not inspect a unit (回避； 《行政处罚法》第四十三条)."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="recusals", verbose_name="执法人员")
    source = models.ForeignKey(
        PollutionSource, models.CASCADE, related_name="recusals", verbose_name="回避单位"
    )
    reason = models.CharField("原因", max_length=200, help_text="只供内部核对，从不公开。")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    history = HistoricalRecords(verbose_name="历史记录")

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        ordering = ["officer__certificate_number", "source__number"]
        constraints = [models.UniqueConstraint(fields=["officer", "source"], name="one_recusal_per_pair")]

    def __str__(self):
        return f"{self.officer} 回避 {self.source}"
