"""The log of the protocol, and what it must tell of a draw."""

import pytest
from protocol_cases import (
    DICE,
    SALT,
    SEALS,
    bundle,
    chained,
    clock,
    drawn,
    failed,
    logged,
    registry,
    rich_bundle,
)

from drawings.protocol import verify
from drawings.protocol.verify import Invalid, Source

FILES = drawn(bundle(*registry(5, 30, 6), sources=SEALS))
RICH = {name: data for name, data in rich_bundle().items() if name not in verify.PROGRAMS}
TIME = "2026-10-08T15:30:00+08:00"
LATE = "2026-10-08T22:00:00+08:00"
HEX = "0123456789abcdef" * 4
OF_DRAW = "日志里本次抽签的各行齐全，次序、指纹和时间都对"
OF_SUBSTITUTES = "日志里的申报和替补就是文件里的那些"


def log_text(*rows) -> str:
    return chained(rows).decode()


def log_check(files, what=OF_DRAW):
    return next(line for line in verify.check(files) if line.what == what)


def warnings(files) -> list[str]:
    """What the report says after the checks of the log."""
    lines = verify.check(files)
    assert [line for line in lines if not line.ok] == []
    start = [line.what for line in lines].index(OF_SUBSTITUTES)
    return [f"{line.what}：{line.detail}" for line in lines[start:] if line.level == "warn"]


def test_a_chain_value_is_the_hash_of_the_one_before_and_the_row():
    text = log_text((TIME, "commit", "2026Q4", HEX), (TIME, "void", "2026Q4", HEX))
    first = verify.digest(f"{'0' * 64}\t1\t{TIME}\tcommit\t2026Q4\t{HEX}")
    second = verify.digest(f"{first}\t2\t{TIME}\tvoid\t2026Q4\t{HEX}")
    assert (
        text
        == f"log/2\n1\t{TIME}\tcommit\t2026Q4\t{HEX}\t{first}\n2\t{TIME}\tvoid\t2026Q4\t{HEX}\t{second}\n"
    )
    assert verify.parse_log(text)[1].chain == second


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("log/2", f"log/2 2026Q4 {SALT}", "第 1 行：第一行应为「log/2」"),
        ("log/2", "log/1", "第 1 行：第一行应为「log/2」"),
        ("\n2\t", "\n3\t", "第 3 行：序号应为 2，实为 “3”"),
        ("\n2\t", "\n02\t", "第 3 行：序号应为 2，实为 “02”"),
        ("\tvoid\t", "\tvoided\t", "第 3 行：没有这种日志"),
        ("\tvoid\t", "\tsubstitute-unit\t", "第 3 行：没有这种日志"),
        (HEX, HEX.upper(), "第 2 行：指纹应为 64 位"),
        ("15:30:00+08:00\tcommit", "15:30:01+08:00\tcommit", "第 2 行：链值应为"),
        ("\t2026Q4\t", "\t\t", "第 2 行：对象不对：“”"),
        ("\t2026Q4\t", "\t2026  Q4\t", "第 2 行：对象不对：“2026  Q4”，有两个连续的空格"),
        (TIME, "2026-10-08T15:30:00Z", "第 2 行：时间应写作"),
        ("\tcommit\t", "\tcommit\t\t", "第 2 行：应有 6 栏，实有 7 栏"),
    ],
)
def test_a_log_of_another_form_is_refused_with_its_line(good, bad, message):
    text = log_text((TIME, "commit", "2026Q4", HEX), (TIME, "void", "2026Q4", HEX))
    with pytest.raises(Invalid, match="log.tsv " + message):
        verify.parse_log(text.replace(good, bad, 1))


@pytest.mark.parametrize(
    "kind",
    ["commit", "entropy", "result", "publish", "unseal", "void", "declare", "substitute", "finding", "correction",
     "redaction", "audit", "plan", "key", "withdraw"],
)  # fmt: skip
def test_every_kind_of_the_protocol_may_be_logged(kind):
    assert verify.parse_log(log_text((TIME, kind, "某厂", HEX)))[0].kind == kind


