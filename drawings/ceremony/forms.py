"""Form of the start of a draw. That of the freeze is in `freeze_form`."""

from typing import Any

from django import forms

from wugang_audit import clock

from ..models import InspectionItem
from ..models.quarters import QUARTERS, quarter_of


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
        year, quarter = quarter_of(clock.today())
        kwargs.setdefault("initial", {"year": year, "quarter": quarter})
        super().__init__(*args, **kwargs)
