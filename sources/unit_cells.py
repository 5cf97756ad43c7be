"""What the cells of a unit tell of each other: a state behind the name, a telephone behind a person, a code in the permit number.

A value taken from another cell fills an empty one, is told, and never replaces what the registry holds.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from stdnum.cn import uscc

from wugang_audit.imports.importer import BATCH
from wugang_audit.imports.tidy_names import tidy_names
from wugang_audit.spreadsheets.cell_text import clean, shown, word
from wugang_audit.spreadsheets.contacts import holds_digits, without_numbers
from wugang_audit.spreadsheets.corrections import cell_key
from wugang_audit.spreadsheets.persons import Person, persons
from wugang_audit.spreadsheets.table import Row, Table

from .columns import OPERATING_STATES, OUT_OF_USE, OUT_OF_USE_WORD, STRUCK_OFF
from .matching import GIVEN
from .models import OperatingState, PollutionSource
from .remarked_states import RemarkedStates

PERSONS = ("contact", "legal_representative")  # whose telephone it is: the one to be called comes first
_WITH_NUMBERS = (*PERSONS, "address")
GONE = frozenset(
    ("搬迁", "已搬迁", "拆除", "已拆除", "取缔", "已取缔")
)  # of the site, whose unit may be there still
_LONG_NUMBER = re.compile(r"[0-9]{5}")
_THE_SAME = frozenset(("同法人", "同法定代表人", "同法人代表", "同负责人"))
_LONGEST_PHONE = 40
STRUCK_OFF_ASKED = "营业执照已经注销、吊销或迁出：请说明这些单位怎样登记；不回答的，名录里已有的不变，新的要勾选才登记（按停产）"
STRUCK_OFF_MEANS = (
    (OUT_OF_USE_WORD, "停用：不再在库，不参加抽签，历史仍保留"),
    ("停产", "仍在库，按停产登记"),
    ("正常生产", "仍在库，还在生产"),
)
SEVERAL = "一格里写了几个人，只读一个"
_ASKED = {"contact": re.compile(r"环保|联系|联络"), "legal_representative": re.compile(r"法")}
_LONGEST_REMARKS = 500
_HELD = ("remarks", "credit_code", "phone", "is_active", "operating_state", *_WITH_NUMBERS)


@dataclass
class UnitCells:
    """Reads the cells of one import in two steps: before and after it is known which unit each row means.

    `filled` are the attributes that rows got though the file has no such column.
    """

    table: Table
    filled: set[str] = field(default_factory=set)
    raw: dict[int, dict[str, str]] = field(default_factory=dict)  # {row: {attribute: as it was written}}
    phones: dict[int, list[str]] = field(default_factory=dict)
    others: dict[int, dict[str, str]] = field(default_factory=dict)  # {row: {attribute: who was not read}}
    struck_off: list[Row] = field(default_factory=list)

    def read(self) -> None:
        """Split what stands in one cell, before the rows are matched."""
        self.remarked = RemarkedStates(self.table)
        written = tidy_names(self.table, PollutionSource, OPERATING_STATES.words.keys() | GONE)
        for row in self.table.rows:
            if (name := written.get(row.number)) and name.state:
                self._take_state(row, name.state)
            self._split(row)
            self._read_contact(row)
            if self.remarked.reads:
                self.remarked.read(row, self._fill)
            self._read_state(row)

    def _read_state(self, row: Row) -> None:
        """Note who is struck off; one of whom a clerk said that it is out of use leaves the registry."""
        state = row.values.get("operating_state")
        if state == OUT_OF_USE:
            row.values["operating_state"] = OperatingState.STOPPED
            self._fill(row, "is_active", False)
        elif state == STRUCK_OFF:
            del row.values["operating_state"]
            self.struck_off.append(row)
            row.doubt = row.doubt or f"{self.table.headers['operating_state']}写着“{_said(row)}”"

    def _take_state(self, row: Row, said: str) -> None:
        """Let the state in brackets behind a name count where the column of states says nothing."""
        state = OPERATING_STATES.words.get(word(said), OperatingState.STOPPED)
        if word(said) in GONE:
            notice = f"名称里写着“{said}”，按停产登记，请核对单位是否还在"
        else:
            notice = f"名称里写着“{said}”，已记入生产状态"
        if "operating_state" in row.cells or "operating_state" in row.wrong:
            if row.get("operating_state") != state:
                self.table.note(f"名称里写着“{said}”，和生产状态一列不同，按生产状态一列读取", row)
            return
        self._fill(row, "operating_state", state)
        self.table.note(notice, row)

    def _split(self, row: Row) -> None:
        for attribute in _WITH_NUMBERS:
            text = row.values.get(attribute)
            if not isinstance(text, str) or not holds_digits(text):
                continue
            if attribute in PERSONS and (several := persons(text)):
                self._read_one_of(row, attribute, text, several)
                continue
            parted = without_numbers(text)
            if attribute in PERSONS and _LONG_NUMBER.search(parted.text):
                self.table.note(
                    f"{self.table.column_name(attribute, row)}里有一串数字，不像姓名，请核对", row
                )
            if parted.text == text:
                continue
            self.raw.setdefault(row.number, {})[attribute] = text
            row.cells.setdefault(attribute, text)
            row.values[attribute] = parted.text
            if attribute in PERSONS:
                self.phones.setdefault(row.number, []).extend(parted.phones)
            if parted.identities:
                self.table.note(f"{self.table.column_name(attribute, row)}里的身份证号码没有读取", row)

    def _read_one_of(self, row: Row, attribute: str, text: str, several: Sequence[Person]) -> None:
        """Read the person whom the column asks for, else the first; the others go into the remarks."""
        one = next((each for each in several if _ASKED[attribute].search(each.post)), several[0])
        self.raw.setdefault(row.number, {})[attribute] = text
        row.cells.setdefault(attribute, text)
        row.values[attribute] = one.name
        self.phones.setdefault(row.number, []).extend(one.phones)
        others = "、".join(each.in_words for each in several if each is not one)
        self.others.setdefault(row.number, {})[attribute] = (
            f"{self.table.columns[attribute].header}一格里还写着：{others}"
        )
        posts = "、".join(each.post + each.name for each in several)
        self.table.apply(row, SEVERAL, attribute, posts, one.name)

    def _read_contact(self, row: Row) -> None:
        """Read 同法人 as the legal representative."""
        text = row.values.get("contact")
        if text in _THE_SAME and (person := row.values.get("legal_representative")):
            self.raw.setdefault(row.number, {})["contact"] = text
            row.cells.setdefault("contact", text)
            row.values["contact"] = person
            self.table.note(f"{self.table.column_name('contact', row)}里的“{text}”按法定代表人读取", row)

    def _fill(self, row: Row, attribute: str, value: Any) -> None:
        row.values[attribute] = value
        if attribute not in self.table.columns:
            self.filled.add(attribute)

    def settle(self) -> None:
        """Fill empty cells, now that the rows have their units."""
        coded = [row for row in self.table.rows if _code_in_permit(row)]
        asked = {row.number: row for row in coded}
        asked |= {row.number: row for row in self.table.rows if row.number in self.raw}
        asked |= {row.number: row for row in self.struck_off} | {
            number: row for number, (row, _) in self.remarked.open.items()
        }
        held = _held(str(row.get("number", "")) for row in asked.values())
        for row in asked.values():
            unit = None if row.found_by == GIVEN else held.get(str(row.get("number", "")).lower())
            self._keep_written(row, unit)
            self._settle_others(row, unit)
            self._settle_phone(row, unit)
        self._ask_of_struck_off(held)
        self.remarked.offer(lambda row: _unit_of(row, held).get("operating_state"))
        # One firm may have several permits, for works of several names: whose code it is, a clerk must say.
        times = Counter(map(_code_of, self.table.rows)) if coded else Counter()
        for row in coded:
            unit = held.get(str(row.get("number", "")).lower())
            code = _code_in_permit(row)
            # A unit that is there keeps an empty code: its export comes in as unchanged.
            if unit and unit["credit_code"] == code:
                self._fill(row, "credit_code", code)
            elif unit is None and times[code] == 1:
                self._fill(row, "credit_code", code)
                self.table.note("没有写统一社会信用代码，按许可证编号的前 18 位记入", row)

    def _ask_of_struck_off(self, held: dict[str, dict[str, Any]]) -> None:
        for row in self.struck_off:
            unit = None if row.found_by == GIVEN else held.get(str(row.get("number", "")).lower())
            if unit is None:
                self._fill(row, "operating_state", OperatingState.STOPPED)  # if it comes in at all
            elif not unit["is_active"]:
                continue
            said = _said(row)
            question = self.table.ask(row, "operating_state", cell_key(said), said, STRUCK_OFF_ASKED)
            question.suggestions = question.suggestions or STRUCK_OFF_MEANS

    def _keep_written(self, row: Row, unit: dict[str, Any] | None) -> None:
        """Leave what the registry holds in just this form: its export comes in as unchanged."""
        for attribute, text in self.raw.get(row.number, {}).items():
            name = self.table.column_name(attribute, row)
            if unit and unit[attribute] == text:
                row.values[attribute] = text
                self.phones.pop(row.number, None)
                self.others.get(row.number, {}).pop(attribute, None)
                self.table.note(f"{name}里有电话或身份证号码，名录里登记的也是这样，请到名录里改正", row)
            elif attribute not in PERSONS:
                self.table.note(f"{name}里的电话号码没有读取", row)

    def _settle_others(self, row: Row, unit: dict[str, Any] | None) -> None:
        """Add the persons who were not read to the remarks; what the registry holds there is not replaced."""
        said = "；".join(self.others.get(row.number, {}).values())
        if not said or "remarks" in row.wrong:
            return
        there = "remarks" in self.table.columns
        held = str(row.get("remarks") or "") if there else unit["remarks"] if unit else ""
        if said in held:
            return
        whole = f"{held}；{said}" if held else said
        if len(whole) > _LONGEST_REMARKS or (held and not there):
            self.table.note("一格里写了几个人，其余的人没有记入备注，请到名录里补记", row)
            return
        self._fill(row, "remarks", whole)
        self.table.note("一格里写了几个人，只读一个，其余的人连同电话记入备注", row)

    def _settle_phone(self, row: Row, unit: dict[str, Any] | None) -> None:
        phones = list(dict.fromkeys(self.phones.get(row.number, ())))
        if not phones:
            return
        joined = "、".join(phones)
        if len(joined) > _LONGEST_PHONE:
            joined = phones[0]
        if row.get("phone") or "phone" in row.wrong:
            if not all(each in str(row.get("phone")) for each in phones):
                self.table.note("姓名后面的电话和联系电话一列不同，按联系电话一列读取", row)
        elif unit and unit["phone"] and unit["phone"] != joined:
            row.values.pop("phone", None)
            self.table.note("姓名后面的电话和名录里的不同，名录里的没有改", row)
        else:
            self._fill(row, "phone", joined)
            self.table.note("姓名后面的电话已记入联系电话", row)


def _unit_of(row: Row, held: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return what the registry holds of a row's unit; nothing of a new one."""
    return {} if row.found_by == GIVEN else held.get(str(row.get("number", "")).lower(), {})


def _said(row: Row) -> str:
    return clean(shown(row.cells.get("operating_state"))) or "注销"


def _code_in_permit(row: Row) -> str:
    """Return the credit code that the permit number begins with, where the row tells no other one."""
    if row.values.get("credit_code") or "credit_code" in row.wrong:
        return ""
    code = str(row.values.get("permit_number") or "")[:18]
    return code if uscc.is_valid(code) else ""


def _code_of(row: Row) -> str:
    return str(row.get("credit_code") or row.get("permit_number") or "")[:18]


def _held(numbers: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return {number in lower case: what the registry holds} of units."""
    listed = sorted({number for each in numbers if each for number in (each, each.lower(), each.upper())})
    found = {}
    for start in range(0, len(listed), BATCH):
        units = PollutionSource.objects.filter(number__in=listed[start : start + BATCH])
        for values in units.values("number", *_HELD):
            found[values["number"].lower()] = values
    return found
