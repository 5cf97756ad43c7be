"""The audit trail's one table."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """Who did what to what, and when. Only ever written by `trail.record`; the database refuses any change."""

    index = models.PositiveBigIntegerField("序号", unique=True)
    time = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="操作人",
    )
    actor_name = models.CharField("操作人姓名", max_length=60)
    action = models.CharField("操作", max_length=40, db_index=True)
    target = models.CharField("对象", max_length=200)
    target_key = models.CharField("对象标识", max_length=120, db_index=True)
    changes = models.JSONField("变化", default=dict)
    chain = models.CharField("链值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-index"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.index} {self.action} {self.target}"
