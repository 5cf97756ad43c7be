"""The calendars of the lotteries: which issue is proposed, and when it is drawn."""

import datetime
from itertools import islice

import pytest

from drawings.models.lotteries import Issue, drawings_after, is_drawing, nearest, next_issue, possible_numbers
from drawings.models.substitutions import instead_in_words


def at(text):
    return datetime.datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("pl5", ["2026-10-08T21:25", "2026-10-09T21:25", "2026-10-10T21:25", "2026-10-11T21:25"]),
        ("fc3d", ["2026-10-08T21:15", "2026-10-09T21:15", "2026-10-10T21:15", "2026-10-11T21:15"]),
        ("ssq", ["2026-10-08T21:15", "2026-10-11T21:15", "2026-10-13T21:15", "2026-10-15T21:15"]),
    ],
)
def test_each_lottery_is_drawn_on_its_days_at_its_time(source, wanted):
    found = islice(drawings_after(source, at("2026-10-08T09:00:00")), 4)  # a Thursday
    assert list(found) == [at(f"{each}:00") for each in wanted]


def test_the_moment_of_a_drawing_is_not_after_it():
    assert next(drawings_after("pl5", at("2026-10-08T21:25:00"))) == at("2026-10-09T21:25:00")


def test_a_moment_abroad_is_read_in_china():
    moment = datetime.datetime.fromisoformat("2026-10-08T20:00:00+00:00")  # 9 October, 4 in the morning
    assert next(drawings_after("fc3d", moment)) == at("2026-10-09T21:15:00")


@pytest.mark.parametrize(
    ("source", "known", "after", "wanted"),
    [
        ("pl5", ("26271", "2026-09-28T21:25:00"), "2026-10-08T09:00:00", ("26281", "2026-10-08T21:25:00")),
        ("fc3d", ("2026261", "2026-09-28T21:15:00"), "2026-09-28T21:15:00", ("2026262", "2026-09-29T21:15:00")),
        ("ssq", ("2026112", "2026-10-08T21:15:00"), "2026-10-08T21:15:00", ("2026113", "2026-10-11T21:15:00")),
        ("ssq", ("2026112", "2026-10-08T21:15:00"), "2026-10-19T12:00:00", ("2026117", "2026-10-20T21:15:00")),
        # The numbers of a year begin with 001.
        ("pl5", ("26355", "2026-12-31T21:25:00"), "2026-12-31T22:00:00", ("27001", "2027-01-01T21:25:00")),
        ("ssq", ("2026150", "2026-12-29T21:15:00"), "2027-01-04T12:00:00", ("2027002", "2027-01-05T21:15:00")),
        # An issue that is named for a later day counts back.
        ("pl5", ("26283", "2026-10-10T21:25:00"), "2026-10-08T09:00:00", ("26281", "2026-10-08T21:25:00")),
        ("pl5", ("26281", "2026-10-08T21:25:00"), "2026-10-08T09:00:00", ("26281", "2026-10-08T21:25:00")),
        ("pl5", ("27001", "2027-01-01T21:25:00"), "2026-12-30T09:00:00", ("", "2026-12-30T21:25:00")),
    ],
)  # fmt: skip
def test_the_number_is_counted_from_the_known_issue(source, known, after, wanted):
    found = next_issue(source, at(after), Issue(known[0], at(known[1])))
    assert found == Issue(wanted[0], at(wanted[1]))


def test_without_a_known_issue_the_number_stays_open():
    assert next_issue("pl5", at("2026-10-08T09:00:00")) == Issue("", at("2026-10-08T21:25:00"))


def test_the_last_issue_before_the_moment_is_counted_from():
    early, late = Issue("26271", at("2026-09-28T21:25:00")), Issue("26290", at("2026-10-17T21:25:00"))
    assert nearest([early, late], at("2026-10-08T09:00:00")) == early
    assert nearest([late], at("2026-10-08T09:00:00")) == late
    assert nearest([], at("2026-10-08T09:00:00")) is None


@pytest.mark.parametrize(
    ("source", "moment", "wanted"),
    [
        ("pl5", "2026-10-08T21:25:00", range(256, 282)),
        ("fc3d", "2026-01-02T21:15:00", range(1, 3)),
        ("ssq", "2026-10-08T21:15:00", range(110, 122)),
        ("ssq", "2027-01-03T21:15:00", range(1, 2)),  # the first Sunday of the year
    ],
)
def test_a_number_is_of_the_drawings_of_its_year_less_the_pauses(source, moment, wanted):
    assert possible_numbers(source, at(moment)) == wanted


def test_a_drawing_is_on_its_day_to_the_second():
    assert is_drawing("ssq", at("2026-10-08T21:15:00"))
    assert not is_drawing("ssq", at("2026-10-08T21:15:01"))
    assert not is_drawing("ssq", at("2026-10-09T21:15:00"))  # a Friday


@pytest.mark.parametrize(
    ("label", "issue", "words"),
    [
        ("26281", "26281", ""),
        ("26281", "", ""),
        ("26281", "26282", "没有开奖，用其后首先开奖的第 26282 期"),
        ("26281", "26284", "没有开奖，用其后首先开奖的第 26284 期（其间还有 2 个期号，须都没有开奖，请到彩票机构网站核对）"),
        ("26359", "27001", "没有开奖，用其后首先开奖的第 27001 期"),
        ("26359", "27002", "没有开奖，用其后首先开奖的第 27002 期（其间还有 1 个期号，须都没有开奖，请到彩票机构网站核对）"),
    ],
)  # fmt: skip
def test_an_issue_that_stands_for_another_is_told_with_those_passed_over(label, issue, words):
    assert instead_in_words(label, issue) == words
