"""A registry's own form, bound to the same rules of cells as its workbook.

What is typed by hand is kept exactly as an import would keep it, so an export of a registry always imports again as
unchanged: a remark 无 is no remark, a code in full-width is the code, and what the import would refuse is refused here.
"""

from collections.abc import Sequence
from typing import Any

from django import forms

from ..spreadsheets.cell_reader import KEEP, read_cell
from ..spreadsheets.cell_types import Adjusted, Wrong
from ..spreadsheets.table import Column, with_subject

# Choices, boxes and relations are chosen from a list.
_WRITTEN = (forms.CharField, forms.DateField, forms.DecimalField)


class CellForm(forms.ModelForm):
    """A form whose written fields are read by the registry's columns."""

    columns: Sequence[Column] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for column in self.columns:
            if column.attribute in data and isinstance(self.fields[column.attribute], _WRITTEN):
                self._read(column, data)
        return data

    def _read(self, column: Column, data: dict[str, Any]) -> None:
        try:
            value = read_cell(data[column.attribute], column)
        except Wrong as wrong:
            self.add_error(
                column.attribute,
                f"{with_subject(column.header, str(data[column.attribute]), wrong.problem)}；{wrong.fix}。",
            )
        else:
            # Who empties a field of a form says that it is empty; an empty cell of a workbook may say nothing.
            value = value.value if isinstance(value, Adjusted) else value
            data[column.attribute] = column.blank if value is KEEP else value


class ReasonForm(forms.ModelForm):
    """A form with a note for the history: why the change was made. What decides who is drawn, or by whom, asks for it."""

    reason_for: frozenset[str] = frozenset()  # fields whose change needs it; a new row then needs it too

    change_reason = forms.CharField(
        label="修改说明", required=False, max_length=100,
        help_text="为什么修改，记入这条登记的历史记录；影响抽签的改动必须写，抽签前由第二人核对。",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.reason_for and self.instance.pk is None and "change_reason" in self.fields:
            self.fields["change_reason"].required = True
            self.fields["change_reason"].error_messages["required"] = "新的登记会影响抽签：请写明来由。"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        asks = self.reason_for and self.instance.pk is not None and "change_reason" in self.fields
        if asks and not data.get("change_reason"):
            if changed := [name for name in self.changed_data if name in self.reason_for]:
                labels = "、".join(str(self.fields[name].label) for name in changed)
                self.add_error("change_reason", f"改动了{labels}，会影响抽签：请写明为什么改。")
        return data


class StrikeOffForm(forms.Form):
    """Why rows are taken off a registry, or put back."""

    reason = forms.CharField(
        label="停用原因", max_length=100, help_text="例如注销、搬离本市。记入历史记录和审计记录。",
        error_messages={"required": "请写明停用原因。"},
    )  # fmt: skip
