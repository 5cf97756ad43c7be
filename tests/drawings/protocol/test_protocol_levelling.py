"""Step 3 of the protocol's teams lowers the highest load as far as any assignment could: proven by maximum flow.

What is minimised. Every drawn unit u has `size` places of a department; its pinned officers take |pinned| of them
whatever happens, the other k(u) = size - |pinned| are *open* and go to k(u) different open officers. Let fixed(o) be the load that o brings
along plus the places that o is pinned to. The protocol looks at the officers who hold at least one open place and
lowers the highest load among them; whoever holds none, however loaded, does not count. So for a bound M an assignment
is within M exactly when every officer holds at most max(0, M - fixed(o)) open places, and one exists exactly when the
network

    start --k(u)--> u --1--> o, for each open officer o of u --max(0, M - fixed(o))--> end

carries all open places. The least such M is the optimum, for each department by itself. The network is built here from the texts of the files
and solved by networkx; neither knows the verifier's data or its search.
"""

import random
from collections import Counter, namedtuple

import networkx
import pytest
from protocol_cases import bundle, officer, texts, unit

from drawings.protocol import verify
from drawings.protocol.verify import Team

RULES = {"key": "2/3", "general": "1/2"}

# people, units: from, to; fields: specialities with officers; none: share of units whose speciality nobody has;
# able: specialities of an officer, from, to; load: highest initial load; recused: most recusals of a unit; skew:
# weight of each speciality against the one before.
Family = namedtuple("Family", "people units fields none able load recused skew")
FAMILIES = {
    "few officers": Family((4, 5), (6, 40), 2, 0.1, (0, 2), 2, 2, 1.0),
    "uneven specialities": Family((8, 20), (20, 60), 5, 0.0, (1, 2), 0, 1, 0.35),
    "loads brought along": Family((6, 14), (10, 40), 3, 0.05, (1, 3), 12, 1, 0.7),
    "many recusals": Family((7, 12), (15, 50), 3, 0.05, (1, 2), 1, 5, 0.6),
    "cross teams": Family((5, 12), (10, 40), 6, 0.3, (0, 1), 3, 1, 0.8),
    "all of it": Family((4, 16), (1, 60), 4, 0.15, (0, 3), 6, 2, 0.5),
}
EACH = 60
CASES = [(family, number) for family in FAMILIES for number in range(EACH)]


def instance(family: str, number: int) -> dict[str, bytes]:
    """The files of a draw of this family; the same number gives the same files on every machine.

    Every third has teams of three, and every fourth a second department with teams of one.
    """
    shape, dice = FAMILIES[family], random.Random(f"{family} {number}")
    teams = [Team("bureau", 3 if number % 3 == 0 else 2, "cross")]
    teams += [Team("fire", 1, "cross")] * (number % 4 == 0)
    fields = [f"s{n}" for n in range(shape.fields)]
    officers, recusable = [], []
    for team in teams:
        people = [
            f"P{dice.randrange(10**6):06d}-{n}" for n in range(dice.randint(*shape.people) + team.size - 2)
        ]
        recusable.append((people, min(shape.recused, len(people) - team.size)))
        officers += [
            officer(
                who,
                sorted(dice.sample(fields, min(dice.randint(*shape.able), len(fields)))),
                dice.randint(0, shape.load),
                team.department,
            )
            for who in people
        ]
    weights = [shape.skew**n for n in range(shape.fields)]
    units = [
        unit(
            f"{dice.randrange(10**6):06d}_{n}",
            dice.choice(tuple(RULES)),
            "nobody" if dice.random() < shape.none else dice.choices(fields, weights)[0],
            "in",
            sorted(who for people, most in recusable for who in dice.sample(people, dice.randint(0, most))),
        )
        for n in range(dice.randint(*shape.units))
    ]
    return bundle(units, officers, teams, rules=RULES, seed=number)


def rows_of(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.split("\n")[1:-1]]


