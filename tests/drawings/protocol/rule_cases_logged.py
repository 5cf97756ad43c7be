"""The same for the log, for what an earlier record demands of it, and for what lies beside what."""

import base64
from collections.abc import Iterator

from protocol_cases import SEALS, SSQ
from rule_cases import HEX, Case, only
from rule_cases_drawn import GOOD_VALUES, valued
from sealed_files import chained, log_rows, resealed, sha256
from small_draw import BASE, DICE_ALONE, DRAWN, LISTS, SEED, changed, whole

from drawings.protocol import verify
from drawings.protocol.verify import Source, Value


def relogged(alter, base: dict[str, bytes] = BASE) -> dict[str, bytes]:
    """The draw with other rows (time, kind, subject, digest) in its log, whose chain is sound."""
    return {**base, "log.tsv": chained(alter(log_rows(base)))}


# ---- 7. The log ----

LATE = "2026-10-11T09:00:00+08:00"
ROWS = log_rows(
    BASE
)  # commit, dice, lottery, result, two declared, both substitutes, a third declared, its substitute
LAST = len(ROWS) - 1


def at(number: int, field: int, value: str):
    """The rows with a field of one of them changed."""
    return lambda rows: [
        (*row[:field], value, *row[field + 1 :]) if n == number else row for n, row in enumerate(rows)
    ]


def more(kind: str, subject: str, time: str = LATE):
    return lambda rows: [*rows, (time, kind, subject, HEX)]


LOGS = [
    ("a subject of 201 characters", "log", more("publish", "平" * 201)),
    ("an empty subject", "log", more("publish", "")),
    ("a subject with an invisible character", "log", more("publish", "a\u200bb")),
    ("a subject with a space at its end", "log", more("publish", "a ")),
    ("a kind of another word", "log", more("publishes", "2026Q4")),
    ("a kind in upper case", "log", more("PUBLISH", "2026Q4")),
    ("a time of Z", "log", more("publish", "2026Q4", "2026-10-11T01:00:00Z")),
    ("a first row with a time of Z", "log", at(0, 0, "2026-10-08T06:30:00Z")),
    ("a time that descends as an instant and not as text", "log", more("publish", "2026Q4", "2026-10-10T23:00:00+12:00")),
    ("a digest in upper case", "log", lambda rows: [*rows, (LATE, "publish", "2026Q4", HEX.upper())]),
    ("a row above the commit that it does not name", "draw in log", lambda rows: [(rows[0][0], "audit", "x", HEX), *rows]),
    ("committed at the first source's time", "draw in log", at(0, 0, "2026-10-08T15:30:00+08:00")),
    ("committed under another subject", "draw in log", at(0, 2, "2026Q4-2")),
    ("dice a second early", "draw in log", at(1, 0, "2026-10-08T15:29:59+08:00")),
    ("dice 3601 seconds late", "draw in log", at(1, 0, "2026-10-08T16:30:01+08:00")),
    ("a lottery a second early", "draw in log", at(2, 0, "2026-10-08T21:14:59+08:00")),
    ("values in another order", "draw in log", lambda rows: [rows[0], (rows[1][0], *rows[2][1:]), (rows[2][0], *rows[1][1:]), *rows[3:]]),
    ("a value under another source", "draw in log", at(1, 2, "2026Q4/dice6")),
    ("a result under another subject", "draw in log", at(3, 2, "2026Q4/1")),
    ("a declaration with a leading nought", "draw in log", at(4, 2, "2026Q4/01")),
    ("a substitute above its declaration", "draw in log", lambda rows: [*rows[:8], (rows[8][0], *rows[9][1:]), (rows[9][0], *rows[8][1:])]),
    ("a declaration that skips a serial", "draw in log", more("declare", "2026Q4/5")),
    ("a substitute that nobody declared", "draw in log", more("substitute", "2026Q4/4")),
    ("a second commit at the end", "draw in log", more("commit", "2026Q4")),
    ("a value of a substitute's source", "draw in log", more("entropy", "2026Q4/pl5")),
    ("a value with a serial", "draw in log", more("entropy", "2026Q4/1")),
    ("a result with a serial", "draw in log", more("result", "2026Q4/1")),
    ("a commit below the draw's name", "draw in log", more("commit", "2026Q4/1")),
    ("a declaration a second early", "substitutes in log", at(5, 0, "2026-10-09T09:04:59+08:00")),
    ("a declaration a second late", "substitutes in log", at(5, 0, "2026-10-09T09:05:01+08:00")),
    ("a substitute a second early", "substitutes in log", at(LAST, 0, "2026-10-10T20:29:59+08:00")),
    ("a substitute that the file has not", "substitutes in log", lambda rows: [*rows, (LATE, "declare", "2026Q4/4", HEX), (LATE, "substitute", "2026Q4/4", HEX)]),
]  # fmt: skip


