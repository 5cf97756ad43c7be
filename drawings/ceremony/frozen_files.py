"""The files that a freeze fixes, written from what the pre-flight has read; the commit, which binds them, comes first."""

import secrets
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from wugang_audit import bureau

from ..models import Draw, Plan
from ..protocol import verify
from ..states import Refused
from .preflight.checks import TEAMS, Preflight

NONCE = 32  # hexadecimal digits
Row = TypeVar("Row", verify.Unit, verify.Officer)


class Frozen(NamedTuple):
    """What a freeze fixes. The names stand apart: they alone may leave later, row by row."""

    texts: dict[str, str]  # name of the file -> text
    names: str  # the text of names.tsv


@cache
def programs() -> dict[str, str]:
    """The texts of the two verifiers, read once a process: the first is the very file that draws here."""
    folder = Path(verify.__file__).parent
    return {name: (folder / name).read_text(encoding="utf-8") for name in verify.PROGRAMS}


def frozen_files(
    draw: Draw, flight: Preflight, sources: list[verify.Source], *, previous: str, disclosure: str
) -> Frozen:
    """Write the files of the protocol as they are fixed now, with a fresh salt and fresh nonces; the programs too.

    :param previous: the log's head, which nobody moves until the transaction ends.
    :raises Refused: something does not fit the protocol, such as a name with a character that its table lacks.
    """
    try:
        return _frozen_files(draw, flight, sources, previous, disclosure)
    except verify.Invalid as fault:
        named = _bad_name([*flight.snapshot.units, *flight.snapshot.officers])
        raise Refused(f"不能冻结：{named or fault}") from None


def _frozen_files(
    draw: Draw, flight: Preflight, sources: list[verify.Source], previous: str, disclosure: str
) -> Frozen:
    code = draw.code
    units, unit_names = _bound("unit", flight.snapshot.units)
    officers, officer_names = _bound("officer", flight.snapshot.officers)
    pool, roster = verify.write_pool(code, units), verify.write_officers(code, officers)
    registers = verify.write_registers(code, [])  # none is held against the pool yet
    salt = verify.write_salt(code, secrets.token_hex(16))
    commit = verify.Commit(
        bureau=bureau.current().name,
        draw=code,
        previous=previous,
        salt=verify.digest(salt),
        pool=verify.digest(pool),
        pool_rows=len(units),
        officers=verify.digest(roster),
        officers_rows=len(officers),
        registers=verify.digest(registers),
        registers_rows=0,
        declared_registers=(),
        program=tuple(map(verify.digest, programs().values())),
        strata=tuple(verify.Stratum(q.code, q.rule, q.base, q.take) for q in flight.quotas),
        teams=TEAMS,
        substitutes="" if flight.plan.substitutes == Plan.Substitutes.SEED else flight.plan.substitutes,
        sources=tuple(sources),
        disclosure=disclosure,
    )
    texts = {
        verify.COMMIT: verify.write_commit(commit),
        verify.POOL: pool,
        verify.OFFICERS: roster,
        verify.REGISTERS: registers,
        verify.SALT: salt,
    }
    return Frozen(texts | programs(), verify.write_names(code, [*unit_names, *officer_names]))


def _bound(kind: str, rows: list[Row]) -> tuple[list[Row], list[verify.Name]]:
    """Put the digest of each row's name in its place, and return the names apart, each with a nonce of its own."""
    bound, names = [], []
    for row, nonce in zip(rows, _nonces(len(rows)), strict=True):
        *rest, name = row  # the last field of both kinds of rows
        bound.append(row._make((*rest, verify.name_digest(nonce, name))))
        names.append(verify.Name(kind, row[0], nonce, name))
    return bound, names


def _bad_name(rows: Iterable[verify.Unit | verify.Officer]) -> str:
    """Say which name the files cannot hold, and why; the empty text where all are good."""
    faults = ((row[0], verify.name_fault(row.name)) for row in rows)
    return next((f"{ident} 的名称{fault}" for ident, fault in faults if fault), "")


def _nonces(count: int) -> Iterator[str]:
    """Yield fresh nonces, from one reading of the system's random numbers: 100,000 single ones cost a second."""
    digits = secrets.token_hex(NONCE // 2 * count)
    return (digits[at : at + NONCE] for at in range(0, len(digits), NONCE))
