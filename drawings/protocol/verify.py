"""Draws and verifies by the protocol draw/2: the site draws with this very file, and anyone can check a draw with it.

    python verify.py PATH                   PATH: a folder, or a bundle's zip; prints one line per check
    python verify.py --extends FILE PATH    the same, and its log extends an earlier log, chain value or checkpoint
    python verify.py --result PATH          only compute result.tsv and write it to standard output
    python verify.py --substitutes PATH     only compute the outcomes of substitutes.tsv and write it
    python verify.py CASE.zip               checks the case file of an inspection, which has a contents.tsv

Exit status 0: every check holds; 1: one does not; 2: PATH cannot be read. Python 3.11, standard library only.
Words in [brackets] name sections of the protocol. Whatever is not of its form raises Invalid.
"""

import base64
import binascii
import gc
import hashlib
import heapq
import os
import re
import stat
import struct
import sys
import unicodedata
import zipfile
from bisect import insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from io import TextIOWrapper
from itertools import groupby, pairwise
from typing import IO, Any, AnyStr, NamedTuple, TypeVar

COMMIT, POOL, OFFICERS, REGISTERS = "commit.txt", "pool.tsv", "officers.tsv", "registers.tsv"
NAMES, SALT, ENTROPY, RESULT = "names.tsv", "salt.txt", "entropy.txt", "result.tsv"
SUBSTITUTES, FINDINGS, TEXTS = "substitutes.tsv", "findings.txt", "texts.tsv"
LOG, PROGRAMS = "log.tsv", ("verify.py", "verify.mjs")
RECORD = "record.txt"  # of a case file, never of a bundle
CONTENTS, SIGNATURES, SIGNATURE, FINDING = "contents.tsv", "signatures.tsv", "signature.png", "finding.txt"
VISIT, EARLIER, REMOVED = "visit.txt", "earlier.tsv", "removed.tsv"
KNOWN = {COMMIT, POOL, OFFICERS, REGISTERS, NAMES, SALT, ENTROPY, RESULT, SUBSTITUTES}
KNOWN |= {FINDINGS, TEXTS, LOG, *PROGRAMS}
SIX = {COMMIT, POOL, OFFICERS, REGISTERS, SALT, ENTROPY}  # what a result is computed from
DRAWABLE, COUNTED = {"in", "again"}, {"in", "again", "capped"}
STANDINGS = {word: word for word in ("in", "again", "capped", "stopped", "exempt")}
KINDS = {"commit", "entropy", "result", "publish", "unseal", "void", "declare", "substitute"}
KINDS |= {"finding", "correction", "redaction"}
KINDS |= {"audit", "plan", "key", "withdraw"}  # these may stand anywhere
NAME_KINDS = {"entry": "登记条目", "officer": "执法人员", "unit": "污染源"}
FEW = 5  # how many of a long list stand in a message
MOST_REDACTIONS = 100  # how many are named one by one
NO_CHAIN = "0" * 64  # the chain value before the first row of the log
ENOUGH = 64_000  # thousandths of a bit that the public can see
DICE_SECONDS = 3600  # how long after its time a dice value may be accepted
ENCRYPTED = 0x2041  # flags of a zip's entry: encrypted in an old way, in a strong one, with its directory
CASE_TEXT_CAP, CASE_FILE_CAP = 4 << 20, 64 << 20  # bytes of a text, of any other file of a case file
CASE_TEXTS_CAP = 32 << 20  # bytes of all texts of a case file, which are held at once
FILE_CAP, TOTAL_CAP, ENTRY_CAP = 480 << 20, 1400 << 20, 1000  # bytes of a file, of all, names in a zip

# Explicit ASCII forms, always matched as a whole: \d and \w would let exotic digits and letters in.
ID = r"(?:[0-9A-Za-z_-]{2,55}|[0-9A-Za-z_])"  # `-` alone is no id
COUNT, HEX, NONCE = r"(?:0|[1-9][0-9]{0,8})", r"[0-9a-f]{64}", r"[0-9a-f]{32}"
KEY = f"{ID}/{ID}"  # a register's entry
IS_ID, IS_KEY, IS_COUNT, IS_HEX, IS_NONCE = (
    re.compile(form).fullmatch for form in (ID, KEY, COUNT, HEX, NONCE)
)
# Digits that mean the same everywhere: no sign, no exponent, no leading zero.
DECIMAL = r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,9})?"
IS_DECIMAL = re.compile(DECIMAL).fullmatch
IS_RULE = re.compile(rf"(officers\*)?({COUNT})/({COUNT})").fullmatch
TWO = "([0-9][0-9])"
DATE = rf"(2[0-9]{{3}})-{TWO}-{TWO}"
IS_DATE = re.compile(DATE).fullmatch
IS_TIME = re.compile(rf"{DATE}T{TWO}:{TWO}:{TWO}([+-]){TWO}:{TWO}").fullmatch

# All assigned since Unicode 13.0 or earlier, so that every verifier's tables agree [Characters of a name].
CHARACTERS = (
    "20-7E A1-AC AE-24F 370-377 37A-37F 384-38A 38C 38E-3A1 3A3-52F 2010-2027 2030-205E 2070-2071 2074-208E "
    "20A0-20BF 2100-218B 2190-23FF 2460-24FF 2500-27BF 3001-303F 3041-3096 3099-30FF 3105-312F 31A0-31BF "
    "31F0-31FF 3220-33FF 3400-4DBF 4E00-9FFC FF01-FF9F FFE0-FFE6 20000-2A6DD 2A700-2B734 2B740-2B81D "
    "2B820-2CEA1 2CEB0-2EBE0 30000-3134A"
)
RANGES = [tuple(int(end, 16) for end in span.split("-")) for span in CHARACTERS.split()]
ALLOWED = "".join(f"\\U{span[0]:08x}-\\U{span[-1]:08x}" for span in RANGES)
IS_SPELLED, ODD = re.compile(f"[{ALLOWED}]+").fullmatch, re.compile(f"[^{ALLOWED}]")


class Unit(NamedTuple):
    """A row of pool.tsv; recused: officers; name: digest of the name."""

    unit: str
    stratum: str
    speciality: str
    standing: str
    recused: tuple[str, ...]
    name: str


class Officer(NamedTuple):
    """A row of officers.tsv; load: places held in other draws; name: digest of the name."""

    officer: str
    department: str
    specialities: tuple[str, ...]
    load: int
    name: str


class Entry(NamedTuple):
    """A row of registers.tsv: either unit or reason is empty; name: digest of the name."""

    register: str
    key: str
    unit: str
    reason: str
    name: str


class Name(NamedTuple):
    """A row of names.tsv; kind: a word of NAME_KINDS; ident: of an entry register + "/" + key."""

    kind: str
    ident: str
    nonce: str
    name: str


class Register(NamedTuple):
    """A register that the commit declares; unmatched: its entries without a unit; date: of its export."""

    register: str
    rows: int
    unmatched: int
    date: str
    name: str


class Stratum(NamedTuple):
    code: str
    rule: str
    base: int
    take: int


class Team(NamedTuple):
    """What one department sends to every unit; filling: cross or match."""

    department: str
    size: int
    filling: str


class Source(NamedTuple):
    source: str
    label: str
    time: str


class Value(NamedTuple):
    source: str
    label: str
    value: str


class Row(NamedTuple):
    """A row of result.tsv; team: officers, the lead first; note: `cross` or empty."""

    stratum: str
    rank: int
    unit: str
    ticket: str
    team: tuple[str, ...]
    note: str


class Declaration(NamedTuple):
    """The first eight fields of a row of substitutes.tsv; source: None under `seed`."""

    serial: int
    time: str
    kind: str  # officer, unit
    subject: str
    reason: str
    units: tuple[str, ...]
    away: tuple[str, ...]
    source: Source | None


class Substitute(NamedTuple):
    """A row of substitutes.tsv; value: empty under `seed`; outcome: the text of the field."""

    declaration: Declaration
    value: str
    outcome: str


class FindingRecord(NamedTuple):
    """A record finding/2: what was found in a unit, as it is published [Findings]; summary: its digest (text_digest).

    checklists: (id, version); measures: (id, date or empty); points: (key, pass | fail | absent); key: a point's id, or
    "checklist/point"; clauses: (key of a point of this record, words that name the clause in force on the day of the visit);
    readings: (outlet, what, value, unit or empty, limit as the permit
    has it or empty, over | within or empty); facilities: (name, on | off).
    """

    draw: str
    unit: str
    visited: str
    outcome: str
    summary: str
    checklists: tuple[tuple[str, int], ...] = ()
    measures: tuple[tuple[str, str], ...] = ()
    points: tuple[tuple[str, str], ...] = ()
    clauses: tuple[tuple[str, str], ...] = ()
    readings: tuple[tuple[str, str, str, str, str, str], ...] = ()
    facilities: tuple[tuple[str, str], ...] = ()


class OldFinding(NamedTuple):
    """A record finding/1, whose summary stands in clear; text: the whole of it, as it was logged."""

    draw: str
    unit: str
    text: str


class CorrectionRecord(NamedTuple):
    """The serial-th correction of a unit's finding; text: its digest (text_digest)."""

    draw: str
    unit: str
    serial: int
    text: str


class OldCorrection(NamedTuple):
    """The same as correction/1, for which the log holds the digest of the text alone; text: the text itself."""

    draw: str
    unit: str
    serial: int
    text: str


class RedactionRecord(NamedTuple):
    """A published text that was hidden by law, and why.

    unit: empty for a text of the draw itself; text: which one: `summary`, `finding` (a record as a whole), `correction/2`,
    of the draw an id or id/count such as `void`, `witnesses`, `evidence/3`; of: the digest of what is hidden, as its record
    has it, or where the record went with it, as the log has it; empty where neither has one (of the draw only); on: a
    date; reason: the legal reason, in words.
    """

    draw: str
    unit: str
    text: str
    of: str
    on: str
    reason: str


class FieldRecord(NamedTuple):
    """The on-site record of a visit as two officers froze it [record.txt]; never published: the log has its digest.

    name: of the unit, as it was called then; nonce: 32 hexadecimal digits, so that nobody guesses the rest from the digest;
    visited, shown: minutes with their offset, shown empty where nobody was there to see the cards; notice: given or not;
    team: (certificate number, lead or second); met: (name, post); point: (checklist/point, verdict, note);
    reading: (outlet, pollutant, value, unit, limit); measure: (kind, due day or empty); evidence: (SHA-256 of the original,
    photo or pdf, minute, checklist/point or empty, caption); all ascending.
    """

    draw: str
    unit: str
    name: str
    nonce: str
    team: tuple[tuple[str, str], ...]
    visited: str
    entry: str
    shown: str
    notice: str
    met: tuple[tuple[str, str], ...]
    checklist: tuple[tuple[str, int], ...]
    point: tuple[tuple[str, str, str], ...]
    facility: tuple[tuple[str, str], ...]
    reading: tuple[tuple[str, str, str, str, str], ...]
    measure: tuple[tuple[str, str], ...]
    evidence: tuple[tuple[str, str, str, str, str], ...]
    remark: str
    statement: str


class Supplement(NamedTuple):
    """A mistake in an on-site record put right (补正) [supplements]; record: the digest of that record.

    by, decided_by: certificate numbers; at, decided: times; point, verdict: the point that has another verdict, or both empty
    (supplement/1 alone); decision: confirm, object, or empty while nobody has decided; was, now: lines of the record that are
    wrong, and the right ones in their place (supplement/2).
    """

    draw: str
    unit: str
    record: str
    serial: int
    by: str
    at: str
    text: str
    point: str
    verdict: str
    decision: str
    decided_by: str
    decided: str
    note: str
    was: tuple[str, ...] = ()
    now: tuple[str, ...] = ()


class VisitRecord(NamedTuple):
    """A visit that was made before there were on-site records, as the site has it [visit.txt]; nobody signed it.

    As `FieldRecord`, but for outcome and summary, the public words; submitted, by: when it was handed in, and the name of who.
    """

    draw: str
    unit: str
    name: str
    team: tuple[tuple[str, str], ...]
    visited: str
    outcome: str
    checklist: tuple[tuple[str, int], ...]
    point: tuple[tuple[str, str, str], ...]
    facility: tuple[tuple[str, str], ...]
    reading: tuple[tuple[str, str, str, str, str], ...]
    measure: tuple[tuple[str, str], ...]
    evidence: tuple[tuple[str, str, str, str, str], ...]
    summary: str
    submitted: str
    by: str


PublicRecord = FindingRecord | OldFinding | CorrectionRecord | OldCorrection | RedactionRecord


AnyRecord = PublicRecord | FieldRecord | VisitRecord | Supplement


class Content(NamedTuple):
    """A row of contents.tsv; digest, size: of the file's bytes; what: in Chinese, what it is."""

    path: str
    digest: str
    size: int
    what: str


class Signature(NamedTuple):
    """A row of signatures.tsv; kind: a word of SIGNINGS; number: an officer's certificate number, else empty.

    post: of the firm's person; at: the server's clock; phone: the phone's, or empty; record: digest of the record that was
    signed; words: the objection or the reason; image: digest of signature.png, or empty.
    """

    kind: str
    name: str
    number: str
    post: str
    at: str
    phone: str
    record: str
    words: str
    witness: str
    image: str


class Earlier(NamedTuple):
    """A row of earlier.tsv: a record that was set aside; record: its digest; by: the name of who opened it again, because: why."""

    number: int
    record: str
    at: str
    by: str
    because: str


class Removed(NamedTuple):
    """A row of removed.tsv: evidence that was taken out; the first five as in a record, then when, by whom (name), why."""

    digest: str
    kind: str
    taken: str
    point: str
    caption: str
    at: str
    by: str
    because: str


class Case(NamedTuple):
    """A case file as it was read. texts: what is checked line by line; found: (SHA-256, bytes) of each file."""

    texts: dict[str, bytes]
    found: dict[str, tuple[str, int]]


class Text(NamedTuple):
    """A row of texts.tsv; kind: a word of TEXT_KINDS; key: the unit, of a correction unit + "/" + serial; text: unescaped."""

    kind: str
    key: str
    nonce: str
    text: str


class LogRow(NamedTuple):
    index: int  # type: ignore[assignment]  # the protocol's word hides the method of tuples
    time: str
    kind: str
    subject: str
    digest: str
    chain: str


class Pool(NamedTuple):
    draw: str
    units: list[Unit]


class Roster(NamedTuple):
    draw: str
    officers: list[Officer]


class Registers(NamedTuple):
    draw: str
    entries: list[Entry]


class Names(NamedTuple):
    draw: str
    rows: list[Name]


class Salt(NamedTuple):
    draw: str
    salt: str


class Result(NamedTuple):
    draw: str
    rows: list[Row]


class Substitutes(NamedTuple):
    draw: str
    rows: list[Substitute]


class Findings(NamedTuple):
    draw: str
    records: list[PublicRecord]


class Texts(NamedTuple):
    draw: str
    rows: list[Text]


class Check(NamedTuple):
    """A line of the report; ok is False for these two: fail, skip (not made, since one before failed).

    level is also ok, warn (holds, but read this), lack (a file that should be there, so that less was checked), wait (one
    that is not there yet), note.
    """

    what: str
    ok: bool
    detail: str
    level: str


class Unmatched(NamedTuple):
    """Units, the department, and how many of its officers could go there."""

    few_matching: list[tuple[Unit, str, int]]
    few_at_all: list[tuple[Unit, str, int]]


class Left(NamedTuple):
    """A place that a declaration leaves free: how many could step in, and how many but for `away`."""

    unit: str
    department: str
    could: int
    but_for_away: int


class Commit(NamedTuple):
    """commit.txt. salt, pool, officers, registers: digests; program: two, empty where none is committed to.

    substitutes: empty under `seed`, otherwise the source whose next issue decides; disclosure: open, sealed.
    """

    bureau: str
    draw: str
    previous: str
    salt: str
    pool: str
    pool_rows: int
    officers: str
    officers_rows: int
    registers: str
    registers_rows: int
    declared_registers: tuple[Register, ...]
    program: tuple[str, ...]
    strata: tuple[Stratum, ...]
    teams: tuple[Team, ...]
    substitutes: str
    sources: tuple[Source, ...]
    disclosure: str

    @property
    def digest(self) -> str:
        """C = H(commit.txt): there is one way only to write a commit down."""
        return digest(write_commit(self))


class Invalid(Exception):
    """Something breaks the protocol; the message says in Chinese which file, which line and what is wrong."""


class Unreadable(Exception):
    """PATH cannot be read, or not safely; the message says in Chinese why."""


class Caution(str):
    """Detail of a check that holds and that the reader should yet know about."""


T = TypeVar("T")


def want(holds: object, reason: str) -> None:
    if not holds:
        raise Invalid(reason)


def shown(text: str, most: int = 60) -> str:
    """Foreign text in a message: short, in quotation marks, and escaped so that it cannot steer a terminal."""
    plain = (char if char.isprintable() else char.encode("unicode_escape").decode() for char in text[:most])
    return f"“{''.join(plain)}{'…' * (len(text) > most)}”"


# ---- Words [Files] ----


