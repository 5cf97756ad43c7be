"""One import for every registry: workbook -> preview -> one transaction, all or nothing.

A registry says what is its own in a subclass of `Importer`: its model, its key, its columns, the rules across cells,
rows and registries. Nothing that is in the registry but not in the workbook is ever changed.
"""

import datetime
import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models.functions import Lower

from .. import clock
from ..audit import trail
from ..registries import bulk_history
from ..spreadsheets.detector import ColumnMapping
from ..spreadsheets.export import CHUNK
from ..spreadsheets.reader import BY_NAME, Progress, read_table
from ..spreadsheets.row_numbers import row_label
from ..spreadsheets.table import Column, Table
from . import wrong_registry
from .asking import Asking
from .diff import NO_KEY, Change, ChangeSet, Comparison, Difference, with_objects
from .duplicates import differing_columns, duplicates, others_of
from .preview import LISTED, Faulty, Outdated, Preview, corrections_used

BATCH = 500
REASON = 100  # characters of a reason that the history takes
MISSING = 2000  # keys that the workbook lacks and that a preview names

_importers: dict[str, type["Importer"]] = {}


def importer_of(kind: str) -> "Importer":
    """Return a fresh importer of the named registry."""
    return _importers[kind]()


class Importer(Asking):
    """What the import and the export of a registry are made of. One instance serves one import."""

    kind: str  # in addresses and jobs
    label: str  # of the registry
    model: type[models.Model]
    key: str  # the attribute that says which object a row is; a column, or set by `identify`
    key_label: str = ""  # what the key is called, if it is no field that people know
    key_path: str = ""  # by which undoing names a row, if not by the key: a path from its history
    key_shown_at: str = ""  # the column in which a fault of the key is shown, if the key is no column itself
    columns: Sequence[Column]
    # Columns that no file must have, and of which the clerk is asked once where it has them not.
    asked: tuple[str, ...] = ()
    when_absent: Mapping[str, str] = {}  # of these: what happens where nothing is said, in Chinese
    non_model_columns: frozenset[str] = frozenset()  # attributes of columns that are no fields of the model
    # The field by which people know an object: another of the same name must be ticked. Empty: they have no names.
    name_field: str = "name"
    needs_tick: frozenset[str] = frozenset({"name"})  # fields whose changes must be ticked before they count
    # {field: the one whose change it belongs to}: without the tick of that one it does not count either.
    goes_with: Mapping[str, str] = {}
    # So that an empty column of another office's list does not take codes and telephones away unseen.
    erasing_needs_tick: bool = True
    why_ticked: str = ""  # a sentence for the clerk
    asks_why: bool = True  # whether the clerk says where the changes come from: all that decides who is drawn
    stays: str = ""  # in Chinese, what undoing an import does not take back
    at: datetime.datetime  # the date of all history that `apply` writes; undoing finds it by this

    @property
    def written_columns(self) -> tuple[Column, ...]:
        """The columns of an export and of the template."""
        return tuple(column for column in self.columns if not column.import_only)

    @property
    def written(self) -> tuple[type[models.Model], ...]:
        """The models that the import writes, the registry's own first and each before those that refer to it."""
        return (self.model,)

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        if kind := getattr(cls, "kind", ""):
            _importers[kind] = cls

    # --- what a registry adds
    def identify(self, table: Table) -> None:
        """Give each row its key, where that is no column of its own; a row that gets none must be at fault."""

    def title_of(self, values: Mapping[str, Any]) -> str:
        """Return what people call the object of a row."""
        return values["name"]

    def told_of(self, values: Mapping[str, Any]) -> str:
        """Return what the preview tells of a new object besides its key and title."""
        return ""

    def why_not(self, attribute: str, text: str) -> str:
        """Return in Chinese why a text, though the column takes it, cannot be meant by a correction; empty if it can."""
        return ""

    def suggestions(self, attribute: str, value: str) -> Sequence[tuple[str, str]]:
        """Return what a cell that cannot be read could mean: what is read instead, and what people call it."""
        return ()

    def check(self, table: Table) -> None:
        """Add the faults and notices of rules across cells, rows and registries; derive values."""

    def derived(self) -> tuple[str, ...]:
        """Return foreign keys that `check` sets though they are no columns."""
        return ()

    def same_names(self, names: Sequence[str]) -> dict[str, list[str]]:
        """Return {name: keys of what is in use under the same name}; a registry may take more names for the same."""
        there = self.model.objects.filter(**{f"{self.name_field}__in": names}, is_active=True)
        found: dict[str, list[str]] = {}
        for name, key in there.order_by(self.key).values_list(self.name_field, self.key):
            found.setdefault(name, []).append(key)
        return found

    def more_changes(self, work: ChangeSet, table: Table) -> dict[int, list[Change]]:
        """Return changes besides those of the model's own fields, by row number; remember them for `write_more`."""
        return {}

    def write_more(self, work: ChangeSet, actor: AbstractBaseUser | None, reason: str) -> None:
        """Write what `more_changes` found."""

    # --- the way out: the same columns, written
    def exported(self, queryset: models.QuerySet) -> Iterable[Sequence]:
        """Yield the values of each object, in the order of the columns; no query per row."""
        names = [column.attribute for column in self.written_columns]
        return queryset.values_list(*names).iterator(chunk_size=CHUNK)

    def codes(self) -> Iterable[Sequence[str]]:
        """Return the rows of the template's sheet of codes, its heading first; none: no such sheet."""
        return ()

    # --- the flow
    def read_workbook(
        self, content: bytes, choice: ColumnMapping = BY_NAME, progress: Progress = None
    ) -> Table:
        """Read the workbook; what comes back can be kept by `table_bytes`."""
        table = read_table(content, self.columns, choice, progress)
        wrong_registry.suspect(table, self, _importers, chosen=bool(choice.columns))
        return table

    def examine(self, content: bytes, filename: str, table: Table | None = None) -> tuple[Preview, ChangeSet]:
        """Read, check and compare; writes nothing.

        :param table: what `read_workbook` returned of this workbook; it is used up.
        """
        table = self.read_workbook(content) if table is None else table
        self._fold_equal(table)
        self.identify(table)
        self._fold_duplicates(table)
        self.check(table)
        work = ChangeSet()
        differences = self._compare(table, work)
        preview = Preview(
            filename=filename,
            label=self.label,
            sheet=table.sheet,
            header_row=table.header_row,
            faulty=sum(row.faulty for row in table.rows),
            faults=table.sorted_faults(),
            notices=table.notices,
            guards=sum(len(difference.to_tick()) for difference in differences),
            rivals=table.rivals,
            unmatched=table.unmatched,
            rather=table.rather,
            lacking=self.lacking(table) if table.rows else [],
            questions=sorted(table.questions.values(), key=lambda each: (-each.count, each.key)),
            applied=list(table.applied.values()),
            found_by=dict(Counter(row.found_by for row in table.rows if row.found_by and not row.faulty)),
        )
        preview.count(differences, len(work.touched))
        preview.seal()
        if not preview.faults:
            # A workbook with faults may hold them in a row whose key cannot be read.
            preview.missing, preview.missing_count = self._missing(table)
        return preview, work

    def apply(
        self,
        content: bytes,
        filename: str,
        actor: AbstractBaseUser | None,
        expected: str | None = None,
        *,
        reason: str = "",
        good_only: bool = False,
        ticked: Container[str] | None = None,
        table: Table | None = None,
    ) -> Preview:
        """Write the whole workbook in one transaction, with history and one audit entry.

        :param actor: the account that imports, or None for the command line.
        :param expected: the digest of the preview that was confirmed.
        :param reason: where the changes come from, for the history of each row.
        :param good_only: leave the faulty rows out instead of refusing the workbook.
        :param ticked: of the changes that need a tick those that count, as `diff.tick` names them; None: all of them.
        :param table: what `read_workbook` returned of this workbook; it is used up.
        :raises Faulty: if there are faults.
        :raises Outdated: if the difference is no longer the expected one.
        """
        with transaction.atomic():
            trail.lock_table(self.model)
            self.at = clock.now()
            table = self.read_workbook(content) if table is None else table
            preview, work = self.examine(content, filename, table)
            if preview.faults and not good_only:
                raise Faulty(preview)
            if expected is not None and preview.digest != expected:
                raise Outdated(preview)
            if ticked is not None and preview.guards:
                ticked = with_objects(preview.differences, ticked)
                left = [words for d in preview.differences for at, words in d.to_tick() if at not in ticked]
                preview.refused, preview.left = len(left), left[:LISTED]
                preview.count(work.accept(preview.differences, ticked), len(work.touched))
            if preview.differences:
                self._write(work, actor, history_reason(filename, reason))
                trail.record(
                    actor,
                    f"导入{self.label}",
                    filename,
                    {name: getattr(preview, name) for name in ("new", "changed", "unchanged")}
                    | {
                        **({"left_out": preview.faulty} if preview.faults else {}),
                        **({"not_ticked": preview.refused} if preview.refused else {}),
                        **({"reason": reason} if reason else {}),
                        **({"corrected": corrected} if (corrected := corrections_used(table)) else {}),
                        "sha256": hashlib.sha256(content).hexdigest(),
                        "keys": [difference.key for difference in preview.differences[:LISTED]],
                    },
                )
        return preview

    @classmethod
    def preview(cls, content: bytes, filename: str) -> Preview:
        """Say what importing this workbook would do; writes nothing."""
        return cls().examine(content, filename)[0]

    @classmethod
    def import_file(
        cls, content: bytes, filename: str, actor: AbstractBaseUser | None, expected: str | None = None
    ) -> Preview:
        """Import the workbook, all or nothing, as `apply` says; what it refers to must be in its registry already."""
        return cls().apply(content, filename, actor, expected)

    def _fold_equal(self, table: Table) -> None:
        """Let rows without a key that say the same in every column count once: lists hold many."""
        keyless = [row for row in table.rows if not row.get(self.key) and not row.faulty]
        folded = set()
        for group in duplicates(keyless, lambda row: repr(sorted(row.values.items()))):
            for row in group[1:]:
                folded.add(row.number)
                table.note("与前面某行完全相同，只算一次", row)
        if folded:
            table.rows = [row for row in table.rows if row.number not in folded]

    def _fold_duplicates(self, table: Table) -> None:
        at = self.key_shown_at or self.key
        named = table.headers.get(self.key) or self.key_label
        header = named or self.model._meta.get_field(self.key).verbose_name
        folded = set()
        for group in duplicates(table.rows, lambda row: str(row.get(self.key, "")).lower() or None):
            first, *others = group
            if all(row.values == first.values and row.wrong == first.wrong for row in others):
                # Those at fault stay: who mends one sees the other.
                for row in others if not first.faulty else ():
                    folded.add(row.number)
                    table.note("与前面某行完全相同，只算一次", row)
                continue
            where = differing_columns(group, table)
            for row in group:
                some, more = others_of(row, group)
                rest = "、".join(row_label(other.number) for other in some)
                problem = f"{header}与第{rest}行{more}重复，而内容不同{where}"
                table.fault(row, at, problem, "请核对：改正写错的，或删去多余的行")
        table.rows = [row for row in table.rows if row.number not in folded]

    def _compare(self, table: Table, work: ChangeSet) -> list[Difference]:
        """Compare rows with objects batch by batch; of an object that stays as it is nothing is kept."""
        names = dict.fromkeys((*table.columns, *self.derived()))
        work.goes_with = self.goes_with
        work.fields = tuple(name for name in names if name not in self.non_model_columns)
        sound = [row for row in table.rows if not row.faulty]
        comparison = Comparison(self, work)
        for start in range(0, len(sound), BATCH):
            comparison.compare(sound[start : start + BATCH], table)
        for number, changes in self.more_changes(work, table).items():
            comparison.found.setdefault(number, []).extend(changes)
        return [
            Difference(
                item.row.number,
                comparison.keys.get(item.row.number) or item.row.values[self.key] or NO_KEY,
                self.title_of(item.row.values),
                item.pk is None,
                tuple(comparison.found.get(item.row.number, ())),
                comparison.alike.get(item.row.number, "") if item.pk is None else "",
                item.row.found_by if item.pk is not None and item.row.to_confirm else "",
                self.told_of(item.row.values)
                if item.pk is None
                else comparison.held.get(item.row.number, ""),
                item.row.doubt if item.pk is None else "",
            )
            for item in work.touched
            if item.pk is None or item.row.number in comparison.found
        ]

    def _missing(self, table: Table) -> tuple[list[str], int]:
        there = {row.values[self.key].lower() for row in table.rows} | {""}
        in_use = self.model.objects.filter(is_active=True).order_by(self.key).values_list(self.key, flat=True)
        missing = [key for key in in_use.iterator(chunk_size=2000) if key.lower() not in there]
        return missing[:MISSING], len(missing)

    def existing(self, keys: list[str], fields: Sequence[str]) -> dict[str, tuple]:
        """Return {key in lower case: (primary key, key, in use, *values of the fields)}; objects as their keys."""
        rows = self.model.objects.alias(_key=Lower(self.key)).filter(_key__in=[key.lower() for key in keys])
        return {row[1].lower(): row for row in rows.values_list("pk", self.key, "is_active", *fields)}

    def existing_by_pk(self, keys: Sequence[int], fields: Sequence[str]) -> dict[int | None, tuple]:
        """Return {primary key: the same}."""
        if not keys:
            return {}
        rows = self.model.objects.filter(pk__in=keys).values_list("pk", self.key, "is_active", *fields)
        return {row[0]: row for row in rows}

    def _write(self, work: ChangeSet, actor: AbstractBaseUser | None, reason: str) -> None:
        stamp = {"actor": actor, "reason": reason, "at": self.at}
        names = {*work.fields, self.key}
        keys = bulk_history.create(self.model, names, [item.row.values for item in work.new], **stamp)
        for item, key in zip(work.new, keys, strict=True):
            item.pk = key
        keys, rows = [item.pk for item in work.changed], [item.row.values for item in work.changed]
        bulk_history.update(self.model, work.changed_fields, keys, rows, **stamp)
        self.write_more(work, actor, reason)


def history_reason(filename: str, why: str = "") -> str:
    """Return what the history of the rows says that an import of this file wrote; the clerk's words come first."""
    return (f"{why}（导入 {filename}）" if why else f"导入 {filename}")[:REASON]
