"""verify.py and verify.mjs, written apart from each other, draw the same from over 300 random registries a run.

Every run takes other registries; `TWINS_SEED=1234 pytest …` repeats one.
"""

import os
import random
import secrets
import string

import pytest
from protocol_cases import DRAWN, SALT, SSQ, texts
from twins import ask

from drawings.protocol import verify
from drawings.protocol.verify import Commit, Invalid, Officer, Source, Unit, Value

pytestmark = pytest.mark.browser

SEED = int(os.environ.get("TWINS_SEED") or secrets.randbits(32))
ALPHABETS = (
    "0123456789",
    string.ascii_lowercase,
    string.ascii_letters,
    "Zz_-9",
    string.ascii_letters + string.digits + "_-",
)
NAMES = ("虚构厂", "é", "𠮷𠮷", "a  b", "Ω—", "\u0301", "-", "…", "厂" * 200, "𠮷" * 200)
RULES = (
    "1/4",
    "25/100",
    "1/1",
    "2/3",
    "1/999999999",
    "999999999/999999999",
    "officers*4/1",
    "officers*1/3",
    "officers*0/1",
    "officers*999999999/1",
)
STANDINGS = (
    ("in",),
    ("again",),
    ("capped", "stopped", "exempt"),
    ("in", "again"),
    ("in", "in", "in", "again", "capped", "stopped", "exempt"),
)


def ids(dice, count):
    """Distinct ids over one alphabet, of one to 55 characters."""
    alphabet, longest = dice.choice(ALPHABETS), dice.choice((3, 12, 55))
    found = set()
    while len(found) < count:
        ident = "".join(dice.choice(alphabet) for _ in range(dice.randint(1, longest)))
        found.add(
            ident if ident != "-" and len(found) < len(alphabet) else f"{ident[:40]}{dice.randrange(10**9)}"
        )
    return sorted(found)


def case(seed, size, people):
    """The four files of a random draw. Few officers and many recusals, so that teams must cross and loads must shift."""
    dice = random.Random(seed)
    fields = [f"s{number}" for number in range(dice.randint(1, 6))]
    strata = dice.sample(["key", "special", "general", "key-water", "Z", "0"], dice.randint(1, 4))
    staff, heaviest = ids(dice, people), dice.choice((0, 0, 1, 6, 10**9 - 1))
    most = dice.choice((1, 2, len(fields)))
    officers = [
        Officer(
            who,
            tuple(sorted(dice.sample(fields, dice.randint(0, min(most, len(fields)))))),
            dice.randint(0, heaviest),
            dice.choice(NAMES),
        )
        for who in staff
    ]
    off_duty, standings, often = ["off-duty"], dice.choice(STANDINGS), dice.random() ** 2
    absent = dice.choice(strata) if dice.random() < 0.3 and len(strata) > 1 else None
    filled = [stratum for stratum in strata if stratum != absent]

    def recused():
        if dice.random() > often:
            return ()
        known = dice.sample(staff, min(len(staff) - 2, dice.randint(0, 3))) if len(staff) > 2 else []
        return tuple(sorted({*known, *dice.choice(([], off_duty))}))

    units = [
        Unit(
            ident,
            dice.choice(filled),
            dice.choice([*fields, *fields, "nobody"]),
            dice.choice(standings),
            recused(),
            dice.choice(NAMES),
        )
        for ident in ids(dice, size)
    ]
    rules = {stratum: dice.choice(RULES) for stratum in strata}
    sources, values = randomness(dice)
    team = dice.choice(("cross", "match"))
    if team == "match":  # everybody can do everything: else the freeze is refused nearly always
        everything = tuple(sorted({*fields, "nobody"}))
        officers = [officer._replace(specialities=everything) for officer in officers]
    return frozen(units, officers, rules, team, sources, values)


