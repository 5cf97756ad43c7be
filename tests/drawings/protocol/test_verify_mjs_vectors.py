"""`node verify.mjs` as the public runs it: every shared vector byte for byte, every bad one refused by its name."""

import hashlib
import os
import subprocess
import zipfile

import pytest
from browser_reasons import BAD
from sealed_files import VECTORS, chained, log_rows, resealed, sha256, vector
from twins import PROGRAM, ask, node

pytestmark = pytest.mark.browser

GOOD = sorted(path.name for path in (VECTORS / "draw2").iterdir())
REASONS = {name: (what, reason) for what, reasons in BAD.items() for name, reason in reasons.items()}
WITHOUT_FINDINGS = {"003", "004", "010", "011", "014"}  # the log has some, the folder has none
HIDDEN = ["pool.tsv", "officers.tsv", "entropy.txt", "salt.txt", "result.tsv"]
# What is said to be missing of each draw that is not finished.
UNFINISHED = {
    "frozen-open": ["entropy.txt", "result.tsv"],
    "frozen-sealed": ["entropy.txt", "salt.txt", "result.tsv"],
    "frozen-under-seal": HIDDEN,
    "one-value": ["entropy.txt", "result.tsv"],
    "drawn-open": ["result.tsv"],
    "drawn-sealed": ["salt.txt", "result.tsv"],
    "declared-sealed": ["salt.txt", "result.tsv"],
    "void": ["entropy.txt", "result.tsv"],
}
# What a vector has that is no fault and is named all the same.
NAMED = {
    "draw2/001": [
        ("warn", "随机数足够多，谁也凑不出想要的结果", "公众无法排除重抽"),
        ("note", "没有外部名册", "名单之外没有人为它作证"),
        ("note", "没有公开日志", "看不出各件事是什么时候公布的"),
    ],
    "draw2/004": [
        ("note", "名称已撤下", "单位 9 个，执法人员 1 个，外部名册条目 3 个"),
        ("note", "随机数只有掷骰", "见证人"),
        ("note", "同一本外部名册里有几条对应同一家单位", "410481-460971（city 2 条）"),
        ("warn", "“不能派的人员”使可选的人不足两名", "第 10 次替补，单位 410481-936563 只剩 0 人可选"),
    ],
    "draw2/006": [
        ("warn", "“不能派的人员”使可选的人不足两名", "第 6 次替补，单位 410481-908622 只剩 1 人可选")
    ],
    "draw2/007": [("warn", "同时还有别的抽签没有出结果", "2023Q4。")],
    "draw2/009": [("note", "没有 names.tsv，名称都已撤下", "单位 20 个，执法人员 22 个")],
    "draw2/016": [("note", "外部名册里的名称与对应单位的不同", "0/9141197102 “NaN” 对应 410481-286623 “①”")],
    "draw2/019": [("warn", "有申报还没有结果", "第 3 次申报")],
    "unfinished/void": [("void", "本次抽签已作废", "公开日志第 5 条")],
}


def run(*arguments) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [node(), PROGRAM, *map(str, arguments)], capture_output=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


def checked(path) -> tuple[int, list[str], bytes]:
    """The status, the lines and the errors of a check, with `--extends` where the vector has what is earlier."""
    earlier = ["--extends", path / "earlier"] if (path / "earlier").exists() else []
    status, out, err = run(*earlier, path)
    assert out.endswith(b"\n")
    return status, out.decode().split("\n")[:-1], err


@pytest.mark.parametrize("name", GOOD)
def test_a_vector_is_computed_byte_for_byte_and_passes(name):
    path = VECTORS / "draw2" / name
    assert run("--result", path) == (0, (path / "result.tsv").read_bytes(), b"")
    if (path / "substitutes.tsv").exists():
        assert run("--substitutes", path) == (0, (path / "substitutes.tsv").read_bytes(), b"")
    status, lines, err = checked(path)
    end = (0, b"", "结论：全部通过")
    if name in WITHOUT_FINDINGS:
        end = (3, b"", "结论：不完整：没有 findings.txt，检查结果没有核对，已有的全部通过")
    assert (status, err, lines[-1]) == end
    assert all(line.startswith(("通过：", "通过，但请注意：", "不完整：", "说明：")) for line in lines[:-1])
    assert any(line.startswith("不完整：") for line in lines[:-1]) == (name in WITHOUT_FINDINGS)
    assert any(line.startswith("通过：用公布的随机数重新抽签，结果逐行一致") for line in lines)
    recomputed = any(line.startswith("通过：由谁替补重新算出，逐行一致") for line in lines)
    assert recomputed == (path / "substitutes.tsv").exists()
    extended = any(line.startswith("通过：公开日志接着给出的旧记录写") for line in lines)
    assert extended == (path / "earlier").exists()


