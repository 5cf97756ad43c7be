"""What the pages of the figures read, and what waits for the head on the desk."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry
from wugang_audit.staff.desk import Todo, todo

from ..models import Draw, QuarterReport, TeamMember
from ..models.draw import DrawQuerySet
from ..models.reports import MADE
from . import checks, figures
from .evaluation import Work, own
from .report import Kind

QUARTERS_SHOWN = 12  # of an officer's own work: three years


def draws() -> DrawQuerySet:
    """Draws whose quarters have figures, the newest first."""
    return Draw.objects.published().order_by("-year", "-quarter")


def reports() -> QuerySet[QuarterReport]:
    """Reports that are kept, without the bytes of their workbooks, each with the newest later one that was approved."""
    rows = QuarterReport.objects.defer("workbook").select_related("made_by", "approved_by")
    later = QuarterReport.objects.filter(
        year=OuterRef("year"),
        quarter=OuterRef("quarter"),
        version__gt=OuterRef("version"),
        approved_at__isnull=False,
    ).order_by("-version")
    return rows.annotate(
        heir=Subquery(later.values("pk")[:1]), heir_version=Subquery(later.values("version")[:1])
    )


def is_altered(report: QuarterReport) -> bool:
    """Whether the figures are no longer those that the trail says were made; of an older site it does not say."""
    key = f"{QuarterReport._meta.label_lower}:{report.pk}"
    made = AuditEntry.objects.filter(target_key=key, action__startswith=MADE).order_by("index").first()
    told = made and made.changes.get("figures")
    return bool(told) and told != QuarterReport.figures_digest(report.figures)


def waiting() -> QuerySet[QuarterReport]:
    """Final reports that the head has not approved and that no later version has replaced."""
    later = QuarterReport.objects.filter(
        year=OuterRef("year"), quarter=OuterRef("quarter"), version__gt=OuterRef("version")
    )
    return reports().filter(~Exists(later), approved_at__isnull=True, figures__kind=Kind.FINAL)


@dataclass(frozen=True)
class Quarter:
    """All that the page of a quarter shows."""

    draw: Draw
    counts: figures.Counts
    checks: tuple[checks.Check, ...]

    @property
    def broken(self) -> list[checks.Check]:
        return checks.broken(self.checks)

    @property
    def unfinished(self) -> list[checks.Check]:
        return checks.unfinished(self.checks)

    @property
    def kind(self) -> Kind | None:
        """What may be made of the quarter today; None while something does not add up."""
        if self.broken:
            return None
        return Kind.INTERIM if self.unfinished else Kind.FINAL


def quarter(draw: Draw) -> Quarter:
    """Count and check a quarter anew."""
    counts = figures.count(draw)
    return Quarter(draw, counts, tuple(checks.examine(draw, counts)))


def own_work(user: User) -> list[Work]:
    """Return the officer's own work, one line a quarter, the newest first."""
    mine = TeamMember.objects.filter(officer__user=user).values("selection__draw")
    found = (own(draw, user) for draw in draws().filter(pk__in=mine)[:QUARTERS_SHOWN])
    return [work for work in found if work is not None]


@todo(Role.HEAD)
def _head_todos(user: User) -> list[Todo]:
    return [
        Todo(
            f"{report}待批准", reverse("statistics:report", args=[report.pk]), hint="核对各项数据，批准后上报"
        )
        for report in waiting()
    ]
