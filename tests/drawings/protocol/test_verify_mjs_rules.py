"""Where `verify.mjs` draws the line between a legal file and a refused one: names, times, counts, bundles that lack files."""

import itertools
from unicodedata import is_normalized

import pytest
from browser_answers import checked, computed, passes
from sealed_files import resealed, vector
from twins import ask

pytestmark = pytest.mark.browser

WHOLE = vector("draw2/005")  # open, fresh fc3d, two registers, names, log
UNDER_SEED = vector("draw2/003")
DICE_ALONE = vector("draw2/004")
PROTOCOL_RANGES = (  # as the protocol's table of characters has them
    "20-7E A1-AC AE-24F 370-377 37A-37F 384-38A 38C 38E-3A1 3A3-52F 2010-2027 2030-205E 2070-2071 2074-208E 20A0-20BF "
    "2100-218B 2190-23FF 2460-24FF 2500-27BF 3001-303F 3041-3096 3099-30FF 3105-312F 31A0-31BF 31F0-31FF 3220-33FF "
    "3400-4DBF 4E00-9FFC FF01-FF9F FFE0-FFE6 20000-2A6DD 2A700-2B734 2B740-2B81D 2B820-2CEA1 2CEB0-2EBE0 30000-3134A"
)


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
    """On a draw with one source: no other time is then in the way."""
    commit = DICE_ALONE["commit.txt"].decode()
    [line] = [line for line in commit.split("\n") if line.startswith("entropy ")]
    time = line.split(" ")[3]

    def at(text):
        return resealed(DICE_ALONE, commit=commit.replace(line, line.replace(time, text)))

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


def test_a_count_is_below_a_thousand_million_and_has_no_leading_zero():
    row = WHOLE["officers.tsv"].decode().split("\n")[1].split("\t")

    def loaded(load):
        changed = "\t".join([*row[:3], load, *row[4:]])
        return resealed(WHOLE, officers=WHOLE["officers.tsv"].decode().replace("\t".join(row), changed))

    loads = ["0", "999999999", "1000000000", "00", "01", "-1", "+1", "1.0", "", "１"]
    assert computed(*map(loaded, loads)) == [True] * 2 + [False] * 8


def test_a_list_ascends_and_names_nobody_twice():
    pool = WHOLE["pool.tsv"].decode()
    row = next(line for line in pool.split("\n") if "\tstopped\t" in line or "\tcapped\t" in line).split("\t")

    def recusing(text):
        changed = "\t".join([*row[:4], text, *row[5:]])
        return resealed(WHOLE, pool=pool.replace("\t".join(row), changed))

    lists = ["-", "a", "A,a", "a,b", "a,a", "b,a", "a,", ",a", "a,-", "a, b", "", "é"]
    assert computed(*map(recusing, lists)) == [True] * 4 + [False] * 8


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


def test_two_sources_are_not_known_at_one_instant():
    commit = WHOLE["commit.txt"].decode()
    first, second = [line.split(" ")[3] for line in commit.split("\n") if line.startswith("entropy ")][:2]
    assert computed(WHOLE, resealed(WHOLE, commit=commit.replace(first, second))) == [True, False]


def test_an_issue_that_is_named_twice_has_one_time():
    rows = [line.split("\t") for line in WHOLE["substitutes.tsv"].decode().split("\n")[1:-1]]
    issues = [row[7].split(" ")[1] for row in rows]
    second = next(number for number in range(1, len(rows)) if issues[number] == issues[number - 1])
    time = rows[second][7].split(" ")[2]
    later = "\t".join(rows[second]).replace(time, time.replace(":00+", ":01+"))
    text = WHOLE["substitutes.tsv"].decode().replace("\t".join(rows[second]), later)
    [answer] = ask([{"op": "substitutes", "files": {**WHOLE, "substitutes.tsv": text.encode()}}])
    assert "前面写的是另一个时间" in answer["refused"]


def test_the_draws_own_issue_under_a_later_time_is_refused():
    """Its value is known when somebody is declared away, so that the friend who steps in could be chosen."""
    sealed = vector("draw2/007")
    text = sealed["substitutes.tsv"].replace(b"ssq 2026285 ", b"ssq 2026284 ")
    [answer] = ask([{"op": "substitutes", "files": {**sealed, "substitutes.tsv": text}}])
    assert "是抽签自己的随机来源" in answer["refused"]
