"""What happened at the gate: who was met, the on-site record as it was frozen, and who signed it.

A record is frozen once (现场检查笔录, 《行政处罚法》第四十二条、第五十五条): its text is written, digested and shown. From then
on nothing of it changes; a mistake is put right by a supplement (补正) beside the old words.
"""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from wugang_audit import clock

from .inspection import Finding, Inspection

USER = settings.AUTH_USER_MODEL


# Nearer than this the phone's clock and the server's say the same to whoever reads them.
NOTABLE = datetime.timedelta(minutes=5)


class Entry(models.TextChoices):
    """Whether the officers were let in."""

    ENTERED = "entered", "进入现场检查"
    STOPPED = "stopped", "停产"
    NOBODY = "nobody", "无人在场"
    REFUSED = "refused", "拒绝进入"
    GONE = "gone", "已搬走或找不到"


# Somebody stood there, to whom the officers show their cards (亮证) and say what they come for (告知).
SOMEBODY_THERE = frozenset({Entry.ENTERED, Entry.REFUSED})


class Visit(models.Model):
    """Who was met and whether entry was given; one for each inspection, from its first save on. None of it is published."""

    inspection = models.OneToOneField(Inspection, models.CASCADE, related_name="visit")
    entry = models.CharField("进入情况", max_length=10, choices=Entry, blank=True)
    met_name = models.CharField("现场负责人姓名", max_length=60, blank=True)
    met_post = models.CharField("职务", max_length=60, blank=True)
    shown_at = models.DateTimeField("亮证告知时间", null=True, blank=True)
    notice_given = models.BooleanField("已送达检查通知书", default=False)
    remark = models.TextField("现场情况", max_length=2000, blank=True)
    statement = models.TextField("陈述申辩", max_length=2000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "到场情况"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.inspection}:{self.get_entry_display()}"


class OnSiteRecordQuerySet(models.QuerySet):
    def standing(self) -> "OnSiteRecordQuerySet":
        """Those that were not set aside: one for an inspection at most."""
        return self.filter(set_aside_at__isnull=True)


class OnSiteRecord(models.Model):
    """The on-site record as two officers made it, in the form ``record/1`` (PROTOCOL.md); never changed once it is there.

    As long as nobody else has signed, or when the team was changed, it may be set aside: it stays, and another one is made.
    """

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="records")
    number = models.PositiveSmallIntegerField("第几份")
    text = models.TextField("现场记录")
    digest = models.CharField("指纹", max_length=64)
    frozen_at = models.DateTimeField("固定时间")
    frozen_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="固定人")
    second = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="另一名执法人员")
    phone_time = models.DateTimeField("手机时间", null=True, blank=True)
    set_aside_at = models.DateTimeField("重新打开时间", null=True, blank=True)
    set_aside_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    set_aside_because = models.CharField("重新打开的原因", max_length=200, blank=True)
    objects = OnSiteRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "现场记录"
        ordering = ["inspection", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="one_record_per_number"),
            models.UniqueConstraint(
                fields=["inspection"], condition=Q(set_aside_at__isnull=True), name="one_standing_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspection}的第 {self.number} 份现场记录"

    @property
    def is_of_another_time(self) -> bool:
        return _differ(self.phone_time, self.frozen_at)


def _differ(phone_time: datetime.datetime | None, at: datetime.datetime) -> bool:
    """Say whether the phone's time is so far from the server's that both are to be read."""
    return phone_time is not None and abs(at - phone_time) > NOTABLE


class CoSign(models.Model):
    """What the other officer says of a record, from his own account. The last word counts; the ones before stay."""

    class Verdict(models.TextChoices):
        CONFIRM = "confirm", "确认无误"
        OBJECT = "object", "有异议"

    record = models.ForeignKey(OnSiteRecord, models.PROTECT, related_name="cosigns")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="执法人员")
    verdict = models.CharField("意见", max_length=10, choices=Verdict)
    note = models.CharField("异议内容", max_length=500, blank=True)
    at = clock.MomentField("时间", auto_now_add=True)
    phone_time = models.DateTimeField("手机时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "另一名执法人员的意见"
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.record}:{self.get_verdict_display()}"

    @property
    def is_of_another_time(self) -> bool:
        return _differ(self.phone_time, self.at)


class FirmSignature(models.Model):
    """How the firm's person took the record: signed it, or why not (《行政处罚法》第五十五条：拒绝的，注明情况)."""

    class Kind(models.TextChoices):
        DRAWN = "drawn", "在手机上签字"
        PAPER = "paper", "在纸质笔录上签字"
        REFUSED = "refused", "拒绝签字"
        ABSENT = "absent", "现场没有可以签字的人"

    record = models.OneToOneField(OnSiteRecord, models.PROTECT, related_name="signature")
    kind = models.CharField("签字情况", max_length=10, choices=Kind)
    name = models.CharField("签字人姓名", max_length=60, blank=True)
    post = models.CharField("职务", max_length=60, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    witness = models.CharField("见证人", max_length=100, blank=True)
    image = models.BinaryField("签字图", null=True, blank=True)  # PNG, in black on white
    image_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField("签字时现场记录的指纹", max_length=64)
    at = clock.MomentField("时间", auto_now_add=True)
    phone_time = models.DateTimeField("手机时间", null=True, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="经办人")

    class Meta:
        verbose_name = verbose_name_plural = "当事人签字"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.record}:{self.get_kind_display()}"

    @property
    def is_of_another_time(self) -> bool:
        return _differ(self.phone_time, self.at)

    def as_stored(self) -> str:
        """Return what was said and drawn on which record, as one text, of which the trail keeps the digest."""
        words = (self.kind, self.name, self.post, self.reason, self.witness)
        return "\n".join((self.digest, *words, self.image_digest))


class Supplement(models.Model):
    """A mistake in a frozen record put right (补正): written by one officer, confirmed by the other; the old words stay.

    Where it gives a point another verdict, that is what is published once both stand by it.
    """

    record = models.ForeignKey(OnSiteRecord, models.PROTECT, related_name="supplements")
    number = models.PositiveSmallIntegerField("第几次补正")
    text = models.CharField("补正内容", max_length=400)
    point = models.ForeignKey(
        "ChecklistPoint", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="检查项目"
    )
    verdict = models.CharField("结果改为", max_length=10, choices=Finding.Verdict, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="补正人")
    at = models.DateTimeField("补正时间")
    decided_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    decision = models.CharField("另一名执法人员的意见", max_length=10, choices=CoSign.Verdict, blank=True)
    note = models.CharField("不同意的理由", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "补正"
        ordering = ["record", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="one_supplement_per_number"),
            models.UniqueConstraint(
                fields=["record"], condition=Q(decided_at__isnull=True), name="one_open_supplement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record}的第 {self.number} 次补正"
