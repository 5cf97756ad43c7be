"""One small whole draw in which everything occurs, and how to change a text of it so that all else still fits."""

import re

from protocol_cases import DICE, SEALS, bundle, drawn, entry, logged, officer, unit
from sealed_files import FROZEN, resealed, sha256

from drawings.protocol import verify
from drawings.protocol.verify import Declaration, Source, Substitute, Team

UNITS = [
    unit("u1"),
    unit("u2", recused=("a1", "f1")),
    unit("u3", standing="again"),
    unit("u4", stratum="general", recused=("a2",)),
    unit("u5", stratum="general", standing="capped"),
    unit("u6", stratum="general", standing="stopped"),
    unit("u7", stratum="general"),
]
OFFICERS = [
    *(officer(f"a{number}", ("s", "t")) for number in range(1, 5)),
    *(officer(f"f{number}", department="fire") for number in range(1, 4)),
]
ENTRIES = [  # `city` stands before `city-2`, and `city-2/k1` before `city/k1`
    entry("city", "k1", "u1"),
    entry("city", "k2", reason="closed"),
    entry("city-2", "k1", "u2"),
]
TEAMS = (Team("bureau", 2, "match"), Team("fire", 1, "cross"))
RULES = {"key": "1/2", "general": "officers*1/4"}
FIRST, NEXT = "26282 2026-10-09T20:30:00+08:00", "26283 2026-10-10T20:30:00+08:00"
VALUES = {FIRST: "1 2 3 4 5", NEXT: "6 7 8 9 0"}


def substituted(files: dict[str, bytes], source: str = "pl5") -> dict[str, bytes]:
    """Three declarations: two of officers on one issue, then one of a unit on the next; under `seed` on none."""
    standing = verify.Standing(*verify.draw_files(files))
    unit_of = dict(zip("ab", sorted(standing.teams), strict=False))
    teams = {key: [who for who in standing.teams[each] if who] for key, each in unit_of.items()}
    rows: list[Substitute] = []
    for serial, (time, kind, subject, key, away, issue) in enumerate(
        (
            ("2026-10-09T09:00:00+08:00", "officer", teams["a"][0], "a", ("f1",), FIRST),
            ("2026-10-09T09:05:00+08:00", "officer", teams["b"][-1], "b", (), FIRST),
            ("2026-10-09T21:00:00+08:00", "unit", unit_of["a"], "", (), NEXT),
        ),
        1,
    ):
        named, value = (Source(source, *issue.split(" ")), VALUES[issue]) if source else (None, "")
        units = (unit_of[key],) if key else ()
        one = Declaration(serial, time, kind, subject, "ill", units, away, named)
        rows.append(Substitute(one, value, standing.step(one, value)))
    return {**files, "substitutes.tsv": verify.write_substitutes("2026Q4", rows).encode()}


def whole(**more) -> dict[str, bytes]:
    source = more.get("substitutes", "pl5")
    fields = {"teams": TEAMS, "sources": SEALS, "rules": RULES, "entries": ENTRIES, "substitutes": source}
    return logged(substituted(drawn(bundle(UNITS, OFFICERS, **{**fields, **more})), source))


BASE, SEED = whole(), whole(substitutes="")
DICE_ALONE = logged(drawn(bundle(UNITS, OFFICERS, teams=TEAMS, rules=RULES, entries=ENTRIES, sources=DICE)))
LISTS = ("commit.txt", "registers.tsv", "pool.tsv", "officers.tsv", "names.tsv")  # of a frozen draw
DRAWN = (*LISTS, "entropy.txt", "salt.txt")


def changed(text: str, old: str, new: str) -> str:
    """The text with the first match of a regular expression replaced; there must be one, and it must make a difference."""
    found = re.sub(old, lambda match: match.expand(new), text, count=1, flags=re.MULTILINE)
    assert found != text, (old, new)
    return found


def frozen(file: str, old: str, new: str, base: dict[str, bytes] = BASE) -> dict[str, bytes]:
    """A draw before its first value, one of its lists or its commit changed and every digest made to fit."""
    text = changed(base[file].decode(), old, new)
    key = file.partition(".")[0]
    if file not in ("commit.txt", *FROZEN.values()):
        sealed = resealed(base)
        return {**{name: sealed.get(name, base[name]) for name in LISTS}, file: text.encode()}
    sealed = resealed(base, **{key: text})
    return {name: sealed.get(name, base[name]) for name in LISTS}


def sealing(files: dict[str, bytes]) -> dict[str, bytes]:
    """The salt and the values that go with a commit, whatever it says."""
    entropy = re.sub(
        rb"^commit .*", f"commit {sha256(files['commit.txt'])}".encode(), BASE["entropy.txt"], flags=re.M
    )
    return {"salt.txt": BASE["salt.txt"], "entropy.txt": entropy}
