"""Reading one cell: what counts as empty or as an error in every column, then the column's own rule."""

import datetime
import math
import re

from .cell_text import clean, counted_from_1900, is_visible, word
from .cell_types import DAYS, Adjusted, WordsRule, Wrong, written_by
from .corrections import Corrections
from .lines import CellValue
from .periods import first_day
from .table import Column, Row, Table

MAX_KNOWN = 2_000  # different texts of one column that are kept with what they were read as
SHOWN = 80  # characters that are kept of what a cell held, to be shown with a fault found later
ERROR_VALUES = frozenset((
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA",
    "#BUSY!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#PYTHON!",
))  # fmt: skip
PLACEHOLDERS = frozenset(("无", "暂无", "没有", "/", "\\", "-", "--", "—", "——", "空"))

# What people write where they do not know: as good as empty, but told. A name is never one of these.
UNKNOWN = frozenset(
    ("不详", "未知", "不明", "待核实", "待核查", "待定", "待查", "待补", "待补充", "未填", "NULL", "N/A", "NA", "#N/A")
)  # fmt: skip
DITTO = frozenset(
    ("同上", "同前", "同上行", "〃", "〞", '"', "″", "＂", "''", "“", "”")
)  # the same as in the row above
_LONGEST_DITTO = 6  # characters of a cell, with spaces
LONGEST_UNKNOWN = 6
UNKNOWN_READ = "里的“不详”“待定”一类当作空着"
FILLED_DOWN = "里的“同上”按上一行读取"

KEEP = object()  # what an empty cell reads as, in a column where it says nothing
_OR_BLANK = re.compile("；[^；]*留空$")


def is_blank(value: CellValue | None) -> bool:
    """Say whether a cell is empty, or holds nothing but spaces."""
    return value is None or (isinstance(value, str) and not is_visible(value))


class CellReader:
    """Turns the cells of a row into values, by the rules of the columns; text that comes again is read once."""

    def __init__(self, table: Table, from_1904: bool, corrections: Corrections) -> None:
        self.table, self.from_1904, self.corrections = table, from_1904, corrections
        self.corrected = bool(corrections.cells or corrections.alike or corrections.recipes)
        # Only text: as keys, 1, 1.0 and True would be the same.
        self.known: dict[str, dict[str, object]] = {}
        self.above: dict[str, CellValue | None] = {}  # what the row above holds

    def fill(self, row: Row, formulas: dict[str, str]) -> None:
        """Read the cells of a row into its values; a cell that is wrong becomes a fault of the table.

        :param formulas: {attribute: formula} of the cells whose formula has no result.
        """
        values, cells = row.values, row.cells
        for attribute in list(cells):
            column = self.table.columns[attribute]
            raw = cells[attribute]
            known = self.known.setdefault(attribute, {})
            if attribute in row.wrong:
                continue
            # Most cells: empty, with nothing said of them. Each line below this is run half a million times.
            if raw is None and not formulas and not self.corrected and not column.required:
                self.above[attribute] = None
                if not column.keeps:
                    values[attribute] = column.blank
                continue
            if self.corrected and (correction := self.corrections.of(row.number, attribute, raw)) is not None:
                self.table.apply(row, correction.how, attribute, correction.found, correction.becomes)
                raw = cells[attribute] = correction.becomes or None
                formulas = {name: formula for name, formula in formulas.items() if name != attribute}
            if (
                isinstance(raw, str)
                and len(raw) <= _LONGEST_DITTO
                and raw not in known
                and self._is_ditto(raw, column)
            ):
                raw = cells[attribute] = self.above[attribute]
                self.table.note(f"{self.table.column_name(attribute)}{FILLED_DOWN}", row)
            self.above[attribute] = None if attribute in formulas else raw
            if not formulas and isinstance(raw, str) and raw in known:
                value = known[raw]
            else:
                try:
                    if attribute in formulas:
                        raise Wrong(
                            "是公式，而且没有算好的结果",
                            "请删去公式，改填文字或数字本身（复制后“选择性粘贴→数值”）",
                        )
                    if self.from_1904 and column.rule in (*DAYS, first_day):
                        value = read_cell(counted_from_1900(raw), column)
                    else:
                        value = read_cell(raw, column)
                except Wrong as wrong:
                    self.table.fault(row, attribute, wrong.problem, wrong.fix)
                    continue
                if isinstance(raw, str) and len(known) < MAX_KNOWN:
                    known[raw] = value
            if isinstance(value, Adjusted):
                self.table.note(f"{self.table.column_name(attribute)}{value.note}", row)
                value = value.value
            if value is not KEEP:
                values[attribute] = value
        # A text that is its own value need not be kept twice: a file may have a hundred thousand rows.
        row.cells = {
            name: raw[:SHOWN] if isinstance(raw, str) else raw
            for name, raw in cells.items()
            if raw is not None and raw is not values.get(name) and name not in row.wrong
        }

    def _is_ditto(self, raw: str, column: Column) -> bool:
        return (
            clean(raw).replace(" ", "") in DITTO
            and not column.required
            and not is_blank(self.above.get(column.attribute))
        )


