"""Random registries and whole bundles for the tests of the protocol."""

import hashlib
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

from drawings.protocol import verify
from drawings.protocol.verify import (
    Commit,
    Declaration,
    Entry,
    Name,
    Officer,
    Register,
    Source,
    Substitute,
    Team,
    Unit,
    Value,
)

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
DRAWN = ("commit.txt", "pool.tsv", "officers.tsv", "registers.tsv", "salt.txt", "entropy.txt")
SALT = "0123456789abcdef" * 2
DICE = (Source("dice10", "39", "2026-10-08T15:30:00+08:00"),)
SEALS = (*DICE, Source("ssq", "2026112", "2026-10-08T21:15:00+08:00"))
SSQ = "01 05 12 23 28 31 07"
ONE_TEAM = (Team("bureau", 2, "cross"),)
CHINA = timezone(timedelta(hours=8))


def folder(name: str) -> dict[str, bytes]:
    """The files of a vector, without the earlier record that its log must extend."""
    return {p.name: p.read_bytes() for p in sorted((VECTORS / name).iterdir()) if p.name != "earlier"}


def earlier(name: str) -> bytes | None:
    """The earlier record of a vector."""
    path = VECTORS / name / "earlier"
    return path.read_bytes() if path.exists() else None


def texts(files: dict[str, bytes]) -> list[str]:
    """The six texts that a draw starts from."""
    return [files[name].decode() for name in DRAWN]


def failed(files: dict[str, bytes], extends: bytes | None = None) -> list[verify.Check]:
    return [line for line in verify.check(files, extends=extends) if not line.ok]


def named(kind: str, ident: str) -> Name:
    """The row of names.tsv for an id: everything about it follows from the id."""
    nonce = hashlib.sha256(f"{kind} {ident}".encode()).hexdigest()[:32]
    return Name(kind, ident, nonce, f"虚构{ident[-20:]}号𠮷")


def name_digest(kind: str, ident: str) -> str:
    return verify.name_digest(*named(kind, ident)[2:])


def unit(ident, stratum="key", speciality="s", standing="in", recused=()) -> Unit:
    return Unit(ident, stratum, speciality, standing, tuple(recused), name_digest("unit", ident))


def officer(ident, specialities=("s",), load=0, department="bureau") -> Officer:
    return Officer(ident, department, tuple(specialities), load, name_digest("officer", ident))


def entry(register, key, unit="", reason="") -> Entry:
    return Entry(register, key, unit, reason, name_digest("entry", f"{register}/{key}"))


def registry(seed: int, size: int, people: int, departments=("bureau",)) -> tuple[list[Unit], list[Officer]]:
    """size units and people officers (four at least) of each department, uneven in specialities, recusals and loads."""
    dice = random.Random(seed)
    fields = [f"s{number}" for number in range(dice.randint(1, 4))]
    ids = [f"P{dice.randrange(10**6):06d}-{number}" for number in range(max(people, 4) * len(departments))]
    heavy = dice.choice((0, 1, 6))
    officers = [
        officer(
            who,
            sorted(dice.sample(fields, dice.randint(0, len(fields)))),
            dice.randint(0, heavy),
            departments[number % len(departments)],
        )
        for number, who in enumerate(ids)
    ]
    units = [
        unit(
            f"{dice.randrange(10**6):06d}_{number}",
            dice.choice(("key", "special", "general")),
            dice.choice([*fields, "none"]),
            dice.choice(("in", "in", "in", "again", "capped", "stopped", "exempt")),
            sorted(dice.sample(ids, dice.choice((0, 0, 0, 1, 2)))),
        )
        for number in range(size)
    ]
    return units, officers


