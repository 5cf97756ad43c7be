"""The searches of the public pages: anything at all may be typed into it."""

import re

from django import forms
from django.http import QueryDict
from django.urls import reverse

from ..models.search_index import fold

LOST_CURSOR = "网址里的翻页位置认不出来，已经回到第一页。"
REGISTRY_ID = re.compile(r"[0-9A-Za-z_-]{1,55}")


class HatSearch(forms.Form):
    """Who is in the hat, and who was drawn: asked with the address, so that it works without scripts."""

    q = forms.CharField(
        label="单位名称、污染源编码或信用代码里的任意两个字", min_length=2, max_length=100, required=False
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["q"].error_messages["min_length"] = "要查的单位请至少写两个字，例如名称中间的两个字。"

    def clean_q(self) -> str:
        return " ".join(self.cleaned_data["q"].split())

    @property
    def asked(self) -> str:
        """What is looked for; empty where nothing is, or the question makes no sense."""
        return self.cleaned_data["q"] if self.is_valid() else ""


class SearchField(forms.CharField):
    """What `unit_search` looks for: two characters at least, spaces not counted; nothing but spaces asks nothing.

    However many spaces stand between two words, it is one question, and one file.
    """

    def __init__(self, label: str) -> None:
        super().__init__(label=label, max_length=100, required=False)
        self.error_messages["max_length"] = "要查的单位最多写 100 个字，请只写名称或编码的一部分。"

    def clean(self, value: str | None) -> str:
        asked = super().clean(value)
        folded = fold(asked)
        if len(folded) == 1:
            raise forms.ValidationError("要查的单位请至少写两个字，例如名称中间的两个字。")
        return " ".join(asked.split()) if folded else ""


class UnitSearch(forms.Form):
    q = SearchField("单位名称（曾用名也行）、编码、信用代码、许可证编号或乡镇里的任意两个字")

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        widget = self.fields["q"].widget
        widget.input_type = "search"
        widget.attrs |= {"data-suggest": reverse("disclosure:suggest"), "autocomplete": "off"}

    @property
    def asked(self) -> str:
        """What is looked for; empty where nothing is, or the question makes no sense."""
        return self.cleaned_data["q"] if self.is_valid() else ""

    @property
    def after(self) -> tuple[str, str]:
        """Return the registry number behind which the page begins, and what to say where the address names none: then it is the first."""
        text = self.data.get("after", "")
        return (text, "") if not text or REGISTRY_ID.fullmatch(text) else ("", LOST_CURSOR)


def page_number(text: str | None) -> int:
    """Read ?page=...; anything that is no page number counts as the first page."""
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,4}", text or "") else 1
