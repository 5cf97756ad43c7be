"""What followed a draw: substitutes, refused voids, where the digest was deposited, and how often each organiser did what.

Of a sealed draw nothing is read here that names a unit or an officer: the callers ask for substitutes only once it is open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from .. import public_fields
from ..models import Deposit as DepositRow
from ..models import Draw, VoidRequest
from ..models import Substitution as SubstitutionRow
from ..models.declarations import DeclarationQuerySet
from ..models.draw import ChangeCount
from ..states import DrawState


@dataclass(frozen=True)
class Substitution:
    number: int  # in the order of confirmation: the address of its document
    is_unit: bool
    unit: str  # the unit that it is about, and its registry number
    unit_number: str
    gone: str  # who or what cannot come
    instead: str  # empty: nobody was left
    instead_number: str  # of a substitute unit
    reason: str
    evidence: str
    confirmed_at: datetime


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
    substitutions: int = 0
    substitutions_confirmed: int = 0


def confirmed() -> DeclarationQuerySet:
    return SubstitutionRow.objects.confirmed().order_by("confirmed_at", "pk")


def substitutions(draw_id: int) -> Substituted:
    """All confirmed substitutions of a draw that is open."""
    rows = list(confirmed().filter(selection__draw=draw_id).values(*public_fields.SUBSTITUTION))
    members, units = replaced(rows)
    return Substituted(tuple(_substitution(n, row) for n, row in enumerate(rows, 1)), members, units)


def replaced(rows: Iterable[dict[str, Any]]) -> tuple[frozenset[int], frozenset[int]]:
    """Return (keys of members, keys of selections) that confirmed substitutions have put out of the draw."""
    members = frozenset(row["member_id"] for row in rows if row["member_id"])
    units = frozenset(row["selection_id"] for row in rows if row["kind"] == SubstitutionRow.Kind.UNIT)
    return members, units


def replaced_among(selections: list[int]) -> tuple[frozenset[int], frozenset[int]]:
    """The same for some selections of open draws."""
    return replaced(
        list(confirmed().filter(selection__in=selections).values("kind", "selection_id", "member_id"))
    )


def _substitution(number: int, row: dict[str, Any]) -> Substitution:
    is_unit = row["kind"] == SubstitutionRow.Kind.UNIT
    return Substitution(
        number=number,
        is_unit=is_unit,
        unit=row["selection__name"],
        unit_number=row["selection__source__number"],
        gone=(row["selection__name"] if is_unit else row["member__name"]) or "",
        instead=(row["unit__name"] if is_unit else row["member__replacement__name"]) or "",
        instead_number=(row["unit__source__number"] if is_unit else "") or "",
        reason=SubstitutionRow.Reason(row["reason"]).label,
        evidence=row["evidence"],
        confirmed_at=row["confirmed_at"],
    )


def substitution_record(code: str, number: int) -> str | None:
    """Return the text of a draw's n-th substitution, as the log holds its digest; the draw must be open."""
    documents = confirmed().filter(selection__draw__code=code).values_list("document", flat=True)
    return next(iter(documents[number - 1 : number]), None)


def facts(row: dict[str, Any]) -> Facts:
    """Gather the facts around a commit; row: the draw's key and the columns of DRAW_PAGE."""
    has_file = ExpressionWrapper(Q(file__isnull=False), output_field=BooleanField())
    deposits = (
        DepositRow.objects.filter(draw=row["pk"]).annotate(has_file=has_file).values(*public_fields.DEPOSIT)
    )
    refused = VoidRequest.objects.refused().filter(draw=row["pk"])
    return Facts(
        deposits=tuple(
            Deposit(n, DepositRow.Kind(d["kind"]).label, d["where"], d["at"], d["has_file"])
            for n, d in enumerate(deposits, 1)
        ),
        witnesses=sum(1 for line in row["witnesses"].splitlines() if line.strip()),
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
    """Everybody who ever froze a draw, asked for a void or declared a substitution, by name."""
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
    add(
        SubstitutionRow.objects.all(),
        "declared_by",
        substitutions=Count("pk"),
        substitutions_confirmed=Count("confirmed_at"),
    )
    return tuple(sorted((Organiser(**counts) for counts in people.values()), key=lambda one: one.name))
