"""When something was done, as the clock of the phone had it: kept as it was said, beside the time at which the server got it."""

import datetime
import re
from typing import Any

from django import forms

_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
# The clock of a phone may be wrong by years. What no clock says is a mistake of the program that sent it.
_YEARS = range(1970, 2200)


class PhoneTimeField(forms.CharField):
    """A moment in ISO 8601 with its distance from UTC (RFC 3339); None where nothing was said. Never shown as a field."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=40, widget=forms.HiddenInput)

    def clean(self, value: Any) -> datetime.datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            moment = datetime.datetime.fromisoformat(text) if _ISO.fullmatch(text) else None
        except ValueError:
            moment = None
        if moment is None or moment.year not in _YEARS:
            raise forms.ValidationError("手机时间应像 2026-10-09T09:41:00+08:00，请检查手机的时钟。")
        return moment
