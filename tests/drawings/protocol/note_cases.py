"""What both verifiers name though it is no fault [8, notes]: a draw, and which of the notes are due."""

from typing import NamedTuple

from protocol_cases import SEALS, bundle, drawn, entry, logged
from rule_cases import HEX
from rule_cases_logged import more, relogged
from sealed_files import chained, log_rows, sha256
from small_draw import BASE, OFFICERS, RULES, TEAMS, UNITS

from drawings.protocol import verify
from drawings.protocol.verify import Declaration, Substitute

NOTES = {  # what is named: the heading in verify.py and in verify.mjs
    "withdrawn": ("已经撤下的名称（证明不受影响）", "名称已撤下"),
    "all withdrawn": ("已经撤下的名称（证明不受影响）", "没有 names.tsv，名称都已撤下"),
    "unlogged": ("撤下的名称与日志不符", "撤下的名称与日志不符"),
    "void": ("本次抽签已经作废", "本次抽签已作废"),
    "pending": ("有申报还没有生效", "有申报还没有结果"),
    "at once": ("同一时间另有抽签没有结束", "同时还有别的抽签没有出结果"),
    "called": ("外部名册里的名称与对应单位的不同", "外部名册里的名称与对应单位的不同"),
    "several": ("同一本外部名册里有几条对应同一家单位", "同一本外部名册里有几条对应同一家单位"),
    "few": ("申报“也不能派”的人之后，可以接替的不到两人", "“不能派的人员”使可选的人不足两名"),
    "no log": ("没有 log.tsv", "没有公开日志"),
    "other file": ("其他文件", "不认识的文件"),
}
LATE = "2026-10-11T09:00:00+08:00"
SALT = BASE["salt.txt"].decode()


class Noted(NamedTuple):
    """due: keys of NOTES; the entries of the small draw are all called otherwise than their units."""

    name: str
    files: dict[str, bytes]
    due: tuple[str, ...]


def nameless(*rows: str, base=BASE) -> dict[str, bytes]:
    """The draw without some rows of its names."""
    lines = base["names.tsv"].decode().split("\n")
    return {**base, "names.tsv": "\n".join(line for line in lines if not line.startswith(rows)).encode()}


def withdrawn(gone: tuple[str, ...], *logged_as: tuple[str, str]) -> dict[str, bytes]:
    """The same, with `withdraw` rows (subject, digest) in the log."""
    rows = [(LATE, "withdraw", subject, digest) for subject, digest in logged_as]
    return {**nameless(*gone), "log.tsv": chained([*log_rows(BASE), *rows])}


def digest_of(*idents: str) -> str:
    return sha256(SALT + "\n".join(idents))


U1, ENTRY_1, ENTRY_2 = "unit\tu1\t", "entry\tcity-2/k1\t", "entry\tcity/k1\t"
ONE, TWO = digest_of("u1"), digest_of("u1", "u7")
GONE = ("withdrawn", "called")
WITHDRAWALS = [
    Noted("none", BASE, ("called",)),
    Noted("one and no row", withdrawn((U1,)), ("unlogged", *GONE)),
    Noted("one and its row", withdrawn((U1,), ("2026Q4/unit/1", ONE)), GONE),
    Noted("one and a row of two", withdrawn((U1,), ("2026Q4/unit/2", ONE)), ("unlogged", *GONE)),
    Noted("one and the digest of another", withdrawn((U1,), ("2026Q4/unit/1", digest_of("u2"))), ("unlogged", *GONE)),
    Noted("one and a digest without the salt", withdrawn((U1,), ("2026Q4/unit/1", sha256("u1"))), ("unlogged", *GONE)),
    Noted("one and a row of another kind", withdrawn((U1,), ("2026Q4/officer/1", ONE)), ("unlogged", *GONE)),
    Noted("one and a row of no kind", withdrawn((U1,), ("2026Q4/units/1", ONE)), ("unlogged", *GONE)),
    Noted("one and a row of another draw", withdrawn((U1,), ("2026Q4-2/unit/1", ONE)), ("unlogged", *GONE)),
    Noted("one and a count with a leading nought", withdrawn((U1,), ("2026Q4/unit/01", ONE)), ("unlogged", *GONE)),
    Noted("none and a count with a leading nought", withdrawn((), ("2026Q4/unit/01", ONE)), ("called",)),
    Noted("one and its row under another kind", relogged(lambda rows: [*rows, (LATE, "audit", "2026Q4/unit/1", ONE)], nameless(U1)), ("unlogged", *GONE)),
    Noted("none and a row", withdrawn((), ("2026Q4/unit/1", ONE)), ("unlogged", "called")),
    Noted("two in two steps", withdrawn((U1, "unit\tu7"), ("2026Q4/unit/1", ONE), ("2026Q4/unit/2", TWO)), GONE),
    Noted("two in two steps, and the last row is the first", withdrawn((U1, "unit\tu7"), ("2026Q4/unit/2", TWO), ("2026Q4/unit/1", ONE)), ("unlogged", *GONE)),
    Noted("two in descending order", withdrawn((U1, "unit\tu7"), ("2026Q4/unit/2", digest_of("u7", "u1"))), ("unlogged", *GONE)),
    Noted("entries by register + key", withdrawn((ENTRY_1, ENTRY_2), ("2026Q4/entry/2", digest_of("city-2/k1", "city/k1"))), ("withdrawn",)),
    Noted("entries by (register, key)", withdrawn((ENTRY_1, ENTRY_2), ("2026Q4/entry/2", digest_of("city/k1", "city-2/k1"))), ("unlogged", "withdrawn")),
    Noted("one of the entries", withdrawn((ENTRY_1,), ("2026Q4/entry/1", digest_of("city-2/k1"))), GONE),
]  # fmt: skip
UNDER_SEAL = ("salt.txt", "result.tsv", "substitutes.tsv")


