"""``manage.py verify_log`` recomputes the log, every file and every result."""

import re

import pytest
from django.core.management import CommandError, call_command

from drawings import public_log
from drawings.models import DrawFile, LogEntry, TeamMember
from drawings.protocol import verify


@pytest.fixture
def lines(capsys):
    """Run the command and return (lines, whether it failed)."""

    def run():
        try:
            call_command("verify_log")
            failed = False
        except CommandError as error:
            assert error.returncode == 1
            failed = True
        return capsys.readouterr().out.splitlines(), failed

    return run


def test_the_command_passes_a_sound_site_line_by_line(published_draw, lines):
    out, failed = lines()
    assert not failed
    rows = LogEntry.objects.count()
    assert out == [
        f"通过：公开日志：全部 {rows} 条前后相连",
        "通过：公布的计划：1 项，全部相符",
        "通过：检查清单的版本：1 项，全部相符",
        "通过：季度汇总表：0 项，全部相符",
        "通过：异议和纠错：0 项，全部相符",
        "通过：2026Q4：文件：9 项，全部相符",
        "通过：2026Q4：承诺：1 项，全部相符",
        "通过：2026Q4：复算：1 项，全部相符",
        "通过：2026Q4：名称：3 项，全部相符",
        "通过：2026Q4：随机数：1 项，全部相符",
        "通过：2026Q4：作废申请：0 项，全部相符",
        "通过：2026Q4：检查结果：6 项，全部相符",
        "通过：2026Q4：更正：0 项，全部相符",
        "通过：2026Q4：替补：0 项，全部相符",
        "通过：2026Q4：任务里的单位和检查组：6 项，全部相符",
        "通过：2026Q4：期限、清单和采样：6 项，全部相符",
        "通过：2026Q4：现场记录：0 项，全部相符",
        "通过：2026Q4：现场证据：0 项，全部相符",
        "通过：2026Q4：公开结果的名单：0 项，全部相符",
        "通过：2026Q4：状态和时间：6 项，全部相符",
        "通过：2026Q4：冻结的内容：11 项，全部相符",
        "通过：2026Q4：存放：0 项，全部相符",
        "通过：2026Q4：名录变动核对：0 项，全部相符",
        "通过：2026Q4：名录变动异议：0 项，全部相符",
        "通过：2026Q4：见证人：1 项，全部相符",
        "通过：2026Q4：依法隐去：0 项，全部相符",
        f"结论：核对 {rows + 53} 项，全部相符",
    ]


def test_an_empty_site_passes(db, lines):
    assert lines() == (
        [
            "通过：公开日志：全部 0 条前后相连",
            "通过：公布的计划：0 项，全部相符",
            "通过：检查清单的版本：0 项，全部相符",
            "通过：季度汇总表：0 项，全部相符",
            "通过：异议和纠错：0 项，全部相符",
            "结论：核对 0 项，全部相符",
        ],
        False,
    )


def test_a_frozen_draw_passes(frozen_draw, lines):
    out, failed = lines()
    assert (len(out), failed) == (19, False)


def wrong(lines):
    out, failed = lines()
    assert failed
    found = [line for line in out if line.startswith("不通过")]
    assert re.fullmatch(f"结论：核对 [0-9]+ 项，{len(found)} 处不符", out[-1])
    return found


def test_the_command_names_a_changed_file(published_draw, forge, lines):
    row = DrawFile.objects.get(name="pool.tsv")
    forge(DrawFile, row.pk, content=row.content.replace("\tin\t", "\texempt\t", 1))
    found = wrong(lines)
    assert found[0] == "不通过：2026Q4：文件与指纹不符：pool.tsv"
    assert "不通过：2026Q4：复算不通过" in found


def test_a_registry_swapped_before_the_draw_is_found_at_once(frozen_draw, forge, lines):
    row = DrawFile.objects.get(name="pool.tsv")
    content = row.content.replace("\tin\t", "\texempt\t", 1)
    forge(DrawFile, row.pk, content=content, digest=verify.digest(content))
    assert "不通过：2026Q4：复算不通过" in wrong(lines)


def test_names_that_are_not_those_of_the_frozen_files_are_found(frozen_draw, lines):
    names = frozen_draw.names
    for content in (names.content.replace("化工厂", "化肥厂", 1), "", "names/2 2026Q4\n"):
        type(names).objects.update(content=content)
        assert wrong(lines)


def test_a_result_changed_with_its_digest_does_not_pass(published_draw, forge, lines):
    row = DrawFile.objects.get(name="result.tsv")
    words = row.content.splitlines()
    content = "\n".join([words[0], *words[2:]]) + "\n"
    forge(DrawFile, row.pk, content=content, digest=verify.digest(content))
    assert "不通过：2026Q4：复算不通过" in wrong(lines)


def test_an_officer_swapped_in_the_stored_team_is_found(published_draw, forge, lines):
    member = TeamMember.objects.first()
    forge(TeamMember, member.pk, name="换过的人")
    number = member.selection.source.number
    assert wrong(lines) == [f"不通过：2026Q4：任务里的单位和检查组与结果不一致（1 家：{number}）"]


def test_a_committed_draw_that_vanished_is_missed(frozen_draw, lines):
    row = public_log.append("commit", "2026Q3", "a" * 64)
    assert wrong(lines) == [f"不通过：2026Q3：日志第 {row.index} 条（公布承诺）：站上没有这次抽签"]
