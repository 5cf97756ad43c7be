"""The forms of an import's pages."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from ..access.keys import KeysField
from ..registries.forms import StrikeOffForm
from ..spreadsheets.detector import Layout
from ..spreadsheets.xlsx.guard import MAX_FILE, MIB

LOWEST_HEADER = 1000  # the row in which a clerk may say that the header stands
OUT_OF_RANGE = f"表头的行号请填 0 到 {LOWEST_HEADER} 之间的整数：没有表头的填 0。"


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
        label="表头在第几行", required=False, help_text="没有表头的填 0；不填由本站来找。",
        error_messages={"invalid": OUT_OF_RANGE}, widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 5}),
    )  # fmt: skip

    def __init__(self, layout: Layout, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [
            (each.title, f"{each.title}{'（隐藏）' if each.hidden else ''}：认出 {each.known} 列")
            for each in layout.sheets
        ]

    def clean_header_row(self) -> int | None:
        row: int | None = self.cleaned_data["header_row"]
        if row is not None and not 0 <= row <= LOWEST_HEADER:
            raise forms.ValidationError(OUT_OF_RANGE)
        return row


class UndoForm(forms.Form):
    reason = forms.CharField(
        label="撤销原因", max_length=100, help_text="例如选错了文件。记入审计记录，所有能导入的人都看得到。",
        error_messages={"required": "请写明撤销原因。"},
    )  # fmt: skip
