"""Which unit a row of a list beside the registry means: by registry number, permit number, credit code, else by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from wugang_audit.imports.importer import BATCH
from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.cell_text import fold, word
from wugang_audit.spreadsheets.table import Column, Fault, Row, Table

from . import names
from .columns import COLUMNS as REGISTRY
from .models import PollutionSource

_OF_REGISTRY = {column.attribute: column for column in REGISTRY}


def _like(attribute: str, its: str, rule: cell_types.Rule, help: str = "") -> Column:
    """A column under the headers of one of the registry's own, read so that it may be compared: not held to its rules."""
    column = _OF_REGISTRY[its]
    return Column(attribute, column.header, rule, column.aliases, help=help)


UNIT_COLUMNS = (
    _like("number", "number", cell_types.text(55), "有编码时按编码查找。"),
    _like("unit_name", "name", cell_types.text(200), "名录中的全称；同名的单位请填编码。"),
    _like("permit_number", "permit_number", cell_types.text(40)),
    _like("credit_code", "credit_code", cell_types.text(40), "一个代码有几家单位（几处厂区）的，请填编码。"),
)
ATTRIBUTES = frozenset(column.attribute for column in UNIT_COLUMNS)
PATHS = {
    "number": "source__number",
    "unit_name": "source__name",
    "permit_number": "source__permit_number",
    "credit_code": "source__credit_code",
}
_CODES = ("number", "permit_number", "credit_code")  # in the order in which they are asked


@dataclass
class Found:
    """The units that the rows of a workbook may mean, by what names them."""

    coded: dict[tuple[str, str], list[PollutionSource]] = field(default_factory=dict)
    named: dict[str, list[PollutionSource]] = field(default_factory=dict)


def find_units(table: Table) -> None:
    """Set ``source`` in each row; a unit that is unknown, or one of several, is a fault that names the choices."""
    if table.rows and not ATTRIBUTES & table.columns.keys():
        problem = f"表头（第{table.header_row}行）缺少“单位名称”和“污染源编码”"
        table.faults.append(Fault(problem, "请至少加上其中一列，好知道每行是哪家单位的", table.sheet))
        table.rows.clear()
    found = Found(_coded(table.rows), _named(table.rows))
    for row in table.rows:
        if ATTRIBUTES.isdisjoint(row.wrong) and (unit := _unit_of(row, table, found)):
            row.values["source"] = unit
            if not unit.is_active:
                table.note(f"“{unit.name}”在污染源名录中已停用", row)


def _code(text: str) -> str:
    return fold(text).upper()


def _coded(rows: Iterable[Row]) -> dict[tuple[str, str], list[PollutionSource]]:
    """Return the units under each code that stands in the rows, by (attribute, code)."""
    found: dict[tuple[str, str], list[PollutionSource]] = {}
    for attribute in _CODES:
        wanted = sorted({_code(row.get(attribute)) for row in rows if row.get(attribute)})
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            # A number may be kept in small letters too; the others are kept in capitals.
            match = Q(**{f"{attribute}__in": batch + [each.lower() for each in batch]})
            for unit in PollutionSource.objects.filter(match):
                found.setdefault((attribute, _code(getattr(unit, attribute))), []).append(unit)
    return found


def _named(rows: Iterable[Row]) -> dict[str, list[PollutionSource]]:
    wanted = {word(row.get("unit_name")) for row in rows if row.get("unit_name")}
    found: dict[str, list[PollutionSource]] = {}
    for form, unit in names.called(PollutionSource.objects.registered(), wanted, "name"):
        found.setdefault(form, []).append(unit)
    return found


def _unit_of(row: Row, table: Table, found: Found) -> PollutionSource | None:
    name = row.get("unit_name")
    given = [attribute for attribute in _CODES if row.get(attribute)]
    several: list[PollutionSource] = []
    for attribute in given:
        units = found.coded.get((attribute, _code(row.get(attribute))), [])
        if len(units) == 1:
            unit = units[0]
            if name and not names.is_called(unit, name):
                shown = _OF_REGISTRY[attribute].header
                table.note(f"单位名称与名录不同（{unit.number} 在名录中是“{unit.name}”），按{shown}导入", row)
            return unit
        if attribute == "number" and not units:
            fix = "请核对编码；单位还没有登记的，请先导入污染源名录"
            table.fault(row, "number", "污染源名录中没有这个编码", fix)
            return None
        several = several or units
    alike = found.named.get(word(name), []) if name else []
    units = [unit for unit in several if unit in alike] or alike or several
    if len(units) == 1:
        return units[0]
    at = "unit_name" if "unit_name" in table.columns else next(iter(ATTRIBUTES & table.columns.keys()))
    if units:
        numbers = "、".join(sorted(unit.number for unit in units)[:10])
        table.fault(row, at, "这样的单位不止一家", f"请在“污染源编码”一列填写其中一个：{numbers}")
    elif name or given:
        fix = "请填名录中的全称或污染源编码；单位还没有登记的，请先导入污染源名录"
        table.fault(row, at, "污染源名录中没有这个单位", fix)
    else:
        table.fault(row, at, "没有写明是哪家单位", "请填写污染源编码，或名录中的单位全称")
    return None
