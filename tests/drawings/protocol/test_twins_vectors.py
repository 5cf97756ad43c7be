"""`node verify.mjs` as the public runs it: every shared vector byte for byte, every bad one refused by its name."""

import hashlib
import os
import subprocess
import zipfile

import pytest
from protocol_cases import SEALS, VECTORS, bundle, drawn, folder, logged, registry
from twins import PROGRAM, ask, node

from drawings.protocol import verify

pytestmark = pytest.mark.browser

GOOD = sorted(path.name for path in (VECTORS / "draw1").iterdir())
# What each bad vector must be blamed for: the check that fails, and the place.
BAD = {
    "commit-base": ("应抽家数", "commit.txt 第 8 行"),
    "commit-changed": ("为这份承诺文件产生", "entropy.txt 第 2 行"),
    "commit-extra-line": ("承诺文件符合格式", "commit.txt 第 11 行"),
    "commit-take": ("应抽家数", "commit.txt 第 8 行"),
    "commit-times": ("", ""),  # below: its times do ascend
    "entropy-bits": ("随机数足够多", "少于 64 比特"),
    "entropy-digit": ("重新抽签", "result.tsv 第 2 行"),
    "entropy-missing": ("来源、次序和个数", "缺少 ssq 2026112"),
    "entropy-order": ("来源、次序和个数", "entropy.txt 第 3 行"),
    "entropy-red-twice": ("来源、次序和个数", "entropy.txt 第 4 行"),
    "entropy-short": ("来源、次序和个数", "entropy.txt 第 3 行"),
    "officers-changed": ("执法人员名单文件与事先公布的指纹一致", "officers.tsv：指纹"),
    "pool-bom": ("单位名单文件符合格式", "BOM"),
    "pool-changed": ("单位名单文件与事先公布的指纹一致", "pool.tsv：指纹"),
    "pool-crlf": ("单位名单文件符合格式", "CR"),
    "pool-draw": ("同一次抽签", "pool.tsv 第 1 行"),
    "pool-no-last-lf": ("单位名单文件符合格式", "最后一行没有以换行结束"),
    "pool-order": ("单位名单文件符合格式", "pool.tsv 第 3 行"),
    "pool-standing": ("单位名单文件符合格式", "pool.tsv 第 2 行"),
    "pool-stratum": ("应抽家数", "pool.tsv 第 2 行：类别 other"),
    "pool-twice": ("单位名单文件符合格式", "出现了两次"),
    "result-lead": ("两名执法人员", "result.tsv 第 2 行"),
    "result-order": ("重新抽签", "result.tsv 第 2 行"),
    "result-salt": ("重新抽签", "result.tsv 第 1 行"),
    "result-short": ("重新抽签", "缺少这一行"),
}


def run(*arguments) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [node(), PROGRAM, *map(str, arguments)], capture_output=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", GOOD)
def test_a_vector_is_computed_byte_for_byte_and_passes(name):
    path = VECTORS / "draw1" / name
    assert run("--result", path) == (0, (path / "result.tsv").read_bytes(), b"")
    status, out, err = run(path)
    lines = out.decode().split("\n")
    assert (status, err, lines[-2:]) == (0, b"", ["结论：全部通过", ""])
    assert all(line.startswith(("通过", "说明：")) for line in lines[:-2])


def test_every_bad_vector_is_expected():
    assert set(BAD) == {path.name for path in (VECTORS / "bad").iterdir()}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_vector_is_refused_and_rightly_blamed(name):
    status, out, err = run(VECTORS / "bad" / name)
    blamed = [line for line in out.decode().split("\n") if line.startswith("不通过：")]
    check, place = BAD[name]
    assert (status, err) == (1, b"")
    assert any(check in line and place in line for line in blamed), blamed


def test_the_first_thing_that_is_wrong_is_the_thing_that_was_done():
    """Where a digest or a form is broken, nothing before it is blamed."""
    answers = ask([{"op": "check", "files": folder(f"bad/{name}")} for name in BAD])
    for (name, (check, _)), lines in zip(BAD.items(), answers, strict=True):
        failures = [line for line in lines if line["level"] == "fail"]
        assert check in failures[0]["what"], name


def test_sha256_agrees_with_hashlib_at_every_length_around_the_block():
    texts = ["u" * length for length in [*range(0, 200), 1000, 4095, 4096]] + ["钢𠮷\n" * 50, "\0" * 64]
    answers = ask([{"op": "digest", "text": text} for text in texts])
    assert [answer["digest"] for answer in answers] == [
        hashlib.sha256(text.encode()).hexdigest() for text in texts
    ]


