"""A field's value as people read it."""

from django.db import models

from ..spreadsheets.cell_text import shown


class Words:
    """Returns values as people read them; where a field takes few values, each is worked out once."""

    def __init__(self, model: type[models.Model]):
        self.model = model
        names = {each.name for each in model._meta.concrete_fields if not each.is_relation}
        worded = ("{}_labels", "get_{}_display")
        self.plain = {name for name in names if not any(hasattr(model, each.format(name)) for each in worded)}
        self.known: dict[tuple, str] = {}
        self.others: dict[str, dict] = {}

    def __call__(self, name: str, value: object) -> str:
        if name in self.plain:
            return _plain(value)
        other = self.model._meta.get_field(name).related_model
        if other and value is not None and not isinstance(value, models.Model):
            if name not in self.others:
                self.others[name] = other._base_manager.in_bulk()
            value = self.others[name][value]
        if (name, value) not in self.known:
            self.known[name, value] = display(self.model(**{name: value}), name)
        return self.known[name, value]


def display(instance: models.Model, name: str) -> str:
    """Return a field's value as people read it: by ``get_…_display``, or by ``…_labels`` where it holds several.

    A model may write either itself.
    """
    several, one = f"{name}_labels", f"get_{name}_display"
    # A row of a history has the fields of its model, but not its properties.
    model = getattr(instance, "instance_type", type(instance))
    if not hasattr(instance, one) and (hasattr(model, several) or hasattr(model, one)):
        instance = model(**{name: getattr(instance, name)})
    if hasattr(model, several):
        return "、".join(getattr(instance, several))
    if labelled := getattr(instance, one, None):
        return str(labelled() or "")
    return _plain(getattr(instance, name))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return shown(value) if not hasattr(value, "isoformat") else value.isoformat()
