"""When two units have the same name. There are three answers, each for a purpose of its own:

- **exactly** the same, character for character. A unit is drawn and published under its name, so this alone is what the
  check before a freeze, the tick of an import and its notices ask for. No code is needed: ``==``, or ``name__in``.
- the same **as a cell names a unit**: width, case and spaces make no difference (`spreadsheets.cell_text.word`). So
  workbooks of permits and of officers find the unit that a clerk means: `called`, `is_called`.
- the same **but for what clerks write one way or another**: brackets, 有限责任公司 for 有限公司, the town before the
  name. That is only a suspicion, for the data check to show: `bare`.
"""

import unicodedata
from collections.abc import Iterator, Sequence, Set

from wugang_audit.spreadsheets.cell_text import word

from .models import PollutionSource, PollutionSourceQuerySet

_LEFT_OUT = " ()[]〔〕【】·"


def called(
    units: PollutionSourceQuerySet, wanted: Set[str], *fields: str
) -> Iterator[tuple[str, PollutionSource]]:
    """Yield the units that cells name, each with the form by which it was found; one pass over all units.

    :param wanted: what is in the cells, as `word` gives it.
    :param fields: by which of its texts a unit may be named: ``number``, ``name``.
    """
    if not wanted:
        return
    for unit in units.only("number", "name", "is_active").iterator(chunk_size=2000):
        for form in {word(getattr(unit, field)) for field in fields} & wanted:
            yield form, unit


def is_called(unit: PollutionSource, name: str) -> bool:
    """Say whether a name in a cell is that of the unit."""
    return word(name) == word(unit.name)


def bare(names: Sequence[str]) -> list[str]:
    """Return what is left of each name, in the same order, without what clerks write one way or another."""
    # As one text: a registry's names one by one would take many times as long.
    text = "\n".join(["", *(name.replace("\n", "") for name in names)])
    text = unicodedata.normalize("NFKC", text).lower()
    for char in _LEFT_OUT:
        text = text.replace(char, "")
    return text.replace("有限责任公司", "有限公司").replace("\n舞钢市", "\n").split("\n")[1:]
