"""One import for every registry: workbook -> preview -> one transaction, all or nothing.

A registry says what is its own in a subclass of `Importer`: its model, its key, its columns, the rules across cells,
rows and registries. Nothing that stands in the registry but not in the workbook is ever touched.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from . import audit
from .cells import shown
from .workbooks import Column, Fault, Row, Table, read

BATCH = 500
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
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
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


@dataclass
class Work:
    """What is to be written: new objects, and existing ones with the fields that changed."""

    new: list[tuple[Row, models.Model]] = field(default_factory=list)
    changed: list[tuple[Row, models.Model, set[str]]] = field(default_factory=list)
    touched: list[tuple[Row, models.Model]] = field(default_factory=list)  # every row with its object


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
        differences = list(self._compare(table, work))
        preview = Preview(
            filename=filename,
            label=self.label,
            sheet=table.sheet,
            new=sum(difference.new for difference in differences),
            changed=sum(not difference.new for difference in differences),
            unchanged=len(work.touched) - len(differences),
            faulty=sum(row.faulty for row in table.rows),
            faults=table.sorted_faults(),
            notices=table.notices,
            differences=differences,
        )
        basis = [asdict(difference) for difference in differences] + [preview.unchanged]
        preview.digest = hashlib.sha256(json.dumps(basis, ensure_ascii=False).encode()).hexdigest()
        return preview, work

    def apply(self, content: bytes, filename: str, actor, expected: str | None = None) -> Preview:
        """Write the whole workbook in one transaction, with history and one audit entry.

        :param actor: the account that imports, or None for the command line.
        :param expected: the digest of the preview that was confirmed.
        :raises Faulty: if there are faults; `Outdated` if the difference is no longer the expected one.
        """
        with transaction.atomic():
            audit.lock_table(self.model)
            preview, work = self.examine(content, filename)
            if preview.faults:
                raise Faulty(preview)
            if expected is not None and preview.digest != expected:
                raise Outdated(preview)
            if preview.differences:
                self._write(work, actor, f"导入 {filename}")
                audit.record(
                    actor,
                    f"导入{self.label}",
                    filename,
                    {
                        "new": preview.new,
                        "changed": preview.changed,
                        "unchanged": preview.unchanged,
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
                table.fault(
                    row,
                    self.key,
                    f"{header}与第{rest}行重复，而内容不同",
                    "请核对：改正写错的，或删去多余的行",
                )
        table.rows = [row for row in table.rows if row.number not in folded]

    def _compare(self, table: Table, work: Work) -> Iterator[Difference]:
        sound = [row for row in table.rows if not row.faulty]
        existing = self.existing([row.values[self.key] for row in sound])
        fields = [name for name in (*table.columns, *self.derived()) if name not in self.apart]
        found: dict[int, list[Change]] = {}
        for row in sound:
            values = {name: row.values[name] for name in fields}
            instance = existing.get(values[self.key].lower())
            if instance is None:
                instance = self.model(**values)
                work.new.append((row, instance))
            else:
                values.pop(self.key)  # it never changes hands, nor case
                names = {name for name in values if getattr(instance, name) != values[name]}
                if names:
                    found[row.number] = [
                        self._set(instance, name, values[name]) for name in values if name in names
                    ]
                    work.changed.append((row, instance, names))
                if "is_active" not in values and not instance.is_active:
                    table.note("名录中已停用，导入不会重新启用（要启用请加“在库”一列）", row)
            work.touched.append((row, instance))
        for number, changes in self.more_changes(work, table).items():
            found.setdefault(number, []).extend(changes)
        new = {row.number for row, _ in work.new}
        for row, instance in work.touched:
            if row.number in new or row.number in found:
                changes = () if row.number in new else tuple(found[row.number])
                key = getattr(instance, self.key)
                yield Difference(row.number, key, instance.name, row.number in new, changes)

    def existing(self, keys: list[str]) -> dict[str, models.Model]:
        """Return the objects with these keys, by the key in lower case."""
        found = {}
        for start in range(0, len(keys), BATCH):
            batch = [key.lower() for key in keys[start : start + BATCH]]
            known = (
                self.model.objects.select_related(*self.derived()) if self.derived() else self.model.objects
            )
            for instance in known.alias(_key=Lower(self.key)).filter(_key__in=batch):
                found[getattr(instance, self.key).lower()] = instance
        return found

    def _set(self, instance, name: str, value) -> Change:
        label = self.model._meta.get_field(name).verbose_name
        old = display(instance, name)
        setattr(instance, name, value)
        return Change(label, old, display(instance, name))

    def _write(self, work: Work, actor, reason: str) -> None:
        history = {"batch_size": BATCH, "default_user": actor, "default_change_reason": reason}
        if work.new:
            bulk_create_with_history([instance for _, instance in work.new], self.model, **history)
        if work.changed:
            now = timezone.now()
            changed = [instance for _, instance, _ in work.changed]
            for instance in changed:
                instance.updated_at = now  # bulk_update does not know auto_now
            fields = sorted(set().union(*(names for *_, names in work.changed))) + ["updated_at"]
            bulk_update_with_history(changed, self.model, fields, **history)
        self.write_more(work, actor, reason)


def display(instance: models.Model, name: str) -> str:
    """Return a field's value as people read it: by ``get_…_display``, or by ``…_labels`` where it holds several."""
    if (labels := getattr(instance, f"{name}_labels", None)) is not None:
        return "、".join(labels)
    if labelled := getattr(instance, f"get_{name}_display", None):
        return str(labelled() or "")
    value = getattr(instance, name)
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
