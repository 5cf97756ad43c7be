"""What followed a draw: substitutes, refused voids, where the digest was deposited, and how often each organiser did what.

Of a sealed draw nothing is read here that names a unit or an officer: the callers ask for substitutes only once it is open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from .. import public_fields
from ..models import Deposit as DepositRow
from ..models import Draw, SubstitutionPlace, TeamMember, VoidRequest
from ..models import Substitution as SubstitutionRow
from ..models.draw import OFFICER_WITHDRAWN, OPEN_PLACE, TEAM_SIZE, UNIT_WITHDRAWN, ChangeCount
from ..models.names import officer_names
from ..models.substitutions import away_in_public, instead_in_words, issue_in_words, reason_in_public
from ..states import DrawState
from .paging import grouped
from .prepared import Keys, prepared
from .redactions import Hidden, Kind


@dataclass(frozen=True)
class Place:
    """A unit that a declaration concerns, and who or what steps in there."""

    unit: str
    unit_number: str
    instead: str  # empty: nobody was left, or it is not known yet
    instead_number: str  # of a substitute unit
    team: str  # of a substitute unit, as it was first


@dataclass(frozen=True)
class Substitution:
    """A declaration and what became of it."""

    serial: int  # its number in substitutes.tsv and in the log
    is_unit: bool
    gone: str  # who or what cannot come
    reason: str  # why an officer cannot go: its class only
    evidence: str  # of a unit that is gone; hidden by law: that, since when and why. Of an officer nothing
    away: tuple[str, ...]  # who else could not be sent, and the class of why
    few: tuple[str, ...]  # places for which these left fewer than two to choose from
    places: tuple[Place, ...]
    confirmed_at: datetime
    effective_at: datetime | None  # None: it waits for its issue
    issue: str  # the issue that it names; empty: the draw's own numbers decide
    known_at: datetime | None
    instead: str  # in words, which issue stands for it, where it was never drawn itself
    value: str


@dataclass(frozen=True)
class Substituted:
    """The substitutions of a draw, and the keys of members and selections that no longer count."""

    rows: tuple[Substitution, ...] = ()
    members: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Deposit:
    number: int
    kind: str
    where: str
    at: datetime
    has_file: bool


@dataclass(frozen=True)
class RefusedVoid:
    reason: str
    refused_at: datetime


@dataclass(frozen=True)
class Facts:
    """What the page of a draw shows around its commit: deposits, witnesses, changes of the registries, refused voids."""

    deposits: tuple[Deposit, ...]
    witnesses: int
    witnesses_hidden: str  # that, since when and why their names are; empty: they are not
    changes: tuple[ChangeCount, ...]
    since: str  # code of the draw before
    refused_voids: tuple[RefusedVoid, ...]


@dataclass(frozen=True)
class Organiser:
    name: str
    draws: int = 0
    voided: int = 0
    void_requests: int = 0
    voids_confirmed: int = 0
    voids_seconded: int = 0  # of others: who asks never confirms
    substitutions: int = 0
    substitutions_confirmed: int = 0


def substitutions(draw_id: int, hidden: Hidden) -> Substituted:
    """All confirmed substitutions of a draw that is open, those that wait for a value too.

    :param hidden: what the law hid of the draw's own texts.
    """
    rows = list(
        SubstitutionRow.objects.confirmed()
        .filter(draw=draw_id)
        .for_public()
        .order_by("serial")
        .values(*public_fields.SUBSTITUTION)
    )
    if not rows:
        return Substituted()
    places = grouped(
        SubstitutionPlace.objects.filter(substitution__in=[row["pk"] for row in rows]).values(
            *public_fields.SUBSTITUTION_PLACE
        ),
        "substitution_id",
    )
    teams = grouped(
        TeamMember.ever.filter(selection__in=[row["unit"] for row in rows if row["unit"]], replaces=None)
        .order_by("selection", "-is_lead")
        .values("selection_id", "name"),
        "selection_id",
    )
    names = officer_names(draw_id) if any(row["away"] for row in rows) else {}
    shown = tuple(
        _substitution(_without_hidden(row, hidden), places[row["pk"]], teams.get(row["unit"], ()), names)
        for row in rows
    )
    in_effect = [row for row in rows if row["effective_at"]]
    changed = [place for row in in_effect for place in places[row["pk"]]]
    return Substituted(shown, *_replaced(changed))


def replaced_among(selections: list[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Return (keys of members, keys of selections) that substitutions have put out, for some selections of open draws."""
    return _replaced(_put_out(selections))


@prepared
def _put_out(selections: Keys) -> QuerySet:
    places = SubstitutionPlace.objects.filter(selection__in=selections)
    return (
        places.filter(substitution__effective_at__isnull=False).order_by().values("selection_id", "member_id")
    )


def _replaced(places: Iterable[dict[str, Any]]) -> tuple[frozenset[int], frozenset[int]]:
    members = frozenset(row["member_id"] for row in places if row["member_id"])
    return members, frozenset(row["selection_id"] for row in places if not row["member_id"])


def _without_hidden(row: dict[str, Any], hidden: Hidden) -> dict[str, Any]:
    instead = hidden.get((Kind.EVIDENCE, row["pk"]))
    return row | {"public_evidence": instead} if instead else row


