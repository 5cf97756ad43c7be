"""How likely a unit is to be drawn, exactly, and in words that need no mathematics."""

from dataclasses import dataclass
from fractions import Fraction

from ..protocol import verify

# What each standing means (draw/2, pool.tsv), in the words of all pages.
STANDINGS = {
    "in": "参加抽签",
    "again": "本年已抽过，其他单位抽完才轮到",
    "capped": "达到全年检查上限，这次不抽",
    "stopped": "停产，不参加抽签",
    "exempt": "豁免（不参与双随机），不参加抽签",
}


@dataclass(frozen=True)
class Chances:
    """The odds in one stratum: ``in`` units go first, each as likely as the other; then the ``again`` units."""

    take: int
    fresh: int  # units that are ``in``
    again: int

    def of(self, standing: str) -> Fraction:
        """Return the chance of a unit, exactly."""
        if standing not in verify.DRAWABLE or not self.take:
            return Fraction(0)
        if standing == "in":
            return Fraction(min(self.take, self.fresh), self.fresh) if self.fresh else Fraction(0)
        rest = max(0, self.take - self.fresh)
        return Fraction(min(rest, self.again), self.again) if self.again else Fraction(0)

    def words(self, standing: str) -> str:
        """Say it; empty for a unit that is not drawn."""
        if standing not in verify.DRAWABLE:
            return ""
        if not self.take:
            return "这一类这次不抽"
        return self._fresh() if standing == "in" else self._again()

    def _fresh(self) -> str:
        take, fresh = self.take, self.fresh
        if take > fresh:
            return f"本年没抽过的只有 {fresh} 家，要抽 {take} 家：全部抽中，100%"
        first = "本年没抽过的先抽，" if self.again else ""
        return f"{first}{fresh} 家里抽 {take} 家：{percent(self.of('in'))}"

    def _again(self) -> str:
        take, fresh, chance = self.take, self.fresh, percent(self.of("again"))
        if not fresh:
            return f"本年都抽过了，{self.again} 家里抽 {take} 家：{chance}"
        if take <= fresh:
            return f"本年没抽过的 {fresh} 家先抽，只抽 {take} 家：这次轮不到"
        return (
            f"本年没抽过的 {fresh} 家全部抽中，还要从抽过的 {self.again} 家里抽 {take - fresh} 家：{chance}"
        )


def percent(chance: Fraction) -> str:
    """Write a chance to a tenth of a percent, and say where that is not exact: ``约 26.3%``."""
    thousandths = chance * 1000
    if thousandths.denominator == 1:
        return f"{int(thousandths) / 10:g}%"
    rounded = round(thousandths)
    if rounded == 0:
        return "不到 0.1%"
    return "超过 99.9%" if rounded == 1000 else f"约 {rounded / 10:.1f}%"
