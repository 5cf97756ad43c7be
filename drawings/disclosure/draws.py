"""The public page of a draw, fetched column by column as `public_fields` lists it; it returns frozen objects alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from django.db.models import Q, QuerySet

from wugang_audit.calendar.workdays import Due
from wugang_audit.remembered import remembered

from .. import deadlines, public_fields
from ..models import (
    Draw,
    EntropySource,
    Inspection,
    LogEntry,
    SearchText,
    Selection,
    Stratum,
    TeamMember,
)
from ..models.draw import DrawQuerySet
from ..models.entropy import with_basis
from ..models.quarters import quarter_code
from ..protocol import verify
from ..states import DrawState
from . import amendments, downloads, findings, frozen, log_rows, objects, phases
from .bases import Bases, bases_at, bases_of
from .hat_page import HatPage, hat_page
from .paging import Page, cut, grouped
from .prepared import Keys, prepared
from .quotas import PublicQuota
from .redactions import hidden_of_draw, is_wholly_hidden, of_void
from .teams import ever_in_teams, team
from .waiting import waits_of
from .withdrawn import Withdrawn, withdrawals

UNITS_PAGE = 500  # of one draw: a county's fits on one page, to be read and printed as a whole


@dataclass(frozen=True)
class Listed:
    """A draw in the list of all, and how many units are to be drawn; None: its commit cannot be read."""

    draw: objects.Draw
    take: int | None


@dataclass(frozen=True)
class PlanVersion:
    """What names the plan that a draw rests on."""

    year: int
    version: int


@dataclass(frozen=True)
class Group:
    """The drawn units of one stratum, by rank, as far as they stand on this page."""

    stratum: str
    label: str
    quota: PublicQuota | None  # None: the commit does not name the stratum
    units: tuple[objects.Selected, ...]


@dataclass(frozen=True)
class DrawPage:
    """All that one draw shows."""

    draw: objects.Draw
    plan: PlanVersion | None
    bases: Bases  # the law that its item cited at the freeze, in force on that day
    visit_by: Due | None  # from the publication on
    commit: str
    bureau: str
    quotas: tuple[PublicQuota, ...]
    entropy: tuple[objects.Entropy, ...]
    entries: tuple[log_rows.Entry, ...]
    siblings: tuple[objects.Draw, ...]  # other tries of the same quarter
    substitutions: tuple[amendments.Substitution, ...]
    after: amendments.Facts
    withdrawn: tuple[Withdrawn, ...]
    files: tuple[phases.File, ...] = ()
    hat: HatPage = HatPage()
    asked: str = ""  # what a visitor looks for in it
    groups: tuple[Group, ...] = ()
    pager: Page = Page((), 1, False)

    @property
    def result_digest(self) -> str:
        return next((entry.digest for entry in reversed(self.entries) if entry.kind == "result"), "")

    @property
    def result_quarters(self) -> tuple[str, ...]:
        return objects.quarters(self.result_digest)

    @property
    def accepted(self) -> tuple[objects.Entropy, ...]:
        """The values that were entered twice alike; each has its row in the log."""
        return tuple(one for one in self.entropy if one.value)

    @property
    def unaccepted(self) -> tuple[str, ...]:
        """What the sources are called that have no value."""
        return tuple(f"{one.title} {one.label}".rstrip() for one in self.entropy if not one.value)

    @property
    def has_dice(self) -> bool:
        """Say whether dice are among the sources that have no value."""
        return any(one.title in DICE for one in self.entropy if not one.value)

    @property
    def instead(self) -> objects.Draw | None:
        """The draw that stands in place of a void one."""
        return instead_of(self.draw, self.siblings)

    @property
    def take(self) -> int:
        return sum(quota.take for quota in self.quotas)

    @property
    def drawn(self) -> frozenset[str]:
        """Registry numbers of the units that stand on this page as drawn."""
        return frozenset(unit.number for group in self.groups for unit in group.units)

    @property
    def stepped_in(self) -> frozenset[str]:
        """Registry numbers of the units that stepped in for drawn ones."""
        return frozenset(place.instead_number for one in self.substitutions for place in one.places)

    @property
    def sample(self) -> objects.Selected | None:
        """The unit with which the page shows how to count a ticket by hand."""
        return next((group.units[0] for group in self.groups if group.units), None)


DICE = {verify.SOURCES[source].title for source in ("dice6", "dice10")}


def instead_of(draw: objects.Draw, others: Iterable[objects.Draw]) -> objects.Draw | None:
    """Return the draw of the same quarter that stands in place of a void one: a later one that is not void itself."""
    if not draw.is_void:
        return None
    later = (
        one
        for one in others
        if one.quarter_code == draw.quarter_code and not one.is_void and _frozen_later(one, draw)
    )
    return next(iter(later), None)


def _frozen_later(one: objects.Draw, other: objects.Draw) -> bool:
    return bool(one.frozen_at and other.frozen_at and one.frozen_at > other.frozen_at)


# --- draws --------------------------------------------------------------------------------------------------
def visible() -> DrawQuerySet:
    return with_basis(Draw.objects.visible()).with_earlier_seal().annotate(**of_void())


@remembered
def _all_draws() -> tuple[objects.Draw, ...]:
    return tuple(map(objects.draw, visible().values(*public_fields.DRAW)))


def public_draws(of: Callable[[objects.Draw], bool] = lambda draw: True) -> tuple[objects.Draw, ...]:
    """Every draw from its freeze on, the latest first; voids too.

    :param of: which of them.
    """
    return tuple(filter(of, _all_draws()))


def current_draw(year: int, quarter: int) -> objects.Draw | None:
    """Return the last try of this quarter; before its freeze, the latest draw of all."""
    known, code = public_draws(), quarter_code(year, quarter)
    return next((draw for draw in known if draw.quarter_code == code), known[0] if known else None)


def listed() -> tuple[Listed, ...]:
    """Every draw of the public list, with what its commit says of the number of units."""
    all_draws = public_draws()
    texts = frozen.commit_texts([draw.code for draw in all_draws])
    takes = {code: sum(quota.take for quota in commit_of(text)[1]) for code, text in texts.items()}
    return tuple(Listed(draw, takes.get(draw.code)) for draw in all_draws)


def commit_of(text: str) -> tuple[verify.Commit | None, tuple[PublicQuota, ...]]:
    """Read a commit; one that breaks the protocol is shown as it is, without arithmetic."""
    try:
        commit = verify.parse_commit(text)
    except verify.Invalid:
        return None, ()
    return commit, tuple(PublicQuota.committed(commit))


@dataclass(frozen=True)
class _Facts:
    """What a draw's page shows whatever is asked of it: its page without units and hat, and what these are read with."""

    pk: int
    page: DrawPage
    commit: verify.Commit | None
    digests: Mapping[str, str]
    substituted: amendments.Substituted


