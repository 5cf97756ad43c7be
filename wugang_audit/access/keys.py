"""Keys of rows as forms and queries name them: text from outside, of which only some can be a key at all."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

KEY = "[1-9][0-9]{0,18}"  # ASCII digits alone, without leading zeros
LARGEST = 2**63 - 1  # what a key holds; SQLite cannot even be asked for more


def key_of(text: str | None) -> int | None:
    """Return the key that the text is, or None if it can be none."""
    number = int(text) if text and re.fullmatch(KEY, text) else 0
    return number if 0 < number <= LARGEST else None


def is_beyond(text: str) -> bool:
    """Say whether a text is a number that no database can be asked for, however Python lets it be written (`_`, ９)."""
    try:
        number = int(text)
    except ValueError:  # more than 4,300 digits too: the conversion is refused
        return text.strip().isdecimal()
    return not -LARGEST <= number <= LARGEST


class KeysField(forms.ModelMultipleChoiceField):
    """Rows chosen by their keys. Django's own hands a number that no database holds to the database."""

    def clean(self, value: Any) -> QuerySet:
        for each in value if isinstance(value, list | tuple) else ():
            if key_of(str(each)) is None:
                wrong = self.error_messages["invalid_pk_value"]
                raise ValidationError(wrong, code="invalid_pk_value", params={"pk": str(each)[:20]})
        return super().clean(value)


def only_keys(values: Iterable[Any]) -> list[Any]:
    """Return those of the values that can be keys."""
    return [value for value in values if key_of(str(value)) is not None]
