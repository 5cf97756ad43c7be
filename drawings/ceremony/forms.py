"""Forms of the steps of a draw: its start, a value. That of the freeze is in `freeze_form`."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils import timezone

from ..models import InspectionItem
from ..models.entropy import DIGIT_LOTTERIES, SSQ
from ..models.quarters import QUARTERS, quarter_of
from ..protocol import verify


class StartForm(forms.Form):
    """Which quarter is drawn, and under which inspection item."""

    year = forms.IntegerField(label="年度", min_value=2015, max_value=2999)
    quarter = forms.TypedChoiceField(
        label="季度", choices=[(n, f"第 {n} 季度") for n in QUARTERS], coerce=int
    )
    item = forms.ModelChoiceField(
        label="抽查事项", queryset=InspectionItem.objects.filter(is_active=True), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        year, quarter = quarter_of(timezone.localdate())
        kwargs.setdefault("initial", {"year": year, "quarter": quarter})
        super().__init__(*args, **kwargs)


class ValueForm(forms.Form):
    """The value of one source, typed as people write it down."""

    value = forms.CharField(
        label="结果",
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        kind = verify.SOURCES[source]
        self.fields["value"].help_text = kind.shape + "。空格、逗号会自动整理。"

    def clean_value(self) -> str:
        return normal_form(self.source, self.cleaned_data["value"])


def normal_form(source: str, typed: str) -> str:
    """Bring a typed value into the form of draw/1 without guessing: full-width digits, separators, leading zeros.

    What is still of the wrong form afterwards is refused by the protocol itself.
    """
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    words = [word for word in re.split(r"[\s,，、;；+＋|]+", text) if word]
    if source == SSQ:
        return " ".join(word.zfill(2) for word in words)
    if source in DIGIT_LOTTERIES:
        return " ".join("".join(words))
    return "".join(words)
