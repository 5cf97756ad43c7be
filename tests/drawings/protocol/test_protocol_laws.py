"""What holds for every draw, over random registries, and against a second reading of the protocol."""

from collections import Counter
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import times
from plain_draw import PlainDraw, plain_draw
from protocol_cases import (
    ONE_TEAM,
    bundle,
    drawn,
    entries_of,
    failed,
    officer,
    registry,
    substituted,
    texts,
    unit,
)

from drawings.protocol import verify
from drawings.protocol.verify import Team

SEEDS = st.integers(0, 2**32)
TEAMS = st.sampled_from(
    [
        (Team("bureau", 2, "cross"),),
        (Team("bureau", 1, "cross"),),
        (Team("bureau", 3, "cross"),),
        (Team("fire", 1, "cross"), Team("bureau", 2, "cross")),
        (Team("bureau", 2, "cross"), Team("a-1", 2, "cross"), Team("fire", 1, "cross")),
    ]
)
SUBSTITUTES = st.sampled_from(["", "pl5", "fc3d", "ssq", "drand"])


def case(seed, size, people, teams=ONE_TEAM, **more):
    """A registry and its bundle; five officers of each department, and no unit recuses more than two."""
    units, officers = registry(seed, size, people, [team.department for team in teams])
    return units, officers, bundle(units, officers, teams, seed=seed, **more)


@settings(max_examples=times(200), deadline=None)
@given(seed=SEEDS, size=st.integers(0, 60), people=st.integers(5, 14), teams=TEAMS)
def test_both_readings_of_the_protocol_give_the_same_bytes(seed, size, people, teams):
    _, _, files = case(seed, size, people, teams)
    assert verify.draw(*texts(files)) == plain_draw(*texts(files))


@settings(max_examples=times(350), deadline=None)
@given(
    seed=SEEDS, size=st.integers(1, 30), people=st.integers(5, 9), teams=TEAMS, source=SUBSTITUTES, count=st.integers(1, 9)
)  # fmt: skip
def test_both_readings_of_the_protocol_give_the_same_substitutes(seed, size, people, teams, source, count):
    units, _, files = case(seed, size, people, teams, substitutes=source, rules=dict.fromkeys(STRATA, "1/3"))
    plain, files = PlainDraw(*texts(files)), substituted(files, count, seed)
    if "substitutes.tsv" in files:
        text = files["substitutes.tsv"].decode()
        assert plain.substitutes(text) == text == verify.substitute_files(files)
        assert failed(drawn(files)) == []


STRATA = ("key", "special", "general")


@settings(max_examples=times(60), deadline=None)
@given(seed=SEEDS, size=st.integers(1, 60), people=st.integers(5, 14), teams=TEAMS)
def test_every_draw_keeps_the_rules(seed, size, people, teams):
    units, officers, files = case(seed, size, people, teams)
    result = verify.parse_result(verify.draw(*texts(files)))
    by_id, having = {one.unit: one for one in units}, {who.officer: who.specialities for who in officers}
    of = {who.officer: who.department for who in officers}
    first = sum(who.department == teams[0].department for who in officers)
    taken = Counter(row.stratum for row in result.rows)
    for stratum in verify.parse_commit(files["commit.txt"].decode()).strata:
        mine = [one for one in units if one.stratum == stratum.code]
        base = sum(one.standing in ("in", "again", "capped") for one in mine)
        able = sum(one.standing in ("in", "again") for one in mine)
        wanted = {"key": ceil(Fraction(base, 4)), "special": ceil(Fraction(2 * base, 3))}
        assert taken[stratum.code] == min(wanted.get(stratum.code, 4 * first), able)
        chosen = [by_id[row.unit].standing for row in result.rows if row.stratum == stratum.code]
        if "again" in chosen:
            assert chosen.count("in") == sum(one.standing == "in" for one in mine)
    assert len({row.unit for row in result.rows}) == len(result.rows)
    for row in result.rows:
        one = by_id[row.unit]
        assert one.standing in ("in", "again") and one.stratum == row.stratum
        assert [of[who] for who in row.team] == [team.department for team in teams for _ in range(team.size)]
        assert len(set(row.team)) == len(row.team) and not set(row.team) & set(one.recused)
        assert row.note == ("" if all(one.speciality in having[who] for who in row.team) else "cross")
        for team in teams:
            part = [who for who in row.team if of[who] == team.department]
            fitting = [one.speciality in having[who] for who in part]
            assert fitting == sorted(fitting, reverse=True)
            able = {w for w in having if of[w] == team.department and w not in one.recused}
            matching = {who for who in able if one.speciality in having[who]}
            assert all(fitting) if len(matching) >= team.size else set(part) >= matching