def digest(text: str) -> str:
    """H: SHA-256 of the UTF-8 bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def name_digest(nonce: str, name: str) -> str:
    """What binds a name to its row [names.tsv]."""
    return digest(f"{nonce} {name}")


def is_id(text: str) -> bool:
    return IS_ID(text) is not None


def is_count(text: str) -> bool:
    return IS_COUNT(text) is not None


def is_name(text: str) -> bool:
    """1 to 200 characters of the table, in NFC, single spaces and none at the ends."""
    return (
        1 <= len(text) <= 200
        and IS_SPELLED(text) is not None
        and not (text[0] == " " or text[-1] == " " or "  " in text)
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    )


def name_fault(text: str) -> str:
    """What is wrong with a name and what to write instead, in Chinese; empty where it is a name."""
    if is_name(text):
        return ""
    if not text:
        return "不能为空"
    if odd := ODD.search(text):
        return character_fault(odd[0], odd.start() + 1)
    if len(text) > 200:
        return f"最多 200 个字符，现有 {len(text)} 个"
    if text != text.strip(" "):
        return "开头或末尾有空格，请删去"
    if "  " in text:
        return "有两个连续的空格，请只留一个"
    composed = unicodedata.normalize("NFC", text)
    place = next(n for n, pair in enumerate(zip(text, composed + "\0", strict=False)) if pair[0] != pair[1])
    return (
        f"第 {place + 1} 个字符 {by_number(text[place])} 不是规范写法（NFC），整个名称请改写为「{composed}」"
    )


def by_number(character: str) -> str:
    """A character by its number, and as it is where it can be seen."""
    number = f"U+{ord(character):04X}"
    return f"「{character}」（{number}）" if character.isprintable() and character != " " else number


def character_fault(character: str, place: int) -> str:
    """Why a character outside the table is refused, and what stands for it."""
    plain = unicodedata.normalize("NFKC", character) if character.isprintable() or character.isspace() else ""
    if plain.isspace() or character.isspace():
        advice = "请改用普通空格，或删去"
    elif plain and IS_SPELLED(plain):
        advice = f"请改用「{plain}」"
    elif unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        advice = "它看不见，请删去"
    else:
        advice = "它不在通用的字符表里，请改用常用字"
    return f"第 {place} 个字符 {by_number(character)} 不能用，{advice}"


def check_name(text: str, what: str) -> str:
    if not is_name(text):
        raise Invalid(f"{what}不对：{shown(text)}，{name_fault(text)}")
    return text


@lru_cache(1 << 16)
def id_of(text: str) -> str:
    """The id itself: each is checked once, and one copy of it serves all rows."""
    want(is_id(text), f"编号不对：{shown(text)}")
    return text


@lru_cache(1 << 16)
def ids_of(text: str) -> tuple[str, ...]:
    """A list inside a field: comma-separated, strictly ascending, `-` when empty."""
    items = () if text == "-" else tuple(text.split(","))
    want(all(map(is_id, items)), f"列表里的编号不对：{shown(text)}")
    want(list(items) == sorted(set(items)), f"列表应由小到大且不重复：{shown(text)}")
    return items


def list_text(items: Iterable[str]) -> str:
    return ",".join(items) or "-"


def moment_of(text: str, *parts: str) -> datetime:
    try:
        return datetime(*map(int, parts))  # type: ignore[arg-type]
    except ValueError:
        raise Invalid(f"没有这个日期或时刻：{text}") from None


def check_date(text: str) -> str:
    """`YYYY-MM-DD`, a real day of the years 2000 to 2999."""
    parts = IS_DATE(text)
    if not parts:
        raise Invalid(f"日期应写作 2026-10-08，实为 {shown(text)}")
    moment_of(text, *parts.groups())
    return text


@lru_cache(1 << 12)
def instant(time: str) -> int:
    """Seconds since 1970 in UTC of `YYYY-MM-DDThh:mm:ss+hh:mm`, years 2000 to 2999, offsets up to 14:59 both ways."""
    parts = IS_TIME(time)
    if not parts:
        raise Invalid(f"时间应写作 2026-10-08T15:30:00+08:00，实为 {shown(time)}")
    *clock, sign, hours, minutes = parts.groups()
    moment = moment_of(time, *clock)
    want(int(hours) <= 14 and int(minutes) <= 59, f"时差不对：{time}")
    offset = (int(hours) * 60 + int(minutes)) * (-60 if sign == "-" else 60)
    days = moment.toordinal() - datetime(1970, 1, 1).toordinal()
    return days * 86400 + moment.hour * 3600 + moment.minute * 60 + moment.second - offset


def spoken(time: str) -> str:
    """A time as the site shows it to people, on the clock of China whatever its offset; seconds where there are any."""
    moment = datetime(1970, 1, 1) + timedelta(seconds=instant(time), hours=8)
    return f"北京时间 {moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


# ---- Sources of entropy [entropy.txt] ----


class Kind(NamedTuple):
    """A kind of source. thousandths: bits x 1000 of a value, or of one throw; label, value: forms; shape: in words."""

    title: str
    thousandths: int
    dice: bool
    label: str
    value: str
    shape: str


THROWS = r"[1-9][0-9]{0,2}"
REDS, BLUE = r"(?:(?:0[1-9]|[12][0-9]|3[0-3]) ){6}", r"(?:0[1-9]|1[0-6])"
# The quicknet chain alone: any other could be the operator's own.
DRAND = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
DRAND_START, DRAND_PERIOD = 1_692_803_367, 3  # seconds since 1970 of round 1; seconds between rounds
SOURCES = {
    "dice10": Kind("十面骰", 3321, True, THROWS, r"[0-9]+", "每次一位数字 0-9"),
    "dice6": Kind("六面骰", 2584, True, THROWS, r"[1-6]+", "每次一位数字 1-6"),
    "ssq": Kind(
        "双色球", 24076, False, r"[0-9]{7}", REDS + BLUE, "六个红球 01-33 由小到大，再一个蓝球 01-16"
    ),
    "pl5": Kind("排列5", 16609, False, r"[0-9]{5}", r"[0-9](?: [0-9]){4}", "五个数字，中间空一格"),
    "fc3d": Kind("福彩3D", 9965, False, r"[0-9]{7}", r"[0-9](?: [0-9]){2}", "三个数字，中间空一格"),
    "drand": Kind("drand 信标", 256000, False, DRAND + r"/[1-9][0-9]{0,8}", HEX, "64 位小写十六进制"),
    "system": Kind("系统随机数", 0, False, r"os", HEX, "64 位小写十六进制"),
}


def is_fresh(source: str) -> bool:
    """Whether the source may decide about substitutes: it is public, and nobody here throws it."""
    return source in SOURCES and source != "system" and not SOURCES[source].dice


def kind_of(source: str, label: str) -> Kind:
    """The kind of a source whose label has the right form."""
    want(source in SOURCES, f"没有这种随机来源：{shown(source)}")
    want(
        re.fullmatch(SOURCES[source].label, label),
        f"{SOURCES[source].title}（{source}）的期号或次数不对：{shown(label)}",
    )
    return SOURCES[source]


def title_of(source: str) -> str:
    """What decides about substitutes, in words; source: empty under `seed`."""
    return SOURCES[source].title if source else "抽签自己的种子"


def check_source(source: str, label: str, time: str) -> Source:
    """A source and its time; a drand round has one time only."""
    kind_of(source, label)
    moment = instant(time)
    if source == "drand":
        due = DRAND_START + DRAND_PERIOD * (int(label.split("/")[1]) - 1)
        want(moment == due, f"drand 这一轮的时间不是{spoken(time)}，相差 {moment - due} 秒")
    return Source(source, label, time)


def check_value(source: str, label: str, value: str) -> None:
    """Invalid, with the reason, unless value has the form that the source and the label ask for."""
    kind = kind_of(source, label)
    want(re.fullmatch(kind.value, value), f"{kind.title}的值应为：{kind.shape}，实为 {shown(value)}")
    if kind.dice:
        want(len(value) == int(label), f"{kind.title}应为 {label} 次，实为 {len(value)} 次")
    if source == "ssq":
        reds = value.split(" ")[:6]
        want(reds == sorted(set(reds)), f"双色球的红球应由小到大且不重复，实为 {shown(value)}")


def bits(source: str, label: str) -> int:
    """Thousandths of a bit that the public can count on."""
    kind = kind_of(source, label)
    return kind.thousandths * (int(label) if kind.dice else 1)


# ---- Reading [Files] ----


def text_of(files: dict[str, bytes], file: str) -> str:
    want(file in files, f"{file}：没有这个文件")
    try:
        return files[file].decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} 第 {files[file].count(10, 0, error.start) + 1} 行：不是 UTF-8") from None


def digest_of(files: dict[str, bytes], file: str) -> str:
    return hashlib.sha256(files[file]).hexdigest()


def lines_of(file: str, text: AnyStr) -> Iterator[str]:
    """Yields the lines without their LF, one at a time: a list of a million lines would cost 200 MB.

    text: or the bytes of it; of names decoded as a whole, one rare character makes every letter take four bytes.
    """
    bom, cr, lf = ("\ufeff", "\r", "\n") if isinstance(text, str) else (b"\xef\xbb\xbf", b"\r", b"\n")
    for wrong, place, reason in (
        (not text, 0, "文件是空的"),
        (text.startswith(bom), 0, "开头有 BOM"),
        (cr in text, text.find(cr), "有回车符 CR，行尾只能是 LF"),
        (not text.endswith(lf), len(text), "最后一行没有换行符 LF"),
    ):
        if wrong:
            raise Invalid(f"{file} 第 {text.count(lf, 0, place) + 1} 行：{reason}")
    start = 0
    while (end := text.find(lf, start)) >= 0:
        line = text[start:end]
        try:
            yield line if isinstance(line, str) else line.decode()
        except UnicodeDecodeError:
            raise Invalid(f"{file} 第 {text.count(lf, 0, start) + 1} 行：不是 UTF-8") from None
        start = end + 1


def read_table(file: str, text: AnyStr, head: str, width: int, read: Callable[..., T]) -> tuple[str, list[T]]:
    """(draw, rows) of a .tsv file whose first line is `head draw`; a row is read(*its fields). A log has no draw."""
    lines = lines_of(file, text)
    line = next(lines)
    first = re.fullmatch(rf"{head}( {ID})" if file != LOG else rf"{head}()", line)
    if not first:
        words = f"{head}{' 抽签编号' * (file != LOG)}"
        raise Invalid(f"{file} 第 1 行：第一行应为「{words}」，实为 {shown(line)}")
    rows: list[T] = []
    for line in lines:
        fields = line.split("\t")
        try:
            if len(fields) != width:
                raise Invalid(f"应有 {width} 栏，实有 {len(fields)} 栏")
            rows.append(read(*fields))
        except Invalid as reason:
            raise Invalid(f"{file} 第 {len(rows) + 2} 行：{reason}") from None
    return first[1][1:], rows


def in_order(ident: str, last: str) -> str:
    """An id that stands behind the last one of an ascending file."""
    if not IS_ID(ident):
        raise Invalid(f"编号不对：{shown(ident)}")
    if ident <= last:
        raise Invalid(f"编号应由小到大且不重复，{ident} 不能在 {last} 之后")
    return ident


def check_digest(text: str, what: str) -> str:
    if not IS_HEX(text):
        raise Invalid(f"{what}应为 64 位小写十六进制的指纹，实为 {shown(text)}")
    return text


def parse_pool(text: str) -> Pool:
    """pool.tsv; it may have a million rows: messages are built, and functions called, when needed only."""
    last = ""

    def read(unit: str, stratum: str, speciality: str, standing: str, recused: str, name: str) -> Unit:
        nonlocal last
        if not IS_ID(unit) or unit <= last:
            in_order(unit, last)
        last = unit
        if standing not in STANDINGS:
            raise Invalid(f"没有这种状态：{shown(standing)}")
        if not IS_HEX(name):
            check_digest(name, "名称指纹")
        return Unit(unit, id_of(stratum), id_of(speciality), STANDINGS[standing], ids_of(recused), name)

    return Pool(*read_table(POOL, text, "pool/2", 6, read))


def parse_officers(text: str) -> Roster:
    """officers.tsv."""
    last = ""

    def read(officer: str, department: str, specialities: str, load: str, name: str) -> Officer:
        nonlocal last
        last = in_order(officer, last)
        want(is_count(load), f"已有任务数不对：{shown(load)}")
        check_digest(name, "姓名指纹")
        return Officer(officer, id_of(department), ids_of(specialities), int(load), name)

    return Roster(*read_table(OFFICERS, text, "officers/2", 5, read))


def parse_registers(text: str) -> Registers:
    """registers.tsv."""
    last = ("", "")

    def read(register: str, key: str, unit: str, reason: str, name: str) -> Entry:
        nonlocal last
        ids = [ident for ident in (unit, reason) if ident != "-"]
        if not all(map(IS_ID, (register, key, *ids))):
            raise Invalid("编号不对")
        if (register, key) <= last:
            raise Invalid(f"条目应由小到大且不重复，{register} {key} 不能在 {' '.join(last)} 之后")
        if len(ids) != 1:
            raise Invalid(f"{register} {key} 应当要么写明是哪一家污染源，要么写明不在名单里的理由")
        last = register, key
        return Entry(
            id_of(register),
            key,
            "" if unit == "-" else unit,
            "" if reason == "-" else id_of(reason),
            check_digest(name, "名称指纹"),
        )

    return Registers(*read_table(REGISTERS, text, "registers/2", 5, read))


def parse_names(text: str) -> Names:
    """names.tsv by its form alone; whether a name is the one digested, check_names tells."""
    return Names(*read_names(text, lambda name: name))


def read_names(text: AnyStr, take: Callable[[Name], T]) -> tuple[str, list[T]]:
    """(draw, take(row) of each row) of names.tsv, which may have a million rows: messages are built when needed only."""
    last = ("", "")

    def read(kind: str, ident: str, nonce: str, name: str) -> T:
        nonlocal last
        if kind not in NAME_KINDS:
            raise Invalid(f"没有这种名称：{shown(kind)}")
        if not (IS_KEY if kind == "entry" else IS_ID)(ident):
            raise Invalid(f"编号不对：{shown(ident)}")
        if (kind, ident) <= last:
            raise Invalid(f"各行应由小到大且不重复，{kind} {ident} 不能在 {' '.join(last)} 之后")
        if not IS_NONCE(nonce):
            raise Invalid(f"随机数应为 32 位小写十六进制，实为 {shown(nonce)}")
        last = kind, ident
        return take(Name(kind, ident, nonce, check_name(name, "名称")))

    return read_table(NAMES, text, "names/2", 4, read)


def parse_salt(text: str) -> Salt:
    """salt.txt: one line."""
    lines = list(lines_of(SALT, text))
    parts = re.fullmatch(rf"salt/2 ({ID}) ({NONCE})", lines[0])
    if not parts:
        raise Invalid(f"{SALT} 第 1 行：应为「salt/2 抽签编号 32位小写十六进制」，实为 {shown(lines[0])}")
    want(len(lines) == 1, f"{SALT} 第 2 行：后面有多余的行")
    return Salt(parts[1], parts[2])


def read_words(before: Sequence[object], *words: str) -> tuple[str, ...]:
    return words


def read_bureau(before: Sequence[object], bureau: str) -> str:
    return check_name(bureau, "机关名称")


def read_register(before: list[Register], ident: str, rows: str, few: str, date: str, name: str) -> Register:
    for other in before[-1:]:
        want(other.register < ident, f"外部名册应由小到大且不重复，{ident} 不能在 {other.register} 之后")
    return Register(ident, int(rows), int(few), check_date(date), check_name(name, "外部名册名称"))


def read_program(before: Sequence[object], *programs: str) -> tuple[str, ...]:
    return tuple("" if program == "-" else program for program in programs)


def read_stratum(before: list[Stratum], code: str, rule: str, base: str, take: str) -> Stratum:
    want(all(code != other.code for other in before), f"类别 {code} 出现了两次")
    quota(rule, 0, 0)
    return Stratum(code, rule, int(base), int(take))


def read_team(before: list[Team], department: str, size: str, filling: str) -> Team:
    want(all(department != other.department for other in before), f"部门 {department} 出现了两次")
    return Team(department, int(size), filling)


def read_substitutes(before: Sequence[object], source: str | None) -> str:
    want(source is None or is_fresh(source), f"替补不能由 {shown(source or '')} 决定，只能由彩票或信标")
    return source or ""


def read_source(before: list[Source], source: str, label: str, time: str) -> Source:
    """One entropy line, given the ones above it: ascending in time, dice first, `system` alone, none twice."""
    found = check_source(source, label, time)
    want(all((source, label) != other[:2] for other in before), f"来源 {source} {label} 出现了两次")
    for other in before[-1:]:
        want(instant(other.time) < instant(time), "随机来源的时间应由早到晚")
        want(SOURCES[other.source].dice or not SOURCES[source].dice, "骰子应排在彩票和信标之前")
        want("system" not in (source, other.source), "system 只能单独使用")
    return found


COMMIT_LINES: tuple[
    tuple[str, str, str, Callable[..., Any]], ...
] = (  # in their order: word, form of the whole line, the form in words, reader
    ("draw-commit/2", r"draw-commit/2", "draw-commit/2", read_words),
    ("bureau", r"bureau (.+)", "bureau 机关名称", read_bureau),
    ("draw", rf"draw ({ID})", "draw 抽签编号", read_words),
    ("previous", rf"previous ({HEX})", "previous 前一条日志的链值", read_words),
    ("salt", rf"salt ({HEX})", "salt 指纹", read_words),
    ("pool", rf"pool ({HEX}) ({COUNT})", "pool 指纹 行数", read_words),
    ("officers", rf"officers ({HEX}) ({COUNT})", "officers 指纹 行数", read_words),
    ("registers", rf"registers ({HEX}) ({COUNT})", "registers 指纹 行数", read_words),
    (
        "register",
        rf"register ({ID}) ({COUNT}) ({COUNT}) ([^ ]+) (.+)",
        "register 外部名册 行数 未入名单数 日期 名称",
        read_register,
    ),
    ("program", rf"program ({HEX}|-) ({HEX}|-)", "program 指纹 指纹", read_program),
    ("stratum", rf"stratum ({ID}) ([^ ]+) ({COUNT}) ({COUNT})", "stratum 类别 规则 基数 应抽", read_stratum),
    ("team", rf"team ({ID}) ([1-9]) (cross|match)", "team 部门 人数（1 至 9）cross 或 match", read_team),
    (
        "substitutes",
        r"substitutes (?:seed|fresh ([^ ]+))",
        "substitutes seed 或 substitutes fresh 来源",
        read_substitutes,
    ),
    ("entropy", r"entropy ([^ ]+) ([^ ]+) ([^ ]+)", "entropy 来源 期号或次数 时间", read_source),
    ("disclosure", r"disclosure (open|sealed)", "disclosure open 或 disclosure sealed", read_words),
)
MANY = {"register", "stratum", "team", "entropy"}  # once or more; `register` may be absent; all others once
OLD = (
    "这是 draw/1 的抽签，请用与它同在一个文件夹（压缩包）里的 verify.py 或 verify.mjs 验证；本程序验证 draw/2"
)


def parse_commit(text: str) -> Commit:
    """commit.txt; Invalid also with fewer than 64 public bits, unless the source is `system`."""
    lines, number = list(lines_of(COMMIT, text)), 0
    parts: dict[str, list[Any]] = {}
    try:
        want(lines[0] != "draw-commit/1", OLD)
        for word, form, shape, read in COMMIT_LINES:
            found = parts[word] = []
            while number < len(lines) and (word in MANY or not found):
                if not (match := re.fullmatch(form, lines[number])):
                    break
                found.append(read(found, *match.groups()))
                number += 1
            if not found and word != "register":
                raise Invalid(f"应为「{shape}」，实为 {shown(''.join(lines[number : number + 1]))}")
            if word == "entropy":
                check_bits(found)
        want(number == len(lines), "后面有多余的行")
    except Invalid as reason:
        raise Invalid(f"{COMMIT} 第 {number + 1} 行：{reason}") from None
    only = {word: found[0] for word, found in parts.items() if found}
    (pool, pool_rows), (officers, officers_rows) = only["pool"], only["officers"]
    registers, registers_rows = only["registers"]
    return Commit(
        bureau=only["bureau"],
        draw=only["draw"][0],
        previous=only["previous"][0],
        salt=only["salt"][0],
        pool=pool,
        pool_rows=int(pool_rows),
        officers=officers,
        officers_rows=int(officers_rows),
        registers=registers,
        registers_rows=int(registers_rows),
        declared_registers=tuple(parts["register"]),
        program=only["program"],
        strata=tuple(parts["stratum"]),
        teams=tuple(parts["team"]),
        substitutes=only["substitutes"],
        sources=tuple(parts["entropy"]),
        disclosure=only["disclosure"][0],
    )


def check_bits(sources: Sequence[Source]) -> str:
    """At least 64 bits that the public can see; `system` gives none and passes with a warning."""
    if sources[0].source == "system":
        return Caution("随机数出自本系统，公众无法排除重抽；只可用于演示和演练")
    total = sum(bits(source.source, source.label) for source in sources)
    want(total >= ENOUGH, f"公开的随机性只有 {total / 1000} 位，至少要 64 位")
    only_dice = all(SOURCES[source.source].dice for source in sources)
    return f"{total / 1000} 位" + "，只有骰子：依据是在场的见证人" * only_dice


def parse_entropy(text: str, commit: Commit) -> tuple[Value, ...]:
    """entropy.txt: one value for every source of the commit, in its order."""
    lines, values = list(lines_of(ENTROPY, text)), []
    heads = ["draw-entropy/2", f"commit {commit.digest}"]
    heads += [f"{source.source} {source.label} " for source in commit.sources]
    for number, head in enumerate(heads, 1):
        line = lines[number - 1] if number <= len(lines) else ""
        whole = number <= 2
        try:
            want(line == head if whole else line.startswith(head), f"应为「{head}」，实为 {shown(line)}")
            if not whole:
                source = commit.sources[number - 3]
                values.append(Value(source.source, source.label, line[len(head) :]))
                check_value(*values[-1])
        except Invalid as reason:
            raise Invalid(f"{ENTROPY} 第 {number} 行：{reason}") from None
    want(len(lines) == len(heads), f"{ENTROPY} 第 {len(heads) + 1} 行：后面有多余的行")
    return tuple(values)


def parse_result(text: str) -> Result:
    """result.tsv by its form alone: ranks from 1 in every stratum, no unit twice, no officer twice in a team."""
    units: set[str] = set()
    ranks: dict[str, int] = {}
    last = ""

    def read(stratum: str, rank: str, unit: str, ticket: str, members: str, note: str) -> Row:
        nonlocal last
        team = tuple(members.split(","))
        want(all(map(is_id, (stratum, unit, *team))), "编号不对")
        want(stratum == last or stratum not in ranks, f"类别 {stratum} 分在了两处")
        ranks[stratum] = ranks.get(stratum, 0) + 1
        last = stratum
        want(rank == str(ranks[stratum]), f"名次应为 {ranks[stratum]}，实为 {shown(rank)}")
        want(unit not in units, f"污染源 {unit} 出现了两次")
        units.add(unit)
        check_digest(ticket, "签值")
        want(len(set(team)) == len(team), f"检查组里有人出现了两次：{shown(members)}")
        want(note in ("-", "cross"), f"备注不对：{shown(note)}")
        return Row(stratum, int(rank), unit, ticket, team, "" if note == "-" else note)

    return Result(*read_table(RESULT, text, "result/2", 6, read))


def read_declaration(fields: Sequence[str]) -> Declaration:
    """A declaration from its eight fields."""
    serial, time, kind, subject, reason, units, away, source = fields
    want(is_count(serial), f"序号不对：{shown(serial)}")
    instant(time)
    want(kind in ("officer", "unit"), f"没有这种替补：{shown(kind)}")
    want(is_id(subject) and is_id(reason), "对象或理由的编号不对")
    if kind == "unit":
        want(units == "-", f"整家替补时不列污染源，这一栏应为 -，实为 {shown(units)}")
    else:
        want(units != "-", "没有写明让出哪些污染源的位置")
    named = None
    if source != "-":
        words = source.split(" ")
        want(len(words) == 3, f"来源应为「来源 期号 时间」或 -，实为 {shown(source)}")
        named = check_source(*words)
        want(is_fresh(named.source), f"替补不能由{SOURCES[named.source].title}决定")
        want(
            instant(time) < instant(named.time),
            f"申报于{spoken(time)}，不早于{title_of(named.source)} {named.label} 的时间（{spoken(named.time)}）",
        )
    return Declaration(int(serial), time, kind, subject, reason, ids_of(units), ids_of(away), named)


def check_sequence(rows: Sequence[Substitute], row: Substitute) -> None:
    """What a row owes to those above it: the serial, ascending times and sources, one value of an issue."""
    (serial, time, *_, source), value, _ = row
    want(serial == len(rows) + 1, f"序号应为 {len(rows) + 1}，实为 {serial}")
    for above in rows[-1:]:
        before = above.declaration
        want(
            instant(before.time) <= instant(time),
            f"申报于{spoken(time)}，早于上一行的{spoken(before.time)}",
        )
        if source and before.source:
            want(instant(before.source.time) <= instant(source.time), "来源的时间早于上一行的来源")
    for other in rows:
        named = other.declaration.source
        if source and named and named[:2] == source[:2]:
            want(
                instant(named.time) == instant(source.time),
                f"{title_of(source.source)} {source.label} 有两个时间",
            )
            want(other.value == value, f"{title_of(source.source)} {source.label} 有两个值")


def parse_substitutes(text: str) -> Substitutes:
    """substitutes.tsv by its form alone; whether the outcomes are right, Standing tells."""
    rows: list[Substitute] = []

    def read(*fields: str) -> Substitute:
        declaration, value = read_declaration(fields[:8]), fields[8]
        if declaration.source:
            check_value(declaration.source.source, declaration.source.label, value)
        else:
            want(value == "-", f"没有来源，值应为 -，实为 {shown(value)}")
        row = Substitute(declaration, value if declaration.source else "", fields[9])
        check_sequence(rows, row)
        rows.append(row)
        return row

    draw, _ = read_table(SUBSTITUTES, text, "substitutes/2", 10, read)
    want(rows, f"{SUBSTITUTES} 第 1 行：后面没有任何替补")
    return Substitutes(draw, rows)


# ---- Findings [findings.txt, texts.tsv] ----

TEXT_KINDS = {"summary": "检查情况", "correction": "更正内容"}
VERDICTS, STATES = ("pass", "fail", "absent"), ("on", "off")
ENTRIES = ("entered", "stopped", "nobody", "refused", "gone")  # how a visit began
ESCAPES = {"\\": "\\\\", "\n": "\\n", "\t": "\\t"}
UNESCAPES = {escape: character for character, escape in ESCAPES.items()}
IS_FORM = re.compile(r"(?:finding|correction|redaction)/[0-9]+").fullmatch
SERIAL = r"[1-9][0-9]{0,8}"
IS_SERIAL, IS_CORRECTION = re.compile(SERIAL).fullmatch, re.compile(f"correction/({SERIAL})").fullmatch
SIGNINGS = {
    "frozen": "固定现场记录",
    "confirm": "确认无误",
    "object": "有异议",
    "drawn": "当事人在手机上签字",
    "paper": "当事人在纸质笔录上签字",
    "refused": "当事人拒绝签字",
    "absent": "现场没有可以签字的人",
}
BY_FIRM = ("drawn", "paper", "refused", "absent")
SUPPLEMENT = r"supplements/([1-9][0-9]{0,2})\.txt"
EVIDENCE = rf"evidence/({HEX})\.(copy\.jpg|jpg|png|webp|heic|pdf)"
IS_SUPPLEMENT, IS_EVIDENCE = re.compile(SUPPLEMENT).fullmatch, re.compile(EVIDENCE).fullmatch
OF_RECORD = rf"record\.txt|signatures\.tsv|signature\.png|{SUPPLEMENT}"
IS_EARLIER = re.compile(rf"(earlier/([1-9][0-9]{{0,3}})/)(?:{OF_RECORD})").fullmatch
IS_REMOVED = re.compile(EVIDENCE.replace("evidence", "removed")).fullmatch
IS_CASE_FILE = re.compile(
    rf"{OF_RECORD}|visit\.txt|earlier\.tsv|removed\.tsv|finding\.txt|log\.tsv|salt\.txt|{EVIDENCE}"
).fullmatch
IS_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}").fullmatch
IS_POINT = re.compile(f"{ID}(?:/{ID})?").fullmatch
IS_TEXT_WORD = re.compile(f"{ID}(?:/{COUNT})?").fullmatch


def text_digest(nonce: str, text: str) -> str:
    """What a record has for a text that may be hidden later; nonce: fresh, 32 lower-case hexadecimal digits."""
    return digest(f"{nonce} {text}")


def escaped(text: str) -> str:
    """A text in one line: a backslash as two, a line break as backslash n, a TAB as backslash t."""
    return re.sub(r"[\\\n\t]", lambda found: ESCAPES[found[0]], text)


def unescaped(line: str) -> str:
    stray = "\\" in re.sub(r"\\[\\nt]", "", line)
    want(not stray, f"文字里的反斜杠、换行或制表符没有写成 \\\\、\\n、\\t：{shown(line)}")
    return re.sub(r"\\.", lambda found: UNESCAPES[found[0]], line)


def filled(line: str) -> str:
    want(line, "文字不能为空")
    return unescaped(line)


def one_of(words: Collection[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        want(text in words, f"应为 {'、'.join(words)} 之一，实为 {shown(text)}")
        return text

    return read


def of_form(matches: Callable[[str], object], what: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        want(matches(text), f"{what}不对：{shown(text)}")
        return text

    return read


def or_dash(read: Callable[[str], str]) -> Callable[[str], str]:
    """A field that may be `-`, which is read as an empty text."""
    return lambda text: "" if text == "-" else read(text)


def serial_of(text: str) -> int:
    want(IS_SERIAL(text), f"序号不对：{shown(text)}")
    return int(text)


def version_of(text: str) -> int:
    want(is_count(text), f"版本不对：{shown(text)}")
    return int(text)


def named_as(what: str) -> Callable[[str], str]:
    return lambda text: check_name(text, what)


def digest_as(what: str) -> Callable[[str], str]:
    return lambda text: check_digest(text, what)


class RecordLine(NamedTuple):
    """Lines of a record that begin with one word; fields: how each of the others is read; many: none or more, ascending.

    unique: no first field twice.
    """

    word: str
    fields: tuple[Callable[[str], Any], ...]
    many: bool = False
    unique: bool = False


def minute_of(text: str) -> str:
    """A moment to the minute with its offset, such as 2026-10-09T09:30+08:00."""
    want(IS_MINUTE(text), f"时间应像 2026-10-09T09:30+08:00，实为 {shown(text)}")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"没有这样的时间：{shown(text)}") from None
    return text


def time_of(text: str) -> str:
    instant(text)
    return text


DRAW_LINE, UNIT_LINE = RecordLine("draw", (id_of,)), RecordLine("unit", (id_of,))
SERIAL_LINE = RecordLine("serial", (serial_of,))
POINT_KEY, DECIMAL_VALUE = of_form(IS_POINT, "检查项目的编号"), of_form(IS_DECIMAL, "监测值")
TEAM_LINE = RecordLine("team", (id_of, one_of(("lead", "second"))), many=True, unique=True)
SEEN_LINES = (  # what was seen on the site, and the evidence of it
    RecordLine("checklist", (id_of, version_of), many=True, unique=True),
    RecordLine("point", (POINT_KEY, one_of(VERDICTS), or_dash(filled)), many=True, unique=True),
    RecordLine("facility", (named_as("设施"), one_of(STATES)), many=True, unique=True),
    RecordLine(
        "reading",
        (
            named_as("排放口"),
            named_as("监测项目"),
            DECIMAL_VALUE,
            or_dash(named_as("计量单位")),
            or_dash(named_as("限值")),
        ),
        many=True,
    ),
    RecordLine("measure", (id_of, or_dash(check_date)), many=True),
    RecordLine(
        "evidence",
        (
            digest_as("原件的指纹"),
            one_of(("photo", "pdf")),
            minute_of,
            or_dash(POINT_KEY),
            or_dash(filled),
        ),
        many=True,
        unique=True,
    ),
)
RECORDS: dict[str, tuple[RecordLine, ...]] = {  # the lines of each form, in their order
    "finding/2": (
        DRAW_LINE,
        UNIT_LINE,
        RecordLine("visited", (check_date,)),
        RecordLine("checklist", (id_of, version_of), many=True, unique=True),
        RecordLine("outcome", (id_of,)),
        RecordLine("measure", (id_of, or_dash(check_date)), many=True),
        RecordLine("point", (POINT_KEY, one_of(VERDICTS)), many=True, unique=True),
        RecordLine("clause", (POINT_KEY, named_as("条款")), many=True),
        RecordLine(
            "reading",
            (
                named_as("排放口"),
                named_as("监测项目"),
                DECIMAL_VALUE,
                or_dash(named_as("计量单位")),
                or_dash(named_as("限值")),
                or_dash(one_of(("over", "within"))),
            ),
            many=True,
        ),
        RecordLine("facility", (named_as("设施"), one_of(STATES)), many=True, unique=True),
        RecordLine("summary", (digest_as("检查情况的指纹"),)),
    ),
    "correction/2": (DRAW_LINE, UNIT_LINE, SERIAL_LINE, RecordLine("text", (digest_as("更正内容的指纹"),))),
    "correction/1": (DRAW_LINE, UNIT_LINE, SERIAL_LINE, RecordLine("text", (filled,))),
    "redaction/2": (
        DRAW_LINE,
        RecordLine("unit", (or_dash(id_of),)),
        RecordLine("text", (of_form(IS_TEXT_WORD, "隐去的文字"),)),
        RecordLine("of", (or_dash(digest_as("隐去的文字的指纹")),)),
        RecordLine("on", (check_date,)),
        RecordLine("reason", (filled,)),
    ),
    "record/1": (
        DRAW_LINE,
        UNIT_LINE,
        RecordLine("name", (named_as("单位名称"),)),
        RecordLine("nonce", (of_form(IS_NONCE, "随机数"),)),
        TEAM_LINE,
        RecordLine("visited", (minute_of,)),
        RecordLine("entry", (one_of(ENTRIES),)),
        RecordLine("shown", (or_dash(minute_of),)),
        RecordLine("notice", (one_of(("given", "not")),)),
        RecordLine("met", (or_dash(named_as("姓名")), or_dash(named_as("职务"))), many=True),
        *SEEN_LINES,
        RecordLine("remark", (or_dash(filled),)),
        RecordLine("statement", (or_dash(filled),)),
    ),
    "visit/1": (
        DRAW_LINE,
        UNIT_LINE,
        RecordLine("name", (named_as("单位名称"),)),
        TEAM_LINE,
        RecordLine("visited", (minute_of,)),
        RecordLine("outcome", (id_of,)),
        *SEEN_LINES,
        RecordLine("summary", (or_dash(filled),)),
        RecordLine("submitted", (or_dash(time_of),)),
        RecordLine("by", (or_dash(named_as("姓名")),)),
    ),
    "supplement/1": (
        DRAW_LINE,
        UNIT_LINE,
        RecordLine("record", (digest_as("现场记录的指纹"),)),
        SERIAL_LINE,
        RecordLine("by", (id_of,)),
        RecordLine("at", (time_of,)),
        RecordLine("text", (filled,)),
        RecordLine("point", (or_dash(POINT_KEY),)),
        RecordLine("verdict", (or_dash(one_of(VERDICTS)),)),
        RecordLine("decision", (or_dash(one_of(("confirm", "object"))),)),
        RecordLine("decided_by", (or_dash(id_of),)),
        RecordLine("decided", (or_dash(time_of),)),
        RecordLine("note", (or_dash(filled),)),
    ),
    "supplement/2": (
        DRAW_LINE,
        UNIT_LINE,
        RecordLine("record", (digest_as("现场记录的指纹"),)),
        SERIAL_LINE,
        RecordLine("by", (id_of,)),
        RecordLine("at", (time_of,)),
        RecordLine("text", (filled,)),
        RecordLine("was", (filled,), many=True),
        RecordLine("now", (filled,), many=True),
        RecordLine("decision", (or_dash(one_of(("confirm", "object"))),)),
        RecordLine("decided_by", (or_dash(id_of),)),
        RecordLine("decided", (or_dash(time_of),)),
        RecordLine("note", (or_dash(filled),)),
    ),
}
# The lines of an on-site record that a supplement may put right: what was seen, not who saw it or what was photographed.
PUT_RIGHT = (
    "visited",
    "entry",
    "shown",
    "notice",
    "met",
    "point",
    "facility",
    "reading",
    "remark",
    "statement",
)
OLD_FINDING = (  # the lines of finding/1, whose words are separated by a space
    ("draw", rf"draw ({ID})"),
    ("unit", rf"unit ({ID})"),
    ("visited", r"visited ([^ ]+)"),
    ("outcome", rf"outcome ({ID})"),
    ("summary", r"summary (.*)"),
)


def at_line(number: int, reason: object) -> Invalid:
    return Invalid(f"{FINDINGS} 第 {number} 行：{reason}")


def record_of(form: str, lines: Sequence[str], start: int) -> AnyRecord:
    """A record from the lines below its first one; start: the number of the first of them, for messages."""
    if form == "finding/1":
        return old_finding_of(lines, start)
    if form not in RECORDS:
        raise at_line(start - 1, f"没有这种记录：{shown(form)}")
    parts: dict[str, list[tuple[Any, ...]]] = {}
    place = 0
    for kind in RECORDS[form]:
        found = parts[kind.word] = []
        last: tuple[str, ...] = ()
        while place < len(lines) and (kind.many or not found):
            word, *fields = lines[place].split("\t")
            if word != kind.word:
                break
            try:
                want(
                    len(fields) == len(kind.fields),
                    f"应有 {len(kind.fields) + 1} 栏，实有 {len(fields) + 1} 栏",
                )
                found.append(tuple(read(field) for read, field in zip(kind.fields, fields, strict=True)))
                above, here = (last[:1], tuple(fields[:1])) if kind.unique else (last, tuple(fields))
                want(above < here, f"{word} 各行应由小到大且不重复")
            except Invalid as reason:
                raise at_line(start + place, reason) from None
            last = tuple(fields)
            place += 1
        if not found and not kind.many:
            raise at_line(
                start + place,
                f"应为 {form} 的「{kind.word}」，实为 {shown(''.join(lines[place : place + 1]))}",
            )
    if place < len(lines):
        raise at_line(start + place, f"{form} 里不该有这一行：{shown(lines[place])}")
    try:
        return built(form, parts)
    except Invalid as reason:
        raise at_line(start - 1, reason) from None


def built(form: str, parts: dict[str, list[tuple[Any, ...]]]) -> AnyRecord:
    """The record of these lines, once what they say fits together."""
    only = {word: rows[0][0] for word, rows in parts.items() if rows}
    if form == "correction/2":
        return CorrectionRecord(only["draw"], only["unit"], only["serial"], only["text"])
    if form == "correction/1":
        return OldCorrection(only["draw"], only["unit"], only["serial"], only["text"])
    if form == "redaction/2":
        return RedactionRecord(*(only[word] for word in ("draw", "unit", "text", "of", "on", "reason")))
    many: dict[str, Any] = {kind.word: tuple(parts[kind.word]) for kind in RECORDS[form] if kind.many}
    if form == "record/1":
        check_field_record(many)
        return FieldRecord(**only | many)
    if form == "visit/1":
        return VisitRecord(**only | many)
    if form == "supplement/1":
        return check_supplement(Supplement(**only))
    if form == "supplement/2":
        lines: dict[str, Any] = {word: tuple(line for (line,) in many[word]) for word in ("was", "now")}
        return check_supplement(Supplement(**only | lines, point="", verdict=""))
    lists = {ident for ident, _ in many["checklist"]}
    keys = {key for key, _ in many["point"]}
    for key in sorted(keys):
        checklist, slash, _ = key.partition("/")
        want(not slash or checklist in lists, f"检查项目 {key} 的检查表 {checklist} 没有写明版本")
    for key, text in many["clause"]:
        want(key in keys, f"条款 {shown(text)} 属于 {key}，记录里却没有这个检查项目")
    for *_, limit, verdict in many["reading"]:
        want(limit or not verdict, "没有限值，就不应写超标与否")
    return FindingRecord(
        *(only[word] for word in ("draw", "unit", "visited", "outcome", "summary")),
        *(many[word] for word in ("checklist", "measure", "point", "clause", "reading", "facility")),
    )


def check_field_record(many: dict[str, tuple[tuple[Any, ...], ...]]) -> None:
    """That what the lists of an on-site record say fits together."""
    want(sum(role == "lead" for _, role in many["team"]) == 1, "检查组应有一名组长")
    want(len(many["team"]) > 1, "检查组不得少于两人")
    lists = {ident for ident, _ in many["checklist"]}
    for key in [row[0] for row in many["point"]] + [row[3] for row in many["evidence"] if row[3]]:
        checklist, slash, _ = key.partition("/")
        want(slash and checklist in lists, f"检查项目 {key} 的检查表 {checklist} 没有写明版本")


def check_supplement(made: Supplement) -> Supplement:
    want(bool(made.point) == bool(made.verdict), "检查项目和改成的结果应同时写明，或者都不写")
    for line in (*made.was, *made.now):
        want(line.partition("\t")[0] in PUT_RIGHT, f"这一行不能补正：{shown(line)}")
    decided = [bool(part) for part in (made.decision, made.decided_by, made.decided)]
    want(len(set(decided)) == 1, "另一名执法人员的意见、证号和时间应同时写明，或者都不写")
    want(not made.decision or made.decided_by != made.by, f"补正由 {made.by} 自己确认，不是另一名执法人员")
    return made


def old_finding_of(lines: Sequence[str], start: int) -> OldFinding:
    """A record finding/1: its fixed lines, then one for each point."""
    fields: dict[str, str] = {}
    for place, (word, form) in enumerate(OLD_FINDING):
        line = "".join(lines[place : place + 1])
        match = re.fullmatch(form, line)
        if not match:
            raise at_line(start + place, f"应为 finding/1 的「{word}」，实为 {shown(line)}")
        fields[word] = match[1]
    last = ""
    for number, line in enumerate(lines[len(OLD_FINDING) :], start + len(OLD_FINDING)):
        match = re.fullmatch(rf"point ({ID}) (?:{'|'.join(VERDICTS)})", line)
        if not match or match[1] <= last:
            raise at_line(number, f"应为 finding/1 的「point 项目 结果」，由小到大，实为 {shown(line)}")
        last = match[1]
    try:
        check_date(fields["visited"])
    except Invalid as reason:
        raise at_line(start + 2, reason) from None
    summary = re.sub(r"\\(.)", lambda found: "\r" if found[1] == "r" else found[0], fields["summary"])
    whole = ("finding/1", *lines[:4], f"summary {summary}", *lines[5:])
    return OldFinding(fields["draw"], fields["unit"], "".join(f"{line}\n" for line in whole))


def parse_findings(text: str) -> Findings:
    """findings.txt by itself: its records, their order, and that each redaction names what is there or is missing."""
    lines = list(lines_of(FINDINGS, text))
    first = re.fullmatch(f"findings/2 ({ID})", lines[0])
    if not first:
        raise Invalid(f"{FINDINGS} 第 1 行：第一行应为「findings/2 抽签编号」，实为 {shown(lines[0])}")
    draw = first[1]
    records: list[PublicRecord] = []
    starts = [number for number, line in enumerate(lines) if number and IS_FORM(line)]
    if len(lines) > 1 and starts[:1] != [1]:
        raise at_line(2, f"应为一条记录的第一行，实为 {shown(lines[1])}")
    for start, end in pairwise([*starts, len(lines)]):
        record = public(record_of(lines[start], lines[start + 1 : end], start + 2))
        if record.draw != draw:
            raise at_line(start + 2, f"抽签编号应为 {draw}，实为 {record.draw}")
        if records and place_of(record) <= place_of(records[-1]) and not follows(record, records[-1]):
            raise at_line(start + 1, "各条记录应按污染源由小到大，先检查结果，再更正，再隐去，且不重复")
        records.append(record)
    for unit, rows in groupby(records, key=lambda record: record.unit):
        check_of_unit(unit, list(rows))
    return Findings(draw, records)


def place_of(record: PublicRecord) -> tuple[str, int, int]:
    """Where a record stands in the file: texts of the draw itself first."""
    if isinstance(record, RedactionRecord):
        return record.unit, 2, 0
    if isinstance(record, (CorrectionRecord, OldCorrection)):
        return record.unit, 1, record.serial
    return record.unit, 0, 0


def follows(record: PublicRecord, last: PublicRecord) -> bool:
    """Redactions of one unit stand in the order of the log."""
    return isinstance(record, RedactionRecord) and place_of(record) == place_of(last)


def spoken_record(record: PublicRecord) -> str:
    """What a record is of, in a message."""
    where = f"{record.unit} 的" if record.unit else "抽签的"
    if isinstance(record, RedactionRecord):
        return f"{where}隐去记录（{hidden_words(record.text)}）"
    if isinstance(record, (CorrectionRecord, OldCorrection)):
        return f"{where}第 {record.serial} 次更正"
    return f"{where}检查结果"


TEXTS_IN_WORDS = {
    "summary": "检查情况",
    "finding": "整份检查结果",
    "void": "作废理由",
    "witnesses": "见证人",
}


def hidden_words(text: str) -> str:
    """What a redaction hid, in words; of a text that has no words here its code."""
    word, _, serial = text.partition("/")
    if word == "correction" and serial:
        return f"第 {serial} 次更正"
    if word == "evidence" and serial:
        return f"第 {serial} 次替补的证据"
    if word == "deposit" and serial:
        return f"第 {serial} 处存放的地方"
    if word == "withdrawal" and serial:
        return f"第 {serial} 次撤下名称的原因"
    return TEXTS_IN_WORDS.get(text, f"文字 {text}")


def whole_hidden(records: Iterable[PublicRecord]) -> dict[tuple[str, str], RedactionRecord]:
    """(unit, text) -> the redaction of a record that went as a whole: finding/1 and correction/1 hold their text in clear."""
    records = list(records)
    there = {(record.unit, text) for record in records for text in [record_word(record)] if text}
    return {
        (record.unit, record.text): record
        for record in records
        if isinstance(record, RedactionRecord)
        and record.unit
        and (record.text == "finding" or IS_CORRECTION(record.text))
        and (record.unit, record.text) not in there
    }


def record_word(record: PublicRecord) -> str:
    """What a redaction calls a record; empty for a redaction."""
    if isinstance(record, (CorrectionRecord, OldCorrection)):
        return f"correction/{record.serial}"
    return "" if isinstance(record, RedactionRecord) else "finding"


# A bundle is checked by the program that lies in it, and older ones refuse this. The site looks for this very line.
HIDES_THE_REST_LATER = True


def check_of_unit(unit: str, records: list[PublicRecord]) -> None:
    """The records of one unit, or of the draw itself, fit each other."""
    there = {record_word(record): record for record in records if record_word(record)}
    hidings = [record.text for record in records if isinstance(record, RedactionRecord)]
    redacted: set[str] = set()
    for record in records:
        if not isinstance(record, RedactionRecord):
            continue
        here = f"{FINDINGS}：{spoken_record(record)}"
        want(record.text not in redacted, f"{here}出现了两次：已经隐去的不能再隐去")
        redacted.add(record.text)
        if not unit:
            continue
        known = record.text in ("summary", "finding") or IS_CORRECTION(record.text)
        want(known, f"{here}：污染源没有「{record.text}」这种文字")
        of = there.get("finding" if record.text == "summary" else record.text)
        if record.text == "summary":
            went_later = "finding" not in redacted and "finding" in hidings and of is None
            want(isinstance(of, FindingRecord) or went_later, f"{here}：没有它的 finding/2 记录")
        gone = of is None or isinstance(of, FindingRecord) and record.text == "summary"
        want(gone or isinstance(of, CorrectionRecord), f"{here}：说是隐去了，记录却还在")
        meant = (
            of.summary
            if isinstance(of, FindingRecord)
            else of.text
            if isinstance(of, CorrectionRecord)
            else ""
        )
        want(record.of and record.of == (meant or record.of), f"{here}：指纹与记录里的不同")
    gone_too = {text for _, text in whole_hidden(records)}
    serials = {int(found[1]) for text in {*there, *gone_too} for found in [IS_CORRECTION(text)] if found}
    for serial in range(1, len(serials) + 1):
        want(serial in serials, f"{FINDINGS}：{unit} 的更正缺少第 {serial} 次")
    want(not serials or "finding" in {*there, *gone_too}, f"{FINDINGS}：{unit} 有更正，却没有检查结果")


def parse_texts(text: str) -> Texts:
    """texts.tsv by its form alone; whether a text is the one digested, check_texts tells."""
    last = ("", "")

    def read(kind: str, key: str, nonce: str, line: str) -> Text:
        nonlocal last
        want(kind in TEXT_KINDS, f"没有这种文字：{shown(kind)}")
        unit, slash, serial = key.partition("/")
        whole = bool(IS_SERIAL(serial)) if kind == "correction" else not slash
        want(is_id(unit) and whole, f"编号不对：{shown(key)}")
        want((kind, key) > last, f"各行应由小到大且不重复，{kind} {key} 不能在 {' '.join(last)} 之后")
        want(IS_NONCE(nonce), f"随机数应为 32 位小写十六进制，实为 {shown(nonce)}")
        last = kind, key
        return Text(kind, key, nonce, filled(line))

    return Texts(*read_table(TEXTS, text, "texts/2", 4, read))


def parse_log(text: str) -> list[LogRow]:
    """log.tsv: index from 1, times that do not descend, every chain value recomputed [The log]."""
    rows: list[LogRow] = []

    def read(index: str, time: str, kind: str, subject: str, document: str, link: str) -> LogRow:
        want(index == str(len(rows) + 1), f"序号应为 {len(rows) + 1}，实为 {shown(index)}")
        row = log_row(rows[-1].chain if rows else NO_CHAIN, len(rows) + 1, time, kind, subject, document)
        want(not rows or instant(rows[-1].time) <= instant(time), "时间早于上一行")
        want(link == row.chain, f"链值应为 {row.chain}，实为 {shown(link)}")
        rows.append(row)
        return row

    return read_table(LOG, text, "log/2", 6, read)[1]


# ---- Writing: nothing is written that the parsers would refuse ----


def readback(text: str, parse: Callable[[str], object], meant: object) -> str:
    """The text, if its parser finds in it exactly what was meant: no TAB or LF inside a field gets through."""
    want(parse(text) == meant, "写出的内容读不回原样：某一栏里有不该有的字符或类型")
    return text


def write_table(head: str, rows: Iterable[Iterable[object]]) -> str:
    return "".join(["\t".join(map(str, fields)) + "\n" for fields in ([head], *rows)])


def write_pool(draw: str, units: Iterable[Unit]) -> str:
    """pool.tsv, units and recusals put in order."""
    listed = ((unit, tuple(sorted(unit.recused)) if unit.recused else ()) for unit in units)
    units = sorted(unit if unit.recused == order else unit._replace(recused=order) for unit, order in listed)
    rows = ((*unit[:4], list_text(unit.recused), unit.name) for unit in units)
    return readback(write_table(f"pool/2 {draw}", rows), parse_pool, (draw, units))


def write_officers(draw: str, officers: Iterable[Officer]) -> str:
    """officers.tsv, officers and specialities put in order."""
    officers = sorted(who._replace(specialities=tuple(sorted(who.specialities))) for who in officers)
    rows = ((*who[:2], list_text(who.specialities), *who[3:]) for who in officers)
    return readback(write_table(f"officers/2 {draw}", rows), parse_officers, (draw, officers))


def write_registers(draw: str, entries: Iterable[Entry]) -> str:
    """registers.tsv, entries put in order; without any it is the first line alone."""
    entries = sorted(entries)
    rows = ((e.register, e.key, e.unit or "-", e.reason or "-", e.name) for e in entries)
    return readback(write_table(f"registers/2 {draw}", rows), parse_registers, (draw, entries))


def write_names(draw: str, rows: Iterable[Name]) -> str:
    """names.tsv, rows put in order."""
    rows = sorted(rows)
    return readback(write_table(f"names/2 {draw}", rows), parse_names, (draw, rows))


def write_salt(draw: str, salt: str) -> str:
    """salt.txt; salt: 32 lower-case hexadecimal digits, fresh for every draw."""
    return readback(f"salt/2 {draw} {salt}\n", parse_salt, (draw, salt))


def write_commit(commit: Commit) -> str:
    """commit.txt; what is a tuple may be a list."""
    commit = commit._replace(
        declared_registers=tuple(commit.declared_registers),
        program=tuple(commit.program),
        strata=tuple(commit.strata),
        teams=tuple(commit.teams),
        sources=tuple(commit.sources),
    )
    lines = (
        ("draw-commit/2",),
        ("bureau", commit.bureau),
        ("draw", commit.draw),
        ("previous", commit.previous),
        ("salt", commit.salt),
        ("pool", commit.pool, commit.pool_rows),
        ("officers", commit.officers, commit.officers_rows),
        ("registers", commit.registers, commit.registers_rows),
        *(("register", *register) for register in commit.declared_registers),
        ("program", *(program or "-" for program in commit.program)),
        *(("stratum", *stratum) for stratum in commit.strata),
        *(("team", *team) for team in commit.teams),
        ("substitutes", *(("fresh", commit.substitutes) if commit.substitutes else ("seed",))),
        *(("entropy", *source) for source in commit.sources),
        ("disclosure", commit.disclosure),
    )
    return readback("".join([" ".join(map(str, words)) + "\n" for words in lines]), parse_commit, commit)


def write_entropy(commit_digest: str, values: Iterable[Value]) -> str:
    """entropy.txt from (source, label, value) in the order of the commit."""
    want(IS_HEX(commit_digest), f"指纹不对：{shown(commit_digest)}")
    for value in values:
        check_value(*value)
    lines = ["draw-entropy/2", f"commit {commit_digest}", *map(" ".join, values)]
    return "\n".join(lines) + "\n"


def write_result(draw: str, rows: Iterable[Row]) -> str:
    """result.tsv; the rows stay as they come: strata in the order of the commit, within each by rank."""
    rows = list(rows)
    return readback(result_text(draw, rows), parse_result, (draw, rows))


def result_text(draw: str, rows: Iterable[Row]) -> str:
    return write_table(f"result/2 {draw}", ((*row[:4], ",".join(row.team), row.note or "-") for row in rows))


def declaration_fields(declaration: Declaration) -> list[str]:
    """The first eight fields of a row, as they are written."""
    serial, time, kind, subject, reason, units, away, source = declaration
    named = " ".join(source) if source else "-"
    return [str(serial), time, kind, subject, reason, list_text(units), list_text(away), named]


def substitute_fields(row: Substitute) -> list[str]:
    return [*declaration_fields(row.declaration), row.value or "-", row.outcome]


def write_substitutes(draw: str, rows: Iterable[Substitute]) -> str:
    """substitutes.tsv, units and away put in order; the rows stay as they come, by serial."""
    rows = [
        row._replace(
            declaration=row.declaration._replace(
                units=tuple(sorted(row.declaration.units)), away=tuple(sorted(row.declaration.away))
            )
        )
        for row in rows
    ]
    text = write_table(f"substitutes/2 {draw}", map(substitute_fields, rows))
    return readback(text, parse_substitutes, (draw, rows))


def record_text(form: str, rows: dict[str, Iterable[Iterable[object]]]) -> str:
    """A record from the fields of its lines; an empty field is written `-`."""
    lines = [form]
    for kind in RECORDS[form]:
        lines += ["\t".join([kind.word, *(str(field) or "-" for field in row)]) for row in rows[kind.word]]
    return "".join(f"{line}\n" for line in lines)


def parse_record(text: str) -> PublicRecord:
    """One record alone."""
    lines = list(lines_of(FINDINGS, text))
    return public(record_of(lines[0], lines[1:], 2))


def public(record: AnyRecord) -> PublicRecord:
    if isinstance(record, (FieldRecord, VisitRecord, Supplement)):
        raise Invalid("现场记录不公开，不应在这里")
    return record


def in_line_order(rows: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The rows as the lines of a record ascend, each once."""
    return tuple(sorted(set(map(tuple, rows)), key=lambda row: tuple(str(field) or "-" for field in row)))


