"""What an import would do: as it is found, as the job keeps it, and as the page that asks for confirmation lists it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from ..spreadsheets.corrections import RECIPE
from ..spreadsheets.table import Applied, Fault, Offer, Question, Table
from .diff import Change, Difference, tick

ASKED = 300  # questions that a stored preview keeps
LISTED = 500  # faults and differences that a stored preview keeps; the counts are of all

# Fields that previews were stored with, and what they are called now.
_RENAMED = {"what": "problem", "cure": "fix", "guarded": "needs_tick"}


@dataclass
class Preview:
    """What an import would do. Counts are of rows; a workbook with faults does nothing at all."""

    filename: str
    label: str
    sheet: str = ""
    header_row: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # keys in use that the workbook lacks, cut to `MISSING`
    missing_count: int = 0
    digest: str = ""  # of the difference between workbook and registry
    guards: int = 0  # changes that count only once they are ticked
    refused: int = 0  # of them, those that were not
    left: list[str] = field(default_factory=list)  # those in words, cut to `LISTED`
    rivals: list[str] = field(default_factory=list)  # sheets that could all be the list, if several
    unmatched: bool = False  # the columns could not be found by their names
    rather: str = ""  # the kind of another registry that the file looks more like
    lacking: list[str] = field(default_factory=list)  # columns of which the clerk is asked once
    questions: list[Question] = field(
        default_factory=list
    )  # the most frequent first, cut to `ASKED` when stored
    offers: list[Offer] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    found_by: dict[str, int] = field(default_factory=dict)  # how many rows found their object by which column

    @property
    def summary(self) -> str:
        """One line in Chinese."""
        counts = f"{self.label}：新增 {self.new}，更改 {self.changed}，不变 {self.unchanged}"
        return f"{counts}，有错 {self.faulty} 行" if self.faults else counts

    def count(self, differences: list[Difference], touched: int) -> None:
        """Store the differences and the number of rows.

        :param touched: how many rows of the workbook stand for an object.
        """
        self.differences = differences
        self.new = sum(difference.new for difference in differences)
        self.changed = len(differences) - self.new
        self.unchanged = touched - len(differences)

    def seal(self) -> None:
        """Keep the digest of what the import would do, by which a confirmation knows that nothing changed since."""
        digest = hashlib.sha256()
        for each in self.differences:
            changes = [(change.label, change.old, change.new) for change in each.changes]
            parts = (each.row, each.key, each.title, each.new, changes, each.alike, each.found_by, each.doubt)
            digest.update(json.dumps(parts).encode())
        digest.update(str(self.unchanged).encode())
        self.digest = digest.hexdigest()

    def stored(self) -> dict[str, Any]:
        """Return it as JSON for the job, lists cut to `LISTED`; `StoredPreview.of` reads it."""
        cut = {
            # `vars`, not `asdict`, which copies deeply.
            "faults": [vars(fault) | {"place": fault.place} for fault in self.faults[:LISTED]],
            "differences": [
                vars(each) | {"changes": [dict(vars(change)) for change in each.changes]}
                for each in self.differences[:LISTED]
            ],
            "fault_count": len(self.faults),
            "difference_count": len(self.differences),
            "questions": [asdict(question) for question in self.questions[:ASKED]],
            "question_count": len(self.questions),
            "offers": [asdict(offer) for offer in self.offers[:ASKED]],
            "applied": [asdict(used) for used in self.applied[:LISTED]],
        }
        return {name: value for name, value in vars(self).items() if name not in cut} | cut


@dataclass(frozen=True)
class StoredPreview:
    """A `Preview` as its job keeps it. Lists are cut to `LISTED`, so the numbers of faults and differences are kept too."""

    filename: str = ""
    label: str = ""
    sheet: str = ""
    header_row: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faulty: int = 0
    faults: tuple[Fault, ...] = ()
    fault_count: int = 0
    notices: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    difference_count: int = 0
    missing: tuple[str, ...] = ()
    missing_count: int = 0
    digest: str = ""
    guards: int = 0
    refused: int = 0
    left: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    unmatched: bool = False
    rather: str = ""
    lacking: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    question_count: int = 0
    offers: tuple[Offer, ...] = ()
    applied: tuple[Applied, ...] = ()
    found_by: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `Preview.stored` returned, now or before fields were added or renamed."""
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
        values["faults"] = tuple(_restored(Fault, each) for each in stored.get("faults", ()))
        values["differences"] = tuple(
            _restored(
                Difference,
                each
                | {
                    "changes": tuple(_restored(Change, one) for one in each["changes"]),
                    "filled": tuple((label, words) for label, words in each.get("filled", ())),
                },
            )
            for each in stored.get("differences", ())
        )
        values["questions"] = tuple(_restored(Question, each) for each in stored.get("questions", ()))
        values["offers"] = tuple(_restored(Offer, each) for each in stored.get("offers", ()))
        values["applied"] = tuple(_restored(Applied, each) for each in stored.get("applied", ()))
        return _restored(cls, values)

    @property
    def is_part(self) -> bool:
        """Whether the file lacks more of the registry than it holds, as the rows left out of a part import do."""
        return self.missing_count > self.changed + self.unchanged

    @property
    def asks_for_columns(self) -> bool:
        """Whether the clerk must say which sheet or columns are meant before anything can be compared."""
        return self.unmatched or bool(self.rivals) or bool(self.lacking)


