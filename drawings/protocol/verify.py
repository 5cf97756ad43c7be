"""Draws and verifies by the protocol draw/1: the site draws with this very file, and anyone can check a draw with it.

    python verify.py PATH             PATH: a folder, or a bundle's zip; prints one line per check
    python verify.py --result PATH    only compute result.tsv and write it to standard output

Exit status 0: every check holds; 1: one does not; 2: PATH cannot be read. Python 3.11, standard library only.
Words in [brackets] name sections of the protocol. Whatever is not of its form raises Invalid.
"""

import gc
import hashlib
import heapq
import os
import re
import stat
import sys
import unicodedata
import zipfile
from bisect import insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from io import TextIOWrapper
from typing import IO, Any, NamedTuple, TypeVar

COMMIT, POOL, OFFICERS, ENTROPY = "commit.txt", "pool.tsv", "officers.tsv", "entropy.txt"
RESULT, LOG, PROGRAMS = "result.tsv", "log.tsv", ("verify.py", "verify.mjs")
KNOWN = {COMMIT, POOL, OFFICERS, ENTROPY, RESULT, LOG, *PROGRAMS}
DRAWABLE, COUNTED = {"in", "again"}, {"in", "again", "capped"}
STANDINGS = {word: word for word in ("in", "again", "capped", "stopped", "exempt")}
KINDS = {"commit", "entropy", "result", "publish", "unseal", "void"}
KINDS |= {"substitute-unit", "substitute-officer", "finding", "correction"}
KINDS |= {"audit", "plan"}  # of the site, not of a draw: they may stand anywhere
NO_CHAIN = "0" * 64  # the chain value before the first row of the log
ENOUGH = 64_000  # thousandths of a bit that the public can see
FILE_CAP, TOTAL_CAP, ENTRY_CAP = 400 << 20, 900 << 20, 1000  # bytes of a file, of all, names in a zip

# Explicit ASCII forms, always matched as a whole: \d and \w would let exotic digits and letters in.
ID = r"(?:[0-9A-Za-z_-]{2,55}|[0-9A-Za-z_])"  # `-` alone is no id
COUNT, HEX, SALT = r"(?:0|[1-9][0-9]{0,8})", r"[0-9a-f]{64}", r"[0-9a-f]{32}"
IS_ID, IS_COUNT, IS_HEX = (re.compile(form).fullmatch for form in (ID, COUNT, HEX))
IS_RULE = re.compile(rf"(officers\*)?({COUNT})/({COUNT})").fullmatch
TWO = "([0-9][0-9])"
IS_TIME = re.compile(rf"([0-9]{{4}})-{TWO}-{TWO}T{TWO}:{TWO}:{TWO}\+{TWO}:{TWO}").fullmatch


class Unit(NamedTuple):
    unit: str
    stratum: str
    speciality: str
    standing: str
    recused: tuple[str, ...]  # officers
    name: str


class Officer(NamedTuple):
    officer: str
    specialities: tuple[str, ...]
    load: int  # places held
    name: str


class Stratum(NamedTuple):
    code: str
    rule: str
    base: int
    take: int


class Source(NamedTuple):
    source: str
    label: str
    time: str


class Value(NamedTuple):
    source: str
    label: str
    value: str


class Row(NamedTuple):
    stratum: str
    rank: int
    unit: str
    ticket: str
    lead: str
    second: str
    note: str


class LogRow(NamedTuple):
    index: int  # type: ignore[assignment]  # the protocol's word hides the method of tuples
    time: str
    kind: str
    subject: str
    digest: str
    chain: str


class Pool(NamedTuple):
    draw: str
    salt: str
    units: list[Unit]


class Roster(NamedTuple):
    draw: str
    salt: str
    officers: list[Officer]


class Result(NamedTuple):
    draw: str
    salt: str
    rows: list[Row]


class Check(NamedTuple):
    what: str
    ok: bool
    detail: str
    level: str  # ok, fail, warn (holds, but read this), note


class Unmatched(NamedTuple):
    """Units and how many officers could go there."""

    few_matching: list[tuple[Unit, int]]
    few_at_all: list[tuple[Unit, int]]


class Commit(NamedTuple):
    """commit.txt. pool, officers: digests; program: two digests or `-`; team, disclosure: `cross`, `open` and so on."""

    bureau: str
    draw: str
    previous: str
    pool: str
    pool_rows: int
    officers: str
    officers_rows: int
    program: tuple[str, ...]
    strata: tuple[Stratum, ...]
    team: str
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


def shown(text: str) -> str:
    """Foreign text in a message: short, and escaped so that it cannot steer a terminal."""
    return repr(text[:60]) + "…" * (len(text) > 60)


# ---- Words [Files] ----


