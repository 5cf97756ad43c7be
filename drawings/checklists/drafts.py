"""A draft that two people edit: what it held when a page was opened, and what was typed on top of what it holds now."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils import timezone

from wugang_audit.access.keys import key_of
from wugang_audit.audit.models import AuditEntry

from ..models import Checklist, ChecklistPoint, ChecklistVersion, LegalBasis

PREFIX = "points"  # of the rows in the editor's form
TEXTS = ("section", "position", "code", "name", "guidance")
MOST_ROWS = 1000  # Django's own limit of an inline
_LONGEST = 100_000  # characters of `opened`


@dataclass(frozen=True)
class Row:
    """A point as the editor's form sends it; `bases` are keys. Texts that a form would clean are kept as they are."""

    section: str = ""
    position: str = ""
    code: str = ""
    name: str = ""
    guidance: str = ""
    bases: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        # A code is kept in small letters, however it was typed.
        words = [self.section, self.position, self.code.lower(), self.name, self.guidance]
        content = json.dumps([*words, *sorted(self.bases)], ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def is_blank(self) -> bool:
        return not (self.section or self.code or self.name or self.guidance or self.bases)


@dataclass(frozen=True)
class Typed:
    """A row of the form that was sent; without a key it is a new point."""

    key: int | None
    row: Row
    is_deleted: bool = False


BLANK = Typed(None, Row(position="1"))  # the row for a new point, as an untouched page sends it


@dataclass(frozen=True)
class Difference:
    """A field of a point that reads otherwise in the draft than in the form that was sent."""

    point: str
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Merged:
    """What was typed into an older state of a draft, on top of what it holds now.

    :param data: the form to show or to save: every point of the draft is in it, and every one that was typed.
    :param both: what both have changed: as typed in `data`.
    :param taken: what the other one has changed and this form had not: as it stands in the draft now, a line each.
    :param is_told_all: nothing of what was typed differs from the draft: there is nothing to decide, `data` can be saved.
    """

    data: QueryDict
    both: list[Difference]
    taken: list[str]
    is_told_all: bool


def rows_of(version: ChecklistVersion) -> dict[int, Row]:
    """Return {primary key: point} of a version as its editor shows them, in their order, in two queries."""
    points = version.points.order_by("position", "pk").prefetch_related("bases")
    return {
        point.pk: Row(
            *(_clean(str(getattr(point, name))) for name in TEXTS),
            tuple(str(basis.pk) for basis in point.bases.all()),
        )
        for point in points
    }


def opened_of(rows: Mapping[int, Row]) -> str:
    """Return what a page carries of the points that it was opened with: ``2;12:9f86d081884c7d65,13:…``."""
    return f"{len(rows)};" + ",".join(f"{key}:{row.digest}" for key, row in sorted(rows.items()))


def digest_of(version: ChecklistVersion) -> str:
    """Return the digest of what a preview shows and the use of a draft fixes: its name and its points."""
    # Asked anew: the checklist at hand may have been renamed since it was read.
    name = Checklist.objects.values_list("name", flat=True).get(pk=version.checklist_id)
    content = f"{name}\n{opened_of(rows_of(version))}"
    return hashlib.sha256(content.encode()).hexdigest()


def last_step(key: int) -> str:
    """Say who did something to a version last, and when: ``甲 2026-10-08 09:00``; nobody where the trail knows nobody."""
    found = AuditEntry.objects.filter(target_key=f"{ChecklistVersion._meta.label_lower}:{key}")
    entry = found.order_by("-index").first()
    return f"{entry.actor_name}在 {timezone.localtime(entry.time):%Y-%m-%d %H:%M} " if entry else "别人"


def typed_in(data: QueryDict) -> list[Typed]:
    """Return the rows of a form that was sent, blank new ones left out."""
    total = min(key_of(data.get(f"{PREFIX}-TOTAL_FORMS", "")) or 0, MOST_ROWS)
    found = []
    for number in range(total):
        at = f"{PREFIX}-{number}-"
        row = Row(
            *(_clean(data.get(f"{at}{name}", "")) for name in TEXTS),
            tuple(data.getlist(f"{at}bases")),
        )
        each = Typed(key_of(data.get(f"{at}id", "")), row, bool(data.get(f"{at}DELETE")))
        if each.key is not None or not (each.row.is_blank or each.is_deleted):
            found.append(each)
    return found


def changed_in(data: QueryDict) -> list[Typed]:
    """Return the rows of a form that were typed into, new ones and deleted ones among them."""
    before = _before(data)
    return [each for each in typed_in(data) if each.is_deleted or before.get(each.key) != each.row.digest]


def merge(version: ChecklistVersion, data: QueryDict) -> Merged | None:
    """Put a form on top of what the draft holds now; None if it still holds what the form was opened with."""
    now = rows_of(version)
    if data.get("opened") == opened_of(now):
        return None
    work = _Work(_before(data), now)
    for each in typed_in(data):
        work.take(each)
    work.others_added()
    merged = _as_data(data, version, [*work.kept.values(), *work.new, BLANK])
    if work.is_told_all:
        merged["opened"] = opened_of(now)
    return Merged(merged, work.named(), work.taken, work.is_told_all)


def differences(now: Mapping[int, Row], typed: Iterable[Typed]) -> list[Difference]:
    """Return each field in which rows that were typed read otherwise than in the version, in one query."""
    pairs = [(each, now.get(each.key, Row()) if each.key else Row()) for each in typed]
    keys = {key for each, theirs in pairs for key in (*each.row.bases, *theirs.bases) if key_of(key)}
    law = {str(basis.pk): basis.cited for basis in LegalBasis.objects.filter(pk__in=keys)}
    found = []
    for each, theirs in pairs:
        point = each.row.name or theirs.name or "（没有名称的一项）"
        if each.is_deleted:
            found.append(Difference(point, "整项", "有" if each.key in now else "", "勾选了删除"))
            continue
        for name in TEXTS:
            found.append(Difference(point, _label(name), getattr(theirs, name), getattr(each.row, name)))
        sides = ("、".join(law.get(key, key) for key in sorted(row.bases)) for row in (theirs, each.row))
        found.append(Difference(point, _label("bases"), *sides))
    return [each for each in found if each.theirs != each.mine]


def _label(name: str) -> str:
    return str(ChecklistPoint._meta.get_field(name).verbose_name)


@dataclass
class _Work:
    before: dict[int, str]
    now: dict[int, Row]
    kept: dict[int, Typed] = field(default_factory=dict)
    new: list[Typed] = field(default_factory=list)
    both: list[Typed] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    is_told_all: bool = True

    def take(self, each: Typed) -> None:
        theirs = self.now.get(each.key)
        if theirs is None:
            self._take_new(each)
            return
        is_theirs = self.before.get(each.key) != theirs.digest
        if each.is_deleted:
            self.is_told_all = False
            self.kept[each.key] = replace(each, row=theirs)
            self.both += [each] if is_theirs else []
        elif each.row.digest in (theirs.digest, self.before.get(each.key)):
            self.kept[each.key] = replace(each, row=theirs)
            self.taken += [f"改了“{theirs.name}”"] if is_theirs and each.row.digest != theirs.digest else []
        else:
            self.is_told_all = False
            self.kept[each.key] = each
            self.both += [each] if is_theirs else []

    def _take_new(self, each: Typed) -> None:
        """A new point, or one that the other one deleted: it is kept where something was typed into it."""
        if each.key is not None and (each.is_deleted or self.before.get(each.key) == each.row.digest):
            self.taken.append(f"删去了“{each.row.name}”")
            return
        # A second click on the button that saves: what was new is there by now.
        there = next((key for key, row in self.now.items() if row.digest == each.row.digest), None)
        if there is not None and there not in self.before:
            self.kept[there] = Typed(there, self.now[there])
            return
        self.is_told_all = False
        self.new.append(replace(each, key=None, is_deleted=False))
        self.both += [each] if each.key is not None else []

    def others_added(self) -> None:
        for key, row in self.now.items():
            if key not in self.kept:
                self.kept[key] = Typed(key, row)
                self.taken.append(f"加了“{row.name}”")
        self.kept = {key: self.kept[key] for key in self.now}

    def named(self) -> list[Difference]:
        return differences(self.now, self.both)


def _before(data: QueryDict) -> dict[int | None, str]:
    """Return {primary key: digest} of the points that the form was opened with."""
    pairs = re.findall(r"([0-9]{1,18}):([0-9a-f]{16})", data.get("opened", "")[:_LONGEST])
    return {int(key): digest for key, digest in pairs}


def _as_data(data: QueryDict, version: ChecklistVersion, rows: list[Typed]) -> QueryDict:
    """Return the form that was sent, with these rows in place of its own; those of the draft come first."""
    merged = data.copy()
    for name in [name for name in data if name.startswith(f"{PREFIX}-")]:
        del merged[name]
    merged[f"{PREFIX}-TOTAL_FORMS"] = str(len(rows))
    merged[f"{PREFIX}-INITIAL_FORMS"] = str(sum(each.key is not None for each in rows))
    merged[f"{PREFIX}-MIN_NUM_FORMS"], merged[f"{PREFIX}-MAX_NUM_FORMS"] = "0", str(MOST_ROWS)
    for number, each in enumerate(rows):
        at = f"{PREFIX}-{number}-"
        merged[f"{at}id"], merged[f"{at}version"] = str(each.key or ""), str(version.pk)
        for name in TEXTS:
            merged[f"{at}{name}"] = getattr(each.row, name)
        merged.setlist(f"{at}bases", list(each.row.bases))
        if each.is_deleted:
            merged[f"{at}DELETE"] = "on"
    return merged


def _clean(text: str) -> str:
    """As a form cleans a text: a browser sends the end of a line as two characters."""
    return text.replace("\r\n", "\n").strip()