def without(files: dict[str, bytes], *missing: str) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name not in missing}


def between(*inserted: tuple[int, str, str]) -> dict[str, bytes]:
    """Rows (below which row of the draw, kind, subject) in the log of a draw that is not yet drawn or void."""

    def alter(rows):
        found = []
        for place, row in enumerate(rows):
            found += [
                row,
                *((row[0], kind, subject, HEX) for below, kind, subject in inserted if below == place),
            ]
        return found

    return relogged(alter)


AT_ONCE = [
    Noted("another committed and open", between((0, "commit", "x")), ("at once", "called")),
    Noted("another committed below the result", between((3, "commit", "x")), ("called",)),
    Noted("another drawn meanwhile", between((0, "commit", "x"), (1, "result", "x")), ("at once", "called")),
    Noted("another result and no commit", between((1, "result", "x"), (1, "void", "y")), ("called",)),
    Noted("a row of another below its name", between((0, "publish", "x"), (0, "entropy", "x/ssq")), ("called",)),
    Noted("void, and another committed before that", without(relogged(lambda rows: [*rows[:2], *((rows[1][0], kind, name, HEX) for kind, name in (("commit", "x"), ("void", "2026Q4")))]), "entropy.txt", *UNDER_SEAL), ("void", "at once", "called")),
    Noted("void, and another committed after that", without(relogged(lambda rows: [*rows[:2], *((rows[1][0], kind, name, HEX) for kind, name in (("void", "2026Q4"), ("commit", "x")))]), "entropy.txt", *UNDER_SEAL), ("void", "called")),
    Noted("open, and another committed", without(relogged(lambda rows: [*rows[:2], (rows[1][0], "commit", "x", HEX)]), "entropy.txt", *UNDER_SEAL), ("at once", "called")),
]  # fmt: skip


def earlier_draws(*rows: tuple[str, str]) -> dict[str, bytes]:
    """A draw whose commit names the chain value of rows (kind, subject) above it."""
    before = [("2026-10-01T09:00:00+08:00", kind, subject, HEX) for kind, subject in rows]
    last = chained(before).decode().split("\n")[-2].split("\t")[5]
    return logged(
        drawn(bundle(UNITS, OFFICERS, TEAMS, SEALS, rules=RULES, previous=last)), lambda own: [*before, *own]
    )


BEFORE = [
    Noted("one was open before", earlier_draws(("commit", "x")), ("at once",)),
    Noted("one was drawn before", earlier_draws(("commit", "x"), ("result", "x")), ()),
    Noted("one was void before", earlier_draws(("commit", "x"), ("void", "x")), ()),
    Noted("one was void and committed again", earlier_draws(("commit", "x"), ("void", "x"), ("commit", "x")), ("at once",)),
    Noted("a void of this draw before its commit", earlier_draws(("void", "2026Q4")), ()),
]  # fmt: skip


