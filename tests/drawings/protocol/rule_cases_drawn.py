"""The same for what comes after the freeze: values, result and substitutes."""

import re
from collections.abc import Iterator

from protocol_cases import SEALS, SSQ
from rule_cases import HEX, LONG, Case, only
from sealed_files import resealed
from small_draw import BASE, DRAWN, FIRST, NEXT, SEED, changed, whole

from drawings.protocol import verify
from drawings.protocol.verify import Source, Value

ROUND = f"{verify.DRAND}/32981955"  # known at 2026-10-12T04:07:09+08:00
DIGITS = "123456" * 6 + "123"


def edited(file: str, old: str, new: str, base: dict[str, bytes] = BASE) -> dict[str, bytes]:
    """The whole draw with a text changed and nothing made to fit."""
    return {**base, file: changed(base[file].decode(), old, new).encode()}


# ---- 4. Values ----


def valued(source: str, label: str, value: str) -> dict[str, bytes]:
    """The draw up to its values, with another source in place of the dice, of the lottery, or of both (`system`)."""
    commit, entropy = BASE["commit.txt"].decode(), BASE["entropy.txt"].decode()
    if source == "system":
        commit, entropy = (
            commit.replace("dice10 39", "system os"),
            changed(entropy, r"^dice10.*", f"system os {value}"),
        )
        commit, entropy = changed(commit, r"^entropy ssq.*\n", ""), changed(entropy, r"^ssq.*\n", "")
    else:
        old = "dice10 39" if source.startswith("dice") else "ssq 2026112"
        commit = commit.replace(old, f"{source} {label}")
        entropy = re.sub(rf"^{old} .*", f"{source} {label} {value}", entropy, flags=re.MULTILINE)
    if source == "drand":
        commit = commit.replace("2026-10-08T21:15:00", "2026-10-12T04:07:09")
    return {**resealed(BASE, commit=commit, entropy=entropy), "names.tsv": BASE["names.tsv"]}


GOOD_VALUES = [
    ("dice6", "39", DIGITS), ("dice10", "39", "0123456789" * 3 + "012345678"), ("ssq", "2026112", "01 02 03 04 05 33 16"),
    ("pl5", "26282", "0 9 0 9 0"), ("fc3d", "2026282", "0 0 9"), ("drand", ROUND, HEX), ("system", "os", HEX),
]  # fmt: skip
BAD_VALUES = [
    ("dice6", "39", DIGITS[:-1] + "7"), ("dice6", "39", "0" + DIGITS[1:]), ("dice6", "39", DIGITS + "1"),
    ("dice6", "39", DIGITS[1:]), ("dice10", "39", "0" * 40), ("dice10", "39", "0" * 38 + "x"),
    ("dice10", "39", "0" * 38 + "０"), ("dice10", "39", " ".join("0" * 20)),
    *(("ssq", "2026112", value) for value in (
        "01 02 03 04 05 34 16", "00 02 03 04 05 33 16", "01 02 03 04 05 33 17", "01 02 03 04 05 33 00",
        "02 01 03 04 05 33 16", "1 02 03 04 05 33 16", "01 02 03 04 05 16", "01 02 03 04 05 06 33 16",
        "01,02,03,04,05,33,16", "01  02 03 04 05 33 16", f"{SSQ} ", "",
    )),
    *(("pl5", "26282", value) for value in ("12345", "1 2 3 4", "1 2 3 4 5 6", "1 2 3 4 x", "1 2 3 4 10")),
    *(("fc3d", "2026282", value) for value in ("123", "1 2", "1 2 3 4", "1 2 ３", "-")),
    *(("drand", ROUND, value) for value in (HEX.upper(), HEX[1:], HEX + "0")),
    *(("system", "os", value) for value in (HEX.upper(), HEX[1:], HEX + "0")),
]  # fmt: skip
SALTS = [  # of the salt, whatever the commit says of its digest
    ("a digit too few", "salt", ".$", ""),
    ("upper case", "salt", "abcdef", "ABCDEF"),
    ("a second line", "salt", r"\n\Z", r"\nx\n"),
    ("two spaces", "salt", " 0", "  0"),
]


