"""Importing the conditions of discharge permits from a workbook: a row for each outlet and pollutant of a unit."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from wugang_audit.imports.duplicates import duplicates
from wugang_audit.imports.importer import BATCH, MISSING, Importer
from wugang_audit.spreadsheets.cell_text import word
from wugang_audit.spreadsheets.cell_types import Wrong
from wugang_audit.spreadsheets.export import CHUNK
from wugang_audit.spreadsheets.table import Fault, Row, Table

from . import names
from .models import OutletKind, PermitCondition, PollutionSource, condition_code
from .permit_columns import COLUMNS, KINDS, outlet_kind_of, split_limit

_NUMBERED = {"DA": "DA001", "DW": "DW001", "YS": "YS001", "MF": "MF0001", "TS": "TS001", "TN": "TN001"}

LONGEST = PermitCondition._meta.get_field("code").max_length


class PermitImporter(Importer):
    kind = "permits"
    asks_why = False  # permits decide nothing about who is drawn
    label = "排污许可条件"
    model = PermitCondition
    key = "code"
    key_shown_at = "pollutant"
    needs_tick = frozenset()
    columns = COLUMNS
    non_model_columns = frozenset({"number", "name"})
    name_field = ""  # a unit has many

    def derived(self) -> tuple[str, ...]:
        return ("code", "source", *self.unsaid)

    def title_of(self, values: Mapping[str, Any]) -> str:
        return f"{values['source'].name} {values['outlet_code']} {values['pollutant']}"

    def exported(self, queryset: QuerySet[PermitCondition]) -> Iterable[Sequence]:
        fields = {"number": "source__number", "name": "source__name"}
        paths = [fields.get(column.attribute, column.attribute) for column in self.columns]
        return queryset.values_list(*paths).iterator(chunk_size=CHUNK)

    def codes(self) -> list[tuple[str, str, str]]:
        heading = ("编号开头", "排放口类型", "例子")
        rows = [
            (start, "、".join(each.label for each in kinds), _NUMBERED[start])
            for start, kinds in KINDS.items()
        ]
        return [heading, *rows]

    # --- which unit, and which of its conditions
    def identify(self, table: Table) -> None:
        # Without the column, the kind comes from the outlet's number.
        self.unsaid = () if "outlet_kind" in table.columns else ("outlet_kind",)
        # A limit may hold its unit; where none does, a workbook without that column changes no unit.
        if "limit_unit" not in table.columns and any(" " in row.get("limit", "") for row in table.rows):
            self.unsaid += ("limit_unit",)
        if table.rows and not {"number", "name"} & table.columns.keys():
            problem = f"表头（第{table.header_row}行）缺少“污染源编码”和“单位名称”"
            table.faults.append(Fault(problem, "请至少加上其中一列，好知道每行是哪家单位的", table.sheet))
            table.rows.clear()
        by_number, by_name = _numbered(table.rows), _named(table.rows)
        for row in table.rows:
            self._split_limit(table, row)
            unit = _unit_of(row, table, by_number, by_name)
            if unit is None:
                continue
            row.values["source"] = unit
            if row.get("outlet_code") and row.get("pollutant"):
                code = condition_code(unit.number, row.get("outlet_code"), row.get("pollutant"))
                if len(code) > LONGEST:  # some characters are written out when they are folded
                    table.fault(row, "pollutant", "太长", "请按许可证填写污染物的名称，不要附加说明")
                row.values["code"] = code

    def check(self, table: Table) -> None:
        for row in table.rows:
            _find_kind(table, row)
            if (
                row.get("limit")
                and row.get("limit_unit") == ""
                and "ph" not in word(row.get("pollutant", ""))
            ):
                table.note("填了浓度限值，没有填浓度单位", row)
            if row.get("limit") == "" and row.get("annual_limit", "") is None:
                table.note("浓度限值和年许可排放量都没有填", row)
        for group in duplicates(table.rows, _outlet):
            if len({row.get("outlet_name") for row in group}) > 1:
                problem = f"{group[0].values['source'].name} {group[0].get('outlet_code')} 在各行的排放口名称不同，请核对"
                for row in group:
                    table.note(problem, row)

    def _split_limit(self, table: Table, row: Row) -> None:
        known = "limit_unit" in table.columns or "limit_unit" in self.unsaid
        if not known or "limit" not in row.values or "limit_unit" in row.wrong:
            return
        try:
            row.values["limit"], row.values["limit_unit"] = split_limit(
                row.values["limit"], row.get("limit_unit", "")
            )
        except Wrong as wrong:
            table.fault(row, "limit", wrong.problem, wrong.fix)

    def _missing(self, table: Table) -> tuple[list[str], int]:
        """A workbook speaks of the units that it names: what others have is not missing in it."""
        there = {row.values["code"].lower() for row in table.rows}
        units = sorted({row.values["source"].pk for row in table.rows})
        missing = []
        for start in range(0, len(units), BATCH):
            in_use = self.model.objects.filter(is_active=True, source__in=units[start : start + BATCH])
            codes = in_use.order_by().values_list("code", flat=True)
            missing += [code for code in codes.iterator(chunk_size=CHUNK) if code.lower() not in there]
        return sorted(missing)[:MISSING], len(missing)


def _numbered(rows: Iterable[Row]) -> dict[str, PollutionSource]:
    """Return the units that the rows name by number, by it in lower case."""
    wanted = sorted({row.get("number").lower() for row in rows if row.get("number")})
    found = {}
    for start in range(0, len(wanted), BATCH):
        units = PollutionSource.objects.alias(_number=Lower("number"))
        units = units.filter(_number__in=wanted[start : start + BATCH])
        found |= {unit.number.lower(): unit for unit in units.only("number", "name", "is_active")}
    return found


def _named(rows: Iterable[Row]) -> dict[str, list[PollutionSource]]:
    """Return the registered units named in rows without a number."""
    wanted = {word(row.get("name")) for row in rows if row.get("name") and not row.get("number")}
    found: dict[str, list[PollutionSource]] = {}
    for form, unit in names.called(PollutionSource.objects.registered(), wanted, "name"):
        found.setdefault(form, []).append(unit)
    return found


def _unit_of(
    row: Row,
    table: Table,
    by_number: dict[str, PollutionSource],
    by_name: dict[str, list[PollutionSource]],
) -> PollutionSource | None:
    """Return the row's unit; where there is none, or more than one, the row is at fault."""
    number, name = row.get("number"), row.get("name")
    if {"number", "name"} & row.wrong:
        return None
    if number:
        unit = by_number.get(number.lower())
        if unit is None:
            table.fault(
                row, "number", "污染源名录中没有这个编码", "请核对编码；单位还没有登记的，请先导入污染源名录"
            )
            return None
        if name and not names.is_called(unit, name):
            table.note(f"单位名称与名录不同（{unit.number} 在名录中是“{unit.name}”），按编码导入", row)
        if not unit.is_active:
            table.note(f"“{unit.name}”在污染源名录中已停用", row)
        return unit
    if not name:
        at = "number" if "number" in table.columns else "name"
        table.fault(row, at, "没有写明是哪家单位", "请填写污染源编码，或名录中的单位全称")
        return None
    units = by_name.get(word(name), [])
    if len(units) == 1:
        return units[0]
    if units:
        numbers = "、".join(sorted(unit.number for unit in units))
        problem, fix = "叫这个名称的单位不止一家", f"请加上“污染源编码”一列，填写其中一个：{numbers}"
    else:
        problem, fix = (
            "污染源名录中没有这个单位",
            "请填名录中的全称或污染源编码；单位还没有登记的，请先导入污染源名录",
        )
    table.fault(row, "name", problem, fix)
    return None


def _outlet(row: Row) -> tuple[int, str] | None:
    named = "source" in row.values and "outlet_name" in row.values and "outlet_code" in row.values
    return (row.values["source"].pk, row.values["outlet_code"]) if named else None


def _find_kind(table: Table, row: Row) -> None:
    if not row.get("outlet_code") or "outlet_kind" in row.wrong:
        return
    try:
        row.values["outlet_kind"] = outlet_kind_of(row.get("outlet_code"), row.get("outlet_kind", ""))
    except Wrong as wrong:
        if "outlet_kind" in table.columns:
            table.fault(row, "outlet_kind", wrong.problem, wrong.fix)
        else:
            problem = f"“{row.get('outlet_code')}”看不出是哪一类排放口"
            table.fault(
                row, "outlet_code", problem, f"请加上“排放口类型”一列，填{'、'.join(OutletKind.labels)}之一"
            )


preview = PermitImporter.preview
import_file = PermitImporter.import_file
