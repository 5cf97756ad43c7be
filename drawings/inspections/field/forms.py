"""The officers' report."""

import datetime
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils import timezone

from wugang_audit import clock

from ...models import ChecklistVersion, Finding, Inspection, Measure
from ...models.checklists import names_of
from ...models.inspection import Outcome
from ...privacy_gate.forms import Guarded
from ...privacy_gate.queries import Mark, Marked, Text
from .. import privacy
from ..fields import LinesField
from .arrival import FIELDS as ARRIVAL
from .arrival import HTML_MINUTE, Arrival, arrival_fields
from .merging import MOMENTS, Difference, merged, too_late
from .permit_rows import permit_rows
from .record import is_frozen
from .report import WITH_DUE_DAY, Answer, Report, Stage, faults, stored, unseen
from .sheet import Sheet, day_of, sheet
from .sheet_fields import point_fields, row_fields

RECTIFY_DAYS = settings.RECTIFY_DAYS
# The buttons of a section, each with what it puts where nothing is filled in.
WHOLE_SECTION = {"all": Finding.Verdict.PASS, "all_absent": Finding.Verdict.ABSENT}
# The fields that stay open once the on-site record is frozen, beside the measures.
ASSESSMENT = ("version", "versions", "outcome", "summary")


@dataclass(frozen=True)
class Losing:
    """A checklist that the team wants to drop again, and what it would lose: name of the point, verdict, note."""

    version: ChecklistVersion
    lost: list[tuple[str, str, str]]


