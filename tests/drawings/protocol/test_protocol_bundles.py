"""Whole bundles: each file alone, together, and at every stage of a draw."""

import random

import pytest
from protocol_cases import (
    DICE,
    SEALS,
    bundle,
    drawn,
    entries_of,
    entry,
    failed,
    logged,
    named,
    officer,
    recommitted,
    registry,
    rich_bundle,
    texts,
    unit,
)

from drawings.protocol import verify
from drawings.protocol.verify import Invalid, Name, Source, Team

UNITS, OFFICERS = registry(5, 30, 6)
FILES = drawn(bundle(UNITS, OFFICERS, sources=SEALS, entries=entries_of(UNITS)))
RICH = rich_bundle()
TIME = "2026-10-08T15:30:00+08:00"
LATE = "2026-10-08T22:00:00+08:00"
HEX = "0123456789abcdef" * 4


def without(files, *missing) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name not in missing}


def notes(files, what) -> list[str]:
    return [line.detail for line in verify.check(files) if line.what.startswith(what)]


# ---- Stages ----


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        (["commit.txt"], "commit.txt：没有这个文件"),
        (["registers.tsv"], "registers.tsv：没有这个文件"),
        (["pool.tsv"], "pool.tsv：没有这个文件，而 salt.txt 已经公布"),
        (["officers.tsv"], "officers.tsv：没有这个文件，而 salt.txt 已经公布"),
        (["salt.txt"], "salt.txt：没有这个文件，result.tsv 就无从核对"),
        (["entropy.txt"], "entropy.txt：没有这个文件，result.tsv 就无从核对"),
        (["result.tsv"], "result.tsv：没有这个文件，substitutes.tsv 就无从核对"),
        (["result.tsv", "substitutes.tsv", "salt.txt", "pool.tsv"], "pool.tsv：没有这个文件，names.tsv 就无从核对"),
        (["result.tsv", "substitutes.tsv", "salt.txt", "officers.tsv"], "officers.tsv：没有这个文件，names.tsv 就无从核对"),
    ],
)  # fmt: skip
def test_what_nothing_would_hold_is_refused(missing, reason):
    assert reason in [line.detail for line in failed(without(RICH, *missing))]


@pytest.mark.parametrize(
    "missing",
    [
        ["substitutes.tsv", "log.tsv"],
        ["result.tsv", "substitutes.tsv", "log.tsv"],
        ["result.tsv", "substitutes.tsv", "salt.txt"],
        ["result.tsv", "substitutes.tsv", "entropy.txt", "log.tsv"],
        ["result.tsv", "substitutes.tsv", "salt.txt", "entropy.txt"],
        ["result.tsv", "substitutes.tsv", "salt.txt", "names.tsv", "pool.tsv"],
        ["result.tsv", "substitutes.tsv", "salt.txt", "entropy.txt", "names.tsv", "pool.tsv", "officers.tsv"],
        ["names.tsv", "verify.py", "verify.mjs"],
    ],
)
def test_an_unfinished_draw_is_checked_as_far_as_it_goes(missing):
    files = without(RICH, *missing)
    report = verify.check(files)
    assert [line for line in report if not line.ok] == []
    waiting = [f"没有 {file}" for file in verify.WAITING if file in missing]
    assert [line.what for line in report if line.level == "wait"] == waiting
    assert verify.verdict(report) == ("抽签还没有完成，已有的全部通过" if waiting else "全部通过")


def test_a_fault_is_found_at_every_stage_that_has_its_file():
    """The files of a draw come one after the other; each is broken as soon as it is there."""
    files = {"registers.tsv": RICH["registers.tsv"]}
    for name in (
        "commit.txt",
        "pool.tsv",
        "officers.tsv",
        "names.tsv",
        "entropy.txt",
        "salt.txt",
        "result.tsv",
    ):
        files[name] = RICH[name]
        assert failed(files) == []
        assert failed({**files, name: RICH[name].replace(b"2", b"3", 1)}), name
        assert failed({**files, "registers.tsv": RICH["registers.tsv"].replace(b"2026Q4", b"2026Q5", 1)}), (
            name
        )


def test_a_computed_result_is_told_before_it_is_published():
    (detail,) = notes(without(FILES, "result.tsv"), "重新抽取（result.tsv 还没有公布）")
    assert detail.endswith(verify.digest(FILES["result.tsv"].decode()))


