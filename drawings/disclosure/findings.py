"""A published finding as the public reads it: what was found, what was corrected, what was hidden by law."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from wugang_audit import clock

from ..models import Finding as FindingRow
from ..models import Stratum
from ..models.checklists import PointName, told_apart
from ..models.draw import UNIT_WITHDRAWN
from ..models.inspection import Outcome
from ..states import Tag
from .bases import LegalBasis, standing
from .objects import Draw
from .photos import Photo
from .redactions import HIDDEN, HIDDEN_TAG, Hidden, Kind
from .teams import Member, team
from .visit_facts import NO_FACTS, VisitFacts


@dataclass(frozen=True)
class Finding:
    """What was found on one point of the checklist; never the officers' note."""

    code: str  # as the record names the point: checklist/point
    point: str  # where two of a visit share a name, with the heading above it
    section: str
    verdict: str  # pass, fail or absent
    tag: Tag  # the verdict in words
    clauses: tuple[str, ...]  # as they were law on the day of the visit


@dataclass(frozen=True)
class Correction:
    at: datetime
    text: str


@dataclass(frozen=True)
class Result:
    number: str
    name: str
    stratum: str
    label: str
    draw: Draw
    item: str
    visited_on: date | None
    outcome: str
    tag: Tag | None  # the outcome in its colour
    summary: str  # hidden by law: that, since when and why
    is_hidden: bool  # as a whole: nothing of what was found is shown
    published_on: date
    officers: tuple[Member, ...]
    findings: tuple[Finding, ...]
    corrections: tuple[Correction, ...]
    bases: tuple[LegalBasis, ...]  # cited when the officers were there, and in force on that day
    facts: VisitFacts
    photos: tuple[Photo, ...] = ()

    @property
    def failed(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.verdict == FindingRow.Verdict.FAIL)

    @property
    def sections(self) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
        """(heading, points under it): points that were looked at together stand together."""
        found: dict[str, list[Finding]] = {}
        for each in self.findings:
            found.setdefault(each.section, []).append(each)
        return tuple((heading, tuple(rows)) for heading, rows in found.items())

    @property
    def counts(self) -> str:
        """How many points there are, and how many of each verdict: ``10 项：符合 7，不符合 1，不涉及 2``."""
        found = Counter(each.verdict for each in self.findings)
        said = [f"{verdict.label} {found[verdict]}" for verdict in FindingRow.Verdict if found[verdict]]
        return f"{len(self.findings)} 项：{'，'.join(said)}"


def outcome_in_words(outcome: str, is_hidden: bool) -> str:
    """Return what a list says of a published result; empty where it has none."""
    return HIDDEN if is_hidden else Outcome(outcome).label if outcome else ""


def result(
    row: dict[str, Any],
    of: Draw,
    officers: Iterable[dict[str, Any]],
    findings: Iterable[dict[str, Any]] = (),
    corrections: Iterable[dict[str, Any]] = (),
    bases: Iterable[LegalBasis] = (),
    facts: VisitFacts = NO_FACTS,
    hidden: Hidden = MappingProxyType({}),
    photos: tuple[Photo, ...] = (),
) -> Result:
    """:param bases: all that the item cites.

    :param hidden: what the law hid of it and of its corrections.
    """
    whole = hidden.get((Kind.FINDING, row["pk"]))
    if whole:
        row = row | {"visited_at": None, "outcome": "", "summary": ""}
        findings, facts = (), NO_FACTS
    visited, tag = row["visited_at"], Outcome(row["outcome"]).tag if row["outcome"] else None
    return Result(
        number=row["selection__source__number"],
        name=row["selection__name"] or UNIT_WITHDRAWN,
        stratum=row["selection__stratum"],
        label=Stratum.label_of(row["selection__stratum"]),
        draw=of,
        item=row["item__subject"],
        visited_on=clock.day_of(visited) if visited else None,
        outcome=outcome_in_words(row["outcome"], bool(whole)),
        tag=HIDDEN_TAG if whole else tag,
        summary=whole or hidden.get((Kind.SUMMARY, row["pk"])) or row["summary"],
        is_hidden=bool(whole),
        published_on=clock.day_of(row["published_at"]),
        officers=team(officers),
        findings=_findings([found for found in findings if found["verdict"]]),
        corrections=tuple(
            Correction(made["at"], hidden.get((Kind.CORRECTION, made["pk"])) or made["text"])
            for made in corrections
        ),
        bases=() if whole else standing(bases, visited or row["published_at"]),
        facts=facts,
        photos=() if whole else photos,
    )


def _findings(rows: list[dict[str, Any]]) -> tuple[Finding, ...]:
    points = [
        PointName(
            found["point__name"],
            found["point__section"],
            found["point__version__name"],
            found["point__code"],
        )
        for found in rows
    ]
    names = told_apart(dict(enumerate(points)))
    several = len({point.checklist for point in points}) > 1
    return tuple(
        Finding(
            f"{found['point__version__checklist__code']}/{found['point__code']}",
            names[number],
            f"{point.checklist}：{point.section}" if several else point.section,
            found["verdict"],
            FindingRow.Verdict(found["verdict"]).tag,
            tuple(found["clauses"]),
        )
        for number, (found, point) in enumerate(zip(rows, points, strict=True))
    )
