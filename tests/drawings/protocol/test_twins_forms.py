"""Both verifiers draw the line between a legal file and a refused one at the same place; zips are a stranger's data."""

import random

import pytest
from protocol_cases import DRAWN, SALT, SEALS, SSQ, bundle, drawn, failed, logged, registry, texts
from twins import ask

from drawings.protocol import verify

pytestmark = pytest.mark.browser

FILES = drawn(bundle(*registry(5, 30, 6), sources=SEALS))
HEX = "ab" * 32
TIME = "2026-10-08T15:30:00+08:00"
COMMIT, POOL, OFFICERS, ENTROPY = (FILES[name].decode() for name in DRAWN)
UNIT = POOL.split("\n")[1].split("\t")
OFFICER = OFFICERS.split("\n")[1].split("\t")


def resealed(commit=COMMIT, pool=POOL, officers=OFFICERS, entropy=ENTROPY) -> dict[str, bytes]:
    """The four files with every digest made to fit again, so that only the form is at stake."""
    for old, new in ((POOL, pool), (OFFICERS, officers)):
        commit = commit.replace(verify.digest(old), verify.digest(new))
    entropy = entropy.replace(verify.digest(COMMIT), verify.digest(commit))
    return {name: text.encode() for name, text in zip(DRAWN, (commit, pool, officers, entropy), strict=True)}


def in_commit(old, *news):
    assert old in COMMIT
    return [resealed(commit=COMMIT.replace(old, new, 1)) for new in news]


def in_row(text, row, column, key, *values):
    old = "\t".join(row)
    changed = ["\t".join([*row[:column], value, *row[column + 1 :]]) for value in values]
    return [resealed(**{key: text.replace(old, new, 1)}) for new in changed]


def source(name, label, value):
    """The lottery replaced by another source."""
    line = f"{name} {label}"
    entropy = ENTROPY.replace(f"ssq 2026112 {SSQ}", f"{line} {value}")
    return resealed(commit=COMMIT.replace("ssq 2026112", line), entropy=entropy)


