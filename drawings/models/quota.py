"""How many units a stratum gives: the rule of a rate, read and written in one place, and what it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from ..protocol import verify
from .strata import Stratum

OFFICERS = "officers*"


@dataclass(frozen=True)
class Rule:
    """A rule of draw/2, commit.txt: ``N/D`` of the units, or ``officers*N/D`` of the officers."""

    counts_officers: bool
    numerator: int
    denominator: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a rule; verify.Invalid where it is of neither form."""
        parts = verify.IS_RULE(text)
        if parts is None:
            raise verify.Invalid(f"抽取规则不对：{verify.shown(text)}")
        return cls(parts[1] is not None, int(parts[2]), int(parts[3]))

    def __str__(self) -> str:
        return f"{OFFICERS if self.counts_officers else ''}{self.numerator}/{self.denominator}"


@dataclass(frozen=True)
class Quota:
    """The quota of one stratum: ``base x N / D`` or ``officers x N / D``, rounded up; never more than there are."""

    code: str
    rule: str  # as draw/2 writes it
    base: int  # units that the rate counts
    take: int  # units that are drawn
    officers: int

    @classmethod
    def of(cls, stratum: verify.Stratum, officers: int) -> Self:
        """Build it from a row of the protocol."""
        return cls(stratum.code, stratum.rule, stratum.base, stratum.take, officers)

    @classmethod
    def counted(cls, code: str, rule: str, base: int, officers: int) -> Self:
        """Build it from the numbers alone, as if every unit of the base could be drawn."""
        return cls(code, rule, base, min(verify.quota(rule, base, officers), base), officers)

    @classmethod
    def planned(
        cls, rules: Iterable[tuple[str, str]], units: Iterable[verify.Unit], officers: int
    ) -> list[Self]:
        """Build those of a plan's rules for the units of a pool."""
        return [cls.of(stratum, officers) for stratum in verify.strata_of(units, rules, officers)]

    @classmethod
    def committed(cls, commit: verify.Commit) -> list[Self]:
        """Build those that a commit has fixed."""
        return [cls.of(stratum, commit.officers_rows) for stratum in commit.strata]

    @property
    def label(self) -> str:
        return Stratum.label_of(self.code)

    @property
    def wanted(self) -> int:
        """What the rule asks for, even where there are fewer units."""
        return verify.quota(self.rule, self.base, self.officers)

    @property
    def parsed(self) -> Rule:
        return Rule.read(self.rule)

    @property
    def arithmetic(self) -> str:
        """The sum in the words of the staff's pages and of the minutes."""
        rule = self.parsed
        counted = f"在岗执法人员 {self.officers} 人" if rule.counts_officers else f"参加抽签 {self.base} 家"
        return f"{counted} × {rule.numerator}/{rule.denominator}，有小数进一 = {self.wanted} 家"