def digest(text: str) -> str:
    """H: SHA-256 of the UTF-8 bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_id(text: str) -> bool:
    return IS_ID(text) is not None


def is_count(text: str) -> bool:
    return IS_COUNT(text) is not None


def is_name(text: str) -> bool:
    """1 to 200 characters in NFC; no control, format or separator characters; no white space at the ends."""
    if not 1 <= len(text) <= 200 or text[0].isspace() or text[-1].isspace():
        return False
    refused = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    if not text.isprintable() and refused.intersection(map(unicodedata.category, text)):
        return False
    return unicodedata.is_normalized("NFC", text)


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


def instant(time: str) -> int:
    """Seconds on a common clock of `YYYY-MM-DDThh:mm:ss+hh:mm`, a real date with an offset below 24 hours."""
    parts = IS_TIME(time)
    if not parts:
        raise Invalid(f"时间应写作 2026-10-08T15:30:00+08:00，实为 {shown(time)}")
    year, month, day, hour, minute, second, hours, minutes = map(int, parts.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second)
    except ValueError:
        raise Invalid(f"没有这个时刻：{time}") from None
    want(hours <= 23 and minutes <= 59, f"时差不对：{time}")
    clock = (moment.hour - hours) * 3600 + (moment.minute - minutes) * 60 + moment.second
    return moment.toordinal() * 86400 + clock


# ---- Sources of entropy [entropy.txt] ----


class Kind(NamedTuple):
    """A kind of source. thousandths: bits x 1000 of a value, or of one throw; label, value: forms; shape: in words."""

    title: str
    thousandths: int
    dice: bool
    label: str
    value: str
    shape: str


THROWS, ISSUE = r"[1-9][0-9]{0,2}", r"[0-9A-Za-z/_-]{1,80}"
REDS, BLUE = r"(?:(?:0[1-9]|[12][0-9]|3[0-3]) ){6}", r"(?:0[1-9]|1[0-6])"
SOURCES = {
    "dice10": Kind("十面骰", 3321, True, THROWS, r"[0-9]+", "每次一位数字 0-9"),
    "dice6": Kind("六面骰", 2584, True, THROWS, r"[1-6]+", "每次一位数字 1-6"),
    "ssq": Kind("双色球", 24076, False, ISSUE, REDS + BLUE, "六个红球 01-33 由小到大，再一个蓝球 01-16"),
    "pl5": Kind("排列5", 16609, False, ISSUE, r"[0-9](?: [0-9]){4}", "五个数字，中间空一格"),
    "fc3d": Kind("福彩3D", 9965, False, ISSUE, r"[0-9](?: [0-9]){2}", "三个数字，中间空一格"),
    "drand": Kind("drand 信标", 256000, False, HEX + r"/[1-9][0-9]{0,14}", HEX, "64 位小写十六进制"),
    "system": Kind("系统随机数", 0, False, r"os", HEX, "64 位小写十六进制"),
}


def kind_of(source: str, label: str) -> Kind:
    """The kind of a source whose label has the right form."""
    want(source in SOURCES, f"没有这种随机来源：{shown(source)}")
    want(re.fullmatch(SOURCES[source].label, label), f"{source} 的期号或次数不对：{shown(label)}")
    return SOURCES[source]


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


def lines_of(file: str, text: str) -> Iterator[str]:
    """Yields the lines without their LF, one at a time: a list of a million lines would cost 200 MB."""
    cr = text.find("\r")
    for wrong, place, reason in (
        (not text, 0, "文件是空的"),
        (text[:1] == "\ufeff", 0, "开头有 BOM"),
        (cr >= 0, cr, "有回车符 CR，行尾只能是 LF"),
        (text[-1:] != "\n", len(text), "最后一行没有换行符 LF"),
    ):
        if wrong:
            raise Invalid(f"{file} 第 {text.count(chr(10), 0, place) + 1} 行：{reason}")
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1


def read_table(
    file: str, text: str, head: str, width: int, read: Callable[..., T]
) -> tuple[tuple[str, ...], list[T]]:
    """((draw, salt), rows) of a .tsv file whose first line is `head draw salt`; a row is read(*its fields)."""
    lines = lines_of(file, text)
    line = next(lines)
    rows: list[T] = []
    try:
        first = re.fullmatch(rf"{head} ({ID}) ({SALT})" if file != LOG else head, line)
        if not first:
            raise Invalid(f"第一行应为「{head}{' 抽查编号 32位盐' * (file != LOG)}」")
        for line in lines:
            fields = line.split("\t")
            if len(fields) != width:
                raise Invalid(f"应有 {width} 栏，实有 {len(fields)} 栏")
            rows.append(read(*fields))
    except Invalid as reason:
        number = len(rows) + 2 if first else 1
        raise Invalid(f"{file} 第 {number} 行：{reason}") from None
    return first.groups(), rows


def in_order(ident: str, last: str) -> str:
    """An id that stands behind the last one of an ascending file."""
    if not IS_ID(ident):
        raise Invalid(f"编号不对：{shown(ident)}")
    if ident <= last:
        raise Invalid(f"编号应由小到大且不重复，{ident} 不能在 {last} 之后")
    return ident


def parse_pool(text: str) -> Pool:
    """pool.tsv; its messages are built when needed only, since it may have a million rows."""
    last = ""

    def read(unit: str, stratum: str, speciality: str, standing: str, recused: str, name: str) -> Unit:
        nonlocal last
        last = in_order(unit, last)
        if standing not in STANDINGS:
            raise Invalid(f"没有这种状态：{shown(standing)}")
        if not is_name(name):
            raise Invalid(f"名称不对：{shown(name)}")
        return Unit(unit, id_of(stratum), id_of(speciality), STANDINGS[standing], ids_of(recused), name)

    (draw, salt), units = read_table(POOL, text, "pool/1", 6, read)
    return Pool(draw, salt, units)


def parse_officers(text: str) -> Roster:
    """officers.tsv."""
    last = ""

    def read(officer: str, specialities: str, load: str, name: str) -> Officer:
        nonlocal last
        last = in_order(officer, last)
        want(is_count(load), f"已有任务数不对：{shown(load)}")
        want(is_name(name), f"姓名不对：{shown(name)}")
        return Officer(officer, ids_of(specialities), int(load), name)

    (draw, salt), officers = read_table(OFFICERS, text, "officers/1", 4, read)
    return Roster(draw, salt, officers)


def read_words(before: Sequence[object], *words: str) -> tuple[str, ...]:
    return words


def read_bureau(before: Sequence[object], bureau: str) -> str:
    want(is_name(bureau) and "  " not in bureau, f"机关名称不对：{shown(bureau)}")
    return bureau


def read_stratum(before: list[Stratum], code: str, rule: str, base: str, take: str) -> Stratum:
    want(all(code != other.code for other in before), f"类别 {code} 出现了两次")
    quota(rule, 0, 0)
    return Stratum(code, rule, int(base), int(take))


def read_source(before: list[Source], source: str, label: str, time: str) -> Source:
    """One entropy line, given the ones above it: ascending in time, dice first, `system` alone, none twice."""
    kind, moment = kind_of(source, label), instant(time)
    want(all((source, label) != other[:2] for other in before), f"来源 {source} {label} 出现了两次")
    for other in before[-1:]:
        want(instant(other.time) < moment, "随机来源的时间应由早到晚")
        want(SOURCES[other.source].dice or not kind.dice, "骰子应排在彩票和信标之前")
        want("system" not in (source, other.source), "system 只能单独使用")
    return Source(source, label, time)


COMMIT_LINES: tuple[
    tuple[str, str, str, Callable[..., Any]], ...
] = (  # in their order: word, form of the whole line, the form in words, reader
    ("draw-commit/1", r"draw-commit/1", "draw-commit/1", read_words),
    ("bureau", r"bureau (.+)", "bureau 机关名称", read_bureau),
    ("draw", rf"draw ({ID})", "draw 抽查编号", read_words),
    ("previous", rf"previous ({HEX})", "previous 前一条日志的链值", read_words),
    ("pool", rf"pool ({HEX}) ({COUNT})", "pool 摘要 行数", read_words),
    ("officers", rf"officers ({HEX}) ({COUNT})", "officers 摘要 行数", read_words),
    ("program", rf"program ({HEX}|-) ({HEX}|-)", "program 摘要 摘要", read_words),
    ("stratum", rf"stratum ({ID}) ([^ ]+) ({COUNT}) ({COUNT})", "stratum 类别 规则 基数 应抽", read_stratum),
    ("team", r"team 2 (cross|match)", "team 2 cross 或 team 2 match", read_words),
    ("entropy", r"entropy ([^ ]+) ([^ ]+) ([^ ]+)", "entropy 来源 期号或次数 时间", read_source),
    ("disclosure", r"disclosure (open|sealed)", "disclosure open 或 disclosure sealed", read_words),
)
MANY = {"stratum", "entropy"}  # once or more; all others once


def parse_commit(text: str) -> Commit:
    """commit.txt; Invalid also with fewer than 64 public bits, unless the source is `system`."""
    lines, number = list(lines_of(COMMIT, text)), 0
    parts: dict[str, list[Any]] = {}
    try:
        for word, form, shape, read in COMMIT_LINES:
            found = parts[word] = []
            while number < len(lines) and (word in MANY or not found):
                if not (match := re.fullmatch(form, lines[number])):
                    break
                found.append(read(found, *match.groups()))
                number += 1
            want(found, f"应为「{shape}」，实为 {shown(''.join(lines[number : number + 1]))}")
            if word == "entropy":
                check_bits(found)
        want(number == len(lines), "后面有多余的行")
    except Invalid as reason:
        raise Invalid(f"{COMMIT} 第 {number + 1} 行：{reason}") from None
    only = {word: found[0] for word, found in parts.items()}
    (pool, pool_rows), (officers, officers_rows) = only["pool"], only["officers"]
    return Commit(
        bureau=only["bureau"],
        draw=only["draw"][0],
        previous=only["previous"][0],
        pool=pool,
        pool_rows=int(pool_rows),
        officers=officers,
        officers_rows=int(officers_rows),
        program=only["program"],
        strata=tuple(parts["stratum"]),
        team=only["team"][0],
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
    heads = ["draw-entropy/1", f"commit {commit.digest}"]
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
    """result.tsv by its form alone: ranks from 1 in every stratum, no unit twice, two different officers."""
    units: set[str] = set()
    ranks: dict[str, int] = {}
    last = ""

    def read(stratum: str, rank: str, unit: str, ticket: str, lead: str, second: str, note: str) -> Row:
        nonlocal last
        want(all(map(is_id, (stratum, unit, lead, second))), "编号不对")
        want(stratum == last or stratum not in ranks, f"类别 {stratum} 分在了两处")
        ranks[stratum] = ranks.get(stratum, 0) + 1
        last = stratum
        want(rank == str(ranks[stratum]), f"名次应为 {ranks[stratum]}，实为 {shown(rank)}")
        want(unit not in units, f"污染源 {unit} 出现了两次")
        units.add(unit)
        want(IS_HEX(ticket), f"签号不对：{shown(ticket)}")
        want(lead != second, f"两名执法人员是同一人：{lead}")
        want(note in ("-", "cross"), f"备注不对：{shown(note)}")
        return Row(stratum, int(rank), unit, ticket, lead, second, note)

    (draw, salt), rows = read_table(RESULT, text, "result/1", 7, read)
    return Result(draw, salt, rows)


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

    return read_table(LOG, text, "log/1", 6, read)[1]


# ---- Writing: nothing is written that the parsers would refuse ----


def readback(text: str, parse: Callable[[str], object], meant: object) -> str:
    """The text, if its parser finds in it exactly what was meant: no TAB or LF inside a field gets through."""
    want(parse(text) == meant, "写出的内容读不回原样：某一栏里有不该有的字符或类型")
    return text


def write_table(head: str, rows: Iterable[Iterable[object]]) -> str:
    return "".join(["\t".join(map(str, fields)) + "\n" for fields in ([head], *rows)])


def write_pool(draw: str, salt: str, units: Iterable[Unit]) -> str:
    """pool.tsv, units and recusals put in order; salt: 32 lower-case hexadecimal digits, fresh for every draw."""
    units = sorted(unit._replace(recused=tuple(sorted(unit.recused))) for unit in units)
    rows = ((*unit[:4], ",".join(unit.recused) or "-", unit.name) for unit in units)
    return readback(write_table(f"pool/1 {draw} {salt}", rows), parse_pool, (draw, salt, units))


def write_officers(draw: str, salt: str, officers: Iterable[Officer]) -> str:
    """officers.tsv, officers and specialities put in order."""
    officers = sorted(who._replace(specialities=tuple(sorted(who.specialities))) for who in officers)
    rows = ((who.officer, ",".join(who.specialities) or "-", who.load, who.name) for who in officers)
    return readback(write_table(f"officers/1 {draw} {salt}", rows), parse_officers, (draw, salt, officers))


def write_commit(commit: Commit) -> str:
    """commit.txt; program, strata and sources may be lists."""
    commit = commit._replace(
        program=tuple(commit.program), strata=tuple(commit.strata), sources=tuple(commit.sources)
    )
    lines = (
        ("draw-commit/1",),
        ("bureau", commit.bureau),
        ("draw", commit.draw),
        ("previous", commit.previous),
        ("pool", commit.pool, commit.pool_rows),
        ("officers", commit.officers, commit.officers_rows),
        ("program", *commit.program),
        *(("stratum", *stratum) for stratum in commit.strata),
        ("team", 2, commit.team),
        *(("entropy", *source) for source in commit.sources),
        ("disclosure", commit.disclosure),
    )
    return readback("".join([" ".join(map(str, words)) + "\n" for words in lines]), parse_commit, commit)


def write_entropy(commit_digest: str, values: Iterable[Value]) -> str:
    """entropy.txt from (source, label, value) in the order of the commit."""
    want(IS_HEX(commit_digest), f"摘要不对：{shown(commit_digest)}")
    for value in values:
        check_value(*value)
    lines = ["draw-entropy/1", f"commit {commit_digest}", *map(" ".join, values)]
    return "\n".join(lines) + "\n"


def write_result(draw: str, salt: str, rows: Iterable[Row]) -> str:
    """result.tsv; the rows stay as they come: strata in the order of the commit, within each by rank."""
    rows = list(rows)
    return readback(write_table(f"result/1 {draw} {salt}", rows), parse_result, (draw, salt, rows))


def chain(previous: str, index: int, time: str, kind: str, subject: str, document: str) -> str:
    """The chain value of a row of the log; document: its digest [The log]."""
    return digest("\t".join([previous, str(index), time, kind, subject, document]))


def log_row(previous: str, index: int, time: str, kind: str, subject: str, document: str) -> LogRow:
    """A row of the log; previous: the chain value of the row before it, NO_CHAIN for the first."""
    instant(time)
    want(kind in KINDS, f"没有这种日志：{shown(kind)}")
    want(subject and not re.search(r"[\t\r\n]", subject), f"对象不对：{shown(subject)}")
    want(IS_HEX(document), f"摘要不对：{shown(document)}")
    return LogRow(index, time, kind, subject, document, chain(previous, index, time, kind, subject, document))


def write_log(rows: Iterable[LogRow]) -> str:
    """log.tsv."""
    rows = list(rows)
    return readback(write_table("log/1", rows), parse_log, rows)


# ---- What the commit fixes [commit.txt] ----


def quota(rule: str, base: int, officer_count: int) -> int:
    """Units that the rule asks for: `N/D` of the base or `officers*N/D`, rounded up in whole numbers."""
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


def having_of(officers: Iterable[Officer]) -> dict[str, set[str]]:
    """The officers of every speciality."""
    having: dict[str, set[str]] = {}
    for officer in officers:
        for speciality in officer.specialities:
            having.setdefault(speciality, set()).add(officer.officer)
    return having


def unmatched(units: Iterable[Unit], officers: Sequence[Officer]) -> Unmatched:
    """Units that may be drawn with fewer than two matching, and with fewer than two non-recused officers at all.

    Units with one speciality and one recusal list are counted once, so that a million cost little.
    """
    having, everybody = having_of(officers), {officer.officer for officer in officers}
    counts: dict[tuple[str, tuple[str, ...]], tuple[int, int]] = {}
    short = Unmatched([], [])
    for unit in units:
        if unit.standing in DRAWABLE:
            kind = unit.speciality, unit.recused
            if kind not in counts:
                match = having.get(unit.speciality, set())
                counts[kind] = len(match.difference(unit.recused)), len(everybody.difference(unit.recused))
            for found, count in zip(short, counts[kind], strict=True):
                if count < 2:
                    found.append((unit, count))
    return short


def check_digests(files: dict[str, bytes], commit: Commit, pool: Pool, roster: Roster) -> str:
    """Pool and officers are the very files that the commit promises."""
    for file, rows, meant, meant_rows in (
        (POOL, len(pool.units), commit.pool, commit.pool_rows),
        (OFFICERS, len(roster.officers), commit.officers, commit.officers_rows),
    ):
        found = digest_of(files, file)
        want(found == meant, f"{file}：摘要是 {found}，承诺的是 {meant}")
        want(rows == meant_rows, f"{file}：有 {rows} 行，承诺的是 {meant_rows} 行")
    return ""


def check_frozen(commit: Commit, pool: Pool, roster: Roster) -> str:
    """Commit, pool and officers are of one draw and one salt."""
    for file, table in ((POOL, pool), (OFFICERS, roster)):
        want(table.draw == commit.draw, f"{file} 第 1 行：抽查编号是 {table.draw}，{COMMIT} 是 {commit.draw}")
    want(pool.salt == roster.salt, f"{OFFICERS} 第 1 行：盐与 {POOL} 不同")
    return ""


def check_strata(commit: Commit, pool: Pool, roster: Roster) -> str:
    """Base and take of every stratum are what the rules give."""
    rules = [(stratum.code, stratum.rule) for stratum in commit.strata]
    strata = strata_of(pool.units, rules, len(roster.officers))
    for line, (right, found) in enumerate(zip(strata, commit.strata, strict=True), 8):
        for word, a, b in (("基数", right.base, found.base), ("应抽数", right.take, found.take)):
            want(a == b, f"{COMMIT} 第 {line} 行：类别 {right.code} 的{word}按规则是 {a}，承诺的是 {b}")
    return f"共抽 {sum(stratum.take for stratum in commit.strata)} 家"


def check_officers(commit: Commit, pool: Pool, roster: Roster) -> str:
    """Whatever may be drawn has two officers, matching ones where the commit says `match` [Teams 1, team 2 match]."""
    short = unmatched(pool.units, roster.officers)
    asked = [("可派", short.few_at_all)] + [("专业相符、可派", short.few_matching)] * (commit.team == "match")
    for word, units in asked:
        for unit, count in units[:1]:
            many = f"应有两名（共 {len(units)} 家如此）"
            raise Invalid(f"{POOL}：{unit.unit} {word}的执法人员只有 {count} 名，{many}")
    return ""


# ---- The draw [Arithmetic] ----


def seed(entropy_text: str, salt: str) -> str:
    """K."""
    return digest(f"{entropy_text}salt {salt}\n")


def ranking(units: Iterable[Unit], stratum: str, key: str, take: int | None = None) -> list[tuple[str, str]]:
    """(unit, ticket) of the stratum's units that may be drawn, in the order of drawing, the first `take`; key: K."""
    prefix, sha256 = digest(f"select {stratum} {key}").encode(), hashlib.sha256
    order = [  # one string sorts as (0 or 1, ticket, unit) does, twice as fast
        ("0" if unit.standing == "in" else "1") + sha256(prefix + unit.unit.encode()).hexdigest() + unit.unit
        for unit in units
        if unit.stratum == stratum and unit.standing in DRAWABLE
    ]
    order.sort()
    return [(line[65:], line[1:65]) for line in order[:take]]


