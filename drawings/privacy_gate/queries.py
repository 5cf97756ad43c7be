"""The rule: what is found in a text stands in the way of its publication, unless it was marked in this very field."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from wugang_audit.privacy import Found, find

from ..models import PrivacyMark

LONGEST_PIECE = PrivacyMark._meta.get_field("piece").max_length


class Subject(StrEnum):
    """The kinds of text that become public, as `PrivacyMark.subject` holds them."""

    INSPECTION = "inspection"
    CORRECTION = "correction"
    VOID = "void"
    SUBSTITUTION = "substitution"
    WITHDRAWAL = "withdrawal"
    WITNESSES = "witnesses"
    OBJECTION = "objection"
    DEPOSIT = "deposit"
    REDACTION = "redaction"
    # The public answer to an objection from outside, and what the public reads of the objection.
    SAID = "said"
    # Not public: it goes to city and province with the quarter's report.
    PROBLEM = "problem"


class Text(NamedTuple):
    """A text that may become public, and what the page calls its field."""

    label: str
    content: str


Texts = Mapping[str, Text]  # by the name of the field
Marked = Collection[tuple[str, str]]  # (name of the field, piece)


@dataclass(frozen=True)
class Obstacle:
    """A piece of a text that may not be published as it stands."""

    field: str
    label: str
    found: Found

    @property
    def piece(self) -> str:
        """What a mark holds of it: unseen characters may make a piece longer than the column is."""
        return self.found.text[:LONGEST_PIECE]

    @property
    def said(self) -> str:
        return f"“{self.found.text}”像{self.found.kind.value}"

    @property
    def masked(self) -> str:
        """What a trail may keep of it: ``手机号码 138****5678``."""
        return f"{self.found.kind.value} {self.found.masked}"


def obstacles(texts: Texts, marked: Marked = frozenset()) -> list[Obstacle]:
    """Return what still stands in the way of publishing these texts, each piece of a field once.

    :param marked: pieces of fields for which somebody has given a reason (see `marked_of`).
    """
    rest: dict[tuple[str, str], Obstacle] = {}
    for name, text in texts.items():
        for found in find(text.content):
            each = Obstacle(name, text.label, found)
            if (name, each.piece) not in marked:
                rest.setdefault((name, each.piece), each)
    return list(rest.values())


def said(rest: Iterable[Obstacle]) -> str:
    """Return the obstacles in words, by field: ``检查情况里的“13812345678”像手机号码``."""
    by_field: dict[str, list[str]] = {}
    for each in rest:
        by_field.setdefault(each.label, []).append(each.said)
    return "；".join(f"{label}里的{'、'.join(pieces)}" for label, pieces in by_field.items())


def marked_of(subject: Subject, object_ids: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    """Return {primary key: marked pieces} of texts of one kind, in one query."""
    found: dict[int, set[tuple[str, str]]] = {each: set() for each in object_ids}
    rows = PrivacyMark.objects.filter(subject=subject, object_id__in=object_ids)
    for key, field, piece in rows.values_list("object_id", "field", "piece"):
        found[key].add((field, piece))
    return found


@dataclass(frozen=True)
class Mark:
    """A mark as a page shows it to who has to decide: where, what, why, and by whom."""

    label: str
    piece: str
    reason: str
    who: str


def marks_on(subject: Subject, texts_by_id: Mapping[int, Texts]) -> dict[int, list[Mark]]:
    """Return {primary key: marks} of what still stands in the texts, in one query; a piece that was removed is told no more."""
    found: dict[int, list[Mark]] = {key: [] for key in texts_by_id}
    rows = PrivacyMark.objects.filter(subject=subject, object_id__in=texts_by_id).select_related("by")
    for mark in rows:
        text = texts_by_id[mark.object_id].get(mark.field)
        if text is not None and mark.piece in text.content:
            found[mark.object_id].append(Mark(text.label, mark.piece, mark.reason, mark.by.full_name))
    return found
