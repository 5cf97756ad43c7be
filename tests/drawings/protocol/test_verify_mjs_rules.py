"""Where `verify.mjs` draws the line: names, times, partial bundles, what the log must tell and what it must extend."""

import base64
import hashlib
import itertools
from unicodedata import is_normalized

import pytest
from sealed_files import VECTORS, chained, log_rows, resealed, sha256, vector
from twins import ask

pytestmark = pytest.mark.browser

WHOLE = vector("draw2/005")  # open, fresh fc3d, two registers, names, log
UNDER_SEED = vector("draw2/003")
PROTOCOL_RANGES = (  # as the protocol's table of characters has them
    "20-7E A1-AC AE-24F 370-377 37A-37F 384-38A 38C 38E-3A1 3A3-52F 2010-2027 2030-205E 2070-2071 2074-208E 20A0-20BF "
    "2100-218B 2190-23FF 2460-24FF 2500-27BF 3001-303F 3041-3096 3099-30FF 3105-312F 31A0-31BF 31F0-31FF 3220-33FF "
    "3400-4DBF 4E00-9FFC FF01-FF9F FFE0-FFE6 20000-2A6DD 2A700-2B734 2B740-2B81D 2B820-2CEA1 2CEB0-2EBE0 30000-3134A"
)


def checked(*bundles, earlier=None):
    """The lines for each bundle."""
    more = {} if earlier is None else {"earlier": earlier}
    return ask([{"op": "check", "files": files, **more} for files in bundles])


def passes(*bundles, earlier=None) -> list[bool]:
    return [all(line["ok"] for line in lines) for lines in checked(*bundles, earlier=earlier)]


def computed(*bundles) -> list[bool]:
    """Whether each is drawn at all."""
    return ["result" in answer for answer in ask([{"op": "compute", "files": files} for files in bundles])]


def level(lines, what) -> str | None:
    found = [line["level"] for line in lines if line["what"] == what]
    return found[0] if found else None


# ---- Names ----


def called(bureau):
    commit = WHOLE["commit.txt"].decode()
    return resealed(WHOLE, commit=commit.replace("bureau 平顶山市生态环境局舞钢分局", f"bureau {bureau}"))


def test_a_name_has_the_characters_of_the_table_and_no_other():
    """Both ends of each range, and the characters right outside."""
    ranges = [[int(end, 16) for end in (ends.split("-") * 2)[:2]] for ends in PROTOCOL_RANGES.split(" ")]
    inside = {code for ends in ranges for code in ends}
    outside = {0x3000, 0x200B, 0xA0, 0xAD, 0xFEFF, 0x1F600, 0xE000, 0xF900, 0x301, 0x10FFFF}
    outside |= {code for first, last in ranges for code in (first - 1, last + 1)}
    outside = {code for code in outside if not any(first <= code <= last for first, last in ranges)}
    # Some of the ends are no name for another reason: they are not in NFC.
    good = [f"a{chr(code)}b" for code in sorted(inside) if is_normalized("NFC", f"a{chr(code)}b")]
    bad = [f"a{chr(code)}b" for code in sorted(outside)]
    assert len(good) > 60 and len(bad) > 60
    assert computed(*map(called, good)) == [True] * len(good)
    assert computed(*map(called, bad)) == [False] * len(bad)


def test_a_name_is_of_1_to_200_characters_in_nfc_with_single_spaces_inside():
    good = ["平" * 200, "𠮷" * 200, "a b c", "-", "é"]
    bad = ["", "平" * 201, "𠮷" * 201, " a", "a ", "a  b", " ", "e\u0301", "\u212b", "a\tb", "\u2126"]
    assert computed(*map(called, [*good, *bad])) == [True] * len(good) + [False] * len(bad)


# ---- Times and dates ----


def test_a_time_is_a_real_moment_with_an_offset():
    commit = UNDER_SEED["commit.txt"].decode()
    [line] = [line for line in commit.split("\n") if line.startswith("entropy ")][:1]
    time = line.split(" ")[3]

    def at(text):
        return resealed(UNDER_SEED, commit=commit.replace(line, line.replace(time, text)))

    good = [
        "2000-01-01T00:00:00+00:00",
        "2024-02-29T23:59:59-14:59",
        "2026-01-01T00:00:00-00:00",
        "2000-02-29T00:00:00+14:00",
    ]
    bad = [
        "1999-12-31T23:59:59+00:00",
        "3000-01-01T00:00:00+00:00",
        "2023-02-29T00:00:00+00:00",
        "2100-02-29T00:00:00+00:00",
    ]
    bad += [
        "2026-01-01T24:00:00+00:00",
        "2026-01-01T23:60:00+00:00",
        "2026-01-01T23:59:60+00:00",
        "2026-01-01T00:00:00+15:00",
    ]
    bad += [
        "2026-01-01T00:00:00+08:60",
        "2026-01-01T00:00:00Z",
        "2026-01-01t00:00:00+08:00",
        "2026-01-01T00:00:00 08:00",
    ]
    bad += [
        "2026-13-01T00:00:00+08:00",
        "2026-00-01T00:00:00+08:00",
        "2026-04-31T00:00:00+08:00",
        "2026-04-00T00:00:00+08:00",
    ]
    assert computed(*map(at, [*good, *bad])) == [True] * len(good) + [False] * len(bad)


