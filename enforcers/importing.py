"""Importing the registry of enforcement officers from a workbook, with what they master and whom they recuse."""

from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils import timezone

from sources.importing import code_rows
from sources.models import PollutionSource, Speciality
from wugang_audit import bulk
from wugang_audit.cells import word
from wugang_audit.comparing import Change, Item, Work
from wugang_audit.importing import BATCH, Importer, Preview
from wugang_audit.workbooks import Table
from wugang_audit.writing import CHUNK, Exported

from .columns import COLUMNS
from .models import Ability, Officer, Recusal

DEFAULT_REASON = "名录导入时登记"


@dataclass
class _Related:
    """Abilities and recusals that the import adds, and abilities that it takes away."""

    abilities: list[tuple[Item, dict]] = field(default_factory=list)
    lost: list[Ability] = field(default_factory=list)
    recusals: list[tuple[Item, dict]] = field(default_factory=list)


class OfficerImporter(Exported, Importer):
    kind = "officers"
    label = "执法人员名录"
    model = Officer
    key = "certificate_number"
    columns = COLUMNS
    apart = frozenset({"specialities", "recusals", "recusal_reason"})
    written = (Officer, Ability, Recusal)

    def codes(self):
        return code_rows()

    def exported(self, queryset):
        registered = Recusal.objects.filter(source__is_active=True).select_related("source")
        officers = queryset.prefetch_related(None).prefetch_related(
            Prefetch("abilities", Ability.objects.select_related("speciality")),
            Prefetch("recusals", registered.order_by("source__number")),
        )
        for officer in officers.iterator(chunk_size=CHUNK):
            recusals = officer.recusals.all()
            apart = {
                "specialities": [each.speciality.name for each in officer.abilities.all()],
                "recusals": [each.source.number for each in recusals],
                "recusal_reason": "；".join(dict.fromkeys(each.reason for each in recusals))[:200],
            }
            names = [column.attribute for column in self.columns]
            yield [apart[name] if name in apart else getattr(officer, name) for name in names]

    def check(self, table: Table) -> None:
        today = timezone.localdate()
        self._match_specialities(table)
        self._match_units(table)
        for row in table.rows:
            if (expiry := row.get("certificate_expiry")) and expiry < today:
                table.note("执法证已过有效期，不参加抽签", row)
            if "specialities" in row.values and not row.values["specialities"]:
                table.note("没有填擅长行业", row)

    def _match_specialities(self, table: Table) -> None:
        """Turn names or codes of specialities into the specialities themselves."""
        everything = list(Speciality.objects.all())
        known = {word(name): each for each in everything for name in (each.code, each.name)}
        for row in table.rows:
            if unknown := [name for name in row.get("specialities", ()) if word(name) not in known]:
                table.fault(
                    row,
                    "specialities",
                    f"没有这样的行业专业组：{'、'.join(unknown)}",
                    f"请从以下选填，多个用顿号分开：{'、'.join(each.name for each in everything)}",
                )
            elif "specialities" in row.values:
                row.values["specialities"] = {known[word(name)] for name in row.values["specialities"]}

    def _match_units(self, table: Table) -> None:
        """Turn registry numbers or exact names into units; what is unknown or ambiguous is a fault."""
        wanted = {name for row in table.rows for name in row.get("recusals", ())}
        units: dict[str, dict[int, PollutionSource]] = {}
        if wanted:
            asked = {word(name) for name in wanted}
            everything = PollutionSource.objects.registered().only("number", "name")
            for unit in everything.iterator(chunk_size=2000):
                for name in {word(unit.number), word(unit.name)} & asked:
                    units.setdefault(name, {})[unit.pk] = unit
        for row in table.rows:
            names = row.get("recusals", ())
            unknown = [name for name in names if word(name) not in units]
            ambiguous = [name for name in names if len(units.get(word(name), ())) > 1]
            if unknown:
                table.fault(
                    row, "recusals", f"污染源名录中没有“{'”“'.join(unknown)}”",
                    "请填污染源编码或单位全称，多个用顿号分开；如果污染源名录还没有导入，请先导入",
                )  # fmt: skip
            elif ambiguous:
                numbers = "、".join(unit.number for unit in units[word(ambiguous[0])].values())
                table.fault(
                    row,
                    "recusals",
                    f"叫“{ambiguous[0]}”的单位不止一家",
                    f"请改填污染源编码（{numbers}中的一个）",
                )
            elif "recusals" in row.values:
                row.values["recusals"] = [next(iter(units[word(name)].values())) for name in names]

    def more_changes(self, work: Work, table: Table) -> dict[int, list[Change]]:
        self.related = _Related()
        officers = [item.pk for item in work.touched if item.pk]
        held = _by_officer(Ability.objects.select_related("speciality"), officers)
        recused = _by_officer(Recusal.objects, officers)
        changes: dict[int, list[Change]] = {}
        for item in work.touched:
            known = {each.source_id for each in recused.get(item.pk, [])}
            found = [
                *self._compare_abilities(item, held.get(item.pk, [])),
                *self._compare_recusals(item, known),
            ]
            if found:
                changes[item.row.number] = found
        return changes

    def _compare_abilities(self, item: Item, held: list[Ability]) -> list[Change]:
        if "specialities" not in item.row.values:
            return []
        wanted = item.row.values["specialities"]
        has = {ability.speciality for ability in held}
        self.related.abilities += [
            (item, {"speciality": each})
            for each in sorted(wanted - has, key=lambda speciality: speciality.code)
        ]
        self.related.lost += [ability for ability in held if ability.speciality not in wanted]
        return [Change("擅长行业", _names(has), _names(wanted))] if has != wanted else []

    def _compare_recusals(self, item: Item, known: set[int]) -> list[Change]:
        fresh = {unit.pk: unit for unit in item.row.get("recusals", ()) if unit.pk not in known}
        reason = item.row.get("recusal_reason") or DEFAULT_REASON
        self.related.recusals += [(item, {"source": unit, "reason": reason}) for unit in fresh.values()]
        return (
            [Change("回避单位", "", "增加 " + "、".join(unit.name for unit in fresh.values()))]
            if fresh
            else []
        )

    def write_more(self, work: Work, actor, reason: str) -> None:
        stamp = {"actor": actor, "reason": reason, "at": self.at}
        related = self.related
        if related.lost:
            record_deletion(related.lost, **stamp)
        # A new officer has only now got a key.
        abilities = [values | {"officer": item.pk} for item, values in related.abilities]
        recusals = [values | {"officer": item.pk} for item, values in related.recusals]
        bulk.create(Ability, ["officer", "speciality"], abilities, **stamp)
        bulk.create(Recusal, ["officer", "source", "reason"], recusals, **stamp)


