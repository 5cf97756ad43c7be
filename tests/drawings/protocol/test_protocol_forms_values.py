"""The forms of what comes after the freeze, to the byte: values, entropy, result and substitutes."""

import pytest
from forms_of_files import HEX, RESULT, ROUND, SUBSTITUTES, refused
from protocol_cases import SEALS, SSQ, bundle, drawn, registry

from drawings.protocol import verify
from drawings.protocol.verify import Invalid

GOOD = {name: data.decode() for name, data in drawn(bundle(*registry(5, 30, 6), sources=SEALS)).items()}


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
        ("\t2\tu2", "\t3\tu2", "第 3 行：名次应为 2，实为 “3”"),
        ("\t2\tu2", "\t02\tu2", "第 3 行：名次应为 2，实为 “02”"),
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
        ("\n1\t", "\n01\t", "第 2 行：序号不对：“01”"),
        ("22:00:00+08:00", "22:00:00Z", "第 2 行：时间应写作"),
        ("\tofficer\t", "\tofficers\t", "第 2 行：没有这种替补：“officers”"),
        ("\ta1\till", "\t-\till", "第 2 行：对象或理由的编号不对"),
        ("\till\t", "\t-\t", "第 2 行：对象或理由的编号不对"),
        ("\tu1,u2\t", "\t-\t", "第 2 行：没有写明让出哪些污染源的位置"),
        ("\tu1,u2\t", "\tu2,u1\t", "第 2 行：列表应由小到大且不重复"),
        ("\ta2,a3\t", "\ta3,a2\t", "第 2 行：列表应由小到大且不重复"),
        ("closed\t-\t-", "closed\tu1\t-", "第 3 行：整家替补时不列污染源"),
        ("fc3d 2026261 ", "fc3d  2026261 ", "第 2 行：来源应为「来源 期号 时间」或 -"),
        ("fc3d 2026261 ", "fc3d 26261 ", "第 2 行：福彩3D（fc3d）的期号或次数不对"),
        ("fc3d 2026261 ", "dice10 39 ", "第 2 行：替补不能由十面骰决定"),
        ("2026-10-09T21:15:00+08:00", "2026-10-08T22:00:00+08:00", "第 2 行：申报于北京时间 2026-10-08 22:00，不早于福彩3D 2026261 的时间"),
        ("fc3d 2026261 2026-10-09T21:15:00+08:00", f"drand {ROUND.replace(':09', ':08')}", "第 2 行：drand 这一轮的时间不是"),
        ("\t1 2 3\t", "\t123\t", "第 2 行：福彩3D的值应为"),
        ("\t1 2 3\t", "\t-\t", "第 2 行：福彩3D的值应为"),
        ("fc3d 2026261 2026-10-09T21:15:00+08:00\t1 2 3", "-\t1 2 3", "第 2 行：没有来源，值应为 -"),
        ("1 2 3\tu3", "1 2 4\tu3", "第 3 行：福彩3D 2026261 有两个值"),
        ("+08:00\t1 2 3\tu3", "+07:00\t1 2 3\tu3", "第 3 行：福彩3D 2026261 有两个时间"),
        ("2026261 2026-10-09T21:15:00+08:00\t1 2 3\tu3", "2026260 2026-10-09T21:14:00+08:00\t1 2 3\tu3", "第 3 行：来源的时间早于上一行的来源"),
        ("2026-10-08T23:00:00", "2026-10-08T21:59:59", "第 3 行：申报于北京时间 2026-10-08 21:59:59，早于上一行的"),
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


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("2026-10-08T15:30:00+08:00", "北京时间 2026-10-08 15:30"),
        ("2026-10-08T16:30:01+09:00", "北京时间 2026-10-08 15:30:01"),
        ("2026-12-31T16:00:00-00:00", "北京时间 2027-01-01 00:00"),
    ],
)
def test_a_time_is_told_as_the_site_shows_it_whatever_its_offset(time, said):
    assert verify.spoken(time) == said
