"""Importing the registry of pollution sources from a workbook."""

import datetime
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from stdnum.cn import uscc

from wugang_audit import clock
from wugang_audit.bureau import current
from wugang_audit.imports.doubtful_rows import mark_doubtful
from wugang_audit.imports.duplicates import duplicates, others_of
from wugang_audit.imports.importer import BATCH, Importer
from wugang_audit.spreadsheets.coordinates import TwoDegrees
from wugang_audit.spreadsheets.row_numbers import row_label
from wugang_audit.spreadsheets.table import Fault, Row, Table

from .class_words import CLASS_COLUMNS, likely_classes, offer_classes
from .columns import COLUMNS
from .home import Home, home
from .industries import label_of, read_industry
from .industry_cells import COLUMNS as INDUSTRY_COLUMNS
from .industry_cells import SpecialityOf, ask_industries, read_industries, suggested
from .matching import GIVEN, find_units
from .models import Category, PollutionSource, Speciality, label_of_category
from .names import Registered, bare
from .other_county import note_other_county
from .places import Place, Region, in_order, region
from .special_basis import ASKED_WITH, BASIS, settle_basis
from .township_offers import offer_townships
from .unit_cells import UnitCells

_PLACE = ("longitude", "latitude")
SWAPPED = "经度和纬度填反了"
_SWAPPED_WITH = re.compile(rf"{SWAPPED}（纬度填的是 ([0-9.]+)）")


class SourceImporter(Importer):
    kind = "sources"
    label = "污染源名录"
    model = PollutionSource
    key = "number"
    columns = COLUMNS
    asked = ("number", "category", "industry_code")
    asked_with = (ASKED_WITH,)
    when_absent = MappingProxyType({
        "number": "按许可证编号、信用代码、名称认出已有的单位；新的单位由本站按顺序给号，给过的不再给别人。",
        "category": "没有定类别的单位也进名录，但全部定好以前不能冻结抽签名单。整个文件都是特殊监管对象的，还要写依据。",
        "industry_code": "按行业名称等列的文字查国民经济行业分类；查不准的请您回答一次，记住以后不再问。",
    })  # fmt: skip
    non_model_columns = frozenset(
        {"industry_section", "industry_division", "industry_group", "industry_class"}
    )
    # Under which name a unit is drawn, and how likely.
    needs_tick = frozenset({"name", "category"})
    goes_with = MappingProxyType(
        dict.fromkeys(("media", "special_reason", "special_from", "special_until", BASIS), "category")
    )
    _registered: Registered | None = None
    why_ticked = "名称和监管类别关系到以后的抽签；同名的新登记可能是同一家换了编码。"

    def identify(self, table: Table) -> None:
        self._cells = UnitCells(table)
        self._cells.read()
        mark_doubtful(table, COLUMNS)
        note_other_county(table, current().county_prefix)
        # First: what a row says of its industry helps to tell it from others of its name.
        self._unsure = read_industries(table, self._speciality_of())
        find_units(table, current().county_prefix)
        self._cells.settle()
        self._asks_basis = settle_basis(table)

    def lacking(self, table: Table) -> list[str]:
        return [*super().lacking(table), *((BASIS,) if self._asks_basis else ())]

    def derived(self) -> tuple[str, ...]:
        return ("industry_code", "speciality", *sorted(self._cells.filled))

    def why_not(self, attribute: str, text: str) -> str:
        if attribute not in INDUSTRY_COLUMNS or not text or read_industry(text).settled:
            return ""
        return "不是 GB/T 4754-2017 中的行业：请填小类、中类或大类的代码或名称"

    def suggestions(self, attribute: str, value: str) -> Sequence[tuple[str, str]]:
        if attribute in CLASS_COLUMNS:
            return [(each, each) for each in likely_classes(value)]
        return suggested(value) if attribute in INDUSTRY_COLUMNS else ()

    def told_of(self, values: Mapping[str, Any]) -> str:
        category, code = values.get("category"), values.get("industry_code")
        parts = [
            label_of_category(category or ""),
            f"行业 {label_of(code)}" if code else "没有行业",
            values.get("township"),
        ]
        return "，".join(part for part in parts if part)

    def codes(self) -> list[tuple[str, str, str]]:
        return code_rows()

    def check(self, table: Table) -> None:
        self._registered = None  # the registry may have changed since the preview
        speciality_of = self._speciality_of()
        today, where = clock.today(), region()
        _point_to_permits(table)
        self._check_credit_codes(table)
        _note_same_names(table)
        ask_industries(table, self._unsure)
        offer_townships(table)
        offer_classes(table)
        kept = _kept_codes(table)
        for row in table.rows:
            _find_speciality(table, row, speciality_of)
            _check_permit(table, row, today, kept)
            _check_place(table, row, self._cells.filled, where)
            _check_class(table, row)
            # A cell at fault says it already.
            if row.found_by == GIVEN and not row.get("category") and "category" not in row.wrong:
                table.note("新单位没有监管类别：可以导入，全部定好以前不能冻结抽签名单", row)
            if row.found_by == GIVEN and not row.get("industry_code") and "industry_code" not in row.wrong:
                table.note("新单位没有行业：可以导入，全部补好以前不能冻结抽签名单", row)
        self._look_into_registry(table)

    def _speciality_of(self) -> SpecialityOf:
        """Return what tells the speciality of an industry code, as they stand now."""
        by_prefix = Speciality.objects.by_prefix()
        return functools.cache(functools.partial(Speciality.objects.all().match, by_prefix))

    def same_names(self, names: Sequence[str]) -> dict[str, list[str]]:
        """Units of the same bare name, of the registry as it stood when this import was checked."""
        if self._registered is None:
            self._registered = Registered()
        return self._registered.numbers(names)

    def _check_credit_codes(self, table: Table) -> None:
        """Refuse one credit code under two names; the same unit at two places only makes a notice."""
        groups, here = [], home()
        for group in duplicates(table.rows, lambda row: row.get("credit_code") or None):
            if len({row.get("number") for row in group}) == 1:
                continue  # the number is the fault
            if _are_sites([str(row.get("name")) for row in group if "name" in row.values], here):
                table.note(
                    "统一社会信用代码相同，名称相同或只多了厂区、站点，登记为不同的污染源（一家单位有几处的可以这样）",
                    group[-1],
                )
            else:
                groups.append(group)
        registered = _registered([group[0].get("credit_code") for group in groups])
        for group in groups:
            if all(_identity(row) in registered for row in group):
                for row in group:
                    table.note("名录中另有名称不同的单位用着同一个统一社会信用代码，请核对", row)
            else:
                _refuse_shared_code(table, group)

    def _look_into_registry(self, table: Table) -> None:
        """Note units of the registry that carry the credit code of a row under another number and name."""
        codes = {code: row for row in table.rows if (code := row.get("credit_code")) and not row.faulty}
        units = PollutionSource.objects.registered().exclude(credit_code="")
        if len(codes) <= BATCH:  # else one pass over all costs less than asking for so many
            units = units.filter(credit_code__in=list(codes))
        for number, name, code in units.values_list("number", "name", "credit_code").iterator(
            chunk_size=2000
        ):
            row = codes.get(code)
            if row and number.lower() != str(row.get("number")).lower() and name != row.get("name"):
                table.note(f"名录中的“{name}”（{number}）用着同一个统一社会信用代码，请核对", row)


