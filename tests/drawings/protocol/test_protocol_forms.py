"""The forms of the files, to the byte: what the parsers refuse and where, and that the writers round-trip."""

import pytest
from protocol_cases import SALT, SEALS, SSQ, bundle, drawn, registry

from drawings.protocol import verify
from drawings.protocol.verify import Invalid

HEX = "0123456789abcdef" * 4
GOOD = {name: data.decode() for name, data in drawn(bundle(*registry(5, 30, 6), sources=SEALS)).items()}
POOL = f"pool/1 2026Q4 {SALT}\nu1\tkey\ts0\tin\ta1,a2\t舞钢一厂\nu2\tkey\ts0\tstopped\t-\t二厂\n"
OFFICERS = f"officers/1 2026Q4 {SALT}\na1\ts0,s1\t0\t甲\na2\t-\t12\t乙\n"
COMMIT = f"""draw-commit/1
bureau 平顶山市生态环境局舞钢分局
draw 2026Q4
previous {HEX}
pool {HEX} 2
officers {HEX} 2
program - {HEX}
stratum key 25/100 40 10
stratum general officers*4/1 227 57
team 2 cross
entropy dice10 39 2026-10-08T15:30:00+08:00
entropy ssq 2026112 2026-10-08T21:15:00+08:00
disclosure open
"""
DICE_LINE = "entropy dice10 39 2026-10-08T15:30:00+08:00"
SSQ_LINE = "entropy ssq 2026112 2026-10-08T21:15:00+08:00"
RESULT = f"result/1 2026Q4 {SALT}\nkey\t1\tu1\t{HEX}\ta1\ta2\t-\nkey\t2\tu2\t{HEX}\ta1\ta2\tcross\n"


def refused(parse, text: str, message: str) -> None:
    with pytest.raises(Invalid) as error:
        parse(text)
    assert message in str(error.value), str(error.value)


@pytest.mark.parametrize(
    ("parse", "text", "file"),
    [
        (verify.parse_pool, POOL, "pool.tsv"),
        (verify.parse_officers, OFFICERS, "officers.tsv"),
        (verify.parse_commit, COMMIT, "commit.txt"),
        (verify.parse_result, RESULT, "result.tsv"),
        (verify.parse_log, "log/1\n", "log.tsv"),
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
    refused(parse, text.replace("/1", "/2", 1), f"{file} 第 1 行：")


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("pool/1 2026Q4 ", "pool/1  2026Q4 ", "第 1 行：第一行应为「pool/1 抽查编号 32位盐」"),
        (SALT, SALT.upper(), "第 1 行：第一行应为"),
        (SALT, SALT[:-1], "第 1 行：第一行应为"),
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
        ("二厂", "", "第 3 行：名称不对：''"),
    ],
)
def test_a_pool_of_another_form_is_refused_with_its_line(good, bad, message):
    refused(verify.parse_pool, POOL.replace(good, bad, 1), "pool.tsv " + message)


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("officers/1", "pool/1", "第 1 行：第一行应为「officers/1 抽查编号 32位盐」"),
        ("a2\t", "a1\t", "第 3 行：编号应由小到大且不重复"),
        ("a2\t", "a2\t\t", "第 3 行：应有 4 栏，实有 5 栏"),
        ("s0,s1", "s1,s0", "第 2 行：列表应由小到大且不重复"),
        ("\t0\t", "\t00\t", "第 2 行：已有任务数不对：'00'"),
        ("\t0\t", "\t+1\t", "第 2 行：已有任务数不对：'+1'"),
        ("\t0\t", "\t-1\t", "第 2 行：已有任务数不对：'-1'"),
        ("\t0\t", "\t1_0\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t1.0\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t٣\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t1000000000\t", "第 2 行：已有任务数不对"),
        ("\t0\t", "\t" + "9" * 5000 + "\t", "第 2 行：已有任务数不对"),
        ("甲", " 甲", "第 2 行：姓名不对：' 甲'"),
    ],
)
def test_officers_of_another_form_are_refused_with_their_line(good, bad, message):
    refused(verify.parse_officers, OFFICERS.replace(good, bad, 1), "officers.tsv " + message)


def test_a_count_goes_to_just_below_a_thousand_million():
    assert verify.parse_officers(OFFICERS.replace("\t12\t", "\t999999999\t")).officers[1].load == 999_999_999
    assert [verify.is_count(text) for text in ("0", "7", "999999999", "01", "1000000000", "", "７")] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["甲", "x" * 200, "𠮷野家", "a  b", "é", "-", "\ue000", "甲\xa0乙", "ﷺ"])
