"""The form of a supplement: what is put right, chosen from a list, and the right value in the field that fits.

The page has one field for each way to give a value. A script shows the one that fits and hides the others; without scripts
each says what it is for.
"""

from itertools import groupby
from typing import Any

from django import forms

from ...models import Inspection, Supplement
from ...models.site_facts import nothing_or
from ...privacy_gate.forms import Guarded
from ...privacy_gate.queries import Marked
from ...states import Refused
from .. import privacy
from ..fields import LinesField
from .arrival import HTML_MINUTE
from .limits import BadReading, read
from .line_changes import held_rows
from .permit_rows import PermitRows
from .plausible import impossible
from .record import standing
from .record_forms import OfRecord
from .supplementing import (
    CHOICE,
    MOMENT,
    NOT_SAID,
    NUMBER,
    SHORT,
    WORDS,
    Target,
    Value,
    as_given,
    change_of,
    is_repeat,
    said_now,
    targets,
)

NOTHING = "无"  # how people write that there is nothing
WAYS = (CHOICE, MOMENT, NUMBER, WORDS)
# What each field is for: the page without scripts shows all of them.
FOR = {
    CHOICE: "改检查项目的结果、治理设施、进入情况、检查通知书的，选正确的。",
    MOMENT: "改检查时间、亮证告知时间的，填正确的时间。",
    NUMBER: "改读数的，填正确的数，不写单位；没有测、不该有这个读数的，填“无”。",
    WORDS: "改姓名、职务、说明、现场情况、陈述申辩的，写正确的全文；应当空着的，填“无”。",
}
LABELS = {
    CHOICE: "改为（选项）",
    MOMENT: "改为（时间）",
    NUMBER: "改为（读数）",
    WORDS: "改为（文字）",
}


class TargetSelect(forms.Select):
    """The list of what can be put right; each line says which field fits, and which of the choices."""

    targets: dict[str, Target] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if target := self.targets.get(str(value)):
            option["attrs"] |= {"data-way": target.kind, "data-choices": target.word}
        return option


class SupplementForm(Guarded, OfRecord):
    """Gives to the verb ``text``, ``target`` (empty: told in words alone), ``value``, ``not_personal``."""

    target = forms.ChoiceField(label="补正哪一处", required=False, widget=TargetSelect)
    choice = forms.ChoiceField(label=LABELS[CHOICE], required=False, help_text=FOR[CHOICE])
    moment = forms.DateTimeField(
        label=LABELS[MOMENT],
        required=False,
        help_text=FOR[MOMENT],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=HTML_MINUTE),
    )
    number = forms.CharField(
        label=LABELS[NUMBER],
        required=False,
        max_length=40,
        help_text=FOR[NUMBER],
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    words = LinesField(label=LABELS[WORDS], rows=2, max_length=2000, help_text=FOR[WORDS])
    text = LinesField(
        label="补正内容",
        rows=3,
        max_length=Supplement._meta.get_field("text").max_length,
        help_text="写明哪一处有错、为什么错，正确的是什么。原来的记录不变，两名执法人员都确认后附在后面。",
    )

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inspection, self.held = inspection, standing(inspection)
        self.permit = held_rows(inspection, self.held) if self.held else PermitRows([], [])
        self.targets = targets(inspection, said_now(self.held), self.permit) if self.held else {}
        self.fields["target"].choices = [("", "都不是，只用文字写明"), *_listed(self.targets)]
        self.fields["target"].widget.targets = self.targets
        self.fields["choice"].choices = [("", "请选择"), *_choices(self.targets)]

    @property
    def ways(self) -> list[forms.BoundField]:
        """The fields for the right value."""
        return [self[way] for way in WAYS]

    def marked(self) -> Marked:
        """What is marked in the note that is put right, as of this form's field."""
        name = self.data.get("target", "")
        return frozenset((WORDS, piece) for field, piece in privacy.marked(self.inspection) if field == name)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        name = data.get("target", "")
        target = self.targets.get(name)
        given = [way for way in WAYS if data.get(way)]
        value: Value = ""
        if target is None and given and "target" not in self.errors:
            self.add_error("target", "填了正确的内容，请在这里选是哪一处；都不是的，请清空，只用文字写明。")
        elif target:
            for way in given:
                if way != target.kind:
                    self.add_error(way, f"“{target.label}”不在这一格填，请清空，填“{LABELS[target.kind]}”。")
            value = self._value(target)
        if target and target.word == "note" and isinstance(value, str):
            self.guard({WORDS: value})
        if target and self.held and not self.errors:
            self._hold_to_rules(target, value)
        said = {"digest": data.get("digest", ""), "text": data.get("text", "")}
        found = data.get("not_personal", {}).get(WORDS)
        reasons = {name: found} if found else {}
        return said | {"target": name, "value": value, "not_personal": reasons}

    def _value(self, target: Target) -> Value:
        """Read the right value; what is missing or wrong is said at its field."""
        typed = self.cleaned_data.get(target.kind)
        if target.kind in self.errors:
            return None
        if not typed:
            what = {
                CHOICE: "请选正确的。",
                MOMENT: "请填正确的时间。",
                NUMBER: "请填正确的读数；没有测的，填“无”。",
                WORDS: "请写正确的全文；应当空着的，填“无”。",
            }
            self.add_error(target.kind, f"{target.label}：{what[target.kind]}")
            return None
        if target.kind == CHOICE:
            of, _, code = typed.partition(":")
            if of != target.word:
                self.add_error(CHOICE, f"{target.label}：这个选项不是它的，请重新选。")
            return code
        if target.kind == NUMBER:
            return None if typed.strip() == NOTHING else self._number(target, typed)
        if target.kind == WORDS:
            return "" if typed == NOTHING else typed
        return typed

    def _number(self, target: Target, typed: str) -> Value:
        limits = {f"reading_{each.key}": each for each in self.permit.readings}
        limit = limits[target.name]
        try:
            number = read(typed, limit.unit)
        except BadReading as wrong:
            self.add_error(NUMBER, f"{target.label}：{wrong}")
            return None
        if told := impossible(number, limit.pollutant, limit.unit):
            self.add_error(NUMBER, f"{target.label}：{told}")
        return number

    def _hold_to_rules(self, target: Target, value: Value) -> None:
        text = nothing_or(self.cleaned_data.get("text", "")).strip()
        same = self.held.supplements.filter(text=text, target=target.name, given=as_given(value))
        if any(is_repeat(self.held, made) for made in same):
            return  # sent once more: the record may say so already, and the verb knows what to answer
        try:
            change_of(self.inspection, self.held, target.name, value)
        except Refused as refusal:
            self.add_error(target.kind, str(refusal))


def _listed(found: dict[str, Target]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The list of what can be put right, by groups, each line with what the record says now."""
    return [
        (group, [(target.name, f"{target.label}（{_short(target)}）") for target in rows])
        for group, rows in groupby(found.values(), key=lambda target: target.group)
    ]


def _short(target: Target) -> str:
    if target.said == NOT_SAID:
        return NOT_SAID
    said = " ".join(target.said.split())
    return f"记的是：{said[:SHORT]}{'…' if len(said) > SHORT else ''}"


def _choices(found: dict[str, Target]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices of all that is chosen: of each kind of thing once, told apart by its word."""
    called = {
        "entry": "进入情况",
        "notice_given": "检查通知书",
        "verdict": "检查项目",
        "facility": "治理设施",
    }
    kinds = {target.word: target.choices for target in found.values() if target.kind == CHOICE}
    return [
        (called[word], [(f"{word}:{code}", label) for code, label in choices])
        for word, choices in kinds.items()
    ]