class Network:
    """One department's open places and the loads that nothing can change, read from the files alone."""

    def __init__(self, files: dict[str, bytes], result: str, department="bureau"):
        roster = [row for row in rows_of(files["officers.tsv"].decode()) if row[1] == department]
        lines = [line.split(" ") for line in files["commit.txt"].decode().split("\n")]
        self.size = next(int(words[2]) for words in lines if words[:2] == ["team", department])
        able = {who: set(specialities.split(",")) for who, _, specialities, _, _ in roster}
        self.brought = {who: int(load) for who, _, _, load, _ in roster}
        self.fixed = Counter(self.brought)
        kinds = {row[0]: (row[2], set(row[4].split(","))) for row in rows_of(files["pool.tsv"].decode())}
        self.teams = {row[2]: [who for who in row[4].split(",") if who in able] for row in rows_of(result)}
        self.open, self.pinned = {}, {}
        for one in self.teams:
            speciality, recused = kinds[one]
            matching = {who for who in able if speciality in able[who]} - recused
            self.pinned[one] = matching if len(matching) < self.size else set()
            self.open[one] = set(able) - recused - matching if len(matching) < self.size else matching
            self.fixed.update(self.pinned[one])

    def fits(self, bound: int) -> bool:
        """Whether some assignment leaves every holder of an open place within the bound."""
        graph = networkx.DiGraph()
        graph.add_nodes_from(("start", "end"))
        for one, open_officers in self.open.items():
            graph.add_edge("start", ("unit", one), capacity=self.size - len(self.pinned[one]))
            for who in open_officers:
                graph.add_edge(("unit", one), ("officer", who), capacity=1)
        for who in self.brought:
            graph.add_edge(("officer", who), "end", capacity=max(0, bound - self.fixed[who]))
        wanted = sum(self.size - len(pinned) for pinned in self.pinned.values())
        return networkx.maximum_flow_value(graph, "start", "end") == wanted

    def optimum(self) -> int:
        """The least bound that fits, by bisection: 0 fits nothing as long as there is an open place."""
        low, high = 0, max(self.fixed.values()) + len(self.teams)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.fits(middle) else (middle, high)
        return high

    def highest(self, teams: dict[str, list[str]] | None = None) -> int:
        """The highest load among the holders of open places, in the given teams or in those of the result."""
        teams = teams or self.teams
        loads = Counter(self.brought)
        for team in teams.values():
            loads.update(team)
        return max(loads[who] for one, team in teams.items() for who in team if who in self.open[one])


@pytest.fixture(scope="module")
def solved() -> dict[tuple[str, int, str], tuple[dict[str, bytes], Network]]:
    """Every case with its draw."""
    found = {}
    for case in CASES:
        files = instance(*case)
        result = verify.draw(*texts(files))
        for department in ("bureau", "fire"):
            if f"team {department} ".encode() in files["commit.txt"]:
                found[*case, department] = files, Network(files, result, department)
    return found


def test_the_highest_load_is_the_least_that_maximum_flow_allows(solved):
    assert len(solved) >= 400
    found = {case: (network.highest(), network.optimum()) for case, (_, network) in solved.items()}
    assert {case: pair for case, pair in found.items() if pair[0] != pair[1]} == {}


def test_no_team_leaves_the_places_that_the_network_knows(solved):
    for _, network in solved.values():
        for one, team in network.teams.items():
            assert network.pinned[one] <= set(team) <= network.pinned[one] | network.open[one]


def test_the_cases_have_all_that_makes_levelling_hard(solved):
    """Pinned officers, cross teams, loads above the optimum, recusals, and cases that step 2 alone gets wrong."""
    counts = Counter()
    for files, network in solved.values():
        optimum = network.optimum()
        counts["pinned"] += any(network.pinned.values())
        counts["cross"] += b"\tcross\n" in verify.draw(*texts(files)).encode()
        counts["somebody out of reach"] += any(load > optimum for load in network.fixed.values())
        counts["recused"] += any(row[4] != "-" for row in rows_of(files["pool.tsv"].decode()))
        counts["levelled"] += network.highest(without_step_3(files, network)) > optimum
    assert min(counts.values()) >= 30, counts
    assert len(counts) == 5


def without_step_3(files: dict[str, bytes], network: Network) -> dict[str, list[str]]:
    """The teams of the department that step 2 leaves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "level", lambda places, loads, rings: None)
        rows = rows_of(verify.draw(*texts(files)))
    return {row[2]: [who for who in row[4].split(",") if who in network.brought] for row in rows}


def test_an_officer_without_an_open_place_does_not_count():
    """p is pinned to 20 units and carries 20 loads; the open places are still levelled among the others."""
    officers = [officer("p", ("rare",)), *(officer(f"q{n}", ("common",)) for n in range(4))]
    units = [unit(f"u{n:02d}", "key", "rare") for n in range(20)]
    files = bundle(units, officers, rules={"key": "1/1"})
    network = Network(files, verify.draw(*texts(files)))
    assert network.fixed["p"] == 20
    assert (network.highest(), network.optimum()) == (5, 5)


def test_a_long_chain_of_shifts_is_found(monkeypatch):
    """Five units want the first three officers, and each unit is open to three neighbours in a row.

    Those in the middle bring a load along and the last ones none: a place must be handed on from neighbour to
    neighbour until it gets there.
    """
    size, longest, search = 12, 0, verify.search

    def measured(start, *rest):
        nonlocal longest
        last, reached = found = search(start, *rest)
        length = 0
        while last not in (None, start):
            last, length = reached[last][0], length + 1
        longest = max(longest, length)
        return found

    monkeypatch.setattr(verify, "search", measured)
    fields = [f"s{n:02d}" for n in range(size)]
    officers = [officer(f"a{n:02d}", fields[max(0, n - 2) : n + 1], int(3 <= n < 9)) for n in range(size)]
    units = [unit(f"u{n:02d}", "key", fields[n]) for n in range(size - 2)]
    units += [unit(f"v{n}", "key", "s00") for n in range(4)]
    for seed in range(20):
        files = bundle(units, officers, rules={"key": "1/1"}, seed=seed)
        network = Network(files, verify.draw(*texts(files)))
        assert network.highest() == network.optimum()
    assert longest == 7
