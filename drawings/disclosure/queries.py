"""What the public may read, fetched column by column as `public` lists it. Only plain objects leave this module."""

from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, When

from ..models import (
    Draw,
    DrawFile,
    EntropySource,
    Inspection,
    LogEntry,
    Selection,
    TeamMember,
)
from ..protocol import verify
from . import aftermath, arithmetic, plain, public

PAGE = 50
UNITS_PAGE = 500  # of one draw: a county's fits on one page, to be read and printed as a whole
DICE = ("dice6", "dice10")


@dataclass(frozen=True)
class Page:
    """Some rows and whether there are more: the rows are never counted."""

    rows: tuple
    number: int
    has_next: bool

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1


@dataclass(frozen=True)
class DrawPage:
    """All that one draw shows."""

    draw: plain.Draw
    plan: tuple[int, int] | None  # year and version
    commit: str
    bureau: str
    quotas: tuple[arithmetic.Quota, ...]
    entropy: tuple[plain.Entropy, ...]
    files: tuple[plain.File, ...]
    groups: tuple[tuple[arithmetic.Quota, tuple[plain.Selected, ...]], ...]
    entries: tuple[plain.Entry, ...]
    siblings: tuple[plain.Draw, ...]  # other tries of the same quarter
    substitutions: tuple[aftermath.Substitution, ...]
    after: aftermath.Facts
    pager: Page

    @property
    def result_digest(self) -> str:
        return next((entry.digest for entry in reversed(self.entries) if entry.kind == "result"), "")

    @property
    def result_quarters(self) -> tuple[str, ...]:
        return plain.quarters(self.result_digest)

    @property
    def take(self) -> int:
        return sum(quota.take for quota in self.quotas)

    @property
    def sample(self) -> plain.Selected | None:
        """The unit with which the page shows how to count a ticket by hand."""
        return next((units[0] for _, units in self.groups if units), None)


def cut(rows, number: int, size: int = 0) -> tuple[list, bool]:
    """Return the rows of one page and whether more follow, without counting."""
    size = size or PAGE
    start = (number - 1) * size
    rows = list(rows[start : start + size + 1])
    return rows[:size], len(rows) > size


# --- draws --------------------------------------------------------------------------------------------------
def visible():
    sources = EntropySource.objects.filter(draw=OuterRef("pk"))
    return Draw.objects.visible().annotate(
        uses_system=Exists(sources.filter(source="system")),
        uses_outside=Exists(sources.exclude(source__in=DICE)),
    )


def draws(**narrow) -> tuple[plain.Draw, ...]:
    """Every draw from its freeze on, the latest first; voids too."""
    return tuple(map(plain.draw, visible().filter(**narrow).values(*public.DRAW)))


def current_draw(year: int, quarter: int) -> plain.Draw | None:
    """Return the last try of this quarter; before its freeze, the latest draw of all."""
    mine = Case(When(year=year, quarter=quarter, then=1), default=0)
    rows = visible().order_by(mine.desc(), *Draw._meta.ordering)
    row = rows.values(*public.DRAW).first()
    return plain.draw(row) if row else None


def takes(of: tuple[plain.Draw, ...]) -> dict[str, int]:
    """Return {code: how many units are to be drawn}, as the commits say."""
    rows = DrawFile.objects.filter(name="commit.txt", draw__code__in=[draw.code for draw in of])
    return {
        code: sum(q.take for q in commit_of(text)[1])
        for code, text in rows.values_list("draw__code", "content")
    }


def commit_of(text: str) -> tuple[verify.Commit | None, tuple[arithmetic.Quota, ...]]:
    """Read a commit; one that breaks the protocol is shown as it is, without arithmetic."""
    try:
        commit = verify.parse_commit(text)
    except verify.Invalid:
        return None, ()
    return commit, arithmetic.quotas(commit)


def draw_page(code: str, number: int = 1) -> DrawPage | None:
    """Gather one draw; None when there is none, or when it is still a draft.

    :param number: which page of its units.
    """
    found = visible().filter(code=code)
    row = found.values("pk", *public.DRAW_PAGE, *public.DRAW).first()
    if row is None:
        return None
    draw = plain.draw(row)
    names = public.open_files(draw.openness)
    files = {
        f["name"]: f for f in DrawFile.objects.filter(draw=row["pk"], name__in=names).values(*public.FILE)
    }
    text = (
        DrawFile.objects.filter(draw=row["pk"], name="commit.txt").values_list("content", flat=True).first()
        or ""
    )
    commit, quotas = commit_of(text)
    entropy = EntropySource.objects.filter(draw=row["pk"]).values(*public.ENTROPY)
    about = LogEntry.objects.filter(Q(subject=code) | Q(subject__startswith=f"{code}/"))
    entries = about.exclude(kind__in=("finding", "correction")).values(*public.LOG)
    siblings = draws(year=row["year"], quarter=row["quarter"])
    substituted = aftermath.substitutions(row["pk"]) if draw.is_open else aftermath.Substituted()
    groups, has_next = _groups(row["pk"], quotas, number, substituted) if draw.is_open else ((), False)
    return DrawPage(
        draw=draw,
        plan=(row["plan__year"], row["plan__version"]) if row["plan__published_at"] else None,
        commit=text,
        bureau=commit.bureau if commit else "",
        quotas=quotas,
        entropy=tuple(map(plain.entropy, entropy)),
        files=tuple(plain.file(files[name]) for name in names if name in files),
        groups=groups,
        entries=tuple(map(plain.entry, entries)),
        siblings=tuple(other for other in siblings if other.code != code),
        substitutions=substituted.rows,
        after=aftermath.facts(row),
        pager=Page((), number, has_next),
    )


def _groups(draw_id: int, quotas, number: int, substituted) -> tuple[tuple, bool]:
    """One page of the drawn units by stratum, in the order of the result, with teams and published outcomes."""
    result = Selection.objects.of_result().filter(draw=draw_id).order_by("pk").values(*public.SELECTION)
    rows, has_next = cut(result, number, UNITS_PAGE)
    keys = [row["pk"] for row in rows]
    teams = grouped(
        TeamMember.ever.filter(selection__in=keys).values(*public.OFFICER),
        "selection_id",
    )
    disclosed = Inspection.objects.disclosed().filter(selection__in=keys)
    outcomes = dict(disclosed.values_list("selection_id", "outcome"))
    whole = number == 1 and not has_next
    groups = {quota.stratum: (quota, []) for quota in quotas} if whole else {}
    known = {quota.stratum: quota for quota in quotas}
    for row in rows:
        members = plain.team(teams.get(row["pk"], ()), substituted.members)
        unit = plain.selected(row, members, outcomes.get(row["pk"], ""), row["pk"] in substituted.units)
        quota = known.get(unit.stratum) or arithmetic.Quota(unit.stratum, unit.label, 0, 0, "")
        groups.setdefault(unit.stratum, (quota, []))[1].append(unit)
    by_rank = ((quota, tuple(sorted(units, key=lambda unit: unit.rank))) for quota, units in groups.values())
    return tuple(by_rank), has_next


def grouped(rows, key: str) -> dict[int, list[dict]]:
    groups = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


# --- log ----------------------------------------------------------------------------------------------------
def log_page(number: int) -> Page:
    """The log, the latest row first."""
    rows, has_next = cut(LogEntry.objects.order_by("-index").values(*public.LOG), number)
    codes = {row["subject"].partition("/")[0] for row in rows}
    rehearsals = visible().filter(uses_system=True, code__in=codes).values_list("code", flat=True)
    marked = frozenset(rehearsals)
    return Page(tuple(plain.entry(row, marked) for row in rows), number, has_next)
