"""The names of a draw: the only file of the protocol that may lose rows."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from django.db import models

from ..protocol import verify
from .draw import Draw
from .records import Withdrawal


class DrawNames(models.Model):
    """A draw's ``names.tsv`` as it stands today: the only file of the protocol that may lose rows, by a withdrawal.

    The commit does not digest it: each name is bound by the digest in pool, officers or registers.
    """

    draw = models.OneToOneField(Draw, models.PROTECT, related_name="names")
    content = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.draw_id}/names.tsv"

    @cached_property
    def rows(self) -> list[verify.Name]:
        return verify.parse_names(self.content).rows

    def of(self, kind: str) -> dict[str, str]:
        """Return {id: name} of one kind. The rows of the others, which may be very many, are not looked at.

        :raises verify.Invalid: a row has not four fields; what else a row must be was checked when it was written.
        """
        begin = self.content.find(f"\n{kind}\t") + 1
        if not begin:
            return {}
        end = self.content.find("\n", self.content.rfind(f"\n{kind}\t") + 1)
        rows = (line.split("\t") for line in self.content[begin:end].split("\n"))
        try:
            return {ident: name for _, ident, _, name in rows}
        except ValueError:
            raise verify.Invalid(f"{verify.NAMES}：有的行不是四栏") from None

    def withdrawn(self, kind: str) -> list[str]:
        """Return the ids, ascending, that a frozen file gives the digest of a name to and that have no name here."""
        draw = self.draw
        if kind == "unit":
            bound = {row.unit for row in verify.parse_pool(draw.file(verify.POOL)).units}
        elif kind == "officer":
            bound = {row.officer for row in verify.parse_officers(draw.file(verify.OFFICERS)).officers}
        else:
            entries = verify.parse_registers(draw.file(verify.REGISTERS)).entries
            bound = {f"{row.register}/{row.key}" for row in entries}
        return sorted(bound - self.of(kind).keys())

    def withdrawn_digest(self, kind: str) -> str:
        """Return what the log holds of the ids that are withdrawn by now [draw/2, Withdrawn names]."""
        return verify.digest(self.draw.salt_text + "\n".join(self.withdrawn(kind)))


class NamesState(NamedTuple):
    """What ``names.tsv`` follows from: the frozen draw, and the last withdrawal; nothing else ever changes it.

    Whoever keeps something that was worked out from names keeps it under this, asked of the database before the names
    are read: then a name that another process has withdrawn is gone at once.
    """

    draw: int
    commit: str
    kind: str | None
    digest: str | None  # of all ids of the kind that are gone


def names_states(**which: object) -> dict[str, NamesState]:
    """Return {code: state} of the draws that the conditions find, in one query."""
    last = Withdrawal.objects.filter(draw=models.OuterRef("pk")).order_by("-pk")
    draws = Draw.objects.filter(**which).order_by().annotate(
        kind=models.Subquery(last.values("kind")[:1]), gone=models.Subquery(last.values("digest")[:1])
    )  # fmt: skip
    rows = draws.values_list("code", "pk", "commit_digest", "kind", "gone")
    return {code: NamesState(*state) for code, *state in rows}


def officer_names(draw_id: int) -> Mapping[str, str]:
    """Return {certificate number: name} as ``names.tsv`` has them today, without reading it again while nothing has left it."""
    [state] = names_states(pk=draw_id).values()
    return _officer_names(state)


@lru_cache(maxsize=32)
def _officer_names(state: NamesState) -> Mapping[str, str]:
    return MappingProxyType(DrawNames.objects.get(draw=state.draw).of("officer"))
