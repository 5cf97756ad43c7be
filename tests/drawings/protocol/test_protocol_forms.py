"""The forms of the files of a freeze and what all files share, to the byte: what the parsers refuse and where."""

import pytest
from forms_of_files import COMMIT, HEX, NAMES, NONCE, OFFICERS, POOL, REGISTERS, RESULT, SALT_TEXT, refused
from protocol_cases import SALT

from drawings.protocol import verify


@pytest.mark.parametrize(
    ("parse", "text", "file"),
    [
        (verify.parse_pool, POOL, "pool.tsv"),
        (verify.parse_officers, OFFICERS, "officers.tsv"),
        (verify.parse_registers, REGISTERS, "registers.tsv"),
        (verify.parse_names, NAMES, "names.tsv"),
        (lambda text: verify.read_names(text.encode(), tuple), NAMES, "names.tsv"),
        (verify.parse_salt, SALT_TEXT, "salt.txt"),
        (verify.parse_commit, COMMIT, "commit.txt"),
        (verify.parse_result, RESULT, "result.tsv"),
        (verify.parse_log, "log/2\n", "log.tsv"),
    ],
)
def test_every_file_ends_its_lines_with_lf_alone_and_has_no_bom_and_no_empty_line(parse, text, file):
    assert parse(text) is not None
    last = text.count("\n")
    refused(parse, "", f"{file} 第 1 行：文件是空的")
    refused(parse, "\ufeff" + text, f"{file} 第 1 行：开头有 BOM")
    refused(parse, text[:-1], f"{file} 第 {last} 行：最后一行没有换行符 LF")
    refused(parse, text.replace("\n", "\r\n"), f"{file} 第 1 行：有回车符 CR")
    refused(parse, text[:-1] + "\r\n", f"{file} 第 {last} 行：有回车符 CR")
    refused(parse, text + "\n", f"{file} 第 {last + 1} 行：")
    refused(parse, "\n" + text, f"{file} 第 1 行：")
    refused(parse, text[:-1] + " \n", f"{file} 第 {last} 行：")
    refused(parse, text[:-1] + "\u2028\n", f"{file} 第 {last} 行：")
    refused(parse, text[:-1] + "\x85\n", f"{file} 第 {last} 行：")
    refused(parse, text[:-1] + "\0\n", f"{file} 第 {last} 行：")
    refused(parse, text.replace("/2", "/1", 1), f"{file} 第 1 行：")


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("pool/2 2026Q4", "pool/2  2026Q4", "第 1 行：第一行应为「pool/2 抽签编号」"),
        ("pool/2 2026Q4", f"pool/2 2026Q4 {SALT}", "第 1 行：第一行应为"),
        ("2026Q4", "-", "第 1 行：第一行应为"),
        ("u1\t", "u1\t\t", "第 2 行：应有 6 栏，实有 7 栏"),
        ("u1\t", "u1 ", "第 2 行：应有 6 栏，实有 5 栏"),
        ("u1\t", "\t", "第 2 行：编号不对：“”"),
        ("u1\t", "-\t", "第 2 行：编号不对：“-”"),
        ("u1\t", "u" * 56 + "\t", "第 2 行：编号不对"),
        ("u1\t", "ｕ1\t", "第 2 行：编号不对"),
        ("u1\t", "u１\t", "第 2 行：编号不对"),
        ("u1\t", "u1 \t", "第 2 行：编号不对"),
        ("u2\t", "u1\t", "第 3 行：编号应由小到大且不重复"),
        ("u2\t", "U2\t", "第 3 行：编号应由小到大且不重复"),
        ("key\ts0\tstop", "-\ts0\tstop", "第 3 行：编号不对：“-”"),
        ("s0\tin", "s0,s1\tin", "第 2 行：编号不对：“s0,s1”"),
        ("s0\tin", "\tin", "第 2 行：编号不对：“”"),
        ("\tin\t", "\tIn\t", "第 2 行：没有这种状态：“In”"),
        ("\tin\t", "\t\t", "第 2 行：没有这种状态：“”"),
        ("a1,a2", "a2,a1", "第 2 行：列表应由小到大且不重复"),
        ("a1,a2", "a1,a1", "第 2 行：列表应由小到大且不重复"),
        ("a1,a2", "a1,,a2", "第 2 行：列表里的编号不对"),
        ("a1,a2", "a1, a2", "第 2 行：列表里的编号不对"),
        ("a1,a2", "a1,-", "第 2 行：列表里的编号不对"),
        ("a1,a2", "", "第 2 行：列表里的编号不对"),
        (f"-\t{HEX}", "-\t", "第 3 行：名称指纹应为 64 位小写十六进制的指纹，实为 “”"),
        (f"-\t{HEX}", f"-\t{HEX.upper()}", "第 3 行：名称指纹应为"),
        (f"-\t{HEX}", f"-\t{HEX}0", "第 3 行：名称指纹应为"),
    ],
)
def test_a_pool_of_another_form_is_refused_with_its_line(good, bad, message):
    refused(verify.parse_pool, POOL.replace(good, bad, 1), "pool.tsv " + message)


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("officers/2", "pool/2", "第 1 行：第一行应为「officers/2 抽签编号」"),
        ("a2\t", "a1\t", "第 3 行：编号应由小到大且不重复"),
        ("a2\t", "a2\t\t", "第 3 行：应有 5 栏，实有 6 栏"),
        ("s0,s1", "s1,s0", "第 2 行：列表应由小到大且不重复"),
        ("\t0\t", "\t00\t", "第 2 行：已有任务数不对：“00”"),
        ("\t0\t", "\t+1\t", "第 2 行：已有任务数不对：“+1”"),
        ("\t0\t", "\t-1\t", "第 2 行：已有任务数不对：“-1”"),
        ("\t0\t", "\t1_0\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t1.0\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t٣\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t1000000000\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t" + "9" * 5000 + "\t", "第 2 行：已有任务数不对"),
        ("\tbureau\t", "\t-\t", "第 2 行：编号不对：“-”"),
        ("\tbureau\t", "\t\t", "第 2 行：编号不对：“”"),
        (f"0\t{HEX}", "0\t甲", "第 2 行：姓名指纹应为 64 位小写十六进制的指纹，实为 “甲”"),
    ],
)
def test_officers_of_another_form_are_refused_with_their_line(good, bad, message):
    refused(verify.parse_officers, OFFICERS.replace(good, bad, 1), "officers.tsv " + message)


