"""Plan and ceremony of a quarter."""

import datetime
import secrets
from collections.abc import Sequence
from typing import NamedTuple

from drawings.amendments import voids
from drawings.ceremony import verbs as ceremony
from drawings.ceremony.papers import verbs as papers
from drawings.ceremony.preflight.changes import compare
from drawings.ceremony.preflight.snapshot import snapshot
from drawings.models import Deposit, Draw, InspectionItem, Plan, VoidRequest
from drawings.models.entropy import SYSTEM
from drawings.plans import verbs as plans
from drawings.plans.forms import PlanForm
from drawings.protocol import verify
from drawings.rehearsals import verbs as rehearsals
from sources.models import Category
from wugang_audit import clock
from wugang_audit.accounts.models import User

from . import texts
from .timeline import MINUTE

THROWS = 40  # of a ten-sided die: 132 bits
WITNESSES = (
    "市生态环境综合行政执法支队 郭见证",
    "市纪委监委驻局纪检监察组 何监督",
    "企业代表 舞钢市环保协会 田代表",
    "县人大代表 邓代表",
)


class Shares(NamedTuple):
    """What a plan draws each quarter, and how it reads the ratio of general units."""

    name: str  # behind the title of the plan
    rates: dict[Category, tuple[int, int]]
    reading: str
    document_number: str = ""
    why: str = ""  # it departs from the scheme


# The scheme's shares (平舞环〔2024〕40号 二（四）) give some two dozen visits. Seven quarters of them take too long to play:
# those that are over rest on a plan of trial, which draws half as many.
SCHEME = Shares(
    "",
    {Category.KEY: (25, 100), Category.SPECIAL: (25, 100), Category.GENERAL: (1, 4)},
    Plan.Reading.OFFICERS_YEAR,
    document_number="平舞环〔2024〕40号",
)
TRIAL = Shares(
    "（试行）",
    {Category.KEY: (10, 100), Category.SPECIAL: (25, 100), Category.GENERAL: (1, 40)},
    Plan.Reading.UNITS,
    why=(
        "《平顶山市生态环境局舞钢分局“双随机、一公开”监管工作实施方案》（平舞环〔2024〕40号）二（四）定的是重点排污单位每季度 25%、"
        "一般排污单位 1:4。本计划是试行：为先走通抽签、检查、公开的全过程，少占人手，试行期间重点排污单位每季度抽 10%，"
        "一般排污单位每 40 家抽 1 家；特殊监管对象仍按方案抽 25%。试行结束后按方案的比例另出计划。"
    ),
)
YEARLY_CAP = 2  # the usual one of a county (国办发〔2024〕54号)
BOARD = "政务公开栏（局一楼大厅），见证人签名"
BASIS = (
    "《国务院办公厅关于推广随机抽查规范事中事后监管的通知》（国办发〔2015〕58号）；"
    "《河南省全面推行“双随机、一公开”监管工作实施方案》（豫政办〔2018〕50号）。"
)


class Quarter(NamedTuple):
    year: int
    number: int


def plan(year: int, shares: Shares, actor: User) -> Plan:
    """Make the plan of a year, or its next version, and publish it."""
    fields = {
        "year": year,
        "title": f"{year}年度“双随机、一公开”抽查计划{shares.name}",
        "document_number": shares.document_number,
        "basis": BASIS + (f"\n{shares.why}" if shares.why else ""),
        "general_reading": shares.reading,
        "yearly_cap": YEARLY_CAP,
        "substitutes": Plan.Substitutes.SEED,
        "items": [item.pk for item in InspectionItem.objects.filter(is_active=True)],
    }
    for stratum, (numerator, denominator) in shares.rates.items():
        fields |= {f"{stratum}_n": numerator, f"{stratum}_d": denominator}
    form = PlanForm(fields)
    if not form.is_valid():
        raise ValueError(form.errors.as_text())
    return plans.publish(plan=plans.save(form=form, actor=actor), actor=actor)


def start(quarter: Quarter, actor: User) -> Draw:
    item = InspectionItem.objects.filter(is_active=True).first()
    return ceremony.start(year=quarter.year, quarter=quarter.number, item=item, actor=actor)


def confirm_changes(draw: Draw, actor: User) -> None:
    """Have a second person read what changed since the last draw, if anything did."""
    found = compare(draw, snapshot(draw))
    if found and found.total:
        papers.confirm_changes(draw=draw, seen=found.fingerprint, actor=actor)


def freeze(draw: Draw, visit_by: datetime.date, actor: User, *, dice: bool, disclosure: str) -> Draw:
    """Freeze for dice half an hour later, or for the machine's own numbers."""
    now = clock.local_now()
    known_at = (now + 30 * MINUTE).isoformat(timespec="seconds")
    source = verify.Source("dice10", str(THROWS), known_at) if dice else verify.Source(SYSTEM, "os", "")
    seen = snapshot(draw).fingerprint
    return ceremony.freeze(
        draw=draw, sources=[source], seen=seen, visit_by=visit_by, disclosure=disclosure, actor=actor
    )


def name_witnesses(draw: Draw, serial: int, actor: User) -> Draw:
    two = (WITNESSES[serial % len(WITNESSES)], WITNESSES[(serial + 1) % len(WITNESSES)])
    return papers.name_witnesses(draw=draw, witnesses="\n".join(two), actor=actor)


def deposit(draw: Draw, actor: User) -> None:
    papers.deposit(draw=draw, kind=Deposit.Kind.NOTICE, where=BOARD, file=None, actor=actor)


def declare_void(draw: Draw, organiser: User, second: User) -> None:
    """Have a draw whose dice were thrown badly count for nothing, before its result is known."""
    request = voids.request_void(
        draw=draw, reason=VoidRequest.Reason.DICE_FAULT, evidence=texts.VOID_EVIDENCE, actor=organiser
    )
    voids.confirm_void(request=request, actor=second)


def rehearse(quarter: Quarter, actor: User) -> None:
    """Begin to play the next draw through: the visitor goes on with it, or deletes it."""
    item = InspectionItem.objects.filter(is_active=True).first()
    rehearsals.start(year=quarter.year, quarter=quarter.number, item=item, actor=actor)


def publish(draw: Draw, readers: Sequence[User], actor: User) -> Draw:
    """Let two people type what the dice showed, or take the machine's numbers, and publish.

    The throws are the machine's too: nobody is there to throw. Every page of a demonstration says what it is.
    """
    value = "".join(secrets.choice("0123456789") for _ in range(THROWS))
    for reader in readers:
        ceremony.enter_value(entropy=draw.next_source(), value=value, actor=reader)
    if not readers:
        ceremony.draw_from_system(draw=draw, actor=actor)
    return ceremony.publish(draw=draw, actor=actor)
