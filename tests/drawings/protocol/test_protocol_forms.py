"""The forms of the files, to the byte: what the parsers refuse and where, and that the writers round-trip."""

import pytest
from protocol_cases import SALT, SEALS, SSQ, bundle, drawn, registry

from drawings.protocol import verify
from drawings.protocol.verify import Invalid

HEX = "0123456789abcdef" * 4
NONCE = "0123456789abcdef" * 2
GOOD = {name: data.decode() for name, data in drawn(bundle(*registry(5, 30, 6), sources=SEALS)).items()}
POOL = f"pool/2 2026Q4\nu1\tkey\ts0\tin\ta1,a2\t{HEX}\nu2\tkey\ts0\tstopped\t-\t{HEX}\n"
OFFICERS = f"officers/2 2026Q4\na1\tbureau\ts0,s1\t0\t{HEX}\na2\tfire\t-\t12\t{HEX}\n"
REGISTERS = f"registers/2 2026Q4\ncity\tk1\tu1\t-\t{HEX}\ncity\tk2\t-\tclosed\t{HEX}\n"
NAMES = f"names/2 2026Q4\nentry\tcity/k1\t{NONCE}\t条目\nofficer\ta1\t{NONCE}\t甲\nunit\tu1\t{NONCE}\t一厂\n"
SALT_TEXT = f"salt/2 2026Q4 {SALT}\n"
COMMIT = f"""draw-commit/2
bureau 平顶山市生态环境局舞钢分局
draw 2026Q4
previous {HEX}
salt {HEX}
pool {HEX} 2
officers {HEX} 2
registers {HEX} 2
register city 2 1 2026-10-01 全市重点单位 名录
register permits 0 0 2026-10-02 许可证平台
program - {HEX}
stratum key 25/100 40 10
stratum general officers*4/1 227 57
team bureau 2 cross
team fire 1 match
substitutes fresh fc3d
entropy dice10 39 2026-10-08T15:30:00+08:00
entropy ssq 2026112 2026-10-08T21:15:00+08:00
disclosure open
"""
DICE_LINE = "entropy dice10 39 2026-10-08T15:30:00+08:00"
SSQ_LINE = "entropy ssq 2026112 2026-10-08T21:15:00+08:00"
ROUND = f"{verify.DRAND}/32981955 2026-10-12T04:07:09+08:00"  # the round's own time
RESULT = f"result/2 2026Q4\nkey\t1\tu1\t{HEX}\ta1,a2\t-\nkey\t2\tu2\t{HEX}\ta1,a2,a3\tcross\n"
SUBSTITUTES = (
    "substitutes/2 2026Q4\n"
    "1\t2026-10-08T22:00:00+08:00\tofficer\ta1\till\tu1,u2\ta2,a3\tfc3d 2026261 2026-10-09T21:15:00+08:00\t1 2 3\tu1:a4 u2:-\n"
    "2\t2026-10-08T23:00:00+08:00\tunit\tu1\tclosed\t-\t-\tfc3d 2026261 2026-10-09T21:15:00+08:00\t1 2 3\tu3:a1,-\n"
)


def refused(parse, text: str, message: str) -> None:
    with pytest.raises(Invalid) as error:
        parse(text)
    assert message in str(error.value), str(error.value)


