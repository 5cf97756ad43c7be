"""Accounts and the roles they hold."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

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

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create the first account of a new site, as `createsuperuser` asks for.

        It may administer the registries and open further accounts, and nothing else: nobody holds every power.
        """
        fields.setdefault("full_name", username)
        return self.create_user(username, password, roles=(Role.ADMIN, Role.SECURITY), **fields)


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
    is_active = models.BooleanField("启用", default=True, help_text="人员离开时停用账号，不要删除。")
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    # Changes with the authenticator and is empty without one: sessions name it, so a reset ends what they prove.
    second_factor = models.CharField("验证器标识", max_length=22, blank=True, default="", editable=False)
    date_joined = models.DateTimeField("开立时间", default=timezone.now, editable=False)

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