def _substitution(
    row: dict[str, Any],
    places: Sequence[dict[str, Any]],
    team: Sequence[dict[str, Any]],
    names: Mapping[str, str],
) -> Substitution:
    is_unit = row["kind"] == SubstitutionRow.Kind.UNIT
    shown = tuple(_place(row, place, team) for place in places)
    known = {place.unit_number: place.unit for place in shown}
    known |= {place.instead_number: place.instead for place in shown}
    return Substitution(
        serial=row["serial"],
        is_unit=is_unit,
        gone=shown[0].unit if is_unit else places[0]["member__name"] or OFFICER_WITHDRAWN,
        reason=reason_in_public(row["public_class"]),
        evidence=row["public_evidence"],
        away=tuple(
            f"{names.get(number) or OFFICER_WITHDRAWN}：{away_in_public(why)}"
            for number, why in sorted(row["away"].items())
        ),
        few=tuple(
            f"{known.get(unit, unit)}：{f'只剩 {left} 人' if left else '没有人'}可选"
            for unit, _, left in row["few"]
        ),
        places=shown,
        confirmed_at=row["confirmed_at"],
        effective_at=row["effective_at"],
        issue=issue_in_words(row["source"], row["label"]),
        known_at=row["known_at"],
        instead=instead_in_words(row["label"], row["issue"]),
        value=row["value"],
    )


def _place(row: dict[str, Any], place: dict[str, Any], team: Sequence[dict[str, Any]]) -> Place:
    if row["kind"] == SubstitutionRow.Kind.UNIT:
        instead = (row["unit__name"] or UNIT_WITHDRAWN) if row["unit"] else ""
        going = [member["name"] or OFFICER_WITHDRAWN for member in team]
        members = "、".join([*going, *[OPEN_PLACE] * (TEAM_SIZE - len(going))]) if instead else ""
    else:
        stepped_in = place["member__replacement"]
        instead = (place["member__replacement__name"] or OFFICER_WITHDRAWN) if stepped_in else ""
        members = ""
    return Place(
        unit=place["selection__name"] or UNIT_WITHDRAWN,
        unit_number=place["selection__source__number"],
        instead=instead,
        instead_number=row["unit__source__number"] or "",
        team=members,
    )


def facts(row: dict[str, Any], hidden: Hidden) -> Facts:
    """Gather the facts around a commit; row: the draw's key and the columns of DRAW_PAGE."""
    has_file = ExpressionWrapper(Q(file__isnull=False), output_field=BooleanField())
    deposits = (
        DepositRow.objects.filter(draw=row["pk"]).annotate(has_file=has_file).values(*public_fields.DEPOSIT)
    )
    refused = VoidRequest.objects.refused().filter(draw=row["pk"])
    return Facts(
        deposits=tuple(
            Deposit(
                n,
                DepositRow.Kind(d["kind"]).label,
                hidden.get((Kind.DEPOSIT, d["pk"])) or d["where"],
                d["at"],
                d["has_file"],
            )
            for n, d in enumerate(deposits, 1)
        ),
        witnesses=sum(1 for line in row["witnesses"].splitlines() if line.strip()),
        witnesses_hidden=hidden.get((Kind.WITNESSES, None), ""),
        changes=tuple(Draw(changes=row["changes"]).change_counts()),
        since=row["changes"].get("since") or "",
        refused_voids=tuple(
            RefusedVoid(VoidRequest.Reason(r["reason"]).label, r["refused_at"])
            for r in refused.values(*public_fields.REFUSED_VOID)
        ),
    )


def deposited_file(code: str, number: int) -> bytes | None:
    """Return the time stamp that was deposited as a draw's n-th, or None."""
    files = DepositRow.objects.filter(draw__in=Draw.objects.visible().filter(code=code))
    content = next(iter(files.order_by("pk").values_list("file", flat=True)[number - 1 : number]), None)
    return None if content is None else bytes(content)


def organisers() -> tuple[Organiser, ...]:
    """Everybody who ever froze a draw, asked for a void, confirmed one or declared a substitution, by name."""
    people = {}

    def add(rows: QuerySet, by: str, **names: Count) -> None:
        counted = rows.filter(**{f"{by}__isnull": False}).order_by().values(by, f"{by}__full_name")
        for row in counted.annotate(**names):
            found = people.setdefault(row[by], {"name": row[f"{by}__full_name"] or "（未登记姓名）"})
            found.update({name: row[name] for name in names})

    add(
        Draw.objects.visible(),
        "frozen_by",
        draws=Count("pk"),
        voided=Count("pk", filter=Q(state=DrawState.VOID)),
    )
    add(
        VoidRequest.objects.all(),
        "declared_by",
        void_requests=Count("pk"),
        voids_confirmed=Count("confirmed_at"),
    )
    add(VoidRequest.objects.confirmed(), "confirmed_by", voids_seconded=Count("pk"))
    add(
        SubstitutionRow.objects.all(),
        "declared_by",
        substitutions=Count("pk"),
        substitutions_confirmed=Count("effective_at"),
    )
    return tuple(sorted((Organiser(**counts) for counts in people.values()), key=lambda one: one.name))
