"""The two programs open the same archives, and refuse the same."""

import base64
import io
import random
import zipfile

import pytest
from protocol_cases import rich_bundle
from twins import ask

from drawings.protocol import verify

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


def read(archives, folder) -> list[dict[str, bytes] | str]:
    """The same by verify.py."""
    found: list[dict[str, bytes] | str] = []
    for data in archives:
        (folder / "bundle.zip").write_bytes(data)
        try:
            files = verify.read_path(str(folder / "bundle.zip"))
            found.append({name: data for name, data in files.items() if not name.endswith("/")})
        except verify.Unreadable as reason:
            found.append(str(reason))
    return found


def test_a_zip_gives_its_files():
    empty, stored, deflated = unpacked(
        packed({}), packed(FILES, zipfile.ZIP_STORED), packed({**FILES, "readme": b"x"})
    )
    assert (empty, stored, deflated) == (
        {},
        FILES,
        {**FILES, "readme": b""},
    )  # what is no file of a draw is not unpacked


def with_comment(data: bytes, comment: bytes, length: int | None = None) -> bytes:
    """The archive with a comment at its end, and how long it is said to be."""
    return data[:-2] + (len(comment) if length is None else length).to_bytes(2, "little") + comment


def flagged(bit: int) -> bytes:
    """An archive whose one entry has a flag, in its own header and in the directory."""
    data = bytearray(packed({"pool.tsv": b"a"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data[at : at + 2] = (int.from_bytes(data[at : at + 2], "little") | bit).to_bytes(2, "little")
    return bytes(data)


def entry_of(name: str, mode: int) -> bytes:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return packed([(entry, b"/etc/passwd")])


def renamed(name: str) -> bytes:
    return packed({"X" * len(name): b"x"}).replace(b"X" * len(name), name.encode())


WHOLE = packed(FILES)
NAMES = ["../commit.txt", "/commit.txt", "a/../../b", "C:\\commit.txt", "..\\x", "commit.txt\0x", "..", "a:b", "./commit.txt", "a/./b"]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_plays_tricks_is_refused_by_both(tmp_path):
    tricks = {
        "链接": [entry_of("pool.tsv", 0o120777), entry_of("other", 0o120777)],
        "特殊文件": [entry_of("pool.tsv", 0o010644), entry_of("other", 0o060644)],
        "重复": [
            packed([("pool.tsv", b"a"), ("pool.tsv", b"b")]),
            packed([("other", b"a"), ("other", b"b")]),
        ],
        "加密": [flagged(1), flagged(0x40), flagged(0x2000)],
        "压缩方式": [
            packed({"pool.tsv": b"a"}, zipfile.ZIP_BZIP2),
            packed({"other": b"a"}, zipfile.ZIP_LZMA),
        ],
        "不安全的文件名": [renamed(name) for name in NAMES],
        "不是 zip 文件": [
            *(b"", b"PK", b"PK\x03\x04 no zip", WHOLE[:-1], WHOLE + b"x", b"x" + WHOLE, WHOLE + WHOLE),
            *(with_comment(WHOLE, b"abc", length) for length in (2, 4)),
            packed({"说明.txt": b""}).replace("说明".encode(), b"\xff" * 6),
        ],
    }
    for word, archives in tricks.items():
        assert [word in answer for answer in unpacked(*archives)] == [True] * len(archives), word
        assert [isinstance(answer, str) for answer in read(archives, tmp_path)] == [True] * len(archives), (
            word
        )


def test_a_zip_that_is_plain_is_read_alike_by_both(tmp_path):
    archives = [
        *(packed({}), packed(FILES, zipfile.ZIP_STORED), packed({**FILES, "readme": b"x"})),
        *(with_comment(WHOLE, b"abc"), entry_of("commit.txt", 0o100644), packed({"folder/": b"", **FILES})),
        *(
            packed({"folder/commit.txt": b"x", "说明.txt": b"y"}),
            packed({"a..b": b"", "...": b"", "a//b": b""}),
        ),
    ]
    answers = unpacked(*archives)
    assert answers == read(archives, tmp_path)
    assert not any(isinstance(answer, str) for answer in answers)


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