def test_a_register_was_exported_on_a_real_day():
    commit = WHOLE["commit.txt"].decode()
    [line] = [line for line in commit.split("\n") if line.startswith("register city ")]
    date = line.split(" ")[4]

    def on(text):
        return resealed(WHOLE, commit=commit.replace(line, line.replace(date, text)))

    days = [
        "2024-02-29",
        "2999-12-31",
        "2000-01-01",
        "2023-02-29",
        "1999-12-31",
        "3000-01-01",
        "2026-1-01",
        "2026-11-31",
    ]
    assert computed(*map(on, days)) == [True] * 3 + [False] * 5


def test_a_stratum_of_officers_counts_those_of_the_first_department_alone():
    """`officers*0/1` takes nobody, and is a rule all the same."""
    commit = WHOLE["commit.txt"].decode()
    [line] = [line for line in commit.split("\n") if line.startswith("stratum key ")]
    _, _, _, base, _ = line.split(" ")
    rules = {
        "officers*0/1 {} 0": True,
        "officers*0/1 {} 1": False,
        "0/1 {} 0": False,
        "1/0 {} 0": False,
        "1/999999999 {} 1": True,
    }
    rules |= {
        "01/4 {} 1": False,
        "2/1 {} 1": False,
        "officers*999999999/1 {} 1": False,
        "1/1000000000 {} 1": False,
    }
    cases = [
        resealed(WHOLE, commit=commit.replace(line, f"stratum key {rule.format(base)}")) for rule in rules
    ]
    assert computed(*cases) == list(rules.values())


# ---- Bundles that lack some files ----


def test_a_bundle_may_lack_just_what_the_protocol_allows():
    """Every subset of the files beside commit.txt, without a log."""
    files = {name: data for name, data in WHOLE.items() if name != "log.tsv"}
    others = sorted(set(files) - {"commit.txt"})
    subsets = [set(few) for size in range(len(others) + 1) for few in itertools.combinations(others, size)]

    def allowed(have) -> bool:
        lists = {"pool.tsv", "officers.tsv"}
        return (
            "registers.tsv" in have
            and (lists <= have or "salt.txt" not in have)
            and (lists <= have or "names.tsv" not in have)
            and ({"salt.txt", "entropy.txt"} <= have or "result.tsv" not in have)
            and ("result.tsv" in have or "substitutes.tsv" not in have)
        )

    cases = [{name: files[name] for name in {"commit.txt", *have}} for have in subsets]
    assert passes(*cases) == [allowed(have) for have in subsets]
    assert sum(map(allowed, subsets)) == 18


def test_what_is_missing_is_told_and_nothing_is_left_unchecked_for_want_of_it():
    for have in (["registers.tsv"], ["registers.tsv", "pool.tsv"], ["registers.tsv", "entropy.txt"]):
        [lines] = checked({name: WHOLE[name] for name in ["commit.txt", *have]})
        missing = [line["what"].removeprefix("还没有 ") for line in lines if line["level"] == "wait"]
        due = ["pool.tsv", "officers.tsv", "entropy.txt", "salt.txt", "result.tsv"]
        assert missing == [name for name in due if name not in have]
        assert not [line for line in lines if line["level"] == "skip"]


def test_a_wrong_file_of_an_unfinished_draw_is_refused():
    files = {
        name: WHOLE[name]
        for name in ("commit.txt", "registers.tsv", "pool.tsv", "officers.tsv", "entropy.txt")
    }
    assert passes(files) == [True]
    pool = files["pool.tsv"].replace(b"\tin\t", b"\tagain\t", 1)
    entropy = files["entropy.txt"].replace(b"commit ", b"commit 0")
    assert passes({**files, "pool.tsv": pool}, {**files, "entropy.txt": entropy}) == [False, False]


# ---- The log ----


def relogged(files, *rows) -> dict[str, bytes]:
    return {**files, "log.tsv": chained(rows)}


