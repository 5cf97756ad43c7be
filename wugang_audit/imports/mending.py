"""Mending a file in the preview: its faults and questions in groups of equal cells, and what a person says of them."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from ..spreadsheets.cell_types import WordsRule, allowed_by
from ..spreadsheets.corrections import Corrections, cell_key
from ..spreadsheets.row_numbers import row_label
from ..spreadsheets.table import Fault, Question, with_subject
from .fault_kinds import kind_of
from .importer import Importer
from .models import ImportJob

CUT = "…"  # ends the content of a cell that is too long to be shown whole
NAMED = 10  # rows that a group names


@dataclass(slots=True)
class Group:
    """Cells of one column that hold the same and have the same fault; or one cell alone."""

    attribute: str
    header: str
    column: str  # its letter
    value: str
    problem: str
    fix: str
    kind: str
    alike: bool  # what is said goes for all equal cells of the column, not for the rows named alone
    may_be_empty: bool
    identity: bool  # the column says which object a row is: several rows are never given one text
    words: tuple[str, ...] = ()  # of which the column takes one
    help: str = ""  # what the column takes, in Chinese
    whole: bool = True  # `value` is all that the cell holds
    # What could be meant (`suggest`): what is read instead, and what people call it.
    offers: tuple[tuple[str, str], ...] = ()
    proven: str = ""  # the one text that the cells must have meant
    rows: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # of the first `NAMED` rows

    @property
    def said(self) -> str:
        return with_subject(self.header, self.value, self.problem)

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def other_words(self) -> list[str]:
        """The words of the column that are not among what is meant most likely."""
        return [each for each in self.words if each not in dict(self.offers)]

    @property
    def takes_text(self) -> bool:
        return not (self.identity and self.count > 1)

    @property
    def named(self) -> list[int]:
        return self.rows[:NAMED]

    @property
    def labels(self) -> list[str]:
        return [row_label(row) for row in self.named]

    @property
    def places(self) -> list[str]:
        """The rows that are named, each with what its object is called."""
        pairs = zip(self.labels, self.names, strict=True)
        return [f"第{label}行 · {name}" if name else f"第{label}行" for label, name in pairs]

    @property
    def code(self) -> str:
        """What the fields of the page are named by."""
        rows = "" if self.alike else f"{self.rows[0]}"
        return _digest(self.attribute, self.value, self.problem, rows)


def code_of(question: Question) -> str:
    return _digest("?", question.attribute, question.key)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\t".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def groups(importer: Importer, faults: Iterable[Fault], *, apart: bool = False) -> list[Group]:
    """Return the faults of cells in groups, the largest first, then by place.

    :param apart: each cell by itself.
    """
    columns = {column.attribute: column for column in importer.columns}
    found: dict[tuple, Group] = {}
    for fault in faults:
        if not fault.row or fault.attribute not in columns:
            continue
        column = columns[fault.attribute]
        alike = not apart and _goes_for_all(fault)
        key = (fault.attribute, fault.value, fault.problem, None if alike else fault.row)
        if key not in found:
            found[key] = Group(
                fault.attribute, fault.header or column.header, fault.column, fault.value, fault.problem, fault.fix,
                kind_of(fault), alike, not column.required, column.identity, allowed_by(column.rule),
                column.help, fault.whole,
            )  # fmt: skip
        group = found[key]
        group.rows.append(fault.row)
        if len(group.names) < NAMED:
            group.names.append(fault.named)
    return sorted(found.values(), key=lambda group: (-group.count, group.rows[0], group.attribute))


def suggest(importer: Importer, there: Iterable[Group]) -> None:
    """Add what the cells of these groups could mean, the likeliest first; of a page, for it takes its time."""
    columns = {column.attribute: column for column in importer.columns}
    for group in there:
        if not group.takes_text:
            continue
        column = columns[group.attribute]
        if column.proven and group.whole:
            group.proven = column.proven(group.value)
        several = column.rule.several if isinstance(column.rule, WordsRule) else ()
        offers = [(word, word) for word in several] or importer.suggestions(group.attribute, group.value)
        group.offers = tuple(each for each in offers if not group.words or each[0] in group.words)


def _goes_for_all(fault: Fault) -> bool:
    """Say whether equal cells can be mended at once: not where only a part of the cell is known."""
    return fault.whole and bool(fault.value) and not fault.value.endswith(CUT)


@dataclass(frozen=True)
class Answer:
    """What a person says of a group or a question."""

    text: str = ""  # to be read instead; empty with `clear`: nothing
    clear: bool = False
    leave_out: bool = False  # the rows are not read

    @property
    def says(self) -> bool:
        return bool(self.text) or self.clear or self.leave_out


@dataclass
class Mended:
    """What was said of one file, as its job keeps it."""

    cells: dict[tuple[int, str], str] = field(default_factory=dict)
    alike: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    separate: set[int] = field(default_factory=set)
    constants: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, job: ImportJob) -> "Mended":
        kept = job.corrections
        return cls(
            {(row, attribute): text for row, attribute, text in kept.get("cells", ())},
            {attribute: dict(said) for attribute, said in kept.get("alike", {}).items()},
            set(kept.get("left_out", ())),
            set(kept.get("separate", ())),
            dict(kept.get("constants", {})),
        )

    def stored(self) -> dict:
        return {
            "cells": [[row, attribute, text] for (row, attribute), text in sorted(self.cells.items())],
            "alike": self.alike,
            "left_out": sorted(self.left_out),
            "separate": sorted(self.separate),
            "constants": self.constants,
        }

    def corrections(self, recipes: dict[str, dict[str, str]]) -> Corrections:
        return Corrections(self.cells, self.alike, recipes, self.left_out, self.separate, self.constants)

    @property
    def says(self) -> bool:
        return bool(self.cells or self.alike or self.left_out or self.separate)

    def take(self, group: Group, answer: Answer) -> None:
        """Add what was said of a group of faults."""
        if answer.leave_out:
            self.left_out.update(group.rows)
        elif group.alike:
            self.alike.setdefault(group.attribute, {})[cell_key(group.value)] = answer.text
        else:
            self.cells |= {(row, group.attribute): answer.text for row in group.rows}

    def take_answer(self, question: Question, answer: Answer) -> None:
        """Add what was said to a question."""
        self.alike.setdefault(question.attribute, {})[question.key] = answer.text

    def clear_cells(self, of: Sequence[Group]) -> None:
        """Let all cells of these groups be read as empty."""
        for group in of:
            self.cells |= {(row, group.attribute): "" for row in group.rows}


def kinds(found: Collection[Group]) -> dict[str, int]:
    """Return {kind of fault: cells}, the most frequent first."""
    counts: dict[str, int] = {}
    for group in found:
        counts[group.kind] = counts.get(group.kind, 0) + group.count
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
