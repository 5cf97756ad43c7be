"""The log, whole bundles, and the program as the public runs it: exit status 0, 1 or 2, never a traceback."""

import contextlib
import io
import os
import random
import subprocess
import sys
import zipfile

import pytest
from protocol_cases import (
    SALT,
    SEALS,
    VECTORS,
    bundle,
    drawn,
    failed,
    folder,
    logged,
    recommitted,
    registry,
    texts,
)

from drawings.protocol import verify
from drawings.protocol.verify import Invalid, Source

FILES = drawn(bundle(*registry(5, 30, 6), sources=SEALS))
TIME = "2026-10-08T15:30:00+08:00"
HEX = "0123456789abcdef" * 4


def run(*arguments) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, verify.__file__, *map(str, arguments)], capture_output=True, timeout=30
    )
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def save(path, files):
    path.mkdir(exist_ok=True)
    for name, data in files.items():
        (path / name).write_bytes(data)
    return path


def packed(files, path, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
    return path


# ---- Bundles ----


@pytest.mark.parametrize("missing", FILES)
def test_a_missing_file_is_a_failed_check(missing):
    report = failed({name: data for name, data in FILES.items() if name != missing})
    assert f"{missing}：没有这个文件" in [line.detail for line in report]


@pytest.mark.parametrize("file", [*FILES, "log.tsv"])
def test_bytes_that_are_not_utf8_are_a_failed_check_with_their_line(file):
    data = logged(FILES)[file]
    broken = data.replace(b"\n", b"\n\xff", 1)
    report = failed({**logged(FILES), file: broken})
    assert f"{file} 第 2 行：不是 UTF-8" in [line.detail for line in report]


def test_no_bytes_make_a_traceback():
    dice = random.Random(7)
    scraps = [
        b"\n",
        b"\t",
        b" ",
        b"\0",
        b"\r",
        b"-",
        b"9" * 5000,
        "٣𠮷\u2028".encode(),
        b"\xed\xa0\x80",
        b"\xff",
    ]
    files = logged(FILES)
    for _ in range(1500):
        name = dice.choice(list(files))
        data = files[name]
        start = dice.randrange(len(data))
        changed = data[:start] + dice.choice(scraps) + data[start + dice.choice((0, 0, 1, 40, 10**6)) :]
        assert failed({**files, name: changed}) or changed == data


def test_an_unknown_file_is_noted_and_a_program_must_be_the_committed_one():
    note = verify.check({**FILES, "readme.txt": b""})[-1]
    assert (note.level, note.what) == ("note", "不认识的文件")
    commit = verify.parse_commit(FILES["commit.txt"].decode())
    assert commit.program == ("-", "-")
    assert failed({**FILES, "verify.py": b"x", "verify.mjs": b"y"}) == []
    assert verify.check(FILES, own=HEX)[-1].level == "note"


def test_a_bundle_with_another_program_than_the_committed_one_fails():
    files = drawn(recommitted(FILES, program=(verify.digest("print(1)\n"), "-")))
    files["verify.py"] = b"print(1)\n"
    assert failed(files) == []
    assert verify.check(files, own=verify.digest("print(1)\n"))[-1].level == "ok"
    (line,) = failed({**files, "verify.py": b"print(2)\n"})
    assert line.detail.startswith("verify.py：摘要是 ")


def test_a_draw_from_the_system_passes_with_a_warning():
    system = (Source("system", "os", TIME),)
    files = drawn(bundle(*registry(5, 30, 6), sources=system, values=[("system", "os", HEX)]))
    assert failed(files) == []
    (warning,) = [line for line in verify.check(files) if line.level == "warn"]
    assert "公众无法排除重抽" in warning.detail


def other(file: str, old: str, new: str, **more) -> dict[str, bytes]:
    """The bundle with one of its lists altered and committed to, so that only what lies between the files is wrong."""
    text = FILES[file].decode().replace(old, new, 1)
    changes = {file.partition(".")[0]: verify.digest(text), **more}
    return recommitted({**FILES, file: text.encode()}, **changes)


@pytest.mark.parametrize(
    ("files", "detail"),
    [
        (other("pool.tsv", "", "", pool_rows=29), "pool.tsv：有 30 行，承诺的是 29 行"),
        (other("officers.tsv", "", "", officers_rows=7), "officers.tsv：有 6 行，承诺的是 7 行"),
        (other("officers.tsv", SALT, SALT[::-1]), "officers.tsv 第 1 行：盐与 pool.tsv 不同"),
        (
            other("officers.tsv", "2026Q4", "2026Q3"),
            "officers.tsv 第 1 行：抽查编号是 2026Q3，commit.txt 是 2026Q4",
        ),
    ],
)
def test_lists_that_do_not_belong_together_are_refused(files, detail):
    assert failed(files)[0].detail == detail
    with pytest.raises(Invalid) as error:
        verify.draw(*texts(files))
    assert str(error.value) == detail


def test_a_text_that_no_file_can_hold_is_refused():
    commit, pool, officers, entropy = texts(FILES)
    with pytest.raises(Invalid, match="pool.tsv 第 2 行：不是 UTF-8"):
        verify.draw(commit, pool.replace("\n", "\n\ud800", 1), officers, entropy)


# ---- The command line ----


def test_the_program_says_yes_to_a_folder_and_to_a_zip(tmp_path):
    status, out, err = run(save(tmp_path / "draw", logged(FILES)))
    assert (status, err) == (0, "")
    assert out.split("\n")[0] == "通过：commit.txt 格式"
    assert out.split("\n")[-2] == "结论：全部通过"
    assert run(packed(logged(FILES), tmp_path / "draw.zip")) == (0, out, "")


def test_the_program_says_no_with_status_1(tmp_path):
    status, out, err = run(VECTORS / "bad" / "pool-order")
    assert (status, err) == (1, "")
    assert "不通过：pool.tsv 格式（pool.tsv 第 3 行：编号应由小到大" in out
    empty = run(save(tmp_path / "empty", {}))
    assert empty[0] == 1 and "commit.txt：没有这个文件" in empty[1]


def test_the_result_alone_is_written_byte_for_byte(tmp_path):
    path = VECTORS / "draw1" / "017"
    done = subprocess.run([sys.executable, verify.__file__, "--result", path], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, folder("draw1/017")["result.tsv"], b"")
    status, out, err = run("--result", VECTORS / "bad" / "pool-twice")
    assert (status, out) == (1, "") and err.startswith("pool.tsv 第 3 行：")
    status, out, err = run("--result", save(tmp_path / "empty", {}))
    assert (status, out, err) == (1, "", "commit.txt：没有这个文件\n")


def test_a_path_that_cannot_be_read_is_status_2(tmp_path):
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 no zip")
    for arguments in (
        [tmp_path / "nothing"],
        [tmp_path / "no.zip"],
        [],
        ["--help"],
        ["--result"],
        ["a", "b"],
    ):
        status, out, err = run(*arguments)
        assert (status, out) == (2, "") and err


def test_a_console_that_cannot_show_chinese_is_no_obstacle():
    done = subprocess.run(
        [sys.executable, verify.__file__, VECTORS / "bad" / "pool-changed"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 1 and b"Traceback" not in done.stderr and b"pool.tsv" in done.stdout


# ---- Zip and folder attacks ----


def unreadable(path) -> str:
    with pytest.raises(verify.Unreadable) as error:
        verify.read_path(str(path))
    return str(error.value)


@pytest.mark.parametrize(
    "name", ["../commit.txt", "/commit.txt", "a/../../b", "C:\\commit.txt", "..\\x", "commit.txt\0x", ".."]
)
def test_a_zip_with_a_name_that_leaves_the_folder_is_refused(tmp_path, name):
    data = packed({"X" * len(name): b"x"}, tmp_path / "x.zip").read_bytes()
    (tmp_path / "x.zip").write_bytes(data.replace(b"X" * len(name), name.encode()))
    assert unreadable(tmp_path / "x.zip").startswith("压缩包里有不安全的文件名")
    assert run(tmp_path / "x.zip")[0] == 2


def test_a_zip_with_a_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("pool.tsv")
    link.external_attr = 0o120777 << 16
    assert "链接" in unreadable(packed([(link, b"/etc/passwd")], tmp_path / "x.zip"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_a_name_twice_is_refused(tmp_path):
    assert "重复" in unreadable(packed([("pool.tsv", b"a"), ("pool.tsv", b"b")], tmp_path / "x.zip"))


def test_a_zip_with_an_encrypted_file_is_refused(tmp_path):
    data = bytearray(packed({"pool.tsv": b"a"}, tmp_path / "x.zip").read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (tmp_path / "x.zip").write_bytes(data)
    assert "加密" in unreadable(tmp_path / "x.zip")


def test_a_zip_packed_in_a_way_whose_size_cannot_be_bounded_is_refused(tmp_path):
    assert "压缩方式" in unreadable(packed({"pool.tsv": b"a"}, tmp_path / "x.zip", zipfile.ZIP_BZIP2))


def test_sizes_beyond_reason_are_refused_whatever_the_archive_declares(tmp_path, monkeypatch):
    monkeypatch.setattr(verify, "FILE_CAP", 1000)
    monkeypatch.setattr(verify, "TOTAL_CAP", 1500)
    monkeypatch.setattr(verify, "ENTRY_CAP", 5)
    fits = packed({"pool.tsv": b"x" * 1000, "readme": b"x" * 5000}, tmp_path / "a.zip")
    assert verify.read_path(str(fits)) == {"pool.tsv": b"x" * 1000, "readme": b""}
    big = packed({"pool.tsv": b"x" * 1001}, tmp_path / "b.zip")
    assert "太大" in unreadable(big)
    lying = big.read_bytes().replace((1001).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    (tmp_path / "c.zip").write_bytes(lying)
    assert unreadable(tmp_path / "c.zip")
    assert "太大" in unreadable(packed({"pool.tsv": b"x" * 900, "log.tsv": b"x" * 900}, tmp_path / "d.zip"))
    assert "太多" in unreadable(packed({f"f{n}": b"" for n in range(6)}, tmp_path / "e.zip"))
    assert "太大" in unreadable(save(tmp_path / "f", {"pool.tsv": b"x" * 1001}))


def test_both_programs_have_room_for_the_units_of_the_whole_nation():
    """3.6 million rows of 110 bytes, which is a long Chinese name each; and both refuse the same sizes."""
    caps = f"{{ file: {verify.FILE_CAP >> 20} * 2 ** 20, total: {verify.TOTAL_CAP >> 20} * 2 ** 20, entries: {verify.ENTRY_CAP} }}"
    with open(verify.__file__.replace(".py", ".mjs"), encoding="utf-8") as twin:
        assert f"export const CAPS = {caps};" in twin.read()
    assert verify.FILE_CAP >= 3_600_000 * 110
    assert verify.TOTAL_CAP >= 2 * verify.FILE_CAP


def test_a_folder_with_a_link_or_a_pipe_in_place_of_a_file_is_refused(tmp_path):
    save(tmp_path / "a", {"other": b"x"})
    (tmp_path / "a" / "pool.tsv").symlink_to("other")
    assert "链接" in unreadable(tmp_path / "a")
    save(tmp_path / "b", {})
    os.mkfifo(tmp_path / "b" / "pool.tsv")
    assert "特殊文件" in unreadable(tmp_path / "b")


def test_a_damaged_zip_is_read_as_it_was_or_refused(tmp_path):
    whole, dice = packed(FILES, tmp_path / "x.zip").read_bytes(), random.Random(11)
    wanted = verify.read_path(str(tmp_path / "x.zip"))
    assert wanted == FILES
    for _ in range(400):
        data = io.BytesIO(whole)
        data.seek(dice.randrange(len(whole)))
        data.write(bytes([dice.randrange(256)]))
        (tmp_path / "x.zip").write_bytes(data.getvalue())
        with contextlib.suppress(verify.Unreadable):
            files = verify.read_path(str(tmp_path / "x.zip"))
            assert failed(files) or set(FILES.items()) <= set(files.items())
