"""What the site remembers of log-ins: open sessions, addresses that an account came from, passwords that it had."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class UserSession(AbstractBaseSession):
    """A session, with columns for what its owner is shown of it. `sessions.SessionStore` alone writes it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions", verbose_name="账号"
    )
    address = models.CharField("网络地址", max_length=45, default="")
    user_agent = models.CharField("浏览器标识", max_length=255, default="")
    started_at = models.DateTimeField("登录时间", null=True)
    seen_at = models.DateTimeField("最近使用", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"
        default_permissions = ()

    @classmethod
    def get_session_store_class(cls) -> type:
        from .sessions import SessionStore

        return SessionStore


class LoginAddress(models.Model):
    """One address that log-ins of an account came from, the failed ones too."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="login_addresses", verbose_name="账号"
    )
    address = models.CharField("网络地址", max_length=45)
    succeeded_at = models.DateTimeField("最近成功登录", null=True)
    failed = models.PositiveIntegerField("上次成功登录后输错", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "登录来源"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "address"], name="one_row_per_login_address")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.address}"


class PastPassword(models.Model):
    """The hash of a password that an account has or had. The last ones only, see `password_rules`."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="past_passwords", verbose_name="账号"
    )
    password = models.CharField("密码散列", max_length=128)
    set_at = models.DateTimeField("设定时间")
    is_first = models.BooleanField("初始密码", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        default_permissions = ()
        ordering = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"
