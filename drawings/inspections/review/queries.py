"""What reviewer and head read: the versions of a report, the notes on it, and what awaits them, oldest first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import F, prefetch_related_objects
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.access.keys import key_of
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.calendar.workdays import Due

from ... import deadlines
from ...models import ChecklistPoint, HandedIn, Inspection, InspectionMove, ReviewNote
from ...models.inspection import InspectionQuerySet
from ...states import InspectionState
from ..field.permit_rows import permit_rows
from ..field.report import STORED, stored
from ..field.sheet import sheet
from ..queries import readable
from .changes import Change, Kind, Piece, compare, pieces
from .content import VERDICT, WORD, Entry, content, holds_note, not_entered, unpacked


@dataclass(frozen=True)
class Version:
    """A report as it was handed in the ``number``-th time."""

    number: int
    entries: list[Entry]


def round_of(inspection: Inspection) -> int:
    """Return how often the report was handed in so far: versions are counted by the moves, which were always kept."""
    return inspection.moves.filter(state=InspectionState.SUBMITTED).count()


def versions(inspection: Inspection) -> list[HandedIn]:
    """Return what was kept of each round, the first one first; what was handed in before versions were kept is missing."""
    return list(inspection.versions.select_related("by"))


def current(inspection: Inspection) -> Version:
    """Return what lies before the reviewer: the latest version, or the report itself where none was kept of it."""
    number = round_of(inspection)
    kept = inspection.versions.filter(number=number).first()
    if kept:
        return Version(number, unpacked(kept.content))
    return Version(number, content(stored(inspection), sheet(inspection).points, permit_rows(inspection)))


@dataclass(frozen=True)
class Point:
    """One field of a report before the reviewer: what changed, and what was said about it the last time."""

    change: Change
    notes: list[ReviewNote]
    left: list[Piece]
    right: list[Piece]

    @property
    def kind(self) -> str:
        return self.change.kind.value

    @property
    def has_note(self) -> bool:
        return holds_note(self.change.field, f"{self.change.before or ''}{self.change.now or ''}")

    @property
    def is_word(self) -> bool:
        """A single word, such as 符合, that nothing was said about: a line of the page is enough for it."""
        changed = self.change.kind in (Kind.CHANGED, Kind.GONE)
        return not self.notes and not changed and len(self.change.now or "") <= WORD

    @property
    def is_unanswered(self) -> bool:
        """A note was written about it, and nothing changed there."""
        return bool(self.notes) and self.change.kind == Kind.SAME


@dataclass(frozen=True)
class Comparison:
    """A version of a report beside the one before it; ``earlier`` is None in the first round or where it was not kept."""

    number: int
    earlier: int | None
    points: list[Point]
    not_entered: bool = False

    def is_needless(self, point: Point) -> bool:
        """A blank point of a visit without entering: nothing is missing there, and nothing was said about it."""
        blank = not point.notes and not point.change.now and point.change.kind == Kind.SAME
        return self.not_entered and blank and point.change.field.startswith(VERDICT)

    @property
    def needless(self) -> int:
        return sum(map(self.is_needless, self.points))

    @property
    def shown(self) -> list[Point]:
        return [point for point in self.points if not self.is_needless(point)]

    @property
    def changed(self) -> list[Point]:
        return [point for point in self.points if point.change.kind != Kind.SAME]

    @property
    def unanswered(self) -> list[Point]:
        return [point for point in self.points if point.is_unanswered]


def comparison(version: Version, before: Version | None, notes: list[ReviewNote]) -> Comparison:
    """Put two versions side by side, with the notes that were written about the earlier one."""
    told: dict[str, list[ReviewNote]] = {}
    for note in notes:
        told.setdefault(note.field, []).append(note)
    changes = compare(before.entries if before else version.entries, version.entries)
    points = []
    for change in changes:
        differs = change.kind == Kind.CHANGED
        left, right = pieces(change.before or "", change.now or "") if differs else ([], [])
        points.append(Point(change, told.get(change.field, []), left, right))
    earlier = before.number if before else None
    return Comparison(version.number, earlier, points, not_entered(version.entries))


def before_reviewer(inspection: Inspection) -> Comparison:
    """Return what lies before the reviewer, beside the version before and the notes that led to this one."""
    version = current(inspection)
    return comparison(
        version, _version(inspection, version.number - 1), _notes(inspection, version.number - 1)
    )


def handed_in(inspection: Inspection, number: int) -> tuple[HandedIn, Comparison] | None:
    """Return one version of the past beside the one before it, with the notes that led to it; None where there is none."""
    row = inspection.versions.filter(number=number).select_related("by").first()
    if row is None:
        return None
    version = Version(number, unpacked(row.content))
    return row, comparison(version, _version(inspection, number - 1), _notes(inspection, number - 1))


def _version(inspection: Inspection, number: int) -> Version | None:
    row = inspection.versions.filter(number=number).first()
    return Version(number, unpacked(row.content)) if row else None


def _notes(inspection: Inspection, number: int) -> list[ReviewNote]:
    return list(inspection.review_notes.filter(number=number).select_related("by"))


# --- the headings above its fields ---------------------------------------------------------------------------
def headings(fields: Iterable[str]) -> dict[str, str]:
    """Return {name of a point's field: the section above it} in one query, with the checklist where there are several."""
    keys = [key for name in fields if (key := key_of(name.removeprefix(VERDICT)))]
    points = list(ChecklistPoint.objects.filter(pk__in=keys).select_related("version__checklist"))
    several = len({point.version_id for point in points}) > 1
    return {
        f"{VERDICT}{point.pk}": f"{point.version.called}：{point.section}" if several else point.section
        for point in points
    }


Each = TypeVar("Each")
# What stands behind the points, by the first word of its field.
_BEHIND = {"measure": "处理措施", "facility": "治理设施", "reading": "现场读数"}


def under_headings(
    rows: Iterable[Each], field: Callable[[Each], str], above: Mapping[str, str]
) -> list[tuple[str, list[Each]]]:
    """Return (heading, rows under it) of neighbours, in their order; no heading where the rows are of none."""
    found: list[tuple[str, list[Each]]] = []
    for row in rows:
        name = field(row)
        heading = above.get(name) or _BEHIND.get(name.partition("_")[0], "")
        if not found or found[-1][0] != heading:
            found.append((heading, []))
        found[-1][1].append(row)
    return found


# --- what the officers read of it ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Told:
    """The notes on one field of the report, under its label."""

    field: str
    label: str
    notes: list[ReviewNote]

    @property
    def of_record(self) -> bool:
        """Whether it is about what was seen on the site: once that is frozen, a supplement puts it right."""
        return not self.field.startswith(("outcome", "summary", "measure_", "due_"))


def told(inspection: Inspection, number: int) -> list[Told]:
    """Return the notes on one version, in the order of its fields."""
    found: dict[str, list[ReviewNote]] = {}
    for note in _notes(inspection, number):
        found.setdefault(note.field, []).append(note)
    if not found:
        return []
    version = _version(inspection, number) or current(inspection)
    labels = {entry.field: entry.label for entry in version.entries}
    order = [field for field in labels if field in found] + [field for field in found if field not in labels]
    return [Told(field, labels.get(field, field), found[field]) for field in order]


def to_answer(inspection: Inspection) -> list[Told]:
    """Return the notes with which a report lies with its officers; none in any other state."""
    if inspection.state != InspectionState.RETURNED:
        return []
    return told(inspection, round_of(inspection))


@dataclass(frozen=True)
class Step:
    """One move on the way of an inspection, with the version that was handed in by it, and the notes that came with it."""

    move: InspectionMove
    number: int | None
    notes: list[Told]


def steps(inspection: Inspection) -> list[Step]:
    """Return the way of an inspection so far, in as many queries whatever its length."""
    kept = {row.number: unpacked(row.content) for row in inspection.versions.all()}
    notes: dict[int, dict[str, list[ReviewNote]]] = {}
    for note in inspection.review_notes.select_related("by"):
        notes.setdefault(note.number, {}).setdefault(note.field, []).append(note)
    found, number = [], 0
    for move in inspection.moves.select_related("by"):
        number += move.state == InspectionState.SUBMITTED
        has_version = move.state == InspectionState.SUBMITTED and number in kept
        returned = notes.get(number, {}) if move.state == InspectionState.RETURNED else {}
        labels = {entry.field: entry.label for entry in kept.get(number, [])}
        told = [Told(field, labels.get(field, field), texts) for field, texts in returned.items()]
        found.append(Step(move, number if has_version else None, told))
    return found


# --- what awaits reviewer and head ---------------------------------------------------------------------------
def to_review(user: User) -> InspectionQuerySet:
    """Return the reports that this person may review, those that have waited longest first."""
    if not user.has_role(Role.REVIEWER):
        return Inspection.objects.none()
    waiting = readable(user).filter(state=InspectionState.SUBMITTED).select_related("submitted_by")
    own = Inspection.objects.with_part_of(user).values("pk")
    return waiting.exclude(pk__in=own).order_by("submitted_at", "pk")


def to_publish(user: User) -> InspectionQuerySet:
    """Return the reports that this person may confirm, those that are due first, then those that have waited longest."""
    if not user.has_role(Role.HEAD):
        return Inspection.objects.none()
    waiting = readable(user).filter(state=InspectionState.APPROVED).select_related("reviewed_by")
    own = Inspection.objects.with_part_of(user).values("pk")
    mine = Inspection.objects.approved_by(user).values("pk")
    due_first = F("publish_by").asc(nulls_last=True)
    return waiting.exclude(pk__in=own).exclude(pk__in=mine).order_by(due_first, "reviewed_at", "pk")


@dataclass(frozen=True)
class Waiting:
    """A report that waits, and until when its result is to be public; None where no visit is entered."""

    inspection: Inspection
    publish_by: Due | None
    is_late: bool


def with_due_days(inspections: Iterable[Inspection]) -> list[Waiting]:
    """Return reports with the day on which each is to be public: the one that is set, or before the approval the one to come."""
    today, found = clock.today(), []
    for row in inspections:
        day = deadlines.due(row.publish_by)
        if day is None and row.visited_at:
            day = deadlines.publish_by(timezone.localdate(row.visited_at))
        found.append(Waiting(row, day, day is not None and day.day < today))
    return found


def overdue(user: User) -> list[Waiting]:
    """Return the reports that should be public by now and are not, wherever they lie, the oldest visit first.

    For organiser and head, who answer for the term; others get none.
    """
    if not user.has_role(Role.ORGANISER, Role.HEAD):
        return []
    late = readable(user).filter(deadlines.late_for_publication(clock.today()))
    return with_due_days(late.order_by("visited_at", "pk"))


def full_texts(inspections: Sequence[Inspection]) -> dict[int, list[Entry]]:
    """Return {primary key: fields of the report as it stands}, in as many queries whatever their number."""
    prefetch_related_objects(inspections, "versions", "moves", *STORED)
    found = {}
    for row in inspections:
        number = sum(move.state == InspectionState.SUBMITTED for move in row.moves.all())
        kept = [version for version in row.versions.all() if version.number == number]
        points = [finding.point for finding in row.findings.all()]
        found[row.pk] = unpacked(kept[0].content) if kept else content(stored(row), points)
    return found


@dataclass(frozen=True)
class Queue:
    """How many others wait for the person, and the one that follows on this one, where there is one."""

    others: int
    following: int | None


def queue(waiting: InspectionQuerySet, inspection: Inspection) -> Queue:
    """Return the place of one report among those that wait: after the last one comes the first again."""
    keys = list(waiting.values_list("pk", flat=True))
    others = [key for key in keys if key != inspection.pk]
    place = keys.index(inspection.pk) if inspection.pk in keys else 0
    return Queue(len(others), others[place % len(others)] if others else None)
