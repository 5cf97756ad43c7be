"""verify.py, verify.mjs and the plain reading, written apart from each other, give the same for over 500 random draws a run.

Every run takes other registries; `TWINS_SEED=1234 pytest …` repeats one.
"""

import os
import random
import secrets
import string

import pytest
from plain_draw import PlainDraw
from protocol_cases import SSQ, bundle, drawn, entry, failed, logged, officer, substituted, texts, unit
from twins import ask

from drawings.protocol import verify
from drawings.protocol.verify import Invalid, Source, Team, Value

pytestmark = pytest.mark.browser

SEED = int(os.environ.get("TWINS_SEED") or secrets.randbits(32))
ALPHABETS = (
    "0123456789",
    string.ascii_lowercase,
    string.ascii_letters,
    "Zz_-9",
    string.ascii_letters + string.digits + "_-",
)
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


def teams_of(dice) -> tuple[Team, ...]:
    departments = dice.sample(["bureau", "fire", "a-1", "Z", "0"], dice.choice((1, 1, 1, 2, 3)))
    return tuple(
        Team(each, dice.choice((1, 2, 2, 2, 3, 9)), dice.choice(("cross", "cross", "match")))
        for each in departments
    )


def case(seed, size, people):
    """The files of a random draw. Few officers and many recusals, so that teams must cross and loads must shift."""
    dice = random.Random(seed)
    teams, fields = teams_of(dice), [f"s{number}" for number in range(dice.randint(1, 6))]
    strata = dice.sample(["key", "special", "general", "key-water", "Z", "0"], dice.randint(1, 4))
    heaviest, most = dice.choice((0, 0, 1, 6, 10**9 - 1)), dice.choice((1, 2, len(fields)))
    counts = [max(people, team.size + 1) for team in teams]
    staff, officers, at = ids(dice, sum(counts)), [], 0
    dice.shuffle(staff)
    recusable = []  # (officers of a department, how many of them a unit may recuse)
    for team, count in zip(teams, counts, strict=True):
        mine, at = staff[at : at + count], at + count
        recusable.append((mine, count - team.size))
        for who in mine:
            # under `match` everybody can do everything: else the freeze is refused nearly always
            able = (
                [*fields, "nobody"]
                if team.filling == "match"
                else dice.sample(fields, dice.randint(0, min(most, len(fields))))
            )
            officers.append(officer(who, sorted(able), dice.randint(0, heaviest), team.department))
    standings, often = dice.choice(STANDINGS), dice.random() ** 2
    absent = dice.choice(strata) if dice.random() < 0.3 and len(strata) > 1 else None
    filled = [stratum for stratum in strata if stratum != absent]

    def recused():
        if dice.random() > often:
            return ()
        found = {
            who
            for mine, spare in recusable
            for who in dice.sample(mine, min(spare + (dice.random() < 0.002), len(mine)))
        }
        return sorted({*found, *dice.choice(([], ["off-duty"]))})

    units = [
        unit(
            ident,
            dice.choice(filled),
            dice.choice([*fields, *fields, "nobody"]),
            dice.choice(standings),
            recused(),
        )
        for ident in ids(dice, size)
    ]
    entries = [entry("city", f"k{n}", one.unit) for n, one in enumerate(units[: dice.choice((0, 3))])]
    entries += [entry("permits", "k", reason="closed")] * dice.choice((0, 1))
    sources, values = randomness(dice)
    return bundle(
        units,
        officers,
        teams,
        sources,
        values,
        {stratum: dice.choice(RULES) for stratum in strata},
        entries=entries,
        substitutes=dice.choice(("", "ssq", "pl5", "fc3d", "drand")),
        disclosure=dice.choice(("open", "sealed")),
    )


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


def drawn_by_python(files):
    """The text of the result, or None where the draw is refused."""
    try:
        return verify.draw(*texts(files))
    except Invalid:
        return None


