"""Importing the credit classes of units: a row for each unit and day of rating."""

from wugang_audit.imports.records import RecordImporter
from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.table import Column, Table

from .models import CreditClass, CreditGrade
from .references import ATTRIBUTES, PATHS, UNIT_COLUMNS, find_units

# The names of the grades and their colours: 环发〔2013〕150号 第十五条.
GRADES = {
    CreditGrade.D: "D级 D 红牌 红色 红 红标 环保不良企业 环保不良 不良",
    CreditGrade.C: "C级 C 黄牌 黄色 黄 黄标 环保警示企业 环保警示 警示",
    CreditGrade.B: "B级 B 蓝牌 蓝色 蓝 蓝标 环保良好企业 环保良好 良好",
    CreditGrade.A: "A级 A 绿牌 绿色 绿 绿标 环保诚信企业 环保诚信 诚信",
}


class CreditImporter(RecordImporter):
    kind = "credit"
    asks_why = False  # the class decides nothing about who is drawn
    label = "环保信用等级"
    model = CreditClass
    known_by = ("source", "date")
    key_label = "登记"
    key_path = "source__number"
    key_shown_at = "unit_name"
    non_model_columns = ATTRIBUTES
    exported_as = PATHS
    columns = (
        *UNIT_COLUMNS,
        Column("grade", "环保信用等级", cell_types.choice(GRADES),
               ("信用等级", "等级", "评价等级", "评价结果", "环境信用等级", "企业环境信用等级", "环境信用评价结果", "环境信用评价等级", "信用评价等级", "评定等级"),
               required=True, help="A、B、C、D（绿、蓝、黄、红牌）。"),
        Column("date", "评定日期", cell_types.date,
               ("评价日期", "公布日期", "认定日期", "评定时间", "评价时间", "公布时间", "生效日期"), required=True,
               help="从这一天起按这个等级，如 2026-03-01。"),
        Column("valid_until", "有效期至", cell_types.date, ("有效期", "截止日期", "失效日期", "到期日"), blank=None,
               help="含当日；没有写明的留空。"),
        Column("document", "来源文件", cell_types.text(200), ("文件名称", "文号", "来源", "依据", "文件名称和文号", "公布文件"),
               help="公布等级的文件名称和文号。"),
    )  # fmt: skip

    def find_owners(self, table: Table) -> None:
        find_units(table)

    def check(self, table: Table) -> None:
        for row in table.rows:
            day, until = row.get("date"), row.get("valid_until")
            if day and until and until < day:
                problem = f"早于评定日期 {day:%Y-%m-%d}"
                table.fault(row, "valid_until", problem, "请核对两个日期，改正写错的一个")
