"""A list of another county, handed in by mistake: most of its rows name another place, and hardly any this county.

A single firm that is registered elsewhere is usual: it may have a works here. So nothing is asked of it, and of two only
where they lie elsewhere too.
"""

import re
from collections.abc import Mapping

from wugang_audit.spreadsheets.cell_text import fold
from wugang_audit.spreadsheets.table import Row, Table

from .home import Home, home

FEWEST = 10  # rows of other places from which a list is suspected
LEAST_SHARE = 5  # of the rows one in so many must name another place: most lists tell none at all
FEW = 3  # rows of other places from which a shorter list is suspected, where nearly all rows are such
CLEAR = 0.8  # the share of the rows that is nearly all
DOUBT = "这份名单多半是别处的"
_COUNTRY = "100000"  # firms registered with the State
_DIVISION = re.compile(r"[1-8][0-9]{5}")
_CREDIT = re.compile(r"[0-9A-Z]{2}([0-9]{6})[0-9A-Z]{10}(?:[0-9]{3}[A-Z])?")
_REGISTRATION = re.compile(r"([0-9]{6})[0-9]{9}")  # as firms had it before 2015
# 龙口市, 山东省 and 叶县 at the beginning; but no 超市, 门市部, 本县 and 县道.
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,3}?(?:(?<![超都城夜门集闹])市(?!场)|省|县(?!道)|自治[区州县])|(?![本该我全各外某])[\u4e00-\u9fff]县(?!道)"
)
# 卫东区 behind the own city; but no 园区, 工业区 and 开发区.
_DISTRICT = re.compile(r"[\u4e00-\u9fff]{1,3}?(?<![园业发聚新技社小厂校示范港])区")


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
    many = count >= FEWEST and count * 2 > len(telling) and count * LEAST_SHARE >= len(table.rows)
    few = count >= FEW and count >= CLEAR * len(table.rows)
    if not many and not few and not _are_two_elsewhere(table.rows, verdicts, here):
        return
    notice = (
        f"这份名单多半不是本县的：{len(table.rows)} 行里有 {count} 行的信用代码、地址或名称是别处的。"
        "请核对是不是选错了文件；新增的单位要勾选才登记"
    )
    table.notes = {notice: [], **table.notes}
    for row in table.rows:
        if verdicts[row.number] is not False:
            row.doubt = row.doubt or DOUBT


def _are_two_elsewhere(rows: list[Row], verdicts: Mapping[int, bool | None], here: Home) -> bool:
    """Say whether a list of two rows is one: both lie elsewhere, by their addresses, wherever their firms are registered."""
    return len(rows) == 2 and all(
        verdicts[row.number] and _other_place(str(row.values.get("address") or ""), here) for row in rows
    )


def _is_elsewhere(row: Row, prefix: str, here: Home, faulty: str) -> bool | None:
    """Say whether a row names another place; None if it names none.

    :param faulty: what stands where its credit code should be.
    """
    values = row.values
    code = values.get("credit_code")
    if code and code[2:8] == prefix:
        return False
    texts = [str(values.get("name") or ""), str(values.get("address") or "")]
    own = here.stem or here.county
    if own and (own in texts[0] or own in texts[1]):
        return False
    written = (values.get("credit_code"), values.get("permit_number"), faulty and fold(faulty).upper())
    codes = {code for each in written if each and (code := _division(str(each)))}
    if prefix in codes:
        return False
    # The city's and the province's own firms are of no county.
    near = {_COUNTRY, f"{prefix[:4]}00", f"{prefix[:2]}0000"}
    if codes - near:
        return True
    return True if any(_other_place(text, here) for text in texts) else None


def _other_place(text: str, here: Home) -> str:
    """Return the first of the places that a text begins with that is none of this county's; empty if there is none."""
    at = 0
    while found := _PLACE.match(text, at):
        if found[0] not in here.names:
            return found[0]
        at = found.end()
    district = _DISTRICT.match(text, at) if at and here.city and text[:at].endswith(here.city) else None
    return district[0] if district and district[0] not in here.names else ""


def _division(text: str) -> str:
    """Return the code of the place where a code of a firm was given, though the code itself may be faulty."""
    found = _CREDIT.fullmatch(text) or _REGISTRATION.fullmatch(text)
    return found[1] if found and _DIVISION.fullmatch(found[1]) else ""
