"""Every unit and every exchangeable officer has the same chance, in the draw and as a substitute on fresh numbers:

thousands of draws of one registry, chi-square tests.

The draws differ in the throws of the dice alone, and these are fixed: the figures are the same on every machine and
the test never flickers. ALARM is the chance that a fair draw would fail *anywhere* in this file, had the throws been
chosen anew: each p-value is held against ALARM / CHECKS, the upper end as well as the lower, because counts that are
too even are no chance either.

Which statistic. Within one draw the units of a stratum depend on each other: exactly n of N are drawn. Let X(i) be how
often unit i was drawn in T draws, and p = n/N. The indicators of one draw have the variance p(1-p) and the covariance
-p(1-p)/(N-1), so the vector X has the covariance T p(1-p) N/(N-1) (I - J/N), and as the draws are independent

    Q = (N-1)/N  sum (X(i) - Tp)^2 / (T p (1-p))  =  (N-1)/(N-n)  sum (X(i) - E)^2 / E,    E = T p,

is chi-square with N-1 degrees of freedom: Pearson's sum, put right for sampling without replacement. Where a draw gives
one outcome of a list (which pair of units, who leads), Pearson's sum needs no correction.
"""

import hashlib
from collections import Counter
from itertools import combinations, permutations, product
from math import erfc, exp, pi, sqrt

import pytest
from protocol_cases import bundle, officer, texts, unit

from drawings.protocol import verify
from drawings.protocol.verify import Declaration, Source, Team, Value

DRAWS = 6000
ALARM, CHECKS = 1e-3, 60  # no more than so many p-values are asked for below

AIR, WATER = [f"A{n}" for n in range(5)], [f"W{n}" for n in range(3)]
FIRE = [f"F{n}" for n in range(4)]
OFFICERS = [  # the five, the three and the four can be exchanged for one another, X1 and X2 for nobody
    *(officer(who, ("air",), 1) for who in AIR),
    *(officer(who, ("water",), 0) for who in WATER),
    officer("X1", ("air", "water"), 2),
    officer("X2", (), 0),
    *(officer(who, ("air",), 2, "fire") for who in FIRE),
]
TEAMS = (Team("bureau", 2, "cross"), Team("fire", 1, "cross"))
RULES = {"key": "1/4", "special": "2/5", "general": "2/3", "last": "1/4", "always": "1/1"}
UNITS = [
    *(unit(f"k{n:02d}", "key", "air") for n in range(18)),
    *(unit(f"k{n:02d}", "key", "water", "capped") for n in range(18, 22)),
    *(unit(f"k{n:02d}", "key", "air", "stopped") for n in range(22, 25)),
    *(unit(f"s{n}", "special", "air") for n in range(5)),
    *(unit(f"g{n:02d}", "general", "water") for n in range(4)),
    *(unit(f"g{n:02d}", "general", "water", "again") for n in range(4, 12)),
    *(unit(f"l{n}", "last", "water") for n in range(4)),
    unit("v0", "always", "smoke"),  # a speciality that nobody has
    unit("v1", "always", "air", recused=("X1",)),
    unit("v2", "always", "water", recused=("X1",)),
]


# ---- The statistics ----