KEY = next(line for line in COMMIT.split("\n") if line.startswith("stratum key "))
CASES = {
    "bureau": in_commit(
        "bureau 平顶山市生态环境局舞钢分局",
        *("bureau a b", "bureau a  b", "bureau ", "bureau", "bureau a ", "bureau é", "bureau e\u0301", "bureau a\tb"),
        *("bureau a\u200b", "bureau a\u2028b", "bureau a\u0085b", f"bureau {'平' * 200}", f"bureau {'平' * 201}"),
    ),
    "time": in_commit(
        TIME,
        *("2026-10-08T15:30:00-08:00", "2026-10-08T15:30:00Z", "2026-10-08T15:30:00+23:59", "2026-10-08T15:30+08:00"),
        *("2026-10-08T15:30:00+24:00", "2026-10-08T15:30:00+08:60", "2026-02-30T15:30:00+08:00"),
        *("2024-02-29T15:30:00+08:00", "2100-02-29T15:30:00+08:00", "0001-01-01T00:00:00+08:00"),
        *("0000-01-01T00:00:00+08:00", "2026-10-08T24:00:00+08:00", "2026-10-08T23:59:60+08:00"),
        *("2026-10-08t15:30:00+08:00", "2026-10-08 15:30:00+08:00", "２026-10-08T15:30:00+08:00"),
        # the lottery's very instant, the same under another offset, a second earlier, and a day later
        *("2026-10-08T21:15:00+08:00", "2026-10-08T22:15:00+09:00", "2026-10-08T22:14:59+09:00"),
        *("2026-10-09T15:30:00+08:00", "2026-13-08T15:30:00+08:00", "2026-10-00T15:30:00+08:00"),
    ),
    "throws": in_commit("dice10 39 ", *(f"dice10 {n} " for n in ("039", "0", "1000", "3٩", "39.0", "38", ""))),
    "rule": in_commit(
        "stratum key 1/4 ",
        *(f"stratum key {rule} " for rule in ("2/8", "02/8", "1/0", "0/1", "5/4", "1/1000000000", "25%", "1/4/1")),
        *(f"stratum key officers*{rule} " for rule in ("0/1", "9/0", "1/", " 1/4", "999999999/1")),
    ),
    "strata": in_commit(KEY, f"{KEY}\n{KEY}", f"{KEY}\nstratum zz 1/4 0 0", f"{KEY}\nstratum - 1/4 0 0", KEY + " ", ""),
    "lines": [
        *in_commit(f"{verify.digest(POOL)} 30\n", *(f"{verify.digest(POOL)} {n}\n" for n in ("29", "31", "030", ""))),
        *in_commit(f"{verify.digest(OFFICERS)} 6\n", f"{verify.digest(OFFICERS)} 5\n"),
        *in_commit("program - -", f"program {HEX} {HEX}", f"program {HEX.upper()} -", "program -", "program  - -"),
        *in_commit("disclosure open\n", "disclosure open \n", "disclosure open\n\n", "disclosure sealed\n", "disclosure\n", ""),
        *in_commit("draw 2026Q4\n", "draw 2026Q4\ndraw 2026Q4\n", "draw -\n", "draw 2026Q3\n", ""),
        *in_commit("team 2 cross", "team 3 cross", "team 2 match", "team 2", "team  2 cross"),
        *in_commit(f"previous {'0' * 64}", f"previous {'0' * 63}", f"previous {'A' * 64}", f"previous {'a' * 64}"),
    ],
    "sources": [
        source(*words)
        for words in (
            *(("ssq", label, SSQ) for label in ("a", "_-/", "x" * 80, "x" * 81, "期", "-", "")),
            *(("drand", f"{HEX}/{end}", HEX) for end in ("1", "01", "0", "9" * 15, "a", "", "1/2")),
            *(("drand", label, HEX) for label in (f"{HEX.upper()}/1", "abc/1", HEX)),
            *(("drand", f"{HEX}/1", value) for value in (HEX.upper(), HEX[1:], HEX + "0")),
            *(("pl5", "26261", value) for value in ("1 2 3 4 5", "12345", "1 2 3 4", "1 2 3 4 ５", "1  2 3 4 5")),
            *(("fc3d", "1", value) for value in ("1 2 3", "1 2 3 ", "123")),
            *(("ssq", "1", f"{red} {blue}") for red in ("01 05 12 23 28 33",) for blue in ("16", "17", "00", "33", "1")),
            *(("ssq", "1", f"{red} 07") for red in ("00 05 12 23 28 33", "01 05 12 23 28 34", "05 01 12 23 28 33")),
            *(("ssq", "1", f"{red} 07") for red in ("01 01 12 23 28 33", "1 05 12 23 28 33", "01 05 12 23 28")),
            *(("system", "os", HEX), ("kuji", "1", "1"), ("constructor", "1", "1"), ("dice6", "2", "16")),
        )
    ],
    "ids": [
        *in_row(POOL, UNIT, 0, "pool", "-", "", " ", "é", "0 ", "0" * 55, "0" * 56, "٣"),
        *in_row(POOL, UNIT, 1, "pool", "-", "", "Key", "key "),
        *in_row(POOL, UNIT, 2, "pool", "-", "", "x" * 55, "x" * 56),
        *in_row(POOL, UNIT, 3, "pool", "In", "", "in "),
        *in_row(POOL, UNIT, 4, "pool", "-", "", "a", "a,b", "b,a", "a,a", "a,", ",a", "A,a", "a,A", "a,-", "a, b"),
        *in_row(OFFICERS, OFFICER, 1, "officers", "-", "", "s9", "s1,s0", "s0,s0"),
        *in_row(OFFICERS, OFFICER, 2, "officers", *("0", "00", "01", "999999999", "1000000000", "-1", "+1", "１", "")),
    ],
    "names": in_row(
        POOL, UNIT, 5, "pool",
        *("a", "a  b", " a", "a ", "a\u3000", "\xa0a", "a\xa0b", "a\u200db", "a\xadb", "a\ufeff", "a\u2028b", "a\u2029b"),
        *("a\u0085b", "a\x7fb", "a\x00b", "平" * 200, "平" * 201, "𠮷" * 200, "𠮷" * 201, "e\u0301", "é", "\u0301", "\ufffe"),
        *("😀", "\ue000", "\u180e", "\u1680a", "-", "", "a,b", "\u0378", "\U000110bd", "\uf900", "\u212b", "a\x1fb"),
    ),
    "heads": [
        *(resealed(pool=POOL.replace(SALT, salt)) for salt in (SALT[::-1], SALT.upper(), SALT[1:], "")),
        *(resealed(pool=POOL.replace("pool/1 2026Q4", head)) for head in ("pool/1 2026Q3", "pool/1  2026Q4", "pool/2 2026Q4")),
    ],
    "entropy": [
        resealed(entropy=text)
        for text in (ENTROPY + "\n", ENTROPY + "ssq 1 1\n", ENTROPY[:-1], ENTROPY.replace(" 39 ", "  39 "), "draw-entropy/1\n", "\n")
    ],
    "bytes": [
        {**resealed(), name: junk}
        for name in DRAWN
        for junk in (b"", b"\n", b"\xff\n", b"\xef\xbb\xbf" + FILES[name], FILES[name] + b"\n", b"\xed\xa0\x80\n")
    ],
}  # fmt: skip


