"""What officers ask of the organiser about a task: more time, help, or to be recused.

困难与问题 (平舞环〔2024〕40号 三（四）): what comes up is reported at once, and what must go upwards is listed.
"""

from django.conf import settings
from django.db import models

from enforcers.models import Officer

from .inspection import Inspection
from .substitutions import Substitution

USER = settings.AUTH_USER_MODEL


class RequestQuerySet(models.QuerySet):
    def waiting(self) -> "RequestQuerySet":
        """Requests that nobody has decided on."""
        return self.filter(decided_at__isnull=True)


class TaskRequest(models.Model):
    """Something that an officer of the team asks and the organiser decides; both keep their words.

    Until it is decided, who asked may take it back: then it is closed by himself.
    """

    class Decision(models.TextChoices):
        GRANTED = "granted", "同意"
        REFUSED = "refused", "不同意"
        ANSWERED = "answered", "已答复"
        WITHDRAWN = "withdrawn", "已撤回"

    reason = models.CharField("原因", max_length=500)
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="提出人")
    asked_at = models.DateTimeField("提出时间")
    decision = models.CharField("处理结果", max_length=10, choices=Decision, blank=True)
    answer = models.CharField("答复", max_length=500, blank=True)
    decided_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    objects = RequestQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_withdrawn(self) -> bool:
        return self.decision == self.Decision.WITHDRAWN


class Problem(TaskRequest):
    """A request for more time, or a problem that the team reports."""

    class Kind(models.TextChoices):
        POSTPONE = "postpone", "申请延期"
        REPORT = "report", "报告困难或问题"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="problems")
    kind = models.CharField("类型", max_length=10, choices=Kind)
    postpone_to = models.DateField("延期到", null=True, blank=True)
    goes_up = models.BooleanField("需要上报", default=False, help_text="列入本季度上报的困难和问题。")

    class Meta:
        verbose_name = verbose_name_plural = "困难与问题"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["inspection"],
                condition=models.Q(kind="postpone", decided_at__isnull=True),
                name="one_open_postponement",
            )
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id}:{self.get_kind_display()}"


class RecusalRequest(TaskRequest):
    """An officer asks not to go to a unit; a granted one becomes a substitution."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="recusal_requests")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name="执法人员")
    substitution = models.OneToOneField(
        Substitution, models.PROTECT, null=True, blank=True, related_name="recusal_request"
    )

    class Meta:
        verbose_name = verbose_name_plural = "回避申请"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "officer"],
                condition=models.Q(decided_at__isnull=True),
                name="one_open_recusal_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id}:{self.officer_id}"
