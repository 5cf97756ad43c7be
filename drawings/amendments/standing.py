"""The frozen files of a draw, read for its substitutes: who goes where today, and what the next declaration makes of it."""

from functools import cached_property

from ..models import Draw, Substitution
from ..models.names import officer_names
from ..protocol import verify


class Frozen:
    """All that a substitute follows from: the frozen files, the seed, and the declarations that took effect before."""

    def __init__(self, draw: Draw):
        files = dict(draw.files.values_list("name", "content"))
        self.draw, self.salt = draw, files[verify.SALT]
        self.commit = verify.parse_commit(files[verify.COMMIT])
        self.pool = verify.parse_pool(files[verify.POOL])
        self.roster = verify.parse_officers(files[verify.OFFICERS])
        self.key = verify.seed(files[verify.ENTROPY], self.salt)
        self._rows = verify.parse_result(files[verify.RESULT]).rows

    @cached_property
    def standing(self) -> verify.Standing:
        """Who goes where now: the result, and each substitute since, computed again."""
        standing = verify.Standing(self.commit, self.pool, self.roster, self.key, self._rows)
        for row in Substitution.objects.in_effect().filter(draw=self.draw).for_protocol():
            standing.step(row.declaration(), row.value)
        return standing

    @cached_property
    def units(self) -> dict[str, verify.Unit]:
        return {unit.unit: unit for unit in self.pool.units}

    @cached_property
    def officers(self) -> dict[str, verify.Officer]:
        return {officer.officer: officer for officer in self.roster.officers}


def source_of(draw: Draw) -> str:
    """Return the lottery that the draw's substitutes take their numbers from, as its commit says; empty: from its seed."""
    return verify.parse_commit(draw.file(verify.COMMIT)).substitutes


def roster(draw: Draw) -> dict[str, str]:
    """Return {certificate number: name} of the frozen officers, by number; a withdrawn name is empty."""
    officers = verify.parse_officers(draw.file(verify.OFFICERS)).officers
    names = officer_names(draw.pk)
    return {each.officer: names.get(each.officer, "") for each in officers}
