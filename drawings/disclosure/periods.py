"""The years and quarters that addresses, lists, files and figures go by, and which draws count in them."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from wugang_audit import clock

from ..models.quarters import QUARTERS, last_day_of, quarter_code, quarter_title
from .objects import Draw

PATTERN = "[0-9]{4}(?:Q[1-4])?"  # how an address names one


@dataclass(frozen=True)
class Period:
    """A year, or a quarter of one."""

    year: int
    quarter: int | None = None

    @classmethod
    def read(cls, code: str) -> "Period":
        """Read ``2026`` or ``2026Q4``.

        :raises ValueError: it is neither.
        """
        if not re.fullmatch(PATTERN, code, re.ASCII):
            raise ValueError(code)
        year, _, quarter = code.partition("Q")
        return cls(int(year), int(quarter) if quarter else None)

    @property
    def code(self) -> str:
        return quarter_code(self.year, self.quarter) if self.quarter else f"{self.year}"

    @property
    def title(self) -> str:
        return quarter_title(self.year, self.quarter) if self.quarter else f"{self.year}年"

    @property
    def last_day(self) -> datetime.date:
        return last_day_of(self.year, self.quarter or QUARTERS[-1])

    @property
    def as_of(self) -> datetime.date:
        """Its last day, or today while it still runs: what is counted back from a day is counted from this one."""
        return min(self.last_day, clock.today())

    @property
    def condition(self) -> Q:
        """The condition of its published results."""
        return Q(year=self.year, quarter=self.quarter) if self.quarter else Q(year=self.year)

    def holds(self, year: int, quarter: int) -> bool:
        return year == self.year and self.quarter in (None, quarter)


def quarter_of_code(code: str) -> tuple[int, int]:
    year, _, quarter = code.partition("Q")
    return int(year), int(quarter)


def quarter_of(draw: Draw) -> tuple[int, int]:
    return quarter_of_code(draw.quarter_code)


def is_real(draw: Draw) -> bool:
    """Say whether a draw is real on this site.

    One with the machine's own numbers is no ground for an inspection (演示), so no figure of real work counts it. Where such
    numbers are allowed (`ALLOW_SYSTEM_ENTROPY`), all is practice: there they are counted, and marked.
    """
    return settings.ALLOW_SYSTEM_ENTROPY or not draw.is_rehearsal


def counts(draw: Draw) -> bool:
    """Say whether a draw is counted: its units are public, it is not void, and it is real."""
    return draw.is_open and not draw.is_void and is_real(draw)


def last_of(draw: Draw) -> datetime.date:
    return last_day_of(*quarter_of(draw))


def known_years(draws: Iterable[Draw]) -> list[int]:
    """Return the years that have figures, the latest first."""
    return sorted({quarter_of(draw)[0] for draw in draws}, reverse=True)


def quarters_of(draws: Iterable[Draw], year: int) -> list[Period]:
    """Return the quarters of a year that have draws."""
    return [Period(*key) for key in sorted({quarter_of(draw) for draw in draws}) if key[0] == year]