def entries_of(units: list[Unit], seed: int = 0) -> list[Entry]:
    """Two registers: most units stand in one of them, and some of their entries are no unit."""
    dice = random.Random(f"entries {seed}")
    found = [entry(dice.choice(("city", "permits")), f"91{n:06d}", one.unit) for n, one in enumerate(units)]
    return [
        *found[: len(found) * 2 // 3],
        *(
            entry("permits", f"K{n}", reason=dice.choice(("closed", "outside")))
            for n in range(dice.randint(0, 3))
        ),
    ]


def bundle(
    units,
    officers,
    teams=ONE_TEAM,
    sources=DICE,
    values=None,
    rules=None,
    seed=0,
    entries=(),
    **more,
) -> dict[str, bytes]:
    """The files of a draw from a registry, without the result; more: of the commit."""
    dice = random.Random(seed)
    rules = rules or {"key": "1/4", "special": "2/3", "general": "officers*4/1"}
    pool = verify.write_pool("2026Q4", units)
    roster = verify.write_officers("2026Q4", officers)
    registers = verify.write_registers("2026Q4", entries)
    salt = verify.write_salt("2026Q4", SALT)
    first = [who for who in officers if who.department == teams[0].department]
    declared = {}
    for each in sorted(entries):
        rows, few = declared.get(each.register, (0, 0))
        declared[each.register] = rows + 1, few + (not each.unit)
    fields = {
        "bureau": "平顶山市生态环境局舞钢分局",
        "draw": "2026Q4",
        "previous": verify.NO_CHAIN,
        "salt": verify.digest(salt),
        "pool": verify.digest(pool),
        "pool_rows": len(units),
        "officers": verify.digest(roster),
        "officers_rows": len(officers),
        "registers": verify.digest(registers),
        "registers_rows": len(entries),
        "declared_registers": [Register(r, *n, "2026-10-01", f"{r} 名册") for r, n in declared.items()],
        "program": ("", ""),
        "strata": verify.strata_of(units, rules, len(first)),
        "teams": teams,
        "substitutes": "",
        "sources": sources,
        "disclosure": "open",
    }
    commit = Commit(**{**fields, **more})
    throws = "".join(dice.choice("0123456789") for _ in range(39))
    values = values or [Value(s.source, s.label, throws if s.source == "dice10" else SSQ) for s in sources]
    entropy = verify.write_entropy(commit.digest, values)
    six = (verify.write_commit(commit), pool, roster, registers, salt, entropy)
    files = {name: text.encode() for name, text in zip(DRAWN, six, strict=True)}
    names = [named("unit", one.unit) for one in units] + [named("officer", one.officer) for one in officers]
    names += [named("entry", f"{one.register}/{one.key}") for one in entries]
    return {**files, "names.tsv": verify.write_names("2026Q4", names).encode()}


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


def clock(seconds: int) -> str:
    """The time at so many seconds since 1970, as the protocol writes it."""
    return datetime.fromtimestamp(seconds, CHINA).isoformat()


def next_issue(source: str, seconds: int, dice: random.Random) -> tuple[Source | None, str, int]:
    """The next issue after that time, its value, and when it is known; no source under `seed`."""
    if not source:
        return None, "", seconds
    if source == "drand":
        number = (seconds - verify.DRAND_START) // 3 + 2 + dice.choice((0, 0, dice.randrange(5000)))
        known = verify.DRAND_START + 3 * (number - 1)
        return (
            Source(source, f"{verify.DRAND}/{number}", clock(known)),
            verify.digest(f"round {number}"),
            known,
        )
    day, known = seconds // 86400 + 1, (seconds // 86400 + 1) * 86400 + 47700  # one issue a day
    value = random.Random(f"{source} {day}")  # each has one value
    if source == "ssq":
        text = " ".join(f"{ball:02d}" for ball in sorted(value.sample(range(1, 34), 6)))
        return Source(source, f"{day:07d}", clock(known)), f"{text} {value.randint(1, 16):02d}", known
    text = " ".join(value.choice("0123456789") for _ in range(5 if source == "pl5" else 3))
    return Source(source, f"{day:0{5 if source == 'pl5' else 7}d}", clock(known)), text, known


def declaration(standing: verify.Standing, serial: int, seconds: int, source, dice) -> Declaration:
    """Any declaration that could take effect now."""
    people = sorted(standing.officers)
    away = tuple(sorted(dice.sample(people, dice.choice((0, 0, 1, 2, len(people) // 2, len(people))))))
    holding = sorted({who for team in standing.teams.values() for who in team if who})
    if holding and dice.random() < 0.6:
        who = dice.choice(holding)
        his = sorted(ident for ident, team in standing.teams.items() if who in team)
        units = tuple(sorted(dice.sample(his, dice.randint(1, len(his)))))
        return Declaration(serial, clock(seconds), "officer", who, "ill", units, away, source)
    subject = dice.choice(sorted(standing.teams))
    return Declaration(serial, clock(seconds), "unit", subject, "closed", (), away, source)


def substituted(files: dict[str, bytes], count: int, seed=0) -> dict[str, bytes]:
    """The bundle with up to so many substitutes, whatever its commit says about them."""
    dice = random.Random(f"substitutes {seed}")
    standing = verify.Standing(*verify.draw_files(files))
    commit, rows = standing.commit, []
    seconds = verify.instant(commit.sources[-1].time) + 1800
    known, span = seconds, 3 if commit.substitutes == "drand" else 86400  # one issue may serve two
    for serial in range(1, count + 1):
        if not standing.teams:
            break
        seconds += dice.choice((0, 60, 3600, 100_000))
        source, value, known = next_issue(commit.substitutes, max(seconds, known - span), dice)
        one = declaration(standing, serial, seconds, source, dice)
        rows.append(Substitute(one, value, standing.step(one, value)))
    return (
        {**files, "substitutes.tsv": verify.write_substitutes(commit.draw, rows).encode()} if rows else files
    )


def log_events(files: dict[str, bytes]) -> list[tuple[str, str, str, str]]:
    """(time, kind, subject, digest) of the rows that tell of the draw, each as early as it may be."""
    commit = verify.parse_commit(files["commit.txt"].decode())
    salt, first = files["salt.txt"].decode(), verify.instant(commit.sources[0].time)
    lines = files["entropy.txt"].decode().split("\n")[2:-1]
    rows = [(first - 3600, "commit", commit.draw, commit.digest)]
    for source, line in zip(commit.sources, lines, strict=True):
        subject = f"{commit.draw}/{source.source}"
        rows.append((verify.instant(source.time), "entropy", subject, verify.digest(line)))
    rows.append((rows[-1][0], "result", commit.draw, verify.digest(files["result.tsv"].decode())))
    last = 0
    substitutes = files.get("substitutes.tsv")
    for row in verify.parse_substitutes(substitutes.decode()).rows if substitutes else ():
        one, subject = row.declaration, f"{commit.draw}/{row.declaration.serial}"
        at = verify.instant(one.time)
        last = max(last, at, verify.instant(one.source.time) if one.source else 0)
        rows.append((at, "declare", subject, verify.declare_digest(salt, one)))
        rows.append((last, "substitute", subject, verify.substitute_digest(salt, row)))
    return [(clock(at), *rest) for at, *rest in sorted(rows, key=lambda row: row[0])]


def chained(rows) -> bytes:
    """log.tsv of these (time, kind, subject, digest) rows."""
    found = []
    for index, row in enumerate(rows, 1):
        found.append(verify.log_row(found[-1].chain if found else verify.NO_CHAIN, index, *row))
    return verify.write_log(found).encode()


def logged(files: dict[str, bytes], alter=None) -> dict[str, bytes]:
    """The bundle with a log that tells of it; alter changes the (time, kind, subject, digest) rows beforehand."""
    rows = log_events(files)
    return {**files, "log.tsv": chained(alter(rows) if alter else rows)}


def rich_bundle(seed=8, size=14, people=5, count=4, **more) -> dict[str, bytes]:
    """A small whole bundle with everything in it: two departments, registers, names, substitutes, log, programs."""
    units, officers = registry(seed, size, people, ("bureau", "fire"))
    programs = {"verify.py": b"print(1)\n", "verify.mjs": b"console.log(1);\n"}
    fields = {
        "teams": (Team("bureau", 2, "cross"), Team("fire", 1, "cross")),
        "rules": {"key": "1/3", "special": "1/3", "general": "1/3"},
        "sources": SEALS,
        "entries": entries_of(units),
        "substitutes": "pl5",
        "program": tuple(hashlib.sha256(data).hexdigest() for data in programs.values()),
    }
    files = bundle(units, officers, **{**fields, **more})
    return {**logged(substituted(drawn(files), count)), **programs}
