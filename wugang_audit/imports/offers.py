"""What is offered to be read otherwise in many cells at once. Nothing is changed until a person says so."""

import hashlib

from ..spreadsheets.cell_types import allowed_by
from ..spreadsheets.corrections import cell_key
from ..spreadsheets.table import Offer, Table

# What lists write where nothing is known, as `cell_key` makes it.
UNKNOWN = frozenset(
    cell_key(words)
    for words in (
        "不详", "未知", "不明", "不清", "不清楚", "不知道", "待查", "待核实", "待定", "待补", "待补充", "暂缺", "缺", "缺失", "未提供", "未填", "未填写", "未登记",
        "N/A", "NA", "NULL", "NONE", "?", "??", "???", "*", "**", "***", "……", "…", "…………",
    )
)  # fmt: skip
FREE = frozenset({"remarks"})  # columns in which such words may be part of what somebody wanted to say
LONGEST = 9  # characters of such words, and of spaces between them
BEGIN = frozenset("不未待暂缺nN?*…ｎＮ？＊ \u3000")  # what a cell begins with that may be one of them
WHY = "看来是“不知道”的意思"


def made(table: Table) -> list[Offer]:
    """Return all offers of a table that was examined: those of its registry first."""
    return [*table.offers, *unknowns(table)]


def unknowns(table: Table) -> list[Offer]:
    """Return an offer for each column and word that only means that nobody knows: to be read as empty."""
    found: dict[tuple[str, str], Offer] = {}

    def add(attribute: str, text: str, row: int) -> None:
        at = attribute, cell_key(text)
        if at not in found:
            header = table.headers.get(attribute, table.columns[attribute].header)
            found[at] = Offer(attribute, header, text, "", WHY)
        found[at].add(row)

    able = [name for name, column in table.columns.items() if not column.required and name not in FREE]
    for fault in table.faults:
        if fault.row and fault.whole and fault.attribute in able and _is_unknown(fault.value):
            add(fault.attribute, fault.value, fault.row)
    for name in able:
        if allowed_by(table.columns[name].rule):
            continue  # holds none but its own words
        for row in table.rows:
            value = row.values.get(name)
            if value.__class__ is str and value[:1] in BEGIN and _is_unknown(value):
                add(name, value, row.number)
    return sorted(found.values(), key=lambda offer: (-offer.count, offer.attribute))


def _is_unknown(text: str) -> bool:
    return 0 < len(text) < LONGEST and cell_key(text) in UNKNOWN


def code_of(offer: Offer) -> str:
    """Return what the button of an offer sends."""
    parts = "\t".join((offer.attribute, offer.found, offer.becomes))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]