def test_the_program_tests_its_own_sha256():
    """Published digests of none, one, two and 15,626 blocks, and the kept state of the first block."""
    assert ask([{"op": "self_test"}]) == [True]
    assert ask([{"op": "check", "files": {}}])[0][0]["what"] == "程序自检：SHA-256 算法正确"


def test_a_zip_is_as_good_as_the_folder(tmp_path):
    files = logged(drawn(bundle(*registry(5, 30, 6), sources=SEALS)))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / "bundle.zip", "w", method) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        status, out, err = run(tmp_path / "bundle.zip")
        assert (status, err) == (0, b"") and "公开日志首尾相接" in out.decode()
        assert run("--result", tmp_path / "bundle.zip") == (0, files["result.tsv"], b"")


def test_the_status_is_2_where_nothing_can_be_read_and_1_where_files_are_missing(tmp_path):
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
        assert (status, out) == (2, b"") and err.count(b"\n") == 1
    (tmp_path / "empty").mkdir()
    status, out, err = run(tmp_path / "empty")
    assert (status, err) == (1, b"") and "commit.txt：没有这个文件" in out.decode()
    assert run("--result", tmp_path / "empty") == (1, b"", "commit.txt：没有这个文件\n".encode())


def test_a_folder_with_a_link_or_a_pipe_in_place_of_a_file_is_not_read(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "pool.tsv").symlink_to("/etc/passwd")
    (tmp_path / "b").mkdir()
    os.mkfifo(tmp_path / "b" / "pool.tsv")
    for name, word in (("a", "链接"), ("b", "特殊文件")):
        status, out, err = run(tmp_path / name)
        assert (status, out) == (2, b"") and word in err.decode()


def test_the_program_says_whether_it_is_the_committed_one(tmp_path):
    """A draw that commits to this very verify.mjs, which lies in the bundle; then one byte of that copy differs."""
    files = bundle(*registry(5, 30, 6), sources=SEALS)
    commit = verify.parse_commit(files["commit.txt"].decode())
    values = verify.parse_entropy(files["entropy.txt"].decode(), commit)
    commit = commit._replace(program=("-", hashlib.sha256(PROGRAM.read_bytes()).hexdigest()))
    files |= {
        "commit.txt": verify.write_commit(commit).encode(),
        "entropy.txt": verify.write_entropy(commit.digest, values).encode(),
        "verify.mjs": PROGRAM.read_bytes(),
    }
    for name, data in drawn(files).items():
        (tmp_path / name).write_bytes(data)
    status, out, _ = run(tmp_path)
    assert status == 0 and "现在运行的复算程序就是承诺文件写明的那一份" in out.decode()
    (tmp_path / "verify.mjs").write_bytes(PROGRAM.read_bytes() + b"\n")
    status, out, _ = run(tmp_path)
    assert status == 1 and "不通过：随附的程序 verify.mjs 与事先公布的指纹一致" in out.decode()


def test_a_draw_from_the_system_passes_with_a_plain_warning():
    lines = ask([{"op": "check", "files": folder("draw1/010")}])[0]
    assert [line["detail"][:24] for line in lines if line["level"] == "warn"] == [
        "随机数由网站计算机产生，公众无法排除重抽：只能用"
    ]
    assert all(line["ok"] for line in lines)


def test_a_unit_stands_where_the_result_says():
    """What the page tells a citizen about his own unit, against the published result and plain hashlib."""
    files = folder("draw1/001")
    pool = [line.split("\t") for line in files["pool.tsv"].decode().split("\n")[1:-1]]
    result = {
        line.split("\t")[2]: line.split("\t") for line in files["result.tsv"].decode().split("\n")[1:-1]
    }
    stands = ask([{"op": "stand", "files": files, "unit": row[0]} for row in pool])
    salt = files["pool.tsv"].decode().split("\n")[0].split(" ")[2]
    seed = hashlib.sha256(files["entropy.txt"] + f"salt {salt}\n".encode()).hexdigest()
    for row, stand in zip(pool, stands, strict=True):
        key = hashlib.sha256(f"select {row[1]} {seed}".encode()).hexdigest()
        assert (stand["K"], stand["Ks"], stand["name"]) == (seed, key, row[5])
        assert stand["isDrawn"] == (row[0] in result)
        if row[3] in ("in", "again"):
            assert stand["ticket"] == hashlib.sha256((key + row[0]).encode()).hexdigest()
        else:
            assert (stand["ticket"], stand["rank"]) == (None, None)
        if row[0] in result:
            assert [str(stand["rank"]), stand["ticket"]] == [result[row[0]][1], result[row[0]][3]]
