"""Whether a text says again what another one must no longer say."""

import re
from collections.abc import Iterable

RUN = 6  # characters: shorter runs, as 设施运行, stand in any two texts
_CITED = re.compile(r"《[^《》]{1,60}》|第[一二三四五六七八九十百千零0-9]{1,8}[条款项]")
_SAID = re.compile(r"[^\w]+|_")


def repeated(text: str, hidden: Iterable[str], allowed: Iterable[str] = ()) -> str:
    """Return the first run of `RUN` characters or more that a text has in common with a hidden one; empty if there is none.

    Spaces and punctuation count for nothing; citations of law, and the allowed names, may stand in both.

    :param allowed: such as the name of the unit.
    """
    text = _CITED.sub("\n", text)
    for name in allowed:
        text = text.replace(name, "\n") if name else text
    parts = [_SAID.sub("", part) for part in text.split("\n")]
    for other in hidden:
        other = _SAID.sub("", other)
        for part in parts:
            for start in range(len(part) - RUN + 1):
                if part[start : start + RUN] not in other:
                    continue
                end = start + RUN
                while end < len(part) and part[start : end + 1] in other:
                    end += 1
                return part[start:end]
    return ""
