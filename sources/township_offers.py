"""Townships that are written otherwise than in the registry: 石漫滩乡 where it knows 石漫滩街道. Offered, never changed."""

import re

from wugang_audit.spreadsheets.table import Offer, Table

from .home import home
from .models import PollutionSource

_KIND = re.compile(r"(?:街道办事处|街道办|办事处|街道|镇人民政府|乡人民政府|镇政府|乡政府|镇|乡)$")
WHY = "名录里是这样写的"


def offer_townships(table: Table) -> None:
    """Offer the name that the registry knows, where exactly one there differs from that of the file by its kind alone."""
    written: dict[str, list[int]] = {}
    for row in table.rows:
        if town := row.get("township"):
            written.setdefault(town, []).append(row.number)
    if not written:
        return
    units = PollutionSource.objects.registered().exclude(township="").order_by()
    known = set(units.values_list("township", flat=True).distinct())
    by_stem: dict[str, list[str]] = {}
    for town in known:
        by_stem.setdefault(_stem(town), []).append(town)
    for town, rows in written.items():
        those = by_stem.get(stem, []) if (stem := _stem(town)) else []
        if town in known or len(those) != 1:
            continue
        offer = Offer("township", table.headers.get("township", "乡镇（街道）"), town, those[0], WHY)
        for number in rows:
            offer.add(number)
        table.offers.append(offer)


def _stem(town: str) -> str:
    """Return a township's name without what it is: 石漫滩."""
    return _KIND.sub("", re.sub(r"\s+", "", town).removeprefix(home().county))
