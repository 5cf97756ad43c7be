"""What the tests of the attacks share besides fixtures: the sources of a draw, and the eyes of its checkers."""

import io

from django.core.management import CommandError, call_command

from drawings import public_log
from drawings.models import DrawFile, DrawNames
from drawings.models.substitutions import substitutes_text
from drawings.protocol import verify

DICE = verify.Source("dice10", "20", "2026-10-08T10:00:00+08:00")
LOTTERY = verify.Source("ssq", "2026112", "2026-10-08T21:15:00+08:00")
THROWS, BALLS = "47193058260471930582", "01 05 12 23 28 31 07"
# What the result is computed from, in the order in which the verifier takes it.
FROZEN = ("commit.txt", "pool.tsv", "officers.tsv", "registers.tsv", "salt.txt", "entropy.txt")


def files_of(draw) -> dict[str, bytes]:
    """The draw's files as they are stored, with the log: what the public downloads once all is open."""
    stored = {file.name: file.content.encode() for file in DrawFile.objects.filter(draw=draw)}
    stored["names.tsv"] = DrawNames.objects.get(draw=draw).content.encode()
    if substitutes := substitutes_text(draw):
        stored["substitutes.tsv"] = substitutes.encode()
    return {**stored, "log.tsv": public_log.text().encode()}


def failed(draw) -> list[str]:
    """The checks that anybody with the files sees fail."""
    return [check.what for check in verify.check(files_of(draw)) if not check.ok]


def faults_of_verify_log() -> list[str]:
    """The lines that `manage.py verify_log` fails; empty when it exits with 0."""
    out = io.StringIO()
    try:
        call_command("verify_log", stdout=out)
    except CommandError:
        return [line.removeprefix("不通过：") for line in out.getvalue().splitlines() if line[:3] == "不通过"]
    return []


def tasks_differ() -> bool:
    """Say whether `manage.py verify_log` finds the units and teams changed, and nothing else."""
    (line,) = faults_of_verify_log()
    return line.startswith("2026Q4：任务里的单位和检查组与结果不一致（")