ALL = "*"  # the ring of all officers; no speciality is called so


class Place:
    """A drawn unit and its team. ring: the speciality whose officers are open to it, or ALL; barred: all but those."""

    __slots__ = ("unit", "ring", "barred", "team")

    def __init__(self, unit: Unit, ring: str, barred: frozenset[str], team: list[str]):
        self.unit, self.ring, self.barred, self.team = unit, ring, barred, team


def places_of(units: Iterable[Unit], having: dict[str, set[str]]) -> list[Place]:
    """Step 1: two or more matching officers are open; fewer are pinned, and then all others are open."""
    kinds: dict[tuple[str, tuple[str, ...]], tuple[str, frozenset[str], set[str]]] = {}
    places: list[Place] = []
    for unit in units:
        kind = unit.speciality, unit.recused
        if kind not in kinds:
            match = having.get(unit.speciality, set()).difference(unit.recused)
            pinned = match if len(match) < 2 else set()
            ring = ALL if len(match) < 2 else unit.speciality
            kinds[kind] = ring, frozenset(unit.recused).union(pinned), pinned
        ring, barred, pinned = kinds[kind]
        places.append(Place(unit, ring, barred, list(pinned)))
    return places


def fill(
    places: list[Place], officers: Iterable[Officer], rings: dict[str, list[str]], kt: str
) -> dict[str, int]:
    """Step 2: fills the teams up to two, lowest load first; gives every officer's load.

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
        while len(place.team) < 2:
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


def teams_of(drawn: Iterable[Unit], officers: Sequence[Officer], key: str) -> dict[str, tuple[str, str, str]]:
    """unit -> (lead, second, note) for the drawn units; key: K [Teams]."""
    kt, having = digest("team " + key), having_of(officers)
    teams: dict[str, tuple[str, str, str]] = {}
    everybody = [officer.officer for officer in officers]
    everybody.sort(key=lambda who: (digest(f"{kt}r{who}"), who))
    rings = {speciality: [who for who in everybody if who in match] for speciality, match in having.items()}
    rings[ALL] = everybody
    order = sorted(drawn, key=lambda unit: (digest(f"{kt}u{unit.unit}"), unit.unit))
    places = places_of(order, having)
    level(places, fill(places, officers, rings, kt), rings)
    for place in places:
        lead, second = sorted(place.team, key=order_in_team(kt, "l", place.unit, having))
        cross = not having.get(place.unit.speciality, set()).issuperset(place.team)
        teams[place.unit.unit] = lead, second, "cross" if cross else "-"
    return teams


def compute(commit: Commit, pool: Pool, roster: Roster, entropy_text: str) -> str:
    """The text of result.tsv, from files that are checked already."""
    key = seed(entropy_text, pool.salt)
    strata: dict[str, list[Unit]] = {stratum.code: [] for stratum in commit.strata}
    for unit in pool.units:
        strata[unit.stratum].append(unit)
    chosen = {s.code: ranking(strata[s.code], s.code, key, s.take) for s in commit.strata}
    drawn = {unit for order in chosen.values() for unit, _ in order}
    teams = teams_of([unit for unit in pool.units if unit.unit in drawn], roster.officers, key)
    rows = (
        (code, rank, unit, ticket, *teams[unit])
        for code, order in chosen.items()
        for rank, (unit, ticket) in enumerate(order, 1)
    )
    return write_table(f"result/1 {commit.draw} {pool.salt}", rows)


def draw_files(files: dict[str, bytes]) -> str:
    """The text of result.tsv from the other files; Invalid where any of them breaks the protocol."""
    commit, pool = parse_commit(text_of(files, COMMIT)), parse_pool(text_of(files, POOL))
    roster, entropy_text = parse_officers(text_of(files, OFFICERS)), text_of(files, ENTROPY)
    check_digests(files, commit, pool, roster)
    for holds in (check_frozen, check_strata, check_officers):
        holds(commit, pool, roster)
    parse_entropy(entropy_text, commit)
    return compute(commit, pool, roster, entropy_text)


def draw(commit_text: str, pool_text: str, officers_text: str, entropy_text: str) -> str:
    """The same from texts: what the site calls."""
    texts = {COMMIT: commit_text, POOL: pool_text, OFFICERS: officers_text, ENTROPY: entropy_text}
    return draw_files({file: text.encode("utf-8", "surrogatepass") for file, text in texts.items()})


# ---- Substitutes: never picked by hand [Substitutes] ----


def substitute_units(units: Iterable[Unit], stratum: str, key: str, used: Collection[str]) -> list[str]:
    """The stratum's units in their order without the used ones, drawn or substitutes already; key: K."""
    return [unit for unit, _ in ranking(units, stratum, key) if unit not in used]


