"""Text as a cell of a workbook can hold it."""

import re

LONGEST = 32_767  # characters that a cell takes
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold


def text_of(value: str) -> str:
    """Return what a cell takes of a text."""
    return _ILLEGAL.sub("", value)[:LONGEST]
