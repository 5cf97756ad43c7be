"""The ONLY list of fields that leave the house, per kind of thing, and the plain objects that carry them out.

The tuples in capitals name what is read from the database for the public: queries pass them to ``values(*...)``,
so that a column which is not here is never even fetched. Templates of this room get only the frozen objects below.
"""

from collections import namedtuple
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from django.utils import timezone

from sources.models import PermitClass, PollutionSource

from ..models import Draw as DrawRow
from ..models import Finding as FindingRow
from ..models import Plan as PlanRow
from ..models import PlanRate, Stratum
from ..models.inspection import NOT_ENTERED, Outcome
from ..protocol import verify
from ..states import DrawState

ITEM = ("subject", "target", "content", "kind", "method", "level", "basis", "rate", "frequency")
PLAN = ("year", "title", "document_number", "basis", "general_reading", "published_at")
RATE = ("stratum", "numerator", "denominator")
UNIT = (
    "number", "name", "credit_code", "category", "media", "industry_name", "speciality__name",
    "permit_class", "township",
)  # fmt: skip
DRAW_AS_IT_IS = (
    "code", "state", "commit_digest", "frozen_at", "drawn_at", "published_at", "voided_at", "void_reason",
)  # fmt: skip
DRAW = (*DRAW_AS_IT_IS, "year", "quarter", "item__subject", "uses_system", "uses_outside")
ENTROPY = ("source", "label", "known_at", "value", "accepted_at")
FILE = ("name", "digest")
SELECTION = ("pk", "source__number", "stratum", "rank", "ticket", "name", "is_cross")
OFFICER = ("selection_id", "name", "is_lead")
RESULT = (
    "pk", "selection_id", "selection__draw__code", "selection__source__number", "selection__stratum",
    "selection__name", "item__subject", "visited_at", "outcome", "summary", "published_at",
)  # fmt: skip
FINDING = ("inspection_id", "point__name", "verdict")
LOG = ("index", "time", "kind", "subject", "digest", "chain")


class Openness(IntEnum):
    """How much of a draw the public sees. A sealed draw will stay at ENTROPY after it is published."""

    NOTHING = 0
    COMMIT = 1
    ENTROPY = 2
    ALL = 3


# The files of the protocol in the order of the bundle, what each is, and from when on it is public.
FILES = {
    "commit.txt": ("承诺文件：随机数产生之前公布的全部规则和摘要", Openness.COMMIT),
    "entropy.txt": ("随机数：事先点名的每个来源和它的数值", Openness.ENTROPY),
    "pool.tsv": ("冻结时的全部单位名册，含每家的类别和状态", Openness.ALL),
    "officers.tsv": ("冻结时可派出的执法人员", Openness.ALL),
    "result.tsv": ("结果：抽中的单位、签值和检查组", Openness.ALL),
    "verify.py": ("抽签和复算用的同一个程序", Openness.COMMIT),
}
LOG_KINDS = {
    "commit": "公布承诺",
    "entropy": "录入随机数",
    "result": "算出结果",
    "publish": "公布名单",
    "unseal": "解除密封",
    "void": "作废",
    "substitute-unit": "替补单位",
    "substitute-officer": "替补人员",
    "finding": "公开检查结果",
    "correction": "更正",
}


Item = namedtuple("Item", ITEM)  # the nine fields, as they stand in the scheme's annex


@dataclass(frozen=True)
class Rate:
    stratum: str
    label: str
    numerator: int
    denominator: int
    text: str