def logs() -> Iterator[Case]:
    for what, check, alter in LOGS:
        yield Case(f"log.tsv: {what}", check, relogged(alter))
    for number, row in enumerate(ROWS):
        name = f"{row[1]} {row[2]}"
        check = "substitutes in log" if number == LAST else "draw in log"
        yield Case(f"log.tsv: no {name}", check, relogged(lambda rows, n=number: rows[:n] + rows[n + 1 :]))
        yield Case(
            f"log.tsv: twice {name}",
            "draw in log",
            relogged(lambda rows, n=number: [*rows[: n + 1], *rows[n:]]),
        )
        check = "substitutes in log" if number > 3 else "draw in log"
        yield Case(f"log.tsv: another digest of {name}", check, relogged(at(number, 3, HEX)))
    lines = BASE["log.tsv"].decode().split("\n")
    for files, count in (("result.tsv", 3), ("entropy.txt", 2), ("commit.txt", 0)):
        names = {"result.tsv": (*DRAWN, "result.tsv"), "entropy.txt": DRAWN, "commit.txt": DRAWN[:5]}[files]
        short = "\n".join([*lines[: count + 1], ""]).encode()
        yield Case(
            f"log.tsv: ends before {files} is logged", "draw in log", {**only(BASE, names), "log.tsv": short}
        )
    hidden = only(BASE, ("commit.txt", "registers.tsv"))
    for serial in (1, 4):  # while it is sealed, nothing else says how many there are
        extra = [(LATE, "declare", "2026Q4/4", HEX), (LATE, "entropy", f"2026Q4/{serial}", HEX)]
        files = {**hidden, "log.tsv": chained([*ROWS, *extra])}
        yield Case(f"log.tsv: a value in place of substitute {serial}", "draw in log", files)
    gone = {name: data for name, data in BASE.items() if name != "substitutes.tsv"}
    yield Case("log.tsv: substitutes, and the folder has none", "substitutes in log", gone)


# ---- 7.4 and 8. Earlier records; what lies beside what ----

LINES = BASE["log.tsv"].split(b"\n")[:-1]
CHAINS = [line.split(b"\t")[5] for line in LINES[1:]]
LONGER, FORKED = (
    relogged(alter)["log.tsv"] for alter in (more("audit", "x"), at(0, 0, "2026-10-08T14:29:59+08:00"))
)


def note(size: int | str, lines: list[bytes], origin: str = "site.example/log") -> bytes:
    root = verify.merkle_root(line.decode() for line in lines)
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n\n— site.example/log AAAA\n".encode()


ALL_LOG = BASE["log.tsv"]
EXTENDED = [
    *(b"\n".join([*LINES[:size], b""]) for size in range(1, len(LINES) + 1)),
    *CHAINS,
    CHAINS[3] + b"\n",
    verify.NO_CHAIN.encode(),
    *(note(size, LINES[1 : size + 1]) for size in range(len(LINES))),
]
NOT_EXTENDED = {
    "a longer log": LONGER,
    "a log that forked at its first row": FORKED,
    "a shorter log that forked": b"\n".join([*FORKED.split(b"\n")[:3], b""]),
    "the log and an empty line": ALL_LOG + b"\n",
    "the log without its last LF": ALL_LOG[:-1],
    "the log with another chain value": ALL_LOG[:-3] + b"zz\n",
    "the log under another first line": ALL_LOG.replace(b"log/2", b"log/1"),
    "the chain value of a longer log": LONGER[-65:],
    "the chain value of a fork": FORKED[-65:],
    "a chain value in upper case": CHAINS[0].upper(),
    "a chain value of 63 digits": CHAINS[0][1:],
    "a chain value and two LFs": CHAINS[0] + b"\n\n",
    "a checkpoint of a longer log": note(11, LONGER.split(b"\n")[1:-1]),
    "a checkpoint of a fork": note(10, FORKED.split(b"\n")[1:-1]),
    "a checkpoint of a shorter fork": note(3, FORKED.split(b"\n")[1:4]),
    "a checkpoint of another size": note(9, LINES[1:]),
    "a checkpoint with a leading nought": note("010", LINES[1:]),
    "a checkpoint without an origin": note(10, LINES[1:], ""),
    "a checkpoint that ends with its root": note(10, LINES[1:]).split(b"\n\n")[0],
    "a checkpoint whose root is no Base64": b"site\n10\n***\n\n",
    "a checkpoint whose root is in hexadecimal digits": b"site\n10\n" + verify.merkle_root(line.decode() for line in LINES[1:]).hex().encode() + b"\n\n",
    "nothing": b"",
    "bytes that are no UTF-8": b"\xff\n",
}  # fmt: skip
BESIDE = {  # what lies there: what it would be held against, and is not there
    "result.tsv and no salt.txt": ("substitutes.tsv", "salt.txt", "log.tsv"),
    "result.tsv and no entropy.txt": ("substitutes.tsv", "entropy.txt", "log.tsv"),
    "substitutes.tsv and no result.tsv": ("result.tsv", "log.tsv"),
    "names.tsv and no pool.tsv": ("pool.tsv", "salt.txt", "result.tsv", "substitutes.tsv", "log.tsv"),
    "names.tsv and no officers.tsv": ("officers.tsv", "salt.txt", "result.tsv", "substitutes.tsv", "log.tsv"),
    "salt.txt and no pool.tsv": ("pool.tsv", "names.tsv", "result.tsv", "substitutes.tsv", "log.tsv"),
    "salt.txt and no officers.tsv": ("officers.tsv", "names.tsv", "result.tsv", "substitutes.tsv", "log.tsv"),
    "no registers.tsv": (
        "registers.tsv",
        "names.tsv",
        "salt.txt",
        "result.tsv",
        "substitutes.tsv",
        "log.tsv",
    ),
}


