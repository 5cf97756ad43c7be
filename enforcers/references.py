"""Whom a row of a list beside the registry means: the officer, by certificate number, else by name."""

from collections.abc import Iterable

from django.db.models.functions import Lower

from wugang_audit.imports.importer import BATCH
from wugang_audit.spreadsheets.cell_text import word
from wugang_audit.spreadsheets.table import Column, Fault, Row, Table

from .columns import COLUMNS as REGISTRY
from .models import Officer

_OF_REGISTRY = {column.attribute: column for column in REGISTRY}
NAME, NUMBER = _OF_REGISTRY["name"], _OF_REGISTRY["certificate_number"]
# What lists of absences, trainings and recusals call an officer.
_AS = (
    "请假人", "请假人员", "请假人姓名", "休假人", "休假人员", "参训人员", "参训人", "参训人员姓名", "参加人员", "培训人员", "学员", "学员姓名", "回避人", "回避人员",
    "申请回避人", "申请回避人员", "申请人", "人员",
)  # fmt: skip
OFFICER_COLUMNS = (
    Column("officer_name", NAME.header, NAME.rule, (*NAME.aliases, *_AS), help="同名的人请填执法证号。"),
    Column("certificate_number", NUMBER.header, NUMBER.rule, NUMBER.aliases, help="有证号时按证号查找。"),
)
ATTRIBUTES = frozenset(column.attribute for column in OFFICER_COLUMNS)
PATHS = {"officer_name": "officer__name", "certificate_number": "officer__certificate_number"}


def find_officers(table: Table) -> None:
    """Set ``officer`` in each row; who is unknown, or one of several of that name, is a fault."""
    if table.rows and not ATTRIBUTES & table.columns.keys():
        problem = f"表头（第{table.header_row}行）缺少“姓名”和“执法证号”"
        table.faults.append(Fault(problem, "请至少加上其中一列，好知道每行说的是谁", table.sheet))
        table.rows.clear()
    by_number, by_name = _numbered(table.rows), _named(table.rows)
    for row in table.rows:
        if ATTRIBUTES.isdisjoint(row.wrong) and (officer := _officer_of(row, table, by_number, by_name)):
            row.values["officer"] = officer


def _numbered(rows: Iterable[Row]) -> dict[str, Officer]:
    wanted = sorted({row.get("certificate_number").lower() for row in rows if row.get("certificate_number")})
    found = {}
    for start in range(0, len(wanted), BATCH):
        officers = Officer.objects.alias(_number=Lower("certificate_number"))
        officers = officers.filter(_number__in=wanted[start : start + BATCH])
        found |= {officer.certificate_number.lower(): officer for officer in officers}
    return found


def _named(rows: Iterable[Row]) -> dict[str, list[Officer]]:
    wanted = {word(row.get("officer_name")) for row in rows if row.get("officer_name")}
    found: dict[str, list[Officer]] = {}
    for officer in Officer.objects.all() if wanted else ():
        if (form := word(officer.name)) in wanted:
            found.setdefault(form, []).append(officer)
    # Who left counts where nobody of that name is in the registry now.
    return {form: [each for each in those if each.is_active] or those for form, those in found.items()}


def _officer_of(
    row: Row, table: Table, by_number: dict[str, Officer], by_name: dict[str, list[Officer]]
) -> Officer | None:
    number, name = row.get("certificate_number"), row.get("officer_name")
    if number:
        officer = by_number.get(number.lower())
        if officer is None:
            fix = "请核对证号；人员还没有登记的，请先导入执法人员名录"
            table.fault(row, "certificate_number", "执法人员名录中没有这个证号", fix)
        elif name and word(name) != word(officer.name):
            fix = f"{officer.certificate_number} 在名录中是“{officer.name}”；请核对姓名和证号，改正写错的一个"
            table.fault(row, "officer_name", "姓名和证号不是同一个人", fix)
            return None
        return officer
    at = "officer_name" if "officer_name" in table.columns else "certificate_number"
    if not name:
        table.fault(row, at, "没有写明是谁", "请填写姓名或执法证号")
        return None
    those = by_name.get(word(name), [])
    if len(those) == 1:
        return those[0]
    if those:
        numbers = "、".join(sorted(officer.certificate_number for officer in those))
        table.fault(row, at, "叫这个姓名的不止一人", f"请在“执法证号”一列填写其中一个：{numbers}")
    else:
        table.fault(row, at, "执法人员名录中没有这个人", "请核对姓名；还没有登记的，请先导入执法人员名录")
    return None