def draw_page(code: str, number: int = 1, asked: str = "") -> DrawPage | None:
    """Gather one draw; None when there is none, or when it is still a draft.

    :param number: which page of its units.
    :param asked: what a visitor looks for in the hat, and among the drawn units and their teams.
    """
    of = _facts(code)
    if of is None:
        return None
    draw = of.page.draw
    groups, has_next = (
        _groups(of.pk, draw, of.page.quotas, number, asked, of.substituted) if draw.is_open else ((), False)
    )
    hat = hat_page(draw, of.commit, of.digests.get(verify.POOL, ""), of.page.after.since, asked)
    return replace(
        of.page,
        files=phases.files(draw, of.digests, hat.seal_falls),
        hat=hat,
        asked=asked,
        groups=groups,
        pager=Page((), number, has_next),
    )


@remembered
def _facts(code: str) -> _Facts | None:
    found = visible().filter(code=code)
    row = found.values("pk", *public_fields.DRAW_PAGE, *public_fields.DRAW).first()
    if row is None:
        return None
    draw = objects.draw(row)
    digests = downloads.digests(code, draw.open.files)
    text = frozen.commit_text(code)
    commit, quotas = commit_of(text)
    entropy = EntropySource.objects.filter(draw=row["pk"]).values(*public_fields.ENTROPY)
    entries = LogEntry.objects.of_draw(code).values(*public_fields.LOG)
    siblings = public_draws(lambda other: other.quarter_code == draw.quarter_code)
    hidden = hidden_of_draw(row["pk"])
    substituted = amendments.substitutions(row["pk"], hidden) if draw.is_open else amendments.Substituted()
    sealed = (code,) if draw.is_sealed else ()
    page = DrawPage(
        draw=draw,
        plan=PlanVersion(row["plan__year"], row["plan__version"]) if row["plan__published_at"] else None,
        bases=bases_at(bases_of([row["item_id"]]).get(row["item_id"], ()), row["frozen_at"]),
        visit_by=deadlines.visit_by(row["visit_by"]) if row["state"] == DrawState.PUBLISHED else None,
        commit=text,
        bureau=commit.bureau if commit else "",
        quotas=quotas,
        entropy=tuple(map(objects.entropy, entropy)),
        entries=tuple(log_rows.entry(entry, sealed=sealed) for entry in entries),
        siblings=tuple(other for other in siblings if other.code != code),
        substitutions=substituted.rows,
        after=amendments.facts(row, hidden),
        withdrawn=withdrawals(row["pk"], hidden),
    )
    return _Facts(row["pk"], page, commit, MappingProxyType(digests), substituted)