def values() -> Iterator[Case]:
    for source, label, value in BAD_VALUES:
        yield Case(f"entropy.txt: {source} {value}", "entropy", valued(source, label, value))
    for what, check, old, new in SALTS:
        salt = changed(BASE["salt.txt"].decode(), old, new)
        yield Case(f"salt.txt: {what}", check, {**resealed(BASE, salt=salt), "names.tsv": BASE["names.tsv"]})
    yield Case("salt.txt: another", "salt held", edited("salt.txt", "0123", "3210", only(BASE, DRAWN)))
    for what, check, old, new in (
        ("a line too many", "entropy", r"\n\Z", r"\nfc3d 2026282 1 2 3\n"),
        ("a line too few", "entropy", r"^ssq.*\n", ""),
        ("another issue", "entropy", "ssq 2026112", "ssq 2026113"),
        ("two spaces", "entropy", "ssq 2026112 ", "ssq  2026112 "),
        ("another commit", "entropy of", "^commit ....", "commit 0000"),
        ("a commit in upper case", "entropy", "^commit .*", f"commit {HEX.upper()}"),
    ):
        yield Case(f"entropy.txt: {what}", check, edited("entropy.txt", old, new, only(BASE, DRAWN)))


# ---- 3.8 and 3.9. Result and substitutes ----

RESULTS = [
    ("a rank with a leading nought", "units", "^key\t1", "key\t01"),
    ("ranks from nought", "units", "^key\t1", "key\t0"),
    ("another ticket", "units", "^(key\t1\tu1\t)........", r"\g<1>00000000"),
    ("a unit that was not drawn", "units", "\tu7\t", "\tu4\t"),
    ("another stratum", "units", "^general", "key"),
    ("strata in another order", "units", r"(?s)(key.*)(general.*)", r"\2\1"),
    ("a row twice", "units", r"^(general.*\n)", r"\1\1"),
    ("no row of a unit", "units", r"^general.*\n", ""),
    ("a field too many", "teams", "-$", "-\t-"),
    ("no note", "teams", "\t-$", ""),
    ("another note", "teams", "-$", "cross"),
    ("an officer of another department", "teams", "a2,a1,f3", "a2,f1,f3"),
    ("a place short", "teams", "a2,a1,f3", "a2,a1"),
    ("a place more", "teams", "a2,a1,f3", "a2,a1,f3,f1"),
    ("another lead", "teams", "a2,a1,f3", "a1,a2,f3"),
]
A, B, C = (rf"^({n}\t.*?)" for n in (1, 2, 3))  # the start of each row
DECLARATIONS = [
    ("serials from nought", "^1\t", "0\t"),
    ("a serial with a leading nought", "^2\t", "02\t"),
    ("a gap in the serials", "^3\t", "4\t"),
    ("a time of Z", r"09:00:00\+08:00", "09:00:00Z"),
    ("a time that descends", "2026-10-09T09:05", "2026-10-09T08:05"),
    ("declared before the draw's last source", "2026-10-09T09:00:00", "2026-10-08T21:14:59"),
    ("a kind of another word", "\tunit\t", "\tunits\t"),
    ("a subject that is no id", "\ta2\t", "\ta,2\t"),
    ("a reason that is a dash", "\till\tu1", "\t-\tu1"),
    ("a reason of 56 characters", "\till\tu1", f"\t{LONG}\tu1"),
    ("an officer who gives up no place", "\till\tu1", "\till\t-"),
    ("a unit with a list of units", "\till\t-\t-", "\till\tu2\t-"),
    ("a list of units that descends", "\till\tu1", "\till\tu2,u1"),
    ("a unit listed twice", "\till\tu1", "\till\tu1,u1"),
    ("an away list that descends", "u1\tf1", "u1\tf2,f1"),
    ("an away list with one twice", "u1\tf1", "u1\tf1,f1"),
    ("one away who is no officer", "u1\tf1", "u1\tf9"),
    ("an empty away list", "u1\tf1", "u1\t"),
    ("no source under fresh", f"{C}pl5 .*?\t.*?\t", r"\1-\t-\t"),
    ("another kind of source", f"{C}pl5 26283", r"\1fc3d 2026283"),
    ("a source without its time", f"{C}(pl5 26283) \\S+", r"\1\2"),
    ("a source with two spaces", f"{C}pl5 26283", r"\1pl5  26283"),
    ("an issue of seven digits", f"{C}26283", r"\g<1>2026283"),
    ("a source's time of Z", f"{C}(pl5 26283 .*?)\\+08:00", r"\1\2Z"),
    ("a source known when it is declared", "2026-10-09T21:00:00", "2026-10-10T20:30:00"),
    ("a source known before that of the row above", f"{B}{FIRST.replace('+', chr(92) + '+')}", r"\g<1>26284 2026-10-11T20:30:00+08:00"),
    ("an issue with two times", f"{B}26282 2026-10-09T20:30", r"\g<1>26282 2026-10-09T20:31"),
    ("an issue with two values", f"{B}1 2 3 4 5", r"\g<1>1 2 3 4 6"),
    ("a value of the wrong form", "6 7 8 9 0", "67890"),
    ("no value under fresh", "6 7 8 9 0", "-"),
]  # fmt: skip
STEPS = [
    ("another officer than the arithmetic gives", "u1:a4", "u1:a3"),
    ("an officer of another department", "u1:a4", "u1:f2"),
    ("a place left open", "u1:a4", "u1:-"),
    ("an outcome with a word more", "u1:a4", "u1:a4 u2:a4"),
    ("an empty outcome", "u1:a4", ""),
    ("another new unit", "u3:a3", "u4:a3"),
    ("the departments of a new team turned round", "a3,a4,f3", "f3,a3,a4"),
    ("another order in a new team", "a3,a4,f3", "a4,a3,f3"),
    ("no new unit where one is left", "u3:a3,a4,f3", "-"),
    ("an officer who holds no place there", "officer\ta2\till\tu1", "officer\ta3\till\tu1"),
    ("an officer who is none", "officer\ta2", "officer\ta9"),
    ("a unit that is none", "\till\tu1", "\till\tu9"),
    ("a unit that was not drawn", "\till\tu1", "\till\tu4"),
    ("a unit substituted that was not drawn", "unit\tu1", "unit\tu4"),
    ("a unit substituted that is none", "unit\tu1", "unit\tu9"),
    ("a unit substituted twice", r"^3(\t.*)\n\Z", r"3\1\n4\1\n"),
    ("a place given up in a unit that is gone", r"^(3.*)\n\Z",
     r"\1\n4\t2026-10-09T21:00:00+08:00\tofficer\ta1\till\tu1\t-\tpl5 26283 2026-10-10T20:30:00+08:00\t6 7 8 9 0\tu1:a3\n"),
    ("who gave up his place steps in again", r"^(3.*)\n\Z",
     r"\1\n4\t2026-10-09T21:00:00+08:00\tofficer\tf3\till\tu2\t-\tpl5 26283 2026-10-10T20:30:00+08:00\t6 7 8 9 0\tu2:f2\n"),
]  # fmt: skip
UNDER_SEED = [
    ("a source under seed", r"\t-\t-\t(u\d:)", rf"\tpl5 {NEXT}\t6 7 8 9 0\t\1"),
    ("a value under seed", r"\t-\t(u\d:)", r"\t6 7 8 9 0\t\1"),
]