def _by_officer(queryset, officers: list[int]) -> dict[int, list]:
    found: dict[int, list] = {}
    for start in range(0, len(officers), BATCH):
        for each in queryset.filter(officer__in=officers[start : start + BATCH]):
            found.setdefault(each.officer_id, []).append(each)
    return found


def _names(specialities: set[Speciality]) -> str:
    return "、".join(each.name for each in sorted(specialities, key=lambda speciality: speciality.code))


def record_deletion(instances: list, *, actor, reason: str, at=None) -> None:
    """Delete objects of one model with their last history rows; simple-history knows no bulk deletion."""
    model = type(instances[0])
    history = model.history.model
    at = at or timezone.now()
    history.objects.bulk_create(
        [
            history(
                history_date=at,
                history_user=actor,
                history_change_reason=reason,
                history_type="-",
                **{each.attname: getattr(instance, each.attname) for each in history.tracked_fields},
            )
            for instance in instances
        ],
        batch_size=BATCH,
    )
    queryset = model.objects.filter(pk__in=[instance.pk for instance in instances])
    queryset._raw_delete(queryset.db)  # the plain deletion would write a second history row for each


def preview(content: bytes, filename: str) -> Preview:
    """Say what importing this workbook would do; writes nothing."""
    return OfficerImporter().examine(content, filename)[0]


def import_file(content: bytes, filename: str, actor, expected: str | None = None) -> Preview:
    """Import the workbook, all or nothing; the pollution sources must be there for the recusals.

    :param actor: the account that imports, or None for the command line.
    :param expected: the digest of the preview that was confirmed.
    :raises wugang_audit.importing.Faulty: with the preview that lists the faults; nothing was written.
    """
    return OfficerImporter().apply(content, filename, actor, expected)
