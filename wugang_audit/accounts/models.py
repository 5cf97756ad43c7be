"""Accounts and the roles they hold."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.functional import cached_property

from .. import clock
from ..access import roles
from ..access.roles import Role


class UserManager(BaseUserManager):
    def create_user(
        self,
        username: str,
        password: str | None = None,
        *,
        full_name: str = "",
        roles: Iterable[Role] = (),
        **fields: Any,
    ) -> "User":
        """Create an account that holds the given roles."""
        user = self.model(username=self.model.normalize_username(username), full_name=full_name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        RoleGrant.objects.using(self._db).bulk_create(RoleGrant(user=user, role=role) for role in roles)
        return user


class User(AbstractBaseUser):
    """A person's login. Accounts are deactivated, never deleted: their traces must keep a name."""

    username = models.CharField(
        "登录名",
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "这个登录名已有人使用，请换一个。"},
    )
    full_name = models.CharField("姓名", max_length=60)
    email = models.EmailField(
        "电子邮箱", blank=True, help_text="只用来每天发一次到期提醒，不公开；不填的不发。"
    )
    is_active = models.BooleanField("启用", default=True, help_text="人员离开时停用账号，不要删除。")
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    # Changes with the authenticator and is empty without one: sessions name it, so a reset ends what they prove.
    second_factor = models.CharField("验证器标识", max_length=22, blank=True, default="", editable=False)
    date_joined = clock.MomentField("开立时间", default=clock.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]

    def __str__(self) -> str:
        return f"{self.full_name or self.username}({self.username})"

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(self.grants.values_list("role", flat=True)) if self.is_active else frozenset()

    @property
    def role_labels(self) -> list[str]:
        return [role.label for role in Role if role in self.roles]

    @property
    def granted_roles(self) -> frozenset[str]:
        """The roles on paper, read anew: of a closed account too, which holds none of them in fact."""
        return frozenset(self.grants.values_list("role", flat=True))

    @property
    def is_powerful(self) -> bool:
        """Whether nobody gets hold of this account alone: see `approvals`."""
        return not self.granted_roles.isdisjoint(roles.POWERFUL)

    def has_role(self, *wanted: Role) -> bool:
        """Say whether the account holds at least one of the roles."""
        return not self.roles.isdisjoint(wanted)

    def lacks_second_factor(self, proof: str) -> bool:
        """Say whether a session owes a one-time code; `proof` is the authenticator whose code it was given, or empty."""
        if self.second_factor:
            return proof != self.second_factor
        return roles.needs_second_factor(self.roles)

    # What Django's admin asks an account for.
    @property
    def is_staff(self) -> bool:
        return self.has_role(*roles.ADMIN_SITE_ROLES)

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return roles.allows(self.roles, perm)

    def has_module_perms(self, app_label: str) -> bool:
        return roles.allows_some_of(self.roles, app_label)


class RoleGrant(models.Model):
    """One role that an account holds."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name="账号")
    role = models.CharField("角色", max_length=20, choices=Role)

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="one_grant_per_role")]

    def __str__(self) -> str:
        return self.get_role_display()


class AccountRequestQuerySet(models.QuerySet):
    def waiting(self) -> "AccountRequestQuerySet":
        """Asked, not decided, and not expired."""
        return self.filter(outcome="", expires_at__gt=clock.now())

    def with_names(self) -> "AccountRequestQuerySet":
        return self.select_related("user", "asked_by", "decided_by")


class AccountRequest(models.Model):
    """Something about an account that one person asks for and another one approves before it takes effect.

    What is done at once to the account of a plain officer stands here too, with the outcome AT_ONCE, so that the person
    concerned is told at the next log-in. Rows are kept for ever.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", "授予角色"
        PASSWORD = "password", "重置密码"
        FACTOR = "factor", "重置验证器"
        ACTIVATE = "activate", "重新启用账号"

    class Outcome(models.TextChoices):
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"
        WITHDRAWN = "withdrawn", "已撤回"
        LAPSED = "lapsed", "过期未办"
        AT_ONCE = "at-once", "直接办理"

    kind = models.CharField("事项", max_length=10, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="requests", verbose_name="账号"
    )
    roles = models.JSONField("角色", default=list, blank=True)  # codes of `Role`, for a grant alone
    reason = models.CharField("事由", max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人"
    )
    asked_at = clock.MomentField("申请时间", default=clock.now)
    expires_at = models.DateTimeField("有效期至")
    outcome = models.CharField("结果", max_length=10, choices=Outcome, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="办理人",
    )
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    # Not empty while the asker may still take the first half of a new password (see `passwords.half`).
    seed = models.CharField(max_length=43, blank=True, editable=False)
    told_at = models.DateTimeField("告知本人时间", null=True, blank=True)
    objects = AccountRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "账号申请"
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=models.Q(outcome=""), name="one_open_request_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what}：{self.user}"

    @property
    def is_open(self) -> bool:
        return not self.outcome and self.expires_at > clock.now()

    @property
    def role_labels(self) -> list[str]:
        return [role.label for role in Role if role in self.roles]

    @property
    def what(self) -> str:
        """What is asked for, such as ``授予角色（审核人）``."""
        more = f"（{'、'.join(self.role_labels)}）" if self.roles else ""
        return f"{self.get_kind_display()}{more}"

    @property
    def state_label(self) -> str:
        if self.outcome:
            return self.get_outcome_display()
        return "等待批准" if self.is_open else self.Outcome.LAPSED.label
