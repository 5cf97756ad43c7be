"""Accounts, the roles they hold, and the audit trail."""

import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from . import roles
from .roles import Role


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, *, full_name="", roles=(), **fields):
        """Create an account that holds the given roles."""
        user = self.model(username=self.model.normalize_username(username), full_name=full_name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        RoleGrant.objects.using(self._db).bulk_create(RoleGrant(user=user, role=role) for role in roles)
        return user

    def create_superuser(self, username, password=None, **fields):
        """Create the first account of a new site, as `createsuperuser` asks for.

        It may keep the registries and open further accounts, and nothing else: nobody holds every power.
        """
        fields.setdefault("full_name", username)
        return self.create_user(username, password, roles=(Role.ADMIN, Role.SECURITY), **fields)

    def holding(self, role: Role):
        """Active accounts that hold the role."""
        return self.filter(is_active=True, grants__role=role)


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
    date_joined = models.DateTimeField("开立时间", default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]

    def __str__(self):
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

    # What Django's admin asks an account for.
    @property
    def is_staff(self) -> bool:
        return self.has_role(*roles.ADMIN_SITE_ROLES)

    def has_perm(self, perm, obj=None) -> bool:
        return roles.allows(self.roles, perm)

    def has_perms(self, perm_list, obj=None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label) -> bool:
        return any(
            roles.allows(self.roles, f"{app_label}.view_{model}")
            for model in ("user", "pollutionsource", "inspectionitem")
        )


class RoleGrant(models.Model):
    """One role that an account holds."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name="账号")
    role = models.CharField("角色", max_length=20, choices=Role)

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="one_grant_per_role")]

    def __str__(self):
        return self.get_role_display()


class AuditEntry(models.Model):
    """Who did what to what, and when. Only ever written by `audit.record`; the database refuses any change."""

    index = models.PositiveBigIntegerField("序号", unique=True)
    time = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人"
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

    def __str__(self):
        return f"{self.index} {self.action} {self.target}"


class ImportState(models.TextChoices):
    """Where an import stands. Long files are read and written by a process of their own."""

    READING = "reading", "正在读取"
    READY = "ready", "待确认"
    WRITING = "writing", "正在写入"
    FAILED = "failed", "中断"
    APPLIED = "applied", "已导入"
    UNDONE = "undone", "已撤销"


class ImportJob(models.Model):
    """A workbook that was uploaded and previewed, and waits for its owner to confirm it; imported, it says who did."""

    LIFETIME = datetime.timedelta(hours=24)

    registry = models.CharField("名录", max_length=20)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    filename = models.CharField("文件名", max_length=200)
    content = models.BinaryField("文件内容")  # empty once it is needed no more
    sha256 = models.CharField("文件 SHA-256", max_length=64, db_index=True)
    choice = models.JSONField("工作表和列的选择", default=dict)  # what `layouts.Choice` keeps
    staged = models.BinaryField("读出的内容", default=b"")  # typed rows, so that nothing is read twice
    preview = models.JSONField("预览", default=dict)
    state = models.CharField("状态", max_length=10, choices=ImportState, default=ImportState.READING)
    ticked = models.JSONField("确认时的勾选", default=dict)
    outcome = models.CharField("结果", max_length=20, blank=True)
    percent = models.PositiveSmallIntegerField("进度", default=0)
    beat_at = models.DateTimeField("最近进展", default=timezone.now)
    created_at = models.DateTimeField("上传时间", default=timezone.now, db_index=True)
    applied_at = models.DateTimeField(
        "导入时间", null=True, blank=True
    )  # also the date of all it wrote in history
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )
    undone_why = models.CharField("撤销原因", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "名录导入"
        default_permissions = ()
        indexes = [models.Index(fields=["registry", "-applied_at"], name="imports_of_a_registry")]

    def __str__(self):
        return self.filename

    @property
    def has_expired(self) -> bool:
        return self.applied_at is None and timezone.now() - self.created_at > self.LIFETIME

    @property
    def is_partial(self) -> bool:
        """Say whether faulty rows stayed out when the rest came in."""
        return self.applied_at is not None and self.preview["faulty"] > 0


class HeaderSynonym(models.Model):
    """How a clerk's own header was read the last time, by hand; so it is read from then on, and the clerk told."""

    registry = models.CharField("名录", max_length=20)
    key = models.CharField("表头", max_length=60)  # as `headers.header_key` makes it
    attribute = models.CharField("列", max_length=40, blank=True)  # empty: left out
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    time = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "表头叫法"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["registry", "key"], name="one_meaning_per_header")]

    def __str__(self):
        return self.key
