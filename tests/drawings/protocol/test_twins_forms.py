"""Both verifiers draw the line between a legal file and a refused one at the same place; zips are a stranger's data."""

import pytest
from protocol_cases import (
    DRAWN,
    SEALS,
    SSQ,
    bundle,
    drawn,
    entries_of,
    failed,
    named,
    registry,
    rich_bundle,
    texts,
)
from twins import agree, ask

from drawings.protocol import verify

pytestmark = pytest.mark.browser

UNITS, OFFICERS_ROWS = registry(5, 30, 6)
FILES = drawn(bundle(UNITS, OFFICERS_ROWS, sources=SEALS, entries=entries_of(UNITS)))
RICH = {name: data for name, data in rich_bundle().items() if name not in verify.PROGRAMS}
HEX = "ab" * 32
TIME = "2026-10-08T15:30:00+08:00"
COMMIT, POOL, OFFICERS, REGISTERS, SALT, ENTROPY = (FILES[name].decode() for name in DRAWN)
UNIT = POOL.split("\n")[1].split("\t")
OFFICER = OFFICERS.split("\n")[1].split("\t")
ENTRY = REGISTERS.split("\n")[1].split("\t")
NO_ENTRY = next(
    line.split("\t") for line in REGISTERS.split("\n") if "\t-\t" in line and not line.endswith("-")
)


