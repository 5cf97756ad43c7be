"""What the public may read, fetched column by column as `public` lists it. Only plain objects leave this module."""

import hashlib
from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, When

from ..models import (
    Draw,
    DrawFile,
    EntropySource,
    Inspection,
    InspectionItem,
    LogEntry,
    Plan,
    PlanRate,
    Selection,
    TeamMember,
    log,
)
from ..protocol import verify
from . import arithmetic, public

PAGE = 50
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

    draw: public.Draw
    plan_year: int | None
    commit: str
    bureau: str
    quotas: tuple[arithmetic.Quota, ...]
    entropy: tuple[public.Entropy, ...]
    files: tuple[public.File, ...]
    groups: tuple[tuple[arithmetic.Quota, tuple[public.Selected, ...]], ...]
    entries: tuple[public.Entry, ...]
    siblings: tuple[public.Draw, ...]  # other tries of the same quarter

    @property
    def result_digest(self) -> str:
        return next((entry.digest for entry in reversed(self.entries) if entry.kind == "result"), "")

    @property
    def take(self) -> int:
        return sum(quota.take for quota in self.quotas)

    @property
    def sample(self) -> public.Selected | None:
        """The unit with which the page shows how to count a ticket by hand."""
        return next((units[0] for _, units in self.groups if units), None)


