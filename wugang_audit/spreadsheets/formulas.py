"""Text that a spreadsheet program would take for a formula, and how it is kept from that.

A name such as ``=HYPERLINK(...)`` in a list that somebody opens is run on his computer (OWASP, "CSV injection"). In a
workbook the cell itself says that it is text. A CSV file has no such mark: there an apostrophe stands before it, as a
person would type it, and is taken off again when the file comes back.
"""

import re

_MARKS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"  # the last four are full-width: some programs take them for the same
_BEGINS = re.compile(f"[{_MARKS}]")
_TO_MARK = re.compile(f"'*[{_MARKS}]")
_MARKED = re.compile(f"'+[{_MARKS}]")

# Where a cell of a CSV file begins: behind a comma or a line's end. One that holds a line's end stands in quotes.
_BREAKS = "\r\n"
_IN_CSV = re.compile(f"[,\n](?:\"?'*[{_MARKS.replace(_BREAKS, '')}]|\"'*[{_BREAKS}])")


def may_begin_formulas(lines: str) -> bool:
    """Say whether a cell in lines of a CSV file may begin like a formula, or holds what no such file may (a NUL)."""
    return "\0" in lines or _IN_CSV.search(f"\n{lines}") is not None


def begins_like_a_formula(text: str) -> bool:
    return _BEGINS.match(text) is not None


def neutral(text: str) -> str:
    """Return the text as a CSV file for people holds it. No two texts become the same."""
    return f"'{text}" if _TO_MARK.match(text) else text


def as_typed(text: str) -> str:
    """Return the text that `neutral` was given."""
    return text[1:] if _MARKED.match(text) else text
