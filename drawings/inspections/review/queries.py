"""What reviewer and head read: the versions of a report, the notes on it, and what awaits them, oldest first."""

from dataclasses import dataclass

from ...models import HandedIn, Inspection, ReviewNote
from ...states import InspectionState
from ..field.report import checklist, stored
from .changes import Change, Kind, Piece, compare, pieces
from .content import Entry, content, unpacked


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
    entries = unpacked(kept.content) if kept else content(stored(inspection), checklist(inspection))
    return Version(number, entries)


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
    def is_unanswered(self) -> bool:
        """A note was written about it, and nothing changed there."""
        return bool(self.notes) and self.change.kind == Kind.SAME


@dataclass(frozen=True)
class Comparison:
    """A version of a report beside the one before it; ``earlier`` is None in the first round or where it was not kept."""

    number: int
    earlier: int | None
    points: list[Point]

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
    return Comparison(version.number, before.number if before else None, points)


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
