"""The vectors of findings: both verifiers accept the good ones, say what is in them, and catch every change."""

import random
import subprocess

import pytest
from finding_stories import BY_AND_BY, GOOD, HIDDEN, OLD_HIDDEN, OPEN, SMALL, UNSEALED, Told, files_of
from finding_vectors import all_vectors, incomplete_vectors, no_findings
from protocol_cases import VECTORS, failed, folder
from sealed_files import chained, log_rows, sha256, vector
from twins import PROGRAM, agree, ask, node

from drawings.protocol import verify

COUNTS = {
    "none": "检查结果 0 条，更正 0 条，{}隐去 0 处",
    "open": "检查结果 2 条，更正 2 条，{}隐去 0 处",
    "redacted": "检查结果 2 条，更正 2 条，{}隐去 4 处",
    "redacted-by-and-by": "检查结果 1 条，更正 2 条，{}隐去 5 处",
    "old": "检查结果 2 条，更正 3 条，{}隐去 0 处",
    "old-redacted": "检查结果 1 条，更正 2 条，{}隐去 2 处",
    "sealed": "检查结果 2 条，更正 1 条，{}隐去 3 处",
    "stepped-in": "检查结果 1 条，更正 10 条，{}隐去 0 处",
}


def test_the_vectors_are_those_that_are_written_from_the_protocol():
    for name, files in all_vectors().items():
        assert vector(name) == files, name
    kept = {path.name for path in (VECTORS / "bad").iterdir()}
    ours = {name.removeprefix("bad/") for name in all_vectors() if name.startswith("bad/")}
    assert {name for name in kept if name.startswith(("findings-", "texts-"))} <= ours
    assert {path.name for path in (VECTORS / "findings").iterdir()} == set(GOOD)
    assert {path.name for path in (VECTORS / "incomplete").iterdir()} == set(incomplete_vectors())


@pytest.mark.parametrize("name", GOOD)
def test_verify_py_accepts_what_was_published_and_counts_it(name):
    lines = verify.check(folder(f"findings/{name}"))
    assert [line for line in lines if not line.ok] == []
    [counted] = [line for line in lines if line.what == "公开的检查结果"]
    assert (counted.level, counted.detail) == ("note", COUNTS[name].format(""))
    assert verify.verdict(lines) == "全部通过"


@pytest.mark.browser
@pytest.mark.parametrize("name", GOOD)
def test_the_browsers_verifier_accepts_what_was_published_and_counts_it(name):
    [lines] = ask([{"op": "check", "files": folder(f"findings/{name}")}])
    assert [line for line in lines if not line["ok"]] == []
    [counted] = [line for line in lines if line["what"] == "公开的检查结果"]
    assert (counted["level"], counted["detail"]) == ("note", COUNTS[name].format("依法"))
    assert [line["what"] for line in lines if line["level"] == "ok" and not line["means"]] == []


def test_verify_py_names_each_redaction_with_its_day_and_its_reason():
    named = [line.detail for line in verify.check(files_of(HIDDEN)) if line.what == "已依法隐去"]
    assert named == [
        "抽签的作废理由，2031-05-20，依据：“《个人信息保护法》第四十七条”",
        "抽签的见证人，2031-05-20，依据：“《个人信息保护法》第四十七条”",
        r"410481-766007 的第 1 次更正，2031-05-20，依据：“一\二\n三\t四”",
        "410481-766007 的检查情况，2031-05-20，依据：“《个人信息保护法》第四十七条”",
    ]
    named = [line.detail for line in verify.check(files_of(BY_AND_BY)) if line.what == "已依法隐去"]
    assert [detail.split("，")[0] for detail in named] == [
        "抽签的第 1 处存放的地方",
        "抽签的第 2 次撤下名称的原因",
        "410481-766007 的检查情况",
        "410481-766007 的第 1 次更正",
        "410481-766007 的整份检查结果",
    ]
    named = [line.detail for line in verify.check(files_of(OLD_HIDDEN)) if line.what == "已依法隐去"]
    assert [detail.split("，")[0] for detail in named] == [
        "410481-766007 的第 2 次更正",
        "410481-979112 的整份检查结果",
    ]


