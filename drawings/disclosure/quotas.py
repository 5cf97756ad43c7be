"""The arithmetic of the quotas in words that a factory owner can follow with a pocket calculator."""

from dataclasses import dataclass

from ..models import Plan
from ..models.quota import Quota
from ..protocol import verify
from . import objects

# What the plan's page counts with before the year's first draw gives real numbers.
EXAMPLE_UNITS, EXAMPLE_OFFICERS = 200, 12


class PublicQuota(Quota):
    """A quota with its sum in words for everybody."""

    @property
    def words(self) -> str:
        rule = self.parsed
        whole = self.officers if rule.counts_officers else self.base
        start = (
            f"可派出的执法人员 {self.officers} 人" if rule.counts_officers else f"在库参加抽签 {self.base} 家"
        )
        words = f"{start} {product(whole, rule.numerator, rule.denominator)} → "
        if self.wanted == self.take:
            rounded = whole * rule.numerator % rule.denominator
            return words + f"抽 {self.take} 家" + ("（有小数进一）" if rounded else "")
        return words + f"应抽 {self.wanted} 家，可抽的只有 {self.take} 家，全部抽取"


@dataclass(frozen=True)
class Readings:
    """What 1:4 comes to under each reading, and from where the numbers are."""

    rate: objects.Rate
    by_units: str
    by_officers: str
    by_officers_year: str
    taken_from: str  # title of the draw; empty: an invented example


def product(whole: int, times: int, by: int) -> str:
    """Say ``40 × 25/100 = 10`` or ``227 × 1/4 = 56.75``; what does not come out even is rounded for the eye."""
    if whole * times % by == 0:
        return f"× {times}/{by} = {whole * times // by}"
    exact = f"{whole * times / by:.4f}".rstrip("0")
    sign = "=" if by in (2, 4, 5, 8, 10, 16, 20, 25, 40, 50, 80, 100) else "≈"
    return f"× {times}/{by} {sign} {exact}"


def readings(rate: objects.Rate, commit: verify.Commit | None, title: str) -> Readings:
    """Count each reading of the general rate with the numbers of a commit, or with an invented example."""
    units, officers = EXAMPLE_UNITS, EXAMPLE_OFFICERS
    bases = {stratum.code: stratum.base for stratum in commit.strata} if commit else {}
    if rate.stratum in bases:
        units, officers = bases[rate.stratum], commit.officers_rows
    else:
        title = ""

    def counted(reading: Plan.Reading) -> str:
        rule = Plan.rule_under(reading, rate.stratum, rate.numerator, rate.denominator)
        return PublicQuota.counted(rate.stratum, str(rule), units, officers).words

    return Readings(
        rate,
        counted(Plan.Reading.UNITS),
        counted(Plan.Reading.OFFICERS),
        counted(Plan.Reading.OFFICERS_YEAR),
        title,
    )
