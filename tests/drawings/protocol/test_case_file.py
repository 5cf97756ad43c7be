"""The case file of an inspection: whole it holds, and each thing that is broken is named where it is."""

import io
import zipfile

import pytest
from case_files import (
    BARE,
    DRAW,
    FINDING,
    OLD,
    OTHER,
    PNG,
    RECORD,
    SHA,
    SHA2,
    SHA3,
    UNIT,
    bare,
    earlier,
    listed,
    log,
    opened_again,
    packed,
    put_right,
    removed,
    sha256,
    signed,
    supplement,
    whole,
)

from drawings.protocol import verify


def checked(files: dict[str, bytes], folder) -> list[verify.Check]:
    path = folder / "case.zip"
    path.write_bytes(packed(files))
    case = verify.read_case(str(path))
    assert case is not None
    return verify.check_case(case)


def test_a_whole_case_file_holds_and_says_who_signed(tmp_path, capsys):
    (tmp_path / "case.zip").write_bytes(packed(whole()))
    assert verify.main([str(tmp_path / "case.zip")]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "结论：全部通过"
    assert "说明：当事人在手机上签字（王某，厂长，北京时间 2026-10-09 10:10）" in out
    assert "通过，但请注意：有异议（李某，HN-002，北京时间 2026-10-09 10:01，内容：“时间不对”）" in out
    assert "说明：第 1 次补正（已确认：“没有渗漏”）" in out
    assert "\n".join(out).count("公开日志第 8、9 条") == 1


def test_an_unpublished_case_holds_as_far_as_it_goes(tmp_path):
    given = {"finding.txt": None, "log.tsv": None, "supplements/1.txt": None, f"evidence/{SHA}.jpg": None}
    late = b"%PDF-late"
    lines = checked(whole(**given, **{f"evidence/{sha256(late)}.pdf": late}), tmp_path)
    assert [line for line in lines if not line.ok] == []
    warned = [(line.what, line.detail) for line in lines if line.level == "warn" and line.what != "有异议"]
    assert warned == [
        ("证据都在，没有换过", "2 份，其中 1 份的原件没有传来，只有副本：原件的指纹无从核对"),
        ("记录固定以后补充的证据", "1 份，不在签过字的现场记录里，见目录"),
    ]
    assert [line.what for line in lines if line.what == "没有 log.tsv"]


def test_a_sealed_case_is_compared_with_its_salt(tmp_path):
    salt = f"salt/2 {DRAW} {'0f' * 16}\n"
    subject = f"{DRAW}/{verify.salted_subject(salt, UNIT)}"
    given = {"salt.txt": salt, "log.tsv": log(salt=salt, subject=subject)}
    assert [line for line in checked(whole(**given), tmp_path) if not line.ok] == []
    wrong = whole(**given | {"log.tsv": log(subject=subject)})
    assert "record.txt 的指纹应为" in faults(wrong, tmp_path)[0]


def faults(files: dict[str, bytes], folder) -> list[str]:
    return [f"{line.what}：{line.detail}" for line in checked(files, folder) if line.level == "fail"]


OTHER_RECORD = RECORD.replace("没有意见", "有意见")
BROKEN = {
    "altered file": (whole() | {f"evidence/{SHA}.jpg": b"\xff\xd8PHOTO"}, f"evidence/{SHA}.jpg 的指纹应为"),
    "size": (whole() | {f"evidence/{SHA}.jpg": b"x"}, "应有 7 字节，实有 1 字节"),
    "file missing": ({k: v for k, v in whole().items() if k != f"evidence/{SHA}.jpg"}, "不在案卷里"),
    "file added": (whole() | {f"evidence/{'0' * 64}.jpg": b"x"}, "不在目录里"),
    "a program added": (whole(**{"evidence/a.html": "x"}), "案卷里不该有这个文件"),
    "no signatures": (whole(**{"signatures.tsv": None}), "缺少 signatures.tsv"),
    "not listed in order": (
        whole() | {"contents.tsv": b"contents/1 2026Q4\n" + b"".join(reversed(whole()["contents.tsv"].splitlines(True)[1:]))},
        "应排在",
    ),
    "another draw": (whole() | {"contents.tsv": whole()["contents.tsv"].replace(b"2026Q4", b"2026Q3", 1)}, "抽签编号是 2026Q3"),
    "record": (whole(**{"record.txt": RECORD.replace("entered", "inside")}), "record.txt 第 9 行"),
    "record altered": (whole(**{"record.txt": OTHER_RECORD}), "签的是另一份现场记录"),
    "signature altered": (whole(**{"signature.png": b"\x89PNG other"}), "不是签字那一行写着指纹的那张图"),
    "signature missing": (whole(**{"signature.png": None}), "不是签字那一行写着指纹的那张图"),
    "firm missing": (whole(**{"signatures.tsv": "".join(signed().splitlines(True)[:-1])}), "当事人签字情况应有一行"),
    "second missing": (whole(**{"signatures.tsv": "".join(signed().splitlines(True)[i] for i in (0, 1, 4))}), "HN-002 没有确认"),
    "confirmed by himself": (whole(**{"signatures.tsv": signed().replace("confirm\t李某\tHN-002", "confirm\t张某\tHN-001")}), "固定的人自己确认"),
    "confirmed by a stranger": (whole(**{"signatures.tsv": signed().replace("confirm\t李某\tHN-002", "confirm\t赵某\tHN-009")}), "不在现场记录的检查组里"),
    "frozen twice": (whole(**{"signatures.tsv": signed().replace("object", "frozen")}), "第一行、也只有第一行"),
    "refused without a witness": (
        whole(**{"signature.png": None, "signatures.tsv": signed().replace("drawn\t王某", "refused\t王某").replace(f"-\t-\t{sha256(PNG)}\n", "不肯签\t-\t-\n")}),
        "没有写明见证人",
    ),
    "signing of no kind": (whole(**{"signatures.tsv": signed().replace("drawn", "stamped")}), "应为 frozen"),
    "evidence swapped": (whole(**{f"evidence/{SHA}.jpg": OTHER}), "和文件名、现场记录里的不同"),
    "evidence dropped": (whole(**{f"evidence/{SHA2}.jpg": None}), f"证据 {SHA2} 不在案卷里"),
    "evidence of another kind": (whole(**{f"evidence/{SHA2}.jpg": None, f"evidence/{SHA2}.pdf": OTHER}), "记录里写的是 photo"),
    "supplement of another record": (whole(**{"supplements/1.txt": supplement(record=OTHER_RECORD)}), "补正的是另一份现场记录"),
    "supplement left out": (whole(**{"supplements/1.txt": None, "supplements/2.txt": supplement(2)}), "编号不连续"),
    "supplement under another number": (whole(**{"supplements/1.txt": supplement(2)}), "编号写的是 2"),
    "supplement confirmed by its author": (whole(**{"supplements/1.txt": supplement().replace("HN-002", "HN-001")}), "自己确认"),
    "supplement objected to": (whole(**{"supplements/1.txt": supplement().replace("decision\tconfirm", "decision\tobject")}), "general/water 是 pass，现场记录和补正是 fail"),
    "supplement decided in a way that there is not": (whole(**{"supplements/1.txt": supplement().replace("decision\tconfirm", "decision\tzz9")}), "supplements/1.txt 第 11 行：应为 confirm、object 之一，实为 “zz9”"),
    "supplement of a verdict that there is not": (whole(**{"supplements/1.txt": supplement().replace("verdict\tpass", "verdict\tzz9")}), "supplements/1.txt 第 10 行：应为"),
    "finding of another day": (whole(**{"finding.txt": FINDING.replace("10-09", "10-08")}), "检查日期是 2026-10-08"),
    "finding of another unit": (whole(**{"finding.txt": FINDING.replace("0001", "0002")}), "不是这次检查的"),
    "finding not logged": (whole(**{"finding.txt": FINDING.replace("clean", "other")}), "finding.txt 的指纹应为"),
    "log of another record": (whole(**{"log.tsv": log(OTHER_RECORD)}), "record.txt 的指纹应为"),
    "log of another unit": (whole(**{"log.tsv": log(subject=f"{DRAW}/410481-0002")}), "应为 audit 2026Q4/410481-0001"),
    "log broken": (whole(**{"log.tsv": log().replace("\tfinding\t", "\tcorrection\t")}), "链值应为"),
    "log with a row left out": (whole(**{"log.tsv": "".join(log().splitlines(True)[i] for i in (0, 1, 3))}), "连着的几行"),
}  # fmt: skip


WAS, NOW = "visited\\t2026-10-09T09:30+08:00", "visited\\t2026-10-08T09:30+08:00"
BROKEN |= {
    "what was put right is not published": (whole(**{"supplements/2.txt": put_right(WAS, NOW)}), "检查日期是 2026-10-09，现场记录和补正是 2026-10-08"),
    "reading not published": (whole(**{"supplements/2.txt": put_right("", "reading\\tDW001\\tCOD\\t45\\t-\\t-")}), "DW001 COD 是 没有这一项，现场记录和补正是 45"),
    "what is put right was never there": (whole(**{"supplements/2.txt": put_right(NOW, WAS)}), "没有要补正的这一行"),
    "the right line is none": (whole(**{"supplements/2.txt": put_right(WAS, WAS.replace("+", " "))}), "supplements/2.txt：补正以后的现场记录"),
    "the right line is missing": (whole(**{"supplements/2.txt": put_right(WAS, "")}), "「visited」"),
    "who was there is not put right": (whole(**{"supplements/2.txt": put_right("team\\tHN-002\\tsecond", "")}), "这一行不能补正"),
}  # fmt: skip


ELSEWHERE = OLD.replace("0001\n", "0002\n")
BROKEN |= {
    "set-aside record changed": (whole(**{"earlier/1/record.txt": OLD.replace("渗水", "没有渗")}), "earlier/1/record.txt：指纹是"),
    "set-aside record dropped": (whole(**{"earlier/1/record.txt": None}), "earlier.tsv：第 1 份不在案卷里"),
    "set-aside record not named": (whole(**{"earlier.tsv": None}), "earlier.tsv 里没有这一份"),
    "set-aside record without a reason": (whole(**{"earlier.tsv": earlier(because="")}), "文字不能为空"),
    "set-aside record of another visit": (whole(**{f"earlier/1/{n}": t for n, t in (("record.txt", ELSEWHERE), ("signatures.tsv", opened_again(ELSEWHERE)))} | {"earlier.tsv": earlier(ELSEWHERE)}), "earlier/1/record.txt：不是这次检查的"),
    "set-aside record signed elsewhere": (whole(**{"earlier/1/signatures.tsv": opened_again(RECORD)}), "earlier/1/signatures.tsv 第 2 行"),
    "set-aside record signed by nobody": (whole(**{"earlier/1/signatures.tsv": None}), "earlier/1/signatures.tsv：没有这个文件"),
    "signature of the set-aside record added": (whole(**{"earlier/1/signature.png": PNG}), "earlier/1/signature.png"),
    "removed evidence swapped": (whole(**{f"removed/{SHA3}.jpg": OTHER}), "和文件名里的不同"),
    "removed evidence dropped": (whole(**{f"removed/{SHA3}.jpg": None, f"removed/{SHA3}.copy.jpg": None}), f"移除的证据 {SHA3} 不在案卷里"),
    "removed evidence not named": (whole(**{"removed.tsv": None}), "removed.tsv 里没有这一份"),
    "removed evidence without a reason": (whole(**{"removed.tsv": removed(because="")}), "文字不能为空"),
    "no record, with signatures": (bare(**{"signatures.tsv": signed()}), "却又有 signatures.tsv"),
    "no record, of another unit": (bare(**{"visit.txt": BARE.replace("0001", "0002")}), "不是这次检查的"),
    "no record, another verdict": (bare(**{"visit.txt": BARE.replace("water\tpass", "water\tfail")}), "general/water 是 pass"),
    "no record, finding changed": (bare(**{"finding.txt": FINDING.replace("clean", "other")}), "finding.txt 的指纹应为"),
}  # fmt: skip


def test_a_visit_without_a_record_has_a_case_file_that_says_so(tmp_path):
    lines = checked(bare(), tmp_path)
    assert [line for line in lines if not line.ok] == []
    (told,) = [line.detail for line in lines if line.what == "没有现场记录"]
    assert "没有固定、另一名执法人员确认、当事人签字" in told
    assert any("公开日志第 9 条" in line.detail for line in lines)


def test_what_was_set_aside_and_taken_out_is_said(tmp_path):
    said = {line.what: line.detail for line in checked(whole(), tmp_path)}
    assert "张某，北京时间 2026-10-09 09:58，原因：“编号记错了”" in said["第 1 份现场记录重新打开过"]
    assert "原因：“拍到了无关的人”" in said[f"移除过证据 {SHA3}"]


def test_what_was_put_right_in_lines_is_what_is_published(tmp_path):
    right = FINDING.replace("10-09", "10-08")
    texts = {"supplements/2.txt": put_right(WAS, NOW), "finding.txt": right, "log.tsv": log(finding=right)}
    lines = checked(whole(**texts), tmp_path)
    assert [line for line in lines if not line.ok] == []
    told = (
        "已确认：“没有渗漏”，原为：“visited 2026-10-09T09:30+08:00”，改为：“visited 2026-10-08T09:30+08:00”"
    )
    assert [line.detail for line in lines if line.what == "第 2 次补正"] == [told]
    texts = {"supplements/2.txt": put_right(WAS, NOW, decision="object")}
    assert [line for line in checked(whole(**texts), tmp_path) if not line.ok] == []


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named(name, tmp_path):
    files, said = BROKEN[name]
    found = faults(files, tmp_path)
    assert found and said in found[0], found


def test_the_writers_write_what_is_written_by_hand():
    for name, parse, write in (
        ("contents.tsv", verify.parse_contents, verify.write_contents),
        ("signatures.tsv", verify.parse_signatures, verify.write_signatures),
        ("earlier.tsv", verify.parse_earlier, verify.write_earlier),
        ("removed.tsv", verify.parse_removed, verify.write_removed),
    ):
        text = whole()[name].decode()
        assert write(*parse(text)) == text
    assert verify.write_rows(verify.parse_rows(log())) == log()
    assert verify.write_visit(verify.parse_visit(BARE)) == BARE
    for text in (supplement(), put_right(WAS, NOW)):
        assert verify.write_supplement(verify.parse_supplement(text)) == text


def refused(data: bytes, folder) -> str:
    path = folder / "case.zip"
    path.write_bytes(data)
    with pytest.raises(verify.Unreadable) as reason:
        verify.reading(str(path), lambda: verify.read_case(str(path)))
    return str(reason.value)


def test_a_hostile_zip_is_refused_before_anything_is_checked(tmp_path, monkeypatch):
    assert "不安全的文件名" in refused(packed(whole() | {"evidence/../x": b"x"}), tmp_path)
    assert "单独一个普通的 zip" in refused(b"#!/bin/sh\n" + packed(whole()), tmp_path)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("contents.tsv", b"x")
    assert "压缩方式不常见" in refused(buffer.getvalue(), tmp_path)
    with pytest.warns(UserWarning), zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        archive.writestr("contents.tsv", b"x")
        archive.writestr("contents.tsv", b"y")
    assert "重复" in refused(buffer.getvalue(), tmp_path)
    assert "record.txt” 太大" in refused(packed(whole() | {"record.txt": bytes((4 << 20) + 1)}), tmp_path)
    monkeypatch.setattr(verify, "CASE_FILE_CAP", 1 << 20)
    bomb = packed(whole() | {f"evidence/{'0' * 64}.jpg": bytes((1 << 20) + 1)})
    assert len(bomb) < 10_000 and "太大" in refused(bomb, tmp_path)
    monkeypatch.setattr(verify, "ENTRY_CAP", 5)
    assert "文件太多" in refused(packed(whole()), tmp_path)


def test_a_bundle_is_no_case_and_a_case_that_was_unpacked_is_asked_for_as_a_zip(tmp_path):
    (tmp_path / "bundle.zip").write_bytes(packed({"commit.txt": b"x"}))
    assert verify.read_case(str(tmp_path / "bundle.zip")) is None
    assert verify.read_case(str(tmp_path)) is None
    for name, data in listed({"record.txt": RECORD.encode()}).items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(verify.Unreadable, match="zip 文件"):
        verify.read_case(str(tmp_path))
