"""The trail in the words of who reads it."""

import pytest

from drawings.audit_words import InspectionState
from drawings.models import Checklist
from wugang_audit.audit import wording


def said(changes):
    return [str(line) for line in wording.lines(changes)]


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"state": ["approved", "published"]}, ["状态：已审核 → 已公开"]),
        ({"before": "", "after": "李见证，居民"}, ["内容：（空） → 李见证，居民"]),
        ({"roles": ["organiser", "officer"]}, ["角色：抽查组织者、执法人员"]),
        ({"roles": [], "is_active": False}, ["角色：（空）", "启用：否"]),
        ({"rates": {"key": "25/100", "general": "1/4"}}, ["抽查比例：重点排污单位 25/100，一般排污单位 1/4"]),
        ({"reason": "dice-late"}, ["原因：骰子点数没有在规定时间内录入"]),
        ({"reason": "人员调走"}, ["原因：人员调走"]),
        ({"commit": "0123456789abcdef" * 4}, ["承诺值：0123456789abcdef…"]),
        ({"联系电话": ["138****01", "139****02"]}, ["联系电话：138****01 → 139****02"]),
        ({"专业": ["增加 化工", "删除 建材"]}, ["专业：增加 化工、删除 建材"]),
        ({"undone": {"污染源": {"created": 3, "changed": 1}}}, ["撤销的内容：污染源 新增 3，修改 1"]),
        ({"keys": [f"410481-{n:04d}" for n in range(1, 15)]}, None),
        ({"source": "dice10 20"}, ["随机数来源：十面骰 20 次"]),
        (
            {"source": "system os", "plan": "plan/2026/1"},
            ["随机数来源：系统随机数", "所依据的计划：2026 年度计划第 1 版"],
        ),
        ({"counts": {}}, ["变动数：没有"]),
        ({"sent": 0, "failed": ["officer1", "organiser"]}, ["发出：0", "没有发出：officer1、organiser"]),
        ({}, []),
    ],
)
def test_changes_are_said_in_the_words_of_the_site(changes, words):
    if words is None:
        assert said(changes)[0].endswith("410481-0012 等 14 项")
    else:
        assert said(changes) == words


def test_a_list_of_twelve_is_shown_whole():
    numbers = [f"410481-{n:04d}" for n in range(1, 13)]
    assert said({"keys": numbers})[0].endswith("410481-0011、410481-0012")


def test_every_state_of_an_inspection_has_its_word():
    for before in InspectionState:
        assert said({"state": [before, InspectionState.PUBLISHED]}) == [f"状态：{before.label} → 已公开"]


def test_points_are_told_by_the_name_of_their_checklist(db, django_assert_num_queries):
    Checklist.objects.create(code="livestock", name="畜禽养殖")
    wording_of = [f"livestock/2 {'bc14' * 16}", f"gone/1 {'0123' * 16}"]
    with django_assert_num_queries(2):
        words = said({"wording": wording_of})
    assert words == ["检查项目的指纹：畜禽养殖第 2 版 bc14bc14bc14bc14…、gone第 1 版 0123012301230123…"]