def _are_sites(written: list[str], here: Home) -> bool:
    """Say whether names are those of one firm and its sites: each begins with the shortest."""
    short = sorted(bare(written, here), key=len)
    return all(each.startswith(short[0]) for each in short)


def _note_same_names(table: Table) -> None:
    """Note one name (but for brackets and the like) under several numbers, unless equal credit codes have said so already."""
    named = [row for row in table.rows if row.get("name")]
    short = dict(zip((row.number for row in named), bare([row.get("name") for row in named]), strict=True))
    for group in duplicates(named, lambda row: short[row.number]):
        codes = {row.get("credit_code") for row in group}
        if len({row.get("number") for row in group}) > 1 and (len(codes) > 1 or not codes.pop()):
            for row in group:
                table.note("单位名称相同而编码不同，按不同的污染源登记，请核对是不是同一家", row)


def _identity(row: Row) -> tuple:
    return str(row.get("number")).lower(), row.get("name"), row.get("credit_code")


def _registered(codes: list[str]) -> set[tuple]:
    """Return the units of the registry that carry one of these codes, as `_identity` would."""
    found = set()
    for start in range(0, len(codes), BATCH):
        units = PollutionSource.objects.filter(credit_code__in=codes[start : start + BATCH])
        found.update(
            (number.lower(), *rest) for number, *rest in units.values_list("number", "name", "credit_code")
        )
    return found


def _refuse_shared_code(table: Table, group: list[Row]) -> None:
    for row in group:
        some, more = others_of(row, group)
        others = "、".join(f"第{row_label(other.number)}行“{other.get('name', '')}”" for other in some)
        own = (row.get("permit_number") or "")[:18]
        hint = f"；本行许可证编号的前 18 位是 {own}" if own and own != row.get("credit_code") else ""
        table.fault(
            row, "credit_code", f"与{others}{more}的代码相同，名称却不同", f"请按营业执照核对各家的代码{hint}"
        )


def _find_speciality(table: Table, row: Row, speciality_of: SpecialityOf) -> None:
    if code := row.get("industry_code"):
        row.values["speciality"] = speciality_of(code)
        if row.values["speciality"] is None:
            table.fault(
                row,
                "industry_code",
                "不是 GB/T 4754-2017 中的行业（大类应为 01 至 97）",
                "请按营业执照和行业分类核对 4 位小类代码",
            )


