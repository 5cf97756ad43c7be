"""The frozen objects that carry what `public_fields` lists to the templates, and how each is made from a row."""

from collections import namedtuple
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from sources.models import UNDECIDED, PermitClass, PollutionSource

from ..models import Disclosure, PlanRate, Stratum
from ..models import Draw as DrawRow
from ..models import Plan as PlanRow
from ..models.draw import UNIT_WITHDRAWN
from ..models.entropy import Basis, label_in_words
from ..models.plan import SCHEME
from ..models.quarters import quarter_code, quarter_title
from ..models.seal import is_over
from ..protocol import verify
from ..public_fields import DRAW_AS_IT_IS, ITEM, PLAN, RATE
from ..states import DrawState, Tag, draw_tags
from .bases import Bases
from .openness import Open, Openness, open_of
from .redactions import in_place_of_void
from .teams import Member
from .waiting import Waits

REHEARSAL = "（演示）"  # behind the title of a draw with the machine's own numbers, where no tag can stand

# The nine fields of the scheme's annex, the law by date, and whether a published plan lists or listed it.
Item = namedtuple("Item", (*ITEM, "bases", "is_planned"))


@dataclass(frozen=True)
class Rate:
    stratum: str
    label: str
    numerator: int
    denominator: int
    text: str
    scheme: str = ""  # the scheme's own rate, where this is another one


