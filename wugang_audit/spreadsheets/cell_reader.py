"""Reading one cell: what counts as empty or as an error in every column, then the column's own rule."""

import datetime
import math
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from .cell_text import clean, counted_from_1900, is_visible, shown, word
from .cell_types import DAYS, Adjusted, WordsRule, Wrong, written_by
from .corrections import Corrections
from .lines import CellValue
from .periods import first_day
from .table import Column, Row, Table

MAX_KNOWN = 2_000  # different texts of one column that are kept with what they were read as
SHOWN = 61  # characters that are kept of what a cell held, to be shown with a fault found later
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
NOT_COMPUTED = ("是公式，而且没有算好的结果", "请删去公式，改填文字或数字本身（复制后“选择性粘贴→数值”）")
FILLED_DOWN = "里的“同上”按上一行读取"

KEEP = object()  # what an empty cell reads as, in a column where it says nothing
# A cell's value, what it looked like, and whether there is nothing to say of it.
Reading = tuple[object, str, bool]
_OR_BLANK = re.compile("；[^；]*留空$")


def is_blank(value: CellValue | None) -> bool:
    """Say whether a cell is empty, or holds nothing but spaces."""
    return value is None or (isinstance(value, str) and not is_visible(value))


class CellReader:
    """Turns the cells of a row into values, by the rules of the columns; text that comes again is read once."""

    def __init__(self, table: Table, from_1904: bool, corrections: Corrections) -> None:
        self.table, self.from_1904, self.corrections = table, from_1904, corrections
        self.corrected = bool(corrections.cells or corrections.alike or corrections.recipes)
        # Only text and nothing: as keys, 1, 1.0 and True would be the same.
        self.known: dict[str, dict[str | None, Reading]] = defaultdict(dict)
        for name, column in table.columns.items():
            if not column.required:
                self.known[name][None] = KEEP if column.keeps else column.blank, "", True
        self.above: Mapping[str, CellValue | None] = {}  # what the row above holds

    def fill(self, row: Row, formulas: dict[str, str]) -> None:
        """Read the cells of a row into its values; a cell that is wrong becomes a fault of the table.

        :param formulas: {attribute: formula} of the cells whose formula has no result; those that are corrected go.
        """
        values, cells, spoiled = row.values, row.cells, set(row.wrong)
        usual = not (formulas or spoiled or self.corrected)
        every, kept = self.known, dict[str, CellValue | None]()
        # Each line of this loop is run two million times for a hundred thousand rows.
        for attribute, raw in list(cells.items()):
            reading = every[attribute].get(raw) if usual and (raw is None or isinstance(raw, str)) else None
            if reading is None:
                if attribute in spoiled:
                    continue
                reading = self._reading(row, attribute, formulas)
                raw = cells[attribute]
                # Whether 同上 is wrong, the row above decides.
                lasting = reading[2] or not isinstance(reading[0], Wrong) or len(str(raw)) > _LONGEST_DITTO
                if usual and lasting and isinstance(raw, str) and len(every[attribute]) < MAX_KNOWN:
                    every[attribute][raw] = reading
            value, seen, sound = reading
            if not sound:
                if isinstance(value, Wrong):
                    self.table.fault(row, attribute, value.problem, value.fix)
                    continue
                if isinstance(value, Adjusted):
                    self.table.note(f"{self.table.column_name(attribute, row)}{value.note}", row)
                    value = value.value
            if value is not KEEP:
                values[attribute] = value
            if seen:
                kept[attribute] = seen
        row.cells = kept
        if not usual:
            said = {name: None if name in formulas else raw for name, raw in cells.items()}
            cells = {**said, **{name: self.above.get(name) for name in spoiled}}
        self.above = cells

    def _reading(self, row: Row, attribute: str, formulas: dict[str, str]) -> Reading:
        value = self._read(row, attribute, formulas)
        seen = _seen(row.cells[attribute], value, self.table.columns[attribute])
        return value, seen, not isinstance(value, Wrong | Adjusted)

    def _read(self, row: Row, attribute: str, formulas: dict[str, str]) -> object:
        """Return the value of a cell as `read_cell` does, with what was corrected and what 同上 stands for; or what is wrong."""
        column, cells = self.table.columns[attribute], row.cells
        raw: CellValue | None = cells[attribute]
        if self.corrected and (correction := self.corrections.of(row.number, attribute, raw)) is not None:
            self.table.apply(row, correction.how, attribute, correction.found, correction.becomes)
            raw = cells[attribute] = correction.becomes or None
            formulas.pop(attribute, None)
        if isinstance(raw, str) and len(raw) <= _LONGEST_DITTO and self._is_ditto(raw, column):
            raw = cells[attribute] = self.above[attribute]
            self.table.note(f"{self.table.column_name(attribute, row)}{FILLED_DOWN}", row)
        if attribute in formulas:
            return Wrong(*NOT_COMPUTED)
        if isinstance(raw, str) and raw in self.known[attribute]:
            return self.known[attribute][raw][0]  # it is corrected to, or the same as above
        if self.from_1904 and column.rule in (*DAYS, first_day):
            raw = counted_from_1900(raw)
        try:
            return read_cell(raw, column)
        except Wrong as wrong:
            return Wrong(wrong.problem, wrong.fix)  # without the frames that it went through

    def _is_ditto(self, raw: str, column: Column) -> bool:
        return (
            clean(raw).replace(" ", "") in DITTO
            and not column.required
            and not is_blank(self.above.get(column.attribute))
        )


def _seen(raw: CellValue | None, value: Any, column: Column) -> str:
    """Return what a cell looks like, where its value does not tell: a file may have a hundred thousand rows.

    A word that an export writes for the value is told by it, unless an empty cell means the same.
    """
    if raw is None or raw is value or isinstance(raw, str) and raw == value or isinstance(value, Wrong):
        return ""
    seen = shown(raw)[:SHOWN]
    read: Any = value.value if isinstance(value, Adjusted) else value
    if seen == shown(read):
        return ""
    told = isinstance(column.rule, WordsRule) and read is not KEEP and read != column.blank
    return "" if told and seen == shown(written_by(column.rule, read)) else seen


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