def test_rows_of_the_site_and_of_other_draws_may_stand_anywhere_after_the_commit():
    rows = log_rows(WHOLE)
    start = next(number for number, row in enumerate(rows) if row[1] == "commit" and row[2] == "2025Q2")
    kinds = ["publish", "unseal", "finding", "correction", "redaction", "audit", "plan", "key", "withdraw"]
    between = []
    for row in rows[start:]:
        between.append(row)
        between += [
            (row[0], kind, subject, "a" * 64) for kind in kinds for subject in ("2025Q2", "别处", "2025Q2/x")
        ]
        between += [
            (row[0], kind, "2025Q2-2", "a" * 64)
            for kind in ("commit", "entropy", "result", "declare", "substitute")
        ]
    assert passes(relogged(WHOLE, *rows[:start], *between)) == [True]


def test_a_row_of_the_draw_that_is_one_too_many_is_refused_wherever_it_stands():
    rows = log_rows(WHOLE)
    start = next(number for number, row in enumerate(rows) if row[1] == "commit" and row[2] == "2025Q2")
    cases = []
    for at in range(start + 1, len(rows) + 1):
        for kind in ("commit", "entropy", "result", "substitute"):
            for subject in ("2025Q2", "2025Q2/9", "2025Q2/ssq"):
                cases.append(
                    relogged(WHOLE, *rows[:at], (rows[at - 1][0], kind, subject, "a" * 64), *rows[at:])
                )
    assert passes(*cases) == [False] * len(cases)


def test_a_finished_draw_lacks_no_row_of_its_own_and_an_unfinished_one_may_lack_the_later_ones():
    rows = log_rows(UNDER_SEED)
    mine = [number for number, row in enumerate(rows) if row[2].split("/")[0] == rows[-1][2].split("/")[0]]
    mine = [
        number
        for number in mine
        if rows[number][1] in ("commit", "entropy", "result", "declare", "substitute")
    ]
    without = [relogged(UNDER_SEED, *rows[:number], *rows[number + 1 :]) for number in mine]
    assert passes(*without) == [False] * len(mine)
    sealed = {name: UNDER_SEED[name] for name in ("commit.txt", "registers.tsv", "pool.tsv", "officers.tsv")}
    prefixes = [relogged(sealed, *rows[: number + 1]) for number in mine]
    assert passes(*prefixes) == [True] * len(mine)
    assert passes(relogged(sealed, *rows[: mine[0]])) == [False], "the commit is always there"


def test_a_declaration_that_waits_is_named_and_no_later_one_may_take_effect():
    rows = log_rows(WHOLE)
    last = rows[-1]
    serial = sum(row[1] == "declare" for row in rows)
    more = [(last[0], "declare", f"2025Q2/{serial + number}", "a" * 64) for number in (1, 2)]
    [lines] = checked(relogged(WHOLE, *rows, *more))
    assert level(lines, "有申报还没有结果") == "warn"
    [detail] = [line["detail"] for line in lines if line["what"] == "有申报还没有结果"]
    assert f"第 {serial + 1}、{serial + 2} 次申报" in detail
    skipping = (last[0], "substitute", f"2025Q2/{serial + 2}", "a" * 64)
    assert passes(relogged(WHOLE, *rows, *more, skipping), relogged(WHOLE, *rows, more[1])) == [False, False]


def test_other_draws_are_named_when_they_were_open_between_the_commit_and_the_result():
    rows = log_rows(WHOLE)
    commit = next(number for number, row in enumerate(rows) if row[1] == "commit" and row[2] == "2025Q2")
    result = next(number for number, row in enumerate(rows) if row[1] == "result" and row[2] == "2025Q2")
    what = "同时还有别的抽签没有出结果"

    def named(*inserts) -> bool:
        """Insert (position, kind) rows of another draw; the log before the commit must stay as it is."""
        changed = list(rows)
        for at, kind in sorted(inserts, reverse=True):
            changed.insert(at, (changed[at - 1][0], kind, "2025Q2-2", "a" * 64))
        [lines] = checked(relogged(WHOLE, *changed))
        assert all(line["ok"] for line in lines)
        return level(lines, what) == "warn"

    assert named((commit + 1, "commit")) is True
    assert named((result, "commit")) is True
    assert named((result + 1, "commit")) is False, "committed when the result was there"
    assert named((commit + 1, "commit"), (commit + 1, "result")) is True
    assert named((commit + 1, "void")) is False


