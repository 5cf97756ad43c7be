"""Whether a text says again what another one must no longer say."""

import re
import unicodedata
from collections.abc import Iterable, Set

RUN = 6  # characters: shorter runs, as 设施运行, stand in any two texts
LONG = 10  # characters: what two texts about different things share only where one was written from the other
WHOLE = 4  # characters: a text shorter than a run is found where all of it is said again; one as 正常 tells nothing
# Only what is titled as law is: in these brackets anything else may be quoted too.
_CITED = re.compile(
    r"《[^《》]{1,60}(?:法|法典|条例|办法|规定|规则|规范|细则|标准|决定|解释)》|第[一二三四五六七八九十百千零0-9]{1,8}[条款项]"
)
_DATE = re.compile(r"[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?")
_SAID = re.compile(r"[^\w]+|_")
_PARTED = "\0"  # stands in no text; a line break does, and parts nothing


def repeated(text: str, hidden: Iterable[str], allowed: Iterable[str] = ()) -> str:
    """Return the first run of `RUN` characters or more that a text has in common with a hidden one; empty if there is none.

    Spaces, line breaks, punctuation, width and case of letters count for nothing; citations of law, dates and the allowed
    names may stand in both.

    :param allowed: such as the name of the unit.
    """
    parts = _parts(text, allowed)
    for other in hidden:
        other = folded(other)
        run = max(WHOLE, min(RUN, len(other)))
        for part in parts:
            for start in range(len(part) - run + 1):
                if part[start : start + run] not in other:
                    continue
                end = start + run
                while end < len(part) and part[start : end + 1] in other:
                    end += 1
                return part[start:end]
    return ""


def folded(text: str) -> str:
    """Return a text as it is compared: without spaces, line breaks and punctuation, width and case of letters."""
    return _SAID.sub("", _plain(text))


def pieces(text: str, allowed: Iterable[str] = ()) -> set[str]:
    """Return all runs of `LONG` characters of a text, folded; none goes across a citation of law, a date or an allowed name."""
    parts = _parts(text, allowed)
    return {part[start : start + LONG] for part in parts for start in range(len(part) - LONG + 1)}


def joined(text: str, some: Set[str], allowed: Iterable[str] = ()) -> list[str]:
    """Return the longest runs of a text, folded, that consist of these pieces of it (see `pieces`)."""
    found = []
    for part in _parts(text, allowed):
        start = 0
        while start <= len(part) - LONG:
            end = start
            while part[end : end + LONG] in some:
                end += 1
            if end > start:
                found.append(part[start : end + LONG - 1])
            start = end + 1
    return list(dict.fromkeys(found))


def _parts(text: str, allowed: Iterable[str]) -> list[str]:
    """Fold a text, cut where a citation, a date or an allowed name stands."""
    text = _plain(text).replace(_PARTED, "")
    for name in map(_plain, allowed):
        text = text.replace(name, _PARTED) if name else text
    for free in (_CITED, _DATE):
        text = free.sub(_PARTED, text)
    return [_SAID.sub("", part) for part in text.split(_PARTED)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
