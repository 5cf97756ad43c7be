"""The fields of a sheet: a verdict and a note for each point, a reading for each limit, a state for each facility."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ...models import ChecklistPoint, Finding
from ...models.checklists import names_of
from ..fields import LinesField
from .limits import BadReading, broken, read
from .permit_rows import PermitRows, ReadingRow
from .plausible import impossible, rare
from .sheet import Section, clauses

RUNNING = [("on", "运行"), ("off", "停运")]


@dataclass(frozen=True)
class PointRow:
    """A point of the checklist with the bound fields of its verdict and of its note."""

    point: ChecklistPoint
    verdict: forms.BoundField
    note: forms.BoundField
    is_hinted: bool = False  # something in the note looks like personal data
    reason_is_wrong: bool = False  # what was given as the reason why it is none cannot be read

    @property
    def is_wrong(self) -> bool:
        return bool(self.verdict.errors or self.note.errors or self.reason_is_wrong)

    @property
    def is_told(self) -> bool:
        return _is_told(self.verdict) or _is_told(self.note)


@dataclass(frozen=True)
class SectionRows:
    """A section with its rows, and what its folded line says of them."""

    section: Section
    rows: list[PointRow]
    is_open: bool = False

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def done(self) -> int:
        return sum(bool(row.verdict.value()) for row in self.rows)

    @property
    def failed(self) -> int:
        return sum(row.verdict.value() == Finding.Verdict.FAIL for row in self.rows)

    @property
    def wrong(self) -> int:
        return sum(row.is_wrong for row in self.rows)

    @property
    def hinted(self) -> int:
        """How many notes hold something that stops nothing yet, and would stop the report when it is handed in."""
        return sum(row.is_hinted and not row.is_wrong for row in self.rows)

    @property
    def is_told(self) -> bool:
        return any(row.is_told for row in self.rows)


@dataclass(frozen=True)
class FacilityRows:
    """The treatment facilities, and what their folded line says of them."""

    fields: list[forms.BoundField]
    is_open: bool = False
    hinted = 0  # nothing is written in them

    @property
    def total(self) -> int:
        return len(self.fields)

    @property
    def done(self) -> int:
        return sum(bool(field.value()) for field in self.fields)

    @property
    def off(self) -> int:
        return sum(field.value() == "off" for field in self.fields)

    @property
    def wrong(self) -> int:
        return sum(bool(field.errors) for field in self.fields)

    @property
    def is_told(self) -> bool:
        return any(map(_is_told, self.fields))


def _is_told(field: forms.BoundField) -> bool:
    """Whether the reviewer wrote something about it (`review.forms.pin`)."""
    return bool(getattr(field.field, "told", None))


@dataclass(frozen=True)
class LimitRow:
    """A limit with the bound field of its reading."""

    row: ReadingRow
    field: forms.BoundField

    @cached_property
    def value(self) -> Decimal | None:
        """What stands in the field; None where nothing, or nothing plain, stands there."""
        try:
            return read(self.field.value() or "", self.row.unit)
        except BadReading:
            return None

    @property
    def broken(self) -> str:
        """How the value breaks the limit, in words; empty where it does not, or cannot be judged."""
        return (self.value is not None and broken(self.value, self.row.limit, self.row.unit)) or ""

    @property
    def rare(self) -> str:
        """That the value is seldom true."""
        return "" if self.value is None else rare(self.value, self.row.pollutant, self.row.unit)


@dataclass(frozen=True)
class OutletRows:
    outlet: str
    rows: list[LimitRow]

    @property
    def done(self) -> int:
        return sum(bool(row.field.value()) for row in self.rows)

    @property
    def over(self) -> int:
        return sum(bool(row.broken) for row in self.rows)

    @property
    def wrong(self) -> int:
        return sum(bool(row.field.errors) for row in self.rows)

    @property
    def is_open(self) -> bool:
        return any(row.field.errors or _is_told(row.field) for row in self.rows)


class ReadingField(forms.CharField):
    """A number in the unit of its limit; None where nothing was typed."""

    def __init__(self, row: ReadingRow) -> None:
        self.row = row
        limit = f"限值 {row.limit} {row.unit}".strip() if row.limit else f"许可证没有限值 {row.unit}".strip()
        widget = forms.TextInput(
            {
                "inputmode": "decimal",
                "data-limit": row.limit,
                "data-unit": row.unit,
                "size": 10,
                "enterkeyhint": "next",
            }
        )
        super().__init__(
            label=row.pollutant,
            help_text=format_html("{}", limit),
            required=False,
            max_length=40,
            widget=widget,
        )

    def clean(self, value: str | None) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        where = f"{self.row.outlet} {self.row.pollutant}"
        try:
            value = read(text, self.row.unit)
        except BadReading as wrong:
            raise forms.ValidationError(f"{where}：{wrong}") from wrong
        if told := impossible(value, self.row.pollutant, self.row.unit):
            raise forms.ValidationError(f"{where}：{told}")
        return value


def point_fields(sections: list[Section], day: datetime.date) -> dict[str, forms.Field]:
    """Return the fields of all points, numbered through; the clauses that are law on the day are shown."""
    fields: dict[str, forms.Field] = {}
    points = [point for section in sections for point in section.points]
    names = names_of(points)
    for number, point in enumerate(points, 1):
        fields[f"verdict_{point.pk}"] = forms.ChoiceField(
            label=f"{number}. {names[point.pk]}",
            help_text=_what_to_look_at(point, day),
            choices=Finding.Verdict.choices,
            widget=forms.RadioSelect,
            required=False,
        )
        fields[f"note_{point.pk}"] = LinesField(label=f"{names[point.pk]}的说明", rows=3, max_length=500)
    return fields


def row_fields(rows: PermitRows) -> dict[str, forms.Field]:
    """Return the fields of the rows that the unit's permit repeats."""
    facilities = {
        f"facility_{row.key}": forms.ChoiceField(
            label=str(row), choices=RUNNING, widget=forms.RadioSelect, required=False
        )
        for row in rows.facilities
    }
    return facilities | {f"reading_{row.key}": ReadingField(row) for row in rows.readings}


def _what_to_look_at(point: ChecklistPoint, day: datetime.date) -> SafeString:
    """The guidance, and each clause with its days: the page shows those of the day that is typed."""
    lines = (
        (
            each.basis.in_force_from.isoformat(),
            each.basis.in_force_until.isoformat() if each.basis.in_force_until else "",
            "" if each.in_force else SafeString(" hidden"),
            each.basis.cited,
        )
        for each in clauses(point, day)
    )
    shown = format_html_join("", '<span class="clause" data-from="{}" data-until="{}"{}>{}</span>', lines)
    if not shown:
        return format_html("{}", point.guidance)
    return format_html(
        '{}<details class="clauses"><summary>依据</summary>{}</details>', point.guidance, shown
    )
