"""What is recorded of a draw in addition to its state: second readings of the changes, deposits, withdrawn names."""

from django.db import models

from wugang_audit import clock

from .declarations import USER
from .draw import Draw


class ChangesConfirmed(models.Model):
    """A second person's confirmation of what changed in the registries since the last draw.

    It holds for the one fingerprint of the pre-flight that was looked at: later changes must be confirmed again.
    """

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="confirmations")
    fingerprint = models.CharField(max_length=64)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="核对人")
    at = clock.MomentField("时间", auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["draw", "fingerprint"], name="one_confirmation_per_state")
        ]

    def __str__(self) -> str:
        return f"{self.draw} {self.by}"


class ObjectionQuerySet(models.QuerySet):
    def standing(self) -> "ObjectionQuerySet":
        """Objections that nobody has withdrawn or lifted: a later change of the registries lifts none."""
        return self.filter(withdrawn_at__isnull=True)


class ChangesObjection(models.Model):
    """A second person's objection to what changed in the registries: while it stands, the draw is not frozen.

    It stands until its author withdraws it, or a head who did not open the draw lifts it with a reason. No change of the
    registries ends it: a change of anything else would be the way past it.
    """

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="objections")
    fingerprint = models.CharField(max_length=64, help_text="提出人看到的变动的指纹。")
    reason = models.CharField(
        "异议", max_length=300, help_text="写明哪一处变动、为什么不对，要怎样处理。会显示在抽签的核对页面上。"
    )
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="提出人")
    at = clock.MomentField("提出时间", auto_now_add=True)
    withdrawn_at = models.DateTimeField("撤回或解除时间", null=True, blank=True)
    lifted_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="解除人"
    )
    lifted_because = models.CharField(
        "解除理由",
        max_length=300,
        blank=True,
        help_text="写明怎样核实的、为什么异议不成立或已经处理。会和异议一起显示，并记入审计记录。",
    )
    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名录变动异议"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "by"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_standing_objection_each",
            ),
            models.CheckConstraint(
                name="lifted_with_a_reason",
                condition=models.Q(lifted_by=None, lifted_because="")
                | models.Q(lifted_by__isnull=False, withdrawn_at__isnull=False)
                & ~models.Q(lifted_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw}:{self.by}"


class Deposit(models.Model):
    """Where outside the bureau the commit's digest was left, so that nobody can claim another one later."""

    class Kind(models.TextChoices):
        NOTICE = "notice", "纸质公告，见证人签名"
        EMAIL = "email", "电子邮件"
        TIMESTAMP = "timestamp", "可信时间戳（RFC 3161）"
        OTHER = "other", "其他"

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="deposits")
    kind = models.CharField("方式", max_length=10, choices=Kind)
    where = models.CharField(
        "存放处", max_length=200, help_text="例如：政务大厅公告栏；收件人单位名称。会公开。"
    )
    file = models.BinaryField("时间戳文件", null=True, blank=True)
    at = clock.MomentField("时间", auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "存放"
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}:{self.where}"

    @property
    def shown_where(self) -> str:
        """Where it was left, as papers say it: or that the law hid it. Of many, prefetch ``redactions``."""
        hidden = next((row for row in self.redactions.all() if row.is_in_effect), None)
        return hidden.in_place if hidden else self.where


class Withdrawal(models.Model):
    """Names of one kind that were taken out of a draw's ``names.tsv`` in one step, and why."""

    class Kind(models.TextChoices):
        """As the protocol calls them."""

        UNIT = "unit", "单位名称"
        OFFICER = "officer", "人员姓名"
        ENTRY = "entry", "外部名册里的名称"

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="withdrawals")
    kind = models.CharField("撤下的", max_length=10, choices=Kind)
    count = models.PositiveIntegerField("这一次撤下的个数")
    total = models.PositiveIntegerField("累计撤下的个数")
    reason = models.CharField("原因", max_length=500, help_text="会公开。")
    digest = models.CharField(max_length=64, help_text="日志里的指纹：到这一次为止撤下的全部编号。")
    at = clock.MomentField("时间", auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "撤下的名称"
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.draw}:{self.get_kind_display()} {self.count}"

    @property
    def log_subject(self) -> str:
        """What the log calls it [draw/2, Withdrawn names]."""
        return f"{self.draw.code}/{self.kind}/{self.total}"
