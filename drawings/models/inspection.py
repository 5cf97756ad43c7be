"""An inspection of a drawn unit: the checklist, the findings, and its way to the public page."""

import datetime
import secrets

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Greatest

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

from ..states import DrawState, InspectionState, Tag, inspection_tag
from .draw import Selection, TeamMember
from .finding_record import PartsOf, document, record_of
from .plan import InspectionItem
from .powers import INSPECTION_READERS
from .seal import sealed_now

USER = settings.AUTH_USER_MODEL


class Outcome(models.TextChoices):
    """What a visit came to; of several measures (`Measure.Kind`, in the same words) the weightiest one.

    ``police`` is the code of a case handed to the police or to another authority: records that are published say it.
    """

    CLEAN = "clean", "未发现问题"
    URGED = "urged", "现场督促整改"
    ORDERED = "ordered", "责令改正"
    CASE = "case", "立案"
    POLICE = "police", "移送"
    CLOSED = "closed", "停产未查"
    UNTRACED = "untraced", "查无下落"
    REFUSED = "refused", "不配合检查"

    @property
    def tag(self) -> Tag:
        """The outcome in the words and the colour of all pages."""
        return Tag(self.label, _OUTCOME_TONES.get(self, "bad"))


_OUTCOME_TONES = {
    Outcome.CLEAN: "ok",
    Outcome.URGED: "warn",
    Outcome.ORDERED: "warn",
    Outcome.CLOSED: "muted",
    Outcome.UNTRACED: "muted",
}


# Outcomes in which the officers did not enter the site: the checklist stays empty.
NOT_ENTERED = frozenset({Outcome.CLOSED, Outcome.UNTRACED, Outcome.REFUSED})


def due_day(prefix: str = "", of_draw: str | models.Value = "selection__draw__visit_by") -> Greatest:
    """Return the day until which a visit is to be made, for a query; null where none was set (see `Inspection.due_on`).

    :param prefix: the path to the inspection.
    :param of_draw: the path to the day of its draw, or that day.
    """
    own = f"{prefix}substitute_by"
    days = (f"{prefix}postponed_to", of_draw)
    # Each side has a value where any of them has one: SQLite's greatest of a day and nothing is nothing.
    return Greatest(Coalesce(own, *days), Coalesce(*days, own), output_field=models.DateField())


def _selections_of(user: User) -> models.QuerySet:
    """The drawn units to which this person goes now."""
    return TeamMember.objects.filter(officer__user=user).values("selection")


class InspectionQuerySet(models.QuerySet):
    def of(self, user: User) -> "InspectionQuerySet":
        """Inspections that this person may read: the fetch is the permission check.

        Organisers, reviewers and the head read all of a draw that was published, but of a sealed draw only what
        the officers have handed in; officers read their own. Auditors and administrators read none.
        """
        released = self.released()
        own = models.Q(pk__in=self.filter(selection__in=_selections_of(user)).values("pk"))
        if user.has_role(*INSPECTION_READERS):
            secret = sealed_now("selection__draw__") & models.Q(state=InspectionState.DRAFT)
            return released.filter(~secret | own)
        if user.has_role(Role.OFFICER):
            return released.filter(own)
        return self.none()

    def released(self) -> "InspectionQuerySet":
        """Inspections that the officers carry out: the draw is published and not void."""
        return self.filter(selection__draw__state=DrawState.PUBLISHED)

    def with_due(self) -> "InspectionQuerySet":
        """Add to each inspection ``due``, the day until which the visit is to be made; None where no day was set."""
        return self.annotate(due=due_day())

    def late(self, day: datetime.date) -> "InspectionQuerySet":
        """Inspections that were due before the day and for which nothing has been handed in."""
        return self.with_due().filter(state=InspectionState.DRAFT, due__lt=day)

    def with_part_of(self, user: User) -> "InspectionQuerySet":
        """Inspections that this person ever had a hand in: on the team now, replaced since, or handed in by this login."""
        ever = TeamMember.ever.filter(officer__user=user).values("selection")
        sent = InspectionMove.objects.filter(by=user, state=InspectionState.SUBMITTED).values("inspection")
        return self.filter(models.Q(selection__in=ever) | models.Q(pk__in=sent))

    def approved_by(self, user: User) -> "InspectionQuerySet":
        """Inspections whose report this person found in order, in whichever round."""
        mine = InspectionMove.objects.filter(by=user, state=InspectionState.APPROVED)
        return self.filter(pk__in=mine.values("inspection"))

    def disclosed(self) -> "InspectionQuerySet":
        """Inspections with results that the public reads."""
        return self.released().filter(state=InspectionState.PUBLISHED)


