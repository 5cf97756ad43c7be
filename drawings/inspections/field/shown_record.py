"""The on-site record as people read it: what its text says, in their words."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format

from enforcers.models import Officer

from ...models import ChecklistPoint, Finding, Measure, OnSiteRecord, Supplement
from ...models.checklists import names_of
from ...models.site_facts import CALLED
from ...models.visit import Entry
from ...protocol import verify

NONE = "—"
STATES = {"on": "运行", "off": "停运"}


@dataclass(frozen=True)
class Group:
    """Lines of a record under one heading: (what it is, what was found)."""

    title: str
    rows: list[tuple[str, str]]


def groups(record: OnSiteRecord) -> list[Group]:
    """Return all that the text of a record says, in the order of a visit; in two queries."""
    said = verify.parse_field_record(record.text)
    names = _names(said)
    verdicts, measures = dict(Finding.Verdict.choices), dict(Measure.Kind.choices)
    met = "；".join("，".join(filter(None, each)) for each in said.met)
    arrival = [
        ("单位", said.name),
        ("检查人员", _team(said)),
        ("检查时间", _minute(said.visited)),
        ("进入情况", Entry(said.entry).label),
        ("现场负责人", met or NONE),
        ("亮证告知", _minute(said.shown)),
        ("检查通知书", "已送达" if said.notice == "given" else "没有送达"),
    ]
    # In the order of the form, not of the text.
    place = {key: number for number, key in enumerate(names)}
    looked_at = sorted(said.point, key=lambda row: place.get(row[0], len(place)))
    points = [
        (names.get(key, key), verdicts[verdict] + (f"：{note}" if note else ""))
        for key, verdict, note in looked_at
        if note or verdict == Finding.Verdict.FAIL
    ]
    # Those that need no words stand together, or who signs would scroll past what matters.
    for verdict in (Finding.Verdict.PASS, Finding.Verdict.ABSENT):
        alike = [names.get(key, key) for key, found, note in looked_at if found == verdict and not note]
        points += [(f"{verdict.label} {len(alike)} 项", "、".join(alike))] if alike else []
    readings = [
        (
            f"{outlet} {pollutant}",
            f"{value} {unit}".strip() + (f"（限值 {limit} {unit}".rstrip() + "）" if limit else ""),
        )
        for outlet, pollutant, value, unit, limit in said.reading
    ]
    pieces = [
        (
            f"{'照片' if kind == 'photo' else 'PDF'} {digest[:8]}",
            " ".join(filter(None, (_minute(taken), names.get(point, point), caption))),
        )
        for digest, kind, taken, point, caption in said.evidence
    ]
    found = [
        Group("到场", arrival),
        Group("检查项目", points),
        Group("治理设施", [(code, STATES[state]) for code, state in said.facility]),
        Group("现场读数", readings),
        Group(
            "现场措施", [(measures[kind], f"{due} 前改正" if due else "采取") for kind, due in said.measure]
        ),
        Group("现场证据", pieces),
        Group(
            "现场情况和陈述申辩",
            [("现场情况", said.remark or "没有"), ("当事人陈述申辩", said.statement or "没有")],
        ),
    ]
    return [group for group in found if group.rows]


def _team(said: verify.FieldRecord) -> str:
    """The officers by name too: the text has their certificates alone, and the firm's person met people."""
    numbers = [number for number, _ in said.team]
    rows = Officer.objects.filter(certificate_number__in=numbers)
    holders = dict(rows.values_list("certificate_number", "name"))
    return "\n".join(
        f"{holders.get(number, '')}{'（组长）' if role == 'lead' else ''} 执法证号 {number}".strip()
        for number, role in said.team
    )


@dataclass(frozen=True)
class PutRight:
    """A supplement, and what it puts right: (what it is, as it was, as it is right)."""

    made: Supplement
    rows: list[tuple[str, str, str]]


def put_right(record: OnSiteRecord, supplements: Iterable[Supplement]) -> list[PutRight]:
    """Return what each supplement of a record changes, in people's words; in one query."""
    said = verify.parse_field_record(record.text)
    names = _names(said)
    return [PutRight(made, _changes(said, made, names)) for made in supplements]


def put_right_of(record: OnSiteRecord) -> list[PutRight]:
    """Return what was put right of a record, in two queries; in one where nothing was."""
    rows = list(record.supplements.select_related("by", "decided_by", "point__version__checklist"))
    return put_right(record, rows) if rows else []


def _changes(said: verify.FieldRecord, made: Supplement, names: dict[str, str]) -> list[tuple[str, str, str]]:
    if made.point:
        key, verdicts = (
            f"{made.point.version.checklist.code}/{made.point.code}",
            dict(Finding.Verdict.choices),
        )
        was = next((verdict for at, verdict, _ in said.point if at == key), "")
        return [(names.get(key, made.point.name), verdicts.get(was, NONE), verdicts[made.verdict])]
    old, new = _labelled(made.wrong_lines, names), _labelled(made.right_lines, names)
    return [
        (label, old.get(label, "没有记"), new.get(label, "去掉"))
        for label in {**old, **new}
        if old.get(label) != new.get(label)
    ]


def _labelled(lines: Iterable[str], names: dict[str, str]) -> dict[str, str]:
    """Return {what it is: what is said of it} of lines of a record."""
    verdicts, found = dict(Finding.Verdict.choices), {}
    for line in lines:
        word, *rest = ("" if part == "-" else part for part in line.split("\t"))
        if word == "point":
            name = names.get(rest[0], rest[0])
            found |= {name: verdicts[rest[1]], f"{name}的说明": verify.unescaped(rest[2]) or NONE}
        elif word == "met":
            found |= {"现场负责人姓名": rest[0] or NONE, "现场负责人职务": rest[1] or NONE}
        elif word == "reading":
            found[f"{rest[0]} {rest[1]} 读数"] = f"{rest[2]} {rest[3]}".strip()
        elif word == "facility":
            found[f"治理设施 {rest[0]}"] = STATES[rest[1]]
        elif word in ("visited", "shown"):
            found[CALLED[word]] = _minute(rest[0])
        elif word == "entry":
            found[CALLED[word]] = Entry(rest[0]).label
        elif word == "notice":
            found[CALLED[word]] = "已送达" if rest[0] == "given" else "没有送达"
        else:
            found[CALLED[word]] = verify.unescaped(rest[0]) or NONE
    return found


def _names(said: verify.FieldRecord) -> dict[str, str]:
    """Return {name of a point in the protocol: its name for people}, by the versions that the record names.

    Points that share a name are told apart, as on the form and in the record that the phone shows.
    """
    versions = {code: int(number) for code, number in said.checklist}
    rows = ChecklistPoint.objects.filter(version__checklist__code__in=versions)
    rows = rows.select_related("version__checklist").order_by("pk")
    points = [row for row in rows if versions[row.version.checklist.code] == row.version.number]
    names = names_of(points)
    return {f"{row.version.checklist.code}/{row.code}": names[row.pk] for row in points}


def _minute(text: str) -> str:
    if not text:
        return NONE
    return date_format(datetime.datetime.fromisoformat(text), "Y年n月j日 H:i")
