"""What a person has folded away on his desk."""

from django.conf import settings
from django.db import models

from .. import clock


class FoldedPath(models.Model):
    """Who has folded the path of the first steps away; it unfolds for nobody by itself."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号"
    )
    at = clock.MomentField("收起时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "收起的第一次使用"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