def registered(*entries, called=()) -> dict[str, bytes]:
    """A small draw with these entries; called: entries that have the name of their unit."""

    def digest(one):
        named = verify.name_digest(NONCE, f"虚构{one.unit}号𠮷")
        return one._replace(name=named) if one.key in called else one

    entries = [digest(one) for one in entries]
    files = bundle(UNITS, OFFICERS, TEAMS, SEALS, rules=RULES, entries=entries)
    for one in entries:
        if one.key in called:
            old = next(
                line
                for line in files["names.tsv"].decode().split("\n")
                if f"\t{one.register}/{one.key}\t" in line
            )
            new = "\t".join(["entry", f"{one.register}/{one.key}", NONCE, f"虚构{one.unit}号𠮷"])
            files["names.tsv"] = files["names.tsv"].replace(old.encode(), new.encode())
    return logged(drawn(files))


NONCE = "5" * 32
SAME = [
    entry("city", "k1", "u1"),
    entry("city", "k2", "u2"),
    entry("permits", "k3", "u1"),
    entry("permits", "k4", reason="closed"),
]
REGISTERS = [
    Noted("entries called as their units", registered(*SAME, called=("k1", "k2", "k3")), ()),
    Noted("an entry called otherwise", registered(*SAME, called=("k1", "k2")), ("called",)),
    Noted("one called otherwise, whose own name is gone", nameless("entry\tpermits/k3", base=registered(*SAME, called=("k1", "k2"))), ("withdrawn", "unlogged")),
    Noted("one called otherwise, whose unit's name is gone", nameless(U1, base=registered(*SAME, called=("k1", "k2"))), ("withdrawn", "unlogged")),
    Noted("two entries of one register are one unit", registered(*SAME, entry("city", "k5", "u1"), called=("k1", "k2", "k3", "k5")), ("several",)),
    Noted("two entries of one register are no unit", registered(*SAME, entry("permits", "k5", reason="closed"), called=("k1", "k2", "k3")), ()),
    Noted("several, and no names", without(registered(*SAME, entry("city", "k5", "u1")), "names.tsv"), ("several", "unlogged", "all withdrawn")),
]  # fmt: skip


def declared(away: tuple[str, ...], kind: str = "officer") -> dict[str, bytes]:
    """A draw under `seed` with one declaration."""
    files = drawn(bundle(UNITS, OFFICERS, TEAMS, SEALS, rules=RULES))
    standing = verify.Standing(*verify.draw_files(files))
    unit_of = min(standing.teams)
    subject = standing.teams[unit_of][0] if kind == "officer" else unit_of
    units = (unit_of,) if kind == "officer" else ()
    one = Declaration(1, LATE, kind, str(subject), "ill", units, away, None)
    row = Substitute(one, "", standing.step(one, ""))
    return logged({**files, "substitutes.tsv": verify.write_substitutes("2026Q4", [row]).encode()})


FEW = [  # who is away, and from what; how many places that leaves fewer than two for
    ((), "officer", 0),
    (("f1",), "officer", 0),  # of another department
    (("a4",), "officer", 1),
    (("a3", "a4"), "officer", 1),
    ((), "unit", 0),
    (("a3", "a4"), "unit", 1),  # two are left for the first place, one for the second
    (("a2", "a3", "a4"), "unit", 2),
    (("a1", "a2", "a3", "a4"), "unit", 2),
    (("a3", "a4", "f1", "f2"), "unit", 2),  # a place of each department
]
PENDING = [
    Noted("declared and not yet in effect", relogged(more("declare", "2026Q4/4")), ("pending", "called")),
    Noted("a pending declaration of another draw", relogged(more("declare", "2026Q4-2/4")), ("called",)),
    Noted("void at the end", relogged(more("void", "2026Q4")), ("void", "called")),
    Noted("a void of another draw", relogged(more("void", "2026Q4-2")), ("called",)),
    Noted("a void below the draw's name", relogged(more("void", "2026Q4/1")), ("called",)),
    Noted("sealed, and names withdrawn without the salt", without(withdrawn((U1,), ("2026Q4/unit/1", HEX)), *UNDER_SEAL), GONE),
    Noted("sealed, and one name too many withdrawn", without(withdrawn((U1,), ("2026Q4/unit/2", HEX)), *UNDER_SEAL), ("unlogged", *GONE)),
    Noted("no log", without(BASE, "log.tsv"), ("no log", "called")),
    Noted("a file of another name", {**BASE, "notes.txt": b"\xff"}, ("other file", "called")),
    Noted("the protocol's text", {**BASE, "PROTOCOL.md": b""}, ("called",)),
]  # fmt: skip
CASES = [*WITHDRAWALS, *AT_ONCE, *BEFORE, *REGISTERS, *PENDING]
