"""The form of the commit and of its times, to the byte: what the parser refuses and where."""

import pytest
from forms_of_files import COMMIT, DICE_LINE, HEX, ROUND, SSQ_LINE, refused

from drawings.protocol import verify
from drawings.protocol.verify import Invalid


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
        ("2026-10-01", "1999-12-31", "第 9 行：日期应写作 2026-10-08，实为 “1999-12-31”"),
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
        ("fresh fc3d", "fresh dice10", "第 16 行：替补不能由 “dice10” 决定"),
        ("fresh fc3d", "fresh system", "第 16 行：替补不能由 “system” 决定"),
        ("fresh fc3d", "fresh coin", "第 16 行：替补不能由 “coin” 决定"),
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
            "第 18 行：drand 这一轮的时间不是北京时间 2026-10-12 04:07:10，相差 1 秒",
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
