"""Substitutes: one declaration for one reason that somebody cannot go, and the places that it frees.

What becomes of it is arithmetic (draw/2, Substitutes): under ``seed`` at once when a second person confirms it, under
``fresh`` with the value of the next lottery issue, which the declaration names before anybody can know it.
"""

import datetime

from django.db import models
from django.utils import timezone

from enforcers.models import Officer

from ..protocol import verify
from .declarations import Declaration, DeclarationQuerySet
from .draw import Draw, Selection, TeamMember
from .entropy import ReadTwice, label_in_words


class SubstitutionQuerySet(DeclarationQuerySet):
    def in_effect(self) -> "SubstitutionQuerySet":
        """Those whose substitute is computed: they, and no others, change who goes where."""
        return self.filter(effective_at__isnull=False)

    def pending(self) -> "SubstitutionQuerySet":
        """Those that may still change who goes: not decided yet, or confirmed and without a value."""
        return self.filter(effective_at__isnull=True, refused_at__isnull=True)

    def without_value(self) -> "SubstitutionQuerySet":
        """Confirmed ones that wait for the value of their issue, in the order in which they take effect."""
        return self.confirmed().filter(effective_at__isnull=True).order_by("serial")

    def of_units(self) -> "SubstitutionQuerySet":
        """Those whose evidence the public reads: a unit is gone. Why an officer cannot go stays inside."""
        return self.filter(kind=Substitution.Kind.UNIT)

    def for_public(self) -> "SubstitutionQuerySet":
        """Add what the public may read of why: `public_class`, and `public_evidence`, empty where an officer cannot go.

        Why an officer cannot go may tell of his health or his family: only the class of it is fetched for the public.
        """
        of_unit = models.When(kind=Substitution.Kind.UNIT, then=models.F("evidence"))
        return self.annotate(
            public_class=models.Case(
                *(models.When(reason=inner, then=models.Value(said)) for inner, said in PUBLIC_CLASS.items()),
                default=models.F("reason"),
                output_field=models.CharField(),
            ),
            public_evidence=models.Case(of_unit, default=models.Value(""), output_field=models.TextField()),
        )

    def for_protocol(self) -> "SubstitutionQuerySet":
        """In the order of their serials, with all that their rows of the protocol are written from."""
        rows = self.select_related("draw", "officer").prefetch_related("places__selection__source")
        return rows.order_by("serial")


