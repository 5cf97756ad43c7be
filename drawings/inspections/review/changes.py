"""What changed from one version of a report to the next, field by field and inside a text. Pure: it asks no database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from .content import Entry

# A sentence or a part of one, with the mark that ends it, or the end of a line; Chinese has no spaces to cut at.
_CLAUSE = re.compile(r"\n|[^。；，、：！？\n]*[。；，、：！？]|[^。；，、：！？\n]+")
# Comparing costs the product of both numbers: beyond this a text is shown as a whole.
CLAUSES = 400


class Kind(Enum):
    SAME = "same"
    NEW = "new"  # nothing was filled in before
    CHANGED = "changed"
    GONE = "gone"  # nothing is filled in any more


@dataclass(frozen=True)
class Change:
    """One field in two versions. None: the version does not have the field; a blank text: nothing was filled in."""

    field: str
    label: str
    before: str | None
    now: str | None

    @property
    def kind(self) -> Kind:
        if (self.before or "") == (self.now or ""):
            return Kind.SAME
        if not self.before:
            return Kind.NEW
        return Kind.CHANGED if self.now else Kind.GONE


def compare(old: Sequence[Entry], new: Sequence[Entry]) -> list[Change]:
    """Return every field of either version: those of the new one in its order, each that is gone after its old neighbour."""
    before = {entry.field: entry.text for entry in old}
    found = [Change(entry.field, entry.label, before.get(entry.field), entry.text) for entry in new]
    place = {change.field: number for number, change in enumerate(found)}
    gone: dict[int, list[Change]] = {}
    last = -1
    for entry in old:
        if entry.field in place:
            last = place[entry.field]
        else:
            gone.setdefault(last, []).append(Change(entry.field, entry.label, entry.text, None))
    merged = gone.get(-1, [])
    for number, change in enumerate(found):
        merged += [change, *gone.get(number, [])]
    return merged


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; ``differs``: the other version does not have it there."""

    text: str
    differs: bool


def pieces(before: str, now: str) -> tuple[list[Piece], list[Piece]]:
    """Cut two versions of a text into what they share and what only one of them has; put together, each is whole again."""
    old, new = _CLAUSE.findall(before), _CLAUSE.findall(now)
    if len(old) > CLAUSES or len(new) > CLAUSES:
        return [Piece(before, True)], [Piece(now, True)]
    left: list[Piece] = []
    right: list[Piece] = []
    for word, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for side, clauses in ((left, old[a:b]), (right, new[c:d])):
            if clauses:
                side.append(Piece("".join(clauses), word != "equal"))
    return left, right
