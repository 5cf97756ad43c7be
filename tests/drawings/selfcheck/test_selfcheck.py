"""``manage.py verify_log`` recomputes the log, every file and every result."""

import pytest
from django.core.management import CommandError, call_command

from drawings import public_log
from drawings.models import DrawFile, Inspection, LogEntry, TeamMember
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
    assert out == [
        f"通过：公开日志：全部 {LogEntry.objects.count()} 条前后相连",
        "通过：2026Q4：7 个文件与摘要相符",
        "通过：2026Q4：承诺文件、承诺值和日志一致",
        "通过：2026Q4：重新计算与结果一致",
        "通过：2026Q4：公开的检查结果和替补记载与日志相符",
        "通过：2026Q4：任务里的单位和检查组与结果一致",
        "结论：全部通过",
    ]


def test_an_empty_site_and_one_with_a_frozen_draw_pass(db, lines):
    assert lines() == (["通过：公开日志：全部 0 条前后相连", "结论：全部通过"], False)


def test_a_frozen_draw_passes(frozen_draw, lines):
    out, failed = lines()
    assert (len(out), failed) == (4, False)


def wrong(lines):
    out, failed = lines()
    assert failed
    return [line for line in out if line.startswith("不通过")]


def test_the_command_names_a_changed_file(published_draw, forge, lines):
    row = DrawFile.objects.get(name="pool.tsv")
    forge(DrawFile, row.pk, content=row.content.replace("化工厂", "化肥厂", 1))
    found = wrong(lines)
    assert found[0] == "不通过：2026Q4：文件与摘要不符：pool.tsv"
    assert "不通过：2026Q4：复算不通过" in found


def test_a_result_changed_with_its_digest_does_not_pass(published_draw, forge, lines):
    row = DrawFile.objects.get(name="result.tsv")
    words = row.content.splitlines()
    content = "\n".join([words[0], *words[2:]]) + "\n"
    forge(DrawFile, row.pk, content=content, digest=verify.digest(content))
    assert "不通过：2026Q4：复算不通过" in wrong(lines)


def test_an_officer_swapped_in_the_stored_team_is_found(published_draw, forge, lines):
    member = TeamMember.objects.first()
    forge(TeamMember, member.pk, name="换过的人")
    assert wrong(lines) == ["不通过：2026Q4：任务里的单位和检查组与结果不一致"]


def test_a_published_finding_changed_afterwards_is_found(published_draw, report, lines):
    inspection = report(Inspection.objects.first())
    public_log.append("finding", inspection.log_subject, verify.digest(inspection.public_record()))
    assert not lines()[1]
    Inspection.objects.update(summary="改过的话")
    assert wrong(lines) == ["不通过：2026Q4：1 份公开的检查结果或替补记载在日志里找不到"]


def test_a_committed_draw_that_vanished_is_missed(frozen_draw, lines):
    public_log.append("commit", "2026Q3", "a" * 64)
    assert wrong(lines) == ["不通过：2026Q3：日志里有它的承诺，站上却没有这次抽签"]
