"""What is written below a list about the marks in it: 注：带★的为重点排污单位."""

import re

from .cell_text import clean
from .headers import MAX_COLUMNS, Header
from .lines import Sheet
from .marked_names import explains
from .written_names import MARKS

WITHIN = 3_000  # rows below the header; a longer list would take its time, on a page that waits for it
UNMARKED = 500  # rows without any mark: then there is nothing that a note further down would be about
CELLS = 3  # over which such a note may be written: 注： in the first, what it says in the next
MOST = 5
_MARK = re.compile(f"[{re.escape(MARKS)}]")


def footnotes(sheet: Sheet, header: Header) -> list[str]:
    """Return the first notes that say what a mark means; they may stand below a list of one column, too."""
    found: list[str] = []
    marked = False
    for line in sheet.lines(header.row + 1, header.row + WITHIN, MAX_COLUMNS):
        if line.number > header.row + UNMARKED and not marked:
            break
        texts = [value for value in line.values if value is not None]
        marked = marked or any(isinstance(each, str) and _MARK.search(each) for each in texts)
        if len(texts) > CELLS or not all(isinstance(each, str) for each in texts):
            continue
        note = clean("".join(map(str, texts)))
        if explains(note) and note not in found:
            found.append(note)
            if len(found) == MOST:
                break
    return found
