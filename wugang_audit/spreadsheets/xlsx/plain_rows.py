"""The rows of a worksheet that are written as nearly all programs write them, found without a call for each tag.

Expat calls Python seven times for a cell; one regular expression finds all cells of a block of rows. It stands beside
expat, never instead of it: the caller has expat read the same bytes, which refuses what is not well-formed, and hands
every block that is not plain to its handlers.
"""

import re
from xml.parsers import expat

END = b"</row>"
_PROLOGUE = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s[^<>?]*\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)[\"']")

# Expat turns line ends with \r into others. A lone `<` is any other tag.
_TOKEN = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="([0-9]{1,6})")?'
    r'(?:(?: t="(n|s|b|str)")?(?:/>|>(?:<v>([^<\r]*)</v>)?</c>)'
    r'| t="inlineStr"><is><t(?: xml:space="preserve")?>([^<\r]+)</t></is></c>)'
    r"|<row r=\"([0-9]{1,7})\"[^<>&'/]*>"
    r"|(</row>)"
    r"|(<)"
)
# Of a cell: letters, style, kind, value, text within it; of a row: number; its end; any other tag.
Token = tuple[str, str, str, str, str, str, str, str]
_OTHER = ("",) * 7 + ("<",)
_BETWEEN = "\ufdd0"  # a character that no text holds; where one does, the count is wrong


def is_utf8(beginning: bytes) -> bool:
    """Say whether a part that begins so is in UTF-8 by its own word; one in UTF-16 holds no `END`."""
    prologue = _PROLOGUE.match(beginning)
    encoding = _ENCODING.search(prologue[0]) if prologue else None
    return encoding is None or encoding[1].lower() == b"utf-8"


def may_hide_tags(block: bytes) -> bool:
    """Say whether a comment, a CDATA section or an instruction begins in a block, in which tags would be none."""
    # First the rare character: to look for two is much slower where the first is everywhere.
    if b"!" in block and b"<!" in block:
        return True
    return b"?" in block and b"<?" in block[prologue.end() if (prologue := _PROLOGUE.match(block)) else 0 :]


def tokens(block: bytes) -> list[Token] | None:
    """Return the tags of a block that is well-formed and ends with `END`; None if it holds more than plain rows."""
    if b"hidden" in block:
        return None
    found: list[Token] = _TOKEN.findall(block.decode())
    return None if _OTHER in found else found


def resolved(found: list[Token]) -> list[str] | None:
    """Return the texts among tokens that hold references (`&#37325;`, `&amp;`), with what these stand for.

    None where it cannot be told which is which.
    """
    texts = [text for token in found if "&" in (text := token[4] or token[3])]
    if not texts:
        return texts
    whole = f"<a>{_BETWEEN.join(texts)}</a>"
    pieces: list[str] = []
    parser = expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, len(whole)
    parser.CharacterDataHandler = pieces.append
    parser.Parse(whole, True)
    parts = "".join(pieces).split(_BETWEEN)
    return parts if len(parts) == len(texts) else None
