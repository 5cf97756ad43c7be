"""A registry's own form, bound to the same rules of cells as its workbook.

What is typed by hand is kept exactly as an import would keep it, so an export of a registry always imports again as
unchanged: a remark 无 is no remark, a code in full-width is the code, and what the import would refuse is refused here.
"""

from collections.abc import Sequence
from typing import Any

from django import forms

from ..spreadsheets.cell_reader import read_cell
from ..spreadsheets.cell_types import Adjusted, Wrong
from ..spreadsheets.table import Column

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
            self.add_error(column.attribute, f"{wrong.problem}；{wrong.fix}。")
        else:
            data[column.attribute] = value.value if isinstance(value, Adjusted) else value


class ReasonForm(forms.ModelForm):
    """A form with a note for the history: why the change was made."""

    change_reason = forms.CharField(
        label="修改说明", required=False, max_length=100, help_text="为什么修改，记入这条登记的历史记录。",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip
