"""Rows `audit` of a unit in the log: the digest of an on-site record directly above the finding that rests on it, and nowhere else."""

import pytest
from finding_stories import F1, OPEN, SMALL, UNSEALED, draw_of, files_of
from protocol_cases import failed
from sealed_files import chained, log_rows, sha256
from twins import ask

from drawings.protocol import verify

STEP = "日志里本次抽签的各行齐全，次序、指纹和时间都对"


def told(story, shift: int = 0, *, subject: str = "", times: int = 1) -> dict[str, bytes]:
    """The story with such a row above its first finding, or `shift` rows away from there."""
    files = files_of(story)
    rows = log_rows(files)
    here = [row[2].split("/")[0] == draw_of(story.base) and row[1] == "finding" for row in rows].index(True)
    row = (rows[here + shift][0], "audit", subject or rows[here][2], sha256("record/1\n"))
    place = here + shift
    return {**files, "log.tsv": chained([*rows[:place], *[row] * times, *rows[place:]])}


CASES = {
    "open": (told(OPEN), ""),
    "sealed": (told(UNSEALED), ""),
    "another-draw": (told(OPEN, 2, subject="2031Q9/410481-766007"), ""),
    "early": (told(OPEN, -1), "下一行应为它的检查结果"),
    "below": (told(OPEN, 1), "下一行应为它的检查结果"),
    "other-unit": (told(OPEN, subject=f"{draw_of(SMALL)}/{F1[1].unit}"), "下一行应为它的检查结果"),
    "of-the-draw": (told(OPEN, subject=draw_of(SMALL)), "下一行应为它的检查结果"),
    "twice": (told(OPEN, times=2), "下一行应为它的检查结果"),
}


@pytest.mark.parametrize("name", CASES)
def test_verify_py_holds_the_row_to_its_place(name):
    files, said = CASES[name]
    assert [(what, said in detail) for what, detail in failed_with(files)][:1] == (
        [(STEP, True)] if said else []
    )


def failed_with(files: dict[str, bytes]) -> list[tuple[str, str]]:
    return [(line.what, line.detail) for line in verify.check(files) if line.level == "fail"]


def test_the_last_row_of_a_log_has_no_finding_below_it():
    files = files_of(OPEN)
    rows = log_rows(files)
    row = (rows[-1][0], "audit", f"{draw_of(SMALL)}/x", sha256("record/1\n"))
    assert failed({**files, "log.tsv": chained([*rows, row])})


@pytest.mark.browser
def test_the_browsers_verifier_holds_them_to_the_same_place():
    answers = ask([{"op": "check", "files": files} for files, _ in CASES.values()])
    for name, lines in zip(CASES, answers, strict=True):
        faults = [line["detail"] for line in lines if line["level"] == "fail"]
        wrong = bool(CASES[name][1])
        assert [("现场记录" in fault) for fault in faults][:1] == ([True] if wrong else []), name