def test_the_times_of_a_log_do_not_descend_as_instants():
    later, earlier = "2026-10-08T15:30:00+08:00", "2026-10-08T16:00:00+09:00"
    with pytest.raises(Invalid, match="log.tsv 第 3 行：时间早于上一行"):
        log_text((later, "commit", "x", HEX), (earlier, "void", "x", HEX))
    assert log_text((earlier, "commit", "x", HEX), (later, "void", "x", HEX))


def test_a_subject_with_a_tab_is_not_logged():
    with pytest.raises(Invalid, match="对象不对"):
        verify.log_row(verify.NO_CHAIN, 1, TIME, "finding", "a\tb", HEX)


def test_what_names_a_unit_of_a_sealed_draw_is_digested_with_the_salt():
    salt_text = f"salt/2 2026Q4 {SALT}\n"
    assert verify.salted_subject(salt_text, "u1") == verify.digest(f"salt/2 2026Q4 {SALT} u1")
    row = verify.parse_substitutes(RICH["substitutes.tsv"].decode()).rows[0]
    line = RICH["substitutes.tsv"].decode().split("\n")[1]
    assert verify.substitute_digest(salt_text, row) == verify.digest(salt_text + line)
    eight = "\t".join(line.split("\t")[:8])
    assert verify.declare_digest(salt_text, row.declaration) == verify.digest(salt_text + eight)


# ---- A draw in the log ----


def test_a_log_that_tells_of_the_draw_passes():
    assert log_check(logged(FILES))[1:] == (True, "最后登记的是结果，北京时间 2026-10-08 21:15", "ok")
    assert failed(RICH) == [] and warnings(RICH) == []


def moved(rows, number, time):
    """The rows with one at another time."""
    return [*rows[:number], (time, *rows[number][1:]), *rows[number + 1 :]]


def digested(rows, number, digest=HEX):
    return [*rows[:number], (*rows[number][:3], digest), *rows[number + 1 :]]


