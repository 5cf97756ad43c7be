"""The audit trail of a site on which everything has happened: each step, who took it, and what it names."""

import datetime

from attack_cases import DICE, LOTTERY, THROWS

from drawings.amendments import seals
from drawings.ceremony import verbs
from drawings.ceremony.papers import verbs as papers
from drawings.protocol import verify
from wugang_audit.audit.models import AuditEntry

RECORD = [("固定现场记录", "检查"), ("确认现场记录", "检查"), ("登记当事人签字", "检查")]
# (what was done, by whom; 检查 stands for an officer of the team)
STEPS = [
    ("公布计划", "沈组织"),
    # 2026Q2, void
    ("建立抽签", "沈组织"), ("冻结名单", "沈组织"), ("确认随机数", "沈组织"), ("抽取", "沈组织"),
    ("申请作废", "沈组织"), ("确认作废", "韩组织"),
    # 2026Q3, under seal
    ("建立抽签", "沈组织"), ("冻结名单", "沈组织"), ("确认随机数", "沈组织"), ("抽取", "沈组织"), ("公布抽签结果", "沈组织"),
    *RECORD,
    ("提交检查", "检查"), ("审核通过", "秦审核"), ("确认公开", "严负责"), ("解封", "沈组织"),
    # 2026Q4
    ("建立抽签", "沈组织"),
    ("对名录变动提出异议", "韩组织"), ("撤回对名录变动的异议", "韩组织"),
    ("对名录变动提出异议", "韩组织"), ("解除对名录变动的异议", "严负责"), ("核对名录变动", "韩组织"), ("冻结名单", "沈组织"),
    ("登记承诺值存放", "沈组织"), ("登记承诺值存放", "沈组织"), ("登记见证人", "沈组织"),
    ("申请作废", "沈组织"), ("驳回作废申请", "韩组织"),
    ("第一次录入随机数", "沈组织"), ("确认随机数", "秦审核"), ("第一次录入随机数", "沈组织"), ("确认随机数", "秦审核"),
    ("抽取", "秦审核"), ("公布抽签结果", "沈组织"),
    *RECORD,
    ("提交检查", "检查"), ("审核通过", "秦审核"), ("确认公开", "严负责"), ("更正检查结果", "严负责"),
    *RECORD,
    ("提交检查", "检查"), ("退回检查", "秦审核"), ("提交检查", "检查"), ("审核通过", "秦审核"),
    *RECORD,
    ("提交检查", "检查"), ("申报替补单位", "沈组织"), ("确认替补", "韩组织"),
    ("申报替补人员", "沈组织"), ("驳回替补", "严负责"), ("申报替补人员", "韩组织"), ("确认替补", "严负责"),
    ("第一次录入替补号码", "沈组织"), ("替补号码两次录入不一致", "严负责"),
    ("第一次录入替补号码", "严负责"), ("确认替补号码", "沈组织"), ("申报替补人员", "沈组织"), ("确认替补", "严负责"),
]  # fmt: skip


def test_each_step_leaves_its_entry_with_the_name_of_who_took_it(site, officers):
    team = {officer.name for officer in officers}
    entries = AuditEntry.objects.order_by("index").values_list("action", "actor_name", "actor__full_name")
    assert all(name == full_name for _, name, full_name in entries)
    assert [(action, "检查" if name in team else name) for action, name, _ in entries] == STEPS


def test_each_entry_names_the_draw_or_the_inspection_that_it_is_about(site):
    keys = AuditEntry.objects.order_by("index").values_list("target_key", flat=True)
    draws = {code: f"drawings.draw:{site.draw(code).pk}" for code in ("2026Q2", "2026Q3", "2026Q4")}
    assert list(keys[1:7]) == [draws["2026Q2"]] * 6
    # Under seal an inspection is not named: the entry stands under the draw, and its number in the changes.
    assert list(keys[7:19]) == [draws["2026Q3"]] * 12
    assert list(keys[19:37]) == [draws["2026Q4"]] * 18
    assert {key.partition(":")[0] for key in keys[37:55]} == {"drawings.inspection"}
    assert list(keys[55:]) == [draws["2026Q4"]] * 12


def last():
    entry = AuditEntry.objects.order_by("index").last()
    return entry.action, entry.actor_name, entry.changes


def test_two_readings_that_differ_leave_both_names(draft, freeze, clock, organiser, reviewer):
    draw = freeze(draft, DICE, LOTTERY)
    clock.move(hours=1)
    verbs.enter_value(entropy=draw.next_source(), value=THROWS, actor=organiser)
    digest = verify.digest(f"{draw.salt_text}dice10 20 {THROWS}")
    assert last() == ("第一次录入随机数", "沈组织", {"source": "dice10 20", "first": digest})
    verbs.enter_value(entropy=draw.next_source(), value=THROWS[::-1], actor=reviewer)
    assert last() == ("两次录入不一致", "秦审核", {"source": "dice10 20"})


def test_a_seal_that_ends_by_its_date_is_the_systems_own_step(start, organiser, clock):
    draw = start(4, disclosure="sealed", unseal_on=datetime.date(2026, 10, 9))
    verbs.publish(draw=draw, actor=organiser)
    papers.open_sealed(draw=draw, actor=organiser)
    assert last() == ("打开密封结果", "沈组织", {"as": "page"})
    assert seals.unseal_due() == []
    clock.move(days=1)
    assert seals.unseal_due() == [draw]
    assert last() == ("到期解封", "系统", {})
