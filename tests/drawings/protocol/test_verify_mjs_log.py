"""What `verify.mjs` demands of the log of a draw, what it names, and what a log must extend."""

import base64
import hashlib

import pytest
from browser_answers import checked, level, passes
from sealed_files import chained, log_rows, sha256, vector
from twins import ask

pytestmark = pytest.mark.browser

WHOLE = vector("draw2/005")  # open, fresh fc3d, two registers, names, log
UNDER_SEED = vector("draw2/003")


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
            (row[0], kind, subject, "a" * 64)
            for kind in kinds
            for subject in ("2025Q2", "别处", "2025Q2/x")
            if kind != "redaction" or subject == "别处"
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


def test_a_value_that_is_published_stands_in_the_log_and_a_result_that_is_not_may_wait():
    files = {name: data for name, data in UNDER_SEED.items() if name not in ("result.tsv", "substitutes.tsv")}
    rows = log_rows(UNDER_SEED)
    result = next(
        number
        for number, row in enumerate(rows)
        if row[1] == "result" and row[2] == rows[-1][2].split("/")[0]
    )
    assert rows[result - 1][1] == "entropy"
    cases = [relogged(files, *rows[: result + more]) for more in (-1, 0, 1)]
    assert passes(*cases) == [False, True, True]


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


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("2036-10-08T15:30:00+08:00", "北京时间 2036-10-08 15:30。"),
        ("2036-10-08T16:30:01+09:00", "北京时间 2036-10-08 15:30:01。"),
        ("2036-12-31T16:00:00-00:00", "北京时间 2037-01-01 00:00。"),
    ],
)
def test_a_time_is_told_as_the_site_shows_it_whatever_its_offset(time, said):
    [lines] = checked(relogged(WHOLE, *log_rows(WHOLE), (time, "void", "2025Q2", "a" * 64)))
    [detail] = [line["detail"] for line in lines if line["what"] == "本次抽签已作废"]
    assert said in detail, detail


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
