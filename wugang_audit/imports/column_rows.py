"""The rows of the page of columns: what stands in a column of the sheet, and what the file has not."""

from dataclasses import dataclass

from django import forms

from ..spreadsheets.detector import ColumnSeen
from ..spreadsheets.table import Column


@dataclass(frozen=True)
class ColumnRow:
    """A column of the sheet, and the field that says what it is read as."""

    column: ColumnSeen
    field: forms.BoundField
    why: str = ""  # it is read so, or is not read

    @property
    def asks(self) -> bool:
        """Whether a person should look at it: it is a guess, or something in it is not read that might be."""
        seen = self.column
        unsure = seen.guessed or seen.is_unread or bool(seen.unlike or seen.second)
        return bool(self.field.errors) or unsure and not seen.by_hand


@dataclass(frozen=True)
class Absent:
    """A column that the file may lack: what happens then, or the field that asks for it."""

    column: Column
    sentence: str
    field: forms.BoundField | None = None


@dataclass(frozen=True)
class ConstantRow:
    """A column and a text that is the same for the whole file."""

    column: forms.BoundField
    text: forms.BoundField


def why_read(seen: ColumnSeen, headers: dict[str, str]) -> str:
    """Return in Chinese why a column is read so, where its heading alone does not say it, or why it is not read."""
    if seen.ticked:
        return f"打勾或填“是”的读作“{seen.ticked}”"
    if seen.guessed:
        return "按内容猜的，请核对"
    if seen.attribute or seen.by_hand:
        return ""
    if seen.forgotten:
        return "按记住的叫法没有读取"
    if seen.unlike:
        return f"内容不像“{headers[seen.unlike]}”，没有读取"
    if seen.second:
        return f"“{headers[seen.second]}”已读另一列"
    return "没有认出来" if seen.is_unread else ""
