"""A draw, its frozen files, and what came out (protocol draw/2)."""

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import models

from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit import clock

from ..protocol import verify
from ..states import DRAW_MOVES, HANDED_IN, WITH_RESULT, DrawState, Tag, draw_tags
from . import seal
from .plan import InspectionItem, Plan
from .quarters import QUARTERS, quarter_title
from .quota import Quota
from .seal import Disclosure, sealed_now
from .strata import Stratum

if TYPE_CHECKING:
    from .entropy import EntropySource
    from .redactions import Redaction

USER = settings.AUTH_USER_MODEL
# What pages show in place of a name that was taken out of names.tsv.
UNIT_WITHDRAWN, OFFICER_WITHDRAWN = "名称已撤下", "姓名已撤下"
TEAM_SIZE, OPEN_PLACE = 2, "空缺"  # places of a team; one that nobody was left for


def _frozen_before(pk: "int | models.OuterRef") -> models.Q:
    """Return the condition of a draw that was frozen before the one with this key.

    A freeze keeps its files while nobody else may append to the log: their numbers ascend as its rows do, whatever the
    machine's clock says, and they have an index, which the subjects of the log have not.
    """
    commit = DrawFile.objects.filter(draw=pk, name=verify.COMMIT).values("pk")
    return models.Q(files__name=verify.COMMIT, files__pk__lt=models.Subquery(commit))


class DrawQuerySet(models.QuerySet):
    def visible(self) -> "DrawQuerySet":
        """Draws that the public sees: from the freeze on, for ever."""
        return self.exclude(state=DrawState.DRAFT)

    def not_void(self) -> "DrawQuerySet":
        """Draws that count: one at most for each quarter."""
        return self.exclude(state=DrawState.VOID)

    def with_result(self) -> "DrawQuerySet":
        """Draws with a result that is computed and valid."""
        return self.filter(state__in=WITH_RESULT)

    def published(self) -> "DrawQuerySet":
        """Draws that have sent their tasks to the officers."""
        return self.filter(state=DrawState.PUBLISHED)

    def unsealed(self) -> "DrawQuerySet":
        """Draws with units and teams that are no secret: open ones, and sealed ones after the seal is lifted or due."""
        return self.exclude(sealed_now())

    def standing(self) -> "DrawQuerySet":
        """Draws with a seal that hides their units today; a void one has none to hide by a seal of its own."""
        return self.not_void().filter(sealed_now())

    def frozen_before(self, draw: "Draw") -> "DrawQuerySet":
        """Draws with a commit that was public when this one was frozen: by the order of the log, not by a clock."""
        return self.visible().filter(_frozen_before(draw.pk))

    def with_earlier_seal(self) -> "DrawQuerySet":
        """Add to each draw ``is_under_seal``, as the property of that name says it."""
        earlier = Draw.objects.visible().standing()
        stands = models.Exists(earlier.filter(_frozen_before(models.OuterRef(models.OuterRef("pk")))))
        return self.annotate(is_under_seal=models.Q(under__isnull=False) & stands)


class Change(models.TextChoices):
    """What may have changed in the registries since the last draw; `Draw.changes` holds a count for each."""

    UNIT_IN = "unit-in", "新增单位"
    UNIT_OUT = "unit-out", "退出名录的单位"
    STRATUM = "stratum", "类别有变的单位"
    STANDING = "standing", "参加抽签与否有变的单位"
    SPECIALITY = "speciality", "行业专业组有变的单位"
    UNIT_NAME = "unit-name", "名称有变的单位"
    RECUSAL_IN = "recusal-in", "新增回避"
    RECUSAL_OUT = "recusal-out", "取消回避"
    OFFICER_IN = "officer-in", "新增可派出人员"
    OFFICER_OUT = "officer-out", "不再派出的人员"
    ABILITY = "ability", "人员专业变动"
    OFFICER_NAME = "officer-name", "人员姓名有变"


class ChangeCount(NamedTuple):
    """How many changes of one kind there were."""

    label: str
    count: int


