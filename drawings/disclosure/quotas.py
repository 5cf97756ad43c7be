"""The arithmetic of the quotas in words that a factory owner can follow with a pocket calculator."""

from dataclasses import dataclass

from ..models import Stratum
from ..protocol import verify
from . import objects

# What the plan's page counts with before the year's first draw gives real numbers.
EXAMPLE_UNITS, EXAMPLE_OFFICERS = 200, 12


@dataclass(frozen=True)
class Quota:
    stratum: str
    label: str
    base: int
    take: int
    words: str


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


def quota(stratum: verify.Stratum, officers: int) -> Quota:
    """Put one ``stratum`` line of a commit into words."""
    per_officer, _, _ = stratum.rule.rpartition("*")
    times, by = map(int, stratum.rule.rpartition("*")[2].split("/"))
    whole = officers if per_officer else stratum.base
    wanted = -(-whole * times // by)
    start = f"可派出的执法人员 {officers} 人" if per_officer else f"在册参加抽签 {stratum.base} 家"
    words = f"{start} {product(whole, times, by)} → "
    if wanted == stratum.take:
        words += f"抽 {stratum.take} 家" + ("（向上取整）" if whole * times % by else "")
    else:
        words += f"应抽 {wanted} 家，可抽的只有 {stratum.take} 家，全部抽取"
    return Quota(stratum.code, Stratum.label_of(stratum.code), stratum.base, stratum.take, words)


def quotas(commit: verify.Commit) -> tuple[Quota, ...]:
    return tuple(quota(stratum, commit.officers_rows) for stratum in commit.strata)


def readings(rate: objects.Rate, commit: verify.Commit | None, title: str) -> Readings:
    """Count each reading of the general rate with the numbers of a commit, or with an invented example."""
    units, officers = EXAMPLE_UNITS, EXAMPLE_OFFICERS
    bases = {stratum.code: stratum.base for stratum in commit.strata} if commit else {}
    if rate.stratum in bases:
        units, officers = bases[rate.stratum], commit.officers_rows
    else:
        title = ""
    times, by = rate.numerator, rate.denominator

    def counted(rule: str) -> str:
        take = min(units, verify.quota(rule, units, officers))
        return quota(verify.Stratum(rate.stratum, rule, units, take), officers).words

    return Readings(
        rate,
        counted(f"{times}/{by}"),
        counted(f"officers*{by}/{times}"),
        counted(f"officers*{by}/{times * 4}"),
        title,
    )
