"""The figures that everybody reads: each defined once, by what is public already, so that anybody can count it again.

The figures of the bureau's own pages (`figures`) count from the officers' reports, handed in or published; these count
published results alone. Where the two need not be equal they have other names.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from django.db.models import DateField, ExpressionWrapper, F, Q

from ..models.published_results import PublishedResultQuerySet
from .counted import TWENTY_WORKING_DAYS
from .figures import TIMES, UNITS

FEW = 5  # of fewer than so many no percentage is said: it would say more than the counts do
YEARS = (1, 2, 3)  # of the coverage


class Source(Enum):
    """Where everybody finds the rows that a figure counts."""

    COMMIT = "承诺文件 commit.txt"
    RESULT = "抽签结果 result.tsv"
    RESULTS = "公开的检查结果"
    DUE = "抽签结果、替补和公布的检查期限"
    POOL = "单位名单 pool.tsv 和公开的检查结果"
    DRAWS = "抽签公开"


@dataclass(frozen=True)
class Definition:
    """What a figure counts, in one sentence, and from where.

    :param share_of: code of the figure that it is a share of; empty: it is shown as a number alone.
    """

    code: str
    title: str
    unit: str
    meaning: str
    source: Source
    share_of: str = ""


_ENTERED = "检查人员进厂检查过"
_OWN_DAY = "批准延期的、替补后另定期限的，按单位网页上写的那一天算。"
_REAL = "演示（演练）的抽签不算，只作演示的网站除外。"
DEFINITIONS = {
    each.code: each
    for each in (
        Definition("quota", "应抽", UNITS, f"按承诺文件里的抽查比例应当抽取的单位，哪怕可抽的没有这么多。{_REAL}", Source.COMMIT),
        Definition(
            "drawn", "抽中", UNITS, f"抽签结果里的单位，不含后来的替补单位。{_REAL}", Source.RESULT, "quota"
        ),
        Definition(
            "published", "已公开结果", UNITS,
            f"检查结果已经公开的单位，替补单位也算，没有进厂的也算，全文依法隐去的也算；有替补的，可能比抽中的多。{_REAL}",
            Source.RESULTS,
        ),
        Definition(
            "hidden", "全文隐去", UNITS, "公开以后，全文依法隐去的结果。它们不计入后面各项：计入就等于又说了出来。",
            Source.RESULTS,
        ),
        Definition(
            "visited", "已检查", UNITS, f"{_ENTERED}，并且结果已经公开的单位。停产、查无下落、不配合而没有进厂的不算，替补单位也算；占抽中单位的比例。",
            Source.RESULTS, "drawn",
        ),
        Definition("dated", "有检查日期", UNITS, "公开的结果里写明检查日期的，没有进厂的也算。", Source.RESULTS),
        Definition(
            "due", "到期", UNITS,
            "检查期限已经过了的、应当检查的单位：抽中的和生效的替补单位，不含由别的单位替补而没有公开结果的，也不含全文依法隐去的。"
            f"{_OWN_DAY}",
            Source.DUE,
        ),
        Definition(
            "in_time", "期限内检查", UNITS,
            f"到期的单位里，结果已经公开，检查日期不晚于检查期限的，没有进厂的也算。{_OWN_DAY}占到期单位的比例。",
            Source.RESULTS, "due",
        ),
        Definition(
            "unpublished", "到期未公开", UNITS,
            f"到期的单位里，结果还没有公开的：还没有检查，或者检查了还没有公开。{_OWN_DAY}占到期单位的比例。",
            Source.DUE, "due",
        ),
        Definition(
            "due_public", "应公开", UNITS,
            f"到期的单位里，检查期限过后又满 20 个工作日的：期限内检查的，结果都应当公开了。{_OWN_DAY}", Source.DUE,
        ),
        Definition(
            "prompt", "按期公开", UNITS,
            "应公开的单位里，检查之日起 20 个工作日内公开了结果的，按国务院放假安排数；没有公开的不算按期；占应公开单位的比例。",
            Source.RESULTS, "due_public",
        ),
        Definition(
            "faulty", "发现问题", UNITS,
            f"{_ENTERED}，结论不是“未发现问题”，或者有检查项目不符合的单位；占已检查单位的比例。", Source.RESULTS, "visited",
        ),
        Definition(
            "looked_at", "检查此项", UNITS, f"{_ENTERED}，这个项目查了，符合或者不符合的单位；不涉及这个项目的、没有查这个项目的不算。", Source.RESULTS
        ),
        Definition(
            "failed", "不符合", UNITS, f"{_ENTERED}，这个项目不符合的单位；占检查此项的单位的比例，不涉及的不在分母里。",
            Source.RESULTS, "looked_at",
        ),
        Definition(
            "base", "参加抽签", UNITS, f"最近一次公开名单的抽签里，按比例计算抽取数的单位。{_REAL}", Source.POOL
        ),
        *(
            Definition(
                f"seen{years}", f"{years} 年内查过", UNITS,
                f"参加抽签的单位里，截至期末（这一期还没有结束的，截至当天）的 {years} 年内至少进厂检查过一次、结果已经公开的。", Source.POOL, "base",
            )
            for years in YEARS
        ),
        Definition("voided", "作废", TIMES, f"冻结名单以后作废的抽签；原因见各次抽签的页面。{_REAL}", Source.DRAWS),
        Definition(
            "unit_substitutions", "替补单位", TIMES, "抽中的单位停产、关闭、搬迁或查无下落，已经生效的替补，一次申报算一次。",
            Source.DRAWS,
        ),
        Definition(
            "officer_substitutions", "替补人员", TIMES, "执法人员生病、休假或应当回避，已经生效的替补，一次申报算一次。",
            Source.DRAWS,
        ),
        Definition("clean", "未发现问题", UNITS, f"{_ENTERED}，没有发现问题的单位。", Source.RESULTS),
        Definition("outside", "没有进厂", UNITS, "停产、查无下落或者不配合，检查人员没有进厂的单位。", Source.RESULTS),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Share:
    """A part of a whole. Of a whole of fewer than `FEW` it says the counts alone."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """The share in percent, with one decimal; None where the whole is too small for one."""
        return round(100 * self.part / self.whole, 1) if self.whole >= FEW else None

    @property
    def words(self) -> str:
        if self.percent is None:
            return f"{self.whole} 家里 {self.part} 家" if self.whole else "—"
        return f"{self.percent}%"


# A visit may be due on a day of its own, later than that of its draw: it was postponed, or a substitute makes it.
OWN_DAYS = ("inspection__postponed_to", "inspection__substitute_by")


def due_until(day: datetime.date) -> Q:
    """Return the condition of drawn units, or of results, whose own day for the visit, where there is one, is not later."""
    own = (Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lte": day}) for name in OWN_DAYS)
    return Q(*own)


def last_days(dues: Mapping[tuple[int, int], datetime.date]) -> Q:
    """Return the condition of results with a visit by the day that was made public for the visits of their draw, or for it.

    :param dues: {(year, quarter): that day}.
    """
    of_its_own = Q(*(Q(visited_on__lte=F(name)) for name in OWN_DAYS), _connector=Q.OR)
    each = (
        Q(year=year, quarter=quarter) & (Q(visited_on__lte=day) | of_its_own)
        for (year, quarter), day in sorted(dues.items())
    )
    return Q(*each, _connector=Q.OR) if dues else Q(pk__in=())


def prompt() -> Q:
    """Return the condition of results that were public in time, as `counted.published_on_time` has it."""
    by_day = Q(inspection__publish_by__isnull=False, published_on__lte=F("inspection__publish_by"))
    latest = ExpressionWrapper(F("visited_on") + TWENTY_WORKING_DAYS, output_field=DateField())
    by_visit = Q(inspection__publish_by__isnull=True, published_on__lte=latest)
    return Q(visited_on__isnull=False) & (by_day | by_visit)


def conditions(
    dues: Mapping[tuple[int, int], datetime.date],
    public_by_now: Collection[tuple[int, int]],
    *,
    over: datetime.date,
    public_of: datetime.date,
) -> dict[str, Q]:
    """Return {code of a figure: which published results it counts}.

    :param dues: {(year, quarter): the last day of its visits}, of draws whose day has passed: before it, those that are
        published already say nothing of how many will be in time.
    :param public_by_now: those of which a visit in time should be public by today.
    :param over: the last day that has passed.
    :param public_of: the last day whose visits should be public by today.
    """
    those = (Q(year=year, quarter=quarter) for year, quarter in sorted(public_by_now))
    return {
        "published": Q(),
        "hidden": Q(is_hidden=True),
        "visited": Q(is_faulty__isnull=False),
        "dated": Q(visited_on__isnull=False),
        "in_time": last_days(dues) & due_until(over),
        "prompt": prompt() & Q(*those, _connector=Q.OR) & due_until(public_of)
        if public_by_now
        else Q(pk__in=()),
        "faulty": Q(is_faulty=True),
        "clean": Q(is_faulty=False),
        "outside": Q(is_faulty__isnull=True, visited_on__isnull=False),
    }


def of_quarters(rows: PublishedResultQuerySet, quarters: list[tuple[int, int]]) -> PublishedResultQuerySet:
    """Narrow results to some quarters; none where there are none."""
    years: dict[int, list[int]] = {}
    for year, quarter in quarters:
        years.setdefault(year, []).append(quarter)
    each = (Q(year=year, quarter__in=those) for year, those in years.items())
    return rows.filter(Q(*each, _connector=Q.OR)) if years else rows.none()