class ReportForm(Guarded, forms.Form):
    """A report with one verdict and one note for each point of the checklists, and the rows of the permit.

    Once the on-site record is frozen, it has the fields of the assessment alone.

    :param complete: whether the report is to be handed in, so that gaps count.
    :param on_site: whether the on-site record is to be frozen, so that gaps in it count.
    :param shown: whether a phone has shown that record already.
    """

    version = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": "页面不完整，请刷新后再填。"}
    )
    # The versions of the checklists that the page was opened with.
    versions = forms.CharField(widget=forms.HiddenInput, required=False)
    visited_at = forms.DateTimeField(
        label="检查时间",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=HTML_MINUTE),
    )
    outcome = forms.ChoiceField(
        label="检查结论", required=False, choices=Outcome.choices, widget=forms.RadioSelect
    )
    summary = LinesField(
        label="检查情况",
        rows=6,
        max_length=2000,
        help_text="看了什么、发现了什么、怎样处理的。不要写电话、身份证号等个人信息：确认后向社会公开。",
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        inspection: Inspection,
        complete: bool = False,
        on_site: bool = False,
        shown: bool = False,
        opened: tuple[int, ...] = (),
    ) -> None:
        self.inspection, self.complete, self.on_site = inspection, complete, on_site
        self.frozen = is_frozen(inspection)
        self.losing: Losing | None = None
        self.unseen: list[str] = []  # the fields that the button at the outcome would empty
        self.given_up: frozenset[int] = frozenset()
        self.sheet, data = self._sheet(data, opened)
        self.permit = permit_rows(inspection)
        initial = {"version": inspection.version, "versions": _listed(self.sheet)} | stored(inspection).flat()
        super().__init__(data, initial=initial)
        self.fields |= arrival_fields()
        for name in MOMENTS:
            self.fields[name].widget.attrs |= {
                "min": _minute(inspection.selection.draw.published_at),
                "max": _minute(clock.now()),
            }
        self.fields |= point_fields(self.sheet.sections, self._day())
        self.fields |= row_fields(self.permit)
        self.gone = {name: str(field.label) for name, field in self.fields.items()}
        if self.frozen:
            self.fields = {name: self.fields[name] for name in ASSESSMENT}
        self.fields |= _measure_fields()
        # What a phone has frozen alone, with the firm's signature, is searched when the report is handed in.
        self.stops = complete or (on_site and not shown)
        if not self.is_bound:
            self.guard({name: self._text(name) for name in self._text_names()})

    def _sheet(self, data: QueryDict | None, opened: tuple[int, ...]) -> tuple[Sheet, QueryDict | None]:
        """Return the sheet, and what was typed after the buttons of the sheet have had their effect."""
        if data is None:
            return sheet(self.inspection, opened), None
        opened = keys_in(data.get("versions", ""))
        shown = sheet(self.inspection, opened)
        add = keys_in(data.get("add", ""))
        drop = keys_in(data.get("drop", "") or data.get("drop_filled", ""))
        if add and add[0] in {version.pk for version in shown.to_add}:
            shown = sheet(self.inspection, (*shown.version_ids, add[0]))
        elif drop and drop[0] in shown.added:
            shown = self._without(shown, drop[0], data)
        data = data.copy()
        data["versions"] = _listed(shown)
        for button, verdict in WHOLE_SECTION.items():
            every = keys_in(data.get(button, ""))
            section = shown.section_of(every[0]) if every else None
            for point in section.points if section else ():
                if not data.get(f"verdict_{point.pk}"):
                    data[f"verdict_{point.pk}"] = verdict.value
        for name in data.get("unseen", "").split():
            if name.startswith(("verdict_", "reading_")):
                data[name] = ""
        return shown, data

    @property
    def stage(self) -> Stage:
        if self.on_site:
            return Stage.ON_SITE
        if not self.complete:
            return Stage.DRAFT
        return Stage.ASSESSMENT if self.frozen else Stage.REPORT

    def _without(self, shown: Sheet, version: int, data: QueryDict) -> Sheet:
        """Leave a checklist out again that was added by hand; what is filled in goes only if that was confirmed."""
        points = [point for point in shown.points if point.version_id == version]
        answers = stored(self.inspection).answers
        lost, names = [], names_of(shown.points)
        for point in points:
            typed = Answer(data.get(f"verdict_{point.pk}", ""), data.get(f"note_{point.pk}", "").strip())
            answer = typed if typed != Answer() else answers.get(point.pk, Answer())
            if answer != Answer():
                verdict = dict(Finding.Verdict.choices).get(answer.verdict, "")
                lost.append((names[point.pk], verdict, answer.note))
        if lost and not data.get("drop_filled"):
            self.losing = Losing(next(each for each in shown.versions if each.pk == version), lost)
            return shown
        self.given_up = frozenset({version})
        return sheet(self.inspection, tuple(pk for pk in shown.version_ids if pk != version))

    def _day(self) -> datetime.date:
        """The day whose law the page shows: as typed, else as stored."""
        try:
            typed = self.fields["visited_at"].clean(self["visited_at"].value())
        except forms.ValidationError:
            typed = None
        return day_of(typed)

    def measures(self) -> list[forms.BoundField]:
        return [self[f"measure_{kind}"] for kind in Measure.Kind]

    def clean(self) -> None:
        if self.losing:
            self.add_error(
                None,
                f"“{self.losing.version.checklist}”已经填了 {len(self.losing.lost)} 项：去掉前请先确认。",
            )
        if told := too_late(self) if self.frozen else self._without_row():
            self.add_error(None, told)
        report, broken = self.report(), frozenset(self.errors)
        self.guard({name: self._text(name) for name in self._text_names()})
        if NON_FIELD_ERRORS in broken:
            return
        for fault in faults(
            report,
            points=self.sheet.points,
            permit=self.permit,
            published_at=self.inspection.selection.draw.published_at,
            stage=self.stage,
        ):
            if fault.field in ("outcome", "entry"):
                self.unseen = unseen(report, self.sheet.points)
            # All is told in one round; but what was not read says nothing of itself, nor of the outcome.
            if fault.field not in broken and not (broken and fault.field == "outcome"):
                self.add_error(fault.field, fault.message)

    def _without_row(self) -> str:
        """Say which values were typed for rows of the permit that are there no more: the page cannot show them again."""
        typed = {
            kind: [
                value
                for name, value in self.data.items()
                if name.startswith(kind) and name not in self.fields and value.strip()
            ]
            for kind in ("reading_", "facility_")
        }
        readings, states = typed["reading_"], typed["facility_"]
        parts = []
        if readings:
            values = "、".join(value.strip()[:40] for value in readings[:10])
            parts.append(f"{len(readings)} 个读数（{values}）")
        if states:
            parts.append(f"{len(states)} 个治理设施的运行情况")
        if not parts:
            return ""
        return (
            f"名录里的许可条件刚刚有改动：您填的 {'和 '.join(parts)}没有对应的许可条件，请核对后再填。"
            "这次没有保存。"
        )

    def _text_names(self) -> list[str]:
        """The names of the fields whose texts are searched; of a frozen record too: a phone may have frozen it alone."""
        notes = [f"note_{point.pk}" for point in self.sheet.points]
        return notes if self.on_site else ["summary", *notes]

    def _text(self, name: str) -> str:
        """A text as it was typed, or as the frozen record has it."""
        held = self.cleaned_data if self.is_bound and name in self.fields else self.initial
        return held.get(name) or ""

    def label_of(self, name: str) -> str:
        return self.gone.get(name) or super().label_of(name)

    def marked(self) -> Marked:
        return privacy.marked(self.inspection)

    def marks(self) -> list[Mark]:
        """Return what is marked as not personal and stands in the form now: its reason goes on to hold."""
        names = {
            name: Text(
                self.label_of(name), self[name].value() or "" if name in self.fields else self._text(name)
            )
            for name in self._text_names()
        }
        return privacy.marks_among(self.inspection, names)

    def report(self) -> Report:
        """Return what was typed; blank where a field could not be read."""
        values = self.cleaned_data
        due = values.get(f"due_{WITH_DUE_DAY}")
        assessment: dict[str, Any] = {
            "outcome": values.get("outcome", ""),
            "summary": values.get("summary", ""),
            "measures": {
                kind: due if kind == WITH_DUE_DAY else None
                for kind in Measure.Kind.values
                if values.get(f"measure_{kind}")
            },
        }
        if self.frozen:
            return replace(stored(self.inspection), **assessment)
        readings = {
            (row.outlet, row.pollutant): values.get(f"reading_{row.key}") for row in self.permit.readings
        }
        states = {row.code: values.get(f"facility_{row.key}") for row in self.permit.facilities}
        return Report(
            **assessment,
            visited_at=values.get("visited_at"),
            arrival=Arrival(**{name: values.get(name) or _BLANK[name] for name in ARRIVAL}),
            answers={
                point.pk: Answer(values.get(f"verdict_{point.pk}", ""), values.get(f"note_{point.pk}", ""))
                for point in self.sheet.points
            },
            readings={row: value for row, value in readings.items() if value is not None},
            facilities={code: state == "on" for code, state in states.items() if state},
            versions=tuple(self.sheet.version_ids),
            given_up=self.given_up,
        )

    def merge(self, latest: Inspection) -> tuple["ReportForm", list[Difference]]:
        """Return a form with this one's entries on top of the latest version, and where the two differ (`merging`)."""
        return merged(self, latest)

    def text(self, name: str, values: dict[str, Any]) -> str:
        """What people read of a value of `Report.flat`."""
        value = values.get(name, "")
        if name in MOMENTS:
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""
        if name.startswith("measure_") or name == "notice_given":
            return "是" if value else ""
        return dict(getattr(self.fields[name], "choices", ())).get(value, value)


def _measure_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        f"measure_{kind.value}": forms.BooleanField(label=kind.label, required=False) for kind in Measure.Kind
    }
    fields[f"due_{WITH_DUE_DAY.value}"] = forms.DateField(
        label="改正期限",
        required=False,
        help_text=f"责令改正必填，在检查日之后；一般 {RECTIFY_DAYS} 天。",
        error_messages={"invalid": "改正期限不是日期，请照 2026-12-31 的样子填。"},
        widget=forms.DateInput({"type": "date", "data-days": RECTIFY_DAYS}, format="%Y-%m-%d"),
    )
    return fields


def keys_in(text: str) -> tuple[int, ...]:
    """Return the keys that stand in a hidden field or an address, such as ``3,14``; what is no key is left out."""
    return tuple(int(word) for word in re.findall(r"[0-9]{1,15}", text[:1000]))


def _listed(shown: Sheet) -> str:
    return ",".join(map(str, shown.version_ids))


_BLANK = asdict(Arrival())


def _minute(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):{HTML_MINUTE}}"
