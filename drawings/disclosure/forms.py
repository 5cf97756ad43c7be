"""The searches of the public pages: anything at all may be typed into it."""

import re

from django import forms
from django.http import QueryDict

from ..models import Stratum


class Search(forms.Form):
    q = forms.CharField(label="单位名称", max_length=100, required=False)
    quarter = forms.ChoiceField(label="季度", required=False)
    category = forms.ChoiceField(label="类别", choices=[("", "全部类别"), *Stratum.choices], required=False)

    def __init__(self, data: QueryDict, quarters: list[tuple[str, str]]) -> None:
        super().__init__(data)
        for field in (self.fields["quarter"], self.fields["category"]):
            field.error_messages["invalid_choice"] = "没有这个选项，请重新选择。"
        self.fields["quarter"].choices = [("", "全部季度"), *quarters]

    def narrowed(self) -> dict[str, str] | None:
        """Return the arguments of `results.search_results`, or None when the question makes no sense."""
        if not self.is_valid():
            return None
        asked = self.cleaned_data
        return {"name": asked["q"], "quarter": asked["quarter"], "category": asked["category"]}


class UnitSearch(forms.Form):
    q = forms.CharField(label="单位名称的一部分，或者污染源编码", max_length=100, required=False)


def page_number(text: str | None) -> int:
    """Read ?page=...; anything that is no page number counts as the first page."""
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,4}", text or "") else 1
