"""Importing lists whose rows have no number of their own: absences of officers, credit classes of units.

Several columns together say which registered row a row of the workbook is. A workbook speaks of the rows that it names:
what else is registered is not missing in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from ..spreadsheets.export import CHUNK
from ..spreadsheets.table import Row, Table
from .importer import BATCH, Importer


class RecordImporter(Importer):
    """A list over all officers or units. Each row belongs to one of them, which `find_owners` finds."""

    key = "id"  # of a registered row its primary key, as text; of a new one what its columns say
    name_field = ""  # they have no names
    needs_tick: frozenset[str] = frozenset()
    known_by: tuple[str, ...]  # the fields that say which row it is, its owner's first
    # By attribute, what a row gets if the workbook lacks that column: a registered one keeps what it has.
    otherwise: Mapping[str, Any] = {}
    exported_as: Mapping[str, str] = {}  # by attribute of a column: the path of what an export writes there

    def find_owners(self, table: Table) -> None:
        """Set the relations of `known_by` in each row; a row whose owner is not found must be at fault."""
        raise NotImplementedError

    def identify(self, table: Table) -> None:
        self.unsaid = {name: value for name, value in self.otherwise.items() if name not in table.columns}
        self.find_owners(table)
        rows = [
            row for row in table.rows if not row.faulty and all(name in row.values for name in self.known_by)
        ]
        owners = sorted({row.values[self.known_by[0]].pk for row in rows})
        held: dict[tuple, list[tuple]] = {}
        self._said: dict[str, str] = {}
        names = [*self.known_by, *self.unsaid]
        for start in range(0, len(owners), BATCH):
            there = self.model.objects.filter(**{f"{self.known_by[0]}__in": owners[start : start + BATCH]})
            for key, *values in there.values_list("pk", *names).order_by("pk"):
                held.setdefault(tuple(values[: len(self.known_by)]), []).append((key, *values))
        alike = self._alike(rows, table, {known: each for known, each in held.items() if len(each) > 1})
        for row in rows:
            known = tuple(_stored(row.values[name]) for name in self.known_by)
            self._name(table, row, held.get(known, []), alike)
        for row in table.rows:  # what is at fault stands for nothing
            row.values.setdefault("id", "")

    def _name(self, table: Table, row: Row, there: list[tuple], alike: dict[int, int]) -> None:
        """Give a row its key: that of the registered row that it stands for, else what its columns say."""
        found = alike.get(row.number) or (there[0][0] if len(there) == 1 else None)
        if found is None and there:
            self.refuse_several(table, row)
            return
        said = self.words_of(row.values)
        row.values["id"] = str(found) if found else said
        self._said[row.values["id"]] = said
        if self.unsaid:
            old = next((each for each in there if each[0] == found), None)
            kept = old[1 + len(self.known_by) :] if old else self.unsaid.values()
            row.values |= dict(zip(self.unsaid, kept, strict=True))

    def _alike(
        self, rows: Sequence[Row], table: Table, several: Mapping[tuple, list[tuple]]
    ) -> dict[int, int]:
        """Where several registered rows have the same key, find those that a row of the workbook equals throughout."""
        names = [name for name in table.columns if name not in self.non_model_columns]
        keys = [each[0] for those in several.values() for each in those]
        full: dict[tuple, list[int]] = {}
        for start in range(0, len(keys), BATCH):
            there = self.model.objects.filter(pk__in=keys[start : start + BATCH]).order_by("-pk")
            for key, *values in there.values_list("pk", *self.known_by, *names):
                full.setdefault(tuple(values), []).append(key)
        found = {}
        for row in rows if full else ():
            values = tuple(_stored(row.get(name)) for name in (*self.known_by, *names))
            if left := full.get(values):
                found[row.number] = left.pop() if len(left) > 1 else left[0]
        return found

    def refuse_several(self, table: Table, row: Row) -> None:
        problem = f"{self.label}里这样的登记不止一条（{self.words_of(row.values)}），看不出是哪一条"
        table.fault(row, self.key_shown_at, problem, "请在网页上直接修改要改的那一条，并从文件里删去这一行")

    def words_of(self, values: Mapping[str, Any]) -> str:
        """Return what says which row it is, in words: ``甲(16041048001) 请假 2026-09-01``."""
        labels = (self.model(**{name: values[name]}) for name in self.known_by)
        shown = (_shown(each, name) for each, name in zip(labels, self.known_by, strict=True))
        return " ".join(shown)

    def title_of(self, values: Mapping[str, Any]) -> str:
        return values[self.known_by[0]].name

    def derived(self) -> tuple[str, ...]:
        relations = (name for name in self.known_by if self.model._meta.get_field(name).is_relation)
        return (*relations, *self.unsaid)

    def exported(self, queryset: models.QuerySet) -> Iterable[Sequence]:
        paths = [self.exported_as.get(column.attribute, column.attribute) for column in self.written_columns]
        return queryset.values_list(*paths).iterator(chunk_size=CHUNK)

    def existing(self, keys: list[str], fields: Sequence[str]) -> dict[str, tuple]:
        there = self.model.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal()])
        rows = there.values_list("pk", *fields)
        return {str(key): (key, self._said[str(key)], True, *values) for key, *values in rows}

    def _missing(self, table: Table) -> tuple[list[str], int]:
        return [], 0


def _stored(value: object) -> object:
    return value.pk if isinstance(value, models.Model) else value


def _shown(record: models.Model, name: str) -> str:
    if labelled := getattr(record, f"get_{name}_display", None):
        return str(labelled())
    return str(getattr(record, name))


def period_fault(table: Table, row: Row) -> None:
    """Refuse a period that ends before it begins."""
    since, until = row.get("since"), row.get("until")
    if since and until and until < since:
        table.fault(row, "until", f"早于开始的一天 {since:%Y-%m-%d}", "请核对起止日期，改正写错的一个")