@pytest.mark.parametrize(
    ("parse", "text", "file"),
    [
        (verify.parse_pool, POOL, "pool.tsv"),
        (verify.parse_officers, OFFICERS, "officers.tsv"),
        (verify.parse_registers, REGISTERS, "registers.tsv"),
        (verify.parse_names, NAMES, "names.tsv"),
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
        ("u1\t", "\t", "第 2 行：编号不对：''"),
        ("u1\t", "-\t", "第 2 行：编号不对：'-'"),
        ("u1\t", "u" * 56 + "\t", "第 2 行：编号不对"),
        ("u1\t", "ｕ1\t", "第 2 行：编号不对"),
        ("u1\t", "u１\t", "第 2 行：编号不对"),
        ("u1\t", "u1 \t", "第 2 行：编号不对"),
        ("u2\t", "u1\t", "第 3 行：编号应由小到大且不重复"),
        ("u2\t", "U2\t", "第 3 行：编号应由小到大且不重复"),
        ("key\ts0\tstop", "-\ts0\tstop", "第 3 行：编号不对：'-'"),
        ("s0\tin", "s0,s1\tin", "第 2 行：编号不对：'s0,s1'"),
        ("s0\tin", "\tin", "第 2 行：编号不对：''"),
        ("\tin\t", "\tIn\t", "第 2 行：没有这种状态：'In'"),
        ("\tin\t", "\t\t", "第 2 行：没有这种状态：''"),
        ("a1,a2", "a2,a1", "第 2 行：列表应由小到大且不重复"),
        ("a1,a2", "a1,a1", "第 2 行：列表应由小到大且不重复"),
        ("a1,a2", "a1,,a2", "第 2 行：列表里的编号不对"),
        ("a1,a2", "a1, a2", "第 2 行：列表里的编号不对"),
        ("a1,a2", "a1,-", "第 2 行：列表里的编号不对"),
        ("a1,a2", "", "第 2 行：列表里的编号不对"),
        (f"-\t{HEX}", "-\t", "第 3 行：名称指纹应为 64 位小写十六进制的指纹，实为 ''"),
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
        ("\t0\t", "\t00\t", "第 2 行：已有任务数不对：'00'"),
        ("\t0\t", "\t+1\t", "第 2 行：已有任务数不对：'+1'"),
        ("\t0\t", "\t-1\t", "第 2 行：已有任务数不对：'-1'"),
        ("\t0\t", "\t1_0\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t1.0\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t٣\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t1000000000\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t" + "9" * 5000 + "\t", "第 2 行：已有任务数不对"),
        ("\tbureau\t", "\t-\t", "第 2 行：编号不对：'-'"),
        ("\tbureau\t", "\t\t", "第 2 行：编号不对：''"),
        (f"0\t{HEX}", "0\t甲", "第 2 行：姓名指纹应为 64 位小写十六进制的指纹，实为 '甲'"),
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
        ("entry\t", "entries\t", "第 2 行：没有这种名称：'entries'"),
        ("city/k1", "city", "第 2 行：编号不对：'city'"),
        ("city/k1", "city/k1/x", "第 2 行：编号不对"),
        ("city/k1", "/k1", "第 2 行：编号不对"),
        ("a1\t", "city/a1\t", "第 3 行：编号不对"),
        ("unit\tu1", "officer\ta1", "第 4 行：各行应由小到大且不重复，officer a1 不能在 officer a1 之后"),
        ("unit\tu1", "entry\tx/y", "第 4 行：各行应由小到大且不重复"),
        (NONCE, NONCE.upper(), "第 2 行：随机数应为 32 位小写十六进制"),
        (NONCE, NONCE + "0", "第 2 行：随机数应为"),
        ("\t甲", "\t 甲", "第 3 行：名称不对：' 甲'，开头或末尾有空格"),
        ("\t甲", "\t", "第 3 行：名称不对：''，不能为空"),
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


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("bureau 平顶山市生态环境局舞钢分局", "bureau ", "第 2 行：应为「bureau 机关名称」"),
        ("bureau 平", "bureau  平", "第 2 行：机关名称不对"),
        ("舞钢分局", "舞钢  分局", "第 2 行：机关名称不对"),
        ("舞钢分局", "舞钢分局\u200b", "第 2 行：机关名称不对"),
        ("draw 2026Q4", "draw -", "第 3 行：应为「draw 抽签编号」"),
        ("draw 2026Q4\n", "draw 2026Q4\ndraw 2026Q4\n", "第 4 行：应为「previous "),
        (f"previous {HEX}", f"previous {HEX.upper()}", "第 4 行：应为「previous "),
        (f"pool {HEX} 2", f"pool {HEX} 02", "第 6 行：应为「pool 指纹 行数」"),
        (f"officers {HEX} 2", f"officers {HEX} 2 ", "第 7 行：应为「officers 指纹 行数」"),
        ("program - ", "program ", "第 11 行：应为「program "),
        ("program - ", "program  - ", "第 11 行：应为「program "),
        ("stratum key 25/100 40 10\nstratum general officers*4/1 227 57\n", "", "第 12 行：应为「stratum "),
        ("stratum general", "stratum key", "第 13 行：类别 key 出现了两次"),
        ("25/100", "0/100", "第 12 行：抽取规则不对"),
        ("25/100", "101/100", "第 12 行：抽取规则不对"),
        ("25/100", "25/0", "第 12 行：抽取规则不对"),
        ("25/100", "25/0100", "第 12 行：抽取规则不对"),
        ("25/100", "25/1000000000", "第 12 行：抽取规则不对"),
        ("officers*4/1", "officers*4/0", "第 13 行：抽取规则不对"),
        ("officers*4/1", "Officers*4/1", "第 13 行：抽取规则不对"),
        ("40 10", "040 10", "第 12 行：应为「stratum "),
        (f"salt {HEX}\n", "", "第 5 行：应为「salt 指纹」"),
        (f"registers {HEX} 2", f"registers {HEX}", "第 8 行：应为「registers 指纹 行数」"),
        ("register city", "register -", "第 9 行：应为「program "),
        ("register city 2 1", "register city 02 1", "第 9 行：应为「program "),
        ("2026-10-01", "2026-02-30", "第 9 行：没有这个日期或时刻：2026-02-30"),
        ("2026-10-01", "1999-12-31", "第 9 行：日期应写作 2026-10-08，实为 '1999-12-31'"),
        ("2026-10-01", "2026-10-1", "第 9 行：日期应写作"),
        ("名录", "名录 ", "第 9 行：外部名册名称不对"),
        ("全市重点单位 名录", " 名录", "第 9 行：外部名册名称不对"),
        ("register permits", "register city", "第 10 行：外部名册应由小到大且不重复"),
        ("register permits", "register a", "第 10 行：外部名册应由小到大且不重复"),
        ("team bureau 2", "team bureau 0", "第 14 行：应为「team "),
        ("team bureau 2", "team bureau 10", "第 14 行：应为「team "),
        ("team bureau 2", "team - 2", "第 14 行：应为「team "),
        ("2 cross", "2", "第 14 行：应为「team "),
        ("2 cross", "2 Cross", "第 14 行：应为「team "),
        ("team fire", "team bureau", "第 15 行：部门 bureau 出现了两次"),
        ("team bureau 2 cross\nteam fire 1 match\n", "", "第 14 行：应为「team "),
        ("fresh fc3d", "fresh", "第 16 行：应为「substitutes "),
        ("fresh fc3d", "seed fc3d", "第 16 行：应为「substitutes "),
        ("fresh fc3d", "fresh dice10", "第 16 行：替补不能由 'dice10' 决定"),
        ("fresh fc3d", "fresh system", "第 16 行：替补不能由 'system' 决定"),
        ("fresh fc3d", "fresh coin", "第 16 行：替补不能由 'coin' 决定"),
        ("substitutes fresh fc3d\n", "", "第 16 行：应为「substitutes "),
        (DICE_LINE + "\n" + SSQ_LINE + "\n", "", "第 17 行：应为「entropy "),
        (f"{DICE_LINE}\n{SSQ_LINE}", f"{SSQ_LINE}\n{DICE_LINE}", "第 18 行：随机来源的时间应由早到晚"),
        ("21:15:00+08:00", "15:30:00+08:00", "第 18 行：随机来源的时间应由早到晚"),
        ("21:15:00+08:00", "21:30:00+14:00", "第 18 行：随机来源的时间应由早到晚"),
        ("ssq 2026112", "dice10 39", "第 18 行：来源 dice10 39 出现了两次"),
        ("dice10 39", "ssq 2026111", "第 19 行：公开的随机性只有 48.152 位"),
        (
            DICE_LINE,
            "entropy pl5 26261 2026-10-08T15:29:00+08:00\n" + DICE_LINE,
            "第 18 行：骰子应排在彩票和信标之前",
        ),
        (DICE_LINE, "entropy system os 2026-10-08T15:30:00+08:00", "第 18 行：system 只能单独使用"),
        ("ssq 2026112", "system os", "第 18 行：system 只能单独使用"),
        ("dice10 39", "dice10 0", "第 17 行：十面骰（dice10）的期号或次数不对"),
        ("dice10 39", "dice10 039", "第 17 行：十面骰（dice10）的期号或次数不对"),
        ("dice10 39", "dice10 1000", "第 17 行：十面骰（dice10）的期号或次数不对"),
        ("dice10 39", "dice8 39", "第 17 行：没有这种随机来源"),
        ("ssq 2026112", "ssq 026112", "第 18 行：双色球（ssq）的期号或次数不对"),
        ("ssq 2026112", "ssq 2026.112", "第 18 行：双色球（ssq）的期号或次数不对"),
        ("ssq 2026112", "ssq " + "9" * 8, "第 18 行：双色球（ssq）的期号或次数不对"),
        ("ssq 2026112", f"drand {HEX}", "第 18 行：drand 信标（drand）的期号或次数不对"),
        ("ssq 2026112", f"drand {HEX}/5", "第 18 行：drand 信标（drand）的期号或次数不对"),
        ("ssq 2026112", f"drand {verify.DRAND}/0", "第 18 行：drand 信标（drand）的期号或次数不对"),
        ("ssq 2026112", f"drand {verify.DRAND}/05", "第 18 行：drand 信标（drand）的期号或次数不对"),
        ("ssq 2026112", f"drand {verify.DRAND}/1000000000", "第 18 行：drand 信标（drand）的期号或次数不对"),
        ("ssq 2026112", f"drand {verify.DRAND}/5", "第 18 行：drand 这一轮的时间不是"),
        (
            SSQ_LINE,
            f"entropy drand {ROUND.replace(':09', ':10')}",
            "第 18 行：drand 这一轮的时间不是 2026-10-12T04:07:10+08:00，相差 1 秒",
        ),
        ("ssq 2026112", "system OS", "第 18 行：系统随机数（system）的期号或次数不对"),
        ("disclosure open", "disclosure closed", "第 19 行：应为「disclosure "),
        ("disclosure open\n", "", "第 19 行：应为「disclosure "),
        ("disclosure open\n", "disclosure open\ndisclosure open\n", "第 20 行：后面有多余的行"),
    ],
)
def test_a_commit_of_another_form_is_refused_with_its_line(good, bad, message):
    assert good in COMMIT
    refused(verify.parse_commit, COMMIT.replace(good, bad, 1), "commit.txt " + message)


