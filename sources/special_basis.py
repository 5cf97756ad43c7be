"""On what units of special supervision rest: a document, given by a column of the file or once for the whole of it.

Who is drawn more often must be told why. A text for the whole file goes to those units alone, and never replaces what
the registry holds.
"""

from django.db.models import Q

from wugang_audit.imports.asking import AskedWith
from wugang_audit.spreadsheets.table import Row, Table

from .models import Category, PollutionSource

BASIS = "special_basis"
NEEDED = "定为特殊监管对象的，要写明依据的文件名称和文号，或处罚决定书文号。"
ASKED_WITH = AskedWith(
    BASIS,
    column="category",
    word=Category.SPECIAL.label,
    option="basis",
    needed=NEEDED,
    sentence="文件名称和文号，或处罚决定书文号。记给这次定为特殊监管对象的每一家；名录里已有依据的，保持原样。",
)


def settle_basis(table: Table) -> bool:
    """Give the basis to whom it belongs, now that the rows have their units; return whether the clerk is to be asked for one."""
    there = BASIS in table.columns
    # 依据 alone may be that of a key unit.
    for_all = there and (BASIS not in table.letters or "特殊" not in table.headers[BASIS])
    word = Category.SPECIAL.value  # compared with each of a hundred thousand rows
    special = [row for row in table.rows if row.values.get("category") == word]
    if not special and not for_all:
        return False
    units = PollutionSource.objects.filter(Q(category=Category.SPECIAL) | ~Q(special_basis=""))
    held = {
        number.lower(): (category, basis)
        for number, category, basis in units.values_list("number", "category", BASIS).iterator()
    }
    if for_all:
        _only_to_special(table, held)
    without = [row for row in special if not row.values.get(BASIS, _of(row, held)[1])]
    for row in without:
        table.note("是特殊监管对象，但没有填特殊监管依据", row)
    # A column of classes stops nobody: the preview says whose basis is missing.
    return bool(without) and not there and "category" not in table.letters


def _of(row: Row, held: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """Return class and basis of the row's unit; empty where it has neither."""
    return held.get(str(row.get("number") or "").lower(), ("", ""))


def _only_to_special(table: Table, held: dict[str, tuple[str, str]]) -> None:
    whole = BASIS not in table.letters
    for row in table.rows:
        if not row.values.get(BASIS):
            continue
        category, basis = _of(row, held)
        if row.values.get("category", category) != Category.SPECIAL or "category" in row.wrong:
            del row.values[BASIS]
            table.note("不是特殊监管对象，没有记依据", row)
        elif whole and basis:
            if basis != row.values.pop(BASIS):
                table.note("名录里已有特殊监管依据，保持原样", row)
