"""The trail as files: a workbook to read, and the rows to the byte with their chain, for who recomputes it."""

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from ..spreadsheets import cell_types
from ..spreadsheets.export import CHUNK, export
from ..spreadsheets.table import Column
from ..spreadsheets.xlsx import MEDIA_TYPE
from . import wording
from .chain import START
from .forms import AuditFilter
from .models import AuditEntry

COLUMNS = tuple(
    Column(name, header, cell_types.text(limit), width=width)
    for name, header, limit, width in (
        ("index", "序号", 20, 9),
        ("time", "时间", 19, 20),
        ("actor_name", "操作人", 60, 16),
        ("action", "操作", 40, 18),
        ("target", "对象", 200, 30),
        ("changes", "变化", 32_000, 60),
        ("address", "来源地址", 45, 18),
        ("request_id", "请求编号", 20, 14),
        ("clock_behind", "时钟", 20, 12),
        ("chain", "链值", 64, 24),
    )
)


@dataclass(frozen=True)
class Kind:
    """One of the two files."""

    suffix: str
    media_type: str


WORKBOOK = Kind("xlsx", MEDIA_TYPE)
CHAIN = Kind("jsonl", "application/jsonl; charset=utf-8")
KINDS = {"workbook": WORKBOOK, "chain": CHAIN}


def asked(form: AuditFilter) -> str:
    """Return in words what the filter asks for, for the trail entry of the export."""
    wanted = form.cleaned_data
    found = [
        f"{field.label}：{dict(field.field.choices)[wanted[field.name]] if field.name == 'kind' else wanted[field.name]}"
        for field in form.visible_fields()
        if wanted.get(field.name) and field.name != "logins"
    ]
    return "；".join([*found, *([form.chosen] if form.chosen else [])]) or "全部"


def send(kind: Kind, entries: QuerySet[AuditEntry], name: str) -> StreamingHttpResponse:
    """Send the entries, ascending, piece by piece as they are read: memory does not grow with their number."""
    content = export(COLUMNS, _read(entries)) if kind is WORKBOOK else _chained(entries)
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return StreamingHttpResponse(content, content_type=kind.media_type, headers=headers)


def _read(entries: QuerySet[AuditEntry]) -> Iterator[tuple[str, ...]]:
    for entry in entries.iterator(chunk_size=CHUNK):
        time = f"{timezone.localtime(entry.time):%Y-%m-%d %H:%M:%S}"
        changes = "；".join(str(line) for line in wording.lines(entry.changes))
        clock = AuditEntry.CLOCK_BEHIND if entry.clock_behind else ""
        yield (
            str(entry.index),
            time,
            entry.actor_name,
            entry.action,
            entry.target,
            changes,
            entry.address,
            entry.request_id,
            clock,
            entry.chain,
        )


def _chained(entries: QuerySet[AuditEntry]) -> Iterator[bytes]:
    """Yield each row with all its columns, and the chain value of the row before it: so each is recomputed by itself (see `chain`)."""
    before = AuditEntry.objects.filter(index=OuterRef("index") - 1).values("chain")
    names = [field.attname for field in AuditEntry._meta.concrete_fields if not field.primary_key]
    rows = entries.annotate(previous=Coalesce(Subquery(before), Value(START))).values(*names, "previous")
    for row in rows.iterator(chunk_size=CHUNK):
        row["time"] = (
            row["time"].astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        )
        yield (json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n").encode()
