"""Whether a text says again what another one must no longer say."""

import re
import unicodedata
from collections.abc import Iterable

RUN = 6  # characters: shorter runs, as 设施运行, stand in any two texts
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
    text = _plain(text).replace(_PARTED, "")
    for name in map(_plain, allowed):
        text = text.replace(name, _PARTED) if name else text
    for free in (_CITED, _DATE):
        text = free.sub(_PARTED, text)
    parts = [_SAID.sub("", part) for part in text.split(_PARTED)]
    for other in hidden:
        other = _SAID.sub("", _plain(other))
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


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
