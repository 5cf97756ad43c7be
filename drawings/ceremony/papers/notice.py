"""The notice of a frozen draw, and what the show rolls past on the screen."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import segno

from ...models import Draw, EntropySource, LogEntry
from ...models.quota import Quota
from ...protocol import verify

ROLLING = 60  # names of a stratum that roll past before one settles


def rolling_names(pool: str, shown: Mapping[str, str]) -> dict[str, list[str]]:
    """Names of each stratum of a frozen pool, evenly picked, to roll past on the screen. They decide nothing.

    :param pool: the text of ``pool.tsv``.
    :param shown: the names of its units, withdrawn ones left out.
    """
    names = defaultdict(list)
    for unit in verify.parse_pool(pool).units:
        if unit.standing in verify.DRAWABLE and unit.unit in shown:
            names[unit.stratum].append(shown[unit.unit])
    return {code: those[:: max(1, len(those) // ROLLING)][:ROLLING] for code, those in names.items()}


def qr(text: str) -> str:
    """Return a QR code as a ``data:`` address for an image."""
    return segno.make(text, error="m").svg_data_uri(scale=4, border=2)


@dataclass(frozen=True)
class Notice:
    """What the printed notice of a frozen draw shows in addition to the draw itself."""

    bureau: str  # as the draw was frozen, whatever it is called since
    qr: str  # of the commit's digest
    entry: LogEntry | None
    salt: str  # the digest of salt.txt: a result cannot rest on another salt
    quotas: list[Quota]
    sources: list[EntropySource]
    witnesses: list[str]

    @property
    def total(self) -> int:
        return sum(quota.take for quota in self.quotas)


def notice_of(draw: Draw) -> Notice:
    return Notice(
        bureau=verify.parse_commit(draw.file(verify.COMMIT)).bureau,
        qr=qr(draw.commit_digest),
        entry=LogEntry.objects.commits().filter(subject=draw.code).first(),
        salt=draw.files.get(name="salt.txt").digest,
        quotas=draw.quotas(),
        sources=list(draw.entropy.all()),
        witnesses=draw.shown_witnesses(),
    )