def ordered(record: FindingRecord) -> FindingRecord:
    """The record with its lists put in order."""
    draw, unit, visited, outcome, summary, *lists = record
    return FindingRecord(draw, unit, visited, outcome, summary, *map(in_line_order, lists))


def write_finding(record: FindingRecord) -> str:
    """The record finding/2, its lists put in order, what stands twice once; Invalid for what is not of its form.

    The log holds record_digest of it: digest(text) in an open draw, digest(salt_text + text) in one that was sealed.
    """
    record = ordered(record)
    one = {word: [(getattr(record, word),)] for word in ("draw", "unit", "visited", "outcome", "summary")}
    many = dict(
        zip(("checklist", "measure", "point", "clause", "reading", "facility"), record[5:], strict=True)
    )
    return readback(record_text("finding/2", {**one, **many}), parse_record, record)


def write_correction(record: CorrectionRecord | OldCorrection) -> str:
    """The record correction/2, whose text stands in texts.tsv; or correction/1 with its text, as findings.txt has it.

    The log holds record_digest of it.
    """
    old = isinstance(record, OldCorrection)
    text = escaped(record.text) if old else record.text
    rows = {"draw": record.draw, "unit": record.unit, "serial": record.serial, "text": text}
    form = "correction/1" if old else "correction/2"
    return readback(
        record_text(form, {word: [(field,)] for word, field in rows.items()}), parse_record, record
    )


