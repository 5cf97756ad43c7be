"""The program as the public runs it: exit status 0, 1 or 2, never a traceback; folders and zips are a stranger's data."""

import contextlib
import io
import os
import random
import subprocess
import sys
import zipfile

import pytest
from protocol_cases import VECTORS, folder, rich_bundle

from drawings.protocol import verify

FILES = rich_bundle()


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


# ---- The command line ----


def test_the_program_says_yes_to_a_folder_and_to_a_zip(tmp_path):
    status, out, err = run(save(tmp_path / "draw", FILES))
    assert (status, err) == (0, "")
    assert out.split("\n")[0] == "通过：承诺文件 commit.txt 合乎格式"
    assert out.split("\n")[-2] == "结论：全部通过"
    assert run(packed(FILES, tmp_path / "draw.zip")) == (0, out, "")


def test_the_program_says_no_with_status_1_and_what_it_did_not_check(tmp_path):
    status, out, err = run(VECTORS / "bad" / "pool-order")
    assert (status, err) == (1, "")
    assert "不通过：单位名单 pool.tsv 就是承诺的那一份（pool.tsv 第 3 行：编号应由小到大" in out
    assert "未检查：重新抽取，结果与 result.tsv 一致（前面的检查没有通过，这一项没有检查）" in out
    assert out.endswith("结论：1 项不通过\n")
    (tmp_path / "half.zip").write_bytes(packed(FILES, tmp_path / "draw.zip").read_bytes()[:500])
    status, _, half = run(tmp_path / "half.zip")
    assert status == 2
    assert half.startswith("压缩包损坏，或不是 zip 文件：“/") and half.endswith("，请重新下载\n")
    empty = run(save(tmp_path / "empty", {}))
    assert empty[0] == 1 and "commit.txt：没有这个文件" in empty[1]


def test_an_unfinished_draw_is_status_0_and_says_so():
    status, out, err = run(VECTORS / "unfinished" / "frozen-under-seal")
    assert (status, err) == (0, "")
    assert "尚缺：没有 pool.tsv（单位名单还没有公布：此前一次密封的抽签还没有解封）" in out
    assert out.endswith("结论：抽签还没有完成，已有的全部通过\n")


@pytest.mark.parametrize(
    ("option", "name", "file"),
    [
        ("--result", "draw2/017", "result.tsv"),
        ("--result", "draw2/007", "result.tsv"),
        ("--substitutes", "draw2/007", "substitutes.tsv"),
        ("--substitutes", "draw2/018", "substitutes.tsv"),
    ],
)
def test_one_file_alone_is_written_byte_for_byte(option, name, file):
    done = subprocess.run([sys.executable, verify.__file__, option, VECTORS / name], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, folder(name)[file], b"")


@pytest.mark.parametrize(
    ("option", "name", "reason"),
    [
        ("--result", "bad/pool-twice", "pool.tsv 第 14 行："),
        ("--result", "bad/registers-unit", "registers.tsv 第 3 行：nobody 不在 pool.tsv 中"),
        ("--result", "bad/commit-draw1", "commit.txt 第 1 行：这是 draw/1 的抽签"),
        ("--result", "unfinished/frozen-open", "entropy.txt：没有这个文件"),
        ("--result", "unfinished/drawn-sealed", "salt.txt：没有这个文件"),
        ("--substitutes", "bad/substitutes-late", "substitutes.tsv 第 6 行：申报于北京时间 "),
        ("--substitutes", "draw2/000", "substitutes.tsv：没有这个文件"),
    ],
)
def test_what_cannot_be_computed_is_status_1_with_its_reason_alone(option, name, reason):
    status, out, err = run(option, VECTORS / name)
    assert (status, out) == (1, "") and err.startswith(reason) and err.count("\n") == 1


def test_an_earlier_record_is_held_against_the_log():
    path = VECTORS / "draw2" / "005"
    status, out, err = run("--extends", path / "earlier", path)
    assert (status, err) == (0, "") and "通过：log.tsv 接续先前记下的日志（先前的链值在第 " in out
    path = VECTORS / "bad" / "log-truncated"
    status, out, err = run("--extends", path / "earlier", path)
    assert status == 1 and "不通过：log.tsv 接续先前记下的日志（log.tsv 里没有先前记下的链值" in out
    assert run(path)[0] == 0


def test_a_path_that_cannot_be_read_is_status_2(tmp_path):
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 no zip")
    for arguments in (
        [tmp_path / "nothing"],
        [tmp_path / "no.zip"],
        [],
        ["--help"],
        ["--result"],
        ["--extends", VECTORS / "draw2" / "000"],
        ["--extends", tmp_path / "nothing", VECTORS / "draw2" / "000"],
        ["--extends", tmp_path, VECTORS / "draw2" / "000"],
        ["--extends", "", VECTORS / "draw2" / "000"],
        ["--result", "a", "b"],
        ["a", "b"],
    ):
        status, out, err = run(*arguments)
        assert (status, out) == (2, "") and err


def test_a_console_that_cannot_show_chinese_is_no_obstacle():
    done = subprocess.run(
        [sys.executable, verify.__file__, VECTORS / "bad" / "pool-digest"],
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
    """3.6 million rows of 130 bytes, which is a long Chinese name with its nonce each; and both refuse the same sizes."""
    caps = f"{{ file: {verify.FILE_CAP >> 20} * 2 ** 20, total: {verify.TOTAL_CAP >> 20} * 2 ** 20, entries: {verify.ENTRY_CAP} }}"
    with open(verify.__file__.replace(".py", ".mjs"), encoding="utf-8") as twin:
        assert f"export const CAPS = {caps};" in twin.read()
    assert verify.FILE_CAP >= 3_600_000 * 130
    assert verify.TOTAL_CAP >= 2 * verify.FILE_CAP


def test_a_folder_with_a_link_or_a_pipe_in_place_of_a_file_is_refused(tmp_path):
    save(tmp_path / "a", {"other": b"x"})
    (tmp_path / "a" / "pool.tsv").symlink_to("other")
    assert "链接" in unreadable(tmp_path / "a")
    six = save(tmp_path / "c", folder("draw2/000"))
    (six / "substitutes.tsv").symlink_to("/etc/passwd")  # which is not read for the result alone
    assert run("--result", six)[0] == 2
    save(tmp_path / "b", {})
    os.mkfifo(tmp_path / "b" / "pool.tsv")
    assert "特殊文件" in unreadable(tmp_path / "b")


def test_each_file_of_a_damaged_zip_is_read_as_it_was_or_refused(tmp_path):
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
            assert all(FILES.get(name, data) == data for name, data in files.items())
