"""The two programs open the same archives, and refuse the same."""

import base64
import io
import random
import zipfile

import pytest
from protocol_cases import rich_bundle
from twins import ask

pytestmark = pytest.mark.browser

FILES = rich_bundle()


def packed(files, method=zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
    return buffer.getvalue()


def unpacked(*archives, caps=None):
    """What readZip gives for each: the files, or the reason of its refusal."""
    cases = [{"op": "zip", "data": base64.b64encode(data).decode(), "caps": caps or {}} for data in archives]
    return [
        answer.get("refused") or {name: base64.b64decode(data) for name, data in answer["files"].items()}
        for answer in ask(cases)
    ]


def test_a_zip_gives_its_files():
    empty, stored, deflated = unpacked(
        packed({}), packed(FILES, zipfile.ZIP_STORED), packed({**FILES, "readme": b"x"})
    )
    assert (empty, stored, deflated) == (
        {},
        FILES,
        {**FILES, "readme": b""},
    )  # what is no file of a draw is not unpacked


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_plays_tricks_is_refused():
    link = zipfile.ZipInfo("pool.tsv")
    link.external_attr = 0o120777 << 16
    secret = bytearray(packed({"pool.tsv": b"a"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        secret[secret.index(mark) + offset] |= 1
    names = ["../commit.txt", "/commit.txt", "a/../../b", "C:\\commit.txt", "..\\x", "commit.txt\0x", ".."]
    tricks = {
        "链接": [packed([(link, b"/etc/passwd")])],
        "重复": [packed([("pool.tsv", b"a"), ("pool.tsv", b"b")])],
        "加密": [bytes(secret)],
        "压缩方式": [packed({"pool.tsv": b"a"}, zipfile.ZIP_BZIP2)],
        "不安全的文件名": [packed({"X" * len(n): b"x"}).replace(b"X" * len(n), n.encode()) for n in names],
        "不是 zip 文件": [
            b"",
            b"PK",
            b"PK\x03\x04 no zip",
            packed(FILES)[:-1],
            packed(FILES) + b"x",
            b"x" + packed(FILES),
        ],
    }
    for word, archives in tricks.items():
        assert [word in answer for answer in unpacked(*archives)] == [True] * len(archives), word


def test_sizes_beyond_reason_are_refused_whatever_the_archive_declares():
    caps = {"file": 1000, "total": 1500, "entries": 5}
    big = packed({"pool.tsv": b"x" * 1001})
    lying = big.replace((1001).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    two = packed({"pool.tsv": b"x" * 900, "log.tsv": b"x" * 900})
    many = packed({f"f{n}": b"" for n in range(6)})
    fits, *refused = unpacked(packed({"pool.tsv": b"x" * 1000}), big, lying, two, many, caps=caps)
    assert fits == {"pool.tsv": b"x" * 1000}
    assert [
        word in answer for word, answer in zip(("太大", "不符", "太大", "太多"), refused, strict=True)
    ] == [True] * 4


def test_a_damaged_zip_is_read_as_it_was_or_refused():
    whole, dice, archives = packed(FILES), random.Random(11), []
    for _ in range(600):
        data = bytearray(whole)
        data[dice.randrange(len(whole))] ^= dice.randrange(1, 256)
        archives.append(bytes(data))
    for answer in unpacked(*archives):
        assert isinstance(answer, str) or all(FILES.get(name, data) == data for name, data in answer.items())
