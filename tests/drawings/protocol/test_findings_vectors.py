"""The vectors of findings: both verifiers accept the good ones, say what is in them, and catch every change."""

import random

import pytest
from finding_stories import GOOD, HIDDEN, OLD_HIDDEN, OPEN, SMALL, Told, files_of
from finding_vectors import all_vectors
from protocol_cases import VECTORS, failed, folder
from sealed_files import chained, log_rows, sha256, vector
from twins import agree, ask

from drawings.protocol import verify

COUNTS = {
    "none": "检查结果 0 条，更正 0 条，{}隐去 0 处",
    "open": "检查结果 2 条，更正 2 条，{}隐去 0 处",
    "redacted": "检查结果 2 条，更正 2 条，{}隐去 4 处",
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
        "抽签的作废理由，2031-05-20，依据：'《个人信息保护法》第四十七条'",
        "抽签的见证人，2031-05-20，依据：'《个人信息保护法》第四十七条'",
        r"410481-766007 的第 1 次更正，2031-05-20，依据：'一\\二\n三\t四'",
        "410481-766007 的检查情况，2031-05-20，依据：'《个人信息保护法》第四十七条'",
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


def nothing_but_the_log() -> dict[str, bytes]:
    files = files_of(HIDDEN)
    return {name: data for name, data in files.items() if name not in ("findings.txt", "texts.tsv")}


def test_verify_py_says_what_the_log_has_where_the_bundle_has_no_findings():
    lines = verify.check(nothing_but_the_log())
    [said] = [line for line in lines if line.what == "没有 findings.txt"]
    assert (said.level, said.ok) == ("note", True)
    assert said.detail.startswith("日志登记了本次抽签的检查结果 2 条，更正 2 条，隐去 4 条")
    assert not any(line.what == "没有 findings.txt" for line in verify.check(folder(SMALL)))


@pytest.mark.browser
def test_the_browsers_verifier_says_what_the_log_has_where_the_bundle_has_no_findings():
    with_rows, without = ask(
        [{"op": "check", "files": files} for files in (nothing_but_the_log(), vector(SMALL))]
    )
    [said] = [line for line in with_rows if line["what"] == "没有检查结果文件"]
    assert (said["level"], said["ok"]) == ("note", True)
    assert "检查结果 2 条，更正 2 条，隐去 4 条" in said["detail"]
    assert not any(line["what"] == "没有检查结果文件" for line in without)


def test_more_than_a_hundred_redactions_are_counted():
    told = [f"evidence/{number}" for number in range(1, 103)]
    lines = ["draw\t2027Q4", "unit\t-", "text\t{}", "of\t-", "on\t2031-05-20", "reason\t法"]
    blocks = ["redaction/2\n" + "\n".join(lines).format(word) + "\n" for word in told]
    files = vector(SMALL)
    rows = [("2100-01-04T09:00:00+08:00", "redaction", "2027Q4", sha256(block)) for block in blocks]
    files["log.tsv"] = chained([*log_rows(files), *rows])
    files["findings.txt"] = "".join(["findings/2 2027Q4\n", *blocks]).encode()
    named = [line.detail for line in verify.check(files) if line.what == "已依法隐去"]
    assert (len(named), named[99][:13], named[100]) == (101, "抽签的第 100 条替补的", "另有 2 处")
    assert failed(files) == [] and agree([files]) == [True]


def test_verify_py_catches_every_flip_in_findings_and_texts():
    for story in (HIDDEN, OLD_HIDDEN):
        files = files_of(story)
        own = {name: files[name] for name in ("findings.txt", "texts.tsv") if name in files}
        assert failed(files) == []
        for name, data in own.items():
            for at in range(len(data)):
                other = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
                assert failed({**files, name: other}), (name, at)


@pytest.mark.browser
def test_the_browsers_verifier_catches_every_flip_in_findings_and_texts():
    for story in (HIDDEN, OLD_HIDDEN):
        files = files_of(story)
        names = [name for name in ("findings.txt", "texts.tsv") if name in files]
        cases = [
            {"op": "flips", "files": files, "name": name, "mask": mask}
            for name in names
            for mask in (1, 0x80)
        ]
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
