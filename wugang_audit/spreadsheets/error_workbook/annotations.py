"""The marks of a workbook that is given back: red cells, comments that say how to fix them, and the list of faults."""

from collections.abc import Iterator, Mapping, Sequence

from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string

from ..cell_writer import AnyCell
from ..table import Fault

LIST = "错误清单"
HEADINGS = ("行", "列", "内容", "错误", "怎么改")
START, OWN = "错误：", "\n原批注："
MAX_LISTED = 5_000  # faults in the list; the cells of all are coloured
MAX_COMMENTS = 4000  # each is a drawing; further cells are only coloured
COLOUR = "FFFFC7CE"
RED = PatternFill("solid", start_color=COLOUR, end_color=COLOUR)


def by_cell(faults: Sequence[Fault]) -> dict[tuple[str, int, int], list[Fault]]:
    """Return the faults by sheet, row and column."""
    found: dict[tuple[str, int, int], list[Fault]] = {}
    for fault in faults:
        if fault.row and fault.column:
            place = (fault.sheet, fault.row, column_index_from_string(fault.column))
            found.setdefault(place, []).append(fault)
    return found


def mark(cell: AnyCell, faults: Sequence[Fault], *, comment: bool) -> None:
    """Colour a faulty cell, and explain it in a comment if there may be one."""
    cell.fill = RED
    if comment:
        explain(cell, faults)


def explain(cell: AnyCell, faults: Sequence[Fault]) -> None:
    """Put the faults into the cell's comment, before what the clerk had written there."""
    text = "\n".join(f"{START}{fault.problem}\n怎么改：{fault.fix}" for fault in faults)
    if cell.comment is not None:
        text += f"{OWN}{cell.comment.text}"
    cell.comment = Comment(text, "导入核对", width=320, height=min(90 + len(text), 400))


def list_rows(
    faults: Sequence[Fault], moved: Mapping[int, int] | None
) -> Iterator[tuple[str | int, str, str, str, str]]:
    """Yield the rows of the list of faults, its headings first.

    :param moved: {row in the clerk's file: row in this one}; None if all rows stay where they were.
    """
    yield HEADINGS
    for fault in faults[:MAX_LISTED]:
        row = fault.row if moved is None or fault.row is None else moved.get(fault.row)
        column = f"{fault.column} {fault.header}".strip()
        yield row or "", column, fault.value or ("（空）" if fault.column else ""), fault.problem, fault.fix
    if len(faults) > MAX_LISTED:
        yield "", "", "", f"另有 {len(faults) - MAX_LISTED} 处没有列在这里", "请看工作表中标红的单元格"
