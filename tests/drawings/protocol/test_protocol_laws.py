"""What holds for every draw, over random registries, and against a second reading of the protocol."""

from collections import Counter
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import times
from plain_draw import H, plain_draw
from protocol_cases import bundle, drawn, failed, registry, texts

from drawings.protocol import verify
from drawings.protocol.verify import Officer, Unit

SEEDS = st.integers(0, 2**32)


def case(seed, size, people):
    """A registry and its bundle with the result, or None where the freeze is refused for want of officers."""
    units, officers = registry(seed, size, people)
    return units, officers, bundle(units, officers, seed=seed)


@settings(max_examples=times(200), deadline=None)
@given(seed=SEEDS, size=st.integers(0, 60), people=st.integers(4, 14))
def test_both_readings_of_the_protocol_give_the_same_bytes(seed, size, people):
    _, _, files = case(seed, size, people)
    assert verify.draw(*texts(files)) == plain_draw(*texts(files))


@settings(max_examples=times(60), deadline=None)
@given(seed=SEEDS, size=st.integers(1, 60), people=st.integers(4, 14))
def test_every_draw_keeps_the_rules(seed, size, people):
    units, officers, files = case(seed, size, people)
    result = verify.parse_result(verify.draw(*texts(files)))
    by_id, having = {unit.unit: unit for unit in units}, {who.officer: who.specialities for who in officers}
    taken = Counter(row.stratum for row in result.rows)
    for stratum in verify.parse_commit(files["commit.txt"].decode()).strata:
        mine = [unit for unit in units if unit.stratum == stratum.code]
        base = sum(unit.standing in ("in", "again", "capped") for unit in mine)
        able = sum(unit.standing in ("in", "again") for unit in mine)
        wanted = {"key": ceil(Fraction(base, 4)), "special": ceil(Fraction(2 * base, 3))}
        assert taken[stratum.code] == min(wanted.get(stratum.code, 4 * len(officers)), able)
        chosen = [by_id[row.unit].standing for row in result.rows if row.stratum == stratum.code]
        if "again" in chosen:
            assert chosen.count("in") == sum(unit.standing == "in" for unit in mine)
    assert len({row.unit for row in result.rows}) == len(result.rows)
    for row in result.rows:
        unit, team = by_id[row.unit], {row.lead, row.second}
        assert unit.standing in ("in", "again") and unit.stratum == row.stratum
        assert len(team) == 2 and team <= set(having)
        assert not team & set(unit.recused)
        fitting = [unit.speciality in having[who] for who in (row.lead, row.second)]
        assert row.note == ("-" if all(fitting) else "cross")
        assert fitting != [False, True]
        if row.note == "cross":
            matching = [who for who in having if unit.speciality in having[who] and who not in unit.recused]
            assert len(matching) < 2 and team >= set(matching)


@settings(max_examples=times(30), deadline=None)
@given(seed=SEEDS, size=st.integers(1, 40))
def test_the_order_in_which_the_registry_is_read_changes_nothing(seed, size):
    units, officers, files = case(seed, size, 8)
    again = bundle(units[::-1], officers[::-1], seed=seed)
    assert drawn(again) == drawn(files)
    assert failed(drawn(files)) == []


@settings(max_examples=times(40), deadline=None)
@given(seed=SEEDS, size=st.integers(1, 40), people=st.integers(4, 6))
def test_a_match_draw_is_refused_exactly_when_a_unit_that_may_be_drawn_lacks_matching_officers(
    seed, size, people
):
    units, officers = registry(seed, size, people)
    lacking = [
        unit.unit
        for unit in units
        if unit.standing in ("in", "again")
        and sum(unit.speciality in who.specialities and who.officer not in unit.recused for who in officers)
        < 2
    ]
    files = bundle(units, officers, team="match")
    assert [unit.unit for unit, _ in verify.unmatched(units, officers).few_matching] == lacking
    if lacking:
        with pytest.raises(verify.Invalid, match="专业相符、可派的执法人员只有"):
            verify.draw(*texts(files))
    else:
        rows = verify.parse_result(verify.draw(*texts(files))).rows
        assert {row.note for row in rows} <= {"-"}


