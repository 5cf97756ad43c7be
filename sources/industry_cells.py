"""The industry of a row: from a code, else from columns by level, else from words; what is not certain is asked."""

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from wugang_audit.imports.importer import BATCH
from wugang_audit.spreadsheets.cell_text import fold
from wugang_audit.spreadsheets.corrections import cell_key
from wugang_audit.spreadsheets.table import Row, Table

from . import industries
from .industries import Kind, Reading
from .industries.table import section_of
from .models import PollutionSource, Speciality

SpecialityOf = Callable[[str], Speciality | None]  # of an industry code
LEVELS = ("industry_section", "industry_division", "industry_group", "industry_class")
COLUMNS = ("industry_code", *LEVELS, "industry_name")
_FOUR = re.compile(r"[0-9]{4}")
_ONLY_CODE = re.compile(r"[A-T]?[0-9]{2,4}\Z")
SUGGESTED = 6  # suggestions that a person is asked to choose from
UNKNOWN = "看不出是哪个行业"
KEPT = "行业写得不准，名录里已有的行业不改"
COARSE = "只写到大类或中类，其中的小类不归同一个专业组"


class Unsure(NamedTuple):
    """A row that does not tell its industry for certain, with the column that tells of it, and its text."""

    row: Row
    attribute: str
    text: str
    reading: Reading
    problem: str


def read_industries(table: Table, speciality_of: SpecialityOf) -> list[Unsure]:
    """Set the industry code of each row that tells it; return those that do not for certain."""
    unsure: list[Unsure] = []
    if not any(name in table.columns for name in COLUMNS):
        return unsure
    for row in table.rows:
        attribute, reading = _read(row)
        text = str(row.get(attribute) or "")
        if reading.kind is Kind.EMPTY:
            row.values.pop("industry_code", None)
            continue
        code = reading.code
        coarse = len(code) in (2, 3) and speciality_of(code) is None
        if code and not coarse:
            # A code in the column of names is no name. An empty cell stays so: an export must come in as unchanged.
            known = industries.industries().get(code)
            if known and attribute == "industry_name" and _is_bare(row.values["industry_name"], code):
                row.values["industry_name"] = known.name
            elif _ONLY_CODE.match(str(row.get("industry_name") or "")):
                del row.values["industry_name"]  # another column says the industry, and a code is no name
            row.values["industry_code"] = code
        else:
            row.values.pop("industry_code", None)
            problem = COARSE if coarse else reading.note or UNKNOWN
            unsure.append(Unsure(row, attribute, text, reading, problem))
    return unsure


def _read(row: Row) -> tuple[str, Reading]:
    """Return the column that tells the industry, and what it says."""
    code = row.values.get("industry_code")
    if code:
        return "industry_code", industries.read_industry(code) if not _FOUR.fullmatch(code) else _of_class(
            code
        )
    levels = [row.get(name) or None for name in LEVELS]
    if any(levels):
        deepest = max(at for at, text in enumerate(levels) if text)
        return LEVELS[deepest], industries.read_levels(levels)
    return "industry_name", industries.read_industry(row.get("industry_name") or None)


def _is_bare(text: str, code: str) -> bool:
    """Say whether a text is nothing but a code, with or without the letter of its section."""
    return fold(text).upper().removeprefix(section_of(code)) == code


@functools.cache
def _of_class(code: str) -> Reading:
    """Return what a code of four digits says; of one that is not in the table the specialities may know the division."""
    return Reading(Kind.CLASS, industries.industries().get(code) or industries.Industry(code, ""))


def ask_industries(table: Table, unsure: Iterable[Unsure]) -> None:
    """Ask once for all equal cells what industry is meant.

    A unit comes in without an industry until somebody answers. Of one that has an industry already nothing is asked, and
    a word that says less than its code does not take the place of its industry's name.
    """
    there = {row.number for row in table.rows}
    unsure = [each for each in unsure if each.row.number in there]
    settled = _with_industry([str(row.get("number", "")) for row, *_ in unsure])
    for row, attribute, value, reading, problem in unsure:
        if (name := settled.get(str(row.get("number", "")).lower())) is not None:
            if name and row.values.get("industry_name") not in (None, "", name):
                del row.values["industry_name"]
                table.note(KEPT, row)
            continue
        question = table.ask(row, attribute, cell_key(row.cells.get(attribute, value)), value, problem)
        if not question.suggestions:
            question.suggestions = _shown(reading)


def suggested(text: str) -> list[tuple[str, str]]:
    """Return which industries a text could mean, the likeliest first: their codes, and what they are called."""
    return _shown(industries.read_industry(text or None))


def _shown(reading: Reading) -> list[tuple[str, str]]:
    best = max((each.score for each in reading.candidates), default=0)
    return [
        (each.industry.code, f"{each.industry.code} {each.industry.name}")
        for each in reading.candidates
        if each.score >= best / 2
    ][:SUGGESTED]


def _with_industry(numbers: Sequence[str]) -> dict[str, str]:
    """Return {number in lower case: the industry's name} of those of these units that have an industry already."""
    found: dict[str, str] = {}
    for start in range(0, len(numbers), BATCH):
        units = PollutionSource.objects.filter(number__in=numbers[start : start + BATCH]).exclude(
            industry_code=""
        )
        found.update((number.lower(), name) for number, name in units.values_list("number", "industry_name"))
    return found