def _groups(
    draw_id: int,
    draw: objects.Draw,
    quotas: tuple[PublicQuota, ...],
    number: int,
    asked: str,
    substituted: amendments.Substituted,
) -> tuple[tuple[Group, ...], bool]:
    """One page of the drawn units by stratum, in the order of the result, with teams and published outcomes.

    Of a result that is not there yet: what it waits for.
    """
    result = (
        _asked_for(Selection.objects.of_result().filter(draw=draw_id), draw_id, asked)
        .order_by("pk")
        .values(*public_fields.SELECTION)
    )
    rows, has_next = cut(result, number, UNITS_PAGE)
    keys = [row["pk"] for row in rows]
    teams = grouped(ever_in_teams(keys), "selection_id")
    outcomes = {
        row["selection_id"]: findings.outcome_in_words(row["outcome"], row["hidden"])
        for row in _outcomes(keys)
    }
    awaited = [key for key in keys if key not in outcomes] if draw.state == DrawState.PUBLISHED else []
    waits = waits_of(awaited, may_be_replaced=bool(substituted.rows))
    whole = number == 1 and not has_next and not asked
    known = {quota.code: quota for quota in quotas}
    by_stratum: dict[str, list[objects.Selected]] = {code: [] for code in known} if whole else {}
    for row in rows:
        members = team(teams.get(row["pk"], ()), substituted.members)
        key = row["pk"]
        unit = objects.selected(row, members, outcomes.get(key, ""), key in substituted.units, waits.get(key))
        by_stratum.setdefault(unit.stratum, []).append(unit)
    groups = (
        Group(code, Stratum.label_of(code), known.get(code), tuple(sorted(units, key=lambda unit: unit.rank)))
        for code, units in by_stratum.items()
    )
    return tuple(groups), has_next


@prepared
def _outcomes(selections: Keys) -> QuerySet:
    disclosed = Inspection.objects.disclosed().filter(selection__in=selections).order_by()
    return disclosed.values("selection_id", "outcome", hidden=is_wholly_hidden())


def _asked_for(selections: QuerySet, draw_id: int, asked: str) -> QuerySet:
    """Narrow drawn units of a draw to those whose name or number has the text, and those that an officer of that name goes to."""
    if not asked:
        return selections
    by_unit = (
        Q(name__icontains=asked)
        | Q(source__number__icontains=asked)
        | Q(source__credit_code__icontains=asked)
    )
    units = SearchText.objects.units_holding(asked)
    if units is not None:
        by_unit &= Q(source__in=units)
    officers = [name for name in _names_of_officers(draw_id) if asked.casefold() in name.casefold()]
    teams = TeamMember.ever.filter(selection__draw=draw_id, name__in=officers)
    return selections.filter(by_unit | Q(pk__in=teams.values("selection")))


@remembered
def _names_of_officers(draw_id: int) -> tuple[str, ...]:
    """Return every name that stands in the teams of a draw: a few dozen in thousands of rows."""
    of_draw = TeamMember.ever.filter(selection__draw=draw_id)
    return tuple(of_draw.order_by().values_list("name", flat=True).distinct())
