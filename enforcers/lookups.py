"""What the cells of an officers' workbook name in other registries: specialities with a level, and units."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sources import names
from sources.models import PollutionSource, Speciality
from wugang_audit.imports.pairing import pairs
from wugang_audit.spreadsheets.cell_text import word
from wugang_audit.spreadsheets.table import Row, Table

from .models import Ability, Officer, Recusal

_LEVELS = {word(level.label): level for level in Ability.Level}
_WITH_LEVEL = re.compile(r"(.+?)\s*[(（]([^()（）]+)[)）]")


def find_officers(table: Table) -> None:
    """Find whom each row without a certificate number means, and which draft a new number completes: by name.

    Several of one name are told apart by all else that they have in common. What is found so must be confirmed.
    """
    numbers = {
        number.lower() for number in Officer.objects.values_list("certificate_number", flat=True) if number
    }
    asking = defaultdict(list)
    for row in table.rows:
        number = str(row.get("certificate_number") or "")
        row.found_by = "执法证号" if number else "新登记，执法证号待补"
        if row.separate or "certificate_number" in row.wrong:
            continue
        if row.get("name") and number.lower() not in numbers:
            asking[word(row.get("name"))].append(row)
    if not asking:
        return
    taken = {
        str(row.get("certificate_number")).lower() for row in table.rows if row.get("certificate_number")
    }
    there = defaultdict(list)
    for values in Officer.objects.order_by("-is_active", "pk").values():
        if word(values["name"]) in asking and values["certificate_number"].lower() not in taken:
            there[word(values["name"])].append(values)
    _add_related(there)
    for name, officers in there.items():
        _pair(asking[name], officers)


def _pair(rows: Sequence[Row], officers: Sequence[dict[str, Any]]) -> None:
    """Let rows of one name stand for officers of that name: those that agree in everything first, faulty rows last.

    A number is never replaced by another: rows with a new one can only complete a draft.
    """
    left = {each["id"]: each for each in officers}

    def take(asking: list[Row], offered: Iterable[int], only_agreeing: bool = False) -> None:
        objects = [(pk, left[pk]) for pk in offered]
        open_rows = [row for row in asking if row.stands_for is None]
        for row, pk in pairs(open_rows, objects, only_agreeing=only_agreeing):
            row.stands_for, row.found_by, row.to_confirm = pk, "姓名", True
            del left[pk]

    for group in ([row for row in rows if not row.faulty], [row for row in rows if row.faulty]):
        bare = [row for row in group if not row.get("certificate_number")]
        take(bare, left, only_agreeing=True)
        drafts = [pk for pk, each in left.items() if not each["certificate_number"]]
        take([row for row in group if row.get("certificate_number")], drafts)
        take(bare, left)


def _add_related(there: Mapping[str, list[dict[str, Any]]]) -> None:
    """Tell of officers of one name what each masters and is recused from, as a row of the export has it once it is matched."""
    several = {each["id"]: each for officers in there.values() for each in officers if len(officers) > 1}
    held: dict[int, dict[Speciality, int | None]] = defaultdict(dict)
    abilities = Ability.objects.select_related("speciality").order_by("speciality__code")
    for ability in abilities if several else ():
        competent = ability.level == Ability.Level.COMPETENT  # which no cell says
        held[ability.officer_id][ability.speciality] = None if competent else Ability.Level(ability.level)
    recused: dict[int, list[PollutionSource]] = defaultdict(list)
    recusals = Recusal.objects.select_related("source").order_by("source__number")
    for recusal in recusals.filter(officer__in=several) if several else ():
        recused[recusal.officer_id].append(recusal.source)
    for pk, values in several.items():
        values["specialities"], values["recusals"] = held[pk], recused[pk]


def match_specialities(table: Table) -> None:
    """Turn names or codes of specialities into {speciality: level, or None where none is said}."""
    everything = list(Speciality.objects.all())
    known = {word(name): each for each in everything for name in (each.code, each.name)}
    fix = f"请从以下选填，多个用顿号分开：{'、'.join(each.name for each in everything)}"
    for row in table.rows:
        if "specialities" not in row.values:
            continue
        found: dict[Speciality, set[str]] = {}
        unknown = []
        for name in row.values["specialities"]:
            speciality, level = _read(name, known)
            if speciality is None:
                unknown.append(name)
            else:
                found.setdefault(speciality, set()).add(level)
        if unknown:
            table.fault(row, "specialities", f"没有这样的行业专业组：{'、'.join(unknown)}", fix)
        _refuse_levels(table, row, found)
        if "specialities" not in row.wrong:
            # At most one word is left besides the empty one, which sorts before it.
            by_code = sorted(found.items(), key=lambda pair: pair[0].code)
            row.values["specialities"] = {each: _LEVELS.get(max(said)) for each, said in by_code}


def _read(name: str, known: dict[str, Speciality]) -> tuple[Speciality | None, str]:
    """Return the speciality and the word for the level that follows it in brackets, if any."""
    if speciality := known.get(word(name)):
        return speciality, ""
    parts = _WITH_LEVEL.fullmatch(name)
    return (known.get(word(parts[1])), word(parts[2])) if parts else (None, "")


def _refuse_levels(table: Table, row: Row, found: dict[Speciality, set[str]]) -> None:
    fix = f"请在括号里写{'、'.join(Ability.Level.labels)}之一，不写的保持不变（新增的按{Ability.Level.COMPETENT.label}）"
    for speciality, said in found.items():
        if strange := sorted(said - _LEVELS.keys() - {""}):
            table.fault(row, "specialities", f"“{speciality}”后面的“{'、'.join(strange)}”不是能力", fix)
        elif len(said - {""}) > 1:
            table.fault(row, "specialities", f"“{speciality}”写了几种能力", fix)


def match_units(table: Table) -> None:
    """Turn registry numbers or names into units (see `sources.names`); what is unknown or ambiguous is a fault."""
    asked = {word(name) for row in table.rows for name in row.get("recusals", ())}
    units: dict[str, dict[int, PollutionSource]] = {}
    struck = set()
    for form, unit in names.called(PollutionSource.objects.all(), asked, "number", "name"):
        if unit.is_active:
            units.setdefault(form, {})[unit.pk] = unit
        else:
            struck.add(form)
    for row in table.rows:
        if "recusals" not in row.values:
            continue
        found = [units.get(word(name), {}) for name in row.values["recusals"]]
        for name, matching in zip(row.values["recusals"], found, strict=True):
            if not matching:
                _refuse_unknown(table, row, name, word(name) in struck)
            elif len(matching) > 1:
                numbers = "、".join(sorted(unit.number for unit in matching.values()))
                fix = f"请改填污染源编码（{numbers}中的一个）"
                table.fault(row, "recusals", f"叫“{name}”的单位不止一家", fix, name)
        if "recusals" not in row.wrong:
            units_named = {unit.number: unit for matching in found for unit in matching.values()}
            row.values["recusals"] = [units_named[number] for number in sorted(units_named)]


def _refuse_unknown(table: Table, row: Row, name: str, struck: bool) -> None:
    problem = f"“{name}”在污染源名录中已停用" if struck else f"污染源名录中没有“{name}”"
    fix = "请填污染源编码或单位全称，多个用顿号分开；如果污染源名录还没有导入，请先导入"
    if struck:
        fix = "请从这一格里删去；单位仍在的，先在污染源名录中恢复"
    table.fault(row, "recusals", problem, fix, name)
