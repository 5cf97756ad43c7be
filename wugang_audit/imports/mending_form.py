"""The form in which a clerk says what the faulty cells of a page are to be read as, and what a question's cells mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from ..spreadsheets.cell_reader import read_cell
from ..spreadsheets.cell_types import Wrong
from ..spreadsheets.table import Question
from . import recipes
from .importer import Importer
from .mending import Answer, Group, Mended, code_of

Choices = list[tuple[str, Any]]
LONGEST = 200  # characters that a correction may have
OTHER = "other"  # of a question: none of the suggestions
EVERY = "*"  # the button that takes all proven texts of the page


@dataclass(frozen=True)
class GroupRow:
    """A group of faults with its fields."""

    group: Group
    text: forms.BoundField | None
    clear: forms.BoundField | None
    leave: forms.BoundField
    remember: forms.BoundField | None


@dataclass(frozen=True)
class Asked:
    """A question with its fields."""

    question: Question
    code: str
    header: str
    choice: forms.BoundField
    text: forms.BoundField
    remember: forms.BoundField | None


class MendingForm(forms.Form):
    """What is said of the groups and questions of one page. Nothing of it counts as long as one answer is wrong.

    Besides its fields it reads ``take``: the code of a group whose proven text is taken, whatever else is typed there,
    or `EVERY`: those of all groups of which nothing is said.
    """

    def __init__(
        self, importer: Importer, groups: Sequence[Group], questions: Sequence[Question], *args: Any
    ):
        super().__init__(*args)
        self.importer, self.groups, self.questions = importer, groups, questions
        self.columns = {column.attribute: column for column in importer.columns}
        for group in groups:
            self._add_group(group)
        for question in questions:
            self._add_question(question)

    def _add_group(self, group: Group) -> None:
        named, code = f"{group.header}“{group.value or '空格子'}”", group.code
        if group.takes_text:
            self.fields[f"text-{code}"] = _text_field(group, named)
        if group.may_be_empty:
            means = self.columns[group.attribute].empty_means if group.attribute in self.columns else ""
            label = f"留空（按{means}登记）" if means else "留空"
            self.fields[f"clear-{code}"] = forms.BooleanField(label=label, required=False)
        rows = "这些行" if group.count > 1 else "这一行"
        self.fields[f"leave-{code}"] = forms.BooleanField(label=f"不读{rows}", required=False)
        if label := _remembered_as(group):
            self.fields[f"remember-{code}"] = forms.BooleanField(label=label, required=False)

    def _add_question(self, question: Question) -> None:
        code = code_of(question)
        choices = [*((each, label) for each, label in question.suggestions), (OTHER, OTHER)]
        self.fields[f"choice-{code}"] = forms.CharField(
            required=False, initial=OTHER, widget=forms.RadioSelect(choices=choices), label=question.value
        )
        header = self._header(question)
        attributes = {"aria-label": f"{header}“{question.value}”另填"}
        if "industry" in question.attribute:
            attributes["placeholder"] = "如 2669"
        self.fields[f"text-{code}"] = _text(f"{header}“{question.value}”", forms.TextInput(attributes))
        if question.value:
            self.fields[f"remember-{code}"] = forms.BooleanField(
                required=False, initial=True, label="记住，以后不再问"
            )

    def _header(self, question: Question) -> str:
        column = self.columns.get(question.attribute)
        return column.header if column else ""

    def _bound(self, name: str) -> forms.BoundField | None:
        return self[name] if name in self.fields else None

    def rows(self) -> Iterator[GroupRow]:
        for group in self.groups:
            code = group.code
            yield GroupRow(
                group, self._bound(f"text-{code}"), self._bound(f"clear-{code}"), self[f"leave-{code}"],
                self._bound(f"remember-{code}"),
            )  # fmt: skip

    def asked(self) -> Iterator[Asked]:
        for question in self.questions:
            code = code_of(question)
            yield Asked(
                question, code, self._header(question), self[f"choice-{code}"], self[f"text-{code}"],
                self._bound(f"remember-{code}"),
            )  # fmt: skip

    @property
    def proven(self) -> int:
        """How many groups of the page can mean one thing only."""
        return sum(bool(group.proven) for group in self.groups)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.said: dict[str, Answer] = {}
        taken = self.data.get("take", "")
        for group in self.groups:
            answer = _answer(cleaned, group.code)
            if group.proven and (taken == group.code or taken == EVERY and not answer.says):
                answer = Answer(group.proven)
            elif answer.text and not answer.leave_out and cleaned.get(f"clear-{group.code}"):
                self.add_error(f"text-{group.code}", f"又改成“{answer.text}”，又勾了“留空”：请只留一样。")
            self._check(group.attribute, group.code, answer)
        for question in self.questions:
            self._check(question.attribute, code_of(question), _answer(cleaned, code_of(question)))
        return cleaned

    def _check(self, attribute: str, code: str, answer: Answer) -> None:
        """Keep an answer; one that cannot be read as what its column holds is an error at its field."""
        self.said[code] = answer
        if not answer.text or answer.leave_out:
            return
        field = f"text-{code}"
        if why := self.importer.why_not(attribute, answer.text):
            self.add_error(field, f"“{answer.text}”{why}。")
            return
        try:
            read_cell(answer.text, self.columns[attribute])
        except Wrong as wrong:
            self.add_error(field, f"“{answer.text}”{wrong.problem}；{wrong.fix}。")

    def add_to(self, mended: Mended) -> int:
        """Add what was said, and return in how many cells something is to be read otherwise."""
        count = 0
        for group in self.groups:
            if (answer := self.said[group.code]).says:
                mended.take(group, answer)
                count += group.count
        for question in self.questions:
            if (answer := self.said[code_of(question)]).text:
                mended.take_answer(question, answer)
                count += question.count
        return count

    def remembered(self) -> list[recipes.Said]:
        """Return what is to be remembered for other files."""
        said = [
            recipes.Said(group.attribute, group.value, answer.text)
            for group in self.groups
            if self._is_to_be_remembered(group.code)
            and (answer := self.said[group.code]).says
            and not answer.leave_out
            and (answer.clear or not group.identity)
        ]
        for question in self.questions:
            code = code_of(question)
            if self._is_to_be_remembered(code) and self.said[code].text:
                said.append(recipes.Said(question.attribute, question.value, self.said[code].text))
        return said

    def _is_to_be_remembered(self, code: str) -> bool:
        return bool(self.cleaned_data.get(f"remember-{code}"))


def _text_field(group: Group, named: str) -> forms.CharField:
    """Return the field of what is to be read instead: words to choose from, or any text."""
    label = {"aria-label": f"{named}改成"}
    if group.words:
        others: Choices = [(each, each) for each in group.other_words]
        if group.offers:
            others = [("多半是", group.offers), ("也可以是", others)]
        return _text(named, forms.Select(label, [("", "（请选）"), *others]))
    listed = {"list": f"offers-{group.code}"} if group.offers else {}
    whole = "" if group.whole else "请写出整格的内容，原来的整格都换掉。"
    return _text(named, forms.TextInput(label | listed), f"{whole}{group.help}")


def _text(label: str, widget: forms.Widget, help_text: str = "") -> forms.CharField:
    too_long = {"max_length": f"太长，不能超过 {LONGEST} 个字。"}
    return forms.CharField(
        required=False, label=label, widget=widget, help_text=help_text, max_length=LONGEST, error_messages=too_long
    )  # fmt: skip


def _remembered_as(group: Group) -> str:
    """Return what the box says by which a correction is remembered; empty where none may be (see `recipes.check`)."""
    if not group.alike or group.identity and not group.may_be_empty:
        return ""
    return "留空的记住，以后也留空" if group.identity else "记住，以后都这样改"


def _answer(cleaned: Mapping[str, Any], code: str) -> Answer:
    chosen = cleaned.get(f"choice-{code}") or ""
    text = "" if chosen == OTHER else chosen
    text = cleaned.get(f"text-{code}") or text
    return Answer(text, not text and bool(cleaned.get(f"clear-{code}")), bool(cleaned.get(f"leave-{code}")))
