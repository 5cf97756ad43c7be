"""Importing the registry of enforcement officers from a workbook, with their specialities and recusals."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from django.db.models import Prefetch, QuerySet

from sources.importer import code_rows
from sources.models import Speciality
from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.imports.diff import Change, ChangeSet, Item
from wugang_audit.imports.doubtful_rows import mark_doubtful
from wugang_audit.imports.importer import BATCH, Importer
from wugang_audit.imports.tidy_names import tidy_names
from wugang_audit.registries import bulk_history
from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.export import CHUNK
from wugang_audit.spreadsheets.table import Row, Table

from . import verbs
from .columns import AWAY, COLUMNS
from .lookups import find_officers, match_specialities, match_units
from .models import Ability, DutyState, Officer, OfficerQuerySet, Recusal

DEFAULT_REASON = "名录导入时登记"
REASON = 200  # characters of a recusal's reason


@dataclass
class _Related:
    """What the import writes besides the officers themselves: what it adds, changes, removes or lets begin again."""

    abilities: list[tuple[Item, dict]] = field(default_factory=list)
    levels: list[tuple[Item, int, dict]] = field(default_factory=list)  # the middle: primary key
    lost: list[tuple[Item, int]] = field(default_factory=list)
    recusals: list[tuple[Item, dict]] = field(default_factory=list)
    renewed: list[tuple[Item, int, dict]] = field(default_factory=list)
    leavers: list[Officer] = field(default_factory=list)  # whose login is closed


class OfficerImporter(Importer):
    kind = "officers"
    label = "执法人员名录"
    model = Officer
    key = "certificate_number"
    why_ticked = "姓名公布在抽查结果里；同名的新登记可能是同一个人换了证号。"
    columns = COLUMNS
    asked = ("certificate_number", "certificate_expiry")
    when_absent = MappingProxyType({
        "certificate_number": "按姓名认出已有的人员；新的人员先作草稿，补上执法证号以后才能派出和开立账号。",
        "certificate_expiry": "没有有效期的人员不能派出：请以后补上。",
    })  # fmt: skip
    non_model_columns = frozenset({"specialities", "recusals", "recusal_reason"})
    written = (Officer, Ability, Recusal)
    _specialities: tuple[tuple[str, str], ...] = ()  # what an unknown one could be, once looked up
    stays = "导入时一并停用的登录账号不会自动启用，请联系安全管理员。"

    def codes(self) -> list[tuple[str, str, str]]:
        return code_rows()

    def exported(self, queryset: OfficerQuerySet) -> Iterator[Sequence]:
        # One that is over would begin again when the export is imported.
        registered = Recusal.objects.not_over().filter(source__is_active=True).select_related("source")
        officers = queryset.prefetch_related(None).prefetch_related(
            Prefetch("abilities", Ability.objects.select_related("speciality")),
            Prefetch("recusals", registered.order_by("source__number")),
        )
        for officer in officers.iterator(chunk_size=CHUNK):
            recusals = officer.recusals.all()
            joined = {
                "specialities": [_written(each.speciality, each.level) for each in officer.abilities.all()],
                "recusals": [each.source.number for each in recusals],
                "recusal_reason": _joined(each.reason for each in recusals),
            }
            names = [column.attribute for column in self.written_columns]
            yield [joined[name] if name in joined else getattr(officer, name) for name in names]

    def suggestions(self, attribute: str, value: str) -> Sequence[tuple[str, str]]:
        if attribute != "specialities":
            return ()
        if not self._specialities:
            named = Speciality.objects.order_by("code").values_list("name", "code")
            self._specialities = tuple((name, f"{name}（{code}）") for name, code in named)
        return self._specialities

    def identify(self, table: Table) -> None:
        tidy_names(table, Officer)
        mark_doubtful(table, COLUMNS)
        match_specialities(table)  # by which officers of one name are told apart
        match_units(table)  # first: a row at fault takes nobody from one that is sound
        find_officers(table)

    def check(self, table: Table) -> None:
        today = clock.today()
        for row in table.rows:
            if (expiry := row.get("certificate_expiry")) and expiry < today:
                table.note("执法证已过有效期，不参加抽签", row)
            remarks = str(row.get("remarks") or "")
            if AWAY.search(remarks) and row.get("duty_state", DutyState.ON_DUTY) == DutyState.ON_DUTY:
                table.note(f"备注说“{remarks[:20]}”，在岗状态却是在岗，请核对", row)
            if "specialities" in row.values and not row.values["specialities"]:
                table.note("没有填擅长行业", row)
            if row.get("recusal_reason") and not row.get("recusals"):
                table.note("填了回避原因，但没有填回避单位，原因没有用处", row)

    def more_changes(self, work: ChangeSet, table: Table) -> dict[int, list[Change]]:
        self.related = _Related()
        officers = [item.pk for item in work.touched if item.pk]
        held = _by_officer(Ability.objects.select_related("speciality"), officers)
        recused = _by_officer(Recusal.objects.select_related("source"), officers)
        logins = self._logins_of_leavers(work)
        changes: dict[int, list[Change]] = {}
        for item in work.touched:
            recusals = recused.get(item.pk, [])
            found = [
                *self._compare_abilities(item, held.get(item.pk, [])),
                *self._compare_recusals(item, {each.source_id: each for each in recusals}),
                *logins.get(item.pk, []),
            ]
            if found:
                changes[item.row.number] = found
            if item.pk in logins:
                table.note("不再在册，登录账号一并停用；以后撤销这次导入，账号也不会自动恢复", item.row)
            _note_recusals_that_stay(table, item.row, recusals)
        return changes

    def _logins_of_leavers(self, work: ChangeSet) -> dict[int, list[Change]]:
        """Find whose login is closed because the workbook takes him off the registry, as the list does."""
        gone = [item.pk for item in work.changed if item.row.get("is_active") is False]
        for start in range(0, len(gone), BATCH):
            leavers = Officer.objects.filter(pk__in=gone[start : start + BATCH], is_active=True)
            self.related.leavers += verbs.with_own_login(leavers)
        return {each.pk: [Change("登录账号", each.user.username, "停用")] for each in self.related.leavers}

    def _compare_abilities(self, item: Item, held: list[Ability]) -> list[Change]:
        if "specialities" not in item.row.values:
            return []
        has = {ability.speciality: ability for ability in held}
        before = {speciality: ability.level for speciality, ability in has.items()}
        after = {
            speciality: level or before.get(speciality, Ability.Level.COMPETENT)
            for speciality, level in item.row.values["specialities"].items()
        }
        for speciality, level in sorted(after.items(), key=lambda pair: pair[0].code):
            if speciality not in has:
                self.related.abilities.append((item, {"speciality": speciality, "level": level}))
            elif level != before[speciality]:
                self.related.levels.append((item, has[speciality].pk, {"level": level}))
        self.related.lost += [(item, each.pk) for speciality, each in has.items() if speciality not in after]
        return [Change("擅长行业", _said(before), _said(after))] if before != after else []

    def _compare_recusals(self, item: Item, known: dict[int, Recusal]) -> list[Change]:
        today = clock.today()
        said = {"reason": item.row.get("recusal_reason") or DEFAULT_REASON}
        fresh, again = [], []
        for unit in {unit.pk: unit for unit in item.row.get("recusals", ())}.values():
            if (old := known.get(unit.pk)) is None:
                fresh.append(unit.name)
                self.related.recusals.append((item, said | {"source": unit}))
            elif old.until and old.until < today:
                # A pair has one row: the period that is over stays in its history.
                again.append(f"{unit.name}（原回避已于 {old.until:%Y-%m-%d} 到期）")
                period = {"since": today, "until": None, "kind": Recusal.Kind.OFFICER}
                self.related.renewed.append((item, old.pk, said | period))
        added = [("增加", fresh), ("重新登记", again)]
        words = [f"{verb} {'、'.join(names)}" for verb, names in added if names]
        return [Change("回避单位", "", "；".join(words))] if words else []

    def write_more(self, work: ChangeSet, actor: User | None, reason: str) -> None:
        stamp = {"actor": actor, "reason": reason, "at": self.at}
        related = self.related
        # Of a row that was not ticked nothing counts. A new officer has only now got a key.
        rows = {item.row.number for item in work.touched}
        officers = {item.pk for item in work.touched}
        lost = [pk for item, pk in related.lost if item.row.number in rows]
        bulk_history.delete(Ability, lost, **stamp)
        for model, made in ((Ability, related.abilities), (Recusal, related.recusals)):
            values = [each | {"officer": item.pk} for item, each in made if item.row.number in rows]
            bulk_history.create(model, ["officer", *(made[0][1] if made else ())], values, **stamp)
        names = ["since", "until", "kind", "reason"]
        for model, fields, changed in (
            (Ability, ["level"], related.levels),
            (Recusal, names, related.renewed),
        ):
            kept = [(pk, each) for item, pk, each in changed if item.row.number in rows]
            bulk_history.update(model, fields, [pk for pk, _ in kept], [each for _, each in kept], **stamp)
        for officer in related.leavers:
            if officer.pk in officers:
                verbs.close_account(officer, actor)


def _note_recusals_that_stay(table: Table, row: Row, recusals: list[Recusal]) -> None:
    """An import only adds recusals: say so where the clerk's cell would have them otherwise."""
    if "recusals" not in table.columns:
        return
    today = clock.today()
    listed = {unit.pk for unit in row.get("recusals", ())}
    lasting = [each for each in recusals if each.source.is_active and not (each.until and each.until < today)]
    if any(each.source_id not in listed for each in lasting):
        table.note("名录中登记的回避单位有些不在这一格里：导入不会取消回避，要取消请在“回避”里修改", row)
    kept = [each.reason for each in lasting if each.source_id in listed]
    reason = row.get("recusal_reason")
    if reason and kept and reason not in {*kept, _joined(kept)}:
        table.note("回避原因和名录中登记的不同：导入不会改已有回避的原因，要改请在“回避”里修改", row)


def _joined(reasons: Iterable[str]) -> str:
    return "；".join(dict.fromkeys(reasons))[:REASON]


def _by_officer(queryset: QuerySet, officers: list[int]) -> dict[int, list]:
    found: dict[int, list] = {}
    for start in range(0, len(officers), BATCH):
        for each in queryset.filter(officer__in=officers[start : start + BATCH]):
            found.setdefault(each.officer_id, []).append(each)
    return found


def _said(levels: dict[Speciality, int]) -> str:
    return "、".join(_written(*pair) for pair in sorted(levels.items(), key=lambda pair: pair[0].code))


def _written(speciality: Speciality, level: int) -> str:
    """Return an ability as a cell holds it; competent, the level of most officers, is not written."""
    said = "" if level == Ability.Level.COMPETENT else f"（{Ability.Level(level).label}）"
    # A name with a separator in it would be read as two.
    whole = cell_types.names(speciality.name) == (speciality.name,)
    return f"{speciality.name if whole else speciality.code}{said}"


preview = OfficerImporter.preview
import_file = OfficerImporter.import_file