@dataclass(frozen=True)
class Plan:
    year: int
    version: int
    title: str
    document_number: str
    basis: str
    reading: str  # of 1:4: "units", "officers" or "officers-year"
    fresh_first: bool
    yearly_cap: int | None
    substitutes: str  # by which numbers they are found, in words
    is_fresh: bool  # by numbers that nobody knows yet when a substitute is declared
    published_at: datetime
    rates: tuple[Rate, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def departs(self) -> bool:
        """Whether it draws otherwise than the scheme."""
        return any(rate.scheme for rate in self.rates)


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
    permit_number: str
    township: str


def quarters(digest: str) -> tuple[str, ...]:
    return tuple(f"{digest[at : at + 8]} {digest[at + 8 : at + 16]}" for at in range(0, 64, 16))


@dataclass(frozen=True)
class Draw:
    code: str
    title: str
    quarter: str
    quarter_code: str
    state: str
    open: Open
    commit_digest: str
    frozen_at: datetime | None
    drawn_at: datetime | None
    published_at: datetime | None
    voided_at: datetime | None
    void_reason: str
    unseal_on: date | None
    unsealed_at: datetime | None
    is_sealed: bool  # by its commit: what the public sees today is `openness`
    item: str
    rests_on: Basis

    @property
    def openness(self) -> Openness:
        return self.open.level

    @property
    def opened_at(self) -> datetime | None:
        """When list and files were there for everybody: at the publication, of a sealed draw when its seal fell."""
        if not self.is_sealed or not self.published_at:
            return self.published_at
        if self.unsealed_at is None and self.unseal_on and is_over(self.unseal_on):
            return timezone.make_aware(datetime.combine(self.unseal_on, time()))
        return self.unsealed_at or (self.voided_at if self.is_void else None)

    @property
    def tags(self) -> tuple[Tag, ...]:
        """How the draw stands, in the words of all pages."""
        stands = self.is_sealed and self.unsealed_at is None and not is_over(self.unseal_on)
        return draw_tags(self.state, stands, self.is_rehearsal)

    @property
    def label(self) -> str:
        return "，".join(tag.label for tag in self.tags)

    @property
    def is_rehearsal(self) -> bool:
        """Say whether the draw proves nothing to the public: the page says so."""
        return self.rests_on == Basis.SYSTEM

    @property
    def filed(self) -> str:
        """Its title as a file has it, which shows no tags."""
        return f"{self.title}{REHEARSAL if self.is_rehearsal else ''}"

    @property
    def is_void(self) -> bool:
        return self.state == DrawState.VOID

    @property
    def is_open(self) -> bool:
        return self.openness == Openness.ALL

    @property
    def is_closed(self) -> bool:
        """Say whether the tasks are out while the seal still hides the units."""
        return is_closed(self.state, self.openness)

    @property
    def digest_quarters(self) -> tuple[str, ...]:
        """The commit's digest in groups of eight, to be copied by hand."""
        return quarters(self.commit_digest)


@dataclass(frozen=True)
class Entropy:
    title: str
    label: str
    known_at: datetime
    value: str
    accepted_at: datetime | None


@dataclass(frozen=True)
class Selected:
    number: str
    name: str
    stratum: str
    label: str
    rank: int
    ticket: str
    is_cross: bool
    is_substitute: bool
    is_replaced: bool
    officers: tuple[Member, ...]  # the lead first, the replaced last
    outcome: str  # of the published result; empty before
    waits: Waits | None = None  # what that waits for, where it is awaited


def is_closed(state: str, level: Openness) -> bool:
    return state == DrawState.PUBLISHED and level < Openness.ALL


def draw(row: dict[str, Any]) -> Draw:
    found = open_of(row)
    shown = {name: row[name] for name in DRAW_AS_IT_IS}
    if since := row["void_hidden_on"]:
        shown["void_reason"] = in_place_of_void(row["void_reason"], since, row["void_hidden_for"])
    named = {name: row[name] for name in ("code", "year", "quarter")}
    return Draw(
        title=DrawRow(**named).title,
        quarter=quarter_title(row["year"], row["quarter"]),
        quarter_code=quarter_code(row["year"], row["quarter"]),
        open=found,
        is_sealed=row["disclosure"] == Disclosure.SEALED,
        item=row["item__subject"] or "",
        rests_on=Basis.of(row["uses_system"], row["uses_outside"]),
        **shown,
    )


def entropy(row: dict[str, Any]) -> Entropy:
    """A value counts once a second person has agreed; the first reading stays inside."""
    kind = verify.SOURCES.get(row["source"])
    return Entropy(
        title=kind.title if kind else row["source"],
        label=label_in_words(row["source"], row["label"]),
        known_at=row["known_at"],
        value=row["value"] if row["accepted_at"] else "",
        accepted_at=row["accepted_at"],
    )


def selected(
    row: dict[str, Any],
    members: tuple[Member, ...],
    outcome: str = "",
    is_replaced: bool = False,
    waits: Waits | None = None,
) -> Selected:
    """:param outcome: of its published result, in words (see `outcome_in_words`)."""
    return Selected(
        number=row["source__number"],
        name=row["name"] or UNIT_WITHDRAWN,
        stratum=row["stratum"],
        label=Stratum.label_of(row["stratum"]),
        rank=row["rank"],
        ticket=row["ticket"],
        is_cross=row["is_cross"],
        is_substitute=row["replaces"] is not None,
        is_replaced=is_replaced,
        officers=members,
        outcome=outcome,
        waits=waits,
    )


def unit(row: dict[str, Any], name: str = "") -> Unit:
    """A unit of the registry, under the given name: of a drawn unit the frozen one counts."""
    return Unit(
        number=row["number"],
        name=name or row["name"],
        credit_code=row["credit_code"],
        category=Stratum.label_of(row["class_today"]) if row["class_today"] else UNDECIDED,
        media=tuple(PollutionSource(media=row["media"]).media_labels),
        industry=row["industry_name"],
        speciality=row["speciality__name"] or "",
        permit_class=PermitClass(row["permit_class"]).label if row["permit_class"] else "",
        permit_number=row["permit_number"],
        township=row["township"],
    )


def item(row: dict[str, Any], bases: Bases, is_planned: bool = True) -> Item:
    return Item(**{name: row[name] for name in ITEM}, bases=bases, is_planned=is_planned)


def rate(row: dict[str, Any]) -> Rate:
    numerator, denominator = SCHEME.get(row["stratum"], (row["numerator"], row["denominator"]))
    is_the_same = row["numerator"] * denominator == row["denominator"] * numerator
    scheme = PlanRate(stratum=row["stratum"], numerator=numerator, denominator=denominator)
    return Rate(
        **{name: row[name] for name in RATE},
        label=Stratum.label_of(row["stratum"]),
        text=PlanRate(**row).text,
        scheme="" if is_the_same else scheme.text,
    )


def plan(row: dict[str, Any], rates: Iterable[dict[str, Any]] = (), items: Iterable[Item] = ()) -> Plan:
    return Plan(
        **{name: row[name] for name in PLAN if name not in ("general_reading", "substitutes")},
        substitutes=PlanRow.Substitutes(row["substitutes"]).label,
        is_fresh=row["substitutes"] != PlanRow.Substitutes.SEED,
        reading=PlanRow.Reading(row["general_reading"]).value,
        rates=tuple(map(rate, rates)),
        items=tuple(items),
    )
