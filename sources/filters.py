"""What narrows the pages of the registry."""

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from .models import Category, PollutionSource
from .search import townships

ALL = [("", "全部")]


class ScatterFilter(forms.Form):
    township = forms.ChoiceField(label="乡镇（街道）", required=False)
    category = forms.ChoiceField(label="监管类别", required=False, choices=[*ALL, *Category.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["township"].choices = [*ALL, *((name, name) for name in townships())]

    def narrow(self, units: QuerySet[PollutionSource]) -> QuerySet[PollutionSource]:
        """Keep what matches; a filter that makes no sense is ignored."""
        self.is_valid()
        if township := self.cleaned_data.get("township"):
            units = units.filter(township=township)
        if category := self.cleaned_data.get("category"):
            units = units.with_class(timezone.localdate()).filter(class_today=category)
        return units

    def in_registry_list(self) -> dict[str, str]:
        """Return what narrows the registry's own list in the same way."""
        chosen = {"township": self.cleaned_data.get("township")}
        return {name: value for name, value in chosen.items() if value}
