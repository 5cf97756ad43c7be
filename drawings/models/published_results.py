"""The published results as lists and figures ask for them: one row each, with what can be filtered by and an index for it.

A row is written in the transaction of the publication (`keep`) and emptied in that of a redaction of the whole result
(`empty`); nothing else ever writes here. Township, industry and speciality are those of the day of the publication: a figure
of 2026 must not change when a unit moves later. The self-check holds the rows against the inspections, both ways.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connections, models
from django.utils import timezone

from sources.industries import Level, industries
from sources.models import PollutionSource

from .draw import Draw
from .inspection import NOT_ENTERED, Finding, Inspection, Outcome
from .quarters import quarter_code
from .strata import Stratum


def division_of(industry_code: str) -> str:
    """Return the division (大类) of GB/T 4754-2017 that a code lies in, two digits; empty where there is none."""
    code = industry_code[:2]
    known = industries().get(code)
    return code if known and known.level is Level.DIVISION else ""


def division_label(code: str) -> str:
    """Return the name of a division; a code that the standard does not have stays as it is."""
    known = industries().get(code)
    return known.name if known else code


NAME_CHARACTERS = 24  # of a name that its order goes by; units alike so far stand by their number
NAMELESS = "ff"  # behind every name: no character of GB 18030 begins with this byte


def name_key_of(name: str) -> str:
    """Return what a list goes by to stand in the order of names, on every database alike; of a withdrawn one the last.

    The bytes of GB 18030 in hex: its 3,755 commonest characters stand in the order of their pinyin, rarer ones before or behind them.
    """
    return name[:NAME_CHARACTERS].encode("gb18030", "replace").hex()[: 4 * NAME_CHARACTERS] or NAMELESS


@dataclass(frozen=True)
class FiledUnder:
    """Where a unit belongs on a day: its township, the division of its industry, its speciality."""

    township: str = ""
    industry: str = ""
    speciality: str = ""

    @classmethod
    def of(cls, source: PollutionSource) -> "FiledUnder":
        name = source.speciality.name if source.speciality else ""
        return cls(source.township, division_of(source.industry_code), name)

    def __str__(self) -> str:
        """As the trail keeps it at the publication."""
        return " / ".join(each or "-" for each in (self.township, self.industry, self.speciality))


class PublishedResultQuerySet(models.QuerySet):
    def distinct_values(self, column: str) -> list[str]:
        """Return the values of a text column that begins an index, ascending, without the empty one.

        Of a hundred thousand rows a DISTINCT reads them all: this steps from value to value in the index, on both databases.
        """
        connection = connections[self.db]
        name = connection.ops.quote_name(self.model._meta.get_field(column).column)
        table = connection.ops.quote_name(self.model._meta.db_table)
        sql = (  # of names of our own
            f"WITH RECURSIVE found(value) AS (SELECT min({name}) FROM {table} WHERE {name} > '' UNION ALL "  # noqa: S608
            f"SELECT (SELECT min({name}) FROM {table} WHERE {name} > found.value) "
            "FROM found WHERE found.value IS NOT NULL) SELECT value FROM found WHERE value IS NOT NULL"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return [value for (value,) in cursor.fetchall()]


class PublishedResult(models.Model):
    """What a published result is found and counted by. Of one that the law hid as a whole: its class and its draw alone."""

    inspection = models.OneToOneField(Inspection, models.PROTECT, related_name="published_result")
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    number = models.CharField("污染源编码", max_length=55)
    # Of the name as it was drawn, while that is public; see `name_key_of`.
    name_key = models.CharField(
        "名称的排序", max_length=4 * NAME_CHARACTERS, default=NAMELESS, editable=False
    )
    stratum = models.CharField("类别", max_length=20, choices=Stratum)
    published_on = models.DateField("公开日期")
    # The day that lists go by: of the visit; where the law hid it, of the publication, or its neighbours would give it away.
    day = models.DateField("日期")
    is_hidden = models.BooleanField("全文已依法隐去", default=False)
    visited_on = models.DateField("检查日期", null=True, blank=True)
    outcome = models.CharField("检查结论", max_length=10, choices=Outcome, blank=True)
    # None: the officers did not enter, or it is hidden. What counts as a problem is `statistics.counted.faulty`.
    is_faulty = models.BooleanField("发现问题", null=True, blank=True)
    township = models.CharField("乡镇（街道）", max_length=40, blank=True)
    industry = models.CharField("行业大类", max_length=2, blank=True)
    speciality = models.CharField("行业专业组", max_length=60, blank=True)
    objects = PublishedResultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开的检查结果"
        # Never by the key: it follows the order of the publications, and of a sealed draw that follows the ranks.
        ordering = ["-day", "number", "year", "quarter"]
        default_permissions = ()
        constraints = [
            # A unit stands once in a draw, and a quarter has one draw that counts.
            models.UniqueConstraint(fields=["year", "quarter", "number"], name="one_result_a_quarter")
        ]
        # One for each filter, in the order of the list: no page sorts, however many rows a filter leaves.
        indexes = [
            models.Index(fields=["-day", "number"], name="published_by_day"),
            models.Index(fields=["number", "-day"], name="published_by_number"),
            models.Index(fields=["name_key", "number", "-day"], name="published_by_name"),
            models.Index(fields=["year", "quarter", "-day", "number"], name="published_of_quarter"),
            models.Index(fields=["stratum", "-day", "number"], name="published_of_stratum"),
            models.Index(fields=["township", "-day", "number"], name="published_of_township"),
            models.Index(fields=["industry", "-day", "number"], name="published_of_industry"),
            models.Index(fields=["speciality", "-day", "number"], name="published_of_speciality"),
            models.Index(fields=["outcome", "-day", "number"], name="published_of_outcome"),
            models.Index(fields=["is_faulty", "-day", "number"], name="published_of_faulty"),
        ]

    def __str__(self) -> str:
        return f"{quarter_code(self.year, self.quarter)} {self.number}"

    @property
    def filed_under(self) -> FiledUnder:
        return FiledUnder(self.township, self.industry, self.speciality)


# What follows from the inspection, the registry and redactions aside.
FACTS = ("year", "quarter", "number", "name_key", "stratum", "published_on", "day", "is_hidden", "visited_on", "outcome", "is_faulty")  # fmt: skip
NOWHERE = FiledUnder()


def facts_of(inspection: Inspection, *, is_hidden: bool, has_failed: bool) -> dict[str, Any]:
    """Return the columns of FACTS for a published inspection.

    :param is_hidden: whether the law hid the result as a whole: then it has neither outcome nor day of a visit.
    :param has_failed: whether a point of its checklists failed.
    :raises ValueError: it was never published.
    """
    selection = inspection.selection
    if inspection.published_at is None:
        raise ValueError("not published")
    published_on = timezone.localdate(inspection.published_at)
    visited_on: datetime.date | None = None
    outcome, is_faulty = "", None
    if not is_hidden:
        visited_on = timezone.localdate(inspection.visited_at) if inspection.visited_at else None
        outcome = inspection.outcome
        entered = visited_on is not None and bool(outcome) and outcome not in NOT_ENTERED
        is_faulty = outcome != Outcome.CLEAN or has_failed if entered else None
    return {
        "year": selection.draw.year,
        "quarter": selection.draw.quarter,
        "number": selection.source.number,
        "name_key": name_key_of(selection.name),
        "stratum": selection.stratum,
        "published_on": published_on,
        "day": visited_on or published_on,
        "is_hidden": is_hidden,
        "visited_on": visited_on,
        "outcome": outcome,
        "is_faulty": is_faulty,
    }


def keep(inspection: Inspection) -> PublishedResult:
    """Write the row of an inspection that is being published, in the same transaction."""
    filed_under = FiledUnder.of(inspection.selection.source)
    failed = inspection.findings.filter(verdict=Finding.Verdict.FAIL).exists()
    facts = facts_of(inspection, is_hidden=False, has_failed=failed)
    row, _ = PublishedResult.objects.update_or_create(
        inspection=inspection, defaults=facts | vars(filed_under)
    )
    return row


def empty(inspection: Inspection) -> None:
    """Take out of the row what the law hides: no filter, order or figure says any more what it was."""
    facts = facts_of(inspection, is_hidden=True, has_failed=False)
    PublishedResult.objects.filter(inspection=inspection).update(**facts, **vars(NOWHERE))


def forget_names(draw: Draw, numbers: Collection[str]) -> None:
    """Let results of a draw stand behind all names, where their own were withdrawn, in the same transaction."""
    rows = PublishedResult.objects.filter(inspection__selection__draw=draw, number__in=numbers)
    rows.exclude(name_key=NAMELESS).update(name_key=NAMELESS)
