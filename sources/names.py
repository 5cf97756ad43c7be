"""When two units have the same name. There are two answers, each for a purpose of its own:

- the same **as a cell names a unit**: width, case and spaces make no difference (`spreadsheets.cell_text.word`). What
  a workbook says of a unit is written to it, so no more is passed over than cannot tell two units apart: a works of the
  town and one of the next county may differ in the place before the name alone. `called`, `is_called`.
- the same **but for what clerks write one way or another**: brackets, 有限责任公司 for 有限公司, the county or province
  before the name. That is a suspicion, for a person to decide: the health page, the page of suspected doubles, the check
  before a freeze, and the tick and the notices of an import all ask for it. `bare`, `same_bare_names`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set

from wugang_audit.spreadsheets.cell_text import word

from .home import Home, home
from .models import PollutionSource, PollutionSourceQuerySet

_LEFT_OUT = " ()[]{}〔〕【】〈〉《》·.,、。-_—'\"“”"


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


def bare(names: Sequence[str], place: Home | None = None) -> list[str]:
    """Return what is left of each name, in the same order, without what clerks write one way or another.

    Of a name that is nothing but a place, the place stays.

    :param place: whose names before it mean nothing; None: that of this site.
    """
    # As one text: a registry's names one by one would take many times as long.
    text = "\n".join(["", *(name.replace("\n", "") for name in names)])
    text = unicodedata.normalize("NFKC", text).lower()
    for char in _LEFT_OUT:
        text = text.replace(char, "")
    text = text.replace("有限责任公司", "有限公司")
    folded = text.split("\n")[1:]
    text = (place or home()).before_names.sub("\n", text)
    return [short or whole for short, whole in zip(text.split("\n")[1:], folded, strict=True)]


# One works of several of a firm, behind what a firm's name ends in: 老厂, 二分厂, 东厂区. 水泥一厂 is a firm's own name.
_SITE = re.compile(
    r"(?:公司|集团|中心|[厂场站矿社院店部园户])"
    r"((?:[老新旧原总东西南北][厂场]区?|第?[一二三四五六七八九十0-9]{1,3}号?分?[厂场]区?|分[厂场]|[一二三四五六七八九十0-9]期|本部))$"
)
_ENDINGS = ("厂", "场", "区", "期", "部")
_LONGEST_SITE = 10


def without_site(name: str) -> str:
    """Return a bare name without what only says which works of the firm it is."""
    if not name.endswith(_ENDINGS) or not (found := _SITE.search(name, max(len(name) - _LONGEST_SITE, 0))):
        return name
    return name[: found.start(1)]


class Registered:
    """The units in the registry by their bare names: read once, in one pass, for as many questions as come.

    No column of its own holds the bare names: of a hundred thousand units they take a fifth of a second, and none can be out of date.
    """

    def __init__(self) -> None:
        self._here = home()
        units = PollutionSource.objects.registered().order_by("number")
        rows = list(units.values_list("number", "name"))
        self._numbers: dict[str, list[str]] = {}
        short = bare([name for _, name in rows], self._here)
        for (number, _), name in zip(rows, short, strict=True):
            self._numbers.setdefault(name, []).append(number)

    def numbers(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Return {name: the numbers of the units of the same bare name} of those names that have any."""
        names = list(names)
        pairs = zip(names, bare(names, self._here), strict=True)
        return {name: self._numbers[short] for name, short in pairs if short in self._numbers}
