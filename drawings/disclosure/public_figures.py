"""The public figures of a quarter and of a year: which draws they count, and each of their tables.

Only draws whose units are public today are counted, of all figures: a draw that is sealed tells nothing, not by a total
and not by what a share lacks. Nothing here reads the pool, the registry or a result of a sealed draw, so every number is
what it would be if the sealed draw did not exist; that there is one, the list of draws says. Why nothing leaks, figure by figure:

- quota, drawn: of the commits and results of open draws, files that are public.
- due, unpublished: of the results, substitutes and public days of open draws, less their published results. Units of these
  have public days of their own, where a visit was postponed or a substitute makes it: their pages say them.
- published, visited, in time, prompt, faulty, points: of the published results of quarters with an open draw. A result of
  a sealed draw may be public by itself; it is counted when the seal falls, with all others.
- coverage: the base is the pool of the latest open draw whose pool is public: while an earlier seal stands, such a
  pool waits (`Open.has_pool`), and an older one is the base. The visits are those of open draws.
- voids: in the public list from their moment on. Substitutions: of open draws.

A draw with the machine's own numbers is counted where all is practice, and nowhere else (`periods.is_real`).

A result that the law hid counts by its draw and its class alone, as its row has nothing else.
"""

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from types import MappingProxyType

from django.db.models import Count, Max, Q

from wugang_audit.calendar.words import day_in_words
from wugang_audit.remembered import remembered

from .. import public_fields
from ..models import ChecklistPoint, Finding, PublishedResult, Selection, Stratum, Substitution
from ..models.published_results import division_label
from ..models.quarters import quarter_code, quarter_title
from ..protocol import verify
from ..statistics.published import YEARS, Definition, of_quarters
from . import due_units, frozen
from .counted_draws import CountedDraws
from .draws import commit_of
from .figure_tables import Line, Table, added, columns
from .objects import Draw
from .periods import Period, counts, is_real, last_of, quarter_of

RESULTS_LINKED = frozenset({"published", "hidden", "visited", "dated", "in_time", "prompt", "faulty", "clean", "outside", "failed", "looked_at"})  # fmt: skip
SELECTIONS_LINKED = frozenset({"drawn", "due", "unpublished", "due_public"})
DRAWS_LINKED = frozenset({"quota", "voided", "unit_substitutions", "officer_substitutions"})
UNITS_LINKED = frozenset({"base", *(f"seen{years}" for years in YEARS)})
LINKED = RESULTS_LINKED | SELECTIONS_LINKED | DRAWS_LINKED | UNITS_LINKED
MAIN = ("quota", "drawn", "published", "visited", "faulty")
ORGANISING = ("voided", "unit_substitutions", "officer_substitutions")
DEADLINES = ("due", "in_time", "unpublished", "due_public", "prompt")
NOT_FILED = "没有登记"
# Findings of points that applied to the unit: it kept them, or it did not.
APPLIED = Q(verdict__in=(Finding.Verdict.PASS, Finding.Verdict.FAIL))


