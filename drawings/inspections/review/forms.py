"""The reviewer's decision with notes on single points, and a correction of what is public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from wugang_audit.access.keys import key_of

from ...models import Inspection, ReviewNote
from ...privacy_gate.forms import Guarded
from .. import privacy
from ..fields import LinesField
from .changes import Kind
from .content import NEEDLESS
from .queries import Comparison, Point, Told, headings, under_headings

NOTE = "note_on_"
APPROVE, RETURN = ("approve", "approve_next"), ("return", "return_next")
DECISIONS = {
    "approve": "审核通过",
    "approve_next": "通过，看下一份",
    "return": "退回检查组",
    "return_next": "退回，看下一份",
}


@dataclass(frozen=True)
class Row:
    """One point on the reviewer's page, with the field in which he writes his note, and the clauses that become public."""

    point: Point
    note: forms.BoundField
    clauses: Sequence[str] = ()


@dataclass(frozen=True)
class Stretch:
    """Rows that stand together: folded those that nobody needs to read again, with the words that the fold bears.

    ``names`` says whether the fold names its rows: not those of points that need not be filled in. ``groups`` are the
    same rows, each stretch of neighbours under its heading.
    """

    rows: list[Row]
    groups: list[tuple[str, list[Row]]]
    folded: str = ""
    names: bool = True

    @property
    def is_open(self) -> bool:
        return not self.folded or any(row.note.value() or row.note.errors for row in self.rows)


class ReviewForm(forms.Form):
    """The decision on one version of a report, and a note for each of its points.

    :param comparison: what lies before the person.
    :param publishing: the decision is the head's, to confirm the report.
    """

    version = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": "页面不完整，请刷新后再办。"}
    )
    comment = LinesField(
        label="审核意见",
        rows=3,
        max_length=500,
        help_text="退回时写明要补充或改正什么；只有个别栏目有问题的，写在那一栏下面就行。只供内部，不公开。",
    )
    # Never shown: it is the button that was pressed.
    decision = forms.ChoiceField(
        label="审核结论",
        choices=list(DECISIONS.items()),
        widget=forms.HiddenInput,
        error_messages={"required": "请按通过或退回的按钮。"},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        comparison: Comparison,
        publishing: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.publishing, self.points, self.comparison = publishing, comparison.points, comparison
        self.fields["decision"].required = not publishing
        limit = ReviewNote._meta.get_field("text").max_length
        for point in self.points:
            if point.change.now is not None:
                label = f"{point.change.label}的审核意见"
                self.fields[f"{NOTE}{point.change.field}"] = LinesField(label=label, rows=2, max_length=limit)

    def clean(self) -> None:
        values, comment = self.cleaned_data, self.cleaned_data.get("comment")
        decision = values.get("decision")
        if self.publishing or decision in APPROVE:
            for field in self.notes():
                self.add_error(f"{NOTE}{field}", "写了意见的，请按“退回”；要通过或公开，请先删去这条意见。")
        if self.publishing and comment:
            self.add_error("comment", "写了意见的，请按“退回”；要公开，请先删去意见。")
        if decision in RETURN and not comment and not self.notes() and not self.errors:
            self.add_error("comment", "退回时请写明要补充或改正什么：写在这里，或写在有问题的栏目下面。")

    def notes(self) -> dict[str, str]:
        """Return {field of the report: note} of those that were written."""
        return {
            name.removeprefix(NOTE): text
            for name, text in self.cleaned_data.items()
            if name.startswith(NOTE) and text
        }

    def stretches(self, *, folds: bool, clauses: Mapping[str, Sequence[str]]) -> list[Stretch]:
        """Return all rows in order; what is blank is folded, and with ``folds`` what did not change since the last version.

        :param clauses: {field of the report: the clauses of its point}.
        """
        found: list[tuple[str, list[Row]]] = []
        for point in self.points:
            if point.change.now is None:
                continue
            field = point.change.field
            row = Row(point, self[f"{NOTE}{field}"], clauses.get(field, ()))
            word = NEEDLESS if self.comparison.is_needless(point) else _fold(point, folds)
            if not found or found[-1][0] != word:
                found.append((word, []))
            found[-1][1].append(row)
        above = headings(point.change.field for point in self.points)
        return [
            Stretch(
                rows,
                under_headings(rows, lambda row: row.point.change.field, above),
                word and f"{word}的 {len(rows)} 项",
                word != NEEDLESS,
            )
            for word, rows in found
        ]

    def gone(self) -> Sequence[Point]:
        """Return the points that the report does not have any more: there is nothing to write a note on."""
        return [point for point in self.points if point.change.now is None]


def _fold(point: Point, folds: bool) -> str:
    if point.notes or point.change.kind != Kind.SAME:
        return ""
    if not point.change.now:
        return "没有填"
    return "和上次一样" if folds else ""


def pin(form: forms.Form, told: Sequence[Told]) -> None:
    """Leave at each field of the officers' form what the reviewer wrote about it, as ``told``: a list of notes."""
    by_field = {one.field: one.notes for one in told}
    for name, field in form.fields.items():
        field.told = by_field.get(name, [])


class _AnyOf(forms.MultipleChoiceField):
    """What was ticked on a page that may be out of date: what has changed since, the verb finds."""

    def valid_value(self, value: str) -> bool:
        return True


class PublishAllForm(forms.Form):
    """The reports that the head has read and confirms, each as "17@2026-10-08T15:30:00+00:00": its version too."""

    seen = _AnyOf(
        label="同意公开的单位",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "还没有勾选：请看过全文，在同意公开的单位前打勾，再确认公开。"},
    )

    def versions(self) -> dict[int, str]:
        """Return {primary key: version}; what is no such pair is left out."""
        pairs = (value.partition("@") for value in self.cleaned_data["seen"])
        return {key: version for pk, _, version in pairs if (key := key_of(pk))}

    def ticked(self) -> list[str]:
        return self["seen"].value() or []


class CorrectionForm(Guarded, forms.Form):
    guarded = ("text",)
    text = LinesField(
        label="更正内容",
        rows=3,
        max_length=1000,
        help_text="会公开，不能再改：写明原来哪里不对，正确的是什么。不要写个人信息。",
    )

    even_so = forms.BooleanField(
        label="核对过：和别处依法隐去的不是同一件事，照样公开",
        error_messages={"required": "更正一公开就不能再改：请删去上面的内容，或者核对以后打勾。"},
    )

    def __init__(
        self, data: QueryDict | None = None, *, inspection: Inspection | None = None, **options: Any
    ):
        """Take the published inspection with what was sent, and ask once more where it was hidden elsewhere."""
        super().__init__(data, **options)
        text = self.data.get("text", "")
        self.again = privacy.said_again_in(inspection, text) if inspection else []
        if not self.again:
            del self.fields["even_so"]
            return
        # A tick is for what stood beside it.
        shown = " ".join(self.again)
        self.fields["even_so"].widget.attrs["value"] = shown
        if self.data.get("even_so", shown) != shown:
            self.data = self.data.copy()
            del self.data["even_so"]

    def clean_text(self) -> str:
        if not self.cleaned_data["text"]:
            raise forms.ValidationError("请写明更正内容。")
        return self.cleaned_data["text"]

    def arguments(self) -> dict[str, Any]:
        """Return what a valid form hands to the verb."""
        return {name: value for name, value in self.cleaned_data.items() if name != "even_so"}
