"""Forms whose texts become public: what is found is shown at its field, with one more field for the reason."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .queries import Marked, Obstacle, Text, obstacles, said
from .verbs import LONGEST, REMOVE, Reason, fault_of

MEND = "会公开的文字里不能有个人信息：请删去；确实不属于个人信息的，在下面写明理由。"
NOT_COVERED = "写理由的时候还没有它，理由不包括它：请删去；同一个理由也适用的，请核对以后再提交一次。"


class Clear:
    """To be put before a form whose texts are public as soon as they are saved: those in `searched` hold no personal data.

    Nothing can be marked here: plans, checklists and the law have no use for somebody's number.
    """

    searched: tuple[str, ...] = ()

    def _post_clean(self) -> None:
        """Search after the model's own checks: they would miss a text that is refused here."""
        super()._post_clean()
        for name in self.searched:
            # A field that is only shown is not among the fields; one with a fault has no value.
            content = self.cleaned_data.get(name)
            found = obstacles({name: Text(str(self.fields[name].label), str(content))}) if content else []
            if found:
                self.add_error(name, f"{_said(found)}。{REMOVE}")


class ReasonInput(forms.TextInput):
    """The line for a reason, and beside it, unseen, the pieces that the page asks about: the reason covers them alone."""

    def __init__(self, pieces: Collection[str]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.pieces = list(pieces)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        line = super().render(name, value, attrs, renderer)
        return format_html(
            '{}<input type="hidden" name="{}" value="{}">', line, shown_name(name), json.dumps(self.pieces)
        )


def shown_name(name: str) -> str:
    """Return the name under which the pieces come back that a reason was asked for."""
    return f"{name}_for"


class ReasonField(forms.CharField):
    """Why what was found in a text is no personal data; it stands on the page only where something was found."""

    def __init__(self, found: list[Obstacle]) -> None:
        super().__init__(
            label=f"{found[0].label}：不属于个人信息的理由",
            required=False,
            max_length=LONGEST,
            widget=ReasonInput([each.piece for each in found]),
            help_text=format_html(
                "{}。是企业公开的电话、设备编号等才写明理由；理由会给审核人、确认人看，并记入审计记录。",
                _said(found),
            ),
        )

    def clean(self, value: Any) -> str:
        reason = " ".join(super().clean(value).split())
        if reason and (fault := fault_of(reason)):
            raise forms.ValidationError(fault)
        return reason


class Guarded:
    """To be put before ``forms.Form``: the texts named in `guarded` are searched, and `not_personal` goes to the verb.

    ``cleaned_data["not_personal"]`` is {name of the field: `Reason`}.
    """

    guarded: tuple[str, ...] = ()
    stops = True  # False: found things are shown, and stop nothing
    mend = MEND  # what a person can do about what was found
    reason_names: list[str] = []  # the fields for reasons that stand on the page
    in_the_way = ""  # what was found, in words

    def marked(self) -> Marked:
        """What is marked already."""
        return frozenset()

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        self.guard({name: self.cleaned_data.get(name) or "" for name in self.guarded})
        return data

    def guard(self, contents: Mapping[str, str]) -> None:
        """Search the texts, add the field for the reason where something is found, and read what was put into it."""
        texts = {name: Text(self.label_of(name), content) for name, content in contents.items()}
        rest = obstacles(texts, self.marked())
        reasons: dict[str, Reason] = {}
        self.reason_names = []
        self.in_the_way = said(rest)
        for name in dict.fromkeys(each.field for each in rest):
            found = [each for each in rest if each.field == name]
            key = f"{name}_not_personal"
            # A text that is stored already has no field of its own: it is told at the line for the reason.
            place = name if name in self.fields else key
            self.reason_names.append(key)
            self.fields[key] = ReasonField(found)
            if not self.is_bound:
                self._hint(place, found)
                continue
            try:
                reason = self.fields[key].clean(self.data.get(self.add_prefix(key), ""))
            except forms.ValidationError as fault:
                self.add_error(key, fault)
                continue
            if reason:
                shown = self._shown(key)
                reasons[name] = Reason(reason, [each.piece for each in found if each.piece in shown])
                found = [each for each in found if each.piece not in shown]
            if found and self.stops:
                self.add_error(place, f"{_said(found)}。{NOT_COVERED if reason else self.mend}")
            elif found:
                self._hint(place, found)
        if self.is_bound:
            self.cleaned_data["not_personal"] = reasons

    def label_of(self, name: str) -> str:
        """What the page calls a text."""
        return str(self.fields[name].label)

    def _shown(self, key: str) -> set[str]:
        """Return the pieces that stood on the page beside the line for this reason."""
        try:
            pieces = json.loads(self.data.get(shown_name(self.add_prefix(key)), "[]"))
        except (ValueError, RecursionError):  # not from our page: then the reason covers nothing
            return set()
        return {each for each in pieces if isinstance(each, str)} if isinstance(pieces, list) else set()

    def _hint(self, name: str, found: list[Obstacle]) -> None:
        if name.endswith("_not_personal"):  # its help names what was found
            return
        # What was typed is shown as it is, never as HTML.
        self[name].help_text = format_html(
            "{} <b>{}，提交以前要处理。</b>", self.fields[name].help_text, _said(found)
        )

    def reasons(self) -> list[forms.BoundField]:
        """The fields for reasons that the page has to show; none where nothing was found."""
        # Reading the errors searches the texts of a form that was sent.
        return [self[name] for name in self.reason_names] if self.errors or self.reason_names else []


def _said(found: list[Obstacle]) -> str:
    return "、".join(each.said for each in found)
