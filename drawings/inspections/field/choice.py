"""Which versions of the checklists a visit begins with. Pure: it knows no table."""

from collections.abc import Iterable
from dataclasses import dataclass

from sources.industries import lies_in


@dataclass(frozen=True)
class Unit:
    """What of a unit decides: its codes, empty where it has none.

    :param category: the class in which it was drawn, whatever it is today.
    :param permit_classes: what the registry says, and what its permit shows where the registry knows of none.
    :param media: what it is listed for as a key unit, what it discharges into, and what its permit has outlets for.
    """

    category: str = ""
    permit_classes: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()
    speciality: str = ""
    industry: str = ""


@dataclass(frozen=True)
class Candidate:
    """A version in use with the criteria of its checklist: sets of codes, empty for all.

    :param industries: entries of GB/T 4754; what lies in one of them lies in the criterion.
    :param by_hand: the team itself decides on the spot whether it applies.
    """

    version: int
    checklist: int
    number: int
    categories: frozenset[str] = frozenset()
    permit_classes: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()
    specialities: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    by_hand: bool = False


def applies(candidate: Candidate, unit: Unit) -> bool:
    """Say whether every criterion that is set matches; of the media and of the industries one is enough."""
    if candidate.by_hand:
        return False
    if candidate.industries and not lies_in(unit.industry, candidate.industries):
        return False
    return all(
        not wanted or wanted & had
        for wanted, had in (
            (candidate.categories, {unit.category}),
            (candidate.permit_classes, unit.permit_classes),
            (candidate.media, unit.media),
            (candidate.specialities, {unit.speciality}),
        )
    )


def newest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return of each checklist the version with the highest number, the checklists in the order in which they come."""
    found: dict[int, Candidate] = {}
    for each in candidates:
        held = found.get(each.checklist)
        if held is None or each.number > held.number:
            found[each.checklist] = each
    return list(found.values())


def chosen(candidates: Iterable[Candidate], unit: Unit) -> list[int]:
    """Return the keys of the versions that a visit of the unit begins with."""
    return [each.version for each in newest(candidates) if applies(each, unit)]
