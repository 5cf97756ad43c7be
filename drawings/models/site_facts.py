"""What was seen on the site, in the words of ``record/1``: as the tables have it, and as a frozen record has it with what was
put right since. The two are the same as long as nobody touched the tables.
"""

import datetime
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from ..protocol import verify
from .finding_record import as_name, decimal_text, public_text
from .inspection import Inspection
from .visit import CoSign, OnSiteRecord, Supplement, Visit

# What `seen` reads beside an inspection: whoever asks for many fetches it for all of them at once.
SEEN = ("findings__point__version__checklist", "readings", "facilities", "visit")
CALLED = {
    "visited": "检查时间",
    "entry": "进入情况",
    "shown": "亮证告知时间",
    "notice": "检查通知书",
    "met": "现场负责人",
    "point": "检查项目",
    "facility": "治理设施",
    "reading": "现场读数",
    "remark": "现场情况",
    "statement": "陈述申辩",
}


def minute(moment: datetime.datetime | None) -> str:
    """A moment as the record has it: to the minute, with the site's offset; empty for none."""
    return timezone.localtime(moment).isoformat(timespec="minutes") if moment else ""


UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})


def nothing_or(text: str) -> str:
    """A text as the record holds it; a lone dash, which the protocol has for nothing, is how people write nothing.

    What nobody sees goes. A character that this Python does not know yet (Cn) stays: it may be part of a name.
    """
    text = "".join(
        char for char in public_text(text) if char == "\n" or unicodedata.category(char) not in UNSEEN
    )
    return "" if text.strip() == "-" else text


def met(name: str, post: str) -> tuple[tuple[str, str], ...]:
    """Who was met, as the record holds it; nobody where neither is known."""
    each = as_name(nothing_or(name)), as_name(nothing_or(post))
    return (each,) if any(each) else ()


def seen(row: Inspection) -> dict[str, Any]:
    """Return {word of record/1: what the tables say}, its lists in their order."""
    try:
        visit = row.visit
    except Visit.DoesNotExist:
        visit = Visit()
    points = [
        (f"{each.point.version.checklist.code}/{each.point.code}", each.verdict, nothing_or(each.note))
        for each in row.findings.all()
        if each.verdict
    ]
    facilities = [
        (as_name(each.facility), "on" if each.is_running else "off") for each in row.facilities.all()
    ]
    readings = [
        (
            as_name(each.outlet),
            as_name(each.pollutant),
            decimal_text(each.value),
            as_name(each.unit),
            as_name(each.limit),
        )
        for each in row.readings.all()
    ]
    return {
        "visited": minute(row.visited_at),
        "entry": visit.entry,
        "shown": minute(visit.shown_at),
        "notice": "given" if visit.notice_given else "not",
        "met": met(visit.met_name, visit.met_post),
        "point": tuple(sorted(points)),
        "facility": tuple(sorted(facilities)),
        "reading": tuple(sorted(readings)),
        "remark": nothing_or(visit.remark),
        "statement": nothing_or(visit.statement),
    }


def unlike(row: Inspection, said: verify.FieldRecord) -> list[str]:
    """Name in Chinese what the tables have otherwise than a record; none where they agree.

    The measures are not held to it: the assessment may change them, and pages then show both (`measures_apart`).
    """
    tables = seen(row)
    return [
        name
        for word, name in CALLED.items()
        if tables[word]
        != (tuple(sorted(found)) if isinstance(found := getattr(said, word), tuple) else found)
    ]


def put_right(said: verify.FieldRecord, made: Supplement) -> verify.FieldRecord:
    """Return a record as it reads with one more supplement.

    :raises verify.Invalid: it puts right what the record does not say.
    """
    if made.was or made.now:
        return verify.put_right(said, made.wrong_lines, made.right_lines)
    if made.point is None:
        return said
    key = f"{made.point.version.checklist.code}/{made.point.code}"
    rows = tuple((at, made.verdict if at == key else verdict, note) for at, verdict, note in said.point)
    return said._replace(point=rows)


def corrected(record: OnSiteRecord, supplements: Iterable[Supplement]) -> verify.FieldRecord:
    """Return a frozen record as it reads with those of its supplements, in their order, that both officers stand by."""
    said = verify.parse_field_record(record.text)
    for made in supplements:
        if made.decision == CoSign.Verdict.CONFIRM:
            said = put_right(said, made)
    return said
