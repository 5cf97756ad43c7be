"""What changed in a row, in words that the audit trail may keep."""

from collections.abc import Iterable

from django.db import models

from .display import display

MASKED = frozenset({"phone"})


def masked(name: str, value: str) -> str:
    """Return a field's value as the audit trail may keep it: telephone numbers lose their middle."""
    if name not in MASKED or not value:
        return value
    return value[:3] + "*" * max(len(value) - 5, 3) + value[-2:] if len(value) > 6 else "***"


def changes_of(old: models.Model | None, new: models.Model, names: Iterable[str]) -> dict[str, list[str]]:
    """Return {label: [old, new]} of the named fields, as people read them; of a new object those that are set."""
    found = {}
    for name in names:
        before = masked(name, display(old, name)) if old is not None else ""
        after = masked(name, display(new, name))
        differs = old is None or getattr(old, name) != getattr(new, name)
        if differs and (before or after):
            found[str(new._meta.get_field(name).verbose_name)] = [before, after]
    return found


def differs(old: models.Model, new: models.Model) -> bool:
    """Say whether any of the fields whose changes people read has another value."""
    fields = (old._meta.get_field(name).attname for name in field_names(type(new)))
    return any(getattr(old, name) != getattr(new, name) for name in fields)


def field_names(model: type[models.Model]) -> list[str]:
    """Return the fields whose changes people read: all but the primary key and the time of the last change."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name != "updated_at"
    ]
