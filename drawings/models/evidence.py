"""Photos and PDFs of a visit: what each of them is, where its files lie, and what became of it."""

import json

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from wugang_audit import clock

from .checklists import ChecklistPoint
from .inspection import Inspection

USER = settings.AUTH_USER_MODEL


class EvidenceQuerySet(models.QuerySet):
    def standing(self) -> "EvidenceQuerySet":
        """Evidence that was not removed."""
        return self.filter(removed_at=None)

    def to_publish(self) -> "EvidenceQuerySet":
        """Photos that become public with their finding, or have."""
        return self.standing().filter(is_public=True, kind=Evidence.Kind.PHOTO)


class Evidence(models.Model):
    """One photo or PDF. The files lie in the storage ``evidence``: a copy without metadata to look at, and the original.

    ``digest`` is the SHA-256 of the original, as the phone took it; the original itself may come later. ``taken_at`` is by
    the phone's clock, and ``phone_ahead`` says how many seconds that clock was ahead of the server's when it was sent.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", "照片"
        PDF = "pdf", "PDF"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="evidence")
    key = models.UUIDField(unique=True, editable=False)
    kind = models.CharField("种类", max_length=10, choices=Kind)
    point = models.ForeignKey(
        ChecklistPoint, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="检查项目"
    )
    caption = models.CharField("说明", max_length=100, blank=True)
    taken_at = models.DateTimeField("拍摄时间")
    received_at = models.DateTimeField("收到时间")
    phone_ahead = models.BigIntegerField("手机时钟快的秒数", null=True, blank=True)
    digest = models.CharField("原件的指纹", max_length=64)
    original_size = models.BigIntegerField("原件字节数")
    original_name = models.CharField(max_length=100, blank=True, editable=False)
    original_received_at = models.DateTimeField("原件收到时间", null=True, blank=True)
    # All of the copy is empty for a PDF, which is only ever downloaded.
    copy_name = models.CharField(max_length=100, blank=True, editable=False)
    copy_digest = models.CharField("副本的指纹", max_length=64, blank=True)
    copy_size = models.BigIntegerField("副本字节数", null=True, blank=True)
    width = models.PositiveIntegerField("宽", null=True, blank=True)
    height = models.PositiveIntegerField("高", null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.PositiveIntegerField("定位误差（米）", null=True, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="添加人")
    is_public = models.BooleanField("可以公开", default=False)
    public_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    public_at = models.DateTimeField("定可否公开的时间", null=True, blank=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)
    removed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    removed_because = models.CharField("移除理由", max_length=200, blank=True)
    updated_at = clock.MomentField("最近修改", auto_now=True)
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "现场证据"
        ordering = ["inspection", "taken_at", "pk"]
        default_permissions = ()
        constraints = [
            # What was removed may be added again.
            models.UniqueConstraint(
                fields=["inspection", "digest"],
                condition=models.Q(removed_at=None),
                name="one_evidence_of_a_digest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.digest[:8]}"

    @property
    def is_photo(self) -> bool:
        return self.kind == self.Kind.PHOTO

    def as_stored(self) -> str:
        """Return all columns as one text, of which the trail keeps the digest (`Inspection.log_digest`) at each entry."""
        columns = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        return json.dumps(columns, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
