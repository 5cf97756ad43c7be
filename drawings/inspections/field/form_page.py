"""The officers' form as its page shows it: what is folded, how far it is, where to go on, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.forms import BoundField

from wugang_audit.problems import Problem, problems

from ...models import ChecklistPoint
from ...models.inspection import NOT_ENTERED
from .arrival import OUTSIDE
from .forms import ReportForm
from .sheet_fields import FacilityRows, LimitRow, OutletRows, PointRow, SectionRows

# So many lines of what is wrong are read at a gate; of the rest the page says where it stands.
SHOWN = 8


@dataclass(frozen=True)
class Place:
    """A part of the page with errors that are not listed one by one; ``anchor`` is the first field of these."""

    title: str
    anchor: str
    count: int


@dataclass(frozen=True)
class Wrong:
    """All that is wrong with the form: the first lines, and where the rest stands."""

    total: int
    shown: list[Problem]
    places: list[Place]

    @property
    def rest(self) -> int:
        return self.total - len(self.shown)


@dataclass(frozen=True)
class Progress:
    """How much of what must be filled in is, and the id of the first that is not; empty where all is."""

    done: int
    total: int
    next: str


class Page:
    """What `edit.html` shows of a form.

    Open at first are the parts with something that is wrong, hinted or told by the reviewer; where there is nothing of
    that, the first one with something to fill in. All others open by a touch, with or without scripts.
    """

    def __init__(self, form: ReportForm) -> None:
        self.form = form

    @cached_property
    def hinted(self) -> frozenset[str]:
        """The fields in which something looks like personal data."""
        return frozenset(field.name.removesuffix("_not_personal") for field in self.form.reasons())

    @cached_property
    def needed(self) -> bool:
        """Whether points and facilities must be filled in: not where the officers did not enter."""
        if self.form["outcome"].value() in NOT_ENTERED:
            return False
        return self.form.frozen or self.form["entry"].value() not in OUTSIDE

    @cached_property
    def sections(self) -> list[SectionRows]:
        if self.form.frozen:
            return []
        found = [SectionRows(section, self._rows(section.points)) for section in self.form.sheet.sections]
        opened = self._opened(found)
        return [replace(part, is_open=at in opened) for at, part in enumerate(found)]

    @cached_property
    def facilities(self) -> FacilityRows:
        """The facilities of the permit: a part of the page that comes after all sections."""
        rows = [] if self.form.frozen else self.form.permit.facilities
        found = FacilityRows([self.form[f"facility_{row.key}"] for row in rows])
        parts = [*self.sections, found]
        return replace(found, is_open=len(self.sections) in self._opened(parts))

    def _opened(self, parts: Sequence[SectionRows | FacilityRows]) -> set[int]:
        """Return the places of those parts that are open at first."""
        called = {at for at, part in enumerate(parts) if part.wrong or part.hinted or part.is_told}
        if called or not self.needed:
            return called
        return set([at for at, part in enumerate(parts) if part.done < part.total][:1])

    def _rows(self, points: list[ChecklistPoint]) -> list[PointRow]:
        found = []
        for point in points:
            note = f"note_{point.pk}"
            hinted, wrong = note in self.hinted, f"{note}_not_personal" in self.form.errors
            found.append(PointRow(point, self.form[f"verdict_{point.pk}"], self.form[note], hinted, wrong))
        return found

    @cached_property
    def outlets(self) -> list[OutletRows]:
        found: dict[str, list[LimitRow]] = {}
        for row in [] if self.form.frozen else self.form.permit.readings:
            found.setdefault(row.outlet, []).append(LimitRow(row, self.form[f"reading_{row.key}"]))
        return [OutletRows(outlet, rows) for outlet, rows in found.items()]

    @cached_property
    def progress(self) -> Progress:
        """Count the points and facilities, where they are needed, and the fields that every report has."""
        site = () if self.form.frozen else ("visited_at", "entry")
        found: list[tuple[str, BoundField]] = [(f"at-{name}", self.form[name]) for name in site]
        if self.needed:
            found += [(f"point-{row.point.pk}", row.verdict) for part in self.sections for row in part.rows]
            found += [(f"at-{field.name}", field) for field in self.facilities.fields]
        found += [(f"at-{name}", self.form[name]) for name in ("outcome", "summary")]
        blank = [anchor for anchor, field in found if not field.value()]
        return Progress(len(found) - len(blank), len(found), blank[0] if blank else "")

    @cached_property
    def wrong(self) -> Wrong:
        """List what is wrong, each part of the page beyond the first lines under its title."""
        found = problems(self.form)
        shown, rest = found[:SHOWN], found[SHOWN:]
        several = len(self.form.sheet.versions) > 1
        titles = {
            f"{word}_{point.pk}": f"{section.version.called}：{section.title}" if several else section.title
            for section in self.form.sheet.sections
            for point in section.points
            for word in ("verdict", "note")
        }
        places: dict[str, Place] = {}
        for problem in rest:
            title = titles.get(problem.field.removesuffix("_not_personal")) or _title(problem.field)
            place = places.get(title) or Place(title, problem.anchor, 0)
            places[title] = replace(place, count=place.count + 1)
        return Wrong(len(found), shown, list(places.values()))


def _title(field: str) -> str:
    """Return what the page calls the part in which a field stands that is no point."""
    kind = field.partition("_")[0]
    return {
        "facility": "治理设施运行情况",
        "reading": "现场读数",
        "measure": "处理措施",
        "due": "处理措施",
    }.get(kind, "其他")