def test_a_count_goes_to_just_below_a_thousand_million():
    assert verify.parse_officers(OFFICERS.replace("\t12\t", "\t999999999\t")).officers[1].load == 999_999_999
    assert [verify.is_count(text) for text in ("0", "7", "999999999", "01", "1000000000", "", "７")] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("registers/2", "register/2", "第 1 行：第一行应为「registers/2 抽签编号」"),
        ("k1\tu1\t-", "k1\tu1\tclosed", "第 2 行：city k1 应当要么写明是哪一家污染源，要么"),
        ("k1\tu1\t-", "k1\t-\t-", "第 2 行：city k1 应当要么"),
        ("k1\tu1\t-", "k1\t\t-", "第 2 行：编号不对"),
        ("k1\tu1\t-", "k1\tu1\t", "第 2 行：编号不对"),
        ("city\tk1", "-\tk1", "第 2 行：编号不对"),
        ("city\tk1", "city\t-", "第 2 行：编号不对"),
        ("city\tk2", "city\tk1", "第 3 行：条目应由小到大且不重复，city k1 不能在 city k1 之后"),
        ("city\tk2", "a\tk2", "第 3 行：条目应由小到大且不重复，a k2 不能在 city k1 之后"),
        ("\tclosed\t", "\tclosed\t\t", "第 3 行：应有 5 栏，实有 6 栏"),
        (HEX, HEX.upper(), "第 2 行：名称指纹应为"),
    ],
)
def test_registers_of_another_form_are_refused_with_their_line(good, bad, message):
    assert verify.parse_registers(REGISTERS).entries[1] == ("city", "k2", "", "closed", HEX)
    refused(verify.parse_registers, REGISTERS.replace(good, bad, 1), "registers.tsv " + message)


def test_entries_ascend_by_register_and_key_and_their_names_by_the_one_string():
    """`a-` stands behind `a` among registers, and `a-/k` before `a/k` among names: "-" is less than "/"."""
    rows = f"registers/2 d\na\tk\tu1\t-\t{HEX}\na-\tk\tu1\t-\t{HEX}\n"
    assert [entry.register for entry in verify.parse_registers(rows).entries] == ["a", "a-"]
    names = f"names/2 d\nentry\ta-/k\t{NONCE}\t甲\nentry\ta/k\t{NONCE}\t甲\n"
    assert [name.ident for name in verify.parse_names(names).rows] == ["a-/k", "a/k"]


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("entry\t", "entries\t", "第 2 行：没有这种名称：“entries”"),
        ("city/k1", "city", "第 2 行：编号不对：“city”"),
        ("city/k1", "city/k1/x", "第 2 行：编号不对"),
        ("city/k1", "/k1", "第 2 行：编号不对"),
        ("a1\t", "city/a1\t", "第 3 行：编号不对"),
        ("unit\tu1", "officer\ta1", "第 4 行：各行应由小到大且不重复，officer a1 不能在 officer a1 之后"),
        ("unit\tu1", "entry\tx/y", "第 4 行：各行应由小到大且不重复"),
        (NONCE, NONCE.upper(), "第 2 行：随机数应为 32 位小写十六进制"),
        (NONCE, NONCE + "0", "第 2 行：随机数应为"),
        ("\t甲", "\t 甲", "第 3 行：名称不对：“ 甲”，开头或末尾有空格"),
        ("\t甲", "\t", "第 3 行：名称不对：“”，不能为空"),
        ("\t甲", "\t甲\t", "第 3 行：应有 4 栏，实有 5 栏"),
    ],
)
def test_names_of_another_form_are_refused_with_their_line(good, bad, message):
    refused(verify.parse_names, NAMES.replace(good, bad, 1), "names.tsv " + message)


@pytest.mark.parametrize(
    "text",
    [f"salt/2 2026Q4 {SALT.upper()}\n", f"salt/2 2026Q4 {SALT}0\n", f"salt/2 - {SALT}\n", f"salt/2  x {SALT}\n",
     f"salt/1 2026Q4 {SALT}\n", f"{SALT}\n"],
)  # fmt: skip
def test_a_salt_of_another_form_is_refused(text):
    assert verify.parse_salt(SALT_TEXT) == ("2026Q4", SALT)
    refused(verify.parse_salt, text, "salt.txt 第 1 行：应为「salt/2 抽签编号 32位小写十六进制」")
    refused(verify.parse_salt, SALT_TEXT * 2, "salt.txt 第 2 行：后面有多余的行")


@pytest.mark.parametrize("text", ["a", "A-1_z", "_", "--", "x" * 55])
def test_an_id_may_be(text):
    assert verify.is_id(text)


@pytest.mark.parametrize("text", ["", "-", "x" * 56, "a b", "a.b", "é", "１", "a\n", "*", "a,b", "a/b"])
def test_an_id_may_not_be(text):
    assert not verify.is_id(text)