def test_a_unit_with_one_officer_left_refuses_the_freeze_even_if_it_is_not_drawn():
    officers = [Officer(who, (), 0, who) for who in ("a1", "a2", "a3")]
    units = [Unit(f"u{n}", "key", "s", "in", (), "甲") for n in range(50)]
    lonely = Unit("u99", "key", "s", "again", ("a1", "a3"), "乙")
    assert verify.unmatched([lonely], officers).few_at_all == [(lonely, 1)]
    with pytest.raises(verify.Invalid, match="pool.tsv：u99 可派的执法人员只有 1 名"):
        verify.draw(*texts(bundle([*units, lonely], officers, rules={"key": "1/50"})))
    stopped = lonely._replace(standing="stopped")
    assert verify.draw(*texts(bundle([*units, stopped], officers, rules={"key": "1/50"})))


def test_ids_that_differ_only_by_case_are_two_units_and_two_officers():
    """The protocol allows them; the site does not take them into its registries."""
    officers = [Officer(who, ("s",), 0, "甲") for who in ("a1", "A1")]
    units = [Unit(unit, "key", "s", "in", (), "乙") for unit in ("u1", "U1")]
    files = drawn(bundle(units, officers, rules={"key": "1/1"}))
    rows = verify.parse_result(files["result.tsv"].decode()).rows
    assert failed(files) == []
    assert {row.unit for row in rows} == {"u1", "U1"}
    assert [{row.lead, row.second} for row in rows] == [{"a1", "A1"}] * 2


def test_a_class_without_units_gives_none_and_one_with_a_single_unit_gives_it():
    officers = [Officer(who, ("s",), 0, "甲") for who in ("a1", "a2")]
    files = drawn(
        bundle([Unit("u1", "key", "s", "in", (), "乙")], officers, rules={"special": "1/4", "key": "25/100"})
    )
    strata = verify.parse_commit(files["commit.txt"].decode()).strata
    assert [(stratum.code, stratum.base, stratum.take) for stratum in strata] == [
        ("special", 0, 0),
        ("key", 1, 1),
    ]
    assert [row.unit for row in verify.parse_result(files["result.tsv"].decode()).rows] == ["u1"]
    assert failed(files) == []


def test_a_recused_person_who_is_off_duty_is_allowed_and_counts_for_nothing():
    officers = [Officer("a1", ("s",), 0, "甲"), Officer("a2", ("s",), 0, "乙")]
    unit = Unit("u1", "key", "s", "in", ("a9", "b7"), "丙")
    assert verify.unmatched([unit], officers) == ([], [])
    files = drawn(bundle([unit], officers, rules={"key": "1/1"}))
    assert failed(files) == []


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
    units = [Unit("u1", "key", "s", "capped", (), "甲"), Unit("u2", "key", "s", "in", (), "乙")]
    assert verify.strata_of(units, [("z", "1/1"), ("key", "1/1")], 3) == (
        ("z", "1/1", 0, 0),
        ("key", "1/1", 2, 1),
    )
    with pytest.raises(verify.Invalid, match="类别 key 没有在"):
        verify.strata_of(units, [("z", "1/1")], 3)


@settings(max_examples=times(40), deadline=None)
@given(seed=SEEDS, size=st.integers(1, 40))
def test_substitutes_follow_the_order_of_their_stratum_and_their_own_key(seed, size):
    units, officers = registry(seed, size, 6)
    key = H(str(seed))
    order = [unit for unit, _ in verify.ranking(units, "key", key)]
    prefix = H("select key " + key)
    able = [unit for unit in units if unit.stratum == "key" and unit.standing in ("in", "again")]
    able.sort(key=lambda unit: (unit.standing == "again", H(prefix + unit.unit), unit.unit))
    assert order == [unit.unit for unit in able]
    assert verify.substitute_units(units, "key", key, order[:2]) == order[2:]
    for unit in able[:3]:
        sorting = sorted(
            (who for who in officers if who.officer not in unit.recused),
            key=lambda who: (
                unit.speciality not in who.specialities,
                H(H("team " + key) + "s" + unit.unit + "|" + who.officer),
                who.officer,
            ),
        )
        free = [who.officer for who in sorting]
        assert verify.substitute_team(unit, officers, key) == free[:2]
        assert verify.substitute_team(unit, officers, key, free[:1]) == free[1:3]
        assert verify.substitute_officer(unit, officers, key, free[:1], free[1:2]) == (free[2:3] or [None])[0]
        assert verify.substitute_officer(unit, officers, key, free[:1], free[1:]) is None
        assert verify.substitute_team(unit, officers, key, free[1:]) == free[:1]