def test_a_commit_may_name_no_register_and_leave_substitutes_to_the_seed():
    text = "\n".join(line for line in COMMIT.split("\n") if not line.startswith("register "))
    commit = verify.parse_commit(text.replace("fresh fc3d", "seed"))
    assert (commit.declared_registers, commit.substitutes, commit.program) == ((), "", ("", HEX))
    assert verify.parse_commit(COMMIT).substitutes == "fc3d"
    assert verify.parse_commit(COMMIT).declared_registers[0] == (
        "city",
        2,
        1,
        "2026-10-01",
        "全市重点单位 名录",
    )
    assert (
        verify.parse_commit(COMMIT.replace(SSQ_LINE, f"entropy drand {ROUND}")).sources[1].source == "drand"
    )


def test_a_commit_of_the_first_protocol_is_told_where_its_verifier_lies():
    refused(verify.parse_commit, COMMIT.replace("/2", "/1", 1), "commit.txt 第 1 行：这是 draw/1 的抽签")


@pytest.mark.parametrize(
    "time",
    ["2026-10-08T15:30:00Z", "2026-10-08 15:30:00+08:00", "2026-02-30T15:30:00+08:00", "2026-10-08T24:00:00+08:00",
     "2026-10-08T15:30:60+08:00", "2026-10-08T15:60:00+08:00", "2026-10-08T15:30:00+15:00", "2026-10-08T15:30:00+08:60",
     "2026-10-08T15:30:00-15:00", "2026-10-08T15:30+08:00", "2026-10-08T15:30:00.5+08:00", "2026-10-08T15:30:00+0800",
     "２026-10-08T15:30:00+08:00", "1999-12-31T23:59:59+08:00", "3000-01-01T00:00:00+08:00", "2026-13-08T15:30:00+08:00",
     "2026-10-08T15:30:00", "2026-10-08T15:30:00 08:00"],
)  # fmt: skip
def test_a_time_of_another_form_or_of_no_real_moment_is_refused(time):
    with pytest.raises(Invalid):
        verify.instant(time)
    refused(verify.parse_commit, COMMIT.replace("2026-10-08T15:30:00+08:00", time), "commit.txt 第 17 行：")


