"""Form of the start of a draw. That of the freeze is in `freeze_form`."""

import datetime
from typing import Any

from django import forms

from wugang_audit import clock

from ..models import Draw, InspectionItem
from ..models.quarters import QUARTERS, last_day_of, quarter_of


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
        year, quarter = _next_without_a_draw()
        kwargs.setdefault("initial", {"year": year, "quarter": quarter})
        super().__init__(*args, **kwargs)


def _next_without_a_draw() -> tuple[int, int]:
    """Return the first quarter, from the one of today on, for which no draw was begun."""
    year, quarter = quarter_of(clock.today())
    begun = set(Draw.objects.not_void().filter(year__gte=year).values_list("year", "quarter"))
    while (year, quarter) in begun:
        year, quarter = quarter_of(last_day_of(year, quarter) + datetime.timedelta(days=1))
    return year, quarter
