"""The filters of the officer's home and of the list of inspections."""

from typing import Any

from django import forms
from django.db.models import Q

from wugang_audit import clock

from ...deadlines import Standing, late_for_publication
from ...models import Draw, Stratum
from ...models.inspection import InspectionQuerySet
from ...states import InspectionState


class TaskFilter(forms.Form):
    q = forms.CharField(label="单位名称", required=False, max_length=60)

    def name(self) -> str:
        """Return the part of a name to look for; empty where it makes no sense."""
        return self.cleaned_data.get("q", "") if self.is_valid() else ""


class InspectionFilter(forms.Form):
    q = forms.CharField(label="单位名称", required=False, max_length=60)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *InspectionState.choices])
    quarter = forms.ModelChoiceField(
        None, label="季度", required=False, to_field_name="code", empty_label="全部"
    )
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Stratum.choices])
    late = forms.ChoiceField(
        label="期限",
        required=False,
        choices=[("", "全部"), ("visit", Standing.OVERDUE), ("publish", Standing.UNPUBLISHED)],
    )

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
        found = inspections.filter(wanted)
        if late := values.get("late"):
            today = clock.today()
            return found.late(today) if late == "visit" else found.filter(late_for_publication(today))
        return found


class BoardFilter(forms.Form):
    quarter = forms.ModelChoiceField(
        None, label="季度", required=False, to_field_name="code", empty_label="还没有全部公开的"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].queryset = Draw.objects.published()

    def draw(self) -> Draw | None:
        """Return the draw that is asked for; None for all that are under way, and where it makes no sense."""
        return self.cleaned_data.get("quarter") if self.is_valid() else None
