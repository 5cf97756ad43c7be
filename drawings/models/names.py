"""The names of a draw: the only file of the protocol that may lose rows."""

from functools import cached_property

from django.db import models

from ..protocol import verify
from .draw import Draw


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