def _restored(kind: type, stored: Mapping[str, Any]) -> Any:
    named = {_RENAMED.get(name, name): value for name, value in stored.items()}
    return kind(**{each.name: named[each.name] for each in fields(kind) if each.name in named})


@dataclass(frozen=True)
class TickBox:
    """Something that counts only once it is ticked: one change of an object, or the whole of a new one."""

    difference: Difference
    change: Change | None = None

    @property
    def value(self) -> str:
        return tick(self.difference.row, self.change.field if self.change else "")

    @property
    def is_whole(self) -> bool:
        """Whether it is about the row as such: a new one, or one that was taken for an object."""
        return self.change is None


@dataclass(frozen=True)
class TickRow:
    """All that is to be ticked of one row, what is about the row as such first."""

    difference: Difference
    boxes: tuple[TickBox, ...]


@dataclass(frozen=True)
class Sections:
    """The differences as the page lists them."""

    weighty: tuple[TickBox, ...]  # changes that must be ticked
    # New objects that must be ticked, for there is one of the same name, or they may be none at all.
    alike: tuple[TickBox, ...]
    taken_for: tuple[
        TickBox, ...
    ]  # rows that were taken for an object by its name alone: the whole must be ticked
    changed: tuple[Difference, ...]  # with the other changes, as long as nothing was applied
    added: tuple[Difference, ...]

    @property
    def ticks(self) -> tuple[TickRow, ...]:
        """All that is to be ticked, by row."""
        rows: dict[int, list[TickBox]] = {}
        for box in (*self.taken_for, *self.alike, *self.weighty):
            rows.setdefault(box.difference.row, []).append(box)
        return tuple(TickRow(boxes[0].difference, tuple(boxes)) for _, boxes in sorted(rows.items()))

    @property
    def erases(self) -> bool:
        """Whether something that the registry holds would be emptied."""
        return any(box.change and box.change.old and not box.change.new for box in self.weighty)

    @classmethod
    def of(cls, preview: StoredPreview, *, applied: bool) -> Self:
        """:param applied: the import was done: what was ticked is listed among the others too."""
        old = [each for each in preview.differences if not each.new]
        return cls(
            weighty=tuple(
                TickBox(each, change)
                for each in preview.differences
                for change in each.changes
                if change.needs_tick
            ),
            alike=tuple(TickBox(each) for each in preview.differences if each.alike or each.doubt),
            taken_for=tuple(TickBox(each) for each in preview.differences if each.found_by),
            changed=tuple(
                old if applied else [free for each in old if (free := each.without_ticks()).changes]
            ),
            added=tuple(
                each
                for each in preview.differences
                if each.new and (applied or not (each.alike or each.doubt))
            ),
        )


class Faulty(Exception):
    """The workbook has faults: nothing was written. `preview` lists them."""

    def __init__(self, preview: Preview):
        super().__init__(preview.summary)
        self.preview = preview


class Outdated(Faulty):
    """The registry changed since the preview: nothing was written. `preview` is the fresh one."""


def corrections_used(table: Table) -> list[str]:
    """Return in Chinese what was read otherwise than it stands in the file, and in how many rows."""
    used = sorted(table.applied.values(), key=lambda each: (each.how != RECIPE, -each.count))
    return [
        f"{each.how}：{table.headers.get(each.attribute, each.attribute)}“{each.found or '（空）'}”→“{each.becomes or '（空）'}”，{each.count} 行"
        for each in used[:LISTED]
    ]
