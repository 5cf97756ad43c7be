"""A byte changed anywhere in any file of a bundle is caught by both verifiers."""

import hashlib

import pytest
from protocol_cases import SEALS, bundle, drawn, failed, logged, registry
from twins import ask

from drawings.protocol import verify

# A letter's case and an id's last bit; one that makes a control character or breaks UTF-8; every bit.
MASKS = (0x01, 0x20, 0x80, 0xFF)


def whole_bundle() -> dict[str, bytes]:
    """A small draw with dice and a lottery, its log, and programs that the commit names."""
    files = bundle(*registry(8, 12, 4), sources=SEALS)
    programs = {"verify.py": b"print(1)\n", "verify.mjs": b"console.log(1);\n"}
    commit = verify.parse_commit(files["commit.txt"].decode())
    values = verify.parse_entropy(files["entropy.txt"].decode(), commit)
    commit = commit._replace(program=tuple(hashlib.sha256(data).hexdigest() for data in programs.values()))
    files["commit.txt"] = verify.write_commit(commit).encode()
    files["entropy.txt"] = verify.write_entropy(commit.digest, values).encode()
    return {**logged(drawn(files)), **programs}


BUNDLE = whole_bundle()


def test_verify_py_catches_every_flip():
    assert failed(BUNDLE) == []
    missed = [
        (name, at, mask)
        for name, data in BUNDLE.items()
        for mask in MASKS
        for at in range(len(data))
        if not failed({**BUNDLE, name: data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]})
    ]
    assert missed == []


@pytest.mark.browser
def test_verify_mjs_catches_every_flip():
    cases = [
        {"op": "flips", "files": BUNDLE, "name": name, "mask": mask} for name in BUNDLE for mask in MASKS
    ]
    for case, answer in zip(cases, ask(cases), strict=True):
        assert answer == {"whole": True, "size": len(BUNDLE[case["name"]]), "missed": []}, (
            case["name"],
            case["mask"],
        )


@pytest.mark.browser
def test_both_catch_a_byte_that_is_left_out_or_put_in():
    cases = []
    for name, data in BUNDLE.items():
        for at in range(0, len(data), 7):
            cases.append({**BUNDLE, name: data[:at] + data[at + 1 :]})
            cases.append({**BUNDLE, name: data[:at] + b"\n" + data[at:]})
    lines = ask([{"op": "check", "files": files} for files in cases])
    assert all(any(not line["ok"] for line in answer) for answer in lines)
    assert all(failed(files) for files in cases)