class Inspection(models.Model):
    """One for each drawn unit, under an inspection item with its legal basis (法无规定不得检查)."""

    selection = models.OneToOneField(Selection, models.PROTECT, related_name="inspection")
    item = models.ForeignKey(InspectionItem, models.PROTECT, related_name="inspections")
    state = models.CharField(
        "状态", max_length=10, choices=InspectionState, default=InspectionState.DRAFT, db_index=True
    )
    visited_at = models.DateTimeField("检查时间", null=True, blank=True)
    outcome = models.CharField("检查结论", max_length=10, choices=Outcome, blank=True)
    summary = models.TextField("检查情况", max_length=2000, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    review_comment = models.CharField("审核意见", max_length=500, blank=True)
    published_at = models.DateTimeField("公开时间", null=True, blank=True)
    published_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    postponed_to = models.DateField("延期到", null=True, blank=True)
    # Of a task that a substitution filled when its day was near or over; see `deadlines.substitute_by`.
    substitute_by = models.DateField("替补后的检查期限", null=True, blank=True)
    publish_by = models.DateField("应公开日期", null=True, blank=True)
    # The form of the public record: what was published as finding/1 stays so for ever.
    record_form = models.CharField(max_length=10, default="finding/2", editable=False)
    # Goes into the digest of the summary, so that a short text that was redacted cannot be guessed from it.
    nonce = models.CharField(max_length=32, blank=True, editable=False)
    # The firm opens its own page by this secret address while the draw is sealed.
    token = models.CharField(max_length=43, unique=True, default=secrets.token_urlsafe, editable=False)
    updated_at = clock.MomentField("最近修改", auto_now=True)
    updated_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查"
        ordering = ["selection__draw", "selection"]
        default_permissions = ()
        # The public list of results: newest first, without a sort over the whole table.
        indexes = [models.Index(fields=["state", "-published_at", "-id"], name="results_newest_first")]

    def __str__(self) -> str:
        return f"{self.selection} 的检查"

    @property
    def due_on(self) -> datetime.date | None:
        """The day until which the unit is visited: the draw's, or the one to which the organiser postponed it.

        A substitute has some working days, whatever these days were: he cannot be late for what he was not sent to.
        """
        days = (self.postponed_to or self.selection.draw.visit_by, self.substitute_by)
        return max((day for day in days if day), default=None)

    @property
    def due_because(self) -> str:
        """Say in a word why the visit is due on another day than those of its draw: 延期 or 替补; else empty."""
        if self.substitute_by and self.substitute_by == self.due_on:
            return "替补"
        return "延期" if self.postponed_to else ""

    @property
    def tag(self) -> Tag:
        return inspection_tag(self.state)

    @property
    def outcome_tag(self) -> Tag | None:
        return Outcome(self.outcome).tag if self.outcome else None

    @property
    def did_not_enter(self) -> bool:
        """Whether the outcome is one without entering the site."""
        return self.outcome in NOT_ENTERED

    @property
    def version(self) -> str:
        """What a form carries, so that a later save does not silently overwrite an earlier one."""
        return self.updated_at.isoformat()

    def is_on_team(self, user: User) -> bool:
        """Say whether the person is one of the two officers who go now."""
        return any(member.officer.user_id == user.pk for member in self.selection.team.all())

    def took_part(self, user: User) -> bool:
        """Say whether the person is or was on the team: those who were replaced do not judge what the others found."""
        return Inspection.objects.with_part_of(user).filter(pk=self.pk).exists()

    def public_record(self) -> str:
        """Write the record of a published finding; the log holds its digest (draw/2, kind ``finding``).

        Which facts it says is named in `public_fields`, from which the public page reads too. Empty where the law hid
        the whole record. What was published as finding/1 is written in that form for ever::

            finding/1
            draw 2026Q4
            unit 410481-0001
            visited 2026-10-09
            outcome clean                 a code of `Outcome`
            summary 生产正常。            in one line: a backslash as two, a line break as backslash n
            point water pass              one for each point that has a verdict, ascending by code; pass, fail, absent

        A record finding/2 has the digest of the summary in place of its words (draw/2, findings.txt).

        :raises verify.Invalid: something cannot be written down as the protocol asks.
        """
        parts = PartsOf(Inspection.objects.filter(pk=self.pk)).of(self.pk)
        return document(record_of(self, parts))

    @property
    def log_subject(self) -> str:
        """What the log calls the unit: in a draw that was sealed, only who knows the salt can read it."""
        return self.selection.draw.log_subject(self.selection.source.number)

    def log_digest(self, text: str) -> str:
        """What the log holds of a text about the unit: in a draw that was sealed, salted."""
        return self.selection.draw.log_digest(text)


class InspectionMove(models.Model):
    """One step on an inspection's way: each round of submitting and returning stays readable."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="moves")
    state = models.CharField("状态", max_length=10, choices=InspectionState)
    at = clock.MomentField("时间", auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="操作人")
    comment = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查经过"
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.inspection}:{self.get_state_display()}"


class Finding(models.Model):
    """What the officers found on one point of the checklist."""

    class Verdict(models.TextChoices):
        PASS = "pass", "符合"
        FAIL = "fail", "不符合"
        ABSENT = "absent", "不涉及"

        @property
        def tag(self) -> Tag:
            return Tag(self.label, {"pass": "ok", "fail": "bad"}.get(self.value, "muted"))

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="findings")
    point = models.ForeignKey("ChecklistPoint", models.PROTECT, related_name="+", verbose_name="检查项目")
    verdict = models.CharField("结果", max_length=10, choices=Verdict, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    # The citations that were law on the day of the visit, as they read at the publication: the record says them, and
    # what an administrator corrects in the law later does not change it.
    clauses = models.JSONField("依据的条款", default=list, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "检查项目结果"
        ordering = ["point__version__checklist__position", "point__version", "point__position", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["inspection", "point"], name="one_finding_per_point")]

    @property
    def tag(self) -> Tag | None:
        return self.Verdict(self.verdict).tag if self.verdict else None

    def __str__(self) -> str:
        return f"{self.point}:{self.get_verdict_display()}"


class Correction(models.Model):
    """A published fact corrected: a new entry next to the old one, never an edit (draw/2, kind ``correction``)."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="corrections")
    text = models.TextField("更正内容", max_length=1000)
    # Empty for what was published before there were nonces: its digest is that of the text alone.
    nonce = models.CharField(max_length=32, blank=True, editable=False)
    at = clock.MomentField("时间", auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="更正人")

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.inspection}的更正"
