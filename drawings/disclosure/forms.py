"""The searches of the public pages: anything at all may be typed into it."""

import re

from django import forms
from django.http import QueryDict


class HatSearch(forms.Form):
    """Who is in the hat, and who was drawn: asked with the address, so that it works without scripts."""

    q = forms.CharField(
        label="单位名称、污染源编码或信用代码里的任意两个字", min_length=2, max_length=100, required=False
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["q"].error_messages["min_length"] = "请至少写两个字，例如单位名称中间的两个字。"

    def clean_q(self) -> str:
        return " ".join(self.cleaned_data["q"].split())

    @property
    def asked(self) -> str:
        """What is looked for; empty where nothing is, or the question makes no sense."""
        return self.cleaned_data["q"] if self.is_valid() else ""


class UnitSearch(forms.Form):
    q = forms.CharField(label="单位名称的一部分，或者污染源编码", max_length=100, required=False)


def page_number(text: str | None) -> int:
    """Read ?page=...; anything that is no page number counts as the first page."""
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,4}", text or "") else 1
