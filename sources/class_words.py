"""Words of older lists for how a unit is watched: 国控, 省控, 重点（水）. What class they mean is suggested, never applied.

They come from 国家重点监控企业 and the like, whose lists the yearly list of key units has replaced (环境监管重点单位名录管理办法,
2022): a unit of them is a key unit now only if it stands there.
"""

import re

from wugang_audit.spreadsheets.cell_text import fold
from wugang_audit.spreadsheets.table import Offer, Table

from .models import Category, label_of_category

CLASS_COLUMNS = ("category", "category_after")
WHY = "多半是这个意思，请按今年的名录核对"
# 重点管理 is how a permit is managed, and says nothing of the class.
_OF_PERMITS = re.compile(r"(?:重点|简化|登记)管理")
# The more telling first: 非重点 is none of 重点, and 市控重点 is.
_MEANT = (
    (re.compile(r"[非不]是?重点|^(?:一般|普通)"), Category.GENERAL),
    (re.compile(r"特殊|挂牌|督办"), Category.SPECIAL),
    (re.compile(r"[国省市]控|重点"), Category.KEY),
    (re.compile(r"一般|普通|其他|其它|[区县]控"), Category.GENERAL),
)


def likely_classes(text: str) -> list[str]:
    """Return what classes a text may mean, in words, the likeliest first; none if it tells of none."""
    said = fold(text)
    if _OF_PERMITS.search(said):
        return []
    return list(dict.fromkeys(label_of_category(each) for pattern, each in _MEANT if pattern.search(said)))


def offer_classes(table: Table) -> None:
    """Offer for each word that the column of classes does not know the class that it means, where that can be told."""
    found: dict[str, Offer] = {}
    for fault in table.faults:
        if fault.attribute != "category" or not fault.row or not fault.whole:
            continue
        if fault.value not in found:
            meant = likely_classes(fault.value)
            # Of the rest people know better: what stands in the list of suggestions there is only likely.
            if meant[:1] != [label_of_category(Category.KEY)]:
                continue
            offer = Offer("category", table.headers["category"], fault.value, meant[0], WHY)
            found[fault.value] = offer
            table.offers.append(offer)
        found[fault.value].add(fault.row)
