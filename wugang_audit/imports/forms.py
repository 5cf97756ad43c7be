"""The forms of an import's pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from openpyxl.utils import get_column_letter

from ..access.keys import KeysField
from ..registries.forms import StrikeOffForm
from ..spreadsheets.detector import ColumnSeen, Layout
from ..spreadsheets.headers import HEADER_WITHIN
from ..spreadsheets.table import Column
from ..spreadsheets.xlsx.guard import MAX_FILE, MIB


class UploadForm(forms.Form):
    file = forms.FileField(
        label="工作簿", widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.xlsb,.ods,.et,.csv"}),
        help_text=f"Excel 或 WPS 工作簿（.xlsx、.xls、.xlsb、.et、.ods）或 CSV 文件，不超过 {MAX_FILE // MIB} MB。", allow_empty_file=True,
        error_messages={"required": "请先选择一个文件。"},
    )  # fmt: skip


class ConfirmForm(forms.Form):
    """Why the registry is changed by this file: once for all its rows."""

    reason = forms.CharField(
        label="导入说明", max_length=60, help_text="这些变动从哪里来，例如文件名称和文号。记入每条登记的历史记录，抽签前由第二人核对。",
        error_messages={"required": "请写明导入说明：这些变动从哪里来。"},
    )  # fmt: skip


class MissingForm(StrikeOffForm):
    chosen = KeysField(None, error_messages={"required": "请先勾选要停用的登记。"})
    field_order = ["chosen", "reason"]

    def __init__(self, missing: QuerySet, *args: Any):
        super().__init__(*args)
        self.fields["chosen"].queryset = missing


class SheetForm(forms.Form):
    """Which sheet is the list, and where its header is."""

    sheet = forms.ChoiceField(label="工作表")
    header_row = forms.IntegerField(
        label="表头在第几行", min_value=1, max_value=HEADER_WITHIN, required=False
    )

    def __init__(self, layout: Layout, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [
            (each.title, f"{each.title}{'（隐藏）' if each.hidden else ''}：认出 {each.known} 列")
            for each in layout.sheets
        ]


@dataclass(frozen=True)
class ColumnRow:
    """A column of the sheet, and the field that says what it is read as."""

    column: ColumnSeen
    field: forms.BoundField


class ColumnsForm(forms.Form):
    """What each column of the chosen sheet is read as."""

    remember = forms.BooleanField(label="记住这些叫法，以后上传的文件也这样读", required=False, initial=True)

    def __init__(self, columns: Sequence[Column], layout: Layout, *args: Any):
        super().__init__(*args)
        self.columns, self.layout = columns, layout
        choices = [("", "（不读取）")] + [
            (each.attribute, f"{each.header}{'（必填）' if each.required else ''}") for each in columns
        ]
        for seen in layout.columns:
            self.fields[f"column-{seen.position}"] = forms.ChoiceField(
                label=f"{seen.letter}列", choices=choices, required=False, initial=seen.attribute
            )

    def rows(self) -> Iterator[ColumnRow]:
        for seen in self.layout.columns:
            yield ColumnRow(seen, self[f"column-{seen.position}"])

    def chosen(self) -> dict[str, str]:
        """Return {position: attribute}."""
        return {
            str(seen.position): self.cleaned_data[f"column-{seen.position}"] for seen in self.layout.columns
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        places: dict[str, list[str]] = {}
        for seen in self.layout.columns:
            if attribute := cleaned.get(f"column-{seen.position}"):
                places.setdefault(attribute, []).append(get_column_letter(seen.position))
        for column in self.columns:
            letters = places.get(column.attribute, [])
            if len(letters) > 1:
                self.add_error(
                    None, f"{'列、'.join(letters)}列都选了“{column.header}”，请只留一列，其余选“（不读取）”。"
                )
            elif column.required and not letters:
                self.add_error(None, f"还没有指定必填的“{column.header}”是哪一列。")
        return cleaned


class UndoForm(forms.Form):
    reason = forms.CharField(
        label="撤销原因", max_length=100, help_text="例如选错了文件。记入审计记录，所有能导入的人都看得到。",
        error_messages={"required": "请写明撤销原因。"},
    )  # fmt: skip
