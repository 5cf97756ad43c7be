"""A frozen draw with any pool at all, as the tests of the hat need it: its files hang together as the protocol wants it."""

from django.utils import timezone

from drawings.models import Draw, DrawNames
from drawings.protocol import verify

NONCE = "0123456789abcdef" * 2


def frozen_with(actor, rows, takes, code="2026Q4", registers=(), **fields):
    """Store a frozen draw.

    :param rows: (unit, stratum, standing, recused, name); an empty name is one that was withdrawn.
    :param takes: {stratum: how many are drawn}.
    """
    units, names = [], []
    for unit, stratum, standing, recused, name in rows:
        digest = verify.name_digest(NONCE, name or "撤下的名称")
        units.append(verify.Unit(unit, stratum, "chemical-pharma", standing, tuple(recused), digest))
        if name:
            names.append(verify.Name("unit", unit, NONCE, name))
    texts = {
        verify.POOL: verify.write_pool(code, units),
        verify.OFFICERS: verify.write_officers(code, []),
        verify.REGISTERS: verify.write_registers(code, []),
        verify.SALT: verify.write_salt(code, "ab" * 16),
    }
    commit = verify.Commit(
        bureau="虚构局", draw=code, previous="0" * 64,
        salt=verify.digest(texts[verify.SALT]),
        pool=verify.digest(texts[verify.POOL]), pool_rows=len(units),
        officers=verify.digest(texts[verify.OFFICERS]), officers_rows=0,
        registers=verify.digest(texts[verify.REGISTERS]), registers_rows=0,
        declared_registers=tuple(registers), program=("", ""),
        strata=tuple(
            verify.Stratum(
                stratum, "1/1", sum(u.stratum == stratum and u.standing in verify.COUNTED for u in units), take
            )
            for stratum, take in takes.items()
        ),
        teams=(verify.Team("bureau", 2, "cross"),), substitutes="pl5",
        sources=(verify.Source("system", "os", "2026-10-08T09:00:00+08:00"),), disclosure="open",
    )  # fmt: skip
    texts[verify.COMMIT] = verify.write_commit(commit)
    year, _, quarter = code.partition("Q")
    draw = Draw.objects.create(
        code=code, year=int(year), quarter=int(quarter[0]), created_by=actor,
        **{"state": "frozen", "frozen_at": timezone.now(), "commit_digest": commit.digest} | fields,
    )  # fmt: skip
    for name, text in texts.items():
        draw.files.create(name=name, content=text, digest=verify.digest(text))
    DrawNames.objects.create(draw=draw, content=verify.write_names(code, names))
    return draw
