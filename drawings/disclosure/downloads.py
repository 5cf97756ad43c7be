"""The files that the public downloads, and when each is open."""

import hashlib
from functools import cache
from pathlib import Path

from .. import public_fields, public_log
from ..models import Draw, DrawFile, Inspection, LogKind, Plan
from ..models.plan_text import plan_text
from ..protocol import verify
from . import amendments
from .openness import FILES, Openness, open_files, openness_of


def openness(code: str) -> Openness:
    row = Draw.objects.visible().filter(code=code).values("state", "drawn_at", *public_fields.SEAL).first()
    return openness_of(row) if row else Openness.NOTHING


@cache
def browser_verifier() -> str:
    """The text of ``verify.mjs`` as it stands today: a draw frozen before there was one is checked with it."""
    return Path(verify.__file__).with_name("verify.mjs").read_text(encoding="utf-8")


@cache
def protocol_text() -> str:
    """The text of ``PROTOCOL.md`` as it stands today, for whoever writes a verifier: it is not frozen with a draw."""
    return Path(verify.__file__).with_name("PROTOCOL.md").read_text(encoding="utf-8")


def file_digest(code: str, name: str) -> str | None:
    """Return the digest of a file that is public now, else None."""
    if name not in open_files(openness(code)):
        return None
    found = DrawFile.objects.filter(draw__code=code, name=name).values_list("digest", flat=True).first()
    return found or (verify.digest(browser_verifier()) if name == "verify.mjs" else None)


def file_content(code: str, name: str) -> str:
    found = DrawFile.objects.filter(draw__code=code, name=name).values_list("content", flat=True).first()
    return browser_verifier() if found is None else found


def bundle_tag(code: str) -> str | None:
    """Return what a bundle's bytes depend on, or None while there is no bundle."""
    if openness(code) != Openness.ALL:
        return None
    digests = DrawFile.objects.filter(draw__code=code, name__in=FILES).values_list("name", "digest")
    return hashlib.sha256(repr([*sorted(digests), public_log.head(), protocol_text()]).encode()).hexdigest()


def bundle_files(code: str) -> list[tuple[str, str]]:
    """Return (name, text) in the order of the bundle: the protocol's files, the log, the verifiers."""
    rows = dict(DrawFile.objects.filter(draw__code=code, name__in=FILES).values_list("name", "content"))
    if log := _log_for(code, rows.get("verify.py", "")):
        rows["log.tsv"] = log
    order = [*FILES]
    order.insert(order.index("verify.py"), "log.tsv")
    return [*((name, rows[name]) for name in order if name in rows), ("PROTOCOL.md", protocol_text())]


def _log_for(code: str, program: str) -> str:
    """Return the log as far as the draw's own programs can read it; empty where that ends before the draw's result.

    A bundle is verified by the programs that were frozen with it, and those of an older draw know fewer kinds.
    """
    if not program:
        return public_log.text()
    text = public_log.text([kind for kind in LogKind.values if f'"{kind}"' in program])
    return text if f"\t{LogKind.RESULT}\t{code}\t" in text else ""


def finding_record(code: str, number: str) -> str | None:
    """Return the text of a published finding, as the log holds its digest; None before it is published."""
    found = Inspection.objects.disclosed().filter(
        selection__draw__code=code, selection__source__number=number
    )
    inspection = found.select_related("selection__draw", "selection__source", "item").first()
    return inspection.public_record() if inspection else None


def plan_record(year: int, version: int) -> str | None:
    """Return the text of a published plan, as the log holds its digest; None where there is no such version."""
    plans = Plan.objects.published().filter(year=year, version=version)
    plan = plans.prefetch_related("rates", "items").first()
    return plan_text(plan) if plan else None


def substitution_record(code: str, number: int) -> str | None:
    """Return the text of a confirmed substitution, as the log holds its digest; None while the draw is sealed."""
    is_open = openness(code) == Openness.ALL
    return amendments.substitution_record(code, number) if is_open else None