def write_redaction(record: RedactionRecord) -> str:
    """The record redaction/2, the document of a `redaction` row of the log.

    Its subject: Draw.log_subject(unit) for a text of a unit, the draw's id for one of the draw itself; its digest:
    record_digest. Once it is written, the text and its nonce must go (the row of texts.tsv; of finding/1 and correction/1,
    whose record holds the text, the whole record).
    """
    rows = record._replace(reason=escaped(record.reason))._asdict()
    return readback(
        record_text("redaction/2", {word: [(field,)] for word, field in rows.items()}), parse_record, record
    )


def parse_own(file: str, form: str, text: str) -> AnyRecord:
    """The one record of a file of a case file; form: a word of RECORDS, with a number or (any of them) without."""
    try:
        lines = list(lines_of(file, text))
        fits = lines[0] == form or lines[0].rpartition("/")[0] == form
        want(fits, f"{file} 第 1 行：第一行应为 {form}，实为 {shown(lines[0])}")
        return record_of(lines[0], lines[1:], 2)
    except Invalid as reason:
        raise Invalid(str(reason).replace(FINDINGS, file, 1)) from None


def parse_field_record(text: str) -> FieldRecord:
    """An on-site record record/1 by itself [record.txt]."""
    record = parse_own(RECORD, "record/1", text)
    if not isinstance(record, FieldRecord):
        raise Invalid(f"{RECORD}：不是现场记录")
    return record


def parse_supplement(text: str, file: str = "supplements/1.txt") -> Supplement:
    """A supplement supplement/1 or supplement/2 by itself."""
    made = parse_own(file, "supplement", text)
    if not isinstance(made, Supplement):
        raise Invalid(f"{file}：不是补正")
    return made


def write_supplement(made: Supplement) -> str:
    """One that names a point and its verdict is written in the older form supplement/1, each other one in supplement/2."""
    form = "supplement/1" if made.point else "supplement/2"
    made = made._replace(was=tuple(sorted(made.was, key=escaped)), now=tuple(sorted(made.now, key=escaped)))
    rows = made._replace(text=escaped(made.text), note=escaped(made.note))._asdict()
    lines: dict[str, Any] = {word: [(field,)] for word, field in rows.items()}
    lines |= {word: [(escaped(line),) for line in rows[word]] for word in ("was", "now")}
    return readback(record_text(form, lines), parse_supplement, made)


def record_lines(record: FieldRecord) -> list[str]:
    """The lines of an on-site record below its first one."""
    return write_field_record(record).split("\n")[1:-1]


def put_right(record: FieldRecord, was: Iterable[str], now: Iterable[str]) -> FieldRecord:
    """The record as it reads with some of its lines put right; Invalid where it has not the wrong ones, or will not fit."""
    lines, order = record_lines(record), {kind.word: place for place, kind in enumerate(RECORDS["record/1"])}
    for line in was:
        want(line in lines, f"现场记录里没有要补正的这一行：{shown(line)}")
        lines.remove(line)
    for line in now:
        want(line not in lines, f"现场记录里已经有这一行：{shown(line)}")
        lines.append(line)

    def place(line: str) -> tuple[int, list[str]]:
        word, *fields = line.split("\t")
        want(word in order, f"现场记录里没有这种行：{shown(line)}")
        return order[word], fields

    right = record_of("record/1", sorted(lines, key=place), 2)
    if not isinstance(right, FieldRecord):
        raise Invalid(f"{RECORD}：不是现场记录")
    return right


def with_supplement(record: FieldRecord, made: Supplement) -> FieldRecord:
    """The record as it reads once a supplement counts."""
    if made.point:
        points = {key: (key, verdict, note) for key, verdict, note in record.point}
        want(made.point in points, f"现场记录里没有检查项目 {made.point}")
        points[made.point] = made.point, made.verdict, points[made.point][2]
        return record._replace(point=tuple(points.values()))
    return put_right(record, made.was, made.now)


def parse_contents(text: str) -> tuple[str, list[Content]]:
    """(draw, rows) of contents.tsv: every file of a case file but itself, ascending by path."""
    last = ""

    def read(path: str, document: str, size: str, what: str) -> Content:
        nonlocal last
        folder = {"earlier": IS_EARLIER, "removed": IS_REMOVED}.get(path.partition("/")[0], IS_CASE_FILE)
        want(folder(path), f"案卷里不该有这个文件：{shown(path)}")
        want(last < path, f"{path} 应排在 {shown(last)} 之前，或者写了两次")
        last = path
        want(IS_COUNT(size), f"字节数不对：{shown(size)}")
        return Content(path, check_digest(document, "指纹"), int(size), check_name(what, "说明"))

    return read_table(CONTENTS, text, "contents/1", 4, read)


def write_contents(draw: str, rows: Iterable[Content]) -> str:
    """contents.tsv, rows put in order."""
    rows = sorted(rows)
    return readback(write_table(f"contents/1 {draw}", rows), parse_contents, (draw, rows))


def parse_signatures(text: str) -> tuple[str, list[Signature]]:
    """(draw, rows) of signatures.tsv: who froze the record, what the other officer said, and how the firm took it."""
    name, words = or_dash(named_as("姓名")), or_dash(filled)
    time, sha = or_dash(time_of), digest_as("指纹")
    fields = (one_of(SIGNINGS), name, or_dash(id_of), or_dash(named_as("职务")), time_of, time, sha, words, words, or_dash(sha))  # fmt: skip

    def read(*row: str) -> Signature:
        return Signature(*(take(field) for take, field in zip(fields, row, strict=True)))

    return read_table(SIGNATURES, text, "signatures/1", 10, read)


def write_signatures(draw: str, rows: Iterable[Signature]) -> str:
    """signatures.tsv, rows as they come."""
    rows = list(rows)
    lines = [
        [field or "-" for field in row._replace(words=escaped(row.words), witness=escaped(row.witness))]
        for row in rows
    ]
    return readback(write_table(f"signatures/1 {draw}", lines), parse_signatures, (draw, rows))


def parse_rows(text: str) -> list[LogRow]:
    """Neighbouring rows of the public log, as log.tsv of a case file has them: each chained to the one above it."""
    rows: list[LogRow] = []

    def read(index: str, time: str, kind: str, subject: str, document: str, link: str) -> LogRow:
        want(IS_SERIAL(index), f"序号不对：{shown(index)}")
        want(not rows or int(index) == rows[-1].index + 1, "各行应是公开日志里连着的几行")
        above = rows[-1].chain if rows else NO_CHAIN
        row = log_row(above, int(index), time, kind, subject, document)
        if rows or row.index == 1:
            want(link == row.chain, f"链值应为 {row.chain}，实为 {shown(link)}")
        rows.append(row._replace(chain=check_digest(link, "链值")))
        return rows[-1]

    return read_table(LOG, text, "log-rows/1", 6, read)[1]


def write_rows(rows: Iterable[LogRow]) -> str:
    """log.tsv of a case file."""
    rows = list(rows)
    return readback(write_table("log-rows/1", rows), parse_rows, rows)


def write_field_record(record: FieldRecord) -> str:
    """The on-site record record/1, its lists put in order, what stands twice once; Invalid for what is not of its form."""
    record, rows = of_visit("record/1", record, "remark", "statement")
    return readback(record_text("record/1", rows), parse_field_record, record)


def parse_visit(text: str) -> VisitRecord:
    """visit.txt, of a visit without an on-site record."""
    visit = parse_own(VISIT, "visit/1", text)
    if not isinstance(visit, VisitRecord):
        raise Invalid(f"{VISIT}：应为 visit/1")
    return visit


def write_visit(visit: VisitRecord) -> str:
    """visit.txt, its lists put in order."""
    visit, rows = of_visit("visit/1", visit, "summary")
    return readback(record_text("visit/1", rows), parse_visit, visit)


def of_visit(form: str, record: Any, *texts: str) -> tuple[Any, dict[str, Any]]:
    """What was seen at a visit with its lists in order, and the fields of its lines; texts: its words that are texts."""
    kept = {kind.word: kind for kind in RECORDS[form]}
    sorted_lists = {word: in_line_order(getattr(record, word)) for word, kind in kept.items() if kind.many}
    record = record._replace(**sorted_lists)
    rows: dict[str, Any] = {
        word: getattr(record, word) if kept[word].many else [(getattr(record, word),)] for word in kept
    }
    rows["point"] = [(key, verdict, escaped(note)) for key, verdict, note in record.point]
    rows["evidence"] = [(*row[:4], escaped(row[4])) for row in record.evidence]
    return record, rows | {word: [(escaped(getattr(record, word)),)] for word in texts}


def parse_earlier(text: str) -> tuple[str, list[Earlier]]:
    """(draw, rows) of earlier.tsv: the records that were set aside, 1, 2, 3, …"""
    last = 0

    def read(number: str, record: str, at_time: str, by: str, because: str) -> Earlier:
        nonlocal last
        want(number == str(last + 1), f"应为第 {last + 1} 份，实为 {shown(number)}")
        last += 1
        who, why = check_name(by, "姓名"), filled(because)
        return Earlier(last, check_digest(record, "现场记录的指纹"), time_of(at_time), who, why)

    return read_table(EARLIER, text, "earlier/1", 5, read)


def write_earlier(draw: str, rows: Iterable[Earlier]) -> str:
    rows = list(rows)
    lines = [row._replace(because=escaped(row.because)) for row in rows]
    return readback(write_table(f"earlier/1 {draw}", lines), parse_earlier, (draw, rows))


def parse_removed(text: str) -> tuple[str, list[Removed]]:
    """(draw, rows) of removed.tsv: evidence that was taken out, by the time of it."""
    fields = (
        digest_as("原件的指纹"), one_of(("photo", "pdf")), minute_of, or_dash(POINT_KEY), or_dash(filled),
        time_of, named_as("姓名"), filled,
    )  # fmt: skip

    def read(*row: str) -> Removed:
        return Removed(*(take(field) for take, field in zip(fields, row, strict=True)))

    return read_table(REMOVED, text, "removed/1", 8, read)


def write_removed(draw: str, rows: Iterable[Removed]) -> str:
    rows = list(rows)
    lines = [
        [field or "-" for field in row._replace(caption=escaped(row.caption), because=escaped(row.because))]
        for row in rows
    ]
    return readback(write_table(f"removed/1 {draw}", lines), parse_removed, (draw, rows))


def write_record(record: PublicRecord) -> str:
    if isinstance(record, FindingRecord):
        return write_finding(record)
    if isinstance(record, OldFinding):
        return readback(record.text.replace("\r", "\\r"), parse_record, record)
    return write_redaction(record) if isinstance(record, RedactionRecord) else write_correction(record)


def write_findings(draw: str, records: Iterable[PublicRecord]) -> str:
    """findings.txt, records put in order; redactions of one unit, or of the draw, in the order of the log, as they come.

    Invalid also where a redacted record is still among them, a correction is missing, or a text is redacted twice.
    """
    records = [ordered(record) if isinstance(record, FindingRecord) else record for record in records]
    records.sort(key=place_of)
    text = f"findings/2 {draw}\n" + "".join(map(write_record, records))
    return readback(text, parse_findings, (draw, records))


def write_texts(draw: str, rows: Iterable[Text]) -> str:
    """texts.tsv, rows put in order; without the texts that are redacted."""
    rows = sorted(rows)
    lines = ((*row[:3], escaped(row.text)) for row in rows)
    return readback(write_table(f"texts/2 {draw}", lines), parse_texts, (draw, rows))


def record_digest(record: PublicRecord, salt_text: str = "") -> str:
    """The digest that the log holds of a record; salt_text: of salt.txt in a draw that was sealed, else empty."""
    text = record.text if isinstance(record, (OldFinding, OldCorrection)) else write_record(record)
    return digest(salt_text + text)


def chain(previous: str, index: int, time: str, kind: str, subject: str, document: str) -> str:
    """The chain value of a row of the log; document: its digest [The log]."""
    return digest("\t".join([previous, str(index), time, kind, subject, document]))


def log_row(previous: str, index: int, time: str, kind: str, subject: str, document: str) -> LogRow:
    """A row of the log; previous: the chain value of the row before it, NO_CHAIN for the first."""
    instant(time)
    want(kind in KINDS, f"没有这种日志：{shown(kind)}")
    check_name(subject, "对象")
    check_digest(document, "指纹")
    return LogRow(index, time, kind, subject, document, chain(previous, index, time, kind, subject, document))


def write_log(rows: Iterable[LogRow]) -> str:
    """log.tsv."""
    rows = list(rows)
    return readback(write_table("log/2", rows), parse_log, rows)


def salted_subject(salt_text: str, ident: str) -> str:
    """What stands in the log's subject for a unit or an officer of a sealed draw; salt_text: of salt.txt."""
    return digest(f"{salt_text.removesuffix(chr(10))} {ident}")