@dataclass(frozen=True)
class Plan:
    year: int
    title: str
    document_number: str
    basis: str
    counts_officers: bool
    published_at: datetime
    rates: tuple[Rate, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Unit:
    number: str
    name: str
    credit_code: str
    category: str
    media: tuple[str, ...]
    industry: str
    speciality: str
    permit_class: str
    township: str


@dataclass(frozen=True)
class Draw:
    code: str
    title: str
    quarter: str
    state: str
    label: str
    openness: Openness
    commit_digest: str
    frozen_at: datetime | None
    drawn_at: datetime | None
    published_at: datetime | None
    voided_at: datetime | None
    void_reason: str
    item: str
    rests_on: str  # "system", "dice" (nothing but dice) or "outside"

    @property
    def is_void(self) -> bool:
        return self.state == DrawState.VOID

    @property
    def is_open(self) -> bool:
        return self.openness == Openness.ALL

    @property
    def digest_halves(self) -> tuple[str, str]:
        """The commit's digest in groups of eight, to be copied by hand."""
        groups = [self.commit_digest[at : at + 8] for at in range(0, 64, 8)]
        return " ".join(groups[:4]), " ".join(groups[4:])


@dataclass(frozen=True)
class Entropy:
    title: str
    label: str
    known_at: datetime
    value: str
    accepted_at: datetime | None


@dataclass(frozen=True)
class File:
    name: str
    about: str
    digest: str


@dataclass(frozen=True)
class Selected:
    number: str
    name: str
    stratum: str
    label: str
    rank: int
    ticket: str
    is_cross: bool
    officers: tuple[str, ...]  # the lead first
    outcome: str  # of the published result; empty before


@dataclass(frozen=True)
class Result:
    number: str
    name: str
    label: str
    draw: Draw
    item: str
    visited_on: date | None
    outcome: str
    tone: str  # of the outcome: ok, warn, or muted where nobody went in
    summary: str
    published_on: date
    officers: tuple[str, ...]
    findings: tuple[tuple[str, str, str], ...]  # (point, verdict, in words); never the note


@dataclass(frozen=True)
class Entry:
    index: int
    time: datetime
    kind: str
    label: str
    subject: str
    digest: str
    chain: str
    draw: str  # the code of the draw that it is about
    is_rehearsal: bool


def openness(state: str, drawn_at) -> Openness:
    """A draft does not exist for the public; a void shows all that there was, for ever."""
    if state == DrawState.VOID:
        return Openness.ALL if drawn_at else Openness.COMMIT
    return {
        DrawState.FROZEN: Openness.COMMIT,
        DrawState.DRAWN: Openness.ENTROPY,
        DrawState.PUBLISHED: Openness.ALL,
    }.get(state, Openness.NOTHING)


def open_files(level: Openness) -> tuple[str, ...]:
    """Names of the files that are public at this level."""
    return tuple(name for name, (_, since) in FILES.items() if level >= since)


def stratum_label(code: str) -> str:
    return dict(Stratum.choices).get(code, code)


def draw(row: dict) -> Draw:
    level = openness(row["state"], row["drawn_at"])
    rests_on = "system" if row["uses_system"] else "outside" if row["uses_outside"] else "dice"
    named = {name: row[name] for name in ("code", "year", "quarter")}
    return Draw(
        title=DrawRow(**named).title,
        quarter=f"{row['year']}年第{row['quarter']}季度",
        label=DrawState(row["state"]).label,
        openness=level,
        item=row["item__subject"] or "",
        rests_on=rests_on,
        **{name: row[name] for name in DRAW_AS_IT_IS},
    )


def entropy(row: dict) -> Entropy:
    """A value counts once a second person has agreed; the first reading stays inside."""
    source, label = row["source"], row["label"]
    kind = verify.SOURCES.get(source)
    forms = {"system": "", "drand": label}
    words = f"{label} 次" if kind and kind.dice else forms.get(source, f"第 {label} 期")
    return Entropy(
        title=kind.title if kind else source,
        label=words,
        known_at=row["known_at"],
        value=row["value"] if row["accepted_at"] else "",
        accepted_at=row["accepted_at"],
    )


def file(row: dict) -> File:
    return File(row["name"], FILES[row["name"]][0], row["digest"])


def selected(row: dict, officers: Iterable[dict], outcome: str = "") -> Selected:
    return Selected(
        number=row["source__number"],
        name=row["name"],
        stratum=row["stratum"],
        label=stratum_label(row["stratum"]),
        rank=row["rank"],
        ticket=row["ticket"],
        is_cross=row["is_cross"],
        officers=_names(officers),
        outcome=Outcome(outcome).label if outcome else "",
    )


def result(row: dict, of: Draw, officers: Iterable[dict], findings: Iterable[dict] = ()) -> Result:
    visited = row["visited_at"]
    return Result(
        number=row["selection__source__number"],
        name=row["selection__name"],
        label=stratum_label(row["selection__stratum"]),
        draw=of,
        item=row["item__subject"],
        visited_on=timezone.localdate(visited) if visited else None,
        outcome=Outcome(row["outcome"]).label if row["outcome"] else "",
        tone="ok"
        if row["outcome"] == Outcome.CLEAN
        else "muted"
        if row["outcome"] in NOT_ENTERED
        else "warn",
        summary=row["summary"],
        published_on=timezone.localdate(row["published_at"]),
        officers=_names(officers),
        findings=tuple(
            (found["point__name"], found["verdict"], FindingRow.Verdict(found["verdict"]).label)
            for found in findings
            if found["verdict"]
        ),
    )


def _names(officers: Iterable[dict]) -> tuple[str, ...]:
    return tuple(row["name"] for row in sorted(officers, key=lambda row: not row["is_lead"]))


def unit(row: dict, name: str = "") -> Unit:
    """A unit of the registry, under the given name: of a drawn unit the frozen one counts."""
    return Unit(
        number=row["number"],
        name=name or row["name"],
        credit_code=row["credit_code"],
        category=stratum_label(row["category"]),
        media=tuple(PollutionSource(media=row["media"]).media_labels),
        industry=row["industry_name"],
        speciality=row["speciality__name"],
        permit_class=PermitClass(row["permit_class"]).label if row["permit_class"] else "",
        township=row["township"],
    )


def item(row: dict) -> Item:
    return Item(**row)


def rate(row: dict) -> Rate:
    return Rate(
        **{name: row[name] for name in RATE}, label=stratum_label(row["stratum"]), text=PlanRate(**row).text
    )


def plan(row: dict, rates: Iterable[dict] = (), items: Iterable[dict] = ()) -> Plan:
    plain = ("year", "title", "document_number", "basis", "published_at")
    return Plan(
        **{name: row[name] for name in plain},
        counts_officers=row["general_reading"] == PlanRow.Reading.OFFICERS,
        rates=tuple(map(rate, rates)),
        items=tuple(map(item, items)),
    )


def entry(row: dict, rehearsals: frozenset[str] = frozenset()) -> Entry:
    about = row["subject"].partition("/")[0]
    return Entry(
        **{name: row[name] for name in ("index", "kind", "subject", "digest", "chain")},
        time=datetime.fromisoformat(row["time"]),
        label=LOG_KINDS.get(row["kind"], row["kind"]),
        draw=about,
        is_rehearsal=about in rehearsals,
    )