def read_cell(raw: CellValue | None, column: Column) -> object:
    """Return the value of one cell by its column, perhaps `Adjusted`.

    :raises Wrong: with what is wrong and how to fix it.
    """
    if isinstance(raw, str):
        if "#" in raw and (error := raw.strip().upper()) in ERROR_VALUES:
            if error in UNKNOWN and not column.required:
                return _unknown(column)
            raise Wrong(f"是错误值 {raw.strip()}", _fix(column))
        raw = clean(re.sub(r"(?:\r?\n|_x000[dD]_)+", "、", raw.strip()) if column.listing else raw)
        if raw in PLACEHOLDERS or raw in column.blanks:
            raw = None
        elif len(raw) <= LONGEST_UNKNOWN and not _is_word_of(raw, column):
            closed = raw.replace(" ", "")
            if closed.upper() in UNKNOWN or closed in column.unknown:
                return _unknown(column, raw)
            if closed in DITTO:
                raise Wrong("写的是“同上”，上一行却没有内容可以照抄", _fix(column))
    elif type(raw) is datetime.date:
        raw = datetime.datetime.combine(raw, datetime.time())
    elif isinstance(raw, float) and not math.isfinite(raw):
        raise Wrong("不是有效的数字", _fix(column))
    elif isinstance(raw, datetime.time | datetime.timedelta):
        raise Wrong("是时间格式的数字", "请把单元格设为“常规”或“文本”格式后重新填写")
    if raw is None or raw == "":
        if column.required:
            raise Wrong("必填，但没有内容", f"请填写{column.header}")
        return KEEP if column.keeps else column.blank
    try:
        return column.rule(raw)
    except Wrong as wrong:
        if column.required and (fix := _OR_BLANK.sub("", wrong.fix)) != wrong.fix:
            raise Wrong(wrong.problem, fix) from None  # a rule does not know whether its column may be empty
        raise


def _is_word_of(raw: str, column: Column) -> bool:
    return isinstance(column.rule, WordsRule) and word(raw) in column.rule.words


def _unknown(column: Column, raw: str = "") -> object:
    """Return what a cell reads as whose content is not known, with a note; a name must be known."""
    if column.required:
        raise Wrong(f"写的是“{raw}”，不是{column.header}", f"请填写{column.header}")
    if column.keeps:
        return Adjusted(KEEP, UNKNOWN_READ)
    written = written_by(column.rule, column.blank) if isinstance(column.rule, WordsRule) else ""
    how = f"，按“{written}”读取" if written else ""
    return Adjusted(column.blank, f"{UNKNOWN_READ}{how}")


def _fix(column: Column) -> str:
    return f"请改填正确的{column.header}" if column.required else "请改填正确的内容；没有的留空"