@settings(max_examples=times(30), deadline=None)
@given(seed=SEEDS, size=st.integers(1, 40))
def test_the_order_in_which_the_registry_is_read_changes_nothing(seed, size):
    units, officers, files = case(seed, size, 8, entries=entries_of(registry(seed, size, 8)[0]))
    again = bundle(
        units[::-1], officers[::-1], seed=seed, entries=entries_of(registry(seed, size, 8)[0])[::-1]
    )
    assert drawn(again) == drawn(files)
    assert failed(drawn(files)) == []


@settings(max_examples=times(40), deadline=None)
@given(seed=SEEDS, size=st.integers(1, 40), people=st.integers(4, 6), wanted=st.integers(1, 3))
def test_a_match_draw_is_refused_exactly_when_a_unit_that_may_be_drawn_lacks_matching_officers(
    seed, size, people, wanted
):
    teams = (Team("bureau", 1, "cross"), Team("fire", wanted, "match"))
    units, officers = registry(seed, size, people, ("bureau", "fire"))
    lacking = []
    for one in units:
        able = [w for w in officers if w.department == "fire" and w.officer not in one.recused]
        if one.standing in ("in", "again") and sum(one.speciality in w.specialities for w in able) < wanted:
            lacking.append(one.unit)
    files = bundle(units, officers, teams)
    few = verify.unmatched(units, officers, teams).few_matching
    assert [one.unit for one, department, _ in few if department == "fire"] == lacking
    if lacking:
        with pytest.raises(
            verify.Invalid, match="在部门 fire 专业相符、可派的执法人员只有|可派的执法人员只有"
        ):
            verify.draw(*texts(files))
    else:
        assert verify.draw(*texts(files))


def test_a_unit_with_one_officer_left_refuses_the_freeze_even_if_it_is_not_drawn():
    officers = [officer(who, ()) for who in ("a1", "a2", "a3")]
    units = [unit(f"u{n}") for n in range(50)]
    lonely = unit("u99", standing="again", recused=("a1", "a3"))
    teams = (Team("bureau", 2, "cross"),)
    assert verify.unmatched([lonely], officers, teams).few_at_all == [(lonely, "bureau", 1)]
    with pytest.raises(
        verify.Invalid, match="pool.tsv：u99 在部门 bureau 可派的执法人员只有 1 名，应有 2 名"
    ):
        verify.draw(*texts(bundle([*units, lonely], officers, rules={"key": "1/50"})))
    stopped = lonely._replace(standing="stopped")
    assert verify.draw(*texts(bundle([*units, stopped], officers, rules={"key": "1/50"})))


def test_each_department_needs_its_own_officers():
    officers = [officer("a1"), officer("a2"), officer("b1", department="fire")]
    teams = (Team("bureau", 2, "cross"), Team("fire", 1, "match"))
    files = bundle([unit("u1")], officers, teams, rules={"key": "1/1"})
    assert verify.parse_result(verify.draw(*texts(files))).rows[0].team[2] == "b1"
    gone = unit("u1", recused=("b1",))
    assert verify.unmatched([gone], officers, teams) == ([(gone, "fire", 0)], [(gone, "fire", 0)])
    with pytest.raises(verify.Invalid, match="u1 在部门 fire 可派的执法人员只有 0 名，应有 1 名"):
        verify.draw(*texts(bundle([gone], officers, teams, rules={"key": "1/1"})))