@pytest.mark.browser
def test_the_browsers_verifier_names_each_redaction_with_its_day_and_its_reason():
    [lines] = ask([{"op": "check", "files": files_of(HIDDEN)}])
    assert [line["detail"] for line in lines if line["what"] == "已依法隐去"] == [
        "抽签的作废的理由，2031-05-20，依据 “《个人信息保护法》第四十七条”",
        "抽签的见证人，2031-05-20，依据 “《个人信息保护法》第四十七条”",
        r"单位 410481-766007 的第 1 次更正，2031-05-20，依据 “一\\二\n三\t四”",
        "单位 410481-766007 的检查情况，2031-05-20，依据 “《个人信息保护法》第四十七条”",
    ]
    [lines] = ask([{"op": "check", "files": files_of(BY_AND_BY)}])
    assert [line["detail"].split("，")[0] for line in lines if line["what"] == "已依法隐去"] == [
        "抽签的第 1 处存放的地方",
        "抽签的第 2 次撤下名称的原因",
        "单位 410481-766007 的检查情况",
        "单位 410481-766007 的第 1 次更正",
        "单位 410481-766007 的整份检查结果",
    ]


GAP = "没有 findings.txt，检查结果没有核对"
AGAIN = "请重新下载完整的文件包；只有很早以前下载的文件包没有这个文件"
INCOMPLETE = {
    "new": f"日志登记了本次抽签的检查结果 2 条，更正 2 条，这里没有，没有核对。{AGAIN}",
    "old": f"日志登记了本次抽签的检查结果 2 条，更正 3 条，这里没有，没有核对。{AGAIN}",
    "void": f"日志登记了本次抽签的检查结果 2 条，更正 2 条，这里没有，没有核对。{AGAIN}",
}
SEALED_STILL = {
    name: data
    for name, data in no_findings(UNSEALED._replace(logged=UNSEALED.logged[:4])).items()
    if name not in ("salt.txt", "result.tsv", "substitutes.tsv")
}


@pytest.mark.parametrize("name", INCOMPLETE)
def test_verify_py_never_passes_a_bundle_whose_findings_are_missing(name, capsys):
    assert verify.main([str(VECTORS / "incomplete" / name)]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("不完整")] == [f"不完整：{GAP}（{INCOMPLETE[name]}）"]
    assert lines[-1] == f"结论：不完整：{GAP}，已有的全部通过"


@pytest.mark.browser
@pytest.mark.parametrize("name", INCOMPLETE)
def test_the_browsers_verifier_never_passes_a_bundle_whose_findings_are_missing(name):
    path = VECTORS / "incomplete" / name
    done = subprocess.run([node(), PROGRAM, path], capture_output=True, timeout=60, check=False)
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr) == (3, b"")
    assert [line for line in lines if line.startswith("不完整")] == [f"不完整：{GAP}（{INCOMPLETE[name]}）"]
    assert lines[-1] == f"结论：不完整：{GAP}，已有的全部通过"


def test_what_does_not_hold_weighs_more_than_what_is_missing(tmp_path):
    files = no_findings(OPEN)
    files["result.tsv"] = files["result.tsv"].replace(b"\t1\t", b"\t2\t", 1)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert verify.main([str(tmp_path)]) == 1
    assert verify.verdict(verify.check(files)).endswith("项不通过")


@pytest.mark.browser
def test_the_browsers_verifier_weighs_them_the_same(tmp_path):
    files = no_findings(OPEN)
    files["result.tsv"] = files["result.tsv"].replace(b"\t1\t", b"\t2\t", 1)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run([node(), PROGRAM, tmp_path], capture_output=True, timeout=60, check=False)
    assert (done.returncode, "结论：不通过" in done.stdout.decode()) == (1, True)


def test_verify_py_only_notes_findings_that_wait_for_the_salt():
    lines = verify.check(SEALED_STILL)
    [said] = [line for line in lines if line.what == "没有 findings.txt"]
    assert (said.level, said.ok) == ("note", True)
    assert said.detail == "日志登记了本次抽签的检查结果 2 条，更正 2 条，这里没有，没有核对：密封期间不公布"
    assert "lack" not in {line.level for line in [*lines, *verify.check(folder(SMALL))]}


@pytest.mark.browser
def test_the_browsers_verifier_only_notes_findings_that_wait_for_the_salt():
    sealed, without = ask([{"op": "check", "files": files} for files in (SEALED_STILL, vector(SMALL))])
    [said] = [line for line in sealed if line["what"] == "没有检查结果文件"]
    assert (said["level"], said["ok"]) == ("note", True)
    assert (
        said["detail"] == "日志登记了本次抽签的检查结果 2 条，更正 2 条，这里没有，没有核对：密封期间不公布"
    )
    assert "lack" not in {line["level"] for line in [*sealed, *without]}


