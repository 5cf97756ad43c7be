"""Quarters of the calendar: a draw is one quarter's."""

import datetime

QUARTERS = (1, 2, 3, 4)


def quarter_of(day: datetime.date) -> tuple[int, int]:
    """Return the year of a day and its quarter, 1 to 4."""
    return day.year, (day.month + 2) // 3


def quarter_before(year: int, quarter: int) -> tuple[int, int]:
    """Return the year and number of the quarter before this one."""
    return (year, quarter - 1) if quarter > 1 else (year - 1, 4)


def last_day_of(year: int, quarter: int) -> datetime.date:
    """Return the last day of a quarter, worked or not."""
    return datetime.date(year, quarter * 3, 31 if quarter in (1, 4) else 30)


def quarter_code(year: int, quarter: int) -> str:
    """Return the quarter as the code of its first draw, ``2026Q4``."""
    return f"{year}Q{quarter}"


def quarter_title(year: int, quarter: int) -> str:
    """Return the quarter in Chinese, as the title of its draw begins."""
    return f"{year}年第{quarter}季度"