def test_a_bundle_without_a_log_says_that_nothing_shows_when():
    assert notes(FILES, "没有 log.tsv") == ["看不出承诺、随机数和结果各在何时为人所知"]
    assert notes(logged(FILES), "没有 log.tsv") == []


# ---- Registers ----


def test_without_any_register_a_verifier_says_that_nobody_outside_vouches():
    files = drawn(bundle(UNITS, OFFICERS, sources=SEALS))
    (line,) = [line for line in verify.check(files) if line.what == "外部名册的条目数与承诺一致"]
    assert (line.level, line.detail[:8]) == ("warn", "没有任何外部名册")


def test_registers_are_told_with_their_date_and_what_is_not_in_the_pool():
    one, people = unit("u1"), [officer("a1"), officer("a2")]
    entries = [entry("city", "k1", "u1"), entry("city", "k2", reason="closed"), entry("permits", "k1", "u1")]
    files = drawn(bundle([one], people, entries=entries, rules={"key": "1/1"}))
    (detail,) = notes(files, "外部名册的条目数与承诺一致")
    assert (
        detail
        == "city 名册（2026-10-01 导出，2 条）、permits 名册（2026-10-01 导出，1 条），其中 1 条不在名单里，各有理由"
    )


def test_an_entry_may_not_name_a_unit_that_is_not_in_the_pool():
    files = bundle(
        [unit("u1")],
        [officer("a1"), officer("a2")],
        entries=[entry("city", "k1", "u2")],
        rules={"key": "1/1"},
    )
    with pytest.raises(Invalid, match="registers.tsv 第 2 行：u2 不在 pool.tsv 中"):
        verify.draw(*texts(files))


# ---- What lies between the files ----


def other(file: str, old: str, new: str, **more) -> dict[str, bytes]:
    """The bundle with one of its lists altered and committed to, so that only what lies between the files is wrong."""
    text = FILES[file].decode().replace(old, new, 1)
    changes = {file.partition(".")[0]: verify.digest(text), **more}
    return recommitted({**FILES, file: text.encode()}, **changes)


COMMIT = verify.parse_commit(FILES["commit.txt"].decode())
CITY = COMMIT.declared_registers[0]


@pytest.mark.parametrize(
    ("files", "detail"),
    [
        (other("pool.tsv", "", "", pool_rows=29), "pool.tsv：有 30 行，承诺的是 29 行"),
        (other("officers.tsv", "", "", officers_rows=7), "officers.tsv：有 6 行，承诺的是 7 行"),
        (other("registers.tsv", "", "", registers_rows=7), f"registers.tsv：有 {COMMIT.registers_rows} 行，承诺的是 7 行"),
        (other("pool.tsv", "2026Q4", "2026Q3"), "pool.tsv 第 1 行：抽签编号是 2026Q3，commit.txt 是 2026Q4"),
        (other("officers.tsv", "2026Q4", "2026Q3"), "officers.tsv 第 1 行：抽签编号是 2026Q3，commit.txt 是 2026Q4"),
        (other("registers.tsv", "2026Q4", "2026Q3"), "registers.tsv 第 1 行：抽签编号是 2026Q3，commit.txt 是 2026Q4"),
        (other("salt.txt", "2026Q4", "2026Q3"), "salt.txt 第 1 行：抽签编号是 2026Q3，commit.txt 是 2026Q4"),
        (other("officers.tsv", "bureau", "fire"), "officers.tsv 第 2 行：部门 fire 没有在 commit.txt 中列出"),
        (
            recommitted(FILES, declared_registers=(CITY._replace(rows=CITY.rows + 1), *COMMIT.declared_registers[1:])),
            f"commit.txt 第 9 行：外部名册 city 的条目在 registers.tsv 中有 {CITY.rows} 条，承诺的是 {CITY.rows + 1} 条",
        ),
        (
            recommitted(FILES, declared_registers=(CITY._replace(unmatched=9), *COMMIT.declared_registers[1:])),
            f"commit.txt 第 9 行：外部名册 city 的没有对应污染源的条目在 registers.tsv 中有 {CITY.unmatched} 条，承诺的是 9 条",
        ),
        (
            recommitted(FILES, declared_registers=(CITY._replace(register="a", rows=0, unmatched=0), *COMMIT.declared_registers)),
            "commit.txt 第 9 行：外部名册 a 在 registers.tsv 中没有条目",
        ),
        (
            recommitted(FILES, strata=(*COMMIT.strata[:2], COMMIT.strata[2]._replace(base=999))),
            "commit.txt 第 14 行：类别 general 的基数按规则是",
        ),
    ],
)  # fmt: skip
def test_lists_that_do_not_belong_together_are_refused(files, detail):
    assert next(line.detail for line in failed(files)).startswith(detail)
    with pytest.raises(Invalid) as error:
        verify.draw(*texts(files))
    assert str(error.value).startswith(detail)


