"""What may follow a freeze: a declaration, and the void; substitutes stand in `substitutions`.

Each of these is declared by one organiser and confirmed by a second person; each keeps its reason from a closed list
and its evidence, for ever.
"""

from django.conf import settings
from django.db import models

from wugang_audit import clock

from .draw import Draw

USER = settings.AUTH_USER_MODEL


def one_line(text: str) -> str:
    """Return a text as the one line that public documents hold: no control characters, white space as one space."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


class DeclarationQuerySet(models.QuerySet):
    def waiting(self) -> "DeclarationQuerySet":
        """Declared, and not decided yet."""
        return self.filter(confirmed_at__isnull=True, refused_at__isnull=True)

    def confirmed(self) -> "DeclarationQuerySet":
        return self.filter(confirmed_at__isnull=False)

    def refused(self) -> "DeclarationQuerySet":
        return self.filter(refused_at__isnull=False)


class Declaration(models.Model):
    """Something that one organiser declares and a second person confirms before it takes effect."""

    evidence = models.TextField(
        "事实和证据", max_length=1000, help_text="会公开：写明时间、事实和凭据，不要写个人隐私。"
    )
    declared_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="申请人")
    declared_at = clock.MomentField("申请时间", auto_now_add=True)
    confirmed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    refused_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="驳回人"
    )
    refused_at = models.DateTimeField("驳回时间", null=True, blank=True)
    objects = DeclarationQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None and self.refused_at is None


class VoidRequest(Declaration):
    """A request that a draw be declared void."""

    class Reason(models.TextChoices):
        DICE_LATE = "dice-late", "骰子点数没有在规定时间内录入"
        DICE_FAULT = "dice-fault", "骰子或号球有缺陷、投掷过程有争议"
        LOTTERY = "lottery", "点名的彩票期次取消开奖或延期"
        REGISTRY = "registry", "名录有重大错误，结果不能代表监管对象"
        SYSTEM = "system", "系统故障"
        REHEARSAL = "rehearsal", "演练结束"

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="void_requests")
    reason = models.CharField("作废原因", max_length=20, choices=Reason)

    class Meta:
        verbose_name = verbose_name_plural = "作废申请"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["draw"],
                condition=models.Q(confirmed_at__isnull=True, refused_at__isnull=True),
                name="one_open_void_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.draw}:{self.get_reason_display()}"

    @property
    def public_text(self) -> str:
        """What the public reads as the reason of the void; the log's digest is the digest of this text."""
        return f"{self.get_reason_display()}：{one_line(self.evidence)}"
