"""Both verifiers judge the log, its times and an earlier record of it alike."""

import base64

import pytest
from protocol_cases import (
    SEALS,
    bundle,
    clock,
    drawn,
    entries_of,
    failed,
    log_events,
    logged,
    registry,
    rich_bundle,
)
from twins import agree, ask

from drawings.protocol import verify

pytestmark = pytest.mark.browser

UNITS, OFFICERS_ROWS = registry(5, 30, 6)
FILES = drawn(bundle(UNITS, OFFICERS_ROWS, sources=SEALS, entries=entries_of(UNITS)))
RICH = {name: data for name, data in rich_bundle().items() if name not in verify.PROGRAMS}
HEX = "ab" * 32
COMMIT = FILES["commit.txt"].decode()


def chained(*rows) -> bytes:
    """A log of (index, time, kind, subject, digest) rows, sound in its chain whatever else they say."""
    lines, chain = ["log/2"], verify.NO_CHAIN
    for row in rows:
        chain = verify.digest("\t".join([chain, *row]))
        lines.append("\t".join([*row, chain]))
    return ("\n".join(lines) + "\n").encode()


def test_both_refuse_the_same_logs_whose_chain_is_sound():
    begun = [(str(n), *row) for n, row in enumerate(log_events(FILES), 1)]
    early, late = "2026-10-09T09:00:00+08:00", "2026-10-09T10:00:00+09:00"  # one instant, two offsets
    row = ("5", early, "publish", "x", HEX)
    cases = [
        [row],
        [row, ("6", late, "publish", "x", HEX)],
        [row, ("6", "2026-10-09T09:59:59+09:00", "publish", "x", HEX)],
        [row, ("7", late, "publish", "x", HEX)],
        [row, ("06", late, "publish", "x", HEX)],
        [row, ("6", "2026-10-09T09:00:00Z", "publish", "x", HEX)],
        [row, ("6", late, "published", "x", HEX)],
        *([row, ("6", late, kind, "x", HEX)] for kind in sorted(verify.KINDS)),
        *(
            [row, ("6", late, kind, "x", HEX)]
            for kind in ("substitute-unit", "substitute-officer", "audits", "Commit", "")
        ),
        *(
            [row, ("6", late, "publish", text, HEX)]
            for text in ("", "x\ty", " x", "x ", "x  y", "x\u2028", "平" * 201, "平" * 200, "甲\u3000")
        ),
        [row, ("6", late, "publish", "x", HEX.upper())],
        [row, ("6", late, "publish", "x", HEX[1:])],
    ]
    ours = agree([{**FILES, "log.tsv": chained(*begun, *rows)} for rows in cases])
    assert ours[:3] == [True, True, False]


def moved(rows, number, seconds):
    """The rows with one so many seconds later, in the order of their times."""
    at = verify.instant(rows[number][0]) + seconds
    return sorted(
        [*rows[:number], (clock(at), *rows[number][1:]), *rows[number + 1 :]],
        key=lambda r: verify.instant(r[0]),
    )


def test_both_judge_the_log_alike():
    def changed(kind, subject, digest):
        return logged(FILES, lambda rows: [*rows, (rows[-1][0], kind, subject, digest)])

    cases = [
        changed(kind, subject, digest)
        for kind in (
            "commit",
            "entropy",
            "result",
            "void",
            "publish",
            "audit",
            "plan",
            "declare",
            "substitute",
            "withdraw",
        )
        for subject in ("2026Q4", "2026Q4-2", "2026Q4/ssq", "2026Q4/x", "2026Q3", "2026Q4/1", "2026Q4/2")
        for digest in (HEX, verify.digest(COMMIT))
    ]
    cases.append(
        logged(FILES, lambda rows: [rows[0], (rows[1][0], *rows[3][1:]), *rows[1:3]])
    )  # the result before its entropy
    # the commit names the chain value before it: not so where another row stands first
    cases.append(logged(FILES, lambda rows: [(rows[0][0], "publish", "x", HEX), *rows]))
    cases += [logged(FILES, lambda rows, keep=keep: rows[:keep]) for keep in range(5)]
    cases += [logged(FILES, lambda rows, n=n: rows[:n] + rows[n + 1 :]) for n in range(4)]
    cases += [
        {**logged(FILES), "log.tsv": data} for data in (b"", b"log/2\n", b"log/2", b"log/1\n", b"log/2\n\n")
    ]
    ours = agree(cases)
    assert {True, False} <= set(ours)


def test_both_judge_the_times_of_the_log_and_its_substitutes_alike():
    rows = log_events(RICH)
    shifts = (-90_000, -3601, -3600, -1, 1, 3600, 3601, 90_000)
    cases = [logged(RICH, lambda own, n=n, s=s: moved(own, n, s)) for n in range(len(rows)) for s in shifts]
    cases += [logged(RICH, lambda own, n=n: own[:n] + own[n + 1 :]) for n in range(len(rows))]
    cases += [
        logged(RICH, lambda own, n=n: [*own[:n], (*own[n][:3], HEX), *own[n + 1 :]]) for n in range(len(rows))
    ]
    cases += [logged(RICH, lambda own, n=n: [*own[: n + 1], own[n], *own[n + 1 :]]) for n in range(len(rows))]
    ours = agree(cases)
    assert {True, False} <= set(ours)


def test_both_demand_the_same_of_an_earlier_record():
    files = logged(FILES)
    rows = files["log.tsv"].decode().split("\n")[1:-1]
    chains = [row.split("\t")[5] for row in rows]
    root = base64.b64encode(verify.merkle_root(rows[:3])).decode()
    earlier = [
        *(
            "",
            "\n",
            "log/2",
            "log/2\n",
            "log/1\n",
            HEX,
            verify.NO_CHAIN,
            *chains,
            *(f"{each}\n" for each in chains),
        ),
        *(
            chains[0].upper(),
            f"{chains[0]}\n\n",
            f" {chains[0]}",
            "\n".join(["log/2", *rows[:2], ""]),
            "\n".join(["log/2", *rows[1:], ""]),
        ),
        *(f"site/log\n{size}\n{root}\n\n" for size in ("3", "03", "2", "4", "5", "", "x", "-3")),
        *(f"site/log\n3\n{text}\n\n" for text in ("", "***", root[:-1], root + "=", root[:-4], HEX)),
        *(
            f"site/log\n3\n{root}\n{more}"
            for more in ("", "\n", "extension\n\n", "extension\n\n— a AAAA\n", "\n— a AAAA\n")
        ),
    ]
    cases = [{"op": "check", "files": files, "earlier": each.encode()} for each in earlier]
    cases.append({"op": "check", "files": FILES, "earlier": chains[0].encode()})
    theirs = [all(line["ok"] for line in answer) for answer in ask(cases)]
    ours = [not failed(case["files"], case["earlier"]) for case in cases]
    assert [
        case["earlier"] for case, *pair in zip(cases, ours, theirs, strict=True) if pair[0] != pair[1]
    ] == []
    assert {True, False} <= set(ours)