class Counted(CountedDraws):
    """What is counted of a period: its open draws, and their published results.

    Each table is a fixed number of queries, however many draws, units and results there are.
    """

    @cached_property
    def _by_quarter_and_class(self) -> dict[tuple[int, int, str], dict[str, int]]:
        found: dict[tuple[int, int, str], Counter[str]] = {}
        of = {draw.code: quarter_of(draw) for draw in self.open}
        codes = list(of)
        for code, text in frozen.commit_texts(codes).items():
            for quota in commit_of(text)[1]:
                found.setdefault((*of[code], quota.code), Counter())["quota"] += quota.wanted
        drawn = Selection.objects.of_result().filter(draw__code__in=codes).order_by()
        for code, stratum, number in drawn.values_list(*public_fields.SELECTION_GROUP).annotate(
            n=Count("pk")
        ):
            found.setdefault((*of[code], stratum), Counter())["drawn"] += number
        for key, numbers in due_units.counted(self).items():
            found.setdefault(key, Counter()).update(numbers)
        counters = {code: Count("pk", filter=where) for code, where in self.conditions.items()}
        by = ("year", "quarter", "stratum")
        for row in self.results.values(*by).annotate(**counters) if codes else ():
            found.setdefault(tuple(row.pop(name) for name in by), Counter()).update(row)
        none = dict.fromkeys(("quota", "drawn", *DEADLINES, *counters), 0)
        return {key: none | dict(each) for key, each in found.items()}

    def _main(self) -> tuple[str, ...]:
        has_hidden = any(each.get("hidden") for each in self._by_quarter_and_class.values())
        return (*MAIN[:3], "hidden", *MAIN[3:]) if has_hidden else MAIN

    def _lines_by_class(self) -> tuple[Line, ...]:
        known = [*Stratum.values, *sorted({key[2] for key in self._by_quarter_and_class} - {*Stratum.values})]
        return tuple(
            Line(code, Stratum.label_of(code), added(tuple(Line("", "", each) for each in mine)).counts)
            for code in known
            if (mine := [each for key, each in self._by_quarter_and_class.items() if key[2] == code])
        )

    def _lines_by_quarter(self) -> tuple[Line, ...]:
        by_quarter: dict[tuple[int, int], list[Line]] = {}
        for (year, quarter, _), each in self._by_quarter_and_class.items():
            by_quarter.setdefault((year, quarter), []).append(Line("", "", each))
        return tuple(
            self._of_quarter(key, added(tuple(mine)).counts) for key, mine in sorted(by_quarter.items())
        )

    def _of_quarter(self, key: tuple[int, int], numbers: Mapping[str, int]) -> Line:
        is_rehearsal = any(draw.is_rehearsal and quarter_of(draw) == key for draw in self.draws)
        return Line(quarter_code(*key), quarter_title(*key), numbers, quarter_code(*key), is_rehearsal)

    def classes(self) -> Table:
        return self._summed("classes", "各类单位", "类别", self._lines_by_class(), self._main())

    def quarters(self) -> Table:
        return self._summed("quarters", "各季度", "季度", self._lines_by_quarter(), self._main())

    def deadlines(self) -> Table:
        """Count what was to be done by a day that has passed: by quarters of a year, by classes of a quarter."""
        by, lines = (
            ("类别", self._lines_by_class()) if self.period.quarter else ("季度", self._lines_by_quarter())
        )
        return self._summed("deadlines", "期限内检查和按期公开", by, lines, DEADLINES)

    def _summed(self, code: str, title: str, by: str, lines: tuple[Line, ...], of: tuple[str, ...]) -> Table:
        narrows = "category" if by == "类别" else ""
        total = added(lines) if lines else None
        return Table(code, title, by, self.period.code, columns(*of), lines, total, narrows, LINKED)

    def townships(self) -> Table:
        return self._by("townships", "各乡镇（街道）", "乡镇（街道）", "township")

    def industries(self) -> Table:
        return self._by("industries", "各行业", "行业大类", "industry")

    def _by(self, code: str, title: str, by: str, column: str) -> Table:
        """Count visited and faulty units by a column; what the law hid has none of these, and is not counted."""
        entered = self.results.filter(self.conditions["visited"])
        rows = entered.values_list(column).annotate(
            visited=Count("pk"), faulty=Count("pk", filter=self.conditions["faulty"])
        )
        label = {"industry": lambda value: f"{value} {division_label(value)}"}.get(column, str)
        lines = [
            Line(value or "-", label(value) if value else NOT_FILED, {"visited": visited, "faulty": faulty})
            for value, visited, faulty in rows
        ]
        return self._ranked(code, title, by, lines, ("visited", "faulty"), column)

    def _ranked(
        self, code: str, title: str, by: str, lines: list[Line], of: tuple[str, str], narrows: str
    ) -> Table:
        """A table whose first lines are those with the most problems."""
        whole, part = of
        lines.sort(key=lambda line: (-line.counts[part], -line.counts[whole], line.key))
        total = None if narrows == "point" else added(tuple(lines))
        return Table(
            code,
            title,
            by,
            self.period.code,
            columns(*of),
            tuple(lines),
            total if lines else None,
            narrows,
            LINKED,
        )

    def points(self) -> Table:
        """Count by points of the checklists, whatever their version: a point keeps its code, and has its newest name here.

        Those that never failed are left out, and of a point the visits to which it did not apply.
        """
        fail = Q(verdict=Finding.Verdict.FAIL)
        judged = Finding.objects.filter(
            APPLIED, inspection__published_result__in=self.results.filter(self.conditions["visited"])
        ).order_by()
        # By its key alone: of a million findings, the names would be sorted too.
        counts = judged.values_list(*public_fields.POINT_GROUP).annotate(
            n=Count("pk"), failed=Count("pk", filter=fail)
        )
        by_point = {point: {"looked_at": looked_at, "failed": failed} for point, looked_at, failed in counts}
        found: dict[tuple[str, str], tuple[int, str, Counter[str]]] = {}
        for row in ChecklistPoint.objects.filter(pk__in=by_point).values(*public_fields.POINT_NAMED):
            key = (row["version__checklist__code"], row["code"])
            version, words, numbers = found.get(key, (0, "", Counter()))
            if row["version__number"] >= version:
                version = row["version__number"]
                words = f"{row['section']} · {row['name']}"
            numbers.update(by_point[row["pk"]])
            found[key] = (version, words, numbers)
        lines = [
            Line(f"{code}.{point}", words, dict(numbers))
            for (code, point), (_, words, numbers) in found.items()
            if numbers["failed"]
        ]
        return self._ranked("points", "不符合的检查项目", "检查项目", lines, ("looked_at", "failed"), "point")

    @cached_property
    def base(self) -> Draw | None:
        """The latest draw, of this period or an earlier one, whose pool is public: its units are the base of the coverage."""
        last = self.period.last_day
        those = (
            draw for draw in self.all_draws if counts(draw) and draw.open.has_pool and last_of(draw) <= last
        )
        return max(those, key=quarter_of, default=None)

    def coverage(self) -> Table:
        """Count the units of the base that were entered at least once, by their class in it."""
        codes = ("base", *(f"seen{years}" for years in YEARS))
        found: dict[str, Counter[str]] = {}
        last_seen = self.last_seen()
        starts = {years: self.first_day(years) for years in YEARS}
        for number, stratum in self.units():
            mine = found.setdefault(stratum, Counter(dict.fromkeys(codes, 0)))
            mine["base"] += 1
            if day := last_seen.get(number):
                for years, start in starts.items():
                    mine[f"seen{years}"] += day >= start
        lines = tuple(
            Line(code, Stratum.label_of(code), dict(found[code]))
            for code in sorted(found, key=lambda code: ([*Stratum.values, code].index(code), code))
        )
        total = added(lines) if lines else None
        return Table(
            "coverage", "检查覆盖", "类别", self.period.code, tuple(map(self._since, columns(*codes))), lines, total, "category", LINKED,
        )  # fmt: skip

    def first_day(self, years: int) -> datetime.date:
        """Return the first day of so many years that end with the period, or today while it still runs."""
        last = self.period.as_of
        day = last if (last.month, last.day) != (2, 29) else last.replace(day=28)
        return day.replace(year=day.year - years) + datetime.timedelta(days=1)

    def _since(self, column: Definition) -> Definition:
        """Return a figure of the coverage, with a word of it where there are no data from before the first draw."""
        if self.begins is None or column.code not in {f"seen{years}" for years in self.cut_years}:
            return column
        told = f"数据从{day_in_words(self.begins)}的第一次抽签开始，更早的检查没有数据。"
        return replace(column, meaning=f"{column.meaning}{told}")

    @property
    def cut_years(self) -> tuple[int, ...]:
        """Those of YEARS that begin before the first draw: they say no more than the days since."""
        return tuple(years for years in YEARS if self.begins and self.first_day(years) < self.begins)

    def units(self) -> tuple[tuple[str, str], ...]:
        """Return (number, class) of the units of the base, ascending by number."""
        if self.base is None:
            return ()
        digests = frozen.digests(draw__code=self.base.code, name=verify.POOL)
        return _counted_units(self.base.code, digests.values_list("digest", flat=True).first() or "")

    def last_seen(self) -> dict[str, datetime.date]:
        """Return {number: the last day} on which a unit was entered in the longest of YEARS, of open draws alone."""
        last, longest = self.period.last_day, self.first_day(max(YEARS))
        those = [quarter_of(draw) for draw in self.all_draws if counts(draw)]
        rows = of_quarters(PublishedResult.objects.order_by(), those).filter(
            self.conditions["visited"], day__range=(longest, last)
        )
        return dict(rows.values_list(*public_fields.RESULT_SEEN).annotate(last=Max("day")))

    def organising(self) -> Table:
        """Count voids of draws, and substitutions in open draws that took effect."""
        codes = [draw.code for draw in self.open]
        shown = [draw for draw in self.draws if counts(draw) or draw.is_void and is_real(draw)]
        found: dict[tuple[int, int], Counter[str]] = {quarter_of(draw): Counter() for draw in shown}
        of = {draw.code: quarter_of(draw) for draw in shown}
        for draw in shown:
            found[of[draw.code]]["voided"] += draw.is_void
        made = Substitution.objects.in_effect().filter(draw__code__in=codes).order_by()
        for code, kind, number in made.values_list(*public_fields.SUBSTITUTION_GROUP).annotate(n=Count("pk")):
            found[of[code]][f"{kind}_substitutions"] += number
        lines = tuple(self._of_quarter(key, dict(each)) for key, each in sorted(found.items()))
        total = added(lines) if lines else None
        return Table(
            "organising",
            "作废和替补",
            "季度",
            self.period.code,
            columns(*ORGANISING),
            lines,
            total,
            linked=LINKED,
        )


@lru_cache(maxsize=frozen.KEPT)
def _counted_units(code: str, digest: str) -> tuple[tuple[str, str], ...]:
    """The units of a pool that its rates count; the digest is that of the file, which never changes."""
    kinds = frozen.kinds(frozen.pool_text(code))
    return tuple((unit, stratum) for unit, (stratum, standing) in kinds if standing in verify.COUNTED)


TABLES = {
    "quarters": Counted.quarters,
    "classes": Counted.classes,
    "deadlines": Counted.deadlines,
    "townships": Counted.townships,
    "industries": Counted.industries,
    "points": Counted.points,
    "coverage": Counted.coverage,
    "organising": Counted.organising,
}


@remembered
def tables_of(period: Period) -> Mapping[str, Table]:
    """Return every table of a period by its name; of a quarter all but that of the quarters."""
    counted = Counted(period)
    names = [name for name in TABLES if name != "quarters" or period.quarter is None]
    return MappingProxyType({name: TABLES[name](counted) for name in names})
