"""What is read about the evidence of an inspection."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.utils import timezone

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry

from ...models import Evidence, Inspection, PublicPhoto
from ...models.public_photos import is_unsound
from ...states import WITH_OFFICERS, InspectionState, Tag
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
    tag: Tag | None = None  # how it stands with the public
    is_other: bool = False  # the original shows another picture than the copy, or cannot be read

    @property
    def clock_off(self) -> str:
        """How far the phone's clock was off, where that matters; else empty."""
        if self.is_time_unsound:
            return ""
        ahead = self.row.phone_ahead or 0
        return f"{'快' if ahead > 0 else '慢'}{_span(abs(ahead))}" if abs(ahead) > CLOCK_OFF else ""

    @property
    def is_time_unsound(self) -> bool:
        """Say whether the phone's clock had been reset, or the file names a day that cannot be: only the receipt counts."""
        return is_unsound(self.row.taken_at, self.row.phone_ahead, self.row.received_at)


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

    @property
    def lacks_originals(self) -> bool:
        return any(not item.row.original_name for item in self.items)

    @property
    def public(self) -> int:
        """How many are public, were so until they were hidden, or become so with the finding."""
        return sum(item.tag is not None for item in self.items)

    @property
    def to_publish(self) -> list[Item]:
        """Those that become public with the finding."""
        return [item for item in self.items if item.row.is_photo and item.row.is_public]


def shown(inspection: Inspection, user: User) -> Shown:
    """Return what this person sees of the evidence and may do with it; a fixed number of queries."""
    record = standing(inspection)
    rows = inspection.evidence.select_related("point", "by", "removed_by", "public_by")
    public = _published(inspection)
    others = _others(inspection)
    items = [
        Item(
            row,
            row.point.name if row.point else "",
            # By the text: a photo on its way at that moment is in it or not.
            record is not None and row.digest not in record.text,
            _tag(row, inspection, public),
            row.pk in others,
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


def _others(inspection: Inspection) -> set[int]:
    """Return the primary keys of the photos whose original showed another picture when it came: the trail says so."""
    key = f"{Inspection._meta.label_lower}:{inspection.pk}"
    came = AuditEntry.objects.filter(target_key=key, action="补传证据原件").values_list("changes", flat=True)
    return {changes["exhibit"] for changes in came if changes.get("picture")}


def _published(inspection: Inspection) -> dict[int, datetime.date | None]:
    """Return {primary key of the evidence: since when the law hides it} of what was published with the finding."""
    if inspection.state != InspectionState.PUBLISHED:
        return {}
    rows = PublicPhoto.objects.filter(inspection=inspection)
    return dict(rows.values_list("evidence", Max("redactions__redacted_on")))


def _tag(row: Evidence, inspection: Inspection, public: dict[int, datetime.date | None]) -> Tag | None:
    if row.pk in public:
        return Tag("已依法隐去", "warn") if public[row.pk] else Tag("已公开", "ok")
    to_come = row.is_public and inspection.state != InspectionState.PUBLISHED
    return Tag("可以公开", "ok") if to_come else None


CHECKERS = (Role.REVIEWER, Role.HEAD)
# What is public stays as it was published: from then on a photo is only ever hidden (`amendments.redactions`).
TO_MARK = (InspectionState.SUBMITTED, InspectionState.RETURNED, InspectionState.APPROVED)


def may_add(inspection: Inspection, user: User) -> bool:
    on_team = inspection.is_on_team(user) and user.has_role(Role.OFFICER)
    return on_team and inspection.state in WITH_OFFICERS


def may_mark(inspection: Inspection, user: User) -> bool:
    """Say whether the person decides which photos may be public: a reviewer who had no part in the visit."""
    if inspection.state not in TO_MARK or not user.has_role(Role.REVIEWER):
        return False
    return not inspection.took_part(user)


def may_download(inspection: Inspection, user: User) -> bool:
    """Say whether the person may have the originals: they hold position and time, organisers need neither."""
    return inspection.is_on_team(user) or user.has_role(*CHECKERS)


def to_publish(inspections: Iterable[int]) -> Counter[int]:
    """Return {primary key: how many photos become public with its finding}, in one query."""
    rows = Evidence.objects.to_publish().filter(inspection__in=inspections)
    return Counter(rows.values_list("inspection_id", flat=True))


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
