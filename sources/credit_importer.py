"""Importing the credit classes of units: a row for each unit and day of rating."""

import datetime
import re
from types import MappingProxyType

from wugang_audit import clock
from wugang_audit.imports.records import RecordImporter
from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.cell_text import fold, shown, word
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong
from wugang_audit.spreadsheets.lines import CellValue
from wugang_audit.spreadsheets.table import Column, Row, Table

from .models import CreditClass, CreditGrade
from .references import ATTRIBUTES, PATHS, UNIT_COLUMNS, find_units

# The names of the grades and their colours, the best first: 环发〔2013〕150号 第十五条; 豫环文〔2018〕217号 uses them in
# Henan. Some provinces say what a grade is short of instead.
_COLOURS = "{0}牌 {0}色 {0} {0}标 {0}牌企业 {0}标企业 {0}色企业"
_NAMES = "{0} 环保{0} 环保{0}企业 {0}企业 环境信用{0} 信用{0}"
_WORDS = {
    CreditGrade.A: ("绿", "诚信", "守信 优秀"),
    CreditGrade.B: ("蓝", "良好", "轻微失信"),
    CreditGrade.C: ("黄", "警示", "一般失信"),
    CreditGrade.D: ("红", "不良", "严重失信"),
}
GRADES = {
    grade: f"{grade}级 {grade} {grade}类 {grade}等 {_COLOURS.format(colour)} {_NAMES.format(name)} {more}"
    for grade, (colour, name, more) in _WORDS.items()
}
_ONE_OF = cell_types.choice(GRADES)
_WITHIN = re.compile(r"[()（）\[\]【】、,，;；/／|\s]+")


def _grade(value: CellValue) -> CreditGrade | Adjusted:
    """Read a grade, by its letter, name or colour, or by several of these that say the same: ``A级（绿牌）``."""
    whole = word(shown(value))
    parts = [shown(value)] if whole in _ONE_OF.words else _WITHIN.split(shown(value))
    found = {_ONE_OF.read(part) for part in filter(None, parts)} or {_ONE_OF.read(shown(value))}
    if len(found) > 1:
        raise Wrong("写了两个不同的等级", "请按公布的文件只留一个")
    meant = found.pop()
    if meant.value.lower() in whole:
        return meant
    return Adjusted(meant, f"里的“{shown(value)}”读作“{meant.label}”")


grade = cell_types.WordsRule(_grade, _ONE_OF.write, _ONE_OF.allowed, _ONE_OF.words)


def rating_year(value: CellValue) -> int:
    """Read the year that was rated: 2025, 2025年, 2025年度."""
    match = re.fullmatch(r"((?:19|20)[0-9]{2})(?:年度?|度)?", fold(shown(value)))
    if not match:
        raise Wrong("不是年份", "请填四位年份，如 2025")
    return int(match[1])


DATE = Column(
    "date", "评定日期", cell_types.date,
    ("评价日期", "公布日期", "认定日期", "评定时间", "评价时间", "公布时间", "生效日期", "发布日期", "发布时间", "公告日期", "评定公布日期"), blank=None,
    help="从这一天起按这个等级，如 2026-03-01。要有这一列或者“评价年度”。",
)  # fmt: skip


class CreditImporter(RecordImporter):
    kind = "credit"
    asks_why = False  # the class decides nothing about who is drawn
    label = "环保信用等级"
    model = CreditClass
    known_by = ("source", "date")
    key_label = "登记"
    key_path = "source__number"
    key_shown_at = "unit_name"
    non_model_columns = ATTRIBUTES | {"rating_year"}
    asked = ("date",)
    when_absent = MappingProxyType({
        "date": "等级从哪一天起算。请在下面“整个文件都相同的内容”里选“评定日期”，填公布等级的那一天。",
    })  # fmt: skip
    exported_as = PATHS
    columns = (
        *UNIT_COLUMNS,
        Column("grade", "环保信用等级", grade,
               ("信用等级", "等级", "评价等级", "评价结果", "环境信用等级", "企业环境信用等级", "环境信用评价结果", "环境信用评价等级", "信用评价等级", "信用评价结果",
                "评定等级", "评定结果", "环保信用", "环保信用评价等级", "环保信用评价结果", "企业环保信用等级", "环境信用", "信用级别", "等级标识", "标识"),
               required=True, help="从好到差：A级、B级、C级、D级，也可以写诚信、良好、警示、不良，或绿、蓝、黄、红牌（标）。",
               gives_way=(("标识", ""), ("等级标识", ""))),
        DATE,
        Column("rating_year", "评价年度", rating_year, ("年度", "评价年份", "参评年度", "评定年度", "信用年度"), blank=None, import_only=True,
               help="如 2025。没有评定日期的，从这一年的最后一天起算。"),
        Column("valid_until", "有效期至", cell_types.date, ("有效期", "截止日期", "失效日期", "到期日"), blank=None,
               help="含当日；没有写明的留空。"),
        Column("document", "来源文件", cell_types.text(200), ("文件名称", "文号", "来源", "依据", "文件名称和文号", "公布文件"),
               help="公布等级的文件名称和文号。"),
    )  # fmt: skip

    def find_owners(self, table: Table) -> None:
        find_units(table)
        today = clock.today()
        for row in table.rows:
            _set_date(table, row, row.values.pop("rating_year", None), today.year)
        if "rating_year" in table.columns:
            table.columns.setdefault("date", DATE)

    def check(self, table: Table) -> None:
        for row in table.rows:
            day, until = row.get("date"), row.get("valid_until")
            if day and until and until < day:
                problem = f"早于评定日期 {day:%Y-%m-%d}"
                table.fault(row, "valid_until", problem, "请核对两个日期，改正写错的一个")


def _set_date(table: Table, row: Row, year: int | None, this_year: int) -> None:
    """Give a row that has no day of rating the last day of the year that was rated, if that is over."""
    if row.values.get("date") or {"date", "rating_year"} & row.wrong:
        return
    row.values.pop("date", None)
    if year and year < this_year:
        row.values["date"] = datetime.date(year, 12, 31)
        table.note("没有评定日期，从评价年度的最后一天起算", row)
    elif year:
        problem = f"只有评价年度，而 {year} 年还没有过完"
        table.fault(row, "rating_year", problem, "请加一列“评定日期”，写明公布等级的那一天")
    else:
        at = next((name for name in ("date", "rating_year") if name in table.columns), "date")
        table.fault(
            row,
            at,
            "没有评定日期，也没有评价年度",
            "请填写公布等级的那一天；整个文件相同的，可在“列的对应”里填一次",
        )