@pytest.mark.parametrize(
    ("alter", "detail"),
    [
        (lambda rows: [(TIME, "publish", "x", HEX)], "log.tsv：没有本次抽签的 commit 行"),
        (lambda rows: rows[1:], "log.tsv 第 2 行：本次抽签此处应为 commit 2026Q4，实为 entropy 2026Q4/dice10"),
        (lambda rows: digested(rows, 0), "log.tsv 第 2 行：承诺的指纹应为 "),
        (lambda rows: [rows[0], *rows], "log.tsv 第 3 行：本次抽签此处应为 entropy 2026Q4/dice10，实为 commit 2026Q4"),
        (lambda rows: [(rows[0][0], "publish", "x", HEX), *rows], "log.tsv 第 3 行：前一链值是 "),
        (lambda rows: [rows[0], *rows[2:]], "log.tsv 第 3 行：本次抽签此处应为 entropy 2026Q4/dice10，实为 entropy 2026Q4/ssq"),
        (lambda rows: [*rows[:2], rows[1], *rows[2:]], "log.tsv 第 4 行：本次抽签此处应为 entropy 2026Q4/ssq"),
        (lambda rows: [*rows, rows[3]], "log.tsv 第 6 行：本次抽签不该再有 result 2026Q4"),
        (lambda rows: [*rows, (LATE, "entropy", "2026Q4/x", HEX)], "log.tsv 第 6 行：本次抽签不该再有 entropy 2026Q4/x"),
        (lambda rows: digested(rows, 1), "log.tsv 第 3 行：十面骰的指纹应为 "),
        (lambda rows: digested(rows, 2), "log.tsv 第 4 行：双色球的指纹应为 "),
        (lambda rows: digested(rows, 3), "log.tsv 第 5 行：结果的指纹应为 "),
        (lambda rows: rows[:3], "log.tsv：没有登记本次抽签的结果"),
        (lambda rows: rows[:2], "log.tsv：没有登记本次抽签的双色球"),
        (lambda rows: moved(rows, 0, TIME), "log.tsv 第 2 行：承诺登记于北京时间 2026-10-08 15:30，不早于第一个随机来源的时间（北京时间 2026-10-08 15:30）"),
        (lambda rows: moved(rows, 1, "2026-10-08T15:29:59+08:00"), "log.tsv 第 3 行：十面骰的值登记于北京时间 2026-10-08 15:29:59，早于它的时间（北京时间 2026-10-08 15:30）"),
        (lambda rows: moved(rows, 1, "2026-10-08T16:30:01+08:00"), "log.tsv 第 3 行：十面骰的值登记于北京时间 2026-10-08 16:30:01，比它的时间（北京时间 2026-10-08 15:30）晚了"),
        (lambda rows: moved(rows, 2, "2026-10-08T21:14:59+08:00"), "log.tsv 第 4 行：双色球的值登记于北京时间 2026-10-08 21:14:59，早于它的时间"),
        (lambda rows: [*rows, (LATE, "declare", "2026Q4/2", HEX)], "log.tsv 第 6 行：本次抽签此处应为 declare 2026Q4/1，实为 declare 2026Q4/2"),
        (lambda rows: [*rows, (LATE, "declare", "2026Q4", HEX)], "log.tsv 第 6 行：本次抽签此处应为 declare 2026Q4/1，实为 declare 2026Q4"),
        (lambda rows: [*rows, (LATE, "substitute", "2026Q4/1", HEX)], "log.tsv 第 6 行：替补 2026Q4/1 生效之前没有申报"),
    ],
)  # fmt: skip
def test_a_log_that_tells_otherwise_fails(alter, detail):
    line = log_check(logged(FILES, alter))
    assert line.level == "fail" and line.detail.startswith(detail), line.detail


@pytest.mark.parametrize("time", ["2026-10-08T15:30:00+08:00", "2026-10-08T16:30:00+08:00"])
def test_dice_may_be_accepted_for_an_hour(time):
    assert failed(logged(FILES, lambda rows: moved(rows, 1, time))) == []


def test_dice_are_accepted_before_the_next_source_is_known():
    sources = (DICE[0], Source("ssq", "2026112", "2026-10-08T16:00:00+08:00"))
    files = drawn(bundle(*registry(5, 30, 6), sources=sources))
    assert failed(logged(files, lambda rows: moved(rows, 1, "2026-10-08T15:59:59+08:00"))) == []
    line = log_check(logged(files, lambda rows: moved(rows, 1, "2026-10-08T16:00:00+08:00")))
    assert "不早于下一个来源的时间（北京时间 2026-10-08 16:00）" in line.detail


def test_a_lottery_may_be_accepted_days_later():
    def late(rows):
        return [*rows[:2], *((f"2026-10-12T09:00:00{row[0][-6:]}", *row[1:]) for row in rows[2:])]

    assert failed(logged(FILES, late)) == []


def test_a_draw_from_the_system_may_be_committed_at_its_time():
    system = (Source("system", "os", TIME),)
    files = drawn(bundle(*registry(5, 30, 6), sources=system, values=[("system", "os", HEX)]))
    assert failed(logged(files, lambda rows: moved(rows, 0, TIME))) == []


def test_rows_of_the_site_and_of_other_draws_stand_anywhere():
    others = [
        ("audit", "audit/12", HEX),
        ("plan", "2026-1", HEX),
        ("result", "2026Q4-2", HEX),
        ("entropy", "2026Q/ssq", HEX),
    ]
    files = logged(
        FILES, lambda rows: [part for row in rows for part in (row, *((row[0], *x) for x in others))]
    )
    assert log_check(files).level == "ok"


