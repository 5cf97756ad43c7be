"""The files that the public downloads, and when each is open."""

import hashlib
from collections.abc import Collection
from functools import cache, lru_cache
from pathlib import Path

from django.db.models import Value

from .. import public_fields, public_log
from ..models import Draw, DrawFile, DrawNames, Inspection, LogEntry, Plan
from ..models.finding_files import finding_files
from ..models.names import NamesState, names_states
from ..models.plan_text import plan_text
from ..models.substitutions import substitutes_text
from ..protocol import verify
from . import frozen
from .openness import FILES, Open, open_of
from .photos import photo_texts
from .redactions import Kind, hidden_of_inspections

FOUND = frozenset({verify.FINDINGS, verify.TEXTS})


def open_now(code: str) -> Open | None:
    """Return what is public of a draw; None where there is none, or only a draft."""
    row = Draw.objects.visible().with_earlier_seal().filter(code=code)
    row = row.values("state", "drawn_at", "is_under_seal", *public_fields.SEAL).first()
    return open_of(row) if row else None


@cache
def browser_verifier() -> str:
    """The text of ``verify.mjs`` as it stands today, for the page that takes any files."""
    return Path(verify.__file__).with_name("verify.mjs").read_text(encoding="utf-8")


@cache
def protocol_text() -> str:
    """The text of ``PROTOCOL.md`` as it stands today, for whoever writes a verifier: it is not frozen with a draw."""
    return Path(verify.__file__).with_name("PROTOCOL.md").read_text(encoding="utf-8")


def file_digest(code: str, name: str) -> str | None:
    """Return the digest of a file that is public now, else None."""
    draw = open_now(code)
    return digests(code, (name,)).get(name) if draw and draw.file(name) else None


def file_content(code: str, name: str) -> str:
    """Return the text of a file that is there."""
    return _contents(code, (name,))[name]


def bundle_tag(code: str) -> str | None:
    """Return what a bundle's bytes depend on, or None where there is no such draw."""
    draw = open_now(code)
    if draw is None:
        return None
    files = sorted(digests(code, draw.files).items())
    return hashlib.sha256(repr([*files, public_log.head(), protocol_text()]).encode()).hexdigest()


def bundle_files(code: str) -> list[tuple[str, str]]:
    """Return (name, text) of all that is public of a draw, in the order of the bundle; the log stands before the programs.

    The bundle of a draw that is not finished is checked as far as it goes.
    """
    draw = open_now(code)
    rows = _contents(code, draw.files if draw else ())
    rows[verify.LOG] = public_log.text()
    order = [*FILES]
    order.insert(order.index("verify.py"), verify.LOG)
    files = [(name, rows[name]) for name in order if name in rows]
    # Photos are told of beside what the programs check: they leave files of other names alone.
    photos = photo_texts(code) if verify.FINDINGS in rows else []
    return [*files, *photos, ("PROTOCOL.md", protocol_text())]


def _contents(code: str, names: Collection[str]) -> dict[str, str]:
    rows = {}
    if stored := set(names) - {verify.NAMES, verify.SUBSTITUTES, *FOUND}:
        files = DrawFile.objects.filter(draw__code=code, name__in=stored)
        rows.update(files.values_list("name", "content"))
    if verify.NAMES in names:
        today = DrawNames.objects.filter(draw__code=code).annotate(name=Value(verify.NAMES))
        rows.update(today.values_list("name", "content"))
    if verify.SUBSTITUTES in names and (text := substitutes_text(Draw.objects.get(code=code))):
        rows[verify.SUBSTITUTES] = text
    if wanted := FOUND.intersection(names):
        rows.update((name, text) for name, text in _found_files(code).items() if name in wanted)
    return rows


def _found_files(code: str) -> dict[str, str]:
    """Return the files of findings; none where somebody has altered the tables so that they cannot be written.

    The rest of the bundle stays public then: the verifier says that the findings are missing, the self-check what is wrong.
    """
    try:
        return finding_files(Draw.objects.get(code=code))
    except verify.Invalid:
        return {}


def digests(code: str, names: Collection[str]) -> dict[str, str]:
    """Return {name: digest} of the files that are there; those of names.tsv and substitutes.tsv are the ones of today."""
    rows = dict(frozen.digests(draw__code=code, name__in=names).values_list("name", "digest"))
    if verify.NAMES in names:
        known = (_names_digest(code, state) for state in names_states(code=code).values())
        rows.update((verify.NAMES, digest) for digest in known if digest)
    if verify.SUBSTITUTES in names:
        written = _contents(code, (verify.SUBSTITUTES,))  # from rows of today
        rows.update((name, verify.digest(text)) for name, text in written.items())
    if wanted := FOUND.intersection(names):
        found = _found_digests(code, _last_of_findings(code))
        rows.update((name, digest) for name, digest in found if name in wanted)
    return rows


def _last_of_findings(code: str) -> str:
    """Return the chain value of the last row of the log about a finding of a draw, empty where there is none.

    With it the two files change, and not else. An index would stand for another row once a backup is put back.
    """
    rows = LogEntry.objects.of_findings(code).order_by("-index")
    return rows.values_list("chain", flat=True).first() or ""


@lru_cache(maxsize=64)
def _found_digests(code: str, last: str) -> tuple[tuple[str, str], ...]:
    """Return (name, digest) of the files of findings that are there."""
    if not last:
        return ()
    return tuple((name, verify.digest(text)) for name, text in _contents(code, tuple(FOUND)).items())


@lru_cache(maxsize=64)
def _names_digest(code: str, state: NamesState) -> str:
    """Return the digest of ``names.tsv``; empty where there is none."""
    text = _contents(code, (verify.NAMES,)).get(verify.NAMES)
    return verify.digest(text) if text else ""


def finding_record(code: str, number: str) -> str | None:
    """Return the record of a published finding, as the log holds its digest; None before it is published, or hidden."""
    found = Inspection.objects.disclosed().filter(
        selection__draw__code=code, selection__source__number=number
    )
    inspection = found.select_related("selection__draw", "selection__source", "item").first()
    return (inspection.public_record() or None) if inspection else None


def hidden_record(code: str, number: str) -> str | None:
    """Return what stands in place of a record that the law hides as a whole: since when and why; None where none does."""
    found = Inspection.objects.disclosed().filter(
        selection__draw__code=code, selection__source__number=number
    )
    pk = found.values_list("pk", flat=True).first()
    return hidden_of_inspections([pk]).get((Kind.FINDING, pk)) if pk else None


def plan_record(year: int, version: int) -> str | None:
    """Return the text of a published plan, as the log holds its digest; None where there is no such version."""
    plans = Plan.objects.published().filter(year=year, version=version)
    plan = plans.prefetch_related("rates", "items").first()
    return plan_text(plan) if plan else None