def substitute_officer(
    unit: Unit,
    officers: Sequence[Officer],
    key: str,
    team: Iterable[str] = (),
    unavailable: Iterable[str] = (),
) -> str | None:
    """Who joins the rest of the team; None when nobody is left, and the place stays open.

    unavailable: whom the log entry of the substitution declares so, with the officer who cannot go among them.
    """
    free = {officer.officer for officer in officers}.difference(unit.recused, team, unavailable)
    return min(free, key=order_in_team(digest("team " + key), "s", unit, having_of(officers)), default=None)


def substitute_team(
    unit: Unit, officers: Sequence[Officer], key: str, unavailable: Collection[str] = ()
) -> list[str]:
    """The team of a substitute unit, the lead first; fewer than two when nobody is left."""
    team: list[str] = []
    while len(team) < 2 and (officer := substitute_officer(unit, officers, key, team, unavailable)):
        team.append(officer)
    return team


# ---- Checks ----


def check_result(files: dict[str, bytes], commit: Commit, pool: Pool, roster: Roster) -> str:
    """result.tsv is what the other files give; otherwise says where it first differs."""
    found, right = text_of(files, RESULT), compute(commit, pool, roster, text_of(files, ENTROPY))
    if found == right:
        return f"{right.count(chr(10)) - 1} 家"
    parse_result(found)
    ours, theirs = right.split("\n"), found.split("\n")
    line = next((n for n, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]))
    raise Invalid(f"{RESULT} 第 {line + 1} 行：重新计算为 {ours[line]!r}，文件是 {theirs[line][:300]!r}")


