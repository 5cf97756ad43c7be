"""Townships that are written otherwise than in the registry: 石漫滩乡 where it knows 石漫滩街道. Offered, never changed."""

import re
from collections import Counter
from collections.abc import Iterable

from django.db.models import Count

from wugang_audit.spreadsheets.table import Offer, Table

from .home import home
from .models import PollutionSource

_KIND = re.compile(r"(?:街道办事处|街道办|办事处|街道|镇人民政府|乡人民政府|镇政府|乡政府|镇|乡)$")
# 产业集聚区 and 林场 stand where townships do.
_PROPER = re.compile(r"[\u4e00-\u9fff]{2,}(?:镇|乡|街道(?:办事处)?|区|场|园|管委会)")
WHY = "名录里是这样写的"
WHY_RATHER = "名录里多数单位是这样写的，多半是同一个地方"


def offer_townships(table: Table) -> None:
    """Offer the name that the registry knows, where exactly one there differs from that of the file by its kind alone.

    Of a name that the registry knows too, but another one of its kind is that of more units, that one is offered: who
    left the question open once is asked again.
    """
    written: dict[str, list[int]] = {}
    for row in table.rows:
        if town := row.get("township"):
            written.setdefault(town, []).append(row.number)
    if not written:
        return
    known, county = _known(), home().county
    by_stem = _by_stem(known, county)
    # What somebody said that a cell means is not questioned again.
    said = {used.becomes for used in table.applied.values() if used.attribute == "township"}
    for town, rows in written.items():
        if town in said:
            continue
        stem = _stem(town, county)
        those = [each for each in by_stem.get(stem, ()) if each != town]
        if town in known:
            those = [each for each in those if known[each] > known[town]]
        if len(those) != 1 or not stem:
            continue
        why = WHY_RATHER if town in known else WHY
        offer = Offer("township", table.headers.get("township", "乡镇（街道）"), town, those[0], why)
        for number in rows:
            offer.add(number)
        table.offers.append(offer)


def oddly_written() -> list[str]:
    """Return the names of townships in the registry that are written in another way too, or are none as they stand.

    Of several ways the one that most units have is right, unless it is none itself.
    """
    known = _known()
    odd = {town for town in known if not _PROPER.fullmatch(town)}
    for towns in _by_stem(known, home().county).values():
        sound = [town for town in towns if town not in odd]
        most = max((known[town] for town in sound), default=0)
        usual = [town for town in sound if known[town] == most]
        odd.update(town for town in towns if len(usual) != 1 or town != usual[0])
    return sorted(odd)


def _known() -> Counter[str]:
    """Return how many units each township of the registry has."""
    units = PollutionSource.objects.registered().exclude(township="").order_by()
    return Counter(dict(units.values_list("township").annotate(units=Count("pk"))))


def _by_stem(towns: Iterable[str], county: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for town in towns:
        found.setdefault(_stem(town, county), []).append(town)
    return found


def _stem(town: str, county: str) -> str:
    """Return a township's name without its county and what it is: 石漫滩."""
    return _KIND.sub("", re.sub(r"\s+", "", town).removeprefix(county))