def test_a_name_may_be(text):
    assert verify.is_name(text)


@pytest.mark.parametrize(
    "text",
    ["", "x" * 201, " a", "a ", "a\u3000", "\xa0a", "e\u0301", "a\u200bb", "a\u202eb", "a\u2028b", "a\u2029b",
     "a\x00b", "a\x7fb", "a\x85b", "a\tb", "a\nb", "a\rb", "\ufeffa", "a\xadb", "\ud800", "\u212b"],
)  # fmt: skip
def test_a_name_may_not_be(text):
    assert not verify.is_name(text)


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
        ("draw 2026Q4", "draw -", "第 3 行：应为「draw 抽查编号」"),
        ("draw 2026Q4\n", "draw 2026Q4\ndraw 2026Q4\n", "第 4 行：应为「previous "),
        (f"previous {HEX}", f"previous {HEX.upper()}", "第 4 行：应为「previous "),
        (f"pool {HEX} 2", f"pool {HEX} 02", "第 5 行：应为「pool 摘要 行数」"),
        (f"officers {HEX} 2", f"officers {HEX} 2 ", "第 6 行：应为「officers 摘要 行数」"),
        ("program - ", "program ", "第 7 行：应为「program "),
        ("program - ", "program  - ", "第 7 行：应为「program "),
        ("stratum key 25/100 40 10\nstratum general officers*4/1 227 57\n", "", "第 8 行：应为「stratum "),
        ("stratum general", "stratum key", "第 9 行：类别 key 出现了两次"),
        ("25/100", "0/100", "第 8 行：抽取规则不对"),
        ("25/100", "101/100", "第 8 行：抽取规则不对"),
        ("25/100", "25/0", "第 8 行：抽取规则不对"),
        ("25/100", "25/0100", "第 8 行：抽取规则不对"),
        ("25/100", "25/1000000000", "第 8 行：抽取规则不对"),
        ("officers*4/1", "officers*4/0", "第 9 行：抽取规则不对"),
        ("officers*4/1", "Officers*4/1", "第 9 行：抽取规则不对"),
        ("40 10", "040 10", "第 8 行：应为「stratum "),
        ("team 2 cross", "team 3 cross", "第 10 行：应为「team "),
        ("team 2 cross", "team 2", "第 10 行：应为「team "),
        ("team 2 cross\n", "", "第 10 行：应为「team "),
        (DICE_LINE + "\n" + SSQ_LINE + "\n", "", "第 11 行：应为「entropy "),
        (f"{DICE_LINE}\n{SSQ_LINE}", f"{SSQ_LINE}\n{DICE_LINE}", "第 12 行：随机来源的时间应由早到晚"),
        ("21:15:00+08:00", "15:30:00+08:00", "第 12 行：随机来源的时间应由早到晚"),
        ("21:15:00+08:00", "22:30:00+15:00", "第 12 行：随机来源的时间应由早到晚"),
        ("ssq 2026112", "dice10 39", "第 12 行：来源 dice10 39 出现了两次"),
        ("dice10 39", "ssq 2026111", "第 13 行：公开的随机性只有 48.152 位"),
        (
            DICE_LINE,
            "entropy pl5 1 2026-10-08T15:29:00+08:00\n" + DICE_LINE,
            "第 12 行：骰子应排在彩票和信标之前",
        ),
        (DICE_LINE, "entropy system os 2026-10-08T15:30:00+08:00", "第 12 行：system 只能单独使用"),
        ("ssq 2026112", "system os", "第 12 行：system 只能单独使用"),
        ("dice10 39", "dice10 0", "第 11 行：dice10 的期号或次数不对"),
        ("dice10 39", "dice10 039", "第 11 行：dice10 的期号或次数不对"),
        ("dice10 39", "dice10 1000", "第 11 行：dice10 的期号或次数不对"),
        ("dice10 39", "dice8 39", "第 11 行：没有这种随机来源"),
        ("ssq 2026112", "ssq 2026.112", "第 12 行：ssq 的期号或次数不对"),
        ("ssq 2026112", "ssq " + "9" * 81, "第 12 行：ssq 的期号或次数不对"),
        ("ssq 2026112", f"drand {HEX}", "第 12 行：drand 的期号或次数不对"),
        ("ssq 2026112", f"drand {HEX}/0", "第 12 行：drand 的期号或次数不对"),
        ("ssq 2026112", "system OS", "第 12 行：system 的期号或次数不对"),
        ("disclosure open", "disclosure closed", "第 13 行：应为「disclosure "),
        ("disclosure open\n", "", "第 13 行：应为「disclosure "),
        ("disclosure open\n", "disclosure open\ndisclosure open\n", "第 14 行：后面有多余的行"),
    ],
)
def test_a_commit_of_another_form_is_refused_with_its_line(good, bad, message):
    assert good in COMMIT
    refused(verify.parse_commit, COMMIT.replace(good, bad, 1), "commit.txt " + message)


