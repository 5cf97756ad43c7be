"""What the tests of amendments share: draw/1's substitutes computed once more, written apart from verify.py."""

import hashlib

from drawings.models import Inspection, Selection, TeamMember


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Plain:
    """The frozen files of a draw, split by hand."""

    def __init__(self, draw):
        self.units = {row[0]: row for row in self._rows(draw, "pool.tsv")}
        self.officers = {row[0]: row for row in self._rows(draw, "officers.tsv")}
        self.key = sha(draw.file("entropy.txt") + f"salt {draw.salt}\n")

    @staticmethod
    def _rows(draw, name):
        return [line.split("\t") for line in draw.file(name).splitlines()[1:]]

    def next_unit(self, stratum: str, used) -> tuple[int, str, str] | None:
        """(rank, unit, ticket) of the first unit of the stratum that is not used yet."""
        prefix = sha(f"select {stratum} {self.key}")
        order = sorted(
            (standing == "again", sha(prefix + unit), unit)
            for unit, of, _, standing, _, _ in self.units.values()
            if of == stratum and standing in ("in", "again")
        )
        for rank, (_, ticket, unit) in enumerate(order, 1):
            if unit not in used:
                return rank, unit, ticket
        return None

    def next_officer(self, unit: str, barred) -> str | None:
        _, _, speciality, _, recused, _ = self.units[unit]
        kt = sha(f"team {self.key}")
        free = [
            (speciality not in row[1].split(","), sha(f"{kt}s{unit}|{who}"), who)
            for who, row in self.officers.items()
            if who not in barred and who not in recused.split(",")
        ]
        return min(free)[2] if free else None


def number(officer) -> str:
    return officer.certificate_number


def team(selection: Selection) -> list[str]:
    """Certificate numbers of who goes now, the lead first."""
    members = TeamMember.objects.filter(selection=selection).order_by("-is_lead")
    return [number(member.officer) for member in members]


def report(selection: Selection, outcome="closed", state="submitted") -> Inspection:
    """Let the officers have handed in their report."""
    Inspection.objects.filter(selection=selection).update(outcome=outcome, state=state)
    return Inspection.objects.get(selection=selection)