def test_more_than_a_hundred_redactions_are_counted():
    told = [f"evidence/{number}" for number in range(1, 103)]
    lines = ["draw\t2027Q4", "unit\t-", "text\t{}", "of\t-", "on\t2031-05-20", "reason\t法"]
    blocks = ["redaction/2\n" + "\n".join(lines).format(word) + "\n" for word in told]
    files = vector(SMALL)
    rows = [("2100-01-04T09:00:00+08:00", "redaction", "2027Q4", sha256(block)) for block in blocks]
    files["log.tsv"] = chained([*log_rows(files), *rows])
    files["findings.txt"] = "".join(["findings/2 2027Q4\n", *blocks]).encode()
    named = [line.detail for line in verify.check(files) if line.what == "已依法隐去"]
    assert (len(named), named[99][:13], named[100]) == (101, "抽签的第 100 次替补的", "另有 2 处")
    assert failed(files) == [] and agree([files]) == [True]


def test_verify_py_catches_every_flip_in_findings_and_texts():
    for story in (HIDDEN, OLD_HIDDEN, BY_AND_BY):
        files = files_of(story)
        own = {name: files[name] for name in ("findings.txt", "texts.tsv") if name in files}
        assert failed(files) == []
        for name, data in own.items():
            for at in range(len(data)):
                other = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
                assert failed({**files, name: other}), (name, at)


@pytest.mark.browser
@pytest.mark.parametrize("mask", [1, pytest.param(0x80, marks=pytest.mark.long)])
def test_the_browsers_verifier_catches_every_flip_in_findings_and_texts(mask):
    for story in (HIDDEN, OLD_HIDDEN, BY_AND_BY):
        files = files_of(story)
        names = [name for name in ("findings.txt", "texts.tsv") if name in files]
        cases = [{"op": "flips", "files": files, "name": name, "mask": mask} for name in names]
        for case, answer in zip(cases, ask(cases), strict=True):
            assert answer == {"whole": True, "size": len(files[case["name"]]), "missed": []}


SCRAPS = ["\t", "\n", " ", "-", "0", "1", ".", "..", "\\", "\\n", "a", "/", "é", "\u212b", "𠮷", "\u200b", "\r", "\0", "\u2028", "\x85", "pass", "2031-02-29"]  # fmt: skip


def scrapped(dice: random.Random) -> dict[str, bytes]:
    """A record with a scrap thrown in or a line moved, and logged just so: only its form is then at stake."""
    story = dice.choice(list(GOOD.values())[1:])
    place = dice.randrange(len(story.records))
    text, told = story.records[place]
    lines = text.split("\n")
    if dice.random() < 0.3:
        one = dice.randrange(len(lines) - 1)
        other = dice.randrange(len(lines) - 1)
        lines[one], lines[other] = lines[other], lines[one]
        changed = "\n".join(lines)
    else:
        at = dice.randrange(len(text))
        changed = text[:at] + dice.choice(SCRAPS) + text[at + dice.choice((0, 0, 1, 3)) :]
    document = changed if told.document == text else told.document
    now = Told(told.kind, told.unit, document)
    order = story.logged or tuple(each for _, each in story.records)
    return files_of(
        story._replace(
            records=(*story.records[:place], (changed, now), *story.records[place + 1 :]),
            logged=tuple(now if each == told else each for each in order),
        )
    )


@pytest.mark.browser
def test_both_verifiers_judge_a_record_with_scraps_alike():
    dice = random.Random(13)
    verdicts = agree([scrapped(dice) for _ in range(400)])
    assert {True, False} == set(verdicts)


@pytest.mark.browser
def test_both_verifiers_judge_texts_with_scraps_alike():
    dice, files, cases = random.Random(14), files_of(OPEN), []
    text = files["texts.tsv"].decode()
    for _ in range(200):
        at = dice.randrange(len(text))
        changed = text[:at] + dice.choice(SCRAPS) + text[at + dice.choice((0, 0, 1, 3)) :]
        cases.append({**files, "texts.tsv": changed.encode()})
    assert set(agree(cases)) <= {False, True}