def _point_to_permits(table: Table) -> None:
    """Where a credit code cannot be read, say which one the unit's permit number begins with: a hint, never a guess."""
    hints = {
        row.number: permit[:18]
        for row in table.rows
        if "credit_code" in row.wrong and (permit := row.get("permit_number")) and uscc.is_valid(permit[:18])
    }
    if not hints:
        return
    table.faults = [
        replace(fault, fix=f"{fault.fix}（本行许可证编号的前 18 位是 {hints[fault.row]}）")
        if fault.attribute == "credit_code" and fault.row in hints
        else fault
        for fault in table.faults
    ]


def _kept_codes(table: Table) -> dict[str, str]:
    """Return {registry number in lower case: credit code} as registered, for rows with a permit number and no credit code."""
    bare = [row for row in table.rows if row.get("permit_number") and "credit_code" not in row.values]
    numbers, found = [str(row.get("number")) for row in bare if row.get("number")], {}
    for start in range(0, len(numbers), BATCH):
        units = PollutionSource.objects.filter(number__in=numbers[start : start + BATCH])
        found |= {number.lower(): code for number, code in units.values_list("number", "credit_code")}
    return found


def _check_permit(table: Table, row: Row, today: datetime.date, kept: dict[str, str]) -> None:
    """:param kept: `_kept_codes`: a code that the row does not say stays as it is registered."""
    values = row.values
    registered = kept.get(str(row.get("number")).lower())
    credit, permit = values.get("credit_code", registered), values.get("permit_number")
    # Where the credit code is already at fault, this would be the same fault a second time.
    if credit and permit and not permit.startswith(credit) and "credit_code" not in row.wrong:
        table.fault(
            row,
            "permit_number",
            f"前 18 位与本单位的统一社会信用代码 {credit} 不一致",
            "请核对这两个号码，改正写错的一个",
        )
    if (expiry := values.get("permit_expiry")) and expiry < today:
        table.note(f"{table.column_name('permit_expiry', row)}的日期已过，请核对是否已经换证", row)


def _check_place(table: Table, row: Row, filled: set[str], where: Region) -> None:
    _split_place(table, row, filled)
    place = Place(row.values.get("longitude"), row.values.get("latitude"))
    if place.in_county:
        return
    if place.swapped:
        at = table.letters_of(row)
        letters = f"{at.get('longitude', '')}列和{at.get('latitude', '')}列"
        table.fault(
            row,
            "longitude",
            f"{SWAPPED}（纬度填的是 {place.latitude.normalize()}）",
            f"请把{letters}的数字对调",
        )
        return
    far = place.far()
    for at in far:
        table.fault(row, _PLACE[at], where.far_in_words(at), "请核对后改正；一时查不清的留空")
    if place.outside and not far:
        table.note(f"坐标不在{where.bounds_in_words}，请核对；在边界以外的单位可以这样", row)
    if set(_PLACE) <= row.values.keys() and (place.longitude is None) != (place.latitude is None):
        table.note("经度、纬度只填了一个", row)


def _split_place(table: Table, row: Row, filled: set[str]) -> None:
    """Give both columns what stands in one cell, if the other cell is empty, or the file has no such column.

    :param filled: gets the attribute that is no column.
    """
    for name, other in (_PLACE, _PLACE[::-1]):
        if not isinstance(both := row.values.get(name), TwoDegrees):
            continue
        if other not in row.wrong and row.get(other) is None:
            row.values |= in_order(*both)._asdict()
            if other not in table.columns:
                filled.add(other)
            table.note(f"{table.column_name(name, row)}一格里写了经度和纬度，已分别读取", row)
        else:
            del row.values[name]
            table.fault(row, name, "一格里写了两个数", "请把经度和纬度分别填在各自的列里")


def _check_class(table: Table, row: Row) -> None:
    values = row.values
    category = values.get("category")
    if category == Category.KEY and "media" in table.columns and values.get("media") == "":
        table.note("是重点排污单位，但没有填重点单位类型", row)
    elif category == Category.SPECIAL and values.get("special_reason") == "":
        table.note("是特殊监管对象，但没有填特殊监管原因", row)
    elif category == Category.GENERAL and values.get("media"):
        table.note("是一般排污单位，却填了重点单位类型", row)
    start, end = values.get("special_from"), values.get("special_until")
    if start and end and end < start:
        table.fault(row, "special_until", f"早于起始日 {start}", "请核对特殊监管的起止日期")


def exchanged(faults: Iterable[Fault]) -> dict[int, dict[str, str]]:
    """Return {row: {attribute: what is to be read}} of rows whose coordinates stand in each other's place."""
    found = {}
    for fault in faults:
        latitude = _SWAPPED_WITH.match(fault.problem)
        if fault.row and fault.whole and latitude:
            found[fault.row] = {"longitude": latitude[1], "latitude": fault.value}
    return found


def code_rows() -> list[tuple[str, str, str]]:
    """Return the specialities as the template's sheet of codes, its heading first."""
    heading = ("行业专业组代码", "行业专业组", "所含行业的代码开头")
    return [heading, *Speciality.objects.order_by("code").values_list("code", "name", "prefixes")]


preview = SourceImporter.preview
import_file = SourceImporter.import_file