def survival(x: float, freedom: int) -> float:
    """P(chi-square with so many degrees of freedom > x), by the finite sums that hold for whole numbers."""
    half = x / 2
    term, total = (
        (exp(-half), 0.0) if freedom % 2 == 0 else (exp(-half) * sqrt(half / pi) * 2, erfc(sqrt(half)))
    )
    for step in range(freedom // 2):
        total += term
        term *= half / (step + 1 if freedom % 2 == 0 else step + 1.5)
    return total


def p_of_units(counts: Counter, units: list[str], take: int, draws: int) -> float:
    """Q above, for how often each unit was drawn."""
    size, expected = len(units), draws * take / len(units)
    assert sum(counts[unit] for unit in units) == draws * take
    pearson = sum((counts[unit] - expected) ** 2 for unit in units) / expected
    return survival(pearson * (size - 1) / (size - take), size - 1)


def p_of_outcomes(counts: Counter, outcomes: list) -> float:
    """Pearson's sum for one outcome a draw, all alike."""
    assert set(counts) <= set(outcomes)
    expected = counts.total() / len(outcomes)
    assert expected >= 50  # for the sum to be near enough to chi-square, far out in its tail too
    return survival(sum((counts[one] - expected) ** 2 for one in outcomes) / expected, len(outcomes) - 1)


def is_fair(p: float) -> bool:
    return ALARM / CHECKS < p < 1 - ALARM / CHECKS


@pytest.mark.parametrize(
    ("x", "freedom", "upper"),  # from printed tables
    [(3.841, 1, 0.05), (5.991, 2, 0.05), (11.345, 3, 0.01), (16.919, 9, 0.05), (23.209, 10, 0.01), (43.820, 19, 0.001), (73.402, 40, 0.001)],
)  # fmt: skip
def test_the_survival_function_agrees_with_printed_tables(x, freedom, upper):
    assert survival(x, freedom) == pytest.approx(upper, rel=2e-3)


# ---- The draws ----


def throws(number: int) -> str:
    """The throws of ten-sided dice in one draw."""
    return f"{int(hashlib.sha256(b'throws %d' % number).hexdigest(), 16) % 10**39:039d}"


def many_draws(draws: int) -> list[list[verify.Row]]:
    """The rows of so many results of the one registry, by the verifier itself."""
    files = texts(bundle(UNITS, OFFICERS, TEAMS, rules=RULES))
    commit, pool, roster = (
        verify.parse_commit(files[0]),
        verify.parse_pool(files[1]),
        verify.parse_officers(files[2]),
    )
    found = []
    for number in range(draws):
        entropy = verify.write_entropy(commit.digest, [Value("dice10", "39", throws(number))])
        rows = verify.compute(commit, pool, roster, verify.seed(entropy, files[4]))
        found.append(rows)
        if number == 0:
            assert verify.draw(*files[:5], entropy) == verify.result_text(commit.draw, rows)
    return found


@pytest.fixture(scope="module")
def results() -> list[list[verify.Row]]:
    return many_draws(DRAWS)


def units_of(rows: list[verify.Row], stratum: str) -> tuple[str, ...]:
    """The drawn units of a stratum, by rank."""
    return tuple(row.unit for row in rows if row.stratum == stratum)


def leads_of(results, unit: str, among: list[str]) -> Counter:
    """How often each of those officers led the team of the unit, whenever one of them did."""
    leads = (row.team[0] for rows in results for row in rows if row.unit == unit)
    return Counter(lead for lead in leads if lead in among)


@pytest.mark.parametrize(
    ("stratum", "able", "take"),
    [
        (
            "key",
            [f"k{n:02d}" for n in range(18)],
            6,
        ),  # a quarter of 22: capped units count, and are not drawn
        ("special", [f"s{n}" for n in range(5)], 2),
        (
            "general",
            [f"g{n:02d}" for n in range(4, 12)],
            4,
        ),  # what the four `in` units leave to the `again` ones
        ("last", [f"l{n}" for n in range(4)], 1),
    ],
)
def test_each_unit_that_may_be_drawn_has_the_chance_of_its_stratum(results, stratum, able, take):
    counts = Counter(unit for rows in results for unit in units_of(rows, stratum))
    first = {f"g{n:02d}": DRAWS for n in range(4)} if stratum == "general" else {}
    assert {unit: count for unit, count in counts.items() if unit not in able} == first
    assert is_fair(p_of_units(counts, able, take, DRAWS))


def test_each_order_of_two_units_is_as_likely_as_any_other(results):
    counts = Counter(units_of(rows, "special") for rows in results)
    assert is_fair(p_of_outcomes(counts, list(permutations([f"s{n}" for n in range(5)], 2))))


def test_two_strata_are_drawn_independently(results):
    counts = Counter((*sorted(units_of(rows, "special")), *units_of(rows, "last")) for rows in results)
    pairs, singles = combinations([f"s{n}" for n in range(5)], 2), [f"l{n}" for n in range(4)]
    assert is_fair(p_of_outcomes(counts, [(*pair, one) for pair, one in product(pairs, singles)]))


@pytest.mark.parametrize(("unit", "people"), [("v1", AIR), ("v2", WATER)])
def test_each_pair_of_exchangeable_officers_and_each_lead_is_equally_likely(results, unit, people):
    counts = Counter(row.team[:2] for rows in results for row in rows if row.unit == unit)
    assert counts.total() == DRAWS
    assert is_fair(p_of_outcomes(counts, list(permutations(people, 2))))


@pytest.mark.parametrize("unit", [f"k{n:02d}" for n in range(18)])
def test_exchangeable_officers_lead_each_key_unit_equally_often(results, unit):
    assert is_fair(p_of_outcomes(leads_of(results, unit, AIR), AIR))


def test_exchangeable_officers_are_equally_likely_in_a_cross_team(results):
    assert {row.note for rows in results for row in rows if row.unit == "v0"} == {"cross"}
    assert is_fair(p_of_outcomes(leads_of(results, "v0", AIR), AIR))


def test_who_leads_does_not_depend_on_what_is_drawn(results):
    counts = Counter()
    for rows in results:
        lead = next(row.team[0] for row in rows if row.unit == "v1")
        counts[units_of(rows, "last")[0], lead] += 1
    assert is_fair(p_of_outcomes(counts, list(product([f"l{n}" for n in range(4)], AIR))))


def test_exchangeable_officers_of_a_second_department_are_equally_likely(results):
    counts = Counter(row.team[2] for rows in results for row in rows if row.unit == "v1")
    assert is_fair(p_of_outcomes(counts, FIRE))


def test_who_comes_from_one_department_does_not_depend_on_who_comes_from_the_other(results):
    counts = Counter((row.team[0], row.team[2]) for rows in results for row in rows if row.unit == "v1")
    assert is_fair(p_of_outcomes(counts, list(product(AIR, FIRE))))


# ---- Substitutes on fresh numbers: the draw is one and known, the values of the issue differ ----

ISSUE = Source("pl5", "26282", "2026-10-09T21:15:00+08:00")
TIME = "2026-10-08T22:00:00+08:00"


@pytest.fixture(scope="module")
def substitutes() -> list[tuple[str, str, str]]:
    """(who steps in for an officer at v1, the unit that steps in for a general one, its team) for so many values."""
    files = bundle(UNITS, OFFICERS, TEAMS, rules={**RULES, "general": "1/3"}, substitutes="pl5")
    drawn = verify.draw_files(files)
    team = next(row.team for row in drawn.rows if row.unit == "v1")
    gone = next(row.unit for row in drawn.rows if row.stratum == "general")
    ill = Declaration(1, TIME, "officer", team[0], "ill", ("v1",), (), ISSUE)
    closed = Declaration(2, TIME, "unit", gone, "closed", (), ("W0",), ISSUE)
    there, found = verify.Standing(*drawn), []
    # Only what the two declarations touch is put back: to build a Standing anew each time would take minutes.
    teams, used, replaced = dict(there.teams), set(there.used), dict(there.replaced)
    for number in range(DRAWS):
        value = " ".join(throws(number)[:5])
        there.teams = {one: list(members) for one, members in teams.items()}
        there.used, there.replaced = set(used), {one: set(who) for one, who in replaced.items()}
        there.next.clear()
        successor = there.step(ill, value).split(":")[1]
        new, members = there.step(closed, value).split(":")
        found.append((successor, new, members))
    return found


def test_whoever_could_step_in_has_the_same_chance_under_fresh(substitutes):
    """Of five with air two stand in the team; the other three can be exchanged."""
    counts = Counter(successor for successor, _, _ in substitutes)
    assert len(counts) == 3 and set(counts) < set(AIR)
    assert is_fair(p_of_outcomes(counts, sorted(counts)))
    teams = Counter(members.split(",")[2] for _, _, members in substitutes)
    assert is_fair(p_of_outcomes(teams, FIRE))


def test_each_unit_that_could_step_in_has_the_same_chance_under_fresh(substitutes):
    counts = Counter(new for _, new, _ in substitutes)
    assert is_fair(p_of_outcomes(counts, [f"g{n:02d}" for n in range(4, 12)]))


def test_each_pair_that_could_make_a_substitute_team_is_equally_likely_under_fresh(substitutes):
    """X1 and two of three with water are left, since W0 is away: who leads and who follows is chance."""
    counts = Counter(tuple(members.split(",")[:2]) for _, _, members in substitutes)
    assert is_fair(p_of_outcomes(counts, list(permutations(["W1", "W2", "X1"], 2))))


def test_the_unit_that_steps_in_does_not_tell_who_goes_there(substitutes):
    counts = Counter((new, members.split(",")[2]) for _, new, members in substitutes)
    assert is_fair(p_of_outcomes(counts, list(product([f"g{n:02d}" for n in range(4, 12)], FIRE))))


# ---- Controls: pickers that look random and are not fail the same statistics ----

SPECIAL = [f"s{n}" for n in range(5)]


def tickets(number: int, units: list[str]) -> list[tuple[str, str]]:
    return [(hashlib.sha256(f"{throws(number)} {unit}".encode()).hexdigest(), unit) for unit in units]


def p_of_picker(pick) -> tuple[float, float]:
    """The p-values of units and of pairs for a picker of two out of five."""
    picked = [pick(number) for number in range(DRAWS)]
    counts = Counter(unit for pair in picked for unit in pair)
    pairs = Counter(tuple(sorted(pair)) for pair in picked)
    return p_of_units(counts, SPECIAL, 2, DRAWS), p_of_outcomes(pairs, list(combinations(SPECIAL, 2)))


def test_a_fair_picker_passes():
    assert all(map(is_fair, p_of_picker(lambda number: [u for _, u in sorted(tickets(number, SPECIAL))[:2]])))


def test_tickets_cut_to_one_digit_fail_because_ties_favour_low_ids():
    def pick(number):
        return [
            unit for _, unit in sorted((ticket[0], unit) for ticket, unit in tickets(number, SPECIAL))[:2]
        ]

    assert p_of_picker(pick)[0] < ALARM / CHECKS


def test_a_unit_that_stands_twice_in_the_registry_fails():
    def pick(number):
        order = [unit.rstrip("+") for _, unit in sorted(tickets(number, [*SPECIAL, "s0+"]))]
        return list(dict.fromkeys(order))[:2]

    assert p_of_picker(pick)[0] < ALARM / CHECKS


def test_neighbours_drawn_together_fail_though_each_unit_has_its_chance():
    def pick(number):
        start = SPECIAL.index(min(tickets(number, SPECIAL))[1])
        return [SPECIAL[start], SPECIAL[(start + 1) % 5]]

    units, pairs = p_of_picker(pick)
    assert is_fair(units)
    assert pairs < ALARM / CHECKS


def test_taking_turns_fails_because_it_is_too_even():
    pairs = list(combinations(SPECIAL, 2))
    assert min(p_of_picker(lambda number: pairs[number % 10])) > 1 - ALARM / CHECKS


def test_a_verifier_that_favours_low_ids_among_units_or_officers_fails(monkeypatch):
    """The two places where a dishonest program could help somebody a little, in the program itself."""
    fair_ranking, fair_order = verify.ranking, verify.order_in_team

    def ranking(units, stratum, key, take=None):
        order = fair_ranking(units, stratum, key)
        if key[0] in "012" and stratum == "special":  # in three draws of sixteen
            order.sort()
        return order[:take]

    def order_in_team(kt, letter, unit, having):
        fair = fair_order(kt, letter, unit, having)
        return lambda officer: (fair(officer)[0], officer) if kt[0] in "012" else fair(officer)

    monkeypatch.setattr(verify, "ranking", ranking)
    monkeypatch.setattr(verify, "order_in_team", order_in_team)
    biased = many_draws(2000)
    counts = Counter(unit for rows in biased for unit in units_of(rows, "special"))
    assert p_of_units(counts, SPECIAL, 2, 2000) < ALARM / CHECKS
    teams = Counter(row.team[:2] for rows in biased for row in rows if row.unit == "v1")
    assert p_of_outcomes(teams, list(permutations(AIR, 2))) < ALARM / CHECKS


def test_no_more_p_values_are_held_against_the_alarm_than_it_was_shared_among():
    units, orders, strata, pairs, key_leads, cross, joint, controls = 4, 1, 1, 2, 18, 1, 1, 3
    departments, substitutes = 2, 5
    draws = units + orders + strata + pairs + key_leads + cross + joint + departments
    assert draws + substitutes + controls <= CHECKS