def declare_digest(salt_text: str, declaration: Declaration) -> str:
    """The document digest of a `declare` row."""
    return digest(salt_text + "\t".join(declaration_fields(declaration)))


def substitute_digest(salt_text: str, substitute: Substitute) -> str:
    """The document digest of a `substitute` row."""
    return digest(salt_text + "\t".join(substitute_fields(substitute)))


# ---- What the commit fixes [commit.txt] ----


def quota(rule: str, base: int, officer_count: int) -> int:
    """Units that the rule asks for: `N/D` of the base or `officers*N/D`, rounded up in whole numbers.

    officer_count: rows of officers.tsv of the first department.
    """
    parts = IS_RULE(rule)
    if not parts:
        raise Invalid(f"抽取规则不对：{shown(rule)}")
    n, d = int(parts[2]), int(parts[3])
    want(d >= 1 and (parts[1] or 1 <= n <= d), f"抽取规则不对：{shown(rule)}")
    return -(-(officer_count if parts[1] else base) * n // d)


def strata_of(
    units: Iterable[Unit], rules: dict[str, str] | Iterable[tuple[str, str]], officer_count: int
) -> tuple[Stratum, ...]:
    """Base and take of every stratum; rules: a dict or pairs of (code, rule) in the order of the commit."""
    rules, counts = dict(rules), Counter((unit.stratum, unit.standing) for unit in units)
    strata: list[Stratum] = []
    for code, _ in counts:
        want(code in rules, f"{POOL}：类别 {code} 没有在 {COMMIT} 中列出")
    for code, rule in rules.items():
        base, drawable = (sum(counts[code, standing] for standing in those) for those in (COUNTED, DRAWABLE))
        strata.append(Stratum(code, rule, base, min(quota(rule, base, officer_count), drawable)))
    return tuple(strata)


def staff_of(officers: Iterable[Officer], department: str) -> list[Officer]:
    return [officer for officer in officers if officer.department == department]


def having_of(officers: Iterable[Officer]) -> dict[str, set[str]]:
    """The officers of every speciality."""
    having: dict[str, set[str]] = {}
    for officer in officers:
        for speciality in officer.specialities:
            having.setdefault(speciality, set()).add(officer.officer)
    return having


def unmatched(units: Iterable[Unit], officers: Iterable[Officer], teams: Iterable[Team]) -> Unmatched:
    """Units that may be drawn and departments with fewer matching, and fewer non-recused officers at all, than its size.

    Units with one speciality and one recusal list are counted once, so that a million cost little.
    """
    officers, teams, short = list(officers), list(teams), Unmatched([], [])
    staffs = [staff_of(officers, team.department) for team in teams]
    having = [having_of(staff) for staff in staffs]
    everybody = [{officer.officer for officer in staff} for staff in staffs]
    kinds: dict[tuple[str, tuple[str, ...]], list[tuple[list[tuple[Unit, str, int]], str, int]]] = {}
    for unit in units:
        if unit.standing not in DRAWABLE:
            continue
        kind = unit.speciality, unit.recused
        if kind not in kinds:
            kinds[kind] = []
            for number, team in enumerate(teams):
                match = having[number].get(unit.speciality, set())
                for found, able in zip(short, (match, everybody[number]), strict=True):
                    count = len(able.difference(unit.recused))
                    if count < team.size:
                        kinds[kind].append((found, team.department, count))
        for found, department, count in kinds[kind]:
            found.append((unit, department, count))
    return short


def load(files: dict[str, bytes], file: str, parse: Callable[[str], T], commit: Commit) -> T:
    """A file that the commit digests: the very one that it promises, and of its draw."""
    table: Any = parse(text_of(files, file))
    same_draw(file, table.draw, commit)
    field = file.partition(".")[0]
    found, meant = digest_of(files, file), getattr(commit, field)
    want(found == meant, f"{file}：指纹是 {found}，承诺的是 {meant}")
    if file != SALT:
        rows, promised = len(table[1]), getattr(commit, f"{field}_rows")
        want(rows == promised, f"{file}：有 {rows} 行，承诺的是 {promised} 行")
    return table  # type: ignore[no-any-return]


def same_draw(file: str, draw: str, commit: Commit) -> None:
    want(draw == commit.draw, f"{file} 第 1 行：抽签编号是 {draw}，{COMMIT} 是 {commit.draw}")


def check_strata(commit: Commit, pool: Pool, roster: Roster) -> str:
    """Base and take of every stratum are what the rules give."""
    rules = [(stratum.code, stratum.rule) for stratum in commit.strata]
    officer_count = len(staff_of(roster.officers, commit.teams[0].department))
    strata, first = strata_of(pool.units, rules, officer_count), 10 + len(commit.declared_registers)
    for line, (right, found) in enumerate(zip(strata, commit.strata, strict=True), first):
        for word, a, b in (("基数", right.base, found.base), ("应抽数", right.take, found.take)):
            want(a == b, f"{COMMIT} 第 {line} 行：类别 {right.code} 的{word}按规则是 {a}，承诺的是 {b}")
    return f"共抽 {sum(stratum.take for stratum in commit.strata)} 家"


def check_departments(commit: Commit, roster: Roster) -> str:
    """Every officer is of a department that the commit declares."""
    declared = {team.department for team in commit.teams}
    for line, officer in enumerate(roster.officers, 2):
        if officer.department not in declared:
            raise Invalid(f"{OFFICERS} 第 {line} 行：部门 {officer.department} 没有在 {COMMIT} 中列出")
    return "、".join(team.department for team in commit.teams)


def check_teams(commit: Commit, pool: Pool, roster: Roster) -> str:
    """Whatever may be drawn has enough officers of each department, matching ones where it says `match` [Teams 1]."""
    short, lines = unmatched(pool.units, roster.officers, commit.teams), []
    for team in commit.teams:
        asked = [("可派", short.few_at_all)]
        asked += [("专业相符、可派", short.few_matching)] * (team.filling == "match")
        for word, rows in asked:
            few = [(unit, count) for unit, department, count in rows if department == team.department]
            for unit, count in few[:1]:
                raise Invalid(
                    f"{POOL}：{unit.unit} 在部门 {team.department} {word}的执法人员只有 {count} 名，"
                    f"应有 {team.size} 名（共 {len(few)} 家如此）"
                )
        lines.append(f"{team.department} 每家 {team.size} 名")
    return "，".join(lines)


def check_registers(commit: Commit, registers: Registers) -> str:
    """The commit counts each register in the file, and no other."""
    rows = Counter(entry.register for entry in registers.entries)
    unmatched_rows = Counter(entry.register for entry in registers.entries if not entry.unit)
    declared = {register.register for register in commit.declared_registers}
    for line, register in enumerate(commit.declared_registers, 9):
        want(
            rows[register.register],
            f"{COMMIT} 第 {line} 行：外部名册 {register.register} 在 {REGISTERS} 中没有条目",
        )
        for word, found, meant in (
            ("条目", rows[register.register], register.rows),
            ("没有对应污染源的条目", unmatched_rows[register.register], register.unmatched),
        ):
            where = f"{COMMIT} 第 {line} 行：外部名册 {register.register} 的{word}"
            want(found == meant, f"{where}在 {REGISTERS} 中有 {found} 条，承诺的是 {meant} 条")
    for line, entry in enumerate(registers.entries, 2):
        if entry.register not in declared:
            raise Invalid(f"{REGISTERS} 第 {line} 行：外部名册 {entry.register} 没有在 {COMMIT} 中列出")
    if not declared:
        return Caution("没有任何外部名册：名单之外的人都没有为它作证，有没有漏列看不出来")
    names = "、".join(f"{r.name}（{r.date} 导出，{r.rows} 条）" for r in commit.declared_registers)
    few = sum(unmatched_rows.values())
    return names + f"，其中 {few} 条不在名单里，各有理由" * bool(few)


def check_entries(registers: Registers, pool: Pool) -> str:
    """Every unit that an entry names is in the pool."""
    units = {unit.unit for unit in pool.units}
    for line, entry in enumerate(registers.entries, 2):
        if entry.unit and entry.unit not in units:
            raise Invalid(f"{REGISTERS} 第 {line} 行：{entry.unit} 不在 {POOL} 中")
    return f"{sum(bool(entry.unit) for entry in registers.entries)} 条"


# ---- The draw [Arithmetic] ----


def seed(entropy_text: str, salt_text: str) -> str:
    """K, from the texts of the two files."""
    return digest(entropy_text + salt_text)


def select_key(stratum: str, key: str) -> str:
    """Ks; key: K."""
    return digest(f"select {stratum} {key}")


def team_key(department: str, key: str) -> str:
    """Kt; key: K."""
    return digest(f"team {department} {key}")


def tickets(units: Iterable[Unit], prefix: str) -> list[bytes]:
    """Of the units that may be drawn, sorted: 0 for `in` or 1 for `again`, the ticket's 32 bytes, unit, in one string.

    One string sorts as the three do, twice as fast.
    """
    start, sha256 = prefix.encode(), hashlib.sha256
    order = [
        (b"0" if unit.standing == "in" else b"1") + sha256(start + ident).digest() + ident
        for unit in units
        if unit.standing in DRAWABLE
        for ident in (unit.unit.encode(),)
    ]
    order.sort()
    return order


def ranking(units: Iterable[Unit], stratum: str, key: str, take: int | None = None) -> list[tuple[str, str]]:
    """(unit, ticket) of the stratum's units that may be drawn, in the order of drawing, the first `take`; key: K."""
    order = tickets((unit for unit in units if unit.stratum == stratum), select_key(stratum, key))
    return [(line[33:].decode(), line[1:33].hex()) for line in order[:take]]


ALL = "*"  # the ring of all officers of a department; no speciality is called so


class Place:
    """A drawn unit and its team of one department.

    ring: the speciality whose officers are open to it, or ALL; barred: all officers but those open to it.
    """

    __slots__ = ("unit", "ring", "barred", "team")

    def __init__(self, unit: Unit, ring: str, barred: frozenset[str], team: list[str]):
        self.unit, self.ring, self.barred, self.team = unit, ring, barred, team


def places_of(units: Iterable[Unit], having: dict[str, set[str]], size: int) -> list[Place]:
    """Step 1: `size` or more matching officers are open; fewer are pinned, and then all others are open."""
    kinds: dict[tuple[str, tuple[str, ...]], tuple[str, frozenset[str], list[str]]] = {}
    places: list[Place] = []
    for unit in units:
        kind = unit.speciality, unit.recused
        if kind not in kinds:
            match = having.get(unit.speciality, set()).difference(unit.recused)
            pinned = sorted(match) if len(match) < size else []
            ring = ALL if len(match) < size else unit.speciality
            kinds[kind] = ring, frozenset(unit.recused).union(pinned), pinned
        ring, barred, pinned = kinds[kind]
        places.append(Place(unit, ring, barred, list(pinned)))
    return places


def fill(
    places: list[Place], officers: Iterable[Officer], rings: dict[str, list[str]], kt: str, size: int
) -> dict[str, int]:
    """Step 2: fills the teams up to `size`, lowest load first; gives every officer's load.

    The heap of a ring holds each of its officers once. An entry may be older than the officer's last place: it is then
    too low, so it comes up early enough and is put right when it does.
    """
    loads = {officer.officer: officer.load for officer in officers}
    heaps: dict[str, list[tuple[int, str, str]]] = {}

    def entry(officer: str) -> tuple[int, str, str]:
        return loads[officer], digest(f"{kt}o{officer}|{loads[officer]}"), officer

    present = {officer: entry(officer) for officer in loads}
    for place in places:
        if place.ring not in heaps:
            heaps[place.ring] = [present[officer] for officer in rings[place.ring]]
            heapq.heapify(heaps[place.ring])
        heap, popped = heaps[place.ring], []
        while len(place.team) < size:
            officer = heap[0][2]
            if heap[0] is not present[officer]:
                heapq.heapreplace(heap, present[officer])
                continue
            popped.append(officer)
            heapq.heappop(heap)
            if officer not in place.barred:
                place.team.append(officer)
        for officer in place.team:
            loads[officer] += 1
            present[officer] = entry(officer)
        for officer in popped:
            heapq.heappush(heap, present[officer])
    return loads


def level(places: list[Place], loads: dict[str, int], rings: dict[str, list[str]]) -> None:
    """Step 3: lowers the highest load among the holders of open places as far as it goes."""
    position = {officer: index for index, officer in enumerate(rings[ALL])}
    holds: dict[str, list[int]] = {officer: [] for officer in loads}
    for index, place in enumerate(places):
        for officer in place.team:
            if officer not in place.barred:
                holds[officer].append(index)
    while holders := [officer for officer in loads if holds[officer]]:
        start = min(holders, key=lambda officer: (-loads[officer], position[officer]))
        found, reached = search(start, places, loads, rings, holds)
        if found is None:
            return
        officer = found
        loads[start] -= 1
        loads[officer] += 1
        while officer != start:
            giver, index = reached[officer]
            team = places[index].team
            team[team.index(giver)] = officer
            holds[giver].remove(index)
            insort(holds[officer], index)
            officer = giver


def search(
    start: str,
    places: list[Place],
    loads: dict[str, int],
    rings: dict[str, list[str]],
    holds: dict[str, list[int]],
) -> tuple[str | None, dict[str, tuple[str, int]]]:
    """Step 3, breadth-first: (an officer with at least two loads less, or None; officer -> (from whom, place)).

    `left` keeps those of each ring whom nobody has reached yet, so that a used-up ring costs nothing.
    """
    reached: dict[str, tuple[str, int]] = {start: ("", -1)}
    left, queue = dict(rings), [start]
    for giver in queue:
        for index in holds[giver]:
            place = places[index]
            if not left[place.ring]:
                continue
            still = []
            for officer in left[place.ring]:
                if officer in reached:
                    continue
                if officer in place.team or officer in place.barred:
                    still.append(officer)
                    continue
                reached[officer] = giver, index
                if loads[officer] <= loads[start] - 2:
                    return officer, reached
                queue.append(officer)
            left[place.ring] = still
    return None, reached


def order_in_team(
    kt: str, letter: str, unit: Unit, having: dict[str, set[str]]
) -> Callable[[str], tuple[bool, str, str]]:
    """Sort key of officers for a unit: matching first; letter `l` for the lead (step 4), `s` for [Substitutes]."""
    match = having.get(unit.speciality, set())
    return lambda officer: (officer not in match, digest(f"{kt}{letter}{unit.unit}|{officer}"), officer)


def order_of_units(units: Iterable[str], kt: str) -> list[str]:
    """Step 2: the order in which a department takes the units."""
    start, sha256 = f"{kt}u".encode(), hashlib.sha256
    return [line[64:] for line in sorted(sha256(start + u.encode()).hexdigest() + u for u in units)]


def teams_of(
    drawn: dict[str, Unit], officers: Iterable[Officer], team: Team, key: str
) -> dict[str, list[str]]:
    """unit -> the officers of one department in the order of step 4, for the drawn units; key: K [Teams]."""
    staff, kt = staff_of(officers, team.department), team_key(team.department, key)
    having = having_of(staff)
    everybody = [officer.officer for officer in staff]
    everybody.sort(key=lambda who: (digest(f"{kt}r{who}"), who))
    rings = {speciality: [who for who in everybody if who in match] for speciality, match in having.items()}
    rings[ALL] = everybody
    places = places_of((drawn[unit] for unit in order_of_units(drawn, kt)), having, team.size)
    level(places, fill(places, staff, rings, kt, team.size), rings)
    return {
        place.unit.unit: sorted(place.team, key=order_in_team(kt, "l", place.unit, having))
        for place in places
    }


def compute(commit: Commit, pool: Pool, roster: Roster, key: str) -> list[Row]:
    """The rows of result.tsv, from files that are checked already; key: K."""
    strata: dict[str, list[Unit]] = {stratum.code: [] for stratum in commit.strata}
    for row in pool.units:
        strata[row.stratum].append(row)
    chosen = {s.code: ranking(strata[s.code], s.code, key, s.take) for s in commit.strata}
    names = {unit for order in chosen.values() for unit, _ in order}
    drawn = {unit.unit: unit for unit in pool.units if unit.unit in names}
    teams = [teams_of(drawn, roster.officers, team, key) for team in commit.teams]
    having = having_of(roster.officers)
    rows: list[Row] = []
    for code, order in chosen.items():
        for rank, (unit, ticket) in enumerate(order, 1):
            team = tuple(officer for department in teams for officer in department[unit])
            cross = not having.get(drawn[unit].speciality, set()).issuperset(team)
            rows.append(Row(code, rank, unit, ticket, team, "cross" if cross else ""))
    return rows


class Drawn(NamedTuple):
    """What the files of a draw give; key: K."""

    commit: Commit
    pool: Pool
    roster: Roster
    key: str
    rows: list[Row]


def draw_files(files: dict[str, bytes]) -> Drawn:
    """The draw from its six files; Invalid where any of them breaks the protocol."""
    commit = parse_commit(text_of(files, COMMIT))
    pool = load(files, POOL, parse_pool, commit)
    roster = load(files, OFFICERS, parse_officers, commit)
    registers = load(files, REGISTERS, parse_registers, commit)
    load(files, SALT, parse_salt, commit)
    check_departments(commit, roster)
    check_strata(commit, pool, roster)
    check_teams(commit, pool, roster)
    check_registers(commit, registers)
    check_entries(registers, pool)
    entropy_text = text_of(files, ENTROPY)
    parse_entropy(entropy_text, commit)
    key = seed(entropy_text, text_of(files, SALT))
    return Drawn(commit, pool, roster, key, compute(commit, pool, roster, key))


def draw(
    commit_text: str,
    pool_text: str,
    officers_text: str,
    registers_text: str,
    salt_text: str,
    entropy_text: str,
) -> str:
    """The text of result.tsv from the texts of the other files: what the site calls."""
    texts = {
        COMMIT: commit_text,
        POOL: pool_text,
        OFFICERS: officers_text,
        REGISTERS: registers_text,
        SALT: salt_text,
        ENTROPY: entropy_text,
    }
    drawn = draw_files({file: text.encode("utf-8", "surrogatepass") for file, text in texts.items()})
    return result_text(drawn.commit.draw, drawn.rows)


# ---- Substitutes: never picked by hand [Substitutes] ----


class Standing:
    """Who goes where, as one declaration after the other changes it.

    teams: the present teams of the units that have one, in the order of places (departments in commit order); None is
    an open place. key: K; result_rows: of result.tsv.
    """

    def __init__(self, commit: Commit, pool: Pool, roster: Roster, key: str, result_rows: Iterable[Row]):
        self.commit, self.key = commit, key
        self.departments = [team.department for team in commit.teams for _ in range(team.size)]
        self.units = {unit.unit: unit for unit in pool.units}
        self.officers = {officer.officer: officer for officer in roster.officers}
        self.having = having_of(roster.officers)
        self.staff = {
            team.department: {who.officer for who in staff_of(roster.officers, team.department)}
            for team in commit.teams
        }
        self.next: dict[tuple[str, int], str] = {}  # next_unit for (Ky, number of used units)
        self.teams: dict[str, list[str | None]] = {row.unit: list(row.team) for row in result_rows}
        self.used = set(self.teams)  # units that are drawn or substitutes, with a team or not
        self.replaced: dict[str, set[str]] = {unit: set() for unit in self.teams}  # who gave up a place there

    def step(self, declaration: Declaration, value: str) -> str:
        """Lets the declaration take effect and gives the outcome; value: empty under `seed`.

        Raises Invalid when it cannot take effect, and then nothing has changed.
        """
        self.check(declaration, value)
        if declaration.kind == "officer":
            return self.replace_officer(declaration, value)
        return self.replace_unit(declaration, value)

    def left(self, declaration: Declaration, value: str) -> list[Left]:
        """The places that the declaration, before it takes effect, leaves to others, and how many could take each."""
        self.check(declaration, value)
        if declaration.kind == "officer":
            department = self.officers[declaration.subject].department
            return [
                Left(unit, department, len(could), len(able))
                for unit in declaration.units
                for able in [self.able(unit, department)]
                for could in [able.difference(declaration.away)]
            ]
        unit = self.next_unit(declaration, value)
        return [
            Left(unit, team.department, max(0, len(could) - place), max(0, len(able) - place))
            for team in self.commit.teams
            for able in [self.able(unit, team.department) if unit else set()]
            for could in [able.difference(declaration.away)]
            for place in range(team.size)
            if unit
        ]

    def check(self, declaration: Declaration, value: str) -> None:
        """Invalid unless the declaration fits the commit and what has become of the draw so far."""
        serial, time, kind, subject, _, units, away, source = declaration
        last = self.commit.sources[-1]
        want(
            instant(time) >= instant(last.time),
            f"申报于{spoken(time)}，早于抽签最后一个随机来源的时间（{spoken(last.time)}）",
        )
        found, meant = source.source if source else "", self.commit.substitutes
        want(found == meant, f"替补应由{title_of(meant)}决定，这里是{title_of(found)}")
        if source:
            check_value(source.source, source.label, value)
            own = [(named.source, named.label) for named in self.commit.sources]
            want(
                source[:2] not in own,
                f"{title_of(found)} {source.label} 是抽签自己的随机来源，申报时号码已经知道",
            )
        want(source or not value, f"替补由种子决定，不应有值 {shown(value)}")
        for officer in away:
            want(officer in self.officers, f"也不能派的 {officer} 不在 {OFFICERS} 中")
        if kind == "officer":
            want(subject in self.officers, f"{subject} 不在 {OFFICERS} 中")
        for unit in units if kind == "officer" else [subject]:
            want(unit in self.units, f"{unit} 不在 {POOL} 中")
            want(unit in self.used, f"{unit} 没有被抽中，也不是替补的污染源")
            want(unit in self.teams, f"{unit} 已经被替补，没有检查组了")
            want(kind == "unit" or subject in self.teams[unit], f"{subject} 不在 {unit} 的检查组里")

    def fresh(self, declaration: Declaration, value: str, key: str) -> str:
        """Kx or Ky; key: Kt or Ks."""
        if not declaration.source:
            return key
        source, label, _ = declaration.source
        return digest(f"substitute {declaration.serial} {key} {source} {label} {value}")

    def able(self, unit: str, department: str) -> set[str]:
        """Who may step in at the unit, whatever `away` says."""
        team = [who for who in self.teams.get(unit, []) if who]
        return self.staff[department].difference(self.units[unit].recused, team, self.replaced.get(unit, ()))

    def in_line(self, unit: str, department: str, declaration: Declaration, value: str) -> list[str]:
        """Who may step in at the unit, in order."""
        kx = self.fresh(declaration, value, team_key(department, self.key))
        able = self.able(unit, department).difference(declaration.away)
        return sorted(able, key=order_in_team(kx, "s", self.units[unit], self.having))

    def next_unit(self, declaration: Declaration, value: str) -> str:
        """The unit that steps in; empty where none is left."""
        stratum = self.units[declaration.subject].stratum
        ky = self.fresh(declaration, value, select_key(stratum, self.key))
        if (ky, len(self.used)) not in self.next:
            able = (u for u in self.units.values() if u.stratum == stratum and u.unit not in self.used)
            self.next[ky, len(self.used)] = next((line[33:].decode() for line in tickets(able, ky)), "")
        return self.next[ky, len(self.used)]

    def replace_officer(self, declaration: Declaration, value: str) -> str:
        officer = declaration.subject
        department = self.officers[officer].department
        outcome: list[str] = []
        for unit in order_of_units(declaration.units, team_key(department, self.key)):
            successor = next(iter(self.in_line(unit, department, declaration, value)), None)
            team = self.teams[unit]
            team[team.index(officer)] = successor
            self.replaced[unit].add(officer)
            outcome.append(f"{unit}:{successor or '-'}")
        return " ".join(outcome)

    def replace_unit(self, declaration: Declaration, value: str) -> str:
        unit = self.next_unit(declaration, value)
        del self.teams[declaration.subject]
        if not unit:
            return "-"
        team: list[str | None] = []
        for part in self.commit.teams:
            line = self.in_line(unit, part.department, declaration, value)
            team += [*line, *[None] * part.size][: part.size]
        self.teams[unit], self.replaced[unit] = team, set()
        self.used.add(unit)
        return f"{unit}:{','.join(officer or '-' for officer in team)}"


def outcomes(standing: Standing, substitutes: Substitutes) -> Iterator[tuple[int, Substitute, list[Left]]]:
    """(line, the row with its outcome recomputed, the places it leaves) of each row in turn."""
    for line, row in enumerate(substitutes.rows, 2):
        try:
            left = standing.left(row.declaration, row.value)
            outcome = standing.step(row.declaration, row.value)
        except Invalid as reason:
            raise Invalid(f"{SUBSTITUTES} 第 {line} 行：{reason}") from None
        yield line, row._replace(outcome=outcome), left


def substitute_files(files: dict[str, bytes]) -> str:
    """The text of substitutes.tsv with the outcomes that the other files and its declarations give."""
    standing = Standing(*draw_files(files))
    substitutes = parse_substitutes(text_of(files, SUBSTITUTES))
    same_draw(SUBSTITUTES, substitutes.draw, standing.commit)
    return write_substitutes(substitutes.draw, [row for _, row, _ in outcomes(standing, substitutes)])


# ---- Checks ----

WAITING = {  # files that an unfinished draw may lack, and what that means
    POOL: "单位名单还没有公布：此前一次密封的抽签还没有解封",
    OFFICERS: "执法人员名单还没有公布：此前一次密封的抽签还没有解封",
    SALT: "盐还没有公布：抽签是密封的，还没有解封",
    ENTROPY: "随机数还没有齐",
    RESULT: "抽签结果还没有公布",
}


VOID = "本次抽签已经作废"


def check_stage(files: Collection[str]) -> str:
    """The files that must be there are: what may be missing of a draw that is not finished, the protocol says."""
    for file in (REGISTERS, POOL, OFFICERS):
        if file not in files and (file == REGISTERS or SALT in files):
            raise Invalid(f"{file}：没有这个文件" + f"，而 {SALT} 已经公布" * (file != REGISTERS))
    for file, grounds in (
        (RESULT, (SALT, ENTROPY)),
        (SUBSTITUTES, (RESULT,)),
        (FINDINGS, (SALT, LOG)),
        (TEXTS, (FINDINGS,)),
        (NAMES, (POOL, OFFICERS)),
    ):
        for ground in grounds:
            want(file not in files or ground in files, f"{ground}：没有这个文件，{file} 就无从核对")
    return "抽签还没有完成" * bool(set(WAITING).difference(files))


def check_names(
    data: bytes, commit: Commit, pool: Pool, roster: Roster, registers: Registers
) -> dict[str, list[str]]:
    """Every name is the one digested in its row; gives the ids of each kind whose name is withdrawn, ascending."""
    digests = name_digests(pool, roster, registers)

    def held(row: Name) -> None:
        kind, ident, nonce, name = row
        if ident not in digests[kind]:
            raise Invalid(f"{NAME_KINDS[kind]} {ident} 不在名单里")
        if name_digest(nonce, name) != digests[kind].pop(ident):
            raise Invalid(f"{ident} 的名称与冻结时的指纹不符：{shown(name)}")

    draw, _ = read_names(data, held)
    same_draw(NAMES, draw, commit)
    return {kind: sorted(idents) for kind, idents in digests.items()}


def odd_entries(
    registers: Registers, names: bytes, withdrawn: dict[str, list[str]]
) -> Iterator[tuple[str, str]]:
    """(heading, detail) of what a reader should look at, so that no unit hides behind the row of another [registers.tsv].

    Entries that are called otherwise than their unit, while both names are there, and units that several entries of one
    register are. names: of a names.tsv that check_names found good, empty where there is none; withdrawn: as it gives.
    """
    if not registers.entries:
        return
    gone = {kind: set(ids) for kind, ids in withdrawn.items()}
    units = {entry.unit for entry in registers.entries if entry.unit}.difference(gone["unit"])
    called = dict(names_of(names, "unit", units))
    entries = {f"{entry.register}/{entry.key}": entry for entry in registers.entries if entry.unit in called}
    present = entries.keys() - gone["entry"]
    other = [
        entries[ident]
        for ident, name in names_of(names, "entry", present)
        if name != called[entries[ident].unit]
    ]
    if other:
        other.sort()
        first = {f"{entry.register}/{entry.key}": entry.unit for entry in other[:FEW]}
        said = dict(names_of(names, "entry", first))
        lines = [
            f"{ident} {shown(said[ident].decode())} 对应 {unit} {shown(called[unit].decode())}"
            for ident, unit in first.items()
        ]
        yield "外部名册里的名称与对应单位的不同", some(lines, "；", len(other))
    several: list[str] = []
    for register, rows in groupby(registers.entries, key=lambda entry: entry.register):
        counts = Counter(entry.unit for entry in rows if entry.unit)
        several += [f"{unit}（{register} {count} 条）" for unit, count in counts.items() if count > 1]
    if several:
        yield "同一本外部名册里有几条对应同一家单位", some(several[:FEW], "、", len(several))


def names_of(names: bytes, kind: str, idents: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """(id, name) of rows that are in a good names.tsv, found one behind the other: splitting it would cost its size again."""
    place = 0
    for ident in sorted(idents):
        start = f"\n{kind}\t{ident}\t".encode()
        place = names.index(start, place)
        name = place + len(start) + 33  # behind the nonce and its TAB
        yield ident, names[name : names.index(b"\n", name)]


def some(first: Sequence[str], mark: str, count: int) -> str:
    """The first few of a long list, in a message."""
    return mark.join(first) + f" 等 {count} 项" * (count > len(first))


def name_digests(pool: Pool, roster: Roster, registers: Registers) -> dict[str, dict[str, str]]:
    """kind -> id -> digest of the name, as the frozen files bind them."""
    return {
        "entry": {f"{entry.register}/{entry.key}": entry.name for entry in registers.entries},
        "officer": {officer.officer: officer.name for officer in roster.officers},
        "unit": {unit.unit: unit.name for unit in pool.units},
    }


def withdrawn_text(withdrawn: dict[str, list[str]]) -> str:
    return "，".join(f"{NAME_KINDS[kind]} {len(ids)} 个" for kind, ids in withdrawn.items() if ids)


def check_result(files: dict[str, bytes], right: str) -> str:
    """result.tsv is what the other files give; otherwise says where it first differs."""
    found = text_of(files, RESULT)
    if found == right:
        return f"{right.count(chr(10)) - 1} 家"
    parse_result(found)
    ours, theirs = right.split("\n"), found.split("\n")
    line = next((n for n, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]))
    raise Invalid(
        f"{RESULT} 第 {line + 1} 行：重新计算为 {shown(ours[line], 300)}，文件是 {shown(theirs[line], 300)}"
    )


def check_substitutes(drawn: Drawn, substitutes: Substitutes) -> list[str]:
    """Every outcome is the one recomputed; gives a sentence on each place for which `away` left fewer than two."""
    same_draw(SUBSTITUTES, substitutes.draw, drawn.commit)
    few: list[str] = []
    standing = Standing(*drawn)
    for line, row, places in outcomes(standing, substitutes):
        found = substitutes.rows[line - 2].outcome
        if found != row.outcome:
            raise Invalid(
                f"{SUBSTITUTES} 第 {line} 行：重新计算为「{row.outcome}」，文件是 {shown(found, 300)}"
            )
        few += [
            f"第 {row.declaration.serial} 次替补，{place.unit} 的 {place.department}：原有 {place.but_for_away} 人，剩 {place.could} 人"
            for place in places
            if place.could < 2 and place.could < place.but_for_away
        ]
    return few


# ---- The log ----

DRAW_KINDS = {
    "commit": "承诺",
    "entropy": "随机数",
    "result": "结果",
    "declare": "申报",
    "substitute": "替补",
}


def is_of(row: LogRow, name: str) -> bool:
    return row.subject == name or row.subject.startswith(f"{name}/")


def at(row: LogRow) -> str:
    return f"{LOG} 第 {row.index + 1} 行："


def rows_of_draw(rows: Iterable[LogRow], commit: Commit) -> list[LogRow]:
    """The rows that tell of the draw, which stand in their order; the later ones may not be there yet [A draw in the log]."""
    mine = [row for row in rows if row.kind in DRAW_KINDS and is_of(row, commit.draw)]
    due = [("commit", commit.draw)]
    due += [("entropy", f"{commit.draw}/{source.source}") for source in commit.sources]
    due += [("result", commit.draw)]
    counts = Counter[str]()
    for number, row in enumerate(mine):
        kind, subject = due[number] if number < len(due) else (row.kind, "")
        if not subject:
            counts[kind] += 1
            subject = f"{commit.draw}/{counts[kind]}"
            want(kind in ("declare", "substitute"), f"{at(row)}本次抽签不该再有 {kind} {row.subject}")
        want(
            (row.kind, row.subject) == (kind, subject),
            f"{at(row)}本次抽签此处应为 {kind} {subject}，实为 {row.kind} {row.subject}",
        )
        want(
            counts["substitute"] <= counts["declare"],
            f"{at(row)}替补 {row.subject} 生效之前没有申报（declare）",
        )
    return mine


def check_log_times(mine: Sequence[LogRow], commit: Commit) -> None:
    """The commit before the first source, each value after its time, dice within the hour and before the next source."""
    first, times = commit.sources[0], [instant(source.time) for source in commit.sources]
    if first.source != "system":
        want(
            instant(mine[0].time) < times[0],
            f"{at(mine[0])}承诺登记于{spoken(mine[0].time)}，不早于第一个随机来源的时间（{spoken(first.time)}）",
        )
    for number, (row, source) in enumerate(zip(mine[1:], commit.sources, strict=False)):
        if row.kind != "entropy":
            break
        moment = instant(row.time)
        what = f"{at(row)}{SOURCES[source.source].title}的值登记于{spoken(row.time)}"
        due = spoken(source.time)
        want(moment >= times[number], f"{what}，早于它的时间（{due}）")
        if SOURCES[source.source].dice:
            want(moment <= times[number] + DICE_SECONDS, f"{what}，比它的时间（{due}）晚了超过 60 分钟")
            for following in commit.sources[number + 1 : number + 2]:
                want(
                    moment < instant(following.time),
                    f"{what}，不早于下一个来源的时间（{spoken(following.time)}）",
                )


def check_log(
    rows: Sequence[LogRow],
    commit: Commit,
    values: Iterable[Value] | None,
    result: str | None,
    is_published: bool,
) -> str:
    """The log tells of this draw: its commit, each of its values, its result, in this order and in time.

    values: None before entropy.txt is there; result: digest of result.tsv as far as it is known; is_published: whether
    result.tsv is there, so that its row must be.
    """
    mine = rows_of_draw(rows, commit)
    want(mine, f"{LOG}：没有本次抽签的 commit 行")
    number = mine[0].index
    before = rows[number - 2].chain if number > 1 else NO_CHAIN
    want(before == commit.previous, f"{at(mine[0])}前一链值是 {before}，承诺的是 {commit.previous}")
    due = [
        ("承诺", commit.digest),
        *((SOURCES[value.source].title, digest(" ".join(value))) for value in values or ()),
    ]
    if values is not None and is_published and result is not None:
        due.append(("结果", result))
    want(len(mine) >= len(due), f"{LOG}：没有登记本次抽签的{due[min(len(mine), len(due) - 1)][0]}")
    results = [row for row in mine if row.kind == "result"]
    for row, (what, meant) in [*zip(mine, due, strict=False), *((row, ("结果", result)) for row in results)]:
        want(row.digest == (meant or row.digest), f"{at(row)}{what}的指纹应为 {meant}，实为 {row.digest}")
    check_log_times(mine, commit)
    return f"最后登记的是{DRAW_KINDS[mine[-1].kind]}，{spoken(mine[-1].time)}"


def check_log_substitutes(
    rows: Iterable[LogRow], commit: Commit, salt_text: str | None, substitutes: Sequence[Substitute]
) -> str:
    """The log's declarations and substitutes are those of substitutes.tsv; salt_text: None while it is not public."""
    declared, effective = (
        [row for row in rows if row.kind == kind and is_of(row, commit.draw)]
        for kind in ("declare", "substitute")
    )
    if salt_text is None:
        return f"{len(effective)} 次，解封后才能核对" if effective else ""
    for row in effective[len(substitutes) :]:
        raise Invalid(f"{at(row)}登记了替补 {row.subject}，{SUBSTITUTES} 里却没有")
    for line, substitute in enumerate(substitutes, 2):
        serial, time, *_, source = substitute.declaration
        want(serial <= len(effective), f"{SUBSTITUTES} 第 {line} 行：日志里没有登记第 {serial} 次替补")
        declare, row = declared[serial - 1], effective[serial - 1]
        for logged, meant, what in (
            (declare, declare_digest(salt_text, substitute.declaration), "次替补的申报"),
            (row, substitute_digest(salt_text, substitute), "次替补"),
        ):
            want(
                logged.digest == meant,
                f"{at(logged)}第 {serial} {what}的指纹应为 {meant}，实为 {logged.digest}",
            )
        want(
            instant(declare.time) == instant(time),
            f"{at(declare)}申报登记于{spoken(declare.time)}，{SUBSTITUTES} 写的是{spoken(time)}",
        )
        want(
            not source or instant(row.time) >= instant(source.time),
            f"{at(row)}替补登记于{spoken(row.time)}，早于它的来源的时间（{spoken(source.time) if source else ''}）",
        )
    return f"{len(substitutes)} 次"


def pending(rows: Iterable[LogRow], commit: Commit) -> list[LogRow]:
    """Declarations that have not taken effect."""
    mine = [row for row in rows if is_of(row, commit.draw)]
    effective = {row.subject for row in mine if row.kind == "substitute"}
    return [row for row in mine if row.kind == "declare" and row.subject not in effective]


def voids(rows: Sequence[LogRow], commit: Commit) -> list[LogRow]:
    """The rows that void the draw after its commit."""
    start = next((row.index for row in rows if (row.kind, row.subject) == ("commit", commit.draw)), len(rows))
    return [row for row in rows[start:] if (row.kind, row.subject) == ("void", commit.draw)]


def open_at_once(rows: Sequence[LogRow], commit: Commit) -> list[str]:
    """Other draws that were open, with neither result nor void, at any moment between this one's commit and its end."""
    others: dict[str, None] = {}
    found: dict[str, None] = {}
    between = False
    ends = [row for row in rows if (row.kind, row.subject) == ("result", commit.draw)] + voids(rows, commit)
    for row in rows[: ends[0].index - 1] if ends else rows:
        if row.subject == commit.draw:
            if row.kind == "commit":
                between = True
                found |= others
        elif row.kind == "commit":
            others[row.subject] = None
            if between:
                found[row.subject] = None
        elif row.kind in ("result", "void"):
            others.pop(row.subject, None)
    return list(found)


def unlogged_withdrawals(
    rows: Iterable[LogRow], commit: Commit, withdrawn: dict[str, list[str]], salt_text: str | None
) -> list[str]:
    """A sentence on each kind of names whose last `withdraw` row does not agree with what names.tsv lacks."""
    last: dict[str, tuple[int, str]] = {}
    for row in rows:
        parts = re.fullmatch(rf"({ID})/({'|'.join(NAME_KINDS)})/({COUNT})", row.subject)
        if row.kind == "withdraw" and parts and parts[1] == commit.draw:
            last[parts[2]] = int(parts[3]), row.digest
    wrong: list[str] = []
    for kind, ids in withdrawn.items():
        count, document = last.get(kind, (0, ""))
        if count != len(ids):
            wrong.append(f"{NAME_KINDS[kind]}：撤下 {len(ids)} 个，日志登记 {count} 个")
        elif document and salt_text is not None and document != digest(salt_text + "\n".join(ids)):
            wrong.append(f"{NAME_KINDS[kind]}：撤下的不是日志登记的那 {count} 个")
    return wrong


def merkle_root(leaves: Iterable[str]) -> bytes:
    """The root of the tree of RFC 6962 over these leaves; of none, the hash of nothing."""
    sha256 = hashlib.sha256
    # Roots of the complete trees that the leaves so far fall into, with their heights, the largest first.
    peaks: list[tuple[int, bytes]] = []
    for leaf in leaves:
        height, root = 0, sha256(b"\0" + leaf.encode()).digest()
        while peaks and peaks[-1][0] == height:
            height, root = height + 1, sha256(b"\1" + peaks.pop()[1] + root).digest()
        peaks.append((height, root))
    if not peaks:
        return sha256(b"").digest()
    root = peaks.pop()[1]
    while peaks:
        root = sha256(b"\1" + peaks.pop()[1] + root).digest()
    return root


def check_extends(rows: Sequence[LogRow], earlier: bytes) -> str:
    """The log extends an earlier log, a chain value, or a checkpoint; signatures are for any signed-note tool."""
    try:
        text = earlier.decode()
    except UnicodeDecodeError:
        raise Invalid("先前记下的文件不是 UTF-8") from None
    lines = text.split("\n")
    if lines[0] == "log/2":
        before = parse_log(text)
        for old, new in zip(before, rows, strict=False):
            want(old == new, f"{at(old)}与先前记下的日志不同")
        want(len(before) <= len(rows), f"{LOG} 只有 {len(rows)} 行，先前记下的日志有 {len(before)} 行")
        return f"先前的日志有 {len(before)} 行"
    if IS_HEX(text.removesuffix("\n")):
        places = [row.index for row in rows if row.chain == lines[0]]
        want(places or lines[0] == NO_CHAIN, f"{LOG} 里没有先前记下的链值 {lines[0]}")
        return f"先前的链值在第 {places[0] + 1} 行" if places else "先前的日志是空的"
    want(
        len(lines) >= 4 and lines[0] and is_count(lines[1]), "先前记下的文件应为日志、链值或检查点，认不出来"
    )
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error:
        raise Invalid("检查点第 3 行应为 Base64 写的树根") from None
    size = int(lines[1])
    want(size <= len(rows), f"{LOG} 只有 {len(rows)} 行，先前的检查点有 {size} 行")
    found = merkle_root("\t".join(map(str, row)) for row in rows[:size])
    want(found == root, f"{LOG} 的前 {size} 行与先前的检查点不同：树根是 {base64.b64encode(found).decode()}")
    return f"检查点有 {size} 行；它的签名请用任何 signed-note 工具核对"


# ---- Findings against their texts, the draw and the log ----

RECORD_KINDS = {"finding": "检查结果", "correction": "更正", "redaction": "隐去"}
LACKING = f"没有 {FINDINGS}，检查结果没有核对"


def load_findings(files: dict[str, bytes], commit: Commit) -> Findings:
    found = parse_findings(text_of(files, FINDINGS))
    same_draw(FINDINGS, found.draw, commit)
    return found


def check_inspected(found: Findings, units: Collection[str] | None) -> str:
    """Every unit of a record was drawn or stepped in; units: None while there is no result."""
    named = {record.unit for record in found.records if record.unit}
    for unit in sorted(named):
        want(units is not None, f"{FINDINGS}：{unit} 有记录，却没有 {RESULT}，看不出是不是抽中的")
        want(units is None or unit in units, f"{FINDINGS}：{unit} 没有被抽中，也不是替补的污染源")
    return f"{len(named)} 家"


def check_texts(files: dict[str, bytes], found: Findings) -> str:
    """Every text is the one digested in its record, none that was redacted is there, and no other is missing."""
    due: dict[tuple[str, str], str] = {}
    for record in found.records:
        if isinstance(record, FindingRecord):
            due["summary", record.unit] = record.summary
        if isinstance(record, CorrectionRecord):
            due["correction", f"{record.unit}/{record.serial}"] = record.text
    hidden = {hidden_key(record) for record in found.records if isinstance(record, RedactionRecord)}
    texts = parse_texts(text_of(files, TEXTS)) if TEXTS in files else Texts(found.draw, [])
    want(texts.draw == found.draw, f"{TEXTS} 第 1 行：抽签编号是 {texts.draw}，{FINDINGS} 是 {found.draw}")
    for line, row in enumerate(texts.rows, 2):
        here, key = f"{TEXTS} 第 {line} 行：{row.key} 的{TEXT_KINDS[row.kind]}", (row.kind, row.key)
        want(key not in hidden, f"{here}已依法隐去，文字却还在")
        want(key in due, f"{here}没有写着它的指纹的记录")
        want(text_digest(row.nonce, row.text) == due.pop(key), f"{here}与记录里的指纹不符")
    for kind, ident in sorted(due.keys() - hidden):
        raise Invalid(f"{TEXTS}：缺少 {ident} 的{TEXT_KINDS[kind]}，也没有隐去它的记录")
    return f"{len(texts.rows)} 段"


def hidden_key(redaction: RedactionRecord) -> tuple[str, str]:
    """(kind, key) of the row of texts.tsv that a redaction hid, if there ever was one."""
    kind, slash, serial = redaction.text.partition("/")
    return kind, f"{redaction.unit}{slash}{serial}" if redaction.unit else ""


def check_log_findings(rows: Sequence[LogRow], commit: Commit, salt_text: str, found: Findings) -> str:
    """Each row of the log about findings of the draw has its record, each record its row, in the order of the log."""
    salt = salt_text if commit.disclosure == "sealed" else ""
    logged: dict[tuple[str, str], list[LogRow]] = {}
    for row in rows:
        if row.kind in RECORD_KINDS and is_of(row, commit.draw):
            logged.setdefault((row.kind, row.subject), []).append(row)
    for unit, records in groupby(found.records, key=lambda record: record.unit):
        ident = salted_subject(salt_text, unit) if salt and unit else unit
        subject = f"{commit.draw}/{ident}" if unit else commit.draw
        check_logged(
            list(records), salt, {kind: logged.pop((kind, subject), []) for kind in RECORD_KINDS}, rows
        )
    for left in sorted((row for those in logged.values() for row in those), key=lambda row: row.index):
        raise Invalid(f"{at(left)}登记了{RECORD_KINDS[left.kind]} {left.subject}，{FINDINGS} 里却没有")
    return f"{len(found.records)} 条"


def check_logged(
    records: Sequence[PublicRecord], salt: str, logged: dict[str, list[LogRow]], rows: Sequence[LogRow]
) -> None:
    """The rows of one subject: the finding, below it its corrections, and each redaction below what it hides."""
    due: dict[str, list[tuple[str, str, str]]] = {
        kind: [] for kind in RECORD_KINDS
    }  # (word, digest, in words)
    for record in records:
        word = record_word(record) or record.text  # type: ignore[union-attr]  # only a redaction has none
        kind = "redaction" if isinstance(record, RedactionRecord) else word.partition("/")[0]
        due[kind].append((word, record_digest(record, salt), spoken_record(record)))
    for (unit, word), redaction in whole_hidden(records).items():
        due[word.partition("/")[0]].append((word, redaction.of, f"{unit} 的{hidden_words(word)}"))
    due["correction"].sort(key=lambda row: serial_of(row[0].partition("/")[2]))
    places: dict[str, int] = {}  # word -> index of its row
    for kind, expected in due.items():
        for (word, meant, what), row in zip(expected, logged[kind], strict=False):
            want(row.digest == meant, f"{at(row)}{what}的指纹应为 {meant}，实为 {row.digest}")
            if kind == "redaction":
                check_below(row, word, records, places, rows)
            else:
                places[word] = row.index
                want(row.index >= places.get("finding", 0), f"{at(row)}{what}早于检查结果本身")
        for _, _, what in expected[len(logged[kind]) :]:
            raise Invalid(f"{FINDINGS}：日志里没有登记 {what}")
        for row in logged[kind][len(expected) :]:
            raise Invalid(f"{at(row)}登记了{RECORD_KINDS[kind]} {row.subject}，{FINDINGS} 里却没有")


def check_below(
    row: LogRow, word: str, records: Sequence[PublicRecord], places: dict[str, int], rows: Sequence[LogRow]
) -> None:
    """A redaction stands below the row of what it hides; of a text of the draw, below a row of the draw with its digest."""
    redaction = next(r for r in records if isinstance(r, RedactionRecord) and r.text == word)
    if redaction.unit:
        above = places["finding" if word == "summary" else word] < row.index
    else:
        mine = (other for other in rows[: row.index - 1] if is_of(other, redaction.draw))
        above = not redaction.of or any(other.digest == redaction.of for other in mine)
    want(above, f"{at(row)}{spoken_record(redaction)}：上面没有登记过隐去的文字")


def say_missing(report: "Report", rows: Sequence[LogRow], is_salt_out: bool) -> None:
    """What the log tells of findings while the bundle has no findings.txt: a fault if something was hidden, else a gap.

    The log has digests alone, so it does not tell finding/1 of a bundle that was made before there was such a file from
    finding/2 that somebody dropped. Redactions came with the file.
    """
    counts = Counter(row.kind for row in rows)
    words = "，".join(f"{title} {counts[kind]} 条" for kind, title in RECORD_KINDS.items() if counts[kind])
    told = f"日志登记了本次抽签的{words}，这里没有，没有核对"
    if not is_salt_out:
        report.say("note", f"没有 {FINDINGS}", f"{told}：密封期间不公布")
    elif hiding := next((row for row in rows if row.kind == "redaction"), None):
        report.step(
            f"有隐去的抽签都带着 {FINDINGS}",
            lambda: want(False, f"{at(hiding)}登记了隐去，却没有 {FINDINGS}"),
        )
    else:
        report.say("lack", LACKING, f"{told}。请重新下载完整的文件包；只有很早以前下载的文件包没有这个文件")


def check_findings(
    report: "Report",
    files: dict[str, bytes],
    commit: Commit | None,
    ground: tuple[object, "Outcome", list[LogRow] | None],
) -> None:
    """What was published of the inspections, as far as the bundle has it; ground: the salt, the draw, the log."""
    salt, outcome, rows = ground
    if FINDINGS not in files:
        mine = [row for row in rows or () if commit and row.kind in RECORD_KINDS and is_of(row, commit.draw)]
        if mine:
            say_missing(report, mine, SALT in files)
        return
    found = report.step(
        f"公开的检查结果 {FINDINGS} 合乎格式", lambda commit: load_findings(files, commit), commit
    )
    report.step(
        "有检查结果的都是抽中或替补的污染源",
        lambda found, _: check_inspected(found, outcome.units),
        *(found, outcome.sound),
    )
    report.step(
        "检查结果和更正的文字就是记录里写有指纹的那些", lambda found: check_texts(files, found), found
    )
    report.step(
        "日志里的检查结果、更正和隐去就是文件里的那些",
        lambda rows, commit, found, _: check_log_findings(rows, commit, text_of(files, SALT), found),
        *(rows, commit, found, salt),
    )
    if found is None:
        return
    hidden = [record for record in found.records if isinstance(record, RedactionRecord)]
    findings = sum(record_word(record) == "finding" for record in found.records)
    corrections = len(found.records) - findings - len(hidden)
    report.say(
        "note", "公开的检查结果", f"检查结果 {findings} 条，更正 {corrections} 条，隐去 {len(hidden)} 处"
    )
    for record in hidden[:MOST_REDACTIONS]:
        where = f"{record.unit} 的" if record.unit else "抽签的"
        report.say(
            "note",
            "已依法隐去",
            f"{where}{hidden_words(record.text)}，{record.on}，依据：{shown(record.reason)}",
        )
    if len(hidden) > MOST_REDACTIONS:
        report.say("note", "已依法隐去", f"另有 {len(hidden) - MOST_REDACTIONS} 处")


def check_program(files: dict[str, bytes], file: str, commit: Commit) -> str:
    found, meant = digest_of(files, file), commit.program[PROGRAMS.index(file)]
    want(found == meant or not meant, f"{file}：指纹是 {found}，承诺的是 {meant}")
    return meant or "承诺中没有它的指纹"


# ---- The report: each check in plain terms, whether it holds, and where ----


class Report:
    """Runs the checks one after the other; what rests on a failed one is skipped."""

    def __init__(self) -> None:
        self.lines: list[Check] = []

    def step(self, what: str, function: Callable[..., T], *ground: object) -> T | None:
        """What function(*ground) gives; None where it fails, or where its ground has failed before."""
        if any(part is None for part in ground):
            self.lines.append(Check(what, False, "前面的检查没有通过，这一项没有检查", "skip"))
            return None
        try:
            value = function(*ground)
        except Invalid as reason:
            self.lines.append(Check(what, False, str(reason), "fail"))
            return None
        level = "warn" if isinstance(value, Caution) else "ok"
        self.lines.append(Check(what, True, value if isinstance(value, str) else "", level))
        return value

    def say(self, level: str, what: str, detail: str) -> None:
        self.lines.append(Check(what, True, detail, level))


def check_lists(report: Report, files: dict[str, bytes], commit: Commit | None) -> dict[str, Any]:
    """The frozen lists and the salt, as far as they are public: file -> what its parser gives, None where it failed.

    "sound" is None where the lists do not fit each other, "placed" where an entry names a unit that is not in the pool.
    """
    tables: dict[str, Any] = {}
    for file, title, parse in (
        (POOL, "单位名单", parse_pool),
        (OFFICERS, "执法人员名单", parse_officers),
        (REGISTERS, "外部名册", parse_registers),
        (SALT, "盐", parse_salt),
    ):
        if file in files:
            what = f"{title} {file} 就是承诺的那一份"
            tables[file] = report.step(
                what, lambda commit, f=file, p=parse: load(files, f, p, commit), commit
            )
    pool, roster, registers = (tables.get(file) for file in (POOL, OFFICERS, REGISTERS))
    sound: list[object] = []
    if POOL in files and OFFICERS in files:
        frozen = commit, pool, roster
        sound += [
            report.step("执法人员都属于承诺的部门", check_departments, commit, roster),
            report.step("各类的基数和应抽家数照规则算出", check_strata, *frozen),
            report.step("可能抽到的每一家都有足够的执法人员", check_teams, *frozen),
        ]
    if REGISTERS in files:
        sound.append(report.step("外部名册的条目数与承诺一致", check_registers, commit, registers))
        if POOL in files:
            tables["placed"] = report.step("外部名册写明的单位都在单位名单里", check_entries, registers, pool)
            sound.append(tables["placed"])
    tables["sound"] = None if None in sound else sound
    return tables


def check_all_names(
    report: Report, files: dict[str, bytes], commit: Commit | None, tables: dict[str, Any]
) -> dict[str, list[str]] | None:
    """kind -> ids whose name is withdrawn; None where that cannot be told."""
    if POOL not in files or OFFICERS not in files:
        return None
    pool, roster, registers = lists = [tables.get(file) for file in (POOL, OFFICERS, REGISTERS)]
    withdrawn: dict[str, list[str]] | None = None
    if NAMES in files:
        withdrawn = report.step(
            f"名称文件 {NAMES} 里的每个名称都是冻结时的那一个",
            lambda commit, *lists: check_names(files[NAMES], commit, *lists),
            *(commit, *lists),
        )
    elif commit and pool and roster and registers:
        withdrawn = {kind: sorted(ids) for kind, ids in name_digests(pool, roster, registers).items()}
    if withdrawn is None:
        return None
    if any(withdrawn.values()):
        report.say("note", "已经撤下的名称（证明不受影响）", withdrawn_text(withdrawn))
    found = odd_entries(registers, files.get(NAMES, b""), withdrawn) if registers and tables["placed"] else ()
    for what, detail in found:
        report.say("note", what, detail)
    return withdrawn


class Outcome(NamedTuple):
    """What the entropy, the result and the substitutes gave; sound: None where one of them failed."""

    values: tuple[Value, ...] | None
    result: str | None  # digest of result.tsv
    substitutes: tuple[Substitute, ...] | None
    units: set[str] | None  # drawn, or stepped in; None while there is no result.tsv
    sound: list[object] | None


def check_draw(
    report: Report, files: dict[str, bytes], commit: Commit | None, tables: dict[str, Any]
) -> Outcome:
    """The values, the draw computed once more, and the substitutes, as far as they are there."""
    values = drawn = None
    sound: list[object] = []
    if ENTROPY in files:
        what = f"随机数 {ENTROPY} 是为这份承诺产生的，来源和次序都对"
        values = report.step(what, lambda commit: parse_entropy(text_of(files, ENTROPY), commit), commit)
        sound.append(values)
    text = ""
    if {POOL, OFFICERS, SALT, ENTROPY} <= files.keys():

        def again(commit: Commit, pool: Pool, roster: Roster, *_: object) -> str:
            nonlocal drawn, text
            key = seed(text_of(files, ENTROPY), text_of(files, SALT))
            drawn = Drawn(commit, pool, roster, key, compute(commit, pool, roster, key))
            text = result_text(commit.draw, drawn.rows)
            if RESULT in files:
                return check_result(files, text)
            return f"{len(drawn.rows)} 家；重新计算的 {RESULT} 的指纹是 {digest(text)}"

        what = f"重新抽取，结果与 {RESULT} 一致" if RESULT in files else f"重新抽取（{RESULT} 还没有公布）"
        ground = [commit, *(tables.get(file) for file in (POOL, OFFICERS, SALT)), tables["sound"], values]
        sound.append(report.step(what, again, *ground))
    substitutes: Substitutes | None = None
    if SUBSTITUTES in files:
        what = f"替补 {SUBSTITUTES} 与重新计算一致"
        ground = [drawn, None if None in sound else sound]
        few = report.step(
            what,
            lambda drawn, _: check_substitutes(drawn, parse_substitutes(text_of(files, SUBSTITUTES))),
            *ground,
        )
        sound.append(few)
        if few is not None:
            substitutes = parse_substitutes(text_of(files, SUBSTITUTES))
        for sentence in few or ():
            report.say("warn", "申报“也不能派”的人之后，可以接替的不到两人", sentence)
    rows = tuple(substitutes.rows) if substitutes else None
    units = {row.unit for row in drawn.rows} if drawn and RESULT in files else None
    if units is not None:
        units |= {row.outcome.partition(":")[0] for row in rows or () if row.declaration.kind == "unit"}
    return Outcome(values, digest(text) if text else None, rows, units, None if None in sound else sound)


def check_whole_log(
    report: Report,
    files: dict[str, bytes],
    commit: Commit | None,
    outcome: Outcome,
    withdrawn: dict[str, list[str]] | None,
) -> list[LogRow] | None:
    """The log by itself and what it tells of this draw; gives its rows."""
    if LOG not in files:
        report.say("note", f"没有 {LOG}", "看不出承诺、随机数和结果各在何时为人所知")
        return None
    rows = report.step(f"日志 {LOG} 首尾相接", lambda: parse_log(text_of(files, LOG)))
    told = report.step(
        "日志里本次抽签的各行齐全，次序、指纹和时间都对",
        lambda rows, commit, _: check_log(rows, commit, outcome.values, outcome.result, RESULT in files),
        *(rows, commit, outcome.sound),
    )
    if rows is None or commit is None or told is None:
        return rows
    salt_text = text_of(files, SALT) if SALT in files else None
    report.step(
        "日志里的申报和替补就是文件里的那些",
        lambda: check_log_substitutes(rows, commit, salt_text, outcome.substitutes or ()),
    )
    for row in voids(rows, commit):
        report.say("warn", VOID, f"{at(row)}{spoken(row.time)}")
    for row in pending(rows, commit):
        report.say("warn", "有申报还没有生效", f"{at(row)}{row.subject}，{spoken(row.time)}")
    for other in open_at_once(rows, commit):
        report.say("warn", "同一时间另有抽签没有结束", f"{other}：同时冻结几次，就可能只拿合意的一次出来")
    for sentence in unlogged_withdrawals(rows, commit, withdrawn or {}, salt_text):
        report.say("warn", "撤下的名称与日志不符", sentence)
    return rows


def check(files: dict[str, bytes], own: str = "", extends: bytes | None = None) -> list[Check]:
    """All checks of a bundle, given as file name -> bytes, as far as the draw has come.

    own: digest of the running program, for a note; extends: an earlier log, chain value or checkpoint.
    """
    report, files = Report(), dict(files)
    commit = report.step(f"承诺文件 {COMMIT} 合乎格式", lambda: parse_commit(text_of(files, COMMIT)))
    report.step("这一步该有的文件都在", lambda _: check_stage(files), commit)
    for file, reason in WAITING.items():
        if file not in files:
            report.say("wait", f"没有 {file}", reason)
    report.step("随机数足够多，公众都能看到", lambda commit: check_bits(commit.sources), commit)
    tables = check_lists(report, files, commit)
    withdrawn = check_all_names(report, files, commit, tables)
    for largest in {POOL, NAMES} & files.keys():
        files[largest] = b""  # read through: of a million units 200 MB, if the caller keeps none of it either
    outcome = check_draw(report, files, commit, tables)
    rows = check_whole_log(report, files, commit, outcome, withdrawn)
    check_findings(report, files, commit, (tables.get(SALT), outcome, rows))
    if extends is not None:
        ground = [rows] if LOG in files else []
        report.step(f"{LOG} 接续先前记下的日志", lambda *rows: extended(files, extends, *rows), *ground)
    for file in PROGRAMS:
        if file in files:
            what = f"随附的程序 {file} 就是承诺的那一份"
            report.step(what, lambda commit, file=file: check_program(files, file, commit), commit)
    if commit and own and own != commit.program[0]:
        meant = f"承诺的是 {commit.program[0]}" if commit.program[0] else "承诺中没有写明"
        report.say("note", "正在运行的程序", f"指纹是 {own}，{meant}")
    for file in sorted(set(files) - KNOWN - {"PROTOCOL.md"}):  # the protocol's text lies in every bundle
        report.say("note", "其他文件", f"没有检查：{shown(file)}")
    return report.lines


def extended(files: dict[str, bytes], extends: bytes, *rows: list[LogRow]) -> str:
    want(rows, f"{LOG}：没有这个文件，看不出它接续什么")
    return check_extends(rows[0], extends)


def verdict(report: Sequence[Check]) -> str:
    """The last line of the report."""
    failed = sum(line.level == "fail" for line in report)
    if failed:
        return f"{failed} 项不通过"
    if any(line.level == "lack" for line in report):
        return f"不完整：{LACKING}，已有的全部通过"
    if any(line.what == VOID for line in report):
        return "抽签已经作废，已有的全部通过"
    return "抽签还没有完成，已有的全部通过" if any(line.level == "wait" for line in report) else "全部通过"


# ---- Case files: an inspection as it goes into the file [Case files] ----


def check_contents(case: Case) -> list[Content]:
    """The files are those of the list, no more, no fewer, each with its digest."""
    _, rows = parse_contents(text_of(case.texts, CONTENTS))
    listed = {row.path for row in rows}
    for path in sorted(case.found.keys() - listed - {CONTENTS}):
        raise Invalid(f"{shown(path)} 不在目录里")
    for line, row in enumerate(rows, 2):
        here = f"{CONTENTS} 第 {line} 行：{row.path}"
        want(row.path in case.found, f"{here} 不在案卷里")
        document, size = case.found[row.path]
        want(size == row.size, f"{here} 应有 {row.size} 字节，实有 {size} 字节")
        want(document == row.digest, f"{here} 的指纹应为 {row.digest}，实为 {document}")
    if VISIT in listed:
        of_record = [path for path in sorted(listed) if re.fullmatch(OF_RECORD, path)]
        want(not of_record, f"{CONTENTS}：有 {VISIT}（没有现场记录），却又有 {'、'.join(of_record)}")
    for path in (RECORD, SIGNATURES) if VISIT not in listed else ():
        want(path in listed, f"{CONTENTS}：缺少 {path}")
    return rows


def own_record(case: Case) -> FieldRecord | VisitRecord:
    """The record of the visit; of one that was made before there were records, what stands in its place."""
    if VISIT in case.texts:
        visit = parse_visit(text_of(case.texts, VISIT))
        draw, _ = parse_contents(text_of(case.texts, CONTENTS))
        want(draw == visit.draw, f"{CONTENTS} 第 1 行：抽签编号是 {draw}，{VISIT} 是 {visit.draw}")
        return visit
    record = parse_field_record(text_of(case.texts, RECORD))
    draw, _ = parse_contents(text_of(case.texts, CONTENTS))
    want(draw == record.draw, f"{CONTENTS} 第 1 行：抽签编号是 {draw}，{RECORD} 是 {record.draw}")
    return record


def check_signatures(case: Case, record: FieldRecord, folder: str = "") -> list[Signature]:
    """Who froze, confirmed and signed did so on this very record; of the one that stands, were those who had to.

    folder: of a record that was set aside, with its slash.
    """
    file = folder + SIGNATURES
    draw, rows = parse_signatures(text_of(case.texts, file))
    want(draw == record.draw, f"{file} 第 1 行：抽签编号是 {draw}，{RECORD} 是 {record.draw}")
    meant, team = digest_of(case.texts, folder + RECORD), {number for number, _ in record.team}
    for line, row in enumerate(rows, 2):
        here = f"{file} 第 {line} 行：{SIGNINGS[row.kind]}"
        want(row.record == meant, f"{here}：签的是另一份现场记录，指纹 {row.record}，这一份是 {meant}")
        want((row.kind == "frozen") == (line == 2), f"{here}：第一行、也只有第一行应为固定现场记录")
        if row.kind in BY_FIRM:
            want(not row.number, f"{here}：当事人没有执法证号")
            want((row.kind == "drawn") == bool(row.image), f"{here}：签字图应有就有，应没有就没有")
            want(row.name or row.kind not in ("drawn", "paper"), f"{here}：没有签字人的姓名")
            want(row.words or row.kind not in ("refused", "absent"), f"{here}：没有写明原因")
            want(row.witness or row.kind != "refused", f"{here}：没有写明见证人")
        else:
            want(row.number in team, f"{here}：执法证号 {shown(row.number)} 不在现场记录的检查组里")
            want(row.name, f"{here}：没有执法人员的姓名")
            want(not row.image, f"{here}：执法人员没有签字图")
            want(
                row.kind == "frozen" or row.number != rows[0].number,
                f"{here}：固定的人自己确认，不是另一名执法人员",
            )
            want(row.words or row.kind != "object", f"{here}：没有写明异议")
    want(rows, f"{file}：没有固定现场记录的那一行")
    said = {row.number for row in rows if row.kind in ("confirm", "object")}
    missing = sorted(team - said - {row.number for row in rows[:1]})
    want(folder or not missing, f"{file}：检查组的 {'、'.join(missing)} 没有确认，也没有提出异议")
    firm = [row for row in rows if row.kind in BY_FIRM]
    want(
        len(firm) == 1 or (folder and not firm),
        f"{file}：当事人签字情况应有一行，实有 {len(firm)} 行",
    )
    image = case.found[folder + SIGNATURE][0] if folder + SIGNATURE in case.found else ""
    drawn = firm[0].image if firm else ""
    want(image == drawn, f"{folder}{SIGNATURE}：不是签字那一行写着指纹的那张图，或者缺了、多了")
    return rows


def check_evidence(case: Case, record: FieldRecord | VisitRecord) -> str:
    """Each piece of evidence of the record is there; of an original that has not come, its copy."""
    lacking = 0
    for row in record.evidence:
        names = [parts for path in case.found if (parts := IS_EVIDENCE(path)) and parts[1] == row[0]]
        want(names, f"{RECORD}：证据 {row[0]} 不在案卷里")
        originals = [parts for parts in names if parts[2] != "copy.jpg"]
        lacking += not originals
        for parts in names:
            want((parts[2] == "pdf") == (row[1] == "pdf"), f"{parts[0]}：记录里写的是 {row[1]}")
    for path, (document, _) in case.found.items():
        parts = IS_EVIDENCE(path)
        if parts and parts[2] != "copy.jpg":
            want(document == parts[1], f"{path}：指纹是 {document}，和文件名、现场记录里的不同")
    told = f"{len(record.evidence)} 份"
    if lacking:
        return Caution(f"{told}，其中 {lacking} 份的原件没有传来，只有副本：原件的指纹无从核对")
    return told


def check_supplements(case: Case, record: FieldRecord, folder: str = "") -> list[Supplement]:
    """The supplements are of this record and this team, numbered without gaps, none decided by its own author; each puts
    right what the record, with those confirmed before, has."""
    own = [path.removeprefix(folder) for path in case.found if path.startswith(folder)]
    numbers = sorted(int(parts[1]) for path in own if (parts := IS_SUPPLEMENT(path)))
    want(numbers == [*range(1, len(numbers) + 1)], f"补正的编号不连续：{'、'.join(map(str, numbers))}")
    meant, team = digest_of(case.texts, folder + RECORD), {number for number, _ in record.team}
    right, found = record, []
    for number in numbers:
        file = f"{folder}supplements/{number}.txt"
        made = parse_supplement(text_of(case.texts, file), file)
        want((made.draw, made.unit) == (record.draw, record.unit), f"{file}：不是这次检查的")
        want(made.record == meant, f"{file}：补正的是另一份现场记录，指纹 {made.record}，这一份是 {meant}")
        want(made.serial == number, f"{file}：编号写的是 {made.serial}")
        want(made.by in team, f"{file}：写的人 {made.by} 不在检查组里")
        want(
            not made.decided_by or made.decided_by in team, f"{file}：确认的人 {made.decided_by} 不在检查组里"
        )
        try:
            after = with_supplement(right, made)
        except Invalid as reason:
            raise Invalid(f"{file}：{str(reason).replace(FINDINGS, '补正以后的现场记录', 1)}") from None
        right = after if made.decision == "confirm" else right
        found.append(made)
    return found


def check_earlier(case: Case, record: FieldRecord | VisitRecord) -> list[Earlier]:
    """Each record that was set aside is whole, of this visit, and named with who opened it again and why."""
    rows: list[Earlier] = []
    if EARLIER in case.texts:
        draw, rows = parse_earlier(text_of(case.texts, EARLIER))
        want(draw == record.draw, f"{EARLIER} 第 1 行：抽签编号是 {draw}，应为 {record.draw}")
    folders = {f"earlier/{row.number}/" for row in rows}
    for path in sorted(case.found):
        parts = IS_EARLIER(path)
        want(not parts or parts[1] in folders, f"{path}：{EARLIER} 里没有这一份")
    for row in rows:
        folder = f"earlier/{row.number}/"
        want(folder + RECORD in case.texts, f"{EARLIER}：第 {row.number} 份不在案卷里")
        meant = digest_of(case.texts, folder + RECORD)
        want(row.record == meant, f"{folder}{RECORD}：指纹是 {meant}，{EARLIER} 里是 {row.record}")
        try:
            old = parse_field_record(text_of(case.texts, folder + RECORD))
        except Invalid as reason:
            raise Invalid(f"{folder}{reason}") from None
        want((old.draw, old.unit) == (record.draw, record.unit), f"{folder}{RECORD}：不是这次检查的")
        check_signatures(case, old, folder)
        check_supplements(case, old, folder)
    return rows


def check_removed(case: Case, record: FieldRecord | VisitRecord) -> list[Removed]:
    """Each piece of evidence that was taken out is named with who did it and why; its files are what they were."""
    rows: list[Removed] = []
    if REMOVED in case.texts:
        draw, rows = parse_removed(text_of(case.texts, REMOVED))
        want(draw == record.draw, f"{REMOVED} 第 1 行：抽签编号是 {draw}，应为 {record.draw}")
    known, there = {row.digest for row in rows}, set()
    for path, (document, _) in sorted(case.found.items()):
        if parts := IS_REMOVED(path):
            want(parts[1] in known, f"{path}：{REMOVED} 里没有这一份")
            want(
                parts[2] == "copy.jpg" or document == parts[1],
                f"{path}：指纹是 {document}，和文件名里的不同",
            )
        if parts := parts or IS_EVIDENCE(path):
            there.add(parts[1])
    for row in rows:
        want(row.digest in there, f"{REMOVED}：移除的证据 {row.digest} 不在案卷里")
    return rows


def check_own_finding(
    case: Case, record: FieldRecord | VisitRecord, supplements: Sequence[Supplement]
) -> str:
    """The published finding is of this visit, and says what the record says with its confirmed supplements."""
    finding = own_finding(case, record)
    for made in supplements:
        if isinstance(record, FieldRecord) and made.decision == "confirm":
            record = with_supplement(record, made)
    want((finding.draw, finding.unit) == (record.draw, record.unit), f"{FINDING}：不是这次检查的")
    if isinstance(finding, OldFinding):
        return "finding/1，各项内容没有逐一核对"
    want(
        finding.visited == record.visited[:10],
        f"{FINDING}：检查日期是 {finding.visited}，现场记录和补正是 {record.visited[:10]}",
    )
    same_as(dict(finding.points), {key: verdict for key, verdict, _ in record.point})
    same_as({row[:2]: row[2] for row in finding.readings}, {row[:2]: row[2] for row in record.reading})
    same_as(dict(finding.facilities), dict(record.facility))
    return ""


def same_as(published: dict[Any, str], seen: dict[Any, str]) -> None:
    """What was published of points, readings or facilities is what was seen of them, no more and no less."""
    for key in sorted({*published, *seen}):
        there, here = (which.get(key, "没有这一项") for which in (published, seen))
        name = key if isinstance(key, str) else " ".join(key)
        want(there == here, f"{FINDING}：{name} 是 {there}，现场记录和补正是 {here}")


def own_finding(case: Case, record: FieldRecord | VisitRecord) -> FindingRecord | OldFinding:
    try:
        finding = parse_record(text_of(case.texts, FINDING))
    except Invalid as reason:
        raise Invalid(str(reason).replace(FINDINGS, FINDING, 1)) from None
    if isinstance(record, VisitRecord) and isinstance(finding, OldFinding):
        return finding
    if not isinstance(finding, FindingRecord):
        raise Invalid(f"{FINDING}：应为一条 finding/2")
    return finding


def check_own_log(case: Case, record: FieldRecord | VisitRecord) -> str:
    """The rows of the log have the digests of this record and of its finding; without a record, that of the finding."""
    rows = parse_rows(text_of(case.texts, LOG))
    salt = text_of(case.texts, SALT) if SALT in case.texts else ""
    if salt:
        want(parse_salt(salt).draw == record.draw, f"{SALT}：不是这次抽签的")
    subject = f"{record.draw}/{salted_subject(salt, record.unit) if salt else record.unit}"
    files = (
        (("audit", RECORD), ("finding", FINDING))
        if isinstance(record, FieldRecord)
        else (("finding", FINDING),)
    )
    want(len(rows) >= len(files), f"{LOG}：应有现场记录和检查结果两行")
    for row, (kind, file) in zip(rows[-len(files) :], files, strict=True):
        want(
            (row.kind, row.subject) == (kind, subject),
            f"{at(row)}应为 {kind} {subject}，实为 {row.kind} {row.subject}",
        )
        if file in case.texts:
            meant = digest(salt + text_of(case.texts, file))
            want(row.digest == meant, f"{at(row)}{file} 的指纹应为 {meant}，实为 {row.digest}")
    told = "、".join(str(row.index) for row in rows[-len(files) :])
    return f"公开日志第 {told} 条，请和网站上的公开日志对照，末行链值 {rows[-1].chain}"


def say_signed(report: "Report", rows: Sequence[Signature]) -> None:
    """Who signed what, and what was said."""
    for row in rows:
        who = "，".join(part for part in (row.name, row.post or row.number) if part)
        words = "".join(
            f"，{what}：{shown(text)}"
            for what, text in (
                ("原因" if row.kind in BY_FIRM else "内容", row.words),
                ("见证人", row.witness),
            )
            if text
        )
        level = "warn" if row.kind == "object" else "note"
        report.say(level, SIGNINGS[row.kind], f"{who + '，' if who else ''}{spoken(row.at)}{words}")


def changed_lines(made: Supplement) -> list[tuple[bool, str]]:
    """(it is the old one, line) of what a supplement puts right, TABs as spaces."""
    rows = [(True, line) for line in made.was] + [(False, line) for line in made.now]
    return [(old, line.replace("\t", " ")) for old, line in rows]


def check_case(case: Case) -> list[Check]:
    """All checks of a case file."""
    report = Report()
    rows = report.step(f"目录 {CONTENTS} 和案卷里的文件逐个一致", check_contents, case)
    what = f"检查情况 {VISIT}" if VISIT in case.texts else f"现场记录 {RECORD}"
    record = report.step(f"{what} 合乎格式", lambda _: own_record(case), rows)
    if isinstance(record, VisitRecord):
        supplements: list[Supplement] | None = []
        say_bare(report, record)
    else:
        supplements = check_record(report, case, record)
    report.step("证据都在，没有换过", lambda record: check_evidence(case, record), record)
    named = {row[0] for row in record.evidence} if record else set()
    late = {parts[1] for path in case.found if (parts := IS_EVIDENCE(path))} - named
    if record and late:
        report.say("warn", "记录固定以后补充的证据", f"{len(late)} 份，不在签过字的现场记录里，见目录")
    earlier = report.step(
        "重新打开过的现场记录都写明了谁、为什么", lambda record: check_earlier(case, record), record
    )
    for old in earlier or ():
        told = f"{old.by}，{spoken(old.at)}，原因：{shown(old.because)}，指纹 {old.record}"
        report.say("note", f"第 {old.number} 份现场记录重新打开过", told)
    removed = report.step("移除的证据都写明了谁、为什么", lambda record: check_removed(case, record), record)
    for gone in removed or ():
        told = f"{gone.by}，{spoken(gone.at)}，原因：{shown(gone.because)}"
        report.say("note", f"移除过证据 {gone.digest}", told)
    if FINDING in case.texts:
        report.step(
            f"公开的检查结果 {FINDING} 和现场记录、补正一致",
            lambda record, made: check_own_finding(case, record, made),
            record,
            supplements,
        )
    if LOG in case.texts:
        report.step(
            "公开日志里登记的就是这份现场记录和检查结果", lambda record: check_own_log(case, record), record
        )
    else:
        report.say(
            "note",
            f"没有 {LOG}",
            "检查结果还没有公开，或者抽签还在密封期间：没有公开的指纹可以对照，只能看出案卷自身前后一致",
        )
    return report.lines


def say_bare(report: "Report", visit: VisitRecord) -> None:
    """Say of a visit without a record that nobody stands by it."""
    told = f"{visit.draw} 抽中的 {visit.unit} {shown(visit.name)}，{visit.visited} 检查"
    report.say("note", "案卷", told)
    why = "这次检查在有现场记录以前办理：没有固定、另一名执法人员确认、当事人签字，只有系统里存的内容"
    report.say("warn", "没有现场记录", why)


def check_record(report: "Report", case: Case, record: FieldRecord | None) -> list[Supplement] | None:
    """Check and say who stands by the record, and what was put right in it; gives the supplements."""
    if record:
        report.say(
            "note",
            "案卷",
            f"{record.draw} 抽中的 {record.unit} {shown(record.name)}，{record.visited} 检查，现场记录的指纹 {digest_of(case.texts, RECORD)}",
        )
    signed = report.step(
        "固定、确认和签字都是对着这份现场记录的", lambda record: check_signatures(case, record), record
    )
    say_signed(report, signed or ())
    supplements = report.step(
        "补正都是对着这份现场记录的，由另一名执法人员处理",
        lambda record: check_supplements(case, record),
        record,
    )
    for made in supplements or ():
        state = {"confirm": "已确认", "object": "另一名执法人员不同意", "": "还没有确认"}[made.decision]
        if made.note:
            state += f"（{shown(made.note)}）"
        lines = "".join(f"，{'原为' if at else '改为'}：{shown(line)}" for at, line in changed_lines(made))
        report.say("note", f"第 {made.serial} 次补正", f"{state}：{shown(made.text)}{lines}")
    return supplements


# ---- The command line: everything in a bundle is data [The verifiers' command line] ----


def capped(file: IO[bytes], name: str, files: dict[str, bytes]) -> bytes:
    """What the open file really holds, whatever size it declares, within the caps."""
    cap = min(FILE_CAP, TOTAL_CAP - sum(map(len, files.values())))
    data = file.read(cap + 1)
    if len(data) > cap:
        raise Unreadable(f"{shown(name)} 太大")
    return data


def read_folder(path: str, wanted: Collection[str]) -> dict[str, bytes]:
    """File name -> bytes; no bytes of files that are not wanted."""
    files: dict[str, bytes] = {}
    for name in sorted(os.listdir(path)):
        files[name] = b""
        if name in KNOWN and not stat.S_ISREG(os.lstat(os.path.join(path, name)).st_mode):
            raise Unreadable(f"{name} 是链接或特殊文件")
        if name in wanted:
            with open(os.path.join(path, name), "rb") as file:
                files[name] = capped(file, name, files)
    return files


def read_zip(path: str, wanted: Collection[str]) -> dict[str, bytes]:
    """The same from a zip; Unreadable for unsafe names, links, names that stand twice, and odd ways of packing."""
    if not os.path.isfile(path) or os.path.getsize(path) > TOTAL_CAP:
        raise Unreadable(f"没有这个文件，或者太大：{shown(path)}")
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as bundle:
        for entry in sound_entries(path, bundle):
            name = entry.orig_filename
            files[name] = b""
            if name in wanted:
                with bundle.open(entry) as file:
                    files[name] = capped(file, name, files)
                same_size(name, len(files[name]), entry)
    return files


def sound_entries(path: str, bundle: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries of a zip, none of which is odd; their bytes are still to be counted."""
    check_frame(path, len(bundle.infolist()), len(bundle.comment))
    if len(bundle.infolist()) > ENTRY_CAP:
        raise Unreadable("压缩包里的文件太多")
    seen: set[str] = set()
    for entry in bundle.infolist():
        name, kind = entry.orig_filename, stat.S_IFMT(entry.external_attr >> 16)
        if not name or re.search(r"[\\:\0]|^/", name) or {".", ".."} & set(name.split("/")):
            raise Unreadable(f"压缩包里有不安全的文件名：{shown(name)}")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Unreadable(f"压缩包里有链接或特殊文件：{shown(name)}")
        if (
            name in seen
            or entry.flag_bits & ENCRYPTED
            or entry.compress_type not in (0, zipfile.ZIP_DEFLATED)
        ):
            raise Unreadable(f"压缩包里的文件重复、加密或压缩方式不常见：{shown(name)}")
        seen.add(name)
    return bundle.infolist()


def same_size(name: str, size: int, entry: zipfile.ZipInfo) -> None:
    if size != entry.file_size:
        raise Unreadable(f"压缩包里的 {shown(name)} 与压缩包所写的大小不符")


def read_case(path: str) -> Case | None:
    """A case file; None where PATH has no contents.tsv and is something else. Evidence is digested, never held as a whole."""
    if os.path.isdir(path):
        if os.path.exists(os.path.join(path, CONTENTS)):
            raise Unreadable("这是解开的案卷，请直接给出下载的 zip 文件")
        return None
    if not os.path.isfile(path) or not zipfile.is_zipfile(path) or os.path.getsize(path) > TOTAL_CAP:
        return None  # which read_path says
    case, left, texts_left = Case({}, {}), TOTAL_CAP, CASE_TEXTS_CAP
    with zipfile.ZipFile(path) as bundle:
        if CONTENTS not in bundle.namelist():
            return None
        for entry in sound_entries(path, bundle):
            name, sha, size, kept = entry.orig_filename, hashlib.sha256(), 0, []
            is_text = name.endswith((".txt", ".tsv"))
            cap = min(CASE_TEXT_CAP, texts_left) if is_text else min(CASE_FILE_CAP, left)
            with bundle.open(entry) as file:
                while part := file.read(min(1 << 20, cap + 1 - size)):
                    size += len(part)
                    if size > cap:
                        raise Unreadable(f"{shown(name)} 太大")
                    sha.update(part)
                    if is_text:
                        kept.append(part)
            same_size(name, size, entry)
            left -= size
            case.found[name] = sha.hexdigest(), size
            if is_text:
                texts_left -= size
                case.texts[name] = b"".join(kept)
    return case


def check_frame(path: str, entries: int, comment: int) -> None:
    """One plain archive and nothing else: what stands before or behind it may be another archive to another program."""
    with open(path, "rb") as file:
        start = file.seek(-22 - comment, os.SEEK_END)
        mark, *disks, here, count, size, offset, length = struct.unpack("<4s4H2LH", file.read(22))
    due = (b"PK\5\6", [0, 0], entries, entries, comment, start)
    if (mark, disks, here, count, length, offset + size) != due:
        raise Unreadable("压缩包损坏，或不是单独一个普通的 zip 文件")


def read_path(path: str, wanted: Collection[str] = KNOWN) -> dict[str, bytes]:
    """The files of a folder or a zip: name -> bytes, of those that are not wanted none."""
    return reading(path, lambda: read_folder(path, wanted) if os.path.isdir(path) else read_zip(path, wanted))


def reading(path: str, read: Callable[[], T]) -> T:
    """What read() gives; Unreadable, in words, for whatever it raises."""
    try:
        return read()
    except Unreadable:
        raise
    except OSError as error:
        raise Unreadable(not_read(path, error)) from None
    except Exception:  # zipfile raises half a dozen kinds on broken archives
        raise Unreadable(f"压缩包损坏，或不是 zip 文件：{shown(path)}，请重新下载") from None


MARKS = {
    "ok": "通过",
    "fail": "不通过",
    "skip": "未检查",
    "wait": "尚缺",
    "warn": "通过，但请注意",
    "lack": "不完整",
    "note": "说明",
}
USAGE = "用法：python verify.py [--result | --substitutes | --extends 日志、链值或检查点] 文件夹或压缩包"


def read_file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return capped(file, path, {})
    except OSError as error:
        raise Unreadable(not_read(path, error)) from None


def not_read(path: str, error: OSError) -> str:
    why = {
        FileNotFoundError: "没有这个文件，请核对文件名和所在的文件夹",
        PermissionError: "没有读它的权限，请换一个文件夹再试",
        IsADirectoryError: "这是文件夹，请给出其中的文件",
    }
    return f"读不了 {shown(path)}：{why.get(type(error), '磁盘或文件有问题，请复制到别处再试')}"


def main(arguments: list[str]) -> int:
    """Runs the command line; gives the exit status."""
    option = arguments[0] if arguments[:1] and arguments[0].startswith("--") else ""
    paths = arguments[bool(option) :]
    if option not in ("", "--result", "--substitutes", "--extends") or len(paths) != 1 + (
        option == "--extends"
    ):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        earlier = read_file(paths[0]) if option == "--extends" else None
        if option == "--result":
            drawn = draw_files(read_path(paths[-1], SIX))
            sys.stdout.buffer.write(result_text(drawn.commit.draw, drawn.rows).encode())
            return 0
        if option == "--substitutes":
            sys.stdout.buffer.write(substitute_files(read_path(paths[-1], {*SIX, SUBSTITUTES})).encode())
            return 0
        case = None if option else reading(paths[-1], lambda: read_case(paths[-1]))
        if case:
            report = check_case(case)
        else:
            own = hashlib.sha256(read_file(__file__)).hexdigest()
            report = check(read_path(paths[-1]), own, earlier)
    except (Invalid, Unreadable) as reason:
        print(reason, file=sys.stderr)
        return 2 if isinstance(reason, Unreadable) else 1
    for line in report:
        print(f"{MARKS[line.level]}：{line.what}" + f"（{line.detail}）" * bool(line.detail))
    print(f"结论：{verdict(report)}")
    if not all(line.ok for line in report):
        return 1
    return 3 if any(line.level == "lack" for line in report) else 0


if __name__ == "__main__":
    gc.disable()  # a million tuples, no cycles
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