@pytest.mark.parametrize("name", UNFINISHED)
def test_a_draw_that_is_not_finished_says_what_is_missing(name):
    path = VECTORS / "unfinished" / name
    status, lines, err = checked(path)
    end = "抽签已作废，已有的文件全部对得上" if name == "void" else "抽签还没有完成，已有的文件全部对得上"
    assert (status, err, lines[-1]) == (0, b"", f"结论：{end}")
    missing = [line.split("（")[0] for line in lines if line.startswith("尚未公布：")]
    assert missing == [f"尚未公布：还没有 {file}" for file in UNFINISHED[name]]
    assert not any(line.startswith("未检查") for line in lines)


def test_every_vector_is_expected():
    assert set(REASONS) == {path.name for path in (VECTORS / "bad").iterdir()}
    assert set(UNFINISHED) == {path.name for path in (VECTORS / "unfinished").iterdir()}


@pytest.mark.parametrize("name", sorted(REASONS)[::10])
def test_a_bad_vector_is_refused_and_blamed_as_the_public_runs_it(name):
    status, lines, err = checked(VECTORS / "bad" / name)
    [blamed] = [line for line in lines if line.startswith("不通过：")]
    what, reason = REASONS[name]
    assert (status, err, lines[-1]) == (1, b"", "结论：不通过，有 1 项不对")
    assert blamed.startswith(f"不通过：{what}（{reason}"), blamed


def test_each_bad_vector_is_refused_and_blamed_for_what_was_done_and_nothing_else():
    cases = []
    for name in REASONS:
        path = VECTORS / "bad" / name
        earlier = {"earlier": (path / "earlier").read_bytes()} if (path / "earlier").exists() else {}
        cases.append({"op": "check", "files": vector(f"bad/{name}")} | earlier)
    for name, answer in zip(REASONS, ask(cases), strict=True):
        blamed = [(line["what"], line["detail"]) for line in answer if line["level"] == "fail"]
        what, reason = REASONS[name]
        assert [each for each, _ in blamed] == [what] and blamed[0][1].startswith(reason), (name, blamed)


@pytest.mark.parametrize("name", NAMED)
def test_what_a_citizen_should_know_is_named(name):
    [lines] = ask([{"op": "check", "files": vector(name)}])
    for level, what, detail in NAMED[name]:
        [found] = [line for line in lines if line["what"] == what]
        assert (found["level"], found["ok"]) == (level, True) and detail in found["detail"], found


def test_nothing_is_named_where_nothing_is_odd():
    """A dull draw: its lines but for the names of entries, which differ in every vector that has a register."""
    [lines] = ask([{"op": "check", "files": vector("draw2/012")}])
    assert [line["what"] for line in lines if line["level"] != "ok"] == ["没有外部名册"]


def test_each_check_says_what_it_means():
    for name in ("draw2/005", "unfinished/drawn-open"):
        [lines] = ask([{"op": "check", "files": vector(name)}])
        assert [line["what"] for line in lines if line["level"] == "ok" and not line["means"]] == []


def test_the_digest_of_a_result_that_is_not_published_is_held_against_the_log():
    files = vector("unfinished/drawn-open")
    digest = sha256(ask([{"op": "compute", "files": files}])[0]["result"])
    other = chained([(*row[:3], row[3].replace(digest, "0" * 64)) for row in log_rows(files)])
    assert other != files["log.tsv"]
    [lines] = ask([{"op": "check", "files": {**files, "log.tsv": other}}])
    assert [line["what"] for line in lines if not line["ok"]] == [
        "公开日志写着本次抽签的承诺、随机数、结果和替补"
    ]


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
    files = vector("draw2/005")
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / "bundle.zip", "w", method) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        status, out, err = run(tmp_path / "bundle.zip")
        assert (status, err) == (0, b"") and "公开日志首尾相接" in out.decode()
        assert run("--result", tmp_path / "bundle.zip") == (0, files["result.tsv"], b"")
        assert run("--substitutes", tmp_path / "bundle.zip") == (0, files["substitutes.tsv"], b"")


def test_the_status_is_2_where_nothing_can_be_read_and_1_where_files_are_missing(tmp_path):
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 no zip")
    good = VECTORS / "draw2" / "005"
    for arguments in (
        [tmp_path / "nothing"],
        [tmp_path / "no.zip"],
        [],
        ["--help"],
        ["--result"],
        ["--substitutes"],
        ["--extends"],
        ["--extends", good],
        ["--extends", tmp_path / "nothing", good],
        ["--extends", tmp_path, good],
        ["--extends", "", good],
        ["--result", "--substitutes", good],
        ["a", "b"],
    ):
        status, out, err = run(*arguments)
        assert (status, out) == (2, b"") and err.count(b"\n") == 1, arguments
    (tmp_path / "empty").mkdir()
    status, out, err = run(tmp_path / "empty")
    assert (status, err) == (1, b"") and "commit.txt：没有这个文件" in out.decode()
    assert run("--result", tmp_path / "empty") == (1, b"", "commit.txt：没有这个文件\n".encode())
    assert run("--substitutes", VECTORS / "draw2" / "000") == (
        1,
        b"",
        "substitutes.tsv：没有这个文件\n".encode(),
    )