def check_log(files: dict[str, bytes], rows: list[LogRow], commit: Commit, values: Iterable[Value]) -> str:
    """The log tells of this draw, in this order: its commit, each of its values, its result [The log].

    When two sources of a commit are of one kind, their rows have one subject; each value's digest must be there.
    """
    mine = [row for row in rows if row.subject.split("/")[0] == commit.draw or row.digest == commit.digest]
    commits, entries, results = (
        [r for r in mine if r.kind == kind] for kind in ("commit", "entropy", "result")
    )
    if not commits + entries + results:
        return Caution("日志里没有本次抽查")
    for kind, found, right in (
        ("commit", commits, commit.digest),
        ("result", results, digest_of(files, RESULT)),
    ):
        want([row.digest for row in found] == [right], f"{LOG}：本次抽查的 {kind} 应有一行，摘要为 {right}")
    number = commits[0].index
    before = rows[number - 2].chain if number > 1 else NO_CHAIN
    want(
        before == commit.previous,
        f"{LOG} 第 {number + 1} 行：前一链值是 {before}，承诺的是 {commit.previous}",
    )
    due = Counter((f"{commit.draw}/{value.source}", digest(" ".join(value))) for value in values)
    logged = Counter((row.subject, row.digest) for row in entries)
    for wrong, word in ((due - logged, "缺少"), (logged - due, "多出")):
        for subject, document in wrong:
            raise Invalid(f"{LOG}：{word} entropy 行 {subject} {document}")
    order = [row.index for row in commits + entries + results]
    want(order == sorted(order), f"{LOG}：本次抽查的行应依次为 commit、entropy、result")
    if any(row.kind == "void" for row in mine):
        return Caution("本次抽查已作废")
    first = commit.sources[0]
    if first.source != "system" and instant(commits[0].time) >= instant(first.time):
        return Caution(f"承诺登记于 {commits[0].time}，不早于第一个随机来源的时间 {first.time}")
    return ""


