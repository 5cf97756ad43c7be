"""What a workbook would change in a registry: rows compared with the objects that they stand for, and said in words."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..registries.display import Words
from ..spreadsheets.row_numbers import row_label
from ..spreadsheets.table import Row, Table

if TYPE_CHECKING:
    from .importer import Importer

EMPTY: tuple[object, ...] = ("", None, ())
NO_KEY = "（待补）"  # of an object whose key nobody knows yet
IN_FILE = "本文件"
ALIKE = 3  # objects of the same name that are named


@dataclass(frozen=True)
class Change:
    """One field that would change, as people read it."""

    label: str
    old: str
    new: str
    field: str = ""  # of the model, if it is its own
    needs_tick: bool = False  # counts only once it is ticked


@dataclass(frozen=True)
class Difference:
    """One object that would be made (no changes listed) or changed."""

    row: int
    key: str
    title: str
    new: bool
    changes: tuple[Change, ...] = ()
    alike: str = ""  # of a new one: keys of other objects of the same name; it must be ticked
    found_by: str = ""  # of an existing one that must be ticked: by which column the row was taken for it
    told: str = ""  # of a new one what else is known; of one that must be ticked what the registry calls it
    doubt: str = ""  # of a new one that must be ticked: why it may be none at all
    # Of a new one that is listed: all that its row says, as (label, words).
    filled: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """Its row, as a person reads it in 第…行."""
        return row_label(self.row)

    @property
    def alike_named(self) -> str:
        """What has the same name: one of the registry by its key, as its name is this one's; a row by both."""
        return self.alike if self.alike.startswith(IN_FILE) else f"{self.title}，{self.alike}"

    def without_ticks(self) -> "Difference":
        """Return it with those changes alone that need no tick."""
        return replace(self, changes=tuple(change for change in self.changes if not change.needs_tick))

    def to_tick(self) -> list[tuple[str, str]]:
        """Return what must be ticked: (`tick`, in words)."""
        place = f"第{self.label}行 {self.key}"
        asked = [
            (
                tick(self.row, each.field),
                f"{place} {each.label}：{each.old or '（空）'} → {each.new or '（空）'}",
            )
            for each in self.changes
            if each.needs_tick
        ]
        if self.alike:
            asked.append((tick(self.row), f"{place} {self.title}：已有同名的 {self.alike}"))
        elif self.doubt:
            asked.append((tick(self.row), f"{place} {self.title}：{self.doubt}"))
        if self.found_by:
            asked.append((tick(self.row), f"{place} {self.title}：按{self.found_by}认作这一条"))
        return asked


def tick(row: int, field: str = "") -> str:
    """Return what is ticked: one field of a row, or the whole of a new one."""
    return f"{row}:{field}"


def with_objects(differences: list[Difference], ticked: Container[str]) -> Container[str]:
    """Return what is ticked, and the whole of rows of which a change is: who ticks it has said whose row it is."""
    meant = {
        tick(each.row)
        for each in differences
        if each.found_by
        and any(change.needs_tick and tick(each.row, change.field) in ticked for change in each.changes)
    }
    asked = {at for each in differences for at, _ in each.to_tick() if at in ticked}
    return asked | meant


@dataclass(slots=True)
class Item:
    """A row of the workbook, with the primary key of the object that it stands for; a new one gets it when written."""

    row: Row
    pk: int | None = None


@dataclass
class ChangeSet:
    """What is to be written: new objects, and existing ones with the fields that changed in any of them."""

    new: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    touched: list[Item] = field(default_factory=list)  # every row
    fields: tuple[str, ...] = ()  # of the model that the workbook fills
    changed_fields: set[str] = field(default_factory=set)
    # By tick: what a change that needs one, or goes with one, would replace.
    held: dict[str, object] = field(default_factory=dict)
    # Fields that count only if another one's change does.
    goes_with: Mapping[str, str] = field(default_factory=dict)

    def accept(self, differences: list[Difference], ticked: Container[str]) -> list[Difference]:
        """Leave out what needs a tick and got none; return the differences that remain."""
        kept, refused = [], set()
        left: set[str] = set()  # changes without their tick
        for difference in differences:
            if (difference.alike or difference.found_by or difference.doubt) and tick(
                difference.row
            ) not in ticked:
                refused.add(difference.row)
                continue
            row = difference.row
            left.update(
                at
                for change in difference.changes
                if change.needs_tick and (at := tick(row, change.field)) not in ticked
            )
            changes = tuple(each for each in difference.changes if not self._is_left(row, each.field, left))
            if difference.new or changes:
                kept.append(replace(difference, changes=changes))
        still = {each.row for each in kept if any(change.field for change in each.changes)}
        self.new = [item for item in self.new if item.row.number not in refused]
        self.touched = [item for item in self.touched if item.row.number not in refused]
        self.changed = [item for item in self.changed if item.row.number in still]
        names = {name for each in differences for name in (change.field for change in each.changes) if name}
        for item in self.changed:
            for name in names:
                if (at := tick(item.row.number, name)) in self.held and self._is_left(
                    item.row.number, name, left
                ):
                    item.row.values[name] = self.held[at]
        return kept

    def _is_left(self, row: int, name: str, left: Container[str]) -> bool:
        """Say whether a change does not count: for want of its own tick, or of that of the field that it belongs to."""
        owner = self.goes_with.get(name)
        return tick(row, name) in left or owner is not None and tick(row, owner) in left


