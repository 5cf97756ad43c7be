"""Sample numbers as officers type them, several in one field. Pure: it knows no table."""

import re
import unicodedata

BETWEEN = re.compile(r"[,，、;；]")
LONGEST, ALL = 40, 200  # characters of one number, and of all as they are kept (`Sampling.numbers`)


class BadNumbers(ValueError):
    """What was typed cannot be taken; the message says in Chinese what is wrong and how to put it right."""


def pieces(text: str) -> list[str]:
    """Return the numbers of one field: ``Ｓ１，S2`` gives ``["S1", "S2"]``; of an empty field none. Never fails."""
    folded = unicodedata.normalize("NFKC", text)
    return [" ".join(piece.split()) for piece in BETWEEN.split(folded)] if folded.strip() else []


def read(text: str) -> str:
    """Return the numbers as they are kept, ``S1,S2``: half-width, one comma between two.

    :raises BadNumbers: characters that nobody sees, an empty piece, one that is too long or no number, one that stands there
        twice, or more than the column holds (folding may lengthen a text).
    """
    if any(unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp") for char in text):
        raise BadNumbers("样品编号里有看不见的字符（换行、制表符等）：请重新打一遍，几个编号用逗号分开。")
    found = pieces(text)
    if not all(found):
        raise BadNumbers("样品编号里有一段是空的：请删去多余的逗号。")
    seen: set[str] = set()
    for number in found:
        if len(number) > LONGEST:
            raise BadNumbers(
                f"样品编号“{number[:20]}……”太长：一个编号最多 {LONGEST} 个字，几个编号用逗号分开。"
            )
        if not any(char.isalnum() for char in number):
            raise BadNumbers(f"“{number}”不像样品编号：编号要有字母或数字。")
        if number.casefold() in seen:
            raise BadNumbers(f"样品编号“{number}”填了两次，请删去一个或改正。")
        seen.add(number.casefold())
    kept = ",".join(found)
    if len(kept) > ALL:
        raise BadNumbers(f"样品编号一共最多 {ALL} 个字，请减少。")
    return kept
