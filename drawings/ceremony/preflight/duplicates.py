"""Units that may stand in the registry twice: a unit listed twice would have two chances.

Names are compared as `sources.names` does for every suspicion: brackets, 有限责任公司 and the county before a name make no
difference. Codes and addresses are compared as they are.
"""

from collections import Counter, defaultdict
from collections.abc import Set
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count

from sources.doubles import all_different, settled
from sources.models import PollutionSource
from sources.names import bare

from ...protocol import verify

GROUPS = 50  # of each kind, listed


class NamedUnit(NamedTuple):
    number: str
    name: str


@dataclass(frozen=True)
class Duplicates:
    """Units that share a name, a credit code or an address."""

    kind: str
    value: str
    units: list[NamedUnit]


def duplicates(units: list[verify.Unit]) -> list[Duplicates]:
    """Return all groups but those that somebody has called different, in a fixed number of queries.

    :param units: rows of the snapshot.
    """
    short = bare([unit.name for unit in units])
    times = Counter(short)
    names = defaultdict(list)
    for unit, name in zip(units, short, strict=True):
        if times[name] > 1:  # nearly none: a list for each name would cost more than all the rest here
            names[name].append(NamedUnit(unit.unit, unit.name))
    names = {group[0].name: group for group in names.values()}
    known = settled()
    found = {
        "名称相同": names,
        "统一社会信用代码相同": _sharing("credit_code"),
        "地址相同": _sharing("address"),
    }
    return [group for kind, shared in found.items() for group in _groups(kind, shared, known)]


def _sharing(column: str) -> dict[str, list[NamedUnit]]:
    registered = PollutionSource.objects.registered().exclude(**{column: ""}).order_by()
    values = registered.values(column).annotate(n=Count("pk")).filter(n__gt=1).values(column)
    rows = registered.filter(**{f"{column}__in": values}).order_by(column, "number")
    found = defaultdict(list)
    for value, township, number, name in rows.values_list(column, "township", "number", "name"):
        found[f"{township}{value}" if column == "address" else value].append(NamedUnit(number, name))
    return found


def _groups(kind: str, found: dict[str, list[NamedUnit]], known: Set[frozenset[str]]) -> list[Duplicates]:
    shared = [
        Duplicates(kind, value, units)
        for value, units in found.items()
        if len(units) > 1 and not all_different([unit.number for unit in units], known)
    ]
    return shared[:GROUPS]