def test_a_withdrawn_name_is_told_and_the_log_must_agree_with_what_is_gone():
    salt = WHOLE["salt.txt"].decode()
    lines = WHOLE["names.tsv"].decode().split("\n")
    gone = [line.split("\t")[1] for line in lines if line.startswith("unit\t")][:2]
    names = "\n".join(
        line for line in lines if line.split("\t")[1:2] not in [[ident] for ident in gone]
    ).encode()
    rows, what = log_rows(WHOLE), "撤下的名称与日志不符"
    digest = sha256(salt + "\n".join(gone))

    def with_rows(*more):
        late = [(rows[-1][0], "withdraw", f"2025Q2/{subject}", said) for subject, said in more]
        return {**relogged(WHOLE, *rows, *late), "names.tsv": names}

    agree = [with_rows(("unit/2", digest)), with_rows(("unit/1", "a" * 64), ("unit/2", digest))]
    differ = [
        with_rows(),
        with_rows(("unit/1", digest)),
        with_rows(("unit/2", "a" * 64)),
        with_rows(("unit/02", digest)),
    ]
    differ += [
        with_rows(("unit/2", digest), ("officer/1", "a" * 64)),
        with_rows(("unit/2", digest), ("unit/3", digest)),
    ]
    answers = checked(*agree, *differ)
    assert [level(answer, what) for answer in answers] == [None] * len(agree) + ["warn"] * len(differ)
    assert all(line["ok"] for answer in answers for line in answer), "it is named, and no failure"
    assert [level(answer, "名称已撤下") for answer in answers] == ["note"] * len(answers)


# ---- What a log extends ----


def merkle_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + merkle_root(leaves[:half]) + merkle_root(leaves[half:])).digest()


def extends(*earlier) -> list[str]:
    """How the log of WHOLE stands to each: the level of the check."""
    answers = ask([{"op": "check", "files": WHOLE, "earlier": each} for each in earlier])
    return [level(lines, "公开日志接着给出的旧记录写") for lines in answers]


def test_a_log_extends_each_of_its_beginnings():
    lines = WHOLE["log.tsv"].split(b"\n")[:-1]
    logs = [b"\n".join([*lines[:size], b""]) for size in range(1, len(lines) + 1)]
    heads = [line.split(b"\t")[5] for line in lines[1:]]
    notes = [note(size, merkle_root(lines[1 : size + 1])) for size in range(len(lines))]
    good = [*logs, *heads, *(head + b"\n" for head in heads), b"0" * 64, *notes]
    assert extends(*good) == ["ok"] * len(good)


def note(size, root, end=b"\n\xe2\x80\x94 site.example/log AAAA\n") -> bytes:
    return f"site.example/log\n{size}\n".encode() + base64.b64encode(root) + b"\n" + end


def test_a_log_does_not_extend_what_was_otherwise():
    lines = WHOLE["log.tsv"].split(b"\n")[:-1]
    root = merkle_root(lines[1:])
    longer = WHOLE["log.tsv"] + lines[-1] + b"\n"
    other = WHOLE["log.tsv"].replace(b"\tcommit\t", b"\tresult\t", 1)
    bad = [
        longer,
        other,
        WHOLE["log.tsv"][:-1],
        b"a" * 64,
        note(len(lines), root),
        note(len(lines) - 2, root),
    ]
    bad += [
        note(len(lines) - 1, b"\0" * 32),
        b"",
        b"\xff",
        b"0" * 63,
        lines[1].split(b"\t")[5].upper(),
        b"site\n01\nAAAA\n",
    ]
    bad += [lines[1].split(b"\t")[5] + b"\n\n", b"\n3\n" + base64.b64encode(merkle_root(lines[1:4])) + b"\n"]
    assert extends(*bad) == ["fail"] * len(bad)


def test_a_bundle_without_its_log_extends_nothing():
    files = {name: data for name, data in WHOLE.items() if name != "log.tsv"}
    [lines] = ask([{"op": "check", "files": files, "earlier": b"0" * 64}])
    assert [line["detail"] for line in lines if not line["ok"]] == ["log.tsv：没有这个文件"]


def test_the_heads_of_a_log_are_its_chain_values():
    [answer] = ask([{"op": "heads", "files": WHOLE}])
    heads = [line.split("\t")[5] for line in WHOLE["log.tsv"].decode().split("\n")[1:-1]]
    assert answer == {"bureau": "平顶山市生态环境局舞钢分局", "heads": heads}
    broken = {**WHOLE, "log.tsv": WHOLE["log.tsv"].replace(b"\t", b" ", 1)}
    assert ask([{"op": "heads", "files": broken}, {"op": "heads", "files": vector("draw2/001")}]) == [
        None,
        None,
    ]


def test_the_vectors_name_what_this_test_builds_on():
    assert WHOLE["commit.txt"].decode().split("\n")[2] == "draw 2025Q2"
    assert (VECTORS / "draw2/005/earlier").exists()
