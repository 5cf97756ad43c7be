"""What was read of a sheet: typed rows, numbered faults and notices, by the registry's table of columns."""

import re
import sys
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from .cell_text import clean, shown
from .cell_types import Rule, WordsRule, written_by
from .lines import CellValue
from .recognition import Recognition
from .row_numbers import row_label, table_of

NAMED = 10  # rows that a question or a correction names
SHOWN = 60  # characters of a cell that are shown with them
MAX_FAULTS = 10_000  # that are all listed; beyond these, one for each row


@dataclass(frozen=True)
class Column:
    """One column of a registry's workbook.

    :param attribute: the field that it fills, or the name under which the registry's own rules find it.
    :param header: its proper header; `aliases` are others, compared without spaces, ``*``, case and width.
    :param required: the column must be there, and filled in every row.
    :param blank: the value of an empty cell. A column that is not in the workbook changes nothing.
    :param blanks: words that mean "empty" in this column, besides 无 / - and the like.
    :param unknown: words that mean that it is not known yet, besides 不详 and the like: read as empty, and told.
    :param listing: a cell may hold several values; its line breaks separate them.
    :param help: what the clerk should know about the column, in short Chinese.
    :param keeps: an empty cell says nothing: what the registry holds stays, and a new row gets `blank`.
    :param identity: says which object a row is, so that no remembered correction may put another value there.
    :param import_only: is read but never written by an export or a template.
    :param gives_way: headers that mean another column (its attribute), or none (empty), where this one stands there already.
    :param looks_like: what most cells of such a column match: it is suggested for a column without a header.
    :param in_titles: how a title above rows names a value of the column (its last group, if it has any); the words
        of a `WordsRule` are found without.
    :param recognition: what tells the column where its heading is none of its names.
    :param proven: returns the one text that a cell, which cannot be read, must have meant; empty if that is not sure.
    :param called: returns how people call what a cell holds, where that is a code.
    :param told_in: the column whose cells may tell this one where a file has it not.
    :param width: in digits, of a column whose texts go on in a further line; 0: as wide as its header asks for.
    """

    attribute: str
    header: str
    rule: Rule
    aliases: tuple[str, ...] = ()
    required: bool = False
    blank: object = ""
    blanks: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    listing: bool = False
    help: str = ""
    keeps: bool = False
    identity: bool = False
    import_only: bool = False
    gives_way: tuple[tuple[str, str], ...] = ()
    looks_like: re.Pattern[str] | None = None
    in_titles: re.Pattern[str] | None = None
    recognition: Recognition = field(default_factory=Recognition)
    proven: Callable[[str], str] | None = None
    called: Callable[[str], str] | None = None
    told_in: str = ""
    width: int = 0

    @property
    def empty_means(self) -> str:
        """In words what an empty cell is read as, where the column takes one of several words; else empty."""
        if self.keeps or not isinstance(self.rule, WordsRule):
            return ""
        return str(written_by(self.rule, self.blank) or "")


def with_subject(header: str, value: str, problem: str) -> str:
    """Return what is wrong in a whole sentence: a rule of a cell knows neither its column nor how the cell is quoted."""
    return f"{header}“{value}”{problem}" if problem.startswith("是") and value else problem


@dataclass(frozen=True)
class Fault:
    """Something that keeps the workbook out, and how to fix it. Faults of the file itself have no place."""

    problem: str
    fix: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    header: str = ""
    value: str = ""
    attribute: str = ""  # of the column, for who corrects the cell
    whole: bool = True  # `value` is all that the cell holds
    named: str = ""  # what the object of the row is called, where that could be read

    @property
    def said(self) -> str:
        """What is wrong, in a whole sentence."""
        return with_subject(self.header, self.value, self.problem)

    @property
    def place(self) -> str:
        return " ".join(
            part
            for part in (
                f"第{row_label(self.row)}行" if self.row else "",
                f"{self.column}列" if self.column else "",
            )
            if part
        )

    def __str__(self) -> str:
        held = f" “{self.value}”" if self.value else " （空）" if self.column and self.row else ""
        where = f"{self.place} {self.header}".strip() + held
        return f"{where}：{self.problem}；{self.fix}" if where else f"{self.problem}；{self.fix}"