def resealed(commit=COMMIT, pool=POOL, officers=OFFICERS, registers=REGISTERS, salt=SALT, entropy=ENTROPY):
    """The six files with every digest made to fit again, so that only the form is at stake."""
    pairs = ((POOL, pool), (OFFICERS, officers), (REGISTERS, registers), (SALT, salt))
    for old, new in pairs:
        commit = commit.replace(verify.digest(old), verify.digest(new))
    entropy = entropy.replace(verify.digest(COMMIT), verify.digest(commit))
    six = (commit, pool, officers, registers, salt, entropy)
    return {name: text.encode() for name, text in zip(DRAWN, six, strict=True)}


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
        *("bureau a b", "bureau a  b", "bureau ", "bureau", "bureau a ", "bureau é", "bureau e\u0301", "bureau a\tb", "bureau  a"),
        *("bureau a\u200b", "bureau a\u2028b", "bureau a\u0085b", f"bureau {'平' * 200}", f"bureau {'平' * 201}"),
    ),
    "time": in_commit(
        TIME,
        *("2026-10-08T15:30:00-08:00", "2026-10-08T15:30:00Z", "2026-10-08T15:30:00+14:59", "2026-10-08T15:30+08:00"),
        *("2026-10-08T15:30:00+15:00", "2026-10-08T15:30:00+08:60", "2026-02-30T15:30:00+08:00"),
        *("2024-02-29T15:30:00+08:00", "2100-02-29T15:30:00+08:00", "2000-02-29T00:00:00+08:00"),
        *("2000-01-01T00:00:00+14:59", "1999-12-31T23:59:59+08:00", "3000-01-01T00:00:00+08:00"),
        *("2026-10-08T24:00:00+08:00", "2026-10-08T23:59:60+08:00", "2026-10-08T15:30:00 08:00"),
        *("2026-10-08t15:30:00+08:00", "2026-10-08 15:30:00+08:00", "２026-10-08T15:30:00+08:00"),
        *("2026-10-08T15:30:00-00:00", "2026-10-08T07:30:00-14:59", "2026-10-08T07:30:00-15:00"),
        # the lottery's very instant, the same under another offset, a second earlier, and a day later
        *("2026-10-08T21:15:00+08:00", "2026-10-08T22:15:00+09:00", "2026-10-08T22:14:59+09:00"),
        *("2026-10-09T15:30:00+08:00", "2026-13-08T15:30:00+08:00", "2026-10-00T15:30:00+08:00"),
    ),
    "date": in_commit(
        " 2026-10-01 ",
        *(f" {day} " for day in ("2026-02-30", "2024-02-29", "2026-10-1", "1999-12-31", "2000-01-01", "2999-12-31", "3000-01-01")),
        *(f" {day} " for day in ("2026/10/01", "2026-10-01 ", "2026-10-01T00:00:00+08:00", "")),
    ),
    "registers": [
        *in_commit("register city ", "register - ", "register  city ", "register zz ", "register City "),
        *in_commit("program - -", "register zz 0 0 2026-10-01 空\nprogram - -"),
        *in_commit("city 名册", " 名册", "城", "a  b", "a ", "a\u200b", "平" * 200, "平" * 201),
        *in_row(REGISTERS, ENTRY, 0, "registers", "-", "", "City", "zz"),
        *in_row(REGISTERS, ENTRY, 1, "registers", "-", "", "0", "z", "x" * 55, "x" * 56),
        *in_row(REGISTERS, ENTRY, 2, "registers", "-", "", "nobody", UNIT[0], UNIT[0] + ","),
        *in_row(REGISTERS, ENTRY, 3, "registers", "closed", "", " "),
        *in_row(REGISTERS, NO_ENTRY, 3, "registers", "-", "", "merged", "x" * 55, "x" * 56, "é"),
        *in_row(REGISTERS, ENTRY, 4, "registers", HEX, HEX.upper(), HEX[1:], "-", ""),
    ],
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
        *in_commit(f"salt {verify.digest(SALT)}\n", f"salt {HEX}\n", f"salt {verify.digest(SALT)} \n", ""),
        *in_commit("program - -", f"program {HEX} {HEX}", f"program {HEX.upper()} -", "program -", "program  - -"),
        *in_commit("disclosure open\n", "disclosure open \n", "disclosure open\n\n", "disclosure sealed\n", "disclosure\n", ""),
        *in_commit("draw 2026Q4\n", "draw 2026Q4\ndraw 2026Q4\n", "draw -\n", "draw 2026Q3\n", ""),
        *in_commit("team bureau 2 cross", *(f"team bureau {n} cross" for n in ("3", "1", "0", "9", "10", "02", "")), "team bureau 2 match"),
        *in_commit("team bureau 2 cross", "team bureau 2", "team  bureau 2 cross", "team fire 2 cross", "team - 2 cross"),
        *in_commit("team bureau 2 cross", "team bureau 2 cross\nteam fire 1 cross", "team bureau 2 cross\nteam bureau 1 cross"),
        *in_commit("substitutes seed", *(f"substitutes fresh {s}" for s in ("pl5", "fc3d", "ssq", "drand", "dice10", "system", "x", ""))),
        *in_commit("substitutes seed", "substitutes seed ", "substitutes Seed", "substitutes", "substitutes seed pl5"),
        *in_commit(f"previous {'0' * 64}", f"previous {'0' * 63}", f"previous {'A' * 64}", f"previous {'a' * 64}"),
    ],
    "sources": [
        source(*words)
        for words in (
            *(("ssq", label, SSQ) for label in ("2026113", "026112", "20261120", "0000000", "2026-11", "期", "-", "")),
            *(("drand", f"{HEX}/{end}", HEX) for end in ("1", "01", "0", "9" * 15, "a", "", "1/2")),
            *(("drand", f"{verify.DRAND}/{end}", HEX) for end in ("1", "01", "0", "1000000000", "a", "", "1/2")),
            *(("drand", label, HEX) for label in (f"{HEX.upper()}/1", "abc/1", HEX)),
            *(("pl5", "26261", value) for value in ("1 2 3 4 5", "12345", "1 2 3 4", "1 2 3 4 ５", "1  2 3 4 5")),
            *(("fc3d", "2026261", value) for value in ("1 2 3", "1 2 3 ", "123")),
            *(("ssq", "2026112", f"{red} {blue}") for red in ("01 05 12 23 28 33",) for blue in ("16", "17", "00", "33", "1")),
            *(("ssq", "2026112", f"{red} 07") for red in ("00 05 12 23 28 33", "01 05 12 23 28 34", "05 01 12 23 28 33")),
            *(("ssq", "2026112", f"{red} 07") for red in ("01 01 12 23 28 33", "1 05 12 23 28 33", "01 05 12 23 28")),
            *(("system", "os", HEX), ("kuji", "1", "1"), ("constructor", "1", "1"), ("dice6", "2", "16")),
        )
    ],
    "ids": [
        *in_row(POOL, UNIT, 0, "pool", "-", "", " ", "é", "0 ", "0" * 55, "0" * 56, "٣"),
        *in_row(POOL, UNIT, 1, "pool", "-", "", "Key", "key "),
        *in_row(POOL, UNIT, 2, "pool", "-", "", "x" * 55, "x" * 56),
        *in_row(POOL, UNIT, 3, "pool", "In", "", "in "),
        *in_row(POOL, UNIT, 4, "pool", "-", "", "a", "a,b", "b,a", "a,a", "a,", ",a", "A,a", "a,A", "a,-", "a, b"),
        *in_row(OFFICERS, OFFICER, 1, "officers", "-", "", "Bureau", "fire"),
        *in_row(OFFICERS, OFFICER, 2, "officers", "-", "", "s9", "s1,s0", "s0,s0"),
        *in_row(OFFICERS, OFFICER, 3, "officers", *("0", "00", "01", "999999999", "1000000000", "-1", "+1", "１", "")),
    ],
    "name digests": [
        *in_row(POOL, UNIT, 5, "pool", HEX, HEX.upper(), HEX[1:], HEX + "0", "-", "", "厂"),
        *in_row(OFFICERS, OFFICER, 4, "officers", HEX, HEX.upper(), HEX[1:], HEX + "0", "-", "", "甲"),
    ],
    "heads": [
        *(resealed(salt=SALT.replace("0123", part)) for part in ("3210", "012", "01234", "ABCD", "")),
        *(resealed(salt=text) for text in (SALT * 2, SALT[:-1], SALT.replace("salt/2", "salt/1"), SALT.replace("2026Q4", "2026Q3"), "")),
        *(resealed(pool=POOL.replace("pool/2 2026Q4", head)) for head in ("pool/2 2026Q3", "pool/2  2026Q4", "pool/1 2026Q4", "pool/2")),
        *(resealed(registers=REGISTERS.replace("s/2 2026Q4", head)) for head in ("s/2 2026Q3", "s/2 2026Q4 ", "s/1 2026Q4")),
        *(resealed(commit=COMMIT.replace("draw-commit/2", head)) for head in ("draw-commit/1", "draw-commit/3", "draw-commit/2 ")),
    ],
    "entropy": [
        resealed(entropy=text)
        for text in (ENTROPY + "\n", ENTROPY + "ssq 1 1\n", ENTROPY[:-1], ENTROPY.replace(" 39 ", "  39 "), ENTROPY.replace("y/2", "y/1"), "draw-entropy/2\n", "\n")
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


def test_both_accept_and_refuse_the_same_substitutes():
    """Each field of each row in turn given every value that stands anywhere in the file, and a few that stand nowhere."""
    text = RICH["substitutes.tsv"].decode()
    head, *rows = [line.split("\t") for line in text.split("\n")[:-1]]
    strange = [
        "",
        "-",
        " ",
        "0",
        "x",
        "officer",
        "unit",
        "2026-10-08T21:14:59+08:00",
        "2026-10-08T21:15:00+08:00",
        "zz",
    ]
    cases = []
    for number, row in enumerate(rows):
        for column in range(10):
            for value in {*strange, *(other[column] for other in rows)}:
                changed = [*rows[:number], [*row[:column], value, *row[column + 1 :]], *rows[number + 1 :]]
                cases.append("\n".join(map("\t".join, [head, *changed])) + "\n")
    cases += [
        text + "\n",
        text[:-1],
        text.replace("2026Q4", "2026Q3", 1),
        text.replace("s/2", "s/1", 1),
        "substitutes/2 2026Q4\n",
    ]
    whole = {name: data for name, data in RICH.items() if name != "log.tsv"}
    ours = agree([{**whole, "substitutes.tsv": each.encode()} for each in cases])
    assert {True, False} <= set(ours)


def test_both_accept_and_refuse_the_same_names():
    name = named("unit", UNITS[0].unit)
    texts_of_names = [
        *(
            "a",
            "a b",
            "a  b",
            " a",
            "a ",
            "a\u3000",
            "\xa0a",
            "a\xa0b",
            "a\u200db",
            "a\xadb",
            "a\ufeff",
            "a\u2028b",
            "a\u2029b",
        ),
        *(
            "a\u0085b",
            "a\x7fb",
            "a\x00b",
            "平" * 200,
            "平" * 201,
            "𠮷" * 200,
            "𠮷" * 201,
            "e\u0301",
            "é",
            "\u0301",
            "\ufffe",
        ),
        *(
            "😀",
            "\ue000",
            "\u180e",
            "\u1680a",
            "-",
            "",
            "a,b",
            "\u0378",
            "\U000110bd",
            "\uf900",
            "\u212b",
            "a\x1fb",
            "か\u3099",
        ),
        *(chr(end) for span in verify.RANGES for end in (span[0] - 1, span[0], span[-1], span[-1] + 1)),
    ]
    cases = []
    for each in texts_of_names:
        digest = verify.name_digest(name.nonce, each)
        units = [UNITS[0]._replace(name=digest), *UNITS[1:]]
        files = bundle(units, OFFICERS_ROWS, sources=SEALS, entries=entries_of(UNITS))
        row, changed = "\t".join(name), "\t".join([*name[:3], each])
        cases.append({**files, "names.tsv": files["names.tsv"].decode().replace(row, changed).encode()})
    ours = agree(cases)
    assert {True, False} <= set(ours)


@pytest.mark.parametrize("whole", [FILES, RICH], ids=["without substitutes", "with all files"])
def test_both_judge_every_set_of_files_alike(whole):
    """Each stage of a draw, and each set of files that is no stage: 2 to the power of the files that may be missing."""
    names = [name for name in whole if name not in ("commit.txt", "log.tsv")]
    sets = [
        [name for bit, name in enumerate(names) if number >> bit & 1] for number in range(2 ** len(names))
    ]
    ours = agree([{name: data for name, data in whole.items() if name not in missing} for missing in sets])
    assert {True, False} <= set(ours)