def check_program(files: dict[str, bytes], file: str, commit: Commit) -> str:
    found, meant = digest_of(files, file), commit.program[PROGRAMS.index(file)]
    want(found == meant or meant == "-", f"{file}：摘要是 {found}，承诺的是 {meant}")
    return "承诺中没有它的摘要" if meant == "-" else meant


def check(files: dict[str, bytes], own: str = "") -> list[Check]:
    """All checks of a bundle, given as file name -> bytes; own: digest of the running program, for a note."""
    report: list[Check] = []

    def step(what: str, function: Callable[..., T], *ground: object) -> T | None:
        """What function(*ground) gives; None where it fails, or where its ground has failed before."""
        try:
            want(all(part is not None for part in ground), "前面的检查没有通过，这一项没有检查")
            value = function(*ground)
        except Invalid as reason:
            report.append(Check(what, False, str(reason), "fail"))
            return None
        level = "warn" if isinstance(value, Caution) else "ok"
        report.append(Check(what, True, value if isinstance(value, str) else "", level))
        return value

    def form(file: str, parse: Callable[..., T], *ground: object) -> T | None:
        return step(f"{file} 格式", lambda *ground: parse(text_of(files, file), *ground), *ground)

    commit, pool, roster = form(COMMIT, parse_commit), form(POOL, parse_pool), form(OFFICERS, parse_officers)
    frozen = commit, pool, roster
    digests = step("名单的摘要和行数", lambda *frozen: check_digests(files, *frozen), *frozen)
    same = step("名单的抽查编号和盐", check_frozen, *frozen)
    strata = step("各类的基数和应抽数", check_strata, *frozen)
    officers = step("每家有两名执法人员可派", check_officers, *frozen)
    step("公开的随机性", lambda commit: check_bits(commit.sources), commit)
    values = form(ENTROPY, parse_entropy, commit)
    sound = digests, same, strata, officers, values
    result = step(
        f"{RESULT} 与重新计算一致",
        lambda commit, pool, roster, *_: check_result(files, commit, pool, roster),
        *(*frozen, *sound),
    )
    if LOG in files:
        rows = form(LOG, parse_log)
        step(
            f"{LOG} 中的本次抽查", lambda *ground: check_log(files, *ground[:3]), rows, commit, values, result
        )
    for file in PROGRAMS:
        if file in files:
            step(f"{file} 的摘要", lambda commit, file=file: check_program(files, file, commit), commit)
    if commit and own and own != commit.program[0]:
        report.append(Check("正在运行的程序", True, f"摘要是 {own}，承诺的是 {commit.program[0]}", "note"))
    for file in sorted(set(files) - KNOWN):
        report.append(Check("不认识的文件", True, f"没有检查：{shown(file)}", "note"))
    return report


