"""A byte changed anywhere in any file of a bundle is caught by the browser's verifier."""

import random

import pytest
from sealed_files import vector
from twins import ask

pytestmark = pytest.mark.browser

# An id's last bit; a letter's case; one that makes a control character or breaks UTF-8; every bit. The others go the same ways.
MASKS = (0x01, *(pytest.param(mask, marks=pytest.mark.long) for mask in (0x20, 0x80, 0xFF)))
# SMALL has every kind of file and a program; LARGE three departments and substitutes on fresh numbers.
SMALL, LARGE = vector("draw2/019"), vector("draw2/007")


def flips(files, names, mask):
    """Assert that no byte of the named files can be changed unseen."""
    cases = [{"op": "flips", "files": files, "name": name, "mask": mask} for name in names]
    for case, answer in zip(cases, ask(cases), strict=True):
        due = {"whole": True, "size": len(files[case["name"]]), "missed": []}
        assert answer == due, case["name"]


@pytest.mark.parametrize("mask", MASKS)
def test_every_flip_is_caught(mask):
    assert {"names.tsv", "substitutes.tsv", "log.tsv", "salt.txt", "registers.tsv", "verify.py"} <= set(SMALL)
    flips(SMALL, SMALL, mask)


@pytest.mark.long
def test_every_flip_in_the_files_with_several_departments_is_caught():
    flips(LARGE, ["commit.txt", "officers.tsv", "registers.tsv", "substitutes.tsv"], 0x01)


@pytest.mark.long
def test_a_byte_that_is_left_out_or_put_in_is_caught():
    cases = []
    for name, data in SMALL.items():
        for at in range(len(data)):
            cases.append({**SMALL, name: data[:at] + data[at + 1 :]})
            cases.append({**SMALL, name: data[:at] + b"\n" + data[at:]})
    answers = ask([{"op": "check", "files": files} for files in cases])
    assert [number for number, lines in enumerate(answers) if all(line["ok"] for line in lines)] == []


def test_no_bytes_make_the_program_stumble():
    """Scraps thrown into every file: each is answered by a check that fails, never by an error of the program."""
    dice = random.Random(7)
    scraps = [b"\n", b"\t", b" ", b"\0", b"\r", b"-", b"9" * 5000, "٣𠮷\u2028".encode()]
    scraps += [b"\xed\xa0\x80", b"\xff", b"\n" * 50]
    cases = []
    for _ in range(1500):
        name = dice.choice(list(LARGE))
        data, start = LARGE[name], dice.randrange(len(LARGE[name]))
        end = start + dice.choice((0, 0, 1, 40, 10**6))
        changed = data[:start] + dice.choice(scraps) + data[end:]
        # A whole row of names that is left out is a name withdrawn, and no fault.
        if changed != data and not (name == "names.tsv" and end > len(data)):
            cases.append({**LARGE, name: changed})
    for answer in ask([{"op": "check", "files": files} for files in cases]):
        assert any(not line["ok"] for line in answer)
        assert all("程序出错" not in line["detail"] for line in answer)