class Substitution(Declaration, ReadTwice):
    """A declaration that a unit cannot be inspected or an officer cannot go: a row of ``substitutes.tsv`` in the end."""

    class Kind(models.TextChoices):
        UNIT = "unit", "单位"
        OFFICER = "officer", "执法人员"

    class Reason(models.TextChoices):
        CLOSED = "closed", "单位已停产、关闭或搬迁"
        UNTRACED = "untraced", "查无下落"
        ILL = "ill", "执法人员因病"
        LEAVE = "leave", "执法人员休假、学习或借调"
        RECUSED = "recused", "发现应当回避的情形"

    class PublicClass(models.TextChoices):
        """What the public learns of why an officer cannot go: the law asks that a recusal be told, and nothing more."""

        RECUSED = "recused", "依法回避"
        ABSENT = "absent", "因故不能参加"

    FOR_OFFICERS = (Reason.ILL, Reason.LEAVE, Reason.RECUSED)

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="substitutions")
    serial = models.PositiveIntegerField(
        "序号", null=True, blank=True, help_text="按确认的先后，也是生效的先后。"
    )
    logged_at = models.CharField(
        "日志时间", max_length=25, blank=True, help_text="日志里申报那一条的时间，原样。"
    )
    kind = models.CharField("替补", max_length=10, choices=Kind)
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="不能去的人员"
    )
    unit = models.ForeignKey(
        Selection, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="替补单位"
    )
    reason = models.CharField("原因", max_length=20, choices=Reason)
    # What its row of the protocol says instead of the reason. Empty in rows that were logged before there was a class:
    # their digests hold the reason itself.
    public_reason = models.CharField("公开的原因类别", max_length=20, choices=PublicClass, blank=True)
    # Who else cannot be sent, declared in the same entry: {certificate number: why}.
    away = models.JSONField("同时不能派出的人员", default=dict)
    source = models.CharField("号码来源", max_length=10, blank=True)
    label = models.CharField("期号", max_length=80, blank=True)
    known_at = models.DateTimeField("开奖时间", null=True, blank=True)
    # Where the named issue was never drawn: the one that the readings are of.
    first_issue = models.CharField("第一次录入的期号", max_length=80, blank=True)
    issue = models.CharField("实际开奖的期号", max_length=80, blank=True)
    outcome = models.TextField("替补结果", blank=True, help_text="substitutes.tsv 的最后一栏，原样。")
    # Places for which `away` left fewer than two to choose from, as [[unit, department, how many], ...].
    few = models.JSONField("可选人员不足两名的位置", default=list)
    effective_at = models.DateTimeField("生效时间", null=True, blank=True)
    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "替补"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["draw", "serial"], name="one_substitution_per_serial"),
            models.UniqueConstraint(
                fields=["draw", "officer"],
                condition=models.Q(officer__isnull=False, effective_at__isnull=True, refused_at__isnull=True),
                name="one_pending_declaration_per_officer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.serial or '-'}:{self.get_kind_display()}替补"

    @property
    def is_unit(self) -> bool:
        return self.kind == self.Kind.UNIT

    @property
    def is_pending(self) -> bool:
        return self.effective_at is None and self.refused_at is None

    @property
    def said_in_public(self) -> str:
        """What the public reads as the reason, in words."""
        return reason_in_public(PUBLIC_CLASS.get(self.reason, self.reason))

    @property
    def awaits_value(self) -> bool:
        """Say whether it is confirmed and waits for the lottery."""
        return self.is_pending and self.confirmed_at is not None

    @property
    def issue_in_words(self) -> str:
        """The issue that it names, such as ``排列5 第 26283 期``; empty where it needs none."""
        return issue_in_words(self.source, self.label)

    @property
    def instead_in_words(self) -> str:
        """Say which issue stands for one that was never drawn; empty where it was."""
        return instead_in_words(self.label, self.issue)

    @property
    def awaited(self) -> str:
        """Say in words what a declaration that is pending waits for."""
        if not self.awaits_value:
            return "等另一个人确认"
        return f"等{self.issue_in_words}（{in_words(self.known_at)} 开奖）的号码由两个人录入"

    @property
    def subject(self) -> str:
        """The id of who or what cannot be there, as the protocol writes it."""
        if self.is_unit:
            return self.places.all()[0].selection.source.number
        return self.officer.certificate_number

    def declaration(self) -> verify.Declaration:
        """Return the first eight fields of its row of ``substitutes.tsv``; it must have a serial."""
        units = sorted(place.selection.source.number for place in self.places.all())
        source = None
        if self.source:
            source = verify.Source(self.source, self.label, protocol_time(self.known_at))
        return verify.Declaration(
            serial=self.serial,
            time=self.logged_at,
            kind=self.kind,
            subject=self.subject,
            reason=self.public_reason or self.reason,
            units=() if self.is_unit else tuple(units),
            away=tuple(sorted(self.away)),
            source=source,
        )

    def facts_digest(self, salt: str) -> str:
        """Return the digest of what a declaration says, for the audit trail: of whom, where, until when, and the words.

        :param salt: the text of ``salt.txt``.
        """
        who = self.officer.certificate_number if self.officer else "-"
        units = sorted(place.selection.source.number for place in self.places.all())
        known = self.known_at.astimezone(datetime.UTC).isoformat() if self.known_at else "-"
        away = "".join(f"{number} {why}\n" for number, why in sorted(self.away.items()))
        return verify.digest(f"{salt}{' '.join([self.kind, who, known, *units])}\n{self.evidence}\n{away}")

    def row(self) -> verify.Substitute:
        """Return its row of ``substitutes.tsv``; it must have taken effect."""
        return verify.Substitute(self.declaration(), self.value, self.outcome)


# Each reason for which an officer cannot go, and the class that the public reads of it.
PUBLIC_CLASS = {
    Substitution.Reason.ILL: Substitution.PublicClass.ABSENT,
    Substitution.Reason.LEAVE: Substitution.PublicClass.ABSENT,
    Substitution.Reason.RECUSED: Substitution.PublicClass.RECUSED,
}


def reason_in_public(code: str) -> str:
    """Write a class, or the reason for which a unit is gone, as the public reads it."""
    if code in Substitution.PublicClass:
        return Substitution.PublicClass(code).label
    return Substitution.Reason(code).label


def away_in_public(why: str) -> str:
    """Return the class of why somebody cannot be sent either, from the words that stay inside."""
    kinds = Substitution.PublicClass
    return (kinds.RECUSED if "回避" in why else kinds.ABSENT).label


class SubstitutionPlace(models.Model):
    """A unit that a declaration concerns: the place that an officer leaves, or the whole of a unit that was found closed."""

    substitution = models.ForeignKey(Substitution, models.PROTECT, related_name="places")
    selection = models.ForeignKey(Selection, models.PROTECT, related_name="substitution_places")
    member = models.ForeignKey(
        TeamMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="substitution_places",
        verbose_name="不能去的人员",
    )
    officer = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="替补人员",
        help_text="生效以后没有的，就是空缺。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "替补的位置"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["substitution", "selection"], name="one_place_per_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.substitution_id}/{self.selection_id}"


def few_places(left: list[verify.Left]) -> list[list[str | int]]:
    """Return the places for which those who cannot go either left fewer than two to choose from, as `Substitution.few`."""
    return [
        [place.unit, place.department, place.could]
        for place in left
        if place.could < min(2, place.but_for_away)
    ]


def issue_in_words(source: str, label: str) -> str:
    """Name an issue as people do, ``排列5 第 26283 期``; empty without a source."""
    return f"{verify.SOURCES[source].title} {label_in_words(source, label)}" if source else ""


def instead_in_words(label: str, issue: str) -> str:
    """Say which issue stands for the named one, and how many numbers between them nobody may find drawn; else empty.

    :param issue: the issue whose value was taken; empty where none was yet.
    """
    if issue in ("", label):
        return ""
    # Numbers begin again with the year; how many the old one had is not known here.
    between = int(issue[-3:]) - 1 - (int(label[-3:]) if issue[:-3] == label[:-3] else 0)
    passed = f"（其间还有 {between} 个期号，须都没有开奖，请到彩票机构网站核对）" if between > 0 else ""
    return f"没有开奖，用其后首先开奖的第 {issue} 期{passed}"


def in_words(moment: datetime.datetime) -> str:
    """Write when an issue is drawn: ``10月8日 21:25``."""
    local = timezone.localtime(moment)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def protocol_time(moment: datetime.datetime) -> str:
    """Write a moment as the protocol does, in the time zone of the site."""
    return timezone.localtime(moment).isoformat(timespec="seconds")


def substitutes_text(draw: Draw) -> str:
    """Write ``substitutes.tsv`` of a draw from the declarations that took effect; empty while there is none."""
    rows = [row.row() for row in Substitution.objects.in_effect().filter(draw=draw).for_protocol()]
    return verify.write_substitutes(draw.code, rows) if rows else ""
