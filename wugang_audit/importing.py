"""One import for every registry: workbook -> preview -> one transaction, all or nothing.

A registry says what is its own in a subclass of `Importer`: its model, its key, its columns, the rules across cells,
rows and registries. Nothing that stands in the registry but not in the workbook is ever touched.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field

from django.db import models, transaction
from django.db.models.functions import Lower

from . import audit, bulk
from .cells import shown
from .workbooks import Column, Fault, Row, Table, read

BATCH = 500
REASON = 100  # characters of a reason that the history takes
MISSING = 2000
LISTED = 500  # faults and differences that a stored preview keeps; the counts are of all


@dataclass(frozen=True)
class Change:
    """One field that would change, as people read it."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """One object that would be made (no changes listed) or changed."""

    row: int
    key: str
    title: str
    new: bool
    changes: tuple[Change, ...] = ()


@dataclass
class Preview:
    """What an import would do. Counts are of rows; a workbook with faults does nothing at all."""

    filename: str
    label: str
    sheet: str = ""
    header_row: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # keys in use that the workbook lacks, cut to `MISSING`
    missing_count: int = 0
    digest: str = ""  # of the difference between workbook and registry

    @property
    def summary(self) -> str:
        """One line in Chinese."""
        counts = f"{self.label}：新增 {self.new}，更改 {self.changed}，不变 {self.unchanged}"
        return f"{counts}，有错 {self.faulty} 行" if self.faults else counts

    def stored(self) -> dict:
        """Return it as JSON for the preview page, lists cut to `LISTED`."""
        cut = {
            "faults": [asdict(fault) | {"place": fault.place} for fault in self.faults[:LISTED]],
            "differences": [asdict(difference) for difference in self.differences[:LISTED]],
            "fault_count": len(self.faults),
            "difference_count": len(self.differences),
        }
        return {name: value for name, value in vars(self).items() if name not in cut} | cut


class Faulty(Exception):
    """The workbook has faults: nothing was written. `preview` lists them."""

    def __init__(self, preview: Preview):
        super().__init__(preview.summary)
        self.preview = preview


class Outdated(Faulty):
    """The registry changed since the preview: nothing was written. `preview` is the fresh one."""


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


def _digest(preview: Preview) -> str:
    digest = hashlib.sha256()
    for each in preview.differences:
        changes = [(change.label, change.old, change.new) for change in each.changes]
        digest.update(json.dumps((each.row, each.key, each.title, each.new, changes)).encode())
    digest.update(str(preview.unchanged).encode())
    return digest.hexdigest()


class Importer:
    """What a registry's import is made of. One instance serves one import."""

    kind: str  # in addresses and jobs
    label: str  # of the registry
    model: type[models.Model]
    key: str  # the attribute that says which object a row is
    columns: Sequence[Column]
    apart: frozenset[str] = frozenset()  # attributes of columns that are no fields of the model

    # --- what a registry adds
    def check(self, table: Table) -> None:
        """Add the faults and notices of rules across cells, rows and registries; derive values."""

    def derived(self) -> tuple[str, ...]:
        """Return foreign keys that `check` sets though they are no columns."""
        return ()

    def more_changes(self, work: Work, table: Table) -> dict[int, list[Change]]:
        """Return changes beside the model's own fields, by row number; remember them for `write_more`."""
        return {}

    def write_more(self, work: Work, actor, reason: str) -> None:
        """Write what `more_changes` found."""

    # --- the flow
    def examine(self, content: bytes, filename: str) -> tuple[Preview, Work]:
        """Read, check and compare; writes nothing."""
        table = read(content, self.columns)
        self._fold_duplicates(table)
        self.check(table)
        work = Work()
        differences = self._compare(table, work)
        preview = Preview(
            filename=filename,
            label=self.label,
            sheet=table.sheet,
            header_row=table.header_row,
            new=sum(difference.new for difference in differences),
            changed=sum(not difference.new for difference in differences),
            unchanged=len(work.touched) - len(differences),
            faulty=sum(row.faulty for row in table.rows),
            faults=table.sorted_faults(),
            notices=table.notices,
            differences=differences,
        )
        preview.digest = _digest(preview)
        if not preview.faults:
            # A workbook with faults may hold them in a row whose key cannot be read.
            preview.missing, preview.missing_count = self._missing(table)
        return preview, work

    def apply(
        self, content: bytes, filename: str, actor, expected: str | None = None, *, good_only: bool = False
    ) -> Preview:
        """Write the whole workbook in one transaction, with history and one audit entry.

        :param actor: the account that imports, or None for the command line.
        :param expected: the digest of the preview that was confirmed.
        :param good_only: leave the faulty rows out instead of refusing the workbook.
        :raises Faulty: if there are faults; `Outdated` if the difference is no longer the expected one.
        """
        with transaction.atomic():
            audit.lock_table(self.model)
            preview, work = self.examine(content, filename)
            if preview.faults and not good_only:
                raise Faulty(preview)
            if expected is not None and preview.digest != expected:
                raise Outdated(preview)
            if preview.differences:
                self._write(work, actor, f"导入 {filename}"[:REASON])
                audit.record(
                    actor,
                    f"导入{self.label}",
                    filename,
                    {name: getattr(preview, name) for name in ("new", "changed", "unchanged")}
                    | {
                        **({"left_out": preview.faulty} if preview.faults else {}),
                        "sha256": hashlib.sha256(content).hexdigest(),
                        "keys": [difference.key for difference in preview.differences[:LISTED]],
                    },
                )
        return preview

    def _fold_duplicates(self, table: Table) -> None:
        header = table.headers.get(self.key, "")
        folded = set()
        for group in duplicates(table.rows, lambda row: str(row.get(self.key, "")).lower() or None):
            first, *others = group
            if not any(row.faulty for row in group) and all(row.values == first.values for row in others):
                folded.update(row.number for row in others)
                for row in others:
                    table.note("与前面某行完全相同，只算一次", row)
                continue
            for row in group:
                rest = "、".join(str(other.number) for other in group if other is not row)
                what = f"{header}与第{rest}行重复，而内容不同"
                table.fault(row, self.key, what, "请核对：改正写错的，或删去多余的行")
        table.rows = [row for row in table.rows if row.number not in folded]

    def _compare(self, table: Table, work: Work) -> list[Difference]:
        """Compare rows with objects batch by batch; of an object that stays as it is nothing is kept."""
        work.fields = tuple(name for name in (*table.columns, *self.derived()) if name not in self.apart)
        sound = [row for row in table.rows if not row.faulty]
        comparison = _Comparison(self, work)
        for start in range(0, len(sound), BATCH):
            comparison.compare(sound[start : start + BATCH], table)
        for number, changes in self.more_changes(work, table).items():
            comparison.found.setdefault(number, []).extend(changes)
        return [
            Difference(
                item.row.number,
                comparison.keys.get(item.row.number) or item.row.values[self.key],
                item.row.values["name"],
                item.pk is None,
                tuple(comparison.found.get(item.row.number, ())),
            )
            for item in work.touched
            if item.pk is None or item.row.number in comparison.found
        ]

    def _missing(self, table: Table) -> tuple[list[str], int]:
        there = {row.values[self.key].lower() for row in table.rows}
        in_use = self.model.objects.filter(is_active=True).order_by(self.key).values_list(self.key, flat=True)
        missing = [key for key in in_use.iterator(chunk_size=2000) if key.lower() not in there]
        return missing[:MISSING], len(missing)

    def existing(self, keys: list[str], fields: Sequence[str]) -> dict[str, tuple]:
        """Return {key in lower case: (primary key, key, in use, *values of the fields)}; objects as their keys."""
        rows = self.model.objects.alias(_key=Lower(self.key)).filter(_key__in=[key.lower() for key in keys])
        return {row[1].lower(): row for row in rows.values_list("pk", self.key, "is_active", *fields)}

    def _write(self, work: Work, actor, reason: str) -> None:
        stamp = {"actor": actor, "reason": reason}
        keys = bulk.create(self.model, work.fields, [item.row.values for item in work.new], **stamp)
        for item, key in zip(work.new, keys, strict=True):
            item.pk = key
        keys, rows = [item.pk for item in work.changed], [item.row.values for item in work.changed]
        bulk.update(self.model, work.changed_fields, keys, rows, **stamp)
        self.write_more(work, actor, reason)


class _Comparison:
    """Finds what a workbook would change, without an object in memory for each row."""

    def __init__(self, importer: Importer, work: Work):
        self.importer, self.work = importer, work
        # The key never changes hands, nor case.
        self.fields = [name for name in work.fields if name != importer.key]
        self.related = {name for name in self.fields if importer.model._meta.get_field(name).is_relation}
        self.labels = {name: importer.model._meta.get_field(name).verbose_name for name in self.fields}
        self.words = _Words(importer.model)
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


class _Words:
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


def duplicates(rows: Iterable[Row], key: Callable[[Row], object]) -> list[list[Row]]:
    """Return the groups of two or more rows with the same key; a key of None counts for nothing."""
    keyed = [(value, row) for row in rows if (value := key(row)) is not None]
    often = {value for value, count in Counter(value for value, _ in keyed).items() if count > 1}
    groups: dict[object, list[Row]] = {}
    for value, row in keyed:
        if value in often:
            groups.setdefault(value, []).append(row)
    return list(groups.values())