def beside() -> Iterator[Case]:
    for what, earlier in NOT_EXTENDED.items():
        yield Case(f"--extends: {what}", "extends", BASE, earlier)
    without = {name: data for name, data in BASE.items() if name != "log.tsv"}
    yield Case("--extends: a draw without its log", "extends", without, CHAINS[0])
    for what, missing in BESIDE.items():
        yield Case(
            f"beside: {what}", "stage", {name: data for name, data in BASE.items() if name not in missing}
        )
    commit = changed(BASE["commit.txt"].decode(), "program -", f"program {sha256(b'print(1)')}")
    files = {**resealed(BASE, commit=commit), "names.tsv": BASE["names.tsv"]}
    yield Case("another program than committed", "program", {**files, "verify.py": b"print(2)"})


def cases() -> list[Case]:
    return [*logs(), *beside()]


OTHERS = ("commit", "entropy", "result", "declare", "substitute")
REST = sorted(verify.KINDS.difference(OTHERS))


def between(*extra: tuple[str, str]) -> dict[str, bytes]:
    """The draw with more (kind, subject) rows below each of its own in the log."""
    return relogged(
        lambda rows: [part for row in rows for part in (row, *((row[0], *more, HEX) for more in extra))]
    )


def stages() -> Iterator[dict[str, bytes]]:
    """The draw as it goes on, the later files and rows of the log not there yet; and sealed."""
    hidden = only(BASE, ("commit.txt", "registers.tsv"))
    for names, counts in (
        (hidden, (1, 3, 4, 10)),
        ({**hidden, "entropy.txt": BASE["entropy.txt"]}, (3, 4, 10)),
        (only(BASE), (1, 2, 3)),
        (only(BASE, LISTS[:4]), (1,)),
        ({**hidden, "pool.tsv": BASE["pool.tsv"]}, (1,)),
        ({**hidden, "officers.tsv": BASE["officers.tsv"]}, (1,)),
        ({**only(BASE), "salt.txt": BASE["salt.txt"]}, (1, 3, 4, 6)),
        (only(BASE, DRAWN), (3, 4, 6)),
        (only(BASE, (*DRAWN, "result.tsv")), (4, 6)),
    ):
        yield names
        for count in counts:
            yield {**names, "log.tsv": b"\n".join([*LINES[: count + 1], b""])}


GOOD: list[dict[str, bytes]] = [
    *(BASE, SEED, DICE_ALONE, *stages()),
    *(valued(*words) for words in GOOD_VALUES),
    {**BASE, "verify.py": b"print(1)", "verify.mjs": b"1"},  # the commit names no program
    {**whole(program=(sha256(b"print(1)"), sha256(b"1"))), "verify.py": b"print(1)", "verify.mjs": b"1"},
    between(*((kind, f"2026Q4-2{end}") for kind in OTHERS for end in ("", "/1"))),
    between(*((kind, "2026Q4") for kind in REST if kind != "redaction"), *((kind, "x") for kind in REST)),
    relogged(at(1, 0, "2026-10-08T16:30:00+08:00")),  # dice, an hour after their time
    relogged(at(0, 0, "2026-10-08T15:29:59+08:00")),
    relogged(at(5, 0, "2026-10-09T10:05:00+09:00")),  # a declaration at its instant, under another offset
    *(whole(rules={"key": "1/2", "general": rule}) for rule in ("officers*5/4", "officers*0/1", "1/1")),
    whole(  # dice of both kinds, then two lotteries
        sources=(
            *(SEALS[0], Source("dice6", "39", "2026-10-08T16:30:00+08:00"), SEALS[1]),
            Source("fc3d", "2026282", "2026-10-09T08:30:00+08:00"),
        ),
        values=[
            *(Value("dice10", "39", "0" * 39), Value("dice6", "39", "1" * 39)),
            *(Value("ssq", "2026112", SSQ), Value("fc3d", "2026282", "0 0 0")),
        ],
    ),
]
