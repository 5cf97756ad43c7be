"""The officers' report."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html

from wugang_audit import clock

from ...models import ChecklistItem, Finding, Inspection
from ...models.inspection import Outcome
from ...privacy_gate.forms import Guarded
from ...privacy_gate.queries import Marked
from .. import privacy
from ..fields import LinesField
from .report import Answer, Report, checklist, faults, stored

HTML_MINUTE = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Difference:
    """A field in which the stored report differs from the one in the form."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class PointRow:
    """A point of the checklist with the bound fields of its verdict and of its note."""

    point: ChecklistItem
    verdict: forms.BoundField
    note: forms.BoundField


class ReportForm(Guarded, forms.Form):
    """A report with one verdict and one note for each point of the checklist."""

    version = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": "页面不完整，请刷新后再填。"}
    )
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
        self, data: QueryDict | None = None, *, inspection: Inspection, complete: bool = False
    ) -> None:
        self.inspection, self.complete = inspection, complete
        self.points = checklist(inspection)
        super().__init__(data, initial={"version": inspection.version} | stored(inspection).flat())
        self.fields["visited_at"].widget.attrs |= {
            "min": _minute(inspection.selection.draw.published_at),
            "max": _minute(clock.now()),
        }
        for number, point in enumerate(self.points, 1):
            self.fields[f"verdict_{point.pk}"] = forms.ChoiceField(
                label=f"{number}. {point.name}",
                help_text=format_html("{}", point.guidance),
                choices=Finding.Verdict.choices,
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"note_{point.pk}"] = LinesField(label=f"{point.name}的说明", rows=3, max_length=500)
        self.stops = complete
        if not self.is_bound:
            self.guard({name: self.initial.get(name, "") for name in self._text_names()})

    def rows(self) -> list[PointRow]:
        return [
            PointRow(point, self[f"verdict_{point.pk}"], self[f"note_{point.pk}"]) for point in self.points
        ]

    def clean(self) -> None:
        report = None if self.errors else self.report()
        self.guard({name: self.cleaned_data.get(name) or "" for name in self._text_names()})
        if report is not None:
            for fault in faults(
                report,
                points=self.points,
                published_at=self.inspection.selection.draw.published_at,
                complete=self.complete,
            ):
                self.add_error(fault.field, fault.message)

    def _text_names(self) -> list[str]:
        """The names of the fields whose texts may become public."""
        return ["summary", *(f"note_{point.pk}" for point in self.points)]

    def marked(self) -> Marked:
        return privacy.marked(self.inspection)

    def report(self) -> Report:
        values = self.cleaned_data
        return Report(
            visited_at=values["visited_at"],
            outcome=values["outcome"],
            summary=values["summary"],
            answers={
                point.pk: Answer(values[f"verdict_{point.pk}"], values[f"note_{point.pk}"])
                for point in self.points
            },
        )

    def merge(self, latest: Inspection) -> tuple["ReportForm", list[Difference]]:
        """Return a form with this one's entries on top of the latest version, and where the two differ.

        What was left blank here is taken over from there: two people often fill in different points.
        """
        mine, theirs = self.report().flat(), stored(latest).flat()
        data = self.data.copy()
        data["version"] = latest.version
        for name in theirs.keys() - mine.keys():
            data[name] = _minute(theirs[name]) if name == "visited_at" else theirs[name]
        differences = [
            Difference(self[name].label, self._text(name, theirs), self._text(name, mine))
            for name in self.fields
            if mine.get(name) != theirs.get(name) and name != "version"
        ]
        return ReportForm(data, inspection=latest, complete=self.complete), differences

    def _text(self, name: str, values: dict[str, Any]) -> str:
        value = values.get(name, "")
        if name == "visited_at":
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""
        return dict(getattr(self.fields[name], "choices", ())).get(value, value)


def _minute(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):{HTML_MINUTE}}"