def randomness(dice):
    if dice.random() < 0.1:
        return (Source("system", "os", "2026-10-08T15:30:00+08:00"),), [
            Value("system", "os", f"{dice.randrange(2**256):064x}")
        ]
    digits = "".join(dice.choice("0123456789") for _ in range(39))
    sources = [
        Source("dice10", "39", "2026-10-08T15:30:00+08:00"),
        Source("dice6", "2", "2026-10-08T15:40:00+08:00"),
    ]
    values = [Value("dice10", "39", digits), Value("dice6", "2", dice.choice(("16", "66")))]
    if dice.random() < 0.5:
        sources.append(Source("ssq", "2026112", "2026-10-08T21:15:00+08:00"))
        values.append(Value("ssq", "2026112", SSQ))
    return tuple(sources), values


def frozen(units, officers, rules, team, sources, values):
    pool = verify.write_pool("2026Q4", SALT, units)
    roster = verify.write_officers("2026Q4", SALT, officers)
    commit = Commit(
        bureau="平顶山市生态环境局舞钢分局",
        draw="2026Q4",
        previous=verify.NO_CHAIN,
        pool=verify.digest(pool),
        pool_rows=len(units),
        officers=verify.digest(roster),
        officers_rows=len(officers),
        program=("-", "-"),
        strata=verify.strata_of(units, rules, len(officers)),
        team=team,
        sources=sources,
        disclosure="open",
    )
    written = (verify.write_commit(commit), pool, roster, verify.write_entropy(commit.digest, values))
    return {name: text.encode() for name, text in zip(DRAWN, written, strict=True)}


def drawn_by_python(files):
    """The text of the result, or None where the draw is refused."""
    try:
        return verify.draw(*texts(files))
    except Invalid:
        return None


def disagreements(cases):
    """(number of cases that both draw, numbers of the cases in which they differ)"""
    answers = ask([{"op": "compute", "files": files} for files in cases])
    results = [drawn_by_python(files) for files in cases]
    differ = [
        number
        for number, (answer, result) in enumerate(zip(answers, results, strict=True))
        if answer.get("result") != result
    ]
    return sum(result is not None for result in results), differ


def test_they_agree_byte_for_byte_on_many_small_draws():
    dice = random.Random(SEED)
    cases = [
        case(f"{SEED}/{number}", dice.choice((0, 1, 3, 20, 60, 150)), dice.choice((2, 2, 3, 4, 7, 12, 30)))
        for number in range(500)
    ]
    both, differ = disagreements(cases)
    assert differ == [], f"TWINS_SEED={SEED}"
    assert both >= 300, f"TWINS_SEED={SEED}: too few draws were valid"


def test_they_agree_on_draws_of_several_thousand_units():
    cases = [case(f"{SEED}/large/{number}", 4000, people) for number, people in enumerate((9, 25, 80, 300))]
    both, differ = disagreements(cases)
    assert differ == [], f"TWINS_SEED={SEED}"


def test_they_agree_where_nearly_every_team_must_shift():
    """Heavy loads before the draw and two specialities: step 3 goes through long chains."""
    cases = []
    for number in range(40):
        dice = random.Random(f"{SEED}/shift/{number}")
        people = dice.choice((5, 9, 14))
        fields = [f"s{index}" for index in range(people - 1)]
        officers = [
            Officer(
                f"P{index:02d}",
                tuple(sorted({*fields[max(0, index - 1) : index + 1], "all"}))
                if index % 3
                else tuple(fields[max(0, index - 1) : index + 1]),
                dice.choice((0, 0, 9)),
                "甲",
            )
            for index in range(people)
        ]
        units = [
            Unit(f"U{index:04d}", "key", dice.choice([*fields, "all"]), "in", tuple(sorted(dice.sample([o.officer for o in officers], dice.choice((0, 0, 2))))), "厂")
            for index in range(120)
        ]  # fmt: skip
        sources, values = randomness(dice)
        cases.append(frozen(units, officers, {"key": "1/1"}, "cross", sources, values))
    both, differ = disagreements(cases)
    assert (both, differ) == (40, []), f"TWINS_SEED={SEED}"
