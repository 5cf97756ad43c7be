"""The log of the protocol, and what it must tell of a draw."""

import pytest
from protocol_cases import (
    DICE,
    SALT,
    SEALS,
    bundle,
    drawn,
    failed,
    logged,
    registry,
)

from drawings.protocol import verify
from drawings.protocol.verify import Invalid, Source

FILES = drawn(bundle(*registry(5, 30, 6), sources=SEALS))
TIME = "2026-10-08T15:30:00+08:00"
HEX = "0123456789abcdef" * 4


def log_text(*rows) -> str:
    chained = []
    for index, row in enumerate(rows, 1):
        chained.append(verify.log_row(chained[-1].chain if chained else verify.NO_CHAIN, index, *row))
    return verify.write_log(chained)


def test_a_chain_value_is_the_hash_of_the_one_before_and_the_row():
    text = log_text((TIME, "commit", "2026Q4", HEX), (TIME, "void", "2026Q4", HEX))
    first = verify.digest(f"{'0' * 64}\t1\t{TIME}\tcommit\t2026Q4\t{HEX}")
    second = verify.digest(f"{first}\t2\t{TIME}\tvoid\t2026Q4\t{HEX}")
    assert (
        text
        == f"log/1\n1\t{TIME}\tcommit\t2026Q4\t{HEX}\t{first}\n2\t{TIME}\tvoid\t2026Q4\t{HEX}\t{second}\n"
    )
    assert verify.parse_log(text)[1].chain == second


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("log/1", f"log/1 2026Q4 {SALT}", "第 1 行：第一行应为「log/1」"),
        ("\n2\t", "\n3\t", "第 3 行：序号应为 2，实为 '3'"),
        ("\n2\t", "\n02\t", "第 3 行：序号应为 2，实为 '02'"),
        ("\tvoid\t", "\tvoided\t", "第 3 行：没有这种日志"),
        (HEX, HEX.upper(), "第 2 行：摘要不对"),
        ("15:30:00+08:00\tcommit", "15:30:01+08:00\tcommit", "第 2 行：链值应为"),
        ("\t2026Q4\t", "\t\t", "第 2 行：对象不对"),
        (TIME, "2026-10-08T15:30:00Z", "第 2 行：时间应写作"),
        ("\tcommit\t", "\tcommit\t\t", "第 2 行：应有 6 栏，实有 7 栏"),
    ],
)
def test_a_log_of_another_form_is_refused_with_its_line(good, bad, message):
    text = log_text((TIME, "commit", "2026Q4", HEX), (TIME, "void", "2026Q4", HEX))
    with pytest.raises(Invalid, match="log.tsv " + message):
        verify.parse_log(text.replace(good, bad, 1))


def test_the_times_of_a_log_do_not_descend_as_instants():
    later, earlier = "2026-10-08T15:30:00+08:00", "2026-10-08T16:00:00+09:00"
    with pytest.raises(Invalid, match="log.tsv 第 3 行：时间早于上一行"):
        log_text((later, "commit", "x", HEX), (earlier, "void", "x", HEX))
    assert log_text((earlier, "commit", "x", HEX), (later, "void", "x", HEX))


def test_a_subject_with_a_tab_is_not_logged():
    with pytest.raises(Invalid, match="对象不对"):
        verify.log_row(verify.NO_CHAIN, 1, TIME, "finding", "a\tb", HEX)


def log_check(files):
    return next(line for line in verify.check(files) if line.what == "log.tsv 中的本次抽查")


def test_a_log_that_tells_of_the_draw_passes():
    assert log_check(logged(FILES)) == ("log.tsv 中的本次抽查", True, "", "ok")


@pytest.mark.parametrize(
    ("alter", "detail"),
    [
        (lambda rows: [(TIME, "publish", "x", HEX), *rows[1:]], "log.tsv：本次抽查的 commit 应有一行"),
        (lambda rows: [(*rows[0][:3], HEX), *rows[1:]], "log.tsv：本次抽查的 commit 应有一行"),
        (lambda rows: [rows[0], *rows], "log.tsv：本次抽查的 commit 应有一行"),
        (lambda rows: [(rows[0][0], "publish", "x", HEX), *rows], "log.tsv 第 3 行：前一链值是 "),
        (lambda rows: [rows[0], *rows[2:]], "log.tsv：缺少 entropy 行 2026Q4/dice10 "),
        (lambda rows: [*rows[:2], rows[1], *rows[2:]], "log.tsv：多出 entropy 行 2026Q4/dice10 "),
        (lambda rows: [*rows[:2], (*rows[2][:3], HEX), rows[3]], "log.tsv：缺少 entropy 行 2026Q4/ssq "),
        (lambda rows: rows[:3], "log.tsv：本次抽查的 result 应有一行"),
        (lambda rows: [*rows[:3], (*rows[3][:3], HEX)], "log.tsv：本次抽查的 result 应有一行"),
        (
            lambda rows: [rows[0], rows[3], *rows[1:3]],
            "log.tsv：本次抽查的行应依次为 commit、entropy、result",
        ),
    ],
)
def test_a_log_that_tells_otherwise_fails(alter, detail):
    line = log_check(logged(FILES, alter))
    assert line.level == "fail" and line.detail.startswith(detail)


def test_rows_of_the_site_stand_anywhere_and_tell_nothing_of_the_draw():
    site = [("audit", "audit/12", HEX), ("plan", "2026-1", HEX)]
    files = logged(
        FILES, lambda rows: [part for row in rows for part in (row, *((row[0], *x) for x in site))]
    )
    assert log_check(files) == ("log.tsv 中的本次抽查", True, "", "ok")
    alone = log_check(logged(FILES, lambda rows: [(TIME, *each) for each in site]))
    assert alone[1:] == (True, "日志里没有本次抽查", "warn")


def test_a_log_may_warn_without_failing():
    silent = log_check(logged(FILES, lambda rows: [(TIME, "publish", "2026Q3", HEX)]))
    assert silent[1:] == (True, "日志里没有本次抽查", "warn")
    void = log_check(logged(FILES, lambda rows: [*rows, (rows[3][0], "void", "2026Q4", HEX)]))
    assert void[1:] == (True, "本次抽查已作废", "warn")
    late = log_check(logged(FILES, lambda rows: [(TIME, *rows[0][1:]), *rows[1:]]))
    assert late.level == "warn" and late.detail.startswith(f"承诺登记于 {TIME}，不早于")


def test_two_sources_of_one_kind_may_be_logged_in_either_order_but_both_must_be_there():
    sources = (Source("ssq", "2026112", TIME), Source("ssq", "2026113", "2026-10-10T21:15:00+08:00"))
    sources = (*DICE[:0], Source("dice10", "39", "2026-10-08T09:30:00+08:00"), *sources)
    files = drawn(bundle(*registry(5, 30, 6), sources=sources))
    assert failed(logged(files)) == []
    assert failed(logged(files, lambda rows: [*rows[:2], rows[3], rows[2], rows[4]])) == []
    assert failed(logged(files, lambda rows: [*rows[:2], rows[3], rows[3], rows[4]]))