# ---- The command line: everything in a bundle is data [The verifiers' command line] ----


def capped(file: IO[bytes], name: str, files: dict[str, bytes]) -> bytes:
    """What the open file really holds, whatever size it declares, within the caps."""
    cap = min(FILE_CAP, TOTAL_CAP - sum(map(len, files.values())))
    data = file.read(cap + 1)
    if len(data) > cap:
        raise Unreadable(f"{shown(name)} 太大")
    return data


def read_folder(path: str) -> dict[str, bytes]:
    """File name -> bytes; no bytes of unknown files."""
    files: dict[str, bytes] = {}
    for name in sorted(os.listdir(path)):
        files[name] = b""
        if name in KNOWN:
            if not stat.S_ISREG(os.lstat(os.path.join(path, name)).st_mode):
                raise Unreadable(f"{name} 是链接或特殊文件")
            with open(os.path.join(path, name), "rb") as file:
                files[name] = capped(file, name, files)
    return files


def read_zip(path: str) -> dict[str, bytes]:
    """The same from a zip; Unreadable for unsafe names, links, names that stand twice, and odd ways of packing."""
    if not os.path.isfile(path) or os.path.getsize(path) > TOTAL_CAP:
        raise Unreadable(f"没有这个文件，或者太大：{shown(path)}")
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as bundle:
        if len(bundle.infolist()) > ENTRY_CAP:
            raise Unreadable("压缩包里的文件太多")
        for entry in bundle.infolist():
            name, kind = entry.orig_filename, stat.S_IFMT(entry.external_attr >> 16)
            if re.search(r"[\\:\0]|^/", name) or ".." in name.split("/"):
                raise Unreadable(f"压缩包里有不安全的文件名：{shown(name)}")
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise Unreadable(f"压缩包里有链接或特殊文件：{shown(name)}")
            if name in files or entry.flag_bits & 1 or entry.compress_type not in (0, zipfile.ZIP_DEFLATED):
                raise Unreadable(f"压缩包里的文件重复、加密或压缩方式不常见：{shown(name)}")
            files[name] = b""
            if name in KNOWN:
                with bundle.open(entry) as file:
                    files[name] = capped(file, name, files)
    return files