def disagreements(cases):
    """(number of cases that all draw, numbers of the cases in which they differ)"""
    answers = ask([{"op": "compute", "files": files} for files in cases])
    results = [drawn_by_python(files) for files in cases]
    differ = []
    for number, (files, answer, result) in enumerate(zip(cases, answers, results, strict=True)):
        plain = result and PlainDraw(*texts(files)).result
        if not answer.get("result") == result == plain:
            differ.append(number)
    return sum(result is not None for result in results), differ


def test_they_agree_byte_for_byte_on_many_small_draws():
    dice = random.Random(SEED)
    cases = [
        case(f"{SEED}/{number}", dice.choice((0, 1, 3, 20, 40, 60)), dice.choice((2, 2, 3, 4, 7, 12)))
        for number in range(600)
    ]
    all_draw, differ = disagreements(cases)
    assert differ == [], f"TWINS_SEED={SEED}"
    assert 500 <= all_draw < 600, f"TWINS_SEED={SEED}: too few draws were valid, or none was refused"


def test_they_agree_byte_for_byte_on_the_substitutes_of_many_draws():
    dice, cases = random.Random(f"{SEED}/substitutes"), []
    while len(cases) < 250:
        files = case(
            f"{SEED}/substitutes/{len(cases)}/{dice.random()}",
            dice.choice((3, 20, 40)),
            dice.choice((2, 3, 4, 7)),
        )
        if drawn_by_python(files):
            files = substituted(files, dice.choice((1, 3, 8)), dice.random())
        if "substitutes.tsv" in files:
            cases.append(files)
    answers = ask([{"op": "substitutes", "files": files} for files in cases])
    for number, (files, answer) in enumerate(zip(cases, answers, strict=True)):
        text = files["substitutes.tsv"].decode()
        plain = PlainDraw(*texts(files)).substitutes(text)
        assert answer == {"result": plain} and verify.substitute_files(files) == plain == text, (
            f"TWINS_SEED={SEED}: {number}"
        )


def test_they_accept_the_whole_bundles_of_such_draws():
    dice, cases = random.Random(f"{SEED}/bundles"), []
    while len(cases) < 60:
        files = case(
            f"{SEED}/bundles/{len(cases)}/{dice.random()}", dice.choice((3, 20)), dice.choice((2, 3, 4))
        )
        if drawn_by_python(files):
            cases.append(logged(substituted(drawn(files), dice.choice((0, 2, 6)), dice.random())))
    for files, lines in zip(cases, ask([{"op": "check", "files": files} for files in cases]), strict=True):
        assert failed(files) == [line for line in lines if not line["ok"]] == [], f"TWINS_SEED={SEED}"


def test_they_agree_on_draws_of_several_thousand_units():
    cases = [case(f"{SEED}/large/{number}", 4000, people) for number, people in enumerate((9, 25, 80, 300))]
    answers = ask([{"op": "compute", "files": files} for files in cases])
    assert [answer.get("result") for answer in answers] == list(map(drawn_by_python, cases)), (
        f"TWINS_SEED={SEED}"
    )


def test_they_agree_where_nearly_every_team_must_shift():
    """Heavy loads before the draw and two specialities: step 3 goes through long chains."""
    cases = []
    for number in range(40):
        dice = random.Random(f"{SEED}/shift/{number}")
        people, size = dice.choice((5, 9, 14)), dice.choice((2, 2, 3))
        fields = [f"s{index}" for index in range(people - 1)]
        officers = [
            officer(
                f"P{index:02d}",
                sorted({*fields[max(0, index - 1) : index + 1], *(["all"] if index % 3 else [])}),
                dice.choice((0, 0, 9)),
            )
            for index in range(people)
        ]
        names = [who.officer for who in officers]
        units = [
            unit(
                f"U{index:04d}",
                "key",
                dice.choice([*fields, "all"]),
                "in",
                sorted(dice.sample(names, dice.choice((0, 0, 2)))),
            )
            for index in range(90)
        ]
        sources, values = randomness(dice)
        cases.append(
            bundle(units, officers, (Team("bureau", size, "cross"),), sources, values, {"key": "1/1"})
        )
    all_draw, differ = disagreements(cases)
    assert (all_draw, differ) == (40, []), f"TWINS_SEED={SEED}"
