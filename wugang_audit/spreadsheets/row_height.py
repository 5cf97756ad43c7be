"""How high a row must be for its wrapped texts: LibreOffice and WPS do not let rows of a file grow by themselves."""

import math
import re
import unicodedata
from collections.abc import Iterable

LINE = 16.0  # points, of a line of 11 points
HIGHEST = 409.0  # points: no spreadsheet program shows a higher row
_WIDE = frozenset("WFA")  # of East Asian Width (UAX 11); what is ambiguous is wide in Chinese fonts
# Chinese is broken between any two characters, other words between blanks.
_PIECE = re.compile(r"[!-~]+|.", re.DOTALL)
# What a cell loses to its edges, and to a mark that must not begin a line and takes the character before it along.
_SHARE, _EDGE = 0.95, 2


def columns_of(text: str) -> int:
    """Return how many columns a text takes: a Chinese character is as wide as two digits."""
    return sum(2 if unicodedata.east_asian_width(char) in _WIDE else 1 for char in text)


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell that wraps it.

    :param width: of the column, in digits, as workbooks have it.
    """
    room = max(2, math.floor(width * _SHARE) - _EDGE)
    return sum(_lines(line, room) for line in text.splitlines() or [""])


def most_lines(text: str, width: int) -> int:
    """Return how many lines a Chinese text takes at most, by its length alone: for rows in their thousands, where `lines_of` is dear.

    A character of GB 18030 is as wide as it has bytes, but for a few that have four. Words of other letters, which are not
    broken, may take a line more.
    """
    room = max(2, math.floor(width * _SHARE) - _EDGE - 1)
    return sum(-(-len(line) // room) or 1 for line in text.encode("gb18030", "replace").split(b"\n"))


def height_of(cells: Iterable[tuple[str, float]]) -> float:
    """Return the height of a row in points: that of its highest cell.

    :param cells: text and width of each.
    """
    lines = max((lines_of(text, width) for text, width in cells), default=1)
    return min(HIGHEST, LINE * lines)


def _lines(text: str, room: int) -> int:
    lines, used = 1, 0
    for piece in _PIECE.findall(text):
        wide = columns_of(piece)
        if used + wide <= room:
            used += wide
            continue
        lines += 1 if used else 0
        # A word that is longer than a line is broken.
        lines += (wide - 1) // room
        used = (wide - 1) % room + 1
    return lines
