"""What officers record of a visit beside the points: measures, readings, facilities, samples."""

import json

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from wugang_audit import clock

from .inspection import Inspection

USER = settings.AUTH_USER_MODEL


class Measure(models.Model):
    """What was ordered or begun because of a visit; several may stand side by side."""

    class Kind(models.TextChoices):
        URGE = "urge", "现场督促整改"
        ORDER = "order", "责令改正"
        CASE = "case", "立案"
        TRANSFER = "transfer", "移送"

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="measures")
    kind = models.CharField("措施", max_length=10, choices=Kind)
    due_on = models.DateField("改正期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "处理措施"
        ordering = ["inspection", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["inspection", "kind"], name="one_measure_of_a_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Reading(models.Model):
    """A value read on the spot for one pollutant at one outlet, with the limit of the permit as it stood at the visit."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="readings")
    outlet = models.CharField("排放口编号", max_length=20)
    pollutant = models.CharField("污染物", max_length=60)
    value = models.DecimalField("读数", max_digits=14, decimal_places=6)
    unit = models.CharField("单位", max_length=20, blank=True)
    limit = models.CharField("许可限值", max_length=40, blank=True, help_text="如 30、6-9、不得检出。")
    is_over = models.BooleanField("超过限值", null=True, blank=True, help_text="限值不是数的，不判断。")

    class Meta:
        verbose_name = verbose_name_plural = "现场读数"
        ordering = ["inspection", "outlet", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "outlet", "pollutant"], name="one_reading_per_pollutant"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outlet} {self.pollutant}"


class FacilityState(models.Model):
    """Whether a treatment facility of the permit was running during the visit."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="facilities")
    facility = models.CharField("治理设施编号", max_length=60)
    name = models.CharField("治理设施名称", max_length=100, blank=True)
    is_running = models.BooleanField("正在运行")

    class Meta:
        verbose_name = verbose_name_plural = "治理设施运行情况"
        ordering = ["inspection", "facility"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["inspection", "facility"], name="one_state_per_facility")
        ]

    def __str__(self) -> str:
        return self.facility


class Sampling(models.Model):
    """Sampling by the monitoring station (监测执法联动): asked for at the visit, its result often days later."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="samplings")
    station = models.CharField("监测机构", max_length=100)
    outlet = models.CharField("采样点位", max_length=60)
    pollutants = models.CharField("监测项目", max_length=200)
    numbers = models.CharField("样品编号", max_length=200, blank=True, help_text="几个编号用逗号分开。")
    requested_at = models.DateTimeField("申请时间")
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="申请人")
    received_on = models.DateField("监测机构收样日期", null=True, blank=True)
    receipt = models.CharField("收样单号", max_length=60, blank=True)
    result = models.TextField("监测结果", max_length=1000, blank=True)
    result_on = models.DateField("报告日期", null=True, blank=True)
    is_over = models.BooleanField("超标", null=True, blank=True)
    withdrawn_at = models.DateTimeField("作废时间", null=True, blank=True)
    withdrawn_because = models.CharField("作废理由", max_length=200, blank=True)
    updated_at = clock.MomentField("最近修改", auto_now=True)
    updated_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "采样监测"
        ordering = ["inspection", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.outlet}:{self.pollutants}"

    @property
    def is_received(self) -> bool:
        """The station has the sample, or what came of it."""
        return bool(self.received_on or self.receipt or self.result or self.result_on)

    def as_stored(self) -> str:
        """Return all columns as one text, of which the trail keeps the digest (`Inspection.log_digest`) at each entry.

        Those of a withdrawal only where there is one: what was digested before they were there is digested the same way.
        """
        columns = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        for name in ("withdrawn_at", "withdrawn_because"):
            if not columns[name]:
                del columns[name]
        return json.dumps(columns, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