def test_a_text_that_no_file_can_hold_is_refused():
    commit, pool, *rest = texts(FILES)
    with pytest.raises(Invalid, match="pool.tsv 第 2 行：不是 UTF-8"):
        verify.draw(commit, pool.replace("\n", "\n\ud800", 1), *rest)


@pytest.mark.parametrize("file", [name for name in RICH if name not in verify.PROGRAMS])
def test_bytes_that_are_not_utf8_are_a_failed_check_with_their_line(file):
    line = 2 if RICH[file].count(b"\n") > 1 else 1
    broken = RICH[file].replace(b"\n", b"\n\xff", 1) if line == 2 else b"\xff" + RICH[file]
    assert f"{file} 第 {line} 行：不是 UTF-8" in [check.detail for check in failed({**RICH, file: broken})]


def test_no_bytes_make_a_traceback():
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
    ]
    for _ in range(1500):
        name = dice.choice(list(RICH))
        data = RICH[name]
        start = dice.randrange(len(data))
        changed = data[:start] + dice.choice(scraps) + data[start + dice.choice((0, 0, 1, 40, 10**6)) :]
        assert changed == data or failed({**RICH, name: changed}) or name == "names.tsv"


def test_an_unknown_file_is_noted_and_a_program_must_be_the_committed_one():
    note = verify.check({**FILES, "readme.txt": b""})[-1]
    assert (note.level, note.what) == ("note", "其他文件")
    assert COMMIT.program == ("", "")
    assert failed({**FILES, "verify.py": b"x", "verify.mjs": b"y"}) == []
    assert verify.check(FILES, own=HEX)[-1].level == "note"
    files = drawn(recommitted(FILES, program=(verify.digest("print(1)\n"), "")))
    files["verify.py"] = b"print(1)\n"
    assert failed(files) == []
    assert verify.check(files, own=verify.digest("print(1)\n"))[-1].level == "ok"
    (line,) = failed({**files, "verify.py": b"print(2)\n"})
    assert line.detail.startswith("verify.py：指纹是 ")


def test_a_draw_from_the_system_passes_with_a_warning_and_one_on_dice_alone_says_on_what_it_rests():
    system = (Source("system", "os", TIME),)
    files = drawn(bundle(UNITS, OFFICERS, sources=system, values=[("system", "os", HEX)]))
    assert failed(files) == []
    (line,) = [line for line in verify.check(files) if line.what == "随机数足够多，公众都能看到"]
    assert line.level == "warn" and "公众无法排除重抽" in line.detail
    dice = drawn(bundle(UNITS, OFFICERS, sources=DICE))
    assert notes(dice, "随机数足够多") == ["129.519 位，只有骰子：依据是在场的见证人"]


def test_what_rests_on_a_failed_check_is_skipped_and_not_called_wrong():
    report = failed({**RICH, "pool.tsv": RICH["pool.tsv"].replace(b"\tin\t", b"\tmaybe\t", 1)})
    assert [line.level for line in report].count("fail") == 1
    assert {line.detail for line in report if line.level == "skip"} == {"前面的检查没有通过，这一项没有检查"}
    assert len(report) > 5


def test_a_department_and_a_name_come_from_one_roster():
    """The names of the fixture are those of the rows: what the other tests rest on."""
    assert named("unit", "u1") == Name("unit", "u1", named("unit", "u1").nonce, "虚构u1号𠮷")
    teams = (Team("fire", 1, "cross"),)
    files = bundle([unit("u1")], [officer("a1", department="fire")], teams, rules={"key": "1/1"})
    assert verify.parse_result(verify.draw(*texts(files))).rows[0].team == ("a1",)
