"""The next issue of a lottery: its time by the calendar, its number counted on from the last one known."""

import datetime

import pytest

from drawings.models.entropy import LOTTERIES
from drawings.models.lotteries import CALENDARS, CHINA, Issue, next_issue, propose
from drawings.protocol import verify


def at(text: str) -> datetime.datetime:
    """A moment in China, from ``2026-11-24 21:15``."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=CHINA)


def test_every_lottery_that_a_draw_may_name_has_its_calendar():
    assert set(CALENDARS) == set(LOTTERIES)


@pytest.mark.parametrize(
    ("source", "label", "last", "now", "expected", "time"),
    [
        ("pl5", "26351", "2026-12-31 21:25", "2026-12-31 22:00", "27001", "2027-01-01 21:25"),
        ("pl5", "26340", "2026-12-20 21:25", "2027-01-15 10:00", "27015", "2027-01-15 21:25"),
        ("fc3d", "2026351", "2026-12-31 21:15", "2027-01-01 21:15", "2027002", "2027-01-02 21:15"),
        # The last Thursday of 2026 is its last day; the first drawing of 2027 is on Sunday the 3rd.
        ("ssq", "2026151", "2026-12-31 21:15", "2027-01-01 08:00", "2027001", "2027-01-03 21:15"),
        ("ssq", "2026151", "2026-12-31 21:15", "2027-01-05 08:00", "2027002", "2027-01-05 21:15"),
    ],
)
def test_a_new_year_starts_its_numbers_again(source, label, last, now, expected, time):
    assert next_issue(source, at(now), Issue(label, at(last))) == Issue(expected, at(time))


@pytest.mark.parametrize(
    ("label", "last"),
    [("", None), ("", "2026-10-01 21:25"), ("2026261", "2026-10-01 21:25"), ("25261", "2026-10-01 21:25"),
     ("26२61", "2026-10-01 21:25"), ("26999", "2026-10-01 21:25")],
)  # fmt: skip
def test_without_a_number_that_can_be_counted_on_the_time_is_proposed_alone(label, last):
    found = next_issue("pl5", at("2026-10-02 12:00"), last and Issue(label, at(last)))
    assert found == Issue("", at("2026-10-02 21:25"))


@pytest.mark.parametrize("source", LOTTERIES)
def test_counting_agrees_with_going_from_one_drawing_to_the_next(source):
    first = next_issue(source, at("2025-12-28 00:00"))
    digits = CALENDARS[source].year_digits
    known = first._replace(label=f"{2025:04d}"[-digits:] + "300")
    seen = [known]
    for _ in range(400):  # over at least one change of the year
        seen.append(next_issue(source, seen[-1].known_at, seen[-1]))
        verify.bits(source, seen[-1].label)  # of the form that the protocol asks for
    for issue in seen[::7]:
        assert next_issue(source, issue.known_at - datetime.timedelta(seconds=1), known) == issue


def test_the_site_counts_on_from_the_last_issue_that_one_of_its_draws_named(outside_draw):
    # It named ssq 2026112 for Thursday, 8 October 2026.
    assert propose("ssq", at("2026-10-10 09:00")) == Issue("2026113", at("2026-10-11 21:15"))
    assert propose("pl5", at("2026-10-10 09:00")) == Issue("", at("2026-10-10 21:25"))
    assert propose("drand", at("2026-10-10 09:00")) is None
