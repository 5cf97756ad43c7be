"""Rows of a list that are no data: closing rows, rows that divide the list, and what belongs to its header."""

import re
from collections.abc import Mapping, Sequence

from . import no_names
from .cell_reader import PLACEHOLDERS, is_blank
from .cell_text import clean, fold, shown
from .cell_types import allowed_by
from .lines import CellValue
from .table import Table

FOOTER = "合计、填表人等不是数据的行已跳过"
SECTION = "只有一个标题的行已跳过"
NUMBERING = "表头下面的栏号已跳过"
HEADER = "重复的表头已跳过"
HEADING = "名称一格里只是列名（如“电话”）的行已跳过"
NOTHING = "只有“无”“-”一类的行已跳过"
PREFILLED = "只填了选项（如类别、是否）而没有别的内容的行已跳过"
_SECTION = re.compile(r"(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[）)])")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
# So many cells may stand behind "填表人：" without a colon of their own: a name, a telephone, a day.
_LABELS = 3


Values = Sequence[CellValue | None]
Cells = Mapping[str, CellValue | None]  # by attribute


def reason_to_skip(values: Values, cells: Cells, table: Table, *, wide: bool, under: bool) -> str | None:
    """Return why a row is left out, as the clerk reads it, or None for a row of data.

    :param values: of the row, up to the last column that is read; `cells` are those of read columns by attribute.
    :param table: what has been read so far.
    :param wide: whether a cell of this row is merged over several read columns, or can be nothing but a title.
    :param under: whether merged cells from above reach into this row: it holds more than its own cells.
    """
    first = _first_text(values)
    if no_names.FOOTER.match(_one_width(first).replace(" ", "")) and not _is_unit(cells, first, table):
        return FOOTER
    name = cells.get("name")
    # Behind a township or a serial, too. One with a number of its own is a unit that came from an export.
    if isinstance(name, str) and not _has_code(cells, table):
        if no_names.is_closing(name) or no_names.is_nothing(name) and _is_alone(values):
            return FOOTER
        if no_names.is_dividing(name):
            return SECTION
        if no_names.is_heading(name, table) and not _holds_more(cells):
            return HEADING
    own = next(
        (name for name, value in cells.items() if not is_blank(value)), ""
    )  # first may be of no read column
    headed = first in table.headers.values() or (own and cells[own] == table.headers[own])
    if first and headed and _repeats(cells, table):
        return HEADER
    if under:
        return None
    alone = bool(_CHINESE.search(first)) and _is_alone(values)
    if alone and (wide or _SECTION.match(first)):
        return SECTION
    # A choice that was dragged down beyond the list.
    if all(
        is_blank(value) or allowed_by(table.columns[attribute].rule) for attribute, value in cells.items()
    ):
        return PREFILLED
    # Where the name of a forgotten unit would stand; but where one column is read, each row stands alone.
    if alone and len(cells) > 1 and is_blank(cells.get("name")):
        return SECTION
    if all(is_blank(value) or clean(shown(value)) in PLACEHOLDERS for value in cells.values()):
        return NOTHING
    if not table.rows and _is_numbering(values):
        return NUMBERING
    return None


def _first_text(values: Values) -> str:
    for value in values:
        if isinstance(value, str) and (text := clean(value)):
            return text
    return ""


def _one_width(value: CellValue | None) -> str:
    """Return the text of a cell with each colon as an ASCII one."""
    return shown(value).replace("\uff1a", ":")


def _holds_more(cells: Cells) -> bool:
    return any(not is_blank(value) for name, value in cells.items() if name != "name")


def _has_code(cells: Cells, table: Table) -> bool:
    """Say whether a row tells which object it is by more than its name: then it is data, whatever the name."""
    codes = (name for name, column in table.columns.items() if column.identity and name != "name")
    return any(not is_blank(cells.get(name)) for name in codes)


def _is_unit(cells: Cells, first: str, table: Table) -> bool:
    """Say whether a row that begins like a footer is data: a unit may be called 合计仪表厂, and lack one of its cells."""
    telling = {
        name: cells.get(name) for name, column in table.columns.items() if column.required or column.keeps
    }
    filled = [value for value in telling.values() if not is_blank(value)]
    others = [value for value in filled if not isinstance(value, str) or clean(value) != first]
    if len(others) > 1 or len(filled) == len(telling) > 2:
        return True
    # A list of names and little else: the name itself must look like one, and not like "制表单位：监测站".
    if ":" in first.replace("\uff1a", ":"):
        # Somebody may be called so all the same: who has a number and several facts that are no such label is data.
        facts = [value for value in cells.values() if not is_blank(value) and ":" not in _one_width(value)]
        return _has_code(cells, table) and len(facts) > _LABELS
    for name, value in telling.items():
        if isinstance(value, str) and clean(value) == first and (like := table.columns[name].looks_like):
            return bool(like.search(first))
    return len(filled) == len(telling) > 1


def _is_alone(values: Values) -> bool:
    filled = (value for value in values if not is_blank(value))
    return next(filled, None) is not None and next(filled, None) is None


def _is_numbering(values: Values) -> bool:
    texts = [fold(shown(value)).strip("()") for value in values if not is_blank(value)]
    stems = 0
    while stems < min(len(texts), len(_STEMS)) and texts[stems] == _STEMS[stems]:
        stems += 1
    rest = texts[stems:]
    start = int(rest[0]) if rest and re.fullmatch("[0-9]{1,2}", rest[0]) else 1
    return len(texts) > 3 and start < 3 and rest == [str(start + at) for at in range(len(rest))]


def _repeats(cells: Cells, table: Table) -> bool:
    same = sum(
        isinstance(value, str) and clean(value) == table.headers[attribute]
        for attribute, value in cells.items()
    )
    return same > 1 and same * 2 > sum(not is_blank(value) for value in cells.values())
