"""The industries that a checklist is for, as an administrator types them: codes, with or without their names."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sources.industries import former_code, industries, label_of, named

# What parts two codes, in the form NFKC, which has turned full-width digits, commas and semicolons into plain ones.
_PARTS = r"\s,、;。/"


class IndustriesField(forms.CharField):
    """A list of codes of GB/T 4754-2017, shown with their names, one a line."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 2000)
        super().__init__(required=False, widget=forms.Textarea({"rows": 4, "spellcheck": "false"}), **options)

    def prepare_value(self, value: list[str] | str | None) -> str:
        return value if isinstance(value, str) else "\n".join(label_of(code) for code in value or ())

    def clean(self, value: str | None) -> list[str]:
        codes, others = read_codes(super().clean(value))
        if others:
            raise ValidationError([_why_not(word) for word in others])
        return codes

    def has_changed(self, initial: list[str] | None, data: str | None) -> bool:
        return read_codes(data or "") != (list(initial or ()), [])


def read_codes(text: str) -> tuple[list[str], list[str]]:
    """Return the codes of the standard in a text, each once, and the words that are none; a code's own name behind it is no word."""
    rest = unicodedata.normalize("NFKC", text)
    codes: dict[str, None] = {}
    others: dict[str, None] = {}
    while rest := re.sub(rf"\A[{_PARTS}]+", "", rest):
        match = re.match(rf"[0-9A-Za-z]+|[^{_PARTS}]+", rest)
        word, rest = match[0], rest[match.end() :]
        entry = industries().get(word.upper())
        if entry is None:
            others[word] = None
            continue
        codes[entry.code] = None
        name, behind = unicodedata.normalize("NFKC", entry.name), rest.lstrip()
        if behind.startswith(name):
            rest = behind[len(name) :]
    return list(codes), list(others)


def _why_not(word: str) -> str:
    was = former_code(word)
    if was and was.now:
        return f"{word} 是旧版（GB/T 4754-2011）的“{was.name}”，现在是{_labels(was.now)}：请改填新代码。"
    if re.fullmatch(r"[0-9A-Za-z]+", word):
        return f"GB/T 4754-2017 没有代码 {word}：请改正或去掉。"
    if codes := named(word):
        return f"“{word}”不是代码，请填{_labels(codes)}。"
    return f"“{word}”不是代码：请填行业代码，如 841 医院。"


def _labels(codes: Iterable[str]) -> str:
    return " " + "、".join(label_of(code) for code in codes)