def test_times_are_compared_as_instants():
    assert verify.instant("2026-10-08T00:30:00+08:00") == verify.instant("2026-10-07T16:30:00+00:00")
    assert verify.instant("2026-10-08T05:40:00+05:45") == verify.instant("2026-10-07T23:55:00+00:00")
    assert verify.instant("2026-10-08T00:30:00-05:00") == verify.instant("2026-10-08T05:30:00+00:00")
    assert verify.instant("2026-10-08T00:30:00-00:00") == verify.instant("2026-10-08T00:30:00+00:00")
    assert verify.instant("2026-10-08T00:00:00+14:59") < verify.instant("2026-10-08T00:00:00-14:59")
    assert verify.instant("2000-01-01T00:00:00+00:00") == 946_684_800
    assert verify.instant("2999-12-31T23:59:59+00:00") - verify.instant("2999-12-31T23:59:58+00:00") == 1
    earlier = COMMIT.replace("15:30:00+08:00", "23:30:00+11:00")
    assert verify.parse_commit(earlier).sources[0].time == "2026-10-08T23:30:00+11:00"


@pytest.mark.parametrize(
    ("source", "label", "value", "thousandths"),
    [
        ("dice10", "5", "09876", 16605),
        ("dice6", "6", "162534", 15504),
        ("dice6", "999", "6" * 999, 2_581_416),
        ("ssq", "2026112", "01 05 12 23 28 33 16", 24076),
        ("pl5", "26261", "0 0 9 4 3", 16609),
        ("fc3d", "2026261", "7 0 7", 9965),
        ("drand", f"{verify.DRAND}/1234567", HEX, 256000),
        ("system", "os", HEX, 0),
    ],
)
def test_a_value_of_each_source(source, label, value, thousandths):
    assert verify.check_value(source, label, value) is None
    assert verify.bits(source, label) == thousandths