def drawable_row() -> list[str]:
    rows = [line.split("\t") for line in POOL.split("\n")[1:-1]]
    return next(row for row in rows if row[3] == "in" and row[4] == "-")


def after_the_lottery() -> dict[str, bytes]:
    """Dice that are thrown when the lottery is known."""
    lines, values = COMMIT.split("\n"), ENTROPY.split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("entropy "))
    lines[at : at + 2] = [
        "entropy ssq 2026112 2026-10-08T21:15:00+08:00",
        "entropy dice10 39 2026-10-08T21:30:00+08:00",
    ]
    values[2:4] = reversed(values[2:4])
    return resealed(commit="\n".join(lines), entropy="\n".join(values))


STAFF = [line.split("\t")[0] for line in OFFICERS.split("\n")[1:-1]]
CASES["dice"] = [after_the_lottery(), resealed()]
CASES["recusals"] = [
    *in_row(
        POOL, drawable_row(), 4, "pool", *(",".join(STAFF[:number]) for number in range(1, len(STAFF) + 1))
    ),
    *in_row(POOL, drawable_row(), 4, "pool", ",".join(sorted([*STAFF[:-2], "zz-off-duty"]))),
]


@pytest.mark.parametrize("topic", CASES)
def test_both_accept_the_same_files_and_refuse_the_same(topic):
    def drawn_by_python(files):
        try:
            return verify.draw(*texts(files))
        except (verify.Invalid, UnicodeDecodeError):
            return None

    answers = ask([{"op": "compute", "files": files} for files in CASES[topic]])
    results = [drawn_by_python(files) for files in CASES[topic]]
    assert [answer.get("result") for answer in answers] == results
    assert None in results, "nothing was refused: the cases are no test"


def test_both_refuse_a_result_with_anything_more_or_less():
    text = FILES["result.tsv"]
    last = text.rstrip(b"\n").rpartition(b"\n")[2]
    results = [
        text,
        text + b"\n",
        text + last + b"\n",
        text + b"x\n",
        text[:-1],
        text.replace(b"\t-\n", b"\t-\t\n", 1),
    ]
    results += [
        text.replace(last + b"\n", b""),
        text.replace(b"\n", b"\n\n", 1),
        text.split(b"\n")[0] + b"\n",
    ]
    cases = [{**FILES, "result.tsv": result} for result in results]
    ours = [
        all(line["ok"] for line in answer)
        for answer in ask([{"op": "check", "files": each} for each in cases])
    ]
    assert ours == [not failed(each) for each in cases] == [True] + [False] * (len(results) - 1)


def chained(*rows) -> bytes:
    """A log of (index, time, kind, subject, digest) rows, sound in its chain whatever else they say."""
    lines, chain = ["log/1"], verify.NO_CHAIN
    for row in rows:
        chain = verify.digest("\t".join([chain, *row]))
        lines.append("\t".join([*row, chain]))
    return ("\n".join(lines) + "\n").encode()