def cut(rows, number: int) -> tuple[list, bool]:
    """Return the rows of one page and whether more follow, without counting."""
    start = (number - 1) * PAGE
    rows = list(rows[start : start + PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


# --- draws --------------------------------------------------------------------------------------------------
def visible():
    sources = EntropySource.objects.filter(draw=OuterRef("pk"))
    return Draw.objects.visible().annotate(
        uses_system=Exists(sources.filter(source="system")),
        uses_outside=Exists(sources.exclude(source__in=DICE)),
    )


def draws(**narrow) -> tuple[public.Draw, ...]:
    """Every draw from its freeze on, the latest first; voids too."""
    return tuple(map(public.draw, visible().filter(**narrow).values(*public.DRAW)))


def current_draw(year: int, quarter: int) -> public.Draw | None:
    """Return the last try of this quarter; before its freeze, the latest draw of all."""
    mine = Case(When(year=year, quarter=quarter, then=1), default=0)
    rows = visible().order_by(mine.desc(), *Draw._meta.ordering)
    row = rows.values(*public.DRAW).first()
    return public.draw(row) if row else None


def takes(of: tuple[public.Draw, ...]) -> dict[str, int]:
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


def draw_page(code: str) -> DrawPage | None:
    """Gather one draw; None when there is none, or when it is still a draft."""
    found = visible().filter(code=code)
    row = found.values("pk", "plan__year", "plan__published_at", *public.DRAW).first()
    if row is None:
        return None
    draw = public.draw(row)
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
    entries = about.exclude(kind="finding").values(*public.LOG)
    siblings = draws(year=row["year"], quarter=row["quarter"])
    return DrawPage(
        draw=draw,
        plan_year=row["plan__year"] if row["plan__published_at"] else None,
        commit=text,
        bureau=commit.bureau if commit else "",
        quotas=quotas,
        entropy=tuple(map(public.entropy, entropy)),
        files=tuple(public.file(files[name]) for name in names if name in files),
        groups=_groups(row["pk"], quotas) if draw.is_open else (),
        entries=tuple(map(public.entry, entries)),
        siblings=tuple(other for other in siblings if other.code != code),
    )


def _groups(draw_id: int, quotas) -> tuple:
    """The drawn units by stratum, in the order of the result, with their teams and published outcomes."""
    teams = grouped(
        TeamMember.objects.filter(selection__draw=draw_id).values(*public.OFFICER), "selection_id"
    )
    disclosed = Inspection.objects.disclosed().filter(selection__draw=draw_id)
    outcomes = dict(disclosed.values_list("selection_id", "outcome"))
    groups = {quota.stratum: (quota, []) for quota in quotas}
    for row in Selection.objects.filter(draw=draw_id).order_by("pk").values(*public.SELECTION):
        unit = public.selected(row, teams.get(row["pk"], ()), outcomes.get(row["pk"], ""))
        unknown = arithmetic.Quota(unit.stratum, unit.label, 0, 0, "")
        groups.setdefault(unit.stratum, (unknown, []))[1].append(unit)
    return tuple(
        (quota, tuple(sorted(units, key=lambda unit: unit.rank))) for quota, units in groups.values()
    )


def grouped(rows, key: str) -> dict[int, list[dict]]:
    groups = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


# --- files --------------------------------------------------------------------------------------------------
def openness(code: str) -> public.Openness:
    row = Draw.objects.visible().filter(code=code).values("state", "drawn_at").first()
    return public.openness(row["state"], row["drawn_at"]) if row else public.Openness.NOTHING


def file_digest(code: str, name: str) -> str | None:
    """Return the digest of a file that is public now, else None."""
    if name not in public.open_files(openness(code)):
        return None
    found = DrawFile.objects.filter(draw__code=code, name=name)
    return found.values_list("digest", flat=True).first()


def file_content(code: str, name: str) -> str:
    return DrawFile.objects.values_list("content", flat=True).get(draw__code=code, name=name)


def bundle_tag(code: str) -> str | None:
    """Return what a bundle's bytes depend on, or None while there is no bundle."""
    if openness(code) != public.Openness.ALL:
        return None
    digests = DrawFile.objects.filter(draw__code=code, name__in=public.FILES).values_list("name", "digest")
    return hashlib.sha256(repr([*sorted(digests), log.head()]).encode()).hexdigest()


def bundle_files(code: str) -> list[tuple[str, str]]:
    """Return (name, text) in the order of the bundle: the protocol's files, the whole log, the verifier."""
    rows = dict(
        DrawFile.objects.filter(draw__code=code, name__in=public.FILES).values_list("name", "content")
    )
    rows["log.tsv"] = log.text()
    order = [*public.FILES]
    order.insert(order.index("verify.py"), "log.tsv")
    return [(name, rows[name]) for name in order if name in rows]


# --- log ----------------------------------------------------------------------------------------------------
def log_page(number: int) -> Page:
    """The log, the latest row first."""
    rows, has_next = cut(LogEntry.objects.order_by("-index").values(*public.LOG), number)
    codes = {row["subject"].partition("/")[0] for row in rows}
    rehearsals = visible().filter(uses_system=True, code__in=codes).values_list("code", flat=True)
    marked = frozenset(rehearsals)
    return Page(tuple(public.entry(row, marked) for row in rows), number, has_next)


# --- plans and items ----------------------------------------------------------------------------------------
def items() -> tuple[public.Item, ...]:
    return tuple(map(public.item, InspectionItem.objects.filter(is_active=True).values(*public.ITEM)))


def _plans():
    return Plan.objects.filter(published_at__isnull=False)


def plans() -> tuple[public.Plan, ...]:
    return tuple(map(public.plan, _plans().values(*public.PLAN)))


def plan(year: int) -> public.Plan | None:
    row = _plans().filter(year=year).values("pk", *public.PLAN).first()
    if row is None:
        return None
    rates = PlanRate.objects.filter(plan=row["pk"]).values(*public.RATE)
    listed = InspectionItem.objects.filter(plans=row["pk"]).values(*public.ITEM)
    return public.plan(row, rates, listed)


def readings(plan: public.Plan, of_year: tuple[public.Draw, ...]) -> arithmetic.Readings | None:
    """Both readings of the general rate, counted with the year's latest commit where there is one."""
    rate = next((rate for rate in plan.rates if rate.stratum == "general"), None)
    if rate is None:
        return None
    if not of_year:
        return arithmetic.readings(rate, None, "")
    text = DrawFile.objects.filter(draw__code=of_year[0].code, name="commit.txt").values_list(
        "content", flat=True
    )
    return arithmetic.readings(rate, commit_of(text.first() or "")[0], of_year[0].title)