def read_path(path: str) -> dict[str, bytes]:
    try:
        return read_folder(path) if os.path.isdir(path) else read_zip(path)
    except Unreadable:
        raise
    except Exception as error:  # zipfile raises half a dozen kinds on broken archives
        raise Unreadable(f"读不了 {shown(path)}：{type(error).__name__}") from None


MARKS = {"ok": "通过", "fail": "不通过", "warn": "通过，但请注意", "note": "说明"}


def main(arguments: list[str]) -> int:
    """Runs the command line; gives the exit status."""
    only_result = arguments[:1] == ["--result"]
    paths = arguments[only_result:]
    if len(paths) != 1 or paths[0].startswith("--"):
        print("用法：python verify.py [--result] 文件夹或压缩包", file=sys.stderr)
        return 2
    try:
        files = read_path(paths[0])
        if only_result:
            sys.stdout.buffer.write(draw_files(files).encode())
            return 0
    except (Invalid, Unreadable) as reason:
        print(reason, file=sys.stderr)
        return 2 if isinstance(reason, Unreadable) else 1
    with open(__file__, "rb") as program:
        report = check(files, hashlib.sha256(program.read()).hexdigest())
    for line in report:
        print(f"{MARKS[line.level]}：{line.what}" + f"（{line.detail}）" * bool(line.detail))
    failed = sum(not line.ok for line in report)
    print(f"结论：{failed} 项不通过" if failed else "结论：全部通过")
    return 1 if failed else 0


if __name__ == "__main__":
    gc.disable()  # a million tuples, no cycles
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
