"""The form on which a clerk says what the columns of a file are, and once what the file does not hold."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from django import forms
from openpyxl.utils import get_column_letter

from ..spreadsheets.cell_reader import read_cell
from ..spreadsheets.cell_types import Wrong, allowed_by, written_by
from ..spreadsheets.corrections import BY_TITLE
from ..spreadsheets.detector import Layout
from ..spreadsheets.marked_names import of_constant, told
from ..spreadsheets.side_by_side import tables_beside
from ..spreadsheets.table import Column, with_subject
from ..spreadsheets.titles import told_by
from .asking import AskedWith
from .column_rows import Absent, ColumnRow, ConstantRow, why_read
from .importer import Importer

CONSTANTS = 2  # further columns that may be the same for the whole file
FOLDED = 8  # settled columns; fewer are not folded
TOLD = 6  # values told by titles that are named
NOTHING = "没有说：已有的登记保持原样，新增的先空着"
NOT_SAID = "（没有说）"
TYPED_ONCE = "文件里没有这一列：整个文件都一样的，请填在这里；有的，请在上面指定是哪一列。"
BY_TITLES = "文件里没有这一列，标题里有。"


class ColumnsForm(forms.Form):
    """What each column of the chosen sheet is read as, and what is the same for all its rows."""

    remember = forms.BooleanField(
        label="导入后记住这些叫法，以后上传的文件也这样读", required=False, initial=True
    )

    def __init__(
        self,
        importer: Importer,
        layout: Layout,
        constants: dict[str, str],
        *args: Any,
        lacking: Container[str] = (),
    ):
        """:param lacking: columns of which the preview says that they are wanted."""
        super().__init__(*args)
        self.importer, self.columns, self.layout = importer, importer.columns, layout
        choices = [("", "（不读取）")] + [
            (each.attribute, f"{each.header}{'（必填）' if each.required else ''}") for each in self.columns
        ]
        for seen in layout.columns:
            self.fields[f"column-{seen.position}"] = forms.ChoiceField(
                label=f"{seen.letter}列", choices=choices, required=False, initial=seen.attribute
            )
        there = {seen.attribute for seen in layout.columns}
        self.asked = [
            each
            for each in self.columns
            if each.attribute in importer.asked
            or (each.in_titles and each.attribute not in there and self._told(each))
        ]
        # What is chosen as a column on the page needs no text; until then both may be said.
        self.once = [
            each
            for each in self.columns
            if each.attribute in importer.typed_once and each.attribute not in there
        ]
        self.asked += self.once
        suggested = importer.told_by(layout.titles)
        for column in self.asked:
            words = allowed_by(column.rule) or tuple(self._told(column))
            if words:
                self._ask(column, words, constants)
            elif column in self.once:
                self._ask_text(column, constants, suggested)
        self._ask_with(constants, lacking)
        self._offer_constants(constants)

    def _ask(self, column: Column, words: tuple[str, ...], constants: dict[str, str]) -> None:
        """Ask whether the whole file is of one kind; a title that says so is suggested."""
        said = self._told(column)
        nothing = NOT_SAID if column in self.once else NOTHING
        choices = [("", nothing), *((each, f"整个文件都是“{each}”") for each in words)]
        if said:
            listed = "、".join(said[:TOLD]) + (f"等 {len(said)} 个" if len(said) > TOLD else "")
            choices.append((BY_TITLE, f"按每一行上面的标题（{listed}）"))
        suggested = "" if not said else said[0] if len(said) == 1 else BY_TITLE
        marks = list(dict.fromkeys(told(column, self.layout.titles)))
        for marked in marks:
            others = ("", *(each for each in words if each != marked.word))
            read = [marked._replace(otherwise=rest) for rest in others]
            choices += [(each.constant, each.in_words) for each in read]
        # 特殊监管对象名单（带★的为重点）: what the title says besides goes for the rest.
        if marks and suggested != BY_TITLE:
            rest = suggested if suggested != marks[0].word else ""
            suggested = marks[0]._replace(otherwise=rest).constant
        self.fields[f"constant-{column.attribute}"] = forms.ChoiceField(
            label=column.header,
            choices=choices,
            required=False,
            initial=constants.get(column.attribute, suggested),
        )

    def _ask_text(self, column: Column, constants: dict[str, str], suggested: Mapping[str, str]) -> None:
        """Ask for the text that all rows share; one that a title tells is suggested."""
        self.fields[f"constant-{column.attribute}"] = forms.CharField(
            label=column.header, max_length=200, required=False,
            initial=constants.get(column.attribute, suggested.get(column.attribute, "")),
        )  # fmt: skip

    def _sentence(self, column: Column) -> str:
        """Return what is said below the field of a column that the file has not."""
        if column not in self.once:
            return self.importer.when_absent.get(column.attribute, BY_TITLES)
        told = self.importer.told_by(self.layout.titles).get(column.attribute)
        return f"{f'标题里写的是“{told}”，请核对。' if told else ''}{TYPED_ONCE}{column.help}"

    def _ask_with(self, constants: dict[str, str], lacking: Container[str]) -> None:
        """Ask what a value needs besides, once that value was said, or the file has rows of it."""
        there = {seen.attribute for seen in self.layout.columns}
        headers = {column.attribute: column for column in self.columns}
        self.with_them: list[AskedWith] = []
        for each in self.importer.asked_with:
            name = f"constant-{each.column}"
            said = self.data.get(name) if self.is_bound else self.initial_of(name)
            wanted = each.attribute in lacking or each.attribute in constants or each.word in _words(said)
            if wanted and each.attribute not in there:
                self.with_them.append(each)
                self.fields[f"with-{each.attribute}"] = forms.CharField(
                    label=headers[each.attribute].header, max_length=200, required=False,
                    initial=constants.get(each.attribute, ""),
                )  # fmt: skip

    def initial_of(self, name: str) -> str:
        return str(self.fields[name].initial or "") if name in self.fields else ""

    def _told(self, column: Column) -> list[str]:
        """Return what the titles of the sheet say of a column, in words, each once."""
        found = (told_by(column, title) for title in self.layout.titles)
        return list(dict.fromkeys(str(written_by(column.rule, each)) for each in found if each is not None))

    def _offer_constants(self, constants: dict[str, str]) -> None:
        asked = {each.attribute for each in self.asked if each in self.once or allowed_by(each.rule)}
        asked |= {each.attribute for each in self.with_them}
        self.offered = [
            each
            for each in self.columns
            if not (each.identity or each.import_only or each.attribute in asked)
        ]
        said = [
            (name, text)
            for name, text in constants.items()
            if name in {each.attribute for each in self.offered}
        ]
        choices = [("", "（没有）"), *((each.attribute, each.header) for each in self.offered)]
        for number in range(1, CONSTANTS + 1):
            name, text = said[number - 1] if number <= len(said) else ("", "")
            self.fields[f"same-{number}"] = forms.ChoiceField(
                label=f"整个文件相同的第 {number} 列", choices=choices, required=False, initial=name
            )
            self.fields[f"same-{number}-text"] = forms.CharField(
                label=f"第 {number} 列的内容", max_length=100, required=False, initial=text
            )

    def rows(self) -> Iterator[ColumnRow]:
        headers = {column.attribute: column.header for column in self.columns}
        for seen in self.layout.columns:
            yield ColumnRow(seen, self[f"column-{seen.position}"], why_read(seen, headers))

    def to_look_at(self) -> list[ColumnRow]:
        """Return the columns that a person should look at: first those that are read by a guess."""
        return sorted((row for row in self.rows() if row.asks), key=lambda row: not row.column.guessed)

    def settled(self) -> list[ColumnRow]:
        """Return the columns that were recognised, or hold nothing that could be read."""
        return [row for row in self.rows() if not row.asks]

    @property
    def guesses(self) -> int:
        return sum(row.asks and row.column.guessed for row in self.rows())

    @property
    def recognised(self) -> int:
        return sum(bool(row.column.attribute) for row in self.settled())

    @property
    def left_out(self) -> int:
        return len(self.settled()) - self.recognised

    @property
    def folds(self) -> bool:
        """Whether what is settled is folded: a person is to see at once what is left to decide, and no form has so few fields."""
        return len(self.settled()) > FOLDED and not self.errors

    def absent(self) -> Iterator[Absent]:
        """Yield what is asked once of a file that has not all columns."""
        mapped = {seen.attribute for seen in self.layout.columns}
        for column in self.asked:
            if column.attribute in mapped and not self.is_bound:
                continue
            name = f"constant-{column.attribute}"
            field = self[name] if name in self.fields else None
            yield Absent(column, self._sentence(column), field)
            for each in self.with_them:
                if each.column == column.attribute:
                    yield self._absent_with(each)
        for each in self.with_them:
            if each.column in mapped:
                yield self._absent_with(each)

    def _absent_with(self, asked: AskedWith) -> Absent:
        column = next(each for each in self.columns if each.attribute == asked.attribute)
        return Absent(column, asked.sentence, self[f"with-{asked.attribute}"])

    def same(self) -> Iterator[ConstantRow]:
        for number in range(1, CONSTANTS + 1):
            yield ConstantRow(self[f"same-{number}"], self[f"same-{number}-text"])

    def chosen(self) -> dict[str, str]:
        """Return {position: attribute}."""
        return {
            str(seen.position): self.cleaned_data[f"column-{seen.position}"] for seen in self.layout.columns
        }

    def constants(self) -> dict[str, str]:
        """Return {attribute: text} of the columns that are the same for the whole file."""
        mapped = set(self.chosen().values())
        said = {
            column.attribute: text
            for column in self.asked
            if column.attribute not in mapped
            and (text := self.cleaned_data.get(f"constant-{column.attribute}"))
        }
        said |= {
            each.attribute: text
            for each in self.with_them
            if each.attribute not in mapped and (text := self.cleaned_data.get(f"with-{each.attribute}"))
        }
        for number in range(1, CONSTANTS + 1):
            if attribute := self.cleaned_data.get(f"same-{number}"):
                said[attribute] = self.cleaned_data[f"same-{number}-text"]
        return said

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        places: dict[str, list[str]] = {}
        for seen in self.layout.columns:
            if attribute := cleaned.get(f"column-{seen.position}"):
                places.setdefault(attribute, []).append(get_column_letter(seen.position))
        same = {cleaned.get(f"same-{number}") for number in range(1, CONSTANTS + 1)}
        for column in self.columns:
            letters = places.get(column.attribute, [])
            if len(letters) > 1 and not self._go_together(column, cleaned):
                self.add_error(
                    None, f"{'列、'.join(letters)}列都选了“{column.header}”，请只留一列，其余选“（不读取）”。"
                )
            elif column.required and not letters and column.attribute not in same:
                self._refuse_absent(column, cleaned)
        self._clean_constants(cleaned, places)
        self._clean_with(cleaned, places)
        return cleaned

    def _refuse_absent(self, column: Column, cleaned: dict[str, Any]) -> None:
        """Refuse a required column that is nowhere, or that is not what was typed for the whole file."""
        name = f"constant-{column.attribute}"
        missing = f"还没有指定必填的“{column.header}”是哪一列"
        if name not in self.fields:
            self.add_error(None, f"{missing}。")
        elif not (text := cleaned.get(name)):
            self.add_error(name, f"{missing}；整个文件都一样的，请填在这里。")
        elif text != BY_TITLE:
            self._refuse_unread(name, text, column)

    def _refuse_unread(self, name: str, text: str, column: Column) -> None:
        try:
            read_cell(text or None, column)
        except Wrong as wrong:
            self.add_error(name, f"{wrong.problem}；{wrong.fix}。")

    def _clean_with(self, cleaned: dict[str, Any], places: dict[str, list[str]]) -> None:
        known = {column.attribute: column for column in self.columns}
        same = {cleaned.get(f"same-{number}") for number in range(1, CONSTANTS + 1)}
        for each in self.with_them:
            name, text = f"with-{each.attribute}", cleaned.get(f"with-{each.attribute}")
            if each.attribute in places or each.attribute in same or name in self.errors:
                continue
            whole = each.column not in places and each.word in _words(cleaned.get(f"constant-{each.column}"))
            if whole and not text:
                self.add_error(name, each.needed)
            self._refuse_unread(name, text or "", known[each.attribute])

    def _go_together(self, column: Column, cleaned: dict[str, Any]) -> bool:
        """Say whether several columns may be read as one: one of them is ticked, or the same table stands there again."""
        found: dict[str, list[int]] = {}
        for each in self.layout.columns:
            if (name := cleaned.get(f"column-{each.position}")) and not each.ticked:
                found.setdefault(name, []).append(each.position)
        if column.attribute not in found:
            return True
        keys = {each.position: each.key for each in self.layout.columns}
        needed = [each.attribute for each in self.columns if each.required]
        ticked = any(
            each.ticked and cleaned.get(f"column-{each.position}") == column.attribute
            for each in self.layout.columns
        )
        return not ticked and bool(tables_beside(found, keys, needed))

    def _clean_constants(self, cleaned: dict[str, Any], places: dict[str, list[str]]) -> None:
        known = {column.attribute: column for column in self.columns}
        seen: set[str] = set()
        for number in range(1, CONSTANTS + 1):
            attribute, text = cleaned.get(f"same-{number}"), cleaned.get(f"same-{number}-text")
            if not attribute:
                if text:
                    self.add_error(f"same-{number}", f"请选“{text}”是哪一列的内容，或把它删去。")
                continue
            column = known[attribute]
            if attribute in places:
                self.add_error(
                    f"same-{number}",
                    f"“{column.header}”已经读自{'列、'.join(places[attribute])}列，不能又整个文件相同。",
                )
            elif attribute in seen:
                self.add_error(f"same-{number}", f"“{column.header}”选了两次，请只留一处。")
            seen.add(attribute)
            try:
                read_cell(text or None, column)
            except Wrong as wrong:
                self.add_error(
                    f"same-{number}-text",
                    f"{with_subject(column.header, text, wrong.problem)}；{wrong.fix}。",
                )
            else:
                if not text:
                    self.add_error(f"same-{number}-text", f"请填写整个文件的“{column.header}”是什么。")


def _words(said: str | None) -> tuple[str, ...]:
    """Return the words that the answer about a column gives to rows."""
    marked = of_constant(said or "")
    return (marked.word, marked.otherwise) if marked else (said or "",)
