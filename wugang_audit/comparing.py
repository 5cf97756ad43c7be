"""What a workbook would change in a registry: rows compared with the objects that they stand for, and said in words."""

from dataclasses import dataclass, field

from django.db import models

from .cells import shown
from .workbooks import Row, Table


@dataclass(frozen=True)
class Change:
    """One field that would change, as people read it."""

    label: str
    old: str
    new: str


@dataclass(slots=True)
class Item:
    """A row of the workbook with the key of the object that it stands for: a new one has none until it is written."""

    row: Row
    pk: int | None = None


@dataclass
class Work:
    """What is to be written: new objects, and existing ones with the fields that changed in any of them."""

    new: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    touched: list[Item] = field(default_factory=list)  # every row
    fields: tuple[str, ...] = ()  # of the model that the workbook fills
    changed_fields: set[str] = field(default_factory=set)


class Comparison:
    """Finds what a workbook would change, without an object in memory for each row."""

    def __init__(self, importer, work: Work):
        self.importer, self.work = importer, work
        # The key never changes hands, nor case.
        self.fields = [name for name in work.fields if name != importer.key]
        self.related = {name for name in self.fields if importer.model._meta.get_field(name).is_relation}
        self.labels = {name: importer.model._meta.get_field(name).verbose_name for name in self.fields}
        self.words = Words(importer.model)
        self.found: dict[int, list[Change]] = {}  # by row number
        self.keys: dict[int, str] = {}  # as the registry writes them

    def compare(self, rows: list[Row], table: Table) -> None:
        existing = self.importer.existing([row.values[self.importer.key] for row in rows], self.fields)
        for row in rows:
            old = existing.get(row.values[self.importer.key].lower())
            item = Item(row, old[0] if old else None)
            self.work.touched.append(item)
            if old is None:
                self.work.new.append(item)
                continue
            _, key, in_use, *held = old
            self.keys[row.number] = key
            if not in_use and "is_active" not in self.labels:
                table.note("名录中已停用，导入不会重新启用（要启用请加“在库”一列）", row)
            if changes := self._changes(row.values, held):
                self.found[row.number] = changes
                self.work.changed.append(item)

    def _changes(self, values: dict, held: list) -> list[Change]:
        changes = []
        for name, old in zip(self.fields, held, strict=True):
            new = values[name]
            if old != (new.pk if name in self.related and new is not None else new):
                self.work.changed_fields.add(name)
                changes.append(Change(self.labels[name], self.words(name, old), self.words(name, new)))
        return changes


class Words:
    """Says values as people read them; each value of few is worked out once."""

    def __init__(self, model: type[models.Model]):
        self.model = model
        names = (each.name for each in model._meta.concrete_fields if not (each.is_relation or each.choices))
        self.plain = {name for name in names if not hasattr(model, f"{name}_labels")}
        self.known: dict[tuple, str] = {}
        self.others: dict[str, dict] = {}

    def __call__(self, name: str, value) -> str:
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
    """Return a field's value as people read it: by ``get_…_display``, or by ``…_labels`` where it holds several."""
    if (labels := getattr(instance, f"{name}_labels", None)) is not None:
        return "、".join(labels)
    if labelled := getattr(instance, f"get_{name}_display", None):
        return str(labelled() or "")
    return _plain(getattr(instance, name))


def _plain(value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return shown(value) if not hasattr(value, "isoformat") else value.isoformat()