@pytest.mark.parametrize(
    ("source", "label", "value", "reason"),
    [
        ("dice10", "5", "0987", "十面骰应为 5 次，实为 4 次"),
        ("dice10", "5", "0987６", "十面骰的值应为"),
        ("dice10", "5", "09876 ", "十面骰的值应为"),
        ("dice10", "5", "09876\n", "十面骰的值应为"),
        ("dice10", "5", "", "十面骰的值应为"),
        ("dice6", "3", "107", "六面骰的值应为"),
        ("dice6", "3", "1234", "六面骰应为 3 次，实为 4 次"),
        ("ssq", "2026112", "01 05 12 23 28 34 16", "双色球的值应为"),
        ("ssq", "2026112", "00 05 12 23 28 31 16", "双色球的值应为"),
        ("ssq", "2026112", "01 05 12 23 28 31 17", "双色球的值应为"),
        ("ssq", "2026112", "01 05 12 23 28 31 00", "双色球的值应为"),
        ("ssq", "2026112", "1 5 12 23 28 31 16", "双色球的值应为"),
        ("ssq", "2026112", "01 05 12 23 28 31", "双色球的值应为"),
        ("ssq", "2026112", "05 01 12 23 28 31 16", "双色球的红球应由小到大"),
        ("ssq", "2026112", "01 01 12 23 28 31 16", "双色球的红球应由小到大"),
        ("pl5", "26261", "00943", "排列5的值应为"),
        ("pl5", "26261", "0 0 9 4", "排列5的值应为"),
        ("fc3d", "2026261", "7 0  7", "福彩3D的值应为"),
        ("drand", f"{verify.DRAND}/1", HEX.upper(), "drand 信标的值应为"),
        ("system", "os", HEX[:-1], "系统随机数的值应为"),
        ("system", "urandom", HEX, "系统随机数（system）的期号或次数不对"),
        ("coin", "3", "101", "没有这种随机来源"),
    ],
)
def test_a_value_of_another_form_is_refused_with_its_reason(source, label, value, reason):
    with pytest.raises(Invalid) as error:
        verify.check_value(source, label, value)
    assert str(error.value).startswith(reason)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: ["draw-entropy/1", *lines[1:]], "第 1 行：应为「draw-entropy/2」"),
        (lambda lines: [lines[0], "commit " + HEX, *lines[2:]], "第 2 行：应为「commit "),
        (lambda lines: lines[:2] + lines[3:], "第 3 行：应为「dice10 39 」"),
        (lambda lines: lines[:3], "第 4 行：应为「ssq 2026112 」"),
        (lambda lines: [*lines, lines[3]], "第 5 行：后面有多余的行"),
        (lambda lines: [*lines[:3], lines[3] + " "], "第 4 行：双色球的值应为"),
        (lambda lines: [*lines[:3], lines[3].replace("ssq ", "ssq  ")], "第 4 行：应为「ssq 2026112 」"),
    ],
)
def test_entropy_that_does_not_follow_the_commit_is_refused_with_its_line(change, message):
    commit = verify.parse_commit(GOOD["commit.txt"])
    lines = GOOD["entropy.txt"].split("\n")[:-1]
    assert verify.parse_entropy(GOOD["entropy.txt"], commit)[1] == ("ssq", "2026112", SSQ)
    changed = "\n".join(change(lines)) + "\n"
    refused(lambda text: verify.parse_entropy(text, commit), changed, "entropy.txt " + message)


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("\t2\tu2", "\t3\tu2", "第 3 行：名次应为 2，实为 '3'"),
        ("\t2\tu2", "\t02\tu2", "第 3 行：名次应为 2，实为 '02'"),
        ("\tu2\t", "\tu1\t", "第 3 行：污染源 u1 出现了两次"),
        ("a1,a2", "a1,a1", "第 2 行：检查组里有人出现了两次"),
        ("a1,a2", "a1,", "第 2 行：编号不对"),
        ("a1,a2", "-", "第 2 行：编号不对"),
        ("cross", "Cross", "第 3 行：备注不对"),
        (HEX, HEX[:-1] + "F", "第 2 行：签值应为 64 位"),
        ("\tu1\t", "\t\t", "第 2 行：编号不对"),
        ("\t-\n", "\t-\t-\n", "第 2 行：应有 6 栏，实有 7 栏"),
        ("key\t2\tu2", f"big\t1\tu3\t{HEX}\ta1,a2\t-\nkey\t2\tu2", "第 4 行：类别 key 分在了两处"),
    ],
)
def test_a_result_of_another_form_is_refused_with_its_line(good, bad, message):
    refused(verify.parse_result, RESULT.replace(good, bad, 1), "result.tsv " + message)


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("\n1\t", "\n2\t", "第 2 行：序号应为 1，实为 2"),
        ("\n1\t", "\n01\t", "第 2 行：序号不对：'01'"),
        ("22:00:00+08:00", "22:00:00Z", "第 2 行：时间应写作"),
        ("\tofficer\t", "\tofficers\t", "第 2 行：没有这种替补：'officers'"),
        ("\ta1\till", "\t-\till", "第 2 行：对象或理由的编号不对"),
        ("\till\t", "\t-\t", "第 2 行：对象或理由的编号不对"),
        ("\tu1,u2\t", "\t-\t", "第 2 行：没有写明让出哪些污染源的位置"),
        ("\tu1,u2\t", "\tu2,u1\t", "第 2 行：列表应由小到大且不重复"),
        ("\ta2,a3\t", "\ta3,a2\t", "第 2 行：列表应由小到大且不重复"),
        ("closed\t-\t-", "closed\tu1\t-", "第 3 行：整家替补时不列污染源"),
        ("fc3d 2026261 ", "fc3d  2026261 ", "第 2 行：来源应为「来源 期号 时间」或 -"),
        ("fc3d 2026261 ", "fc3d 26261 ", "第 2 行：福彩3D（fc3d）的期号或次数不对"),
        ("fc3d 2026261 ", "dice10 39 ", "第 2 行：替补不能由十面骰决定"),
        ("2026-10-09T21:15:00+08:00", "2026-10-08T22:00:00+08:00", "第 2 行：申报时间 2026-10-08T22:00:00+08:00 不早于福彩3D 2026261 的时间"),
        ("fc3d 2026261 2026-10-09T21:15:00+08:00", f"drand {ROUND.replace(':09', ':08')}", "第 2 行：drand 这一轮的时间不是"),
        ("\t1 2 3\t", "\t123\t", "第 2 行：福彩3D的值应为"),
        ("\t1 2 3\t", "\t-\t", "第 2 行：福彩3D的值应为"),
        ("fc3d 2026261 2026-10-09T21:15:00+08:00\t1 2 3", "-\t1 2 3", "第 2 行：没有来源，值应为 -"),
        ("1 2 3\tu3", "1 2 4\tu3", "第 3 行：福彩3D 2026261 有两个值"),
        ("+08:00\t1 2 3\tu3", "+07:00\t1 2 3\tu3", "第 3 行：福彩3D 2026261 有两个时间"),
        ("2026261 2026-10-09T21:15:00+08:00\t1 2 3\tu3", "2026260 2026-10-09T21:14:00+08:00\t1 2 3\tu3", "第 3 行：来源的时间早于上一行的来源"),
        ("2026-10-08T23:00:00", "2026-10-08T21:59:59", "第 3 行：申报时间 2026-10-08T21:59:59+08:00 早于上一行的"),
        ("\tu3:a1,-\n", "\n", "第 3 行：应有 10 栏，实有 9 栏"),
    ],
)  # fmt: skip
def test_substitutes_of_another_form_are_refused_with_their_line(good, bad, message):
    assert good in SUBSTITUTES
    refused(verify.parse_substitutes, SUBSTITUTES.replace(good, bad, 1), "substitutes.tsv " + message)


def test_a_file_of_substitutes_has_a_row_at_least():
    refused(verify.parse_substitutes, "substitutes/2 2026Q4\n", "substitutes.tsv 第 1 行：后面没有任何替补")


def test_two_declarations_at_one_moment_on_one_issue_are_in_order():
    text = SUBSTITUTES.replace("23:00:00+08:00", "22:00:00+08:00")
    assert [row.declaration.serial for row in verify.parse_substitutes(text).rows] == [1, 2]
