"""The audit trail's one table."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """Who did what to what, when, and from where. Only ever written by `trail.record`; the database refuses any change.

    A new column needs a new formula in `chain`: what stands outside the chain could be changed unnoticed.
    """

    CLOCK_BEHIND = "当时服务器时钟慢，时间取上一条的"

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
    address = models.CharField("来源地址", max_length=45, blank=True)
    request_id = models.CharField("请求编号", max_length=20, blank=True)
    clock_behind = models.BooleanField("时钟慢于上一条", default=False)
    salt = models.CharField("随机字符（盐）", max_length=32, blank=True)
    version = models.PositiveSmallIntegerField("链值算法版本")
    chain = models.CharField("链值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-index"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.index} {self.action} {self.target}"