def test_only_the_first_department_counts_in_a_rule_by_officers():
    officers = [officer("a1"), officer("a2"), *(officer(f"b{n}", department="fire") for n in range(5))]
    units = [unit(f"u{n:02d}") for n in range(20)]
    for first, second, taken in (("bureau", "fire", 4), ("fire", "bureau", 10)):
        teams = (Team(first, 1, "cross"), Team(second, 1, "cross"))
        files = bundle(units, officers, teams, rules={"key": "officers*2/1"})
        assert len(verify.parse_result(verify.draw(*texts(files))).rows) == taken


def test_a_cross_note_looks_at_every_department():
    officers = [officer("a1"), officer("a2"), officer("b1", ("t",), department="fire")]
    teams = (Team("bureau", 2, "match"), Team("fire", 1, "cross"))
    files = bundle([unit("u1")], officers, teams, rules={"key": "1/1"})
    assert verify.parse_result(verify.draw(*texts(files))).rows[0].note == "cross"


def test_ids_that_differ_only_by_case_are_two_units_and_two_officers():
    """The protocol allows them; the site does not take them into its registries."""
    files = drawn(bundle([unit("u1"), unit("U1")], [officer("a1"), officer("A1")], rules={"key": "1/1"}))
    rows = verify.parse_result(files["result.tsv"].decode()).rows
    assert failed(files) == []
    assert {row.unit for row in rows} == {"u1", "U1"}
    assert [set(row.team) for row in rows] == [{"a1", "A1"}] * 2


def test_a_class_without_units_gives_none_and_one_with_a_single_unit_gives_it():
    officers = [officer("a1"), officer("a2")]
    files = drawn(bundle([unit("u1")], officers, rules={"special": "1/4", "key": "25/100"}))
    strata = verify.parse_commit(files["commit.txt"].decode()).strata
    assert [(stratum.code, stratum.base, stratum.take) for stratum in strata] == [
        ("special", 0, 0),
        ("key", 1, 1),
    ]
    assert [row.unit for row in verify.parse_result(files["result.tsv"].decode()).rows] == ["u1"]
    assert failed(files) == []


def test_a_recused_person_who_is_off_duty_is_allowed_and_counts_for_nothing():
    officers, one = [officer("a1"), officer("a2")], unit("u1", recused=("a9", "b7"))
    assert verify.unmatched([one], officers, (Team("bureau", 2, "match"),)) == ([], [])
    assert failed(drawn(bundle([one], officers, rules={"key": "1/1"}))) == []


@pytest.mark.parametrize(
    ("rule", "base", "officers", "wanted"),
    [
        ("25/100", 1, 9, 1),
        ("25/100", 0, 9, 0),
        ("25/100", 40, 9, 10),
        ("25/100", 41, 9, 11),
        ("1/4", 0, 9, 0),
        ("1/3", 3, 9, 1),
        ("1/1", 7, 9, 7),
        ("999999999/999999999", 999_999_999, 9, 999_999_999),
        ("officers*4/1", 3, 9, 36),
        ("officers*5/2", 3, 9, 23),
        ("officers*0/1", 3, 9, 0),
        ("1/3", 10**30 + 1, 0, (10**30 + 3) // 3),
    ],
)
def test_a_quota_is_rounded_up_in_whole_numbers(rule, base, officers, wanted):
    assert verify.quota(rule, base, officers) == wanted


@pytest.mark.parametrize(
    "rule", ["0/4", "5/4", "1/0", "officers*1/0", "1/04", "-1/4", "1", "1/4/4", "officers/4", "", "１/4"]
)
def test_a_rule_of_another_form_is_refused(rule):
    with pytest.raises(verify.Invalid, match="抽取规则不对"):
        verify.quota(rule, 1, 1)


def test_a_stratum_that_has_no_rule_is_refused_and_the_order_of_the_rules_is_kept():
    units = [unit("u1", standing="capped"), unit("u2")]
    assert verify.strata_of(units, [("z", "1/1"), ("key", "1/1")], 3) == (
        ("z", "1/1", 0, 0),
        ("key", "1/1", 2, 1),
    )
    with pytest.raises(verify.Invalid, match="类别 key 没有在"):
        verify.strata_of(units, [("z", "1/1")], 3)
