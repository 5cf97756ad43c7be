"""A list of another county, handed in by mistake: most of its rows name another place, and hardly any this county.

A single firm that is registered elsewhere is usual: it may have a works here. So nothing is asked of it.
"""

import re

from wugang_audit.spreadsheets.cell_text import fold
from wugang_audit.spreadsheets.table import Row, Table

from .home import Home, home

FEWEST = 10  # rows of other places from which a list is suspected
LEAST_SHARE = 5  # of the rows one in so many must name another place: most lists tell none at all
DOUBT = "这份名单多半是别处的"
_COUNTRY = "100000"  # firms registered with the State
_DIVISION = re.compile(r"[1-8][0-9]{5}")
_CREDIT = re.compile(r"[0-9A-Z]{2}([0-9]{6})[0-9A-Z]{10}(?:[0-9]{3}[A-Z])?")
_REGISTRATION = re.compile(r"([0-9]{6})[0-9]{9}")  # as firms had it before 2015
# 龙口市 and 山东省 at the beginning; but no 超市 and no 门市部.
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}?(?:(?<![超都城夜门集闹])市|省|县|自治[区州县])")


def note_other_county(table: Table, prefix: str) -> None:
    """Tell at the top that a list is probably another county's, and let each new unit of it need a tick.

    :param prefix: the code of this county (GB/T 2260).
    """
    faulty = {each.row: each.value for each in table.faults if each.attribute == "credit_code"}
    here = home()
    verdicts = {
        row.number: _is_elsewhere(row, prefix, here, faulty.get(row.number, "")) for row in table.rows
    }
    telling = [verdict for verdict in verdicts.values() if verdict is not None]
    count = sum(telling)
    if count < FEWEST or count * 2 <= len(telling) or count * LEAST_SHARE < len(table.rows):
        return
    notice = (
        f"这份名单多半不是本县的：{len(table.rows)} 行里有 {count} 行的信用代码、地址或名称是别处的。"
        "请核对是不是选错了文件；新增的单位要勾选才登记"
    )
    table.notes = {notice: [], **table.notes}
    for row in table.rows:
        if verdicts[row.number] is not False:
            row.doubt = row.doubt or DOUBT


def _is_elsewhere(row: Row, prefix: str, here: Home, faulty: str) -> bool | None:
    """Say whether a row names another place; None if it names none.

    :param faulty: what stands where its credit code should be.
    """
    texts = [str(row.get(name) or "") for name in ("name", "address")]
    own = here.stem or here.county
    if own and any(own in text for text in texts):
        return False
    written = (row.get("credit_code"), row.get("permit_number"), faulty and fold(faulty).upper())
    codes = {code for each in written if each and (code := _division(str(each)))}
    if prefix in codes:
        return False
    # The city's and the province's own firms are of no county.
    near = {_COUNTRY, f"{prefix[:4]}00", f"{prefix[:2]}0000"}
    if codes - near:
        return True
    found = [match[0] for text in texts if (match := _PLACE.match(text))]
    return True if any(place not in here.names for place in found) else None


def _division(text: str) -> str:
    """Return the code of the place where a code of a firm was given, though the code itself may be faulty."""
    found = _CREDIT.fullmatch(text) or _REGISTRATION.fullmatch(text)
    return found[1] if found and _DIVISION.fullmatch(found[1]) else ""
