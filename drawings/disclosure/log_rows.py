"""A row of the public log as people read it: what was done, and to what, without a code word."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..models import LogKind
from ..models.log import ANCHOR, HIDDEN_PHOTO, OF_THE_SITE, PHOTOS
from ..protocol import verify

_KINDS_OF_NAMES = {"unit": "单位名称", "officer": "姓名", "entry": "外部名册里的名称"}


@dataclass(frozen=True)
class Entry:
    index: int
    time: datetime
    kind: str
    label: str
    subject: str
    digest: str
    chain: str
    draw: str  # the code of the draw that it is about; empty: it is about the site
    about: str  # what of the draw, in words where it has any: a source, how many names; empty: the whole
    is_coded: bool  # whether `about` is a number or a digest, to be shown as such
    is_rehearsal: bool


def entry(row: dict[str, Any], rehearsals: Container[str] = (), sealed: Container[str] = ()) -> Entry:
    """Read one row.

    :param rehearsals: codes of the draws that prove nothing to the public.
    :param sealed: codes of the draws that were sealed: their publishing sends out tasks and shows no unit.
    """
    is_record = row["kind"] == LogKind.AUDIT and not row["subject"].startswith(ANCHOR)
    of_site = row["kind"] in OF_THE_SITE and not is_record
    draw, _, rest = row["subject"].partition("/")
    if is_record:
        # Its label says what of the unit it is.
        rest = rest.removesuffix(PHOTOS).removesuffix(HIDDEN_PHOTO)
    about = rest if is_record else _about(row["kind"], rest)
    return Entry(
        **{name: row[name] for name in ("index", "kind", "subject", "digest", "chain")},
        time=datetime.fromisoformat(row["time"]),
        label=_label(row["kind"], row["subject"], draw in sealed),
        draw="" if of_site else draw,
        about=about,
        is_coded=bool(about) and about == rest,
        is_rehearsal=not of_site and draw in rehearsals,
    )


def _label(kind: str, subject: str, is_sealed: bool) -> str:
    if kind == LogKind.PUBLISH:
        return "下达任务，名单密封" if is_sealed else "公布名单"
    return LogKind.label_of(kind, subject)


def _about(kind: str, rest: str) -> str:
    """Say what a row is about, behind the draw; what has no words of its own stays as it is."""
    if kind == LogKind.ENTROPY:
        return verify.title_of(rest) if rest in verify.SOURCES else rest
    if kind in (LogKind.DECLARE, LogKind.SUBSTITUTE) and verify.is_count(rest):
        return f"第 {rest} 次替补"
    if kind == LogKind.WITHDRAW:
        what, _, count = rest.partition("/")
        return f"{_KINDS_OF_NAMES.get(what, what)}，累计撤下 {count} 个"
    if kind == LogKind.AUDIT:
        return f"内部审计记录第 {rest} 条"
    if kind == LogKind.PLAN:
        year, _, version = rest.partition("/")
        return f"{year} 年抽查计划" + (f"第 {version} 版" if version else "")
    return rest