@pytest.mark.parametrize(
    "time",
    ["2026-10-08T15:30:00Z", "2026-10-08 15:30:00+08:00", "2026-02-30T15:30:00+08:00", "2026-10-08T24:00:00+08:00",
     "2026-10-08T15:30:60+08:00", "2026-10-08T15:60:00+08:00", "2026-10-08T15:30:00+24:00", "2026-10-08T15:30:00+08:60",
     "2026-10-08T15:30:00-08:00", "2026-10-08T15:30+08:00", "2026-10-08T15:30:00.5+08:00", "2026-10-08T15:30:00+0800",
     "２026-10-08T15:30:00+08:00", "0000-10-08T15:30:00+08:00", "2026-13-08T15:30:00+08:00", "2026-10-08T15:30:00"],
)  # fmt: skip
def test_a_time_of_another_form_or_of_no_real_moment_is_refused(time):
    with pytest.raises(Invalid):
        verify.instant(time)
    refused(verify.parse_commit, COMMIT.replace("2026-10-08T15:30:00+08:00", time), "commit.txt 第 11 行：")


def test_times_are_compared_as_instants():
    assert verify.instant("2026-10-08T00:30:00+08:00") == verify.instant("2026-10-07T16:30:00+00:00")
    assert verify.instant("2026-10-08T05:40:00+05:45") == verify.instant("2026-10-07T23:55:00+00:00")
    assert verify.instant("0001-01-01T00:00:00+23:59") < verify.instant("0001-01-01T00:00:00+00:00")
    assert verify.instant("9999-12-31T23:59:59+00:00") - verify.instant("9999-12-31T23:59:58+00:00") == 1
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
        ("drand", f"{HEX}/1234567", HEX, 256000),
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
        ("ssq", "1", "01 05 12 23 28 34 16", "双色球的值应为"),
        ("ssq", "1", "00 05 12 23 28 31 16", "双色球的值应为"),
        ("ssq", "1", "01 05 12 23 28 31 17", "双色球的值应为"),
        ("ssq", "1", "01 05 12 23 28 31 00", "双色球的值应为"),
        ("ssq", "1", "1 5 12 23 28 31 16", "双色球的值应为"),
        ("ssq", "1", "01 05 12 23 28 31", "双色球的值应为"),
        ("ssq", "1", "05 01 12 23 28 31 16", "双色球的红球应由小到大"),
        ("ssq", "1", "01 01 12 23 28 31 16", "双色球的红球应由小到大"),
        ("pl5", "1", "00943", "排列5的值应为"),
        ("pl5", "1", "0 0 9 4", "排列5的值应为"),
        ("fc3d", "1", "7 0  7", "福彩3D的值应为"),
        ("drand", f"{HEX}/1", HEX.upper(), "drand 信标的值应为"),
        ("system", "os", HEX[:-1], "系统随机数的值应为"),
        ("system", "urandom", HEX, "system 的期号或次数不对"),
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
        (lambda lines: ["draw-entropy/2", *lines[1:]], "第 1 行：应为「draw-entropy/1」"),
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
        ("a1\ta2", "a1\ta1", "第 2 行：两名执法人员是同一人"),
        ("cross", "Cross", "第 3 行：备注不对"),
        (HEX, HEX[:-1] + "F", "第 2 行：签号不对"),
        ("\tu1\t", "\t\t", "第 2 行：编号不对"),
        ("\ta2\t-\n", "\ta2\t-\t-\n", "第 2 行：应有 7 栏，实有 8 栏"),
        ("key\t2\tu2", f"big\t1\tu3\t{HEX}\ta1\ta2\t-\nkey\t2\tu2", "第 4 行：类别 key 分在了两处"),
    ],
)
def test_a_result_of_another_form_is_refused_with_its_line(good, bad, message):
    refused(verify.parse_result, RESULT.replace(good, bad, 1), "result.tsv " + message)
