"""What the tests of amendments share: draw/2's substitutes computed once more, written apart from verify.py."""

import datetime
import hashlib

from drawings.models import Inspection, Selection, TeamMember
from drawings.models.lotteries import Issue

TONIGHT = Issue("26281", datetime.datetime.fromisoformat("2026-10-08T21:25:00+08:00"))  # 排列5 of 8 October
TOMORROW = Issue("26282", datetime.datetime.fromisoformat("2026-10-09T21:25:00+08:00"))
NUMBERS = "3 1 4 1 5"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Plain:
    """The frozen files of a draw, split by hand. Under fresh numbers: the serial, the issue and its value."""

    def __init__(self, draw, serial=0, issue="", value=""):
        self.units = {row[0]: row for row in self._rows(draw, "pool.tsv")}
        self.officers = {row[0]: row for row in self._rows(draw, "officers.tsv")}
        self.key = sha(draw.file("entropy.txt") + draw.file("salt.txt"))
        self.fresh = (serial, issue, value)

    @staticmethod
    def _rows(draw, name):
        return [line.split("\t") for line in draw.file(name).splitlines()[1:]]

    def _key(self, words):
        key, (serial, issue, value) = sha(f"{words} {self.key}"), self.fresh
        return sha(f"substitute {serial} {key} pl5 {issue} {value}") if serial else key

    def next_unit(self, stratum: str, used) -> str | None:
        """The first unit of the stratum that is not used yet."""
        prefix = self._key(f"select {stratum}")
        order = sorted(
            (standing == "again", sha(prefix + unit), unit)
            for unit, of, _, standing, _, _ in self.units.values()
            if of == stratum and standing in ("in", "again") and unit not in used
        )
        return order[0][2] if order else None

    def ticket(self, stratum: str, unit: str) -> str:
        return sha(sha(f"select {stratum} {self.key}") + unit)

    def next_officers(self, unit: str, barred) -> list[str]:
        """Those who may step in, in order; barred: the team, who was replaced in it, who is away."""
        _, _, speciality, _, recused, _ = self.units[unit]
        kt = self._key("team bureau")
        free = sorted(
            (speciality not in row[2].split(","), sha(f"{kt}s{unit}|{who}"), who)
            for who, row in self.officers.items()
            if who not in barred and who not in recused.split(",")
        )
        return [who for *_, who in free]

    def next_officer(self, unit: str, barred) -> str | None:
        return next(iter(self.next_officers(unit, barred)), None)

    def order(self, units) -> list[str]:
        """Units in the order of step 2."""
        kt = sha(f"team bureau {self.key}")
        return sorted(units, key=lambda unit: (sha(f"{kt}u{unit}"), unit))


def plain_of(row) -> Plain:
    """The plain arithmetic of a declaration's draw, with its fresh numbers where there are any."""
    return Plain(row.draw, row.serial, row.label, row.value) if row.source else Plain(row.draw)


def number(officer) -> str:
    return officer.certificate_number


def unit_of(selection: Selection) -> str:
    return selection.source.number


def team(selection: Selection) -> list[str]:
    """Certificate numbers of who goes now, the lead first."""
    members = TeamMember.objects.filter(selection=selection).order_by("-is_lead")
    return [number(member.officer) for member in members]


def lead_of(selection: Selection) -> TeamMember:
    return TeamMember.objects.get(selection=selection, is_lead=True)


def report(selection: Selection, outcome="closed", state="submitted") -> Inspection:
    """Let the officers have handed in their report."""
    Inspection.objects.filter(selection=selection).update(outcome=outcome, state=state)
    return Inspection.objects.get(selection=selection)
