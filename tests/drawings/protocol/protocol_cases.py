"""Random registries and whole bundles for the tests of the protocol."""

import random
from pathlib import Path

from drawings.protocol import verify
from drawings.protocol.verify import Commit, Officer, Source, Unit, Value

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
DRAWN = ("commit.txt", "pool.tsv", "officers.tsv", "entropy.txt")
SALT = "0123456789abcdef" * 2
DICE = (Source("dice10", "39", "2026-10-08T15:30:00+08:00"),)
SEALS = (*DICE, Source("ssq", "2026112", "2026-10-08T21:15:00+08:00"))
SSQ = "01 05 12 23 28 31 07"


def folder(name: str) -> dict[str, bytes]:
    """The files of a vector."""
    return {path.name: path.read_bytes() for path in sorted((VECTORS / name).iterdir())}


def texts(files: dict[str, bytes]) -> list[str]:
    """The four texts that a draw starts from."""
    return [files[name].decode() for name in DRAWN]


def failed(files: dict[str, bytes]) -> list[verify.Check]:
    return [line for line in verify.check(files) if not line.ok]


def registry(seed: int, size: int, people: int) -> tuple[list[Unit], list[Officer]]:
    """size units and people officers (four at least), uneven in specialities, recusals and loads."""
    dice = random.Random(seed)
    fields = [f"s{number}" for number in range(dice.randint(1, 4))]
    ids = [f"P{dice.randrange(10**6):06d}-{number}" for number in range(max(people, 4))]
    heavy = dice.choice((0, 1, 6))
    officers = [
        Officer(
            who,
            tuple(sorted(dice.sample(fields, dice.randint(0, len(fields))))),
            dice.randint(0, heavy),
            f"甲{number}",
        )
        for number, who in enumerate(ids)
    ]
    units = [
        Unit(
            f"{dice.randrange(10**6):06d}_{number}",
            dice.choice(("key", "special", "general")),
            dice.choice([*fields, "none"]),
            dice.choice(("in", "in", "in", "again", "capped", "stopped", "exempt")),
            tuple(sorted(dice.sample(ids, dice.choice((0, 0, 0, 1, 2))))),
            f"虚构 {number} 厂𠮷",
        )
        for number in range(size)
    ]
    return units, officers


def bundle(units, officers, team="cross", sources=DICE, values=None, rules=None, seed=0) -> dict[str, bytes]:
    """The files of a draw from a registry, without the result."""
    dice = random.Random(seed)
    rules = rules or {"key": "1/4", "special": "2/3", "general": "officers*4/1"}
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
    throws = "".join(dice.choice("0123456789") for _ in range(39))
    values = values or [Value(s.source, s.label, throws if s.source == "dice10" else SSQ) for s in sources]
    files = (verify.write_commit(commit), pool, roster, verify.write_entropy(commit.digest, values))
    return {name: text.encode() for name, text in zip(DRAWN, files, strict=True)}


def drawn(files: dict[str, bytes]) -> dict[str, bytes]:
    """The bundle with its result."""
    return {**files, "result.tsv": verify.draw(*texts(files)).encode()}


def recommitted(files: dict[str, bytes], **changes) -> dict[str, bytes]:
    """The bundle with another commit, and the entropy that goes with it; its result is left as it was."""
    before = verify.parse_commit(files["commit.txt"].decode())
    values = verify.parse_entropy(files["entropy.txt"].decode(), before)
    commit = before._replace(**changes)
    entropy = verify.write_entropy(commit.digest, values)
    return {**files, "commit.txt": verify.write_commit(commit).encode(), "entropy.txt": entropy.encode()}


def logged(files: dict[str, bytes], alter=None) -> dict[str, bytes]:
    """The bundle with a log that tells of it; alter changes the (time, kind, subject, digest) rows beforehand."""
    commit = verify.parse_commit(files["commit.txt"].decode())
    lines = files["entropy.txt"].decode().split("\n")[2:-1]
    hour = "2026-10-08T{}:00:00+08:00"
    rows = [(hour.format("09"), "commit", commit.draw, commit.digest)]
    for source, line in zip(commit.sources, lines, strict=True):
        rows.append((hour.format("22"), "entropy", f"{commit.draw}/{source.source}", verify.digest(line)))
    rows.append((hour.format("22"), "result", commit.draw, verify.digest(files["result.tsv"].decode())))
    rows = alter(rows) if alter else rows
    chained = []
    for index, row in enumerate(rows, 1):
        chained.append(verify.log_row(chained[-1].chain if chained else verify.NO_CHAIN, index, *row))
    return {**files, "log.tsv": verify.write_log(chained).encode()}
