"""New rows that may be none at all: each must be ticked before it comes in."""

from ..spreadsheets.cell_text import word
from ..spreadsheets.cell_types import WordsRule
from ..spreadsheets.detector import names_of
from ..spreadsheets.headers import SERIAL, header_key
from ..spreadsheets.no_names import why_doubtful
from ..spreadsheets.table import Column, Table

LONGEST_HEADING = 10  # characters of a text that may be one: all names need not be looked at


def mark_doubtful(table: Table, columns: tuple[Column, ...]) -> None:
    """Mark rows whose name is hardly one: a bracket, a township, a heading, a closing word. Of rows that are in the registry nothing is asked.

    :param columns: of the registry.
    """
    name = next(column for column in columns if column.attribute == "name")
    headings = {*names_of(columns), *SERIAL}
    chosen = {
        each: column for column in columns if isinstance(column.rule, WordsRule) for each in column.rule.words
    }
    titled = [column for column in columns if column.in_titles]
    for row in table.rows:
        if not isinstance(text := row.get("name"), str) or row.doubt:
            continue
        if len(text) <= LONGEST_HEADING and header_key(text) in headings:
            row.doubt = "名称只是一个列名"
        elif len(text) <= LONGEST_HEADING and (column := chosen.get(word(text))):
            row.doubt = f"名称只是“{column.header}”一列里的话"
        else:
            row.doubt = next((why for each in (name, *titled) if (why := why_doubtful(text, each))), "")
