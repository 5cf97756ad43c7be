"""Each rule of the protocol that no bad vector breaks: both verifiers refuse by the same check, and by no other."""

import pytest
import rule_cases
import rule_cases_drawn
import rule_cases_logged
from note_cases import CASES as NOTED
from note_cases import FEW, NOTES, Noted, declared, registered
from protocol_cases import entry
from rule_cases import CHECKS
from rule_cases_logged import BASE, EXTENDED, GOOD
from small_draw import LISTS, sealing
from twins import ask

from drawings.protocol import verify

CASES = [*rule_cases.cases(), *rule_cases_drawn.cases(), *rule_cases_logged.cases()]


def failures(lines) -> list[tuple[str, str]]:
    """(check, reason) of those that fail; what is skipped after them is none."""
    found = [line if isinstance(line, dict) else line._asdict() for line in lines]
    return [(line["what"], line["detail"]) for line in found if line["level"] == "fail"]


def faults(answers, side: int) -> list[tuple]:
    """The cases that are not refused as they should be, with what was said; side: 0 for verify.py, 1 for verify.mjs."""
    found = []
    for case, answer in zip(CASES, answers, strict=True):
        said = failures(answer)
        if [what for what, _ in said] != [CHECKS[case.check][side]] or case.says[side] not in said[0][1]:
            found.append((case.name, said))
    return found


def test_verify_py_refuses_what_breaks_a_rule_by_the_check_of_that_rule():
    assert faults([verify.check(case.files, extends=case.earlier) for case in CASES], 0) == []


@pytest.mark.browser
def test_verify_mjs_refuses_what_breaks_a_rule_by_the_check_of_that_rule():
    questions = [{"op": "check", "files": case.files} for case in CASES]
    for question, case in zip(questions, CASES, strict=True):
        if case.earlier is not None:
            question["earlier"] = case.earlier
    assert faults(ask(questions), 1) == []


GOOD_CASES = [(files, None) for files in GOOD] + [(BASE, earlier) for earlier in EXTENDED]


def test_verify_py_accepts_the_draws_that_the_rules_are_broken_in():
    assert [failures(verify.check(files, extends=earlier)) for files, earlier in GOOD_CASES] == [[]] * len(
        GOOD_CASES
    )


@pytest.mark.browser
def test_verify_mjs_accepts_the_draws_that_the_rules_are_broken_in():
    questions = [
        {"op": "check", "files": files} | ({"earlier": e} if e is not None else {}) for files, e in GOOD_CASES
    ]
    assert [failures(answer) for answer in ask(questions)] == [[]] * len(GOOD_CASES)


def test_the_names_of_the_cases_are_different():
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)


# ---- --result and --substitutes: the same rules on the way that computes ----

LATER = {"names", "stage", "salt", "salt held", "entropy", "entropy of", "units", "declarations", "log"}
FROZEN = [
    {**case.files, **sealing(case.files)}
    for case in rule_cases.cases()
    if case.check not in LATER and set(LISTS) <= set(case.files)
]
WITH_SUBSTITUTES = [case.files for case in CASES if case.name.startswith("substitutes.tsv: ")]


def computed(compute, files) -> str | None:
    try:
        return compute(files)
    except verify.Invalid:
        return None


def test_verify_py_computes_nothing_where_a_rule_of_the_frozen_files_is_broken():
    drawn = [computed(verify.draw_files, files) for files in FROZEN]
    assert drawn == [None] * len(FROZEN)
    assert computed(verify.draw_files, {**BASE, **sealing(BASE)})


@pytest.mark.browser
def test_verify_mjs_computes_nothing_where_a_rule_of_the_frozen_files_is_broken():
    answers = ask([{"op": "compute", "files": files} for files in [*FROZEN, {**BASE, **sealing(BASE)}]])
    assert [list(answer) for answer in answers] == [["refused"]] * len(FROZEN) + [["result"]]


@pytest.mark.browser
def test_both_compute_the_same_substitutes_or_none():
    answers = ask([{"op": "substitutes", "files": files} for files in WITH_SUBSTITUTES])
    ours = [computed(verify.substitute_files, files) for files in WITH_SUBSTITUTES]
    assert ours == [answer.get("result") for answer in answers]
    assert BASE["substitutes.tsv"].decode() in ours and None in ours


# ---- What is named though it is no fault ----


def named(lines, side: int) -> set[str]:
    """The headings of NOTES that stand in a report in which nothing fails."""
    assert failures(lines) == []
    whats = {line["what"] if isinstance(line, dict) else line.what for line in lines}
    return whats & {headings[side] for headings in NOTES.values()}


def unlike(answers, side: int) -> list[tuple]:
    found = [(case, named(answer, side)) for case, answer in zip(NOTED, answers, strict=True)]
    return [(case.name, said) for case, said in found if said != {NOTES[key][side] for key in case.due}]


def test_verify_py_names_what_it_should_and_nothing_else():
    assert unlike([verify.check(case.files) for case in NOTED], 0) == []


@pytest.mark.browser
def test_verify_mjs_names_what_it_should_and_nothing_else():
    assert unlike(ask([{"op": "check", "files": case.files} for case in NOTED]), 1) == []


def test_verify_py_names_each_place_for_which_away_left_fewer_than_two():
    reports = [verify.check(declared(away, kind)) for away, kind, _ in FEW]
    counts = [sum(line.what == NOTES["few"][0] for line in report) for report in reports]
    assert counts == [places for *_, places in FEW]


@pytest.mark.browser
def test_verify_mjs_names_each_place_for_which_away_left_fewer_than_two():
    answers = ask([{"op": "check", "files": declared(away, kind)} for away, kind, _ in FEW])
    said = [[line["detail"] for line in answer if line["what"] == NOTES["few"][1]] for answer in answers]
    assert [sum(detail.count("人可选") for detail in details) for details in said] == [n for *_, n in FEW]


@pytest.mark.browser
def test_both_say_the_same_of_entries_that_are_called_otherwise_and_of_units_that_several_are():
    cases = [case for case in NOTED if {"called", "several"} & set(case.due)]
    cases += [Noted("more than five", registered(*(entry("city", f"k{n}", "u1") for n in range(7))), ())]
    for ours, theirs in zip(
        map(verify.check, [case.files for case in cases]),
        ask([{"op": "check", "files": case.files} for case in cases]),
        strict=True,
    ):
        said = [(line.what, line.detail) for line in ours if line.what in ODD]
        assert said == [(line["what"], line["detail"]) for line in theirs if line["what"] in ODD] != []
    assert (
        said[0][1].endswith("city/k4 “虚构city/k4号𠮷” 对应 u1 “虚构u1号𠮷” 等 7 项")
        and said[1][1] == "u1（city 7 条）"
    )


ODD = {NOTES["called"][0], NOTES["several"][0]}
