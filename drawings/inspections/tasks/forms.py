"""The filter of the list of inspections."""

from typing import Any

from django import forms
from django.db.models import Q

from ...models import Draw, Stratum
from ...models.inspection import InspectionQuerySet
from ...states import InspectionState


class InspectionFilter(forms.Form):
    q = forms.CharField(label="单位名称", required=False, max_length=60)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *InspectionState.choices])
    quarter = forms.ModelChoiceField(
        None, label="季度", required=False, to_field_name="code", empty_label="全部"
    )
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Stratum.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].queryset = Draw.objects.published()

    def narrow(self, inspections: InspectionQuerySet) -> InspectionQuerySet:
        """Keep what matches; a filter that makes no sense is ignored."""
        self.is_valid()
        values = self.cleaned_data
        wanted = Q()
        if text := values.get("q"):
            wanted &= Q(selection__name__icontains=text)
        if state := values.get("state"):
            wanted &= Q(state=state)
        if draw := values.get("quarter"):
            wanted &= Q(selection__draw=draw)
        if category := values.get("category"):
            wanted &= Q(selection__stratum=category)
        return inspections.filter(wanted)