def own_issue() -> dict[str, bytes]:
    """The draw's own issue under a later time: its value is known when somebody is declared away."""
    sources = (*SEALS[:1], Source("pl5", "26281", "2026-10-08T20:30:00+08:00"))
    values = [Value("dice10", "39", "0" * 39), Value("pl5", "26281", "5 4 3 2 1")]
    return edited("substitutes.tsv", f"{C}26283", r"\g<1>26281", whole(sources=sources, values=values))


def outcomes() -> Iterator[Case]:
    for what, check, old, new in RESULTS:
        yield Case(f"result.tsv: {what}", check, edited("result.tsv", old, new))
    for what, old, new in DECLARATIONS:
        yield Case(f"substitutes.tsv: {what}", "declarations", edited("substitutes.tsv", old, new))
    for what, old, new in STEPS:
        yield Case(f"substitutes.tsv: {what}", "substitutes", edited("substitutes.tsv", old, new))
    own = ("是抽签自己的随机来源，申报时号码已经知道",) * 2
    yield Case("substitutes.tsv: the draw's own issue", "declarations", own_issue(), says=own)
    for what, old, new in UNDER_SEED:
        yield Case(f"substitutes.tsv: {what}", "declarations", edited("substitutes.tsv", old, new, SEED))


def cases() -> list[Case]:
    return [*values(), *outcomes()]
