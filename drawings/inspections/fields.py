"""Fields that several forms of inspections share."""

from typing import Any

from django import forms


class LinesField(forms.CharField):
    """A text of several lines; browsers send CR LF, which would count double and differ from what is stored."""

    def __init__(self, rows: int, **options: Any) -> None:
        widget = forms.Textarea({"rows": rows, "inputmode": "text"})
        super().__init__(required=False, widget=widget, **options)

    def to_python(self, value: str | None) -> str:
        return super().to_python(value).replace("\r\n", "\n").strip()
