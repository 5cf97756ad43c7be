"""The registries as they stand now against the frozen files of the last draw."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from enforcers.models import Officer
from sources.models import Speciality

from ...models import Change, Draw, LogEntry, Stratum
from ...models.draw import OFFICER_WITHDRAWN, UNIT_WITHDRAWN
from ...protocol import verify
from .snapshot import Snapshot

# ``again`` and ``capped`` follow from earlier draws by the plan's rule: nobody changed anything.
PARTAKES = {"in": "in", "again": "in", "capped": "in"}
STANDINGS = {"in": "参加抽签", "stopped": "停产", "exempt": "不参与双随机"}


@dataclass(frozen=True)
class Line:
    """One change: what it was in the last frozen files, what it is now, and who made it so (see `attribution`)."""

    kind: Change
    ident: str  # number of the unit, or certificate number of the officer
    name: str
    before: str = ""
    after: str = ""
    old: str | bool | None = None  # the values behind the words
    new: str | bool | None = None
    other: str = ""  # the officer of a recusal, the speciality of an ability
    who: str = ""
    when: datetime | None = None
    why: str = ""


class Group(NamedTuple):
    """All changes of one kind."""

    label: str
    lines: list[Line]


@dataclass(frozen=True)
class Comparison:
    """All changes since the last draw, by kind, in the order in which the kinds are counted."""

    since: Draw
    fingerprint: str
    lines: dict[Change, list[Line]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        return {kind.value: len(lines) for kind, lines in self.lines.items() if lines}

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def groups(self) -> list[Group]:
        return [Group(kind.label, lines) for kind, lines in self.lines.items() if lines]


def last_draw(draw: Draw) -> Draw | None:
    """Return the latest draw, by the order of the log, that has a valid result; a void one is no measure."""
    stands = Draw.objects.with_result().exclude(pk=draw.pk)
    commits = LogEntry.objects.commits().filter(subject__in=stands.values("code"))
    code = commits.order_by("-index").values("subject")[:1]
    return stands.filter(code__in=code).select_related("plan").prefetch_related("plan__rates").first()


def compare(draw: Draw, now: Snapshot) -> Comparison | None:
    """Return what changed since the last draw, or None where there was none."""
    since = last_draw(draw)
    if since is None:
        return None
    # A confirmation holds for these rows against this draw: a further draw in between is another comparison.
    fingerprint = verify.digest(f"{now.fingerprint} {since.code} {since.commit_digest}")
    found = Comparison(since, fingerprint, {kind: [] for kind in Change})
    texts = dict(since.files.filter(name__in=["pool.tsv", "officers.tsv"]).values_list("name", "content"))
    specialities = dict(Speciality.objects.values_list("code", "name"))
    people = {officer.certificate_number: officer for officer in Officer.objects.with_absences()}
    _compare_units(
        found.lines, rows_of(texts["pool.tsv"]), since.names_of("unit"), now.units, specialities, people
    )
    names = since.names_of("officer")
    roster = {
        officer.officer: officer._replace(name=names.get(officer.officer, ""))
        for officer in verify.parse_officers(texts["officers.tsv"]).officers
    }
    _compare_officers(found.lines, roster, now.officers, specialities, people)
    return found


def rows_of(pool: str) -> dict[str, str]:
    """Return {number: row} of a frozen pool, each without its number and the digest of its name.

    The text of a row says whether a unit has changed, so that the few that have are taken apart alone.
    """
    rows = {}
    for line in pool.split("\n")[1:-1]:
        number, _, rest = line.partition("\t")
        rows[number] = rest[:-65]
    return rows


def _row_of(unit: verify.Unit) -> str:
    """Write a unit as `rows_of` gives it."""
    recused = ",".join(unit.recused) if unit.recused else "-"
    return f"{unit.stratum}\t{unit.speciality}\t{unit.standing}\t{recused}"


def _unit_of(number: str, row: str, name: str) -> verify.Unit:
    stratum, speciality, standing, recused = row.split("\t")
    officers = () if recused == "-" else tuple(recused.split(","))
    return verify.Unit(number, stratum, speciality, standing, officers, name)


def _compare_units(
    lines: dict[Change, list[Line]],
    before: dict[str, str],
    names: dict[str, str],
    units: list[verify.Unit],
    specialities: dict[str, str],
    people: dict[str, Officer],
) -> None:
    def add(kind: Change, unit: verify.Unit, old: str, new: str, words: Callable[[str], str] | None) -> None:
        said = words or (lambda value: value)
        lines[kind].append(Line(kind, unit.unit, unit.name, said(old), said(new), old, new))

    for unit in units:
        row, name = before.pop(unit.unit, None), names.get(unit.unit, "")
        if row == _row_of(unit) and name == unit.name:
            continue
        was = None if row is None else _unit_of(unit.unit, row, name)
        if was is None:
            lines[Change.UNIT_IN].append(
                Line(Change.UNIT_IN, unit.unit, unit.name, "", Stratum.label_of(unit.stratum), False, True)
            )
        else:
            standings = [PARTAKES.get(each.standing, each.standing) for each in (was, unit)]
            for kind, old, new, words in (
                (Change.STRATUM, was.stratum, unit.stratum, Stratum.label_of),
                (Change.STANDING, *standings, STANDINGS.get),
                (Change.SPECIALITY, was.speciality, unit.speciality, lambda c: specialities.get(c, c)),
                (Change.UNIT_NAME, was.name, unit.name, None),
            ):
                if old != new and (old or kind != Change.UNIT_NAME):  # a withdrawn name compares with nothing
                    add(kind, unit, old, new, words)
        known = set(was.recused) if was else set()
        for kind, officers in (
            (Change.RECUSAL_IN, set(unit.recused) - known),
            (Change.RECUSAL_OUT, known - set(unit.recused)),
        ):
            for officer in sorted(officers):
                name = people[officer].name if officer in people else officer
                comes = kind == Change.RECUSAL_IN
                text = ("", f"{name}回避") if comes else (f"{name}回避", "")
                lines[kind].append(Line(kind, unit.unit, unit.name, *text, not comes, comes, officer))
    for number, row in before.items():  # what is left was in the last pool and is in the registry no more
        was = _unit_of(number, row, names.get(number, ""))
        lines[Change.UNIT_OUT].append(
            Line(
                Change.UNIT_OUT,
                was.unit,
                was.name or UNIT_WITHDRAWN,
                Stratum.label_of(was.stratum),
                "不在名录库",
                True,
                False,
            )
        )


def _compare_officers(
    lines: dict[Change, list[Line]],
    before: dict[str, verify.Officer],
    officers: list[verify.Officer],
    specialities: dict[str, str],
    people: dict[str, Officer],
) -> None:
    for officer in officers:
        was = before.pop(officer.officer, None)
        if was is None:
            kind = Change.OFFICER_IN
            lines[kind].append(Line(kind, officer.officer, officer.name, "", "可派出", False, True))
            continue
        if was.name and was.name != officer.name:
            kind = Change.OFFICER_NAME
            lines[kind].append(
                Line(kind, officer.officer, officer.name, was.name, officer.name, was.name, officer.name)
            )
        for code in sorted(set(was.specialities) ^ set(officer.specialities)):
            comes, name = code in officer.specialities, specialities.get(code, code)
            text = ("", f"增加{name}") if comes else (name, "去掉")
            lines[Change.ABILITY].append(
                Line(Change.ABILITY, officer.officer, officer.name, *text, not comes, comes, code)
            )
    for was in before.values():
        kind = Change.OFFICER_OUT
        why = why_absent(people.get(was.officer))
        lines[kind].append(Line(kind, was.officer, was.name or OFFICER_WITHDRAWN, "可派出", why, True, False))


def why_absent(officer: Officer | None) -> str:
    """Say why an officer, read `with_absences`, may not be sent today; the empty text where he may."""
    return "不在册" if officer is None else officer.why_absent