def test_two_sources_of_one_kind_are_logged_in_their_order():
    sources = (
        Source("dice10", "39", "2026-10-08T09:30:00+08:00"),
        Source("ssq", "2026112", TIME),
        Source("ssq", "2026113", "2026-10-10T21:15:00+08:00"),
    )
    files = drawn(bundle(*registry(5, 30, 6), sources=sources))
    assert failed(logged(files)) == []

    def exchanged(rows):
        return [
            *rows[:2],
            (rows[3][0], *rows[2][1:3], rows[3][3]),
            (rows[3][0], *rows[3][1:3], rows[2][3]),
            rows[4],
        ]

    assert log_check(logged(files, exchanged)).detail.startswith("log.tsv 第 4 行：双色球的指纹应为")


def test_the_later_rows_of_an_unfinished_draw_may_not_be_there_yet():
    whole = logged(FILES)
    for missing, rows in (
        (("result.tsv",), 3),
        (("result.tsv", "entropy.txt"), 1),
        (("result.tsv", "salt.txt"), 3),
    ):
        files = {name: data for name, data in whole.items() if name not in missing}
        text = whole["log.tsv"].split(b"\n")
        for count in range(rows, 5):
            assert failed({**files, "log.tsv": b"\n".join([*text[: count + 1], b""])}) == []
        short = failed({**files, "log.tsv": b"\n".join([*text[:rows], b""])})
        assert [line.what for line in short] == [OF_DRAW]


def test_a_computed_result_that_is_not_published_yet_is_the_logged_one():
    files = logged(FILES, lambda rows: digested(rows, 3))
    del files["result.tsv"]
    assert log_check(files).detail.startswith("log.tsv 第 5 行：结果的指纹应为 ")
    del files["salt.txt"]  # sealed: nobody can compute it
    assert failed(files) == []


# ---- Substitutes in the log ----


def of_kind(rows, kind, number):
    """The index of that row of the kind, counted from 0."""
    return [index for index, row in enumerate(rows) if row[1] == kind][number]


def without(rows, kind, number):
    at = of_kind(rows, kind, number)
    return rows[:at] + rows[at + 1 :]


def later(rows, kind, number, seconds):
    at = of_kind(rows, kind, number)
    changed = moved(rows, at, clock(verify.instant(rows[at][0]) + seconds))
    return sorted(changed, key=lambda row: verify.instant(row[0]))


@pytest.mark.parametrize(
    ("what", "alter", "detail"),
    [
        (OF_DRAW, lambda rows: without(rows, "declare", 0), "替补 2026Q4/1 生效之前没有申报"),
        (OF_DRAW, lambda rows: without(rows, "declare", 3), "替补 2026Q4/4 生效之前没有申报"),
        (OF_DRAW, lambda rows: without(rows, "substitute", 0), "本次抽签此处应为 substitute 2026Q4/1，实为 substitute 2026Q4/2"),
        (OF_SUBSTITUTES, lambda rows: without(rows, "substitute", 3), "substitutes.tsv 第 5 行：日志里没有登记第 4 次替补"),
        (OF_SUBSTITUTES, lambda rows: digested(rows, of_kind(rows, "declare", 2)), "第 3 次替补的申报的指纹应为"),
        (OF_SUBSTITUTES, lambda rows: digested(rows, of_kind(rows, "substitute", 2)), "第 3 次替补的指纹应为"),
        (OF_SUBSTITUTES, lambda rows: later(rows, "declare", 3, 1), "申报登记于北京时间 "),
        (OF_SUBSTITUTES, lambda rows: later(rows, "declare", 3, -1), "申报登记于北京时间 "),
        (OF_SUBSTITUTES, lambda rows: later(rows, "substitute", 0, -1), "早于它的来源的时间"),
        (
            OF_SUBSTITUTES,
            lambda rows: [*rows, (rows[-1][0], "declare", "2026Q4/5", HEX), (rows[-1][0], "substitute", "2026Q4/5", HEX)],
            "登记了替补 2026Q4/5，substitutes.tsv 里却没有",
        ),
    ],
)  # fmt: skip
def test_a_log_with_other_substitutes_fails(what, alter, detail):
    line = log_check(logged(RICH, alter), what)
    assert line.level == "fail" and detail in line.detail, line