@dataclass(slots=True)
class Row:
    """A row of data.

    :param values: typed, by attribute, without those that are faulty.
    :param cells: what the cells held, by attribute; once they are read, what those look like that read as something else.
    :param wrong: attributes of the faulty cells.
    :param stands_for: the primary key of the object that the row was found to mean, where its key does not say so.
    :param found_by: by which column that was, in Chinese.
    :param to_confirm: a person must say that the row means that object.
    :param separate: a person said that the row means none of the objects that are there.
    :param twin_of: the number of an earlier row of the same name; a person must say that they are two.
    :param doubt: in Chinese, why the row may be nothing of the kind at all; a person must say that a new one is.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)  # of the type that each column's rule returns
    cells: dict[str, CellValue | None] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    stands_for: int | None = None
    found_by: str = ""
    to_confirm: bool = False
    twin_of: int | None = None
    doubt: str = ""
    separate: bool = False

    @property
    def faulty(self) -> bool:
        return bool(self.wrong)

    def get(self, attribute: str, default: Any = None) -> Any:
        return self.values.get(attribute, default)


@dataclass
class Question:
    """Something that a row may come in without, but that somebody should answer: once for all equal cells.

    :param suggestions: what the cell could mean, the best first: what is read instead, and what people call it.
    """

    attribute: str
    key: str  # as `corrections.cell_key` gives it
    value: str
    problem: str
    suggestions: Sequence[Sequence[str]] = ()
    rows: list[int] = field(default_factory=list)
    count: int = 0

    @property
    def labels(self) -> list[str]:
        return [row_label(row) for row in self.rows]


@dataclass
class Offer:
    """Something that could be read otherwise in all equal cells of a column; only if a person says so."""

    attribute: str
    header: str
    found: str
    becomes: str  # empty: nothing
    why: str  # in Chinese
    rows: list[int] = field(default_factory=list)
    count: int = 0

    def add(self, row: int) -> None:
        self.count += 1
        if len(self.rows) < NAMED:
            self.rows.append(row)


@dataclass
class Applied:
    """A correction that was used in reading, and the first rows in which it was."""

    how: str  # in Chinese: who said so
    attribute: str
    found: str
    becomes: str
    rows: list[int] = field(default_factory=list)
    count: int = 0
    header: str = ""

    @property
    def labels(self) -> list[str]:
        return [row_label(row) for row in self.rows]


@dataclass
class Table:
    """What was read: the rows, what is wrong with them, and what the clerk should know."""

    sheet: str = ""
    header_row: int = 0
    columns: dict[str, Column] = field(default_factory=dict)  # by attribute, those in the workbook
    letters: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: dict[str, list[int]] = field(default_factory=dict)  # {what: row numbers}
    unlisted: int = 0  # faults that are only counted
    rivals: list[str] = field(default_factory=list)  # sheets that could all be the list, if several
    unmatched: bool = False  # the columns could not be recognised by their names
    rather: str = ""  # the kind of another registry, if the headers are rather those of that one
    applied: dict[str, Applied] = field(default_factory=dict)  # corrections, by what they are
    questions: dict[str, Question] = field(default_factory=dict)
    offers: list[Offer] = field(default_factory=list)
    # {attribute: {`cell_key`: (how, text)}}: what was said of columns that the file has not, but another may tell.
    elsewhere: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    beside: list[dict[str, str]] = field(default_factory=list)  # letters in the tables beside the first
    # Rows of further headers, and the letters below them.
    below: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    # Of the first table, known or not, and of the row that looks most like a header.
    header_texts: list[list[str]] = field(default_factory=list)
    headings: Set[str] = frozenset()  # keys of all headers that the registry knows

    def letters_of(self, row: Row) -> dict[str, str]:
        """Return {attribute: letter} of the table in which a row stands."""
        if table := table_of(row.number):
            return self.beside[table - 1] if table <= len(self.beside) else self.letters
        return next((letters for start, letters in reversed(self.below) if start < row.number), self.letters)

    def fault(self, row: Row, attribute: str, problem: str, fix: str, value: str | None = None) -> None:
        """Add a fault of one cell; the row does not come in. Of very many, only the first of each row is kept."""
        if len(self.faults) >= MAX_FAULTS and row.wrong:
            row.wrong.add(attribute)
            self.unlisted += 1
            return
        row.wrong.add(attribute)
        whole = value is None
        if value is None:
            value = self._seen(row, attribute)
        held = clean(value)
        letter, header = self.letters_of(row).get(attribute, ""), self.headers.get(attribute, "")
        if len(held) > 60:
            held = held[:59] + "…"
        # Very many faults have the same words: they are kept once.
        problem, fix = sys.intern(problem), sys.intern(fix)
        self.faults.append(
            Fault(problem, fix, self.sheet, row.number, letter, header, held, attribute, whole)
        )

    def _seen(self, row: Row, attribute: str) -> str:
        """Return what a cell looks like in the sheet; what `Row.cells` leaves out its value tells."""
        column, value = self.columns.get(attribute), row.values.get(attribute)
        if attribute in row.cells or column is None:
            return shown(row.cells.get(attribute, value))
        return "" if value is None or value == column.blank else shown(written_by(column.rule, value))

    def ask(self, row: Row, attribute: str, key: str, value: str, problem: str) -> Question:
        """Ask what a cell means, once for all equal ones; return the question, so that suggestions can be added."""
        at = f"{attribute}\t{key}"
        if at not in self.questions:
            self.questions[at] = Question(attribute, key, value[:SHOWN], sys.intern(problem))
        question = self.questions[at]
        question.count += 1
        if len(question.rows) < NAMED:
            question.rows.append(row.number)
        return question

    def apply(self, row: Row, how: str, attribute: str, found: str, becomes: str) -> None:
        """Note that a correction was used."""
        at = f"{how}\t{attribute}\t{found}\t{becomes}"
        if at not in self.applied:
            self.applied[at] = Applied(how, attribute, found, becomes, header=self.headers.get(attribute, ""))
        used = self.applied[at]
        used.count += 1
        if len(used.rows) < NAMED:
            used.rows.append(row.number)

    def column_name(self, attribute: str, row: Row | None = None) -> str:
        """Return a column as notices name it: letter and header; one that is the same for the whole file has no letter.

        :param row: which it is about: in a further table the letter is another one.
        """
        letter = (self.letters_of(row) if row else self.letters).get(attribute)
        return f"{letter}列“{self.headers[attribute]}”" if letter else f"“{self.headers[attribute]}”"

    def note(self, notice: str, row: Row | None = None) -> None:
        """Add a notice; equal ones of several rows become one line."""
        self.notes.setdefault(notice, []).extend([row.number] if row else [])

    @property
    def notices(self) -> list[str]:
        return [f"{notice}{_rows(numbers)}" for notice, numbers in self.notes.items()]

    def sorted_faults(self) -> list[Fault]:
        """Return all faults that are listed, by place; behind them how many are not."""
        found = sorted(self.faults, key=lambda fault: (fault.row or 0, len(fault.column), fault.column))
        if self.unlisted:
            problem = f"错误太多，另有 {self.unlisted} 处没有列出（每行至少列出一处）"
            found.append(
                Fault(problem, "请先核对是不是选错了列；改正已列出的再上传，会接着列出其余的", self.sheet)
            )
        return found


def _rows(numbers: list[int]) -> str:
    if not numbers:
        return ""
    listed = "、".join(map(row_label, numbers[:10]))
    return f"：第{listed}行" + (f"等 {len(numbers)} 行" if len(numbers) > 10 else "")