def test_both_refuse_the_same_logs_whose_chain_is_sound():
    early, late = "2026-10-08T09:00:00+08:00", "2026-10-08T10:00:00+09:00"  # one instant, two offsets
    row = ("1", early, "publish", "x", HEX)
    cases = [
        [row],
        [row, ("2", late, "publish", "x", HEX)],
        [row, ("2", "2026-10-08T09:59:59+09:00", "publish", "x", HEX)],
        [row, ("3", late, "publish", "x", HEX)],
        [row, ("02", late, "publish", "x", HEX)],
        [row, ("2", "2026-10-08T09:00:00Z", "publish", "x", HEX)],
        [row, ("2", late, "published", "x", HEX)],
        [row, ("2", late, "audits", "audit/1", HEX)],
        [row, ("2", late, "publish", "", HEX)],
        [row, ("2", late, "publish", "x\ty", HEX)],
        [row, ("2", late, "publish", " x\u2028", HEX)],
        [row, ("2", late, "publish", "x", HEX.upper())],
        [row, ("2", late, "publish", "x", HEX[1:])],
    ]
    files = [{**FILES, "log.tsv": chained(*rows)} for rows in cases]
    ours = [
        all(line["ok"] for line in answer)
        for answer in ask([{"op": "check", "files": each} for each in files])
    ]
    assert ours == [not failed(each) for each in files]
    assert ours[:3] == [True, True, False]


def test_both_judge_the_log_alike():
    def changed(kind, subject, digest):
        return logged(FILES, lambda rows: [*rows, (rows[-1][0], kind, subject, digest)])

    cases = [
        changed(kind, subject, digest)
        for kind in ("commit", "entropy", "result", "void", "publish", "audit", "plan")
        for subject in ("2026Q4", "2026Q4-2", "2026Q4/ssq", "2026Q4/x", "2026Q3", "x y ")
        for digest in (HEX, verify.digest(COMMIT))
    ]
    cases.append(logged(FILES, lambda rows: [rows[0], rows[3], *rows[1:3]]))  # the result before its entropy
    # the commit names the chain value before it: not so where another row stands first
    cases.append(logged(FILES, lambda rows: [(rows[0][0], "publish", "x", HEX), *rows]))
    cases += [logged(FILES, lambda rows, keep=keep: rows[:keep]) for keep in range(5)]
    cases += [logged(FILES, lambda rows, n=n: rows[:n] + rows[n + 1 :]) for n in range(4)]
    cases += [
        {**logged(FILES), "log.tsv": data} for data in (b"", b"log/1\n", b"log/1", b"log/2\n", b"log/1\n\n")
    ]
    ours = [
        all(line["ok"] for line in answer)
        for answer in ask([{"op": "check", "files": files} for files in cases])
    ]
    assert ours == [not failed(files) for files in cases]
    assert {True, False} <= set(ours)


def test_both_let_rows_of_the_site_stand_anywhere():
    """`audit` and `plan` are of no draw, whatever their subject and digest are."""
    last = ("audit", "audit/12", HEX), ("plan", "2026-1", HEX), ("audit", "2026Q4", verify.digest(COMMIT))

    def everywhere(rows):
        yield from rows[:1]  # the commit names the chain value before it: nothing stands before this one here
        for row in rows[1:]:
            yield from ((row[0], *each) for each in last)
            yield row
        yield from ((rows[-1][0], *each) for each in last)

    files = logged(FILES, lambda rows: list(everywhere(rows)))
    (answer,) = ask([{"op": "check", "files": files}])
    assert failed(files) == [line["what"] for line in answer if not line["ok"]] == []
    assert any(line["what"].startswith("公开日志") for line in answer)


def test_no_bytes_make_the_program_stumble():
    """Scraps thrown into every file: each is answered by a check that fails, never by an error of the program."""
    dice = random.Random(7)
    scraps = [
        b"\n",
        b"\t",
        b" ",
        b"\0",
        b"\r",
        b"-",
        b"9" * 5000,
        "٣𠮷\u2028".encode(),
        b"\xed\xa0\x80",
        b"\xff",
        b"\n" * 50,
    ]
    whole, cases = logged(FILES), []
    for _ in range(1500):
        name = dice.choice(list(whole))
        data, start = whole[name], dice.randrange(len(whole[name]))
        changed = data[:start] + dice.choice(scraps) + data[start + dice.choice((0, 0, 1, 40, 10**6)) :]
        if changed != data:
            cases.append({**whole, name: changed})
    for answer in ask([{"op": "check", "files": files} for files in cases]):
        assert any(not line["ok"] for line in answer)
        assert all("程序出错" not in line["detail"] for line in answer)