def test_substitutes_may_be_logged_later_than_their_source():
    assert failed(logged(RICH, lambda rows: later(rows, "substitute", 3, 86400))) == []


def test_without_the_file_the_log_may_have_substitutes_only_under_a_seal():
    files = {name: data for name, data in RICH.items() if name != "substitutes.tsv"}
    assert "substitutes.tsv 里却没有" in log_check(files, OF_SUBSTITUTES).detail
    sealed = {name: data for name, data in files.items() if name not in ("salt.txt", "result.tsv")}
    assert log_check(sealed, OF_SUBSTITUTES)[1:] == (True, "4 次，解封后才能核对", "ok")


# ---- What the log makes a verifier name ----


def test_a_declaration_that_waits_for_its_value_is_named():
    files = logged(FILES, lambda rows: [*rows, (LATE, "declare", "2026Q4/1", HEX)])
    assert warnings(files) == ["有申报还没有生效：log.tsv 第 6 行：2026Q4/1，北京时间 2026-10-08 22:00"]


def test_a_void_is_named_if_it_stands_behind_the_commit():
    files = logged(FILES, lambda rows: [*rows, (LATE, "void", "2026Q4", HEX)])
    assert warnings(files) == ["本次抽签已经作废：log.tsv 第 6 行：北京时间 2026-10-08 22:00"]
    assert verify.verdict(verify.check(files)) == "抽签已经作废，已有的全部通过"
    other = logged(
        FILES, lambda rows: [*rows, (LATE, "void", "2026Q4-2", HEX), (LATE, "void", "2026Q4/x", HEX)]
    )
    assert warnings(other) == []


def others(*rows):
    """The warnings where other draws' (place, kind, subject) rows stand among those of the draw; place: before which row."""
    commit = verify.parse_commit(FILES["commit.txt"].decode())

    def alter(own):
        found = []
        for place, row in enumerate([*own, None]):
            found += [
                (own[min(place, 3)][0], kind, subject, HEX) for at, kind, subject in rows if at == place
            ]
            found += [row] if row else []
        return found

    rows_of_log = verify.parse_log(logged(FILES, alter)["log.tsv"].decode())
    return verify.open_at_once(rows_of_log, commit)


def test_other_draws_that_were_open_at_the_same_time_are_named():
    assert others((0, "commit", "a")) == ["a"]
    assert others((0, "commit", "a"), (0, "result", "a")) == []
    assert others((0, "commit", "a"), (0, "void", "a")) == []
    assert others((0, "commit", "a"), (1, "void", "a")) == ["a"]
    assert others((2, "commit", "a"), (2, "void", "a")) == ["a"]
    assert others((0, "commit", "a"), (3, "commit", "b"), (4, "commit", "c")) == ["a", "b"]
    assert others((0, "commit", "a"), (0, "result", "a"), (0, "commit", "a")) == ["a"]
    assert others((0, "result", "a"), (1, "publish", "b"), (1, "void", "c")) == []
    assert others((0, "commit", "a"), (0, "result", "a/x"), (0, "publish", "a")) == ["a"]


def test_the_first_of_several_open_draws_is_named_in_the_report():
    before = verify.log_row(verify.NO_CHAIN, 1, "2026-10-08T09:00:00+08:00", "commit", "2026Q4-x", HEX)
    files = drawn(bundle(*registry(5, 30, 6), sources=SEALS, previous=before.chain))
    told = warnings(logged(files, lambda rows: [before[1:5], *rows]))
    assert told == ["同一时间另有抽签没有结束：2026Q4-x：同时冻结几次，就可能只拿合意的一次出来"]
