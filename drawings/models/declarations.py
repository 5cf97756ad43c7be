"""What may follow a freeze: voids and substitutes.

Each of these is declared by one organiser and confirmed by a second person; each keeps its reason from a closed list
and its evidence, for ever.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone

from enforcers.models import Officer

from .draw import Draw, Selection, TeamMember

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
    declared_at = models.DateTimeField("申请时间", auto_now_add=True)
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


class Substitution(Declaration):
    """A declaration that a unit cannot be inspected or an officer cannot go; the draw's own seed names the substitute."""

    class Kind(models.TextChoices):
        UNIT = "unit", "单位"
        OFFICER = "officer", "执法人员"

    class Reason(models.TextChoices):
        CLOSED = "closed", "单位已停产、关闭或搬迁"
        UNTRACED = "untraced", "查无下落"
        ILL = "ill", "执法人员因病"
        LEAVE = "leave", "执法人员休假、学习或借调"
        RECUSED = "recused", "发现应当回避的情形"

    FOR_OFFICERS = (Reason.ILL, Reason.LEAVE, Reason.RECUSED)

    kind = models.CharField("替补", max_length=10, choices=Kind)
    selection = models.ForeignKey(Selection, models.PROTECT, related_name="substitutions")
    member = models.ForeignKey(
        TeamMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="substitutions",
        verbose_name="不能去的人员",
    )
    reason = models.CharField("原因", max_length=20, choices=Reason)
    # Who else cannot go, declared in the same entry: "certificate number: why" lines.
    unavailable = models.JSONField("同时不能派出的人员", default=dict)
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="替补人员"
    )
    unit = models.ForeignKey(
        Selection, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="替补单位"
    )
    document = models.TextField("公开的记载", blank=True, help_text="日志里的摘要就是这份文本的摘要。")

    class Meta:
        verbose_name = verbose_name_plural = "替补"
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.selection}:{self.get_kind_display()}替补"

    def public_text(self, team: list[str] | None = None) -> str:
        """Write the document of a confirmed substitution; the log holds its digest, and ``document`` keeps the text.

        UTF-8, LF at the end of every line, one space after the first word. Lines in this order::

            substitution/1
            draw 2026Q4
            salt 0123456789abcdef0123456789abcdef
            kind officer                    or: unit
            unit 410481-0001                the unit concerned (kind unit: the one that could not be inspected)
            officer 16041048001             who cannot go; - for kind unit
            reason ill                      a code of `Reason`
            evidence 住院证明……
            unavailable 16041048002 出差    none or more, ascending: who could not be sent either, and why
            substitute 16041048003          who steps in, an officer or a unit; - when nobody is left: the place stays open
            team 16041048003 16041048004    kind unit alone: lead and second; - for a place that stays open
            declared 2026-10-09T09:00:00+08:00
            confirmed 2026-10-09T09:30:00+08:00

        The salt keeps the document of a sealed draw from being guessed out of its digest. With pool.tsv, officers.tsv,
        the salt and entropy.txt, everybody recomputes the substitute (draw/1, Substitutes).

        :param team: certificate numbers of the substitute unit's first team, lead first, where they are read already.
        """
        draw, is_unit = self.selection.draw, self.kind == self.Kind.UNIT
        step_in = self.unit.source.number if self.unit else self.officer and self.officer.certificate_number
        lines = [
            "substitution/1",
            f"draw {draw.code}",
            f"salt {draw.salt}",
            f"kind {self.kind}",
            f"unit {self.selection.source.number}",
            f"officer {'-' if is_unit else self.member.officer.certificate_number}",
            f"reason {self.reason}",
            f"evidence {one_line(self.evidence)}",
            *(f"unavailable {number} {one_line(why)}" for number, why in sorted(self.unavailable.items())),
            f"substitute {step_in or '-'}",
        ]
        if is_unit:
            if team is None:
                drawn = TeamMember.ever.filter(selection=self.unit, replaces=None).order_by("-is_lead")
                team = list(drawn.values_list("officer__certificate_number", flat=True)) if self.unit else []
            lines.append(" ".join(["team", *team, *["-"] * (2 - len(team))]))
        for word, moment in (("declared", self.declared_at), ("confirmed", self.confirmed_at)):
            lines.append(f"{word} {timezone.localtime(moment).isoformat(timespec='seconds')}")
        return "".join(line + "\n" for line in lines)
