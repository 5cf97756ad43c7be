"""The tasks that the officers are given: units and teams as stored against what the files and the substitutions give."""

from . import replay
from .evidence import Evidence, Part


def tasks(evidence: Evidence) -> Part:
    """Compare the stored units and teams with those computed again, unit by unit."""
    stored = {task.unit[0]: task for task in replay.stored(evidence.draw)}
    again = replay.recomputed(evidence.draw, evidence.texts)
    if again is None:
        return Part("任务里的单位和检查组", len(stored), ("任务里的单位和检查组与结果不一致",))
    right = {task.unit[0]: task for task in again.tasks}
    wrong = sorted(number for number in {*stored, *right} if stored.get(number) != right.get(number))
    shown = "" if evidence.is_secret else f"：{'、'.join(wrong[:5])}{' 等' if len(wrong) > 5 else ''}"
    faults = (f"任务里的单位和检查组与结果不一致（{len(wrong)} 家{shown}）",) if wrong else ()
    few = (f"替补申报 {serial}：可选人员不足两名的位置和结果不一致" for serial in again.few)
    return Part("任务里的单位和检查组", len(stored), (*faults, *few))