class Draw(models.Model):
    """One quarter's draw. Its code (``2026Q4``; a later try ``2026Q4-2``) is the draw id of the protocol."""

    code = models.CharField("抽签编号", max_length=55, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度", choices=[(n, f"第{n}季度") for n in QUARTERS])
    state = models.CharField("状态", max_length=10, choices=DrawState, default=DrawState.DRAFT, db_index=True)
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="draws")
    item = models.ForeignKey(InspectionItem, models.PROTECT, null=True, blank=True, verbose_name="抽查事项")
    # The latest earlier draw with a seal that stood at the freeze: pool and officers wait until that seal falls.
    under = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="frozen_under")
    commit_digest = models.CharField("承诺值", max_length=64, blank=True)
    created_at = clock.MomentField("建立时间", auto_now_add=True)
    created_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField("冻结时间", null=True, blank=True)
    frozen_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    published_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    visit_by = models.DateField("检查期限", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=1200, blank=True)
    disclosure = models.CharField("公开方式", max_length=10, choices=Disclosure, default=Disclosure.OPEN)
    unseal_on = models.DateField("自动解封日期", null=True, blank=True)
    unsealed_at = models.DateTimeField("解封时间", null=True, blank=True)
    unsealed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    # {"since": code of the draw compared with, "counts": {code of Change: count}}, as confirmed at the freeze.
    changes = models.JSONField("名录变化", default=dict)
    witnesses = models.TextField("见证人", blank=True, help_text="每行一人：姓名，单位或身份。")
    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽签"
        ordering = ["-year", "-quarter", "-created_at"]
        constraints = [
            # A second try needs a public void before it: nobody keeps two draws and shows the better one.
            models.UniqueConstraint(
                fields=["year", "quarter"],
                condition=~models.Q(state="void"),
                name="one_live_draw_per_quarter",
            ),
            models.CheckConstraint(condition=models.Q(quarter__in=list(QUARTERS)), name="draw_quarter_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        attempt = self.code.partition("-")[2]
        return f"{quarter_title(self.year, self.quarter)}抽查" + (f"（第{attempt}次）" if attempt else "")

    @property
    def quarter_title(self) -> str:
        return quarter_title(self.year, self.quarter)

    @property
    def rests_on_system(self) -> bool:
        """Say whether the random numbers came from the machine itself, which proves nothing to the public."""
        return any(entropy.is_system for entropy in self.entropy.all())

    @property
    def tags(self) -> tuple[Tag, ...]:
        """How the draw stands, in the words of all pages."""
        return draw_tags(self.state, self.has_seal and not seal.is_over(self.unseal_on), self.rests_on_system)

    @property
    def has_seal(self) -> bool:
        """Say whether the draw was sealed and nobody has lifted the seal, be its date past or not."""
        return seal.has_seal(self.disclosure, self.unsealed_at)

    @property
    def is_sealed(self) -> bool:
        """Say whether units and teams are still secret: the seal is neither lifted nor past its date.

        A void ends a seal, but never before that of an earlier draw falls.
        """
        if self.state == DrawState.VOID:
            return self.has_seal and self.under_seal()
        return self.has_seal and not seal.is_over(self.unseal_on)

    def under_seal(self) -> bool:
        """Say whether an earlier draw's seal still stands: then pool, officers and names would give its units away."""
        return self.under_id is not None and Draw.objects.frozen_before(self).standing().exists()

    def next_source(self) -> "EntropySource | None":
        """The source to be entered next, or None when all values are accepted."""
        return self.entropy.filter(accepted_at__isnull=True).order_by("position").first()

    def has_findings(self) -> bool:
        """Say whether results of this draw were already handed in: from then on it cannot be voided."""
        return self.selections.filter(inspection__state__in=HANDED_IN).exists()

    def may_be_voided(self) -> bool:
        return DrawState.VOID in DRAW_MOVES[self.state] and not self.has_findings()

    def hidden(self, text: str) -> "Redaction | None":
        """Return the redaction of a text of the draw's own (``void``, ``witnesses``), where one took effect."""
        return self.redactions.in_effect().filter(text=text).first()

    def hidden_void(self) -> "Redaction | None":
        return self.hidden("void")

    def shown_witnesses(self) -> list[str]:
        """Return the witnesses as papers name them: one a line, or that the law hid them."""
        hidden = self.hidden("witnesses")
        return [hidden.in_place] if hidden else self.witnesses.splitlines()

    def change_counts(self) -> list[ChangeCount]:
        """What changed in the registries since the draw before, as confirmed at the freeze; nothing is left out."""
        counts = self.changes.get("counts", {})
        return [ChangeCount(kind.label, counts[kind.value]) for kind in Change if counts.get(kind.value)]

    def log_subject(self, ident: str) -> str:
        """Name a unit or an officer in the log: in a draw that was sealed, only who knows the salt can read it."""
        shown = ident if self.disclosure == Disclosure.OPEN else verify.salted_subject(self.salt_text, ident)
        return f"{self.code}/{shown}"

    def log_digest(self, text: str) -> str:
        """Return the log's digest of a document that names a unit or an officer: salted in a draw that was sealed."""
        return verify.digest(text if self.disclosure == Disclosure.OPEN else self.salt_text + text)

    def quotas(self) -> list[Quota]:
        """The quotas as the commit fixed them; DrawFile.DoesNotExist before the freeze."""
        return Quota.committed(verify.parse_commit(self.file("commit.txt")))

    @cached_property
    def salt_text(self) -> str:
        """The text of ``salt.txt``, which never changes; DrawFile.DoesNotExist before the freeze."""
        return self.file("salt.txt")

    def names_of(self, kind: str) -> dict[str, str]:
        """Return {id: name} of the units, officers or entries as ``names.tsv`` has them today, withdrawn ones left out.

        :param kind: ``unit``, ``officer`` or ``entry``.
        """
        return self.names.of(kind)

    def file(self, name: str) -> str:
        """Return the frozen text of one of the protocol's files; DrawFile.DoesNotExist before it exists."""
        return self.files.get(name=name).content


class DrawFile(models.Model):
    """A file of the protocol, to the byte. The database refuses to change or delete it."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="files")
    name = models.CharField(max_length=20)
    content = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["draw", "name"], name="one_file_per_name")]
        # For `disclosure.frozen.digests`.
        indexes = [models.Index(fields=["draw", "name", "digest"], name="digest_of_file")]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.name}"


class SelectionQuerySet(models.QuerySet):
    def of_result(self) -> "SelectionQuerySet":
        """The rows of ``result.tsv``: without the units that were drawn as substitutes later."""
        return self.filter(replaces__isnull=True)


class Selection(models.Model):
    """A drawn unit: a row of ``result.tsv``, or a substitute for one. Its name is a copy of that in ``names.tsv``: empty once withdrawn."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="selections")
    source = models.ForeignKey(PollutionSource, models.PROTECT, related_name="selections")
    stratum = models.CharField("类别", max_length=20, choices=Stratum)
    rank = models.PositiveIntegerField("序号")
    ticket = models.CharField("签值", max_length=64)
    name = models.CharField("单位名称", max_length=200, blank=True)
    is_cross = models.BooleanField("跨专业", default=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="substitute", verbose_name="替补的是"
    )

    objects = SelectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽中单位"
        ordering = ["pk"]  # the order of result.tsv
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["draw", "source"], name="no_unit_twice_in_a_draw"),
            models.UniqueConstraint(fields=["draw", "stratum", "rank"], name="one_unit_per_rank"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name as a page shows it."""
        return self.name or UNIT_WITHDRAWN


class CurrentTeam(models.Manager):
    """Members who go: without those who were replaced, even where nobody was left to take the place."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().exclude(substitution_places__substitution__effective_at__isnull=False)


class TeamMember(models.Model):
    """An officer on the team of a drawn unit, now or once; the name is a copy of that in ``names.tsv``: empty once withdrawn.

    But for that, rows are never changed: a substitute is a new row that replaces one. ``selection.team.all()`` gives who goes now;
    `ever` also those who were replaced.
    """

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="team")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="memberships")
    name = models.CharField("姓名", max_length=200, blank=True)
    is_lead = models.BooleanField("组长")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replacement", verbose_name="替补的是"
    )
    objects = CurrentTeam()
    ever = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查组成员"
        ordering = ["selection", "-is_lead"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["selection", "officer"], name="two_different_officers"),
            models.UniqueConstraint(
                fields=["selection", "is_lead"],
                condition=models.Q(replaces__isnull=True),
                name="one_lead_one_second",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name as a page shows it."""
        return self.name or OFFICER_WITHDRAWN
