"""A person's authenticator and recovery codes.

Of django-otp its arithmetic is used (`django_otp.oath`), not its tables: they keep secrets and recovery codes in clear.
"""

import math
from datetime import datetime

from django.conf import settings
from django.db import models

FREE_TRIES = 5  # wrong codes in a row before each further one costs a wait
FIRST_WAIT = 30  # seconds; each further wrong code doubles it
LONGEST_WAIT = 15 * 60  # for who knows the password must not keep the owner out for long


class Authenticator(models.Model):
    """The app that a person has set up. The secret itself is stored nowhere: `codes.secret_of` derives it from the seed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号"
    )
    seed = models.CharField("种子", max_length=64)
    confirmed_at = models.DateTimeField("启用时间")
    last_step = models.BigIntegerField("最近用过的时间步")  # a code counts once: only later ones are accepted
    failures = models.PositiveIntegerField("连续输错次数", default=0)
    failed_at = models.DateTimeField("最近输错时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "验证器"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user} 的验证器"

    def seconds_to_wait(self, now: datetime) -> int:
        """Return for how many seconds no code is accepted, after too many wrong ones."""
        if self.failures < FREE_TRIES or self.failed_at is None:
            return 0
        doublings = min(self.failures - FREE_TRIES, 10)
        wait = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
        return max(0, math.ceil(wait - (now - self.failed_at).total_seconds()))


class RecoveryCode(models.Model):
    """One recovery code that was not used yet, as a hash; all of a set have one salt, so one hash finds the code."""

    authenticator = models.ForeignKey(
        Authenticator, models.CASCADE, related_name="recovery_codes", verbose_name="验证器"
    )
    hashed = models.CharField("散列值", max_length=128)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"
        default_permissions = ()

    def __str__(self) -> str:
        return "恢复码"