def test_a_folder_with_a_link_or_a_pipe_in_place_of_a_file_is_not_read(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "names.tsv").symlink_to("/etc/passwd")
    (tmp_path / "b").mkdir()
    os.mkfifo(tmp_path / "b" / "registers.tsv")
    for name, word in (("a", "链接"), ("b", "特殊文件")):
        status, out, err = run(tmp_path / name)
        assert (status, out) == (2, b"") and word in err.decode()
        assert run("--result", tmp_path / name)[:2] == (2, b"")


def test_the_program_says_whether_it_is_the_committed_one(tmp_path):
    """A draw that commits to this very verify.mjs, which lies in the bundle; then one byte of that copy differs."""
    files = vector("draw2/001")
    commit = files["commit.txt"].decode().replace("program - -", f"program - {sha256(PROGRAM.read_bytes())}")
    files = {**resealed(files, commit=commit), "verify.mjs": PROGRAM.read_bytes()}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    status, out, _ = run(tmp_path)
    assert status == 0 and "通过：现在运行的复算程序就是承诺文件写明的那一份" in out.decode()
    (tmp_path / "verify.mjs").write_bytes(PROGRAM.read_bytes() + b"\n")
    status, out, _ = run(tmp_path)
    assert status == 1 and "不通过：随附的程序 verify.mjs 与事先公布的指纹一致" in out.decode()
    commit = files["commit.txt"].decode().replace(sha256(PROGRAM.read_bytes()), "a" * 64)
    for name, data in resealed(files, commit=commit).items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "verify.mjs").unlink()
    status, out, _ = run(tmp_path)
    assert status == 0 and "说明：现在运行的复算程序（不是承诺文件写明的那一份" in out.decode()


def test_a_unit_stands_where_the_result_says():
    """What the page tells a citizen about his own unit, against the published result and plain hashlib."""
    files = vector("draw2/002")
    pool = [line.split("\t") for line in files["pool.tsv"].decode().split("\n")[1:-1]]
    names = {row[1]: row[3] for row in (line.split("\t") for line in files["names.tsv"].decode().split("\n")[1:-1]) if row[0] == "unit"}  # fmt: skip
    result = {
        line.split("\t")[2]: line.split("\t") for line in files["result.tsv"].decode().split("\n")[1:-1]
    }
    stands = ask([{"op": "stand", "files": files, "unit": row[0]} for row in pool])
    seed = sha256(files["entropy.txt"] + files["salt.txt"])
    for row, stand in zip(pool, stands, strict=True):
        key = sha256(f"select {row[1]} {seed}")
        assert (stand["K"], stand["Ks"], stand["name"]) == (seed, key, names[row[0]])
        assert stand["isDrawn"] == (row[0] in result)
        if row[3] in ("in", "again"):
            assert stand["ticket"] == sha256(key + row[0])
        else:
            assert (stand["ticket"], stand["rank"]) == (None, None)
        if row[0] in result:
            assert [str(stand["rank"]), stand["ticket"]] == [result[row[0]][1], result[row[0]][3]]


def test_before_the_draw_a_unit_finds_itself_in_the_hat():
    files = vector("unfinished/frozen-open")
    pool = [line.split("\t") for line in files["pool.tsv"].decode().split("\n")[1:-1]]
    first = next(row for row in pool if row[3] == "in")
    [stand] = ask([{"op": "stand", "files": files, "unit": first[0]}])
    mates = [row[3] for row in pool if row[1] == first[1]]
    counts = (stand["stratum"], stand["available"], stand["first"])
    assert counts == (first[1], mates.count("in") + mates.count("again"), mates.count("in"))
    assert (stand["K"], stand["ticket"], stand["rank"], stand["isDrawn"]) == (None, None, None, False)


def test_a_unit_is_found_by_number_and_by_name_and_by_number_alone_where_the_name_is_withdrawn():
    files = vector("draw2/000")
    without = {name: data for name, data in files.items() if name != "names.tsv"}
    answers = ask(
        [
            {"op": "search", "files": files, "text": "虚构6"},
            {"op": "search", "files": files, "text": "410481-050600"},
            {"op": "search", "files": without, "text": "虚构6"},
            {"op": "search", "files": without, "text": "050600"},
        ]
    )
    named = [{"unit": "410481-050600", "name": "虚构600厂"}]
    assert answers == [named, named, [], [{"unit": "410481-050600", "name": None}]]
