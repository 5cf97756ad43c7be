"""A byte changed anywhere in any file of a bundle is caught by verify.py; test_verify_mjs_flips.py asks the same of its twin."""

import pytest
from protocol_cases import failed, folder, rich_bundle
from twins import ask

MASKS = (0x01, 0xA0)  # an id's last bit; a letter's case together with what breaks UTF-8
BUNDLE = rich_bundle(size=5, people=4, count=1, rules=dict.fromkeys(("key", "special", "general"), "1/1"))


def flipped(data: bytes, at: int, mask: int) -> bytes:
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def missed(files: dict[str, bytes], masks) -> list[tuple[str, int, int]]:
    assert failed(files) == []
    return [
        (name, at, mask)
        for name, data in files.items()
        for mask in masks
        for at in range(len(data))
        if not failed({**files, name: flipped(data, at, mask)})
    ]


@pytest.mark.parametrize("mask", [MASKS[0], pytest.param(MASKS[1], marks=pytest.mark.long)])
def test_verify_py_catches_every_flip(mask):
    assert set(BUNDLE) >= {
        "names.tsv",
        "substitutes.tsv",
        "log.tsv",
        "salt.txt",
        "registers.tsv",
        "verify.py",
    }
    assert missed(BUNDLE, [mask]) == []


@pytest.mark.parametrize("name", ["unfinished/frozen-sealed", "unfinished/declared-sealed"])
def test_verify_py_catches_every_flip_in_a_draw_that_is_not_finished(name):
    assert missed(folder(name), MASKS[:1]) == []


def test_verify_py_catches_a_byte_that_is_left_out_or_put_in():
    for name, data in BUNDLE.items():
        for at in range(0, len(data), 5):
            assert failed({**BUNDLE, name: data[:at] + data[at + 1 :]}), (name, at)
            assert failed({**BUNDLE, name: data[:at] + b"\n" + data[at:]}), (name, at)


@pytest.mark.browser
def test_verify_mjs_catches_every_flip_in_the_same_bundle():
    cases = [
        {"op": "flips", "files": BUNDLE, "name": name, "mask": mask} for name in BUNDLE for mask in MASKS[::3]
    ]
    for case, answer in zip(cases, ask(cases), strict=True):
        wanted = {"whole": True, "size": len(BUNDLE[case["name"]]), "missed": []}
        assert answer == wanted, (case["name"], case["mask"])
