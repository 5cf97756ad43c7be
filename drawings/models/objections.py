"""What firms and citizens say about a published result (我有异议, 纠错), and what is answered.

Three tables, because they live for different times: what was said stays for the file; who said it is deleted some time after
the answer; each answer, also one that was sent back, stays as it was written. None of it is edited afterwards.
"""

import datetime
import hashlib
import json

from django.conf import settings
from django.db import models

from sources.models import PollutionSource

from ..states import InspectionState, Tag
from .draw import Draw
from .inspection import Inspection
from .seal import sealed_now

USER = settings.AUTH_USER_MODEL
SOON = 5  # days before the due day from which on a mail says so


class ObjectionQuerySet(models.QuerySet):
    def to_answer(self) -> "ObjectionQuerySet":
        """Those for which a reviewer has still to write an answer."""
        return self.filter(state=Objection.State.RECEIVED)

    def to_confirm(self) -> "ObjectionQuerySet":
        """Those with an answer that waits for a head."""
        return self.filter(state=Objection.State.ANSWERED)

    def waiting(self) -> "ObjectionQuerySet":
        return self.filter(state__in=(Objection.State.RECEIVED, Objection.State.ANSWERED))

    def near(self, today: datetime.date) -> "ObjectionQuerySet":
        """Those that wait and are due in `SOON` days, or were before today."""
        return self.waiting().filter(due_on__lte=today + datetime.timedelta(days=SOON))


class Objection(models.Model):
    """An objection of a firm, or a correction from anybody: about a unit, mostly about one published result of it."""

    class Kind(models.TextChoices):
        OBJECTION = "objection", "我有异议（被检查单位）"
        MISTAKE = "mistake", "纠错（任何人）"

        @property
        def short(self) -> str:
            """The word for it beside a result and in lists."""
            return "异议" if self == self.OBJECTION else "纠错"

    class State(models.TextChoices):
        RECEIVED = "received", "已收到，待答复"
        ANSWERED = "answered", "已拟答复，待确认"
        PUBLISHED = "published", "已答复，公开"
        CLOSED = "closed", "已答复，不公开"

    kind = models.CharField("类型", max_length=10, choices=Kind)
    unit = models.ForeignKey(PollutionSource, models.PROTECT, related_name="objections", verbose_name="单位")
    draw = models.ForeignKey(
        Draw, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="抽签"
    )
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="objections", verbose_name="检查"
    )
    # From the firm's secret page: while the draw is sealed nobody outside may learn that there is one.
    is_from_visit = models.BooleanField("从检查告知页提出", default=False)
    text = models.TextField("内容", max_length=2000)
    number = models.CharField("受理编号", max_length=20, unique=True)
    secret_digest = models.CharField(max_length=64, editable=False)
    # The form that it came with (`aftercare.stamp`): each is taken once.
    stamp_digest = models.CharField(max_length=64, unique=True, editable=False)
    received_at = models.DateTimeField("收到时间")
    due_on = models.DateField("应答复日期")
    state = models.CharField("状态", max_length=10, choices=State, default=State.RECEIVED, db_index=True)
    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异议和纠错"
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.number

    @property
    def tag(self) -> Tag:
        tones = {self.State.RECEIVED: "warn", self.State.ANSWERED: "info", self.State.PUBLISHED: "ok"}
        return Tag(self.get_state_display(), tones.get(self.State(self.state), "muted"))

    @property
    def short_kind(self) -> str:
        # A kind that somebody has altered in the table is named by `verify_log`; the pages go on.
        return self.Kind(self.kind).short if self.kind in self.Kind.values else "异议或纠错"

    @property
    def waits_for(self) -> str:
        """What has to come before a confirmed answer is public; empty where nothing has."""
        if self.inspection and self.inspection.state != InspectionState.PUBLISHED:
            return "这次检查的结果公开以后才公开。"
        if self.is_from_visit and self.draw and self.draw.is_sealed:
            return "这次抽查解封以后才公开。"
        return ""

    @property
    def has_result(self) -> bool:
        """Say whether it is about a result that is published: the sender is led to it."""
        return self.inspection is not None and self.inspection.state == InspectionState.PUBLISHED

    @property
    def is_decided(self) -> bool:
        return self.state in (self.State.PUBLISHED, self.State.CLOSED)

    def digest_of(self, *texts: str | int | None) -> str:
        """Return the SHA-256, in hex, by which the audit trail holds texts that its readers may not know.

        What only the sender and this table know goes in with them: nobody finds a short text by trying.
        """
        return hashlib.sha256(json.dumps([self.secret_digest, *texts]).encode()).hexdigest()

    @property
    def received_digest(self) -> str:
        about = (self.kind, self.unit_id, self.draw_id, self.inspection_id, int(self.is_from_visit))
        return self.digest_of(*about, str(self.due_on), self.text)


class ObjectionSender(models.Model):
    """Who said it, to ask back. Read by those who answer alone; deleted some time after the answer (`forget_senders`)."""

    objection = models.OneToOneField(Objection, models.PROTECT, related_name="sender")
    name = models.CharField("姓名", max_length=60, blank=True)
    telephone = models.CharField("电话", max_length=30, blank=True)
    email = models.EmailField("电子邮箱", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提出人"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.objection}的提出人"


class AnswerQuerySet(models.QuerySet):
    def confirmed(self) -> "AnswerQuerySet":
        return self.filter(decision=ObjectionAnswer.Decision.CONFIRMED)

    def public(self) -> "AnswerQuerySet":
        """Answers that the public reads today: confirmed for publication, about no visit whose result is not public, and
        none that came from the page of a sealed visit."""
        about = models.Q(objection__inspection=None) | models.Q(
            objection__inspection__state=InspectionState.PUBLISHED
        )
        sealed = sealed_now("objection__draw__") & models.Q(objection__is_from_visit=True)
        return self.confirmed().filter(about, goes_public=True).exclude(sealed)


class ObjectionAnswer(models.Model):
    """What a reviewer proposes to answer, and what a head decided on it. One that was sent back is followed by another."""

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed", "确认"
        RETURNED = "returned", "退回"

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="answers")
    goes_public = models.BooleanField("公开")
    # What the public reads of the objection itself: the reviewer's words, without what identifies a person.
    public_text = models.TextField("公开的异议内容", max_length=1000, blank=True)
    answer = models.TextField("答复", max_length=2000)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="答复人")
    at = models.DateTimeField("答复时间")
    decision = models.CharField("负责人的决定", max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="负责人"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    note = models.CharField("退回的理由", max_length=500, blank=True)
    # Of one that is public: what the law asks to hide leaves the public page; the words stay here.
    hidden_because = models.CharField("依法隐去的理由（会公开）", max_length=200, blank=True)
    hidden_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="隐去人"
    )
    hidden_at = models.DateTimeField("隐去时间", null=True, blank=True)
    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异议的答复"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["objection"],
                condition=models.Q(decided_at__isnull=True),
                name="one_open_answer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.objection}的答复"

    @property
    def digest(self) -> str:
        """What the audit trail holds of it."""
        return self.objection.digest_of(int(self.goes_public), self.public_text, self.answer)
