"""The officers' report, the reviewer's decision, and the filter of the list."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html

from ..models import ChecklistItem, Draw, Finding, Inspection, Stratum
from ..models.inspection import InspectionQuerySet, Outcome
from ..privacy_gate.forms import Guarded
from ..privacy_gate.queries import Marked
from ..states import InspectionState
from . import privacy
from .report import Answer, Report, checklist, faults, stored

HTML_MINUTE = "%Y-%m-%dT%H:%M"


class LinesField(forms.CharField):
    """A text of several lines; browsers send CR LF, which would count double and differ from what is stored."""

    def __init__(self, rows: int, **options: Any) -> None:
        widget = forms.Textarea({"rows": rows, "inputmode": "text"})
        super().__init__(required=False, widget=widget, **options)

    def to_python(self, value: str | None) -> str:
        return super().to_python(value).replace("\r\n", "\n").strip()


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
            "max": _minute(timezone.now()),
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


class ReviewForm(forms.Form):
    version = forms.CharField(widget=forms.HiddenInput)
    comment = LinesField(
        label="审核意见",
        rows=3,
        max_length=500,
        help_text="退回时必须写明要补充或改正什么。只供内部，不公开。",
    )
    decision = forms.ChoiceField(choices=[("approve", "通过"), ("return", "退回")])

    def clean(self) -> None:
        values = self.cleaned_data
        if values.get("decision") == "return" and not values.get("comment") and "comment" not in self.errors:
            self.add_error("comment", "退回时请写明要补充或改正什么。")


class CorrectionForm(Guarded, forms.Form):
    guarded = ("text",)
    text = LinesField(
        label="更正内容",
        rows=3,
        max_length=1000,
        help_text="会公开，不能再改：写明原来哪里不对，正确的是什么。不要写个人信息。",
    )

    def clean_text(self) -> str:
        if not self.cleaned_data["text"]:
            raise forms.ValidationError("请写明更正内容。")
        return self.cleaned_data["text"]


class InspectionFilter(forms.Form):
    q = forms.CharField(label="单位名称", required=False, max_length=60)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *InspectionState.choices])
    quarter = forms.ModelChoiceField(
        None, label="季度", required=False, to_field_name="code", empty_label="全部"
    )
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Stratum.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].queryset = Draw.objects.published()

    def narrow(self, inspections: InspectionQuerySet) -> InspectionQuerySet:
        """Keep what matches; a filter that makes no sense is ignored."""
        self.is_valid()
        values = self.cleaned_data
        wanted = Q()
        if text := values.get("q"):
            wanted &= Q(selection__name__icontains=text)
        if state := values.get("state"):
            wanted &= Q(state=state)
        if draw := values.get("quarter"):
            wanted &= Q(selection__draw=draw)
        if category := values.get("category"):
            wanted &= Q(selection__stratum=category)
        return inspections.filter(wanted)


def _minute(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):{HTML_MINUTE}}"
