"""What is read about the evidence of an inspection."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

from ...models import Evidence, Inspection
from ...states import WITH_OFFICERS, InspectionState
from ..field.record import standing
from ..field.sheet import sheet

PER_POINT, PER_VISIT = 20, 60
# With those that were removed, whose files stay.
EVER = 2 * PER_VISIT
LIMITS = f"每个检查项目最多 {PER_POINT} 份，一次检查最多 {PER_VISIT} 份，每份最多 15 MB。"
# A phone whose clock is further off than this: its times are shown with the difference.
CLOCK_OFF = 5 * 60


def evidence_lines(
    inspection: Inspection, lists: Collection[str] | None = None
) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return the evidence as the record says it, ascending (`verify.FieldRecord.evidence`).

    :param lists: codes of the checklists that the visit goes by; None: those that it has been saved with.
    :returns: (digest of the original, photo or pdf, minute of taking with +08:00, ``checklist/point`` or empty, caption);
        empty too where the point's checklist is none of the visit's.
    """
    if lists is None:
        lists = set(inspection.checklists.values_list("version__checklist__code", flat=True))
    found = []
    for row in inspection.evidence.standing().select_related("point__version__checklist"):
        code = row.point.version.checklist.code if row.point else ""
        point = f"{code}/{row.point.code}" if code in lists else ""
        taken = timezone.localtime(row.taken_at).isoformat(timespec="minutes")
        found.append((row.digest, row.kind, taken, point, row.caption))
    return tuple(sorted(found))


@dataclass(frozen=True)
class Item:
    """One piece of evidence as a page shows it."""

    row: Evidence
    point: str
    is_late: bool  # came after the record was frozen

    @property
    def clock_off(self) -> str:
        """How far the phone's clock was off, where that matters; else empty."""
        ahead = self.row.phone_ahead or 0
        return f"{'快' if ahead > 0 else '慢'}{_span(abs(ahead))}" if abs(ahead) > CLOCK_OFF else ""


def _span(seconds: int) -> str:
    if seconds < 2 * 3600:
        return f"约 {seconds // 60} 分钟"
    if seconds < 48 * 3600:
        return f"约 {round(seconds / 3600)} 小时"
    return f"约 {round(seconds / 86400)} 天"


@dataclass(frozen=True)
class Shown:
    """The evidence of an inspection for one reader; `removed` is empty for who may not read it."""

    items: list[Item]
    removed: list[Item]
    may_add: bool
    may_change: bool
    may_mark: bool
    may_download: bool

    @property
    def photos(self) -> int:
        return sum(item.row.is_photo for item in self.items)


def shown(inspection: Inspection, user: User) -> Shown:
    """Return what this person sees of the evidence and may do with it; a fixed number of queries."""
    record = standing(inspection)
    rows = inspection.evidence.select_related("point", "by", "removed_by", "public_by")
    items = [
        Item(
            row,
            row.point.name if row.point else "",
            # By the text: a photo on its way at that moment is in it or not.
            record is not None and row.digest not in record.text,
        )
        for row in rows
    ]
    adds = may_add(inspection, user)
    return Shown(
        items=[item for item in items if item.row.removed_at is None],
        removed=[item for item in items if item.row.removed_at] if user.has_role(*CHECKERS) else [],
        may_add=adds,
        may_change=adds and record is None,
        may_mark=may_mark(inspection, user),
        may_download=may_download(inspection, user),
    )


CHECKERS = (Role.REVIEWER, Role.HEAD)


def may_add(inspection: Inspection, user: User) -> bool:
    on_team = inspection.is_on_team(user) and user.has_role(Role.OFFICER)
    return on_team and inspection.state in WITH_OFFICERS


def may_mark(inspection: Inspection, user: User) -> bool:
    """Say whether the person decides which photos may be public: a reviewer who had no part in the visit."""
    if inspection.state == InspectionState.DRAFT or not user.has_role(Role.REVIEWER):
        return False
    return not inspection.took_part(user)


def may_download(inspection: Inspection, user: User) -> bool:
    """Say whether the person may have the originals: they hold position and time, organisers need neither."""
    return inspection.is_on_team(user) or user.has_role(*CHECKERS)


def readable_rows(inspection: Inspection, user: User) -> QuerySet[Evidence]:
    """The evidence whose files this person may open; what was removed, reviewer and head alone."""
    rows = inspection.evidence.select_related("point", "by", "removed_by")
    return rows if user.has_role(*CHECKERS) else rows.standing()


def choices_of_points(inspection: Inspection) -> list[tuple[str, str | Iterable[tuple[str, str]]]]:
    """Return the points of the visit's checklists for a form, under their sections."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for point in sheet(inspection).points:
        sections.setdefault(point.section, []).append((str(point.pk), point.name))
    return [("", "不属于某个检查项目"), *sections.items()]