class Comparison:
    """Finds what a workbook would change, without an object in memory for each row."""

    def __init__(self, importer: "Importer", work: ChangeSet):
        self.importer, self.work = importer, work
        # The key stays with its object, in the case that it has.
        self.fields = [name for name in work.fields if name != importer.key]
        self.related = {name for name in self.fields if importer.model._meta.get_field(name).is_relation}
        self.labels = {name: importer.model._meta.get_field(name).verbose_name for name in self.fields}
        self.in_use = next(
            (each.header for each in importer.columns if each.attribute == "is_active"), "在库"
        )
        self.defaults = {name: _default(importer, name) for name in self.fields}
        self.words = Words(importer.model)
        self.found: dict[int, list[Change]] = {}  # by row number
        self.keys: dict[int, str] = {}  # as the registry writes them
        self.held: dict[int, str] = {}  # names and keys of objects that rows were taken for
        self.alike: dict[int, str] = {}  # of new rows: objects of the same name
        self.names: dict[int, str] = {}  # of new rows

    def compare(self, rows: list[Row], table: Table) -> None:
        """Compare some rows, each with its object, and keep what differs in `work` and in this comparison."""
        first_new = len(self.work.new)
        own = self.importer.key
        keys = [key for row in rows if row.stands_for is None and (key := row.values.get(own))]
        existing = self.importer.existing(keys, self.fields)
        by_pk = self.importer.existing_by_pk(
            [row.stands_for for row in rows if row.stands_for is not None], self.fields
        )
        for row in rows:
            old = by_pk.get(row.stands_for) or existing.get(row.values.get(own, "").lower())
            item = Item(row, old[0] if old else None)
            self.work.touched.append(item)
            if old is None:
                self._fill_new(row)
                self.work.new.append(item)
                continue
            _, key, in_use, *held = old
            if row.to_confirm:
                self.held[row.number] = self._called(row, key, held)
            given = self._give_key(row, key)
            self.keys[row.number] = row.values[own]
            if not in_use and "is_active" not in self.labels:
                table.note(f"名录中已停用，导入不会重新启用（要启用请加“{self.in_use}”一列）", row)
            if changes := given + self._changes(row, held):
                self.found[row.number] = changes
                self.work.changed.append(item)
        new = [item.row for item in self.work.new[first_new:]]
        self._find_twins(new)
        self._find_same_names(new)

    def _called(self, row: Row, key: str, held: list) -> str:
        """Return how the registry calls an object that a row was taken for: its name, if it has one, and its key."""
        name = self.importer.name_field
        called = held[self.fields.index(name)] if name in self.fields else row.values.get(name, "")
        return "，".join(part for part in (called, key or NO_KEY) if part)

    def _fill_new(self, row: Row) -> None:
        """Give a new row a value where it says nothing."""
        row.values.setdefault(self.importer.key, "")
        for name in self.fields:
            if name not in row.values:
                row.values[name] = self.defaults[name]

    def _give_key(self, row: Row, held: str) -> list[Change]:
        """Let the object keep its key, in the case that it has; one that has none yet takes that of the row."""
        own = self.importer.key
        said = row.values.get(own, "")
        if held or not said:
            row.values[own] = held
            return []
        self.work.changed_fields.add(own)
        label = self.importer.model._meta.get_field(own).verbose_name
        return [Change(label, "", said, own)]

    def _find_twins(self, rows: list[Row]) -> None:
        for row in rows:
            self.names[row.number] = str(row.values.get(self.importer.name_field, ""))
            if row.twin_of is not None:
                name = self.names.get(row.twin_of, "")
                self.alike[row.number] = f"{IN_FILE}第{row_label(row.twin_of)}行“{name}”"

    def _find_same_names(self, rows: list[Row]) -> None:
        """Find what is in use under the names of new rows: mostly the same thing with another number."""
        field = self.importer.name_field
        if not field or not rows:
            return
        keys = self.importer.same_names([row.values[field] for row in rows])
        for row in rows:
            if others := keys.get(row.values[field]):
                self.alike[row.number] = "、".join(each or "（待补）" for each in others[:ALIKE])

    def _changes(self, row: Row, held: list) -> list[Change]:
        values, changes = row.values, []
        for name, old in zip(self.fields, held, strict=True):
            if name not in values:
                values[name] = old  # the row says nothing
                continue
            new = values[name]
            if old != (new.pk if name in self.related and new is not None else new):
                self.work.changed_fields.add(name)
                erased = self.importer.erasing_needs_tick and old and new in EMPTY
                needs_tick = bool(erased) or name in self.importer.needs_tick
                if needs_tick or name in self.work.goes_with:
                    self.work.held[tick(row.number, name)] = old
                was, becomes = self.words(name, old), self.words(name, new)
                changes.append(Change(self.labels[name], was, becomes, name, needs_tick))
        return changes


def _default(importer: "Importer", name: str) -> object:
    """Return what a new object gets in a field of which its row says nothing."""
    blank = next((each.blank for each in importer.columns if each.attribute == name), None)
    field = importer.model._meta.get_field(name)
    return blank if blank is not None else None if field.null else field.get_default()
